"""The predicates of the eligibility trees, each a named question about the facts.

A predicate gives True, False, or None where the facts do not tell. It names the questions that
can settle it, in the order in which they are asked, and what of the clinic's knowledge it uses
instead of asking.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.eligibility_facts import Facts, months_after


@dataclass(frozen=True)
class Predicate:
    """A test with what it looks at."""

    test: Callable[[Facts], bool | None]
    questions: tuple[str, ...]
    known: tuple[str, ...]


PREDICATES: dict[str, Predicate] = {}

_Test = Callable[[Facts], "bool | None"]


def predicate(*questions: str, known: tuple[str, ...] = ()) -> Callable[[_Test], _Test]:
    """Registers a test under its own name."""

    def register(test: _Test) -> _Test:
        PREDICATES[test.__name__] = Predicate(test, questions, known)
        return test

    return register


# Sick note


@predicate("cause")
def absence_is_for_a_sick_child(facts: Facts) -> bool | None:
    """The patient is well and stays at home with a child that is ill."""
    cause = facts.answer("cause")
    return None if cause is None else bool(cause == "child_ill")


@predicate("cause")
def absence_is_for_a_sick_childminder(facts: Facts) -> bool | None:
    """The patient is well, but whoever minds the child is ill."""
    cause = facts.answer("cause")
    return None if cause is None else bool(cause == "childminder_ill")


@predicate("cause")
def cause_is_social_or_economic(facts: Facts) -> bool | None:
    """The ground is a conflict, money, moving or the like, not illness."""
    cause = facts.answer("cause")
    return None if cause is None else bool(cause == "social")


@predicate("cause")
def cause_is_own_illness(facts: Facts) -> bool | None:
    """The patient's own illness or injury keeps them from work."""
    cause = facts.answer("cause")
    return None if cause is None else bool(cause == "own_illness")


@predicate("extension", known=("sick_notes",))
def extends_anothers_note(facts: Facts) -> bool | None:
    """The note would go on where a note from outside the service ends, or overlap it."""
    for note in facts.known.sick_notes or ():
        if not note.by_service and note.last_day >= facts.today - timedelta(days=1):
            return True
    return facts.yes("extension")


@predicate("first_day")
def first_day_is_past(facts: Facts) -> bool | None:
    """The absence began on a day before today, as days are counted in Norway."""
    day = facts.day("first_day")
    return None if day is None else day < facts.today


@predicate("first_day")
def first_day_is_later(facts: Facts) -> bool | None:
    """The absence has not begun: its first day is tomorrow or later."""
    day = facts.day("first_day")
    return None if day is None else day > facts.today


@predicate("days")
def longer_than_longest_note(facts: Facts) -> bool | None:
    """More calendar days are wanted than one note from the service may have."""
    days = facts.answer("days")
    return None if days is None else float(days) > facts.clinic.number("sick_note_max_days")


@predicate("earlier_note", known=("sick_notes",))
def had_a_note_lately(facts: Facts) -> bool | None:
    """The service wrote a note less than the waiting time ago.

    Counted to the day from the earlier note's first day, which is the day it was asked for: with
    three months, a note from 31 August allows the next on 30 November.
    """
    if facts.known.sick_notes is None:
        return facts.yes("earlier_note")
    months = facts.clinic.number("sick_note_interval_months")
    own = [note.first_day for note in facts.known.sick_notes if note.by_service]
    return any(facts.today < months_after(first_day, months) for first_day in own)
