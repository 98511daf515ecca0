"""Finds and masks what identifies a person in a message, before it is stored or logged.

Four kinds: fødselsnummer (with D-, H- and FH-numbers and the test series of Tenor and NHN),
payment cards, e-mail addresses and phone numbers. Dates, temperatures, doses and the short
emergency numbers stay.

Source of the number rules: Skatteetaten's description of fødselsnummer, the first check digit's
four allowed remainders from 2032 included.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["fodselsnummer", "card", "email", "phone"]

_LABELS: dict[Kind, str] = {
    "fodselsnummer": "[fødselsnummer fjernet]",
    "card": "[kortnummer fjernet]",
    "email": "[e-post fjernet]",
    "phone": "[telefonnummer fjernet]",
}

_SPACE = r"\s"
_DASH = "[-\u2010-\u2013]"

_EMAIL = re.compile(
    r"[\w.+%-]+\s?(?:@|\(at\)|\[at\]|\{at\}|krøllalfa)\s?\w[\w-]*(?:\.\w[\w-]*)+", re.IGNORECASE
)
#: Written in one go, or as cards print it: fours, or American Express' 4-6-5.
_CARD = re.compile(
    rf"(?<!\d)(?:\d{{13,19}}|\d{{4}}(?:(?:{_SPACE}|{_DASH})\d{{4}}){{2,3}}"
    rf"(?:(?:{_SPACE}|{_DASH})\d{{1,4}})?|\d{{4}}(?:{_SPACE}|{_DASH})\d{{6}}"
    rf"(?:{_SPACE}|{_DASH})\d{{5}})(?!\d)"
)
#: A date and five digits, as a fødselsnummer is usually written.
_BIRTH_NUMBER_AS_WRITTEN = re.compile(
    rf"(?<!\d)(?:\d{{6}}|\d\d[.\-/]\d\d[.\-/]\d\d|\d\d{_SPACE}\d\d{_SPACE}\d\d)"
    rf"{_SPACE}{{0,2}}(?:{_DASH}|[./:])?{_SPACE}{{0,2}}\d{{3}}{_SPACE}?\d\d(?!\d)"
)
#: Any eleven digits, spaced or dashed anywhere.
_ELEVEN_DIGITS = re.compile(rf"(?<!\d)\d(?:(?:{_SPACE}|{_DASH})?\d){{10}}(?!\d)")
_UNIT = r"\s?(?:mg|mcg|µg|g|kg|ml|dl|kr|kroner|ie|iu|stk|enheter|cm|mm)\b"
_PHONE = re.compile(
    rf"(?<![\d+,.])(?:"
    rf"(?:\+|00)47{_SPACE}?\d(?:{_SPACE}?\d){{7}}"
    rf"|(?:\+|00)[1-9]\d{{0,2}}(?:(?:{_SPACE}|{_DASH})?\d){{6,12}}"
    rf"|[2-9]\d{{7}}"
    rf"|[2-9]\d\d(?:{_SPACE}|{_DASH})\d\d(?:{_SPACE}|{_DASH})\d{{3}}"
    rf"|[2-9]\d(?:(?:{_SPACE}|{_DASH})\d\d){{3}}"
    rf")(?![\d%°]|[.,]\d|{_UNIT})",
    re.IGNORECASE,
)

_FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
#: Before 2032 the weighted sum leaves 0; the numbers issued from 2032 leave 0 to 3.
_FIRST_REMAINDERS = range(4)
#: What is added to the month: nothing, H-number, NHN's test series, Tenor's test series.
_MONTH_OFFSETS = (0, 40, 65, 80)
_D_NUMBER_DAY_OFFSET = 40


@dataclass(frozen=True)
class Masked:
    """A text that is safe to store, and which kinds of numbers and addresses were taken out."""

    text: str
    kinds: frozenset[Kind]


def mask(text: str) -> Masked:
    """The text with each identifying number or address replaced by a label that names its kind."""
    found: set[Kind] = set()
    for kind, pattern, holds in _RULES:
        text = _replace(text, kind, pattern, holds, found)
    return Masked(text, frozenset(found))


def is_birth_number(digits: str) -> bool:
    """Whether eleven digits can be a fødselsnummer, D-, H-, FH- or test number, by check digits."""
    return _check_digits_hold(digits) and (_is_help_number(digits) or _begins_with_date(digits))


def _replace(
    text: str, kind: Kind, pattern: re.Pattern[str], holds: Callable[[str], bool], found: set[Kind]
) -> str:
    pieces: list[str] = []
    done = position = 0
    while match := pattern.search(text, position):
        if not holds(match.group()):
            position = match.start() + 1
            continue
        found.add(kind)
        pieces += [text[done : match.start()], _LABELS[kind]]
        done = position = match.end()
    return "".join([*pieces, text[done:]])


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())


def _check_digits_hold(digits: str) -> bool:
    values = [int(digit) for digit in digits]
    first = sum(w * v for w, v in zip(_FIRST_WEIGHTS, values[:10], strict=True)) % 11
    second = sum(w * v for w, v in zip(_SECOND_WEIGHTS, values, strict=True)) % 11
    return first in _FIRST_REMAINDERS and second == 0


def _begins_with_date(digits: str) -> bool:
    """Whether the first six digits are a date, in any of the series. February 29 always counts."""
    day, month = int(digits[:2]), int(digits[2:4])
    day -= _D_NUMBER_DAY_OFFSET if day > _D_NUMBER_DAY_OFFSET else 0
    months = [month - offset for offset in _MONTH_OFFSETS if 1 <= month - offset <= 12]
    return any(1 <= day <= monthrange(2000, month)[1] for month in months)


def _is_help_number(digits: str) -> bool:
    """FH-numbers begin with 8 or 9 and hold no date."""
    return digits[0] in "89"


def _looks_like_birth_number(text: str) -> bool:
    """The usual written form is masked on its looks: a mistyped number identifies too."""
    return _begins_with_date(_digits(text))


def _is_spaced_birth_number(text: str) -> bool:
    return is_birth_number(_digits(text))


def _is_card(text: str) -> bool:
    """Luhn's check, over 13 to 19 digits."""
    digits = [int(digit) for digit in reversed(_digits(text))]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return 13 <= len(digits) <= 19 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_phone(text: str) -> bool:
    """Eight digits that are no date (20112026) and no row of temperatures (38 39 40 39)."""
    digits = _digits(text)
    if text[0] == "+" or digits.startswith("00"):
        return True
    if text.isdecimal():
        return not (_is_date(digits) or _is_date(digits[6:] + digits[4:6] + digits[:4]))
    pairs = [int(digits[i : i + 2]) for i in range(0, 8, 2)]
    return not all(34 <= pair <= 42 for pair in pairs)


def _is_date(digits: str) -> bool:
    """Whether eight digits are day, month and a year from 1900 to 2099."""
    day, month, century = int(digits[:2]), int(digits[2:4]), digits[4:6]
    return century in ("19", "20") and 1 <= month <= 12 and 1 <= day <= monthrange(2000, month)[1]


_RULES: tuple[tuple[Kind, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("email", _EMAIL, lambda text: True),
    ("card", _CARD, _is_card),
    ("fodselsnummer", _BIRTH_NUMBER_AS_WRITTEN, _looks_like_birth_number),
    ("fodselsnummer", _ELEVEN_DIGITS, _is_spaced_birth_number),
    ("phone", _PHONE, _is_phone),
)
