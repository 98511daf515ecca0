"""Booking, moving and cancelling a visit: conversations with a fake backend."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk.executor import CollectingDispatcher

from actions.question_loop import StartErrand, ValidateQuestionForm
from actions.services import Services
from actions.turn import Turn
from bot.adapters.booking import (
    BackendUnavailable,
    Child,
    OutcomeUnknown,
    Patient,
    Record,
    Refused,
    Slot,
)
from bot.adapters.clinic_content import load_clinic
from bot.adapters.errand_content import load_errand_questions
from bot.adapters.fake_booking import FakeBooking
from bot.adapters.questionnaire_content import load_questionnaires
from bot.domain.zone import OSLO

ROOT = Path(__file__).parents[2]
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text())
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=OSLO)
EMPTY = Record(sick_notes=(), renewals=(), dispensed=())
NORA = Child("nora", "Nora Testesen", 7, False, EMPTY)
JAKOB = Child("jakob", "Jakob Testesen", 2, False, EMPTY)
EMMA = Child("emma", "Emma Testesen", 16, True, None)
KARI = Patient("kari", "Kari Testesen", 41, None, EMPTY, (NORA, JAKOB, EMMA))
OLA = Patient("ola", "Ola Prøvestad", 36, "If", EMPTY, ())
YOUNG_EMMA = Patient("emma", "Emma Testesen", 16, None, EMPTY, ())


def slots() -> list[Slot]:
    """Five times today from 13 every half hour, one tomorrow at 9 and one at 16.30."""
    starts = [NOON + timedelta(minutes=60 + 30 * number) for number in range(4)]
    starts += [NOON + timedelta(hours=21), NOON + timedelta(hours=28, minutes=30)]
    return [
        Slot(f"slot-{number}", start, start + timedelta(minutes=20), "Anne Eksempel", 350)
        for number, start in enumerate(starts, start=1)
    ]


@dataclass
class Clock:
    """The time of the test."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


class Clinic(FakeBooking):
    """The fake backend, which also keeps with which keys it was written to and for whom."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(now=clock, slots=slots(), patients=[KARI, OLA, YOUNG_EMMA])
        self.keys: dict[str, list[str]] = {"hold": [], "confirm": []}
        self.asked_for_child: list[bool] = []
        self.break_at: dict[str, Exception] = {}

    async def free_slots(self, **query: Any) -> list[Slot]:
        self.asked_for_child.append(query["for_child"])
        return await super().free_slots(**query)

    async def hold(self, *args: Any, **named: Any) -> Any:
        self._breaks("hold", named)
        return await super().hold(*args, **named)

    async def confirm(self, *args: Any, **named: Any) -> Any:
        self._breaks("confirm", named)
        return await super().confirm(*args, **named)

    async def cancel(self, *args: Any, **named: Any) -> Any:
        self._breaks("cancel", named)
        return await super().cancel(*args, **named)

    async def reschedule(self, *args: Any, **named: Any) -> Any:
        self._breaks("reschedule", named)
        return await super().reschedule(*args, **named)

    def _breaks(self, call: str, named: dict[str, Any]) -> None:
        self.keys.setdefault(call, []).append(named["key"])
        if call in self.break_at:
            self.fail_next(self.break_at.pop(call))


@dataclass
class Conversation:
    """Talks through the question loop, one message at a time, as the action server does."""

    token: str | None = "kari"
    clock: Clock = field(default_factory=Clock)
    state: dict[str, Any] = field(default_factory=dict)
    said: list[dict[str, Any]] = field(default_factory=list)
    text: str = ""
    messages: int = 0

    def __post_init__(self) -> None:
        self.clinic = Clinic(self.clock)

    async def opens(self, text: str, intent: str = "book_appointment") -> Conversation:
        self.messages += 1
        turn = self._turn(text, intent)
        return self._keep(turn, await StartErrand().act(turn))

    async def says(self, text: str, intent: str = "inform") -> Conversation:
        self.messages += 1
        turn = self._turn(text, intent)
        return self._keep(turn, await ValidateQuestionForm().act(turn))

    def _turn(self, text: str, intent: str) -> Turn:
        return Turn(
            text=text,
            intent=intent,
            intent_confidence=0.9,
            # As a string between two messages: nothing but the conversation remembers.
            state=json.loads(json.dumps(self.state)),
            dispatcher=CollectingDispatcher(),
            services=Services(
                backend=self.clinic,
                questionnaires=load_questionnaires(),
                errand_questions=load_errand_questions(),
                now=self.clock,
            ),
            conversation_id="c",
            patient_token=self.token,
            is_answer=True,
            message_id=f"m{self.messages}",
        )

    def _keep(self, turn: Turn, events: list[Any]) -> Conversation:
        for event in events:
            if event.get("name") == "errand":
                self.state = event["value"] or {}
        self.said = turn.dispatcher.messages
        self.text = "\n".join(_worded(m) for m in self.said if m.get("response"))
        return self

    @property
    def asked(self) -> str | None:
        return self.state["open"]["id"] if self.state else None

    @property
    def question(self) -> str:
        return str(self.state["open"]["text"])

    @property
    def responses(self) -> list[str]:
        return [message["response"] for message in self.said if message.get("response")]

    def outcome(self, kind: str) -> dict[str, Any] | None:
        customs = [message["custom"] for message in self.said if message.get("custom")]
        return next((custom for custom in customs if custom["type"] == kind), None)

    @property
    def visits(self) -> list[tuple[str, str]]:
        """Who is booked, and for which time."""
        return [
            (booked.appointment.patient_id, booked.slot.id)
            for booked in self.clinic.booked.values()
            if booked.appointment.status == "booked"
        ]


def _worded(message: dict[str, Any]) -> str:
    """A response as the patient reads it; raises KeyError where it lacks a word."""
    (response,) = DOMAIN["responses"][message["response"]]
    return str(response["text"]).format_map({**load_clinic().words(), **message})


async def at_the_price(text: str = "jeg vil bestille time", **named: Any) -> Conversation:
    """A conversation in which only the yes is missing."""
    talk = await Conversation(**named).opens(text)
    return await talk.says("den første")


async def booked(**named: Any) -> Conversation:
    return await (await at_the_price(**named)).says("ja")


# The straight way


async def test_the_price_and_the_name_are_told_before_the_yes_and_the_id_comes_after() -> None:
    talk = await at_the_price()
    assert talk.asked == "confirm"
    assert "350 kroner" in talk.question
    assert "Kari Testesen" in talk.question
    assert talk.visits == []
    await talk.says("ja")
    assert talk.visits == [("kari", "slot-1")]
    shown = talk.outcome("appointment")
    assert shown
    assert shown["id"] in talk.clinic.booked
    for told in ("i dag klokken 13.00", "Kari Testesen", "350 kroner", "ringer", "kvittering"):
        assert told in talk.text


async def test_it_is_free_for_those_insured_and_said_so() -> None:
    talk = await at_the_price(token="ola")
    assert "gratis" in talk.question
    assert "350" not in talk.question


async def test_a_no_books_nothing() -> None:
    talk = await (await at_the_price()).says("nei")
    assert talk.visits == []
    assert talk.responses == ["utter_not_booked"]
    assert talk.asked is None


async def test_whoever_is_not_logged_in_sees_times_logs_in_and_comes_back_to_the_same() -> None:
    talk = await at_the_price(token=None)
    assert talk.asked == "log_in"
    talk.token = "ola"
    await talk.says("fortsett")
    assert talk.asked == "confirm"
    assert "13.00" in talk.question


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("2", "slot-2"),
        ("den siste", "slot-5"),
        ("jeg tar den første, takk", "slot-1"),
        ("den andre passer fint", "slot-2"),
        ("kan jeg få nr 3?", "slot-3"),
        ("halv to", "slot-2"),
        ("klokka 14", "slot-3"),
        ("13.30", "slot-2"),
        ("den i morgen", "slot-5"),
        ("ta den klokka ni", "slot-5"),
        ("i dag klokken 14.30 hos Anne Eksempel", "slot-4"),
    ],
)
async def test_a_time_shown_is_chosen_in_many_ways(said: str, chosen: str) -> None:
    talk = await Conversation().opens("jeg vil bestille time")
    await talk.says(said)
    assert talk.asked == "confirm"
    assert talk.state["answers"]["slot"] == chosen


@pytest.mark.parametrize("said", ["i morgen etter fire", "en annen dag etter fire i morgen"])
async def test_a_wish_is_not_taken_for_the_one_time_shown_on_that_day(said: str) -> None:
    talk = await Conversation().opens("jeg vil bestille time")
    await talk.says(said)
    assert talk.asked == "slot"
    shown = talk.outcome("slots")
    assert shown
    assert [slot["id"] for slot in shown["slots"]] == ["slot-6"]


@pytest.mark.parametrize("said", ["har dere noe senere, flere tider?", "ingen av dem passer"])
async def test_more_times_are_shown_when_asked_for(said: str) -> None:
    talk = await Conversation().opens("jeg vil bestille time")
    await talk.says(said)
    shown = talk.outcome("slots")
    assert shown
    assert [slot["id"] for slot in shown["slots"]] == ["slot-6"]


async def test_where_no_time_fits_the_next_ones_are_shown_and_it_is_said() -> None:
    talk = await Conversation().opens("jeg vil bestille time på fredag")
    assert talk.responses == ["utter_other_free_times"]
    assert talk.outcome("slots")
    await talk.says("den første")
    assert talk.asked == "confirm"


async def test_without_any_free_time_a_wish_is_still_read() -> None:
    talk = Conversation()
    talk.clinic.slots.clear()
    await talk.opens("jeg vil bestille time")
    assert talk.responses == ["utter_no_free_times"]
    await talk.says("i morgen ettermiddag")
    assert talk.asked == "slot"


async def test_another_time_instead_of_a_yes_shows_other_times() -> None:
    talk = await (await at_the_price()).says("nei, heller i morgen etter fire")
    assert talk.asked == "slot"
    await talk.says("den første")
    await talk.says("ja")
    assert talk.visits == [("kari", "slot-6")]


# For whom


async def test_a_visit_for_a_child_is_booked_in_the_childs_name() -> None:
    talk = await at_the_price("jeg vil bestille time til datteren min på 7")
    assert "Nora Testesen" in talk.question
    assert talk.clinic.asked_for_child == [True]
    await talk.says("ja")
    assert talk.visits == [("nora", "slot-1")]


@pytest.mark.parametrize("said", ["bestill time til Jakob", "jeg vil ha legetime til Jakob"])
async def test_a_registered_child_is_known_by_name(said: str) -> None:
    talk = await (await at_the_price(said)).says("ja")
    assert talk.visits == [("jakob", "slot-1")]


@pytest.mark.parametrize(
    ("answer", "child"), [("Jakob", "jakob"), ("1", "nora"), ("2 år", "jakob")]
)
async def test_which_child_is_asked_where_it_is_not_clear(answer: str, child: str) -> None:
    talk = await Conversation().opens("time til barnet mitt")
    assert talk.asked == "which_child"
    await talk.says(answer)
    assert talk.asked == "slot"
    await talk.says("den første")
    await talk.says("ja")
    assert talk.visits == [(child, "slot-1")]


async def test_the_only_child_is_meant_unless_another_age_is_said() -> None:
    only_nora = replace(KARI, children=(NORA,))
    talk = Conversation()
    talk.clinic.patients["kari"] = only_nora
    assert (await talk.opens("time til jenta mi")).asked == "slot"
    assert (await talk.opens("time for sønnen min på 4")).asked == "which_child"


async def test_a_child_that_is_not_registered_is_waited_for() -> None:
    talk = await Conversation(token="ola").opens("time for sønnen min på 4")
    assert talk.responses == ["utter_child_not_registered"]
    assert "brukerprofilen" in talk.text
    assert talk.asked == "retry"
    talk.clinic.patients["ola"] = replace(OLA, children=(Child("per", "Per", 4, False, EMPTY),))
    await talk.says("prøv igjen")
    await talk.says("den første")
    await talk.says("ja")
    assert talk.visits == [("per", "slot-1")]


async def test_none_of_the_registered_children_is_told_how_to_register() -> None:
    talk = await Conversation().opens("time til barnet mitt")
    await talk.says("et annet barn")
    assert talk.responses == ["utter_child_not_registered"]


@pytest.mark.parametrize(
    "wish",
    ["time til 16-åringen min", "time til Emma", "time til datteren min på 20", "time til mamma"],
)
async def test_whoever_is_16_or_grown_up_logs_in_themselves(wish: str) -> None:
    # Hazard H14: a parent acts for a 16- or 17-year-old.
    talk = await Conversation().opens(wish)
    assert talk.responses == ["utter_own_login"]
    await talk.says("fortsett")
    assert talk.responses == ["utter_own_login"], "the same person is still logged in"
    talk.token = "emma"
    await talk.says("fortsett")
    await talk.says("den første")
    await talk.says("ja")
    assert talk.visits == [("emma", "slot-1")]


async def test_the_child_is_named_late_and_the_visit_is_the_childs() -> None:
    talk = await (await at_the_price()).says("nei, den er til dattera mi på 7")
    assert "utter_corrected" in talk.responses
    await talk.says("den første")
    await talk.says("ja")
    assert [who for who, _ in talk.visits] == ["nora"]


async def test_that_a_time_suits_me_does_not_change_whom_it_is_for() -> None:
    talk = await Conversation().opens("time til datteren min på 7")
    await talk.says("klokka 13 passer for meg")
    assert talk.asked == "confirm"
    assert "Nora" in talk.question


async def test_a_symptom_check_hands_over_which_child_is_ill() -> None:
    talk = await Conversation().opens("sønnen min på 2 har hodelus", intent="describe_symptom")
    answers = {"yes_no": "nei", "number": "36", "duration": "to dager", "text": "nei"}
    for _ in range(30):
        if talk.asked in ("slot", None):
            break
        kind, name = talk.state["open"]["kind"], talk.asked
        agrees = name in ("summary_ok", "want_time")
        await talk.says("ja" if agrees else answers.get(kind, "vet ikke"))
    await talk.says("den første")
    await talk.says("ja")
    assert talk.visits == [("jakob", "slot-1")]
    (booking,) = talk.clinic.booked.values()
    assert booking.summary
    assert booking.questionnaire_response


# What can go wrong


async def test_a_time_that_goes_is_told_and_the_next_is_held_under_a_new_key() -> None:
    talk = await Conversation().opens("jeg vil bestille time")
    await talk.clinic.hold("slot-1", patient_token="ola", key="ola's")
    await talk.says("den første")
    assert talk.responses[0] == "utter_time_taken"
    assert talk.asked == "slot"
    # And when the other one lets go of it, it can be had after all
    talk.clock.now += timedelta(minutes=6)
    await talk.says("13.00")
    if talk.asked == "slot":
        await talk.says("den første")
    assert talk.asked == "confirm"
    assert len(set(talk.clinic.keys["hold"])) == len(talk.clinic.keys["hold"])
    await talk.says("ja")
    assert talk.visits == [("kari", "slot-1")]


async def test_a_yes_after_the_hold_has_run_out_asks_once_more_and_books_once() -> None:
    talk = await at_the_price()
    talk.clock.now += timedelta(minutes=10)
    await talk.says("ja")
    assert talk.responses == ["utter_hold_expired"]
    assert talk.outcome("appointment") is None
    assert talk.asked == "confirm"
    await talk.says("ja")
    assert talk.visits == [("kari", "slot-1")]


async def test_a_yes_after_the_hold_has_run_out_and_the_time_is_gone_offers_others() -> None:
    talk = await at_the_price()
    talk.clock.now += timedelta(minutes=10)
    await talk.clinic.hold("slot-1", patient_token="ola", key="ola's")
    await talk.says("ja")
    assert talk.responses[:2] == ["utter_hold_expired", "utter_time_taken"]
    assert talk.asked == "slot"
    assert talk.visits == []


@pytest.mark.parametrize("call", ["hold", "confirm"])
async def test_when_the_backend_is_down_nothing_is_claimed_and_trying_again_books_once(
    call: str,
) -> None:
    talk = await Conversation().opens("jeg vil bestille time")
    talk.clinic.break_at[call] = BackendUnavailable()
    await talk.says("den første")
    if call == "confirm":
        await talk.says("ja")
    assert talk.responses == ["utter_booking_unavailable"]
    assert talk.asked == "retry"
    await talk.says("prøv igjen")
    if call == "hold":
        await talk.says("ja")
    assert talk.visits == [("kari", "slot-1")]


async def test_an_unknown_outcome_is_told_as_such_and_trying_again_finds_the_one_booking() -> None:
    talk = await at_the_price()
    talk.clinic.break_at["confirm"] = OutcomeUnknown()
    await talk.says("ja")
    assert talk.responses == ["utter_booking_unknown"]
    assert "Jeg vet ikke om timen ble bestilt" in talk.text
    assert load_clinic().words()["support_phone"] in talk.text
    assert talk.outcome("appointment") is None
    talk.clock.now += timedelta(minutes=10)
    await talk.says("prøv igjen")
    assert talk.responses == ["utter_booked"]
    assert len(talk.visits) == 1
    assert len(set(talk.clinic.keys["confirm"])) == 1


async def test_after_an_unknown_outcome_it_is_never_said_that_nothing_was_booked() -> None:
    talk = await at_the_price()
    talk.clinic.break_at["confirm"] = OutcomeUnknown()
    await talk.says("ja")
    talk.clinic.fail_next(BackendUnavailable())
    await talk.says("prøv igjen")
    assert talk.responses == ["utter_booking_unknown"]
    await talk.says("avslutt")
    assert talk.responses == ["utter_left_unknown"]


async def test_stopping_after_an_unknown_outcome_does_not_say_that_nothing_was_sent() -> None:
    talk = await at_the_price()
    talk.clinic.break_at["confirm"] = OutcomeUnknown()
    await talk.says("ja")
    await talk.says("stopp", intent="stop")
    assert talk.responses == ["utter_left_unknown"]


async def test_an_unknown_hold_has_booked_nothing_and_says_so() -> None:
    talk = await Conversation().opens("jeg vil bestille time")
    talk.clinic.break_at["hold"] = OutcomeUnknown()
    await talk.says("den første")
    assert talk.responses == ["utter_booking_unavailable"]
    await talk.says("prøv igjen")
    assert talk.asked == "confirm"
    assert len(set(talk.clinic.keys["hold"])) == 1


async def test_the_yes_pressed_twice_books_once() -> None:
    talk = await at_the_price()
    before = talk.state
    first = (await talk.says("ja")).outcome("appointment")
    talk.state = before
    again = (await talk.says("ja")).outcome("appointment")
    assert first == again
    assert len(talk.clinic.booked) == 1


@pytest.mark.parametrize(
    ("problem", "response"),
    [
        ("already-confirmed", "utter_already_confirmed"),
        ("not-found", "utter_not_found"),
        ("own-login-required", "utter_own_login"),
        ("invalid-request", "utter_refused"),
    ],
)
async def test_each_refusal_has_words_and_claims_no_booking(problem: str, response: str) -> None:
    talk = await at_the_price()
    talk.clinic.break_at["confirm"] = Refused(problem, "", "")
    await talk.says("ja")
    assert talk.responses == [response]
    assert talk.outcome("appointment") is None


def test_every_response_that_an_action_names_is_in_the_domain() -> None:
    code = "".join(path.read_text() for path in (ROOT / "actions").glob("*.py"))
    named = set(re.findall(r'"(utter_\w+)"', code)) - {"utter_sharp_question"}
    assert named
    assert named <= DOMAIN["responses"].keys()


@pytest.mark.parametrize("call", ["hold", "confirm"])
@pytest.mark.parametrize(
    "failure",
    [BackendUnavailable(), OutcomeUnknown(), Refused("hold-expired", "", ""),
     Refused("slot-taken", "", ""), Refused("already-confirmed", "", ""), Refused("other", "", "")],
    ids=repr,
)
async def test_booked_is_only_said_with_the_backends_id(call: str, failure: Exception) -> None:
    talk = await Conversation().opens("jeg vil bestille time")
    talk.clinic.break_at[call] = failure
    for message in ("den første", "ja", "prøv igjen", "ja", "den første", "ja"):
        if not talk.asked:
            break
        await talk.says(message)
        shown = talk.outcome("appointment")
        assert ("utter_booked" in talk.responses) == (shown is not None)
        assert shown is None or shown["id"] in talk.clinic.booked
    assert len(talk.visits) <= 1


# The doctor's summary


async def test_the_summary_is_cut_to_what_the_backend_takes_and_cleaned() -> None:
    talk = await at_the_price()
    response = {"item": [{"text": "a\0b"}, {"text": "c\udc00d"}]}
    talk.state["data"]["for_doctor"] = {
        "summary": "vondt\0 \ud83d" + "x" * 9000,
        "questionnaire_response": response,
    }
    await talk.says("ja")
    (booking,) = talk.clinic.booked.values()
    assert booking.summary
    assert booking.summary.startswith("vondt x")
    assert len(booking.summary) <= 8000
    assert booking.questionnaire_response == {"item": [{"text": "ab"}, {"text": "cd"}]}


# Seeing, cancelling and moving


async def test_appointments_are_shown_with_whom_they_are_for() -> None:
    talk = await (await at_the_price("time til Nora")).says("ja")
    await talk.opens("hvilke timer har jeg", intent="show_appointments")
    line = next(m for m in talk.said if m.get("response") == "utter_appointment_line")
    assert line["name"] == "Nora Testesen"
    assert talk.outcome("appointment")


async def test_a_visit_that_has_begun_is_still_shown_and_too_late_to_cancel() -> None:
    talk = await booked()
    talk.clock.now = NOON + timedelta(minutes=65)  # it began five minutes ago
    await talk.opens("hvilke timer har jeg", intent="show_appointments")
    assert talk.responses == ["utter_appointment_line"]
    await talk.opens("avbestill timen", intent="cancel_appointment")
    assert talk.responses == ["utter_too_late"]


async def test_the_receipt_names_what_was_paid_back() -> None:
    talk = await (await booked()).opens("avbestill timen", intent="cancel_appointment")
    await talk.says("ja")
    await talk.opens("", intent="show_receipt")
    assert talk.responses == ["utter_receipt_refunded"]


async def test_the_receipt_of_the_one_visit_is_shown() -> None:
    talk = await (await booked()).opens("", intent="show_receipt")
    assert talk.responses == ["utter_receipt"]
    shown = talk.outcome("receipt")
    assert shown
    assert (shown["amount_nok"], shown["refund_nok"]) == (350, 0)


async def test_of_several_visits_the_one_is_chosen_whose_receipt_is_wanted() -> None:
    talk = await (await booked()).opens("jeg vil bestille time")
    await talk.says("i morgen klokka ni")
    await talk.says("ja")
    await talk.opens("", intent="show_receipt")
    assert talk.asked == "which"
    await talk.says("den første")
    shown = talk.outcome("receipt")
    assert shown
    assert "26-11-24T09:00" in shown["start"], "the latest visit stands first"


async def test_without_a_visit_there_is_no_receipt() -> None:
    talk = await Conversation().opens("", intent="show_receipt")
    assert talk.responses == ["utter_no_receipts"]


async def test_cancelling_names_the_refund() -> None:
    talk = await (await booked()).opens("avbestill timen", intent="cancel_appointment")
    assert talk.asked == "confirm_cancel"
    await talk.says("ja")
    assert talk.responses == ["utter_cancelled"]
    shown = talk.outcome("appointment")
    assert shown
    assert (shown["status"], shown["refund_nok"]) == ("cancelled", 350)
    assert "350 kroner" in talk.text
    assert "1 til 7 arbeidsdager" in talk.text


async def test_cancelling_what_was_free_promises_no_money() -> None:
    talk = await (await booked(token="ola")).opens("avbestill", intent="cancel_appointment")
    await talk.says("ja")
    assert talk.responses == ["utter_cancelled_free"]


@pytest.mark.parametrize("intent", ["cancel_appointment", "reschedule_appointment"])
@pytest.mark.parametrize(("seconds", "refused"), [(0, False), (1, True)])
async def test_up_to_an_hour_before_it_can_be_changed_and_not_a_second_later(
    intent: str, seconds: int, refused: bool
) -> None:
    talk = await booked()
    start = next(iter(talk.clinic.booked.values())).appointment.start
    talk.clock.now = start - timedelta(hours=1) + timedelta(seconds=seconds)
    await talk.opens("timen min", intent=intent)
    assert (talk.responses == ["utter_too_late"]) is refused
    assert (talk.asked is None) is refused


async def test_a_retry_never_cancels_another_appointment_than_the_one_that_was_meant() -> None:
    # Given two appointments, and a cancelling of the first that broke off after it was done
    talk = await booked()
    await talk.opens("jeg vil bestille time")
    await talk.says("den første")
    await talk.says("ja")
    first, second = talk.visits
    await talk.opens("avbestill timen min", intent="cancel_appointment")
    await talk.says("1")
    talk.clinic.break_at["cancel"] = OutcomeUnknown()
    await talk.says("ja")
    assert talk.responses == ["utter_change_unknown"]
    # When the patient tries again
    await talk.says("prøv igjen")
    # Then that one is said to be cancelled, and the other stands
    assert talk.responses == ["utter_cancelled"]
    assert talk.visits == [second]
    assert first != second


async def test_the_appointment_of_the_day_that_is_named_is_the_one_to_cancel() -> None:
    talk = await booked()
    await talk.opens("jeg vil bestille time i morgen etter fire")
    await talk.says("den første")
    await talk.says("ja")
    await talk.opens("avbestill timen min i morgen", intent="cancel_appointment")
    assert talk.asked == "confirm_cancel"
    await talk.says("ja")
    assert talk.visits == [("kari", "slot-1")]


async def test_moving_says_so_and_keeps_the_appointment() -> None:
    talk = await (await booked()).opens("flytt timen min", intent="reschedule_appointment")
    await talk.says("i morgen etter fire")
    await talk.says("den første")
    assert talk.asked == "confirm_move"
    await talk.says("ja")
    shown = talk.outcome("appointment")
    assert shown
    assert shown["status"] == "rescheduled"
    assert talk.visits == [("kari", "slot-6")]


async def test_a_childs_visit_is_moved_among_times_for_children() -> None:
    talk = await (await at_the_price("time til Nora")).says("ja")
    talk.clinic.asked_for_child.clear()
    await talk.opens("flytt timen", intent="reschedule_appointment")
    assert talk.clinic.asked_for_child == [True]


async def test_a_new_time_that_is_taken_is_told_and_the_old_one_stands() -> None:
    talk = await (await booked()).opens("flytt timen min", intent="reschedule_appointment")
    await talk.says("den første")
    await talk.clinic.hold("slot-2", patient_token="ola", key="ola's")
    await talk.says("ja")
    assert talk.responses[0] == "utter_time_taken"
    assert talk.asked == "new_slot"
    assert talk.visits == [("kari", "slot-1")]


async def test_when_the_backend_is_down_the_appointment_is_not_said_to_be_changed() -> None:
    talk = await booked()
    talk.clinic.fail_next(BackendUnavailable())
    await talk.opens("avbestill timen min", intent="cancel_appointment")
    assert talk.responses == ["utter_appointments_unavailable"]
    await talk.says("avslutt")
    assert talk.responses == ["utter_not_changed"]
    assert len(talk.visits) == 1


async def test_an_appointment_already_cancelled_is_told_calmly() -> None:
    talk = await (await booked()).opens("avbestill timen", intent="cancel_appointment")
    talk.clinic.break_at["cancel"] = Refused("not-active", "", "")
    await talk.says("ja")
    assert talk.responses == ["utter_not_active"]




@pytest.mark.parametrize(
    "said",
    [
        "ok men hva koster det først",
        "ja hvis legen snakker engelsk",
        "jada hvor lang er den?",
        "ok, kanskje",
        "ja, eller nei vent",
    ],
)
async def test_only_a_plain_yes_books(said: str) -> None:
    talk = await (await at_the_price()).says(said)
    assert talk.visits == []


@pytest.mark.parametrize("said", ["ja", "ja takk", "ok, bestill den", "jepp", "ja gjerne!"])
async def test_a_plain_yes_books(said: str) -> None:
    talk = await (await at_the_price()).says(said)
    assert len(talk.visits) == 1
