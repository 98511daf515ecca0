"""Walks a rule tree: asks what can still change the outcome, and decides with its reasons.

A tree is a spine of rules, read from top to bottom like a paper form. Each rule asks one
predicate: yes, no or unknown. An answer leads on to the next rule or to a leaf. A leaf that says
`not_eligible` ends the walk; one that says `needs_doctor` is a doubt: it is noted, and the walk
goes on, because a later rule may still say no. At the end of the spine stands the leaf
`otherwise`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from bot.domain.clinic import Clinic
from bot.domain.decision import Decision
from bot.domain.eligibility_facts import Facts, Known
from bot.domain.eligibility_predicates import PREDICATES
from bot.domain.questions import Question

Outcome = Literal["eligible", "not_eligible", "needs_doctor"]
#: What the assistant offers to do after a leaf that is not a no.
Offer = Literal["visit", "renewal"]

NEXT = "next"


@dataclass(frozen=True)
class Button:
    """A next step: what stands on it, and what the patient says by pressing it."""

    title: str
    payload: str


@dataclass(frozen=True)
class Leaf:
    """Where a walk ends: the decision and what the patient is told, decision first."""

    id: str
    decision: Outcome
    says: str
    why: str
    source: str
    instead: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    offers: Offer | None = None


@dataclass(frozen=True)
class Rule:
    """One question of law or service: a named predicate, and where each answer leads.

    `yes`, `no` and `unknown` are `next` or the id of a leaf.
    """

    id: str
    predicate: str
    source: str
    yes: str
    no: str
    unknown: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Tree:
    """The rules of one service, as its file has them."""

    id: str
    title: str
    source: str
    reviewed_on: date
    version: str
    valid_from: date
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    leaves: tuple[Leaf, ...]
    otherwise: str
    expired: str
    valid_to: date | None = None

    def leaf(self, leaf_id: str) -> Leaf:
        """The leaf of that id; raises StopIteration where there is none."""
        return next(leaf for leaf in self.leaves if leaf.id == leaf_id)

    def question(self, question_id: str) -> Question:
        """The question of that id; raises StopIteration where there is none."""
        return next(question for question in self.questions if question.id == question_id)


def listens_for(tree: Tree) -> tuple[str, ...]:
    """What the tree's rules take from the patient's words: questions, and what is never asked."""
    used = [PREDICATES[rule.predicate] for rule in tree.rules]
    return tuple(dict.fromkeys(name for p in used for name in (*p.questions, *p.heard)))


@dataclass(frozen=True)
class Ask:
    """The question whose answer can change the outcome."""

    question_id: str


def in_force(item: Tree | Rule, day: date) -> bool:
    """Whether a tree or a rule applies on a day; `valid_to` is its last day."""
    begun = item.valid_from is None or item.valid_from <= day
    return begun and (item.valid_to is None or day <= item.valid_to)


def as_of(tree: Tree, day: date) -> Tree:
    """The tree with the rules that apply on a day."""
    return replace(tree, rules=tuple(rule for rule in tree.rules if in_force(rule, day)))


def evaluate(
    tree: Tree, answers: Mapping[str, Any], known: Known, now: datetime, clinic: Clinic
) -> Ask | Decision:
    """The next question that can change the outcome, or the decision.

    A tree that is not in force refuses to judge: its leaf `expired` says that a doctor must look.
    """
    facts = Facts(answers, known, now, clinic)
    current = as_of(tree, facts.today)
    walk = _Walk(current, facts)
    if not in_force(tree, facts.today):
        return walk.decide([], [current.leaf(tree.expired)])
    return walk.go()


class _Walk:
    """One walk down the spine with fixed facts."""

    def __init__(self, tree: Tree, facts: Facts) -> None:
        self._tree, self._facts = tree, facts

    def go(self) -> Ask | Decision:
        path: list[tuple[Rule, str]] = []
        doubts: list[Leaf] = []
        for position, rule in enumerate(self._tree.rules):
            question = self._open_question(rule)
            if question is not None:
                if len(self._possible(position, bool(doubts))) > 1:
                    return Ask(question)
                continue
            truth = self._truth(rule)
            path.append((rule, truth))
            leaf = self._target(rule, truth)
            if leaf is None:
                continue
            if leaf.decision == "needs_doctor":
                doubts.append(leaf)
                continue
            return self.decide(path, [leaf])
        return self.decide(path, doubts or [self._tree.leaf(self._tree.otherwise)])

    def decide(self, path: list[tuple[Rule, str]], leaves: list[Leaf]) -> Decision:
        """The decision of these leaves, which all have the same outcome."""
        sources = [rule.source for rule, truth in path if self._target(rule, truth) in leaves]
        return Decision(
            outcome=leaves[0].decision,
            reasons=tuple(dict.fromkeys(f"{self._tree.id}.{leaf.id}" for leaf in leaves)),
            path=tuple(f"{rule.id}={truth}" for rule, truth in path),
            inputs=self._inputs(path),
            sources=tuple(dict.fromkeys([*sources, *(leaf.source for leaf in leaves)])),
            rule_version=self._tree.version,
        )

    def _truth(self, rule: Rule) -> str:
        value = PREDICATES[rule.predicate].test(self._facts)
        return "unknown" if value is None else "yes" if value else "no"

    def _open_question(self, rule: Rule) -> str | None:
        """The question that this rule still lacks; None where its predicate is settled."""
        if self._truth(rule) != "unknown":
            return None
        for question in PREDICATES[rule.predicate].questions:
            if question not in self._facts.answers:
                return question
        return None

    def _target(self, rule: Rule, truth: str) -> Leaf | None:
        target = getattr(rule, truth)
        return None if target == NEXT else self._tree.leaf(target)

    def _possible(self, position: int, doubted: bool) -> frozenset[str]:
        """Every outcome that the answers still to come may lead to."""
        if position == len(self._tree.rules):
            last = self._tree.leaf(self._tree.otherwise).decision
            return frozenset(["needs_doctor" if doubted else last])
        rule = self._tree.rules[position]
        open_ = self._open_question(rule) is not None
        truths = ("yes", "no", "unknown") if open_ else (self._truth(rule),)
        outcomes: frozenset[str] = frozenset()
        for leaf in {self._target(rule, truth) for truth in truths}:
            if leaf is None or leaf.decision == "needs_doctor":
                outcomes |= self._possible(position + 1, doubted or leaf is not None)
            else:
                outcomes |= {leaf.decision}
        return outcomes

    def _inputs(self, path: list[tuple[Rule, str]]) -> dict[str, Any]:
        """What the predicates on the path could use: answers by question, facts as `known.x`."""
        inputs: dict[str, Any] = {}
        for rule, _ in path:
            predicate = PREDICATES[rule.predicate]
            for question in (*predicate.questions, *predicate.heard):
                if question in self._facts.answers:
                    inputs[question] = self._facts.answers[question]
            for name in predicate.known:
                value = getattr(self._facts.known, name)
                if value is not None:
                    inputs[f"known.{name}"] = value
        return inputs
