"""A backend that listens on a real port, with a clock that stands still until it is moved."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
from sanic import Sanic
from sqlalchemy import insert
from sqlalchemy.engine import Engine

from backend.app import create_app
from backend.call import OSLO
from backend.database import Database, open_engine
from backend.serve import BACKLOG
from backend.settings import Settings
from backend.tables import doctors, guardianships, metadata, patients, slots
from backend.tokens import issue_patient_token

SERVICE_TOKEN = "service-token-of-the-tests-0123456789"
SECRET = "patient-token-secret-of-the-tests" * 2  # long enough for every algorithm tried
REPOSITORY = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=OSLO)

Sanic.test_mode = True  # applications of the same name may follow one another


class FrozenClock:
    """A clock that shows `now` until a test sets it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now.astimezone(timezone.utc)


class Backend:
    """A running backend: its database to prepare, its clock to move, its address to call."""

    def __init__(self, url: str, *, demo_clinic: bool = False) -> None:
        self.clock = FrozenClock()
        self.database = Database(open_engine(url))
        self.settings = Settings("127.0.0.1", 0, url, SERVICE_TOKEN, SECRET, demo_clinic)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        """Listens on a free port."""
        self._thread.start()
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self._server = self._run(self._serve(listening))
        self.http = httpx.Client(base_url=self.address, trust_env=False, timeout=20)

    async def _serve(self, listening: socket.socket) -> Any:
        app = create_app(self.settings, self.database, self.clock)
        server = await app.create_server(
            sock=listening, backlog=BACKLOG, return_asyncio_server=True
        )
        await server.startup()
        return server

    def reset(self) -> None:
        """Back to NOW, the people of the tests, and no times."""
        with self.engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
        fill(self.engine)
        self.clock.now = NOW

    def stop(self) -> None:
        """Stops listening and lets go of the database."""
        self.http.close()

        async def close() -> None:
            self._server.server.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        self._run(close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self.database.close()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    @property
    def engine(self) -> Engine:
        return self.database.engine

    def token(self, patient: str) -> str:
        """A patient token that is good for an hour by the backend's clock."""
        return issue_patient_token(patient, SECRET, self.clock())[0]

    def call(
        self,
        method: str,
        path: str,
        *,
        patient: str | None = None,
        key: str | None = None,
        body: Any = None,
        **query: str,
    ) -> httpx.Response:
        """A call by the assistant; each has a new idempotency key unless one is given."""
        headers = {"Authorization": f"Bearer {SERVICE_TOKEN}"}
        if patient is not None:
            headers["X-Patient-Token"] = self.token(patient)
        if method != "GET":
            headers["Idempotency-Key"] = key or uuid.uuid4().hex
        return self.http.request(method, path, headers=headers, json=body, params=query)

    def add_slot(self, slot_id: str, start: datetime, doctor: str = "doctor") -> str:
        """Adds a free time of 20 minutes."""
        with self.engine.begin() as connection:
            connection.execute(
                insert(slots).values(
                    id=slot_id,
                    doctor_id=doctor,
                    start_at=start,
                    end_at=start.astimezone(timezone.utc) + timedelta(minutes=20),
                )
            )
        return slot_id

    def book(
        self, slot_id: str, patient: str = "adult", child: str | None = None
    ) -> dict[str, Any]:
        """Holds and confirms a time; the appointment."""
        hold = self.call(
            "POST", "/v1/holds", patient=patient, body={"slot_id": slot_id, "child_id": child}
        )
        assert hold.status_code == 201, hold.text
        booked = self.call(
            "POST", "/v1/appointments", patient=patient, body={"hold_id": hold.json()["id"]}
        )
        assert booked.status_code == 201, booked.text
        return dict(booked.json())


class BackendProcess:
    """`python -m backend` as a process of its own, which can be killed and started again."""

    def __init__(self, url: str, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._environment = {
            "PATH": os.environ["PATH"],
            "BACKEND_PORT": str(self.port),
            "DATABASE_URL": url,
            "SERVICE_TOKEN": SERVICE_TOKEN,
            "PATIENT_TOKEN_SECRET": SECRET,
            **environment,
        }

    def start(self) -> None:
        """Starts it, and comes back when it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "backend"],
            cwd=REPOSITORY,
            env=self._environment,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{self.address}/health", trust_env=False).raise_for_status()
                return
            except httpx.TransportError:
                time.sleep(0.05)
        raise TimeoutError("the backend did not come up within 30 s")

    def run(self) -> subprocess.CompletedProcess[str]:
        """Runs it to its end, for starts that are meant to fail."""
        return subprocess.run(
            [sys.executable, "-m", "backend"],
            cwd=REPOSITORY,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=30,
        )

    def kill(self) -> None:
        """SIGKILL: it gets no chance to tidy up."""
        self.process.kill()
        self.process.wait()

    def terminate(self) -> int:
        """SIGTERM; the exit code. It is killed if it does not stop."""
        self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


def kind(response: httpx.Response) -> str:
    """The short type of a problem, such as `slot-taken`."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    problem = response.json()
    assert problem["status"] == response.status_code
    return str(problem["type"]).removeprefix("urn:problem-type:")


# id, age on the day of NOW, insurer
PEOPLE = (
    ("adult", 40, None),
    ("child", 9, None),
    ("teen", 16, None),
    ("insured", 35, "If"),
    ("insured-child", 5, None),
    ("insured-teen", 17, None),
    ("stranger", 50, None),
)
CHILDREN = (
    ("adult", "child"),
    ("adult", "teen"),
    ("insured", "insured-child"),
    ("insured", "insured-teen"),
)


def fill(engine: Engine) -> None:
    """The people of the tests, and a doctor for everybody, for adults and for children."""
    with engine.begin() as connection:
        connection.execute(
            insert(patients),
            [
                {"id": name, "name": name.title(), "born": born(years), "insurer": insurer}
                for name, years, insurer in PEOPLE
            ],
        )
        connection.execute(
            insert(guardianships),
            [{"guardian_id": guardian, "child_id": child} for guardian, child in CHILDREN],
        )
        connection.execute(
            insert(doctors),
            [
                {"id": "doctor", "name": "Anne", "sees_adults": True, "sees_children": True},
                {"id": "for-adults", "name": "Bo", "sees_adults": True, "sees_children": False},
                {"id": "for-children", "name": "Eva", "sees_adults": False, "sees_children": True},
            ],
        )


def born(years: int) -> date:
    """The birthday of somebody who turned so old a month before NOW."""
    return date(NOW.year - years, 10, 23)
