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

from bot.domain.levels import URGENT
from bot.nlu.safety import screen_message, the_screen


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False
)
class RedFlagLabel(IntentClassifier, GraphComponent):
    """Sets the intent `emergency` on a message that is urgent by itself.

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
        the_screen()
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Overrules the intent of urgent messages."""
        for message in messages:
            screening = screen_message(message.get(TEXT) or "", [])
            if screening.level in URGENT:
                message.set(
                    INTENT, {"name": "emergency", "confidence": 1.0}, add_to_output=True
                )
                rules = [finding.rule_id for finding in screening.findings]
                message.set("red_flags", rules, add_to_output=True)
        return messages
