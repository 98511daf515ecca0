"""What all actions share: whatever fails, the patient gets an answer and nothing is lost."""

from __future__ import annotations

import logging
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.services import services
from actions.turn import Turn
from bot.domain.failures import place_of

logger = logging.getLogger(__name__)


class SafeAction:
    """Beside `Action`: runs `act` on the turn, and turns every failure into words and numbers."""

    def name(self) -> str:
        """The action's name in the domain."""
        raise NotImplementedError

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Runs the action on this turn."""
        before = len(dispatcher.messages)
        try:
            return await self.act(Turn.of(tracker, dispatcher, services()))
        except Exception as error:  # whatever fails, the patient gets an answer
            # The error's text may hold what the patient wrote: only its kind and place are logged.
            logger.error("%s failed: %s", self.name(), place_of(error))
            del dispatcher.messages[before:]
            dispatcher.utter_message(response="utter_technical_problem")
            return []

    async def act(self, turn: Turn) -> list[EventType]:
        """What the action does."""
        raise NotImplementedError

