"""Every text of the domain is said somewhere, and every text that is said is there."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
#: Said by Rasa's own action of that name.
BY_RASA = {"utter_restart"}
#: Made by bot/runtime/replies.py or found beside the FAQ's examples.
MADE = {"utter_red_flag", "utter_sharp_question", "utter_clarify", "utter_faq"}


def said() -> set[str]:
    """The response names in code, rules, trees and policy settings."""
    files = [ROOT / "config.yml", ROOT / "data" / "stories" / "rules.yml"]
    files += [*(ROOT / "actions").rglob("*.py"), *(ROOT / "bot").rglob("*.py")]
    return {
        name
        for path in files
        for name in re.findall(r"utter_\w+", path.read_text(encoding="utf-8"))
        if name not in ("utter_message", "utter_action", "utter_meaning")
    }


def responses() -> set[str]:
    return {name for name in DOMAIN["responses"] if not name.startswith("utter_meaning/")}


def test_every_text_is_said_somewhere() -> None:
    assert responses() - said() - BY_RASA == set()


def test_every_text_that_is_said_is_there() -> None:
    assert said() - responses() - MADE == set()


def test_every_meaning_names_an_intent() -> None:
    meanings = {n.partition("/")[2] for n in DOMAIN["responses"] if n.startswith("utter_meaning/")}
    assert meanings <= set(DOMAIN["intents"])
