"""When a message is parted into two wishes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.intent_classifier import WISHES, NorwegianIntentClassifier


class Knows:
    """A pipeline that is sure of what each text is about."""

    def __init__(self, **about: str) -> None:
        self._about = {text.replace("_", " "): name for text, name in about.items()}
        self.classes_ = np.array(sorted({*self._about.values()}))

    def decision_function(self, texts: Sequence[str]) -> Any:
        wanted = [self._about[text] for text in texts]
        return np.array([[4.0 * (name == label) for label in self.classes_] for name in wanted])


def wishes_of(text: str, **about: str) -> Any:
    knows: Any = Knows(**about)
    config = NorwegianIntentClassifier.get_default_config()
    unused: Any = None
    message = Message({TEXT: text})
    NorwegianIntentClassifier(config, unused, unused, knows).process([message])
    return message.get(WISHES)


def test_a_cut_that_leaves_two_plain_wishes_parts_the_message() -> None:
    text = "hva koster det og jeg vil ha time"
    parts = {"hva_koster_det": "faq/price", "jeg_vil_ha_time": "book_appointment"}
    assert wishes_of(text, hva_koster_det_og_jeg_vil_ha_time="faq/price", **parts) == [
        "faq/price",
        "book_appointment",
    ]


@pytest.mark.parametrize("urgent", ["emergency", "mental_crisis"])
def test_what_sounds_urgent_as_a_whole_is_never_parted_into_errands(urgent: str) -> None:
    text = "hva koster det og jeg vil ha time"
    parts = {"hva_koster_det": "faq/price", "jeg_vil_ha_time": "book_appointment"}
    assert wishes_of(text, hva_koster_det_og_jeg_vil_ha_time=urgent, **parts) is None


def test_small_talk_is_no_second_wish() -> None:
    text = "tusen takk og hva koster det"
    parts = {"tusen_takk": "thank", "hva_koster_det": "faq/price"}
    assert wishes_of(text, tusen_takk_og_hva_koster_det="faq/price", **parts) is None
