"""Says the reviewed texts: answers filled from the clinic's settings, and the urgent replies.

Runs inside the Rasa server, so that an emergency or a FAQ question is answered with every other
process down.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.adapters.clinic_content import load_clinic
from bot.adapters.red_flag_content import load_screen
from bot.domain.levels import URGENT
from bot.domain.outcomes import triage_outcome
from bot.nlu.safety import RED_FLAG, SHARP_QUESTION, assess

CLARIFY = "utter_clarify"

#: What is said first to a message that led nowhere, by the action that says it.
MISSES = {
    CLARIFY: "utter_clarify_meanings",
    "utter_out_of_scope": "utter_out_of_scope",
    "utter_nothing_open": "utter_nothing_open",
}
#: Said after that, in turn: other words, then a person. Never the same reply twice running.
NEXT_TRIES = ("utter_clarify_rephrase", "utter_clarify_person")
#: Said instead while an urgent advice still stands: both say whom to call.
AFTER_URGENT = ("utter_after_red_flag", "utter_clarify_person")
AFTER_CRISIS = ("utter_after_crisis", "utter_clarify_person")

#: For so many of the patient's messages an urgent advice is still what matters most.
URGENT_TURNS = 3


class ReviewedReplies(TemplatedNaturalLanguageGenerator):
    """Rasa's own templates, with the clinic's facts and the replies that need the screen."""

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        super().__init__(domain.responses)
        self._facts = dict(load_clinic().words())

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **kwargs: Any,
    ) -> Optional[Dict[str, Any]]:
        """The message for a response name, or None where no such response exists."""
        if utter_action == RED_FLAG:
            return red_flag_message(tracker)
        if utter_action == SHARP_QUESTION:
            return sharp_question_message(tracker)
        if utter_action in MISSES:
            return self._after_miss(utter_action, tracker, output_channel)
        message = await super().generate(
            utter_action, tracker, output_channel, **{**self._facts, **kwargs}
        )
        if message and utter_action.startswith("utter_faq/"):
            message["custom"] = self._about(utter_action, message)
        return message

    def _about(self, utter_action: str, message: Dict[str, Any]) -> Dict[str, Any]:
        """What stands behind a FAQ answer, for the channel to draw: the rest, and its source."""
        metadata = message.pop("metadata", None) or {}
        about = {
            "type": "faq",
            "topic": utter_action.partition("/")[2],
            "title": metadata.get("title"),
            "source": metadata.get("source"),
            "reviewed_on": str(metadata.get("reviewed_on")),
        }
        if metadata.get("more"):
            about["more"] = metadata["more"].format_map(self._facts).strip()
        return about

    def _after_miss(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str
    ) -> Optional[Dict[str, Any]]:
        """First what fits the message, then other words, then a person; help first if urgent."""
        misses = _misses_in_a_row(tracker)
        advice = _late_urgent_advice(tracker)
        if advice:
            replies = AFTER_CRISIS if _is_crisis(advice) else AFTER_URGENT
            response = replies[misses % len(replies)]
        elif misses:
            response = NEXT_TRIES[(misses - 1) % len(NEXT_TRIES)]
        else:
            response = MISSES[utter_action]
        message = self.generate_from_slots(response, {}, output_channel, **self._facts)
        if message and response == MISSES[CLARIFY]:
            message["buttons"] = self._likely_meanings(tracker) + message.get("buttons", [])
        return message

    def _likely_meanings(self, tracker: DialogueStateTracker) -> List[Dict[str, Any]]:
        """Buttons for the two best-ranked meanings that have a title of their own."""
        buttons = []
        latest = tracker.latest_message
        ranking = latest.parse_data.get("intent_ranking", []) if latest else []
        for guess in ranking:
            title = self._title(guess["name"])
            if title:
                buttons.append({"title": title, "payload": title})
        return buttons[:2]

    def _title(self, intent: str) -> Optional[str]:
        for response in self.responses.get(f"utter_{intent}", []):
            return (response.get("metadata") or {}).get("title")
        for response in self.responses.get(f"utter_meaning/{intent}", []):
            return response.get("text")
        return None


def red_flag_message(tracker: DialogueStateTracker) -> Dict[str, Any]:
    """The urgent reply: what to do now, whom to call, and why by rule id."""
    screening = assess(tracker).screening
    rule_ids = [finding.rule_id for finding in screening.findings]
    outcome = triage_outcome(
        screening.level, rule_ids, screening.contacts, load_screen().version
    )
    return {"text": screening.reply, "custom": outcome}


def sharp_question_message(tracker: DialogueStateTracker) -> Dict[str, Any]:
    """The one question that settles a doubtful sign."""
    question = assess(tracker).question
    if question is None:
        raise ValueError("A sharp question is only uttered where the screen asks one.")
    return {
        "text": question.text,
        "custom": {
            "type": "question",
            "id": question.id,
            "kind": "yes_no",
            "options": [{"id": "yes", "label": "Ja"}, {"id": "no", "label": "Nei"}],
            "progress": {"done": 0, "total": 1},
        },
    }


def _misses_in_a_row(tracker: DialogueStateTracker) -> int:
    """How many of the patient's messages just before this one led nowhere."""
    misses = 0
    for event in reversed(tracker.events):
        if isinstance(event, ActionExecuted) and event.action_name not in ("action_listen", None):
            if event.action_name not in MISSES:
                break
            misses += 1
    return misses


def _late_urgent_advice(tracker: DialogueStateTracker) -> Optional[Dict[str, Any]]:
    """The outcome of one of the latest replies that told the patient to call for help."""
    turns = 0
    for event in reversed(tracker.events):
        turns += isinstance(event, UserUttered)
        if turns > URGENT_TURNS:
            return None
        if isinstance(event, BotUttered):
            custom = (event.data or {}).get("custom") or {}
            if custom.get("type") == "triage" and custom.get("level") in URGENT:
                return dict(custom)
    return None


def _is_crisis(advice: Dict[str, Any]) -> bool:
    """Whether the advice was about suicide or another crisis of the mind."""
    crisis = ("mind.", "wording.crisis")
    return any(str(reason).startswith(crisis) for reason in advice.get("reasons") or [])
