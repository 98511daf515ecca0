"""Reads that a patient wants a moment, or is back from one: "vent litt", "nå er jeg her igjen"."""

from __future__ import annotations

import re

from bot.domain.readers.text import with_digits

_BIT = r"(?:litt|lite|lite grann|lit|ett?|eit|en|ein|\d+|noen|nokre|par)"
_MOMENT = r"(?:øyeblikk|øyeblink|augneblink|augneblikk)"
_SPAN = rf"(?:{_MOMENT}|sekund\w*|sek|minutt\w*|min|stund)"
_WAIT = (
    rf"(?:(?:vent|vente|hold an|hold on|drøy|wait)(?: {_BIT})*(?: {_SPAN})?|(?:{_BIT} )*{_MOMENT}"
    r"|(?:la|lat) (?:meg|mæ) (?:bare )?(?:tenke|tenkje|sjekke|se|sjå)(?: litt| etter)*"
    rf"|(?:gi|gje) (?:meg|mæ)(?: {_BIT})* (?:{_SPAN}|tid)|(?:straks|snart) (?:tilbake|attende)"
    r"|(?:(?:jeg |eg |æ )?(?:er|e|kommer|kjem) )(?:straks|snart)(?: tilbake| attende)?|brb)"
)
#: What one goes to do meanwhile.
_DOES = (
    r"(?:hent|sjekk|mål|finn|spør|let|se|sjå|ta|gå|åpne|opne|les|ring|svar|bytt|skift|mat|trøst|ro"
    r"|legg|lad)\w*"
)
_MEANWHILE = (
    r"(?:så )?(?:(?:jeg|eg|æ) )?(?:(?:må|skal|vil) )?(?:bare |berre |lige )?"
    rf"{_DOES}(?: [^\W\d]+){{0,7}}"
)
_OPENER = r"(?:(?:ok|okei|ja|nei|men|hm+|eh+|øh+|kan du|vær så snill|please)[ ,]+)*"
_CLOSER = r"(?:[ ,]+(?:da|a|nå|no|er du snill|vær så snill|please|bare))*"
_WAITS = re.compile(
    rf"{_OPENER}(?:{_WAIT}{_CLOSER}(?:[ ,.:]+{_MEANWHILE})?|{_MEANWHILE}[ ,.]+vent(?: litt)?)"
    r"[ .!…]*"
)
_BACK = re.compile(
    r"(?:(?:ok|okei|ja|så|hei|da|nå|no)[ ,]+)*"
    r"(?:fortsett|(?:vi )?(?:kan )?(?:fortsette|fortsetter|gå videre|går videre)"
    r"|(?:(?:er|e) )?(?:(?:jeg|eg|æ) )?(?:(?:er|e) )?(?:her (?:igjen|nå|no)|tilbake|attende|klar)"
    r"|(?:jeg|eg|æ) (?:er|e) her)(?: igjen| nå| no)*[ .!…]*"
)


def asks_to_wait(text: str) -> bool:
    """Whether a message asks for a moment and says nothing else; "nei vent, fire dager" does."""
    return _WAITS.fullmatch(with_digits(text)) is not None


def is_back(text: str) -> bool:
    """Whether a message only says that the conversation can go on."""
    return _BACK.fullmatch(with_digits(text)) is not None
