"""One message of a patient, as an errand sees it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.services import Services

#: Actions that do not count as the assistant having dealt with a message.
_SILENT = {"action_listen", "action_extract_slots", "question_form", "action_session_start"}
_SHARP_QUESTION = "utter_sharp_question"


@dataclass
class Turn:
    """What was said, what is known of the errand so far, and the way to answer."""

    text: str
    intent: str
    intent_confidence: float
    state: dict[str, Any]
    dispatcher: CollectingDispatcher
    services: Services
    conversation_id: str
    patient_token: str | None
    is_answer: bool
    message_id: str = ""
    now: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.now = self.services.now()

    @classmethod
    def of(cls, tracker: Tracker, dispatcher: CollectingDispatcher, services: Services) -> Turn:
        """The turn at hand, read from the conversation."""
        latest = tracker.latest_message
        meant = _message_before_sharp_question(tracker) or latest
        intent = meant.get("intent") or {}
        return cls(
            text=meant.get("text") or "",
            intent=_errand_among(meant.get("wishes") or []) or intent.get("name") or "",
            intent_confidence=float(intent.get("confidence") or 0.0),
            state=tracker.get_slot("errand") or {},
            dispatcher=dispatcher,
            services=services,
            conversation_id=tracker.sender_id,
            patient_token=(latest.get("metadata") or {}).get("patient_token"),
            is_answer=not _dealt_with(tracker),
            message_id=str(latest.get("message_id") or len(tracker.events)),
        )

    @property
    def answers(self) -> dict[str, Any]:
        """The answers so far, by question id."""
        answers: dict[str, Any] = self.state.setdefault("answers", {})
        return answers

    @property
    def data(self) -> dict[str, Any]:
        """What the errand remembers beside the answers."""
        data: dict[str, Any] = self.state.setdefault("data", {})
        return data

    def say(self, response: str, **values: Any) -> None:
        """Says a reviewed response, filled with values."""
        self.dispatcher.utter_message(response=response, **values)

    def tell(self, text: str, custom: dict[str, Any] | None = None) -> None:
        """Says a text that comes from reviewed content, with its machine-readable outcome."""
        self.dispatcher.utter_message(text=text, json_message=custom)

    def show(self, custom: dict[str, Any]) -> None:
        """Sends a machine-readable outcome alone, right after the text it belongs to."""
        self.dispatcher.utter_message(json_message=custom)

    def key(self, *parts: str) -> str:
        """The idempotency key of one write: the same for every retry of the same wish."""
        whole = "|".join((self.conversation_id, self.state.get("started", ""), *parts))
        return hashlib.sha256(whole.encode()).hexdigest()[:32]


def _errand_among(wishes: list[str]) -> str | None:
    """The wish that starts an errand: of two, what ails the patient, else the first."""
    errands = [wish for wish in wishes if not wish.startswith("faq/")]
    return "describe_symptom" if "describe_symptom" in errands else next(iter(errands), None)


def _dealt_with(tracker: Tracker) -> bool:
    """Whether something else has already answered the latest message (a FAQ question, say)."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action" and event.get("name") not in _SILENT:
            return True
    return False


def _message_before_sharp_question(tracker: Tracker) -> dict[str, Any] | None:
    """What the patient said before the sharp question that the latest message answered."""
    said: list[dict[str, Any]] = []
    asked_after: list[bool] = []
    for event in tracker.events:
        if event.get("event") == "user":
            said.append({"text": event.get("text"), **(event.get("parse_data") or {})})
            asked_after.append(False)
        elif event.get("event") == "action" and event.get("name") == _SHARP_QUESTION and said:
            asked_after[-1] = True
    return said[-2] if len(said) > 1 and asked_after[-2] else None
