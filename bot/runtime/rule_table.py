"""Writes `docs/safety/rules.md` from the content: `python -m bot.runtime.rule_table`."""

from __future__ import annotations

from pathlib import Path

from bot.adapters.red_flag_content import load_content

PAGE = Path(__file__).resolve().parents[2] / "docs" / "safety" / "rules.md"

_HEAD = """# Red-flag rules

Generated from `bot/content/red_flags/` by `python -m bot.runtime.rule_table`; do not edit.
Rule version {version}. **Clinical sign-off: none.** No clinician has approved these rules.

A rule fires when one sign of each group (groups are joined by `and`) is stated and counts, and
none of its exceptions is. It gives a level of urgency; it does not name an illness.

"""


def rule_table() -> str:
    """The table of all rules and sharp questions as Markdown. Raises ContentError."""
    content = load_content()
    parts = [_HEAD.format(version=content.settings.version)]
    for area in content.areas:
        parts.append(f"## {area.id}\n\nSource: {area.source}. Reviewed on {area.reviewed_on}.\n\n")
        parts.append("| rule | level | basis | covers | applies to | needs | unless | sign-off |\n")
        parts.append("|---|---|---|---|---|---|---|---|\n")
        for rule in area.rules:
            parts.append(
                f"| `{rule.id}` | {rule.level} | {rule.basis} | {rule.covers} | {rule.applies_to} "
                f"| {_needs(rule.needs)} | {', '.join(rule.unless) or '–'} | none |\n"
            )
        parts.append("\n")
        for question in area.questions:
            parts.append(
                f"Asks `{question.id}` ({question.basis}) where {_needs(question.needs)}: "
                f"«{question.text.strip()}» Yes: {question.yes_level}, "
                f"unclear: {question.unclear_level}, "
                f"no: {question.no_level or 'nothing urgent'}.\n\n"
            )
    return "".join(parts).rstrip() + "\n"


def _needs(groups: list[list[str]]) -> str:
    return " **and** ".join(" / ".join(group) for group in groups)


if __name__ == "__main__":
    PAGE.write_text(rule_table(), encoding="utf-8")
