"""Measures what the trained model makes of the messages of this folder."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from pathlib import Path
from statistics import quantiles
from typing import Any

import structlog
import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from bot.runtime.model import ensure_trained

FOLDER = Path(__file__).resolve().parent
FALLBACK = "nlu_fallback"


@dataclass(frozen=True)
class Item:
    """One message, its register, the file it stands in and every intent that is right for it."""

    text: str
    register: str
    intents: tuple[str, ...]
    group: str


@dataclass(frozen=True)
class Result:
    """The model's word on a message: the intent (with its FAQ topic), how sure, how long."""

    item: Item
    intent: str
    first_guess: str
    confidence: float
    seconds: float

    @property
    def right(self) -> bool:
        return self.intent in self.item.intents


@cache
def items() -> tuple[Item, ...]:
    """All messages of the test set."""
    found = []
    for path in sorted((FOLDER / "messages").glob("*.yml")):
        for row in yaml.safe_load(path.read_text(encoding="utf-8")):
            found.append(
                Item(str(row["text"]), row["register"], tuple(row["intents"]), path.stem)
            )
    return tuple(found)


@dataclass(frozen=True)
class Led:
    """What a message led to, its one intent or both its wishes, and what would be right."""

    text: str
    intents: tuple[tuple[str, ...], ...]
    got: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Each wish is served, in whatever order."""
        return any(
            len(order) == len(self.intents)
            and all(got in wanted for got, wanted in zip(order, self.intents, strict=True))
            for order in permutations(self.got)
        )


def _load(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return found


@cache
def follow_ups() -> tuple[Led, ...]:
    """Messages that lean on the one before them, read with it."""
    return asyncio.run(
        _read_all([(r["second"], r["first"], [r["intents"]]) for r in _load("follow_ups.yml")])
    )


@cache
def two_wishes() -> tuple[Led, ...]:
    """Messages that want two things, small talk beside a wish not counted."""
    rows = [(r["text"], None, r["intents"]) for r in _load("two_wishes.yml")]
    talk = {"greet", "thank"}
    return asyncio.run(
        _read_all([row for row in rows if not any(talk & {*intents} for intents in row[2])])
    )


async def _read_all(rows: list[tuple[str, str | None, list[list[str]]]]) -> tuple[Led, ...]:
    _quieten()
    processor = Agent.load(str(ensure_trained())).processor
    assert processor
    found = []
    for text, before, intents in rows:
        parsed = await processor.parse_message(UserMessage(text, metadata={"before": before}))
        wanted = tuple(tuple(intent) for intent in intents)
        found.append(Led(text, wanted, tuple(parsed.get("wishes") or [_name(parsed)])))
    return tuple(found)


def _quieten() -> None:
    """Rasa prints every message it reads until it is told not to."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


@cache
def results() -> tuple[Result, ...]:
    """The trained model's word on every message, one after the other as in a chat."""
    _quieten()
    return asyncio.run(_parse_all(Agent.load(str(ensure_trained()))))


async def _parse_all(agent: Agent) -> tuple[Result, ...]:
    await agent.parse_message("hei")  # the first message warms the model up
    return tuple([await _parse(agent, item) for item in items()])


async def _parse(agent: Agent, item: Item) -> Result:
    start = time.perf_counter()
    parsed = await agent.parse_message(item.text)
    seconds = time.perf_counter() - start
    guesses = [g for g in parsed["intent_ranking"] if g["name"] != FALLBACK]
    return Result(item, _name(parsed), guesses[0]["name"], guesses[0]["confidence"], seconds)


def _name(parsed: dict[str, Any]) -> str:
    """The intent, as `faq/<topic>` for a question about the service."""
    intent = parsed["intent"]["name"]
    if intent == "faq":
        return str(parsed["response_selector"]["faq"]["response"]["intent_response_key"])
    return str(intent)


def share(values: Iterable[bool]) -> float:
    """The share of what is true."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def report() -> str:
    """The measurement as a Markdown section."""
    found = results()
    times = quantiles([r.seconds * 1000 for r in found], n=100)
    scope = [r for r in found if r.item.intents[0] == "out_of_scope"]
    wrong = Counter((r.item.intents[0], r.intent) for r in found if not r.right)
    lines = [
        "## What a message wants",
        "",
        f"{share(r.right for r in found):.1%} of {len(found)} messages right "
        f"({share(r.first_guess in r.item.intents for r in found):.1%} by the first guess, before "
        "doubtful messages are asked about). "
        f"Out of scope: {share(r.right for r in scope):.1%} of {len(scope)} recognised, "
        f"{share(r.right or r.intent == FALLBACK for r in scope):.1%} not answered as something "
        f"else. Reading takes {times[49]:.1f} ms (median), {times[94]:.1f} ms (95 %).",
        "",
        "| register | messages | right |",
        "|---|---|---|",
        *_rows(found, lambda r: r.item.register),
        "",
        "| file | messages | right |",
        "|---|---|---|",
        *_rows(found, lambda r: r.item.group),
        "",
        "| intent | messages | right |",
        "|---|---|---|",
        *_rows(found, lambda r: r.item.intents[0]),
        "",
        "| confidence | messages | right by the first guess |",
        "|---|---|---|",
        *_rows(found, lambda r: f"{int(r.confidence * 10) / 10:.1f}", by_first_guess=True),
        "",
        f"Messages that lean on the one before ({len(follow_ups())}): "
        f"{share(led.right for led in follow_ups()):.1%} right. Messages with two wishes "
        f"({len(two_wishes())}): {share(led.right for led in two_wishes()):.1%} both served.",
        "",
        "Most frequent confusions (wanted, taken for):",
        "",
        *(f"- {a} → {b}: {count}" for (a, b), count in wrong.most_common(25)),
    ]
    return "\n".join(lines)


def _rows(found: Iterable[Result], key: Any, by_first_guess: bool = False) -> list[str]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for result in found:
        right = result.first_guess in result.item.intents if by_first_guess else result.right
        groups[key(result)].append(right)
    return [f"| {k} | {len(v)} | {share(v):.1%} |" for k, v in sorted(groups.items())]
