"""May I have it? Sick note, certificates, renewal, prescription and referral, by their rules."""

from __future__ import annotations

import dataclasses
from typing import Any

from actions.booking import BackedErrand, BookingErrand
from actions.errand import filled
from actions.triage import TriageErrand
from actions.turn import Turn
from bot.adapters.booking import (
    BackendUnavailable,
    Child,
    NotLoggedIn,
    OutcomeUnknown,
    Patient,
    Record,
    Refused,
    Renewal,
)
from bot.adapters.clinic_content import load_clinic
from bot.adapters.eligibility_content import load_eligibility, load_eligibility_texts
from bot.adapters.medicine_content import load_medicines
from bot.domain.decision import Decision
from bot.domain.eligibility import Ask, Leaf, Tree, evaluate, listens_for
from bot.domain.eligibility_facts import NOTHING_KNOWN, Collected, EarlierNote, Known
from bot.domain.errand_facts import Listener
from bot.domain.levels import URGENT
from bot.domain.listening import complaint_from, facts_from
from bot.domain.questions import DONT_KNOW, Option, Question
from bot.domain.readers import Reading, read
from bot.domain.readers.text import plain, words_of
from bot.domain.readers.yes_no import read_yes_no
from bot.domain.triage import level_so_far
from bot.domain.wishes import Visitor

#: Questions about what to do next; their answers are no facts for the rules.
_STEPS = ("want_time", "confirm_renewal", "which_child")


class EligibilityErrand(BackedErrand):
    """Asks what the rules need, says what they say, and offers the next step."""

    async def begin(self, turn: Turn) -> None:
        if _sounds_urgent(turn):
            turn.state = {"kind": "triage", "variant": "", "started": turn.state["started"]}
            await TriageErrand().begin(turn)
            return
        turn.state["answers"] = _listener(turn).hear(turn.text, turn.now)
        if turn.answers.get("for_whom") == "child":
            turn.data["names"] = words_of(turn.text)

    async def proceed(self, turn: Turn) -> Question | None:
        if turn.data.get("given_up"):
            turn.tell(_text("renewal_left_unknown" if turn.data.get("unknown") else "not_renewed"))
            return None
        if "want_time" in turn.data:
            return await self._book(turn)
        if "confirm_renewal" in turn.data:
            return await self._renew(turn)
        return await self._judge(turn)

    def understand_answer(self, turn: Turn, question: Question) -> Reading:
        if question.id == "medicine":
            return _read_medicine(turn.text, question)
        reading = read(question, turn.text, turn.now)
        if question.id in _STEPS or question.id == "which_medicine":
            return reading
        heard = _listener(turn).hear(turn.text, turn.now).get(question.id)
        # "En uke" holds the number one, but is seven days: what was heard knows the question.
        prefers_heard = question.kind in ("number", "date") or not reading.certain
        return Reading(heard, True) if heard is not None and prefers_heard else reading

    def correct(self, turn: Turn, question: Question) -> bool:
        if question.id in ("log_in", "retry"):
            return False
        answers = _listener(turn).correct(turn.answers, turn.text, question.id, turn.now)
        if answers is None:
            return False
        turn.state["answers"] = answers
        return True

    def take_answer(self, turn: Turn, question: Question, value: Any) -> None:
        if question.id in _STEPS:
            turn.data[question.id] = value
        elif question.id == "which_medicine":
            is_one = value not in (DONT_KNOW, _text("other_medicine"))
            chosen = load_medicines().by_name(value).to_json() if is_one else DONT_KNOW
            turn.answers["medicine"] = chosen
        else:
            heard = _listener(turn).hear(turn.text, turn.now)
            own = {question.id: value}
            if question.id == "medicine" and value != DONT_KNOW:
                own = _listener(turn).medicine(value)
            turn.state["answers"] = heard | turn.answers | own

    def progress(self, turn: Turn) -> tuple[int, int]:
        total = len(_tree(turn).questions) if turn.state["kind"] == "eligibility" else 1
        return min(len(turn.answers), total - 1), total

    async def _judge(self, turn: Turn) -> Question | None:
        own = turn.services.errand_questions["eligibility"]
        medicine = turn.answers.get("medicine")
        if isinstance(medicine, dict) and "alternatives" in medicine:
            return _with_options(own["which_medicine"], medicine["alternatives"])
        patient = await _patient(turn)
        children = _children(turn, patient)
        if len(children) > 1:
            options = tuple(Option(child.id, child.name) for child in children)
            return dataclasses.replace(own["which_child"], options=options)
        known = _known_of(turn, patient, children)
        result = evaluate(_tree(turn), turn.answers, known, turn.now, load_clinic())
        if isinstance(result, Ask):
            question = _worded(_tree(turn).question(result.question_id))
            return _with_collected(question, known) if question.id == "medicine" else question
        leaf = _tell(turn, result, known)
        return _offer(turn, leaf, known)

    async def _book(self, turn: Turn) -> Question | None:
        """Hands over to the booking, with whom it is for and what the patient told the doctor."""
        if turn.data["want_time"] != "yes":
            turn.tell(_text("no_visit"))
            return None
        for_doctor = {"summary": _summary(turn)}
        age, words = turn.answers.get("child_age"), turn.data.get("names", [])
        chosen = turn.data.get("which_child")
        visitor = Visitor(
            turn.answers.get("for_whom"), None if age == DONT_KNOW else age, tuple(words)
        )
        turn.state = {
            "kind": "booking",
            "started": turn.state["started"],
            "data": {"for_doctor": for_doctor, "visitor": visitor.to_json()},
            "answers": {} if chosen in (None, DONT_KNOW) else {"which_child": chosen},
        }
        return await BookingErrand().proceed(turn)

    async def _renew(self, turn: Turn) -> Question | None:
        """Asks a doctor to renew; says that it is sent only with the backend's answer."""
        if turn.data["confirm_renewal"] != "yes":
            turn.tell(_text("not_renewed"))
            return None
        try:
            patient = await _logged_in(turn)
            children = _children(turn, patient)
            if turn.answers.get("for_whom") == "child" and len(children) != 1:
                turn.tell(_text("child_not_registered"))
                return None
            renewal = await self._request(turn, children[0].id if children else None)
        except NotLoggedIn:
            turn.say("utter_log_in")
            return turn.services.errand_questions["common"]["log_in"]
        except Refused as no:
            pending = no.type == "renewal-pending"
            turn.tell(_text("renewal_pending" if pending else "renewal_refused"))
            return None
        except BackendUnavailable:
            unknown = turn.data.get("unknown")
            turn.tell(_text("renewal_unknown" if unknown else "renewal_unavailable"))
            return turn.services.errand_questions["booking"]["retry"]
        except OutcomeUnknown:
            turn.data["unknown"] = True
            turn.tell(_text("renewal_unknown"))
            return turn.services.errand_questions["booking"]["retry"]
        turn.tell(
            _text("renewal_sent", medicine=renewal.medicine),
            {
                "type": "renewal",
                "id": renewal.id,
                "status": renewal.status,
                "medicine": renewal.medicine,
                "price_nok": renewal.price_nok,
            },
        )
        return None

    async def _request(self, turn: Turn, child_id: str | None) -> Renewal:
        medicine = turn.answers["medicine"]
        return await turn.services.backend.request_renewal(
            _full_name(medicine),
            medicine["atc"],
            patient_token=turn.patient_token or "",
            child_id=child_id,
            key=turn.key("renewal", _full_name(medicine), child_id or ""),
        )


def _read_medicine(text: str, question: Question) -> Reading:
    """A medicine by name, or one of those shown by its number or its whole label.

    Certain where it is known; a bare yes or no is no name.
    """
    for number, option in enumerate(question.options, start=1):
        if plain(text) in (str(number), plain(option.label)):
            return Reading(option.id, True)
    shade = read_yes_no(text)
    if shade == DONT_KNOW:
        return Reading(DONT_KNOW, True)
    found = load_medicines().find(text)
    if found.medicines or found.alternatives:
        return Reading(text, True)
    return Reading(None if shade or not words_of(text) else text, False)


def _sounds_urgent(turn: Turn) -> bool:
    """Whether the wish tells of an illness that can't wait: then the symptom check comes first."""
    questionnaires = turn.services.questionnaires
    for name in complaint_from(turn.text, questionnaires.values()):
        questionnaire = questionnaires[name]
        heard = facts_from(turn.text, questionnaire, turn.now)
        if level_so_far(questionnaire, heard) in URGENT:
            return True
    return False


def _tree(turn: Turn) -> Tree:
    return load_eligibility()[turn.state["variant"]]


def _listener(turn: Turn) -> Listener:
    tree = _tree(turn)
    return Listener(tree.questions, listens_for(tree), load_medicines())


def _text(name: str, **values: str) -> str:
    return load_eligibility_texts()[name].format_map({**load_clinic().words(), **values})


def _worded(question: Question) -> Question:
    """The question with the clinic's limits in its words."""
    words = load_clinic().words()
    return dataclasses.replace(
        filled(question, **words), help=question.help and question.help.format_map(words)
    )


def _with_options(question: Question, names: list[str]) -> Question:
    """The question which medicine is meant; none of them is an answer too."""
    other = _text("other_medicine")
    options = tuple(Option(name, name) for name in (*names, other))
    return dataclasses.replace(question, options=options)


def _with_collected(question: Question, known: Known) -> Question:
    """The question for the medicine, with those that were collected at a pharmacy to choose."""
    names = dict.fromkeys(collected.medicine for collected in known.collected or ())
    if not names:
        return question
    options = tuple(Option(name, name) for name in names)
    return dataclasses.replace(question, kind="choice", options=options)


async def _logged_in(turn: Turn) -> Patient:
    """The patient who is logged in; raises what the backend raises."""
    if not turn.patient_token:
        raise NotLoggedIn("unauthorized", "Ikke logget inn", "Logg inn for å fornye resept.")
    return await turn.services.backend.me(patient_token=turn.patient_token)


async def _patient(turn: Turn) -> Patient | None:
    """What the clinic knows of the patient; None where it can't be asked."""
    try:
        return await _logged_in(turn)
    except (BackendUnavailable, Refused):
        return None


def _children(turn: Turn, patient: Patient | None) -> list[Child]:
    """The registered children whom the errand may be for; none where it is not for a child."""
    if patient is None or turn.answers.get("for_whom") != "child":
        return []
    chosen = turn.data.get("which_child")
    if chosen is not None:
        return [child for child in patient.children if child.id == chosen]
    age, said = turn.answers.get("child_age"), turn.data.get("names", [])
    meant = [child for child in patient.children if child.age == age or _is_named(child, said)]
    return meant if len(meant) == 1 else list(patient.children)


def _is_named(child: Child, said: list[str]) -> bool:
    first_name = child.name.split()[0].lower()
    return first_name in said or f"{first_name}s" in said


def _known_of(turn: Turn, patient: Patient | None, children: list[Child]) -> Known:
    """What the clinic knows of the one the errand is for, in the domain's terms."""
    if patient is None:
        return NOTHING_KNOWN
    insured = patient.insurance in load_clinic().words()["insurers"].split(" og ")
    if turn.answers.get("for_whom") != "child":
        return _known(patient.age, insured, patient.record)
    if len(children) != 1:
        return Known(insured=insured)
    return _known(children[0].age, insured, children[0].record)


def _known(age: int, insured: bool, record: Record | None) -> Known:
    if record is None:
        return Known(age=age, insured=insured)
    return Known(
        age=age,
        insured=insured,
        sick_notes=tuple(
            EarlierNote(n.first_day, n.last_day, n.by_service) for n in record.sick_notes
        ),
        collected=tuple(Collected(d.medicine, d.atc, d.dispensed_on) for d in record.dispensed),
        pending_renewal=any(r.status == "received" for r in record.renewals),
    )


def _tell(turn: Turn, decision: Decision, known: Known) -> Leaf:
    """Says the decision: the first of its leaves speaks, all of them are named."""
    tree = _tree(turn)
    leaf = tree.leaf(decision.reasons[0].partition(".")[2])
    medicine = _medicine_name(turn)
    words = {
        **load_clinic().words(),
        "medicine": medicine,
        "Medicine": medicine[:1].upper() + medicine[1:],
    }
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
    own = turn.services.errand_questions["eligibility"]
    insured = "_insured" if known.insured else ""
    if leaf.offers == "visit":
        return filled(own["want_time"], price=_text(f"price_visit{insured}"))
    if leaf.offers == "renewal":
        price = _text(f"price_renewal{insured}")
        return filled(own["confirm_renewal"], medicine=_medicine_name(turn), price=price)
    return None


def _medicine_name(turn: Turn) -> str:
    """The medicine as it is spoken of; a plain word where none is named."""
    medicine = turn.answers.get("medicine")
    return _full_name(medicine) if isinstance(medicine, dict) else _text("this_medicine")


def _full_name(medicine: dict[str, Any]) -> str:
    return " ".join(part for part in (medicine["name"], medicine["detail"]) if part)


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
    labels = {option.id: option.label for option in question.options}
    if isinstance(value, dict):
        return _full_name(value)
    if isinstance(value, float):
        return f"{value:g} {question.unit or ''}".strip()
    return labels.get(value) or load_eligibility_texts().get(f"answer_{value}") or str(value)
