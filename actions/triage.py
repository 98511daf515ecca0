"""The symptom questionnaire, from the first words to a level, and on to a booking."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from actions.booking import BookingErrand
from actions.errand import Errand
from actions.turn import Turn
from bot.adapters.fhir import doctor_summary, response_to_fhir
from bot.adapters.questionnaire_content import complaint_in
from bot.domain.decision import Decision
from bot.domain.levels import URGENT
from bot.domain.listening import facts_from
from bot.domain.outcomes import triage_outcome
from bot.domain.questionnaire import (
    Explanation,
    Questionnaire,
    child_variant,
    explain,
    is_current,
    next_question,
    open_with,
    progress,
    summary,
    take_answer,
    take_correction,
    take_facts,
    take_line_correction,
)
from bot.domain.questions import DONT_KNOW, Question
from bot.domain.readers import Reading, read
from bot.domain.readers.text import plain
from bot.domain.triage import triage
from bot.domain.wishes import Visitor

#: Levels after which a video visit is offered.
_BOOKABLE = ("video_consultation", "self_care")

_GENERAL = "general"

#: Questions at which any line of the summary can be corrected.
_SUMMARY_QUESTIONS = ("summary_ok", "what_to_correct")
#: "Endre" at the summary means a line of it, not the appointment.
_WANTS_CHANGE = re.compile(r"^(?:jeg vil |vil |kan jeg )?(?:endre|endra|rette|retta|korrigere)\b")


class TriageErrand(Errand):
    """Asks the questionnaire that fits the complaint, decides the level and offers a time."""

    async def begin(self, turn: Turn) -> None:
        self._listen(turn, turn.text)

    async def proceed(self, turn: Turn) -> Question | None:
        own = turn.services.errand_questions["triage"]
        if not turn.state.get("questionnaire"):
            return own["complaint"]
        questionnaire = _questionnaire(turn)
        question = next_question(questionnaire, turn.answers)
        if question:
            return question
        decision = triage(questionnaire, turn.answers)
        if decision.outcome in URGENT:
            self._tell_level(turn, questionnaire, decision)
            return None
        if turn.data.get("summary") == "no":
            return own["what_to_correct"]
        if turn.data.get("summary") is None:
            self._tell_summary(turn, questionnaire)
            return own["summary_ok"]
        if turn.data.get("want_time") is None:
            self._tell_level(turn, questionnaire, decision)
            return own["want_time"] if decision.outcome in _BOOKABLE else None
        if turn.data["want_time"] != "yes":
            turn.say("utter_not_booked")
            return None
        return await self._book(turn, questionnaire, decision)

    def understand(self, turn: Turn, question: Question) -> Reading:
        reading = read(question, turn.text, turn.now)
        if question.id == "complaint" and reading.value is not None:
            return Reading(reading.value, certain=True)
        if question.id == "summary_ok" and _WANTS_CHANGE.search(plain(turn.text)):
            return Reading("no", certain=True)
        return reading

    def correct(self, turn: Turn, question: Question) -> bool:
        if not turn.state.get("questionnaire"):
            return False
        corrected = self._correction(turn, question)
        if corrected is None:
            return False
        turn.state["answers"] = corrected[0]
        turn.data.pop("summary", None)
        return True

    def hear(self, turn: Turn, question: Question) -> bool:
        if not turn.state.get("questionnaire"):
            return False
        questionnaire = _questionnaire(turn)
        heard = facts_from(turn.text, questionnaire, turn.now)
        answers = take_facts(questionnaire, turn.answers, heard)
        new = answers != turn.answers
        turn.state["answers"] = answers
        return new

    def _correction(self, turn: Turn, question: Question) -> tuple[dict[str, Any], str] | None:
        """The answers with what the message corrects; any line, while the summary is open."""
        questionnaire = _questionnaire(turn)
        corrected = take_correction(
            questionnaire, turn.answers, turn.text, question.id, turn.now
        )
        if corrected is None and question.id in _SUMMARY_QUESTIONS:
            if read(question, turn.text, turn.now).value not in ("yes", "no"):
                return take_line_correction(questionnaire, turn.answers, turn.text, turn.now)
        return corrected

    def take(self, turn: Turn, question: Question, value: Any) -> None:
        if question.id == "complaint":
            self._listen(turn, turn.text)
            if not turn.state.get("questionnaire"):
                turn.state["questionnaire"] = _GENERAL
                turn.state["answers"] = open_with(_questionnaire(turn), turn.text, turn.now)
        elif question.id == "summary_ok":
            turn.data["summary"] = value
        elif question.id == "what_to_correct":
            turn.data.pop("summary")
        elif question.id == "want_time":
            turn.data["want_time"] = value
        else:
            self._take_answer(turn, question, value)

    def progress(self, turn: Turn) -> tuple[int, int]:
        if not turn.state.get("questionnaire"):
            return 0, 1
        return progress(_questionnaire(turn), turn.answers)

    def _listen(self, turn: Turn, text: str) -> None:
        """Picks the questionnaire and notes what the message already answers."""
        questionnaires, today = turn.services.questionnaires, turn.now.date()
        found = [name for name in complaint_in(text) if is_current(questionnaires[name], today)]
        if found:
            turn.state["questionnaire"] = found[0]
            turn.state["answers"] = open_with(_questionnaire(turn), text, turn.now)
            _suit_the_child(turn)

    def _take_answer(self, turn: Turn, question: Question, value: Any) -> None:
        """Notes an answer, and whatever else the same message says."""
        questionnaire = _questionnaire(turn)
        answers = take_answer(questionnaire, turn.answers, question.id, value)
        heard = facts_from(turn.text, questionnaire, turn.now)
        turn.state["answers"] = take_facts(questionnaire, answers, heard, question.id)
        _suit_the_child(turn)

    def _tell_summary(self, turn: Turn, questionnaire: Questionnaire) -> None:
        lines = summary(questionnaire, turn.answers)
        rows = [dataclasses.asdict(line) for line in lines]
        turn.tell(
            "\n".join(
                [
                    questionnaire.texts["ask_summary"],
                    *(f"{line.label}: {line.value_text}" for line in lines),
                ]
            ),
            {"type": "summary", "lines": rows},
        )

    def _tell_level(self, turn: Turn, questionnaire: Questionnaire, decision: Decision) -> None:
        explained = explain(questionnaire, decision)
        turn.tell(
            _text_of(explained, questionnaire),
            triage_outcome(
                decision.outcome, decision.reasons, explained.contacts, decision.rule_version
            ),
        )

    async def _book(
        self, turn: Turn, questionnaire: Questionnaire, decision: Decision
    ) -> Question | None:
        """Hands over to the booking, with who is ill and the answers for the doctor."""
        for_doctor = {
            "questionnaire_response": response_to_fhir(questionnaire, turn.answers, turn.now),
            "summary": doctor_summary(questionnaire, turn.answers, decision),
        }
        age = turn.answers.get("age")
        visitor = Visitor(turn.answers.get("who"), None if age == DONT_KNOW else age)
        turn.state = {
            "kind": "booking",
            "started": turn.state["started"],
            "data": {"for_doctor": for_doctor, "visitor": visitor.to_json()},
        }
        return await BookingErrand().proceed(turn)


def _questionnaire(turn: Turn) -> Questionnaire:
    return turn.services.questionnaires[turn.state["questionnaire"]]


def _suit_the_child(turn: Turn) -> None:
    """Goes over to the child's questionnaire once it is known that a child is ill."""
    variant = child_variant(_questionnaire(turn), turn.answers)
    if variant:
        turn.state["questionnaire"] = variant


def _text_of(explained: Explanation, questionnaire: Questionnaire) -> str:
    """The explanation as one message: what it means, why, what to do, what to watch for."""
    lines = [explained.means]
    for heading, sentences in (
        ("ask_why", explained.why),
        ("ask_do_now", explained.do_now),
        ("ask_watch_for", explained.watch_for),
    ):
        if sentences:
            lines += ["", questionnaire.texts[heading], *(f"- {line}" for line in sentences)]
    if explained.sooner:
        lines += ["", explained.sooner]
    return "\n".join(lines).strip()
