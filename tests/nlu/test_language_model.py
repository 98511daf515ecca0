"""Which Norwegian pipeline runs: the setting, then nb_core_news_sm, then the stand-in."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import language_model
from bot.nlu.language_model import PREFERRED, SETTING, STAND_IN, LanguageModelError
from bot.nlu.tokenizer import NorwegianTokenizer


def install(folder: Path, name: str, components: tuple[str, ...], spacy_version: str) -> None:
    """A pipeline under a package name, with what it says of itself, as `pip install` leaves it."""
    package = folder / name
    package.mkdir()
    says = {"lang": "nb", "name": name.removeprefix("nb_"), "version": "3.4.0"}
    says |= {"spacy_version": spacy_version, "pipeline": list(components)}
    (package / "meta.json").write_text(json.dumps(says | {"components": list(components)}))
    (package / f"{name}-3.4.0").mkdir()
    (package / f"{name}-3.4.0" / "meta.json").write_text((package / "meta.json").read_text())
    (package / "__init__.py").write_text(
        "from pathlib import Path\nfrom spacy.util import load_model_from_init_py\n"
        "def load(**overrides):\n    return load_model_from_init_py(__file__, **overrides)\n"
    )
    info = folder / f"{name}-3.4.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 3.4.0\n")


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that Python finds packages in, for this test."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv(SETTING, raising=False)
    monkeypatch.delitem(sys.modules, PREFERRED, raising=False)
    return tmp_path


def test_the_stand_in_runs_where_nothing_better_is_installed(packages: Path) -> None:
    model = language_model.resolve()
    assert model.name == STAND_IN
    assert model.lacks == ("tags", "names")
    assert "lacks: tags, names" in str(model)


def test_nb_core_news_sm_is_preferred_where_it_is_installed(packages: Path) -> None:
    install(packages, PREFERRED, ("morphologizer", "ner"), ">=3.4.0,<3.5.0")
    model = language_model.resolve()
    assert model.name == PREFERRED
    assert model.lacks == ()


def test_one_that_does_not_fit_this_spacy_is_passed_over(packages: Path) -> None:
    install(packages, PREFERRED, ("ner",), ">=3.7.0,<3.8.0")
    assert language_model.resolve().name == STAND_IN


def test_the_setting_wins_and_is_never_replaced_in_silence(
    packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(packages, PREFERRED, ("ner",), ">=3.4.0,<3.5.0")
    monkeypatch.setenv(SETTING, STAND_IN)
    assert language_model.resolve().name == STAND_IN
    monkeypatch.setenv(SETTING, "nb_not_here")
    with pytest.raises(LanguageModelError, match="nb_not_here"):
        language_model.resolve()


def test_a_path_is_no_package_name(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "/some/where/nb_model")
    with pytest.raises(LanguageModelError, match="not an installed package"):
        language_model.resolve()


class FolderStorage:
    """Rasa's model storage, as one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def read_from(self, resource: object):
        yield self.folder

    write_to = read_from


CONFIG = NorwegianTokenizer.get_default_config()


def test_a_model_trained_with_another_pipeline_is_refused(packages: Path) -> None:
    storage = FolderStorage(packages)
    NorwegianTokenizer.create(CONFIG, storage, None, None).train(None)
    NorwegianTokenizer.load(CONFIG, storage, None, None)

    install(packages, PREFERRED, ("ner",), ">=3.4.0,<3.5.0")
    with pytest.raises(LanguageModelError, match="make train"):
        NorwegianTokenizer.load(CONFIG, storage, None, None)


def test_the_trained_model_names_a_package_and_no_path(packages: Path) -> None:
    storage = FolderStorage(packages)
    NorwegianTokenizer.create(CONFIG, storage, None, None).train(None)
    assert json.loads((packages / "language_model.json").read_text())["name"] == STAND_IN


def test_tokens_have_lemmas_in_both_written_standards(packages: Path) -> None:
    tokenizer = NorwegianTokenizer.create(CONFIG, FolderStorage(packages), None, None)
    tokens = tokenizer.tokenize(Message({"text": "Eg har hatt vondt i halsen"}), "text")
    assert [token.lemma for token in tokens][:3] == ["eg", "ha", "ha"]
    assert tokens[-1].lemma == "hals"


