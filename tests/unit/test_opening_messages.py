"""From the opening message to the level: the complaint is found, and nothing is asked twice."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.adapters.questionnaire_content import complaint_in, load_questionnaires
from bot.domain.listening import facts_from, hear_age, hear_duration, hear_fever, hear_who
from bot.domain.questionnaire import (
    child_variant,
    next_question,
    open_with,
    take_answer,
    take_facts,
)
from bot.domain.questions import Question
from bot.domain.triage import triage

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=timezone(timedelta(hours=1)))
FILE = Path(__file__).resolve().parent.parent / "cases" / "vignettes" / "opening_messages.yml"
CASES = yaml.load(FILE.read_text(encoding="utf-8"), yaml.BaseLoader)["cases"]
CALM_CHOICES = ("mild", "no", "normal", "elsewhere", "small", "renew", "take", "exam", "right")


def calm_answer(question: Question) -> Any:
    """What someone answers who has no warning signs."""
    known = {"drinking": "yes", "who": "self", "age": 35.0, "sex": "female", "temperature": 38.6}
    if question.id in known:
        return known[question.id]
    if question.kind == "choice":
        ids = [option.id for option in question.options]
        return next((option for option in CALM_CHOICES if option in ids), ids[0])
    by_kind = {"yes_no": "no", "number": 20.0, "date": "2026-12-20", "text": "nei"}
    return by_kind.get(question.kind, {"hours": 72.0, "said": "tre dager"})


@pytest.mark.parametrize("case", CASES, ids=[case["message"][:60] for case in CASES])
def test_an_opening_message_ends_where_it_should(case: dict[str, Any]) -> None:
    message, told = case["message"], case.get("answers", {})
    complaints = complaint_in(message)
    questionnaire = load_questionnaires()[complaints[0] if complaints else "general"]
    answers = open_with(questionnaire, message, NOW)
    while question := next_question(questionnaire, answers):
        if variant := child_variant(questionnaire, answers):
            questionnaire = load_questionnaires()[variant]
            heard = {**facts_from(message, questionnaire, NOW), **answers}
            answers = take_facts(questionnaire, {}, heard)
            continue
        answer: Any = told.get(question.id, calm_answer(question))
        answer = float(answer) if question.kind == "number" else answer
        answers = take_answer(questionnaire, answers, question.id, answer)
    assert questionnaire.id in (case["questionnaires"] or ["general"])
    assert triage(questionnaire, answers).outcome in case["levels"]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("jeg har vondt i magen", "self"),
        ("æ e så sliten", "self"),
        ("e har så vondt i magen", "self"),
        ("i har hovudverk", "self"),
        ("det e mæ", "self"),
        ("guten min e sjuk", "child"),
        ("vondt sidan i går", None),
        ("sønnen min har feber", "child"),
        ("treåringen hoster", "child"),
        ("jeg har en datter på 4 som spyr", "child"),
        ("mannen min har vondt i brystet", "other"),
        ("det er ikke meg, det er kona mi", "other"),
        ("vondt i halsen", None),
        ("sønnen min har vært syk, nå har jeg feber", None),
    ],
)
def test_who_is_ill_is_heard_or_asked_where_unclear(text: str, who: str | None) -> None:
    assert hear_who(text) == who


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("sønnen min på 3 år", 3.0),
        ("jente 8 mnd med utslett", 8 / 12),
        ("faren min på 67 er tungpusten", 67.0),
        ("jeg er 34 år gammel", 34.0),
        ("mann, 58 år, vondt i brystet", 58.0),
        ("har ikke gått på do på fem dager", None),
        ("vondt i ryggen i fem år", None),
        ("gått ned 8 kilo på to måneder", None),
        ("jeg er 20 uker på vei", None),
    ],
)
def test_an_age_is_heard_and_a_length_of_time_is_not_taken_for_one(
    text: str, age: float | None
) -> None:
    assert hear_age(text) == (age if age is None else pytest.approx(age, abs=0.001))


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("vondt i tre dager", 72),
        ("begynte i går kveld", 18),
        ("for to uker siden", 336),
        ("tar tabletter tre ganger om dagen", None),
        ("hatt astma i fem år og hostet i tre dager", None),
        ("sønnen min på 3 år", None),
    ],
)
def test_a_duration_is_heard_where_only_one_is_said(text: str, hours: float | None) -> None:
    heard = hear_duration(text, NOW)
    assert (heard and heard["hours"]) == hours


@pytest.mark.parametrize(
    ("text", "fever"),
    [
        ("har feber", "yes"),
        ("38,4 i feber", "yes"),
        ("målte 37,6 i temp", "no"),
        ("ikke feber", "no"),
        ("feber har jeg ikke", "no"),
        ("uten feber", "no"),
        ("feberfri siden i går", "no"),
        ("vondt i halsen", None),
    ],
)
def test_fever_is_heard_with_its_negation(text: str, fever: str | None) -> None:
    assert hear_fever(text) == fever


@pytest.mark.parametrize(
    ("text", "questionnaire"),
    [
        ("vondt i halsen, får ikke svelget", "sore_throat"),
        ("e får ikkje svelgt maten", "sore_throat"),
        ("klarer ikke å svelge", "sore_throat"),
        ("hun svelget noe, jeg vet ikke hva", "swallowed"),
        ("sønnen min har svelget en mynt", "swallowed"),
    ],
)
def test_trouble_with_swallowing_is_not_a_thing_swallowed(text: str, questionnaire: str) -> None:
    assert complaint_in(text)[0] == questionnaire


def test_a_denied_red_flag_is_asked_all_the_same() -> None:
    cough = load_questionnaires()["cough"]
    assert "coughs_blood" not in facts_from("hoster, men ikke blod i slimet", cough, NOW)
    assert facts_from("hoster, og det er blod i slimet", cough, NOW)["coughs_blood"] == "yes"
