"""The screen's figures on the labelled messages are no worse than those on record."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

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


def test_no_test_message_is_copied_into_the_wording_lists() -> None:
    texts = {plain(i.text) for f in (OPEN_SET, BLIND_SET) for n in CLASSES for i in items(n, f)}
    assert texts & wording() == set()
