"""Classifiers of wording, learnt from the project's own examples and kept in `models/`.

Linear weights over words and letter groups: the same message always gets the same answer, and
each word's part in it can be told. No process but the one that reads the message is needed.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

import joblib
import yaml
from sklearn.base import BaseEstimator

from bot.adapters.content import CONTENT_ROOT

ROOT = CONTENT_ROOT.parents[1]
NLU_FILES = tuple(sorted((ROOT / "data" / "nlu").glob("*/*.yml")))

Model = TypeVar("Model", bound=BaseEstimator)


def learnt(
    name: str,
    model: Model,
    ingredients: Iterable[Path],
    examples: Callable[[], Iterable[tuple[Any, str]]],
) -> Model:
    """The model fitted to the examples; kept until it, or a file of the ingredients, changes."""
    digest = hashlib.sha256(repr(model).encode())
    for path in ingredients:
        digest.update(path.read_bytes())
    kept = ROOT / "models" / f"{name}-{digest.hexdigest()[:16]}.joblib"
    if kept.exists():
        return cast(Model, joblib.load(kept))
    print(f"Learns the {name} from its examples (up to a minute) ...", file=sys.stderr, flush=True)
    inputs, labels = zip(*examples(), strict=True)
    model.fit(inputs, labels)
    # Under another name until it is whole: several processes may start at once.
    unfinished = kept.with_name(f"unfinished-{name}-{os.getpid()}.joblib")
    joblib.dump(model, unfinished)
    unfinished.replace(kept)
    for stale in kept.parent.glob(f"{name}-*.joblib"):
        if stale != kept:
            stale.unlink(missing_ok=True)
    return model


def nlu_examples() -> Iterable[tuple[str, str, str]]:
    """The training messages of the assistant: text, intent and register."""
    for path in NLU_FILES:
        for block in yaml.load(path.read_bytes(), yaml.CSafeLoader)["nlu"]:
            for example in block["examples"]:
                yield example["text"], block["intent"], example["metadata"]["register"]
