"""What identifies a person is masked; what a doctor needs to know is left alone."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.privacy import is_birth_number, mask


def birth_numbers(first_nine: str, remainders: range = range(1)) -> list[str]:
    """Every number with these nine digits whose first check digit leaves one of `remainders`."""
    found = []
    for k1, k2 in product(range(10), range(10)):
        digits = [int(d) for d in first_nine] + [k1, k2]
        first = sum(w * d for w, d in zip((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), digits[:10], strict=True))
        second = sum(w * d for w, d in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), digits, strict=True))
        if first % 11 in remainders and second % 11 == 0:
            found.append("".join(map(str, digits)))
    return found


SERIES = {
    "ordinary": "010190123",
    "D-number": "410190123",
    "H-number": "014190123",
    "Tenor": "018190123",
    "NHN": "016690123",
    "FH-number": "812345678",
    "D-number in Tenor": "418190123",
}
NUMBERS = [
    pytest.param(number, id=f"{name} {number}")
    for name, nine in SERIES.items()
    for number in birth_numbers(nine, range(4))
]


def test_the_numbers_from_2032_are_more_than_those_before() -> None:
    assert len(birth_numbers("010190123", range(4))) > len(birth_numbers("010190123"))


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    "written",
    ["{0}{1}{2}{3}", "{0}{1}{2} {3}", "{0}{1}{2}-{3}", "{0} {1} {2} {3}", "{0}{1}{2}\n{3}",
     "{0}{1}{2}\t{3}", "fnr:{0}{1}{2}{3}."],
)
def test_a_fødselsnummer_is_masked_however_it_is_written(number: str, written: str) -> None:
    text = written.format(number[:2], number[2:4], number[4:6], number[6:])
    masked = mask(f"hei {text} takk")
    assert masked.kinds == {"fodselsnummer"}
    assert not any(character.isdigit() for character in masked.text)


def test_a_fødselsnummer_that_begins_with_a_dotted_date_is_masked() -> None:
    assert mask("01.01.90 12345").text == "[fødselsnummer fjernet]"


@pytest.mark.parametrize("number", NUMBERS)
def test_a_fødselsnummer_spaced_digit_by_digit_is_masked(number: str) -> None:
    assert mask(" ".join(number)).text == "[fødselsnummer fjernet]"


def test_a_mistyped_fødselsnummer_is_masked_on_its_looks() -> None:
    assert not is_birth_number("01019012345")
    assert mask("jeg er 010190 12345").text == "jeg er [fødselsnummer fjernet]"


@pytest.mark.parametrize(
    "text",
    [
        "ola.nordmann@example.no",
        "ola+lege@post.example.com",
        "åse_ø@bedrift.example.no",
        "ola (at) example.no",
        "ola krøllalfa example.no",
        "OLA@EXAMPLE.NO",
        "ola @example.no",
    ],
)
def test_an_email_address_is_masked(text: str) -> None:
    assert mask(f"skriv til {text}, takk").text == "skriv til [e-post fjernet], takk"


@pytest.mark.parametrize(
    "text",
    [
        "41234567",
        "412 34 567",
        "41 23 45 67",
        "22 12 34 56",
        "+47 412 34 567",
        "+4741234567",
        "0047 41234567",
        "004741234567",
        "+46 70 123 45 67",
        "412-34-567",
    ],
)
def test_a_phone_number_is_masked(text: str) -> None:
    assert mask(f"ring meg på {text}!").text == "ring meg på [telefonnummer fjernet]!"


@pytest.mark.parametrize(
    "text",
    ["4111111111111111", "4111 1111 1111 1111", "5555-5555-5555-4444", "3782 822463 10005"],
)
def test_a_card_number_is_masked(text: str) -> None:
    assert mask(f"kortet er {text}").text == "kortet er [kortnummer fjernet]"


@pytest.mark.parametrize(
    "text",
    [
        "jeg har 38,5 i feber",
        "temperaturen var 38.5, så 39.2, nå 40.1",
        "38 39 40 39 i feber de siste dagene",
        "født 01.01.1990",
        "siden 20.11.2026",
        "siden 20112026",
        "2026-11-20 kl. 14.30",
        "den 24/12 2026",
        "500 mg 3 ganger daglig",
        "10000000 IE penicillin",
        "40000000 enheter",
        "blodtrykk 120/80 og puls 72",
        "blodsukker 12,4",
        "ring 113 eller 116 117",
        "116 123 Mental Helse",
        "0047",
        "2 barn, 3 og 7 år, vekt 14,5 kg",
        "ordrenummer 4111111111111112",
        "det koster 350 kr",
        "siden kl 10 30 i dag 15 11 26",
        "",
    ],
)
def test_temperatures_dates_doses_and_emergency_numbers_stay(text: str) -> None:
    assert mask(text).text == text
    assert mask(text).kinds == frozenset()


def test_several_kinds_in_one_message_are_all_masked_and_named() -> None:
    masked = mask("38,5 i feber, 010190-12345, 412 34 567, a@b.no, kort 4111111111111111")
    assert masked.kinds == {"fodselsnummer", "phone", "email", "card"}
    assert masked.text.startswith("38,5 i feber, ")
    assert not any(character.isdigit() for character in masked.text[4:])


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text)
    assert mask(once.text).text == once.text


@given(
    st.text(alphabet="abc ,.", max_size=20),
    st.sampled_from(birth_numbers("010190123", range(4))),
    st.text(alphabet="abc ,.", max_size=20),
)
def test_a_number_is_found_wherever_it_stands(before: str, number: str, after: str) -> None:
    assert number not in mask(before + number + after).text
