"""Questions as values: what is asked, what kind of answer fits, and when it is asked.

An answer is a JSON value, so that a conversation can be stored as it stands:

* `yes_no`: "yes", "no"
* `choice`: the id of an option
* `number`: a float in the question's unit (ages in years, temperatures in degrees Celsius)
* `duration`: `{"hours": 252.0, "said": "halvannen uke"}`
* `date`: an ISO date
* `text`: the text

and, for every kind, "dont_know". A question that was not asked has no key at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Kind = Literal["yes_no", "choice", "number", "duration", "date", "text"]
Operator = Literal["=", "!=", "in", "exists", "<", "<=", ">", ">="]
Answers = Mapping[str, Any]

DONT_KNOW = "dont_know"

_HOURS = {"hours": 1.0, "days": 24.0, "weeks": 168.0, "months": 730.5, "years": 8766.0}


class Condition(NamedTuple):
    """One comparison with an earlier answer, in the vocabulary of FHIR's `enableWhen`.

    A duration is compared with a text such as "3 days". `in` takes a list.
    """

    question: str
    operator: Operator
    value: Any


@dataclass(frozen=True)
class Option:
    """One answer of a `choice`, and other ways in which people say it."""

    id: str
    label: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """One question to the patient.

    `help` is the same question in other words and with examples, for the second asking.
    `red_flag`: the answer may mean danger, so "don't know" counts as the riskier answer.
    `heard`: phrases that answer a yes/no question when the patient says them unasked.
    `reset_by`: earlier questions whose change makes this answer void (a new patient, a new age).
    `binding`: a yes sets something going that costs or can't be undone, so only a plain yes is one.
    `minimum`, `maximum`: in the unit of the question; for a date, days from today.
    """

    id: str
    text: str
    kind: Kind
    label: str = ""
    options: tuple[Option, ...] = ()
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    help: str | None = None
    binding: bool = False
    enable_when: tuple[Condition, ...] = ()
    enable_behavior: Literal["all", "any"] = "all"
    required: bool = True
    red_flag: bool = False
    heard: tuple[str, ...] = ()
    reset_by: tuple[str, ...] = ()


def holds(condition: Condition, answers: Answers) -> bool:
    """Whether a condition is met; false where the question has no answer.

    "dont_know" meets only a comparison that names it. Raises ValueError for an unknown operator.
    """
    if condition.operator == "exists":
        return (condition.question in answers) == bool(condition.value)
    if condition.question not in answers:
        return False
    answer = answers[condition.question]
    if condition.operator == "=":
        return bool(answer == condition.value)
    if condition.operator == "!=":
        return bool(answer != condition.value)
    if condition.operator == "in":
        return answer in condition.value
    return answer != DONT_KNOW and _compare(answer, condition)


def _compare(answer: Any, condition: Condition) -> bool:
    size = float(answer["hours"]) if isinstance(answer, Mapping) else float(answer)
    limit = hours_of(condition.value) if isinstance(answer, Mapping) else float(condition.value)
    if condition.operator == "<":
        return size < limit
    if condition.operator == "<=":
        return size <= limit
    if condition.operator == ">":
        return size > limit
    if condition.operator == ">=":
        return size >= limit
    raise ValueError(f"Unknown operator {condition.operator!r}.")


def hours_of(length: str) -> float:
    """The hours in a content length such as "3 days"; raises ValueError where it is not one."""
    number, _, unit = length.partition(" ")
    if unit not in _HOURS:
        raise ValueError(f"{length!r} is not a length such as `3 days`.")
    return float(number) * _HOURS[unit]
