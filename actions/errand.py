"""What every errand is: a way to begin, to read an answer and to go on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any

from actions.turn import Turn
from bot.domain.questions import Question
from bot.domain.readers import Reading, read


class Errand(ABC):
    """One thing a patient wants done, asked for question by question.

    An errand keeps nothing itself: all it knows stands in `turn.state`, which lives in the
    conversation.
    """

    @abstractmethod
    async def begin(self, turn: Turn) -> None:
        """Takes from the opening message what it already says."""

    @abstractmethod
    async def proceed(self, turn: Turn) -> Question | None:
        """Does and says what is due now; returns the next question, or None at the end."""

    def understand(self, turn: Turn, question: Question) -> Reading:
        """Reads the patient's answer to the open question."""
        return read(question, turn.text, turn.now)

    def correct(self, turn: Turn, question: Question) -> bool:
        """Takes a correction of an earlier answer; False where the message is none."""
        return False

    def hear(self, turn: Turn, question: Question) -> bool:
        """Takes what the message says beside the open question; False where it is nothing."""
        return False

    def take(self, turn: Turn, question: Question, value: Any) -> None:
        """Notes a value as the answer to a question."""
        turn.answers[question.id] = value

    def progress(self, turn: Turn) -> tuple[int, int]:
        """How many questions are answered, and of how many."""
        return len(turn.answers), len(turn.answers) + 1


def filled(question: Question, **values: Any) -> Question:
    """A question with the values of this conversation in its text."""
    return replace(question, text=question.text.format(**values))
