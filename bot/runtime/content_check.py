"""Loads every content file once, so that a broken one stops the start and not a conversation."""

from __future__ import annotations

from datetime import datetime

from bot.adapters.clinic_content import load_clinic
from bot.adapters.eligibility_content import load_eligibility, load_eligibility_texts
from bot.adapters.errand_content import load_errand_questions
from bot.adapters.faq_content import load_faq
from bot.adapters.medicine_content import load_medicines
from bot.adapters.questionnaire_content import load_questionnaires
from bot.adapters.red_flag_content import load_screen
from bot.domain.zone import OSLO


def check_content() -> None:
    """Raises ContentError for the first file that can't be used."""
    load_clinic()
    load_errand_questions()
    load_questionnaires()
    load_screen()
    load_eligibility()
    load_eligibility_texts()
    load_medicines()
    load_faq(datetime.now(OSLO).date())
