"""A booking backend in memory, with the methods and the refusals of the real one, for tests.

The test decides what is there (`slots`, `patients`), what time it is (`now`), and what breaks
(`fail_next`). A patient's token is the patient's id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from bot.adapters.booking import (
    Appointment,
    Case,
    Hold,
    NotLoggedIn,
    OutcomeUnknown,
    Patient,
    Receipt,
    Refused,
    Renewal,
    Slot,
)
from bot.domain.zone import OSLO

T = TypeVar("T")

HOLD_TIME = timedelta(minutes=5)
CHANGE_LIMIT = timedelta(hours=1)
RENEWAL_NOK = 250


@dataclass(frozen=True)
class _Booked:
    appointment: Appointment
    slot: Slot
    booked_at: datetime
    questionnaire_response: dict[str, Any] | None
    summary: str | None


class FakeBooking:
    """See the module. `cases` and `booked` are what the clinic would have received."""

    def __init__(
        self, *, now: Callable[[], datetime], slots: list[Slot], patients: list[Patient]
    ) -> None:
        self._now = now
        self.slots = {slot.id: slot for slot in slots}
        self.patients = {patient.id: patient for patient in patients}
        self.holds: dict[str, Hold] = {}
        self.booked: dict[str, _Booked] = {}
        self.renewals: list[tuple[str, Renewal]] = []
        self.cases: list[tuple[Case, str, str, str | None]] = []
        self._answers: dict[tuple[str, str], tuple[object, Any]] = {}
        self._confirmed: set[str] = set()
        self._failure: Exception | None = None
        self._ids = 0

    def fail_next(self, failure: Exception) -> None:
        """The next call fails. After OutcomeUnknown a write has happened, as the worst case is."""
        self._failure = failure

    async def free_slots(
        self,
        *,
        patient_token: str | None = None,
        day: date | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        for_child: bool = False,
        limit: int = 5,
    ) -> list[Slot]:
        """See BookingBackend; every doctor sees everybody."""
        self._fail_before()
        patient = self._patient(patient_token) if patient_token else None
        fits = [
            slot if patient is None else replace(slot, price_nok=self._price(patient, slot))
            for slot in sorted(self.slots.values(), key=lambda slot: slot.start)
            if self._is_free(slot)
            and (day is None or slot.start.astimezone(OSLO).date() == day)
            and (after is None or slot.start >= after)
            and (before is None or slot.start < before)
        ]
        return fits[:limit]

    async def hold(
        self, slot_id: str, *, patient_token: str, child_id: str | None = None, key: str
    ) -> Hold:
        """See BookingBackend."""

        def work(patient: Patient) -> Hold:
            slot = self._free_slot(slot_id)
            price = self._price(patient, slot)
            expires_at = min(self._now() + HOLD_TIME, slot.start)
            subject = self._subject(patient, child_id)
            held = replace(slot, price_nok=price)
            hold = Hold(self._new_id("hold"), held, subject, expires_at, price)
            self.holds[hold.id] = hold
            return hold

        return self._once(key, ("hold", slot_id, child_id), patient_token, work)

    async def confirm(
        self,
        hold_id: str,
        *,
        patient_token: str,
        key: str,
        questionnaire_response: dict[str, Any] | None = None,
        summary: str | None = None,
    ) -> Appointment:
        """See BookingBackend."""

        def work(patient: Patient) -> Appointment:
            hold = self.holds.get(hold_id)
            if hold is None or hold.patient_id not in self._reach(patient):
                raise _refused("not-found")
            if hold_id in self._confirmed:
                raise _refused("already-confirmed")
            if hold.expires_at <= self._now():
                raise _refused("hold-expired")
            self._confirmed.add(hold_id)
            appointment = Appointment(
                id=self._new_id("appointment"),
                status="booked",
                patient_id=hold.patient_id,
                patient_name=self._reach(patient)[hold.patient_id],
                start=hold.slot.start,
                end=hold.slot.end,
                doctor=hold.slot.doctor,
                price_nok=hold.price_nok,
                refund_nok=0,
                refund_by=None,
                change_until=hold.slot.start - CHANGE_LIMIT,
            )
            self.booked[appointment.id] = _Booked(
                appointment, hold.slot, self._now(), questionnaire_response, summary
            )
            return appointment

        request = ("confirm", hold_id, str(questionnaire_response), summary)
        return self._once(key, request, patient_token, work)

    async def appointments(self, *, patient_token: str) -> list[Appointment]:
        """See BookingBackend."""
        self._fail_before()
        reach = self._reach(self._patient(patient_token))
        mine = [b.appointment for b in self.booked.values() if b.appointment.patient_id in reach]
        return sorted(mine, key=lambda appointment: appointment.start)

    async def reschedule(
        self, appointment_id: str, slot_id: str, *, patient_token: str, key: str
    ) -> Appointment:
        """See BookingBackend."""

        def work(patient: Patient) -> Appointment:
            booked = self._changeable(patient, appointment_id)
            slot = self._free_slot(slot_id)
            moved = replace(
                booked.appointment,
                start=slot.start,
                end=slot.end,
                doctor=slot.doctor,
                change_until=slot.start - CHANGE_LIMIT,
            )
            self.booked[appointment_id] = replace(
                booked, appointment=moved, slot=slot, booked_at=self._now()
            )
            return moved

        return self._once(key, ("reschedule", appointment_id, slot_id), patient_token, work)

    async def cancel(self, appointment_id: str, *, patient_token: str, key: str) -> Appointment:
        """See BookingBackend; the refund is said to arrive within nine days."""

        def work(patient: Patient) -> Appointment:
            booked = self._changeable(patient, appointment_id)
            price = booked.appointment.price_nok
            cancelled = replace(
                booked.appointment,
                status="cancelled",
                refund_nok=price,
                refund_by=self._now().astimezone(OSLO).date() + timedelta(days=9)
                if price
                else None,
            )
            self.booked[appointment_id] = replace(booked, appointment=cancelled)
            return cancelled

        return self._once(key, ("cancel", appointment_id), patient_token, work)

    async def receipt(self, appointment_id: str, *, patient_token: str) -> Receipt:
        """See BookingBackend."""
        self._fail_before()
        booked = self._own(self._patient(patient_token), appointment_id)
        appointment = booked.appointment
        return Receipt(
            appointment_id=appointment.id,
            patient_name=appointment.patient_name,
            doctor=appointment.doctor,
            start=appointment.start,
            booked_at=booked.booked_at,
            paid_nok=appointment.price_nok,
            refund_nok=appointment.refund_nok,
        )

    async def me(self, *, patient_token: str) -> Patient:
        """See BookingBackend."""
        self._fail_before()
        return self._patient(patient_token)

    async def request_renewal(
        self,
        medicine: str,
        atc: str | None,
        *,
        patient_token: str,
        child_id: str | None = None,
        key: str,
    ) -> Renewal:
        """See BookingBackend."""

        def work(patient: Patient) -> Renewal:
            subject = self._subject(patient, child_id)
            if any(of == subject and r.status == "received" for of, r in self.renewals):
                raise _refused("renewal-pending")
            price = 0 if patient.insurance else RENEWAL_NOK
            renewal = Renewal(
                self._new_id("renewal"), "received", medicine, atc, self._now(), price, 0
            )
            self.renewals.append((subject, renewal))
            return renewal

        return self._once(key, ("renewal", medicine, atc, child_id), patient_token, work)

    async def open_case(
        self, *, reason: str, summary: str, contact: str | None, patient_token: str | None, key: str
    ) -> Case:
        """See BookingBackend."""

        def work(_patient: Patient | None) -> Case:
            case = Case(self._new_id("case"), self._now())
            self.cases.append((case, reason, summary, contact))
            return case

        request = ("case", reason, summary, contact)
        if patient_token is not None:
            return self._once(key, request, patient_token, work)
        return self._answer_once("", key, request, lambda: work(None))

    def _once(self, key: str, request: object, token: str, work: Callable[[Patient], T]) -> T:
        patient = self._patient(token)
        return self._answer_once(patient.id, key, request, lambda: work(patient))

    def _answer_once(self, owner: str, key: str, request: object, work: Callable[[], T]) -> T:
        failure, self._failure = self._failure, None
        if failure is not None and not isinstance(failure, OutcomeUnknown):
            raise failure
        if (owner, key) not in self._answers:
            try:
                answer: Any = work()
            except Refused as refusal:
                answer = refusal
            self._answers[owner, key] = (request, answer)
        earlier, answer = self._answers[owner, key]
        if failure is not None:
            raise failure
        if earlier != request:
            raise _refused("idempotency-mismatch")
        if isinstance(answer, Refused):
            raise answer
        result: T = answer
        return result

    def _fail_before(self) -> None:
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _patient(self, token: str) -> Patient:
        if token not in self.patients:
            raise NotLoggedIn("not-logged-in", "Ikke logget inn", "Logg inn for å gå videre.")
        return self.patients[token]

    def _reach(self, patient: Patient) -> dict[str, str]:
        """The names of those whose data the patient reaches, by id."""
        young = {child.id: child.name for child in patient.children if not child.own_login}
        return {patient.id: patient.name} | young

    def _subject(self, patient: Patient, child_id: str | None) -> str:
        if child_id is None:
            return patient.id
        for child in patient.children:
            if child.id == child_id:
                if child.own_login:
                    raise _refused("own-login-required")
                return child.id
        raise _refused("not-found")

    def _price(self, patient: Patient, slot: Slot) -> int:
        return 0 if patient.insurance else slot.price_nok

    def _taken_by_appointment(self, slot_id: str) -> bool:
        live = (b for b in self.booked.values() if b.appointment.status == "booked")
        return any(b.slot.id == slot_id for b in live)

    def _is_free(self, slot: Slot) -> bool:
        waiting = (hold for id, hold in self.holds.items() if id not in self._confirmed)
        held = any(h.slot.id == slot.id and h.expires_at > self._now() for h in waiting)
        return slot.start > self._now() and not held and not self._taken_by_appointment(slot.id)

    def _free_slot(self, slot_id: str) -> Slot:
        if slot_id not in self.slots:
            raise _refused("not-found")
        if not self._is_free(self.slots[slot_id]):
            raise _refused("slot-taken")
        return self.slots[slot_id]

    def _own(self, patient: Patient, appointment_id: str) -> _Booked:
        booked = self.booked.get(appointment_id)
        if booked is None or booked.appointment.patient_id not in self._reach(patient):
            raise _refused("not-found")
        return booked

    def _changeable(self, patient: Patient, appointment_id: str) -> _Booked:
        booked = self._own(patient, appointment_id)
        if booked.appointment.status != "booked" or booked.appointment.end <= self._now():
            raise _refused("not-active")
        if self._now() > booked.appointment.change_until:
            raise _refused("too-late")
        return booked

    def _new_id(self, kind: str) -> str:
        self._ids += 1
        return f"{kind}-{self._ids}"


def _refused(kind: str) -> Refused:
    return Refused(kind, kind, f"Avvist: {kind}.")
