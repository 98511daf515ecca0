"""What an action takes from the conversation as the message to deal with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.services import Services
from actions.turn import Turn
from bot.adapters.fake_booking import FakeBooking
from bot.domain.zone import OSLO

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=OSLO)


def user(text: str, intent: str = "inform", **more: Any) -> dict[str, Any]:
    """A message of the patient, as Rasa keeps it."""
    parsed = {"intent": {"name": intent, "confidence": 0.8}}
    return {"event": "user", "text": text, "parse_data": parsed, "message_id": "m7", **more}


def action(name: str) -> dict[str, Any]:
    return {"event": "action", "name": name}


def slot(name: str) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": None}


def turn_after(*events: dict[str, Any], errand: dict[str, Any] | None = None) -> Turn:
    """The turn that an action sees after these events."""
    latest = next(event for event in reversed(events) if event["event"] == "user")
    message = {
        "text": latest["text"],
        "intent": latest["parse_data"]["intent"],
        "metadata": latest.get("metadata", {}),
        "message_id": latest.get("message_id"),
    }
    tracker = Tracker(
        sender_id="conversation-1",
        slots={"errand": errand},
        latest_message=message,
        events=list(events),
        paused=False,
        followup_action=None,
        active_loop={},
        latest_action_name=None,
    )
    services = Services(
        backend=FakeBooking(now=lambda: NOW, slots=[], patients=[]),
        questionnaires={},
        errand_questions={},
        now=lambda: NOW,
    )
    return Turn.of(tracker, CollectingDispatcher(), services)


def test_a_message_is_taken_with_its_intent_its_sender_and_the_log_in() -> None:
    turn = turn_after(
        user("time i morgen", "book_appointment", metadata={"patient_token": "kari"}),
        errand={"kind": "booking"},
    )
    assert (turn.text, turn.intent, turn.intent_confidence) == (
        "time i morgen",
        "book_appointment",
        0.8,
    )
    assert turn.conversation_id == "conversation-1"
    assert turn.patient_token == "kari"
    assert turn.state == {"kind": "booking"}
    assert turn.message_id == "m7"
    assert turn.now == NOW
    assert turn.is_answer


def test_nobody_is_logged_in_without_a_token() -> None:
    assert turn_after(user("hei")).patient_token is None


# A question about the service in the middle of the loop


def test_a_message_that_a_faq_answer_dealt_with_is_no_answer_to_the_open_question() -> None:
    turn = turn_after(
        user("vondt i halsen", "describe_symptom"),
        action("action_start_errand"),
        action("question_form"),
        action("action_listen"),
        user("hva koster det?", "faq"),
        action("utter_faq"),
    )
    assert not turn.is_answer


def test_the_next_message_after_a_faq_answer_is_an_answer_again() -> None:
    turn = turn_after(
        user("hva koster det?", "faq"),
        action("utter_faq"),
        action("question_form"),
        action("action_listen"),
        user("tre dager"),
        slot("requested_slot"),
    )
    assert turn.is_answer
    assert turn.text == "tre dager"


def test_what_rasa_does_by_itself_deals_with_no_message() -> None:
    turn = turn_after(
        action("action_session_start"),
        action("action_listen"),
        user("tre dager"),
        action("action_extract_slots"),
        action("question_form"),
    )
    assert turn.is_answer


# A sharp question: the one that settles a doubtful sign


def test_the_answer_to_a_sharp_question_brings_back_what_was_said_before_it() -> None:
    turn = turn_after(
        user("vondt i brystet når jeg hoster", "describe_symptom"),
        action("utter_sharp_question"),
        action("action_listen"),
        user("nei", "deny"),
    )
    assert turn.text == "vondt i brystet når jeg hoster"
    assert turn.intent == "describe_symptom", "a bare no is no wish of its own"
    assert turn.is_answer


def test_the_message_after_that_stands_for_itself() -> None:
    turn = turn_after(
        user("vondt i brystet når jeg hoster", "describe_symptom"),
        action("utter_sharp_question"),
        action("action_listen"),
        user("nei", "deny"),
        action("action_start_errand"),
        action("question_form"),
        action("action_listen"),
        user("to dager"),
    )
    assert turn.text == "to dager"
    assert turn.intent == "inform"


def test_a_sharp_question_in_the_middle_of_the_loop_brings_the_answer_back_to_it() -> None:
    turn = turn_after(
        user("vondt i halsen", "describe_symptom"),
        action("action_start_errand"),
        action("question_form"),
        action("action_listen"),
        user("ja, det stikker litt i brystet også"),
        action("utter_sharp_question"),
        action("action_listen"),
        user("nei", "deny"),
        errand={"kind": "triage"},
    )
    assert turn.text == "ja, det stikker litt i brystet også"
    assert turn.is_answer
    assert turn.state == {"kind": "triage"}


# Keys


def test_the_key_of_a_write_is_the_same_for_a_retry_and_another_for_another_errand() -> None:
    first = turn_after(user("ja"), errand={"started": "m1"})
    retry = turn_after(user("ja"), action("action_listen"), user("prøv igjen"),
                       errand={"started": "m1"})
    another = turn_after(user("ja"), errand={"started": "m9"})
    assert first.key("confirm", "hold-1") == retry.key("confirm", "hold-1")
    assert first.key("confirm", "hold-1") != first.key("confirm", "hold-2")
    assert first.key("confirm", "hold-1") != another.key("confirm", "hold-1")
