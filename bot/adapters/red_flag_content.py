"""Loads the red-flag rules and the lexicon from `bot/content/` into a screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bot.adapters.content import CONTENT_ROOT, ContentError, load, load_folder
from bot.adapters.red_flag_examples import load_second_reader
from bot.domain.red_flag_concepts import Lexicon, UnknownConcept
from bot.domain.red_flags import Area, RedFlagContent, RedFlagScreen, Settings


@dataclass(frozen=True)
class LexiconFile:
    """One file of `bot/content/lexicon/`: concepts with their words, or a list of plain words.

    `heads` and `tails`: concepts that may form compounds; `ordinary`: words that are never a
    misspelling of a word of the lexicon; `often_misspelt`: short words that are read when misspelt;
    `own_spelling`: words that are read only as they are written, `own_spelling_beside_aeoeaa`:
    the same in a message with æ, ø or å; `equivalents`: a word and its variants;
    `endings`: an ending and those it may stand for; `intensifiers`: what
    may be put before any word ("kjempe").
    """

    id: str
    source: str
    reviewed_on: str
    concepts: dict[str, list[str]] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)
    tails: list[str] = field(default_factory=list)
    ordinary: list[str] = field(default_factory=list)
    often_misspelt: list[str] = field(default_factory=list)
    own_spelling: list[str] = field(default_factory=list)
    own_spelling_beside_aeoeaa: list[str] = field(default_factory=list)
    equivalents: dict[str, str] = field(default_factory=dict)
    endings: dict[str, str] = field(default_factory=dict)
    intensifiers: list[str] = field(default_factory=list)


def load_content(root: Path = CONTENT_ROOT) -> RedFlagContent:
    """The rules, replies and words of the screen. Raises ContentError."""
    files = load_folder(root / "lexicon", LexiconFile)
    concepts: dict[str, list[str]] = {}
    for name, file in files.items():
        for concept, patterns in file.concepts.items():
            if concept in concepts:
                raise ContentError(
                    root / "lexicon" / f"{name}.yml",
                    1,
                    f"The concept `{concept}` is defined in another file too.",
                    "Keep one of them.",
                )
            concepts[concept] = patterns
    lexicon = Lexicon(
        concepts,
        heads=[head for file in files.values() for head in file.heads],
        tails=[tail for file in files.values() for tail in file.tails],
        ordinary=_words(line for file in files.values() for line in file.ordinary),
        often_misspelt=_words(line for file in files.values() for line in file.often_misspelt),
        own_spelling=_words(line for file in files.values() for line in file.own_spelling),
        own_spelling_beside_aeoeaa=_words(
            line for file in files.values() for line in file.own_spelling_beside_aeoeaa
        ),
        equivalents={
            word: variants.split()
            for file in files.values()
            for word, variants in file.equivalents.items()
        },
        endings={
            ending: others.split()
            for file in files.values()
            for ending, others in file.endings.items()
        },
        intensifiers=[start for file in files.values() for start in file.intensifiers],
    )
    areas = load_folder(root / "red_flags", Area)
    return RedFlagContent(
        load(root / "red_flag_settings.yml", Settings), list(areas.values()), lexicon
    )


def _words(lines: Iterable[str]) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


@cache
def load_screen(root: Path = CONTENT_ROOT) -> RedFlagScreen:
    """A screen ready for use. Raises ContentError where its content can't be used.

    Learning the second reader, the first time after a change, takes half a minute.
    """
    content = load_content(root)
    try:
        screen = RedFlagScreen(content)
    except UnknownConcept as error:
        raise ContentError(
            root / "red_flags",
            1,
            f"A pattern or rule can't be read: {error}.",
            "Define the name, or correct it.",
        ) from error
    files = sorted([*(root / "red_flags").glob("*.yml"), *(root / "lexicon").glob("*.yml")])
    code = sorted((Path(__file__).parents[1] / "domain").glob("red_flag*.py"))
    screen.second_reader = load_second_reader(screen.by_rules, [*files, *code])
    return screen
