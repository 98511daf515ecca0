"""What the backend needs to know to start, read from the environment and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT_DATABASE = Path(__file__).resolve().parent.parent / "var" / "backend.sqlite"
SECRET_MIN_LENGTH = 32
_HOW_TO_MAKE_ONE = "python -c 'import secrets; print(secrets.token_urlsafe(32))'"


class SettingsError(Exception):
    """The backend can't start like this; the message says what is wrong and how to mend it."""


@dataclass(frozen=True)
class Settings:
    """The backend's settings. The two secrets are never printed."""

    host: str
    port: int
    database_url: str
    service_token: str
    patient_token_secret: str
    demo_clinic: bool

    def __repr__(self) -> str:
        return f"Settings(host={self.host!r}, port={self.port}, demo_clinic={self.demo_clinic})"


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Reads the settings; raises SettingsError on a missing secret or a value that can't be."""
    port = environment.get("BACKEND_PORT", "5056")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise SettingsError(f"BACKEND_PORT is {port!r}. Mend: a number from 1 to 65535.")
    demo = environment.get("DEMO_CLINIC", "0")
    if demo not in ("0", "1"):
        raise SettingsError(f"DEMO_CLINIC is {demo!r}. Mend: 1 for the demo clinic, 0 for none.")
    return Settings(
        host=environment.get("BACKEND_HOST", "127.0.0.1"),
        port=int(port),
        database_url=environment.get("DATABASE_URL") or f"sqlite:///{DEFAULT_DATABASE}",
        service_token=_secret(environment, "SERVICE_TOKEN"),
        patient_token_secret=_secret(environment, "PATIENT_TOKEN_SECRET"),
        demo_clinic=demo == "1",
    )


def _secret(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if len(value) < SECRET_MIN_LENGTH:
        what = f"has fewer than {SECRET_MIN_LENGTH} characters" if value else "is not set"
        raise SettingsError(f"{name} {what}. Mend: set it to the output of {_HOW_TO_MAKE_ONE}")
    return value
