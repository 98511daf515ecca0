"""Loads the eligibility trees, and refuses those that do not hang together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from bot.adapters.clinic_content import load_clinic
from bot.adapters.content import CONTENT_ROOT, ContentError, load, load_folder
from bot.domain.eligibility import NEXT, Leaf, Tree
from bot.domain.eligibility_predicates import PREDICATES
from bot.domain.questions import Question

FOLDER = CONTENT_ROOT / "eligibility"


@dataclass(frozen=True)
class Shared:
    """What services share: questions and leaves by id, and what is said around a decision."""

    id: str
    source: str
    reviewed_on: date
    questions: tuple[Question, ...]
    leaves: tuple[Leaf, ...]
    texts: dict[str, str]


@lru_cache
def load_eligibility() -> Mapping[str, Tree]:
    """The tree of each service; raises ContentError where one is broken."""
    shared = _load_shared()
    return {
        service: _complete(tree, shared) for service, tree in load_folder(FOLDER, Tree).items()
    }


def load_eligibility_texts() -> Mapping[str, str]:
    """What is said around a decision, by name; raises ContentError where the file is broken."""
    return _load_shared().texts


@lru_cache
def _load_shared() -> Shared:
    return load(CONTENT_ROOT / "eligibility_texts.yml", Shared)


def _complete(tree: Tree, shared: Shared) -> Tree:
    """The tree with the shared questions and leaves that it names; raises ContentError."""
    asked: set[str] = set()
    led_to = {tree.otherwise, tree.expired}
    for rule in tree.rules:
        if rule.predicate not in PREDICATES:
            raise _error(tree, f"The predicate `{rule.predicate}` of `{rule.id}` does not exist.")
        asked |= set(PREDICATES[rule.predicate].questions)
        led_to |= {rule.yes, rule.no, rule.unknown} - {NEXT}
    own_questions, own_leaves = _ids(tree.questions), _ids(tree.leaves)
    whole = replace(
        tree,
        questions=(
            *tree.questions,
            *(q for q in shared.questions if q.id in asked - own_questions),
        ),
        leaves=(*tree.leaves, *(leaf for leaf in shared.leaves if leaf.id in led_to - own_leaves)),
    )
    _same(tree, "the rules ask", asked, "the questions", _ids(whole.questions))
    _same(tree, "the rules lead to", led_to, "the leaves", _ids(whole.leaves))
    for text in _texts_of(whole):
        _check_facts(tree, text)
    return whole


def _ids(items: Iterable[Question | Leaf]) -> set[str]:
    return {item.id for item in items}


def _same(tree: Tree, wants: str, wanted: set[str], holds: str, held: set[str]) -> None:
    if wanted != held:
        odd = ", ".join(sorted(wanted ^ held))
        raise _error(tree, f"What {wants} and {holds} that stand there differ: {odd}.")


def _texts_of(tree: Tree) -> Iterator[str]:
    for leaf in tree.leaves:
        yield from (leaf.says, leaf.why, *leaf.instead)
        for button in leaf.buttons:
            yield from (button.title, button.payload)
    for question in tree.questions:
        yield from (question.text, question.help or "")


def _check_facts(tree: Tree, text: str) -> None:
    try:
        text.format_map({**load_clinic().words(), "medicine": "", "Medicine": ""})
    except (KeyError, ValueError) as error:
        raise _error(tree, f"`{text[:40]}...` names a fact that is not there: {error}.") from error


def _error(tree: Tree, problem: str) -> ContentError:
    return ContentError(FOLDER / f"{tree.id}.yml", 1, problem, "Mend it in the file.")
