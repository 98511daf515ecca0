"""Starts the whole assistant and keeps it running until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from bot.nlu import language_model
from bot.runtime.content_check import check_content
from bot.runtime.environment import PORTS, ROOT, process_environment
from bot.runtime.model import ensure_trained

#: How long the slowest process may take to answer, in seconds.
PATIENCE = 120


class RunError(Exception):
    """The assistant can't start; the message is one sentence and the mend."""


def run() -> int:
    """Checks content and ports, trains if needed, starts the processes and waits for the end."""
    run_folder = Path(os.environ.get("RUN_FOLDER", ROOT / "var")).resolve()
    check_content()
    environment = process_environment(run_folder, Path("not-trained-yet"))
    for name in PORTS:
        _refuse_taken_port(name, int(environment[name]))
    environment = process_environment(run_folder, ensure_trained())
    (run_folder / "log").mkdir(parents=True, exist_ok=True)
    print(f"Norwegian language model: {language_model.resolve()}", flush=True)
    print("Starts the booking backend, the actions and Rasa ...", flush=True)
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "supervisor.supervisord", "-c", "deploy/supervisord.conf"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    signal.signal(signal.SIGTERM, lambda *_: supervisor.terminate())
    try:
        _wait_until_ready(environment, supervisor, run_folder / "log")
        print(f"\nReady. Chat here: http://127.0.0.1:{environment['RASA_PORT']}/chat/")
        print(f"Logs: {run_folder / 'log'}   Stop: Ctrl-C", flush=True)
        return supervisor.wait()
    except KeyboardInterrupt:
        print("\nStops ...", flush=True)
        return 0
    finally:
        supervisor.terminate()
        supervisor.wait(timeout=30)


def _refuse_taken_port(name: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise RunError(
                f"Port {port} is taken by another program. "
                f"Stop that program, or choose another port: {name}={port + 1000} make run"
            ) from error


def health_urls(environment: dict[str, str]) -> dict[str, str]:
    """Where each process says that it is up."""
    return {
        "booking backend": f"{environment['BACKEND_URL']}/health",
        "actions": f"http://127.0.0.1:{environment['ACTIONS_PORT']}/health",
        "Rasa": f"http://127.0.0.1:{environment['RASA_PORT']}/chat/status",
    }


def _wait_until_ready(
    environment: dict[str, str], supervisor: subprocess.Popen[bytes], logs: Path
) -> None:
    waiting = health_urls(environment)
    deadline = time.monotonic() + PATIENCE
    while waiting:
        if supervisor.poll() is not None or time.monotonic() > deadline:
            raise RunError(
                f"{' and '.join(waiting)} did not start. The reason stands at the end of the "
                f"log files in {logs}."
            )
        for name, url in list(waiting.items()):
            if _answers(url):
                print(f"  {name}: up", flush=True)
                del waiting[name]
        time.sleep(0.3)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
