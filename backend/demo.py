"""The demo clinic: synthetic people, numbers and times, for trying the assistant out.

Nobody here exists. The times are made for a demonstration (08 to 22 in Oslo, 14 days ahead); they
say nothing of when a clinic is open. Days are counted back from the day of seeding, so that
"a sick note two months ago" stays true whenever the demo is set up.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from backend import problems, terms
from backend.call import OSLO, Call, new_id, oslo
from backend.patients import patient_row
from backend.tables import (
    appointments,
    dispensed_medicines,
    doctors,
    guardianships,
    holds,
    patients,
    renewals,
    sick_notes,
    slots,
)
from backend.tokens import issue_patient_token

DAYS_AHEAD = 14
SLOT_TIME = timedelta(minutes=20)

# id, name, first and last hour of the day, whether they see adults and children
DOCTORS = (
    ("lege-1", "Anne Eksempel", 8, 15, True, True),
    ("lege-2", "Bjørn Eksempel", 10, 18, True, False),
    ("lege-3", "Camilla Eksempel", 12, 20, True, True),
    ("lege-4", "David Eksempel", 14, 22, True, False),
    ("lege-5", "Eva Eksempel", 8, 22, False, True),
)

# id, name, age at seeding, insurer, ids of registered children
PATIENTS: tuple[tuple[str, str, int, str | None, tuple[str, ...]], ...] = (
    ("kari", "Kari Testesen", 41, None, ("nora", "jakob", "emma")),
    ("nora", "Nora Testesen", 7, None, ()),
    ("jakob", "Jakob Testesen", 2, None, ()),
    ("emma", "Emma Testesen", 16, None, ()),
    ("ola", "Ola Prøvestad", 36, "If", ("liv",)),
    ("liv", "Liv Prøvestad", 4, None, ()),
    ("ingrid", "Ingrid Prøvestad", 72, "Vertikal Helse", ()),
    ("jonas", "Jonas Testesen", 24, None, ()),
)

# patient, first day and last day of the note (days before seeding), by this service
SICK_NOTES = (
    ("kari", 55, 51, True),
    ("jonas", 20, 14, False),
    ("ola", 200, 197, True),
)

# patient, medicine, ATC code, days since it was dispensed
DISPENSED = (
    ("kari", "Cetirizin 10 mg", "R06AE07", 40),
    ("kari", "Levaxin 100 mikrogram", "H03AA01", 70),
    ("nora", "Ventoline inhalasjon 0,1 mg", "R03AC02", 95),
    ("emma", "Desloratadin 5 mg", "R06AX27", 30),
    ("ola", "Imovane 7,5 mg", "N05CF01", 60),
    ("ola", "Salazopyrin 500 mg", "A07EC01", 90),
    ("ingrid", "Metoprolol 50 mg", "C07AB02", 35),
    ("ingrid", "Atorvastatin 20 mg", "C10AA05", 35),
    ("ingrid", "Nasonex nesespray", "R01AD09", 520),
    ("jonas", "Apocillin 660 mg", "J01CE02", 150),
)

# patient, medicine, ATC code, how the doctor decided, days ago
RENEWALS = (
    ("kari", "Levaxin 100 mikrogram", "H03AA01", "renewed", 72),
    ("ola", "Imovane 7,5 mg", "N05CF01", "refused", 12),
)

# patient, doctor, days ago, minutes until the doctor came (None: the patient never came)
PAST_VISITS = (
    ("kari", "lege-1", 55, 2),
    ("kari", "lege-3", 9, 41),
    ("jonas", "lege-2", 30, None),
)


def seed(connection: Connection, now: datetime) -> None:
    """Puts the demo clinic into an empty database, and free times up to 14 days ahead into any."""
    if connection.execute(select(doctors.c.id).limit(1)).first() is None:
        _seed_people(connection, now)
        _seed_past_visits(connection, now)
    _extend_slots(connection, now)


def _seed_people(connection: Connection, now: datetime) -> None:
    today = now.astimezone(OSLO).date()
    connection.execute(
        insert(doctors),
        [
            {"id": key, "name": name, "sees_adults": adults, "sees_children": children}
            for key, name, _, _, adults, children in DOCTORS
        ],
    )
    connection.execute(
        insert(patients),
        [
            {"id": key, "name": name, "born": _born(today, years), "insurer": insurer}
            for key, name, years, insurer, _ in PATIENTS
        ],
    )
    connection.execute(
        insert(guardianships),
        [
            {"guardian_id": key, "child_id": child}
            for key, _, _, _, children in PATIENTS
            for child in children
        ],
    )
    connection.execute(
        insert(sick_notes),
        [
            {
                "id": new_id(),
                "patient_id": patient,
                "first_day": today - timedelta(days=first),
                "last_day": today - timedelta(days=last),
                "by_service": by_service,
            }
            for patient, first, last, by_service in SICK_NOTES
        ],
    )
    connection.execute(
        insert(dispensed_medicines),
        [
            {
                "id": new_id(),
                "patient_id": patient,
                "medicine": medicine,
                "atc": atc,
                "dispensed_on": today - timedelta(days=days),
            }
            for patient, medicine, atc, days in DISPENSED
        ],
    )
    insurers = {key: insurer for key, _, _, insurer, _ in PATIENTS}
    connection.execute(
        insert(renewals),
        [
            {
                "id": new_id(),
                "patient_id": patient,
                "requested_by": patient,
                "medicine": medicine,
                "atc": atc,
                "status": status,
                "price_nok": 0 if insurers[patient] in terms.FREE_INSURERS else terms.RENEWAL_NOK,
                "requested_at": now - timedelta(days=days),
            }
            for patient, medicine, atc, status, days in RENEWALS
        ],
    )


def _born(today: date, years: int) -> date:
    # Half a year off the birthday: the age stays what the demo says for months.
    half_year_ago = today - timedelta(days=182)
    return half_year_ago.replace(year=half_year_ago.year - years, day=min(half_year_ago.day, 28))


def _seed_past_visits(connection: Connection, now: datetime) -> None:
    today = now.astimezone(OSLO).date()
    for patient, doctor, days_ago, minutes in PAST_VISITS:
        start = datetime.combine(today - timedelta(days=days_ago), time(13), OSLO)
        came = None if minutes is None else start + timedelta(minutes=minutes)
        slot_id, hold_id, appointment_id = new_id(), new_id(), new_id()
        booked_at = start - timedelta(days=2)
        connection.execute(
            insert(slots).values(
                id=slot_id,
                doctor_id=doctor,
                start_at=start,
                end_at=start + SLOT_TIME,
                appointment_id=appointment_id,
            )
        )
        connection.execute(
            insert(holds).values(
                id=hold_id,
                slot_id=slot_id,
                patient_id=patient,
                held_by=patient,
                price_nok=terms.VISIT_NOK,
                expires_at=booked_at + terms.HOLD_TIME,
            )
        )
        connection.execute(
            insert(appointments).values(
                id=appointment_id,
                slot_id=slot_id,
                hold_id=hold_id,
                patient_id=patient,
                booked_by=patient,
                price_nok=terms.VISIT_NOK,
                booked_at=booked_at,
                doctor_joined_at=came,
                missed=came is None,
            )
        )


def _extend_slots(connection: Connection, now: datetime) -> None:
    """Adds the days that lack times; a day is filled whole or not at all."""
    today = now.astimezone(OSLO).date()
    there = set(
        connection.execute(select(slots.c.start_at).where(slots.c.start_at >= now)).scalars()
    )
    filled = {start.astimezone(OSLO).date() for start in there}
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)]
    rows = [
        row for day in days if day not in filled for row in _slots_of(day) if row["start_at"] > now
    ]
    if rows:
        connection.execute(insert(slots), rows)


def _slots_of(day: date) -> list[dict[str, Any]]:
    rows = []
    for doctor, _, first_hour, last_hour, _, _ in DOCTORS:
        start = datetime.combine(day, time(first_hour), OSLO)
        while start < datetime.combine(day, time(last_hour), OSLO):
            rows.append(
                {
                    "id": new_id(),
                    "doctor_id": doctor,
                    "start_at": start,
                    "end_at": start + SLOT_TIME,
                }
            )
            start += SLOT_TIME
    return rows


def log_in(call: Call, secret: str) -> tuple[int, Any]:
    """A patient token for a synthetic patient; a child under 16 has no log-in."""
    patient = patient_row(call.connection, call.body["patient"])
    if not terms.needs_own_login(terms.age(patient.born, call.today)):
        raise problems.forbidden("Barn under 16 år logger ikke inn selv; en foresatt gjør det.")
    token, ends = issue_patient_token(patient.id, secret, call.now)
    return 200, {"patient_token": token, "expires_at": oslo(ends), "name": patient.name}
