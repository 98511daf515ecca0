"""What a message wants: a linear classifier over words and letter groups, FAQ topics included.

Letter groups carry dialects and typing errors better than lemmas or word maps do; see
`docs/adr/` for the measurement behind the choice.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, Dict, Iterator, List, Optional, Tuple

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.svm import LinearSVC

#: Words, numbers and the signs that carry meaning when people write ("?", "!").
WORDS = r"(?u)\b\w+\b|[?!]"

#: What a channel sends along of what was said just before, and what is found beside the intent.
BEFORE, WISHES = "before", "wishes"

FAQ = "faq/"
_URGENT = {"emergency", "mental_crisis"}
#: What is no wish beside another one: small talk, and what must be served alone.
_ALONE = _URGENT | {
    "greet", "thank", "goodbye", "affirm", "deny", "inform", "out_of_scope", "dont_know", "repeat",
    "give_feedback", "help", "stop", "restart", "bot_challenge", "talk_to_human",
    "delete_my_data",
}  # fmt: skip
#: The wish to have something, and the question whether one can, are one.
_SAME = {
    "request_sick_note": "faq/sick_note",
    "request_school_certificate": "faq/school_certificate",
    "request_other_certificate": "faq/other_certificates",
    "request_referral": "faq/referral",
    "request_prescription": "faq/prescriptions",
    "request_renewal": "faq/renewal_how",
    "book_appointment": "faq/how_to_book",
    "cancel_appointment": "faq/change_cancel",
    "reschedule_appointment": "faq/change_cancel",
}
#: How a message begins that can't be understood without the one before.
_LEANS = re.compile(
    r"(og|å|enn|hva med|kva med|ka med|hva om|kva om|and|och|what about)\b", re.IGNORECASE
)
#: Where one wish may end and the next begin.
_CUT = re.compile(
    r",?\s+(?:og|åsså|så|samt|i tillegg|dessuten|and|also|och)\s+|\s*[+&]\s*|(?<=\?)\s+",
    re.IGNORECASE,
)

#: Each cut costs a reading of the whole message.
MOST_CUTS = 3

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
        mean confidence is the share that is right. follow_up_words: a message of so few may lean
        on the question before it, whose words then count with follow_up_weight. both_sure: the
        confidence in each part of a message that holds two wishes.
        """
        return {
            "C": 1.0, "word_weight": 0.7, "sharpness": 6.0,
            "follow_up_words": 7, "follow_up_weight": 0.3, "both_sure": 0.5,
        }  # fmt: skip

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
        text = message.get(TEXT)
        before = (message.get(METADATA) or {}).get(BEFORE) or ""
        margins = self._margins(text)
        ranked = self._ranked(margins + self._of_follow_up(text, before))
        # What sounds urgent as a whole is never parted into errands.
        wishes = [] if ranked[0][0] in _URGENT else self._two_wishes(text, margins)
        if wishes:
            message.set(WISHES, wishes, add_to_output=True)
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

    def _margins(self, text: str) -> Any:
        return self._pipeline.decision_function([text])[0]

    def _ranked(self, margins: Any) -> List[Tuple[str, float]]:
        """The ten likeliest intents and topics, with their confidence."""
        confidences = softmax(margins * self._config["sharpness"])
        order = np.argsort(confidences)[::-1][:10]
        return [(str(self._pipeline.classes_[i]), float(confidences[i])) for i in order]

    def _of_follow_up(self, text: str, before: str) -> Any:
        """What the question before a short message adds ("og for barn?" after the price)."""
        if not before or len(text.split()) > self._config["follow_up_words"]:
            return 0.0
        if not self._ranked(self._margins(before))[0][0].startswith(FAQ):
            return 0.0
        weight = 1.0 if _LEANS.match(text) else self._config["follow_up_weight"]
        return weight * self._margins(f"{before} {text}")

    def _two_wishes(self, text: str, margins: Any) -> List[str]:
        """The two wishes of a message, in its order, where a cut leaves each of them plain."""
        whole = self._config["follow_up_weight"] * margins
        for parts in islice(_cut_in_two(text), MOST_CUTS):
            guesses = [self._ranked(self._margins(part) + whole)[0] for part in parts]
            wishes = [name for name, _ in guesses]
            sure = all(confidence >= self._config["both_sure"] for _, confidence in guesses)
            if sure and not _ALONE & set(wishes) and len({_SAME.get(w, w) for w in wishes}) == 2:
                return wishes
        return []


def _cut_in_two(text: str) -> Iterator[Tuple[str, str]]:
    """The message cut at each place where a second wish may begin."""
    for found in _CUT.finditer(text):
        parts = text[: found.start()].strip(), text[found.end() :].strip()
        if all(parts):
            yield parts


def softmax(scores: Any) -> Any:
    """Scores (a numpy vector) as shares that add up to one."""
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()
