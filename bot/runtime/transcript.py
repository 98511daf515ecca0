"""Has the conversations of README with a running assistant: `python -m bot.runtime.transcript`.

Writes them to `docs/transcript.md`, and cut short to README. The assistant's address comes from
the environment variable `CHAT_URL`; it must be the demo clinic, for one of the patients logs in.
"""

from __future__ import annotations

import os
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "transcript.md"
README = ROOT / "README.md"

ADDRESS = "http://127.0.0.1:5005/chat"
#: How long the assistant may take to answer, in seconds.
PATIENCE = 30

WIDTH = 96
#: How many turns of a conversation README shows from its start and from its end.
FIRST, LAST = 4, 3

_PATIENT, _ASSISTANT = "Pasient:   ", "Assistent: "
_INDENT = " " * len(_ASSISTANT)

_MARKED = re.compile(r"(?<=<!-- transcript -->\n).*?(?=<!-- /transcript -->)", re.DOTALL)

Message = dict[str, Any]


class TranscriptError(Exception):
    """A conversation did not end as it should, or README has no place for it."""


@dataclass(frozen=True)
class Scene:
    """One conversation: what the patient says, and the type of outcome it must end in."""

    title: str
    says: tuple[str, ...]
    ends_in: str
    patient: str | None = None


SCENES = (
    Scene("A question, in dialect", ("ka d koste å snakk me en lege hos dokker?",), "faq"),
    Scene(
        "From a sore throat to a booked time",
        (
            "jeg har hatt vondt i halsen i tre dager",
            "34",
            "hva koster det?",
            "nei",
            "nei, puster som vanlig",
            "nei",
            "nei vent, fire dager",
            "ja, litt",
            "trettiåtte og en halv",
            "nei",
            "nei",
            "ja",
            "ja gjerne",
            "den første",
            "ja",
        ),
        "appointment",
        patient="kari",
    ),
    Scene(
        "A sick note for days gone by, in nynorsk",
        ("eg treng sjukmelding frå i går",),
        "eligibility",
    ),
    Scene(
        "An emergency in the middle of something else",
        ("jeg vil bestille time", "pappa har fått vondt i brystet og er kald og klam"),
        "triage",
    ),
)


@dataclass(frozen=True)
class Turn:
    """What the patient said, and all that came back."""

    said: str
    replies: tuple[Message, ...]


def play(client: httpx.Client, scene: Scene) -> list[Turn]:
    """Has one conversation. Raises TranscriptError where it ends in something else, and
    httpx.HTTPError where the assistant does not answer.
    """
    headers = {"Authorization": f"Bearer {_post(client, '/conversations', {})['token']}"}
    if scene.patient:
        login = _post(client, "/login", {"patient": scene.patient})
        headers["X-Patient-Token"] = login["patient_token"]
    turns = []
    for number, text in enumerate(scene.says):
        body = {"text": text, "message_id": f"m{number}"}
        answer = _post(client, "/messages", body, headers)
        turns.append(Turn(text, tuple(answer["messages"])))
    outcomes = [(message.get("custom") or {}).get("type") for message in turns[-1].replies]
    if scene.ends_in not in outcomes:
        raise TranscriptError(f"«{scene.title}» ends in {outcomes}, not in {scene.ends_in}.")
    return turns


def _post(
    client: httpx.Client, path: str, body: Message, headers: dict[str, str] | None = None
) -> Message:
    """The answer's body. Raises httpx.HTTPError where there is none."""
    answer = client.post(path, json=body, headers=headers)
    answer.raise_for_status()
    found: Message = answer.json()
    return found


def page(conversations: list[tuple[Scene, list[Turn]]]) -> str:
    """The whole page `docs/transcript.md`."""
    lines = [
        "# Conversations with the running assistant",
        "",
        "Written by `python -m bot.runtime.transcript`; do not edit. The patients and doctors are"
        " made up. In brackets: the buttons, and the machine-readable outcome of a message.",
    ]
    for scene, turns in conversations:
        lines += ["", f"## {scene.title}", "", "```text", *_conversation(turns), "```"]
    return "\n".join(lines) + "\n"


def excerpt(conversations: list[tuple[Scene, list[Turn]]]) -> str:
    """The block of README: every conversation, long ones without their middle."""
    blocks = []
    for _, turns in conversations:
        if len(turns) > FIRST + LAST:
            middle = [_INDENT + "..."]
            blocks.append(
                [*_conversation(turns[:FIRST]), *middle, *_conversation(turns[-LAST:])]
            )
        else:
            blocks.append(list(_conversation(turns)))
    return "```text\n" + "\n\n".join("\n".join(block) for block in blocks) + "\n```\n"


def put_into(readme: str, block: str) -> str:
    """README with the block between its marks; raises TranscriptError where it has none."""
    if not _MARKED.search(readme):
        raise TranscriptError("README has no `<!-- transcript -->` and `<!-- /transcript -->`.")
    return _MARKED.sub(lambda _: block, readme, count=1)


def _conversation(turns: list[Turn]) -> Iterator[str]:
    for turn in turns:
        yield from _wrapped(turn.said, _PATIENT)
        speaker = _ASSISTANT
        for message in turn.replies:
            for paragraph in _paragraphs(message):
                yield from _wrapped(paragraph, speaker)
                speaker = _INDENT


def _paragraphs(message: Message) -> Iterator[str]:
    """A message's lines, then its buttons, then its outcome."""
    yield from filter(None, (message.get("text") or "").splitlines())
    buttons = [button["title"] for button in message.get("buttons") or ()]
    custom = message.get("custom") or {}
    buttons += [option["label"] for option in custom.get("options") or ()]
    if buttons:
        yield f"[{' | '.join(buttons)}]"
    if outcome := _outcome(custom):
        yield f"[{outcome}]"


def _outcome(custom: Message) -> str | None:
    """What a program reads from a message that decides something or answers from a source."""
    told = {
        "faq": ("topic", "source"),
        "triage": ("level", "reasons"),
        "eligibility": ("decision", "reasons", "sources"),
        "appointment": ("status", "start", "price_nok"),
    }
    kind = custom.get("type", "")
    if kind not in told:
        return None
    return f"{kind}: " + "; ".join(_plain(custom.get(field)) for field in told[kind])


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _wrapped(text: str, start: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=start, subsequent_indent=_INDENT)


def main() -> None:
    """Plays every scene and writes both files; nothing is written unless all went well."""
    address = os.environ.get("CHAT_URL", ADDRESS)
    try:
        with httpx.Client(base_url=address, timeout=PATIENCE) as client:
            conversations = [(scene, play(client, scene)) for scene in SCENES]
    except httpx.HTTPError as error:
        sys.exit(f"{address} does not answer as it should: {error}. Start it with `make run`.")
    readme = put_into(README.read_text(encoding="utf-8"), excerpt(conversations))
    PAGE.write_text(page(conversations), encoding="utf-8")
    README.write_text(readme, encoding="utf-8")


if __name__ == "__main__":
    main()
