"""Loads the register of medicines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from bot.adapters.content import CONTENT_ROOT, ContentError, load
from bot.domain.medicines import (
    Group,
    Medicine,
    MedicineKind,
    Product,
    Register,
    Renewal,
    with_products,
)

PATH = CONTENT_ROOT / "medicines.yml"
FEST_PATH = CONTENT_ROOT / "medicines_fest.yml"


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


@dataclass(frozen=True)
class FestFile:
    """What was imported from FEST (`bot.adapters.fest` writes it)."""

    id: str
    source: str
    fetched_on: date
    products: tuple[tuple[str, str, Group], ...]


@lru_cache
def load_medicines() -> Register:
    """The register, with what FEST says where it has been imported.

    Raises ContentError where a file is broken or a name stands twice.
    """
    file = load(PATH, MedicineFile)
    medicines: Iterable[Medicine] = hand_made(file)
    if FEST_PATH.exists():
        medicines = with_products(medicines, load_products())
    return Register(medicines, file.kinds, file.ordinary_words)


def hand_made(file: MedicineFile) -> list[Medicine]:
    """The medicines of the hand-made table; raises ContentError where a name stands twice."""
    medicines = [
        Medicine(
            row.substance, tuple(row.brands), row.atc, section.group, section.renewal, section.basis
        )
        for section in file.sections
        for row in section.medicines
    ]
    _check(medicines, file.kinds)
    return medicines


def load_products(path: Path = FEST_PATH) -> list[Product]:
    """The products that were imported from FEST; raises ContentError where the file is broken."""
    return [Product(*row) for row in load(path, FestFile).products]


def _check(medicines: list[Medicine], kinds: tuple[MedicineKind, ...]) -> None:
    names: set[str] = set()
    for medicine in medicines:
        for name in (medicine.substance, *medicine.brands):
            if name.lower() in names:
                raise ContentError(PATH, 1, f"`{name}` stands twice.", "Keep one of them.")
            names.add(name.lower())
    for kind in kinds:
        if not any(medicine.atc.startswith(kind.atc) for medicine in medicines):
            raise ContentError(PATH, 1, f"`{kind.id}` covers no medicine.", "Mend its ATC codes.")
