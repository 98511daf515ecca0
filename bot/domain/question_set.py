"""The questions of an errand that are not part of a questionnaire or a rule tree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.questions import Question


@dataclass(frozen=True)
class QuestionSet:
    """Reviewed questions under one errand's name."""

    id: str
    source: str
    reviewed_on: date
    questions: tuple[Question, ...]
