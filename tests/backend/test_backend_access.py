"""Each operation, called as nobody, with a forged token, as another patient, as a guardian."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest
from served import NOW, SECRET, SERVICE_TOKEN, Backend, kind
from sqlalchemy import func, select

from backend.contract import load_contract, operations
from backend.tables import appointments, cases, holds, renewals
from backend.tokens import PATIENT_TOKEN_TIME, issue_patient_token

OPERATIONS = operations(load_contract())
GUARDED = [operation for operation in OPERATIONS if operation.needs_service]
FOR_PATIENTS = [operation for operation in OPERATIONS if operation.needs_patient]
WITH_PATIENT = [operation for operation in OPERATIONS if operation.takes_patient]
BODIES: dict[str, Any] = {
    "createHold": {"slot_id": "free"},
    "createAppointment": {"hold_id": "HOLD"},
    "moveAppointment": {"slot_id": "free"},
    "createRenewal": {"medicine": "Levaxin"},
    "createCase": {"reason": "complaint", "summary": "Vil klage"},
    "demoLogin": {"patient": "adult"},
}


def by_id(operation: Any) -> str:
    return str(operation.id)


def prepare(backend: Backend) -> dict[str, str]:
    """A free time, and a hold and an appointment of `adult`'s."""
    for name, hours in (("free", 5), ("held", 6), ("booked", 7)):
        backend.add_slot(name, NOW + timedelta(hours=hours))
    hold = backend.call("POST", "/v1/holds", patient="adult", body={"slot_id": "held"}).json()["id"]
    return {"HOLD": hold, "{appointment_id}": backend.book("booked")["id"]}


def call(backend: Backend, operation: Any, ids: dict[str, str], headers: dict[str, str]) -> Any:
    body = json.dumps(BODIES.get(operation.id, {})).replace("HOLD", ids["HOLD"])
    path = operation.path.replace("{appointment_id}", ids["{appointment_id}"])
    headers = {"Idempotency-Key": uuid.uuid4().hex} | headers
    content = body if operation.method != "GET" else None
    return backend.http.request(operation.method, path, headers=headers, content=content)


def service() -> dict[str, str]:
    return {"Authorization": f"Bearer {SERVICE_TOKEN}"}


def written(backend: Backend) -> list[int]:
    """How many rows there are that a patient's call could have written."""
    with backend.engine.connect() as connection:
        counts = [
            select(func.count()).select_from(t) for t in (holds, appointments, renewals, cases)
        ]
        live = select(func.count()).where(appointments.c.cancelled_at.is_(None))
        return [connection.execute(count).scalar_one() for count in (*counts, live)]


@pytest.mark.parametrize("operation", GUARDED, ids=by_id)
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer wrong",
        f"Basic {SERVICE_TOKEN}",
        SERVICE_TOKEN,
        f"Bearer {SERVICE_TOKEN}x",
        f"Bearer {SERVICE_TOKEN[:-1]}",
    ],
)
def test_nobody_gets_in_without_the_service_token(
    sqlite_prepared: tuple[Backend, dict[str, str]], operation: Any, authorization: str | None
) -> None:
    backend, ids = sqlite_prepared
    before = written(backend)
    headers = {"X-Patient-Token": backend.token("adult")}
    headers |= {} if authorization is None else {"Authorization": authorization}
    answer = call(backend, operation, ids, headers)
    assert (answer.status_code, kind(answer)) == (401, "unauthorized")
    assert written(backend) == before


def forged(backend: Backend) -> dict[str, str]:
    """Tokens for `adult` that are no good, by what is wrong with them."""
    now = backend.clock()
    good = backend.token("adult")
    head, claims, signature = good.split(".")
    stranger = json.dumps({"sub": "stranger", "aud": "video-doctor-backend", "exp": 9_999_999_999})
    swapped = base64.urlsafe_b64encode(stranger.encode()).rstrip(b"=").decode()
    fitting = {"sub": "adult", "aud": "video-doctor-backend", "exp": 9_999_999_999}
    return {
        "empty": "",
        "rubbish": "rubbish",
        "signed with another secret": issue_patient_token("adult", "x" * 40, now)[0],
        "signed with the service token": issue_patient_token("adult", SERVICE_TOKEN, now)[0],
        "not signed": jwt.encode(fitting, "", algorithm="none"),
        "signature cut off": f"{head}.{claims}.",
        "claims exchanged": f"{head}.{swapped}.{signature}",
        "run out": issue_patient_token("adult", SECRET, now - PATIENT_TOKEN_TIME)[0],
        "without an end": jwt.encode({k: fitting[k] for k in ("sub", "aud")}, SECRET),
        "without a patient": jwt.encode({k: fitting[k] for k in ("exp", "aud")}, SECRET),
        "for another service": jwt.encode(fitting | {"aud": "other"}, SECRET),
        "with another algorithm": jwt.encode(fitting, SECRET, algorithm="HS512"),
        "an end that is no number": jwt.encode(fitting | {"exp": "later"}, SECRET),
    }


@pytest.mark.parametrize("operation", WITH_PATIENT, ids=by_id)
@pytest.mark.parametrize(
    "fault",
    [
        "empty",
        "rubbish",
        "signed with another secret",
        "signed with the service token",
        "not signed",
        "signature cut off",
        "claims exchanged",
        "run out",
        "without an end",
        "without a patient",
        "for another service",
        "with another algorithm",
        "an end that is no number",
    ],
)
def test_a_forged_patient_token_opens_nothing(
    sqlite_prepared: tuple[Backend, dict[str, str]], operation: Any, fault: str
) -> None:
    backend, ids = sqlite_prepared
    before = written(backend)
    headers = service() | {"X-Patient-Token": forged(backend)[fault]}
    answer = call(backend, operation, ids, headers)
    assert (answer.status_code, kind(answer)) == (401, "not-logged-in")
    assert written(backend) == before


@pytest.mark.parametrize("operation", FOR_PATIENTS, ids=by_id)
def test_what_is_a_patients_needs_a_patient(
    sqlite_prepared: tuple[Backend, dict[str, str]], operation: Any
) -> None:
    backend, ids = sqlite_prepared
    answer = call(backend, operation, ids, service())
    assert (answer.status_code, kind(answer)) == (401, "not-logged-in")


@pytest.mark.parametrize(
    "operation", [o for o in OPERATIONS if "{" in o.path or o.id == "createAppointment"], ids=by_id
)
@pytest.mark.parametrize("who", ["stranger", "insured", "teen", "child"])
def test_another_patients_hold_or_appointment_does_not_exist(
    sqlite_prepared: tuple[Backend, dict[str, str]], operation: Any, who: str
) -> None:
    backend, ids = sqlite_prepared
    before = written(backend)
    answer = call(backend, operation, ids, service() | {"X-Patient-Token": backend.token(who)})
    assert (answer.status_code, kind(answer)) == (404, "not-found")
    assert written(backend) == before


@pytest.mark.parametrize("operation", FOR_PATIENTS, ids=by_id)
def test_a_good_token_of_a_patient_whom_the_clinic_does_not_know_opens_nothing(
    sqlite_prepared: tuple[Backend, dict[str, str]], operation: Any
) -> None:
    backend, ids = sqlite_prepared
    before = written(backend)
    answer = call(backend, operation, ids, service() | {"X-Patient-Token": backend.token("ghost")})
    assert (answer.status_code, kind(answer)) == (404, "not-found")
    assert written(backend) == before


def test_a_patient_token_lasts_an_hour_to_the_second(backend: Backend) -> None:
    headers = service() | {"X-Patient-Token": backend.token("adult")}
    backend.clock.now = NOW + PATIENT_TOKEN_TIME - timedelta(seconds=1)
    assert backend.http.get("/v1/me", headers=headers).status_code == 200
    backend.clock.now = NOW + PATIENT_TOKEN_TIME
    assert kind(backend.http.get("/v1/me", headers=headers)) == "not-logged-in"


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("adult", {"adult", "child"}),
        ("teen", {"teen"}),
        ("stranger", {"stranger"}),
        ("insured", {"insured", "insured-child"}),
    ],
)
def test_a_patient_sees_their_own_and_their_young_childrens_appointments(
    backend: Backend, who: str, sees: set[str]
) -> None:
    everybody = [
        ("adult", None),
        ("adult", "child"),
        ("teen", None),
        ("stranger", None),
        ("insured", None),
        ("insured", "insured-child"),
        ("insured-teen", None),
    ]
    for number, (patient, child) in enumerate(everybody):
        backend.add_slot(f"slot-{number}", NOW + timedelta(hours=number + 2))
        backend.book(f"slot-{number}", patient, child)
    listed = backend.call("GET", "/v1/appointments", patient=who).json()["appointments"]
    assert {appointment["patient_id"] for appointment in listed} == sees


@pytest.mark.parametrize(
    ("child", "refusal"),
    [("teen", "own-login-required"), ("insured-child", "not-found"), ("stranger", "not-found")],
)
def test_nobody_acts_for_a_young_person_or_for_a_child_of_others(
    backend: Backend, child: str, refusal: str
) -> None:
    backend.add_slot("slot", NOW + timedelta(hours=5))
    body = {"slot_id": "slot", "child_id": child}
    assert kind(backend.call("POST", "/v1/holds", patient="adult", body=body)) == refusal
    body = {"medicine": "Ventoline", "child_id": child}
    assert kind(backend.call("POST", "/v1/renewals", patient="adult", body=body)) == refusal


def test_a_guardian_reaches_a_teens_appointment_neither_to_see_nor_to_change(
    backend: Backend,
) -> None:
    backend.add_slot("slot", NOW + timedelta(hours=5))
    path = f"/v1/appointments/{backend.book('slot', 'teen')['id']}"
    for method, address in (("GET", f"{path}/receipt"), ("POST", f"{path}/cancel")):
        assert kind(backend.call(method, address, patient="adult")) == "own-login-required"


def test_the_demo_log_in_is_closed_where_it_is_no_demo(backend: Backend) -> None:
    answer = backend.call("POST", "/v1/demo/login", body={"patient": "adult"})
    assert kind(answer) == "not-found"


def test_health_needs_no_token_and_tells_no_more_than_that(backend: Backend) -> None:
    assert backend.http.get("/health").json() == {"status": "ok"}
    assert isinstance(backend.clock(), datetime)


@pytest.fixture(scope="module")
def sqlite_prepared(sqlite_backend: Backend) -> tuple[Backend, dict[str, str]]:
    """A backend with a hold and an appointment that every test here must leave as they are."""
    return sqlite_backend, prepare(sqlite_backend)
