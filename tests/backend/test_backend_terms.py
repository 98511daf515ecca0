"""The service's terms, tried on both sides of every limit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend import terms

OSLO = ZoneInfo("Europe/Oslo")
START = datetime(2026, 11, 24, 12, 0, tzinfo=OSLO)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def test_a_visit_is_350_kroner_and_a_renewal_250() -> None:
    assert (terms.VISIT_NOK, terms.RENEWAL_NOK) == (350, 250)


@pytest.mark.parametrize(
    ("insurer", "free"),
    [("If", True), ("Vertikal Helse", True), ("Gjensidige", False), (None, False)],
)
def test_insurance_at_if_and_vertikal_helse_pays_for_an_adult(
    insurer: str | None, free: bool
) -> None:
    assert terms.is_free(insurer, 40, []) is free


@pytest.mark.parametrize(("age", "free"), [(0, True), (17, True), (18, False)])
def test_a_guardians_insurance_pays_until_the_18th_birthday(age: int, free: bool) -> None:
    assert terms.is_free(None, age, [None, "If"]) is free


@pytest.mark.parametrize(
    ("on", "age"),
    [(date(2026, 5, 9), 15), (date(2026, 5, 10), 16), (date(2026, 5, 11), 16)],
)
def test_one_is_a_year_older_on_the_birthday(on: date, age: int) -> None:
    assert terms.age(date(2010, 5, 10), on) == age


def test_born_on_leap_day_one_is_a_year_older_on_1_march() -> None:
    assert terms.age(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert terms.age(date(2008, 2, 29), date(2026, 3, 1)) == 18


@pytest.mark.parametrize(("age", "own"), [(15, False), (16, True), (17, True)])
def test_from_16_the_young_person_logs_in(age: int, own: bool) -> None:
    assert terms.needs_own_login(age) is own


def test_a_hold_lasts_five_minutes() -> None:
    now = START - DAY
    assert terms.hold_expires_at(now, START) == now + timedelta(minutes=5)


def test_a_hold_does_not_outlast_the_start_of_the_visit() -> None:
    assert terms.hold_expires_at(START - timedelta(minutes=3), START) == START


def test_a_change_is_in_time_to_the_second_an_hour_before() -> None:
    limit = START - timedelta(hours=1)
    assert terms.may_change(START, limit - SECOND)
    assert terms.may_change(START, limit)
    assert not terms.may_change(START, limit + SECOND)
    assert not terms.may_change(START, START + SECOND)


def test_the_hour_before_the_start_is_a_real_hour_when_the_clocks_go_forward() -> None:
    # 29 March 2026: 02:00 becomes 03:00, so an hour before 03:30 the clock shows 01:30.
    start = datetime(2026, 3, 29, 3, 30, tzinfo=OSLO)
    assert terms.may_change(start, datetime(2026, 3, 29, 1, 30, tzinfo=OSLO))
    assert not terms.may_change(start, datetime(2026, 3, 29, 1, 30, 1, tzinfo=OSLO))


def test_the_hour_before_the_start_is_a_real_hour_when_the_clocks_go_back() -> None:
    # 25 October 2026: 03:00 becomes 02:00, so 02:30 comes twice.
    start = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=OSLO)
    assert terms.may_change(start, datetime(2026, 10, 25, 2, 30, fold=0, tzinfo=OSLO))
    assert not terms.may_change(start, datetime(2026, 10, 25, 2, 30, 1, fold=0, tzinfo=OSLO))


def refund(
    *,
    booked_at: datetime = START - 2 * DAY,
    start: datetime = START,
    cancelled: bool = False,
    doctor_joined_at: datetime | None = None,
) -> int:
    return terms.visit_refund_nok(
        350,
        booked_at=booked_at,
        start=start,
        cancelled=cancelled,
        doctor_joined_at=doctor_joined_at,
    )


def test_cancelling_gives_everything_back() -> None:
    assert refund(cancelled=True) == 350


def test_a_missed_visit_gives_nothing_back() -> None:
    assert refund(doctor_joined_at=None) == 0


def test_a_visit_held_in_time_gives_nothing_back() -> None:
    assert refund(doctor_joined_at=START) == 0


@pytest.mark.parametrize(
    ("late", "back"),
    [(timedelta(minutes=30), 0), (timedelta(minutes=30, seconds=1), 350)],
)
def test_a_doctor_more_than_30_minutes_late_gives_everything_back(
    late: timedelta, back: int
) -> None:
    assert refund(doctor_joined_at=START + late) == back


@pytest.mark.parametrize(("ahead", "back"), [(DAY, 350), (DAY - SECOND, 0)])
def test_a_late_doctor_counts_only_when_booked_24_hours_ahead(ahead: timedelta, back: int) -> None:
    late = START + timedelta(minutes=45)
    assert refund(booked_at=START - ahead, doctor_joined_at=late) == back


def test_24_hours_ahead_are_real_hours_across_a_change_of_clocks() -> None:
    # From 12:00 the day before, only 23 hours pass until 12:00 on 29 March 2026.
    start = datetime(2026, 3, 29, 12, 0, tzinfo=OSLO)
    late = start + timedelta(minutes=45)
    at_noon = datetime(2026, 3, 28, 12, 0, tzinfo=OSLO)
    at_eleven = datetime(2026, 3, 28, 11, 0, tzinfo=OSLO)
    assert refund(booked_at=at_noon, start=start, doctor_joined_at=late) == 0
    assert refund(booked_at=at_eleven, start=start, doctor_joined_at=late) == 350


@pytest.mark.parametrize(
    ("decided_on", "latest"),
    [
        (date(2026, 11, 23), date(2026, 12, 2)),  # a Monday: seven working days, one weekend
        (date(2026, 11, 21), date(2026, 12, 1)),  # a Saturday
        (date(2026, 3, 31), date(2026, 4, 14)),  # Easter lies between
        (date(2026, 12, 23), date(2027, 1, 5)),  # Christmas and New Year
        (date(2026, 5, 12), date(2026, 5, 22)),  # Ascension Day; 17 May is a Sunday
    ],
)
def test_money_is_back_within_seven_working_days(decided_on: date, latest: date) -> None:
    assert terms.refund_by(decided_on) == latest


@pytest.mark.parametrize(
    "sunday",
    [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25)],
)
def test_easter_is_where_the_almanac_has_it(sunday: date) -> None:
    assert terms.easter_sunday(sunday.year) == sunday
