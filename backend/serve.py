"""Listens until the process is told to stop, then lets what is under way come to its end.

Sanic's own runner is left aside: a SIGTERM that reaches it while it starts can be lost, and it
would then run on for ever.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket

from sanic import Sanic
from sqlalchemy.engine import Connection

from backend import demo, idempotency
from backend.app import Clock
from backend.database import Database
from backend.settings import Settings

BACKLOG = 1024  # connections that may wait: with Sanic's 100, 200 clients at once lose some
LAST_CALLS_SECONDS = 5.0  # no caller waits longer for an answer
MAINTENANCE_SECONDS = 3600
_log = logging.getLogger("backend")


async def serve(
    app: Sanic, listening: socket.socket, settings: Settings, database: Database, clock: Clock
) -> None:
    """Serves until SIGTERM or SIGINT, with the hourly maintenance beside it."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await app.create_server(
        sock=listening, backlog=BACKLOG, access_log=False, return_asyncio_server=True
    )
    await server.startup()
    maintenance = loop.create_task(_maintain(settings, database, clock))
    await stop.wait()
    maintenance.cancel()
    server.close()
    deadline = loop.time() + LAST_CALLS_SECONDS
    while server.connections and loop.time() < deadline:
        for connection in server.connections:
            connection.close_if_idle()
        await asyncio.sleep(0.02)


async def _maintain(settings: Settings, database: Database, clock: Clock) -> None:
    """Every hour: forgets old keys and, in the demo clinic, adds the times of the next day."""

    def work(connection: Connection) -> None:
        idempotency.forget_old_keys(connection, clock())
        if settings.demo_clinic:
            demo.seed(connection, clock())

    while True:
        await asyncio.sleep(MAINTENANCE_SECONDS)
        try:
            await database.write(work)
        except Exception as error:  # it is tried again in an hour; the service goes on
            _log.error("maintenance failed: %s", type(error).__name__)
