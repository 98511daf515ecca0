"""Every case under `tests/cases/triage/`: answers in, level and rules out.

A file holds one questionnaire: `baseline` are the answers of a person without warning signs, and
each case changes some of them. Lengths of time are written "3 days" or "71 hours". Only the
questions that the questionnaire really asks are answered, so a change that is never asked for is
an error in the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.adapters.questionnaire_content import load_questionnaires
from bot.domain.questionnaire import Questionnaire, next_question, take_answer
from bot.domain.questions import DONT_KNOW, Question, hours_of
from bot.domain.triage import triage

FOLDER = Path(__file__).resolve().parent.parent / "cases" / "triage"


def case_files() -> Iterator[dict[str, Any]]:
    for path in sorted(FOLDER.glob("*.yml")):
        yield yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)


CASES = [(file, case) for file in case_files() for case in file["cases"]]


def answer_of(question: Question, told: Any) -> Any:
    if told == DONT_KNOW:
        return told
    if question.kind == "duration":
        return {"hours": hours_of(told), "said": told}
    return float(told) if question.kind == "number" else str(told)


def played(questionnaire: Questionnaire, told: Mapping[str, Any]) -> dict[str, Any]:
    """The answers after the whole questionnaire was asked of someone who answers as told."""
    answers: dict[str, Any] = {}
    while question := next_question(questionnaire, answers):
        answer = answer_of(question, told[question.id])
        answers = take_answer(questionnaire, answers, question.id, answer)
    return answers


@pytest.mark.parametrize(
    ("file", "case"),
    CASES,
    ids=[f"{file['questionnaire']}: {case['name']}" for file, case in CASES],
)
def test_case(file: dict[str, Any], case: dict[str, Any]) -> None:
    questionnaire = load_questionnaires()[file["questionnaire"]]
    answers = played(questionnaire, {**file["baseline"], **case["change"]})
    decision = triage(questionnaire, answers)
    assert (decision.outcome, list(decision.reasons)) == (case["level"], case["reasons"])
    assert set(case["change"]) <= set(answers), "the case changes an answer that is never asked for"


def test_every_rule_fires_in_some_case() -> None:
    fired = {(file["questionnaire"], reason) for file, case in CASES for reason in case["reasons"]}
    rules = {(q.id, rule.id) for q in load_questionnaires().values() for rule in q.rules}
    assert rules - fired == set()


def test_every_questionnaire_has_cases() -> None:
    assert {file["questionnaire"] for file in case_files()} == set(load_questionnaires())


def test_there_are_at_least_250_cases() -> None:
    assert len(CASES) >= 250
