"""Loads the clinic's settings."""

from __future__ import annotations

from functools import lru_cache

from bot.adapters.content import CONTENT_ROOT, load
from bot.domain.clinic import Clinic


@lru_cache
def load_clinic() -> Clinic:
    """The clinic's settings; raises ContentError where the file is broken."""
    return load(CONTENT_ROOT / "clinic.yml", Clinic)
