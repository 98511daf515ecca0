"""The layers of the code stay what docs/architecture says: who may import what."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = [p for d in ("bot", "actions", "backend") for p in sorted((ROOT / d).rglob("*.py"))]
DOMAIN = [p for p in CODE if p.is_relative_to(ROOT / "bot" / "domain")]

#: What reads a file, a socket, the clock or chance has no place in the domain.
IMPURE_MODULES = {
    "asyncio", "http", "io", "logging", "os", "pathlib", "random", "secrets", "shutil", "socket",
    "sqlite3", "subprocess", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
CLOCKS = {"now", "today", "utcnow"}


def imports_of(path: Path) -> set[str]:
    """The modules that a file imports, with their full dotted names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def importers_of(package: str) -> Iterator[str]:
    """The files that import a package, as paths from the root."""
    for path in CODE:
        if any(name.split(".")[0] == package for name in imports_of(path)):
            yield path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", DOMAIN, ids=lambda p: p.name)
def test_the_domain_imports_only_itself_and_the_standard_library(path: Path) -> None:
    for name in imports_of(path):
        top = name.split(".")[0]
        own = name.startswith("bot.domain")
        assert own or top in sys.stdlib_module_names, f"{path.name} imports {name}"
        assert top not in IMPURE_MODULES, f"{path.name} imports {name}, which is not pure"


@pytest.mark.parametrize("path", DOMAIN, ids=lambda p: p.name)
def test_the_domain_opens_no_file_and_reads_no_clock(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            assert node.func.id != "open", f"{path.name}:{node.lineno} opens a file"
        if isinstance(node.func, ast.Attribute):
            assert node.func.attr not in CLOCKS, f"{path.name}:{node.lineno} reads the clock"


def test_rasa_is_imported_only_where_it_is_wrapped() -> None:
    allowed = ("bot/nlu/", "bot/channels/", "bot/runtime/")
    assert [p for p in importers_of("rasa") if not p.startswith(allowed)] == []


def test_the_action_sdk_is_imported_only_by_actions() -> None:
    assert [p for p in importers_of("rasa_sdk") if not p.startswith("actions/")] == []


def test_the_backend_knows_nothing_of_the_assistant() -> None:
    backend = [p for p in CODE if p.is_relative_to(ROOT / "backend")]
    for path in backend:
        assert not any(name.startswith(("bot", "actions")) for name in imports_of(path)), path
