"""Reads yes, no and "don't know" in all the shades in which people say them."""

from __future__ import annotations

import re
from typing import Literal

from bot.domain.readers.text import plain, words_of
from bot.domain.readers.words import (
    DONT_KNOW,
    NO,
    NO_PHRASES,
    NONE_OF,
    NOT,
    YES,
    YES_PHRASES,
    word_set,
)

Shade = Literal["yes", "no", "dont_know"]

_NEGATION = re.compile(
    r"(?<![\wæøå])(?:"
    + "|".join(map(re.escape, sorted(NOT + NONE_OF, key=len, reverse=True)))
    + r")(?![\wæøå])"
)
_UNSURE_NO = re.compile(r"\b(?:ikke|ikkje|itj)(?: helt| heilt| så)? (?:sikker|målt)")
_LEANS_YES = re.compile(
    r"\b(?:tror|trur|trudde|trøkke|vil si|mistenker)\w*(?: \w+)? (?:ja|det|de|jo)\b"
)
_FILLERS = word_set(
    """eh øh æh altså vel nå no ååh å oi ja-nei hmm hm jeg eg æ i e det de d men da då tja uff åh
    jo-jo ærlig talt egentlig jammen må har er så"""
)
#: What people add to a yes without meaning anything more.
_POLITE = word_set(
    """takk tusen gjerne please veldig fint flott supert bra perfekt greit kjør på den dette denne
    timen time bestill bestille book send sende flytt flytte avbestill avbestille kanseller fornye
    fornyes gjør gjøre vil jo absolutt selvfølgelig sjølvsagt helst deg dere meg mæ vær snill så
    for all del da vi stemmer passer går er også"""
)
_OPENERS_ONLY_SHORT = word_set(
    """rett riktig klart gjerne mye mykje masse veldig ganske noe noko litt litte nokså ofte hele
    heile delvis sant konstant stadig stemme sjeldent"""
)


def read_dont_know(text: str) -> bool:
    """Whether the text says that the patient does not know."""
    said = plain(text).strip(" .!,;:)(")
    return bool(DONT_KNOW.search(said)) or set(said) == {"?"}


def without_dont_know(text: str) -> str:
    """The text without the words that say that the patient does not know."""
    return DONT_KNOW.sub(" ", plain(text))


def read_yes_no(text: str) -> Shade | None:
    """Yes, no or "don't know" where the text says so in so many words, else None."""
    said = plain(text).strip(" .!,;:)(")
    negated = bool(_NEGATION.search(said))
    if _LEANS_YES.search(said) and not negated:
        return "yes"
    first = _first_word(said)
    if first not in YES | NO and read_dont_know(said):
        return "dont_know"
    if any(re.search(rf"(?<![\wæøå]){re.escape(p)}(?![\wæøå])", said) for p in NO_PHRASES):
        return "no"
    if re.fullmatch(r"ja(?:da)?,? nei(?:da)?", said):
        return "dont_know"
    if first in NO:
        return "dont_know" if _UNSURE_NO.search(said) else "no"
    if first in YES:
        if re.match(r"(?:nei )?\w+ (?:ikke|ikkje|itj)$", said):
            return "no"
        if first in _OPENERS_ONLY_SHORT and (negated or len(words_of(said)) > 5):
            return None
        return "dont_know" if read_dont_know(re.sub(r"^\W*\w+\W*", "", said)) else "yes"
    for phrase in YES_PHRASES:
        if re.match(rf"(?:\w+ )?{re.escape(phrase)}(?![\wæøå])", said):
            return "no" if negated else "yes"
    if any(symbol in text for symbol in ("👍", "✅", "🙋")):
        return "yes"
    if any(symbol in text for symbol in ("👎", "❌", "🚫")):
        return "no"
    return None


def is_plain_yes(text: str) -> bool:
    """Whether the text says yes and nothing else: no question, no condition, no "but"."""
    words = set(words_of(text))
    return "?" not in text and read_yes_no(text) == "yes" and words <= YES | _FILLERS | _POLITE


def negated_before(text: str, position: int) -> bool:
    """Whether a negation stands in the same clause shortly before a position of the text."""
    clause = re.split(r"[.,;!?]|\bmen\b|\bog så\b", plain(text)[:position])[-1]
    return bool(_NEGATION.search(" ".join(clause.split()[-5:])))


def negated_at(text: str, start: int, end: int) -> bool:
    """Whether what stands between two positions of the `plain` text is denied.

    The negation stands before it ("ikke feber") or right after it ("røyker ikke", "feber har jeg
    ikke").
    """
    said = plain(text)
    after = re.match(
        r"\w*(?: (?:har|er|hadde|har vi))?(?: (?:jeg|eg|æ|han|hun|ho|vi|hu))? (\w+)", said[end:]
    )
    return negated_before(said, start) or bool(after and after[1] in NOT)


def has_negation(text: str) -> bool:
    """Whether a negation stands anywhere in the text."""
    return bool(_NEGATION.search(plain(text)))


def _first_word(said: str) -> str:
    words = re.findall(r"[^\W_]+(?:-[^\W_]+)*|👍|✅|👎|❌|🚫|🙋|✔|✖|💯", said)
    for index, word in enumerate(words[:3]):
        if word in YES | NO or word not in _FILLERS:
            return str(word if index == 0 or word in YES | NO else words[0])
    return ""
