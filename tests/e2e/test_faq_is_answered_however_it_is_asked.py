"""A question about the service gets its answer in bokmål, in nynorsk and with typing errors."""

from __future__ import annotations

import pytest

from tests.e2e.assistant import Assistant

QUESTIONS = [
    ("price", "hva er prisen for en videosamtale", "350 kroner"),
    ("price", "kva kostar ein videotime", "350 kroner"),
    ("price", "hva kosetr en time", "350 kroner"),
    ("renewal_price", "hvor mye må jeg betale for å fornye resepten", "250 kroner"),
    ("renewal_price", "kor mykje kostar det å fornye ein resept", "250 kroner"),
    ("renewal_price", "hva kostre resepfornyelse", "250 kroner"),
    ("pharmacy", "kan jeg hente medisinen på hvilket apotek jeg vil", "apotek"),
    ("pharmacy", "kva apotek kan eg hente resepten på", "apotek"),
    ("abroad", "kan jeg bruke tjenesten når jeg er på ferie i Spania", "verden"),
    ("abroad", "eg er i utlandet, kan eg likevel snakke med lege", "verden"),
    ("receipt", "får jeg kvittering etter timen", "kvittering"),
    ("receipt", "korleis får eg kvitering", "kvittering"),
    ("change_cancel", "hvor sent kan jeg avbestille uten å tape penger", "1 time"),
    ("missed_appointment", "hva skjer hvis jeg glemte timen min", "penge"),
    ("insurance", "er det gratis når jeg har helseforsikring i If", "If"),
    ("doctors", "har legene norsk autorisasjon", "autorisasjon"),
    ("opening_hours", "når har dere åpent i helgen", "kry.no"),
    ("contact", "hva er telefonnummeret til kundeservice", "23 65 34 30"),
    ("complaints", "hvor kan jeg klage på legen", "support@kry.no"),
    ("earlier_records", "kan legen se journalen fra fastlegen min", "fastlegen"),
    ("security", "er videosamtalen kryptert", "krypter"),
    ("data_location", "hvor i verden lagres opplysningene mine", "Irland"),
    ("sick_note_frequency", "hvor ofte kan man få sykmelding hos dere", "3 måneder"),
    ("sick_note_backdating", "kan dere tilbakedatere en sykmelding", "tilbake"),
    ("referral_delivery", "hvordan får jeg henvisningen jeg har fått", "innboks"),
]


@pytest.mark.parametrize(("topic", "question", "fact"), QUESTIONS)
def test_the_question_gets_its_answer(
    assistant: Assistant, topic: str, question: str, fact: str
) -> None:
    reply = assistant.patient().say(question)

    assert reply.topic == topic
    answer = reply.custom("faq") or {}
    assert fact in reply.text + str(answer.get("more"))
    assert answer["source"], "the answer names its source"


def test_at_least_twelve_topics_are_asked_about() -> None:
    assert len({topic for topic, _, _ in QUESTIONS}) >= 12
