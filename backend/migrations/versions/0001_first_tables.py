"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes every table."""
    op.create_table(
        "doctors",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sees_adults", sa.Boolean(), nullable=False),
        sa.Column("sees_children", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_doctors"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name="pk_idempotency_keys"),
    )
    op.create_index(
        "ix_idempotency_keys_answered_at", "idempotency_keys", ["answered_at"], unique=False
    )

    op.create_table(
        "patients",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("born", sa.Date(), nullable=False),
        sa.Column("insurer", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_patients"),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("patient_id", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_cases_patient_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
    )
    op.create_table(
        "dispensed_medicines",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("patient_id", sa.String(length=64), nullable=False),
        sa.Column("medicine", sa.String(length=200), nullable=False),
        sa.Column("atc", sa.String(length=7), nullable=True),
        sa.Column("dispensed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patients.id"], name="fk_dispensed_medicines_patient_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dispensed_medicines"),
    )
    op.create_index(
        "ix_dispensed_medicines_patient_id", "dispensed_medicines", ["patient_id"], unique=False
    )

    op.create_table(
        "guardianships",
        sa.Column("guardian_id", sa.String(length=64), nullable=False),
        sa.Column("child_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["patients.id"], name="fk_guardianships_child_id"),
        sa.ForeignKeyConstraint(
            ["guardian_id"], ["patients.id"], name="fk_guardianships_guardian_id"
        ),
        sa.PrimaryKeyConstraint("guardian_id", "child_id", name="pk_guardianships"),
    )
    op.create_index("ix_guardianships_child_id", "guardianships", ["child_id"], unique=False)

    op.create_table(
        "renewals",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("patient_id", sa.String(length=64), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("medicine", sa.String(length=200), nullable=False),
        sa.Column("atc", sa.String(length=7), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("price_nok", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_renewals_patient_id"),
        sa.ForeignKeyConstraint(["requested_by"], ["patients.id"], name="fk_renewals_requested_by"),
        sa.PrimaryKeyConstraint("id", name="pk_renewals"),
    )
    op.create_index("ix_renewals_patient_id", "renewals", ["patient_id"], unique=False)
    op.create_index(
        "uq_renewals_pending",
        "renewals",
        ["patient_id"],
        unique=True,
        sqlite_where=sa.text("status = 'received'"),
        postgresql_where=sa.text("status = 'received'"),
    )

    op.create_table(
        "sick_notes",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("patient_id", sa.String(length=64), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("by_service", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_sick_notes_patient_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sick_notes"),
    )
    op.create_index("ix_sick_notes_patient_id", "sick_notes", ["patient_id"], unique=False)

    op.create_table(
        "slots",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("doctor_id", sa.String(length=64), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("appointment_id", sa.String(length=64), nullable=True),
        sa.Column("hold_id", sa.String(length=64), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.id"], name="fk_slots_doctor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_slots"),
        sa.UniqueConstraint("doctor_id", "start_at", name="uq_slots_doctor_id"),
    )
    op.create_index("ix_slots_start_at", "slots", ["start_at"], unique=False)

    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("slot_id", sa.String(length=64), nullable=False),
        sa.Column("patient_id", sa.String(length=64), nullable=False),
        sa.Column("held_by", sa.String(length=64), nullable=False),
        sa.Column("price_nok", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["held_by"], ["patients.id"], name="fk_holds_held_by"),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_holds_patient_id"),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name="fk_holds_slot_id"),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
    )
    op.create_table(
        "appointments",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("slot_id", sa.String(length=64), nullable=False),
        sa.Column("hold_id", sa.String(length=64), nullable=False),
        sa.Column("patient_id", sa.String(length=64), nullable=False),
        sa.Column("booked_by", sa.String(length=64), nullable=False),
        sa.Column("price_nok", sa.Integer(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("questionnaire_response", sa.JSON(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("doctor_joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["booked_by"], ["patients.id"], name="fk_appointments_booked_by"),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name="fk_appointments_hold_id"),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_appointments_patient_id"),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name="fk_appointments_slot_id"),
        sa.PrimaryKeyConstraint("id", name="pk_appointments"),
        sa.UniqueConstraint("hold_id", name="uq_appointments_hold_id"),
    )
    op.create_index("ix_appointments_patient_id", "appointments", ["patient_id"], unique=False)
    op.create_index(
        "uq_appointments_live_slot",
        "appointments",
        ["slot_id"],
        unique=True,
        sqlite_where=sa.text("cancelled_at IS NULL"),
        postgresql_where=sa.text("cancelled_at IS NULL"),
    )


def downgrade() -> None:
    """Drops them all, with what they hold."""
    op.drop_table("appointments")
    op.drop_table("holds")
    op.drop_table("slots")
    op.drop_table("sick_notes")
    op.drop_table("renewals")
    op.drop_table("guardianships")
    op.drop_table("dispensed_medicines")
    op.drop_table("cases")
    op.drop_table("patients")
    op.drop_table("idempotency_keys")
    op.drop_table("doctors")
