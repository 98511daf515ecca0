"""A FAQ topic: the ways it is asked, and the one reviewed answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

#: The registers that examples are labelled with.
REGISTERS = (
    "bokmal", "nynorsk", "trondersk", "nordnorsk", "bergensk", "stavangersk", "sunnmorsk",
    "ostfold", "typo", "no_aeoeaa", "runon", "short", "buried", "l2", "sv", "da", "en",
)  # fmt: skip

#: The longest first part of an answer, in characters.
MAX_TEXT = 400
MAX_BUTTONS = 3


@dataclass(frozen=True)
class Example:
    """One way in which people ask; its metadata names the register it is written in."""

    text: str
    metadata: dict[str, str]

    @property
    def register(self) -> str:
        return self.metadata.get("register", "none")


@dataclass(frozen=True)
class Intent:
    intent: str
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Button:
    title: str
    payload: str


@dataclass(frozen=True)
class AnswerMetadata:
    """Where an answer comes from and what must be found in it.

    `facts`: phrases that must stand in the text or in `more`, after filling. `more`: what stands
    behind "les mer". `note`: for editors, such as a contradiction in the source.
    """

    id: str
    title: str
    source: tuple[str, ...]
    reviewed_on: date
    valid_from: date
    facts: tuple[str, ...]
    more: str = ""
    note: str = ""
    valid_to: date | None = None


@dataclass(frozen=True)
class Answer:
    text: str
    metadata: AnswerMetadata
    buttons: tuple[Button, ...] = ()

    def whole(self, facts: Mapping[str, str]) -> str:
        """The text and what stands behind "les mer", filled; raises KeyError on an unknown fact."""
        return f"{self.text} {self.metadata.more}".format_map(facts)


@dataclass(frozen=True)
class FaqFile:
    """One file of `data/nlu/faq/`, as Rasa reads it too."""

    version: str
    nlu: tuple[Intent, ...]
    responses: dict[str, tuple[Answer, ...]]


@dataclass(frozen=True)
class FaqTopic:
    """One topic with its examples and its answer."""

    name: str
    examples: tuple[Example, ...]
    answer: Answer

    def faults(self, facts: Mapping[str, str], today: date) -> list[str]:
        """What an editor must mend, in words; empty where all is well."""
        faults = []
        metadata = self.answer.metadata
        try:
            whole = self.answer.whole(facts)
            text = self.answer.text.format_map(facts)
        except KeyError as missing:
            return [f"the placeholder {{{missing.args[0]}}} is not a fact of clinic.yml"]
        if len(text) > MAX_TEXT:
            faults.append(f"the text has {len(text)} characters, {MAX_TEXT} at most; use `more`")
        if len(self.answer.buttons) > MAX_BUTTONS:
            faults.append(f"{len(self.answer.buttons)} buttons, {MAX_BUTTONS} at most")
        if metadata.valid_to and metadata.valid_to < today:
            faults.append(f"the answer expired on {metadata.valid_to}")
        folded = " ".join(whole.casefold().split())
        faults += [
            f"the fact «{fact}» is not in the answer"
            for fact in metadata.facts
            if " ".join(fact.casefold().split()) not in folded
        ]
        unknown = {e.register for e in self.examples} - set(REGISTERS)
        faults += [f"the register `{name}` is unknown" for name in sorted(unknown)]
        return faults
