"""Starts the booking backend: `python -m backend`. Settings: see README.md."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import socket
import sys
from datetime import datetime, timezone

from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from backend.app import create_app, prepare
from backend.database import Database, open_engine
from backend.serve import BACKLOG, serve
from backend.settings import Settings, SettingsError, settings_from


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _listen(settings: Settings) -> socket.socket:
    """The listening socket; raises SettingsError when the address can't be had."""
    address = f"{settings.host}:{settings.port}"
    listening = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(BACKLOG)
    except OSError as error:
        why = "is taken" if error.errno == errno.EADDRINUSE else f"can't be had ({error.strerror})"
        raise SettingsError(
            f"{address} {why}. Mend: stop what uses it, or set BACKEND_PORT or BACKEND_HOST."
        ) from error
    return listening


def _open_database(settings: Settings) -> Database:
    """The database, up to date; raises SettingsError when it can't be reached."""
    try:
        database = Database(open_engine(settings.database_url))
        prepare(database, settings, _now)
    except (ArgumentError, NoSuchModuleError) as error:
        raise SettingsError(
            "DATABASE_URL is no address of SQLite or PostgreSQL. "
            "Mend: sqlite:////path/to/file or postgresql://user@host/name."
        ) from error
    except OperationalError as error:
        raise SettingsError(
            "The database does not answer. Mend: check DATABASE_URL, and that it runs."
        ) from error
    return database


def main() -> int:
    """Serves until it is told to stop; 2 when it can't start."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("backend").setLevel(logging.INFO)
    try:
        settings = settings_from(os.environ)
        listening = _listen(settings)
        database = _open_database(settings)
    except SettingsError as error:
        print(f"The booking backend can't start: {error}", file=sys.stderr)
        return 2
    app = create_app(settings, database, _now)
    logging.getLogger("backend").info("listening on %s:%d", settings.host, settings.port)
    try:
        asyncio.run(serve(app, listening, settings, database, _now))
    finally:
        database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
