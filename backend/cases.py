"""Cases that the assistant hands over to a person at the clinic."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from backend.call import Call, new_id, oslo
from backend.patients import patient_row
from backend.tables import cases


def create_case(call: Call) -> tuple[int, Any]:
    """Opens a case, for the patient whose token came along or for somebody unknown."""
    if call.patient_id is not None:
        patient_row(call.connection, call.patient_id)
    case_id = new_id()
    call.connection.execute(
        insert(cases).values(
            id=case_id,
            patient_id=call.patient_id,
            reason=call.body["reason"],
            summary=call.body["summary"],
            contact=call.body.get("contact"),
            opened_at=call.now,
        )
    )
    return 201, {"id": case_id, "opened_at": oslo(call.now)}
