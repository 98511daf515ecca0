"""Loads the register of medicines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from bot.adapters.content import CONTENT_ROOT, ContentError, load
from bot.domain.medicines import Group, Medicine, MedicineKind, Register, Renewal

PATH = CONTENT_ROOT / "medicines.yml"


class Row(NamedTuple):
    """One substance with its code and its brand names."""

    substance: str
    atc: str
    brands: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """Medicines that are alike to the rules."""

    title: str
    group: Group
    renewal: Renewal
    basis: str
    medicines: tuple[Row, ...]


@dataclass(frozen=True)
class MedicineFile:
    """The register as its file has it."""

    id: str
    source: str
    reviewed_on: date
    version: str
    valid_from: date
    sections: tuple[Section, ...]
    kinds: tuple[MedicineKind, ...]
    ordinary_words: tuple[str, ...] = ()


@lru_cache
def load_medicines(path: Path = PATH) -> Register:
    """The register; raises ContentError where the file is broken or a name stands twice."""
    file = load(path, MedicineFile)
    medicines = [
        Medicine(
            row.substance, tuple(row.brands), row.atc, section.group, section.renewal, section.basis
        )
        for section in file.sections
        for row in section.medicines
    ]
    _check(path, medicines, file.kinds)
    return Register(medicines, file.kinds, file.ordinary_words)


def _check(path: Path, medicines: list[Medicine], kinds: tuple[MedicineKind, ...]) -> None:
    names: set[str] = set()
    for medicine in medicines:
        for name in (medicine.substance, *medicine.brands):
            if name.lower() in names:
                raise ContentError(path, 1, f"`{name}` stands twice.", "Keep one of them.")
            names.add(name.lower())
    for kind in kinds:
        if not any(medicine.atc.startswith(kind.atc) for medicine in medicines):
            raise ContentError(path, 1, f"`{kind.id}` covers no medicine.", "Mend its ATC codes.")
