"""Every FAQ topic has its answer, with all its facts, its source and examples enough."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from bot.adapters.clinic_content import load_clinic
from bot.adapters.content import ContentError
from bot.adapters.faq_content import FOLDER, load_faq
from bot.adapters.wording_model import nlu_examples
from bot.domain.faq import MAX_BUTTONS, MAX_TEXT, REGISTERS

TODAY = date(2026, 11, 23)
MIN_EXAMPLES, MIN_EXAMPLES_OF_INTENT = 60, 100

TOPICS = """
opening_hours doctors what_is_kry how_to_book scope children abroad pharmacy prescriptions
prescription_consent prescription_exclusions renewal_how renewal_exclusions renewal_several
renewal_child referral referral_delivery sick_note sick_note_delivery sick_note_backdating
sick_note_frequency sick_note_extension sick_note_social sick_note_child school_certificate
other_certificates price renewal_price insurance receipt missed_appointment change_cancel refund
earlier_records record_keeping gdpr personal_data data_handling data_collected data_location
data_outside_eu data_retention data_deletion privacy_contact symptom_answers_access security
visit_data complaints contact technical_help
""".split()

FAQ = load_faq(TODAY)


def test_every_topic_of_the_catalogue_is_there() -> None:
    assert set(TOPICS) <= set(FAQ)


@pytest.mark.parametrize("name", TOPICS)
def test_the_answer_is_short_and_offers_at_most_three_next_steps(name: str) -> None:
    answer = FAQ[name].answer
    assert len(answer.text.format_map(load_clinic().words())) <= MAX_TEXT
    assert len(answer.buttons) <= MAX_BUTTONS


@pytest.mark.parametrize("name", TOPICS)
def test_the_answer_names_its_source_and_its_facts(name: str) -> None:
    metadata = FAQ[name].answer.metadata
    assert metadata.source
    assert metadata.facts
    assert FAQ[name].faults(load_clinic().words(), TODAY) == []


@pytest.mark.parametrize("name", TOPICS)
def test_the_topic_is_asked_in_every_register(name: str) -> None:
    examples = FAQ[name].examples
    assert len(examples) >= MIN_EXAMPLES
    assert {e.register for e in examples} == set(REGISTERS)


def test_every_task_intent_has_examples_enough() -> None:
    counts = Counter(intent for _, intent, _ in nlu_examples() if not intent.startswith("faq/"))
    assert {intent: n for intent, n in counts.items() if n < MIN_EXAMPLES_OF_INTENT} == {}


def test_no_example_stands_twice() -> None:
    seen = Counter(e.text.casefold().strip() for topic in FAQ.values() for e in topic.examples)
    assert [text for text, count in seen.items() if count > 1] == []


def test_prices_and_phone_numbers_come_from_the_settings() -> None:
    for name, topic in FAQ.items():
        raw = f"{topic.answer.text} {topic.answer.metadata.more}"
        for fact in ("price_visit", "price_renewal", "support_phone", "support_email"):
            assert str(load_clinic().facts[fact].value) not in raw, f"{name} types {fact}"


def broken_copy(folder: Path, old: str, new: str) -> Path:
    text = (FOLDER / "price.yml").read_text(encoding="utf-8")
    assert old in text
    (folder / "price.yml").write_text(text.replace(old, new), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{price_visit}", "{prise_visit}", "prise_visit"),
        ("reviewed_on:", "review_on:", "review_on"),
        ("register: nynorsk", "register: nynosk", "nynosk"),
        (
            'valid_from: "2018-08-28"',
            'valid_from: "2018-08-28"\n      valid_to: "2020-01-01"',
            "expired",
        ),
        ("utter_faq/price:", "utter_faq/pris:", "Not one answer"),
    ],
)
def test_a_broken_topic_is_refused_with_file_line_and_mend(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    with pytest.raises(ContentError) as refused:
        load_faq(TODAY, broken_copy(tmp_path, old, new))
    assert says in refused.value.problem
    assert refused.value.line > 0
    assert refused.value.mend
