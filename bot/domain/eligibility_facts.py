"""What an eligibility rule may look at: the patient's answers, what the clinic knows, the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.clinic import Clinic
from bot.domain.questions import DONT_KNOW
from bot.domain.zone import OSLO


@dataclass(frozen=True)
class EarlierNote:
    """An earlier sick note; `by_service` tells whether this service wrote it."""

    first_day: date
    last_day: date
    by_service: bool


@dataclass(frozen=True)
class Collected:
    """A medicine collected at a pharmacy."""

    medicine: str
    atc: str | None
    on: date


@dataclass(frozen=True)
class Known:
    """What the clinic knows of the one the errand is for; None where it is not known.

    `age` is in whole years. `pending_renewal`: a renewal is with a doctor now.
    """

    age: int | None = None
    insured: bool | None = None
    sick_notes: tuple[EarlierNote, ...] | None = None
    collected: tuple[Collected, ...] | None = None
    pending_renewal: bool | None = None


NOTHING_KNOWN = Known()


@dataclass(frozen=True)
class Facts:
    """The inputs of every predicate. `now` has a time zone; days are days in Oslo."""

    answers: Mapping[str, Any]
    known: Known
    now: datetime
    clinic: Clinic

    @property
    def today(self) -> date:
        """The day it is in Norway."""
        return self.now.astimezone(OSLO).date()

    def answer(self, question: str) -> Any | None:
        """The answer to a question; None where there is none, or the patient does not know."""
        value = self.answers.get(question)
        return None if value == DONT_KNOW else value

    def yes(self, question: str) -> bool | None:
        """A yes/no answer as a truth value; None where it is not known."""
        value = self.answer(question)
        return None if value is None else value == "yes"

    def day(self, question: str) -> date | None:
        """The answer to a `date` question."""
        value = self.answer(question)
        return None if value is None else date.fromisoformat(value)


def months_before(day: date, months: int) -> date:
    """The same day some months earlier; the month's last day where it is too short."""
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    month += 1
    return date(year, month, min(day.day, _days_in(year, month)))


def months_after(day: date, months: int) -> date:
    """The same day some months later; the month's last day where it is too short."""
    return months_before(day, -months)


def _days_in(year: int, month: int) -> int:
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return (first_of_next - date(year, month, 1)).days
