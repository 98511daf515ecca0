"""The real web channel on a small Sanic app, with a scripted assistant in Rasa's place."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from rasa.core.channels.channel import UserMessage, register
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from sanic import Sanic

from bot.channels.web import Settings, WebChannel
from tests.web.script import SCENARIOS, SCRIPT, Reply

SECRET = "a-secret-for-tests-only-0123456789abcdef"


@dataclass
class ScriptedAgent:
    """Answers as `SCRIPT` says; keeps the messages that reached it."""

    received: list[UserMessage] = field(default_factory=list)
    scenarios: dict[str, Iterator[list[Reply]]] = field(default_factory=dict)
    tracker_store: TrackerStore = field(
        default_factory=lambda: FailSafeTrackerStore(InMemoryTrackerStore(Domain.empty()))
    )

    def is_ready(self) -> bool:
        return True

    async def handle_message(self, message: UserMessage) -> None:
        self.received.append(message)
        text = message.text or ""
        if text.startswith("vent "):
            await asyncio.sleep(float(text.split()[1]))
        if text == "krasj":
            raise RuntimeError("scripted")
        if text == "taus":
            return
        for reply in self._replies(message.sender_id, text):
            await message.output_channel.send_response(message.sender_id, copy.deepcopy(reply))

    def _replies(self, sender: str, text: str) -> list[Reply]:
        if text.lower() in SCENARIOS:
            self.scenarios[sender] = iter(SCENARIOS[text.lower()])
        said: list[Reply] = [{"text": f"Du skrev: {text}"}]
        return SCRIPT.get(text.lower()) or next(self.scenarios.get(sender, iter(())), said)


@dataclass(frozen=True)
class Urgent:
    """A screening that found something, in the shape of `bot.domain.red_flags.Screening`."""

    level: str | None = None
    reply: str = ""
    findings: tuple[Any, ...] = ()
    contacts: tuple[Any, ...] = ()


class FakeScreen:
    """Finds one sign: not breathing, or nausea after a message about the chest."""

    version = "test"

    def screen(self, message: str, earlier: Sequence[str] = ()) -> Urgent:
        chest = any("brystet" in text for text in earlier)
        if "puster ikke" not in message and not ("kvalm" in message and chest):
            return Urgent()
        return Urgent(
            "emergency_113",
            "Ring 113 nå.",
            (SimpleNamespace(rule_id="not_breathing"),),
            (SimpleNamespace(name="Ambulanse", phone="113"),),
        )


def create_app(folder: Path, name: str = "web_test", **settings: Any) -> Sanic:
    """An app with the channel at /chat; its agent is `app.ctx.agent`."""
    channel = WebChannel(
        Settings(
            token_secret=SECRET,
            database_url=f"sqlite:///{folder / 'chat.sqlite'}",
            **settings,
        ),
        FakeScreen(),
    )
    app = Sanic(name)
    app.ctx.agent = ScriptedAgent()
    register([channel], app, route="/webhooks/")
    return app
