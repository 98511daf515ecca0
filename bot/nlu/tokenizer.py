"""Tokens and lemmas from the Norwegian spaCy pipeline of this installation."""

from __future__ import annotations

import json
import logging
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import language_model
from bot.nlu.language_model import LanguageModel, LanguageModelError

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True
)
class NorwegianTokenizer(Tokenizer):
    """Splits a message with the Norwegian pipeline, whichever of them is installed.

    The package's name and version go into the trained model: what was trained with one pipeline
    is never run with another.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """What the base class reads: intents are not split, tokens are spaCy's own."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: LanguageModel,
    ) -> None:
        super().__init__(config)
        self._model_storage = model_storage
        self._resource = resource
        self._model = model
        self._nlp = language_model.load(model)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NorwegianTokenizer:
        """A tokenizer on the pipeline that this installation resolves to."""
        return cls(config, model_storage, resource, language_model.resolve())

    def train(self, training_data: TrainingData) -> Resource:
        """Nothing is learnt; the pipeline's name is written into the model."""
        with self._model_storage.write_to(self._resource) as folder:
            trained_with = {"name": self._model.name, "version": self._model.version}
            (folder / "language_model.json").write_text(json.dumps(trained_with))
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NorwegianTokenizer:
        """The tokenizer of a trained model.

        Raises LanguageModelError where the model was trained with another pipeline.
        """
        with model_storage.read_from(resource) as folder:
            trained_with = json.loads((folder / "language_model.json").read_text())
        model = language_model.resolve()
        if trained_with != {"name": model.name, "version": model.version}:
            raise LanguageModelError(
                f"The model was trained with {trained_with['name']} {trained_with['version']}, "
                f"here runs {model.name} {model.version}. Train again with `make train`."
            )
        logger.info("Norwegian language model: %s", model)
        return cls(config, model_storage, resource, model)

    def tokenize(self, message: Message, attribute: str) -> List[Token]:
        """The tokens of one text, each with its lemma."""
        return [
            Token(token.text, token.idx, lemma=token.lemma_ or token.text)
            for token in self._nlp(message.get(attribute))
            if not token.is_space
        ]
