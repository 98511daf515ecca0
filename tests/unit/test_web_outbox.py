"""The outbox keeps numbered messages the same way in SQLite and in PostgreSQL."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.channels.outbox import Outbox
from bot.channels.tokens import LIFETIME

POSTGRES = "postgresql://root@127.0.0.1:5432"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def outbox(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Outbox]:
    if request.param == "sqlite":
        yield Outbox(f"sqlite:///{tmp_path / 'new' / 'chat.sqlite'}", clock)
        return
    server = sa.create_engine(f"{POSTGRES}/test", isolation_level="AUTOCOMMIT")
    name = f"outbox_{uuid.uuid4().hex[:12]}"
    try:
        with server.connect() as database:
            database.exec_driver_sql(f"create database {name}")
    except sa.exc.OperationalError:
        pytest.skip("NOT TESTED: the outbox on PostgreSQL, for none answers on 127.0.0.1:5432")
    outbox = Outbox(f"{POSTGRES}/{name}", clock)
    yield outbox
    outbox.close()
    with server.connect() as database:
        database.exec_driver_sql(f"drop database {name}")
    server.dispose()


def test_messages_are_numbered_by_conversation_and_kept_in_order(outbox: Outbox) -> None:
    for conversation in ("one", "other"):
        outbox.open(conversation)
        outbox.append(conversation, "", [{"text": "Hei"}, {"text": "på deg"}])
    assert outbox.append("one", "m1", [{"text": "Så bra"}]) == [{"id": 3, "text": "Så bra"}]
    assert [message["id"] for message in outbox.after("one", 1)] == [2, 3]
    assert outbox.of_turn("one", "m1") == [{"id": 3, "text": "Så bra"}]
    assert outbox.of_turn("other", "m1") == []


def test_a_deleted_conversation_leaves_the_others(outbox: Outbox) -> None:
    for conversation in ("one", "other"):
        outbox.open(conversation)
        outbox.append(conversation, "", [{"text": "Hei"}])
    outbox.delete("one")
    assert not outbox.is_open("one")
    assert outbox.after("one", 0) == []
    assert outbox.is_open("other")
    assert outbox.after("other", 0) == [{"id": 1, "text": "Hei"}]


def test_conversations_are_removed_when_their_tokens_have_expired(
    outbox: Outbox, clock: Clock
) -> None:
    outbox.open("old")
    outbox.append("old", "", [{"text": "Hei"}])
    clock.now += LIFETIME
    outbox.open("young")
    assert outbox.is_open("old")
    clock.now += 700
    outbox.open("younger")
    assert not outbox.is_open("old")
    assert outbox.after("old", 0) == []
    assert outbox.is_open("young")


async def test_whoever_waits_is_woken_by_a_new_message(tmp_path: Path) -> None:
    outbox = Outbox(f"sqlite:///{tmp_path / 'chat.sqlite'}")
    outbox.open("one")
    waiting = asyncio.create_task(outbox.wait("one", 60))
    await asyncio.sleep(0)
    outbox.append("one", "m1", [{"text": "Hei"}])
    await asyncio.wait_for(waiting, 1)
