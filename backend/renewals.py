"""Renewing a prescription without a visit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from backend import problems, terms
from backend.call import Call, new_id
from backend.patients import price_for, renewal_json, subject_of
from backend.tables import renewals


def create_renewal(call: Call) -> tuple[int, Any]:
    """Puts one medicine before the doctor; one at a time for each patient (kry-faq.txt:102)."""
    patient = subject_of(call, call.body.get("child_id"))
    values = {
        "id": new_id(),
        "patient_id": patient.id,
        "requested_by": call.patient,
        "medicine": call.body["medicine"],
        "atc": call.body.get("atc"),
        "status": "received",
        "price_nok": price_for(call, patient, terms.RENEWAL_NOK),
        "requested_at": call.now,
    }
    try:
        # A savepoint: PostgreSQL takes no more statements in a transaction that has failed.
        with call.connection.begin_nested():
            call.connection.execute(insert(renewals).values(values))
    except IntegrityError as error:
        raise problems.renewal_pending() from error
    row = call.connection.execute(select(renewals).where(renewals.c.id == values["id"])).one()
    return 201, renewal_json(row)
