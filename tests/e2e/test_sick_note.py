"""A sick note: not for days gone by, and only after a doctor has looked."""

from __future__ import annotations

from tests.e2e.assistant import Assistant


def test_a_sick_note_from_yesterday_is_refused_with_reason_alternative_and_source(
    assistant: Assistant,
) -> None:
    reply = assistant.patient("emma").say("jeg trenger sykmelding fra i går")

    decision = reply.custom("eligibility")
    assert decision["decision"] == "not_eligible"
    assert "sick_note.backdating" in decision["reasons"]
    assert decision["sources"], "the rule names its source"
    assert "egenmelding" in reply.text
    assert "fastlege" in reply.text.lower()
    assert not reply.custom("slots")


def test_a_sick_note_from_today_leads_to_a_booking(assistant: Assistant) -> None:
    patient = assistant.patient("emma")
    reply = patient.say("jeg er syk og trenger sykmelding fra i dag")
    answers = {"yes_no": "nei", "choice": "1", "duration": "tre dager", "number": "3"}
    answers["date"] = "i dag"
    for _ in range(8):
        if reply.question in ("want_time", None):
            break
        reply = patient.say(answers[reply.custom("question")["kind"]])
    decision = reply.custom("eligibility")
    assert decision["decision"] in ("eligible", "needs_doctor")
    assert "lege" in reply.text.lower(), "the doctor decides"

    patient.say("ja")
    patient.say("den første")
    booked = patient.say("ja").custom("appointment")

    assert booked["status"] == "booked"
