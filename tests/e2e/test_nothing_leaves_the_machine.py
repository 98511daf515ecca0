"""No process opens a connection to anything but this machine, from training to booking."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.runtime.environment import ROOT
from bot.runtime.model import ensure_trained
from tests.e2e.assistant import Assistant

STRACE = shutil.which("strace")
needs_strace = pytest.mark.skipif(
    STRACE is None, reason="strace is not installed: connections were NOT checked"
)

#: An address that a process connected or sent to, as strace prints it.
ADDRESS = re.compile(r'sin6?_port=htons\((\d+)\).*?(?:inet_addr\("|AF_INET6, ")([0-9a-fA-F.:]+)"')
LOOPBACK = re.compile(r"127\.|::1$|::ffff:127\.|0\.0\.0\.0$|::$")


def outside_addresses(log: Path) -> set[str]:
    """The addresses off this machine in a trace."""
    return {
        f"{address}:{port}"
        for port, address in ADDRESS.findall(log.read_text(errors="replace"))
        if not LOOPBACK.match(address)
    }


def traced(log: Path) -> list[str]:
    """The command that traces a program and all it starts."""
    calls = "trace=connect,sendto,sendmsg,sendmmsg"
    return [str(STRACE), "-f", "-qq", "--seccomp-bpf", "-e", calls, "-o", str(log)]


@needs_strace
def test_a_conversation_up_to_a_booking_stays_on_the_machine(tmp_path: Path) -> None:
    def log_of(name: str) -> Path:
        return tmp_path / f"{name}.connections"

    watched = Assistant(tmp_path, ensure_trained(), lambda name: traced(log_of(name)))
    watched.start("backend", "actions", "rasa")
    try:
        patient = watched.patient("kari")
        patient.say("hva koster det")
        patient.say("jeg vil bestille time")
        patient.say("den første")
        assert patient.say("ja").custom("appointment")
        assert patient.say("plutselig sterke brystsmerter og jeg er kaldsvett").level
    finally:
        watched.stop_all()

    for name in ("backend", "actions", "rasa"):
        assert outside_addresses(log_of(name)) == set(), name
    assert "127.0.0.1" in log_of("rasa").read_text(errors="replace"), "the trace sees connections"


@needs_strace
def test_rasa_does_not_report_an_error_to_anyone(tmp_path: Path) -> None:
    # Rasa sends a report of each crash unless the environment forbade it before the start.
    log = tmp_path / "connections.log"
    command = (
        "import sys; sys.argv = ['rasa', 'train']\n"
        "import bot.runtime.quiet_rasa, rasa.cli.train, sentry_sdk\n"
        "rasa.cli.train.run_training = lambda *a, **k: {'a crash inside Rasa': 1}[k['none']]\n"
        "try:\n    bot.runtime.quiet_rasa.main()\n"
        "finally:\n    print('reports to:', sentry_sdk.Hub.current.client)\n"
    )
    crashed = subprocess.run(
        [*traced(log), sys.executable, "-c", command],
        cwd=ROOT, env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True, check=False,
    )  # fmt: skip
    assert crashed.returncode != 0
    assert b"reports to: None" in crashed.stdout, "no reporting client was ever set up"
    assert outside_addresses(log) == set()
