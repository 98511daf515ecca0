"""The loop that asks every question: pauses, silence, stopping, and another wish in the middle."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.question_loop import AskAnswer, StartErrand, ValidateQuestionForm
from actions.safe_action import SafeAction
from actions.services import Services
from actions.turn import Turn
from bot.adapters.booking import Patient, Record, Slot
from bot.adapters.errand_content import load_errand_questions
from bot.adapters.fake_booking import FakeBooking
from bot.adapters.questionnaire_content import load_questionnaires
from bot.domain.pauses import asks_to_wait, is_back
from bot.domain.zone import OSLO

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=OSLO)


class Conversation:
    """One patient and the loop; between two messages nothing is kept but the conversation."""

    def __init__(self) -> None:
        self.now = NOON
        start = NOON + timedelta(hours=5)
        slot = Slot("slot-1", start, start + timedelta(minutes=20), "Anne Eksempel", 350)
        kari = Patient("kari", "Kari Testesen", 41, None, Record((), (), ()), ())
        self.services = Services(
            backend=FakeBooking(now=lambda: self.now, slots=[slot], patients=[kari]),
            questionnaires=load_questionnaires(),
            errand_questions=load_errand_questions(),
            now=lambda: self.now,
        )
        self.memory = "{}"
        self.said: list[dict[str, Any]] = []

    async def opens(self, text: str, intent: str) -> Conversation:
        return await self._run(StartErrand(), text, intent)

    async def says(self, text: str, intent: str = "inform", sure: float = 0.9) -> Conversation:
        return await self._run(ValidateQuestionForm(), text, intent, sure)

    async def is_asked(self) -> dict[str, Any]:
        """The open question as it is asked (again)."""
        await self._run(AskAnswer(), "", "")
        return dict(self.said[0]["custom"])

    async def _run(
        self, action: SafeAction, text: str, intent: str, sure: float = 0.9
    ) -> Conversation:
        turn = Turn(
            text=text,
            intent=intent,
            intent_confidence=sure,
            state=json.loads(self.memory),
            dispatcher=CollectingDispatcher(),
            services=self.services,
            conversation_id="c",
            patient_token="kari",
            is_answer=True,
            message_id="m",
        )
        for event in await action.act(turn):
            if event.get("name") == "errand":
                self.memory = json.dumps(event["value"] or {})
        self.said = turn.dispatcher.messages
        return self

    @property
    def state(self) -> dict[str, Any]:
        return dict(json.loads(self.memory))

    @property
    def asked(self) -> str | None:
        return self.state["open"]["id"] if self.state else None

    @property
    def responses(self) -> list[str]:
        return [message["response"] for message in self.said if message.get("response")]


async def in_the_questionnaire() -> Conversation:
    """A patient with a sore throat who has told some of it, and is asked yes or no."""
    talk = await Conversation().opens(
        "jeg har hatt vondt i halsen i tre dager, jeg er 34 år", "describe_symptom"
    )
    assert (await talk.is_asked())["kind"] == "yes_no"
    return talk


# A moment, silence, and going on


@pytest.mark.parametrize(
    "text",
    ["vent litt", "Vent!", "et øyeblikk", "ok, vent to minutter", "eit augneblink", "kommer straks",
     "hold an litt", "la meg tenke litt", "gi meg litt tid",
     "vent, jeg må bare hente termometeret", "jeg skal bare sjekke noe, vent litt"],
)
async def test_whoever_wants_a_moment_gets_it_and_the_question_stays(text: str) -> None:
    talk = await in_the_questionnaire()
    before = talk.state
    await talk.says(text)
    assert talk.responses == ["utter_paused"]
    assert talk.state == before
    # Even where it resembles another wish, or a wish to stop
    await talk.says(text, intent="stop")
    assert talk.state == before


@pytest.mark.parametrize(
    "text",
    ["nei vent, fire dager", "vent litt, det er 38,5", "vent, jeg har feber også", "to dager",
     "jeg må vente på legen", "vent, jeg vil avbestille", "litt", "10 minutter"],
)
def test_what_says_more_than_wait_is_not_only_a_pause(text: str) -> None:
    assert not asks_to_wait(text)


@pytest.mark.parametrize("text", ["fortsett", "nå er jeg her igjen", "jeg er tilbake", "ok, klar"])
async def test_whoever_comes_back_is_asked_the_same_again_and_no_answer_is_counted(
    text: str,
) -> None:
    talk = await in_the_questionnaire()
    before = talk.state
    talk.now += timedelta(hours=1)
    await talk.says(text)
    assert talk.responses == []
    assert talk.state == before
    assert (await talk.is_asked())["id"] == before["open"]["id"]


async def test_going_on_is_not_the_complaint() -> None:
    talk = await Conversation().opens("jeg er syk", "describe_symptom")
    assert talk.asked == "complaint"
    await talk.says("fortsett")
    assert talk.asked == "complaint"


@pytest.mark.parametrize("text", ["det fortsetter å verke", "jeg er her på ferie", "ja"])
def test_an_answer_is_not_only_coming_back(text: str) -> None:
    assert not is_back(text)


async def test_after_an_hour_of_silence_the_answer_is_taken_where_it_was_left() -> None:
    talk = await in_the_questionnaire()
    open_question, answers = talk.asked, talk.state["answers"]
    talk.now += timedelta(hours=1)
    await talk.says("nei")
    assert talk.asked != open_question
    assert answers.items() <= talk.state["answers"].items()


# Stopping


async def test_stopping_ends_the_errand_and_says_that_nothing_was_sent() -> None:
    talk = await in_the_questionnaire()
    await talk.says("stopp", intent="stop")
    assert talk.responses == ["utter_stopped"]
    assert talk.asked is None


# An unreadable answer


async def test_an_unreadable_answer_is_asked_once_more_and_then_taken_as_not_known() -> None:
    talk = await in_the_questionnaire()
    open_question = talk.asked
    await talk.says("qwerty asdf")
    assert talk.responses == ["utter_not_read"]
    assert talk.asked == open_question
    await talk.says("qwerty asdf")
    assert talk.responses[0] == "utter_took_as_unknown"
    assert talk.state["answers"][open_question] == "dont_know"


async def test_a_pause_between_does_not_use_up_the_second_try() -> None:
    talk = await in_the_questionnaire()
    open_question = talk.asked
    await talk.says("vent litt")
    await talk.says("qwerty asdf")
    assert talk.responses == ["utter_not_read"]
    assert talk.asked == open_question


# Another wish in the middle


async def test_another_wish_is_asked_about_before_anything_is_lost() -> None:
    talk = await in_the_questionnaire()
    open_question, answers = talk.asked, talk.state["answers"]
    await talk.says("kan du avbestille timen min", intent="cancel_appointment")
    assert talk.asked == "switch"
    assert talk.state["answers"] == answers

    # With a no, the same question is open again with all answers
    await talk.says("nei", intent="deny")
    assert talk.asked == open_question
    assert talk.state["answers"] == answers
    assert "switch" not in talk.state


async def test_a_pause_before_the_yes_or_no_keeps_that_question_too() -> None:
    talk = await in_the_questionnaire()
    await talk.says("kan du avbestille timen min", intent="cancel_appointment")
    await talk.says("vent litt")
    assert talk.asked == "switch"
    await talk.says("ja", intent="affirm")
    assert talk.responses == ["utter_no_appointments"]


async def test_with_a_yes_the_new_wish_begins_with_what_it_said() -> None:
    talk = await in_the_questionnaire()
    await talk.says("jeg vil heller bestille time i kveld", intent="book_appointment")
    await talk.says("ja", intent="affirm")
    assert talk.state["kind"] == "booking"
    assert talk.asked == "slot"


async def test_a_weak_guess_at_another_wish_is_an_answer() -> None:
    talk = await in_the_questionnaire()
    await talk.says("qwerty time", intent="book_appointment", sure=0.3)
    assert talk.responses == ["utter_not_read"]


async def test_a_plain_answer_is_an_answer_whatever_it_resembles() -> None:
    talk = await in_the_questionnaire()
    await talk.says("nei", intent="cancel_appointment")
    assert talk.asked != "switch"


async def test_after_a_correction_the_question_has_both_its_tries_again() -> None:
    talk = await in_the_questionnaire()
    await talk.says("qwerty asdf")
    await talk.says("nei vent, fire dager")
    assert talk.responses == ["utter_corrected"]
    await talk.says("qwerty asdf")
    assert talk.responses == ["utter_not_read"]
