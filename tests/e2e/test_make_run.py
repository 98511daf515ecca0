"""`python -m bot run`: one command starts all, Ctrl-C ends all, faults are one sentence."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bot.runtime.environment import ROOT
from bot.runtime.model import ensure_trained
from tests.e2e.assistant import Assistant

ENDS_WITHIN = 60


def environment(folder: Path) -> dict[str, str]:
    """Ports and a run folder of one's own."""
    ports = Assistant(folder, ensure_trained()).environment
    names = ("RASA_PORT", "ACTIONS_PORT", "BACKEND_PORT")
    return {**os.environ, **{name: ports[name] for name in names}, "RUN_FOLDER": str(folder)}


def run(folder: Path, env: dict[str, str], root: Path = ROOT) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=root,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def listening(port: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0


def test_it_prints_one_address_answers_there_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    env = environment(tmp_path)
    running = run(tmp_path, env)
    seen = []
    try:
        for line in running.stdout or ():
            seen.append(line)
            if line.startswith("Ready."):
                break
        said = "".join(seen)
        assert "Norwegian language model: nb_" in said
        url = said.split("Chat here: ")[1].split()[0]
        assert httpx.get(url).status_code == 200
        status = httpx.get(f"{url}status").json()
        assert status["language_model"]["name"].startswith("nb_")
        assert "lacks" in status["language_model"]
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=ENDS_WITHIN)
    for name in ("RASA_PORT", "ACTIONS_PORT", "BACKEND_PORT"):
        assert not listening(env[name]), f"{name} is still served"


def test_a_taken_port_is_one_sentence_with_the_mend(tmp_path: Path) -> None:
    env = environment(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(env["ACTIONS_PORT"])))
        other.listen()
        running = run(tmp_path, env)
        said, _ = running.communicate(timeout=ENDS_WITHIN)
    assert running.returncode == 1
    assert f"Port {env['ACTIONS_PORT']} is taken" in said
    assert "ACTIONS_PORT=" in said
    assert "Traceback" not in said


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The code and content, to break."""
    folder = tmp_path / "copy"
    for name in ("bot", "data", "deploy"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def test_a_broken_content_file_is_one_sentence_with_file_line_and_mend(
    tmp_path: Path, copy: Path
) -> None:
    clinic = copy / "bot" / "content" / "clinic.yml"
    clinic.write_text(clinic.read_text().replace("reviewed_on:", "reviewd_on:"))
    running = run(tmp_path, environment(tmp_path), copy)
    said, _ = running.communicate(timeout=ENDS_WITHIN)
    assert running.returncode == 1
    assert "clinic.yml:" in said
    assert "reviewd_on" in said
    assert "Mend:" in said
    assert "Traceback" not in said
