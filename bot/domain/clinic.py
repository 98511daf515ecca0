"""The clinic's settings: the one place for every price, limit and contact that is spoken of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Fact:
    """One value and where it comes from, such as 350 and `kry-faq.txt:195`."""

    value: int | str
    source: str


@dataclass(frozen=True)
class Clinic:
    """The settings of one clinic, each with its source."""

    id: str
    version: str
    reviewed_on: date
    valid_from: date
    facts: dict[str, Fact]
    valid_to: date | None = None

    def words(self) -> Mapping[str, str]:
        """Every fact as it is spoken, by name, for the placeholders of a text."""
        return {name: str(fact.value) for name, fact in self.facts.items()}

    def number(self, name: str) -> int:
        """A fact that is a whole number; raises TypeError where it is not."""
        value = self.facts[name].value
        if not isinstance(value, int):
            raise TypeError(f"The clinic's `{name}` is {value!r}, not a whole number.")
        return value
