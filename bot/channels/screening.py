"""The red-flag screen as the channel's own net under the assistant."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Protocol

from bot.channels.replies import Message
from bot.domain.outcomes import triage_outcome

logger = logging.getLogger(__name__)


class Screen(Protocol):
    """What the channel needs of `bot.domain.red_flags.RedFlagScreen`."""

    @property
    def version(self) -> str:
        """The version of the rules."""

    def screen(self, message: str, earlier: Sequence[str] = ()) -> Any:
        """A `bot.domain.red_flags.Screening` of a message, with the patient's earlier ones."""


def urgent_reply(screen: Screen, text: str, earlier: Sequence[str]) -> list[Message]:
    """The screen's reply where it finds something urgent; nothing where it does not, or fails."""
    try:
        screening = screen.screen(text, earlier)
    except Exception as error:  # the caller's safe text, with the phone numbers, takes over
        logger.error("The red-flag screen failed with %s.", type(error).__name__)
        return []
    if not screening.reply:
        return []
    rule_ids = [finding.rule_id for finding in screening.findings]
    custom = triage_outcome(screening.level, rule_ids, screening.contacts, screen.version)
    return [{"text": screening.reply, "custom": custom}]
