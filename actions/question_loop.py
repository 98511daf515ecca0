"""The one loop that asks every question of every errand."""

from __future__ import annotations

from rasa_sdk import Action
from rasa_sdk.events import EventType, SlotSet

from actions.errand import Errand
from actions.errands import ERRAND_OF_INTENT, ERRANDS
from actions.safe_action import SafeAction
from actions.turn import Turn
from bot.domain.open_question import from_json, to_json
from bot.domain.pauses import asks_to_wait, is_back
from bot.domain.questions import Question

DONT_KNOW = "dont_know"

#: A wish for another errand counts above this share of confidence; below it is an answer.
SURE_OF_NEW_ERRAND = 0.4


class StartErrand(SafeAction, Action):
    """Starts the errand that the patient's message asks for."""

    def name(self) -> str:
        return "action_start_errand"

    async def act(self, turn: Turn) -> list[EventType]:
        await _begin(turn, turn.intent or "describe_symptom")
        return _events(turn, await _proceed(turn))


class ValidateQuestionForm(SafeAction, Action):
    """Takes the patient's answer to the open question and goes on."""

    def name(self) -> str:
        return "validate_question_form"

    async def act(self, turn: Turn) -> list[EventType]:
        if not turn.state.get("open"):
            return _events(turn, None)
        if not turn.is_answer:
            return []
        question = from_json(turn.state["open"])
        return _events(turn, await _take(turn, question))


class AskAnswer(SafeAction, Action):
    """Asks the open question."""

    def name(self) -> str:
        return "action_ask_answer"

    async def act(self, turn: Turn) -> list[EventType]:
        question = from_json(turn.state["open"])
        done, total = turn.state["progress"]
        turn.tell(
            question.text,
            {
                "type": "question",
                "id": question.id,
                "kind": question.kind,
                "options": [{"id": o.id, "label": o.label} for o in question.options],
                "unit": question.unit,
                "help": question.help,
                "progress": {"done": done, "total": total},
            },
        )
        return []


def _errand(turn: Turn) -> Errand:
    return ERRANDS[turn.state["kind"]]


async def _begin(turn: Turn, intent: str) -> None:
    kind, variant = ERRAND_OF_INTENT.get(intent, ERRAND_OF_INTENT["describe_symptom"])
    turn.state = {"kind": kind, "variant": variant, "started": turn.message_id}
    await _errand(turn).begin(turn)


async def _take(turn: Turn, question: Question) -> Question | None:
    """What the message does to the open question; returns the question to ask next."""
    if asks_to_wait(turn.text):
        turn.say("utter_paused")
        return question
    if turn.intent == "stop":
        turn.say("utter_left_unknown" if turn.data.get("unknown") else "utter_stopped")
        return None
    if turn.state.get("switch"):
        return await _switch(turn, question)
    errand = _errand(turn)
    if errand.correct(turn, question):
        turn.state["tries"] = 0
        turn.say("utter_corrected")
        return await _proceed(turn)
    reading = errand.understand(turn, question)
    if not reading.certain and _wants_something_else(turn):
        turn.state["switch"] = {"intent": turn.intent, "text": turn.text, "from": to_json(question)}
        return _question(turn, "switch")
    if is_back(turn.text) and (question.kind != "choice" or reading.value is None):
        return question
    if reading.value is None and errand.hear(turn, question):
        turn.say("utter_noted")
        return await _proceed(turn)
    if reading.value is None and turn.state.get("tries", 0) == 0:
        turn.state["tries"] = 1
        turn.say("utter_not_read", help=question.help or "")
        return question
    if reading.value is None:
        turn.say("utter_took_as_unknown")
    value = DONT_KNOW if reading.value is None else reading.value
    turn.state["tries"] = 0
    errand.take(turn, question, value)
    return await _proceed(turn)


async def _switch(turn: Turn, question: Question) -> Question | None:
    """The patient has said whether to leave this errand for the one asked about."""
    switch = turn.state.pop("switch")
    if _errand(turn).understand(turn, question).value != "yes":
        return from_json(switch["from"])
    turn.text = switch["text"]
    await _begin(turn, switch["intent"])
    return await _proceed(turn)


def _wants_something_else(turn: Turn) -> bool:
    wish = ERRAND_OF_INTENT.get(turn.intent)
    return (
        wish is not None
        and wish[0] not in (turn.state["kind"], "triage")
        and turn.intent_confidence >= SURE_OF_NEW_ERRAND
    )


async def _proceed(turn: Turn) -> Question | None:
    question = await _errand(turn).proceed(turn)
    if question:
        turn.state["progress"] = list(_errand(turn).progress(turn))
    return question


def _question(turn: Turn, question_id: str) -> Question:
    return turn.services.errand_questions["common"][question_id]


def _events(turn: Turn, question: Question | None) -> list[EventType]:
    """The conversation's memory after this turn; without a question the loop ends."""
    if question is None:
        return [SlotSet("errand", None), SlotSet("requested_slot", None)]
    turn.state["open"] = to_json(question)
    return [SlotSet("errand", turn.state), SlotSet("answer", None)]
