"""The page for those who edit the FAQ: what it shows, and that it needs nothing but a browser."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from html.parser import HTMLParser

import pytest

from bot.adapters.clinic_content import load_clinic
from bot.adapters.faq_content import load_faq
from bot.domain.clinic import Fact
from bot.domain.faq import REGISTERS, FaqTopic
from bot.runtime.faq_report import NOT_MEASURED, Score, faq_page, scores
from tests.nlu.measure import Item, Result

TODAY = date(2026, 11, 23)
CLINIC = load_clinic()
FAQ = load_faq(TODAY)
PRICE = FAQ["price"]
ALL_RIGHT = {name: Score(20, 20) for name in FAQ}


def page_of(topic: FaqTopic, score: Score | None = None) -> str:
    """The page with one topic only."""
    measured = {topic.name: score} if score else {}
    return faq_page(TODAY, {topic.name: topic}, CLINIC, measured)


def plain(text: str) -> str:
    return " ".join(unescape(text).split())


@pytest.mark.parametrize("name", FAQ)
def test_everything_about_a_topic_stands_on_the_page(name: str) -> None:
    topic = FAQ[name]
    metadata = topic.answer.metadata

    shown = plain(page_of(topic))

    words = CLINIC.words()
    assert plain(topic.answer.text.format_map(words)) in shown
    assert plain(metadata.more.format_map(words)) in shown
    for text in (metadata.title, metadata.id, metadata.note, *metadata.source, *metadata.facts):
        assert plain(text) in shown
    for button in topic.answer.buttons:
        assert f"{button.title} → «{button.payload}»" in shown
    assert str(metadata.reviewed_on) in shown
    assert f"from {metadata.valid_from} to {metadata.valid_to or 'no end'}" in shown
    assert f"{len(topic.examples)} examples" in shown


def test_every_topic_is_linked_from_the_top() -> None:
    page = faq_page(TODAY, FAQ, CLINIC, ALL_RIGHT)
    assert re.findall(r'href="#(\w+)"', page) == re.findall(r'<section id="(\w+)"', page)
    assert set(re.findall(r'href="#(\w+)"', page)) == set(FAQ)


def test_a_price_on_the_page_is_the_one_of_the_settings() -> None:
    # given a clinic with another price
    dearer = replace(CLINIC, facts={**CLINIC.facts, "price_visit": Fact(417, "price-list:7")})

    page = faq_page(TODAY, {"price": PRICE}, dearer, {})

    assert "417 kroner" in page
    assert "price_visit = 417 (price-list:7)" in page


def test_examples_are_counted_by_register_and_a_missing_register_is_marked() -> None:
    # given a topic with three examples in nynorsk and none in another register
    nynorsk = [e for e in PRICE.examples if e.register == "nynorsk"][:3]
    topic = replace(PRICE, examples=tuple(nynorsk))

    table = page_of(topic).split("<caption>3 examples</caption>")[1]

    names = re.findall(r'<th scope="col">(\w+)</th>', table)
    cells = re.findall(r'<td( class="low")?>(\d+)</td>', table)
    assert names == list(REGISTERS)
    assert dict(zip(names, cells, strict=True)) == {
        name: ("", "3") if name == "nynorsk" else (' class="low"', "0") for name in REGISTERS
    }


@pytest.mark.parametrize(
    ("score", "shown", "marked"),
    [
        (Score(20, 20), "20/20", False),
        (Score(20, 18), "18/20", False),
        (Score(20, 17), "17/20", True),
        (Score(20), "20 not measured", False),
        (Score(0), "no test messages", True),
    ],
)
def test_a_score_is_shown_and_marked_where_it_is_low(
    score: Score, shown: str, marked: bool
) -> None:
    mark = ' class="low"' if marked else ""
    page = page_of(PRICE, score)
    assert f"<td{mark}>{shown}</td>" in page
    assert f"<span{mark}>{shown}</span>" in page


def test_without_a_model_the_page_says_how_to_get_the_scores() -> None:
    assert NOT_MEASURED in page_of(PRICE, Score(20))
    assert NOT_MEASURED not in page_of(PRICE, Score(20, 20))


def test_a_score_counts_the_messages_that_want_the_topic_first() -> None:
    # given two messages on the price, one understood, and one on receipts that may be the price
    price = Item("hva koster det", "bokmal", ("faq/price",), "payment")
    receipt = Item("papir på det eg betalte", "nynorsk", ("faq/receipt", "faq/price"), "payment")
    results = [
        Result(price, "faq/price", "faq/price", 0.9, 0.01),
        Result(price, "faq/refund", "faq/refund", 0.9, 0.01),
        Result(receipt, "faq/price", "faq/price", 0.9, 0.01),
    ]
    items = [result.item for result in results]

    assert scores(items, results) == {"price": Score(2, 1), "receipt": Score(1, 1)}
    assert scores(items, None) == {"price": Score(2), "receipt": Score(1)}


def test_what_an_editor_writes_is_shown_and_not_run() -> None:
    metadata = replace(PRICE.answer.metadata, note="<script>alert(1)</script> & <b>")
    page = page_of(replace(PRICE, answer=replace(PRICE.answer, metadata=metadata)))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;" in page
    assert "<script" not in page


class _Reader(HTMLParser):
    """Notes what a page opens and does not close, and every address in it."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "data")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_asks_nothing_of_the_network() -> None:
    reader = _Reader()
    page = faq_page(TODAY, FAQ, CLINIC, ALL_RIGHT)

    reader.feed(page)

    assert reader.open == []
    assert all(address.startswith("#") for address in reader.addresses)
    assert "@import" not in page
    assert "url(" not in page
    assert "default-src 'none'" in page
