"""A questionnaire can be run in the terminal without Rasa."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone

from bot.runtime.ask_command import converse

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=timezone(timedelta(hours=1)))


def answering(*lines: str) -> Callable[[str], str]:
    left: Iterator[str] = iter(lines)
    return lambda prompt: next(left)


def test_an_emergency_answer_ends_the_conversation_with_113() -> None:
    shown: list[str] = []
    converse("vondt i halsen", answering("meg selv", "34", "ja"), shown.append, NOW)
    assert "Ring 113 nå." in "\n".join(shown)
    assert shown[-1] == "(emergency_113: cannot_swallow)"


def test_an_unreadable_answer_is_asked_again_in_other_words_and_then_taken_as_unknown() -> None:
    shown: list[str] = []
    converse(
        "sore_throat", answering("meg", "34", "bla", "bla bla", "ja, svært"), shown.append, NOW
    )
    assert any("Det forstod jeg ikke." in line for line in shown)
    assert "- Sikler eller får ikke svelget spytt: Vet ikke" in shown


def test_a_child_moves_to_the_variant_for_children_with_the_answers_kept() -> None:
    shown: list[str] = []
    lines = ("ja",)
    converse("dattera mi på 2 år hoster og har 39 i feber", answering(*lines), shown.append, NOW)
    assert "- Alder: 2 år" in shown
    assert shown[-1] == "(emergency_113: child_limp)"
