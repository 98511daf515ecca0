"""The screen's figures on the labelled messages are no worse than those on record."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from bot.adapters.content import load_folder
from bot.adapters.red_flag_examples import FOLDER as FOLDER_OF_EXAMPLES
from bot.adapters.red_flag_examples import ExampleFile
from tests.safety.measure import (
    BLIND_SET,
    CLASSES,
    FOLDER,
    OPEN_SET,
    conversations,
    figures,
    items,
    pairs,
)

ON_RECORD: dict[str, float] = yaml.safe_load(
    (Path(__file__).resolve().parent / "figures.yml").read_text(encoding="utf-8")
)
#: Messages of a word or two are the same whoever writes them ("får ikke puste").
SHORTEST, NEAR = 20, 90
LEVELS = {"emergency_113", "legevakt", "physical_exam", "video_consultation", "self_care",
          "none", "ask"}  # fmt: skip


@pytest.mark.parametrize("name", sorted(ON_RECORD))
def test_the_figure_is_no_worse_than_on_record(name: str) -> None:
    assert figures()[name] >= ON_RECORD[name], (
        f"{name} got worse. If that is right, say why in the commit that changes figures.yml."
    )


def test_every_figure_is_on_record() -> None:
    assert set(ON_RECORD) == set(figures())


@pytest.mark.parametrize("folder", [OPEN_SET, BLIND_SET])
def test_the_labels_are_sound(folder: str) -> None:
    seen: set[str] = set()
    for name in CLASSES:
        for item in items(name, folder):
            assert item.id not in seen, f"{item.id} stands twice"
            seen.add(item.id)
            assert item.acceptable
            assert {*item.acceptable, *item.never} <= LEVELS
            assert not {*item.acceptable} & {*item.never}
            assert item.basis


def test_the_sets_are_large_enough() -> None:
    assert sum(len(items(name, OPEN_SET)) for name in CLASSES) >= 800
    assert len(pairs()) >= 120
    assert len(conversations()) >= 55


def wording() -> set[str]:
    """The lay wordings of the rules, longer ones only."""
    found: set[str] = set()
    for path in (FOLDER.parents[1] / "bot" / "content").rglob("*.yml"):
        if "red_flags" in path.parts or "lexicon" in path.parts:
            found |= {
                plain(match)
                for match in re.findall(r'[-:\[,] *"?([^\[\]",:]{25,})"?', path.read_text())
            }
    return found


def plain(text: str) -> str:
    return " ".join(re.findall(r"[\wæøå]+", text.casefold()))


def examples() -> list[str]:
    """The messages that the second reader learns from."""
    return [
        plain(text)
        for file in load_folder(FOLDER_OF_EXAMPLES, ExampleFile).values()
        for by_register in file.examples.values()
        for texts in by_register.values()
        for text in texts
    ]


def test_no_test_message_is_among_the_second_readers_examples_or_nearly() -> None:
    known = examples()
    assert len(known) > 7000
    texts = {plain(i.text) for f in (OPEN_SET, BLIND_SET) for n in CLASSES for i in items(n, f)}
    longer = sorted(text for text in texts if len(text) >= SHORTEST)
    near = cdist(longer, known, scorer=fuzz.ratio, score_cutoff=NEAR, workers=-1).max(axis=1)
    assert [text for text, score in zip(longer, near, strict=True) if score] == []


def test_no_example_stands_under_two_levels() -> None:
    assert [text for text, times in Counter(examples()).items() if times > 1] == []


def test_no_test_message_is_copied_into_the_wording_lists() -> None:
    texts = {plain(i.text) for f in (OPEN_SET, BLIND_SET) for n in CLASSES for i in items(n, f)}
    assert texts & wording() == set()
