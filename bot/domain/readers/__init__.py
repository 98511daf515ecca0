"""Reads what people answer, in Norwegian as they write it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.questions import DONT_KNOW, Question
from bot.domain.readers.choices import read_choice, says_only_small_words
from bot.domain.readers.numbers import read_age, read_number
from bot.domain.readers.text import plain, words_of
from bot.domain.readers.times import read_date, read_hours, spoken_length
from bot.domain.readers.yes_no import (
    has_negation,
    is_plain_yes,
    negated_before,
    read_dont_know,
    read_yes_no,
    without_dont_know,
)

_LONGEST_SAYING = 40
_SHORT_ANSWER = 8


@dataclass(frozen=True)
class Reading:
    """What a text answers: `value` is None where it can't be read.

    `certain`: the text is an answer of this type in so many words, and wins over a weak guess
    that it is a question of its own.
    """

    value: Any | None
    certain: bool


UNREADABLE = Reading(None, False)


def read(question: Question, text: str, now: datetime) -> Reading:
    """The answer that a text gives to a question."""
    if not plain(text):
        return UNREADABLE
    return _READERS[question.kind](question, text, now)


def _read_yes_no(question: Question, text: str, now: datetime) -> Reading:
    shade = read_yes_no(text)
    if question.binding and shade != "no" and not is_plain_yes(text):
        return UNREADABLE
    if shade is not None:
        return Reading(shade, True)
    for phrase in question.heard:
        position = plain(text).find(plain(phrase))
        if position >= 0:
            return Reading("no" if negated_before(text, position) else "yes", False)
    return _echo(question, text)


def _echo(question: Question, text: str) -> Reading:
    """A short answer that repeats the question's own words: "har ikke feber", "litt feber"."""
    said = words_of(text)
    asked = {word for word in words_of(question.text) if len(word) > 3}
    if len(said) > _SHORT_ANSWER or not asked & set(said) or "?" in text:
        return UNREADABLE
    return Reading("no" if has_negation(text) else "yes", False)


def _read_choice(question: Question, text: str, now: datetime) -> Reading:
    if says_only_small_words(without_dont_know(text)) and read_dont_know(text):
        return Reading(DONT_KNOW, True)
    chosen = read_choice(question.options, text)
    if chosen is not None:
        return Reading(chosen, len(words_of(text)) <= _SHORT_ANSWER)
    yes_no = {option.id for option in question.options} & {"yes", "no"}
    shade = read_yes_no(text)
    if shade in yes_no:
        return Reading(shade, True)
    return _dont_know_or_unreadable(text)


def _read_number(question: Question, text: str, now: datetime) -> Reading:
    number = read_age(text) if question.unit == "år" else read_number(text)
    if number is None:
        return _dont_know_or_unreadable(text)
    if question.unit == "°C":
        number = _degrees(text, number)
    too_low = question.minimum is not None and number < question.minimum
    too_high = question.maximum is not None and number > question.maximum
    return UNREADABLE if too_low or too_high else Reading(float(number), True)


def _degrees(text: str, number: float) -> float:
    """Degrees typed without their comma: "385" and "38 5"."""
    if found := re.search(r"\b(3\d|4[0-3]) ?(\d)\b", text):
        return float(f"{found[1]}.{found[2]}")
    return number


def _read_duration(question: Question, text: str, now: datetime) -> Reading:
    hours = read_hours(text, now)
    if hours is None:
        return _dont_know_or_unreadable(text)
    said = text.strip() if len(text.strip()) <= _LONGEST_SAYING else spoken_length(hours)
    return Reading({"hours": round(hours, 2), "said": said}, True)


def _read_date(question: Question, text: str, now: datetime) -> Reading:
    today = now.date()
    earliest = None if question.minimum is None else today + timedelta(days=question.minimum)
    latest = None if question.maximum is None else today + timedelta(days=question.maximum)
    day = read_date(text, now, earliest, latest)
    if day is None:
        return _dont_know_or_unreadable(text)
    return Reading(day.isoformat(), True)


def _read_text(question: Question, text: str, now: datetime) -> Reading:
    if re.fullmatch(r"\W*", plain(text)):
        return UNREADABLE
    return Reading(text.strip(), False)


def _dont_know_or_unreadable(text: str) -> Reading:
    return Reading(DONT_KNOW, True) if read_dont_know(text) else UNREADABLE


_READERS: dict[str, Callable[[Question, str, datetime], Reading]] = {
    "yes_no": _read_yes_no,
    "choice": _read_choice,
    "number": _read_number,
    "duration": _read_duration,
    "date": _read_date,
    "text": _read_text,
}
