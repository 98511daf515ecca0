"""What the backend says when its database fails it: nothing was done, or nobody knows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from served import Backend, kind
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError, OperationalError

from backend.tables import cases

CASE = {"reason": "complaint", "summary": "hemmelig"}


@pytest.fixture
def fail(backend: Backend) -> Iterator[Callable[[str, Exception], None]]:
    """Makes the database raise an error at an event of its engine, until the test is over."""
    listening: list[tuple[str, Callable[..., None]]] = []

    def at(moment: str, error: Exception) -> None:
        def listener(*_args: object) -> None:
            raise error

        event.listen(backend.engine, moment, listener)
        listening.append((moment, listener))

    yield at
    for moment, listener in listening:
        event.remove(backend.engine, moment, listener)


def count(backend: Backend) -> int:
    with backend.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(cases)).scalar_one())


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/slots"), ("POST", "/v1/cases")])
def test_without_its_database_it_says_that_nothing_was_done(
    backend: Backend, fail: Callable[[str, Exception], None], method: str, path: str
) -> None:
    fail("before_cursor_execute", OperationalError("SELECT 1", {}, Exception("gone")))
    answer = backend.call(method, path, body=None if method == "GET" else CASE)
    assert (answer.status_code, kind(answer)) == (503, "unavailable")
    assert backend.http.get("/health").status_code == 503


def test_a_commit_that_breaks_off_is_never_called_undone(
    backend: Backend, fail: Callable[[str, Exception], None]
) -> None:
    fail("commit", OperationalError("COMMIT", {}, Exception("gone")))
    answer = backend.call("POST", "/v1/cases", body=CASE)
    assert (answer.status_code, kind(answer)) == (500, "internal")


def test_after_a_commit_that_broke_off_the_next_write_goes_through(backend: Backend) -> None:
    def break_off(_connection: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    event.listen(backend.engine, "commit", break_off)
    assert backend.call("POST", "/v1/cases", key="the-same-key", body=CASE).status_code == 500
    event.remove(backend.engine, "commit", break_off)
    assert backend.call("POST", "/v1/cases", key="the-same-key", body=CASE).status_code == 201
    assert count(backend) == 1


def test_a_fault_of_ours_undoes_everything_and_tells_the_log_no_patients_words(
    backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    def break_cases(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("INSERT INTO cases"):
            raise IntegrityError(statement, CASE, Exception(CASE["summary"]))

    caplog.set_level(logging.DEBUG)
    event.listen(backend.engine, "before_cursor_execute", break_cases)
    answer = backend.call("POST", "/v1/cases", key="the-same-key", body=CASE)
    event.remove(backend.engine, "before_cursor_execute", break_cases)
    assert (answer.status_code, kind(answer)) == (500, "internal")
    assert "IntegrityError" in caplog.text
    assert "hemmelig" not in caplog.text + answer.text
    assert count(backend) == 0
    assert backend.call("POST", "/v1/cases", key="the-same-key", body=CASE).status_code == 201
    assert count(backend) == 1
