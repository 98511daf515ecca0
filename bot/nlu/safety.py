"""What the red-flag screen says about the turn at hand, for the labels, policy and replies."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Callable, List, Optional

from rasa.shared.core.events import ActionExecuted, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.adapters.red_flag_content import load_screen
from bot.domain.failures import place_of
from bot.domain.levels import URGENT
from bot.domain.red_flags import (
    SAFE_REPLY,
    Contact,
    RedFlagScreen,
    Screening,
    SharpQuestion,
)

logger = logging.getLogger(__name__)

RED_FLAG = "utter_red_flag"
SHARP_QUESTION = "utter_sharp_question"

#: What a screen that fails says: as if it had found an emergency.
FAILED = Screening(
    level="emergency_113",
    reply=SAFE_REPLY,
    contacts=(Contact("Ambulanse", "113"), Contact("Legevakt", "116 117")),
)


@dataclass(frozen=True)
class Assessment:
    """The screen's word on a turn: an urgent finding, one question to settle it, or neither.

    `settled`: the message that this one settled, by answering the sharp question about it.
    """

    screening: Screening
    settled: Optional[UserUttered] = None

    @property
    def urgent(self) -> bool:
        return self.screening.level in URGENT

    @property
    def question(self) -> Optional[SharpQuestion]:
        return None if self.urgent or self.settled else self.screening.question


def screen_message(text: str, earlier: List[str]) -> Screening:
    """Screens a message; a screen that fails answers as if it were an emergency."""
    return _never_failing(lambda screen: screen.screen(text, earlier))


def assess(tracker: DialogueStateTracker) -> Assessment:
    """The screen's word on the patient's latest message, with what was said before it."""
    turns = _turns(tracker)
    if not turns:
        return Assessment(Screening())
    *before, latest = turns
    screening = screen_message(latest.text, [turn.text for turn in before])
    asked = {place: _question_of(turns, place) for place in _asked_at(before)}
    pending = asked.get(len(before) - 1)
    if pending and screening.level not in URGENT:
        settled = _never_failing(
            lambda screen: screen.answer_question(pending.id, latest.text) or screening
        )
        return Assessment(settled, settled=before[-1].said)
    question = screening.question
    if question and question.once and question.id in {q.id for q in asked.values() if q}:
        return Assessment(replace(screening, question=None))
    return Assessment(screening)


def _asked_at(turns: List[_Turn]) -> List[int]:
    return [place for place, turn in enumerate(turns) if turn.asked_sharp_question]


def _question_of(turns: List[_Turn], place: int) -> Optional[SharpQuestion]:
    """The sharp question that followed a turn: screening is the same each time."""
    earlier = [turn.text for turn in turns[:place]]
    return screen_message(turns[place].text, earlier).question


def _never_failing(ask: Callable[[RedFlagScreen], Screening]) -> Screening:
    """What the screen says; where it fails, the emergency text."""
    try:
        return ask(load_screen())
    except Exception as error:  # whatever fails, the patient gets the emergency text
        # The error's text may hold what the patient wrote: only its kind and place are logged.
        logger.error("The red-flag screen failed: %s", place_of(error))
        return FAILED


@dataclass
class _Turn:
    said: UserUttered
    asked_sharp_question: bool = False

    @property
    def text(self) -> str:
        return self.said.text or ""


def _turns(tracker: DialogueStateTracker) -> List[_Turn]:
    """The patient's messages of this session, and which of them led to a sharp question."""
    turns: List[_Turn] = []
    for event in tracker.events:
        if isinstance(event, SessionStarted):
            turns = []
        elif isinstance(event, UserUttered):
            turns.append(_Turn(event))
        elif isinstance(event, ActionExecuted) and event.action_name == SHARP_QUESTION and turns:
            turns[-1].asked_sharp_question = True
    return turns
