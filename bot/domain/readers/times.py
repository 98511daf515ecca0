"""Reads lengths of time ("halvannen uke", "siden i går kveld") and dates ("3. mars")."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from bot.domain.readers.text import with_digits
from bot.domain.readers.words import MONTHS, WEEKDAYS

_HOURS_BY_UNIT: tuple[tuple[str, float], ...] = (
    (r"sek(?:und(?:er|ar)?)?", 1 / 3600),
    (r"min(?:utt(?:er|a)?)?", 1 / 60),
    (r"t(?:im(?:e|er|ar|a|en)?)?|timme", 1.0),
    (
        r"d(?:ag(?:er|ar|a|e|ane|ene|en)?)?|dg|dgr|døgn(?:et)?|natt|netter|nætter|helg(?:er|a|en)?",
        24.0,
    ),
    (r"u(?:k(?:e|er|a|en|ene)?)?|vek(?:e|er|a|o)|væk[ea]|vekke|vekka", 168.0),
    (r"mnd|mdr?|mån(?:ed|ad)?(?:er|ar|en|a)?|måneder|måna", 730.5),
    (r"år(?:a|ene)?", 8766.0),
)
_LENGTH = re.compile(
    r"(?P<more>\b(?:over|mer enn|meir enn|mere enn|minst|lenger enn|lengre enn) )?"
    r"(?P<less>\b(?:under|mindre enn|snaut|knapt|ikke mer enn) )?"
    r"(?<![\d.,])(?P<low>\d+(?:\.\d+)?)(?: ?(?:-|til|eller|/) ?(?P<high>\d+(?:\.\d+)?))?"
    r" ?(?:"
    + "|".join(f"(?P<u{i}>{unit})" for i, (unit, _) in enumerate(_HOURS_BY_UNIT))
    + r")(?![\wæøå])(?P<half> (?:og|å) (?:en |ein |ei |et |eit |1 )?halv[ta]?\b)?"
)
#: Said without a number: the least that the word means, so that "i ukevis" passes "over to uker".
_VAGUE = (
    (r"\bi (?:minuttvis|minuttvis)\b", 0.2),
    (r"\bi timevis\b", 4.0),
    (r"\bi dagevis\b", 96.0),
    (r"\bi (?:uke|veke)vis\b", 504.0),
    (r"\bi måne[ds]+vis\b", 2191.5),
    (r"\b(?:i årevis|alltid|heile livet|hele livet|all tid|siden fødselen|i alle år)\b", 17532.0),
    (r"\b(?:akkurat nå|nå nettopp|nettopp|nyss|akkurat no|plutselig nå|nå akkurat)\b", 0.25),
    (r"\b(?:hele|heile) (?:uka|uken|veka|veko)\b", 168.0),
    (r"\b(?:hele|heile) (?:dagen|dan)\b", 12.0),
    (r"\b(?:hele|heile) (?:natta|natten)\b", 8.0),
    (r"\b(?:forrige|førre|sist|siste|i forrige) (?:uke|veke|uka)\b", 168.0),
    (r"\b(?:forrige|førre|sist) (?:måned|månad)\b", 730.5),
    (r"\bi (?:fjor)\b", 8766.0),
)
#: Moments told by name: days back and the hour of the day at which they begin.
_MOMENTS = (
    (r"\b(?:i ?for(?:i)?gårs|førgårs|i forgars|i førrgår)\b(?: (?:kveld|natt|morges))?", 2, 12),
    (r"\b(?:i ?går|igår|i gar)(?:s)? (?:kveld|kvell|kveldast|aften)\b", 1, 20),
    (r"\b(?:i ?går|igår)(?:s)? (?:ettermiddag|etterm|ettermidda)\b", 1, 15),
    (r"\b(?:i ?går|igår)(?:s)? (?:morges|morgen|morgon|formiddag|tidlig|tidleg)\b", 1, 8),
    (r"\bnatt til i dag\b", 0, 2),
    (r"\b(?:i ?går|igår|i gjår|i går)\b", 1, 12),
    (r"\b(?:i ?natt|inatt)\b", 0, 2),
    (
        r"\b(?:i ?dag ?tidlig|i ?dag ?tidleg|i ?morges|imorges|i ?morgos|i ?mårrest?|i dag morges|"
        r"i ?morres|da jeg våknet|då eg vakna|da jeg sto opp|da æ våkna|fra morgenen av)\b",
        0,
        7,
    ),
    (r"\b(?:i ?formiddag|i ?føremiddag)\b", 0, 10),
    (r"\b(?:i ?ettermiddag|i ?etterm|i ?ettermidda)\b", 0, 14),
    (r"\b(?:i ?kveld|i ?kvell)\b", 0, 18),
    (r"\b(?:i ?dag|idag|i ?daj)\b", 0, 8),
)
_SEASONS = {
    "nyttår": (1, 1),
    "vinter": (1, 1),
    "påske": (4, 5),
    "vår": (4, 1),
    "17. mai": (5, 17),
    "sommer": (7, 1),
    "sommar": (7, 1),
    "ferien": (7, 1),
    "høst": (10, 1),
    "haust": (10, 1),
    "jul": (12, 25),
}
_WEEKDAY = re.compile(r"\b(" + "|".join(WEEKDAYS) + r")(?:en|s|ar|er)?(?:morgen|kveld|natt)?\b")
_DAY_MONTH = re.compile(
    r"\b(?:den )?(\d{1,2})\.? ?(?:(" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b|"
    r"[./-] ?(\d{1,2})(?![\d.]*\d))(?:[./ -]{1,2}((?:19|20)?\d\d)\b)?"
)
_NUMERIC = re.compile(r"\b(\d{1,2})[./-](\d{1,2})[./-]((?:19|20)?\d\d)\b")
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_MONTH_ONLY = re.compile(r"\b(" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b")


def read_hours(text: str, now: datetime) -> float | None:
    """How many hours a length of time is, or how long ago its start was; None if unreadable.

    A range gives its longer end. "over to uker" is a little more than two weeks, "under" less.
    """
    digits = with_digits(text)
    if found := _LENGTH.search(digits):
        return _length(found)
    for pattern, days_back, hour in _MOMENTS:
        if re.search(pattern, digits):
            start = now.replace(hour=hour, minute=0, second=0, microsecond=0)
            start -= timedelta(days=days_back)
            return max((now - start).total_seconds() / 3600, 1.0)
    for pattern, hours in _VAGUE:
        if re.search(pattern, digits):
            return hours
    start_day = read_date(text, now, latest=now.date()) or _season(digits, now.date())
    if start_day is None:
        return None
    midday = datetime(start_day.year, start_day.month, start_day.day, 12, tzinfo=now.tzinfo)
    return max((now - midday).total_seconds() / 3600, 1.0)


def lengths_in(digits: str) -> list[tuple[int, int, float]]:
    """Every length of time in a text with digits: start, end, hours."""
    return [(found.start(), found.end(), _length(found)) for found in _LENGTH.finditer(digits)]


def _length(found: re.Match[str]) -> float:
    number = float(found["high"] or found["low"]) + (0.5 if found["half"] else 0.0)
    hours = next(hours for i, (_, hours) in enumerate(_HOURS_BY_UNIT) if found[f"u{i}"] is not None)
    if found["more"]:
        number *= 1.01
    if found["less"]:
        number *= 0.99
    return number * hours


def read_date(
    text: str, now: datetime, earliest: date | None = None, latest: date | None = None
) -> date | None:
    """The day that a text names; None if unreadable or outside the limits.

    A day without a year, or a weekday, is the nearest such day within the limits.
    """
    day = _named_day(with_digits(text), now.date(), earliest, latest)
    if day is None or (earliest and day < earliest) or (latest and day > latest):
        return None
    return day


def _named_day(digits: str, today: date, earliest: date | None, latest: date | None) -> date | None:
    if found := _ISO.search(digits):
        return _safe_date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMERIC.search(digits):
        return _safe_date(_year(found[3]), int(found[2]), int(found[1]))
    if found := _DAY_MONTH.search(digits):
        month = MONTHS[found[2]] if found[2] else int(found[3])
        if found[4]:
            return _safe_date(_year(found[4]), month, int(found[1]))
        years = (today.year - 1, today.year, today.year + 1)
        return _nearest(
            [_safe_date(y, month, int(found[1])) for y in years], today, earliest, latest
        )
    return _relative_day(digits, today) or _weekday(digits, today, earliest, latest)


def _relative_day(digits: str, today: date) -> date | None:
    if re.search(r"\b(?:i ?)?over ?(?:i ?)?(?:morgen|morgon|morra|mårra|mårgå)\b", digits):
        return today + timedelta(days=2)
    if re.search(r"\b(?:i ?morgen|i ?morgon|i ?mårra|i ?morra|imorgen|i mårgå)\b", digits):
        return today + timedelta(days=1)
    if found := _LENGTH.search(digits):
        days = round(_length(found) / 24)
        if re.search(r"\bom\b", digits[: found.start() + 1]):
            return today + timedelta(days=days)
        if re.search(r"\bsi(?:den|dan|a|da)\b|\bsi'?a\b|\bi\b|\bsia\b", digits):
            return today - timedelta(days=days)
        return None
    for pattern, days_back, _ in _MOMENTS:
        if re.search(pattern, digits):
            return today - timedelta(days=days_back)
    if re.search(r"\b(?:nå|no|nettopp|samme dag)\b", digits):
        return today
    return None


def _weekday(digits: str, today: date, earliest: date | None, latest: date | None) -> date | None:
    found = _WEEKDAY.search(digits)
    if found is None:
        if re.search(r"\bhelg(?:a|en|ene)?\b", digits):
            return today - timedelta(days=(today.weekday() - 5) % 7 or 7)
        return None
    ahead = (WEEKDAYS[found[1]] - today.weekday()) % 7
    coming, last = today + timedelta(days=ahead or 7), today + timedelta(days=(ahead or 7) - 7)
    if re.search(r"\b(?:neste|til|kommende|førstkommende|nestkommende)\b", digits):
        return coming
    if re.search(r"\b(?:forrige|sist|siste|førre|siden|sidan|sia|fra|frå)\b", digits):
        return last if last < today else last - timedelta(days=7)
    return _nearest([last, coming], today, earliest, latest)


def _nearest(
    days: list[date | None], today: date, earliest: date | None, latest: date | None
) -> date | None:
    fitting = [
        day
        for day in days
        if day and (not earliest or day >= earliest) and (not latest or day <= latest)
    ]
    return min(fitting, key=lambda day: abs((day - today).days), default=None)


def _season(digits: str, today: date) -> date | None:
    for name, (month, day) in _SEASONS.items():
        if re.search(rf"\b{re.escape(name)}(?:en|a|n|et|i|s|ferien)?\b", digits):
            years = (today.year - 1, today.year)
            return _nearest([_safe_date(y, month, day) for y in years], today, None, today)
    if found := _MONTH_ONLY.search(digits):
        years = (today.year - 1, today.year)
        return _nearest([_safe_date(y, MONTHS[found[1]], 1) for y in years], today, None, today)
    return None


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _safe_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def spoken_length(hours: float) -> str:
    """A length of time in words for a summary, such as "3 dager" or "1,5 uker"."""
    for size, one, many in (
        (8766.0, "år", "år"),
        (730.5, "måned", "måneder"),
        (168.0, "uke", "uker"),
        (24.0, "dag", "dager"),
        (1.0, "time", "timer"),
    ):
        if hours >= size * (2 if size == 168.0 and hours % 168.0 else 1) - 0.01:
            number = round(hours / size * 2) / 2
            words = f"{number:g}".replace(".", ",")
            return f"{words} {one if number == 1 else many}"
    return f"{max(round(hours * 60), 1)} minutter"
