"""What a handler is given, and the form in which instants are answered."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

OSLO = ZoneInfo("Europe/Oslo")


@dataclass(frozen=True)
class Call:
    """One call that is let in: its transaction, its instant, who it is for, what it brings."""

    connection: Connection
    now: datetime
    patient_id: str | None
    parameters: dict[str, Any]
    body: Any

    @property
    def today(self) -> date:
        """The day in Oslo."""
        return self.now.astimezone(OSLO).date()

    @property
    def patient(self) -> str:
        """The patient whose token came along, where the contract demands one."""
        if self.patient_id is None:
            raise LookupError("the contract lets this operation be called without a patient")
        return self.patient_id


def new_id() -> str:
    """An id that says nothing and can't be guessed."""
    return uuid.uuid4().hex


def oslo(instant: datetime) -> str:
    """An instant as it is answered: RFC 3339 with Oslo's offset."""
    return instant.astimezone(OSLO).isoformat()
