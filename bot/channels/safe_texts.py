"""The channel's own sentences: the greeting, and what is said when no answer can be given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.adapters.clinic_content import load_clinic
from bot.adapters.content import CONTENT_ROOT, load
from bot.channels.replies import Message
from bot.domain.privacy import Kind


@dataclass(frozen=True)
class Button:
    """A quick reply: what it says, and what is sent when it is chosen."""

    title: str
    payload: str


@dataclass(frozen=True)
class Call:
    """Whom to call: a name and a phone number."""

    name: str
    phone: str


@dataclass(frozen=True)
class SafeTexts:
    """The content of `safe_texts.yml`. Texts name a clinic fact as `{fact}`."""

    id: str
    source: str
    reviewed_on: date
    greeting: list[str]
    greeting_buttons: list[Button]
    safe_reply: str
    too_long: str
    empty: str
    rate_limited: str
    masked_notice: str
    masked_kinds: dict[Kind, str]
    in_english: str
    contacts: list[Call]


class SafeReplies:
    """The channel's sentences as messages, with the clinic's numbers filled in."""

    def __init__(self, texts: SafeTexts, facts: dict[str, str]) -> None:
        self._texts = texts
        self._facts = facts

    @classmethod
    def from_content(cls) -> SafeReplies:
        """Reads the content; raises ContentError, or KeyError for a fact the clinic lacks."""
        texts = load(CONTENT_ROOT / "safe_texts.yml", SafeTexts)
        replies = cls(texts, dict(load_clinic().words()))
        replies.safe_reply()
        return replies

    def greeting(self) -> list[Message]:
        """The first messages: what this is, what it is not, emergencies, what is stored."""
        messages: list[Message] = [{"text": self._filled(text)} for text in self._texts.greeting]
        messages[-1]["buttons"] = [vars(button) for button in self._texts.greeting_buttons]
        return messages

    def safe_reply(self) -> list[Message]:
        """No answer could be given: whom to call meanwhile."""
        contacts = [
            {"name": call.name, "phone": self._filled(call.phone)} for call in self._texts.contacts
        ]
        custom = {"type": "safe_reply", "contacts": contacts}
        return [{"text": self._filled(self._texts.safe_reply), "custom": custom}]

    def too_long(self) -> list[Message]:
        """The message is longer than the assistant reads."""
        return [{"text": self._filled(self._texts.too_long)}]

    def empty(self) -> list[Message]:
        """There is nothing to read in the message."""
        return [{"text": self._filled(self._texts.empty)}]

    def rate_limited(self) -> list[Message]:
        """Too many messages in a short time."""
        return [{"text": self._filled(self._texts.rate_limited)}]

    def masked_notice(self, kinds: frozenset[Kind]) -> Message:
        """What was taken out of the patient's message, and why not to send it."""
        named = [name for kind, name in self._texts.masked_kinds.items() if kind in kinds]
        return {"text": self._texts.masked_notice.format(what=" og ".join(named))}

    def in_english(self) -> Message:
        """For who does not write Norwegian: that the answers are, and the emergency numbers."""
        return {"text": self._filled(self._texts.in_english)}

    def _filled(self, text: str) -> str:
        return text.format_map(self._facts)
