"""Patients: who may act for whom, what a visit costs them, and what the clinic knows of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection, Row

from backend import problems, terms
from backend.call import Call, oslo
from backend.tables import dispensed_medicines, guardianships, patients, sick_notes
from backend.tables import renewals as renewals_table


def patient_row(connection: Connection, patient_id: str) -> Row:
    """The patient; raises Problem `not-found`."""
    row = connection.execute(select(patients).where(patients.c.id == patient_id)).first()
    if row is None:
        raise problems.not_found()
    return row


def children_of(connection: Connection, guardian_id: str) -> list[Row]:
    """The registered children, grown ones too, by birth."""
    of_guardian = and_(
        guardianships.c.child_id == patients.c.id, guardianships.c.guardian_id == guardian_id
    )
    query = select(patients).join(guardianships, of_guardian)
    return list(connection.execute(query.order_by(patients.c.born, patients.c.id)))


def subject_of(call: Call, subject_id: str | None) -> Row:
    """The patient that a call concerns: the caller, or (by id) a child whom they may act for.

    Raises Problem `own-login-required` for a child of 16 or 17, `not-found` for anybody else.
    """
    if subject_id is None or subject_id == call.patient:
        return patient_row(call.connection, call.patient)
    for child in children_of(call.connection, call.patient):
        child_age = terms.age(child.born, call.today)
        if child.id == subject_id and child_age < terms.CHILD_UNTIL_AGE:
            if terms.needs_own_login(child_age):
                raise problems.own_login_required()
            return child
    raise problems.not_found()


def reachable(call: Call) -> dict[str, Row]:
    """Everybody whose data the caller may see, by id: themselves and their children under 16."""
    children = children_of(call.connection, call.patient)
    young = [c for c in children if not terms.needs_own_login(terms.age(c.born, call.today))]
    return {row.id: row for row in (patient_row(call.connection, call.patient), *young)}


def price_for(call: Call, patient: Row, ordinary_nok: int) -> int:
    """What the patient pays today for something with this ordinary price, in whole kroner."""
    insurers = (
        select(patients.c.insurer)
        .join(guardianships, guardianships.c.guardian_id == patients.c.id)
        .where(guardianships.c.child_id == patient.id)
    )
    guardians = list(call.connection.execute(insurers).scalars())
    patient_age = terms.age(patient.born, call.today)
    return 0 if terms.is_free(patient.insurer, patient_age, guardians) else ordinary_nok


def get_me(call: Call) -> tuple[int, Any]:
    """The patient, their record, and their registered children under 18."""
    patient = patient_row(call.connection, call.patient)
    children = children_of(call.connection, patient.id)
    return 200, {
        "id": patient.id,
        "name": patient.name,
        "age": terms.age(patient.born, call.today),
        "insurance": patient.insurer,
        "record": _record(call, patient.id),
        "children": [
            _child(call, child)
            for child in children
            if terms.age(child.born, call.today) < terms.CHILD_UNTIL_AGE
        ],
    }


def _child(call: Call, child: Row) -> dict[str, Any]:
    child_age = terms.age(child.born, call.today)
    own_login = terms.needs_own_login(child_age)
    return {
        "id": child.id,
        "name": child.name,
        "age": child_age,
        "own_login": own_login,
        "record": None if own_login else _record(call, child.id),
    }


def _record(call: Call, patient_id: str) -> dict[str, Any]:
    def rows(table: Any, newest_first: Any) -> list[Row]:
        query = select(table).where(table.c.patient_id == patient_id)
        return list(call.connection.execute(query.order_by(newest_first.desc(), table.c.id)))

    return {
        "sick_notes": [
            {
                "first_day": row.first_day.isoformat(),
                "last_day": row.last_day.isoformat(),
                "by_service": row.by_service,
            }
            for row in rows(sick_notes, sick_notes.c.first_day)
        ],
        "renewals": [
            renewal_json(row) for row in rows(renewals_table, renewals_table.c.requested_at)
        ],
        "dispensed": [
            {
                "medicine": row.medicine,
                "atc": row.atc,
                "dispensed_on": row.dispensed_on.isoformat(),
            }
            for row in rows(dispensed_medicines, dispensed_medicines.c.dispensed_on)
        ],
    }


def renewal_json(row: Row) -> dict[str, Any]:
    """A renewal as it is answered; what the doctor refused is paid back (kry-faq.txt:98)."""
    return {
        "id": row.id,
        "status": row.status,
        "medicine": row.medicine,
        "atc": row.atc,
        "requested_at": oslo(row.requested_at),
        "price_nok": row.price_nok,
        "refund_nok": row.price_nok if row.status == "refused" else 0,
    }
