"""The eligibility trees: their tables of cases, and that trees, predicates and cases fit."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.adapters.clinic_content import load_clinic
from bot.adapters.content import ContentError
from bot.adapters.eligibility_content import _complete, _load_shared, load_eligibility
from bot.domain.decision import Decision
from bot.domain.eligibility import Ask, as_of, evaluate, in_force
from bot.domain.eligibility_facts import NOTHING_KNOWN, months_after, months_before
from bot.domain.eligibility_predicates import PREDICATES
from bot.domain.zone import OSLO
from tests.eligibility_cases import Case, all_cases

CASES = all_cases()
TREES = load_eligibility()
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=OSLO)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.service}: {case.name}")
def test_case(case: Case) -> None:
    result = case.result()
    if "asks" in case.expected:
        assert result == Ask(case.expected["asks"])
        return
    assert isinstance(result, Decision)
    assert result.outcome == case.expected["outcome"]
    assert result.reasons == (f"{case.service}.{case.expected['reason']}",)
    assert list(result.path) == case.expected["path"]
    assert case.expected["source"] in result.sources
    assert result.rule_version == TREES[case.service].version


def test_every_service_of_the_catalogue_has_a_tree() -> None:
    assert set(TREES) == {
        "sick_note",
        "school_certificate",
        "other_certificate",
        "renewal",
        "prescription",
        "referral",
    }


@pytest.mark.parametrize("service", TREES)
def test_every_leaf_is_reached_by_a_case(service: str) -> None:
    reached = {case.expected.get("reason") for case in CASES if case.service == service}
    assert {leaf.id for leaf in TREES[service].leaves} <= reached


@pytest.mark.parametrize("service", TREES)
def test_every_question_is_asked_or_answered_in_a_case(service: str) -> None:
    answered = {key for case in CASES if case.service == service for key in case.answers}
    assert {question.id for question in TREES[service].questions} <= answered


def test_every_predicate_is_used_by_a_tree() -> None:
    used = {rule.predicate for tree in TREES.values() for rule in tree.rules}
    assert used == set(PREDICATES)


@pytest.mark.parametrize("service", TREES)
def test_no_expired_rule_is_in_force(service: str) -> None:
    today = datetime.now(OSLO).date()
    assert in_force(TREES[service], today), "the tree has run out: review it"
    for rule in TREES[service].rules:
        assert rule.valid_to is None or rule.valid_to >= today, f"{rule.id} has run out"


@pytest.mark.parametrize("service", TREES)
def test_every_rule_and_leaf_names_its_source(service: str) -> None:
    tree = TREES[service]
    for item in (*tree.rules, *tree.leaves):
        assert item.source.startswith(("kry-faq.txt:", "folketrygdloven", "service design")), item


@pytest.mark.parametrize("service", TREES)
def test_no_leaf_promises_and_every_leaf_that_is_not_a_no_leads_on(service: str) -> None:
    for leaf in TREES[service].leaves:
        whole = " ".join([leaf.says, leaf.why, *leaf.instead]).lower()
        if leaf.decision == "eligible":
            assert "legen avgjør" in whole
        if leaf.decision != "not_eligible":
            assert leaf.offers or leaf.buttons, leaf.id
        else:
            assert leaf.instead, f"{leaf.id} does not say what to do instead"
            assert leaf.offers is None
        assert not re.search(r"(?<!om )du (?:får|vil få) (?:sykmelding|attest|resept|den)", whole)


def test_a_rule_with_dates_shows_in_the_tree_as_of_that_day_only() -> None:
    tree = TREES["sick_note"]
    before = {rule.id for rule in as_of(tree, date(2023, 6, 30)).rules}
    since = {rule.id for rule in as_of(tree, date(2023, 7, 1)).rules}
    assert since - before == {"examination_first"}


def test_a_tree_applies_on_its_last_day_and_refuses_to_judge_after_it() -> None:
    tree = replace(TREES["other_certificate"], valid_to=NOW.date())
    answers = {"certificate": "cancelled_trip"}
    today = evaluate(tree, answers, NOTHING_KNOWN, NOW, load_clinic())
    tomorrow = evaluate(tree, answers, NOTHING_KNOWN, NOW + timedelta(days=1), load_clinic())
    assert isinstance(today, Decision)
    assert isinstance(tomorrow, Decision)
    assert (today.outcome, tomorrow.outcome) == ("eligible", "needs_doctor")
    assert tomorrow.reasons == ("other_certificate.rules_expired",)


def test_all_doubts_are_named_and_none_is_asked_for_that_changes_nothing() -> None:
    answers = {"cause": "dont_know", "extension": "dont_know", "first_day": "2026-11-23"}
    asked = evaluate(TREES["sick_note"], answers, NOTHING_KNOWN, NOW, load_clinic())
    assert asked == Ask("days")  # eight days would be a no: it still matters
    done = evaluate(
        TREES["sick_note"],
        {**answers, "days": 2.0, "earlier_note": "no"},
        NOTHING_KNOWN,
        NOW,
        load_clinic(),
    )
    assert isinstance(done, Decision)
    assert done.reasons == ("sick_note.cause_unclear", "sick_note.extension_unclear")


def test_the_decision_holds_the_inputs_it_was_made_from() -> None:
    answers = {"first_day": "2026-11-22", "cause": "own_illness"}
    decision = evaluate(TREES["sick_note"], answers, NOTHING_KNOWN, NOW, load_clinic())
    assert isinstance(decision, Decision)
    assert decision.inputs == answers


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2026, 5, 31), 3, date(2026, 2, 28)),
        (date(2028, 5, 31), 3, date(2028, 2, 29)),
        (date(2027, 1, 15), 3, date(2026, 10, 15)),
        (date(2026, 12, 31), 15, date(2025, 9, 30)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
    ],
)
def test_months_are_counted_back_to_the_day_or_the_months_last(
    day: date, months: int, earlier: date
) -> None:
    assert months_before(day, months) == earlier


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 8, 31), date(2026, 11, 30)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 9, 30), date(2026, 12, 30)),
        (date(2026, 12, 1), date(2027, 3, 1)),
    ],
)
def test_three_months_on(day: date, later: date) -> None:
    assert months_after(day, 3) == later


def test_a_tree_that_names_a_predicate_that_is_not_there_is_refused() -> None:
    tree = TREES["referral"]
    broken = replace(tree, rules=(replace(tree.rules[0], predicate="is_nice"), *tree.rules[1:]))
    with pytest.raises(ContentError, match="is_nice"):
        _complete(broken, _load_shared())


def test_a_tree_that_leads_nowhere_is_refused() -> None:
    tree = TREES["referral"]
    broken = replace(tree, rules=(replace(tree.rules[0], yes="nowhere"), *tree.rules[1:]))
    with pytest.raises(ContentError, match="nowhere"):
        _complete(broken, _load_shared())
