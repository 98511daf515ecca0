"""Loads the FAQ from Rasa's own training files, one file a topic."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.adapters.clinic_content import load_clinic
from bot.adapters.content import ContentError, load
from bot.domain.faq import FaqFile, FaqTopic

FOLDER = Path(__file__).resolve().parents[2] / "data" / "nlu" / "faq"


def load_faq(today: date, folder: Path = FOLDER) -> dict[str, FaqTopic]:
    """The topics by name; raises ContentError where a file is broken, lacking or expired."""
    topics = {path.stem: _topic(path) for path in sorted(folder.glob("*.yml"))}
    facts = load_clinic().words()
    for name, topic in topics.items():
        for fault in topic.faults(facts, today):
            path = folder / f"{name}.yml"
            raise ContentError(path, _line(path, "responses:"), f"{fault}.", "Mend the answer.")
    return topics


def _topic(path: Path) -> FaqTopic:
    """The topic of one file, which has one intent and one answer, both named after the file."""
    content = load(path, FaqFile)
    intent, response = f"faq/{path.stem}", f"utter_faq/{path.stem}"
    if [block.intent for block in content.nlu] != [intent]:
        raise ContentError(path, _line(path, "nlu:"), "Not one intent.", f"Name it `{intent}`.")
    answers = content.responses.get(response, ())
    if list(content.responses) != [response] or len(answers) != 1:
        raise ContentError(
            path, _line(path, "responses:"), "Not one answer.", f"Name it `{response}`."
        )
    return FaqTopic(path.stem, content.nlu[0].examples, answers[0])


def _line(path: Path, start: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((i for i, line in enumerate(lines, 1) if line.startswith(start)), 1)
