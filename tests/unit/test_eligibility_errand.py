"""The errand that asks, decides and hands over: conversations with a fake backend."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.eligibility import EligibilityErrand
from actions.services import Services
from actions.turn import Turn
from bot.adapters.booking import BackendUnavailable, Patient, Record, SickNote, Slot
from bot.adapters.errand_content import load_errand_questions
from bot.adapters.fake_booking import FakeBooking
from bot.domain.eligibility_facts import OSLO
from bot.domain.questions import Question

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
                questionnaires={},
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
        self.question = await EligibilityErrand().proceed(turn)
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
