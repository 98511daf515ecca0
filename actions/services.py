"""What the errands work with: the clock, the booking backend and the reviewed content."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from bot.adapters.booking import BookingBackend, HttpBooking
from bot.adapters.errand_content import load_errand_questions
from bot.adapters.questionnaire_content import load_questionnaires
from bot.domain.questionnaire import Questionnaire
from bot.domain.questions import Question
from bot.domain.zone import OSLO


def _now() -> datetime:
    return datetime.now(OSLO)


@dataclass(frozen=True)
class Services:
    """Made once when the action server starts; tests make their own with fakes."""

    backend: BookingBackend
    questionnaires: Mapping[str, Questionnaire]
    errand_questions: dict[str, dict[str, Question]]
    now: Callable[[], datetime] = field(default=_now)


@lru_cache
def services() -> Services:
    """The services of this process, wired from the environment and the content files."""
    return Services(
        backend=HttpBooking(os.environ["BACKEND_URL"], os.environ["SERVICE_TOKEN"]),
        questionnaires=load_questionnaires(),
        errand_questions=load_errand_questions(),
    )
