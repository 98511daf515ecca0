"""Draws the eligibility rules as a page: each tree, its rules and leaves, every limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from bot.adapters.clinic_content import load_clinic
from bot.adapters.content import CONTENT_ROOT, load
from bot.adapters.eligibility_content import load_eligibility
from bot.adapters.medicine_content import PATH, MedicineFile, hand_made
from bot.domain.eligibility import NEXT, Rule, Tree, as_of, in_force
from bot.domain.eligibility_predicates import AGE_OF_CONSENT, PREDICATES

#: The clinic's settings that predicates compare with, and what each of them limits.
LIMITS = {
    "sick_note_max_days": "Longest sick note, calendar days",
    "sick_note_interval_months": "From one sick note's first day to the next, months to the day",
    "sick_note_examination": "How the clinic examines before a sick note",
    "school_certificate_days": "School certificate, days",
    "prescription_max_months": "Longest supply on a prescription, months",
    "renewal_collected_within_months": "Collected at a pharmacy within, months to the day",
    "child_max_age": "From this age nobody stands in a parent's profile, years",
}

_COLOURS = {
    "eligible": "fill:#d7f0dd",
    "not_eligible": "fill:#f9dcdc",
    "needs_doctor": "fill:#fdf0cf",
}


def rules_page(day: date | None = None) -> str:
    """The page `docs/rules.md`; with a day only the rules that apply on it.

    Raises ContentError where a content file is broken.
    """
    lines = [
        "# Rules of eligibility",
        "",
        "Written by the program from `bot/content/eligibility/`; a test fails when it lags."
        if day is None
        else f"The rules as of {day.isoformat()}.",
        "",
        "A tree is read from top to bottom. Each rule asks one predicate. A red leaf ends the"
        " walk. A yellow leaf is a doubt: it is noted and the walk goes on, because a later rule"
        " may still say no; at the end a doctor must look. A question is asked only while its"
        " answer can change the outcome.",
        "",
        *_limits(),
    ]
    for tree in load_eligibility().values():
        lines += ["", *_tree(tree, day)]
    lines += ["", *_medicines()]
    return "\n".join(lines) + "\n"


def _limits() -> Iterator[str]:
    facts = load_clinic().facts
    yield "## Limits"
    yield ""
    yield "| limit | value | setting | source |"
    yield "|---|---|---|---|"
    for name, title in LIMITS.items():
        yield f"| {title} | {facts[name].value} | `{name}` | {facts[name].source} |"
    yield (
        f"| Age of consent to health care, years | {AGE_OF_CONSENT} | law |"
        " pasient- og brukerrettighetsloven § 4-3: CLINICAL [C] |"
    )


def _tree(tree: Tree, day: date | None) -> Iterator[str]:
    yield f"## {tree.title} (`{tree.id}`)"
    yield ""
    yield (
        f"Version {tree.version}, from {tree.valid_from.isoformat()}"
        f"{_until(tree)}, reviewed {tree.reviewed_on.isoformat()}. Source: {tree.source}."
    )
    if day is not None and not in_force(tree, day):
        yield ""
        yield f"Not in force on {day.isoformat()}: a doctor must look."
        return
    shown = tree if day is None else as_of(tree, day)
    yield ""
    yield from _drawing(shown)
    yield ""
    yield "| rule | it asks | settled by | source | applies |"
    yield "|---|---|---|---|---|"
    for rule in shown.rules:
        yield (
            f"| `{rule.id}` | {_question_of(rule)} | {_settled_by(rule)} | {rule.source} |"
            f" {_dates(rule)} |"
        )
    yield ""
    yield "| leaf | decision | the patient is told | source |"
    yield "|---|---|---|---|"
    words = {**load_clinic().words(), "medicine": "(medisinen)"}
    for leaf in tree.leaves:
        yield f"| `{leaf.id}` | {leaf.decision} | {leaf.says.format_map(words)} | {leaf.source} |"


def _drawing(tree: Tree) -> Iterator[str]:
    """The tree as a Mermaid flow chart."""
    yield "```mermaid"
    yield "flowchart TD"
    for rule, below in zip(tree.rules, [*tree.rules[1:], None], strict=True):
        yield f'  r_{rule.id}{{"{rule.predicate.replace("_", " ")}?"}}'
        onward = f"r_{below.id}" if below else f"l_{tree.otherwise}"
        for target, answers in _edges(rule):
            goal = onward if target == NEXT else f"l_{target}"
            yield f"  r_{rule.id} -- {' / '.join(answers)} --> {goal}"
    drawn = {target for rule in tree.rules for target, _ in _edges(rule)} | {tree.otherwise}
    for leaf in tree.leaves:
        if leaf.id in drawn:
            yield f'  l_{leaf.id}["{leaf.id.replace("_", " ")}"]:::{leaf.decision}'
    for decision, colour in _COLOURS.items():
        yield f"  classDef {decision} {colour}"
    yield "```"


def _edges(rule: Rule) -> list[tuple[str, list[str]]]:
    """The targets of a rule with the answers that lead there."""
    edges: dict[str, list[str]] = {}
    for answer, target in (("yes", rule.yes), ("no", rule.no), ("unknown", rule.unknown)):
        edges.setdefault(target, []).append(answer)
    return list(edges.items())


def _question_of(rule: Rule) -> str:
    return " ".join((PREDICATES[rule.predicate].test.__doc__ or "").split())


def _settled_by(rule: Rule) -> str:
    predicate = PREDICATES[rule.predicate]
    parts = [f"`{name}`, known to the clinic" for name in predicate.known]
    parts += [f"`{name}`, asked" for name in predicate.questions]
    parts += [f"`{name}`, heard" for name in predicate.heard]
    return "; ".join(parts) or "the clinic's setting"


def _until(item: Tree | Rule) -> str:
    return f" to {item.valid_to.isoformat()}" if item.valid_to else ""


def _dates(rule: Rule) -> str:
    return f"from {rule.valid_from.isoformat()}{_until(rule)}" if rule.valid_from else "always"


def _medicines() -> Iterator[str]:
    """How many medicines of the hand-made table stand in each group and class."""
    medicines = hand_made(load(PATH, MedicineFile))
    counts = Counter((medicine.group, medicine.renewal or "") for medicine in medicines)
    names = sum(len(medicine.names) for medicine in medicines)
    yield "## Medicines"
    yield ""
    yield (
        f"`{PATH.relative_to(CONTENT_ROOT.parent.parent)}` holds {len(medicines)} substances with"
        f" {names} names. FEST, where it has been imported, corrects codes and groups."
    )
    yield ""
    yield "| group | renewal class | substances |"
    yield "|---|---|---|"
    for (group, renewal), count in sorted(counts.items()):
        yield f"| {group} | {renewal} | {count} |"
