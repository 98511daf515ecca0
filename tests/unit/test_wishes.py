"""When a patient would like a time, as people write it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.wishes import Wish, read_wish

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
