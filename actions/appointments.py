"""Seeing, cancelling and moving the appointments a patient has."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from actions.booking import BackedErrand, offer_times, read_time_choice, take_time_choice
from actions.errand import filled
from actions.times import appointment_json, when
from actions.turn import Turn
from bot.adapters.booking import Appointment, NotLoggedIn, Refused
from bot.domain.questions import Option, Question
from bot.domain.readers import Reading


class ShowErrand(BackedErrand):
    """Tells which appointments are coming."""

    async def next_step(self, turn: Turn) -> Question | None:
        if turn.data.get("given_up"):
            return None
        coming = await coming_appointments(turn)
        if not coming:
            turn.say("utter_no_appointments")
        for appointment in coming:
            turn.say(
                "utter_appointment_line",
                when=when(appointment.start, turn.now),
                doctor=appointment.doctor,
                price=appointment.price_nok,
            )
            turn.show(appointment_json(appointment))
        return None


class _ChangeErrand(BackedErrand):
    """Finds the appointment that is to be changed, then changes it once it is confirmed."""

    async def next_step(self, turn: Turn) -> Question | None:
        if turn.data.get("given_up"):
            turn.say("utter_not_changed")
            return None
        coming = await coming_appointments(turn)
        chosen = _chosen(turn, coming)
        if chosen:
            return await self.change(turn, chosen)
        if not coming:
            turn.say("utter_no_appointments")
            return None
        return which_question(turn, coming)

    async def change(self, turn: Turn, appointment: Appointment) -> Question | None:
        """Asks what is still needed, then changes the appointment."""
        raise NotImplementedError

    def take_answer(self, turn: Turn, question: Question, value: Any) -> None:
        take_time_choice(turn, question, value)


class CancelErrand(_ChangeErrand):
    """Cancels an appointment and names the refund that the backend gives."""

    async def change(self, turn: Turn, appointment: Appointment) -> Question | None:
        confirmed = turn.answers.get("confirm_cancel")
        if confirmed is None:
            own = turn.services.errand_questions["appointments"]["confirm_cancel"]
            return filled(own, when=when(appointment.start, turn.now))
        if confirmed != "yes":
            turn.say("utter_not_changed")
            return None
        cancelled = await turn.services.backend.cancel(
            appointment.id,
            patient_token=turn.patient_token or "",
            key=turn.key("cancel", appointment.id),
        )
        turn.say(
            "utter_cancelled",
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
            return await offer_times(turn, own["new_slot"])
        confirmed = turn.answers.get("confirm_move")
        if confirmed is None:
            slot = next(slot for slot in turn.data["shown"] if slot["id"] == slot_id)
            start = when(datetime.fromisoformat(slot["start"]), turn.now)
            return filled(own["confirm_move"], when=start, doctor=slot["doctor"])
        if confirmed != "yes":
            turn.say("utter_not_changed")
            return None
        return await self._move(turn, appointment, slot_id)

    async def _move(self, turn: Turn, appointment: Appointment, slot_id: str) -> Question | None:
        try:
            moved = await turn.services.backend.reschedule(
                appointment.id,
                slot_id,
                patient_token=turn.patient_token or "",
                key=turn.key("move", appointment.id, slot_id),
            )
        except Refused as no:
            if no.type != "slot-taken":
                raise
            turn.say("utter_time_taken")
            turn.answers.pop("new_slot")
            turn.answers.pop("confirm_move")
            own = turn.services.errand_questions["appointments"]["new_slot"]
            return await offer_times(turn, own)
        turn.say("utter_rescheduled", when=when(moved.start, turn.now), doctor=moved.doctor)
        turn.show(appointment_json(moved))
        return None


async def coming_appointments(turn: Turn) -> list[Appointment]:
    """The patient's booked appointments that have not begun, earliest first."""
    if not turn.patient_token:
        raise NotLoggedIn("unauthorized", "Ikke logget inn", "Logg inn for å se timene dine.")
    found = await turn.services.backend.appointments(patient_token=turn.patient_token)
    coming = [a for a in found if a.status != "cancelled" and a.start > turn.now]
    return sorted(coming, key=lambda appointment: appointment.start)


def _chosen(turn: Turn, coming: list[Appointment]) -> Appointment | None:
    """The appointment that is meant: the only one, or the one that was chosen."""
    if len(coming) == 1:
        return coming[0]
    return next((a for a in coming if a.id == turn.answers.get("which")), None)


def which_question(turn: Turn, coming: list[Appointment]) -> Question:
    """The question which of several appointments is meant."""
    own = turn.services.errand_questions["appointments"]["which"]
    options = tuple(Option(a.id, f"{when(a.start, turn.now)} hos {a.doctor}") for a in coming)
    return replace(own, options=options)
