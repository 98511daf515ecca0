"""The service's terms as pure functions: prices, the limit for changes, refunds, who may act.

Sources are lines of the service's rule book (`kry-faq.txt:<line>`). Instants are aware datetimes;
they are compared and subtracted in UTC, because clock times that share a zone lie by an hour when
the clocks change between them. Money is whole Norwegian kroner.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

VISIT_NOK = 350  # kry-faq.txt:195, adults and children alike
RENEWAL_NOK = 250  # kry-faq.txt:203, adults and children alike
FREE_INSURERS = frozenset({"If", "Vertikal Helse"})  # kry-faq.txt:197 and 205
CHANGE_LIMIT = timedelta(hours=1)  # kry-faq.txt:209
REFUND_WORKING_DAYS = 7  # kry-faq.txt:209: from 1 to 7 working days
LATE_DOCTOR = timedelta(minutes=30)  # kry-faq.txt:213
LATE_DOCTOR_BOOKED_AHEAD = timedelta(days=1)  # kry-faq.txt:213, "ett døgn": 24 hours
CHILD_UNTIL_AGE = 18  # kry-faq.txt:33 and 197
OWN_LOGIN_FROM_AGE = 16  # the age of consent to health care, pbrl. § 4-3
HOLD_TIME = timedelta(minutes=5)


def elapsed(earlier: datetime, later: datetime) -> timedelta:
    """The time that really passes between two instants, also across a change of clocks."""
    return later.astimezone(timezone.utc) - earlier.astimezone(timezone.utc)


def age(born: date, on: date) -> int:
    """Whole years on a day. Born on 29 February, one is a year older on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def is_free(insurer: str | None, patient_age: int, guardians_insurers: list[str | None]) -> bool:
    """Whether insurance pays: the patient's own, or a guardian's while the patient is under 18."""
    if insurer in FREE_INSURERS:
        return True
    return patient_age < CHILD_UNTIL_AGE and any(i in FREE_INSURERS for i in guardians_insurers)


def needs_own_login(child_age: int) -> bool:
    """Whether a registered child is too old for a guardian to act for them."""
    return child_age >= OWN_LOGIN_FROM_AGE


def hold_expires_at(now: datetime, start: datetime) -> datetime:
    """When a hold made now ends: after 5 minutes, but never later than the visit's own start."""
    return min(now + HOLD_TIME, start)


def change_until(start: datetime) -> datetime:
    """The last instant at which a visit can be moved or cancelled."""
    return start.astimezone(timezone.utc) - CHANGE_LIMIT


def may_change(start: datetime, now: datetime) -> bool:
    """Whether a visit can still be moved or cancelled: exactly 1 hour before is in time."""
    return now <= change_until(start)


def visit_refund_nok(
    price_nok: int,
    *,
    booked_at: datetime,
    start: datetime,
    cancelled: bool,
    doctor_joined_at: datetime | None,
) -> int:
    """What the patient gets back for a visit.

    Everything when it was cancelled (which is refused less than an hour before), and when the
    doctor came more than 30 minutes late to a time booked at least 24 hours ahead. Nothing for a
    visit that was held, missed, or that the patient came late to.
    """
    if cancelled:
        return price_nok
    if doctor_joined_at is None:
        return 0
    doctor_was_late = elapsed(start, doctor_joined_at) > LATE_DOCTOR
    booked_ahead = elapsed(booked_at, start) >= LATE_DOCTOR_BOOKED_AHEAD
    return price_nok if doctor_was_late and booked_ahead else 0


def refund_by(decided_on: date) -> date:
    """The last day on which money paid back from this day on arrives: 7 working days later."""
    day, left = decided_on, REFUND_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no Norwegian public holiday."""
    return day.weekday() < 5 and day not in public_holidays(day.year)


def public_holidays(year: int) -> frozenset[date]:
    """Norway's public holidays besides Sundays: helligdagsfredloven § 2, and 1 and 17 May."""
    easter = easter_sunday(year)
    # Maundy Thursday, Good Friday, Easter Monday, Ascension Day, Whit Monday.
    movable = {easter + timedelta(days=days) for days in (-3, -2, 1, 39, 50)}
    fixed = {date(year, *md) for md in ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))}
    return frozenset(movable | fixed)


def easter_sunday(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (the computus in its usual integer form)."""
    century, golden = year // 100, year % 19
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    epact -= epact // 28 * (1 - 29 // (epact + 1) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    sunday = epact - weekday
    month = 3 + (sunday + 40) // 44
    return date(year, month, sunday + 28 - 31 * (month // 4))
