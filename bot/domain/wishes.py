"""Reads when, and for whom, a patient would like a time: "torsdag formiddag, til dattera mi"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.domain.listening import hear_age, hear_who
from bot.domain.readers.text import plain, with_digits, words_of
from bot.domain.readers.times import read_date

#: Parts of the day and their hours, as from and until.
_PARTS = (
    (r"formiddag\w*|føremiddag\w*|fmd", 9, 12),
    (r"ettermid\w*|etterm|etter arbeid|etter jobb\w*|etter skole\w*", 12, 17),
    (r"kveld\w*|kvell\w*|kvæld\w*|aften", 17, 23),
    (r"i natt|natt[ae]?|natten", 0, 6),
    (r"tidlig\w*|tidleg\w*|morgen(?:en)?en|på morgenen|om morgenen|morran", 6, 10),
    (r"midt på dagen|lunsj\w*", 11, 14),
)
#: "Next free" is a wish of its own: no limits.
_SOONEST = (
    r"neste ledige?|første ledige?|fyrste ledige?|så (?:fort|raskt|snart) som|snarest"
    r"|kjappest|fortest|asap|når som helst|nå(?:r)?tid som helst|med en gang|så tidlig som"
)
_CLOCK = r"(?:kl(?:okka|okken|\.)? ?)?(\d{1,2})(?:[.:](\d\d))?"
_HALF_PAST = re.compile(r"\bhalv (\d{1,2})\b")
_QUARTER = re.compile(r"\bkvart (over|på) (\d{1,2})\b")
_AFTER = re.compile(rf"\b(?:etter|itte|frå|fra|tidligst) {_CLOCK}\b")
_BEFORE = re.compile(rf"\b(?:før|føre|innen|senest) {_CLOCK}\b")
_BETWEEN = re.compile(rf"\bmellom {_CLOCK} (?:og|å) {_CLOCK}\b")
_AT = re.compile(
    r"\b(?:kl(?:okka|okken|\.)? ?|ved |rundt |cirka |ca\.? )(\d{1,2})(?:[.:](\d\d))?\b"
)
_HOUR_WORDS = re.compile(r"\b(?:etter|før|mellom|kl\w*|rundt|ved|halv|kvart \w+) ?[\d.:]+")
_BARE = re.compile(r"\b(\d{1,2})[.:](\d\d)\b(?![./]\d)")

#: How far around a named hour times are offered.
_AROUND = timedelta(hours=1)
#: An hour below this is meant in the afternoon when people book ("etter fire").
_MORNING = 7


_GROWN_UP_FROM_YEARS = 18
#: A grown-up named without "my", and one's own self, as only a wish for a time names them.
_FOR_OTHER = re.compile(
    r"\b(?:til|te|åt|for|førr) (?:mor|mora|mamma|far|faren|pappa|mormor|morfar|farmor|farfar|besta"
    r"|bestemor|bestefar|kona|mannen|samboeren|kjæresten|svigermor|svigerfar|søsteren|broren)\b"
)
_FOR_SELF = re.compile(r"\b(?:til|te|åt|for|førr) (?:meg|mæ|mei|mæg|me)\b")
_IS_FOR = re.compile(
    r"\b(?:til|te|åt|for|førr|gjelder|gjeld|men|(?:det|den|timen|han|hun) (?:er|e))\b"
    r"(?:[ ,]+[^\W_]+){1,6}"
)
_NOT_THAT_DAY = re.compile(
    r"\b(?:ikke|ikkje|itj) (?:på )?(?:i ?dag|i ?morgen|i ?morgon|i ?mårra|i ?kveld|\w+dag)\b"
)
_SUITS_ME = re.compile(r"\b(?:passer|passar|går|funker)(?: \w+)? for (?:meg|mæ|mei|me)\b")
_ANOTHER_DAY = re.compile(
    rf"\b(?:annen|ann|anna|annan|andre) (?:dag|dager|dagar)\b|{_NOT_THAT_DAY.pattern}"
)
_NOT_BEFORE = re.compile(r"\b(?:ikke|ikkje|itj) (?:før|føre)\b")
_NOT_AFTER = re.compile(r"\b(?:ikke|ikkje|itj) (?:etter|senere enn|seinare enn)\b")
_OTHER_TIMES = re.compile(
    r"\b(?:senere|seinere|seinare|flere|fleire|fler|andre|annen|annan|anna|annet) "
    r"(?:tider|timer|timar|tid|time|tidspunkt|forslag|alternativ\w*|valg)\b"
    r"|\b(?:ingen|ingen av (?:dem|disse|de)) (?:av \w+ )?(?:passer|passar|går)\b"
    r"|\b(?:passer|passar|går) (?:ikke|ikkje|itj|dårlig)\b"
    r"|^(?:litt |noe )?(?:senere|seinere|seinare)\b"
)


@dataclass(frozen=True)
class Visitor:
    """Whom a text says a visit is for.

    `who`: "self", "child", "other" (a grown-up) or None; `age` in years; `words`: what was said,
    among them perhaps a child's name.
    """

    who: str | None = None
    age: float | None = None
    words: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The visitor as JSON values."""
        return {"who": self.who, "age": self.age, "words": list(self.words)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> Visitor:
        """The visitor that `to_json` stored; nobody named where nothing was."""
        stored = stored or {}
        return cls(stored.get("who"), stored.get("age"), tuple(stored.get("words", ())))


def hear_visitor(text: str) -> Visitor:
    """Whom a text says a visit is for; that a time suits me does not say it is for me."""
    text = _SUITS_ME.sub(" ", plain(text))
    who, age = hear_who(text), hear_age(text)
    if age is not None and age >= _GROWN_UP_FROM_YEARS and who is None:
        without_age = re.sub(r"\d+", " ", with_digits(text))
        who = "other" if hear_who(without_age) == "child" else None
    if who is None and _FOR_OTHER.search(text):
        who = "other"
    if who is None and _FOR_SELF.search(text):
        who = "self"
    return Visitor(who, age, tuple(words_of(text)))


def hear_other_visitor(text: str) -> Visitor:
    """Whom a text in the middle of a booking says the visit is for after all.

    Only what is said to be so counts: "etter at barna er levert" names no visitor.
    """
    found = _IS_FOR.search(_SUITS_ME.sub(" ", plain(text)))
    return hear_visitor(found.group()) if found else Visitor()


@dataclass(frozen=True)
class Wish:
    """A day and the hours of it; None where the patient set no limit."""

    day: date | None = None
    after: datetime | None = None
    before: datetime | None = None

    def fits(self, start: datetime) -> bool:
        """Whether a time is one that was wished for; `start` has the zone of the wish."""
        return (
            (self.day is None or start.date() == self.day)
            and (self.after is None or start >= self.after)
            and (self.before is None or start < self.before)
        )

    def to_json(self) -> dict[str, str | None]:
        """The wish as JSON values."""
        return {
            name: value.isoformat() if value else None
            for name, value in (("day", self.day), ("after", self.after), ("before", self.before))
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> Wish:
        """The wish that `to_json` stored; no wish where nothing was."""
        stored = stored or {}
        return cls(
            day=date.fromisoformat(stored["day"]) if stored.get("day") else None,
            after=datetime.fromisoformat(stored["after"]) if stored.get("after") else None,
            before=datetime.fromisoformat(stored["before"]) if stored.get("before") else None,
        )


def read_wish(text: str, now: datetime) -> Wish | None:
    """The time a text asks for, None where it names none."""
    if re.search(_SOONEST, plain(text)):
        return Wish()
    text = _NOT_BEFORE.sub("etter", _NOT_AFTER.sub("før", _NOT_THAT_DAY.sub(" ", plain(text))))
    digits = _clock_in_digits(with_digits(text))
    day = _day(text, digits, now)
    hours = _hours(digits)
    if day is None and hours is None:
        return None
    if hours is None:
        return Wish(day=day)
    day = day or _first_day_with(hours, now)
    midnight = datetime.combine(day, time(), tzinfo=now.tzinfo)
    after, before = (midnight + hour if hour is not None else None for hour in hours)
    return Wish(day=day, after=after, before=before)


def read_other_times(text: str, last_shown: datetime) -> Wish | None:
    """The wish for times later than those shown, or on another day; None where there is none."""
    said = plain(text)
    if _ANOTHER_DAY.search(said):
        next_day = last_shown.date() + timedelta(days=1)
        return Wish(after=datetime.combine(next_day, time(), tzinfo=last_shown.tzinfo))
    if _OTHER_TIMES.search(said):
        return Wish(after=last_shown + timedelta(minutes=1))
    return None


def names_moment(text: str, moment: datetime) -> bool:
    """Whether a text names the clock time of a moment: "den klokka ti", "halv fire", "14.20"."""
    digits = _clock_in_digits(with_digits(text))
    found = _AT.search(digits) or _BARE.search(digits)
    if found is None:
        return False
    hour, minute = int(found[1]) % 24, int(found[2] or 0)
    same_hour = moment.hour == hour or (hour < _MORNING and moment.hour == hour + 12)
    return same_hour and moment.minute == minute


def _day(text: str, digits: str, now: datetime) -> date | None:
    today = now.date()
    if re.search(r"\bi ?(?:dag|kveld|kvell|kvæld|ettermid\w*|formid\w*|natt)\b", digits):
        return today
    if re.search(r"\bneste (?:uke|veke|uka)\b", digits):
        return today + timedelta(days=7 - today.weekday())
    if re.search(r"\b(?:i helga|i helgen|til helga|til helgen)\b", digits):
        return today + timedelta(days=max(5 - today.weekday(), 0))
    without_hours = _HOUR_WORDS.sub(" ", digits)
    return read_date(without_hours, now, earliest=today, latest=today + timedelta(days=60))


def _clock_in_digits(digits: str) -> str:
    """Half past and quarters as hours and minutes: "halv 4" is 3:30."""
    digits = _HALF_PAST.sub(lambda found: f"kl {(int(found[1]) - 1) or 12}:30", digits)
    return _QUARTER.sub(
        lambda found: f"kl {int(found[2])}:15"
        if found[1] == "over"
        else f"kl {(int(found[2]) - 1) or 12}:45",
        digits,
    )


Hours = tuple["timedelta | None", "timedelta | None"]


def _hours(digits: str) -> Hours | None:
    """From and until, counted from midnight."""
    if found := _BETWEEN.search(digits):
        return _clock(found[1], found[2]), _clock(found[3], found[4])
    after, before = _AFTER.search(digits), _BEFORE.search(digits)
    if after or before:
        return (
            _clock(after[1], after[2]) if after else None,
            _clock(before[1], before[2]) if before else None,
        )
    if found := _AT.search(digits) or _BARE.search(digits):
        at = _clock(found[1], found[2])
        return at - min(_AROUND / 2, at), at + _AROUND
    for pattern, start, end in _PARTS:
        if re.search(rf"(?:{pattern})\b", digits):
            return timedelta(hours=start), timedelta(hours=end)
    return None


def _clock(hour: str, minute: str | None) -> timedelta:
    hours = int(hour) % 24
    if hours < _MORNING:
        hours += 12
    return timedelta(hours=hours, minutes=int(minute or 0))


def _first_day_with(hours: Hours, now: datetime) -> date:
    """Today while the wished hours are not over, else tomorrow."""
    end = hours[1] or timedelta(days=1)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return now.date() if midnight + end > now else now.date() + timedelta(days=1)
