"""Says why a sign in a message does not count: negated, past, a story, a question, an idiom.

It reads concepts of the lexicon (`negator`, `past_time`, `general_question`, ...). In doubt a
sign counts: each rule below must be sure before it discounts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.red_flag_concepts import Span
from bot.domain.red_flag_words import Token

_CHILD_SIGNS = frozenset({"infant_word", "child_word", "age_under_3_months", "age_under_1_year"})
_REACH = 9  # words between a negation and what it negates, in a list


@dataclass
class Context:
    """A message as its signs see it. Positions are token positions."""

    tokens: Sequence[Token]
    found: Mapping[str, Sequence[Span]]
    _positions: dict[str, frozenset[int]] = field(default_factory=dict)
    _segments: dict[int, range] = field(default_factory=dict)

    def why_discounted(self, sign: Span, immune: frozenset[str] = frozenset()) -> str | None:
        """The reason why the sign does not count, or None. `immune`: reasons that don't apply."""
        for reason, holds in (
            ("idiom", self._is_idiom),
            ("negated", self._is_negated),
            ("works", self._works),
            ("animal", self._is_animal),
            ("past", self._is_past),
            ("other_story", self._is_other_story),
            ("family_history", self._is_family_history),
            ("question", self._is_general_question),
            ("hypothetical", self._is_hypothetical),
        ):
            if reason not in immune and holds(sign):
                return reason
        return None

    def who_has(self, sign: str, span: Span) -> str:
        """Who has a sign: "self", "child" or "adult" where the words say so, else ""."""
        if sign in _CHILD_SIGNS:
            return "child"
        covered = set(span.covered)
        for who in ("child", "adult", "self"):
            for claim in self.found.get(f"<has_{who}>", ()):
                if covered & set(range(claim.start, claim.end)):
                    return who
        return ""

    def _at(self, concept: str) -> frozenset[int]:
        """The positions that spans of a concept cover."""
        if concept not in self._positions:
            self._positions[concept] = frozenset(
                position
                for span in self.found.get(f"<{concept}>", ())
                for position in range(span.start, span.end)
            )
        return self._positions[concept]

    def _in_sentence(self, concept: str, sentence: int) -> list[Span]:
        return [
            span
            for span in self.found.get(f"<{concept}>", ())
            if self.tokens[span.start].sentence == sentence
        ]

    def _segment(self, position: int) -> range:
        """The part of the sentence round a position that no "men" or "nå" clause cuts off."""
        if position not in self._segments:
            segment = self._read_segment(position)
            self._segments.update(dict.fromkeys(segment, segment))
            self._segments[position] = segment
        return self._segments[position]

    def _read_segment(self, position: int) -> range:
        sentence = self.tokens[position].sentence
        breaks = self._at("contrast")
        start = end = position
        while start > 0 and self.tokens[start - 1].sentence == sentence and start - 1 not in breaks:
            start -= 1
        while (
            end + 1 < len(self.tokens)
            and self.tokens[end + 1].sentence == sentence
            and end + 1 not in breaks
        ):
            end += 1
        return range(start, end + 1)

    def _is_idiom(self, sign: Span) -> bool:
        covered = set(sign.covered)
        return any(
            covered & set(range(span.start, span.end)) for span in self.found.get("<idiom>", ())
        )

    def _works(self, sign: Span) -> bool:
        """"Får puste helt fint", "tisser som vanlig": not "får ikke puste fint"."""
        last = sign.covered[-1]
        if last not in self._at("function_verb") or any(p in self._at("neg") for p in sign.covered):
            return False
        for position in range(last + 1, min(last + 4, len(self.tokens))):
            if self.tokens[position].clause != self.tokens[last].clause:
                return False
            if position in self._at("fine_word"):
                return True
            if position not in self._at("filler") or position in self._at("negator"):
                return False
        return False

    def _is_animal(self, sign: Span) -> bool:
        """"Hunden min er tungpustet og har hoven legg", not "hunden bet meg, jeg blør"."""
        segment = self._segment(sign.start)
        told = [s for s in self.found.get("<animal_has>", ()) if s.start in segment]
        others = self._at("teller") | self._at("bite_word") | self._at("other_person")
        return any(
            span.start <= sign.start and not others & set(range(span.start, sign.end))
            for span in told
        )

    def _is_negated(self, sign: Span) -> bool:
        """Whether any part of the sign is: "kaster opp, men ikke blod" is no bloody vomit."""
        return any(self._part_is_negated(part, sign) for part in _parts(sign))

    def _part_is_negated(self, part: Span, whole: Span) -> bool:
        segment = self._segment(part.start)
        for negator in self.found.get("<negator>", ()):
            here = negator.start
            if here in whole.covered or here not in segment or here in self._at("not_a_negation"):
                continue
            if here >= part.end:
                if self._negates_backwards(negator, part):
                    return True
            elif here > part.start:
                if self._light(range(negator.end, part.end), part):
                    return True
            elif self._reaches(negator, part):
                return True
        return False

    def _reaches(self, negator: Span, sign: Span) -> bool:
        """Whether only small words or a list ("ikke feber, hoste eller ...") stand between."""
        between = range(negator.end, sign.start)
        same_clause = self.tokens[negator.start].clause == self.tokens[sign.start].clause
        if same_clause:
            last_or = max((p for p in between if p in self._at("or_word")), default=None)
            if last_or is not None and len(between) <= 2 * _REACH:
                return not any(p in self._at("new_statement") for p in between)
            return len(between) <= _REACH and self._light(between, sign)
        if len(between) > 3 * _REACH:
            return False
        return self._is_list(between, sign)

    def _is_list(self, between: range, sign: Span) -> bool:
        """A list after a negation goes on to "eller", and holds no new statement."""
        if any(p in self._at("new_statement") for p in between):
            return False
        clauses = {self.tokens[p].clause for p in between} | {self.tokens[sign.start].clause}
        last = max(clauses)
        rest = [
            p
            for p in self._segment(sign.start)
            if between.start <= p and self.tokens[p].clause <= last + 3
        ]
        return any(p in self._at("or_word") for p in rest if p > between.start)

    def _light(self, positions: range, sign: Span) -> bool:
        return all(
            p in sign.covered
            or p in self._at("filler")
            or p in self._at("light")
            or p in self._at("symptom")
            or p in self._at("or_word")
            for p in positions
        )

    def _negates_backwards(self, negator: Span, sign: Span) -> bool:
        """"Vondt i brystet har jeg ikke", "brystsmerter: nei", "han besvimte ikke"."""
        between = range(sign.end, negator.start)
        if sign.end - 1 in self._at("verb_sign") and negator.start in self._at("neg"):
            return len(between) <= 1 and all(p in self._at("pronoun") for p in between)
        if len(between) > 4 or not all(
            p in self._at("have") or p in self._at("pronoun") or p in self._at("filler")
            for p in between
        ):
            return False
        if between and not any(p in self._at("have") for p in between):
            return False
        after = negator.end
        ends = (
            after == len(self.tokens)
            or self.tokens[after].clause != self.tokens[negator.start].clause
            or after in self._at("contrast")
            or after in self._at("or_word")
        )
        return ends and (bool(between) or self._ends_list_item(negator, sign))

    def _ends_list_item(self, negator: Span, sign: Span) -> bool:
        """"Feber nei" or "feber: nei", not "vondt i brystet, ingen feber"."""
        return negator.start in self._at("no_word")

    def _is_past(self, sign: Span) -> bool:
        segment = self._segment(sign.start)
        spans = self.found.get("<past_time>", ())
        if not any(span.start in segment for span in spans):
            return False
        clause = self.tokens[sign.start].clause
        past_clauses = {self.tokens[span.start].clause for span in spans if span.start in segment}
        now_here = any(
            p in self._at("now") for p in segment if self.tokens[p].clause == clause
        )
        if now_here:
            return False
        starts_anew = any(
            p in self._at("new_statement")
            for p in segment
            if self.tokens[p].clause == clause and p <= sign.start
        )
        if clause in past_clauses or not starts_anew:
            return True
        opening = next(p for p in segment if self.tokens[p].clause == clause)
        return clause - 1 in past_clauses and opening in self._at("past_verb")

    def _is_other_story(self, sign: Span) -> bool:
        sentence = self.tokens[sign.start].sentence
        segment = self._segment(sign.start)
        now_here = any(p in self._at("right_now") or p in self._at("help_now") for p in segment)
        if now_here:
            return False
        claims = self._in_sentence("claims_own", sentence)
        for story in self._in_sentence("story", sentence):
            if story.start not in segment:
                continue
            told_from = story.end if story.start < sign.start else segment.start
            if not any(told_from <= claim.start < sign.end for claim in claims):
                return True
        return False

    def _is_family_history(self, sign: Span) -> bool:
        segment = self._segment(sign.start)
        return any(
            span.start in segment for span in self.found.get("<family_history>", ())
        ) and not any(p in self._at("now") for p in segment)

    def _is_general_question(self, sign: Span) -> bool:
        segment = self._segment(sign.start)
        asked = [s for s in self.found.get("<general_question>", ()) if s.start in segment]
        if not asked:
            return False
        return not any(
            p in self._at("now") or p in self._at("personal") for p in segment
            if not any(s.start <= p < s.end for s in asked)
        )

    def _is_hypothetical(self, sign: Span) -> bool:
        segment = self._segment(sign.start)
        clause = self.tokens[sign.start].clause
        return any(
            span.start in segment
            and span.start <= sign.start <= span.end + _REACH
            and not any(
                p in self._at("new_statement")
                and self.tokens[p].clause > self.tokens[span.start].clause
                for p in range(span.end, sign.start)
            )
            and clause - self.tokens[span.start].clause <= 2
            for span in self.found.get("<hypothetical>", ())
        )


def _parts(sign: Span) -> list[Span]:
    """The runs of words that a sign is made of."""
    parts: list[Span] = []
    for position in sign.covered:
        if parts and parts[-1].end == position:
            last = parts.pop()
            parts.append(Span(last.start, position + 1, (*last.covered, position)))
        else:
            parts.append(Span(position, position + 1, (position,)))
    return parts
