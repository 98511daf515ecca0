"""What `python -m bot screen "..."` prints: the level, why, and what was discounted."""

from __future__ import annotations

from bot.adapters.red_flag_content import load_screen
from bot.domain.red_flags import Screening


def explain(message: str) -> str:
    """The screening of a message in words: rule ids, the words that fired, what did not count.

    Raises ContentError where the rule content can't be used.
    """
    screen = load_screen()
    return f"{_as_text(screen.screen(message))}\nrules: {screen.version}"


def _as_text(screening: Screening) -> str:
    lines = [f"level: {screening.level or 'none'}"]
    for finding in screening.findings:
        lines.append(
            f"  {finding.level}  {finding.rule_id}  ({finding.basis})  {_quoted(finding.words)}"
        )
    for sign in screening.discounted:
        lines.append(f"  discounted  {sign.rule_id}  {sign.why}  {_quoted(sign.words)}")
    if screening.question:
        lines.append(f"asks: {screening.question.id}  {screening.question.text}")
    if screening.reply:
        lines.append(f"says: {screening.reply}")
    if screening.contacts:
        lines.append("calls: " + ", ".join(f"{c.name} {c.phone}" for c in screening.contacts))
    return "\n".join(lines)


def _quoted(words: tuple[str, ...]) -> str:
    return "«" + " ".join(words) + "»"
