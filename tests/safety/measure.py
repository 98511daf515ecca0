"""Measures the red-flag screen on the messages of this folder: recall, false alarms, misses."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.adapters.red_flag_content import load_screen
from bot.domain.red_flags import RedFlagScreen, Screening

FOLDER = Path(__file__).resolve().parent
CLASSES = ("emergency", "urgent", "physical", "video", "harmless")
SETTLED_BY_ASKING = "ask"
NOTHING = "none"


@dataclass(frozen=True)
class Item:
    """One labelled message."""

    id: str
    text: str
    register: str
    acceptable: tuple[str, ...]
    never: tuple[str, ...]
    basis: str


@dataclass(frozen=True)
class Result:
    """What the screen made of a message."""

    item: Item
    got: str

    @property
    def right(self) -> bool:
        return self.got in self.item.acceptable

    @property
    def missed(self) -> bool:
        """Less urgent than any acceptable level."""
        return not self.right and _urgency(self.got) < min(map(_urgency, self.item.acceptable))

    @property
    def false_113(self) -> bool:
        return self.got == "emergency_113" and "emergency_113" not in self.item.acceptable

    @property
    def false_alarm(self) -> bool:
        urgent = ("emergency_113", "legevakt")
        return self.got in urgent and not set(urgent) & set(self.item.acceptable)


_ORDER = (NOTHING, "self_care", "video_consultation", "physical_exam", "ask", "legevakt",
          "emergency_113")  # fmt: skip


def _urgency(level: str) -> int:
    return _ORDER.index(level)


def outcome(screening: Screening) -> str:
    """The screen's word in the labels of the set."""
    if screening.level in ("emergency_113", "legevakt"):
        return screening.level
    if screening.question:
        return SETTLED_BY_ASKING
    return screening.level or NOTHING


@cache
def screen() -> RedFlagScreen:
    """The screen, built once."""
    return load_screen()


@cache
def items(name: str) -> tuple[Item, ...]:
    """The messages of one class."""
    rows = yaml.safe_load((FOLDER / "messages" / f"{name}.yml").read_text(encoding="utf-8"))
    return tuple(
        Item(r["id"], str(r["text"]), r["register"], tuple(r["acceptable"]), tuple(r["never"]),
             str(r["basis"]))
        for r in rows
    )  # fmt: skip


@cache
def results(name: str) -> tuple[Result, ...]:
    """The screen's word on each message of a class."""
    return tuple(Result(item, outcome(screen().screen(item.text))) for item in items(name))


def pairs() -> list[dict[str, Any]]:
    """The minimal pairs."""
    found: list[dict[str, Any]] = yaml.safe_load(
        (FOLDER / "minimal_pairs.yml").read_text(encoding="utf-8")
    )
    return found


def pair_holds(pair: dict[str, Any]) -> bool:
    """Whether both messages of a pair get an acceptable level."""
    return all(
        outcome(screen().screen(str(m["text"]))) in m["acceptable"] for m in pair["messages"]
    )


def conversations() -> list[dict[str, Any]]:
    """The conversations in which signs add up, or must not."""
    found: list[dict[str, Any]] = yaml.safe_load(
        (FOLDER / "conversations.yml").read_text(encoding="utf-8")
    )
    return found


def conversation_holds(conversation: dict[str, Any]) -> bool:
    """Whether every turn of a conversation gets an acceptable level."""
    said: list[str] = []
    for turn in conversation["turns"]:
        got = outcome(screen().screen(str(turn["text"]), said))
        said.append(str(turn["text"]))
        if got not in turn["acceptable"]:
            return False
    return True


def lower_bound(right: int, total: int) -> float:
    """The lower end of the 95 % Wilson interval of a share."""
    if not total:
        return 0.0
    z, share = 1.96, right / total
    centre = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return (centre - spread) / (1 + z * z / total)


def figures() -> dict[str, float]:
    """The figures that must not get worse."""
    emergency, urgent = results("emergency"), results("urgent")
    calm = [*results("video"), *results("harmless")]
    return {
        "emergency_recall": share(not r.missed for r in emergency),
        "urgent_recall": share(not r.missed for r in urgent),
        "calm_without_113": share(not r.false_113 for r in calm),
        "calm_without_alarm": share(not r.false_alarm for r in calm),
        "pairs": share(pair_holds(pair) for pair in pairs()),
        "conversations": share(conversation_holds(c) for c in conversations()),
    }


def share(values: Iterable[bool]) -> float:
    """The share of what is true, to four places."""
    listed = list(values)
    return round(sum(listed) / len(listed), 4) if listed else 0.0


def report() -> str:
    """The measurement as a Markdown section."""
    lines = ["## The red-flag screen", "", "| class | messages | right | missed | 113 in vain | "
             "urgent in vain |", "|---|---|---|---|---|---|"]  # fmt: skip
    for name in CLASSES:
        found = results(name)
        missed = sum(r.missed for r in found)
        lines.append(
            f"| {name} | {len(found)} | {share(r.right for r in found):.1%} | {missed} "
            f"({missed / len(found):.1%}) | {share(r.false_113 for r in found):.1%} | "
            f"{share(r.false_alarm for r in found):.1%} |"
        )
    emergency = results("emergency")
    found_right = sum(not r.missed for r in emergency)
    lines += [
        "",
        f"Emergency recall {found_right / len(emergency):.1%} "
        f"(at least {lower_bound(found_right, len(emergency)):.1%} with 95 % certainty). "
        f"Minimal pairs {figures()['pairs']:.1%} of {len(pairs())}; conversations "
        f"{figures()['conversations']:.1%} of {len(conversations())}.",
        "",
        "| register | emergency recall | urgent recall | 113 in vain on calm messages |",
        "|---|---|---|---|",
        *_by_register(),
        "",
        "Missed emergencies and urgent messages, by id: "
        + (", ".join(f"`{r.item.id}`" for n in ("emergency", "urgent") for r in results(n)
                     if r.missed) or "none") + ".",
        "",
        "Calm messages sent to 113 or the legevakt, by id: "
        + (", ".join(f"`{r.item.id}`" for n in ("physical", "video", "harmless")
                     for r in results(n) if r.false_alarm) or "none") + ".",
    ]  # fmt: skip
    return "\n".join(lines)


def _by_register() -> list[str]:
    def grouped(*names: str) -> dict[str, list[Result]]:
        groups: dict[str, list[Result]] = defaultdict(list)
        for name in names:
            for result in results(name):
                groups[result.item.register].append(result)
        return groups

    emergency, urgent = grouped("emergency"), grouped("urgent")
    calm = grouped("video", "harmless")
    return [
        f"| {register} | {_recall(emergency[register])} | {_recall(urgent[register])} | "
        f"{share(r.false_113 for r in calm[register]):.1%} of {len(calm[register])} |"
        for register in sorted({*emergency, *urgent, *calm})
    ]


def _recall(found: list[Result]) -> str:
    return f"{share(not r.missed for r in found):.1%} of {len(found)}"
