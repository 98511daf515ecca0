"""The predicates of the eligibility trees, each a named question about the facts.

A predicate gives True, False, or None where the facts do not tell. It names the questions that
can settle it, in the order in which they are asked, what of the clinic's knowledge it uses instead
of asking, and what it takes from the patient's words without ever asking (`heard`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain.eligibility_facts import Facts, months_after, months_before

#: Consent to health care: pasient- og brukerrettighetsloven § 4-3 (CLINICAL [C]).
AGE_OF_CONSENT = 16


@dataclass(frozen=True)
class Predicate:
    """A test with what it looks at."""

    test: Callable[[Facts], bool | None]
    questions: tuple[str, ...]
    known: tuple[str, ...]
    heard: tuple[str, ...]


PREDICATES: dict[str, Predicate] = {}

_Test = Callable[[Facts], "bool | None"]


def predicate(
    *questions: str, known: tuple[str, ...] = (), heard: tuple[str, ...] = ()
) -> Callable[[_Test], _Test]:
    """Registers a test under its own name."""

    def register(test: _Test) -> _Test:
        PREDICATES[test.__name__] = Predicate(test, questions, known, heard)
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


@predicate()
def clinic_examines_before_a_note(facts: Facts) -> bool | None:
    """The clinic follows the main rule since July 2023: no sick note without an examination."""
    return bool(facts.clinic.facts["sick_note_examination"].value == "in person")


# Whom it is for


@predicate(heard=("for_whom",))
def is_for_another_adult(facts: Facts) -> bool | None:
    """The errand is for someone who is neither the patient nor a child of theirs."""
    return bool(facts.answer("for_whom") == "other")


@predicate("child_age", heard=("for_whom",), known=("age",))
def child_must_log_in(facts: Facts) -> bool | None:
    """The errand is for a child who is old enough to consent, and so logs in themselves."""
    return _child_age_reaches(facts, AGE_OF_CONSENT)


@predicate("child_age", heard=("for_whom",), known=("age",))
def child_is_of_age(facts: Facts) -> bool | None:
    """The errand is for a child too old to stand in a parent's profile."""
    return _child_age_reaches(facts, facts.clinic.number("child_max_age"))


def _child_age_reaches(facts: Facts, limit: int) -> bool | None:
    if facts.answer("for_whom") != "child":
        return False
    age = facts.known.age if facts.known.age is not None else facts.answer("child_age")
    return None if age is None else float(age) >= limit


# School certificate


@predicate("school")
def school_is_covered(facts: Facts) -> bool | None:
    """The certificate is for upper secondary school, a college or a university."""
    school = facts.answer("school")
    return None if school is None else school in ("upper_secondary", "higher")


@predicate("ground")
def ground_is_chronic(facts: Facts) -> bool | None:
    """The absence comes from an illness that lasts."""
    return _ground_is(facts, "chronic")


@predicate("ground")
def ground_is_gym_exemption(facts: Facts) -> bool | None:
    """An exemption from gym or the like is wanted."""
    return _ground_is(facts, "gym")


@predicate("ground")
def ground_is_exam(facts: Facts) -> bool | None:
    """The absence is from an exam or another school test."""
    return _ground_is(facts, "exam")


@predicate("ground")
def ground_is_acute_illness(facts: Facts) -> bool | None:
    """The pupil or student is acutely ill."""
    return _ground_is(facts, "acute")


def _ground_is(facts: Facts, wanted: str) -> bool | None:
    ground = facts.answer("ground")
    return None if ground is None else bool(ground == wanted)


@predicate("very_ill")
def is_too_ill_for_video(facts: Facts) -> bool | None:
    """The pupil or student feels so ill that somebody must examine them today."""
    return facts.yes("very_ill")


@predicate("days")
def longer_than_longest_certificate(facts: Facts) -> bool | None:
    """More days are wanted than a school certificate may cover."""
    days = facts.answer("days")
    return None if days is None else float(days) > _last_number(facts, "school_certificate_days")


def _last_number(facts: Facts, name: str) -> int:
    """The upper end of a range in the clinic's settings, such as 5 of "1 til 5"."""
    return int(str(facts.clinic.facts[name].value).split()[-1])


# Other certificates


@predicate("certificate")
def certificate_needs_examination(facts: Facts) -> bool | None:
    """It is for a driving licence, offshore work, the sea or the like."""
    return _certificate_is(facts, "examination")


@predicate("certificate")
def certificate_is_for_home_guard(facts: Facts) -> bool | None:
    """It is to be excused from an exercise of the home guard."""
    return _certificate_is(facts, "home_guard")


@predicate("certificate")
def certificate_is_for_benefits(facts: Facts) -> bool | None:
    """It is to receive public services or support."""
    return _certificate_is(facts, "public_benefits")


@predicate("certificate")
def certificate_is_for_school(facts: Facts) -> bool | None:
    """It is for absence from school, which has rules of its own."""
    return _certificate_is(facts, "school")


@predicate("certificate")
def certificate_is_of_another_kind(facts: Facts) -> bool | None:
    """It is for something else than the kinds that the rule book names."""
    return _certificate_is(facts, "other")


def _certificate_is(facts: Facts, wanted: str) -> bool | None:
    certificate = facts.answer("certificate")
    return None if certificate is None else bool(certificate == wanted)


# Medicines: renewal and new prescription


@predicate("how_many")
def wants_several_renewed(facts: Facts) -> bool | None:
    """More than one prescription is to be renewed at once."""
    how_many = facts.answer("how_many")
    return None if how_many is None else bool(how_many == "several")


@predicate(known=("pending_renewal",))
def renewal_is_pending(facts: Facts) -> bool | None:
    """A renewal is already with a doctor."""
    return bool(facts.known.pending_renewal)


@predicate("medicine")
def medicine_is_habit_forming(facts: Facts) -> bool | None:
    """The medicine is in prescription group A or B."""
    group = _medicine(facts).get("group")
    return None if group is None else group in ("A", "B")


@predicate("medicine")
def medicine_is_excluded_by_name(facts: Facts) -> bool | None:
    """The service's rule book names the medicine, though it is not in group A or B."""
    excluded = _class_is(facts, "excluded")
    return _medicine(facts).get("group") == "C" if excluded else excluded


@predicate("medicine")
def medicine_is_a_course(facts: Facts) -> bool | None:
    """The medicine is taken for a limited time, as antibiotics are."""
    return _class_is(facts, "course")


@predicate("medicine")
def medicine_needs_specialist(facts: Facts) -> bool | None:
    """The medicine needs a specialist, or close follow-up by the GP or a hospital."""
    return _class_is(facts, "specialist")


@predicate("medicine")
def medicine_needs_examination(facts: Facts) -> bool | None:
    """The medicine needs an examination or a sample before it is prescribed."""
    return _class_is(facts, "examination")


@predicate("medicine")
def medicine_is_known(facts: Facts) -> bool | None:
    """The register knows the medicine, and with that what the rules say of it."""
    return None if facts.answer("medicine") is None else _medicine(facts)["renewal"] is not None


def _medicine(facts: Facts) -> Mapping[str, Any]:
    medicine: Mapping[str, Any] = facts.answer("medicine") or {}
    return medicine


def _class_is(facts: Facts, wanted: str) -> bool | None:
    renewal = _medicine(facts).get("renewal")
    return None if renewal is None else bool(renewal == wanted)


@predicate("medicine", "collected_lately", known=("collected",))
def was_collected_lately(facts: Facts) -> bool | None:
    """The medicine was collected within the limit, counted in months to the day."""
    medicine = _medicine(facts)
    days = [
        collected.on
        for collected in facts.known.collected or ()
        if medicine and collected.atc is not None and collected.atc == medicine.get("atc")
    ]
    if not days:
        return facts.yes("collected_lately")
    months = facts.clinic.number("renewal_collected_within_months")
    return max(days) >= months_before(facts.today, months)


@predicate("consent")
def consents_to_look_up(facts: Facts) -> bool | None:
    """The patient lets the doctor see their other prescriptions in Reseptformidleren."""
    return facts.yes("consent")


@predicate(heard=("supply_months",))
def wants_longer_supply(facts: Facts) -> bool | None:
    """A supply for more months than one prescription covers was asked for."""
    months = facts.answer("supply_months")
    return months is not None and float(months) > facts.clinic.number("prescription_max_months")


# Referral


@predicate("referral_to")
def work_up_needs_follow_up(facts: Facts) -> bool | None:
    """Blood tests, X-ray or another work-up is wanted that needs regular follow-up."""
    wanted = facts.answer("referral_to")
    return None if wanted is None else bool(wanted == "work_up")


@predicate("referral_to")
def referral_is_to_a_specialist(facts: Facts) -> bool | None:
    """A specialist is to see the patient."""
    wanted = facts.answer("referral_to")
    return None if wanted is None else bool(wanted == "specialist")


@predicate("insured", known=("insured",))
def has_health_insurance(facts: Facts) -> bool | None:
    """The patient has health insurance with one of the service's insurers."""
    return facts.known.insured if facts.known.insured is not None else facts.yes("insured")
