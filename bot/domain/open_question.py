"""The question that is open in a conversation, as it is kept between two messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.domain.pauses import asks_to_wait, is_back
from bot.domain.questions import Option, Question
from bot.domain.readers import read


def to_json(question: Question) -> dict[str, Any]:
    """The question as plain JSON values; conditions are left behind, they are met."""
    return {**asdict(question), "enable_when": []}


def from_json(stored: Mapping[str, Any]) -> Question:
    """The question that `to_json` stored."""
    options = tuple(
        Option(**{**option, "words": tuple(option["words"])}) for option in stored["options"]
    )
    return Question(**{**stored, "options": options, "enable_when": ()})


def answers_plainly(stored: Mapping[str, Any] | None, text: str, now: datetime) -> bool:
    """Whether a message so plainly belongs to the open question that it is nothing else.

    That is an answer of the question's own type, "wait a little", or "I am back".
    """
    if not stored:
        return False
    return asks_to_wait(text) or is_back(text) or read(from_json(stored), text, now).certain
