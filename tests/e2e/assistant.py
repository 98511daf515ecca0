"""The running assistant, as the end-to-end tests start it and talk to it."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bot.runtime.environment import ROOT, process_environment
from bot.runtime.run_command import health_urls

#: How long a process may take to come up or to end, in seconds.
PATIENCE = 120

# fmt: off
_COMMANDS = {
    "backend": ["-m", "backend"],
    "actions": ["-m", "rasa_sdk", "--actions", "actions", "--port", "{ACTIONS_PORT}"],
    "rasa": ["-m", "bot.runtime.quiet_rasa", "run", "--interface", "127.0.0.1",
             "--port", "{RASA_PORT}", "--model", "{RASA_MODEL}"],
}
# fmt: on
_HEALTH = {"backend": "booking backend", "actions": "actions", "rasa": "Rasa"}


#: The command, by process name, that a process is run under.
Tracer = Callable[[str], list[str]]


class Assistant:
    """The three processes on ports of their own; each can be stopped and started again."""

    def __init__(self, folder: Path, model: Path, trace: Tracer | None = None) -> None:
        names = ("RASA_PORT", "ACTIONS_PORT", "BACKEND_PORT")
        ports = dict(zip(names, _free_ports(len(names)), strict=True))
        self.environment = process_environment(folder, model, {**_inherited(), **ports})
        self.folder = folder
        self._trace = trace or (lambda name: [])
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['RASA_PORT']}/chat"

    def start(self, *names: str) -> None:
        """Starts processes and waits until each answers."""
        for name in names:
            arguments = [part.format_map(self.environment) for part in _COMMANDS[name]]
            log = (self.folder / f"{name}.log").open("ab")
            self._processes[name] = subprocess.Popen(
                [*self._trace(name), sys.executable, *arguments],
                cwd=ROOT,
                start_new_session=True,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        for name in names:
            self._wait_for(name)

    def stop(self, *names: str, how: int = signal.SIGTERM) -> None:
        """Stops processes and waits until they are gone."""
        for name in names:
            os.killpg(self._processes[name].pid, how)
        for name in names:
            self._processes.pop(name).wait(timeout=PATIENCE)

    def stop_all(self) -> None:
        self.stop(*self._processes, how=signal.SIGKILL)

    def pids(self) -> dict[str, int]:
        return {name: process.pid for name, process in self._processes.items()}

    def logs(self) -> str:
        return "\n".join(
            path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log"))
        )

    def patient(self, name: str | None = None) -> Patient:
        """A new conversation, of a demo patient who is logged in or of someone who is not."""
        patient = Patient(httpx.Client(base_url=self.url, timeout=30))
        patient.begin()
        if name:
            patient.log_in(name)
        return patient

    def _wait_for(self, name: str) -> None:
        url = health_urls(self.environment)[_HEALTH[name]]
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._processes[name].poll() is not None:
                break
            try:
                if httpx.get(url, timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.2)
        raise AssertionError(f"{name} did not start:\n{self.logs()[-4000:]}")


@dataclass
class Patient:
    """Someone who chats, over HTTP, as the widget does."""

    client: httpx.Client
    headers: dict[str, str] = field(default_factory=dict)
    heard: list[dict[str, Any]] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def begin(self) -> None:
        started = self.client.post("/conversations").json()
        self.headers["Authorization"] = f"Bearer {started['token']}"

    def log_in(self, name: str) -> None:
        answer = self.client.post("/login", json={"patient": name})
        assert answer.status_code == 200, answer.text
        self.headers["X-Patient-Token"] = answer.json()["patient_token"]

    def say(self, text: str, message_id: str | None = None) -> Reply:
        """Sends a message and returns all that comes back for it."""
        return self._send({"text": text, "message_id": message_id or f"m{next(self._numbers)}"})

    def press(self, reply: Reply, title: str) -> Reply:
        """Presses a button of an earlier reply."""
        buttons = [b for message in reply.messages for b in message.get("buttons") or []]
        payload = next(b["payload"] for b in buttons if b["title"] == title)
        return self._send(
            {"text": title, "payload": payload, "message_id": f"m{next(self._numbers)}"}
        )

    def _send(self, body: dict[str, str]) -> Reply:
        answer = self.client.post("/messages", json=body, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return Reply(answer.json()["messages"])


@dataclass
class Reply:
    """The messages of one turn."""

    messages: list[dict[str, Any]]

    @property
    def text(self) -> str:
        return "\n".join(message.get("text") or "" for message in self.messages)

    def custom(self, kind: str) -> dict[str, Any] | None:
        """The outcome of a type, such as `triage`; None where the turn has none."""
        for message in self.messages:
            custom = message.get("custom") or {}
            if custom.get("type") == kind:
                return dict(custom)
        return None

    @property
    def question(self) -> str | None:
        """The id of the question that is open after this turn."""
        custom = self.custom("question")
        return custom["id"] if custom else None

    @property
    def topic(self) -> str | None:
        """The FAQ topic that was answered."""
        custom = self.custom("faq")
        return custom["topic"] if custom else None

    @property
    def level(self) -> str | None:
        """The triage level that was given."""
        custom = self.custom("triage")
        return custom["level"] if custom else None


def _free_ports(count: int) -> list[str]:
    sockets = [socket.socket() for _ in range(count)]
    for probe in sockets:
        probe.bind(("127.0.0.1", 0))
    ports = [str(probe.getsockname()[1]) for probe in sockets]
    for probe in sockets:
        probe.close()
    return ports


def _inherited() -> dict[str, str]:
    keep = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    return {name: os.environ[name] for name in keep if name in os.environ}
