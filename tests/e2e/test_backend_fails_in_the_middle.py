"""When the backend falls in the middle of a booking, what is said is true, once (H8)."""

from __future__ import annotations

import signal
import sqlite3

from tests.e2e.assistant import Assistant


def bookings(assistant: Assistant) -> int:
    """How many appointments the backend has."""
    with sqlite3.connect(assistant.environment["DATABASE_URL"].removeprefix("sqlite:///")) as db:
        return int(db.execute("select count(*) from appointments").fetchone()[0])


def test_the_patient_is_told_and_the_same_request_works_once_it_is_back(
    assistant: Assistant,
) -> None:
    # Given a patient who has only the price left to say yes to
    patient = assistant.patient("ola")
    patient.say("jeg vil bestille time i morgen")
    assert patient.say("den siste").question == "confirm"
    before = bookings(assistant)

    # When the backend is killed and the patient says yes
    assistant.stop("backend", how=signal.SIGKILL)
    try:
        reply = patient.say("ja")
        # Then nothing is claimed, and the numbers are given
        assert not reply.custom("appointment")
        assert "er bestilt:" not in reply.text
        assert "23 65 34 30" in reply.text
        assert "116 117" in reply.text
    finally:
        assistant.start("backend")

    # And the same request works afterwards, once
    reply = patient.say("prøv igjen")
    if reply.question == "confirm":
        reply = patient.say("ja")
    assert reply.custom("appointment")["status"] == "booked"
    assert bookings(assistant) == before + 1


def test_a_yes_sent_twice_books_once(assistant: Assistant) -> None:
    patient = assistant.patient("ola")
    patient.say("jeg vil bestille time i overmorgen")
    patient.say("den tredje")
    before = bookings(assistant)

    first = patient.say("ja", message_id="the-same")
    again = patient.say("ja", message_id="the-same")

    assert first.custom("appointment")["id"] == again.custom("appointment")["id"]
    assert bookings(assistant) == before + 1
