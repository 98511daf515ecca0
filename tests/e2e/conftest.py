"""One running assistant for all end-to-end tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.runtime.model import ensure_trained
from tests.e2e.assistant import Assistant


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Backend, actions and Rasa, really running."""
    running = Assistant(tmp_path_factory.mktemp("run"), ensure_trained())
    running.start("backend", "actions", "rasa")
    yield running
    running.stop_all()
