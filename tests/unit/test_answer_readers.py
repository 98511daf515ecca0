"""Answers are read as people write them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bot.domain.questions import DONT_KNOW, Option, Question
from bot.domain.readers import read

# Monday 23 November 2026, 14:00 in Oslo
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=timezone(timedelta(hours=1)))

DURATION = Question("duration", "Hvor lenge har du hatt det?", "duration")
FEVER = Question("fever", "Har du feber?", "yes_no")
TEMPERATURE = Question("temperature", "Høyeste?", "number", unit="°C", minimum=34, maximum=43)
AGE = Question("age", "Hvor gammel?", "number", unit="år", minimum=0, maximum=115)
ANY_DAY = Question("day", "Hvilken dag?", "date")
PAST_DAY = Question("day", "Når begynte det?", "date", maximum=0)
WHO = Question(
    "who",
    "Hvem gjelder det?",
    "choice",
    options=(
        Option("self", "Meg selv", ("meg", "mæ", "meg sjølv")),
        Option("child", "Et barn", ("barnet mitt", "sønnen min", "dattera")),
        Option("other", "En annen voksen", ("mannen min", "kona", "mor")),
    ),
)


def value_of(question: Question, text: str) -> Any:
    return read(question, text, NOW).value


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("halvannen uke", 252),
        ("siden i går kveld", 18),
        ("et par dager", 48),
        ("3-4 dg", 96),
        ("to-tre dager", 72),
        ("sia mandag", 170),
        ("siden fredag", 74),
        ("siden helga", 50),
        ("i natt", 12),
        ("siden i morges", 7),
        ("ei veke", 168),
        ("e veka", 168),
        ("en ukes tid", 168),
        ("to og en halv uke", 420),
        ("en og en halv time", 1.5),
        ("tre kvarter", 0.75),
        ("et døgn", 24),
        ("fjorten dager", 336),
        ("5d", 120),
        ("i ukevis", 504),
        ("akkurat nå", 0.25),
    ],
)
def test_a_length_of_time_is_read_as_hours(text: str, hours: float) -> None:
    reading = read(DURATION, text, NOW)
    assert reading.value == {"hours": hours, "said": text}
    assert reading.certain


@pytest.mark.parametrize(("text", "days"), [("over tre uker", 21), ("mer enn fire dager", 4)])
def test_more_than_a_limit_is_more_than_the_limit(text: str, days: int) -> None:
    assert days * 24 < value_of(DURATION, text)["hours"] < days * 24 * 1.05


@pytest.mark.parametrize(("text", "days"), [("under tre uker", 21), ("mindre enn fire dager", 4)])
def test_less_than_a_limit_is_less_than_the_limit(text: str, days: int) -> None:
    assert days * 24 * 0.95 < value_of(DURATION, text)["hours"] < days * 24


@pytest.mark.parametrize(
    "text",
    ["ja", "tja, litt", "jo", "jau", "ja, men bare om natta", "stemmer", "👍", "ja det har jeg",
     "har det ja", "av og til", "hele tiden", "tror det", "æ trur det", "litt feber", "jepp", "mhm",
     "jammen ja", "egentlig ja"],
)  # fmt: skip
def test_yes_in_every_shade(text: str) -> None:
    assert value_of(FEVER, text) == "yes"


@pytest.mark.parametrize(
    "text",
    ["nei", "næh", "ikkje egentlig", "niks", "itj", "👎", "tror ikke det", "trur ikkje det",
     "det har jeg ikke", "har ikke feber", "ingen feber", "ikke som jeg vet", "absolutt ikke",
     "slett ikke", "nei men litt varm", "neida", "ikke nå lenger"],
)  # fmt: skip
def test_no_in_every_shade(text: str) -> None:
    assert value_of(FEVER, text) == "no"


@pytest.mark.parametrize(
    "text",
    ["veit ikkje", "vet ikke", "aner ikke", "usikker", "vet da søren", "kanskje", "tja",
     "e itj sikker", "har ikke målt", "ja, vet ikke helt", "jada neida", "husker ikke",
     "vanskelig å si"],
)  # fmt: skip
def test_dont_know_in_every_shade(text: str) -> None:
    assert value_of(FEVER, text) == DONT_KNOW


@pytest.mark.parametrize("question", [FEVER, DURATION, TEMPERATURE, AGE, ANY_DAY, WHO])
@pytest.mark.parametrize("text", ["hva koster det?", "", "   ", "bla bla"])
def test_what_is_no_answer_is_unreadable(question: Question, text: str) -> None:
    assert value_of(question, text) is None


@pytest.mark.parametrize("question", [FEVER, DURATION, TEMPERATURE, AGE, ANY_DAY, WHO])
def test_every_kind_of_question_takes_dont_know(question: Question) -> None:
    assert value_of(question, "veit ikkje") == DONT_KNOW


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("trettiåtte og en halv", 38.5),
        ("38 og en halv", 38.5),
        ("38,5", 38.5),
        ("38 5", 38.5),
        ("385", 38.5),
        ("trettiåtte komma fem", 38.5),
        ("nesten førti", 40.0),
        ("åtte og tredve", 38.0),
        ("under 38", 37.9),
        ("over 39", 39.1),
        ("38-39", 39.0),
    ],
)
def test_a_temperature_is_read(text: str, degrees: float) -> None:
    assert value_of(TEMPERATURE, text) == degrees


def test_a_temperature_out_of_range_is_unreadable() -> None:
    assert value_of(TEMPERATURE, "12") is None


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2 år", 2),
        ("34", 34),
        ("han er 45", 45),
        ("treåring", 3),
        ("3-åring", 3),
        ("halvannet år", 1.5),
        ("to år og tre måneder", 2.25),
        ("8 mnd", 8 / 12),
        ("sju uker", 7 * 7 / 365.25),
        ("nyfødt", 0.01),
        ("femtifire", 54),
    ],
)
def test_an_age_is_read_in_years(text: str, years: float) -> None:
    assert value_of(AGE, text) == pytest.approx(years, abs=0.002)


def test_nearly_three_months_is_under_three_months() -> None:
    assert value_of(AGE, "nesten tre måneder") < 0.25


@pytest.mark.parametrize(
    ("question", "text", "day"),
    [
        (ANY_DAY, "i går", "2026-11-22"),
        (ANY_DAY, "for to dager siden", "2026-11-21"),
        (ANY_DAY, "i morgen", "2026-11-24"),
        (ANY_DAY, "neste fredag", "2026-11-27"),
        (ANY_DAY, "03.12", "2026-12-03"),
        (ANY_DAY, "3. desember 2026", "2026-12-03"),
        (PAST_DAY, "fredag", "2026-11-20"),
        (PAST_DAY, "3. mars", "2026-03-03"),
        (PAST_DAY, "3. desember", "2025-12-03"),
    ],
)
def test_a_date_is_the_nearest_that_fits(question: Question, text: str, day: str) -> None:
    assert value_of(question, text) == day


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("2", "child"),
        ("nr 2", "child"),
        ("den siste", "other"),
        ("meg sjølv", "self"),
        ("det er sønnen min", "child"),
        ("kona", "other"),
        ("meg slev", "self"),
        ("annen voksen", "other"),
    ],
)
def test_a_choice_is_read_by_number_label_or_other_words(text: str, option: str) -> None:
    assert value_of(WHO, text) == option


GROUND = Question(
    "ground",
    "Hva er grunnen?",
    "choice",
    options=(
        Option("ill", "Jeg er syk", ("forkjøl*", "vondt i foten", "feber")),
        Option("social", "Problemer hjemme", ("fri fra jobb", "ikke råd")),
    ),
)


@pytest.mark.parametrize(
    "text", ["fra i dag", "det vil jeg ikke si", "ikke nå", "trenger det fort", "har ikke feber"]
)
def test_a_word_of_every_sentence_chooses_nothing(text: str) -> None:
    assert value_of(GROUND, text) is None


@pytest.mark.parametrize(
    ("text", "option"),
    [("kraftig forkjølelse", "ill"), ("foten", "ill"), ("dårlig råd", "social")],
)
def test_a_word_of_its_own_chooses_an_option(text: str, option: str) -> None:
    assert value_of(GROUND, text) == option


def test_not_knowing_is_not_a_choice_of_oneself() -> None:
    options = (Option("self", "Meg selv", ("eg", "meg")), Option("child", "Et barn", ("guten",)))
    who = Question("who", "Hvem gjelder det?", "choice", options=options)

    assert value_of(who, "eg veit ikkje heilt") == DONT_KNOW
    assert value_of(who, "veit ikkje, kanskje guten") == "child"


@pytest.mark.parametrize("text", ["i overmorgen", "over i morgen", "overimorgen", "i over morra"])
def test_the_day_after_to_morrow_is_read_however_it_is_split(text: str) -> None:
    assert value_of(ANY_DAY, text) == "2026-11-25"


def test_a_repeated_question_word_is_read_but_not_certain_against_a_question() -> None:
    assert read(FEVER, "hva er feber?", NOW).value is None
