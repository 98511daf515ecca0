"""Ten people, each with a whole short conversation, over the running servers."""

from __future__ import annotations

from tests.e2e.assistant import Assistant, Patient, Reply


def say_all(patient: Patient, *texts: str) -> Reply:
    """Sends messages one after the other; the reply to the last."""
    return [patient.say(text) for text in texts][-1]


def test_someone_who_cannot_get_food_down_is_asked_about_the_throat(assistant: Assistant) -> None:
    patient = assistant.patient()

    opening = patient.say("e har så vondt i halsen at e ikkje får svelgt maten")
    danger = patient.say("29")

    assert opening.question == "age"
    assert danger.question == "swallow"
    assert say_all(patient, "nei", "nei").question == "jaw_or_one_side"


def test_a_question_about_the_price_is_answered_in_the_middle(assistant: Assistant) -> None:
    patient = assistant.patient("kari")
    say_all(patient, "jeg har hatt svie når jeg tisser siden i går", "29")
    open_question = patient.say("nei").question

    reply = patient.say("hva koster det?")

    assert reply.topic == "price"
    assert reply.question == open_question


def test_blood_that_is_told_after_a_no_counts(assistant: Assistant) -> None:
    patient = assistant.patient()
    assert say_all(patient, "har hosta i 3 uker", "meg", "61", "nei").question == "coughs_blood"
    patient.say("nei")

    reply = patient.say("jeg ser at det er blod i spyttet")
    while reply.level is None and reply.question and reply.question != "summary_ok":
        reply = patient.say("nei")

    assert reply.level == "legevakt"
    assert "coughs_blood_today" in reply.custom("triage")["reasons"]


def test_a_limp_child_is_sent_to_help(assistant: Assistant) -> None:
    patient = assistant.patient()
    first = patient.say("sønnen min på 2 år har feber og utslett")

    assert first.question == "child_state"
    assert patient.say("ja").level == "emergency_113"


def test_an_emergency_breaks_into_a_booking(assistant: Assistant) -> None:
    patient = assistant.patient("kari")
    assert patient.say("bestill time").question == "slot"

    reply = patient.say("mamma ligger på gulvet og svarer ikke")

    assert reply.level == "emergency_113"
    assert "113" in reply.text
    assert reply.question is None


def test_someone_who_wants_to_die_is_met_at_once(assistant: Assistant) -> None:
    reply = assistant.patient().say("jeg orker ikke mer, vil bare dø")

    assert reply.level in ("legevakt", "emergency_113")
    assert "116 123" in reply.text


def test_a_time_is_booked_moved_and_cancelled(assistant: Assistant) -> None:
    patient = assistant.patient("ingrid")

    assert say_all(patient, "bestill time", "over i morgen", "den første").question == "confirm"
    booked = patient.say("ja").custom("appointment")
    assert say_all(patient, "flytt timen til over i morgen", "den andre").question == "confirm_move"
    moved = patient.say("ja").custom("appointment")
    assert patient.say("avbestill timen").question == "confirm_cancel"
    cancelled = patient.say("ja").custom("appointment")

    assert [a["status"] for a in (booked, moved, cancelled)] == [
        "booked",
        "rescheduled",
        "cancelled",
    ]
    assert booked["id"] == moved["id"] == cancelled["id"]
    assert booked["start"][:10] == moved["start"][:10] < moved["start"]
    assert booked["start"] != moved["start"]


def test_a_day_is_no_ground_for_a_sick_note(assistant: Assistant) -> None:
    patient = assistant.patient("emma")
    assert patient.say("vil ha sykmelding").question == "cause"

    unread = patient.say("fra i dag")
    reply = say_all(patient, "influensa", "nei")
    while reply.custom("eligibility") is None and reply.question in ("first_day", "days"):
        reply = patient.say("i dag" if reply.question == "first_day" else "3 dager")

    assert unread.custom("eligibility") is None
    assert unread.question == "cause"
    assert reply.custom("eligibility")["decision"] == "eligible"


def test_a_renewal_is_sent_to_the_doctor(assistant: Assistant) -> None:
    patient = assistant.patient("ola")

    decided = say_all(patient, "jeg trenger å fornye resept på levaxin", "ja", "ja")
    sent = patient.say("ja").custom("renewal")

    assert decided.custom("eligibility")["decision"] == "eligible"
    assert decided.question == "confirm_renewal"
    assert (sent["status"], sent["medicine"]) == ("received", "Levaxin")


def test_nonsense_is_answered_and_a_person_can_be_had(assistant: Assistant) -> None:
    patient = assistant.patient()

    odd = ("", "😀", "<script>alert(1)</script>", "/slash", "æ hakke peiling " * 640)
    replies = [patient.say(text) for text in odd]
    person = patient.say("jeg vil snakke med et menneske")

    assert all(reply.text for reply in replies)
    assert not any("<script>" in reply.text for reply in replies)
    assert person.custom("handover")["case_id"]
