"""The rule content: complete, dated, with numbers, and never lagging behind its page."""

from __future__ import annotations

import dataclasses
import re

import pytest

from bot.adapters.red_flag_content import load_content
from bot.domain.red_flag_concepts import UnknownConcept
from bot.domain.red_flags import RedFlagScreen
from bot.runtime.rule_table import PAGE, rule_table
from bot.runtime.screen_command import explain

CONTENT = load_content()
RULES = [(area, rule) for area in CONTENT.areas for rule in area.rules]
URGENT = {"emergency_113", "legevakt"}


def test_the_page_of_rules_is_the_content_of_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == rule_table(), "run: python -m bot.runtime.rule_table"


def test_every_area_has_a_source_and_a_review_date() -> None:
    # H9
    for area in CONTENT.areas:
        assert area.source
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", area.reviewed_on)


def test_every_urgent_rule_says_what_to_do_and_whom_to_call() -> None:
    # H7
    for area, rule in RULES:
        if rule.level in URGENT:
            assert rule.reply, rule.id
            assert rule.contacts, rule.id
            text = area.replies[rule.reply]
            number = "113|112|116 117|22 59 13 00"
            assert re.search(number, text), rule.id
        assert rule.basis, rule.id


def test_replies_neither_offer_a_booking_nor_name_an_illness_as_certain() -> None:
    # H13
    for area in CONTENT.areas:
        for text in area.replies.values():
            assert not re.search(r"\b(bestill|time hos|video|diagnose)\b", text), text


def test_rule_ids_are_unique() -> None:
    ids = [rule.id for _, rule in RULES]
    assert len(ids) == len(set(ids))


def test_a_rule_that_needs_an_unknown_sign_is_refused() -> None:
    area, rule = RULES[0]
    broken = dataclasses.replace(
        area, rules=[dataclasses.replace(rule, needs=[["no_such_sign"]])]
    )
    content = dataclasses.replace(CONTENT, areas=[broken, *CONTENT.areas[1:]])
    with pytest.raises(UnknownConcept, match="no_such_sign"):
        RedFlagScreen(content)


def test_the_explanation_names_level_rule_words_and_what_was_set_aside() -> None:
    text = explain("Jeg har ikke feber, men får ikke puste")
    assert "level: emergency_113" in text
    assert "breathing.cannot_breathe" in text
    assert "«får ikke puste»" in text
    assert "negated" in text
