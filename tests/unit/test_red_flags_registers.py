"""The same emergency in many registers, and the same message changed in ways that mean nothing."""

from __future__ import annotations

import pytest

from bot.adapters.red_flag_content import load_screen
from bot.domain.red_flags import RedFlagScreen


@pytest.fixture(scope="module")
def screen() -> RedFlagScreen:
    return load_screen()


@pytest.mark.parametrize(
    "message",
    [
        "Jeg får ikke puste", "Eg får ikkje puste", "Æ får itj pust", "Eg fær'kje pusta",
        "far ikke puste", "faar ikke puste", "jeg får ikke pusste", "Jag kan inte andas",
        "Jeg kan ikke få vejret", "I can't breathe", "JEG FÅR IKKE PUSTE!!!",
        "fårikkepuste",
        "Eg har vondt i bringa og er kvalm", "Æ har vondt i brøstet å e kaldsvett",
        "vondtibrystet og kaldsvett", "Jeg har vondt i brysstet og er kaldsvet",
        "Jag har ont i bröstet och är kallsvettig", "I have chest pain and feel clammy",
        "Mor heng i eine munnvika og snøvlar",
    ],
)  # fmt: skip
def test_an_emergency_is_read_in_every_register(screen: RedFlagScreen, message: str) -> None:
    # H4, H16
    assert screen.screen(message).level == "emergency_113"


@pytest.mark.parametrize(
    "message",
    [
        "Eg skal henga meg", "Han har feber og kan ikkje bøya nakken", "Blodet sprute ut av såret",
        "Avføringen er kolsvart og jeg er kjempesvimmel", "Æ har tatt alle pillan mine",
    ],
)  # fmt: skip
def test_dialect_endings_and_strengthening_prefixes_are_read(
    screen: RedFlagScreen, message: str
) -> None:
    # H4
    assert screen.screen(message).level == "emergency_113"


def test_words_that_look_alike_when_folded_are_kept_apart(screen: RedFlagScreen) -> None:
    # "noe" is not "no" (now), "nåkke" is not "nakke" (neck)
    assert screen.screen("Har du noe mot stiv rygg og feber?").level is None
    assert screen.screen("Æ e stiv i ryggen, har feber og treng nåkke mot det").level is None


SEEDS = [
    "Jeg har vondt i brystet og er kaldsvett",
    "Mannen min snakker utydelig og er skjev i ansiktet",
    "Barnet har feber og stiv nakke",
    "Sønnen min har svelget et knappebatteri og hoster",
    "Hun er bevisstløs og puster ikke",
]
FILLER = "Hei og takk for sist, vi har hatt det fint i helgen og været var godt."


@pytest.mark.parametrize("seed", SEEDS)
def test_changes_that_mean_nothing_keep_the_level(screen: RedFlagScreen, seed: str) -> None:
    # H4
    left, right = seed.split(" og ", 1)
    changed = [
        seed.upper(),
        seed.lower(),
        seed.replace("å", "a").replace("ø", "o").replace("æ", "ae"),
        seed.replace("å", "aa").replace("ø", "oe").replace("æ", "ae"),
        f"{FILLER} {seed}. {FILLER}",
        f"Fødselsnummeret er 01010112345. {seed}",
        f"{FILLER * 60} {seed}",
        f"{left}. {FILLER} Og {right}",
    ]
    levels = {text: screen.screen(text).level for text in changed}
    assert set(levels.values()) == {"emergency_113"}, levels


@pytest.mark.parametrize("seed", SEEDS)
def test_one_letter_dropped_in_a_long_word_keeps_the_level(
    screen: RedFlagScreen, seed: str
) -> None:
    # H4
    words = seed.split()
    missed = []
    for index, word in enumerate(words):
        if len(word) < 7:
            continue
        for cut in range(1, len(word) - 1):
            misspelt = word[:cut] + word[cut + 1 :]
            text = " ".join([*words[:index], misspelt, *words[index + 1 :]])
            if screen.screen(text).level != "emergency_113":
                missed.append(text)
    assert missed == []
