"""Free times, holds, bookings, moves, cancellations and receipts, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from served import NOW, Backend, kind
from sqlalchemy import select, update

from backend.call import OSLO
from backend.tables import appointments, patients

TOMORROW_AT_10 = NOW.replace(day=24, hour=10)
SECOND = timedelta(seconds=1)


def starts(backend: Backend, **query: str) -> list[str]:
    answer = backend.call("GET", "/v1/slots", **query)
    assert answer.status_code == 200, answer.text
    return [slot["start"] for slot in answer.json()["slots"]]


def hold(backend: Backend, slot_id: str, patient: str = "adult", child: str | None = None) -> str:
    answer = backend.call(
        "POST", "/v1/holds", patient=patient, body={"slot_id": slot_id, "child_id": child}
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def confirm(backend: Backend, hold_id: str, patient: str = "adult") -> tuple[int, str]:
    answer = backend.call("POST", "/v1/appointments", patient=patient, body={"hold_id": hold_id})
    return answer.status_code, "" if answer.status_code < 400 else kind(answer)


def test_free_times_come_earliest_first_and_no_more_than_asked_for(backend: Backend) -> None:
    for hour in (12, 10, 11):
        backend.add_slot(f"at-{hour}", NOW.replace(hour=hour))
    assert starts(backend, limit="2") == ["2026-11-23T10:00:00+01:00", "2026-11-23T11:00:00+01:00"]


def test_times_that_have_begun_are_not_offered(backend: Backend) -> None:
    backend.add_slot("now", NOW)
    backend.add_slot("soon", NOW + SECOND)
    assert starts(backend) == [(NOW + SECOND).isoformat()]


def test_times_can_be_asked_for_by_day_and_between_instants(backend: Backend) -> None:
    for day, hour in ((23, 23), (24, 0), (24, 16), (24, 23), (25, 0)):
        backend.add_slot(f"{day}-{hour}", NOW.replace(day=day, hour=hour))
    assert starts(backend, day="2026-11-24") == [
        "2026-11-24T00:00:00+01:00",
        "2026-11-24T16:00:00+01:00",
        "2026-11-24T23:00:00+01:00",
    ]
    between = {"after": "2026-11-24T15:00:00Z", "before": "2026-11-24T23:00:00+01:00"}
    assert starts(backend, **between) == ["2026-11-24T16:00:00+01:00"]


@pytest.mark.parametrize(
    ("day", "hours", "offsets"),
    [("2026-03-29", 23, {"+01:00", "+02:00"}), ("2026-10-25", 25, {"+02:00", "+01:00"})],
)
def test_a_day_on_which_the_clocks_change_has_all_its_hours(
    backend: Backend, day: str, hours: int, offsets: set[str]
) -> None:
    midnight = datetime.fromisoformat(day).replace(tzinfo=OSLO)
    backend.clock.now = midnight - timedelta(days=2)
    for hour in range(-1, 26):
        backend.add_slot(f"hour-{hour}", midnight.astimezone() + timedelta(hours=hour))
    found = starts(backend, day=day, limit="100")
    assert len(found) == hours
    assert {start[-6:] for start in found} == offsets
    assert all(start.startswith(day) for start in found)


def test_children_and_adults_are_offered_their_own_doctors(backend: Backend) -> None:
    backend.add_slot("a", NOW.replace(hour=10), "for-adults")
    backend.add_slot("c", NOW.replace(hour=11), "for-children")
    assert starts(backend) == ["2026-11-23T10:00:00+01:00"]
    assert starts(backend, audience="child") == ["2026-11-23T11:00:00+01:00"]


def test_an_adults_doctor_cannot_be_had_for_a_child(backend: Backend) -> None:
    backend.add_slot("a", TOMORROW_AT_10, "for-adults")
    answer = backend.call(
        "POST", "/v1/holds", patient="adult", body={"slot_id": "a", "child_id": "child"}
    )
    assert kind(answer) == "slot-taken"


def test_of_several_doctors_free_at_the_same_time_one_is_offered(backend: Backend) -> None:
    backend.add_slot("one", TOMORROW_AT_10, "doctor")
    backend.add_slot("two", TOMORROW_AT_10, "for-adults")
    (offered,) = backend.call("GET", "/v1/slots").json()["slots"]
    backend.book(offered["id"])
    (other,) = backend.call("GET", "/v1/slots").json()["slots"]
    assert {offered["id"], other["id"]} == {"one", "two"}


@pytest.mark.parametrize(
    ("patient", "child", "price"),
    [
        ("adult", None, 350),
        ("adult", "child", 350),
        ("insured", None, 0),
        ("insured", "insured-child", 0),
        ("insured-teen", None, 0),
        ("teen", None, 350),
    ],
)
def test_the_price_follows_the_insurance(
    backend: Backend, patient: str, child: str | None, price: int
) -> None:
    backend.add_slot("slot", TOMORROW_AT_10)
    audience = "child" if child or "teen" in patient else "adult"
    listed = backend.call("GET", "/v1/slots", patient=patient, audience=audience).json()["slots"]
    held = backend.call(
        "POST", "/v1/holds", patient=patient, body={"slot_id": "slot", "child_id": child}
    ).json()
    assert held["price_nok"] == price
    if patient not in ("insured-teen",):
        assert listed[0]["price_nok"] == price
    assert confirm(backend, held["id"], patient) == (201, "")
    (booked,) = backend.call("GET", "/v1/appointments", patient=patient).json()["appointments"]
    assert (booked["price_nok"], booked["refund_nok"]) == (price, 0)


def test_whoever_asks_without_a_patient_gets_the_ordinary_price(backend: Backend) -> None:
    backend.add_slot("slot", TOMORROW_AT_10)
    assert backend.call("GET", "/v1/slots").json()["slots"][0]["price_nok"] == 350


def test_a_held_time_is_neither_offered_nor_held_again_until_five_minutes_are_over(
    backend: Backend,
) -> None:
    backend.add_slot("slot", TOMORROW_AT_10)
    hold(backend, "slot")
    backend.clock.now = NOW + timedelta(minutes=5) - SECOND
    assert starts(backend) == []
    again = {"slot_id": "slot"}
    assert kind(backend.call("POST", "/v1/holds", patient="stranger", body=again)) == "slot-taken"
    assert kind(backend.call("POST", "/v1/holds", patient="adult", body=again)) == "slot-taken"
    backend.clock.now = NOW + timedelta(minutes=5)
    assert starts(backend) == [TOMORROW_AT_10.isoformat()]
    hold(backend, "slot", "stranger")


@pytest.mark.parametrize(
    ("after", "answer"),
    [
        (timedelta(minutes=5) - SECOND, (201, "")),
        (timedelta(minutes=5), (409, "hold-expired")),
    ],
)
def test_a_hold_can_be_confirmed_for_five_minutes(
    backend: Backend, after: timedelta, answer: tuple[int, str]
) -> None:
    backend.add_slot("slot", TOMORROW_AT_10)
    held = hold(backend, "slot")
    backend.clock.now = NOW + after
    assert confirm(backend, held) == answer


def test_an_expired_hold_does_not_take_the_time_from_the_next(backend: Backend) -> None:
    backend.add_slot("slot", TOMORROW_AT_10)
    first = hold(backend, "slot")
    backend.clock.now = NOW + timedelta(minutes=6)
    second = hold(backend, "slot", "stranger")
    assert confirm(backend, first) == (409, "hold-expired")
    assert confirm(backend, second, "stranger") == (201, "")
    assert confirm(backend, first) == (409, "hold-expired")


def test_a_hold_confirmed_twice_under_two_keys_books_once(backend: Backend) -> None:
    backend.add_slot("slot", TOMORROW_AT_10)
    held = hold(backend, "slot")
    assert confirm(backend, held) == (201, "")
    assert confirm(backend, held) == (409, "already-confirmed")
    assert len(backend.call("GET", "/v1/appointments", patient="adult").json()["appointments"]) == 1


def test_the_answers_and_the_summary_reach_the_doctor(backend: Backend) -> None:
    backend.add_slot("slot", TOMORROW_AT_10)
    answers = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "item": [{"linkId": "feber", "answer": [{"valueDecimal": 38.5}]}],
    }
    body = {
        "hold_id": hold(backend, "slot"),
        "questionnaire_response": answers,
        "summary": "Blå 🤒",
    }
    backend.call("POST", "/v1/appointments", patient="adult", body=body)
    with backend.engine.connect() as connection:
        row = connection.execute(select(appointments)).one()
    assert (row.questionnaire_response, row.summary) == (answers, "Blå 🤒")


def test_the_receipt_says_what_was_booked_and_paid(backend: Backend) -> None:
    backend.add_slot("slot", TOMORROW_AT_10)
    booked = backend.book("slot", child="child")
    receipt = backend.call("GET", f"/v1/appointments/{booked['id']}/receipt", patient="adult")
    assert receipt.json() == {
        "appointment_id": booked["id"],
        "patient_name": "Child",
        "doctor": "Anne",
        "start": "2026-11-24T10:00:00+01:00",
        "booked_at": "2026-11-23T09:00:00+01:00",
        "paid_nok": 350,
        "refund_nok": 0,
    }


def test_cancelling_frees_the_time_and_pays_back(backend: Backend) -> None:
    backend.add_slot("slot", TOMORROW_AT_10)
    booked = backend.book("slot")
    path = f"/v1/appointments/{booked['id']}/cancel"
    cancelled = backend.call("POST", path, patient="adult").json()
    assert cancelled["status"] == "cancelled"
    assert (cancelled["refund_nok"], cancelled["refund_by"]) == (350, "2026-12-02")
    assert kind(backend.call("POST", path, patient="adult")) == "not-active"
    backend.book("slot", "stranger")


def test_a_free_visit_has_nothing_to_pay_back(backend: Backend) -> None:
    backend.add_slot("slot", TOMORROW_AT_10)
    booked = backend.book("slot", "insured")
    path = f"/v1/appointments/{booked['id']}/cancel"
    cancelled = backend.call("POST", path, patient="insured").json()
    assert (cancelled["refund_nok"], cancelled["refund_by"]) == (0, None)


def test_moving_takes_the_new_time_and_frees_the_old(backend: Backend) -> None:
    backend.add_slot("old", TOMORROW_AT_10)
    backend.add_slot("new", TOMORROW_AT_10.replace(hour=15))
    booked = backend.book("old")
    path = f"/v1/appointments/{booked['id']}"
    moved = backend.call("PATCH", path, patient="adult", body={"slot_id": "new"}).json()
    assert (moved["id"], moved["start"]) == (booked["id"], "2026-11-24T15:00:00+01:00")
    assert starts(backend) == [TOMORROW_AT_10.isoformat()]


def test_a_move_to_a_taken_time_changes_nothing(backend: Backend) -> None:
    backend.add_slot("mine", TOMORROW_AT_10)
    backend.add_slot("theirs", TOMORROW_AT_10.replace(hour=15))
    booked = backend.book("mine")
    backend.book("theirs", "stranger")
    path = f"/v1/appointments/{booked['id']}"
    for target, refusal in (("theirs", "slot-taken"), ("mine", "slot-taken"), ("x", "not-found")):
        answer = backend.call("PATCH", path, patient="adult", body={"slot_id": target})
        assert kind(answer) == refusal
    assert backend.call("GET", "/v1/appointments", patient="adult").json()["appointments"] == [
        booked
    ]


@pytest.mark.parametrize(
    ("before_start", "in_time"),
    [(timedelta(hours=1), True), (timedelta(hours=1) - SECOND, False), (-SECOND, False)],
)
def test_move_and_cancel_are_open_until_an_hour_before_to_the_second(
    backend: Backend, before_start: timedelta, in_time: bool
) -> None:
    backend.add_slot("slot", TOMORROW_AT_10)
    backend.add_slot("other", TOMORROW_AT_10 + timedelta(days=1))
    path = f"/v1/appointments/{backend.book('slot')['id']}"
    backend.clock.now = TOMORROW_AT_10 - before_start
    moved = backend.call("PATCH", path, patient="adult", body={"slot_id": "other"})
    if in_time:
        assert moved.status_code == 200
        assert backend.call("POST", f"{path}/cancel", patient="adult").status_code == 200
        return
    assert kind(moved) == "too-late"
    refused = backend.call("POST", f"{path}/cancel", patient="adult")
    assert kind(refused) == "too-late"
    assert "senest 1 time før" in refused.json()["detail"]
    (still,) = backend.call("GET", "/v1/appointments", patient="adult").json()["appointments"]
    assert (still["status"], still["refund_nok"]) == ("booked", 0)


def test_a_visit_that_is_over_cannot_be_changed(backend: Backend) -> None:
    backend.add_slot("slot", TOMORROW_AT_10)
    path = f"/v1/appointments/{backend.book('slot')['id']}/cancel"
    backend.clock.now = TOMORROW_AT_10 + timedelta(minutes=20)
    assert kind(backend.call("POST", path, patient="adult")) == "not-active"


@pytest.mark.parametrize(
    ("joined", "missed", "status", "refund"),
    [
        (timedelta(minutes=1), False, "completed", 0),
        (timedelta(minutes=31), False, "completed", 350),
        (None, True, "missed", 0),
    ],
)
def test_what_the_video_system_records_decides_the_refund_afterwards(
    backend: Backend, joined: timedelta | None, missed: bool, status: str, refund: int
) -> None:
    backend.add_slot("slot", TOMORROW_AT_10)
    booked = backend.book("slot")
    came = None if joined is None else TOMORROW_AT_10 + joined
    with backend.engine.begin() as connection:
        connection.execute(update(appointments).values(doctor_joined_at=came, missed=missed))
    backend.clock.now = TOMORROW_AT_10 + timedelta(hours=2)
    (after,) = backend.call("GET", "/v1/appointments", patient="adult").json()["appointments"]
    assert (after["id"], after["status"], after["refund_nok"]) == (booked["id"], status, refund)


def test_a_move_counts_as_booking_the_new_time(backend: Backend) -> None:
    # given a time booked two days ahead, moved on the day itself, and a doctor who came late
    backend.add_slot("slot", TOMORROW_AT_10 + timedelta(days=1))
    backend.add_slot("sooner", TOMORROW_AT_10)
    path = f"/v1/appointments/{backend.book('slot')['id']}"
    backend.clock.now = TOMORROW_AT_10 - timedelta(hours=5)
    backend.call("PATCH", path, patient="adult", body={"slot_id": "sooner"})
    late = TOMORROW_AT_10 + timedelta(minutes=50)
    with backend.engine.begin() as connection:
        connection.execute(update(appointments).values(doctor_joined_at=late))
    # then it was not booked a day ahead, and nothing is paid back
    (after,) = backend.call("GET", "/v1/appointments", patient="adult").json()["appointments"]
    assert after["refund_nok"] == 0


def test_a_guardian_books_for_a_child_until_the_16th_birthday(backend: Backend) -> None:
    backend.add_slot("slot", TOMORROW_AT_10)
    body = {"slot_id": "slot", "child_id": "child"}
    birthday = datetime(2033, 10, 23, tzinfo=OSLO)
    backend.add_slot("late", birthday + timedelta(days=30))
    backend.clock.now = birthday - SECOND
    last = backend.call("POST", "/v1/holds", patient="adult", body=body | {"slot_id": "late"})
    assert last.status_code == 201
    backend.clock.now = birthday + timedelta(minutes=10)
    refused = backend.call("POST", "/v1/holds", patient="adult", body=body | {"slot_id": "late"})
    assert kind(refused) == "own-login-required"
    assert confirm(backend, last.json()["id"]) == (403, "own-login-required")


def test_a_grown_child_is_nobody_to_the_guardian(backend: Backend) -> None:
    with backend.engine.begin() as connection:
        grown = update(patients).where(patients.c.id == "child")
        connection.execute(grown.values(born=NOW.date().replace(year=2008)))
    me = backend.call("GET", "/v1/me", patient="adult").json()
    assert [child["id"] for child in me["children"]] == ["teen"]
    backend.add_slot("slot", TOMORROW_AT_10)
    body = {"slot_id": "slot", "child_id": "child"}
    assert kind(backend.call("POST", "/v1/holds", patient="adult", body=body)) == "not-found"


def test_me_shows_children_and_hides_what_a_16_year_old_has_to_themselves(backend: Backend) -> None:
    for patient in ("child", "teen"):
        guardian = "adult" if patient == "child" else "teen"
        child = "child" if patient == "child" else None
        body = {"medicine": "Ventoline", "atc": "R03AC02", "child_id": child}
        assert backend.call("POST", "/v1/renewals", patient=guardian, body=body).status_code == 201
    children = {
        c["id"]: c for c in backend.call("GET", "/v1/me", patient="adult").json()["children"]
    }
    assert children["child"]["record"]["renewals"][0]["medicine"] == "Ventoline"
    assert (children["teen"]["own_login"], children["teen"]["record"]) == (True, None)


def test_one_renewal_waits_at_a_time_for_each_patient(backend: Backend) -> None:
    def renew(medicine: str, patient: str = "adult", child: str | None = None) -> str:
        body = {"medicine": medicine, "child_id": child}
        answer = backend.call("POST", "/v1/renewals", patient=patient, body=body)
        return str(answer.json()["price_nok"]) if answer.status_code == 201 else kind(answer)

    assert renew("Levaxin") == "250"
    assert renew("Cetirizin") == "renewal-pending"
    assert renew("Ventoline", child="child") == "250"
    assert renew("Metoprolol", "insured") == "0"
    assert renew("Ventoline", "insured", "insured-child") == "0"


def test_a_case_is_handed_over_with_and_without_a_patient(backend: Backend) -> None:
    body = {"reason": "complaint", "summary": "Vil klage", "contact": "ring 99 99 99 99"}
    ids = {
        backend.call("POST", "/v1/cases", patient=p, body=body).json()["id"]
        for p in (None, "adult")
    }
    assert len(ids) == 2
