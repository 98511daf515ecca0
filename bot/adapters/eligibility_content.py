"""Loads the eligibility trees, and refuses those that do not hang together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from bot.adapters.clinic_content import load_clinic
from bot.adapters.content import CONTENT_ROOT, ContentError, load, load_folder
from bot.domain.eligibility import NEXT, Tree
from bot.domain.eligibility_predicates import PREDICATES

FOLDER = CONTENT_ROOT / "eligibility"


@dataclass(frozen=True)
class Texts:
    """What is said around a decision, whatever the service, by name."""

    id: str
    source: str
    reviewed_on: date
    texts: dict[str, str]


@lru_cache
def load_eligibility() -> Mapping[str, Tree]:
    """The tree of each service; raises ContentError where one is broken."""
    trees = load_folder(FOLDER, Tree)
    for tree in trees.values():
        _check(tree)
    return trees


@lru_cache
def load_eligibility_texts() -> Mapping[str, str]:
    """The texts that all services share; raises ContentError where the file is broken."""
    return load(CONTENT_ROOT / "eligibility_texts.yml", Texts).texts


def _check(tree: Tree) -> None:
    questions = {question.id for question in tree.questions}
    leaves = {leaf.id for leaf in tree.leaves}
    used = {tree.otherwise, tree.expired}
    asked: set[str] = set()
    for rule in tree.rules:
        if rule.predicate not in PREDICATES:
            raise _error(tree, f"The predicate `{rule.predicate}` of `{rule.id}` does not exist.")
        asked |= set(PREDICATES[rule.predicate].questions)
        used |= {rule.yes, rule.no, rule.unknown} - {NEXT}
    _same(tree, "rules ask", asked, "the file holds the questions", questions)
    _same(tree, "rules lead to", used, "the file holds the leaves", leaves)
    for leaf in tree.leaves:
        for text in (leaf.says, leaf.why, *leaf.instead):
            _check_facts(tree, text)


def _same(tree: Tree, wants: str, wanted: set[str], holds: str, held: set[str]) -> None:
    if wanted != held:
        odd = ", ".join(sorted(wanted ^ held))
        raise _error(tree, f"The {wants} one set and {holds} of another: {odd}.")


def _check_facts(tree: Tree, text: str) -> None:
    try:
        text.format_map({**load_clinic().words(), "medicine": ""})
    except (KeyError, ValueError) as error:
        raise _error(tree, f"`{text[:40]}...` names a fact that is not there: {error}.") from error


def _error(tree: Tree, problem: str) -> ContentError:
    return ContentError(Path(FOLDER / f"{tree.id}.yml"), 1, problem, "Mend it in the file.")
