"""Tells whether a message is written in Swedish, Danish or English rather than in Norwegian."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from bot.adapters.wording_model import NLU_FILES, learnt, nlu_examples

FOREIGN = ("sv", "da", "en")
NORWEGIAN = "no"


def is_foreign(text: str) -> bool:
    """Whether Swedish, Danish or English is likelier than Norwegian, all dialects counted."""
    model = load()
    share = model.predict_proba([text])[0][list(model.classes_).index(NORWEGIAN)]
    return bool(share < 0.5)


@cache
def load() -> Pipeline:
    """The model behind it; learning it the first time takes some seconds."""
    words = TfidfVectorizer(analyzer=_words, sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True, min_df=2)
    classifier = LogisticRegression(C=10, max_iter=400, class_weight="balanced")
    untrained = make_pipeline(make_union(words, letters), classifier)
    return learnt("language", untrained, [*NLU_FILES, Path(__file__)], _examples)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _examples() -> Iterable[tuple[str, str]]:
    for text, _, register in nlu_examples():
        yield text, register if register in FOREIGN else NORWEGIAN
