"""Two wishes in one message, a question that leans on the last one, and doubt about danger."""

from __future__ import annotations

from tests.e2e.assistant import Assistant


def test_two_questions_in_one_message_are_both_answered(assistant: Assistant) -> None:
    reply = assistant.patient().say("Når har dere åpent i helgene, og hva koster en time?")

    assert [m["custom"]["topic"] for m in reply.messages if "custom" in m] == [
        "opening_hours",
        "price",
    ]


def test_a_question_beside_a_wish_is_answered_and_the_errand_begins(assistant: Assistant) -> None:
    reply = assistant.patient("kari").say("Hva koster det, og kan jeg få time i kveld?")

    assert "350 kroner" in reply.text
    assert reply.question == "slot"


def test_of_two_errands_the_complaint_comes_first(assistant: Assistant) -> None:
    reply = assistant.patient().say("Jeg har vondt i ryggen og trenger sykmelding")

    assert "én ting om gangen" in reply.text
    assert reply.question


def test_a_short_question_leans_on_the_one_before(assistant: Assistant) -> None:
    patient = assistant.patient()
    patient.say("Skriver dere ut sykmelding?")

    assert patient.say("og for syke barn?").topic == "sick_note_child"


def test_for_children_after_the_price_is_about_the_price(assistant: Assistant) -> None:
    patient = assistant.patient()
    patient.say("Hva koster det?")

    assert patient.say("og for barn?").topic in ("price", "children")


def test_a_question_in_words_of_danger_is_answered_after_a_no(assistant: Assistant) -> None:
    patient = assistant.patient()
    asked = patient.say(
        "Forrige vinter fikk jeg hjerteinfarkt og ble operert på Rikshospitalet, alt er bra nå, "
        "men hvor finner jeg kvitteringen for timen min hos dere?"
    )
    if asked.question and asked.question.startswith("wording"):
        asked = patient.say("nei")

    assert asked.topic == "receipt"


def test_who_writes_english_is_told_whom_to_call(assistant: Assistant) -> None:
    reply = assistant.patient().say("How much does an appointment with a doctor cost?")

    assert "call 113" in reply.text
    assert "116 117" in reply.text
    assert reply.topic == "price"


def test_the_receipt_is_a_button_away(assistant: Assistant) -> None:
    patient = assistant.patient("jonas")
    patient.say("jeg vil bestille time")
    patient.say("den første")
    booked = patient.say("ja").custom("appointment")
    assert booked

    answer = patient.say("hvor får jeg kvittering?")
    reply = patient.press(answer, "Vis kvitteringen min")
    if reply.question == "which":  # others have booked for the same patient
        reply = patient.say("den første")
    receipt = reply.custom("receipt")

    assert receipt, reply.text
    assert receipt["amount_nok"] == booked["price_nok"]
