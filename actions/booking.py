"""Booking a video visit: free times, one held, confirmed once, and said only with its id."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from actions.errand import Errand, filled
from actions.times import appointment_json, slot_json, slot_options, when
from actions.turn import Turn
from bot.adapters.booking import (
    Appointment,
    BackendUnavailable,
    Hold,
    NotLoggedIn,
    OutcomeUnknown,
    Refused,
)
from bot.adapters.clinic_content import load_clinic
from bot.domain.questions import Question
from bot.domain.readers import Reading, read
from bot.domain.wishes import Wish, read_wish

#: How many free times are shown at once.
SHOWN = 5


class BackedErrand(Errand):
    """An errand that needs the booking backend, and says truly what came of it."""

    async def begin(self, turn: Turn) -> None:
        wish = read_wish(turn.text, turn.now)
        if wish:
            turn.data["wish"] = wish.to_json()

    async def proceed(self, turn: Turn) -> Question | None:
        try:
            return await self.next_step(turn)
        except NotLoggedIn:
            turn.say("utter_log_in")
            return turn.services.errand_questions["common"]["log_in"]
        except Refused as no:
            turn.say(*_REFUSALS.get(no.type, ("utter_refused",)), detail=no.detail)
            return None
        except BackendUnavailable:
            turn.say("utter_booking_unavailable")
        except OutcomeUnknown:
            turn.say("utter_booking_unknown")
        return turn.services.errand_questions["booking"]["retry"]

    async def next_step(self, turn: Turn) -> Question | None:
        """Does what is due now; returns the next question, or None at the end."""
        raise NotImplementedError

    def understand(self, turn: Turn, question: Question) -> Reading:
        if question.id == "log_in":
            return Reading("yes", certain=turn.patient_token is not None)
        if question.id == "retry":
            reading = read(question, turn.text, turn.now)
            return reading if reading.value == "no" else Reading("yes", certain=False)
        return self.understand_answer(turn, question)

    def understand_answer(self, turn: Turn, question: Question) -> Reading:
        """Reads the answer to a question of this errand's own."""
        return read(question, turn.text, turn.now)

    def take(self, turn: Turn, question: Question, value: Any) -> None:
        if question.id == "retry":
            turn.data["given_up"] = value == "no"
        elif question.id != "log_in":
            self.take_answer(turn, question, value)

    def take_answer(self, turn: Turn, question: Question, value: Any) -> None:
        """Notes the answer to a question of this errand's own."""
        raise NotImplementedError


#: What is said for a refusal that has words of its own.
_REFUSALS = {"too-late": ("utter_too_late",)}


class BookingErrand(BackedErrand):
    """Time, log-in, price, yes: then it is booked, and the backend's id proves it."""

    def understand_answer(self, turn: Turn, question: Question) -> Reading:
        return read_time_choice(turn, question)

    def take_answer(self, turn: Turn, question: Question, value: Any) -> None:
        take_time_choice(turn, question, value)

    def progress(self, turn: Turn) -> tuple[int, int]:
        return sum(key in turn.answers for key in ("slot", "confirm")), 2

    async def next_step(self, turn: Turn) -> Question | None:
        own = turn.services.errand_questions["booking"]
        if turn.answers.get("confirm") == "no" or turn.data.get("given_up"):
            turn.say("utter_not_booked")
            return None
        if "slot" not in turn.answers:
            return await offer_times(turn, own["slot"])
        if not turn.patient_token:
            raise NotLoggedIn("unauthorized", "Ikke logget inn", "Logg inn for å bestille time.")
        hold = await self._hold(turn)
        if hold is None:
            turn.say("utter_time_taken")
            return await offer_times(turn, own["slot"])
        if turn.answers.get("confirm") != "yes":
            return filled(
                own["confirm"],
                when=when(hold.slot.start, turn.now),
                doctor=hold.slot.doctor,
                price=hold.price_nok,
            )
        return await self._confirm(turn, hold)

    async def _hold(self, turn: Turn) -> Hold | None:
        """Holds the chosen time, or again where the hold ran out; None where it is taken."""
        slot_id = turn.answers["slot"]
        key = turn.key("hold", slot_id, str(turn.data.get("round", 0)))
        try:
            hold = await turn.services.backend.hold(
                slot_id, patient_token=turn.patient_token or "", key=key
            )
        except Refused as no:
            if isinstance(no, NotLoggedIn) or no.type != "slot-taken":
                raise
            _forget_slot(turn)
            return None
        return hold

    async def _confirm(self, turn: Turn, hold: Hold) -> Question | None:
        for_doctor = turn.data.get("for_doctor", {})
        try:
            booked = await turn.services.backend.confirm(
                hold.id,
                patient_token=turn.patient_token or "",
                key=turn.key("confirm", hold.id),
                questionnaire_response=for_doctor.get("questionnaire_response"),
                summary=for_doctor.get("summary"),
            )
        except Refused as no:
            if no.type not in ("hold-expired", "slot-taken"):
                raise
            _forget_slot(turn)
            turn.say("utter_time_taken")
            return await offer_times(turn, turn.services.errand_questions["booking"]["slot"])
        tell_booked(turn, booked)
        return None


async def _is_minor(turn: Turn) -> bool:
    """Whether the one who is logged in must see a doctor who sees children."""
    if not turn.patient_token:
        return False
    patient = await turn.services.backend.me(patient_token=turn.patient_token)
    return patient.age < load_clinic().number("child_max_age")


def read_time_choice(turn: Turn, question: Question) -> Reading:
    """One of the times shown, or a wish for other times; any other question as it is."""
    reading = read(question, turn.text, turn.now)
    if question.kind == "choice" and reading.value is None:
        wish = read_wish(turn.text, turn.now)
        return Reading(wish.to_json() if wish else None, certain=wish is not None)
    return reading


def take_time_choice(turn: Turn, question: Question, value: Any) -> None:
    """Notes a chosen time, or the wish for other times."""
    if isinstance(value, dict):
        turn.data["wish"] = value
    elif value != "dont_know":
        turn.answers[question.id] = value


async def offer_times(turn: Turn, question: Question) -> Question:
    """Shows the free times that fit the wish, and asks which."""
    wish = Wish.from_json(turn.data.get("wish"))
    slots = await turn.services.backend.free_slots(
        patient_token=turn.patient_token,
        day=wish.day,
        after=wish.after,
        before=wish.before,
        for_child=await _is_minor(turn),
        limit=SHOWN,
    )
    if not slots:
        turn.say("utter_no_free_times")
        turn.data.pop("wish", None)
        return question
    turn.say("utter_free_times")
    turn.show({"type": "slots", "slots": [slot_json(slot) for slot in slots]})
    turn.data["shown"] = [slot_json(slot) for slot in slots]
    return replace(question, options=slot_options(slots, turn.now))


def tell_booked(turn: Turn, booked: Appointment) -> None:
    """Says that a time is booked; only called with the backend's own answer."""
    turn.say(
        "utter_booked",
        when=when(booked.start, turn.now),
        doctor=booked.doctor,
        price=booked.price_nok,
    )
    turn.show(appointment_json(booked))


def _forget_slot(turn: Turn) -> None:
    """The chosen time is gone: ask for another, and hold that one under a new key."""
    turn.answers.pop("slot", None)
    turn.answers.pop("confirm", None)
    turn.data["round"] = turn.data.get("round", 0) + 1


