"""Reads the choice among named options: by number, label, part of a label, other words, typos."""

from __future__ import annotations

import difflib
import re

from bot.domain.questions import Option
from bot.domain.readers.text import plain, with_digits, words_of
from bot.domain.readers.words import NOT, word_set
from bot.domain.readers.yes_no import negated_before

_ORDINALS = {"første": 1, "fyrste": 1, "andre": 2, "tredje": 3, "fjerde": 4, "femte": 5}
#: Words that stand in every sentence, so that sharing one with an option says nothing.
_SMALL_WORDS = word_set(
    """jeg eg æ e i og eller er en et ei ein eit det den de som på til av for med har min mitt
    mi meg sånn litt mest kanskje tror altså vel a å om noe noen annet andre fra frå siden sidan
    over under ut inn opp ned nå no da då så når hva hvor hvem hvorfor ka kva kor kven lenge ved
    hos mot men hatt hadde var vært vore blir ble vart bli skal vil kan må får få fikk gjør
    gjøre gjer gå går si sier svare vet veit helt heilt lett dag bare berre jo også igjen man vi
    du han hun ho dem trenger treng ta tar"""
) | frozenset(NOT)
#: A shorter word is too easily another word misspelt: "fort" is not "fot".
_SHORTEST_MISSPELT = 5


def says_only_small_words(text: str) -> bool:
    """Whether a text holds no word by which an option could be known."""
    return not set(words_of(text)) - _SMALL_WORDS


def read_choice(options: tuple[Option, ...], text: str) -> str | None:
    """The id of the one option that the text names, None where none or several fit."""
    by_number = _by_number(text, len(options))
    if by_number is not None:
        return options[by_number - 1].id
    said = plain(text)
    scores = {option.id: _score(option, said) for option in options}
    best = max(scores.values())
    winners = [option_id for option_id, score in scores.items() if score == best]
    return winners[0] if best > 0 and len(winners) == 1 else None


def _by_number(text: str, count: int) -> int | None:
    found = re.fullmatch(
        r"(?:nr|nummer|alternativ|alt|valg|svar|punkt)?[. ]*(\d+)[.) ]*", with_digits(text).strip()
    )
    if found and 1 <= int(found[1]) <= count:
        return int(found[1])
    said = plain(text).strip(" .!")
    ordinal = re.fullmatch(r"(?:den |det )?(\w+)(?: alternativet?| en| der)?", said)
    if ordinal and ordinal[1] in ("siste", "sist"):
        return count
    place = _ORDINALS.get(ordinal[1]) if ordinal and said.startswith("den ") else None
    return place if place is not None and place <= count else None


def _score(option: Option, said: str) -> float:
    """How well a text names an option: whole phrases above words, words above near misses."""
    best = 0.0
    for phrase in (option.label, *option.words):
        wanted = plain(phrase).strip(" .!")
        found = re.search(rf"(?<![\wæøå]){re.escape(wanted)}(?![\wæøå])", said)
        if found and not negated_before(said, found.start()):
            best = max(best, 10.0 + len(wanted))
    return best or _word_score(option, said)


def _word_score(option: Option, said: str) -> float:
    """How many of an option's own words a text shares; a denied one only if the option denies."""
    phrases = [word for phrase in (option.label, *option.words) for word in words_of(phrase)]
    names = set(phrases) - _SMALL_WORDS
    stems = tuple(plain(word)[:-1] for word in option.words if _STEM.fullmatch(word))
    denies = bool(set(phrases) & set(NOT))
    score = 0.0
    for word in set(words_of(said)) - _SMALL_WORDS:
        if not denies and negated_before(said, said.find(word)):
            continue
        if word in names or word.startswith(stems):
            score += 1.0
        elif _is_misspelt(word, names):
            score += 0.8
        elif len(word) > 3 and any(name.startswith(word) for name in names):
            score += 0.6
    return score


_STEM = re.compile(r"\w{3,}[*]")


def _is_misspelt(word: str, names: set[str]) -> bool:
    long_enough = len(word) >= _SHORTEST_MISSPELT
    return long_enough and bool(difflib.get_close_matches(word, names, n=1, cutoff=0.8))
