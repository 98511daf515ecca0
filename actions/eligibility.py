"""May I have it? Sick note, certificates, renewal, prescription and referral, by their rules."""

from __future__ import annotations

import dataclasses
from typing import Any

from actions.booking import BookingErrand
from actions.errand import Errand, filled
from actions.turn import Turn
from bot.adapters.booking import BackendUnavailable, Patient, Record, Refused
from bot.adapters.clinic_content import load_clinic
from bot.adapters.eligibility_content import load_eligibility, load_eligibility_texts
from bot.domain.decision import Decision
from bot.domain.eligibility import Ask, Leaf, Tree, evaluate
from bot.domain.eligibility_facts import NOTHING_KNOWN, Collected, EarlierNote, Known
from bot.domain.errand_facts import corrected, facts_from
from bot.domain.questions import Question
from bot.domain.readers import Reading, read


class EligibilityErrand(Errand):
    """Asks what the rules need, says what they say, and offers the next step."""

    async def begin(self, turn: Turn) -> None:
        turn.state["answers"] = facts_from(_tree(turn).questions, turn.text, turn.now)

    async def proceed(self, turn: Turn) -> Question | None:
        if "want_time" in turn.data:
            return await self._after_offer(turn)
        known = await _known(turn)
        result = evaluate(_tree(turn), turn.answers, known, turn.now, load_clinic())
        if isinstance(result, Ask):
            return _worded(_tree(turn).question(result.question_id))
        leaf = _tell(turn, result, known)
        return _offer(turn, leaf, known)

    def understand(self, turn: Turn, question: Question) -> Reading:
        heard = facts_from([question], turn.text, turn.now).get(question.id)
        reading = read(question, turn.text, turn.now)
        return Reading(heard, True) if heard is not None and not reading.certain else reading

    def correct(self, turn: Turn, question: Question) -> bool:
        answers = corrected(
            _tree(turn).questions, turn.answers, turn.text, question.id, turn.now
        )
        if answers is None:
            return False
        turn.state["answers"] = answers
        return True

    def take(self, turn: Turn, question: Question, value: Any) -> None:
        if question.id == "want_time":
            turn.data["want_time"] = value
            return
        heard = facts_from(_tree(turn).questions, turn.text, turn.now)
        turn.state["answers"] = heard | turn.answers | {question.id: value}

    def progress(self, turn: Turn) -> tuple[int, int]:
        total = len(_tree(turn).questions)
        return min(len(turn.answers), total - 1), total

    async def _after_offer(self, turn: Turn) -> Question | None:
        if turn.data["want_time"] != "yes":
            turn.tell(_text("no_visit"))
            return None
        for_doctor = {"summary": _summary(turn)}
        turn.state = {
            "kind": "booking",
            "started": turn.state["started"],
            "data": {"for_doctor": for_doctor},
        }
        return await BookingErrand().proceed(turn)


def _tree(turn: Turn) -> Tree:
    return load_eligibility()[turn.state["variant"]]


def _text(name: str) -> str:
    return load_eligibility_texts()[name].format_map(load_clinic().words())


def _worded(question: Question) -> Question:
    """The question with the clinic's limits in its words."""
    words = load_clinic().words()
    return dataclasses.replace(
        filled(question, **words), help=question.help and question.help.format_map(words)
    )


async def _known(turn: Turn) -> Known:
    """What the clinic knows of the patient; nothing where it can't be asked."""
    if not turn.patient_token:
        return NOTHING_KNOWN
    try:
        patient = await turn.services.backend.me(patient_token=turn.patient_token)
    except (BackendUnavailable, Refused):
        return NOTHING_KNOWN
    return known_of(patient)


def known_of(patient: Patient) -> Known:
    """What the clinic knows of a patient, in the domain's terms."""
    return Known(
        age=patient.age,
        insured=patient.insurance is not None,
        **_from_record(patient.record),
    )


def _from_record(record: Record) -> dict[str, Any]:
    return {
        "sick_notes": tuple(
            EarlierNote(n.first_day, n.last_day, n.by_service) for n in record.sick_notes
        ),
        "collected": tuple(
            Collected(d.medicine, d.atc, d.dispensed_on) for d in record.dispensed
        ),
        "pending_renewal": any(r.status == "received" for r in record.renewals),
    }


def _tell(turn: Turn, decision: Decision, known: Known) -> Leaf:
    """Says the decision: the first of its leaves speaks, all of them are named."""
    tree = _tree(turn)
    leaf = tree.leaf(decision.reasons[0].partition(".")[2])
    words = load_clinic().words()
    lines = [leaf.says, leaf.why, *leaf.instead]
    if known == NOTHING_KNOWN and leaf.offers:
        lines.append(_text("not_looked_up"))
    turn.dispatcher.utter_message(
        text="\n".join(line.format_map(words) for line in lines),
        buttons=[
            {"title": b.title.format_map(words), "payload": b.payload.format_map(words)}
            for b in leaf.buttons
        ],
        json_message={
            "type": "eligibility",
            "service": tree.id,
            "decision": decision.outcome,
            "reasons": list(decision.reasons),
            "rule_version": decision.rule_version,
            "sources": list(decision.sources),
        },
    )
    return leaf


def _offer(turn: Turn, leaf: Leaf, known: Known) -> Question | None:
    """The question about the next step, where there is one."""
    if leaf.offers is None:
        return None
    price = _text("price_visit_insured" if known.insured else "price_visit")
    return filled(turn.services.errand_questions["eligibility"]["want_time"], price=price)


def _summary(turn: Turn) -> str:
    """What the patient told, for the doctor: one line for each answer."""
    tree = _tree(turn)
    lines = [
        f"{question.label}: {_spoken(question, turn.answers[question.id])}"
        for question in tree.questions
        if question.id in turn.answers
    ]
    return "\n".join([tree.title, *lines])


def _spoken(question: Question, value: Any) -> str:
    shades = {"yes": "ja", "no": "nei", "dont_know": "vet ikke"}
    labels = {option.id: option.label for option in question.options}
    if isinstance(value, float):
        return f"{value:g} {question.unit or ''}".strip()
    return labels.get(value) or shades.get(value) or str(value)
