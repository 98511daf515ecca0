"""Denied, past, told and general mentions do not count, and never cancel another sign."""

from __future__ import annotations

import pytest

from bot.adapters.red_flag_content import load_screen
from bot.domain.red_flags import RedFlagScreen


@pytest.fixture(scope="module")
def screen() -> RedFlagScreen:
    return load_screen()


@pytest.mark.parametrize(
    ("why", "message"),
    [
        ("negated", "Jeg har ikke vondt i brystet"),
        ("negated", "Ingen feber, hoste eller brystsmerter"),
        ("negated", "Vondt i brystet har jeg ikke"),
        ("past", "Jeg hadde brystsmerter for tre år siden"),
        ("past", "Da jeg var liten, hadde jeg pustevansker"),
        ("question", "Hva er tegn på slag?"),
        ("idiom", "Jeg dør av latter"),
        ("idiom", "Fikk slag av prisen"),
        ("other_story", "I filmen fikk han ikke puste"),
        ("family_history", "Farfar døde av hjerteinfarkt"),
    ],
)
def test_what_does_not_count_is_set_aside_with_the_reason(
    screen: RedFlagScreen, why: str, message: str
) -> None:
    # H3, H5
    screening = screen.screen(message)
    assert screening.level is None
    assert why == "family_history" or why in {d.why for d in screening.discounted}


@pytest.mark.parametrize(
    "message",
    [
        "Jeg har ikke vondt i brystet, men jeg får ikke puste",
        "Hadde slag i 2015. Nå er han skjev i ansiktet",
        "Jeg så på film og fikk plutselig vondt i brystet og ble kaldsvett",
        "Hva er tegn på slag? Mannen min snøvler og er skjev i munnen",
        "Jeg vet ikke hva jeg skal gjøre, jeg får ikke puste",
        "Smertene i brystet er ikke borte, og jeg er kaldsvett",
        "Jeg jobber som lærer og får ikke puste",
    ],
)
def test_a_mention_that_does_not_count_never_cancels_one_that_does(
    screen: RedFlagScreen, message: str
) -> None:
    # H3
    assert screen.screen(message).level == "emergency_113"


@pytest.mark.parametrize(
    "message",
    [
        "Hunden min er tungpustet og har hoven legg",
        "Eg har vondt i ryggen, men tissar heilt som vanleg",
        "Han kaster opp, men ikke blod",
        "Hun snøvler ikke",
        "Jeg har feber. Mannen min har stiv nakke",
        "Hva skal man gjøre hvis noen setter noe i halsen?",
        "Vaskemaskinen har kramper",
    ],
)
def test_what_is_well_an_animals_or_another_persons_is_no_sign(
    screen: RedFlagScreen, message: str
) -> None:
    # H3, H5
    assert screen.screen(message).level is None


def test_an_exception_silences_its_own_sentence_only(screen: RedFlagScreen) -> None:
    # H3
    together = "Jeg har brystsmerter, er kvalm, bare når jeg puster"
    assert screen.screen(together).level == "physical_exam"
    apart = "Jeg er støl etter trening. Nå har jeg brystsmerter og er kvalm"
    assert screen.screen(apart).level == "emergency_113"
