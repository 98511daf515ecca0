"""Which Norwegian spaCy pipeline runs, and how the stand-in for `nb_core_news_sm` is built.

`nb_core_news_sm` is published outside the package index, so not every installation can get it.
Where it is missing, a small pipeline takes its place: spaCy's Norwegian tokenizer and its lookup
lemmatizer, fed with the word forms of simplemma (bokmål and nynorsk) and of Norsk Ordbank (from
`spacy-lookups-data`). It has no tags and finds no names, and says so.
"""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import spacy
from spacy.language import Language

PREFERRED = "nb_core_news_sm"
STAND_IN = "nb_lookup_lemmas"
STAND_IN_VERSION = "1.0.0"

#: Names another installed package to use; the explicit setting wins over what is found.
SETTING = "NORWEGIAN_MODEL"


class LanguageModelError(Exception):
    """No usable Norwegian pipeline; the message says how to get one."""


@dataclass(frozen=True)
class LanguageModel:
    """An installed spaCy package and what it can't do that `nb_core_news_sm` can."""

    name: str
    version: str
    lacks: tuple[str, ...]

    def __str__(self) -> str:
        lacks = f" (lacks: {', '.join(self.lacks)})" if self.lacks else ""
        return f"{self.name} {self.version}{lacks}"


def resolve() -> LanguageModel:
    """The pipeline this installation uses: the setting, then the preferred, then the stand-in.

    Raises LanguageModelError where the chosen one is not installed or does not fit this spaCy.
    """
    setting = os.environ.get(SETTING)
    if setting:
        return _installed(setting)
    for name in (PREFERRED, STAND_IN):
        try:
            return _installed(name)
        except LanguageModelError:
            continue
    raise LanguageModelError(
        "No Norwegian language model is installed. Run `make install`, which builds one."
    )


def load(model: LanguageModel) -> Language:
    """The pipeline itself, without the parser, which nothing here uses."""
    return spacy.load(model.name, exclude=["parser"])


def _installed(name: str) -> LanguageModel:
    if not name.isidentifier() or not spacy.util.is_package(name):
        raise LanguageModelError(
            f"The language model `{name}` is not an installed package. "
            f"Install it in this environment or change {SETTING}."
        )
    meta = spacy.info(name)
    needs = meta.get("spacy_version", "")
    if not spacy.util.is_compatible_version(spacy.__version__, needs):
        raise LanguageModelError(
            f"`{name}` {meta['version']} needs spaCy {needs}, here is {spacy.__version__}. "
            "Install the release of it that fits."
        )
    components = set(meta.get("components", meta.get("pipeline", [])))
    wanted = {"tags": {"morphologizer", "tagger"}, "names": {"ner"}}
    lacks = tuple(what for what, parts in wanted.items() if not parts & components)
    return LanguageModel(name, importlib.metadata.version(name), lacks)


def ensure_installed() -> LanguageModel:
    """The pipeline to use, after building and installing the stand-in where nothing is there."""
    try:
        return resolve()
    except LanguageModelError:
        if os.environ.get(SETTING):
            raise
    print(f"Builds the Norwegian word forms `{STAND_IN}` (about 20 s) ...", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        _install(_build(Path(folder)), Path(folder))
    return resolve()


def _build(folder: Path) -> Path:
    """Writes the stand-in pipeline to a folder and returns where."""
    nlp = spacy.blank("nb")
    lemmatizer = nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
    lookups = spacy.lookups.Lookups()
    lookups.add_table("lemma_lookup", _word_forms())
    lemmatizer.initialize(lookups=lookups)  # type: ignore[attr-defined]
    nlp.meta.update(
        name=STAND_IN.removeprefix("nb_"),
        version=STAND_IN_VERSION,
        description="Norwegian tokens and lookup lemmas; no tags, no names.",
        license="MIT (simplemma), CC BY 4.0 (Norsk Ordbank)",
    )
    path = folder / "pipeline"
    nlp.to_disk(path)
    return path


def _word_forms() -> dict[str, str]:
    """Word form to lemma; bokmål wins where the two written standards disagree."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    ordbank = spacy.lookups.load_lookups("nb", ["lemma_exc"]).get_table("lemma_exc")
    forms: dict[str, str] = {}
    for lemmas_by_form in ordbank.values():
        forms.update({form: lemmas[0] for form, lemmas in lemmas_by_form.items() if lemmas})
    dictionaries = DefaultDictionaryFactory()
    for standard in ("nn", "nb"):
        forms.update(dictionaries.get_dictionary(standard))
    return forms


def _install(pipeline: Path, folder: Path) -> None:
    """Packages the pipeline and installs it, without asking any package index."""
    _run("spacy", "package", str(pipeline), str(folder), "--build", "wheel")
    [wheel] = folder.glob("**/dist/*.whl")
    _run("pip", "install", "--no-deps", "--no-index", str(wheel))
    importlib.invalidate_caches()


def _run(module: str, *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise LanguageModelError(
            f"`python -m {module} {arguments[0]}` failed while the language model was built:\n"
            f"{done.stderr[-2000:]}"
        )


if __name__ == "__main__":
    print(f"Norwegian language model: {ensure_installed()}")
