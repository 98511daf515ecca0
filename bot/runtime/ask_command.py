"""Runs one questionnaire in the terminal: `python -m bot ask COMPLAINT`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.adapters.questionnaire_content import complaint_in, load_questionnaires
from bot.domain.listening import facts_from
from bot.domain.questionnaire import (
    Questionnaire,
    child_variant,
    explain,
    next_question,
    open_with,
    progress,
    summary,
    take_answer,
    take_correction,
    take_facts,
)
from bot.domain.questions import DONT_KNOW, Question
from bot.domain.readers import read
from bot.domain.triage import triage
from bot.domain.zone import OSLO


def ask(complaint: str) -> None:
    """Asks about a complaint, given by a questionnaire's id or in the patient's words."""
    try:
        converse(complaint, input, print, datetime.now(OSLO))
    except (EOFError, KeyboardInterrupt):
        print()


def converse(
    complaint: str, read_line: Callable[[str], str], show: Callable[[str], None], now: datetime
) -> None:
    """The whole conversation, over any way to read a line and show one."""
    questionnaire = _questionnaire_for(complaint)
    answers = open_with(questionnaire, complaint, now) if complaint != questionnaire.id else {}
    while question := next_question(questionnaire, answers):
        if other := child_variant(questionnaire, answers):
            questionnaire = load_questionnaires()[other]
            answers = take_facts(questionnaire, {}, answers)
            continue
        answers = _take_turn(questionnaire, answers, question, read_line, show, now)
    _show_end(questionnaire, answers, show)


def _questionnaire_for(complaint: str) -> Questionnaire:
    known = load_questionnaires()
    if complaint in known:
        return known[complaint]
    return known[next(iter(complaint_in(complaint)), "general")]


def _take_turn(
    questionnaire: Questionnaire,
    answers: dict[str, Any],
    question: Question,
    read_line: Callable[[str], str],
    show: Callable[[str], None],
    now: datetime,
) -> dict[str, Any]:
    """One question until it is answered: an unreadable answer twice is "don't know"."""
    texts = questionnaire.texts
    done, total = progress(questionnaire, answers)
    wording = question.text
    for _ in range(2):
        show(f"[{done + 1}/{total}] {wording}")
        for number, option in enumerate(question.options, start=1):
            show(f"  {number}. {option.label}")
        line = read_line("> ")
        corrected = take_correction(questionnaire, answers, line, question.id, now)
        if corrected is not None:
            show(texts["ask_changed"])
            return corrected[0]
        value = read(question, line, now).value
        if value is not None:
            taken = take_answer(questionnaire, answers, question.id, value)
            return take_facts(questionnaire, taken, facts_from(line, questionnaire, now))
        wording = f"{texts['ask_unreadable']} {question.help or question.text}"
    return take_answer(questionnaire, answers, question.id, DONT_KNOW)


def _show_end(
    questionnaire: Questionnaire, answers: dict[str, Any], show: Callable[[str], None]
) -> None:
    texts = questionnaire.texts
    show("")
    show(texts["ask_summary"])
    for line in summary(questionnaire, answers):
        show(f"- {line.label}: {line.value_text}")
    decision = triage(questionnaire, answers)
    told = explain(questionnaire, decision)
    show("")
    show(f"{texts[f'level_{decision.outcome}']}: {told.means}")
    for heading, sentences in (
        (texts["ask_why"], told.why),
        (texts["ask_do_now"], told.do_now),
        (texts["ask_watch_for"], (*told.watch_for, told.sooner)),
    ):
        show(heading)
        for sentence in sentences:
            show(f"- {sentence}")
    show(" / ".join(f"{contact.name}: {contact.phone}" for contact in told.contacts))
    show(f"({decision.outcome}: {', '.join(decision.reasons)})")
