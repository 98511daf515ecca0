"""The assistant from the command line: `python -m bot COMMAND`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bot.runtime.environment import QUIET

os.environ.update(QUIET)


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; a foreseen error is one sentence on standard error and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start the assistant and print where to chat")
    commands.add_parser("train", help="train the model if the training data has changed")
    commands.add_parser("language-model", help="install the Norwegian language model")
    commands.add_parser("screen", help="show what the red-flag screen sees").add_argument("text")
    commands.add_parser("faq-report", help="write a page with every FAQ answer and its score")
    fest = commands.add_parser("import-fest", help="read the national medicine register")
    fest.add_argument("file", type=Path)
    commands.add_parser("ask", help="run a questionnaire here").add_argument("complaint")
    chosen = parser.parse_args(arguments)
    try:
        return _COMMANDS[chosen.command](chosen)
    except foreseen_errors() as error:
        print(error, file=sys.stderr)
        return 1


def foreseen_errors() -> tuple[type[Exception], ...]:
    """The errors whose message says what is wrong and how to mend it."""
    from bot.adapters.content import ContentError
    from bot.nlu.language_model import LanguageModelError
    from bot.runtime.model import TrainingError
    from bot.runtime.run_command import RunError

    return ContentError, LanguageModelError, TrainingError, RunError


def _run(_: argparse.Namespace) -> int:
    from bot.runtime.run_command import run

    return run()


def _train(_: argparse.Namespace) -> int:
    from bot.runtime.model import ensure_trained

    print(f"Model: {ensure_trained().name}")
    return 0


def _language_model(_: argparse.Namespace) -> int:
    from bot.nlu.language_model import ensure_installed

    print(f"Norwegian language model: {ensure_installed()}")
    return 0


def _screen(chosen: argparse.Namespace) -> int:
    from bot.runtime.screen_command import explain

    print(explain(chosen.text))
    return 0


def _ask(chosen: argparse.Namespace) -> int:
    from bot.runtime.ask_command import ask

    ask(chosen.complaint)
    return 0


def _faq_report(_: argparse.Namespace) -> int:
    from bot.runtime.faq_report import write_faq_report

    print(write_faq_report())
    return 0


def _import_fest(chosen: argparse.Namespace) -> int:
    from bot.runtime.fest_command import import_fest

    print(import_fest(str(chosen.file)))
    return 0


_COMMANDS = {
    "run": _run,
    "train": _train,
    "language-model": _language_model,
    "screen": _screen,
    "ask": _ask,
    "faq-report": _faq_report,
    "import-fest": _import_fest,
}

if __name__ == "__main__":
    sys.exit(main())
