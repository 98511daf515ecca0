"""Loads the questionnaires and what they share, and refuses those that do not hang together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from bot.adapters.content import CONTENT_ROOT, ContentError, load, load_folder
from bot.domain.levels import LEVELS, Level
from bot.domain.listening import complaint_from
from bot.domain.questionnaire import Advice, Contact, Questionnaire, Voice
from bot.domain.questions import Condition, Kind, Option, Question, hours_of
from bot.domain.triage import PREDICATES, TriageRule, questions_of

FOLDER = CONTENT_ROOT / "questionnaires"
COMMON = CONTENT_ROOT / "questionnaire_common.yml"
MAX_QUESTIONS = 18


@dataclass(frozen=True)
class QuestionEntry:
    """A question as a questionnaire lists it: in full, or `use` of a shared one with changes."""

    use: str | None = None
    id: str | None = None
    text: str | None = None
    kind: Kind | None = None
    label: str | None = None
    options: tuple[Option, ...] | None = None
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    help: str | None = None
    enable_when: tuple[Condition, ...] | None = None
    enable_behavior: Literal["all", "any"] | None = None
    required: bool | None = None
    red_flag: bool | None = None
    heard: tuple[str, ...] | None = None
    reset_by: tuple[str, ...] | None = None


@dataclass(frozen=True)
class RuleEntry:
    """A rule as a questionnaire lists it: in full, or `use` of a shared one with changes."""

    use: str | None = None
    id: str | None = None
    level: Level | None = None
    basis: str | None = None
    why: str | None = None
    when: tuple[Condition, ...] | None = None
    when_any: tuple[Condition, ...] | None = None
    predicate: str | None = None
    unsure: Level | Literal["ignore"] | None = None


@dataclass(frozen=True)
class AdviceEntry:
    """What a questionnaire adds to the shared advice of a level."""

    do_now: tuple[str, ...] = ()
    watch_for: tuple[str, ...] = ()
    means: str | None = None
    sooner: str | None = None


@dataclass(frozen=True)
class Common:
    """What all questionnaires share: questions, rules, advice by level, words."""

    id: str
    source: str
    reviewed_on: date
    valid_from: date
    version: str
    voices: dict[str, Voice]
    texts: dict[str, str]
    contacts: dict[str, Contact]
    contacts_by_level: dict[Level, tuple[str, ...]]
    advice: dict[Level, Advice]
    questions: tuple[Question, ...]
    rules: tuple[TriageRule, ...]


@dataclass(frozen=True)
class QuestionnaireFile:
    """One questionnaire as its file has it."""

    id: str
    title: str
    source: str
    reviewed_on: date
    valid_from: date
    version: str
    complaints: tuple[str, ...]
    questions: tuple[QuestionEntry, ...]
    rules: tuple[RuleEntry, ...]
    default_level: Level
    default_why: str
    advice: dict[Level, AdviceEntry]
    audience: Literal["all", "child", "adult"] = "all"
    children: str | None = None
    valid_to: date | None = None


@lru_cache
def load_questionnaires() -> Mapping[str, Questionnaire]:
    """Every questionnaire by its id; raises ContentError where one is broken."""
    common = load(COMMON, Common)
    files = load_folder(FOLDER, QuestionnaireFile)
    questionnaires = {name: assemble(file, common) for name, file in files.items()}
    for questionnaire in questionnaires.values():
        if questionnaire.children and questionnaire.children not in questionnaires:
            missing = f"The child variant `{questionnaire.children}` is missing."
            raise _error(questionnaire.id, missing)
    return questionnaires


def complaint_in(text: str) -> list[str]:
    """The ids of the questionnaires that suit a complaint, best first; none where none does."""
    return complaint_from(text, load_questionnaires().values())


def assemble(file: QuestionnaireFile, common: Common) -> Questionnaire:
    """A questionnaire with what it shares put in; raises ContentError where it does not fit."""
    questions = tuple(_question(file.id, entry, common) for entry in file.questions)
    rules = tuple(_rule(file.id, entry, common) for entry in file.rules)
    _check_questions(file.id, questions)
    _check_rules(file.id, questions, rules)
    levels = {rule.level for rule in rules} | {file.default_level}
    levels |= {rule.unsure for rule in rules if rule.unsure in LEVELS}
    return Questionnaire(
        id=file.id,
        title=file.title,
        source=file.source,
        reviewed_on=file.reviewed_on,
        valid_from=file.valid_from,
        valid_to=file.valid_to,
        version=file.version,
        audience=file.audience,
        complaints=file.complaints,
        questions=questions,
        rules=rules,
        default_level=file.default_level,
        default_why=file.default_why,
        advice={level: _advice(file, common, level) for level in LEVELS if level in levels},
        voices=common.voices,
        texts=common.texts,
        children=file.children,
    )


def _question(name: str, entry: QuestionEntry, common: Common) -> Question:
    given = _given(entry)
    if entry.use is None:
        try:
            return Question(**given)
        except TypeError as error:
            raise _error(name, f"Question `{entry.id}`: {error}.") from error
    shared = next((q for q in common.questions if q.id == entry.use), None)
    if shared is None:
        raise _error(name, f"The shared question `{entry.use}` does not exist.")
    return replace(shared, **given)


def _rule(name: str, entry: RuleEntry, common: Common) -> TriageRule:
    given = _given(entry)
    if entry.use is None:
        try:
            return TriageRule(**given)
        except TypeError as error:
            raise _error(name, f"Rule `{entry.id}`: {error}.") from error
    shared = next((rule for rule in common.rules if rule.id == entry.use), None)
    if shared is None:
        raise _error(name, f"The shared rule `{entry.use}` does not exist.")
    return replace(shared, **given)


def _given(entry: Any) -> dict[str, Any]:
    values = {field.name: getattr(entry, field.name) for field in fields(entry)}
    return {key: value for key, value in values.items() if key != "use" and value is not None}


def _advice(file: QuestionnaireFile, common: Common, level: Level) -> Advice:
    shared, own = common.advice[level], file.advice.get(level, AdviceEntry())
    return Advice(
        means=own.means or shared.means,
        do_now=(*shared.do_now, *own.do_now),
        watch_for=(*own.watch_for, *shared.watch_for),
        sooner=own.sooner or shared.sooner,
        contacts=tuple(common.contacts[key] for key in common.contacts_by_level[level]),
    )


def _check_questions(name: str, questions: tuple[Question, ...]) -> None:
    before: dict[str, Question] = {}
    for question in questions:
        if question.id in before:
            raise _error(name, f"The question `{question.id}` stands twice.")
        if question.kind == "choice" and len(question.options) < 2:
            raise _error(name, f"The choice `{question.id}` needs at least two options.")
        _check_conditions(name, question.enable_when, before)
        before[question.id] = question
    if not questions or len(questions) > MAX_QUESTIONS:
        raise _error(name, f"It has {len(questions)} questions, the limit is {MAX_QUESTIONS}.")


def _check_rules(name: str, questions: tuple[Question, ...], rules: tuple[TriageRule, ...]) -> None:
    by_id = {question.id: question for question in questions}
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise _error(name, f"The rule `{rule.id}` stands twice.")
        seen.add(rule.id)
        if not (rule.when or rule.when_any or rule.predicate):
            raise _error(name, f"The rule `{rule.id}` has no condition.")
        if rule.predicate is not None and rule.predicate not in PREDICATES:
            raise _error(name, f"The predicate `{rule.predicate}` of `{rule.id}` does not exist.")
        _check_conditions(name, (*rule.when, *rule.when_any), by_id)
        if missing := sorted(questions_of(rule) - by_id.keys()):
            raise _error(name, f"The rule `{rule.id}` needs the questions {missing}.")


def _check_conditions(
    name: str, conditions: Iterable[Condition], known: Mapping[str, Question]
) -> None:
    for condition in conditions:
        question = known.get(condition.question)
        if question is None:
            raise _error(name, f"`{condition.question}` is not a question asked before.")
        if problem := _problem_with(condition, question):
            raise _error(name, f"{' '.join(map(str, condition))}: {problem}.")


def _problem_with(condition: Condition, question: Question) -> str | None:
    values = condition.value if condition.operator == "in" else [condition.value]
    if condition.operator in ("<", "<=", ">", ">="):
        return _problem_with_limit(condition.value, question)
    if condition.operator == "exists":
        return None if isinstance(condition.value, bool) else "`exists` takes true or false"
    allowed = {"yes", "no"} if question.kind == "yes_no" else {o.id for o in question.options}
    unknown = [value for value in values if value not in allowed | {"dont_know"}]
    if unknown and question.kind in ("yes_no", "choice"):
        return f"{unknown} is no answer to it"
    return None


def _problem_with_limit(limit: Any, question: Question) -> str | None:
    if question.kind == "duration":
        try:
            hours_of(str(limit))
        except ValueError as error:
            return str(error)
        return None
    return None if question.kind == "number" else f"a {question.kind} has no size"


def _error(name: str, problem: str) -> ContentError:
    return ContentError(Path(FOLDER / f"{name}.yml"), 1, problem, "Mend it in the file.")
