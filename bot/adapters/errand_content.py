"""Loads the questions of the errands."""

from __future__ import annotations

from functools import lru_cache

from bot.adapters.content import CONTENT_ROOT, load_folder
from bot.domain.question_set import QuestionSet
from bot.domain.questions import Question


@lru_cache
def load_errand_questions() -> dict[str, dict[str, Question]]:
    """The questions by errand and id; raises ContentError where a file is broken."""
    sets = load_folder(CONTENT_ROOT / "errands", QuestionSet)
    return {name: {q.id: q for q in found.questions} for name, found in sets.items()}
