"""Listens to a wish for an errand: "trenger sykmelding ut uka, har vært dårlig siden i går"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.listening import hear_age, hear_who
from bot.domain.medicines import Register, Wanted
from bot.domain.questions import Option, Question
from bot.domain.readers.text import plain, with_digits
from bot.domain.readers.times import lengths_in, read_date
from bot.domain.readers.words import WEEKDAYS
from bot.domain.readers.yes_no import negated_before
from bot.domain.zone import OSLO

_DAY = (
    r"(?:i ?går|igjår|i gjår|i ?forgårs|i ?dag|idag|i ?morgen|i ?morgon|i ?mårra|imorgen|i morra"
    r"|i ?overmorgen|i ?natt|i ?morges|i ?kveld|yesterday|today|tomorrow|nå|no|now"
    r"|(?:forrige |sist |sist[ea] |førre |neste |på )?(?:" + "|".join(WEEKDAYS) + r")(?:en)?\b"
    r"|(?:den )?\d{1,2}\.? ?(?:[./-] ?\d{1,2}(?:[./-]\d{2,4})?|[a-zæøå]{3,9})|\d{4}-\d\d-\d\d"
    r"|i helg[ae]n?|helg[ae]n?|forrige uk[ea]|sist uk[ea]|forrige veke|(?:\d+|noen) dager siden)"
    r"(?![\wæøå])"
)
_FROM = re.compile(
    r"\b(?:fra(?: og med)?|frå(?: og med)?|f\.?o\.?m\.?|från(?: och med)?|from|starting"
    r"|for|bare|berre|kun|(?:borte|vekke|hjemme|heime|fråvær\w*|fravær\w*)"
    r"(?: (?:fra|frå|på) (?:jobb|jobben|arbeid|skolen|skulen))?"
    rf") (?P<day>{_DAY})"
)
_SINCE = re.compile(
    rf"\b(?:siden|sidan|sia|sida|since|helt fra|sen|sedan|startet|starta) (?P<day>{_DAY})"
)
_AHEAD = re.compile(
    r"\b(?P<day>i ?dag|idag|i ?morgen|i ?morgon|i ?mårra|i morra|i ?overmorgen|today|tomorrow)"
    r"(?![\wæøå])"
)
_ENGLISH = {"yesterday": "i går", "today": "i dag", "tomorrow": "i morgen", "now": "i dag",
            "nå": "i dag", "no": "i dag"}
_UNTIL = re.compile(
    r"\b(?:til(?: og med)?|t\.?o\.?m\.?|te|ut|until|till) (?:på |og med )?(?P<day>"
    + "|".join(WEEKDAYS) + r"|\d{1,2}\.? ?(?:[./-] ?\d{1,2}|[a-zæøå]{3,9})\b|i ?morgen)"
)
_REST_OF_WEEK = re.compile(
    r"\b(?:ut (?:denne )?(?:uk[ea]n?|vek[ea]n?|væk[ae]|arbeidsuk[ea])|ut over (?:uka|helga)"
    r"|resten av (?:uk[ea]n?|vek[ea]n?|arbeidsuk[ea])|resten tå væka|uka ut|veka ut|uken ut"
    r"|rest of the week|resten av denne uk[ea]n?|(?:utover|resten) uka|ut helg[ae]n?)\b"
)
_WHOLE_WEEK = re.compile(r"\b(?:hele|heile) (?:denne )?(?:uk[ea]n?|vek[ea]n?)\b")
_TO_MORROW_TOO = re.compile(r"\bi ?dag (?:og|å|åg|\+|&) i ?(?:morgen|morgon|mårra|morra)\b")
_ONLY_TODAY = re.compile(r"\b(?:bare|berre|kun|for|nur) (?:i ?dag|today)\b(?! (?:og|å|av|till))")
_PAST_BEFORE = re.compile(
    r"\b(?:vært|vore|våre|vøri|hatt|har|ligget|lege|lega|i|siste|etter|nå|på)\W*$"
)
_WISHED_BEFORE = re.compile(
    r"(?:sykmeld\w*|sjukmeld\w*|syk meld\w*|sykemeld\w*|attest\w*|erklæring\w*|fri|borte|hjemme"
    r"|sick note|papir\w*|trenger|treng|vil ha|ønsker)\b[^.!?]{0,30}?\b(?:i|for|på|te|til)? ?$"
)


@dataclass(frozen=True)
class Listener:
    """Takes from a message what a service's rules can use: its questions, and facts never asked.

    `names` are the questions and facts to listen for.
    """

    questions: tuple[Question, ...]
    names: tuple[str, ...]
    register: Register

    def hear(self, text: str, now: datetime) -> dict[str, Any]:
        """What a text already says, by question or fact. `now` has a time zone."""
        local = now.astimezone(OSLO)
        facts: dict[str, Any] = {}
        for question in self.questions:
            value = _HEARERS.get(question.id, _hear_phrases)(question, text, local)
            if value is not None:
                facts[question.id] = value
        for name in set(self.names) & _UNASKED.keys():
            value = _UNASKED[name](text)
            if value is not None:
                facts[name] = value
        if "medicine" in self.names:
            facts |= self._unnamed(facts.pop("medicine", None)) | self._medicines(text) | facts
        return {name: value for name, value in facts.items() if name in self.names}

    def medicine(self, text: str) -> dict[str, Any]:
        """The answer to the question for the medicine, an unknown name included."""
        unnamed = self._unnamed(text.strip()) | {"how_many": "one"}
        return self._medicines(text, named=True) or unnamed

    def correct(
        self, answers: Mapping[str, Any], text: str, open_question: str, now: datetime
    ) -> dict[str, Any] | None:
        """The answers after a correction of earlier ones; None where the text corrects none.

        What hung on a corrected answer (`reset_by`) is dropped.
        """
        if not _CORRECTION.search(plain(text)):
            return None
        heard = self.hear(_without_what_is_denied(text), now)
        if open_question in heard:
            return None
        changed = {key: value for key, value in heard.items() if answers.get(key, value) != value}
        if not changed:
            return None
        void = {q.id for q in self.questions if changed.keys() & set(q.reset_by)}
        return {key: value for key, value in answers.items() if key not in void} | changed

    def _unnamed(self, said: str | None) -> dict[str, Any]:
        """A medicine that the register does not know, in the patient's words."""
        return {"medicine": Wanted(said, None, None, None).to_json()} if said else {}

    def _medicines(self, text: str, named: bool = False) -> dict[str, Any]:
        """The medicine, or the likely ones; a kind of unlike medicines counts only when `named`."""
        found = self.register.find(text)
        if found.alternatives:
            return {"medicine": {"alternatives": list(found.alternatives)}, "how_many": "one"}
        if not found.medicines:
            return {}
        first = found.medicines[0]
        facts: dict[str, Any] = {}
        if first.renewal is not None or named:
            facts["medicine"] = first.to_json()
        facts["how_many"] = "several" if len(found.medicines) > 1 else "one"
        return facts


def hear_first_day(text: str, now: datetime) -> date | None:
    """The day from which somebody is away, None where the text names none.

    "Fra i dag" counts before "syk siden i går". A day with neither word counts where it is the
    only one and not past: what happened on a past day may be something else.
    """
    digits = with_digits(text)
    for pattern in (_FROM, _SINCE):
        for found in pattern.finditer(digits):
            day = _day(found["day"], now, past=pattern is _SINCE)
            if day is not None:
                return day
    ahead = _AHEAD.finditer(_without_ends(digits))
    named = {_day(found["day"], now, past=False) for found in ahead}
    named.discard(None)
    return named.pop() if len(named) == 1 else None


def hear_days(text: str, now: datetime) -> int | None:
    """For how many calendar days somebody wants to be away, None where the text does not say."""
    digits = with_digits(text)
    if _TO_MORROW_TOO.search(digits):
        return 2
    first = max(hear_first_day(text, now) or now.date(), now.date() - timedelta(days=60))
    if _REST_OF_WEEK.search(digits):
        sunday = now.date() + timedelta(days=6 - now.weekday())
        return max((sunday - first).days + 1, 1)
    if _WHOLE_WEEK.search(digits):
        return 7
    if until := _UNTIL.search(digits):
        last = read_date(until["day"], now, earliest=first)
        if last is not None:
            return (last - first).days + 1
    wished = [hours for start, _, hours in lengths_in(digits) if _is_wished(digits, start)]
    if len(wished) == 1 and wished[0] >= 24:
        # A whole day for a day begun: "over a week" is eight days, not seven.
        return -int(-wished[0] // 24)
    return 1 if _ONLY_TODAY.search(digits) and not wished else None


_CORRECTION = re.compile(
    r"\b(?:vent|jeg mente|eg meinte|æ meinte|mente|meinte|meinar|feil|rettelse|korriger\w*|beklager"
    r"|unnskyld|sorry|ups|oi|likevel|allikevel|skulle vært|skulle stå|skal være|endre|forandre"
    r"|ombestem\w*|egentlig|eller nei|rettere sagt|altså nei)\b|^nei,? "
)


def _without_what_is_denied(text: str) -> str:
    """"Ikke fra i går, men fra i dag" without the part that is taken back."""
    return re.sub(
        r"\b(?:ikke|ikkje|itj)\b[^,.;]*?(?:,|\.|;|\bmen\b)+", " ", plain(text), count=1
    )


def _day(said: str, now: datetime, past: bool) -> date | None:
    said = _ENGLISH.get(said.strip(), said)
    latest = now.date() if past else now.date() + timedelta(days=90)
    return read_date(said, now, earliest=now.date() - timedelta(days=90), latest=latest)


def _without_ends(digits: str) -> str:
    """The text without its "until Friday", so that the last day is not taken for the first."""
    return _UNTIL.sub(" ", _TO_MORROW_TOO.sub("i dag", digits))


def _is_wished(digits: str, start: int) -> bool:
    """Whether a length is how long one wants to be away, not how long one has been ill."""
    before = digits[:start]
    after = digits[start:]
    if re.match(r"\S+ ?\w+ (?:siden|sidan|sia|gam|ago)", after):
        return False
    return bool(_WISHED_BEFORE.search(before)) or not _PAST_BEFORE.search(before)


def _hear_phrases(question: Question, text: str, now: datetime) -> Any:
    """An answer by its phrases: the one option of a choice, yes or no by `heard`."""
    said = plain(text)
    if question.kind == "choice":
        return _hear_choice(question, said)
    if question.kind == "yes_no":
        found = [place for phrase in question.heard for place in _places(said, phrase)]
        denied = [negated_before(said, start) for start, _ in found]
        return None if not found else "no" if all(denied) else "yes"
    if question.kind == "text":
        found = [place for phrase in question.heard for place in _places(said, phrase)]
        return said[slice(*found[0])] if found else None
    return None


def _hear_choice(question: Question, said: str) -> str | None:
    """The one option that is named and not denied.

    A phrase inside a longer one of another option does not count: "barnet mitt er sykt" is about
    the child, though it holds "sykt".
    """
    named = [
        (option.id, start, end)
        for option in question.options
        for phrase in option.words
        for start, end in _places(said, phrase)
        if not negated_before(said, start)
    ]
    outer = {
        option
        for option, start, end in named
        if not any(s <= start and end <= e and e - s > end - start for _, s, e in named)
    }
    return outer.pop() if len(outer) == 1 else None


def _places(said: str, phrase: str) -> list[tuple[int, int]]:
    """Where a text holds a phrase; `*` is any ending of a word."""
    pattern = re.escape(plain(phrase)).replace(r"\*", r"[\wæøå]*").replace(r"\ ", " ")
    found = re.finditer(rf"(?<![\wæøå]){pattern}(?![\wæøå])", said)
    return [(match.start(), match.end()) for match in found]


def _hear_first_day(question: Question, text: str, now: datetime) -> Any:
    day = hear_first_day(text, now)
    return day.isoformat() if day else None


def _hear_days(question: Question, text: str, now: datetime) -> Any:
    days = hear_days(text, now)
    return float(days) if days else None


def _hear_cause(question: Question, text: str, now: datetime) -> Any:
    """The ground for an absence; where a child is the one who is ill, that is the ground."""
    cause = _hear_phrases(question, text, now)
    said = plain(text)
    named = {option.id for option in question.options if _names(option, said)}
    of_child = "child_ill" in named or hear_who(text) == "child"
    if of_child and named <= {"child_ill", "own_illness"} and not _I_AM_ILL.search(said):
        return "child_ill" if named else None
    return cause


_I_AM_ILL = re.compile(
    r"\b(?:jeg|eg|æ|ej|jæ) (?:er|e|har|ble|vart|ligger|ligg|spyr|hoster|føler|kjenner)\b"
    r"(?! (?:et |en |eit |ein )?(?:syk|sjuk)|hjemme|heime|alene)"
)


def _names(option: Option, said: str) -> bool:
    return any(_places(said, phrase) for phrase in option.words)


def _hear_how_many(question: Question, text: str, now: datetime) -> Any:
    """One or several, by what names prescriptions: "en" and "to" alone stand for many things."""
    phrases = tuple(
        replace(option, words=tuple(word for word in option.words if len(word) > _COUNTING_WORD))
        for option in question.options
    )
    return _hear_choice(replace(question, options=phrases), plain(text))


_COUNTING_WORD = 5


def _hear_child_age(question: Question, text: str, now: datetime) -> Any:
    return hear_age(text) if hear_who(text) == "child" else None


def _hear_for_whom(text: str) -> str | None:
    """Whom an errand is for: `hear_who`, and relatives named without "my"."""
    who = hear_who(text)
    return "other" if who is None and _RELATIVE.search(plain(text)) else who


_RELATIVE_WORDS = (
    r"(?:mor|mora|mamma|far|faren|pappa|mormor|morfar|farmor|farfar|bestemor|bestefar|besta|kona"
    r"|mannen|samboeren|kjæresten|svigermor|svigerfar|tante|onkel)"
)
_RELATIVE = re.compile(
    rf"\b{_RELATIVE_WORDS} (?:er|e|går|gjeng|bruker|brukar|bruke|har|hi|he|trenger|treng|må|skal)\b"
    rf"|\b(?:til|te|for|førr) {_RELATIVE_WORDS}\b|\b(?:hennes|hennar|hans)\b"
)


def _hear_supply(text: str) -> float | None:
    """For how many months a supply is asked for, such as "for et halvt år"; None where not said."""
    found = _SUPPLY.search(with_digits(text))
    if found is None:
        return None
    number = float(found["number"] or 1)
    return number * 12 if found["unit"].startswith("år") else number


_SUPPLY = re.compile(
    r"\b(?:for|resept på|varer|nok til) (?:neste |hele |heile |de neste )?"
    r"(?P<number>\d+(?:\.\d+)?)? ?(?:hele |heile )?"
    r"(?P<unit>år|måneder|månader|måned|månad|mnd)\b(?! (?:siden|sidan|sia|gam))"
)

#: What is heard for each question that phrases alone don't settle.
_HEARERS: dict[str, Callable[[Question, str, datetime], Any]] = {
    "cause": _hear_cause,
    "first_day": _hear_first_day,
    "days": _hear_days,
    "child_age": _hear_child_age,
    "how_many": _hear_how_many,
}

#: Facts that are taken from the words and never asked for.
_UNASKED: dict[str, Callable[[str], Any]] = {
    "for_whom": _hear_for_whom,
    "supply_months": _hear_supply,
}
