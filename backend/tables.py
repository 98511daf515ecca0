"""The tables. Instants are stored in UTC and come back as aware datetimes.

Two unique indexes are the last word on selling a time once: one live appointment for a slot, one
appointment for a hold. The statements in `appointments.py` refuse earlier and with a better answer.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator):  # type: ignore[misc]  # SQLAlchemy 1.4 has no types
    """An aware datetime; SQLite has no zones, so UTC is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To UTC; refuses a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """From the database, in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=timezone.utc)
        return value.astimezone(timezone.utc)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


def _id() -> Column:
    return Column("id", String(64), primary_key=True)


def _reference(name: str, target: str, *, nullable: bool = False) -> Column:
    return Column(name, String(64), ForeignKey(f"{target}.id"), nullable=nullable)


patients = Table(
    "patients",
    metadata,
    _id(),
    Column("name", String(200), nullable=False),
    Column("born", Date, nullable=False),
    Column("insurer", String(100)),
)

guardianships = Table(
    "guardianships",
    metadata,
    Column("guardian_id", String(64), ForeignKey("patients.id"), primary_key=True),
    Column("child_id", String(64), ForeignKey("patients.id"), primary_key=True, index=True),
)

sick_notes = Table(
    "sick_notes",
    metadata,
    _id(),
    _reference("patient_id", "patients"),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("by_service", Boolean, nullable=False),
    Index("ix_sick_notes_patient_id", "patient_id"),
)

dispensed_medicines = Table(
    "dispensed_medicines",
    metadata,
    _id(),
    _reference("patient_id", "patients"),
    Column("medicine", String(200), nullable=False),
    Column("atc", String(7)),
    Column("dispensed_on", Date, nullable=False),
    Index("ix_dispensed_medicines_patient_id", "patient_id"),
)

renewals = Table(
    "renewals",
    metadata,
    _id(),
    _reference("patient_id", "patients"),
    _reference("requested_by", "patients"),
    Column("medicine", String(200), nullable=False),
    Column("atc", String(7)),
    Column("status", String(20), nullable=False),
    Column("price_nok", Integer, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Index("ix_renewals_patient_id", "patient_id"),
    # One at a time (kry-faq.txt:102).
    Index(
        "uq_renewals_pending",
        "patient_id",
        unique=True,
        sqlite_where=text("status = 'received'"),
        postgresql_where=text("status = 'received'"),
    ),
)

doctors = Table(
    "doctors",
    metadata,
    _id(),
    Column("name", String(200), nullable=False),
    Column("sees_adults", Boolean, nullable=False),
    Column("sees_children", Boolean, nullable=False),
)

slots = Table(
    "slots",
    metadata,
    _id(),
    _reference("doctor_id", "doctors"),
    Column("start_at", Instant, nullable=False),
    Column("end_at", Instant, nullable=False),
    # Who has it: an appointment, or a hold until an instant. A hold that ended counts for nothing.
    Column("appointment_id", String(64)),
    Column("hold_id", String(64)),
    Column("held_until", Instant),
    UniqueConstraint("doctor_id", "start_at"),
    Index("ix_slots_start_at", "start_at"),
)

holds = Table(
    "holds",
    metadata,
    _id(),
    _reference("slot_id", "slots"),
    _reference("patient_id", "patients"),
    _reference("held_by", "patients"),
    Column("price_nok", Integer, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

appointments = Table(
    "appointments",
    metadata,
    _id(),
    _reference("slot_id", "slots"),
    _reference("hold_id", "holds"),
    _reference("patient_id", "patients"),
    _reference("booked_by", "patients"),
    Column("price_nok", Integer, nullable=False),
    # When the present time was booked: a move counts as booking the new time.
    Column("booked_at", Instant, nullable=False),
    Column("questionnaire_response", JSON(none_as_null=True)),
    Column("summary", Text),
    Column("cancelled_at", Instant),
    # Both are written by the clinic's video system, not through this API.
    Column("doctor_joined_at", Instant),
    Column("missed", Boolean, nullable=False),
    UniqueConstraint("hold_id"),
    Index("ix_appointments_patient_id", "patient_id"),
    Index(
        "uq_appointments_live_slot",
        "slot_id",
        unique=True,
        sqlite_where=text("cancelled_at IS NULL"),
        postgresql_where=text("cancelled_at IS NULL"),
    ),
)

cases = Table(
    "cases",
    metadata,
    _id(),
    _reference("patient_id", "patients", nullable=True),
    Column("reason", String(100), nullable=False),
    Column("summary", Text, nullable=False),
    Column("contact", String(200)),
    Column("opened_at", Instant, nullable=False),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    # The patient's id, or "" for a write without a patient.
    Column("owner", String(64), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    Column("answered_at", Instant, nullable=False),
    Index("ix_idempotency_keys_answered_at", "answered_at"),
)
