"""What the scripted assistant answers, by the patient's text: each outcome of the catalogue."""

from __future__ import annotations

from typing import Any

SCRIPT: dict[str, list[dict[str, Any]]] = {
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
    "ledige timer": [
        {"text": "Her er de neste ledige timene:"},
        {
            "custom": {
                "type": "slots",
                "slots": [
                    {
                        "id": f"slot-{i}",
                        "start": f"2026-11-24T{8 + i:02}:20:00+01:00",
                        "end": f"2026-11-24T{8 + i:02}:35:00+01:00",
                        "doctor": doctor,
                        "price_nok": 350,
                    }
                    for i, doctor in enumerate(("Kari Eksempel", "Ola Prøve", "Kari Eksempel"))
                ],
            }
        },
    ],
}
