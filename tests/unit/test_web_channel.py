"""The web channel's guards: who may speak, what reaches the assistant, and that it always answers."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sanic import Sanic

from tests.web.app import create_app

pytestmark = pytest.mark.asyncio
_names = itertools.count()


class Patient:
    """One browser with one conversation."""

    def __init__(self, app: Sanic) -> None:
        self.app = app
        self.token = ""
        self.greeting: list[dict[str, Any]] = []
        self.id = ""

    async def start(self) -> Patient:
        _, answer = await self.app.asgi_client.post("/chat/conversations")
        assert answer.status == 201
        self.token, self.id = answer.json["token"], answer.json["conversation_id"]
        self.greeting = answer.json["greeting"]
        return self

    async def post(self, headers: dict[str, str] | None = None, **body: Any) -> Any:
        body = {"message_id": f"m{next(_names)}", **body}
        _, answer = await self.app.asgi_client.post(
            "/chat/messages",
            json=body,
            headers={"Authorization": f"Bearer {self.token}", **(headers or {})},
        )
        return answer

    async def say(self, text: str, **body: Any) -> list[dict[str, Any]]:
        answer = await self.post(text=text, **body)
        assert answer.status == 200, answer.text
        messages: list[dict[str, Any]] = answer.json["messages"]
        return messages


@pytest.fixture
def app(tmp_path: Path) -> Sanic:
    return create_app(tmp_path, f"channel_{next(_names)}", turn_seconds=0.2)


@pytest_asyncio.fixture
async def patient(app: Sanic) -> AsyncIterator[Patient]:
    yield await Patient(app).start()


async def test_the_first_message_says_it_is_no_doctor_and_what_to_do_in_an_emergency(
    patient: Patient,
) -> None:
    said = " ".join(message["text"] for message in patient.greeting)
    for words in ("ikke en lege", "113", "116 117", "lagret"):
        assert words in said


async def test_a_message_is_answered_with_numbered_messages(patient: Patient) -> None:
    (answer,) = await patient.say("hei")
    assert answer["text"] == "Du skrev: hei"
    assert answer["id"] == len(patient.greeting) + 1
