"""The database: one transaction a call, run in threads beside the event loop.

SQLite takes one writer at a time, so there is one writing thread; the others would only wait in
its busy loop, without an order. Writes begin with `BEGIN IMMEDIATE`: a transaction that has read
and then may not write would fail in the middle.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.pool import QueuePool

T = TypeVar("T")

THREADS = 8
BUSY_SECONDS = 4  # below the 5 s after which the assistant gives up
_POSTGRES_LIMITS = f"-c statement_timeout={BUSY_SECONDS}s -c lock_timeout={BUSY_SECONDS}s"


def open_engine(url: str) -> Engine:
    """An engine for SQLite (`sqlite:///file`) or PostgreSQL (`postgresql://...`).

    Raises SQLAlchemy's ArgumentError or NoSuchModuleError for an address that is neither.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            parsed,
            pool_size=2 * THREADS,
            pool_pre_ping=True,
            hide_parameters=True,  # an error's text must not carry what a patient wrote
            connect_args={"connect_timeout": BUSY_SECONDS, "options": _POSTGRES_LIMITS},
        )
    Path(parsed.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        parsed,
        # Kept open: closing the last connection makes SQLite tidy its log away, at great cost.
        poolclass=QueuePool,
        pool_size=2 * THREADS,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late; see _begin_sqlite
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # a booking that was answered survives a crash
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


class CommitFailed(Exception):
    """The commit itself broke off: what was written may or may not stand."""


class Database:
    """Runs work in a transaction of its own, in a thread."""

    def __init__(self, engine: Engine) -> None:
        one_writer = engine.dialect.name == "sqlite"
        self.engine = engine
        self._readers = ThreadPoolExecutor(THREADS, "backend-read")
        self._writers = ThreadPoolExecutor(1 if one_writer else THREADS, "backend-write")

    async def read(self, work: Callable[[Connection], T]) -> T:
        """The result of work that only reads."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """The result of work that writes, when it is safely stored.

        Whatever work raises undoes it all. Raises CommitFailed when nobody can know.
        """
        return await asyncio.get_running_loop().run_in_executor(self._writers, self._write, work)

    def close(self) -> None:
        """Waits for what is under way, then lets go of every connection."""
        self._readers.shutdown()
        self._writers.shutdown()
        self.engine.dispose()

    def _read(self, work: Callable[[Connection], T]) -> T:
        reading = self.engine.connect().execution_options(writing=False)
        with reading as connection, connection.begin():
            return work(connection)

    def _write(self, work: Callable[[Connection], T]) -> T:
        with self.engine.connect() as connection:
            transaction = connection.begin()
            try:
                result = work(connection)
            except BaseException:
                transaction.rollback()
                raise
            try:
                transaction.commit()
            except Exception as error:
                # The connection may still be in its transaction, and on SQLite lock all others out.
                connection.invalidate()
                raise CommitFailed from error
            return result
