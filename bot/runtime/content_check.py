"""Loads every content file once, so that a broken one stops the start and not a conversation."""

from __future__ import annotations

from bot.adapters.clinic_content import load_clinic
from bot.adapters.errand_content import load_errand_questions
from bot.adapters.questionnaire_content import load_questionnaires
from bot.adapters.red_flag_content import load_screen


def check_content() -> None:
    """Raises ContentError for the first file that can't be used."""
    load_clinic()
    load_errand_questions()
    load_questionnaires()
    load_screen()
