"""An emergency is answered at once, in every state, with the other processes stopped (H1, H2)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.assistant import Assistant

EMERGENCY = "pappa har fått vondt i brystet og er kald og klam"


@pytest.fixture
def alone(assistant: Assistant) -> Iterator[Assistant]:
    """Rasa alone: the action server and the backend are stopped."""
    assistant.stop("actions", "backend")
    yield assistant
    assistant.start("backend", "actions")


def test_as_the_first_message_and_in_the_middle_of_the_questionnaire(
    assistant: Assistant,
) -> None:
    # Given one patient in the middle of the questionnaire, and one who has said nothing yet
    in_the_middle = assistant.patient()
    assert in_the_middle.say("jeg har hatt vondt i halsen i tre dager").question
    new = assistant.patient()

    # When the action server and the backend are stopped
    assistant.stop("actions", "backend")
    try:
        # Then both are told to call 113, at once
        for patient in (in_the_middle, new):
            reply = patient.say(EMERGENCY)
            assert reply.level == "emergency_113"
            assert "113" in reply.text
            assert reply.custom("triage")["contacts"][0]["phone"] == "113"
            assert reply.custom("triage")["reasons"]
    finally:
        assistant.start("backend", "actions")


def test_a_faq_question_is_answered_with_everything_else_down(alone: Assistant) -> None:
    assert alone.patient().say("hva koster en time").topic == "price"


def test_an_errand_that_can_not_be_done_gives_the_phone_numbers(alone: Assistant) -> None:
    reply = alone.patient().say("jeg vil bestille time")
    assert reply.text
    assert "116 117" in reply.text


def test_signs_add_up_over_several_messages(assistant: Assistant) -> None:
    patient = assistant.patient()
    patient.say("hei, jeg har vondt i brystet")
    patient.say("hva koster det å snakke med dere?")
    assert patient.say("nå er jeg kvalm og klam også").level == "emergency_113"
