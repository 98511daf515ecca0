"""Databases of each kind, and backends that run on them."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql
from served import Backend

from backend import migrate

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://root@127.0.0.1:5432/test")
KINDS = ["sqlite", "postgresql"]


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database without tables, dropped at the end.

    Skips the test, and says so, where PostgreSQL does not answer.
    """
    if kind == "sqlite":
        yield f"sqlite:///{folder}/backend-{uuid.uuid4().hex}.sqlite"
        return
    try:
        server = psycopg2.connect(POSTGRES, connect_timeout=2)
    except psycopg2.OperationalError:
        pytest.skip(f"NOT TESTED ON POSTGRESQL: it does not answer at {POSTGRES}")
    server.autocommit = True
    name = f"backend_test_{uuid.uuid4().hex[:12]}"
    with server.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield POSTGRES.rsplit("/", 1)[0] + "/" + name
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            cursor.execute(drop)
    server.close()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database without tables, of each kind."""
    with new_database(request.param, tmp_path) as url:
        yield url


@contextmanager
def running(url: str) -> Iterator[Backend]:
    """A backend that listens, on a database with tables and nothing in them."""
    served = Backend(url)
    migrate.upgrade(served.engine)
    served.start()
    try:
        yield served
    finally:
        served.stop()


@pytest.fixture(scope="session", params=KINDS)
def shared_backend(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Backend]:
    """One backend for each kind of database; `backend` empties it before every test."""
    folder = tmp_path_factory.mktemp("shared")
    with new_database(request.param, folder) as url, running(url) as served:
        yield served


@pytest.fixture
def backend(shared_backend: Backend) -> Backend:
    """A backend with the people of the tests and no times, at NOW, on each kind of database."""
    shared_backend.reset()
    return shared_backend


@pytest.fixture(scope="module")
def sqlite_backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """One backend on SQLite for a whole file, for tests that leave each other alone."""
    with new_database("sqlite", tmp_path_factory.mktemp("backend")) as url, running(url) as served:
        served.reset()
        yield served
