"""Collects what Rasa says in one turn, each utterance as one message object."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel

Message = dict[str, Any]

_FIELDS = ("text", "buttons", "custom", "image", "attachment")


class TurnReplies(CollectingOutputChannel):
    """The messages of one turn, in order, with text and outcome together.

    Rasa's own collector splits a text at blank lines and parts it from its `custom` object.
    """

    @classmethod
    def name(cls) -> str:
        """The channel's name, which responses may be conditioned on."""
        return "web"

    async def send_response(self, recipient_id: str, message: Message) -> None:
        """Keeps one utterance; an outcome without a text joins the text right before it."""
        kept = {field: message[field] for field in _FIELDS if message.get(field)}
        if not kept:
            return
        last = self.messages[-1] if self.messages else None
        if last is not None and set(kept) == {"custom"} and "custom" not in last:
            last["custom"] = kept["custom"]
        else:
            self.messages.append(kept)
