"""The same write under the same key is done once and answered the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from backend import problems
from backend.call import Call
from backend.problems import Problem
from backend.tables import idempotency_keys

REMEMBERED_FOR = timedelta(hours=24)


def fingerprint(method: str, path: str, body: Any) -> str:
    """What makes two requests the same: method, path, and the body whatever its spacing."""
    text = json.dumps([method, path, body], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def once(
    call: Call, key: str, request: str, handler: Callable[[Call], tuple[int, Any]]
) -> tuple[int, Any]:
    """The handler's answer, or the one that was given under this key before.

    The key is put down first, in the same transaction: a second call that comes at the same time
    waits for it and then answers what the first one did. A refusal is an answer too; what the
    handler had written is undone, and the key stays. Raises Problem `idempotency-mismatch`.
    """
    owner = call.patient_id or ""
    mine = (idempotency_keys.c.owner == owner, idempotency_keys.c.key == key)
    try:
        with call.connection.begin_nested():
            call.connection.execute(
                insert(idempotency_keys).values(
                    owner=owner,
                    key=key,
                    fingerprint=request,
                    status=0,
                    body=None,
                    answered_at=call.now,
                )
            )
    except IntegrityError:
        earlier = call.connection.execute(select(idempotency_keys).where(*mine)).one()
        if earlier.fingerprint != request:
            raise problems.idempotency_mismatch() from None
        return earlier.status, earlier.body
    try:
        with call.connection.begin_nested():
            status, body = handler(call)
    except Problem as problem:
        status, body = problem.status, problem.body()
    call.connection.execute(update(idempotency_keys).where(*mine).values(status=status, body=body))
    return status, body


def forget_old_keys(connection: Connection, now: datetime) -> None:
    """Drops the keys whose time is over, and with them the answers they hold."""
    oldest = now - REMEMBERED_FOR
    connection.execute(delete(idempotency_keys).where(idempotency_keys.c.answered_at < oldest))
