"""How the red-flag screen reads letters and words: one spelling for many, and tokens.

`fold` brings bokmål, nynorsk, Swedish, Danish, text without æøå and doubled letters to one
spelling, so that a word is listed once. `tokenise` cuts a message into tokens that know their
sentence and their clause.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

_LETTERS = str.maketrans(
    {"æ": "e", "ä": "e", "ø": "o", "ö": "o", "å": "a", "é": "e", "è": "e", "ê": "e", "ô": "o",
     "ò": "o", "ó": "o", "à": "a", "á": "a", "ü": "u", "w": "v", "z": "s", "0": "o"}
)  # fmt: skip
_DOUBLED = re.compile(r"([^\d])\1+")
_TOKEN = re.compile(
    r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:['’´`][^\W\d_]+)*|[.!?…\n]+|[,;:()\-–—/]"
)
_SENTENCE_END = frozenset(".!?…\n")
_APOSTROPHES = re.compile(r"['’´`]")
#: Dialect negations that hang on to the verb: "får'kje", "erke", "klarerikke".
_HANGING_NEGATION = re.compile(
    r"(?P<verb>far|fer|fa|har|er|e|kan|ka|vil|vi|skal|ska|ma|klarer|klare|klara|orker|orke|veit|vet|"
    r"vill|ville|kun|kune|torde|tor|far|fekk|fik|var|va|blir|blei|puster|puste|pustar|gar|"
    r"va|ser|svarer|svarar)(?P<negation>ikje|ikj|ike|kje|kj|ke|itj|ite|int|inte)"
    r"|(?P<english>do|does|did|is|was|ca|can|could|would|vould|have|has)nt"
)


def fold(word: str) -> str:
    """The one spelling under which the lexicon knows a lower-case word.

    Digraphs and accents are unified (hjärta, hjerte; faar, får, far) and doubled letters become
    one, since doubling is the commonest misspelling. Digits stay as they are, and so does a lone
    "æ" ("I"), which is not "e" ("is").
    """
    return word if word[:1].isdigit() or word == "æ" else _fold_letters(word)


@lru_cache(maxsize=20_000)
def _fold_letters(word: str) -> str:
    word = word.translate(_LETTERS)
    word = word.replace("ae", "e").replace("aa", "a")
    if not word.startswith("noe"):  # "noe" and "noen" have no ø
        word = word.replace("oe", "o")
    return _DOUBLED.sub(r"\1", word)


@dataclass(frozen=True)
class Token:
    """A word or number of the message, with the sentence and clause (both counted from 0)."""

    raw: str
    folded: str
    sentence: int
    clause: int
    asks: bool = False
    """Whether its sentence ends with a question mark."""


def tokenise(message: str, split: Callable[[str], Iterable[str]]) -> list[Token]:
    """The words and numbers of a message, lower-cased, in order.

    `split` may cut a folded word that was written together into its parts.
    """
    text = unicodedata.normalize("NFKC", message).lower()
    text = unicodedata.normalize("NFC", text)
    words: list[tuple[str, str, int, int]] = []
    asking: set[int] = set()
    sentence = clause = 0
    for match in _TOKEN.finditer(text):
        piece = match.group()
        if piece[0] in _SENTENCE_END:
            if "?" in piece:
                asking.add(sentence)
            sentence, clause = sentence + 1, clause + 1
        elif not piece[0].isalnum():
            clause += piece in ",;:()–—"
        else:
            for raw in split_contraction(piece):
                folded = fold(raw)
                for part in split(folded):
                    words.append((raw if part == folded else part, part, sentence, clause))
    return [Token(raw, folded, s, c, s in asking) for raw, folded, s, c in words]


def split_contraction(piece: str) -> tuple[str, ...]:
    """A word and the negation or pronoun that hangs on to it ("får'kje", "don't", "har'n")."""
    if piece[0].isdigit():
        return (piece,)
    plain = _APOSTROPHES.sub("", piece)
    found = _HANGING_NEGATION.fullmatch(fold(plain)) if len(plain) <= 11 else None
    if found and plain not in _WHOLE_WORDS:
        return found["verb"] or found["english"], "ikke"
    if plain != piece and len(plain) - len(piece) < 0:
        head, _, tail = _APOSTROPHES.sub("'", piece).partition("'")
        if tail == "s" and head in _ENGLISH_IS:
            return (head, "is")
        if tail in {"n", "an", "en", "a", "et"}:  # "ha'n", "har'n": a pronoun hangs on
            return (head, tail)
    return (plain,)


_ENGLISH_IS = frozenset({"he", "she", "it", "there", "who", "what"})
#: Words that only look as if a negation hung on to them.
_WHOLE_WORDS = frozenset(
    {"skalke", "virke", "vike", "vinke", "harke", "hake", "make", "kake", "fake", "vake", "bleike",
     "cant", "gake", "blike", "blikke"}
)  # fmt: skip


def edit_distance_at_most_one(a: str, b: str) -> bool:
    """Whether one letter added, dropped, changed or swapped with its neighbour turns a into b."""
    if a == b:
        return True
    if abs(len(a) - len(b)) > 1:
        return False
    i = 0
    while i < len(a) and i < len(b) and a[i] == b[i]:
        i += 1
    if a[i + 1 :] == b[i + 1 :] or a[i:] == b[i + 1 :] or a[i + 1 :] == b[i:]:
        return True
    return a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :]


def deletions(word: str) -> set[str]:
    """The word with any one letter left out."""
    return {word[:i] + word[i + 1 :] for i in range(len(word))}
