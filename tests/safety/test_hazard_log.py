"""Every hazard of the log is named by a test, and every test file the log names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOG = (ROOT / "docs" / "safety" / "hazard-log.md").read_text(encoding="utf-8")
TESTS = {
    path: path.read_text(encoding="utf-8")
    for path in (ROOT / "tests").rglob("test_*.py")
    if path != Path(__file__)
}


@pytest.mark.parametrize("hazard", [f"H{number}" for number in range(1, 17)])
def test_the_hazard_is_in_the_log_and_named_by_a_test(hazard: str) -> None:
    assert f"| {hazard} |" in LOG
    assert any(re.search(rf"\b{hazard}\b", text) for text in TESTS.values())


def test_every_test_that_the_log_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", LOG)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_log_says_that_no_clinician_has_signed_it() -> None:
    assert "No clinician has signed" in LOG
