"""Finds medicines in what patients write: "sobrill 15", "paralgin forte", "p-pillene mine"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.domain.readers.text import plain, words_of

Group = Literal["A", "B", "C"]
Renewal = Literal["ordinary", "course", "specialist", "examination", "excluded"]


@dataclass(frozen=True)
class Medicine:
    """A substance with its brand names, and what the rules need to know of it.

    `renewal` is None where nobody has placed the medicine in a class.
    """

    substance: str
    brands: tuple[str, ...]
    atc: str
    group: Group
    renewal: Renewal | None
    basis: str

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it goes by, each once."""
        return tuple(dict.fromkeys((self.substance, *self.brands)))


@dataclass(frozen=True)
class Product:
    """A product as the national register FEST has it."""

    name: str
    atc: str
    group: Group


@dataclass(frozen=True)
class MedicineKind:
    """A word for many medicines, such as "p-piller"; `atc` are the beginnings of their codes."""

    id: str
    words: tuple[str, ...]
    atc: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """A medicine as the patient named it.

    `group` and `renewal` are None where they are not known: the name is not in the register, or
    the medicines of a kind differ. `detail` is the strength and form that was said.
    """

    name: str
    atc: str | None
    group: Group | None
    renewal: Renewal | None
    detail: str = ""

    def to_json(self) -> dict[str, Any]:
        """The medicine as an answer that a conversation can keep."""
        return {
            "name": self.name,
            "atc": self.atc,
            "group": self.group,
            "renewal": self.renewal,
            "detail": self.detail,
        }


@dataclass(frozen=True)
class Found:
    """What a text names: certain medicines, or names that are about as likely as each other."""

    medicines: tuple[Wanted, ...] = ()
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Name:
    spoken: str
    folded: tuple[str, ...]
    medicine: Medicine


@dataclass(frozen=True)
class _Hit:
    start: int
    end: int
    distance: int
    name: _Name


def with_products(
    medicines: Iterable[Medicine], products: Iterable[Product]
) -> tuple[Medicine, ...]:
    """The medicines with FEST's codes and groups, and with the products they lacked.

    FEST knows no renewal class: a product takes the class of the medicine with its ATC code, all
    of groups A and B are excluded, and any other has none, so that a doctor must look.
    """
    known = {name.lower(): medicine for medicine in medicines for name in medicine.names}
    by_atc = {medicine.atc: medicine for medicine in known.values()}
    added: dict[str, Medicine] = {}
    for product in products:
        own = known.get(product.name.lower())
        if own is None or (own.atc, own.group) != (product.atc, product.group):
            added[product.name.lower()] = _classed(product, by_atc.get(product.atc))
    kept = [_without_names(medicine, added) for medicine in dict.fromkeys(known.values())]
    return tuple([medicine for medicine in kept if medicine] + list(added.values()))


def _classed(product: Product, like: Medicine | None) -> Medicine:
    renewal: Renewal | None = None
    if product.group in ("A", "B"):
        renewal = "excluded"
    elif like is not None and like.group == "C":
        renewal = like.renewal
    basis = "FEST: ATC code and group"
    return Medicine(product.name, (product.name,), product.atc, product.group, renewal, basis)


def _without_names(medicine: Medicine, taken: Mapping[str, Medicine]) -> Medicine | None:
    """The medicine with the names that FEST does not place elsewhere; None where none is left."""
    left = [name for name in medicine.names if name.lower() not in taken]
    if not left:
        return None
    return replace(
        medicine, substance=left[0], brands=tuple(n for n in medicine.brands if n in left)
    )


class Register:
    """All medicines and kinds, searched by name."""

    def __init__(
        self,
        medicines: Iterable[Medicine],
        kinds: Iterable[MedicineKind],
        ordinary_words: Iterable[str] = (),
    ) -> None:
        """`ordinary_words` are the beginnings of words that are never a misspelt medicine."""
        self.medicines = tuple(medicines)
        self.kinds = tuple(kinds)
        self._ordinary = tuple(ordinary_words)
        names = [
            _Name(spoken, tuple(_fold(word) for word in words_of(spoken)), medicine)
            for medicine in self.medicines
            for spoken in medicine.names
        ]
        self._first_words: dict[str, list[_Name]] = {}
        for name in names:
            self._first_words.setdefault(name.folded[0], []).append(name)
        # People rarely miss the first sound of a name; this keeps the search short.
        self._by_letter: dict[str, list[str]] = {}
        for word in self._first_words:
            self._by_letter.setdefault(word[0], []).append(word)

    def find(self, text: str) -> Found:
        """The medicines that a text names, by name or by kind.

        A kind beside a name ("Levaxin og p-piller") counts where the two are joined; otherwise it
        only says what the name is ("blodtrykksmedisinen Cozaar").
        """
        tokens = [part for word in _words(text) for part in self._parts(word)]
        hits = self._hits(tokens)
        named = self._choose(hits, tokens) if hits else Found()
        if named.alternatives or (named.medicines and not _JOINED.search(plain(text))):
            return named
        wanted = list(named.medicines)
        for kind in self._kinds(_without(hits, tokens) if hits else plain(text)):
            if not any(_is_of_kind(one, kind) for one in named.medicines):
                wanted.append(self._as_wanted(kind))
        return Found(tuple(wanted))

    def by_name(self, name: str) -> Wanted:
        """The medicine of a name as the register spells it; an unknown one has no class."""
        found = self.find(name).medicines
        return found[0] if len(found) == 1 else Wanted(name, None, None, None)

    def _parts(self, word: str) -> list[str]:
        """A word, or its parts where a hyphen joins a name to another word ("Zoloft-resepten")."""
        parts = [part for part in word.split("-") if part]
        named = any(_fold(part) in self._first_words for part in parts)
        return parts if named and _fold(word) not in self._first_words else [word]

    def _hits(self, tokens: list[str]) -> list[_Hit]:
        """The longest and nearest name at each place, save those that others are measured by."""
        hits: list[_Hit] = []
        place = 0
        while place < len(tokens):
            compared = place > 0 and tokens[place - 1] in _THAN
            here = [] if compared else self._hits_at(tokens, place)
            hits += here
            place = max((hit.end for hit in here), default=place + 1)
        return hits

    def _hits_at(self, tokens: list[str], place: int) -> list[_Hit]:
        found = [
            _Hit(place, place + length, distance + rest, name)
            for first, distance in self._near(tokens[place])
            for name in self._first_words[first]
            for length, rest in [self._rest_fits(name, tokens, place)]
            if length
        ]
        if not found:
            return []
        best = min(_rank(hit) for hit in found)
        return [hit for hit in found if _rank(hit) == best]

    def _near(self, token: str) -> list[tuple[str, int]]:
        """The first words of names that a token may stand for, with the letters that differ."""
        stems = [_fold(stem) for stem in _stems(token)]
        exact = [(stem, 0) for stem in stems if stem in self._first_words]
        if exact or token.startswith(self._ordinary):
            return exact[:1]
        near = []
        for word in self._by_letter.get(stems[0][0], ()):
            distance = min(_distance(stem, word, _allowed(word)) for stem in stems)
            if distance <= _allowed(word):
                near.append((word, distance))
        return near

    def _rest_fits(self, name: _Name, tokens: list[str], place: int) -> tuple[int, int]:
        """How many tokens a name of several words takes, and how many letters differ in them.

        The first word of a brand is enough ("paralgin"), unless it is an everyday word.
        """
        rest = name.folded[1:]
        said = tokens[place + 1 : place + len(name.folded)]
        distances = [
            _distance(_fold(token), word, _allowed(word))
            for token, word in zip(said, rest, strict=False)
        ]
        if len(said) == len(rest) and all(
            distance <= _allowed(word) for distance, word in zip(distances, rest, strict=True)
        ):
            return len(name.folded), sum(distances)
        is_brand = name.spoken in name.medicine.brands
        return (1, 0) if is_brand and not tokens[place].startswith(self._ordinary) else (0, 0)

    def _choose(self, hits: list[_Hit], tokens: list[str]) -> Found:
        """One medicine for each place; names of unlike medicines at one place are alternatives."""
        chosen: dict[int, list[_Hit]] = {}
        for hit in hits:
            chosen.setdefault(hit.start, []).append(hit)
        wanted: list[Wanted] = []
        for same_place in chosen.values():
            classes = {
                (m.atc, m.group, m.renewal) for m in (hit.name.medicine for hit in same_place)
            }
            if len(classes) > 1:
                return Found((), tuple(dict.fromkeys(hit.name.spoken for hit in same_place)))
            hit = same_place[0]
            medicine = hit.name.medicine
            spoken = hit.name.spoken if _names_all(hit) else hit.name.spoken.split()[0]
            detail = _detail(tokens, hit.end)
            new = Wanted(spoken, medicine.atc, medicine.group, medicine.renewal, detail)
            if new.atc not in {one.atc for one in wanted}:
                wanted.append(new)
        return Found(tuple(wanted))

    def _kinds(self, said: str) -> list[MedicineKind]:
        """The kinds that are named, longest word first, without those that overlap another."""
        named = sorted(
            (
                (found.end() - found.start(), kind.id, kind)
                for kind in self.kinds
                for word in kind.words
                for found in [_phrase(word).search(said)]
                if found
            ),
            reverse=True,
        )
        kinds: list[MedicineKind] = []
        for _, _, kind in named:
            if not any(_overlap(kind, other) for other in kinds):
                kinds.append(kind)
        return kinds

    def _as_wanted(self, kind: MedicineKind) -> Wanted:
        """A kind as a medicine: its group and class where all its medicines have the same."""
        members = [m for m in self.medicines if m.atc.startswith(kind.atc)]
        groups, renewals = {m.group for m in members}, {m.renewal for m in members}
        return Wanted(
            kind.id,
            None,
            groups.pop() if len(groups) == 1 else None,
            renewals.pop() if len(renewals) == 1 else None,
        )


_SHORTEST_MISSPELT = 6
_LONG_NAME = 9

#: Spellings that sound alike, so that "levaksin" is Levaxin and "zopiclone" is zopiklon.
_SOUNDS = (
    ("qu", "kv"), ("ph", "f"), ("th", "t"), ("ch", "k"), ("ck", "k"), ("x", "ks"), ("w", "v"),
    ("é", "e"), ("ä", "æ"), ("ö", "ø"),
)
_ENDINGS = re.compile(
    r"(?:tablett|pill|kaps[el]l|kapsl|spray|krem|salv|plast[er]r|plaster|dråp|mikstur|inhalator)\w*$"
    r"|(?:en|an|n|a|et|ene|ane|er|s|e)$"
)
#: "Sterkere enn Paracet" asks for something else than Paracet.
_THAN = ("enn", "than", "än", "end")
_JOINED = re.compile(r"\b(?:og|å|samt|pluss|både|and)\b|[+&]")
_STRENGTH = re.compile(r"\d+(?:[.,]\d+)?(?:mg|mcg|µg|g|ml|ie)?")
_DETAIL_WORDS = re.compile(
    r"mg|mcg|µg|g|ml|ie|mikrogram|milligram|gram|prosent|depot|comp|plus|forte"
    r"|(?:depot)?(?:tablett|pille|kapsl|kapsel|krem|salve|mikstur|inhalator|spray|nesespray|plaster"
    r"|stikkpille|øyedråpe|dråpe|penn|gel|sprøyte|ring)\w*"
)


def _words(text: str) -> list[str]:
    """The words of a text; a number keeps its decimals ("7,5 mg")."""
    return re.findall(r"\d+[.,]\d+|[^\W_]+(?:['-][^\W_]+)*", plain(text))


def _fold(word: str) -> str:
    """A word by its sound: double letters, c, z, silent e and the like made one."""
    folded = word.lower()
    for written, sound in _SOUNDS:
        folded = folded.replace(written, sound)
    folded = re.sub(r"c(?=[eiyæø])", "s", folded).replace("c", "k").replace("z", "s")
    folded = re.sub(r"(\w)\1", r"\1", folded)
    return folded[:-1] if folded.endswith("e") and len(folded) > 4 else folded


def _stems(token: str) -> list[str]:
    """A word, and without an ending such as "-en" or "-tabletter"."""
    stem = _ENDINGS.sub("", token)
    return [token, stem] if stem != token and len(stem) > 2 else [token]


def _allowed(word: str) -> int:
    """How many letters of a name may be wrong."""
    return 2 if len(word) >= _LONG_NAME else 1 if len(word) >= _SHORTEST_MISSPELT else 0


def _distance(said: str, name: str, limit: int) -> int:
    """Letters to change, add, drop or swap to get from one word to the other, up to a limit."""
    if abs(len(said) - len(name)) > limit or limit == 0:
        return 0 if said == name else limit + 1
    before: list[int] = []
    previous = list(range(len(name) + 1))
    for i, letter in enumerate(said, 1):
        row = [i]
        for j, wanted in enumerate(name, 1):
            cost = min(previous[j] + 1, row[-1] + 1, previous[j - 1] + (letter != wanted))
            swapped = i > 1 and j > 1 and letter == name[j - 2] and said[i - 2] == wanted
            row.append(min(cost, before[j - 2] + 1) if swapped else cost)
        if min(row) > limit:
            return limit + 1
        before, previous = previous, row
    return previous[-1]


def _without(hits: list[_Hit], tokens: list[str]) -> str:
    """The text without the names that were found in it."""
    named = {place for hit in hits for place in range(hit.start, hit.end)}
    return " ".join(token for place, token in enumerate(tokens) if place not in named)


def _rank(hit: _Hit) -> tuple[int, int, bool]:
    """Nearest first, then longest, then a whole name before the beginning of one."""
    return hit.distance, hit.start - hit.end, not _names_all(hit)


def _names_all(hit: _Hit) -> bool:
    return hit.end - hit.start == len(hit.name.folded)


def _detail(tokens: list[str], after: int) -> str:
    """The strength and form that stand right after a name."""
    said = []
    for token in tokens[after : after + 4]:
        if not (_STRENGTH.fullmatch(token) or _DETAIL_WORDS.fullmatch(token)):
            break
        said.append(token)
    return " ".join(said)


def _is_of_kind(medicine: Wanted, kind: MedicineKind) -> bool:
    """Whether the word for a kind tells of this medicine: its use, or its form ("nesespray")."""
    if medicine.atc is not None and medicine.atc.startswith(kind.atc):
        return True
    return any(_phrase(word).search(medicine.detail) for word in kind.words)


def _overlap(one: MedicineKind, other: MedicineKind) -> bool:
    """Whether two kinds share medicines, as allergy medicines and nasal sprays do."""
    return any(a.startswith(other.atc) for a in one.atc) or any(
        b.startswith(one.atc) for b in other.atc
    )


def _phrase(phrase: str) -> re.Pattern[str]:
    """A phrase as a pattern; `*` is any ending of a word."""
    pattern = re.escape(plain(phrase)).replace(r"\*", r"[\wæøå]*").replace(r"\ ", " ")
    return re.compile(rf"(?<![\wæøå]){pattern}(?![\wæøå])")
