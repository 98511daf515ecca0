"""The web channel: who may speak, what reaches the assistant, and that it always answers."""

from __future__ import annotations

import asyncio
import itertools
import json
import sqlite3
import threading
from collections.abc import AsyncIterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
import pytest_asyncio
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from sanic import Sanic

from bot.channels.tokens import Tokens
from bot.channels.trackers import delete_tracker
from bot.channels.web import Settings
from tests.web.app import SECRET, create_app

_names = itertools.count()


class Patient:
    """One browser with one conversation."""

    def __init__(self, app: Sanic) -> None:
        self.app = app
        self.token = ""
        self.greeting: list[dict[str, Any]] = []
        self.id = ""

    async def start(self) -> Patient:
        _, answer = await self.app.asgi_client.post("/chat/conversations")
        assert answer.status == 201
        self.token, self.id = answer.json["token"], answer.json["conversation_id"]
        self.greeting = answer.json["greeting"]
        return self

    async def post(self, headers: dict[str, str] | None = None, **body: Any) -> Any:
        body = {"message_id": f"m{next(_names)}", **body}
        _, answer = await self.app.asgi_client.post(
            "/chat/messages",
            json=body,
            headers={"Authorization": f"Bearer {self.token}", **(headers or {})},
        )
        return answer

    async def say(self, text: str, **body: Any) -> list[dict[str, Any]]:
        answer = await self.post(text=text, **body)
        assert answer.status == 200, answer.text
        messages: list[dict[str, Any]] = answer.json["messages"]
        return messages


@pytest.fixture
def app(tmp_path: Path) -> Sanic:
    return create_app(tmp_path, f"channel_{next(_names)}", turn_seconds=0.2)


@pytest_asyncio.fixture
async def patient(app: Sanic) -> AsyncIterator[Patient]:
    yield await Patient(app).start()


async def test_the_first_message_says_it_is_no_doctor_and_what_to_do_in_an_emergency(
    patient: Patient,
) -> None:
    said = " ".join(message["text"] for message in patient.greeting)
    for words in ("ikke en lege", "113", "116 117", "lagret"):
        assert words in said


async def test_a_message_is_answered_with_numbered_messages(patient: Patient) -> None:
    (answer,) = await patient.say("hei")
    assert answer["text"] == "Du skrev: hei"
    assert answer["id"] == len(patient.greeting) + 1


async def test_without_a_token_nothing_is_read_or_written(app: Sanic) -> None:
    stranger = Patient(app)
    assert (await stranger.post(text="hei")).status == 401
    assert app.ctx.agent.received == []


@pytest.mark.parametrize(("method", "path"), [("get", "events"), ("delete", "conversations")])
@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer x.y.z", "Basic eDp5"])
async def test_nobody_listens_or_deletes_without_the_conversations_token(
    app: Sanic, patient: Patient, method: str, path: str, token: str
) -> None:
    ask = getattr(app.asgi_client, method)
    _, answer = await ask(f"/chat/{path}", headers={"Authorization": token})
    assert answer.status == 401
    assert (await patient.post(text="hei")).status == 200


@pytest.mark.parametrize("break_token", [str.upper, lambda t: t[:-2], lambda t: "x" * len(t)])
async def test_an_altered_or_guessed_token_opens_nothing(
    patient: Patient, break_token: Any
) -> None:
    patient.token = break_token(patient.token)
    assert (await patient.post(text="hei")).status == 401


async def test_a_token_signed_with_another_secret_opens_nothing(patient: Patient) -> None:
    patient.token = jwt.encode(
        {"aud": "conversation", "sub": patient.id, "exp": 4102444800}, "x" * 40, "HS256"
    )
    assert (await patient.post(text="hei")).status == 401


async def test_an_unsigned_token_opens_nothing(patient: Patient) -> None:
    patient.token = jwt.encode(
        {"aud": "conversation", "sub": patient.id, "exp": 4102444800}, "", "none"
    )
    assert (await patient.post(text="hei")).status == 401


async def test_an_expired_token_opens_nothing(app: Sanic, patient: Patient) -> None:
    past = Tokens(SECRET, clock=lambda: 1_000_000_000.0)
    _, patient.token = past.new_conversation()
    assert (await patient.post(text="hei")).status == 401


async def test_a_button_token_does_not_open_a_conversation(patient: Patient) -> None:
    patient.token = Tokens(SECRET).sign_button(patient.id, "/affirm")
    assert (await patient.post(text="hei")).status == 401


async def test_two_patients_never_share_a_conversation(app: Sanic) -> None:
    one, other = await Patient(app).start(), await Patient(app).start()
    await one.say("hei")
    await other.say("hallo")
    assert [m.sender_id for m in app.ctx.agent.received] == [one.id, other.id]
    assert len(one.id) == 32
    assert one.id != other.id


@pytest.mark.parametrize(
    "typed",
    ["/affirm", ' /affirm{"slot": "x"}', "//affirm", "\u200b/affirm", "/ /affirm", "\x00/affirm"],
)
async def test_a_typed_intent_reaches_the_assistant_as_plain_text(
    app: Sanic, patient: Patient, typed: str
) -> None:
    await patient.say(typed)
    (message,) = app.ctx.agent.received
    assert message.text.startswith("affirm")


async def test_a_button_of_ours_carries_its_payload(app: Sanic, patient: Patient) -> None:
    (question,) = await patient.say("knapper")
    yes, more = question["buttons"]
    assert yes["title"] == "Ja, bestill"
    assert not yes["payload"].startswith("/")
    assert more["payload"] == "Hva koster det?"
    (answer,) = await patient.say(yes["title"], payload=yes["payload"])
    assert answer["text"] == "Bekreftet."


async def test_a_forged_or_borrowed_payload_is_read_as_the_text_beside_it(app: Sanic) -> None:
    one, other = await Patient(app).start(), await Patient(app).start()
    borrowed = (await one.say("knapper"))[0]["buttons"][0]["payload"]
    for payload in ("/affirm", borrowed, borrowed[:-3] + "abc"):
        await other.say("Ja, bestill", payload=payload)
    assert {m.text for m in app.ctx.agent.received if m.sender_id == other.id} == {"Ja, bestill"}


async def test_a_message_of_2000_characters_is_read_and_one_more_is_kindly_refused(
    app: Sanic, patient: Patient
) -> None:
    await patient.say("a" * 2000)
    assert len(app.ctx.agent.received) == 1
    (answer,) = await patient.say("a" * 2001)
    assert "for lang" in answer["text"]
    assert len(app.ctx.agent.received) == 1


async def test_even_a_very_long_message_gets_a_kind_answer(patient: Patient) -> None:
    (answer,) = await patient.say("å" * 200_000)
    assert "for lang" in answer["text"]


async def test_an_emergency_in_a_message_that_is_too_long_is_heard(patient: Patient) -> None:
    (answer,) = await patient.say("hun puster ikke " + "a" * 2000)
    assert answer["custom"]["level"] == "emergency_113"


async def test_a_message_with_nothing_in_it_is_answered(patient: Patient) -> None:
    for text in ("", "  \n", "/", "\u200b"):
        (answer,) = await patient.say(text)
        assert "egne ord" in answer["text"]


@pytest.mark.parametrize("text", ["krasj", "taus", "vent 5"])
async def test_when_no_answer_comes_the_patient_gets_the_phone_numbers(
    patient: Patient, text: str
) -> None:
    (answer,) = await patient.say(text)
    assert [c["phone"] for c in answer["custom"]["contacts"]] == ["113", "116 117", "23 65 34 30"]


async def test_when_the_assistant_fails_the_channel_hears_the_emergency_itself(
    app: Sanic, patient: Patient
) -> None:
    async def fails(message: object) -> None:
        raise ConnectionError

    app.ctx.agent.handle_message = fails
    (answer,) = await patient.say("hun puster ikke")
    assert answer["custom"]["contacts"] == [{"name": "Ambulanse", "phone": "113"}]


async def test_whatever_breaks_the_patient_gets_the_phone_numbers_or_the_urgent_reply(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(text: str) -> bool:
        raise RuntimeError

    monkeypatch.setattr("bot.channels.turns.is_foreign", breaks)
    (safe,) = await patient.say("hei")
    assert safe["custom"]["contacts"]
    (urgent,) = await patient.say("hun puster ikke")
    assert urgent["custom"]["level"] == "emergency_113"


async def test_what_was_said_before_a_turn_ran_out_of_time_is_not_lost(
    app: Sanic, patient: Patient
) -> None:
    async def says_and_hangs(message: UserMessage) -> None:
        await message.output_channel.send_response(message.sender_id, {"text": "Timen er bestilt."})
        await asyncio.sleep(5)

    app.ctx.agent.handle_message = says_and_hangs
    said, safe = await patient.say("ja")
    assert said["text"] == "Timen er bestilt."
    assert safe["custom"]["contacts"]


async def test_pressing_a_button_over_and_over_is_slowed_too(tmp_path: Path) -> None:
    app = create_app(tmp_path, f"channel_{next(_names)}", conversation_burst=2)
    patient = await Patient(app).start()
    payload = Tokens(SECRET).sign_button(patient.id, "/greet")
    for _ in range(3):
        answer = await patient.say("Hei", payload=payload)
    assert "mange meldinger" in answer[0]["text"]


async def test_signs_from_earlier_messages_count_when_the_assistant_fails(patient: Patient) -> None:
    await patient.say("det trykker i brystet")
    (answer,) = await patient.say("vent 5 kvalm")
    assert answer["custom"]["level"] == "emergency_113"


async def test_who_writes_english_swedish_or_danish_is_told_once_how_to_get_help(
    patient: Patient,
) -> None:
    first, answer = await patient.say("Do I have to pay before the doctor calls me?")
    for words in ("113", "116 117", "Norwegian"):
        assert words in first["text"]
    assert answer["text"].startswith("Du skrev")
    assert len(await patient.say("And how long does the visit take?")) == 1


@pytest.mark.parametrize("text", ["kva kostar det for ungar då", "æ trur æ har fått feber i natt"])
async def test_nynorsk_and_dialect_are_norwegian(patient: Patient, text: str) -> None:
    assert len(await patient.say(text)) == 1


async def test_the_same_message_id_is_answered_once_with_the_same_reply(
    app: Sanic, patient: Patient
) -> None:
    first = await patient.say("hei", message_id="one")
    again = await patient.say("hei", message_id="one")
    assert first == again
    assert len(app.ctx.agent.received) == 1


async def test_a_duplicate_that_comes_while_the_first_is_answered_gets_the_same_reply(
    app: Sanic, patient: Patient
) -> None:
    first, again = await asyncio.gather(
        patient.say("vent 0.05", message_id="one"), patient.say("vent 0.05", message_id="one")
    )
    assert first == again
    assert len(app.ctx.agent.received) == 1


async def test_messages_sent_at_once_are_answered_one_at_a_time_in_order(
    app: Sanic, patient: Patient
) -> None:
    texts = ["vent 0.06", "vent 0.01", "vent 0"]
    answers = await asyncio.gather(*(patient.say(text) for text in texts))
    assert [m.text for m in app.ctx.agent.received] == texts
    ids = [answer[0]["id"] for answer in answers]
    assert ids == sorted(ids)


async def test_what_identifies_is_masked_before_the_assistant_and_the_patient_is_told(
    app: Sanic, patient: Patient
) -> None:
    *_, notice = await patient.say("jeg er 01019012480 og ola@example.no")
    (message,) = app.ctx.agent.received
    assert message.text == "jeg er [fødselsnummer fjernet] og [e-post fjernet]"
    assert "fødselsnummeret og e-postadressen" in notice["text"]


async def test_a_number_hidden_with_invisible_characters_is_masked_too(
    app: Sanic, patient: Patient
) -> None:
    await patient.say("010190\u200b12480")
    assert app.ctx.agent.received[0].text == "[fødselsnummer fjernet]"


async def test_the_patients_log_in_goes_along_to_the_assistant(
    app: Sanic, patient: Patient
) -> None:
    await patient.post(text="hei", headers={"X-Patient-Token": "patient-token"})
    assert app.ctx.agent.received[0].metadata["patient_token"] == "patient-token"


async def test_a_text_and_its_outcome_come_as_one_message(app: Sanic, patient: Patient) -> None:
    (answer,) = await patient.say("ledige timer")
    assert answer["text"]
    assert answer["custom"]["type"] == "slots"


async def test_a_deleted_conversation_is_gone_everywhere_and_its_token_dead(
    app: Sanic, patient: Patient, tmp_path: Path
) -> None:
    store = app.ctx.agent.tracker_store
    await patient.say("et hemmelig ord")
    await store.save(DialogueStateTracker.from_events(patient.id, [UserUttered("et hemmelig ord")]))
    headers = {"Authorization": f"Bearer {patient.token}"}
    _, answer = await app.asgi_client.delete("/chat/conversations", headers=headers)
    assert answer.status == 204
    assert list(await store.keys()) == []
    assert (await patient.post(text="hei")).status == 401
    with sqlite3.connect(tmp_path / "chat.sqlite") as database:
        assert database.execute("select count(*) from web_messages").fetchone() == (0,)


async def test_a_conversation_that_writes_too_fast_is_slowed_but_still_heard(
    tmp_path: Path,
) -> None:
    app = create_app(tmp_path, f"channel_{next(_names)}", conversation_burst=2)
    patient = await Patient(app).start()
    answers = [await patient.say(text) for text in ("a", "b", "c", "hun puster ikke")]
    assert "mange meldinger" in answers[2][0]["text"]
    assert answers[3][0]["custom"]["level"] == "emergency_113"
    assert len(app.ctx.agent.received) == 2


async def test_an_address_that_starts_too_much_is_slowed(tmp_path: Path) -> None:
    app = create_app(tmp_path, f"channel_{next(_names)}", address_burst=2)
    app.config.PROXIES_COUNT = 1
    headers = {"X-Forwarded-For": "192.0.2.7"}
    answers = [
        (await app.asgi_client.post("/chat/conversations", headers=headers))[1] for _ in range(3)
    ]
    assert [answer.status for answer in answers] == [201, 201, 429]


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("https://clinic.example", "https://clinic.example"), ("https://evil.example", None)],
)
async def test_only_listed_origins_may_embed_the_chat(
    tmp_path: Path, origin: str, allowed: str | None
) -> None:
    listed = frozenset({"https://clinic.example"})
    app = create_app(tmp_path, f"channel_{next(_names)}", origins=listed)
    headers = {"Origin": origin}
    for answer in (
        (await app.asgi_client.post("/chat/conversations", headers=headers))[1],
        (await app.asgi_client.options("/chat/messages", headers=headers))[1],
    ):
        assert answer.headers.get("access-control-allow-origin") == allowed


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b'{"text": 1, "message_id": "a"}',
        b'{"text": "hei"}',
        b'{"text": "hei", "message_id": "a b"}',
        b'{"text": "hei", "message_id": "a", "payload": 1}',
    ],
)
async def test_a_malformed_request_is_refused_with_a_reason(patient: Patient, body: bytes) -> None:
    _, answer = await patient.app.asgi_client.post(
        "/chat/messages", data=body, headers={"Authorization": f"Bearer {patient.token}"}
    )
    assert answer.status == 400
    assert answer.json["title"]


async def test_a_restarted_server_still_has_the_conversation(
    patient: Patient, tmp_path: Path
) -> None:
    first = await patient.say("hei", message_id="one")
    patient.app = create_app(tmp_path, f"channel_{next(_names)}")
    assert await patient.say("hei", message_id="one") == first
    assert patient.app.ctx.agent.received == []


async def test_an_error_leaves_nothing_of_the_message_in_the_log(
    patient: Patient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        await patient.say("krasj")
    assert "RuntimeError" in caplog.text
    assert "krasj" not in caplog.text


def test_the_channel_does_not_start_without_a_secret() -> None:
    with pytest.raises(RasaException, match="CHAT_TOKEN_SECRET"):
        Settings.from_environment({"CHAT_TOKEN_SECRET": "short"})


async def test_deletion_takes_one_conversation_from_the_database_and_leaves_the_others(
    tmp_path: Path,
) -> None:
    store = SQLTrackerStore(Domain.empty(), db=str(tmp_path / "events.sqlite"))
    for conversation in ("one", "other"):
        events = [UserUttered("et hemmelig ord")]
        await store.save(DialogueStateTracker.from_events(conversation, events))
    delete_tracker(store, "one")
    assert list(await store.keys()) == ["other"]


async def test_a_message_that_waited_while_the_conversation_was_deleted_is_not_answered(
    app: Sanic, patient: Patient
) -> None:
    headers = {"Authorization": f"Bearer {patient.token}"}
    first = asyncio.create_task(patient.post(text="vent 0.1"))
    await asyncio.sleep(0.02)
    delete = asyncio.create_task(app.asgi_client.delete("/chat/conversations", headers=headers))
    await asyncio.sleep(0.02)
    waiting = asyncio.create_task(patient.post(text="hei"))
    assert (await first).status == 200
    assert (await delete)[1].status == 204
    assert (await waiting).status == 401
    assert len(app.ctx.agent.received) == 1


class DemoBackend(BaseHTTPRequestHandler):
    """The booking backend's demo log-in, for whoever shows the service token."""

    def do_POST(self) -> None:
        patient = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["patient"]
        known = self.headers["Authorization"] == "Bearer service" and self.path == "/v1/demo/login"
        body = json.dumps({"patient_token": f"token of {patient}"} if known else {}).encode()
        self.send_response(200 if known else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


async def log_in(tmp_path: Path, body: dict[str, Any], **settings: Any) -> Any:
    app = create_app(tmp_path, f"channel_{next(_names)}", service_token="service", **settings)
    _, answer = await app.asgi_client.post("/chat/login", json=body)
    return answer


async def test_the_demo_log_in_asks_the_backend(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), DemoBackend) as backend:
        threading.Thread(target=backend.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{backend.server_port}"
        answer = await log_in(tmp_path, {"patient": "kari"}, demo_clinic=True, backend_url=address)
        backend.shutdown()
    assert answer.json == {"patient_token": "token of kari"}


async def test_the_demo_log_in_says_when_the_backend_is_down(tmp_path: Path) -> None:
    down = "http://127.0.0.1:9"
    answer = await log_in(tmp_path, {"patient": "kari"}, demo_clinic=True, backend_url=down)
    assert answer.status == 503


async def test_the_demo_log_in_wants_a_patient(tmp_path: Path) -> None:
    assert (await log_in(tmp_path, {"patient": 7}, demo_clinic=True)).status == 400


async def test_without_a_demo_clinic_there_is_no_demo_log_in(tmp_path: Path) -> None:
    assert (await log_in(tmp_path, {"patient": "kari"})).status == 404
