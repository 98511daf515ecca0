"""The trained model: which file belongs to the training data as it stands, and how it is made."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bot.adapters import foreign_language
from bot.adapters.red_flag_content import load_screen
from bot.nlu import language_model
from bot.runtime.environment import QUIET, ROOT

#: What a trained model is made from. A change in any of it makes the model stale.
_INGREDIENTS = ("config.yml", "domain.yml", "data/**/*.yml", "bot/nlu/*.py", "requirements/run.txt")

SECONDS_A_DOT = 5


class TrainingError(Exception):
    """Training failed; the message shows why."""


def model_path() -> Path:
    """Where the model that fits the present training data is, or will be."""
    digest = hashlib.sha256(str(language_model.resolve()).encode())
    for pattern in _INGREDIENTS:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return ROOT / "models" / f"kry-{digest.hexdigest()[:16]}.tar.gz"


def ensure_trained() -> Path:
    """The model that fits the training data, trained now if it is missing.

    Beside it are the classifiers of wording that the screen and the channel read with. Raises
    TrainingError with the end of Rasa's own words where training fails, ContentError where the
    screen's content can't be used.
    """
    load_screen()
    foreign_language.load()
    path = model_path()
    if path.exists():
        return path
    print("Trains the model (about a minute and a half) ", end="", flush=True)
    # Under another name until it is whole: whoever looks meanwhile finds no model, not half of one.
    unfinished = path.with_name(f"unfinished-{os.getpid()}.tar.gz")
    command = [sys.executable, "-m", "bot.runtime.quiet_rasa", "train", "--quiet"]
    # `make check` validates the data; here it would read every file five times instead of twice.
    command += ["--skip-validation", "--data", "data", "--out", "models"]
    command += ["--fixed-model-name", unfinished.name.removesuffix(".tar.gz")]
    with tempfile.TemporaryFile("w+") as said:
        training = subprocess.Popen(  # noqa: S603 - our own arguments
            command, cwd=ROOT, env={**os.environ, **QUIET}, stdout=said, stderr=subprocess.STDOUT
        )
        _show_progress(training)
        said.seek(0)
        if training.returncode or not unfinished.exists():
            raise TrainingError(f"Training failed:\n{said.read()[-3000:]}")
    unfinished.rename(path)
    for stale in path.parent.glob("kry-*.tar.gz"):
        if stale != path:
            stale.unlink()
    return path


def _show_progress(process: subprocess.Popen[bytes]) -> None:
    """A dot every few seconds, until the process ends."""
    while True:
        try:
            process.wait(timeout=SECONDS_A_DOT)
            print(flush=True)
            return
        except subprocess.TimeoutExpired:
            print(".", end="", flush=True)
