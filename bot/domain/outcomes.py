"""The machine-readable outcomes that more than one part of the assistant speaks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol


class Contact(Protocol):
    """Someone to call."""

    @property
    def name(self) -> str: ...

    @property
    def phone(self) -> str: ...


def triage_outcome(
    level: str | None, reasons: Iterable[str], contacts: Iterable[Contact], rule_version: str
) -> dict[str, Any]:
    """The outcome `triage` of the catalogue; `reasons` are rule ids, contacts the first first."""
    return {
        "type": "triage",
        "level": level,
        "reasons": list(reasons),
        "contacts": [{"name": contact.name, "phone": contact.phone} for contact in contacts],
        "rule_version": rule_version,
    }
