"""Reads the tables of `tests/cases/eligibility/`: one case for every leaf, both sides of limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from bot.adapters.clinic_content import load_clinic
from bot.adapters.eligibility_content import load_eligibility
from bot.domain.clinic import Clinic
from bot.domain.decision import Decision
from bot.domain.eligibility import Ask, evaluate
from bot.domain.eligibility_facts import Collected, EarlierNote, Known

FOLDER = Path(__file__).parent / "cases" / "eligibility"


@dataclass(frozen=True)
class Case:
    """One row of a table. `reason` is the leaf; `asks` stands where the rules must ask."""

    service: str
    name: str
    now: datetime
    answers: Mapping[str, Any]
    known: Known
    clinic: Clinic
    expected: Mapping[str, Any]

    def result(self) -> Ask | Decision:
        tree = load_eligibility()[self.service]
        return evaluate(tree, self.answers, self.known, self.now, self.clinic)


def all_cases() -> list[Case]:
    """The cases of every table; each says only where its answers differ from the table's base."""
    return [
        case
        for path in sorted(FOLDER.glob("*.yml"))
        for case in _cases_of(yaml.safe_load(path.read_text(encoding="utf-8")))
    ]


def base_of(service: str) -> dict[str, Any]:
    """The answers from which the cases of a service differ: with them it is eligible."""
    table = yaml.safe_load((FOLDER / f"{service}.yml").read_text(encoding="utf-8"))
    return _answers(table, {})


def _cases_of(table: Mapping[str, Any]) -> list[Case]:
    return [
        Case(
            service=table["service"],
            name=row["name"],
            now=datetime.fromisoformat(row.get("now", table["now"])),
            answers=_answers(table, row),
            known=_known(row.get("known", {})),
            clinic=_clinic(row.get("clinic", {})),
            expected={key: row[key] for key in _EXPECTED if key in row},
        )
        for row in table["cases"]
    ]


_EXPECTED = ("asks", "outcome", "reason", "path", "source")


def _clinic(changes: Mapping[str, str]) -> Clinic:
    """The clinic as its file has it, with some settings of its own choice."""
    clinic = load_clinic()
    changed = {name: replace(clinic.facts[name], value=value) for name, value in changes.items()}
    return replace(clinic, facts={**clinic.facts, **changed})


def _answers(table: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**table["base"], **row.get("answers", {})}
    medicine = merged.get("medicine")
    if medicine in table.get("medicines", {}):
        merged["medicine"] = {"name": medicine, "detail": "", **table["medicines"][medicine]}
    return {key: value for key, value in merged.items() if key not in row.get("without", [])}


def _known(row: Mapping[str, Any]) -> Known:
    facts = dict(row)
    if "sick_notes" in facts:
        facts["sick_notes"] = tuple(
            EarlierNote(_day(note["first_day"]), _day(note["last_day"]), note["by_service"])
            for note in facts["sick_notes"]
        )
    if "collected" in facts:
        facts["collected"] = tuple(
            Collected(one["medicine"], one["atc"], _day(one["on"])) for one in facts["collected"]
        )
    return Known(**facts)


def _day(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
