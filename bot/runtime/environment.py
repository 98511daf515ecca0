"""The environment that every process of ours starts with: ports, addresses, secrets, silence."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PORTS = {"RASA_PORT": "5005", "ACTIONS_PORT": "5055", "BACKEND_PORT": "5056"}

#: Each process gets them from the environment; `make run` makes its own where none are set.
SECRETS = ("CHAT_TOKEN_SECRET", "SERVICE_TOKEN", "PATIENT_TOKEN_SECRET")

#: Nothing phones home, and libraries keep quiet about what does not concern the reader.
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    # Deprecations inside pinned packages are for their makers.
    "PYTHONWARNINGS": "ignore",
    "PYTHONUNBUFFERED": "1",
    # The action server listens on this machine only.
    "SANIC_HOST": "127.0.0.1",
}


def process_environment(
    run_folder: Path, model: Path, given: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The environment of the processes of one run; what is given wins over what is made here."""
    settings = {name: given.get(name, port) for name, port in PORTS.items()}
    return {
        **_made_secrets(run_folder, given),
        "DEMO_CLINIC": "1",
        "DATABASE_URL": f"sqlite:///{run_folder / 'backend.sqlite'}",
        "TRACKER_DB": str(run_folder / "conversations.sqlite"),
        "ACTIONS_URL": f"http://127.0.0.1:{settings['ACTIONS_PORT']}/webhook",
        "BACKEND_URL": f"http://127.0.0.1:{settings['BACKEND_PORT']}",
        **given,
        **settings,
        **QUIET,
        "RUN_FOLDER": str(run_folder),
        "RASA_MODEL": str(model),
        "PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT),
    }


def _made_secrets(run_folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Secrets for a run on one's own machine, kept so that a restart does not log everyone out."""
    if all(given.get(name) for name in SECRETS):
        return {}
    path = run_folder / "demo-secrets.json"
    if not path.exists():
        run_folder.mkdir(parents=True, exist_ok=True)
        made = {name: secrets.token_urlsafe(32) for name in SECRETS}
        path.touch(mode=0o600)
        path.write_text(json.dumps(made))
    kept: dict[str, str] = json.loads(path.read_text())
    return kept
