"""Reads numbers, temperatures and ages ("trettiåtte og en halv", "sju uker")."""

from __future__ import annotations

import re

from bot.domain.readers.text import with_digits
from bot.domain.readers.times import lengths_in

_NUMBER = re.compile(
    r"(?P<more>\b(?:over|mer enn|meir enn|minst|rett over|godt over) )?"
    r"(?P<less>\b(?:under|mindre enn|snaut|knapt|rett under) )?"
    r"(?P<almost>\b(?:nesten|nærmere|nærmare|snart|straks|opp mot|oppmot) )?"
    r"(?<![\d.])(?P<low>-?\d+(?:\.\d+)?)(?: ?(?:-|til|eller|/) ?(?P<high>\d+(?:\.\d+)?))?"
)
_YEAR_HOURS = 8766.0


def read_number(text: str) -> float | None:
    """The number in a text, None where there is none.

    Of a range the higher end; "over 39" and "under 38" are a tenth off the number that is named.
    """
    found = _NUMBER.search(with_digits(text))
    if found is None:
        return None
    number = float(found["high"] or found["low"])
    if found["more"]:
        return round(number + 0.1, 2)
    return round(number - 0.1, 2) if found["less"] else number


def read_age(text: str) -> float | None:
    """An age in years, months and weeks as fractions; None where unreadable.

    "Nesten tre måneder" is a little less than three months: a limit on age is never rounded past.
    """
    digits = re.sub(r"(\d) ?(?:åring|årig|års)\w*", r"\1 år", with_digits(text))
    digits = re.sub(r"(\d)(?=måneder|mnd|uker)", r"\1 ", digits)
    if re.search(r"\bnyfødt|\bnettopp født", digits) and not re.search(r"\d", digits):
        return 0.01
    lengths = lengths_in(digits)
    if lengths:
        years = sum(hours for _, _, hours in lengths[:2]) / _YEAR_HOURS
        lower = _lower_end(digits)
        years = years if lower is None else min(years, lower)
    else:
        number = read_number(digits)
        if number is None or number < 0:
            return None
        years = number
    if re.search(r"\b(?:nesten|snart|straks|ikke helt|ikkje heilt|blir|fyller)\b", digits):
        years *= 0.99
    return round(years, 4)


def _lower_end(digits: str) -> float | None:
    found = re.search(r"(\d+(?:\.\d+)?) ?(?:-|til|eller|/) ?\d+(?:\.\d+)? ?([a-zæøå]+)", digits)
    if found is None:
        return None
    lengths = lengths_in(f"{found[1]} {found[2]}")
    return lengths[0][2] / _YEAR_HOURS if lengths else None
