"""Whom a visit is for: the one who is logged in, or one of their registered children."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from actions.turn import Turn
from bot.adapters.booking import Child, Patient
from bot.adapters.clinic_content import load_clinic
from bot.domain.questions import DONT_KNOW, Option, Question
from bot.domain.wishes import Visitor

#: From this age patients consent to health care themselves (pbrl. § 4-3).
OWN_LOGIN_FROM_YEARS = 16
#: The answer to "which child" that names none of the registered ones.
_ANOTHER_CHILD = "other"


@dataclass(frozen=True)
class Whom:
    """The one a visit is for. `child_id` is None for the one who is logged in."""

    name: str
    child_id: str | None
    sees_childrens_doctor: bool


def note_visitor(turn: Turn, visitor: Visitor) -> None:
    """Notes whom the visit is for, as the patient said it, and forgets what was settled before."""
    turn.data["visitor"] = visitor.to_json()
    turn.data.pop("not_for", None)
    turn.answers.pop("which_child", None)


def take_child(turn: Turn, value: Any) -> None:
    """Notes the answer to which child it is; not to know is none of them."""
    turn.answers["which_child"] = _ANOTHER_CHILD if value == DONT_KNOW else value


def whom_of(turn: Turn, patient: Patient | None) -> Whom | Question:
    """The one the visit is for, or the question that settles it.

    `patient` is the one who is logged in, None where nobody is yet: which child it is, is then
    settled later.
    """
    said = Visitor.from_json(turn.data.get("visitor"))
    if said.who == "other" or "not_for" in turn.data:
        return _someone_else(turn, patient)
    if patient is None:
        return Whom("", None, sees_childrens_doctor=said.who == "child")
    named = _named(patient, said)
    if said.who == "child" or named:
        return _child(turn, patient, said, named)
    return _oneself(patient)


def _oneself(patient: Patient) -> Whom:
    return Whom(patient.name, None, patient.age < load_clinic().number("child_max_age"))


def _someone_else(turn: Turn, patient: Patient | None) -> Whom | Question:
    """Grown-ups, and the young from 16, log in themselves; whoever then does is the patient."""
    not_for = turn.data.setdefault("not_for", patient.id if patient else "")
    if patient and patient.id != not_for:
        return _oneself(patient)
    turn.say("utter_own_login")
    return turn.services.errand_questions["booking"]["own_login"]


def _child(turn: Turn, patient: Patient, said: Visitor, named: list[Child]) -> Whom | Question:
    own = turn.services.errand_questions["booking"]
    chosen = turn.answers.get("which_child")
    meant = [child for child in patient.children if child.id == chosen]
    if chosen is None:
        meant = named or [c for c in patient.children if said.age is None or c.age == int(said.age)]
    if len(meant) == 1 and not meant[0].own_login:
        return Whom(meant[0].name, meant[0].id, sees_childrens_doctor=True)
    if len(meant) == 1 or (said.age is not None and said.age >= OWN_LOGIN_FROM_YEARS):
        return _someone_else(turn, patient)
    if chosen == _ANOTHER_CHILD or not patient.children:
        turn.answers.pop("which_child", None)
        turn.say("utter_child_not_registered")
        return own["retry"]
    options = tuple(Option(c.id, c.name, (f"{c.age} år",)) for c in patient.children)
    return replace(own["which_child"], options=options + own["which_child"].options)


def _named(patient: Patient, said: Visitor) -> list[Child]:
    """The registered children whose first name was said."""
    first_names = {child.id: child.name.split()[0].lower() for child in patient.children}
    return [
        child
        for child in patient.children
        if {first_names[child.id], f"{first_names[child.id]}s"} & set(said.words)
    ]
