"""Labels a message with what the red-flag screen finds in it: last in the pipeline, above all."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.adapters.red_flag_content import load_screen
from bot.domain.levels import URGENT
from bot.nlu.safety import screen_message

#: The area of the rules about suicide, self-harm and acute crisis.
MIND = "mind."


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False
)
class RedFlagLabel(IntentClassifier, GraphComponent):
    """Sets the intent `emergency` or `mental_crisis` on a message that says so by itself.

    What is done about it is decided by `TurnPolicy`, which also knows the messages before it.
    """

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RedFlagLabel:
        """Loads the rules at once: a broken rule file stops the start, not the first message."""
        load_screen()
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Notes the rules of urgent messages, and overrules the intent where life is at risk."""
        for message in messages:
            screening = screen_message(message.get(TEXT) or "", [])
            if screening.level not in URGENT:
                continue
            rules = [finding.rule_id for finding in screening.findings]
            message.set("red_flags", rules, add_to_output=True)
            crisis = bool(rules) and all(rule.startswith(MIND) for rule in rules)
            if crisis or screening.level == "emergency_113":
                intent = "mental_crisis" if crisis else "emergency"
                message.set(INTENT, {"name": intent, "confidence": 1.0}, add_to_output=True)
        return messages
