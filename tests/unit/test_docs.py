"""The documents name only what is there, and every setting that the code reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.runtime.environment import PORTS, QUIET, SECRETS
from bot.runtime.transcript import (
    FIRST,
    LAST,
    PAGE,
    README,
    ROOT,
    SCENES,
    Scene,
    TranscriptError,
    excerpt,
    page,
    play,
    put_into,
)

DOCS = [README, *sorted((ROOT / "docs").rglob("*.md")), ROOT / "backend" / "README.md"]
CODE = [p for d in ("bot", "actions", "backend") for p in sorted((ROOT / d).rglob("*.py"))]
MAKE_TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
TOP = {path.name for path in ROOT.iterdir()}

#: Made by running, so not in a fresh clone.
MADE = ("var/", ".venv/", "bot/content/medicines_fest.yml")
#: The example of a new topic.
EXAMPLES = ("data/nlu/faq/gift_card.yml",)


def ids(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code_in(text: str) -> Iterator[str]:
    """What stands in code marks, one span or line each."""
    for block in re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))


def paths_in(text: str) -> Iterator[str]:
    """The paths from the root that are named in code marks."""
    for span in code_in(text):
        for word in re.findall(r"[\w./<>*-]+", span):
            top, slash, _ = word.partition("/")
            if slash and top in TOP and not word.startswith((*MADE, *EXAMPLES)):
                yield word.rstrip(".")


@pytest.mark.parametrize("document", DOCS, ids=ids)
def test_every_path_that_a_document_names_is_there(document: Path) -> None:
    for name in paths_in(document.read_text(encoding="utf-8")):
        pattern = re.sub(r"<\w+>", "*", name).rstrip("/")
        assert any(ROOT.glob(pattern)), f"{name} is not there"


@pytest.mark.parametrize("document", DOCS, ids=ids)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8")):
        if not target.startswith("https://"):
            assert (document.parent / target).exists(), f"{target} is not there"


@pytest.mark.parametrize("document", DOCS, ids=ids)
def test_every_make_target_that_a_document_names_is_there(document: Path) -> None:
    for span in code_in(document.read_text(encoding="utf-8")):
        for target in re.findall(r"^(?:\w+=\w+ )*make ([a-z-]+)", span):
            assert target in MAKE_TARGETS, f"make {target}"


@pytest.mark.parametrize("document", DOCS, ids=ids)
def test_every_module_that_a_document_runs_is_there(document: Path) -> None:
    for span in code_in(document.read_text(encoding="utf-8")):
        for module in re.findall(r"python -m ((?:bot|backend|bench|tests)[\w.]*)", span):
            path = ROOT / module.replace(".", "/")
            assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


@pytest.mark.parametrize("document", DOCS, ids=ids)
def test_every_command_of_ours_that_a_document_names_is_there(document: Path) -> None:
    commands = (ROOT / "bot" / "__main__.py").read_text(encoding="utf-8")
    for span in code_in(document.read_text(encoding="utf-8")):
        for command in re.findall(r"python -m bot ([a-z-]+)", span):
            assert f'"{command}"' in commands, command


def environment_reads() -> set[str]:
    """The environment variables that the code and the wiring read.

    In Python: the first text in a call or subscript that reaches into something named like the
    environment, written out or by a constant of the module.
    """
    names = {*PORTS, *SECRETS}
    for path in CODE:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            for key in keys_into_environment(node):
                value = constants.get(key.id) if isinstance(key, ast.Name) else None
                value = key.value if isinstance(key, ast.Constant) else value
                if isinstance(value, str) and re.fullmatch(r"[A-Z][A-Z0-9_]+", value):
                    names.add(value)
    names |= set(re.findall(r"\$\{(\w+)\}", (ROOT / "endpoints.yml").read_text()))
    names |= set(re.findall(r"%\(ENV_(\w+)\)s", (ROOT / "deploy/supervisord.conf").read_text()))
    return names


def keys_into_environment(node: ast.AST) -> list[ast.expr]:
    """What may be a variable's name: in `environ["X"]`, `environ.get("X")`, `f(environ, "X")`."""
    if isinstance(node, ast.Subscript) and "environ" in ast.unparse(node.value):
        return [node.slice]
    if isinstance(node, ast.Call):
        parts = [node.func, *node.args]
        if any("environ" in ast.unparse(part) for part in parts):
            return node.args
    return []


def test_the_environment_variables_are_found_in_the_code() -> None:
    # by subscript, by get, through a function, by a constant's name, in the wiring
    found = environment_reads()
    known = {"BACKEND_URL", "CHAT_ORIGINS", "DEMO_CLINIC", "NORWEGIAN_MODEL", "TRACKER_DB"}
    assert known <= found
    assert "SERVICE_TOKEN" in found


def test_the_settings_table_names_every_environment_variable() -> None:
    text = README.read_text(encoding="utf-8")
    section = text.partition("\n## Settings\n")[2].partition("\n## ")[0]
    told = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", section))
    # PYTHON is the interpreter that `make run` runs with, handed to the supervisor.
    assert environment_reads() - set(QUIET) - {"PYTHON"} == told


def test_readme_says_first_what_it_must_not_be_used_for() -> None:
    head = README.read_text(encoding="utf-8")[:1500]
    for words in ("ikke medisinsk utstyr", "ikke CE-merket", "ikke til bruk", "ring 113"):
        assert words in head


def block_of_readme() -> str:
    text = README.read_text(encoding="utf-8")
    return text.partition("<!-- transcript -->\n")[2].partition("<!-- /transcript -->")[0]


def test_readme_shows_a_part_of_the_transcript() -> None:
    whole = set(PAGE.read_text(encoding="utf-8").splitlines())
    shown = [line for line in block_of_readme().splitlines() if line.strip() not in ("", "...")]
    assert shown, "make it with `python -m bot.runtime.transcript`"
    assert [line for line in shown if line not in whole] == []


def test_the_transcript_has_every_conversation() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for scene in SCENES:
        assert f"## {scene.title}\n" in text
    assert text.count("\nPasient:   ") == sum(len(scene.says) for scene in SCENES)


def assistant_that_says(*replies: list[dict[str, object]]) -> httpx.Client:
    """A client of an assistant that gives these replies, one a message."""
    left = list(replies)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/conversations"):
            return httpx.Response(201, json={"token": "t"})
        return httpx.Response(200, json={"messages": left.pop(0)})

    return httpx.Client(base_url="http://test/chat", transport=httpx.MockTransport(answer))


def test_a_conversation_is_written_with_its_buttons_and_outcome() -> None:
    scene = Scene("A price", ("hva koster det?",), "faq")
    reply = [
        {
            "text": "350 kroner.",
            "buttons": [{"title": "Bestill time", "payload": "x"}],
            "custom": {"type": "faq", "topic": "price", "source": ["a:1", "a:2"]},
        }
    ]
    written = page([(scene, play(assistant_that_says(reply), scene))])
    assert "## A price\n" in written
    assert "Pasient:   hva koster det?\nAssistent: 350 kroner.\n" in written
    assert "           [Bestill time]\n           [faq: price; a:1, a:2]\n" in written


def test_a_conversation_that_ends_otherwise_is_an_error() -> None:
    scene = Scene("A price", ("hva koster det?",), "faq")
    with pytest.raises(TranscriptError, match="A price"):
        play(assistant_that_says([{"text": "Hva mener du?"}]), scene)


def test_readme_shows_a_long_conversation_without_its_middle() -> None:
    said = tuple(f"melding {number}" for number in range(FIRST + LAST + 3))
    scene = Scene("Long", said, "faq")
    replies = [[{"text": "ja", "custom": {"type": "faq"}}] for _ in said]
    block = excerpt([(scene, play(assistant_that_says(*replies), scene))])
    shown = [text for text in said if f"Pasient:   {text}\n" in block]
    assert shown == [*said[:FIRST], *said[-LAST:]]
    assert "\n           ...\n" in block


def test_only_the_marked_place_of_readme_is_written() -> None:
    before = "a\n<!-- transcript -->\nold\n<!-- /transcript -->\nb\n"
    after = put_into(before, "new\n")
    assert after == "a\n<!-- transcript -->\nnew\n<!-- /transcript -->\nb\n"
    assert put_into(after, "new\n") == after


def test_a_readme_without_the_marks_is_an_error() -> None:
    with pytest.raises(TranscriptError, match="transcript"):
        put_into("nothing here", "new\n")
