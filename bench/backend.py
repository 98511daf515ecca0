"""Throughput and p95 of the booking flow, beside what the bare database does with its statements.

`python -m bench.backend` (or `make bench-backend`). A flow is: ask for free times, hold one,
confirm it. It is measured three ways on each database: over HTTP against `python -m backend`, with
`CLIENTS` clients; by calling the same handlers without HTTP; and by replaying the very statements
of those handlers on the database's own driver, which is the limit for them. The last two have as
many workers as the backend has threads that write (one on SQLite).
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import psycopg2
from psycopg2 import sql
from sqlalchemy import event, insert
from sqlalchemy.engine import Connection, Engine

from backend import appointments, idempotency, migrate
from backend.call import Call
from backend.database import THREADS, open_engine
from backend.tables import doctors, patients, slots
from backend.tokens import issue_patient_token
from tests.backend.served import SECRET, SERVICE_TOKEN, BackendProcess, born

FLOWS = 200
CLIENTS = 20
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://root@127.0.0.1:5432/test")
Statements = list[tuple[str, Any]]


@contextmanager
def database(kind: str) -> Iterator[Engine]:
    """A database of its own with one patient and a free time for each flow."""
    with tempfile.TemporaryDirectory() as folder, _address(kind, folder) as url:
        engine = open_engine(url)
        migrate.upgrade(engine)
        now = datetime.now(timezone.utc)
        with engine.begin() as connection:
            connection.execute(insert(patients).values(id="p", name="P", born=born(40)))
            doctor = {"id": "d", "name": "D", "sees_adults": True, "sees_children": True}
            connection.execute(insert(doctors).values(doctor))
            times = [now + timedelta(days=1, minutes=20 * number) for number in range(FLOWS)]
            connection.execute(
                insert(slots),
                [
                    {"id": f"s{n}", "doctor_id": "d", "start_at": t, "end_at": t}
                    for n, t in enumerate(times)
                ],
            )
        yield engine
        engine.dispose()


@contextmanager
def _address(kind: str, folder: str) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/bench.sqlite"
        return
    server = psycopg2.connect(POSTGRES, connect_timeout=2)
    server.autocommit = True
    name = f"bench_{uuid.uuid4().hex[:12]}"
    with server.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield POSTGRES.rsplit("/", 1)[0] + "/" + name
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        cursor.execute(drop)
    server.close()


def over_http(engine: Engine) -> tuple[float, list[float]]:
    """Flows per second and the seconds of each, with `CLIENTS` clients."""
    url = engine.url.render_as_string(hide_password=False)
    process = BackendProcess(url)
    process.start()
    try:
        return asyncio.run(_clients(process.address))
    finally:
        process.terminate()


async def _clients(address: str) -> tuple[float, list[float]]:
    token, _ = issue_patient_token("p", SECRET, datetime.now(timezone.utc))
    wishes = iter(range(FLOWS))
    took: list[float] = []
    headers = {"Authorization": f"Bearer {SERVICE_TOKEN}", "X-Patient-Token": token}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as http:

        async def post(path: str, body: Any) -> Any:
            key = {"Idempotency-Key": uuid.uuid4().hex}
            answer = await http.post(path, json=body, headers=key)
            answer.raise_for_status()
            return answer.json()

        async def client() -> None:
            for number in wishes:
                began = time.perf_counter()
                (await http.get("/v1/slots")).raise_for_status()
                hold = await post("/v1/holds", {"slot_id": f"s{number}"})
                await post("/v1/appointments", {"hold_id": hold["id"]})
                took.append(time.perf_counter() - began)

        began = time.perf_counter()
        await asyncio.gather(*(client() for _ in range(CLIENTS)))
        return FLOWS / (time.perf_counter() - began), took


def without_http(engine: Engine) -> tuple[float, list[float], list[list[Statements]]]:
    """The same handlers without HTTP; also the statements of each flow, one list a transaction."""
    recorded: list[list[Statements]] = [[] for _ in range(FLOWS)]
    local = threading.local()

    def record(_c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        local.statements.append((statement, parameters))

    def transaction(number: int, handler: Callable[[Call], Any], body: Any, *, write: bool) -> Any:
        local.statements = []
        with engine.connect().execution_options(writing=write) as connection, connection.begin():
            answer = _handle(connection, handler, body, write=write)
        recorded[number].append(local.statements)
        return answer[1]

    def flow(number: int) -> None:
        transaction(number, appointments.list_slots, None, write=False)
        body = {"slot_id": f"s{number}"}
        hold = transaction(number, appointments.create_hold, body, write=True)
        body = {"hold_id": hold["id"]}
        transaction(number, appointments.create_appointment, body, write=True)

    event.listen(engine, "before_cursor_execute", record)
    per_second, took = _measure(flow, _workers(engine))
    event.remove(engine, "before_cursor_execute", record)
    return per_second, took, recorded


def _handle(
    connection: Connection, handler: Callable[[Call], Any], body: Any, *, write: bool
) -> Any:
    wishes = {"audience": "adult", "limit": 5, "day": None, "after": None, "before": None}
    call = Call(connection, datetime.now(timezone.utc), "p", wishes, body)
    if not write:
        return handler(call)
    fingerprint = idempotency.fingerprint("POST", handler.__name__, body)
    return idempotency.once(call, uuid.uuid4().hex, fingerprint, handler)


def bare(engine: Engine, recorded: list[list[Statements]]) -> tuple[float, list[float]]:
    """The recorded statements, replayed on the driver's own connections and cursors."""
    local = threading.local()

    def flow(number: int) -> None:
        if not hasattr(local, "connection"):
            local.connection = engine.raw_connection()
        cursor = local.connection.cursor()
        for statements in recorded[number]:
            for statement, parameters in statements:
                cursor.execute(statement, parameters)
            local.connection.commit()

    return _measure(flow, _workers(engine))


def _workers(engine: Engine) -> int:
    return 1 if engine.dialect.name == "sqlite" else THREADS


def _measure(flow: Callable[[int], None], workers: int) -> tuple[float, list[float]]:
    def timed(number: int) -> float:
        began = time.perf_counter()
        flow(number)
        return time.perf_counter() - began

    with ThreadPoolExecutor(workers) as pool:
        began = time.perf_counter()
        took = list(pool.map(timed, range(FLOWS)))
        return FLOWS / (time.perf_counter() - began), took


def report(kind: str) -> None:
    """Prints the three measurements on one kind of database."""
    with database(kind) as engine:
        http = over_http(engine)
    with database(kind) as engine:
        per_second, took, recorded = without_http(engine)
    with database(kind) as engine:
        limit = bare(engine, recorded)
    for name, rate, seconds in (
        (f"over HTTP, {CLIENTS} clients", *http),
        ("the handlers alone", per_second, took),
        ("the bare database", *limit),
    ):
        p95 = 1000 * statistics.quantiles(seconds, n=20)[-1]
        share = 100 * rate / limit[0]
        print(f"{kind:11} {name:22} {rate:8.0f} {p95:9.1f} {share:11.0f} %")


def main() -> int:
    """Prints one table; 0 also where PostgreSQL is missing, which is said."""
    print(
        f"{'database':11} {'booking flow':22} {'flows/s':>8} {'p95 (ms)':>9} {'of the limit':>13}"
    )
    report("sqlite")
    try:
        report("postgresql")
    except psycopg2.OperationalError:
        print(f"NOT MEASURED ON POSTGRESQL: it does not answer at {POSTGRES}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
