"""Questionnaires and answers leave as valid FHIR R4, and as a page for the doctor."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from fhirclient.models.questionnaire import Questionnaire as FhirQuestionnaire
from fhirclient.models.questionnaireresponse import QuestionnaireResponse

from bot.adapters.fhir import doctor_summary, questionnaire_to_fhir, response_to_fhir
from bot.adapters.questionnaire_content import load_questionnaires
from bot.domain.triage import triage

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=timezone(timedelta(hours=1)))
QUESTIONNAIRES = load_questionnaires()
ANSWERS: dict[str, Any] = {
    "who": "child",
    "age": 0.5,
    "swallow": "no",
    "breathing": "some",
    "fever": "yes",
    "temperature": "dont_know",
    "nonblanching": "dont_know",
    "duration": {"hours": 252.0, "said": "halvannen uke"},
}


def item(resource: dict[str, Any], link_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(i for i in resource["item"] if i["linkId"] == link_id)
    return found


@pytest.mark.parametrize("name", QUESTIONNAIRES)
def test_every_questionnaire_is_a_valid_fhir_questionnaire(name: str) -> None:
    resource = questionnaire_to_fhir(QUESTIONNAIRES[name])
    assert FhirQuestionnaire(resource).as_json() == resource
    assert [i["linkId"] for i in resource["item"]] == [q.id for q in QUESTIONNAIRES[name].questions]


def test_when_a_question_is_asked_is_told_in_enable_when() -> None:
    resource = questionnaire_to_fhir(QUESTIONNAIRES["sore_throat"])
    assert item(resource, "temperature")["enableWhen"][0]["answerCoding"]["code"] == "Y"
    assert item(resource, "nonblanching")["enableBehavior"] == "any"
    assert len(item(resource, "nonblanching")["enableWhen"]) == 2


def test_answers_are_a_valid_fhir_response_and_what_was_not_asked_is_absent() -> None:
    resource = response_to_fhir(QUESTIONNAIRES["sore_throat"], ANSWERS, NOW)
    assert QuestionnaireResponse(resource).as_json() == resource
    assert [i["linkId"] for i in resource["item"]] == list(ANSWERS)
    assert resource["authored"] == "2026-11-23T14:00:00+01:00"


def test_a_length_of_time_keeps_what_was_said() -> None:
    resource = response_to_fhir(QUESTIONNAIRES["sore_throat"], ANSWERS, NOW)
    (answer,) = item(resource, "duration")["answer"]
    assert answer["valueQuantity"]["value"] == 252.0
    assert answer["extension"][0]["valueString"] == "halvannen uke"


def test_dont_know_is_told_as_asked_and_unknown() -> None:
    resource = response_to_fhir(QUESTIONNAIRES["sore_throat"], ANSWERS, NOW)
    (flag,) = item(resource, "nonblanching")["answer"]
    assert flag["valueCoding"]["code"] == "asked-unknown"
    assert item(resource, "temperature")["extension"][0]["valueCode"] == "asked-unknown"


def test_the_doctor_sees_level_rules_and_every_red_flag_that_was_asked() -> None:
    questionnaire = QUESTIONNAIRES["sore_throat"]
    page = doctor_summary(questionnaire, ANSWERS, triage(questionnaire, ANSWERS))
    assert "Legevakt i dag" in page
    assert "breathing_moderate" in page
    assert "NIMN H.30.01" in page
    red_flags = page.split("Faresignaler det ble spurt om:")[1].split("Andre svar:")[0]
    assert "Pusten: Litt tungt" in red_flags
    assert "Prikker som ikke blekner: Vet ikke" in red_flags
    assert "Ensidig hevelse eller kan ikke gape" in page.split("Ikke spurt om:")[1]
    assert len(page.splitlines()) < 60
