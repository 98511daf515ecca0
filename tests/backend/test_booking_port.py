"""The client on the real backend and the fake behave alike, so tests on the fake mean something."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from served import NOW, SERVICE_TOKEN, Backend

from bot.adapters.booking import (
    BookingBackend,
    Child,
    HttpBooking,
    NotLoggedIn,
    OutcomeUnknown,
    Patient,
    Record,
    Refused,
    Slot,
)
from bot.adapters.fake_booking import FakeBooking

EMPTY = Record((), (), ())
CHILDREN = (
    Child("teen", "Teen", 16, True, None),
    Child("child", "Child", 9, False, EMPTY),
)
STARTS = {
    "soon": NOW + timedelta(minutes=90),
    "tomorrow": NOW + timedelta(days=1),
    "later": NOW + timedelta(days=1, hours=6),
}


class World:
    """One side of the comparison: the backend, its clock, and how a patient's token is had."""

    def __init__(
        self,
        booking: BookingBackend,
        set_now: Callable[[datetime], None],
        token: Callable[[str], str],
    ) -> None:
        self.booking, self.set_now, self.token = booking, set_now, token


@pytest.fixture(params=["fake", "http"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    if request.param == "fake":
        clock = {"now": NOW}
        fake = FakeBooking(
            now=lambda: clock["now"],
            slots=[
                Slot(name, start, start + timedelta(minutes=20), "Anne", 350)
                for name, start in STARTS.items()
            ],
            patients=[
                Patient("adult", "Adult", 40, None, EMPTY, CHILDREN),
                Patient("stranger", "Stranger", 50, None, EMPTY, ()),
                Patient("insured", "Insured", 35, "If", EMPTY, ()),
            ],
        )
        yield World(fake, lambda now: clock.update(now=now), lambda patient: patient)
        return
    backend: Backend = request.getfixturevalue("sqlite_backend")
    backend.reset()
    for name, start in STARTS.items():
        backend.add_slot(name, start)
    http = HttpBooking(backend.address, SERVICE_TOKEN)
    yield World(http, lambda now: setattr(backend.clock, "now", now), backend.token)
    await http.aclose()


async def refusal(work: Any) -> str:
    with pytest.raises(Refused) as refused:
        await work
    return refused.value.type


async def booked(world: World, slot: str, patient: str = "adult", child: str | None = None) -> Any:
    token = world.token(patient)
    key = f"{patient}-{slot}"
    hold = await world.booking.hold(slot, patient_token=token, child_id=child, key=f"{key}-hold")
    return await world.booking.confirm(hold.id, patient_token=token, key=f"{key}-book")


async def test_times_are_found_by_day_and_instant(world: World) -> None:
    async def ids(**wish: Any) -> list[str]:
        return [slot.id for slot in await world.booking.free_slots(**wish)]

    assert await ids() == ["soon", "tomorrow", "later"]
    assert await ids(limit=1) == ["soon"]
    assert await ids(day=STARTS["later"].date()) == ["tomorrow", "later"]
    assert await ids(after=STARTS["tomorrow"], before=STARTS["later"]) == ["tomorrow"]


async def test_a_booking_from_hold_to_receipt_for_a_child(world: World) -> None:
    appointment = await booked(world, "tomorrow", child="child")
    assert (appointment.status, appointment.patient_name) == ("booked", "Child")
    assert (appointment.price_nok, appointment.refund_nok) == (350, 0)
    assert appointment.change_until == STARTS["tomorrow"] - timedelta(hours=1)
    token = world.token("adult")
    assert await world.booking.appointments(patient_token=token) == [appointment]
    receipt = await world.booking.receipt(appointment.id, patient_token=token)
    assert (receipt.paid_nok, receipt.booked_at, receipt.start) == (350, NOW, appointment.start)


async def test_a_move_and_a_cancellation(world: World) -> None:
    token = world.token("adult")
    first = await booked(world, "tomorrow")
    moved = await world.booking.reschedule(first.id, "later", patient_token=token, key="move-1234")
    assert (moved.id, moved.start) == (first.id, STARTS["later"])
    cancelled = await world.booking.cancel(first.id, patient_token=token, key="cancel-1234")
    assert (cancelled.status, cancelled.refund_nok) == ("cancelled", 350)
    assert cancelled.refund_by is not None
    again = world.booking.cancel(first.id, patient_token=token, key="cancel-5678")
    assert await refusal(again) == "not-active"
    assert len(await world.booking.free_slots()) == 3


async def test_the_insured_pay_nothing(world: World) -> None:
    token = world.token("insured")
    assert (await world.booking.free_slots(patient_token=token))[0].price_nok == 0
    assert (await booked(world, "tomorrow", "insured")).price_nok == 0


async def test_a_time_that_is_gone_is_refused(world: World) -> None:
    await booked(world, "tomorrow")
    token = world.token("stranger")
    late = world.booking.hold("tomorrow", patient_token=token, key="too-slow-1")
    assert await refusal(late) == "slot-taken"
    none = world.booking.hold("nowhere", patient_token=token, key="too-slow-2")
    assert await refusal(none) == "not-found"


async def test_a_hold_runs_out_after_five_minutes(world: World) -> None:
    token = world.token("adult")
    hold = await world.booking.hold("tomorrow", patient_token=token, key="hold-1234")
    world.set_now(NOW + timedelta(minutes=5))
    late = world.booking.confirm(hold.id, patient_token=token, key="book-1234")
    assert await refusal(late) == "hold-expired"


async def test_a_hold_is_confirmed_once(world: World) -> None:
    token = world.token("adult")
    hold = await world.booking.hold("tomorrow", patient_token=token, key="hold-1234")
    first = await world.booking.confirm(hold.id, patient_token=token, key="book-1234")
    assert await world.booking.confirm(hold.id, patient_token=token, key="book-1234") == first
    other = world.booking.confirm(hold.id, patient_token=token, key="book-5678")
    assert await refusal(other) == "already-confirmed"


async def test_another_request_under_the_key_is_refused(world: World) -> None:
    token = world.token("adult")
    await world.booking.hold("tomorrow", patient_token=token, key="hold-1234")
    other = world.booking.hold("later", patient_token=token, key="hold-1234")
    assert await refusal(other) == "idempotency-mismatch"


async def test_within_an_hour_of_the_start_nothing_changes(world: World) -> None:
    token = world.token("adult")
    appointment = await booked(world, "soon")
    world.set_now(appointment.change_until + timedelta(seconds=1))
    cancel = world.booking.cancel(appointment.id, patient_token=token, key="cancel-1234")
    assert await refusal(cancel) == "too-late"


@pytest.mark.parametrize(
    ("child", "refused"), [("teen", "own-login-required"), ("stranger", "not-found")]
)
async def test_nobody_acts_for_those_whom_they_may_not(
    world: World, child: str, refused: str
) -> None:
    token = world.token("adult")
    hold = world.booking.hold("soon", patient_token=token, child_id=child, key="hold-1234")
    assert await refusal(hold) == refused
    renewal = world.booking.request_renewal(
        "Ventoline", None, patient_token=token, child_id=child, key="renew-1234"
    )
    assert await refusal(renewal) == refused


async def test_another_patients_appointment_does_not_exist(world: World) -> None:
    appointment = await booked(world, "tomorrow")
    token = world.token("stranger")
    assert await world.booking.appointments(patient_token=token) == []
    receipt = world.booking.receipt(appointment.id, patient_token=token)
    assert await refusal(receipt) == "not-found"


async def test_one_renewal_waits_at_a_time(world: World) -> None:
    token = world.token("adult")
    first = await world.booking.request_renewal(
        "Levaxin", "H03AA01", patient_token=token, key="renew-1234"
    )
    assert (first.status, first.price_nok, first.atc) == ("received", 250, "H03AA01")
    second = world.booking.request_renewal("Zyrtec", None, patient_token=token, key="renew-5678")
    assert await refusal(second) == "renewal-pending"


async def test_me_knows_the_children(world: World) -> None:
    me = await world.booking.me(patient_token=world.token("adult"))
    assert (me.id, me.age, me.insurance) == ("adult", 40, None)
    assert me.children == CHILDREN


async def test_a_case_is_opened_with_and_without_a_patient(world: World) -> None:
    for token in (None, world.token("adult")):
        case = await world.booking.open_case(
            reason="complaint",
            summary="Vil klage",
            contact="99 99 99 99",
            patient_token=token,
            key="case-1234",
        )
        assert case.opened_at == NOW


async def test_a_token_that_is_none_leads_to_the_log_in(world: World) -> None:
    with pytest.raises(NotLoggedIn):
        await world.booking.me(patient_token="no-token")


async def test_the_fakes_unknown_outcome_has_happened_and_the_same_key_tells() -> None:
    fake = FakeBooking(
        now=lambda: NOW,
        slots=[Slot("slot", NOW + timedelta(days=1), NOW + timedelta(days=1), "Anne", 350)],
        patients=[Patient("adult", "Adult", 40, None, EMPTY, ())],
    )
    fake.fail_next(OutcomeUnknown())
    with pytest.raises(OutcomeUnknown):
        await fake.hold("slot", patient_token="adult", key="hold-1234")
    assert (await fake.hold("slot", patient_token="adult", key="hold-1234")).id in fake.holds
    assert len(fake.holds) == 1
