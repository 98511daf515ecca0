"""The numbered outbox: every message to a patient, kept until the conversation ends or expires.

A client that lost its connection, or a server that was restarted, goes on from a number. It holds
what the assistant said, never what the patient wrote.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from weakref import WeakValueDictionary

import sqlalchemy as sa

from bot.channels.replies import Message
from bot.channels.tokens import LIFETIME

_METADATA = sa.MetaData()
_CONVERSATIONS = sa.Table(
    "web_conversations",
    _METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("created", sa.Float, nullable=False, index=True),
)
_MESSAGES = sa.Table(
    "web_messages",
    _METADATA,
    sa.Column("conversation", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("turn", sa.String(64), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
_PURGE_EVERY = 600.0


class Outbox:
    """Numbered messages by conversation, in a database (`sqlite:///...` or PostgreSQL)."""

    def __init__(self, database_url: str, clock: Callable[[], float] = time.time) -> None:
        self._engine = _engine(database_url)
        self._clock = clock
        self._purged_at = float("-inf")
        self._changed: WeakValueDictionary[str, asyncio.Event] = WeakValueDictionary()
        _METADATA.create_all(self._engine)

    def open(self, conversation: str) -> None:
        """Starts a conversation. Expired ones are removed now and then on the way."""
        now = self._clock()
        with self._engine.begin() as database:
            database.execute(_CONVERSATIONS.insert().values(id=conversation, created=now))
        if now - self._purged_at > _PURGE_EVERY:
            self._purged_at = now
            self._remove(_CONVERSATIONS.c.created < now - LIFETIME)

    def is_open(self, conversation: str) -> bool:
        """Whether the conversation was started here and is not deleted."""
        with self._engine.connect() as database:
            found = database.execute(
                sa.select(_CONVERSATIONS.c.id).where(_CONVERSATIONS.c.id == conversation)
            )
            return found.first() is not None

    def append(self, conversation: str, turn: str, messages: list[Message]) -> list[Message]:
        """Numbers and keeps the messages that answer a turn, and wakes whoever waits for them."""
        with self._engine.begin() as database:
            last = database.execute(
                sa.select(sa.func.coalesce(sa.func.max(_MESSAGES.c.number), 0)).where(
                    _MESSAGES.c.conversation == conversation
                )
            ).scalar_one()
            numbered = [{"id": last + i, **message} for i, message in enumerate(messages, start=1)]
            rows = [
                {
                    "conversation": conversation,
                    "number": message["id"],
                    "turn": turn,
                    "body": json.dumps(message, ensure_ascii=False),
                }
                for message in numbered
            ]
            database.execute(_MESSAGES.insert(), rows)
        self._wake(conversation)
        return numbered

    def of_turn(self, conversation: str, turn: str) -> list[Message]:
        """The messages that answered a turn; none when it was not answered yet."""
        return self._messages(_MESSAGES.c.conversation == conversation, _MESSAGES.c.turn == turn)

    def after(self, conversation: str, number: int) -> list[Message]:
        """The messages of a conversation with a higher number, in order."""
        return self._messages(_MESSAGES.c.conversation == conversation, _MESSAGES.c.number > number)

    def delete(self, conversation: str) -> None:
        """Removes the conversation and all its messages."""
        self._remove(_CONVERSATIONS.c.id == conversation)
        self._wake(conversation)

    def close(self) -> None:
        """Closes the connections to the database."""
        self._engine.dispose()

    async def wait(self, conversation: str, seconds: float) -> None:
        """Returns when the conversation changes in this process, or when the time is up."""
        changed = self._changed.setdefault(conversation, asyncio.Event())
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(changed.wait(), seconds)

    def _wake(self, conversation: str) -> None:
        if changed := self._changed.pop(conversation, None):
            changed.set()

    def _messages(self, *conditions: sa.sql.ColumnElement[bool]) -> list[Message]:
        query = sa.select(_MESSAGES.c.body).where(*conditions).order_by(_MESSAGES.c.number)
        with self._engine.connect() as database:
            return [json.loads(body) for body in database.execute(query).scalars()]

    def _remove(self, condition: sa.sql.ColumnElement[bool]) -> None:
        gone = sa.select(_CONVERSATIONS.c.id).where(condition)
        with self._engine.begin() as database:
            database.execute(_MESSAGES.delete().where(_MESSAGES.c.conversation.in_(gone)))
            database.execute(_CONVERSATIONS.delete().where(condition))


def _engine(database_url: str) -> sa.engine.Engine:
    url = sa.engine.make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"check_same_thread": False})
    with engine.connect() as database:
        database.exec_driver_sql("PRAGMA journal_mode=WAL")
    return engine
