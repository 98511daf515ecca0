"""Questionnaires and answers as FHIR R4 resources, and as a page for the doctor to read.

Every resource is checked by `fhirclient` before it is handed out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fhirclient.models.questionnaire import Questionnaire as FhirQuestionnaire
from fhirclient.models.questionnaireresponse import QuestionnaireResponse

from bot.domain.decision import Decision
from bot.domain.questionnaire import Questionnaire, in_voice, is_enabled, value_text, why
from bot.domain.questions import DONT_KNOW, Answers, Condition, Question, hours_of

_YES_NO_SYSTEM = "http://terminology.hl7.org/CodeSystem/v2-0136"
_ABSENT_SYSTEM = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_ORIGINAL_TEXT = "http://hl7.org/fhir/StructureDefinition/originalText"
_UCUM = "http://unitsofmeasure.org"
_UCUM_CODES = {"år": "a", "°C": "Cel", "uker": "wk", "mmHg": "mm[Hg]", "timer": "h"}
_YES_NO_CODES = {"yes": "Y", "no": "N"}
_TYPES = {
    "yes_no": "choice",
    "choice": "choice",
    "number": "quantity",
    "duration": "quantity",
    "date": "date",
    "text": "text",
}


def questionnaire_to_fhir(questionnaire: Questionnaire) -> dict[str, Any]:
    """The questionnaire as a FHIR R4 `Questionnaire`.

    Raises FHIRValidationError where it is not valid, ValueError for a condition that FHIR's
    `enableWhen` can't state.
    """
    questions = {question.id: question for question in questionnaire.questions}
    resource = {
        "resourceType": "Questionnaire",
        "id": questionnaire.id.replace("_", "-"),
        "url": _canonical(questionnaire),
        "version": questionnaire.version,
        "name": questionnaire.id,
        "title": questionnaire.title,
        "status": "draft",
        "language": "nb",
        "subjectType": ["Patient"],
        "description": questionnaire.source,
        "lastReviewDate": questionnaire.reviewed_on.isoformat(),
        "effectivePeriod": {"start": questionnaire.valid_from.isoformat()},
        "item": [_item(questionnaire, question, questions) for question in questionnaire.questions],
    }
    return FhirQuestionnaire(resource).as_json()  # type: ignore[no-any-return]


def response_to_fhir(
    questionnaire: Questionnaire, answers: Answers, now: datetime
) -> dict[str, Any]:
    """The answers as a FHIR R4 `QuestionnaireResponse`, authored `now` (with a time zone).

    A question that was not asked has no item; one answered by "don't know" says so. Raises
    FHIRValidationError where the resource is not valid.
    """
    resource = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{_canonical(questionnaire)}|{questionnaire.version}",
        "status": "completed",
        "language": "nb",
        "authored": now.isoformat(timespec="seconds"),
        "item": [
            _answered_item(questionnaire, question, answers)
            for question in questionnaire.questions
            if question.id in answers
        ],
    }
    return QuestionnaireResponse(resource).as_json()  # type: ignore[no-any-return]


def doctor_summary(questionnaire: Questionnaire, answers: Answers, decision: Decision) -> str:
    """One page for the doctor: the level and its rules, red flags asked and answered, the rest."""
    texts = questionnaire.texts
    rules = {rule.id: rule for rule in questionnaire.rules}
    fired = [
        f"{noticed} ({reason}; {rules[reason].basis})"
        for reason, noticed in why(questionnaire, decision).items()
        if reason in rules
    ]
    asked = [question for question in questionnaire.questions if question.id in answers]
    skipped = [
        question
        for question in questionnaire.questions
        if question.id not in answers and question.red_flag and is_enabled(question, answers)
    ]
    parts = [
        f"{texts['doctor_heading']}: {questionnaire.title}",
        texts["doctor_notice"],
        "",
        f"{texts['doctor_level']}: {texts[f'level_{decision.outcome}']}",
        *_section(texts["doctor_rules"], fired, texts["doctor_default"]),
        *_section(
            texts["doctor_red_flags"],
            [_line(questionnaire, q, answers) for q in asked if q.red_flag],
            texts["doctor_none"],
        ),
        *_section(
            texts["doctor_answers"],
            [_line(questionnaire, q, answers) for q in asked if not q.red_flag],
            texts["doctor_none"],
        ),
        *_section(
            texts["doctor_not_asked"],
            [in_voice(questionnaire, q, answers).label for q in skipped],
            texts["doctor_none"],
        ),
        f"{texts['doctor_version']}: {questionnaire.id}, {decision.rule_version}",
    ]
    return "\n".join(parts)


def _section(heading: str, lines: list[str], when_empty: str) -> list[str]:
    return [f"{heading}:", *(f"- {line}" for line in lines or [when_empty]), ""]


def _line(questionnaire: Questionnaire, question: Question, answers: Answers) -> str:
    label = in_voice(questionnaire, question, answers).label
    return f"{label}: {value_text(questionnaire, question, answers[question.id])}"


def _canonical(questionnaire: Questionnaire) -> str:
    return f"urn:kry:questionnaire:{questionnaire.id}"


def _item(
    questionnaire: Questionnaire, question: Question, questions: Mapping[str, Question]
) -> dict[str, Any]:
    item: dict[str, Any] = {
        "linkId": question.id,
        "text": in_voice(questionnaire, question, {}).text,
        "type": _TYPES[question.kind],
        "required": question.required,
    }
    if question.kind in ("yes_no", "choice"):
        item["answerOption"] = [
            {"valueCoding": coding} for coding in _codings(questionnaire, question)
        ]
    if question.enable_when:
        item["enableWhen"], item["enableBehavior"] = _enable_when(question, questions)
    return item


def _codings(questionnaire: Questionnaire, question: Question) -> list[dict[str, str]]:
    values = (
        ["yes", "no"] if question.kind == "yes_no" else [option.id for option in question.options]
    )
    return [_coding(questionnaire, question, value) for value in [*values, DONT_KNOW]]


def _coding(questionnaire: Questionnaire, question: Question, value: str) -> dict[str, str]:
    return {**_code(question, value), "display": value_text(questionnaire, question, value)}


def _code(question: Question, value: str) -> dict[str, str]:
    if value == DONT_KNOW:
        return {"system": _ABSENT_SYSTEM, "code": "asked-unknown"}
    if question.kind == "yes_no":
        return {"system": _YES_NO_SYSTEM, "code": _YES_NO_CODES[value]}
    return {"system": f"urn:kry:answer:{question.id}", "code": value}


def _enable_when(
    question: Question, questions: Mapping[str, Question]
) -> tuple[list[dict[str, Any]], str]:
    conditions = question.enable_when
    if len(conditions) == 1 and conditions[0].operator == "in":
        (source, _, values) = conditions[0]
        conditions = tuple(Condition(source, "=", value) for value in values)
        return [_enabling(c, questions[c.question]) for c in conditions], "any"
    return [_enabling(c, questions[c.question]) for c in conditions], question.enable_behavior


def _enabling(condition: Condition, question: Question) -> dict[str, Any]:
    if condition.operator == "in":
        raise ValueError(f"{question.id}: FHIR can't state `in` beside other conditions.")
    enabling: dict[str, Any] = {"question": question.id, "operator": condition.operator}
    if condition.operator == "exists":
        enabling["answerBoolean"] = condition.value
    elif question.kind in ("yes_no", "choice"):
        enabling["answerCoding"] = _code(question, condition.value)
    elif question.kind == "duration":
        enabling["answerQuantity"] = _quantity(hours_of(condition.value), "timer")
    elif question.kind == "number":
        enabling["answerQuantity"] = _quantity(float(condition.value), question.unit)
    else:
        enabling["answerString"] = condition.value
    return enabling


def _quantity(value: float, unit: str | None) -> dict[str, Any]:
    if unit is None:
        return {"value": value}
    return {"value": value, "unit": unit, "system": _UCUM, "code": _UCUM_CODES[unit]}


def _answered_item(
    questionnaire: Questionnaire, question: Question, answers: Answers
) -> dict[str, Any]:
    value = answers[question.id]
    item: dict[str, Any] = {
        "linkId": question.id,
        "text": in_voice(questionnaire, question, answers).text,
    }
    if value == DONT_KNOW and question.kind not in ("yes_no", "choice"):
        item["extension"] = [{"url": _ABSENT_REASON, "valueCode": "asked-unknown"}]
    else:
        item["answer"] = [_answer(questionnaire, question, value)]
    return item


def _answer(questionnaire: Questionnaire, question: Question, value: Any) -> dict[str, Any]:
    if question.kind in ("yes_no", "choice"):
        return {"valueCoding": _coding(questionnaire, question, value)}
    if question.kind == "number":
        return {"valueQuantity": _quantity(float(value), question.unit)}
    if question.kind == "duration":
        said = {"url": _ORIGINAL_TEXT, "valueString": value["said"]}
        return {"valueQuantity": _quantity(float(value["hours"]), "timer"), "extension": [said]}
    return {"valueDate" if question.kind == "date" else "valueString": value}
