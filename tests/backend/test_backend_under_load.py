"""A time is sold once, and no booking is lost, under 200 clients and under SIGKILL.

The backend is a process of its own here, with the real clock, on each kind of database.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from served import SECRET, SERVICE_TOKEN, BackendProcess, born
from sqlalchemy import insert, select

from backend import migrate
from backend.database import open_engine
from backend.tables import appointments, doctors, holds, patients, slots
from backend.tokens import issue_patient_token

CLIENTS = 200
BOOKINGS = 500  # on each kind of database, so 1,000 in all


class Clinic:
    """A running backend with as many patients and free times as asked for."""

    def __init__(self, url: str, *, people: int, times: int) -> None:
        self.engine = open_engine(url)
        self.process = BackendProcess(url)
        self.patients = [f"patient-{number}" for number in range(people)]
        self.slots = [f"slot-{number}" for number in range(times)]
        now = datetime.now(timezone.utc)
        self._tokens = {p: issue_patient_token(p, SECRET, now)[0] for p in self.patients}
        migrate.upgrade(self.engine)
        doctor = {"id": "doctor", "name": "Anne", "sees_adults": True, "sees_children": True}
        with self.engine.begin() as connection:
            connection.execute(insert(doctors).values(doctor))
            connection.execute(
                insert(patients), [{"id": p, "name": p, "born": born(40)} for p in self.patients]
            )
            connection.execute(
                insert(slots),
                [
                    {
                        "id": slot,
                        "doctor_id": "doctor",
                        "start_at": now + timedelta(days=1, minutes=20 * number),
                        "end_at": now + timedelta(days=1, minutes=20 * number + 20),
                    }
                    for number, slot in enumerate(self.slots)
                ],
            )

    def headers(self, patient: str, key: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {SERVICE_TOKEN}",
            "X-Patient-Token": self._tokens[patient],
            "Idempotency-Key": key,
        }

    def http(self) -> httpx.AsyncClient:
        limits = httpx.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
        return httpx.AsyncClient(
            base_url=self.process.address, trust_env=False, timeout=30, limits=limits
        )

    def booked(self) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(select(appointments)))


@pytest.fixture
def clinic(request: pytest.FixtureRequest, database_url: str) -> Iterator[Clinic]:
    people, times = request.param
    clinic = Clinic(database_url, people=people, times=times)
    clinic.process.start()
    yield clinic
    clinic.process.terminate()
    clinic.engine.dispose()


@pytest.mark.parametrize("clinic", [(CLIENTS, 1)], indirect=True)
async def test_of_200_who_want_the_same_time_at_once_one_gets_it(clinic: Clinic) -> None:
    async with clinic.http() as http:

        async def want(patient: str) -> int:
            headers = clinic.headers(patient, uuid.uuid4().hex)
            answer = await http.post("/v1/holds", json={"slot_id": "slot-0"}, headers=headers)
            return answer.status_code

        answers = Counter(await asyncio.gather(*map(want, clinic.patients)))
    assert answers == {201: 1, 409: CLIENTS - 1}
    with clinic.engine.connect() as connection:
        assert len(connection.execute(select(holds)).all()) == 1


@pytest.mark.parametrize("clinic", [(CLIENTS, 40)], indirect=True)
async def test_200_clients_buy_40_times_and_each_is_sold_once(clinic: Clinic) -> None:
    async with clinic.http() as http:

        async def shop(patient: str) -> str | None:
            """Looks at what is free and tries for one until there is one, or none is left."""
            while True:
                headers = clinic.headers(patient, uuid.uuid4().hex)
                listed = await http.get("/v1/slots", params={"limit": "10"}, headers=headers)
                if not listed.json()["slots"]:
                    return None
                wish = random.choice(listed.json()["slots"])["id"]
                held = await http.post("/v1/holds", json={"slot_id": wish}, headers=headers)
                if held.status_code == 409:
                    continue
                headers = clinic.headers(patient, uuid.uuid4().hex)
                body = {"hold_id": held.json()["id"]}
                booked = await http.post("/v1/appointments", json=body, headers=headers)
                assert booked.status_code == 201, booked.text
                return str(booked.json()["id"])

        answers = await asyncio.gather(*map(shop, clinic.patients))
    told = {answer for answer in answers if answer}
    stored = clinic.booked()
    assert {row.id for row in stored} == told
    assert sorted(row.slot_id for row in stored) == sorted(clinic.slots)


@pytest.mark.parametrize("clinic", [(20, BOOKINGS)], indirect=True)
async def test_killed_again_and_again_in_the_middle_of_bookings_it_loses_and_doubles_none(
    clinic: Clinic,
) -> None:
    wishes = iter(clinic.slots)
    told: dict[str, str] = {}
    cut_off = 0

    async with clinic.http() as http:

        async def post(path: str, body: Any, patient: str) -> Any:
            """The answer, however often the backend dies: the same request, the same key."""
            nonlocal cut_off
            headers = clinic.headers(patient, uuid.uuid4().hex)
            while True:
                try:
                    answer = await http.post(path, json=body, headers=headers)
                    break
                except httpx.TransportError as error:
                    cut_off += not isinstance(error, httpx.ConnectError)
                    await asyncio.sleep(0.3)
            assert answer.status_code == 201, answer.text
            return answer.json()

        async def book(patient: str) -> None:
            for slot in wishes:
                hold = await post("/v1/holds", {"slot_id": slot}, patient)
                booked = await post("/v1/appointments", {"hold_id": hold["id"]}, patient)
                told[slot] = booked["id"]

        async def kill() -> None:
            for number in range(1, 4):
                while len(told) < number * BOOKINGS // 4:
                    await asyncio.sleep(0.01)
                clinic.process.kill()
                await asyncio.get_running_loop().run_in_executor(None, clinic.process.start)

        await asyncio.wait_for(asyncio.gather(kill(), *map(book, clinic.patients)), 120)
    assert cut_off > 0  # the kills did hit requests under way
    assert {row.slot_id: row.id for row in clinic.booked()} == told
    assert len(clinic.booked()) == len(told) == BOOKINGS
