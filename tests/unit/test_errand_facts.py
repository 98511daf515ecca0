"""What the opening words of an errand already say: days, first day, cause, medicine, whom for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from bot.adapters.eligibility_content import load_eligibility
from bot.adapters.medicine_content import load_medicines
from bot.domain.eligibility import listens_for
from bot.domain.errand_facts import Listener, hear_days, hear_first_day
from bot.domain.zone import OSLO

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=OSLO)


def listener(service: str) -> Listener:
    tree = load_eligibility()[service]
    return Listener(tree.questions, listens_for(tree), load_medicines())


def hear(service: str, text: str, now: datetime = MONDAY) -> dict[str, Any]:
    return listener(service).hear(text, now)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("jeg trenger sykmelding fra i dag", date(2026, 11, 23)),
        ("eg treng sjukmelding frå i dag", date(2026, 11, 23)),
        ("trenger sykmelding fra i går", date(2026, 11, 22)),
        ("har vært dårlig siden i går", date(2026, 11, 22)),
        ("æ har vorre sjuk sia fredag", date(2026, 11, 20)),
        ("hodepine siden lørdag, trenger sykmelding fra i dag", date(2026, 11, 23)),
        ("jeg kan ikke gå på jobb i morgen", date(2026, 11, 24)),
        ("sykmelding fra 20. november", date(2026, 11, 20)),
        ("sykmelding fra 20.11", date(2026, 11, 20)),
        ("I need a sick note starting today", date(2026, 11, 23)),
        ("jag behöver en sjukskrivning från idag", date(2026, 11, 23)),
        ("for i går og i dag", date(2026, 11, 22)),
        ("jeg var borte fra jobb i går", date(2026, 11, 22)),
        ("jeg er veldig syk i dag", date(2026, 11, 23)),
    ],
)
def test_the_first_day(text: str, day: date) -> None:
    assert hear_first_day(text, MONDAY) == day


@pytest.mark.parametrize(
    "text",
    [
        "jeg trenger sykmelding",
        "har norsktentamen",
        "syk i tre dager",
        "ut uka",
        "få ordna sykmelding før helga",
        "ankelen gikk i går og nå trenger jeg sykmelding",
        "egenmeldingen gikk ut i går",
    ],
)
def test_no_first_day_is_made_up(text: str) -> None:
    assert hear_first_day(text, MONDAY) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("sykmelding i tre dager", 3),
        ("vil ha sykmelding et par daga", 2),
        ("trenger å sykmeldes i to dager, har migrene", 2),
        ("sykmelding i en uke", 7),
        ("sykmelding i over en uke", 8),
        ("trenger sykmelding i to uker", 14),
        ("ut uka", 7),
        ("resten av uken", 7),
        ("for i dag og i morgen", 2),
        ("sykmeld meg for i dag", 1),
        ("fra mandag til fredag", 5),
        ("har vært syk i fire dager, trenger sykmelding i to dager", 2),
    ],
)
def test_how_many_days(text: str, days: int) -> None:
    assert hear_days(text, MONDAY) == days


def test_the_rest_of_the_week_is_counted_from_the_day_it_is() -> None:
    friday = datetime(2026, 11, 27, 10, 0, tzinfo=OSLO)
    assert hear_days("ut uka", friday) == 3


@pytest.mark.parametrize("text", ["har vært syk i tre dager", "syk siden fredag", "fra i dag"])
def test_days_gone_by_are_not_days_wished_for(text: str) -> None:
    assert hear_days(text, MONDAY) is None


def test_one_sentence_gives_days_first_day_and_cause() -> None:
    heard = hear("sick_note", "trenger sykmelding ut uka, har vært dårlig siden i går")
    assert heard == {"cause": "own_illness", "first_day": "2026-11-22", "days": 8.0}


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("barnet mitt er sykt og jeg må være hjemme", "child_ill"),
        ("dagmammaen har blitt dårlig", None),
        ("barnevakten er borte", "childminder_ill"),
        ("konflikt med sjefen", "social"),
        ("jeg har dårlig økonomi", None),
        ("jeg ligger med influensa", "own_illness"),
        ("eg ligg rett ut med feber", "own_illness"),
        ("samlivsbrudd og sover ikke", None),
    ],
)
def test_the_cause_is_heard_where_one_is_named(text: str, cause: str | None) -> None:
    assert hear("sick_note", text).get("cause") == cause


@pytest.mark.parametrize(
    ("text", "whom", "age"),
    [
        ("forny ventolin til sønnen min på 7 år", "child", 7.0),
        ("datteren min på 16 trenger p-piller", "child", 16.0),
        ("moren min trenger blodtrykksmedisin", "other", None),
        ("mamma er 78 og bruker Cozaar, forny resepten hennes", "other", None),
        ("forny Cozaar til mor", "other", None),
        ("jeg er tom for Levaxin", "self", None),
        ("forny Levaxin", None, None),
    ],
)
def test_whom_a_renewal_is_for(text: str, whom: str | None, age: float | None) -> None:
    heard = hear("renewal", text)
    assert (heard.get("for_whom"), heard.get("child_age")) == (whom, age)


@pytest.mark.parametrize(
    ("text", "how_many"),
    [
        ("forny Levaxin", "one"),
        ("Levaxin og Zyrtec", "several"),
        ("fornye reseptene mine", "several"),
        ("jeg vil fornye resepten min", "one"),
        ("kan dere fornye alle medisinene mine", "several"),
        ("trenger fornyelse", None),
    ],
)
def test_one_or_several_prescriptions(text: str, how_many: str | None) -> None:
    assert hear("renewal", text).get("how_many") == how_many


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("forny Zyrtec for et år", 12.0),
        ("resept på Zyrtec for 4 måneder", 4.0),
        ("har brukt Zyrtec i tre år", None),
        ("forny ventolin til gutten på 7 år", None),
    ],
)
def test_for_how_long_a_supply_is_wanted(text: str, months: float | None) -> None:
    assert hear("renewal", text).get("supply_months") == months


def test_a_kind_of_unlike_medicines_is_asked_about_and_then_taken_as_it_stands() -> None:
    text = "forny sovemedisinen min"
    assert "medicine" not in hear("renewal", text)
    assert listener("renewal").medicine(text)["medicine"]["renewal"] is None


def test_an_unknown_name_is_kept_without_a_class() -> None:
    medicine = listener("renewal").medicine("den hvite pillen")["medicine"]
    assert medicine["name"] == "den hvite pillen"
    assert medicine["renewal"] is None


def test_a_correction_changes_the_answer_and_drops_what_hung_on_it() -> None:
    answers = {"medicine": {"name": "Levaxin"}, "collected_lately": "yes", "consent": "yes"}
    changed = listener("renewal").correct(
        answers, "nei vent, jeg mente Zyrtec", "how_many_left", MONDAY
    )
    assert changed is not None
    assert changed["medicine"]["name"] == "Zyrtec"
    assert "collected_lately" not in changed
    assert changed["consent"] == "yes"


def test_a_plain_answer_is_no_correction() -> None:
    answers = {"cause": "own_illness", "days": 3.0}
    assert listener("sick_note").correct(answers, "fra i dag", "first_day", MONDAY) is None
    assert listener("sick_note").correct(answers, "nei", "extension", MONDAY) is None


def test_a_new_medicine_named_by_what_it_is_for_is_unknown_and_not_asked_again() -> None:
    medicine = hear("prescription", "kan legen skrive ut noe mot halsbetennelse")["medicine"]
    assert (medicine["name"], medicine["renewal"]) == ("noe mot halsbetennelse", None)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("sønnen min har feber så jeg må være hjemme fra jobb", "child_ill"),
        ("dattera mi på fire år er kvalm, trenger sykmelding", "child_ill"),
        ("jeg har feber og jobber i barnehage", "own_illness"),
        ("jeg har fått omgangssyke av datteren min", "own_illness"),
        ("jeg har et sykt barn", "child_ill"),
        ("vondt i nakken etter et fall", "own_illness"),
    ],
)
def test_who_is_ill_decides_the_ground(text: str, cause: str) -> None:
    assert hear("sick_note", text).get("cause") == cause
