"""The questionnaire asks, listens, corrects and ends as a good nurse would."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from bot.adapters.questionnaire_content import complaint_in, load_questionnaires
from bot.domain.listening import facts_from
from bot.domain.questionnaire import (
    Questionnaire,
    child_variant,
    explain,
    is_current,
    next_question,
    progress,
    summary,
    take_answer,
    take_correction,
    take_facts,
    take_line_correction,
)
from bot.domain.triage import triage

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=timezone(timedelta(hours=1)))
DAY = {"hours": 24.0, "said": "en dag"}


@pytest.fixture
def sore_throat() -> Questionnaire:
    return load_questionnaires()["sore_throat"]


def answered(questionnaire: Questionnaire, **answers: Any) -> dict[str, Any]:
    taken: dict[str, Any] = {}
    for question_id, value in answers.items():
        taken = take_answer(questionnaire, taken, question_id, value)
    return taken


def test_the_first_question_is_who_is_ill(sore_throat: Questionnaire) -> None:
    question = next_question(sore_throat, {})
    assert question is not None
    assert question.id == "who"


def test_a_question_speaks_of_the_child_when_a_child_is_ill(sore_throat: Questionnaire) -> None:
    question = next_question(sore_throat, {"who": "child"})
    assert question is not None
    assert question.text == "Hvor gammel er barnet?"


def test_temperature_is_asked_only_with_fever(sore_throat: Questionnaire) -> None:
    start = answered(sore_throat, who="self", age=30.0, swallow="no", breathing="no",
                     jaw_or_one_side="no")  # fmt: skip
    with_fever = next_question(sore_throat, take_answer(sore_throat, start, "fever", "yes"))
    without = next_question(sore_throat, take_answer(sore_throat, start, "fever", "no"))
    assert with_fever is not None
    assert with_fever.id == "temperature"
    assert without is not None
    assert without.id == "duration"


def test_an_emergency_answer_ends_the_questions_at_once(sore_throat: Questionnaire) -> None:
    answers = answered(sore_throat, who="self", age=30.0, swallow="yes")
    assert next_question(sore_throat, answers) is None
    assert triage(sore_throat, answers).outcome == "emergency_113"


def test_after_a_legevakt_answer_only_what_may_call_for_113_is_asked(
    sore_throat: Questionnaire,
) -> None:
    answers = answered(sore_throat, who="self", age=30.0, swallow="no", breathing="some")
    asked = []
    while question := next_question(sore_throat, answers):
        asked.append(question.id)
        answers = take_answer(sore_throat, answers, question.id, "yes" if len(asked) < 2 else "no")
    assert asked == ["fever", "nonblanching"]
    assert triage(sore_throat, answers).reasons == ("breathing_moderate",)


def test_progress_never_goes_back_and_its_total_never_changes(sore_throat: Questionnaire) -> None:
    answers: dict[str, Any] = {}
    seen = [progress(sore_throat, answers)]
    while question := next_question(sore_throat, answers):
        value = {"choice": "no", "number": 30.0, "duration": DAY}.get(question.kind, "no")
        value = "self" if question.id == "who" else value
        answers = take_answer(sore_throat, answers, question.id, value)
        seen.append(progress(sore_throat, answers))
    assert seen == sorted(seen)
    assert len({total for _, total in seen}) == 1
    assert seen[-1][0] == seen[-1][1]


def test_an_answer_that_is_changed_drops_what_hung_on_it(sore_throat: Questionnaire) -> None:
    answers = answered(sore_throat, who="self", age=30.0, fever="yes", temperature=38.5)
    changed = take_answer(sore_throat, answers, "fever", "no")
    assert changed == {"who": "self", "age": 30.0, "fever": "no"}


def test_another_patient_drops_the_age(sore_throat: Questionnaire) -> None:
    answers = answered(sore_throat, who="self", age=30.0, fever="no")
    assert take_answer(sore_throat, answers, "who", "child") == {"who": "child", "fever": "no"}


def test_the_opening_message_is_not_asked_again(sore_throat: Questionnaire) -> None:
    text = "Sønnen min på 3 år har hatt vondt i halsen siden i går og 38,7 i feber"
    taken = take_facts(sore_throat, {}, facts_from(text, sore_throat, NOW))
    assert taken == {
        "who": "child",
        "age": 3.0,
        "fever": "yes",
        "temperature": 38.7,
        "duration": {"hours": 26.0, "said": "siden i går"},
    }


def test_what_is_heard_never_replaces_an_answer(sore_throat: Questionnaire) -> None:
    assert take_facts(sore_throat, {"who": "self"}, {"who": "child"}) == {"who": "self"}


def test_a_sign_of_danger_told_later_counts_over_an_earlier_no(sore_throat: Questionnaire) -> None:
    heard = facts_from("jeg får ikke svelget spyttet lenger", sore_throat, NOW)

    assert take_facts(sore_throat, {"swallow": "no"}, heard)["swallow"] == "yes"
    assert take_facts(sore_throat, {"swallow": "no"}, heard, "swallow")["swallow"] == "no"


def test_the_state_is_json(sore_throat: Questionnaire) -> None:
    answers = answered(sore_throat, who="self", age=30.0, duration=DAY)
    assert json.loads(json.dumps(answers)) == answers


FULL = {"who": "self", "age": 30.0, "swallow": "no", "fever": "yes", "temperature": 39.5,
        "duration": DAY}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "question_id", "value"),
    [
        ("nei vent, fire dager", "duration", 96.0),
        ("beklager, mente to uker", "duration", 336.0),
        ("jeg mente 38,5", "temperature", 38.5),
        ("det er ikke meg, det er sønnen min", "who", "child"),
        ("oi, jeg har ikke feber likevel", "fever", "no"),
        ("ikke 30, jeg er 31 år gammel, beklager", "age", 31.0),
    ],
)
def test_a_correction_finds_the_answer_that_it_corrects(
    sore_throat: Questionnaire, text: str, question_id: str, value: Any
) -> None:
    corrected = take_correction(sore_throat, FULL, text, "jaw_or_one_side", NOW)
    assert corrected is not None
    answers, changed = corrected
    assert changed == question_id
    told = answers[changed]
    assert (told["hours"] if isinstance(told, dict) else told) == value


def test_a_correction_takes_all_that_it_says(sore_throat: Questionnaire) -> None:
    text = "nei vent, det er ikke meg, det er datteren min på 4 år"
    corrected = take_correction(sore_throat, FULL, text, None, NOW)
    assert corrected is not None
    assert (corrected[0]["who"], corrected[0]["age"]) == ("child", 4.0)


@pytest.mark.parametrize("text", ["ja", "nei", "fire dager", "vent litt", "nei takk"])
def test_without_a_word_of_correction_or_a_value_nothing_is_changed(
    sore_throat: Questionnaire, text: str
) -> None:
    assert take_correction(sore_throat, FULL, text, "jaw_or_one_side", NOW) is None


def test_a_text_that_answers_the_open_question_is_no_correction(sore_throat: Questionnaire) -> None:
    assert take_correction(sore_throat, FULL, "nei vent, fire dager", "duration", NOW) is None


def test_the_summary_shows_every_answer_in_words(sore_throat: Questionnaire) -> None:
    lines = {line.question_id: line.value_text for line in summary(sore_throat, FULL)}
    assert lines["who"] == "Meg selv"
    assert lines["swallow"] == "Nei"
    assert lines["temperature"] == "39,5 °C"
    assert lines["duration"] == "en dag"


def test_the_explanation_says_why_and_whom_to_call(sore_throat: Questionnaire) -> None:
    told = explain(sore_throat, triage(sore_throat, {"who": "child", "swallow": "yes"}))
    assert told.why == ("Barnet klarer ikke å svelge spyttet. Da kan luftveiene hovne igjen.",)
    assert [contact.phone for contact in told.contacts] == ["113"]
    assert told.do_now[0] == "Ring 113 nå."


def test_a_complaint_finds_its_questionnaire() -> None:
    assert complaint_in("æ e så vond i halsen")[0] == "sore_throat"
    assert complaint_in("hva koster en time?") == []


def test_a_child_is_offered_the_variant_for_children() -> None:
    cough = load_questionnaires()["cough"]
    assert child_variant(cough, {"who": "self", "age": 5.0}) is None
    assert child_variant(cough, {"who": "child", "age": 5.0}) == cough.children


@pytest.mark.parametrize(
    ("valid_to", "today", "current"),
    [
        (None, date(2026, 11, 22), False),
        (None, date(2026, 11, 23), True),
        (date(2026, 12, 1), date(2026, 12, 1), True),
        (date(2026, 12, 1), date(2026, 12, 2), False),
    ],
)
def test_a_questionnaire_is_in_force_from_its_first_to_its_last_day(
    sore_throat: Questionnaire, valid_to: date | None, today: date, current: bool
) -> None:
    assert is_current(replace(sore_throat, valid_to=valid_to), today) is current


@pytest.mark.parametrize(
    ("text", "question_id", "value"),
    [
        ("alder 36", "age", 36.0),
        ("endre feber: nei", "fever", "no"),
        ("linje 3: ja", "swallow", "yes"),
        ("det var fire dager", "duration", {"hours": 96.0, "said": "4 dager"}),
        ("temperatur er 38,2", "temperature", 38.2),
    ],
)
def test_any_line_of_the_summary_can_be_corrected(
    sore_throat: Questionnaire, text: str, question_id: str, value: Any
) -> None:
    corrected = take_line_correction(sore_throat, FULL, text, NOW)
    assert corrected is not None
    assert (corrected[0][question_id], corrected[1]) == (value, question_id)


def test_a_line_named_without_a_new_answer_is_asked_again(sore_throat: Questionnaire) -> None:
    corrected = take_line_correction(sore_throat, FULL, "endre alder", NOW)
    assert corrected is not None
    question = next_question(sore_throat, corrected[0])
    assert question is not None
    assert question.id == "age"


@pytest.mark.parametrize("text", ["hei", "linje 99", "endre"])
def test_where_no_line_is_meant_nothing_is_changed(sore_throat: Questionnaire, text: str) -> None:
    assert take_line_correction(sore_throat, FULL, text, NOW) is None
