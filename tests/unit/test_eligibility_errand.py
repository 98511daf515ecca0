"""The errand that asks, decides and hands over: conversations with a fake backend."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.eligibility import EligibilityErrand
from actions.errands import ERRANDS
from actions.services import Services
from actions.turn import Turn
from bot.adapters.booking import (
    BackendUnavailable,
    Child,
    DispensedMedicine,
    OutcomeUnknown,
    Patient,
    Record,
    Renewal,
    SickNote,
    Slot,
)
from bot.adapters.errand_content import load_errand_questions
from bot.adapters.fake_booking import FakeBooking
from bot.adapters.questionnaire_content import load_questionnaires
from bot.domain.questionnaire import Questionnaire
from bot.domain.questions import Question
from bot.domain.zone import OSLO

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=OSLO)
EMPTY = Record(sick_notes=(), renewals=(), dispensed=())


def patient(record: Record = EMPTY, insurance: str | None = None) -> Patient:
    return Patient("kari", "Kari Testesen", 41, insurance, record, ())


def slot() -> Slot:
    start = NOW + timedelta(hours=2)
    return Slot("slot-1", start, start + timedelta(minutes=20), "Anne Eksempel", 350)


@dataclass
class Conversation:
    """Talks to the errand as the question loop does, one message at a time."""

    intent_variant: str
    known: Patient = field(default_factory=patient)
    token: str | None = "kari"
    questionnaires: dict[str, Questionnaire] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    question: Question | None = None
    said: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.backend = FakeBooking(now=lambda: NOW, slots=[slot()], patients=[self.known])

    def _turn(self, text: str) -> Turn:
        return Turn(
            text=text,
            intent="",
            intent_confidence=0.0,
            state=self.state,
            dispatcher=CollectingDispatcher(),
            services=Services(
                backend=self.backend,
                questionnaires=self.questionnaires,
                errand_questions=load_errand_questions(),
                now=lambda: NOW,
            ),
            conversation_id="c",
            patient_token=self.token,
            is_answer=True,
        )

    async def opens(self, text: str) -> Conversation:
        self.state = {"kind": "eligibility", "variant": self.intent_variant, "started": "m1"}
        turn = self._turn(text)
        await EligibilityErrand().begin(turn)
        return await self._proceed(turn)

    async def says(self, text: str) -> Conversation:
        assert self.question
        turn = self._turn(text)
        errand = EligibilityErrand()
        if not errand.correct(turn, self.question):
            reading = errand.understand(turn, self.question)
            assert reading.value is not None, f"not read: {text}"
            errand.take(turn, self.question, reading.value)
        return await self._proceed(turn)

    async def _proceed(self, turn: Turn) -> Conversation:
        self.question = await ERRANDS[turn.state["kind"]].proceed(turn)
        self.state = turn.state
        self.said = turn.dispatcher.messages
        return self

    @property
    def asked(self) -> str | None:
        return self.question.id if self.question else None

    def outcome(self, kind: str = "eligibility") -> dict[str, Any]:
        customs = [message["custom"] for message in self.said if message.get("custom")]
        return next(custom for custom in customs if custom["type"] == kind)


async def test_a_sick_note_from_yesterday_is_refused_at_once_with_what_to_do_instead() -> None:
    talk = await Conversation("sick_note").opens("Jeg trenger sykmelding fra i går")
    assert talk.asked is None
    assert talk.outcome()["decision"] == "not_eligible"
    assert talk.outcome()["reasons"] == ["sick_note.backdating"]
    assert any("kry-faq.txt:164" in source for source in talk.outcome()["sources"])
    text = talk.said[0]["text"]
    assert "egenmelding" in text
    assert "astlegen" in text
    assert talk.said[0]["buttons"][0]["title"] == "Sykmelding fra i dag"


async def test_a_sick_note_from_today_leads_through_the_questions_to_free_times() -> None:
    talk = await Conversation("sick_note").opens("Jeg trenger sykmelding fra i dag")
    assert talk.asked == "cause"
    await talk.says("jeg har influensa")
    assert talk.asked == "extension"
    await talk.says("nei")
    assert talk.asked == "days"
    await talk.says("fire dager")
    assert talk.outcome()["decision"] == "eligible"
    assert "Legen avgjør" in talk.said[0]["text"]
    assert talk.asked == "want_time"
    await talk.says("ja")
    assert talk.state["kind"] == "booking"
    assert talk.outcome("slots")["slots"][0]["id"] == "slot-1"
    assert "4 dager" in talk.state["data"]["for_doctor"]["summary"]


async def test_an_earlier_note_that_the_clinic_knows_of_is_not_asked_about() -> None:
    earlier = SickNote(date(2026, 9, 29), date(2026, 10, 3), by_service=True)
    record = Record((earlier,), (), ())
    talk = await Conversation("sick_note", known=patient(record)).opens("Jeg trenger sykmelding")
    assert talk.asked is None
    assert talk.outcome()["reasons"] == ["sick_note.too_soon"]


async def test_when_the_clinic_cannot_be_asked_the_patient_is_and_the_doctor_will_check() -> None:
    talk = Conversation("sick_note")
    talk.backend.fail_next(BackendUnavailable())
    await talk.opens("Trenger sykmelding ut uka fra i dag, har feber")
    assert talk.asked == "extension"
    talk.backend.fail_next(BackendUnavailable())
    await talk.says("nei")
    assert talk.asked == "earlier_note"
    talk.backend.fail_next(BackendUnavailable())
    await talk.says("nei")
    assert talk.outcome()["decision"] == "eligible"
    assert "Legen sjekker" in talk.said[0]["text"]


async def test_a_correction_changes_what_the_opening_said() -> None:
    talk = await Conversation("sick_note").opens("Trenger sykmelding fra i dag i fire dager, feber")
    assert talk.asked == "extension"
    await talk.says("nei vent, jeg mente ti dager")
    assert talk.outcome()["reasons"] == ["sick_note.too_long"]


async def test_someone_insured_is_told_that_the_visit_is_free() -> None:
    talk = Conversation("sick_note", known=patient(insurance="If"))
    await talk.opens("sykmelding fra i dag i to dager, har migrene")
    await talk.says("nei")
    assert talk.question
    assert "gratis" in talk.question.text
    assert "350" not in talk.question.text


# Renewal


def collected(days_ago: int, medicine: str = "Levaxin 100 mikrogram") -> DispensedMedicine:
    return DispensedMedicine(medicine, "H03AA01", NOW.date() - timedelta(days=days_ago))


LEVAXIN = Record((), (), (collected(70),))


async def test_a_renewal_is_sent_once_it_is_confirmed_and_said_with_the_clinics_id() -> None:
    talk = await Conversation("renewal", known=patient(LEVAXIN)).opens("Jeg vil fornye Levaxin 100")
    assert talk.asked == "consent"
    await talk.says("ja")
    assert talk.outcome()["decision"] == "eligible"
    assert talk.asked == "confirm_renewal"
    assert talk.question
    assert "250 kroner" in talk.question.text
    assert talk.backend.renewals == []
    await talk.says("ja")
    assert talk.outcome("renewal") == {
        "type": "renewal",
        "id": "renewal-1",
        "status": "received",
        "medicine": "Levaxin 100",
        "price_nok": 250,
    }
    assert talk.asked is None


async def unknown_renewal() -> Conversation:
    """A renewal whose answer was lost on the way: it was sent, but nobody told us."""
    talk = await Conversation("renewal", known=patient(LEVAXIN)).opens("Jeg vil fornye Levaxin 100")
    await talk.says("ja")
    send = talk.backend.request_renewal

    async def lost(*args: Any, **named: Any) -> Renewal:
        talk.backend.fail_next(OutcomeUnknown())
        return await send(*args, **named)

    talk.backend.request_renewal = lost  # type: ignore[method-assign]
    await talk.says("ja")
    talk.backend.request_renewal = send  # type: ignore[method-assign]
    assert talk.asked == "retry"
    assert len(talk.backend.renewals) == 1
    return talk


async def test_after_a_lost_answer_it_is_never_said_that_nothing_was_sent() -> None:
    talk = await unknown_renewal()
    assert "Jeg vet ikke om ønsket ble sendt" in talk.said[0]["text"]
    talk.backend.fail_next(BackendUnavailable())
    await talk.says("prøv igjen")
    assert "ingenting er sendt" not in talk.said[0]["text"]
    assert "Jeg vet ikke" in talk.said[0]["text"]
    await talk.says("avslutt")
    assert "Jeg vet ikke sikkert om ønsket ble sendt" in talk.said[0]["text"]


async def test_a_retry_after_a_lost_answer_sends_nothing_twice() -> None:
    talk = await (await unknown_renewal()).says("prøv igjen")
    assert talk.outcome("renewal")["id"] == "renewal-1"
    assert len(talk.backend.renewals) == 1


async def test_a_no_sends_nothing() -> None:
    talk = await Conversation("renewal", known=patient(LEVAXIN)).opens("Jeg vil fornye Levaxin")
    await talk.says("ja")
    await talk.says("nei")
    assert talk.backend.renewals == []
    assert talk.asked is None


async def test_what_was_collected_too_long_ago_as_the_clinic_knows_is_refused() -> None:
    record = Record((), (), (collected(520),))
    talk = await Conversation("renewal", known=patient(record)).opens("forny levaxin")
    assert talk.outcome()["reasons"] == ["renewal.not_collected"]


async def test_habit_forming_medicine_is_refused_kindly_and_without_a_way_round() -> None:
    talk = await Conversation("renewal").opens("trenger mer sobrill 15")
    assert talk.outcome()["reasons"] == ["renewal.habit_forming"]
    text = talk.said[0]["text"]
    assert "Sobril 15" in text
    assert "fastlegen" in text
    assert talk.asked is None


async def test_an_unknown_medicine_leads_to_a_doctor_never_to_a_yes() -> None:
    talk = await Conversation("renewal").opens("jeg vil fornye en resept")
    assert talk.asked == "medicine"
    await talk.says("Blåfjellin")
    while talk.asked in ("how_many", "collected_lately", "consent"):
        await talk.says("én" if talk.asked == "how_many" else "ja")
    assert talk.outcome()["decision"] == "needs_doctor"
    assert talk.asked == "want_time"


async def test_a_bare_yes_is_no_name_of_a_medicine() -> None:
    talk = await Conversation("renewal").opens("jeg vil fornye en resept")
    with pytest.raises(AssertionError, match="not read"):
        await talk.says("ja")


@pytest.mark.parametrize("answer", ["Levaxin 100 mikrogram", "1", "levaksin"])
async def test_collected_medicines_are_shown_to_choose_from(answer: str) -> None:
    talk = await Conversation("renewal", known=patient(LEVAXIN)).opens("fornye resepten min")
    assert talk.question
    assert [option.label for option in talk.question.options] == ["Levaxin 100 mikrogram"]
    await talk.says(answer)
    assert talk.state["answers"]["medicine"]["atc"] == "H03AA01"
    assert talk.asked == "consent"


async def test_a_medicine_that_is_not_among_those_shown_is_not_taken_for_one_of_them() -> None:
    talk = await Conversation("renewal", known=patient(LEVAXIN)).opens("fornye resepten min")
    await talk.says("Blåfjellin 100 mikrogram")
    assert talk.state["answers"]["medicine"]["renewal"] is None


async def test_not_knowing_the_name_is_for_the_doctor() -> None:
    talk = await Conversation("prescription").opens("jeg vil ha en ny resept")
    await talk.says("vet ikke")
    await talk.says("ja")
    assert talk.outcome()["decision"] == "needs_doctor"


async def test_two_likely_medicines_are_asked_about() -> None:
    talk = await Conversation("renewal").opens("forny pepidin")
    assert talk.asked == "which_medicine"
    await talk.says("Pepcidin")
    assert talk.state["answers"]["medicine"]["atc"] == "A02BA03"


async def test_none_of_two_likely_medicines_is_for_the_doctor() -> None:
    talk = await Conversation("renewal").opens("forny pepidin")
    await talk.says("Ingen av disse")
    assert talk.state["answers"]["medicine"] == "dont_know"
    while talk.asked in ("collected_lately", "consent"):
        await talk.says("ja")
    assert talk.outcome()["decision"] == "needs_doctor"


async def test_someone_not_logged_in_logs_in_before_anything_is_sent() -> None:
    talk = await Conversation("renewal", token=None).opens("forny Levaxin")
    while talk.asked != "confirm_renewal":
        await talk.says("ja")
    await talk.says("ja")
    assert talk.asked == "log_in"
    assert talk.backend.renewals == []
    talk.token = "kari"
    await talk.says("fortsett")
    assert talk.outcome("renewal")["id"] == "renewal-1"


async def test_when_the_clinic_is_down_nothing_is_sent_and_trying_again_sends_once() -> None:
    talk = await Conversation("renewal", known=patient(LEVAXIN)).opens("forny Levaxin")
    await talk.says("ja")
    talk.backend.fail_next(BackendUnavailable())
    await talk.says("ja")
    assert talk.asked == "retry"
    assert "ingenting er sendt" in talk.said[0]["text"]
    await talk.says("prøv igjen")
    assert len(talk.backend.renewals) == 1
    assert talk.outcome("renewal")["status"] == "received"


async def test_one_pending_renewal_stands_in_the_way_of_the_next() -> None:
    pending = Renewal("r", "received", "Zyrtec", "R06AE07", NOW, 250, 0)
    record = Record((), (pending,), (collected(70),))
    talk = await Conversation("renewal", known=patient(record)).opens("forny Levaxin")
    assert talk.outcome()["reasons"] == ["renewal.pending"]


def family() -> Patient:
    nora = Child("nora", "Nora Testesen", 7, False, EMPTY)
    emma = Child("emma", "Emma Testesen", 16, True, None)
    return Patient("kari", "Kari Testesen", 41, None, EMPTY, (nora, emma))


async def test_a_childs_renewal_is_asked_for_in_the_childs_name() -> None:
    talk = Conversation("renewal", known=family())
    await talk.opens("forny Ventoline til datteren min på 7")
    while talk.asked != "confirm_renewal":
        await talk.says("ja")
    await talk.says("ja")
    assert talk.backend.renewals[0][0] == "nora"


async def test_which_of_two_children_is_asked_and_a_sixteen_year_old_logs_in_themselves() -> None:
    talk = await Conversation("renewal", known=family()).opens("forny Ventoline til datteren min")
    assert talk.asked == "which_child"
    await talk.says("Emma")
    assert talk.outcome()["reasons"] == ["renewal.own_login"]


async def test_a_correction_before_sending_sends_the_right_medicine() -> None:
    talk = await Conversation("renewal", known=patient(LEVAXIN)).opens("forny Levaxin")
    await talk.says("ja")
    assert talk.asked == "confirm_renewal"
    await talk.says("nei vent, jeg mente Zyrtec")
    assert talk.asked == "collected_lately"
    await talk.says("ja")
    await talk.says("ja")
    assert talk.outcome("renewal")["medicine"] == "Zyrtec"


# The other services


@pytest.mark.parametrize(
    ("service", "text", "decision", "reason"),
    [
        ("other_certificate", "Jeg trenger førerkortattest", "not_eligible", "needs_examination"),
        ("other_certificate", "attest for å slippe HV-øvelse", "not_eligible", "home_guard"),
        ("other_certificate", "erklæring for å avbestille reisen", "eligible", "within_the_rules"),
        ("referral", "henvisning til MR av kneet", "not_eligible", "work_up"),
        ("referral", "jeg vil ha henvisning til hudlege", "needs_doctor", "not_insured"),
        ("school_certificate", "jeg trenger fritak fra gym", "not_eligible", "gym"),
        ("prescription", "kan jeg få valium", "not_eligible", "habit_forming"),
    ],
)
async def test_a_wish_that_says_enough_is_decided_at_once(
    service: str, text: str, decision: str, reason: str
) -> None:
    talk = await Conversation(service).opens(text)
    assert talk.outcome()["service"] == service
    assert talk.outcome()["decision"] == decision
    assert talk.outcome()["reasons"] == [f"{service}.{reason}"]


async def test_a_wish_that_hides_an_urgent_illness_becomes_a_symptom_check() -> None:
    talk = Conversation("sick_note", questionnaires=dict(load_questionnaires()))
    await talk.opens("trenger sykmelding, sår hals og får ikke svelget spytt, sikler")
    assert talk.state["kind"] == "triage"


async def test_a_child_that_is_not_registered_is_told_and_nothing_is_sent() -> None:
    talk = await Conversation("renewal").opens("forny Ventoline til sønnen min på 5 år")
    while talk.asked != "confirm_renewal":
        await talk.says("ja")
    await talk.says("ja")
    assert talk.backend.renewals == []
    assert "registrer" in talk.said[0]["text"]


async def test_not_knowing_which_child_asks_the_age_and_sends_nothing_for_the_parent() -> None:
    talk = await Conversation("renewal", known=family()).opens("forny Ventoline til barnet mitt")
    assert talk.asked == "which_child"
    await talk.says("vet ikke")
    assert talk.asked == "child_age"


async def test_a_child_named_in_the_wish_is_not_asked_for() -> None:
    talk = Conversation("renewal", known=family())
    await talk.opens("forny Noras inhalator, datteren min")
    assert talk.asked == "collected_lately"


@pytest.mark.parametrize(
    ("answer", "days"),
    [("en uke", 7.0), ("ut uka", 7.0), ("5", 5.0), ("to", 2.0), ("til onsdag", 3.0)],
)
async def test_the_number_of_days_is_read_as_it_is_said(answer: str, days: float) -> None:
    talk = await Conversation("sick_note").opens("sykmelding fra i dag, har feber")
    await talk.says("nei")
    assert talk.asked == "days"
    await talk.says(answer)
    assert talk.state["answers"]["days"] == days
