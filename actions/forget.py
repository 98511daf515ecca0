"""Being forgotten: the answers of the questionnaire go at once, the rest is shown the way."""

from __future__ import annotations

from rasa_sdk import Action
from rasa_sdk.events import EventType, SlotSet

from actions.safe_action import SafeAction
from actions.turn import Turn


class DeleteMyData(SafeAction, Action):
    """Forgets the answers that the conversation holds, and says what it can't delete."""

    def name(self) -> str:
        return "action_delete_my_data"

    async def act(self, turn: Turn) -> list[EventType]:
        turn.say("utter_forgotten")
        return [SlotSet("errand", None)]
