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
}
