"""What the scripted assistant answers, by the patient's text: each outcome of the catalogue."""

from __future__ import annotations

from typing import Any

Reply = dict[str, Any]


def question(kind: str, text: str, done: int = 0, **fields: Any) -> Reply:
    custom = {
        "type": "question",
        "id": f"{kind}_{done}",
        "kind": kind,
        "options": [],
        "progress": {"done": done, "total": 5},
        **fields,
    }
    return {"text": text, "custom": custom}


SLOTS = [
    {
        "id": f"slot-{i}",
        "start": f"2026-11-24T{8 + i:02}:20:00+01:00",
        "end": f"2026-11-24T{8 + i:02}:40:00+01:00",
        "doctor": doctor,
        "price_nok": 350,
    }
    for i, doctor in enumerate(("Kari Eksempel", "Ola Prøve", "Kari Eksempel"))
]
FREE_TIMES: list[Reply] = [
    {"text": "Her er de neste ledige timene."},
    {"custom": {"type": "slots", "slots": SLOTS}},
    question(
        "choice",
        "Hvilken time vil du ha?",
        3,
        options=[
            *({"id": slot["id"], "label": f"i morgen, {slot['id']}"} for slot in SLOTS),
            {"id": "other", "label": "Andre tider"},
        ],
    ),
]
BOOKED: list[Reply] = [
    {
        "text": "Timen er bestilt. Legen ringer deg i appen.",
        "custom": {
            "type": "appointment",
            "id": "A-1001",
            "status": "booked",
            "start": "2026-11-24T08:20:00+01:00",
            "doctor": "Kari Eksempel",
            "price_nok": 350,
            "refund_nok": 0,
        },
    }
]


def triage(level: str, text: str, *contacts: tuple[str, str]) -> Reply:
    custom = {
        "type": "triage",
        "level": level,
        "reasons": ["sore_throat.mild"],
        "contacts": [{"name": name, "phone": phone} for name, phone in contacts],
        "rule_version": "1",
    }
    return {"text": text, "custom": custom}


def eligibility(decision: str) -> Reply:
    custom = {
        "type": "eligibility",
        "service": "sick_note",
        "decision": decision,
        "reasons": ["sick_note.max_days"],
        "rule_version": "1",
    }
    return {"text": "Det er legen som avgjør om du får sykmelding.", "custom": custom}


AMBULANCE, LEGEVAKT = ("Ambulanse", "113"), ("Legevakt", "116 117")
CHOICE = question("choice", "Hvor sitter det?", 2, options=[{"id": "l", "label": "Venstre"}])

#: One answer to one text.
SCRIPT: dict[str, list[Reply]] = {
    "knapper": [
        {
            "text": "Vil du bestille?",
            "buttons": [
                {"title": "Ja, bestill", "payload": '/affirm{"slot": "x"}'},
                {"title": "Les mer", "payload": "Hva koster det?"},
            ],
        }
    ],
    '/affirm{"slot": "x"}': [{"text": "Bekreftet."}],
    "ja nei": [question("yes_no", "Har du feber?", 1)],
    "bare ja nei": [
        question(
            "yes_no",
            "Skal jeg bestille?",
            options=[{"id": "yes", "label": "Ja"}, {"id": "no", "label": "Nei"}],
        )
    ],
    "valg": [CHOICE],
    "tall": [
        question("number", "Hvor høy er feberen?", 2, unit="grader", help="For eksempel 38,5.")
    ],
    "varighet": [question("duration", "Hvor lenge har det vart?", 3)],
    "dato": [question("date", "Når begynte det?", 4)],
    "fritekst": [question("text", "Fortell mer.", 4)],
    "akutt": [triage("emergency_113", "Ring 113 nå. Bli hos henne.", AMBULANCE, LEGEVAKT)],
    "haster": [triage("legevakt", "Ring legevakten nå.", LEGEVAKT)],
    "fysisk": [triage("physical_exam", "Du bør undersøkes.")],
    "video": [triage("video_consultation", "Dette passer for video.")],
    "egenomsorg": [triage("self_care", "Dette går ofte over.")],
    "ledige timer": FREE_TIMES[:2],
    "velg time": FREE_TIMES,
    "time": BOOKED,
    "avbestilt": [
        {
            "text": "Avbestilt.",
            "custom": {**BOOKED[0]["custom"], "status": "cancelled", "refund_nok": 350},
        }
    ],
    "fornye": [
        {
            "text": "Sendt til legen.",
            "custom": {
                "type": "renewal",
                "id": "R-1",
                "status": "requested",
                "medicine": "Cetirizin 10 mg",
                "price_nok": 250,
            },
        }
    ],
    "kvittering": [
        {"text": "Her er den.", "custom": {"type": "receipt", "id": "K-1", "amount_nok": 350}}
    ],
    "sykmelding ja": [eligibility("eligible")],
    "sykmelding nei": [eligibility("not_eligible")],
    "sykmelding lege": [eligibility("needs_doctor")],
    "menneske": [
        {
            "text": "En medarbeider tar kontakt.",
            "custom": {
                "type": "handover",
                "case_id": "S-7",
                "contacts": [{"name": "Kundestøtte", "phone": "23 65 34 30"}],
            },
        }
    ],
    "vurder": [{"text": "Hvordan gikk det?", "custom": {"type": "rating"}}],
    "les mer": [
        {"text": "Kort svar.", "custom": {"type": "faq", "topic": "price", "more": "Langt svar."}}
    ],
    "lenker": [
        {"text": "Se https://example.no/a. Ring 116 117, ikke 350 kr. <b>x</b> javascript:alert(1)"}
    ],
    "langt": [{"text": "Et langt svar uten mellomrom: " + "a" * 300 + "\n" + "ord " * 300}],
    "ødelagt": [{"text": "Dette svaret er rart.", "custom": {"type": "slots", "slots": 7}}],
}

#: A whole conversation, begun by one text; each answer leads to the next replies.
SCENARIOS: dict[str, list[list[Reply]]] = {
    "jeg har vondt i halsen": [
        [question("duration", "Hvor lenge har du hatt vondt?", 0)],
        [question("number", "Hvor høy er feberen?", 1, unit="grader")],
        [question("yes_no", "Får du svelget spyttet ditt?", 2)],
        [
            triage("video_consultation", "Dette passer for en videotime."),
            {
                "text": "Vil du se ledige timer?",
                "buttons": [{"title": "Ja, vis timer", "payload": "ja"}],
            },
        ],
        FREE_TIMES,
        BOOKED,
    ],
}
