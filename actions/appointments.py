"""Seeing, cancelling and moving the appointments a patient has, and their receipts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from actions.booking import (
    BackedErrand,
    logged_in,
    offer_times,
    read_time_choice,
    take_time_choice,
)
from actions.errand import filled
from actions.times import appointment_json, money, receipt_json, when
from actions.turn import Turn
from bot.adapters.booking import Appointment, NotLoggedIn, Refused
from bot.adapters.clinic_content import load_clinic
from bot.domain.questions import Option, Question
from bot.domain.readers import Reading
from bot.domain.wishes import Wish
from bot.domain.zone import OSLO

#: The latest visits that are offered to choose among.
MOST_RECEIPTS = 5


class _AppointmentErrand(BackedErrand):
    """What seeing, cancelling and moving share."""

    unavailable = "utter_appointments_unavailable"
    unknown = "utter_change_unknown"


class ShowErrand(_AppointmentErrand):
    """Tells which appointments are coming."""

    async def next_step(self, turn: Turn) -> Question | None:
        if turn.data.get("given_up"):
            turn.say("utter_stopped_nothing")
            return None
        coming = _coming(turn, await _appointments(turn))
        if not coming:
            turn.say("utter_no_appointments")
        for appointment in coming:
            turn.say(
                "utter_appointment_line",
                when=when(appointment.start, turn.now),
                doctor=appointment.doctor,
                name=appointment.patient_name,
                price=money(appointment.price_nok),
            )
            turn.show(appointment_json(appointment))
        return None


class ReceiptErrand(_AppointmentErrand):
    """Shows the receipt of a visit, as the backend has it."""

    unknown = "utter_appointments_unavailable"

    async def next_step(self, turn: Turn) -> Question | None:
        if turn.data.get("given_up"):
            turn.say("utter_stopped_nothing")
            return None
        appointments = sorted(await _appointments(turn), key=lambda a: a.start, reverse=True)
        if not appointments:
            turn.say("utter_no_receipts")
            return None
        if len(appointments) > 1 and "which" not in turn.answers:
            return _which_question(turn, appointments[:MOST_RECEIPTS])
        chosen = turn.answers.get("which", appointments[0].id)
        receipt = await turn.services.backend.receipt(
            chosen, patient_token=turn.patient_token or ""
        )
        turn.say(
            "utter_receipt_refunded" if receipt.refund_nok else "utter_receipt",
            when=when(receipt.start, turn.now),
            doctor=receipt.doctor,
            name=receipt.patient_name,
            paid=money(receipt.paid_nok),
            refund=receipt.refund_nok,
        )
        turn.show(receipt_json(receipt))
        return None

    def take_answer(self, turn: Turn, question: Question, value: Any) -> None:
        turn.answers[question.id] = value


class _ChangeErrand(_AppointmentErrand):
    """Finds the appointment that is to be changed, then changes it once it is confirmed."""

    async def next_step(self, turn: Turn) -> Question | None:
        if turn.data.get("given_up"):
            turn.say("utter_left_unknown" if turn.data.get("unknown") else "utter_not_changed")
            return None
        appointments = await _appointments(turn)
        coming = _coming(turn, appointments)
        named = self.named(turn, coming) or coming
        if "which" not in turn.answers and len(named) == 1:
            turn.answers["which"] = named[0].id
        # Among all: after a retry, the chosen one may be changed already, and no other is meant.
        chosen = [a for a in appointments if a.id == turn.answers.get("which")]
        if chosen:
            return await self._change_in_time(turn, chosen[0])
        if not coming:
            turn.say("utter_no_appointments")
            return None
        return _which_question(turn, named)

    def named(self, turn: Turn, coming: list[Appointment]) -> list[Appointment]:
        """Those of the coming appointments that the opening message names."""
        return []

    async def _change_in_time(self, turn: Turn, appointment: Appointment) -> Question | None:
        if turn.now > appointment.change_until and not turn.data.get("unknown"):
            turn.say("utter_too_late")
            return None
        return await self.change(turn, appointment)

    async def change(self, turn: Turn, appointment: Appointment) -> Question | None:
        """Asks what is still needed, then changes the appointment."""
        raise NotImplementedError

    def take_answer(self, turn: Turn, question: Question, value: Any) -> None:
        take_time_choice(turn, question, value)


class CancelErrand(_ChangeErrand):
    """Cancels an appointment and names the refund that the backend gives."""

    def named(self, turn: Turn, coming: list[Appointment]) -> list[Appointment]:
        wish = Wish.from_json(turn.data.get("wish"))
        return [a for a in coming if wish.fits(a.start.astimezone(OSLO))]

    async def change(self, turn: Turn, appointment: Appointment) -> Question | None:
        confirmed = turn.answers.get("confirm_cancel")
        if confirmed is None:
            own = turn.services.errand_questions["appointments"]["confirm_cancel"]
            return filled(
                own, when=when(appointment.start, turn.now), name=appointment.patient_name
            )
        if confirmed != "yes":
            turn.say("utter_not_changed")
            return None
        cancelled = await turn.services.backend.cancel(
            appointment.id,
            patient_token=turn.patient_token or "",
            key=turn.key("cancel", appointment.id),
        )
        turn.say(
            "utter_cancelled" if cancelled.refund_nok else "utter_cancelled_free",
            when=when(cancelled.start, turn.now),
            refund=cancelled.refund_nok,
        )
        turn.show(appointment_json(cancelled))
        return None


class RescheduleErrand(_ChangeErrand):
    """Moves an appointment to another free time."""

    def understand_answer(self, turn: Turn, question: Question) -> Reading:
        return read_time_choice(turn, question)

    async def change(self, turn: Turn, appointment: Appointment) -> Question | None:
        own = turn.services.errand_questions["appointments"]
        slot_id = turn.answers.get("new_slot")
        if slot_id is None:
            return await self._offer(turn, appointment)
        confirmed = turn.answers.get("confirm_move")
        if confirmed is None:
            slot = next(slot for slot in turn.data["shown"] if slot["id"] == slot_id)
            start = when(datetime.fromisoformat(slot["start"]), turn.now)
            return filled(own["confirm_move"], when=start, doctor=slot["doctor"])
        if confirmed != "yes":
            turn.say("utter_not_changed")
            return None
        return await self._move(turn, appointment, slot_id)

    async def _offer(self, turn: Turn, appointment: Appointment) -> Question:
        patient = await logged_in(turn)
        under_age = patient is not None and patient.age < load_clinic().number("child_max_age")
        for_child = under_age or (patient is not None and appointment.patient_id != patient.id)
        own = turn.services.errand_questions["appointments"]["new_slot"]
        return await offer_times(turn, own, for_child)

    async def _move(self, turn: Turn, appointment: Appointment, slot_id: str) -> Question | None:
        tries = turn.data.get("round", 0)
        try:
            moved = await turn.services.backend.reschedule(
                appointment.id,
                slot_id,
                patient_token=turn.patient_token or "",
                key=turn.key("move", appointment.id, slot_id, str(tries)),
            )
        except Refused as no:
            if no.type != "slot-taken":
                raise
            turn.data.pop("unknown", None)
            turn.data["round"] = tries + 1
            turn.say("utter_time_taken")
            turn.answers.pop("new_slot")
            turn.answers.pop("confirm_move")
            return await self._offer(turn, appointment)
        turn.say("utter_rescheduled", when=when(moved.start, turn.now), doctor=moved.doctor)
        turn.show(appointment_json(moved, "rescheduled"))
        return None


async def _appointments(turn: Turn) -> list[Appointment]:
    """All appointments of the patient and their children."""
    if not turn.patient_token:
        raise NotLoggedIn("not-logged-in", "Ikke logget inn", "Logg inn for å se timene dine.")
    return await turn.services.backend.appointments(patient_token=turn.patient_token)


def _coming(turn: Turn, appointments: list[Appointment]) -> list[Appointment]:
    """The booked appointments that are not over, earliest first."""
    coming = [a for a in appointments if a.status == "booked" and a.end > turn.now]
    return sorted(coming, key=lambda appointment: appointment.start)


def _which_question(turn: Turn, coming: list[Appointment]) -> Question:
    """The question which of several appointments is meant."""
    own = turn.services.errand_questions["appointments"]["which"]
    options = tuple(
        Option(a.id, f"{when(a.start, turn.now)} hos {a.doctor}, til {a.patient_name}")
        for a in coming
    )
    return replace(own, options=options)
