"""What runs here, for `GET /chat/status` and the start-up log."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.nlu import language_model


def status() -> dict[str, Any]:
    """The language model with what it lacks, and the trained model's name."""
    return {
        "language_model": asdict(language_model.resolve()),
        "model": Path(os.environ.get("RASA_MODEL", "")).name,
    }
