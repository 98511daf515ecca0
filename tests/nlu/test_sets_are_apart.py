"""The test messages are not the training examples, nor near copies of them."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from rapidfuzz import fuzz, process

ROOT = Path(__file__).resolve().parents[2]

#: Messages of a word or two are the same whoever writes them ("ja", "hei", "hva koster det").
SHORTEST = 25
NEAR = 93


def plain(text: object) -> str:
    return re.sub(r"[^\wæøå ]", "", str(text).casefold()).strip()


def training() -> set[str]:
    texts = set()
    for path in sorted((ROOT / "data" / "nlu").rglob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", []):
            texts |= {plain(example["text"]) for example in block["examples"]}
    return texts


def measured() -> set[str]:
    texts = set()
    for path in sorted((ROOT / "tests" / "nlu" / "messages").glob("*.yml")):
        texts |= {plain(row["text"]) for row in yaml.safe_load(path.read_text(encoding="utf-8"))}
    return {text for text in texts if len(text) >= SHORTEST}


def test_no_longer_test_message_is_in_the_training_data_or_nearly() -> None:
    known = sorted(training())
    near = [
        (text, found[0])
        for text in sorted(measured())
        if (found := process.extractOne(text, known, scorer=fuzz.ratio, score_cutoff=NEAR))
    ]
    assert near == []
