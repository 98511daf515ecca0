"""Databases of each kind, and backends that run on them."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql
from served import Backend, fill

from backend import migrate

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://root@127.0.0.1:5432/test")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL database of this run's own, dropped at its end; skips where none answers."""
    try:
        server = psycopg2.connect(POSTGRES, connect_timeout=2)
    except psycopg2.OperationalError:
        pytest.skip("NOT TESTED ON POSTGRESQL: it does not answer on 127.0.0.1:5432")
    server.autocommit = True
    name = sql.Identifier(f"backend_test_{uuid.uuid4().hex[:12]}")
    with server.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield POSTGRES.rsplit("/", 1)[0] + "/" + name.string
        finally:
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database without tables, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/backend.sqlite"
    url: str = request.getfixturevalue("postgres_url")
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.close()
    return url


@pytest.fixture
def backend(database_url: str) -> Iterator[Backend]:
    """A backend with the people of the tests and no times."""
    served = Backend(database_url)
    migrate.upgrade(served.engine)
    fill(served.engine)
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def sqlite_backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """One backend on SQLite for a whole file, for tests that leave each other alone."""
    served = Backend(f"sqlite:///{tmp_path_factory.mktemp('backend')}/backend.sqlite")
    migrate.upgrade(served.engine)
    fill(served.engine)
    served.start()
    yield served
    served.stop()
