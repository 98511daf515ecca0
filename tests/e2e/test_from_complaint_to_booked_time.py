"""From the first words about a sore throat to a booked time, with all that people do between."""

from __future__ import annotations

import json
import sqlite3

from tests.e2e.assistant import Assistant


def answer_until(patient, question: str, answers: dict[str, str], reply):
    """Answers the questions that come, by id, until one is asked (or none is)."""
    asked = []
    while reply.question not in (question, None):
        asked.append(reply.question)
        reply = patient.say(answers[reply.question])
    return reply, asked


ANSWERS = {
    "who": "meg selv",
    "age": "34",
    "swallow": "nei",
    "breathing": "nei, puster som vanlig",
    "jaw_or_one_side": "nei",
    "fever": "ja, litt",
    "temperature": "trettiåtte og en halv",
    "nonblanching": "nei",
    "immune": "nei",
}


def test_a_sore_throat_is_asked_about_judged_and_booked(assistant: Assistant) -> None:
    # Given a logged-in patient who has already said for how long
    patient = assistant.patient("kari")
    reply = patient.say("jeg har hatt vondt i halsen i tre dager")
    asked = [reply.question]

    # When two FAQ questions come in the middle
    reply = patient.say(ANSWERS[reply.question])
    open_question = reply.question
    for question, topic in (("hva koster det?", "price"), ("får jeg kvittering?", "receipt")):
        reply = patient.say(question)
        assert reply.topic == topic
        assert reply.question == open_question, "the open question comes back"

    # And an earlier answer is corrected
    reply, more = answer_until(patient, "temperature", ANSWERS, reply)
    reply = patient.say("nei vent, fire dager")
    assert reply.question == "temperature"

    # Then the questionnaire has not asked how long, and ends in a summary with the correction
    reply, rest = answer_until(patient, "summary_ok", ANSWERS, reply)
    assert "duration" not in [*asked, *more, *rest]
    lines = {line["question_id"]: line["value_text"] for line in reply.custom("summary")["lines"]}
    assert "4" in lines["duration"] or "fire" in lines["duration"]
    assert lines["temperature"] == "38,5 °C"

    # And in a level with its reasons, free times, a price, and a booking with the backend's id
    reply = patient.say("ja")
    assert reply.level == "video_consultation"
    assert reply.custom("triage")["reasons"]
    assert reply.question == "want_time"
    reply = patient.say("ja gjerne")
    slots = reply.custom("slots")["slots"]
    reply = patient.say("den første")
    assert reply.question == "confirm"
    assert str(slots[0]["price_nok"]) in reply.text
    reply = patient.say("ja")
    booked = reply.custom("appointment")
    assert booked["status"] == "booked"
    assert booked["start"] == slots[0]["start"]

    # And it is in the backend's database, with the answers for the doctor
    stored = appointment_in_database(assistant, booked["id"])
    assert "38,5" in stored["summary"]
    response = json.loads(stored["questionnaire_response"])
    assert response["resourceType"] == "QuestionnaireResponse"


def appointment_in_database(assistant: Assistant, appointment_id: str) -> dict[str, str]:
    with sqlite3.connect(assistant.environment["DATABASE_URL"].removeprefix("sqlite:///")) as db:
        db.row_factory = sqlite3.Row
        row = db.execute("select * from appointments where id = ?", [appointment_id]).fetchone()
    assert row, "the appointment is in the backend's database"
    return dict(row)


def test_whoever_is_not_logged_in_is_asked_to_and_comes_back_to_the_same_place(
    assistant: Assistant,
) -> None:
    patient = assistant.patient()
    patient.say("jeg vil bestille time")
    reply = patient.say("den første")
    assert reply.custom("login")
    assert not reply.custom("appointment")

    patient.log_in("ola")
    reply = patient.say("fortsett")

    assert reply.question == "confirm"


def test_a_no_to_the_summary_asks_what_to_correct(assistant: Assistant) -> None:
    patient = assistant.patient()
    reply = patient.say("vondt i halsen i to dager, jeg er 30 år og har ikke feber")
    reply, _ = answer_until(patient, "summary_ok", ANSWERS, reply)
    assert patient.say("nei").question == "what_to_correct"
    reply = patient.say("jeg har hatt det i fem dager")
    assert reply.question == "summary_ok"
    lines = {line["question_id"]: line["value_text"] for line in reply.custom("summary")["lines"]}
    assert "fem" in lines["duration"] or "5" in lines["duration"]


def test_a_wish_for_another_time_is_read(assistant: Assistant) -> None:
    patient = assistant.patient("kari")
    patient.say("jeg vil bestille time")
    reply = patient.say("i morgen etter fire")
    starts = [slot["start"] for slot in reply.custom("slots")["slots"]]
    assert starts
    assert all(start[11:13] >= "16" for start in starts)


def test_an_appointment_is_shown_moved_and_cancelled(assistant: Assistant) -> None:
    patient = assistant.patient("emma")
    patient.say("jeg vil bestille time i overmorgen")
    patient.say("den første")
    booked = patient.say("ja").custom("appointment")

    assert patient.say("hvilke timer har jeg").custom("appointment")["id"] == booked["id"]

    patient.say("jeg må flytte timen min til i morgen")
    assert patient.say("den andre").question == "confirm_move"
    moved = patient.say("ja").custom("appointment")
    assert moved["id"] == booked["id"]
    assert moved["start"] != booked["start"]

    assert patient.say("avbestill timen min").question == "confirm_cancel"
    cancelled = patient.say("ja").custom("appointment")
    assert cancelled["status"] == "cancelled"
    assert cancelled["refund_nok"] == booked["price_nok"]
