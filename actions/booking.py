"""Booking a video visit: free times, one held, confirmed once, and said only with its id."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from actions.errand import Errand, filled
from actions.times import appointment_json, money, slot_json, slot_options, when
from actions.turn import Turn
from actions.whom import Whom, note_visitor, take_child, whom_of
from bot.adapters.booking import (
    Appointment,
    BackendUnavailable,
    Hold,
    NotLoggedIn,
    OutcomeUnknown,
    Patient,
    Refused,
    Slot,
)
from bot.domain.questions import DONT_KNOW, Question
from bot.domain.readers import UNREADABLE, Reading, read
from bot.domain.readers.text import plain
from bot.domain.wishes import (
    Visitor,
    Wish,
    hear_other_visitor,
    hear_visitor,
    names_moment,
    read_other_times,
    read_wish,
)
from bot.domain.zone import OSLO

#: How many free times are shown at once.
SHOWN = 5
#: How long the summary for the doctor may be, in characters (backend/openapi.yaml).
SUMMARY_LIMIT = 8000

#: Questions that show free times.
_TIME_QUESTIONS = ("slot", "new_slot")

#: The part of "jeg tar gjerne den andre, takk" that says which.
_POINTED = re.compile(r"\b(?:den|det|nr\.?|nummer|alternativ) \w+")

#: What is said for a refusal that has words of its own.
_REFUSALS = {
    "too-late": "utter_too_late",
    "already-confirmed": "utter_already_confirmed",
    "not-active": "utter_not_active",
    "own-login-required": "utter_own_login",
    "not-found": "utter_not_found",
}


class BackedErrand(Errand):
    """An errand that needs the booking backend, and says truly what came of it.

    `unavailable`, `unknown`: the responses for "nothing was done" and "it may have been done".
    """

    unavailable = "utter_booking_unavailable"
    unknown = "utter_booking_unknown"

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
            turn.say(_REFUSALS.get(no.type, "utter_refused"))
            return None
        except BackendUnavailable:
            # A write that may have happened is not undone by a retry that was not let through.
            turn.say(self.unknown if turn.data.get("unknown") else self.unavailable)
        except OutcomeUnknown:
            turn.data["unknown"] = True
            turn.say(self.unknown)
        return turn.services.errand_questions["booking"]["retry"]

    async def next_step(self, turn: Turn) -> Question | None:
        """Does what is due now; returns the next question, or None at the end."""
        raise NotImplementedError

    def understand(self, turn: Turn, question: Question) -> Reading:
        if question.id == "log_in":
            return Reading("yes", certain=turn.patient_token is not None)
        if question.id in ("retry", "own_login"):
            reading = read(question, turn.text, turn.now)
            return reading if reading.value == "no" else Reading("yes", certain=False)
        return self.understand_answer(turn, question)

    def understand_answer(self, turn: Turn, question: Question) -> Reading:
        """Reads the answer to a question of this errand's own."""
        return read(question, turn.text, turn.now)

    def take(self, turn: Turn, question: Question, value: Any) -> None:
        if question.id in ("retry", "own_login"):
            turn.data["given_up"] = value == "no"
        elif question.id != "log_in":
            self.take_answer(turn, question, value)

    def take_answer(self, turn: Turn, question: Question, value: Any) -> None:
        """Notes the answer to a question of this errand's own."""
        raise NotImplementedError


class BookingErrand(BackedErrand):
    """Time, log-in, price, yes: then it is booked, and the backend's id proves it."""

    async def begin(self, turn: Turn) -> None:
        await super().begin(turn)
        note_visitor(turn, hear_visitor(turn.text))

    def understand_answer(self, turn: Turn, question: Question) -> Reading:
        return read_time_choice(turn, question)

    def take_answer(self, turn: Turn, question: Question, value: Any) -> None:
        if question.id == "which_child":
            take_child(turn, value)
        else:
            take_time_choice(turn, question, value)

    def correct(self, turn: Turn, question: Question) -> bool:
        """Takes "nei, den er til dattera mi" and, where a time is chosen, "heller på fredag"."""
        if turn.data.get("unknown"):
            return False
        other = _instead_of_yes(turn, question)
        said = hear_other_visitor(turn.text)
        before = Visitor.from_json(turn.data.get("visitor")).who or "self"
        someone = said.who not in (None, before)
        if someone:
            note_visitor(turn, said)
        if other:
            turn.data["wish"] = other.to_json()
        if someone or other:
            _forget_slot(turn)
        return bool(someone or other)

    def progress(self, turn: Turn) -> tuple[int, int]:
        return sum(key in turn.answers for key in ("slot", "confirm")), 2

    async def next_step(self, turn: Turn) -> Question | None:
        own = turn.services.errand_questions["booking"]
        if turn.answers.get("confirm") == "no" or turn.data.get("given_up"):
            turn.say("utter_left_unknown" if turn.data.get("unknown") else "utter_not_booked")
            return None
        whom = whom_of(turn, await logged_in(turn))
        if isinstance(whom, Question):
            return whom
        if "slot" not in turn.answers:
            return await offer_times(turn, own["slot"], whom.sees_childrens_doctor)
        if not turn.patient_token:
            raise NotLoggedIn("not-logged-in", "Ikke logget inn", "Logg inn for å bestille time.")
        hold = await self._hold(turn, whom)
        if hold is None:
            turn.say("utter_time_taken")
            return await offer_times(turn, own["slot"], whom.sees_childrens_doctor)
        if turn.answers.get("confirm") != "yes":
            return filled(
                own["confirm"],
                when=when(hold.slot.start, turn.now),
                doctor=hold.slot.doctor,
                name=whom.name,
                price=money(hold.price_nok),
            )
        return await self._confirm(turn, hold)

    async def _hold(self, turn: Turn, whom: Whom) -> Hold | None:
        """Holds the chosen time; None where somebody else has it. Books nothing."""
        slot_id = turn.answers["slot"]
        try:
            return await turn.services.backend.hold(
                slot_id,
                patient_token=turn.patient_token or "",
                child_id=whom.child_id,
                key=turn.key("hold", slot_id, whom.child_id or "", _round(turn)),
            )
        except OutcomeUnknown as error:
            raise BackendUnavailable("a time may be held, but none is booked") from error
        except Refused as no:
            if no.type != "slot-taken":
                raise
            _forget_slot(turn)
            return None

    async def _confirm(self, turn: Turn, hold: Hold) -> Question | None:
        """Books the held time; one whose hold has run out is held and asked about again."""
        for_doctor = turn.data.get("for_doctor", {})
        try:
            booked = await turn.services.backend.confirm(
                hold.id,
                patient_token=turn.patient_token or "",
                key=turn.key("confirm", hold.id),
                questionnaire_response=_sendable(for_doctor.get("questionnaire_response")),
                summary=_sendable((for_doctor.get("summary") or "")[:SUMMARY_LIMIT]) or None,
            )
        except Refused as no:
            turn.data.pop("unknown", None)
            if no.type != "hold-expired":
                raise
            turn.say("utter_hold_expired")
            turn.answers.pop("confirm")
            _next_round(turn)
            return await self.next_step(turn)
        tell_booked(turn, booked)
        return None


async def logged_in(turn: Turn) -> Patient | None:
    """The patient who is logged in, None where nobody is."""
    if not turn.patient_token:
        return None
    return await turn.services.backend.me(patient_token=turn.patient_token)


def read_time_choice(turn: Turn, question: Question) -> Reading:
    """One of the times shown, or a wish for other times; any other question as it is.

    A wish counts before the words of a label: "i morgen etter fire" is not the one time shown for
    tomorrow at nine.
    """
    if question.id not in _TIME_QUESTIONS:
        return read(question, turn.text, turn.now)
    reading = read(question, turn.text, turn.now) if question.options else UNREADABLE
    if any(plain(turn.text) in (option.id, plain(option.label)) for option in question.options):
        return reading
    wish = _other_times(turn)
    if wish is not None:
        named = [s["id"] for s in turn.data.get("shown", []) if _is_named(s, turn.text, wish)]
        return Reading(named[0] if len(named) == 1 else wish.to_json(), certain=True)
    pointed = _POINTED.search(plain(turn.text))
    if reading.value is None and pointed and question.options:
        return read(question, pointed.group(), turn.now)
    return reading


def _other_times(turn: Turn) -> Wish | None:
    """The wish for times of one's own naming, or for others than those shown."""
    wish, shown = read_wish(turn.text, turn.now), turn.data.get("shown")
    return read_other_times(turn.text, _start(shown[-1])) if wish is None and shown else wish


def _instead_of_yes(turn: Turn, question: Question) -> Wish | None:
    """The other time that is wished for where the price waits for a yes."""
    if question.id != "confirm" or read(question, turn.text, turn.now).value == "yes":
        return None
    return _other_times(turn)


def _is_named(slot: dict[str, Any], text: str, wish: Wish) -> bool:
    """Whether a time shown is the very one that a text names: its hour, or "den" of its day."""
    start = _start(slot)
    points_at = plain(text).startswith(("den ", "ta den ", "jeg tar den "))
    return wish.fits(start) and (
        names_moment(text, start) or (points_at and wish.after is None and wish.day is not None)
    )


def _start(slot: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(slot["start"]).astimezone(OSLO)


def take_time_choice(turn: Turn, question: Question, value: Any) -> None:
    """Notes a chosen time, or the wish for other times."""
    if isinstance(value, dict):
        turn.data["wish"] = value
    elif value != DONT_KNOW:
        turn.answers[question.id] = value


async def offer_times(turn: Turn, question: Question, for_child: bool) -> Question:
    """Shows the free times that fit the wish, or the next ones where none does; asks which."""
    wish = Wish.from_json(turn.data.get("wish"))
    slots = await _free(turn, wish, for_child)
    if slots:
        turn.say("utter_free_times")
    elif wish != Wish():
        slots = await _free(turn, Wish(), for_child)
        turn.data.pop("wish")
        turn.say("utter_other_free_times" if slots else "utter_no_free_times")
    else:
        turn.say("utter_no_free_times")
    turn.data["shown"] = [slot_json(slot) for slot in slots]
    if slots:
        turn.show({"type": "slots", "slots": turn.data["shown"]})
    return replace(question, options=slot_options(slots, turn.now))


async def _free(turn: Turn, wish: Wish, for_child: bool) -> list[Slot]:
    return await turn.services.backend.free_slots(
        patient_token=turn.patient_token,
        day=wish.day,
        after=wish.after,
        before=wish.before,
        for_child=for_child,
        limit=SHOWN,
    )


def tell_booked(turn: Turn, booked: Appointment) -> None:
    """Says that a time is booked; only called with the backend's own answer."""
    turn.say(
        "utter_booked",
        when=when(booked.start, turn.now),
        doctor=booked.doctor,
        name=booked.patient_name,
        price=money(booked.price_nok),
    )
    turn.show(appointment_json(booked))


def _forget_slot(turn: Turn) -> None:
    """The chosen time is gone: ask for another, and hold that one under a new key."""
    turn.answers.pop("slot", None)
    turn.answers.pop("confirm", None)
    _next_round(turn)


def _round(turn: Turn) -> str:
    """Part of a key: the same through retries, another after a refusal."""
    return str(turn.data.get("round", 0))


def _next_round(turn: Turn) -> None:
    turn.data["round"] = turn.data.get("round", 0) + 1


def _sendable(value: Any) -> Any:
    """A JSON value without the characters that no database stores: NUL, halves of a pair."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "ignore").decode()
    if isinstance(value, list):
        return [_sendable(item) for item in value]
    if isinstance(value, dict):
        return {key: _sendable(item) for key, item in value.items()}
    return value
