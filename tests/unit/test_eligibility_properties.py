"""What holds for every tree whatever is answered, and for every medicine in the register."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.adapters.clinic_content import load_clinic
from bot.adapters.eligibility_content import load_eligibility
from bot.adapters.medicine_content import load_medicines
from bot.domain.decision import Decision
from bot.domain.eligibility import Ask, evaluate
from bot.domain.eligibility_facts import NOTHING_KNOWN, Collected, Known
from bot.domain.medicines import Medicine, Wanted
from bot.domain.questions import DONT_KNOW, Question
from bot.domain.zone import OSLO
from tests.eligibility_cases import base_of

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=OSLO)
TREES = load_eligibility()
MEDICINES = load_medicines().medicines
ROUNDS = 100

#: What each renewal class leads to when everything else is in order.
LEADS_TO = {
    "ordinary": {"renewal.within_the_rules"},
    "course": {"renewal.course"},
    "specialist": {"renewal.specialist_medicine"},
    "examination": {"renewal.examination_medicine"},
    "excluded": {"renewal.habit_forming", "renewal.excluded_by_name"},
}


def answers_to(question: Question) -> list[Any]:
    """Answers of every sort that a question may get."""
    if question.kind == "yes_no":
        return ["yes", "no", DONT_KNOW]
    if question.kind == "choice":
        return [*(option.id for option in question.options), DONT_KNOW]
    if question.kind == "number":
        return [*(float(number) for number in range(1, 21)), DONT_KNOW]
    if question.kind == "date":
        days = (NOW.date() + timedelta(days=days) for days in range(-2, 3))
        return [*(day.isoformat() for day in days), DONT_KNOW]
    return [*(answer_of(medicine) for medicine in MEDICINES), DONT_KNOW]


def answer_of(medicine: Medicine) -> dict[str, Any]:
    wanted = Wanted(medicine.substance, medicine.atc, medicine.group, medicine.renewal)
    return wanted.to_json()


def conversation(
    service: str, chance: random.Random, answers: dict[str, Any], known: Known = NOTHING_KNOWN
) -> Decision:
    """Answers at random until the rules decide."""
    tree = TREES[service]
    for _ in range(len(tree.questions) + 1):
        result = evaluate(tree, answers, known, NOW, load_clinic())
        if isinstance(result, Decision):
            return result
        assert result.question_id not in answers, "a question is asked twice"
        answers[result.question_id] = chance.choice(
            answers_to(tree.question(result.question_id))
        )
    raise AssertionError(f"{service} asks on and on: {answers}")


@pytest.mark.parametrize("service", TREES)
def test_every_conversation_ends_in_a_decision_and_no_question_comes_twice(service: str) -> None:
    chance = random.Random(service)
    for whom in ({}, {"for_whom": "child"}, {"for_whom": "other"}):
        for _ in range(ROUNDS):
            decision = conversation(service, chance, dict(whom))
            assert decision.outcome in ("eligible", "not_eligible", "needs_doctor")


@pytest.mark.parametrize("service", TREES)
def test_a_question_is_asked_only_while_its_answer_can_change_the_outcome(service: str) -> None:
    chance = random.Random(service)
    tree = TREES[service]
    for _ in range(ROUNDS // 10):
        answers: dict[str, Any] = {}
        while isinstance(asked := evaluate(tree, answers, NOTHING_KNOWN, NOW, load_clinic()), Ask):
            choices = answers_to(tree.question(asked.question_id))
            rest = base_of(service) | answers
            ends = {outcome(service, rest | {asked.question_id: one}) for one in choices}
            assert len(ends) > 1, f"{asked.question_id} changes nothing after {answers}"
            answers[asked.question_id] = chance.choice(choices)


def outcome(service: str, answers: dict[str, Any]) -> str:
    result = evaluate(TREES[service], answers, NOTHING_KNOWN, NOW, load_clinic())
    assert isinstance(result, Decision)
    return result.outcome


@pytest.mark.parametrize("service", ["renewal", "prescription"])
def test_there_is_no_way_round_for_habit_forming_and_excluded_medicines(service: str) -> None:
    chance = random.Random(service)
    for medicine in MEDICINES:
        if medicine.renewal == "excluded":
            decision = conversation(service, chance, {"medicine": answer_of(medicine)})
            assert decision.outcome == "not_eligible", medicine.substance


@pytest.mark.parametrize("service", ["renewal", "prescription"])
def test_an_unknown_medicine_is_never_eligible(service: str) -> None:
    chance = random.Random(service)
    unknown = Wanted("ukjent", None, None, None).to_json()
    for _ in range(ROUNDS):
        decision = conversation(service, chance, {"medicine": unknown})
        assert decision.outcome != "eligible"


@pytest.mark.parametrize("medicine", MEDICINES, ids=lambda medicine: medicine.substance)
def test_a_renewal_of_a_medicine_ends_as_its_class_says(medicine: Medicine) -> None:
    answers = {"medicine": answer_of(medicine), "how_many": "one", "consent": "yes"}
    collected = (Collected(medicine.substance, medicine.atc, date(2026, 10, 1)),)
    decision = evaluate(
        TREES["renewal"], answers, Known(collected=collected), NOW, load_clinic()
    )
    assert isinstance(decision, Decision)
    assert medicine.renewal is not None
    assert set(decision.reasons) <= LEADS_TO[medicine.renewal]
