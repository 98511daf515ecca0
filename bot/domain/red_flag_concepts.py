"""Finds concepts (body parts, qualities, signs) in a message, from word patterns that are data.

A concept is a list of patterns. A pattern is one line of words:

    brystsmert*            a word, or with * the start of a word
    =far                   a word that must be spelt exactly so
    <cannot> <breathe>     other concepts, one after the other; small words may stand between
    <not> + <breathe>      the one right after the other
    puls .. skyhøy         up to six words between
    <pain> & <chest>       in any order in the same sentence, close to each other

A misspelt word of seven letters or more (shorter ones where the lexicon says so) is read as the
word that is one edit away, unless it is an ordinary word of its own. A compound ("leggsmerter")
is read as both its parts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import heappop, heappush
from itertools import pairwise

from bot.domain.red_flag_words import (
    Token,
    deletions,
    edit_distance_at_most_one,
    fold,
    split_contraction,
    tokenise,
)

_WIDE_GAP = 6  # words that ".." may jump over
_NO_GAP = -1  # "+": no word between, not even a small one
_GAPS = {"..": _WIDE_GAP, "+": _NO_GAP}
_NEAR = 9  # words that a pattern with "&" may span, its parts included
_SMALL_WORDS_BETWEEN = 4
_MEAN_LETTERS_RUN_TOGETHER = 3.2  # shorter parts are chance, not words written together
_LONGEST_ENDING = 4  # letters after the start of a word that are only its inflection
_SHORTEST_STEM = 3  # letters before an ending that may be another dialect's
_SHORTEST_FUZZY = 5  # letters of a word that can be misspelt, if the lexicon lists it
_ALWAYS_FUZZY = 7  # from this length on every word and stem can be misspelt


@dataclass(frozen=True)
class Span:
    """Where a concept stands: tokens `start` to `end` (excluded), of which it uses `covered`."""

    start: int
    end: int
    covered: tuple[int, ...]


@dataclass(frozen=True)
class Lexicon:
    """The words of the screen. `concepts`: id to patterns. `fillers`: the id of the small words.

    `heads` and `tails`: concepts whose words may form a compound; `ordinary`: words that are
    never a misspelling of another; `often_misspelt`: short words whose misspellings are read;
    `own_spelling`: words that would be mistaken for another under its folded spelling ("vere",
    "verre"), and so are read only as they are written; `own_spelling_beside_aeoeaa`: the same,
    in a message that has æ, ø or å ("far" and "får"); `equivalents`: a word to its variants in
    dialects and languages, alike in every pattern. `endings`: how an ending may be spelt in the
    patterns ("bøya" is read as "bøye" where nothing is known of "bøya"). `intensifiers`:
    what may be put before any word ("kjempe").
    """

    concepts: Mapping[str, Sequence[str]]
    heads: Sequence[str]
    tails: Sequence[str]
    ordinary: frozenset[str]
    often_misspelt: frozenset[str] = frozenset()
    own_spelling: frozenset[str] = frozenset()
    own_spelling_beside_aeoeaa: frozenset[str] = frozenset()
    equivalents: Mapping[str, Sequence[str]] = field(default_factory=dict)
    endings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    intensifiers: Sequence[str] = ()
    fillers: str = "filler"


@dataclass(frozen=True)
class _Pattern:
    items: tuple[str, ...]
    gaps: tuple[int, ...]  # before each item but the first: words that may be jumped over
    together: bool
    needed: frozenset[str]


class UnknownConcept(Exception):
    """A pattern names a concept that is nowhere defined, or concepts name each other in a ring."""


class ConceptFinder:
    """Finds every concept of a lexicon in a message."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._exact: dict[str, list[str]] = {}
        self._raw: dict[str, list[str]] = {}
        self._stems: dict[str, list[str]] = {}
        self._names: list[str] = []
        longer: list[tuple[int, _Pattern]] = []
        self._fillers = f"<{lexicon.fillers}>"
        self._own_spelling = lexicon.own_spelling
        self._own_beside_aeoeaa = lexicon.own_spelling_beside_aeoeaa
        self._canonical = {
            fold(variant): fold(word)
            for word, variants in lexicon.equivalents.items()
            for variant in variants
        }
        words_of: dict[str, list[str]] = {}
        concepts = _with_parts(lexicon.concepts)
        for concept in _in_order(concepts):
            patterns = [self._parse(line) for line in concepts[concept]]
            number = len(self._names)
            self._names.append(f"<{concept}>")
            for pattern in patterns:
                item = pattern.items[0]
                if len(pattern.items) == 1 and not item.startswith("<"):
                    self._learn(item, f"<{concept}>")
                    words_of.setdefault(concept, []).append(item)
                else:
                    longer.append((number, pattern))
                    for literal in pattern.items:
                        if not literal.startswith("<"):
                            self._learn(literal, literal)
                        elif literal[1:-1] not in concepts:
                            raise UnknownConcept(literal[1:-1])
        self._by_trigger = _by_rarest_item(longer)
        self._ordinary = frozenset(fold(word) for word in lexicon.ordinary)
        self._endings = {
            fold(ending): tuple(fold(other) for other in others)
            for ending, others in lexicon.endings.items()
        }
        self._intensifiers = tuple(fold(word) for word in lexicon.intensifiers)
        self._heads = _literals(words_of, lexicon.heads)
        self._tails = _literals(words_of, lexicon.tails)
        self._stem_lengths = sorted({len(stem) for stem in self._stems})
        self._learn_misspellings({fold(word) for word in lexicon.often_misspelt})
        self._keys = lru_cache(maxsize=20_000)(self._read_word)
        self._joined_keys = lru_cache(maxsize=20_000)(self._joined)
        self._parts = lru_cache(maxsize=5_000)(self._read_run_together)

    def tokens(self, message: str) -> list[Token]:
        """The message's tokens; words written together are cut where the lexicon knows them all."""
        return tokenise(message, self._parts)

    def guesses(self, word: str) -> bool:
        """Whether a folded word is read as a misspelling, or as several words written together."""
        if self._parts(word) != (word,):
            return True
        is_long = len(word) >= _SHORTEST_FUZZY
        return is_long and not self._known(word) and bool(self._misspelt_keys(word))

    def find(self, tokens: Sequence[Token]) -> dict[str, list[Span]]:
        """Where each concept stands, by its id in angle brackets; literals are in there too."""
        found: dict[str, list[Span]] = {}
        as_written = self._own_spelling
        if not all(token.raw.isascii() for token in tokens):
            as_written = as_written | self._own_beside_aeoeaa
        for position, token in enumerate(tokens):
            span = Span(position, position + 1, (position,))
            if token.raw not in as_written:
                for key in self._keys(token.folded):
                    found.setdefault(key, []).append(span)
            for key in self._raw.get(token.raw, ()):
                found.setdefault(key, []).append(span)
        for position, (left, right) in enumerate(pairwise(tokens)):
            if left.clause == right.clause:
                for key in self._joined_keys(left.folded, right.folded):
                    found.setdefault(key, []).append(
                        Span(position, position + 2, (position, position + 1))
                    )
        self._find_patterns(tokens, found)
        return found

    def _find_patterns(self, tokens: Sequence[Token], found: dict[str, list[Span]]) -> None:
        """Adds the concepts that patterns of several items give, each after those it names."""
        fillers = {span.start for span in found.get(self._fillers, ())}
        waiting: dict[int, list[_Pattern]] = {}
        queue: list[int] = []

        def await_patterns_of(key: str) -> None:
            for number, pattern in self._by_trigger.get(key, ()):
                if number not in waiting:
                    heappush(queue, number)
                waiting.setdefault(number, []).append(pattern)

        for key in list(found):
            await_patterns_of(key)
        while queue:
            number = heappop(queue)
            concept = self._names[number]
            spans: list[Span] = []
            for pattern in waiting[number]:
                if pattern.needed <= found.keys():
                    match = _together if pattern.together else _in_sequence
                    spans.extend(match(pattern, found, tokens, fillers))
            if spans:
                is_new = concept not in found
                spans.extend(found.get(concept, ()))
                found[concept] = sorted(set(spans), key=lambda span: (span.start, span.end))
                if is_new:
                    await_patterns_of(concept)

    def _parse(self, line: str) -> _Pattern:
        items: list[str] = []
        gaps: list[int] = []
        together = "&" in line.split()
        gap = 0
        pieces = [part for piece in line.split() for part in _parts_of_literal(piece)]
        for piece in pieces:
            if piece in _GAPS:
                gap = _GAPS[piece]
            elif piece != "&":
                if items:
                    gaps.append(gap)
                piece = f"={piece}" if piece in self._own_spelling else piece
                items.append(piece if piece[0] in "<=" else self._literal(piece))
                gap = 0
        return _Pattern(tuple(items), tuple(gaps), together, frozenset(items))

    def _literal(self, piece: str) -> str:
        if piece.endswith("*"):
            return fold(piece[:-1]) + "*"
        word = fold(piece)
        return self._canonical.get(word, word)

    def _learn(self, literal: str, key: str) -> None:
        if literal.startswith("="):
            self._raw.setdefault(literal[1:], []).append(key)
            return
        table = self._stems if literal.endswith("*") else self._exact
        keys = table.setdefault(literal.rstrip("*"), [])
        if key not in keys:
            keys.append(key)

    def _learn_misspellings(self, short: set[str]) -> None:
        self._misspelt: dict[str, set[str]] = {}
        self._misspelt_stems: dict[str, set[str]] = {}
        tables = ((self._exact, self._misspelt), (self._stems, self._misspelt_stems))
        for words, table in tables:
            for word in words:
                if word.isalpha() and (len(word) >= _ALWAYS_FUZZY or word in short):
                    for form in deletions(word) | {word}:
                        table.setdefault(form, set()).add(word)
        self._fuzzy_stem_lengths = sorted(
            {len(word) for words in self._misspelt_stems.values() for word in words}
        )

    def _read_word(self, word: str) -> tuple[str, ...]:
        keys = self._known(word)
        if word in self._canonical:
            keys = [*keys, *self._known(self._canonical[word])]
        for cut in range(3, len(word) - 2):
            if self._is(word[:cut], self._heads, whole=True):
                tail = word[cut:]
                for rest in (tail, tail[1:]) if tail[0] in "se" else (tail,):
                    if len(rest) >= 3 and self._is(rest, self._tails, whole=False):
                        keys = [*keys, *self._known(word[:cut]), *self._known(rest)]
        if word not in self._exact and word not in self._canonical:
            keys = [*keys, *self._inflected_keys(word)]
        if self._is_settled(word, keys):
            return tuple(dict.fromkeys(keys))
        start = next((s for s in self._intensifiers if word.startswith(s)), word)
        if len(word) > len(start) + 2:
            keys = [*keys, *self._read_word(word[len(start) :])]
        elif len(word) >= _SHORTEST_FUZZY and word not in self._ordinary:
            keys = [*keys, *self._misspelt_keys(word)]
        return tuple(dict.fromkeys(keys))

    def _is_settled(self, word: str, keys: Sequence[str]) -> bool:
        """Whether a word was read to its end; "brystsmetrer" is no more than a start of "bryst"."""
        if not keys or word in self._exact or word in self._canonical:
            return bool(keys)
        starts = [n for n in self._stem_lengths if n <= len(word) and word[:n] in self._stems]
        return not starts or len(word) - starts[-1] <= _LONGEST_ENDING

    def _inflected_keys(self, word: str) -> list[str]:
        """Keys of a word whose ending is another dialect's ("henga" for "henge")."""
        for length in (3, 2, 1):
            stem, ending = word[:-length], word[-length:]
            if len(stem) >= _SHORTEST_STEM and ending in self._endings:
                for other in self._endings[ending]:
                    keys = self._exact.get(self._canonical.get(stem + other, stem + other))
                    if keys:
                        return list(keys)
        return []

    def _known(self, word: str) -> list[str]:
        keys = list(self._exact.get(word, ()))
        for length in self._stem_lengths:
            if length > len(word):
                break
            keys.extend(self._stems.get(word[:length], ()))
        return keys

    def _is(self, word: str, literals: frozenset[str], whole: bool) -> bool:
        if word in literals:
            return True
        lengths = (len(word),) if whole else range(3, len(word) + 1)
        return any(f"{word[:length]}*" in literals for length in lengths)

    def _misspelt_keys(self, word: str, shortest: int = 0) -> list[str]:
        """Keys of the words of at least `shortest` letters that a word may be a misspelling of."""
        keys: list[str] = []
        for form in deletions(word) | {word}:
            for meant in self._misspelt.get(form, ()):
                if len(meant) >= shortest and _is_misspelling(word, meant):
                    keys.extend(self._exact[meant])
        for length in self._fuzzy_stem_lengths:
            if length > len(word) + 1:
                break
            if length < shortest:
                continue
            for start in {word[: length - 1], word[:length], word[: length + 1]}:
                for form in deletions(start) | {start}:
                    for meant in self._misspelt_stems.get(form, ()):
                        if len(meant) == length and _is_misspelling(start, meant):
                            keys.extend(self._stems[meant])
        return keys

    def _is_word(self, part: str) -> bool:
        known = part in self._exact or part in self._canonical
        return known and (len(part) > 1 or part in "iae")

    def _joined(self, left: str, right: str) -> tuple[str, ...]:
        """Keys of a compound that was written as two words ("kald svetter")."""
        if len(left) < 3 or len(right) < 3:
            return ()
        word = fold(left + right)
        keys = list(self._exact.get(word, ()))
        for length in self._stem_lengths:
            if len(left) + 2 < length <= len(word):
                keys.extend(self._stems.get(word[:length], ()))
        return tuple(keys)

    def _read_run_together(self, word: str) -> tuple[str, ...]:
        """The parts of words written together, or the word itself."""
        if len(word) < 8 or word in self._ordinary or word in self._exact:
            return (word,)
        if any(word[:length] in self._stems for length in self._stem_lengths if length >= 7):
            return (word,)
        best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 14), end):
                before, part = best[start], word[start:end]
                if before is not None and self._is_word(part):
                    now = best[end]
                    if now is None or len(before) + 1 < len(now):
                        best[end] = (*before, part)
        parts = best[-1]
        if self._misspelt_keys(word, len(word) - _LONGEST_ENDING):
            return (word,)
        if not parts or len(word) < _MEAN_LETTERS_RUN_TOGETHER * len(parts):
            return (word,)
        return parts if len(parts) >= 3 and max(map(len, parts)) >= 5 else (word,)


def _parts_of_literal(piece: str) -> tuple[str, ...]:
    """A word of a pattern as messages are cut: "dont" is two tokens there too."""
    return (piece,) if piece[0] in "<=&.+" or piece.endswith("*") else split_contraction(piece)


def _by_rarest_item(
    patterns: Sequence[tuple[int, _Pattern]],
) -> dict[str, list[tuple[int, _Pattern]]]:
    """Each pattern under the item that the fewest patterns name, so that few are tried."""
    uses = Counter(item for _, pattern in patterns for item in pattern.needed)
    index: dict[str, list[tuple[int, _Pattern]]] = {}
    for number, pattern in patterns:
        rarest = min(sorted(pattern.needed), key=lambda item: uses[item])
        index.setdefault(rarest, []).append((number, pattern))
    return index


def _is_misspelling(word: str, meant: str) -> bool:
    """One edit apart; short words must begin alike, for people seldom miss the first letter."""
    if len(meant) < _ALWAYS_FUZZY and word[0] != meant[0]:
        return False
    return edit_distance_at_most_one(word, meant)


def _literals(words_of: Mapping[str, Iterable[str]], concepts: Iterable[str]) -> frozenset[str]:
    return frozenset(
        item for concept in concepts for item in words_of.get(concept, ()) if item[0] != "="
    )


def _with_parts(concepts: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The concepts, and one more for each part of several words in a pattern with "&"."""
    whole: dict[str, Sequence[str]] = {}
    for concept, lines in concepts.items():
        kept = []
        for line in lines:
            parts = line.split(" & ")
            for index, part in enumerate(parts):
                if len(parts) > 1 and " " in part:
                    name = part.replace(" ", "_").replace("<", "(").replace(">", ")")
                    whole[name] = [part]
                    parts[index] = f"<{name}>"
            kept.append(" & ".join(parts))
        whole[concept] = kept
    return whole


def _in_order(concepts: Mapping[str, Sequence[str]]) -> list[str]:
    """The concepts so that each stands after those that its patterns name."""
    order: list[str] = []
    state: dict[str, bool] = {}

    def visit(concept: str) -> None:
        if state.get(concept):
            return
        if concept in state:
            raise UnknownConcept(f"{concept} names itself in a ring")
        state[concept] = False
        for line in concepts.get(concept, ()):
            for item in line.split():
                if item.startswith("<"):
                    if item[1:-1] not in concepts:
                        raise UnknownConcept(f"{item} in {concept}")
                    visit(item[1:-1])
        state[concept] = True
        order.append(concept)

    for concept in concepts:
        visit(concept)
    return order


def _start(span: Span) -> int:
    return span.start


def _in_sequence(
    pattern: _Pattern,
    found: Mapping[str, Sequence[Span]],
    tokens: Sequence[Token],
    fillers: set[int],
) -> list[Span]:
    spans: list[Span] = []
    for first in found[pattern.items[0]]:
        match: Span | None = first
        for item, gap in zip(pattern.items[1:], pattern.gaps, strict=True):
            match = _next(match, found[item], gap, tokens, fillers) if match else None
        if match:
            spans.append(match)
    return spans


def _next(
    before: Span,
    candidates: Sequence[Span],
    gap: int,
    tokens: Sequence[Token],
    fillers: set[int],
) -> Span | None:
    sentence = tokens[before.end - 1].sentence
    for span in candidates[bisect_left(candidates, before.end, key=_start) :]:
        between = range(before.end, span.start)
        if len(between) > _WIDE_GAP or tokens[span.start].sentence != sentence:
            return None
        small = len(between) <= _SMALL_WORDS_BETWEEN and all(i in fillers for i in between)
        if not between or (small and gap != _NO_GAP) or len(between) <= gap:
            return Span(before.start, span.end, before.covered + span.covered)
    return None


def _together(
    pattern: _Pattern,
    found: Mapping[str, Sequence[Span]],
    tokens: Sequence[Token],
    fillers: set[int],
) -> list[Span]:
    spans: list[Span] = []
    for first in found[pattern.items[0]]:
        parts = [first]
        for item in pattern.items[1:]:
            spans_of_item = found[item]
            since = bisect_left(spans_of_item, first.start - _NEAR, key=_start)
            until = bisect_left(spans_of_item, first.start + _NEAR, key=_start)
            near = [
                span
                for span in spans_of_item[since:until]
                if tokens[span.start].sentence == tokens[first.start].sentence
                and max(span.end, first.end) - min(span.start, first.start) <= _NEAR
            ]
            if not near:
                break
            parts.append(min(near, key=lambda span: abs(span.start - first.start)))
        else:
            covered = sorted({position for part in parts for position in part.covered})
            spans.append(Span(covered[0], covered[-1] + 1, tuple(covered)))
    return spans
