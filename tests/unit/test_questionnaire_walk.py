"""Every questionnaire is walked: no dead end, no unreachable question, none too long."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from typing import Any

import pytest

from bot.adapters.questionnaire_content import MAX_QUESTIONS, load_questionnaires
from bot.domain.levels import LEVELS
from bot.domain.questionnaire import (
    Questionnaire,
    explain,
    next_question,
    progress,
    summary,
    take_answer,
)
from bot.domain.questions import DONT_KNOW, Question, hours_of
from bot.domain.triage import triage

QUESTIONNAIRES = load_questionnaires()
WALKS = 60
SIZES = ("<", "<=", ">", ">=")


def limits_of(questionnaire: Questionnaire, question: Question) -> list[Any]:
    conditions = [c for rule in questionnaire.rules for c in (*rule.when, *rule.when_any)]
    conditions += [c for q in questionnaire.questions for c in q.enable_when]
    return [c.value for c in conditions if c.question == question.id and c.operator in SIZES]


def possible_answers(questionnaire: Questionnaire, question: Question) -> list[Any]:
    """Every answer that can make a difference: each option, both sides of each limit."""
    limits = limits_of(questionnaire, question)
    if question.kind == "yes_no":
        return ["no", "yes", DONT_KNOW]
    if question.kind == "choice":
        return [option.id for option in question.options] + [DONT_KNOW]
    if question.kind == "duration":
        hours = {h + off for h in map(hours_of, limits) for off in (-1, 1)} | {30.0}
        return [{"hours": h, "said": "en stund"} for h in sorted(hours)] + [DONT_KNOW]
    if question.kind == "number":
        sizes = {float(n) + off for n in limits for off in (-0.1, 0.0, 0.1)}
        sizes |= {38.5} if question.unit == "°C" else {0.5, 6.0, 30.0, 52.0, 70.0}
        return [n for n in sorted(sizes) if n >= (question.minimum or 0)] + [DONT_KNOW]
    return ["2026-12-01"] if question.kind == "date" else ["noe"]


def walk(
    questionnaire: Questionnaire, chooser: random.Random, calm: float
) -> Iterator[dict[str, Any]]:
    """The answers after every step; `calm` is how often a red flag is answered reassuringly."""
    answers: dict[str, Any] = {}
    while question := next_question(questionnaire, answers):
        values = possible_answers(questionnaire, question)
        reassuring = "yes" if question.id == "drinking" else values[0]
        asks_for_danger = question.red_flag and question.kind in ("yes_no", "choice")
        calmly = asks_for_danger and chooser.random() < calm
        value = reassuring if calmly else chooser.choice(values)
        answers = take_answer(questionnaire, answers, question.id, value)
        yield answers


def walks(questionnaire: Questionnaire) -> Iterator[list[dict[str, Any]]]:
    chooser = random.Random(questionnaire.id)
    for number in range(WALKS):
        yield list(walk(questionnaire, chooser, (1.0, 0.9, 0.6)[number % 3]))


@pytest.mark.parametrize("questionnaire", QUESTIONNAIRES.values(), ids=QUESTIONNAIRES)
def test_every_walk_ends_in_a_level_with_reasons_and_advice(questionnaire: Questionnaire) -> None:
    asked: set[str] = set()
    for steps in walks(questionnaire):
        answers = steps[-1]
        asked |= answers.keys()
        decision = triage(questionnaire, answers)
        told = explain(questionnaire, decision)
        assert decision.outcome in LEVELS
        assert decision.reasons
        assert decision.sources
        assert told.means
        assert told.why
        assert told.do_now
        assert told.watch_for
        assert told.sooner
        assert told.contacts
        assert len(summary(questionnaire, answers)) == len(answers) <= MAX_QUESTIONS
        assert "{" not in " ".join((told.means, *told.why, *told.do_now, *told.watch_for))
    assert asked == {question.id for question in questionnaire.questions}


@pytest.mark.parametrize("questionnaire", QUESTIONNAIRES.values(), ids=QUESTIONNAIRES)
def test_progress_only_goes_forward(questionnaire: Questionnaire) -> None:
    for steps in walks(questionnaire):
        seen = [progress(questionnaire, answers) for answers in [{}, *steps]]
        assert seen == sorted(seen)
        assert {total for _, total in seen} == {len(questionnaire.questions)}
        assert seen[-1] == (seen[-1][1], seen[-1][1])


@pytest.mark.parametrize("questionnaire", QUESTIONNAIRES.values(), ids=QUESTIONNAIRES)
def test_not_knowing_never_gives_a_lower_level_than_no_danger(questionnaire: Questionnaire) -> None:
    questions = {question.id: question for question in questionnaire.questions}
    for steps in walks(questionnaire):
        answers = steps[-1]
        for question_id in answers:
            others = possible_answers(questionnaire, questions[question_id])
            levels = [level(questionnaire, {**answers, question_id: other}) for other in others]
            unsure = level(questionnaire, {**answers, question_id: DONT_KNOW})
            assert unsure <= max(levels), question_id


def level(questionnaire: Questionnaire, answers: dict[str, Any]) -> int:
    """0 for the most urgent level."""
    return [*LEVELS].index(triage(questionnaire, answers).outcome)  # type: ignore[arg-type]


def test_the_median_questionnaire_has_at_most_ten_questions() -> None:
    lengths = [
        statistics.median(len(list(walk(q, random.Random(n), calm=1.0))) for n in range(30))
        for q in QUESTIONNAIRES.values()
    ]
    assert statistics.median(lengths) <= 10


def test_there_are_at_least_35_complaints_and_a_general_one() -> None:
    assert "general" in QUESTIONNAIRES
    assert len(QUESTIONNAIRES) >= 36


@pytest.mark.parametrize("questionnaire", QUESTIONNAIRES.values(), ids=QUESTIONNAIRES)
def test_every_question_has_a_label_and_help(questionnaire: Questionnaire) -> None:
    for question in questionnaire.questions:
        assert question.label, question.id
        assert question.help, question.id
        assert question.help != question.text


def test_red_flags_come_before_how_long_it_has_lasted() -> None:
    late = {
        q.id
        for q in QUESTIONNAIRES.values()
        for rule in q.rules
        if rule.level == "emergency_113"
        for condition in rule.when
        if place(q, condition.question) > place(q, "duration") > 0
    }
    assert late == set()


def place(questionnaire: Questionnaire, question_id: str) -> int:
    ids = [question.id for question in questionnaire.questions]
    return ids.index(question_id) if question_id in ids else 0
