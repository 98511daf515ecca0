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


def feverish(answers: Answers) -> bool:
    """Fever of 38.0 or more, measured, or felt and not measured."""
    if answers.get("fever") not in ("yes", DONT_KNOW):
        return False
    temperature = answers.get("temperature", DONT_KNOW)
    if temperature == DONT_KNOW:
        return answers["fever"] == "yes" or "temperature" in answers
    return float(temperature) >= 38.0


def heart_pain_signs(answers: Answers) -> bool:
    """Discomfort in the chest of someone whose heart pain often lacks the classic signs.

    Women, the elderly and diabetics: a lower threshold (NIMN A.11.04).
    """
    at_risk = answers.get("heart_risk") in ("yes", DONT_KNOW) or _at_least(answers, "age", 50)
    return at_risk and answers.get("pain_on_movement_only") != "yes"


def _at_least(answers: Answers, question: str, limit: float) -> bool:
    value = answers.get(question)
    return value == DONT_KNOW or (isinstance(value, int | float) and value >= limit)


PREDICATES: Mapping[str, Callable[[Answers], bool]] = {
    "feverish": feverish,
    "heart_pain_signs": heart_pain_signs,
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
        parts.append("yes" if PREDICATES[rule.predicate](answers) else "no")
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
