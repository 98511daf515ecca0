"""The same write under the same key is done once, whatever comes between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from served import NOW, Backend, kind
from sqlalchemy import func, select

from backend.idempotency import REMEMBERED_FOR, forget_old_keys
from backend.tables import appointments, cases, holds, idempotency_keys

TOMORROW = NOW + timedelta(days=1)
KEY = "one-key-of-the-patient"
CASE = {"reason": "complaint", "summary": "Vil klage"}


def count(backend: Backend, table: object) -> int:
    with backend.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_every_write_answers_the_same_the_second_time(backend: Backend) -> None:
    backend.add_slot("slot", TOMORROW)
    backend.add_slot("other", TOMORROW + timedelta(hours=1))

    def twice(method: str, path: str, body: object = None) -> str:
        key = f"key-{method}-{path.replace('/', '-')}"
        first, second = (
            backend.call(method, path, patient="adult", key=key, body=body) for _ in range(2)
        )
        assert first.status_code < 300, first.text
        assert (first.status_code, first.json()) == (second.status_code, second.json())
        return str(first.json()["id"])

    hold = twice("POST", "/v1/holds", {"slot_id": "slot"})
    booked = twice("POST", "/v1/appointments", {"hold_id": hold})
    assert twice("PATCH", f"/v1/appointments/{booked}", {"slot_id": "other"}) == booked
    assert twice("POST", f"/v1/appointments/{booked}/cancel") == booked
    twice("POST", "/v1/renewals", {"medicine": "Levaxin"})
    twice("POST", "/v1/cases", CASE)
    assert (count(backend, holds), count(backend, appointments), count(backend, cases)) == (1, 1, 1)


def test_the_answer_stays_the_same_when_the_hold_has_long_run_out(backend: Backend) -> None:
    backend.add_slot("slot", TOMORROW)
    hold = backend.call("POST", "/v1/holds", patient="adult", body={"slot_id": "slot"}).json()["id"]
    body = {"hold_id": hold}
    first = backend.call("POST", "/v1/appointments", patient="adult", key=KEY, body=body)
    backend.clock.now = NOW + timedelta(hours=2)
    again = backend.call("POST", "/v1/appointments", patient="adult", key=KEY, body=body)
    assert (again.status_code, again.json()) == (201, first.json())


def test_a_refusal_is_remembered_too(backend: Backend) -> None:
    backend.add_slot("slot", TOMORROW)
    body = {"slot_id": "slot"}
    assert backend.call("POST", "/v1/holds", patient="stranger", body=body).status_code == 201
    first = backend.call("POST", "/v1/holds", patient="adult", key=KEY, body=body)
    backend.clock.now = NOW + timedelta(minutes=6)  # free again, but this call has been answered
    second = backend.call("POST", "/v1/holds", patient="adult", key=KEY, body=body)
    assert kind(first) == kind(second) == "slot-taken"
    assert backend.call("POST", "/v1/holds", patient="adult", body=body).status_code == 201


def test_another_request_under_a_used_key_is_refused(backend: Backend) -> None:
    assert backend.call("POST", "/v1/cases", patient="adult", key=KEY, body=CASE).status_code == 201
    other_body = backend.call(
        "POST", "/v1/cases", patient="adult", key=KEY, body=CASE | {"summary": "noe annet"}
    )
    other_path = backend.call(
        "POST", "/v1/renewals", patient="adult", key=KEY, body={"medicine": "Levaxin"}
    )
    for answer in (other_body, other_path):
        assert (answer.status_code, kind(answer)) == (422, "idempotency-mismatch")
    assert count(backend, cases) == 1


def test_the_order_of_a_bodys_fields_does_not_matter(backend: Backend) -> None:
    backwards = dict(reversed(CASE.items()))
    answers = [
        backend.call("POST", "/v1/cases", key=KEY, body=body).json() for body in (CASE, backwards)
    ]
    assert answers[0] == answers[1]


def test_a_request_that_breaks_with_the_contract_does_not_use_up_its_key(backend: Backend) -> None:
    assert kind(backend.call("POST", "/v1/cases", key=KEY, body={})) == "invalid-request"
    assert backend.call("POST", "/v1/cases", key=KEY, body=CASE).status_code == 201


def test_the_same_key_of_two_patients_is_two_keys(backend: Backend) -> None:
    ids = {
        backend.call("POST", "/v1/cases", patient=patient, key=KEY, body=CASE).json()["id"]
        for patient in ("adult", "stranger", None)
    }
    assert len(ids) == 3


def test_pressing_twenty_times_at_once_does_it_once(backend: Backend) -> None:
    backend.add_slot("slot", TOMORROW)
    hold = backend.call("POST", "/v1/holds", patient="adult", body={"slot_id": "slot"}).json()["id"]

    def press(_: int) -> tuple[int, str]:
        answer = backend.call(
            "POST", "/v1/appointments", patient="adult", key=KEY, body={"hold_id": hold}
        )
        return answer.status_code, answer.json()["id"]

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(press, range(20)))
    ((status, _),) = answers
    assert status == 201
    assert count(backend, appointments) == 1


def test_keys_are_forgotten_after_a_day_and_not_before(backend: Backend) -> None:
    backend.call("POST", "/v1/cases", key=KEY, body=CASE)
    for later, left in ((REMEMBERED_FOR, 1), (REMEMBERED_FOR + timedelta(seconds=1), 0)):
        with backend.engine.begin() as connection:
            forget_old_keys(connection, NOW + later)
        assert count(backend, idempotency_keys) == left
