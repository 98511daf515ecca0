"""The red-flag screen: which signs in a patient's words need help now, and what to say then.

Deterministic and explainable: rules (reviewed content) combine signs that the words of the
message, and of the patient's earlier messages, state; a second reader compares the message with
reviewed examples. The screen gives a level of urgency and the reason; it does not say what the
illness is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from bot.domain.levels import LEVELS, URGENT, Level
from bot.domain.red_flag_concepts import ConceptFinder, Lexicon, UnknownConcept
from bot.domain.red_flag_context import Context
from bot.domain.red_flag_likeness import LIKENESS, Likeness, SecondReader, is_calm, signs_of
from bot.domain.red_flag_numbers import FACTS, read_facts
from bot.domain.red_flag_words import Token

#: Said when the screen and its content both fail.
SAFE_REPLY = (
    "Jeg klarte ikke å lese meldingen din sikkert. Haster det, eller er du i tvil: ring 113 nå. "
    "Legevakt: 116 117. I utlandet: ring 112 eller det lokale nødnummeret."
)
_EARLIER_MESSAGES = 12

#: Asked instead of an alarm that the wording of the message speaks against.
CALM_QUESTION = "wording.now"


@dataclass(frozen=True)
class Contact:
    """Someone to call: `phone` as it is dialled."""

    name: str
    phone: str


@dataclass(frozen=True)
class Rule:
    """`needs`: of each line one sign must be there. `unless`: none of these may be."""

    id: str
    covers: str
    level: Level
    basis: str
    needs: list[list[str]]
    reply: str
    contacts: list[str]
    unless: list[str] = field(default_factory=list)
    applies_to: str = "all"


@dataclass(frozen=True)
class QuestionRule:
    """A question to ask at once where `needs` holds. `yes_signs` in the reply are a yes too.

    `once`: it is not asked a second time in a conversation.
    """

    id: str
    basis: str
    needs: list[list[str]]
    text: str
    yes_level: Level
    unclear_level: Level
    no_level: Level | None
    reply: str
    no_reply: str
    contacts: list[str]
    yes_signs: list[str] = field(default_factory=list)
    no_signs: list[str] = field(default_factory=list)
    unless: list[str] = field(default_factory=list)
    once: bool = False


@dataclass(frozen=True)
class Area:
    """One content file: the signs, rules, questions and replies of an area such as the heart.

    `still_counts`: for a sign, the reasons for discounting that do not apply to it. `never_calmed`:
    a calm wording does not turn the alarms of this area into a question. `answers_first`: its reply
    comes before those of other areas where all are for the legevakt.
    """

    id: str
    source: str
    reviewed_on: str
    signs: dict[str, list[str]]
    replies: dict[str, str]
    rules: list[Rule]
    questions: list[QuestionRule] = field(default_factory=list)
    still_counts: dict[str, list[str]] = field(default_factory=dict)
    never_calmed: bool = False
    answers_first: bool = False


@dataclass(frozen=True)
class Settings:
    """What all areas share: contacts by id, the line for those abroad, and the safe reply."""

    id: str
    source: str
    reviewed_on: str
    version: str
    contacts: dict[str, Contact]
    abroad: str
    safe_reply: str


@dataclass(frozen=True)
class RedFlagContent:
    """All that the screen knows."""

    settings: Settings
    areas: Sequence[Area]
    lexicon: Lexicon


@dataclass(frozen=True)
class Finding:
    """A rule that fired, on which words of the patient."""

    rule_id: str
    level: Level
    basis: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Discounted:
    """A sign that was seen and does not count. `why`: negated, past, idiom, question, ..."""

    rule_id: str
    words: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class SharpQuestion:
    """The one question that settles the level. `no_level` None: then nothing is urgent."""

    id: str
    text: str
    yes_level: Level
    unclear_level: Level
    no_level: Level | None
    once: bool


@dataclass(frozen=True)
class Screening:
    """What a message means for urgency. `level` None: nothing found; the reply is then empty.

    `question` is set where one sign alone is not enough. `physical_exam` is a hint only and has
    no reply.
    """

    level: Level | None = None
    findings: tuple[Finding, ...] = ()
    discounted: tuple[Discounted, ...] = ()
    question: SharpQuestion | None = None
    reply: str = ""
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True)
class _Mention:
    """A sign where it was said: `message` 0 is the newest. `who` has it, "" where unsaid."""

    words: tuple[str, ...]
    message: int
    sentence: int
    who: str


_Signs = Mapping[str, Sequence[_Mention]]


@dataclass
class _Reading:
    """The signs of one message: where each that counts stands, and those that don't count."""

    tokens: Sequence[Token]
    signs: dict[str, list[_Mention]] = field(default_factory=dict)
    discounted: list[Discounted] = field(default_factory=list)


class RedFlagScreen:
    """Screens messages by reviewed rules. Build one and keep it: building is the slow part."""

    def __init__(self, rules: RedFlagContent, second_reader: SecondReader | None = None) -> None:
        self._content = rules
        self.second_reader = second_reader
        concepts = dict(rules.lexicon.concepts)
        for area in rules.areas:
            for sign, patterns in area.signs.items():
                if sign in concepts:
                    raise UnknownConcept(f"{sign} is defined twice (again in {area.id})")
                concepts[sign] = patterns
        lexicon = rules.lexicon
        self._finder = ConceptFinder(replace(lexicon, concepts=concepts))
        self._rules = [(area, rule) for area in rules.areas for rule in area.rules]
        self._questions = {
            question.id: (area, question) for area in rules.areas for question in area.questions
        }
        self._immune = {
            sign: frozenset(reasons)
            for area in rules.areas
            for sign, reasons in area.still_counts.items()
        }
        self._signs = self._signs_in_use(concepts)

    @property
    def version(self) -> str:
        """The version of the rule content."""
        return self._content.settings.version

    @property
    def safe_reply(self) -> str:
        """The text for when screening fails."""
        return self._content.settings.safe_reply

    def misreads(self, word: str) -> bool:
        """Whether a folded word is taken for another: as its misspelling, or cut into words."""
        return self._finder.guesses(word)

    def screen(self, message: str, earlier: Sequence[str] = ()) -> Screening:
        """The urgency of a message. Signs of the `earlier` messages, oldest first, add up.

        A message that is as urgent by itself is answered by itself: what was said before must not
        put another reply in its place.
        """
        reading = self._read(message)
        discounted = tuple(reading.discounted)
        alone = self._judge(reading.signs, discounted)
        likeness = self._likeness(reading, alone)
        if likeness:
            added = signs_of(likeness, alone.level, len(reading.tokens))
            reading.signs.update({sign: [_Mention(likeness.words, 0, 0, "")] for sign in added})
            alone = self._judge(reading.signs, discounted) if added else alone
        together = alone
        if earlier:
            together = self._judge(self._with_earlier(reading.signs, earlier), discounted)
        if alone.level not in URGENT or alone.level != together.level:
            return together
        calm = likeness and is_calm(likeness, len(reading.tokens))
        return self._asked_instead(alone) if calm and not self._never_calmed(alone) else alone

    def by_rules(self, message: str) -> tuple[list[list[str]], bool, list[str]]:
        """What the second reader learns from: words by sentence, if it asks, and the findings."""
        reading = self._read(message)
        return _seen(reading, self._judge(reading.signs, tuple(reading.discounted)))

    def answer_question(self, question_id: str, message: str) -> Screening | None:
        """The urgency after the reply to a sharp question; None where no such question exists."""
        if question_id not in self._questions:
            return None
        area, question = self._questions[question_id]
        fresh = self.screen(message)
        level = self._level_of_reply(question, message)
        if fresh.level is not None and (level is None or _rank(fresh.level) <= _rank(level)):
            return fresh
        if level is None:
            return Screening(discounted=fresh.discounted)
        words = tuple(token.raw for token in self._finder.tokens(message)[:8])
        is_yes_level = level == question.yes_level
        finding = Finding(question.id, level, question.basis, words)
        return Screening(
            level,
            (finding, *fresh.findings),
            fresh.discounted,
            None,
            self._reply(area.replies[question.reply if is_yes_level else question.no_reply], level),
            self._contacts(question.contacts if is_yes_level else ["casualty"], level),
        )

    def _likeness(self, reading: _Reading, by_rules: Screening) -> Likeness | None:
        if self.second_reader is None or not reading.tokens:
            return None
        return self.second_reader(*_seen(reading, by_rules))

    def _with_earlier(self, signs: _Signs, earlier: Sequence[str]) -> _Signs:
        """The signs of a message with those of the earlier ones; nothing adds up to no sign."""
        if not signs:
            return signs
        together = {sign: list(mentions) for sign, mentions in signs.items()}
        for age, text in enumerate(reversed(earlier[-_EARLIER_MESSAGES:]), start=1):
            for sign, mentions in self._read(text, age).signs.items():
                together.setdefault(sign, []).extend(mentions)
        return together

    def _never_calmed(self, alarm: Screening) -> bool:
        fired = {finding.rule_id for finding in alarm.findings}
        return any(area.never_calmed and rule.id in fired for area, rule in self._rules)

    def _asked_instead(self, alarm: Screening) -> Screening:
        """A question in the place of an alarm that the wording speaks against."""
        _, row = self._questions[CALM_QUESTION]
        calmed = [Discounted(f.rule_id, f.words, "calm wording") for f in alarm.findings]
        return Screening(discounted=(*alarm.discounted, *calmed), question=_sharp(row))

    def _signs_in_use(self, concepts: Mapping[str, Sequence[str]]) -> frozenset[str]:
        used: dict[str, None] = {}
        rows: list[Rule | QuestionRule] = [rule for _, rule in self._rules]
        rows += [question for _, question in self._questions.values()]
        for row in rows:
            for group in [*row.needs, row.unless]:
                used.update(dict.fromkeys(group))
            if isinstance(row, QuestionRule):
                used.update(dict.fromkeys([*row.yes_signs, *row.no_signs]))
        for sign in used:
            if sign not in concepts and sign not in FACTS and sign not in LIKENESS:
                raise UnknownConcept(f"a rule needs {sign}")
        self._check_replies()
        return frozenset(f"<{sign}>" for sign in used)

    def _check_replies(self) -> None:
        rows: list[tuple[Area, Rule | QuestionRule]] = [*self._rules, *self._questions.values()]
        for area, row in rows:
            replies = [row.reply, row.no_reply if isinstance(row, QuestionRule) else ""]
            for reply in filter(None, replies):
                if reply not in area.replies:
                    raise UnknownConcept(f"{row.id} replies {reply}")
            for contact in row.contacts:
                if contact not in self._content.settings.contacts:
                    raise UnknownConcept(f"{row.id} names the contact {contact}")

    def _read(self, message: str, age: int = 0) -> _Reading:
        tokens = self._finder.tokens(message)
        found = self._finder.find(tokens)
        found.update(read_facts(tokens, found))
        context = Context(tokens, found)
        reading = _Reading(tokens)
        for key in [key for key in found if key in self._signs]:
            sign = key[1:-1]
            for span in found[key]:
                why = None
                if sign not in FACTS:
                    why = context.why_discounted(span, self._immune.get(sign, frozenset()))
                words = tuple(tokens[position].raw for position in span.covered)
                if why is None:
                    mention = _Mention(
                        words, age, tokens[span.start].sentence, context.who_has(sign, span)
                    )
                    reading.signs.setdefault(sign, []).append(mention)
                else:
                    reading.discounted.append(Discounted(sign, words, why))
        return reading

    def _judge(self, signs: _Signs, discounted: tuple[Discounted, ...]) -> Screening:
        fired: list[tuple[Area, Rule, Finding]] = []
        for area, rule in self._rules:
            words = _words_of(rule, signs)
            if words is not None:
                fired.append((area, rule, Finding(rule.id, rule.level, rule.basis, words)))
        # Of what is for the legevakt, the warm reply comes first: a wound is never all there is.
        fired.sort(
            key=lambda item: (
                _rank(item[1].level),
                item[1].level == "legevakt" and not item[0].answers_first,
                -len(item[1].needs),
            )
        )
        level = fired[0][1].level if fired else None
        question = self._question(signs, level)
        if not fired:
            return Screening(discounted=discounted, question=question)
        area, rule, first = fired[0]
        return Screening(
            first.level,
            tuple(finding for _, _, finding in fired),
            discounted,
            question,
            self._reply(area.replies[rule.reply], first.level) if rule.reply else "",
            self._contacts(rule.contacts, first.level),
        )

    def _question(self, signs: _Signs, level: Level | None) -> SharpQuestion | None:
        for _, row in self._questions.values():
            worth_asking = level is None or _rank(level) > _rank(row.yes_level)
            if worth_asking and _words_of(row, signs) is not None:
                return _sharp(row)
        return None

    def _level_of_reply(self, question: QuestionRule, message: str) -> Level | None:
        tokens = self._finder.tokens(message)
        found = self._finder.find(tokens)
        found.update(read_facts(tokens, found))
        context = Context(tokens, found)

        def affirmed(signs: Sequence[str]) -> bool:
            return any(
                sign in FACTS or context.why_discounted(span) is None
                for sign in signs
                for span in found.get(f"<{sign}>", ())
            )

        says_no = "<says_no>" in found
        says_yes = "<says_yes>" in found
        if affirmed(question.yes_signs) or (says_yes and not says_no):
            return question.yes_level
        if "<says_unsure>" in found or says_yes:
            return question.unclear_level
        if says_no or affirmed(question.no_signs):
            return question.no_level
        return question.unclear_level

    def _reply(self, text: str, level: Level) -> str:
        text = " ".join(text.split())
        return f"{text} {self._content.settings.abroad}" if level in URGENT else ""

    def _contacts(self, names: Sequence[str], level: Level) -> tuple[Contact, ...]:
        if level not in URGENT:
            return ()
        return tuple(self._content.settings.contacts[name] for name in names)


def _sharp(row: QuestionRule) -> SharpQuestion:
    return SharpQuestion(row.id, row.text, row.yes_level, row.unclear_level, row.no_level, row.once)


def _seen(reading: _Reading, by_rules: Screening) -> tuple[list[list[str]], bool, list[str]]:
    """A message as the second reader sees it."""
    findings = [f"sign {name}" for name in reading.signs]
    for sign in reading.discounted:
        findings += [f"discounted {sign.rule_id}", f"because {sign.why}"]
    findings += [f"rule {finding.rule_id}" for finding in by_rules.findings]
    findings.append("asks" if by_rules.question else f"level {by_rules.level}")
    sentences = [
        [token.folded for token in tokens]
        for _, tokens in groupby(reading.tokens, lambda token: token.sentence)
    ]
    return sentences, any(token.asks for token in reading.tokens), findings


def _words_of(rule: Rule | QuestionRule, signs: _Signs) -> tuple[str, ...] | None:
    """The words on which a rule fires, at least one of them new; None where it does not.

    An exception silences what is said in its own sentence only. What two people have, does not
    add up.
    """
    if not all(any(sign in signs for sign in group) for group in rule.needs):
        return None
    groups = [[m for sign in group for m in signs.get(sign, ())] for group in rule.needs]
    silenced = {(m.message, m.sentence) for sign in rule.unless for m in signs.get(sign, ())}
    if silenced:
        groups = [[m for m in g if (m.message, m.sentence) not in silenced] for g in groups]
    people = {mention.who for group in groups for mention in group} - {""} or {""}
    for person in sorted(people):
        said = [[m for m in group if m.who in ("", person)] for group in groups]
        if all(said) and any(m.message == 0 for group in said for m in group):
            return tuple(dict.fromkeys(w for group in said for m in group for w in m.words))
    return None


def _rank(level: Level) -> int:
    return LEVELS.index(level)
