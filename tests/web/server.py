"""Runs the test app on a real socket, in a thread, and can restart it."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from sanic import Sanic

from tests.web.app import ScriptedAgent, create_app

_names = itertools.count()


class Server:
    """The test app at `address`. After `stop` and `start` it is a new process' worth of memory."""

    def __init__(self, folder: Path, port: int, **settings: Any) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._port = port
        self._folder = folder
        self._settings = settings
        self._app: Sanic | None = None
        self._server: Any = None
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.start()

    @property
    def agent(self) -> ScriptedAgent:
        """The scripted assistant."""
        assert self._app
        agent: ScriptedAgent = self._app.ctx.agent
        return agent

    def start(self) -> None:
        self._app = create_app(self._folder, f"server_{next(_names)}", **self._settings)
        self._server = self._await(self._listen(self._app))

    def stop(self) -> None:
        """Closes the port and drops every open connection."""
        self._await(self._close())

    def _await(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(20)

    async def _listen(self, app: Sanic) -> Any:
        app.config.KEEP_ALIVE = False
        server = await app.create_server(
            "127.0.0.1", self._port, return_asyncio_server=True, access_log=False
        )
        assert server
        await server.startup()
        await server.before_start()
        await server.after_start()
        return server

    async def _close(self) -> None:
        self._server.close()
        for connection in list(self._server.connections):
            connection.abort()
        await self._server.wait_closed()
