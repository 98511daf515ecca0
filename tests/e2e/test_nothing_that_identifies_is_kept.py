"""What identifies a patient reaches no table, file or log; a deleted conversation is gone (H12)."""

from __future__ import annotations

import sqlite3

from tests.e2e.assistant import Assistant, Patient

#: Text that must be found nowhere afterwards, and a message that holds it.
SECRETS = {
    "01019012480": "jeg heter Kari og fødselsnummeret mitt er 01019012480",
    "010190 12480": "fnr 010190 12480, kan jeg få sykmelding?",
    "41019012318": "D-nummer 41019012318",
    "01819012365": "testnummer 01819012365 har vondt i halsen",
    "kari.testesen@example.no": "skriv til kari.testesen@example.no når legen er ledig",
    "412 34 567": "ring meg på 412 34 567",
    "+4741234567": "jeg får ikke puste, nummeret mitt er +4741234567",
    "4111111111111111": "kan jeg betale med kort 4111111111111111?",
    "5555 5555 5555 4444": "5555 5555 5555 4444 " + "og så videre " * 200,
}


def kept(assistant: Assistant) -> bytes:
    """Every byte of every file that the run has left: databases, their journals, logs."""
    paths = [path for path in assistant.folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".sqlite" for path in paths)
    return b"\n".join(path.read_bytes() for path in paths)


def test_what_identifies_is_found_in_no_table_file_or_log(assistant: Assistant) -> None:
    patient = assistant.patient("kari")
    for message in SECRETS.values():
        assert patient.say(message).text
    everything = kept(assistant)
    found = [secret for secret in SECRETS if secret.encode() in everything]
    assert found == []


def test_the_patients_log_in_is_found_in_no_table_file_or_log(assistant: Assistant) -> None:
    patient = assistant.patient("kari")
    patient.say("hei")
    patient.say("hvilke timer har jeg?")
    leaked = patient.headers["X-Patient-Token"].encode() in kept(assistant)
    assert not leaked


def test_a_deleted_conversation_is_in_no_table(assistant: Assistant) -> None:
    patient = assistant.patient()
    patient.say("jeg har en hemmelighet: xylofon")
    assert mentions(assistant, "xylofon") > 0
    answer = patient.client.delete("/conversations", headers=patient.headers)
    assert answer.status_code == 204
    assert mentions(assistant, "xylofon") == 0
    assert is_gone(patient)


def mentions(assistant: Assistant, word: str) -> int:
    """How many rows of Rasa's conversations hold the word."""
    with sqlite3.connect(assistant.environment["TRACKER_DB"]) as database:
        query = "select count(*) from events where data like ?"
        count: int = database.execute(query, (f"%{word}%",)).fetchone()[0]
        return count


def is_gone(patient: Patient) -> bool:
    body = {"text": "hei", "message_id": "again"}
    return patient.client.post("/messages", json=body, headers=patient.headers).status_code == 401
