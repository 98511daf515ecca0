"""Free times, holds and appointments.

A time changes hands in one conditional UPDATE of its `slots` row, which either finds it free (or
held by this hold) and takes it, or changes nothing. Both databases let only one such statement win.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.engine import Row
from sqlalchemy.sql import ColumnElement, Select

from backend import problems, terms
from backend.call import OSLO, Call, new_id, oslo
from backend.contract import parse_instant
from backend.patients import patient_row, price_for, reachable, subject_of
from backend.tables import appointments, doctors, holds, patients, slots


def _is_free(now: datetime) -> ColumnElement:
    return and_(
        slots.c.start_at > now,
        slots.c.appointment_id.is_(None),
        or_(slots.c.held_until.is_(None), slots.c.held_until <= now),
    )


def list_slots(call: Call) -> tuple[int, Any]:
    """Free times, the earliest first, one for each start."""
    wanted = call.parameters
    for_child = wanted["audience"] == "child"
    query = (
        select(func.min(slots.c.id))
        .join(doctors, doctors.c.id == slots.c.doctor_id)
        .where(_is_free(call.now), doctors.c.sees_children if for_child else doctors.c.sees_adults)
        .group_by(slots.c.start_at)
        .order_by(slots.c.start_at)
        .limit(wanted["limit"])
    )
    for bound in _time_bounds(wanted):
        query = query.where(bound)
    chosen = call.connection.execute(_slot_query().where(slots.c.id.in_(query)))
    price = _list_price(call, for_child)
    found = sorted(chosen, key=lambda row: row.start_at)
    return 200, {"slots": [_slot_json(row, price) for row in found]}


def _time_bounds(wanted: dict[str, Any]) -> list[ColumnElement]:
    bounds: list[ColumnElement] = []
    start = slots.c.start_at
    try:
        if wanted["day"]:
            midnight = datetime.combine(datetime.fromisoformat(wanted["day"]), time(), OSLO)
            next_midnight = midnight + timedelta(days=1)  # on the clock: 23, 24 or 25 hours later
            bounds += [start >= _utc(midnight), start < _utc(next_midnight)]
        if wanted["after"]:
            bounds.append(start >= _utc(parse_instant(wanted["after"])))
        if wanted["before"]:
            bounds.append(start < _utc(parse_instant(wanted["before"])))
    except OverflowError as error:
        raise problems.invalid_request("Tidspunktet ligger utenfor kalenderen.") from error
    return bounds


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(timezone.utc)


def _list_price(call: Call, for_child: bool) -> int:
    if call.patient_id is None:
        return terms.VISIT_NOK
    patient = patient_row(call.connection, call.patient_id)
    if for_child:
        # Which child is not known yet; a guardian's own insurance covers each of them.
        return 0 if terms.is_free(None, 0, [patient.insurer]) else terms.VISIT_NOK
    return price_for(call, patient, terms.VISIT_NOK)


def _slot_query() -> Select:
    return select(slots, doctors.c.name.label("doctor")).join(
        doctors, doctors.c.id == slots.c.doctor_id
    )


def _slot_json(row: Row, price_nok: int) -> dict[str, Any]:
    return {
        "id": row.id,
        "start": oslo(row.start_at),
        "end": oslo(row.end_at),
        "doctor": row.doctor,
        "price_nok": price_nok,
    }


def create_hold(call: Call) -> tuple[int, Any]:
    """Holds a time for the patient or a child of theirs."""
    patient = subject_of(call, call.body.get("child_id"))
    slot = _slot_for(call, call.body["slot_id"], patient)
    hold_id, expires_at = new_id(), terms.hold_expires_at(call.now, slot.start_at)
    _take(call, slot.id, hold_id=hold_id, held_until=expires_at)
    price_nok = price_for(call, patient, terms.VISIT_NOK)
    call.connection.execute(
        insert(holds).values(
            id=hold_id,
            slot_id=slot.id,
            patient_id=patient.id,
            held_by=call.patient,
            price_nok=price_nok,
            expires_at=expires_at,
        )
    )
    return 201, {
        "id": hold_id,
        "slot": _slot_json(slot, price_nok),
        "patient_id": patient.id,
        "expires_at": oslo(expires_at),
        "price_nok": price_nok,
    }


def _slot_for(call: Call, slot_id: str, patient: Row) -> Row:
    """The slot, with a doctor who sees patients of this age; else `not-found`, `slot-taken`."""
    is_child = terms.age(patient.born, call.today) < terms.CHILD_UNTIL_AGE
    sees = doctors.c.sees_children if is_child else doctors.c.sees_adults
    query = _slot_query().add_columns(sees.label("sees_patient")).where(slots.c.id == slot_id)
    slot = call.connection.execute(query).first()
    if slot is None:
        raise problems.not_found()
    if not slot.sees_patient:
        raise problems.slot_taken()
    return slot


def _take(call: Call, slot_id: str, **holder: Any) -> None:
    """Gives a free time to a hold or an appointment; raises Problem `slot-taken` if it isn't."""
    new_holder = {"hold_id": None, "held_until": None, "appointment_id": None} | holder
    taken = call.connection.execute(
        update(slots).where(slots.c.id == slot_id, _is_free(call.now)).values(new_holder)
    )
    if taken.rowcount != 1:
        raise problems.slot_taken()


def create_appointment(call: Call) -> tuple[int, Any]:
    """Books the time of a hold, at the price of the hold."""
    hold = call.connection.execute(
        select(holds).where(holds.c.id == call.body["hold_id"], holds.c.held_by == call.patient)
    ).first()
    if hold is None:
        raise problems.not_found()
    subject_of(call, hold.patient_id)
    appointment_id = new_id()
    booked = call.connection.execute(
        update(slots)
        .where(
            slots.c.id == hold.slot_id,
            slots.c.appointment_id.is_(None),
            slots.c.hold_id == hold.id,
            slots.c.held_until > call.now,
        )
        .values(appointment_id=appointment_id, hold_id=None, held_until=None)
    )
    if booked.rowcount != 1:
        confirmed = select(appointments.c.id).where(appointments.c.hold_id == hold.id)
        if call.connection.execute(confirmed).first():
            raise problems.already_confirmed()
        raise problems.hold_expired()
    call.connection.execute(
        insert(appointments).values(
            id=appointment_id,
            slot_id=hold.slot_id,
            hold_id=hold.id,
            patient_id=hold.patient_id,
            booked_by=call.patient,
            price_nok=hold.price_nok,
            booked_at=call.now,
            questionnaire_response=call.body.get("questionnaire_response"),
            summary=call.body.get("summary"),
            missed=False,
        )
    )
    return 201, _appointment_json(_own_appointment(call, appointment_id))


def list_appointments(call: Call) -> tuple[int, Any]:
    """The caller's appointments and those of their children under 16."""
    mine = _appointment_query().where(appointments.c.patient_id.in_(reachable(call)))
    rows = call.connection.execute(mine.order_by(slots.c.start_at, appointments.c.id)).all()
    return 200, {"appointments": [_appointment_json(row) for row in rows]}


def move_appointment(call: Call) -> tuple[int, Any]:
    """Moves an appointment to another free time, until an hour before the start."""
    appointment = _changeable(call)
    patient = patient_row(call.connection, appointment.patient_id)
    slot = _slot_for(call, call.body["slot_id"], patient)
    _take(call, slot.id, appointment_id=appointment.id)
    _give_back(call, appointment)
    call.connection.execute(
        update(appointments)
        .where(appointments.c.id == appointment.id)
        .values(slot_id=slot.id, booked_at=call.now)
    )
    return 200, _appointment_json(_own_appointment(call, appointment.id))


def cancel_appointment(call: Call) -> tuple[int, Any]:
    """Cancels an appointment, until an hour before the start; the time is free again."""
    appointment = _changeable(call)
    _give_back(call, appointment)
    call.connection.execute(
        update(appointments)
        .where(appointments.c.id == appointment.id)
        .values(cancelled_at=call.now)
    )
    return 200, _appointment_json(_own_appointment(call, appointment.id))


def get_receipt(call: Call) -> tuple[int, Any]:
    """The confirmation of an appointment, which counts as receipt (kry-faq.txt:187)."""
    appointment = _own_appointment(call, call.parameters["appointment_id"])
    return 200, {
        "appointment_id": appointment.id,
        "patient_name": appointment.patient_name,
        "doctor": appointment.doctor,
        "start": oslo(appointment.start_at),
        "booked_at": oslo(appointment.booked_at),
        "paid_nok": appointment.price_nok,
        "refund_nok": _refund_nok(appointment),
    }


def _appointment_query() -> Select:
    return (
        select(
            appointments,
            slots.c.start_at,
            slots.c.end_at,
            doctors.c.name.label("doctor"),
            patients.c.name.label("patient_name"),
        )
        .join(slots, slots.c.id == appointments.c.slot_id)
        .join(doctors, doctors.c.id == slots.c.doctor_id)
        .join(patients, patients.c.id == appointments.c.patient_id)
    )


def _own_appointment(call: Call, appointment_id: str, *, lock: bool = False) -> Row:
    """An appointment of somebody whom the caller may act for.

    Raises Problem `own-login-required` for that of a child of 16 or 17, else `not-found`.
    """
    query = _appointment_query().where(appointments.c.id == appointment_id)
    if lock:
        query = query.with_for_update(of=appointments)
    row = call.connection.execute(query).first()
    if row is None:
        raise problems.not_found()
    subject_of(call, row.patient_id)
    return row


def _changeable(call: Call) -> Row:
    """The appointment that a move or a cancellation is about, locked; `not-active`, `too-late`."""
    row = _own_appointment(call, call.parameters["appointment_id"], lock=True)
    if _status(row) != "booked" or row.end_at <= call.now:
        raise problems.not_active()
    if not terms.may_change(row.start_at, call.now):
        raise problems.too_late()
    return row


def _give_back(call: Call, appointment: Row) -> None:
    call.connection.execute(
        update(slots)
        .where(slots.c.appointment_id == appointment.id, slots.c.id == appointment.slot_id)
        .values(appointment_id=None)
    )


def _status(row: Row) -> str:
    if row.cancelled_at is not None:
        return "cancelled"
    if row.missed:
        return "missed"
    return "booked" if row.doctor_joined_at is None else "completed"


def _refund_nok(row: Row) -> int:
    return terms.visit_refund_nok(
        row.price_nok,
        booked_at=row.booked_at,
        start=row.start_at,
        cancelled=row.cancelled_at is not None,
        doctor_joined_at=row.doctor_joined_at,
    )


def _appointment_json(row: Row) -> dict[str, Any]:
    refund_nok = _refund_nok(row)
    refund_from = row.cancelled_at or row.doctor_joined_at
    refund_by = None
    if refund_nok and refund_from:
        refund_by = terms.refund_by(refund_from.astimezone(OSLO).date()).isoformat()
    return {
        "id": row.id,
        "status": _status(row),
        "patient_id": row.patient_id,
        "patient_name": row.patient_name,
        "start": oslo(row.start_at),
        "end": oslo(row.end_at),
        "doctor": row.doctor,
        "price_nok": row.price_nok,
        "refund_nok": refund_nok,
        "refund_by": refund_by,
        "change_until": oslo(terms.change_until(row.start_at)),
    }
