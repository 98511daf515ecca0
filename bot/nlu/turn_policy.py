"""Decides, before Rasa's rules, what a message may interrupt.

Rasa runs an open question loop before any rule, through the action server. This policy stands
above it and needs no other process: red flags come first, then the one sharp question that
settles a doubtful sign, then questions asked in the middle of the loop. A message that plainly
answers the open question is an answer, whatever intent it resembles.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List, Optional

from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_DEACTIVATE_LOOP_NAME, ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot.domain.open_question import answers_plainly
from bot.domain.red_flags import SharpQuestion
from bot.domain.zone import OSLO
from bot.nlu.intent_classifier import WISHES
from bot.nlu.safety import RED_FLAG, SHARP_QUESTION, assess

START = "action_start_errand"
LOOP = "question_form"
FAQ = "faq"
FAQ_ANSWER = "utter_faq/"
NOT_URGENT = "utter_not_urgent"
DOUBT = "wording.doubt"
ONE_AT_A_TIME = "utter_one_at_a_time"


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True
)
class TurnPolicy(Policy):
    """Red flags above all; interruptions of the question loop as `config.yml` lists them."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """priority: above RulePolicy's 6. interruptions: intent to the action that serves it.

        sure: the confidence above which an intent may interrupt. errands: the intents that start
        one once a sharp question about the message is answered.
        """
        return {"priority": 10, "sure": 0.4, "interruptions": {}, "errands": []}

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TurnPolicy:
        """The policy has learnt nothing, so there is nothing to read."""
        return cls(config, model_storage, resource, execution_context)

    def train(
        self,
        training_trackers: List[TrackerWithCachedStates],
        domain: Domain,
        **kwargs: Any,
    ) -> Resource:
        """Nothing is learnt."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """The action that must come now, or no opinion."""
        action = self._next_action(tracker)
        probabilities = self._default_predictions(domain)
        if action:
            probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities, is_no_user_prediction=bool(action))

    def _next_action(self, tracker: DialogueStateTracker) -> Optional[str]:
        done = _actions_of_this_turn(tracker)
        if not done:
            return self._first_action(tracker)
        if done[0] == RED_FLAG:
            if tracker.active_loop_name:
                return ACTION_DEACTIVATE_LOOP_NAME
            return ACTION_LISTEN_NAME
        if done[-1] == SHARP_QUESTION:
            return ACTION_LISTEN_NAME
        if done[-1] == START and tracker.get_slot("errand"):
            return LOOP
        two_wishes = self._two_wishes(tracker)
        if two_wishes and done == two_wishes[:1]:
            return two_wishes[1]
        if done[-1].startswith(FAQ_ANSWER) or done[-1] == NOT_URGENT:
            return LOOP if tracker.active_loop_name else ACTION_LISTEN_NAME
        return None

    def _first_action(self, tracker: DialogueStateTracker) -> Optional[str]:
        if not tracker.latest_message:
            return None
        assessment = assess(tracker)
        if assessment.urgent:
            return RED_FLAG
        if assessment.question and not self._asks_itself(assessment.question, tracker):
            return SHARP_QUESTION
        if assessment.settled:
            return self._taken_up_again(assessment.settled, tracker)
        if tracker.active_loop_name == LOOP:
            return self._interruption(tracker)
        two_wishes = self._two_wishes(tracker)
        return two_wishes[0] if two_wishes else None

    def _asks_itself(self, question: SharpQuestion, tracker: DialogueStateTracker) -> bool:
        """Whether the questionnaire at hand asks after danger better than a question in general."""
        errand = tracker.get_slot("errand") or {}
        return question.id == DOUBT and bool(tracker.active_loop_name) and (
            errand.get("kind") == "triage"
        )

    def _two_wishes(self, tracker: DialogueStateTracker) -> List[str]:
        """What serves a message with two wishes, in order: an errand, which goes on, comes last."""
        message = tracker.latest_message
        wishes = message.parse_data.get(WISHES) if message else None
        if not wishes or tracker.active_loop_name:
            return []
        answers = [f"utter_{wish}" for wish in wishes if wish.startswith(FAQ)]
        if len(answers) == len(wishes):
            return answers
        return [*(answers or [ONE_AT_A_TIME]), START]

    def _taken_up_again(self, settled: UserUttered, tracker: DialogueStateTracker) -> str:
        """What serves the message that a sharp question came between."""
        answer = _faq_answer(settled)
        if answer:
            return answer
        if tracker.active_loop_name:
            return LOOP
        return START if settled.intent.get("name") in self.config["errands"] else NOT_URGENT

    def _interruption(self, tracker: DialogueStateTracker) -> Optional[str]:
        """The action for a message that is a question of its own, and not the open one's answer."""
        message = tracker.latest_message
        if not message or message.intent.get("confidence", 0.0) < self.config["sure"]:
            return None
        action = self.config["interruptions"].get(message.intent.get("name"))
        open_question = (tracker.get_slot("errand") or {}).get("open")
        if action and not answers_plainly(open_question, message.text or "", datetime.now(OSLO)):
            return str(action)
        return None


def _faq_answer(message: UserUttered) -> Optional[str]:
    """The action that answers a question about the service; None where the message asks none."""
    selected = message.parse_data.get("response_selector") or {}
    if message.intent.get("name") != FAQ or FAQ not in selected:
        return None
    return str(selected[FAQ]["response"]["utter_action"])


def _actions_of_this_turn(tracker: DialogueStateTracker) -> List[str]:
    """The actions run since the patient's latest message, first to last."""
    names: List[str] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, ActionExecuted) and event.action_name:
            names.append(event.action_name)
    return names[::-1]
