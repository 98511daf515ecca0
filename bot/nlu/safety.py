"""What the red-flag screen says about the turn at hand, for the labels, policy and replies."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import List, Optional

from rasa.shared.core.events import ActionExecuted, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.adapters.red_flag_content import load_screen
from bot.domain.levels import URGENT
from bot.domain.red_flags import (
    SAFE_REPLY,
    Contact,
    RedFlagScreen,
    Screening,
    SharpQuestion,
)

logger = logging.getLogger(__name__)

SHARP_QUESTION = "utter_sharp_question"

#: Signs add up over this many of the patient's latest messages.
MEMORY = 12


#: What a screen that fails says: as if it had found an emergency.
FAILED = Screening(
    level="emergency_113",
    reply=SAFE_REPLY,
    contacts=(Contact("Ambulanse", "113"), Contact("Legevakt", "116 117")),
)


@dataclass(frozen=True)
class Assessment:
    """The screen's word on a turn: an urgent finding, one question to settle it, or neither."""

    screening: Screening
    answered: bool = False  # this message answered a sharp question

    @property
    def urgent(self) -> bool:
        return self.screening.level in URGENT

    @property
    def question(self) -> Optional[SharpQuestion]:
        return None if self.urgent else self.screening.question


@lru_cache
def the_screen() -> RedFlagScreen:
    """The screen with the reviewed rules; raises ContentError where they are broken."""
    return load_screen()


def screen_message(text: str, earlier: List[str]) -> Screening:
    """Screens a message; a screen that fails answers as if it were an emergency."""
    try:
        return the_screen().screen(text, earlier)
    except Exception:  # whatever fails, the patient gets the emergency text
        logger.exception("The red-flag screen failed; the emergency text is given.")
        return FAILED


def assess(tracker: DialogueStateTracker) -> Assessment:
    """The screen's word on the patient's latest message, with what was said before it."""
    turns = _turns(tracker)
    if not turns or not turns[-1].text:
        return Assessment(screen_message("", []))
    *before, latest = turns
    earlier = [turn.text for turn in before if turn.text][-MEMORY:]
    screening = screen_message(latest.text, earlier)
    if before and before[-1].asked_sharp_question and screening.level not in URGENT:
        pending = screen_message(before[-1].text, earlier[:-1]).question
        if pending:
            answered = the_screen().answer_question(pending.id, latest.text)
            return Assessment(answered or screening, answered=True)
    return Assessment(screening)


@dataclass
class _Turn:
    text: str
    asked_sharp_question: bool = False


def _turns(tracker: DialogueStateTracker) -> List[_Turn]:
    """The patient's messages of this session, and which of them led to a sharp question."""
    turns: List[_Turn] = []
    for event in tracker.events:
        if isinstance(event, SessionStarted):
            turns = []
        elif isinstance(event, UserUttered):
            turns.append(_Turn(event.text or ""))
        elif isinstance(event, ActionExecuted) and event.action_name == SHARP_QUESTION and turns:
            turns[-1].asked_sharp_question = True
    return turns
