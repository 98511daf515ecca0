"""The questionnaire engine: what to ask next, what an answer changes, what to tell at the end.

Every function is pure: the answers go in as a mapping and come out as a new one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from bot.domain.decision import Decision
from bot.domain.levels import Level
from bot.domain.listening import facts_from
from bot.domain.questions import DONT_KNOW, Answers, Condition, Question, holds
from bot.domain.readers import read
from bot.domain.readers.text import plain
from bot.domain.triage import TriageRule, level_so_far, questions_of


@dataclass(frozen=True)
class Contact:
    """Someone to call."""

    name: str
    phone: str


@dataclass(frozen=True)
class Advice:
    """What to tell the patient at one level, in short sentences."""

    means: str = ""
    do_now: tuple[str, ...] = ()
    watch_for: tuple[str, ...] = ()
    sooner: str = ""
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True)
class Voice:
    """How the ill person is spoken of: the words that fill `{du}` and its like in a text."""

    words: dict[str, str]


@dataclass(frozen=True)
class Questionnaire:
    """One complaint: its questions in order, its rules, its advice.

    `audience` says whom it suits (`child` is below 12 years); `complaints` are the words and
    phrases by which people name the complaint. A word that ends in `*` stands for all that begin
    so; a phrase that ends in `!` outranks those of other complaints, one in `?` gives way to them.
    """

    id: str
    title: str
    source: str
    reviewed_on: date
    valid_from: date
    version: str
    audience: Literal["all", "child", "adult"]
    complaints: tuple[str, ...]
    questions: tuple[Question, ...]
    rules: tuple[TriageRule, ...]
    default_level: Level
    default_why: str
    advice: Mapping[str, Advice]
    voices: Mapping[str, Voice]
    texts: Mapping[str, str]
    children: str | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class SummaryLine:
    """One line of what the patient has told, which they can correct."""

    question_id: str
    label: str
    value_text: str


@dataclass(frozen=True)
class Explanation:
    """The reply at the end: what it means, why, what to do now, what to watch for, whom to call."""

    means: str
    why: tuple[str, ...]
    do_now: tuple[str, ...]
    watch_for: tuple[str, ...]
    sooner: str
    contacts: tuple[Contact, ...] = field(default=())


def next_question(questionnaire: Questionnaire, answers: Answers) -> Question | None:
    """The question to ask now, worded for the one who is ill; None where enough is known.

    Once the answers call for 113 nothing more is asked; once they call for the legevakt only
    what may still call for 113.
    """
    level = level_so_far(questionnaire, answers)
    if level == "emergency_113":
        return None
    decisive = _questions_of_emergency_rules(questionnaire) if level == "legevakt" else None
    for question in questionnaire.questions:
        if question.id in answers or not is_enabled(question, answers):
            continue
        if decisive is None or question.id in decisive:
            return in_voice(questionnaire, question, answers)
    return None


def progress(questionnaire: Questionnaire, answers: Answers) -> tuple[int, int]:
    """How many questions are behind, and how many there are in all.

    The total never changes and a question that can no longer come counts as done, so that
    progress only goes forward.
    """
    total = len(questionnaire.questions)
    if next_question(questionnaire, answers) is None:
        return total, total
    ahead: set[str] = set()
    for question in questionnaire.questions:
        if question.id not in answers and _may_come(question, answers, ahead):
            ahead.add(question.id)
    return total - len(ahead), total


def take_answer(
    questionnaire: Questionnaire, answers: Answers, question_id: str, value: Any
) -> dict[str, Any]:
    """The answers with one more or a changed one, without those that hung on the old one."""
    changed = question_id in answers and answers[question_id] != value
    taken = {**answers, question_id: value}
    for question in questionnaire.questions:
        void = changed and question_id in question.reset_by
        other = question.id in taken and question.id != question_id
        if other and (void or not is_enabled(question, taken)):
            del taken[question.id]
    return taken


def take_facts(
    questionnaire: Questionnaire,
    answers: Answers,
    facts: Mapping[str, Any],
    answered: str | None = None,
) -> dict[str, Any]:
    """The answers with everything that was heard unasked, never over an answer already given.

    A sign of danger that is told later counts over the earlier "no", except for the question that
    the same message has `answered`.
    """
    taken = dict(answers)
    for question in questionnaire.questions:
        if question.id not in facts or not is_enabled(question, taken):
            continue
        told_later = question.id != answered and _is_danger(question, facts[question.id])
        if question.id not in taken or told_later:
            taken = take_answer(questionnaire, taken, question.id, facts[question.id])
    return taken


def _is_danger(question: Question, value: Any) -> bool:
    return question.red_flag and question.kind == "yes_no" and value == "yes"


def is_enabled(question: Question, answers: Answers) -> bool:
    """Whether a question is to be asked, given the answers before it."""
    if not question.enable_when:
        return True
    met = [holds(condition, answers) for condition in question.enable_when]
    return all(met) if question.enable_behavior == "all" else any(met)


def _may_come(question: Question, answers: Answers, ahead: set[str]) -> bool:
    """Whether a question is or may yet be enabled by questions that are still ahead."""
    met = [_may_hold(c, answers, ahead) for c in question.enable_when]
    return not met or (all(met) if question.enable_behavior == "all" else any(met))


def _may_hold(condition: Condition, answers: Answers, ahead: set[str]) -> bool:
    return condition.question in ahead or holds(condition, answers)


def _questions_of_emergency_rules(questionnaire: Questionnaire) -> set[str]:
    """The questions that may still call for 113, with those that they hang on."""
    wanted: set[str] = set()
    for rule in questionnaire.rules:
        if rule.level == "emergency_113":
            wanted |= questions_of(rule)
    for question in reversed(questionnaire.questions):
        if question.id in wanted:
            wanted |= {condition.question for condition in question.enable_when}
    return wanted


_CUE = re.compile(
    r"\b(?:nei,? vent|vent|jeg mente|eg meinte|æ meinte|eg mente|mente|meinte|meinar|mener|feil|"
    r"rettelse|retting|korreksjon|korriger\w*|rett opp|beklager|unnskyld|sorry|ups|oi|obs"
    r"|likevel|"
    r"allikevel|skulle vært|skulle være|skulle stå|skal være|skal vere|endre|forandre|bytt"
    r"|ombestem\w*|"
    r"ikke meg|ikkje meg|itj mæ|tok feil|skrev feil|skreiv feil|svarte feil|glemte|gløymde|"
    r"forresten|det er egentlig|eller nei|rettere sagt|altså nei|stryk)\b"
    r"|^nei,? (?:det (?:er|var)|han|hun|ho|jeg|eg|æ|\d)"
)
_BARE_SHADE = re.compile(
    r"(?:(?:nei,? )?vent|jeg mente|eg meinte|mente|beklager|sorry|ups|oi|feil)\W+"
    r"(?:jeg mente |det (?:er|skulle være) )?(ja|nei|jo|vet ikke)\W*"
)


def take_correction(
    questionnaire: Questionnaire,
    answers: Answers,
    text: str,
    open_question_id: str | None,
    now: datetime,
) -> tuple[dict[str, Any], str] | None:
    """The answers after a correction of an earlier one, and the question that it changed.

    None where the text does not correct an earlier answer: without a word of correction, or when
    it can as well answer the open question.
    """
    said = plain(text)
    if not _CUE.search(said):
        return None
    earlier = {key: value for key, value in answers.items() if key != open_question_id}
    corrected = _corrected(questionnaire, earlier, text, open_question_id, now)
    if corrected is None:
        return None
    return _take_all(questionnaire, answers, corrected)


def _take_all(
    questionnaire: Questionnaire, answers: Answers, corrected: Mapping[str, Any]
) -> tuple[dict[str, Any], str]:
    """The answers with all that was corrected, and the first question of it."""
    taken = dict(answers)
    for question_id, value in corrected.items():
        taken = take_answer(questionnaire, taken, question_id, value)
    return taken, next(iter(corrected))


def _corrected(
    questionnaire: Questionnaire,
    earlier: Answers,
    text: str,
    open_question_id: str | None,
    now: datetime,
) -> dict[str, Any] | None:
    """The corrected answers by question, in the order of the questionnaire."""
    facts = facts_from(_without_what_is_denied(text), questionnaire, now)
    if open_question_id is not None and open_question_id in facts:
        return None
    changed = {key: value for key, value in facts.items() if earlier.get(key, value) != value}
    if changed:
        return changed
    questions = {question.id: question for question in questionnaire.questions}
    open_kind = questions[open_question_id].kind if open_question_id in questions else None
    return _by_type(questions, earlier, text, open_kind, now)


def _by_type(
    questions: Mapping[str, Question],
    earlier: Answers,
    text: str,
    open_kind: str | None,
    now: datetime,
) -> dict[str, Any] | None:
    """The latest earlier question of another kind than the open one whose answer this may be."""
    body = _CUE.sub(" ", plain(_without_what_is_denied(text))).strip(" ,.:-!")
    bare = _BARE_SHADE.fullmatch(plain(text))
    for question_id in reversed([key for key in earlier if key in questions]):
        question = questions[question_id]
        if question.kind == "yes_no":
            if bare is None:
                continue
            body = bare[1]
        elif question.kind in ("text", open_kind) or not body:
            continue
        reading = read(question, body, now)
        told = reading.certain and reading.value not in (None, DONT_KNOW)
        if told and reading.value != earlier[question_id]:
            return {question_id: reading.value}
    return None


def _without_what_is_denied(text: str) -> str:
    """ "Ikke tre dager, men fire" without the part that is taken back."""
    return re.sub(
        r"\b(?:ikke|ikkje|itj)\b[^,.;]*?(?:,|\.|;|\bmen\b|\bdet (?:er|e|va"
        r"|var)\b)+",
        " ",
        plain(text),
        count=1,
    )


def in_voice(questionnaire: Questionnaire, question: Question, answers: Answers) -> Question:
    """The question in words that fit whom it is about: "du", "barnet", "personen"."""
    voice = _voice(questionnaire, answers)
    return replace(
        question,
        text=fill(question.text, voice),
        label=fill(question.label, voice),
        help=fill(question.help, voice) if question.help else None,
    )


def fill(text: str, words: Mapping[str, str]) -> str:
    """A text with `{name}` replaced by words, `{Name}` by the same with a capital."""
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
        text = text.replace(f"{{{name.capitalize()}}}", word[:1].upper() + word[1:])
    return text


def summary(questionnaire: Questionnaire, answers: Answers) -> tuple[SummaryLine, ...]:
    """What the patient has told, in the order of the questions."""
    return tuple(
        SummaryLine(
            question.id,
            in_voice(questionnaire, question, answers).label,
            value_text(questionnaire, question, answers[question.id]),
        )
        for question in questionnaire.questions
        if question.id in answers
    )


def value_text(questionnaire: Questionnaire, question: Question, value: Any) -> str:
    """An answer in words, such as "Ja", "38,5 °C", "halvannen uke", "8 måneder"."""
    texts = questionnaire.texts
    if question.kind == "yes_no" or value == DONT_KNOW:
        return texts[value]
    if question.kind == "choice":
        return next(option.label for option in question.options if option.id == value)
    if question.kind == "number":
        return _number_text(float(value), question.unit, texts)
    if question.kind == "duration":
        return str(value["said"])
    return str(value)


def _number_text(number: float, unit: str | None, texts: Mapping[str, str]) -> str:
    if unit == "år" and number < 2 and number != 1:
        if number < 0.25:
            return f"{round(number * 52.18)} {texts['weeks']}"
        return f"{round(number * 12)} {texts['months']}"
    digits = f"{number:g}".replace(".", ",")
    return f"{digits} {unit}" if unit else digits


def explain(questionnaire: Questionnaire, decision: Decision) -> Explanation:
    """What to tell the patient about a decision, all of it from the content."""
    voice = _voice(questionnaire, decision.inputs)
    advice = questionnaire.advice[decision.outcome]
    return Explanation(
        means=fill(advice.means, voice),
        why=tuple(dict.fromkeys(why(questionnaire, decision).values())),
        do_now=tuple(fill(text, voice) for text in advice.do_now),
        watch_for=tuple(fill(text, voice) for text in advice.watch_for),
        sooner=fill(advice.sooner, voice),
        contacts=advice.contacts,
    )


def why(questionnaire: Questionnaire, decision: Decision) -> dict[str, str]:
    """What each rule that decided has noticed, in words that fit the one who is ill."""
    voice = _voice(questionnaire, decision.inputs)
    noticed = {rule.id: rule.why for rule in questionnaire.rules}
    return {
        reason: fill(noticed.get(reason, questionnaire.default_why), voice)
        for reason in decision.reasons
    }


def _voice(questionnaire: Questionnaire, answers: Answers) -> Mapping[str, str]:
    voice = questionnaire.voices.get(str(answers.get("who")))
    return (voice or questionnaire.voices["self"]).words


def child_variant(questionnaire: Questionnaire, answers: Answers) -> str | None:
    """The id of the questionnaire that suits better once the ill one turns out to be a child.

    None where there is none. Shared questions have the same ids, so the answers go along.
    """
    age = answers.get("age")
    is_child = answers.get("who") == "child" and (age in (None, DONT_KNOW) or age < 12)
    return questionnaire.children if is_child else None


def open_with(questionnaire: Questionnaire, text: str, now: datetime) -> dict[str, Any]:
    """The answers that the opening message gives, itself where the complaint is asked for."""
    opening = take_facts(questionnaire, {}, facts_from(text, questionnaire, now))
    if text.strip() and any(question.id == "problem" for question in questionnaire.questions):
        opening["problem"] = text.strip()
    return opening


def is_current(questionnaire: Questionnaire, today: date) -> bool:
    """Whether the questionnaire's rules are in force; where they are not, a doctor must look."""
    ended = questionnaire.valid_to is not None and questionnaire.valid_to < today
    return questionnaire.valid_from <= today and not ended


def take_line_correction(
    questionnaire: Questionnaire, answers: Answers, text: str, now: datetime
) -> tuple[dict[str, Any], str] | None:
    """The answers after the patient asked to change a line of the summary, and its question.

    The line is named by its number or label, or known from what is said: "alder 36", "linje 3:
    nei", "feber: ja", "fire dager". A line that is named without a new answer loses its old one,
    so that it is asked again. None where no line is meant.
    """
    named = _named_line(questionnaire, answers, text)
    if named is None:
        corrected = _corrected(questionnaire, answers, text, None, now)
        if corrected is None or _LINE_NUMBER.match(_without_wish(text)):
            return None
        return _take_all(questionnaire, answers, corrected)
    question, rest = named
    value = read(question, rest, now).value if rest else None
    if value is None:
        return {key: old for key, old in answers.items() if key != question.id}, question.id
    return take_answer(questionnaire, answers, question.id, value), question.id


_LINE_NUMBER = re.compile(r"(?:linje|nr\.?|nummer|punkt) ?(\d+)[.:]?\s*(?:til )?")


def _without_wish(text: str) -> str:
    """The text without the wish to change: "jeg vil endre alder" is "alder"."""
    wish = r"^(?:jeg vil |eg vil )?(?:endre|endra|rette|forandre|bytt)\w*\s*"
    return re.sub(wish, "", plain(text))


def _named_line(
    questionnaire: Questionnaire, answers: Answers, text: str
) -> tuple[Question, str] | None:
    """The question whose line a text names, and the rest of the text."""
    told = [question for question in questionnaire.questions if question.id in answers]
    said = _without_wish(text)
    if numbered := _LINE_NUMBER.match(said):
        place = int(numbered[1])
        return (told[place - 1], said[numbered.end() :]) if 1 <= place <= len(told) else None
    for question in sorted(told, key=lambda question: -len(question.label)):
        label = plain(in_voice(questionnaire, question, answers).label)
        if found := re.search(rf"\b{re.escape(label)}\w*\b[:,]?\s*(?:er |skal være |til )?", said):
            return question, said[found.end() :].strip()
    return None
