"""When a patient would like a time, as people write it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.wishes import (
    Visitor,
    Wish,
    hear_other_visitor,
    hear_visitor,
    names_moment,
    read_other_times,
    read_wish,
)

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Europe/Oslo"))


def shown(wish: Wish | None) -> str:
    """A wish in short: day, from, until."""
    if wish is None:
        return "none"
    return " ".join(
        (
            f"{wish.day:%d.%m}" if wish.day else "any",
            f"{wish.after:%H:%M}" if wish.after else "-",
            f"{wish.before:%H:%M}" if wish.before else "-",
        )
    )


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("i morgen", "24.11 - -"),
        ("i morgen etter fire", "24.11 16:00 -"),
        ("i mårra itte halv fem", "24.11 16:30 -"),
        ("torsdag formiddag", "26.11 09:00 12:00"),
        ("kanskje på fredag før ti", "27.11 - 10:00"),
        ("halv fire", "23.11 15:00 16:30"),
        ("klokka 10", "24.11 09:30 11:00"),
        ("mellom 13 og 15 på onsdag", "25.11 13:00 15:00"),
        ("i kveld", "23.11 17:00 23:00"),
        ("26. november", "26.11 - -"),
        ("neste uke", "30.11 - -"),
        ("når er neste ledige", "any - -"),
        ("så fort som mulig", "any - -"),
        ("ikke i morgen, men på fredag", "27.11 - -"),
        ("i morgen, men ikke før ti", "24.11 10:00 -"),
        ("fredag, ikke etter tre", "27.11 - 15:00"),
        ("ikke i dag", "none"),
        ("ja takk", "none"),
        ("den første", "none"),
        ("hva koster det", "none"),
    ],
)
def test_a_wish_for_a_time_is_read(said: str, meant: str) -> None:
    assert shown(read_wish(said, MONDAY_NOON)) == meant


def test_a_wish_survives_being_stored() -> None:
    wish = read_wish("i morgen etter fire", MONDAY_NOON)
    assert wish is not None
    assert Wish.from_json(wish.to_json()) == wish


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("har dere noe senere tidspunkt", "any 12:01 -"),
        ("ingen av disse passer", "any 12:01 -"),
        ("det går ikke", "any 12:01 -"),
        ("en annen dag", "any 00:00 -"),
        ("nei, ikke i dag", "any 00:00 -"),
        ("den andre", "none"),
        ("nei takk", "none"),
    ],
)
def test_other_times_than_those_shown_are_later_or_from_the_next_day(said: str, meant: str) -> None:
    wish = read_other_times(said, MONDAY_NOON)
    assert shown(wish) == meant
    if "dag" in said:
        assert wish
        assert wish.after
        assert wish.after.day == 24


@pytest.mark.parametrize(
    ("said", "hour", "minute", "named"),
    [
        ("halv fire", 15, 30, True),
        ("klokka ti", 10, 0, True),
        ("den klokka fire", 16, 0, True),
        ("kvart over to", 14, 15, True),
        ("09.40 takk", 9, 40, True),
        ("klokka ti", 10, 20, False),
        ("etter fire", 16, 0, False),
        ("den første", 10, 0, False),
    ],
)
def test_a_moment_is_named_by_its_time_on_the_clock(
    said: str, hour: int, minute: int, named: bool
) -> None:
    assert names_moment(said, MONDAY_NOON.replace(hour=hour, minute=minute)) is named


@pytest.mark.parametrize(
    ("said", "who", "age"),
    [
        ("time til dattera mi", "child", None),
        ("for sønnen min på 4", "child", 4),
        ("bestill til guten vår på 3 i morgen etter fire", "child", 3),
        ("time til 16-åringen min", "child", 16),
        ("time til datteren min på 20", "other", 20),
        ("kan du bestille for mamma", "other", None),
        ("time for kona mi", "other", None),
        ("nei, den er til meg", "self", None),
        ("klokka ti passer for meg", None, None),
        ("jeg vil bestille time", None, None),
        ("time til Nora", None, None),
    ],
)
def test_whom_a_time_is_for_is_heard(said: str, who: str | None, age: float | None) -> None:
    visitor = hear_visitor(said)
    assert (visitor.who, visitor.age) == (who, age)
    assert Visitor.from_json(visitor.to_json()) == visitor


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("nei, den er til dattera mi på 7", "child"),
        ("det er sønnen min som er syk", "child"),
        ("det gjelder ikke meg, men jenta mi", "child"),
        ("timen er til mamma", "other"),
        ("nei, til meg", "self"),
        ("i morgen etter at barna er levert", None),
        ("klokka ti passer for meg", None),
        ("torsdag passer, da er ungene på skolen", None),
        ("ja takk", None),
    ],
)
def test_in_the_middle_only_what_is_said_to_be_so_changes_whom_it_is_for(
    said: str, who: str | None
) -> None:
    assert hear_other_visitor(said).who == who
