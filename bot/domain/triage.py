"""Triage: a cascade of named rules over the answers, ending in one level and its reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from bot.domain.decision import Decision
from bot.domain.levels import LEVELS, Level, most_urgent
from bot.domain.questions import DONT_KNOW, Answers, Condition, Question, holds

if TYPE_CHECKING:
    from bot.domain.questionnaire import Questionnaire

Fit = Literal["yes", "unsure", "no"]
_FITS: tuple[Fit, ...] = ("no", "unsure", "yes")


@dataclass(frozen=True)
class TriageRule:
    """One criterion: where all of `when` and any of `when_any` hold, at least this level.

    `unsure` is what the rule asks for when it fits only because the patient does not know the
    answer to a red-flag question: a level, or nothing. Unset, it asks for the rule's own level.
    `why` tells the patient what was noticed.
    """

    id: str
    level: Level
    basis: str
    why: str
    when: tuple[Condition, ...] = ()
    when_any: tuple[Condition, ...] = ()
    predicate: str | None = None
    unsure: Level | Literal["ignore"] | None = None


@dataclass(frozen=True)
class Predicate:
    """A criterion that no list of comparisons can state, and the questions that it looks at."""

    questions: tuple[str, ...]
    fit: Callable[[Answers], Fit]


def feverish(answers: Answers) -> Fit:
    """Fever of 38.0 or more as measured, or as felt where nobody measured it.

    Not before the temperature has been asked for.
    """
    fever, temperature = answers.get("fever"), answers.get("temperature")
    if fever == DONT_KNOW:
        return "unsure"
    if fever != "yes" or temperature is None:
        return "no"
    return "yes" if temperature == DONT_KNOW or float(temperature) >= 38.0 else "no"


def heart_pain_signs(answers: Answers) -> Fit:
    """Discomfort in the chest of someone whose heart pain often lacks the classic signs.

    From 50 years, or with heart disease, diabetes, high blood pressure or smoking (NIMN A.11.04),
    save where it only hurts on movement or pressure.
    """
    only_on_movement = answers.get("pain_on_movement_only")
    age = answers.get("age")
    older = age == DONT_KNOW or (age is not None and float(age) >= 50)
    if only_on_movement in (None, "yes") or not (older or "heart_risk" in answers):
        return "no"
    if older or answers["heart_risk"] == "yes":
        return "yes"
    return "unsure" if answers["heart_risk"] == DONT_KNOW else "no"


PREDICATES: Mapping[str, Predicate] = {
    "feverish": Predicate(("fever", "temperature"), feverish),
    "heart_pain_signs": Predicate(("age", "heart_risk", "pain_on_movement_only"), heart_pain_signs),
}


@dataclass(frozen=True)
class Firing:
    """A rule that fits the answers, and the level that it asks for."""

    rule: TriageRule
    level: Level = field(compare=False)


def firings(questionnaire: Questionnaire, answers: Answers) -> list[Firing]:
    """Every rule that fits what has been answered so far, in the order of the questionnaire."""
    questions = {question.id: question for question in questionnaire.questions}
    fired = []
    for rule in questionnaire.rules:
        level = _level_asked_for(rule, fit(rule, questions, answers), questionnaire.default_level)
        if level is not None:
            fired.append(Firing(rule, level))
    return fired


def fit(rule: TriageRule, questions: Mapping[str, Question], answers: Answers) -> Fit:
    """Whether a rule fits; "unsure" where it hangs on a red flag that the patient does not know."""
    parts = [_condition_fit(c, questions, answers) for c in rule.when]
    if rule.when_any:
        parts.append(
            max((_condition_fit(c, questions, answers) for c in rule.when_any), key=_FITS.index)
        )
    if rule.predicate is not None:
        parts.append(PREDICATES[rule.predicate].fit(answers))
    return min(parts, key=_FITS.index)


def _condition_fit(
    condition: Condition, questions: Mapping[str, Question], answers: Answers
) -> Fit:
    if holds(condition, answers):
        return "yes"
    unknown = answers.get(condition.question) == DONT_KNOW
    return "unsure" if unknown and questions[condition.question].red_flag else "no"


def _level_asked_for(rule: TriageRule, fitting: Fit, default: Level) -> Level | None:
    if fitting == "yes":
        return rule.level
    if fitting == "no" or rule.unsure == "ignore":
        return None
    if LEVELS.index(rule.level) > LEVELS.index(default):  # not knowing never lowers the level
        return None
    return rule.unsure or rule.level


def questions_of(rule: TriageRule) -> set[str]:
    """The ids of the questions that a rule looks at."""
    asked = {condition.question for condition in (*rule.when, *rule.when_any)}
    return asked | set(PREDICATES[rule.predicate].questions if rule.predicate else ())


def level_so_far(questionnaire: Questionnaire, answers: Answers) -> Level | None:
    """The most urgent level that the answers so far already call for, None where none does."""
    levels = [firing.level for firing in firings(questionnaire, answers)]
    return most_urgent(levels) if levels else None


def triage(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> Decision:
    """The level that the answers call for, with the rules that said so.

    The most urgent rule wins; where none fits it is the questionnaire's default, whose reason is
    `<questionnaire>.default`.
    """
    fired = firings(questionnaire, answers)
    level = most_urgent([f.level for f in fired]) if fired else questionnaire.default_level
    reasons = tuple(f.rule.id for f in fired if f.level == level)
    sources = tuple(dict.fromkeys(f.rule.basis for f in fired if f.level == level))
    path = tuple(q.id for q in questionnaire.questions if q.id in answers)
    return Decision(
        outcome=level,
        reasons=reasons or (f"{questionnaire.id}.default",),
        path=path,
        inputs={question_id: answers[question_id] for question_id in path},
        sources=sources or (questionnaire.source,),
        rule_version=questionnaire.version,
    )
