"""The red-flag screen's second reader, learnt from `bot/content/red_flag_examples/`.

Every message of the assistant's training data that is no emergency is an example of calm, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import numpy as np
from scipy.sparse import hstack
from sklearn.base import BaseEstimator
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.adapters.content import CONTENT_ROOT, load_folder
from bot.adapters.wording_model import NLU_FILES, learnt, nlu_examples
from bot.domain.red_flag_likeness import Likeness, SecondReader

FOLDER = CONTENT_ROOT / "red_flag_examples"
CALM = "calm"

#: The rules were widened with these in mind, so they would teach the reader to trust the rules.
_URGENT_INTENTS = ("emergency", "mental_crisis")

#: Longer messages are read in parts, so that much talk does not hide a sign.
_PART, _STEP, _LONGEST = 40, 30, 60
#: Against the words, whose values add up to about one.
_WEIGHT_OF_FINDINGS = 0.1
_WORDS_TOLD = 5

#: The folded words of each sentence of a message, if it asks something, and the rules' findings.
_Seen = tuple[Sequence[Sequence[str]], bool, Collection[str]]
ByRules = Callable[[str], _Seen]


@dataclass(frozen=True)
class ExampleFile:
    """The examples of one kind, by what they are about and how they are written.

    `id`: a share of `Likeness`, or calm.
    """

    id: Literal["emergency", "crisis_now", "legevakt", "crisis", "calm"]
    source: str
    reviewed_on: str
    examples: dict[str, dict[str, list[str]]]


def load_second_reader(by_rules: ByRules, rules: Iterable[Path]) -> SecondReader:
    """The reader, learnt anew where an example, or one of the files of the rules, has changed.

    Raises ContentError where the examples can't be used.
    """
    files = sorted(FOLDER.glob("*.yml"))
    ingredients = [*files, *NLU_FILES, *rules, Path(__file__)]
    model = learnt("second-reader", _Model(), ingredients, lambda: _examples(by_rules))
    return model.read


def _examples(by_rules: ByRules) -> Iterable[tuple[_Seen, str]]:
    for kind, file in load_folder(FOLDER, ExampleFile).items():
        for by_register in file.examples.values():
            for texts in by_register.values():
                yield from ((by_rules(text), kind) for text in texts)
    for text, intent, _ in nlu_examples():
        if intent not in _URGENT_INTENTS:
            yield by_rules(text), CALM


class _Model(BaseEstimator):  # type: ignore[misc]
    """Logistic regression over words, letter groups and what the rules found."""

    def __init__(self) -> None:
        self._words = TfidfVectorizer(
            token_pattern=None, tokenizer=str.split, ngram_range=(1, 2), sublinear_tf=True,
            lowercase=False,
        )  # fmt: skip
        self._letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True, lowercase=False
        )
        self._findings = DictVectorizer()
        self._classifier = LogisticRegression(C=20, class_weight="balanced", max_iter=500, tol=1e-3)

    def fit(self, seen: Sequence[_Seen], kinds: Sequence[str]) -> _Model:
        """Learns which kind each message is of."""
        texts = [_text([*chain(*sentences)], asks) for sentences, asks, _ in seen]
        blocks = [
            self._words.fit_transform(texts),
            self._letters.fit_transform(texts),
            _WEIGHT_OF_FINDINGS
            * self._findings.fit_transform([dict.fromkeys(findings, 1) for *_, findings in seen]),
        ]
        self._classifier.fit(hstack(blocks).tocsr(), kinds)
        weights = np.ascontiguousarray(self._classifier.coef_.T)
        first, second = np.cumsum([block.shape[1] for block in blocks[:2]])
        self._of_text = [
            _Weights(self._words, weights[:first]),
            _Weights(self._letters, weights[first:second]),
        ]
        of_findings = _WEIGHT_OF_FINDINGS * weights[second:]
        self._of_finding = dict(zip(self._findings.feature_names_, of_findings, strict=True))
        self._calm = list(self._classifier.classes_).index(CALM)
        return self

    def read(
        self, sentences: Sequence[Sequence[str]], asks: bool, findings: Collection[str]
    ) -> Likeness:
        """The likeness of a message: of its most dangerous part, where it is long."""
        words = [*chain(*sentences)]
        parts = [words]
        if len(words) > _LONGEST:
            parts = [words[i : i + _PART] for i in range(0, len(words), _STEP)]
        shares = [self._shares(_text(part, asks), findings) for part in parts]
        worst = int(np.argmin([share[self._calm] for share in shares]))
        of = dict(zip(self._classifier.classes_, map(float, shares[worst]), strict=True))
        calm = of.pop(CALM)
        if calm < 0.5:
            return Likeness(**of, words=self._telling(parts[worst]))
        if not any(finding.startswith("rule ") for finding in findings):
            return Likeness(**of)
        calm_by_itself = [self._shares(_text(s, False), findings)[self._calm] for s in sentences]
        return Likeness(**of, worst_sentence=1 - float(min(calm_by_itself)))

    def _shares(self, text: str, findings: Collection[str]) -> Any:
        known = [self._of_finding[f] for f in set(findings) if f in self._of_finding]
        scores = sum((block.score(text) for block in self._of_text), self._classifier.intercept_)
        powers = np.exp((scores := sum(known, scores)) - scores.max())
        return powers / powers.sum()

    def _telling(self, words: Sequence[str]) -> tuple[str, ...]:
        """The words that by themselves speak most against calm, in their order."""
        different = list(dict.fromkeys(words))
        calm = [self._shares(word, ())[self._calm] for word in different]
        telling = {different[i] for i in np.argsort(calm)[:_WORDS_TOLD]}
        return tuple(word for word in different if word in telling)


class _Weights:
    """What a fitted vectorizer's features weigh; sums them up faster than its own `transform`."""

    def __init__(self, vectorizer: TfidfVectorizer, weights: Any) -> None:
        self._vectorizer = vectorizer
        self._rarity = vectorizer.idf_
        self._weights = weights

    def score(self, text: str) -> Any:
        """The text's part in the score of each kind: `transform(text) @ weights`."""
        place_of = self._vectorizer.vocabulary_
        features = self._vectorizer.build_analyzer()(text)
        counts = Counter(place_of[f] for f in features if f in place_of)
        places = np.fromiter(counts, int, len(counts))
        times = np.fromiter(counts.values(), float, len(counts))
        values = (1 + np.log(times)) * self._rarity[places]
        return (values / (np.linalg.norm(values) or 1.0)) @ self._weights[places]


def _text(words: Sequence[str], asks: bool) -> str:
    return " ".join([*words, "?"] if asks else words)
