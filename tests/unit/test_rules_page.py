"""The page of rules: that it does not lag behind the rules, and shows another day's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.adapters.clinic_content import load_clinic
from bot.adapters.eligibility_content import load_eligibility
from bot.domain.clinic import Fact
from bot.domain.eligibility import evaluate
from bot.runtime.rules_page import LIMITS, rules_page
from tests.eligibility_cases import all_cases

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


class _Watched(dict[str, Fact]):
    """The clinic's settings, noting which are read."""

    def __init__(self, facts: dict[str, Fact]) -> None:
        super().__init__(facts)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Fact:
        self.read.add(name)
        return super().__getitem__(name)


def test_the_page_is_what_the_rules_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == rules_page(), (
        "docs/rules.md lags: write it again with `bot.runtime.rules_page.rules_page()`"
    )


def test_every_rule_and_leaf_stands_on_the_page() -> None:
    page = rules_page()
    for tree in load_eligibility().values():
        for item in (*tree.rules, *tree.leaves):
            assert f"`{item.id}`" in page


def test_the_limits_on_the_page_are_those_that_the_rules_read() -> None:
    watched = _Watched(load_clinic().facts)
    clinic = replace(load_clinic(), facts=watched)
    for case in all_cases():
        tree = load_eligibility()[case.service]
        evaluate(tree, case.answers, case.known, case.now, clinic)
    assert watched.read == set(LIMITS)


def test_another_day_shows_that_days_rules() -> None:
    assert "`examination_first` | The clinic follows" in rules_page(date(2023, 7, 1))
    assert "`examination_first` | The clinic follows" not in rules_page(date(2023, 6, 30))


def test_before_the_rules_began_no_tree_is_drawn() -> None:
    page = rules_page(date(2018, 8, 27))
    assert "mermaid" not in page
    assert page.count("Not in force on 2018-08-27") == len(load_eligibility())
