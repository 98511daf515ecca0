"""Classifiers of intents side by side: our training examples, our test messages, one core.

`python -m bench.classifiers [NAME ...]` (or `make bench-classifiers`); names choose among the
candidates. What is measured is the classifier alone: Rasa's own share of reading a message, and
the threshold below which the patient is asked what was meant, come on top and are measured by
`make evaluate`.
"""

from __future__ import annotations

import pickle
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import yaml
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from bot.domain.faq import REGISTERS
from bot.nlu.intent_classifier import WORDS, NorwegianIntentClassifier, build_pipeline
from bot.runtime.environment import ROOT
from tests.nlu.measure import Item, items, share

#: What a message is about, as the first of two stages sees it: intents and FAQ topics by the
#: start of their names. What fits none is talk ("takk", "ja", "hei").
GROUPS = {
    "sick notes": ("faq/sick_note", "request_sick_note"),
    "certificates": ("faq/school", "faq/other_cert", "request_school", "request_other"),
    "renewals": ("faq/renewal", "request_renewal"),
    "prescriptions": ("faq/prescription", "faq/pharmacy", "request_prescription"),
    "referrals": ("faq/referral", "request_referral"),
    "visits": ("faq/change_cancel", "faq/how_to_book", "faq/missed", "book_", "cancel_",
               "reschedule_", "show_"),
    "payment": ("faq/price", "faq/insurance", "faq/receipt", "faq/refund"),
    "privacy": ("faq/data", "faq/gdpr", "faq/personal", "faq/privacy", "faq/security",
                "faq/symptom_answers", "faq/visit_data", "delete_my_data"),
    "records": ("faq/earlier_records", "faq/record_keeping"),
    "service": ("faq/",),
    "health": ("describe_symptom", "emergency", "mental_crisis"),
    "out of scope": ("out_of_scope",),
}  # fmt: skip


class TwoStages(BaseEstimator, ClassifierMixin):  # type: ignore[misc]
    """First the group of intents, then the intent within it, over the same features."""

    def __init__(self, features: Any) -> None:
        self.features = features

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> TwoStages:
        """Learns the groups, and one classifier within each group of several intents."""
        vectors = self.features.fit_transform(texts)
        wanted = np.array(labels)
        groups = np.array([group_of(label) for label in labels])
        self.groups_ = LinearSVC(random_state=0).fit(vectors, groups)
        self.within_ = {}
        for group in set(groups):
            rows = np.flatnonzero(groups == group)
            if len(set(wanted[rows])) > 1:
                self.within_[group] = LinearSVC(random_state=0).fit(vectors[rows], wanted[rows])
            else:
                self.within_[group] = wanted[rows][0]
        return self

    def predict(self, texts: Sequence[str]) -> list[str]:
        """The intent of each text."""
        vectors = self.features.transform(texts)
        stages = [self.within_[group] for group in self.groups_.predict(vectors)]
        return [
            stage if isinstance(stage, str) else stage.predict(vectors[row])[0]
            for row, stage in enumerate(stages)
        ]


def group_of(label: str) -> str:
    """The group of an intent or FAQ topic: the first that a start of its name stands under."""
    return next((name for name, starts in GROUPS.items() if label.startswith(starts)), "talk")


#: The words that Rasa's featurizer counts.
RASA_WORDS = r"(?u)\b\w+\b"

#: Those of the classifier that the assistant runs.
SETTINGS = NorwegianIntentClassifier.get_default_config()


def words() -> TfidfVectorizer:
    """Our own word features: single words and pairs."""
    return TfidfVectorizer(token_pattern=WORDS, ngram_range=(1, 2), sublinear_tf=True)


def letters() -> TfidfVectorizer:
    """Our own groups of letters within words."""
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 5), sublinear_tf=True)


def counts() -> FeatureUnion:
    """What Rasa's usual two CountVectorsFeaturizers count: words, and letters by one to four."""
    return FeatureUnion(
        [
            ("words", CountVectorizer(token_pattern=RASA_WORDS)),
            ("letters", CountVectorizer(analyzer="char_wb", ngram_range=(1, 4))),
        ]
    )


def ours() -> Pipeline:
    """The pipeline that the assistant runs, with its own settings."""
    return build_pipeline(SETTINGS)


def words_and_letters() -> Pipeline:
    """Ours without the groups of letters that run across words."""
    features = FeatureUnion(
        [("words", words()), ("letters", letters())],
        transformer_weights={"words": SETTINGS["word_weight"]},
    )
    return make_pipeline(features, LinearSVC(random_state=0))


def rasa_usual() -> Pipeline:
    """Rasa's usual features with the settings of its LogisticRegressionClassifier."""
    return make_pipeline(
        counts(), LogisticRegression(class_weight="balanced", max_iter=100, random_state=42)
    )


CANDIDATES: dict[str, Callable[[], Any]] = {
    "words": lambda: make_pipeline(words(), LinearSVC(random_state=0)),
    "letters": lambda: make_pipeline(letters(), LinearSVC(random_state=0)),
    "words+letters": words_and_letters,
    "ours": ours,
    "two-stages": lambda: TwoStages(ours()[:-1]),
    "counts+logistic": rasa_usual,
}


@dataclass(frozen=True)
class Measured:
    """One candidate: which test messages it got right, and what it costs."""

    name: str
    right: tuple[tuple[Item, bool], ...]
    training_seconds: float
    parse_milliseconds: tuple[float, ...]
    megabytes: float

    def accuracy(self, register: str = "", intent: str = "") -> float:
        """The share of right messages: all, of one register, or of one wanted intent."""
        return share(
            right
            for item, right in self.right
            if register in ("", item.register) and intent in ("", item.intents[0])
        )


def training_examples() -> tuple[list[str], list[str]]:
    """The texts and the intents of all training examples."""
    texts, labels = [], []
    for path in sorted((ROOT / "data" / "nlu").rglob("*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        for block in content["nlu"]:
            texts += [str(example["text"]) for example in block["examples"]]
            labels += [block["intent"]] * len(block["examples"])
    return texts, labels


def measure(name: str, texts: Sequence[str], labels: Sequence[str]) -> Measured:
    """Trains one candidate and asks it about every test message, one after the other."""
    model = CANDIDATES[name]()
    start = time.perf_counter()
    model.fit(texts, labels)
    training_seconds = time.perf_counter() - start
    model.predict(["hei"])  # the first message warms the model up
    right, took = [], []
    for item in items():
        start = time.perf_counter()
        intent = model.predict([item.text])[0]
        took.append((time.perf_counter() - start) * 1000)
        right.append((item, intent in item.intents))
    megabytes = len(pickle.dumps(model)) / 1e6
    return Measured(name, tuple(right), training_seconds, tuple(took), megabytes)


def costs(measured: Iterable[Measured]) -> list[str]:
    """One row for each candidate, as Markdown."""
    lines = [
        "| classifier | right | worst register | out of scope found | training | parse p50 | p95 "
        "| model |",
        "|---|---|---|---|---|---|---|---|",
    ]
    return lines + [cost(one) for one in measured]


def cost(one: Measured) -> str:
    """The row of one candidate."""
    worst = min(REGISTERS, key=one.accuracy)
    times = statistics.quantiles(one.parse_milliseconds, n=100)
    return (
        f"| {one.name} | {one.accuracy():.1%} | {one.accuracy(worst):.1%} ({worst}) "
        f"| {one.accuracy(intent='out_of_scope'):.1%} | {one.training_seconds:.1f} s "
        f"| {times[49]:.1f} ms | {times[94]:.1f} ms | {one.megabytes:.0f} MB |"
    )


def by_register(measured: Sequence[Measured]) -> list[str]:
    """One row for each register, as Markdown."""
    lines = [
        "| register | " + " | ".join(one.name for one in measured) + " |",
        "|---" * (len(measured) + 1) + "|",
    ]
    for register in REGISTERS:
        shares = [f"{one.accuracy(register):.1%}" for one in measured]
        lines.append(f"| {register} | " + " | ".join(shares) + " |")
    return lines


def main(names: Sequence[str]) -> int:
    """Measures the named candidates, or all, and prints the two tables; 1 for an unknown name."""
    unknown = [name for name in names if name not in CANDIDATES]
    if unknown:
        print(f"No candidate {', '.join(unknown)}; there are {', '.join(CANDIDATES)}.")
        return 1
    texts, labels = training_examples()
    print(
        f"{len(texts)} training examples of {len(set(labels))} intents, {len(items())} test "
        "messages, one core",
        flush=True,
    )
    measured = []
    with threadpool_limits(1):
        for name in names or CANDIDATES:
            measured.append(measure(name, texts, labels))
            print(cost(measured[-1]), file=sys.stderr, flush=True)
    print("\n".join(["", *costs(measured), "", *by_register(measured)]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
