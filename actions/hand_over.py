"""A person instead: a case with the support desk, and the ways to reach someone now."""

from __future__ import annotations

from rasa_sdk import Action
from rasa_sdk.events import EventType

from actions.safe_action import SafeAction
from actions.turn import Turn
from bot.adapters.booking import BackendUnavailable, OutcomeUnknown, Refused
from bot.adapters.clinic_content import load_clinic


class HandOver(SafeAction, Action):
    """Opens a case where that can be done; the contacts are given either way."""

    def name(self) -> str:
        return "action_hand_over"

    async def act(self, turn: Turn) -> list[EventType]:
        case_id = await self._case(turn)
        if case_id:
            turn.say("utter_handed_over", case_id=case_id)
        else:
            turn.say("utter_person_contacts")
        phone = str(load_clinic().facts["support_phone"].value)
        contacts = [{"name": "Kundestøtte", "phone": phone}]
        turn.show({"type": "handover", "case_id": case_id, "contacts": contacts})
        return []

    async def _case(self, turn: Turn) -> str | None:
        """The id of the case that the desk now has; None where none could be opened."""
        try:
            case = await turn.services.backend.open_case(
                reason="wants-a-person",
                summary=turn.state.get("kind", ""),
                contact=None,
                patient_token=turn.patient_token,
                key=turn.key("case", turn.message_id),
            )
        except (BackendUnavailable, OutcomeUnknown, Refused):
            return None
        return case.id
