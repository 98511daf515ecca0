"""Reads temperatures, ages, pregnancy weeks and durations as concepts for the red-flag rules.

The words around the numbers (units, "feber", "gammel") are concepts of the lexicon; this module
knows only the arithmetic. Ages are in months, temperatures in degrees Celsius.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.red_flag_concepts import Span
from bot.domain.red_flag_words import Token

FEVER_FROM, HIGH_FEVER_FROM, NO_TEMPERATURE_FROM, LOW_TEMPERATURE_BELOW = 38.0, 40.0, 43.0, 35.0
_MONTHS_PER_UNIT = {
    "minute": 0.0, "hour": 0.0, "day": 1 / 30, "week": 1 / 4.35, "month": 1.0, "year": 12.0
}  # fmt: skip
_MINUTES_PER_UNIT = {"minute": 1, "hour": 60, "day": 1440, "week": 10_080, "month": 43_200}

#: Concepts that this module gives, with the meaning of each.
FACTS = {
    "temperature_fever": "38.0 degrees or more",
    "temperature_high": "40.0 degrees or more",
    "temperature_low": "under 35.0 degrees",
    "age_under_3_months": "a child under three months",
    "age_under_1_year": "a child under one year",
    "age_under_16": "a child under 16 years",
    "age_from_60": "60 years or more",
    "pregnant_over_20_weeks": "pregnancy week 20 or later",
    "pregnant_before_13_weeks": "pregnancy week 12 or earlier",
    "lasted_over_5_minutes": "a duration of more than five minutes",
    "lasted_over_20_minutes": "a duration of 20 minutes or more",
    "lasted_over_2_hours": "a duration of two hours or more",
    "lasted_over_2_days": "a duration of two days or more",
    "high_glucose": "blood glucose of 15 mmol/l or more",
    "low_saturation": "oxygen saturation of 92 % or less",
    "few_words": "the whole message has at most five words",
}
_FEW_WORDS = 5

Found = Mapping[str, Sequence[Span]]


@dataclass(frozen=True)
class _Number:
    span: Span
    value: float
    is_decimal: bool


def read_facts(tokens: Sequence[Token], found: Found) -> dict[str, list[Span]]:
    """The facts of `FACTS` that a message states, by id in angle brackets."""
    facts: dict[str, list[Span]] = {}
    if 0 < len(tokens) <= _FEW_WORDS:
        facts["<few_words>"] = [Span(0, len(tokens), ())]
    numbers = _numbers(tokens, found)
    units = _units(found)
    for number in numbers:
        for fact, span in _facts_of(number, tokens, found, units):
            facts.setdefault(f"<{fact}>", []).append(span)
    return facts


def _numbers(tokens: Sequence[Token], found: Found) -> list[_Number]:
    numbers: list[_Number] = []
    for position, token in enumerate(tokens):
        if token.raw[0].isdigit():
            value = float(token.raw.replace(",", "."))
            span = Span(position, position + 1, (position,))
            numbers.append(_Number(span, value, not token.raw.isdigit()))
    for key, spans in found.items():
        if key.startswith("<number_"):
            value = float(key[len("<number_") : -1].replace("_", "."))
            numbers.extend(_Number(span, value, False) for span in spans)
    return sorted(numbers, key=lambda number: number.span.start)


def _units(found: Found) -> dict[int, str]:
    """The unit that stands at a token position."""
    return {
        span.start: unit
        for unit in ("minute", "hour", "day", "week", "month", "year")
        for span in found.get(f"<unit_{unit}>", ())
    }


def _facts_of(
    number: _Number, tokens: Sequence[Token], found: Found, units: Mapping[int, str]
) -> list[tuple[str, Span]]:
    after = number.span.end
    unit = units.get(after) or (
        units.get(after + 1) if _stands_at(found, "<filler>", after) else None
    )
    if unit is None:
        return _measured(number, tokens, found)
    unit_at = after if units.get(after) else after + 1
    span = Span(number.span.start, unit_at + 1, (*number.span.covered, unit_at))
    if _is_ago_or_ahead(span, found):
        if unit != "year" and _same_sentence(found, "<born_word>", span, tokens):
            return _age_facts(number.value * _MONTHS_PER_UNIT[unit], span)
        return []
    facts: list[tuple[str, Span]] = []
    week_of_pregnancy = unit == "week" and _same_sentence(found, "<pregnant>", span, tokens)
    if week_of_pregnancy:
        facts += _pregnancy_facts(number.value, span)
    elif unit in _MONTHS_PER_UNIT and _is_age(span, tokens, found):
        facts += _age_facts(number.value * _MONTHS_PER_UNIT[unit], span)
    if unit in _MINUTES_PER_UNIT:
        facts += _duration_facts(number.value * _MINUTES_PER_UNIT[unit], span)
    return facts


def _measured(
    number: _Number, tokens: Sequence[Token], found: Found
) -> list[tuple[str, Span]]:
    """Facts of a number that has no unit of time: temperature, age "på 72", week 32, glucose."""
    span, value = number.span, number.value
    facts: list[tuple[str, Span]] = []
    if _same_sentence(found, "<glucose_word>", span, tokens):
        return [("high_glucose", span)] if 15 <= value < 60 else []
    if _same_sentence(found, "<saturation_word>", span, tokens):
        return [("low_saturation", span)] if 50 <= value <= 92 else []
    names_temperature = _same_sentence(found, "<temperature_word>", span, tokens)
    if FEVER_FROM <= value < NO_TEMPERATURE_FROM and (number.is_decimal or names_temperature):
        facts.append(("temperature_fever", span))
        if value >= HIGH_FEVER_FROM:
            facts.append(("temperature_high", span))
    if 20 <= value < LOW_TEMPERATURE_BELOW and names_temperature:
        facts.append(("temperature_low", span))
    if _stands_at(found, "<unit_week>", span.start - 1) and _anywhere(found, "<pregnant>"):
        facts += _pregnancy_facts(value, span)
    elif not number.is_decimal and 60 <= value <= 105 and _follows_age_word(span, found):
        facts += _age_facts(value * 12, span)
    return facts


def _age_facts(months: float, span: Span) -> list[tuple[str, Span]]:
    limits = (("age_under_3_months", 3), ("age_under_1_year", 12), ("age_under_16", 16 * 12))
    facts = [(fact, span) for fact, limit in limits if months < limit]
    if months >= 60 * 12:
        facts.append(("age_from_60", span))
    return facts


def _pregnancy_facts(week: float, span: Span) -> list[tuple[str, Span]]:
    if 20 <= week <= 43:
        return [("pregnant_over_20_weeks", span)]
    return [("pregnant_before_13_weeks", span)] if 3 <= week < 13 else []


def _duration_facts(minutes: float, span: Span) -> list[tuple[str, Span]]:
    limits = (
        ("lasted_over_5_minutes", 6),
        ("lasted_over_20_minutes", 20),
        ("lasted_over_2_hours", 120),
        ("lasted_over_2_days", 2880),
    )
    return [(fact, span) for fact, limit in limits if minutes >= limit]


def _is_age(span: Span, tokens: Sequence[Token], found: Found) -> bool:
    """"7 uker gammel", "baby på 6 uker", "sønnen min er to måneder": not "i to måneder"."""
    if _stands_at(found, "<old_word>", span.end):
        return True
    if _stands_at(found, "<since_or_for>", span.start - 1):
        return False
    if _stands_at(found, "<at_age>", span.start - 1) and _same_sentence(
        found, "<temperature_word>", span, tokens
    ):
        return True
    if _is_alone_in_clause(span, tokens) and _anywhere(found, "<temperature_or_child>"):
        return True
    child_or_person = _same_sentence(found, "<someone>", span, tokens)
    return child_or_person and (
        _follows_age_word(span, found) or _stands_at(found, "<someone>", span.end)
        or _stands_at(found, "<someone>", span.start - 1)
    )


def _is_alone_in_clause(span: Span, tokens: Sequence[Token]) -> bool:
    """"5 uker, 38,7": an age that is all of its clause, in a message that has more."""
    clause = tokens[span.start].clause
    return [t.clause for t in tokens].count(clause) == span.end - span.start < len(tokens)


def _follows_age_word(span: Span, found: Found) -> bool:
    return _stands_at(found, "<age_word>", span.start - 1) or (
        _stands_at(found, "<filler>", span.start - 1)
        and _stands_at(found, "<age_word>", span.start - 2)
    )


def _is_ago_or_ahead(span: Span, found: Found) -> bool:
    """"for to år siden", "om tre uker": neither an age nor a duration."""
    if _stands_at(found, "<ahead_word>", span.start - 1):
        return True
    return _stands_at(found, "<ago_word>", span.end)


def _stands_at(found: Found, concept: str, position: int) -> bool:
    return any(span.start <= position < span.end for span in found.get(concept, ()))


def _same_sentence(
    found: Found, concept: str, span: Span, tokens: Sequence[Token]
) -> bool:
    sentence = tokens[span.start].sentence
    return any(tokens[other.start].sentence == sentence for other in found.get(concept, ()))


def _anywhere(found: Found, concept: str) -> bool:
    return bool(found.get(concept))
