"""Lost connections, restarts, deletion: no message is lost, and none comes twice."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.web.chat import Chat
from tests.web.conftest import free_port
from tests.web.server import Server


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    """A server for one test, to stop and start."""
    running = Server(tmp_path, free_port())
    yield running
    running.stop()


def start(server: Server) -> dict[str, str]:
    answer = httpx.post(f"{server.address}/chat/conversations")
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def send(server: Server, headers: dict[str, str], text: str, message_id: str) -> list[int]:
    body = {"text": text, "message_id": message_id}
    answer = httpx.post(f"{server.address}/chat/messages", json=body, headers=headers)
    return [message["id"] for message in answer.json()["messages"]]


def stream(server: Server, headers: dict[str, str], after: int, count: int) -> list[int]:
    """The ids of the next `count` events after a number."""
    ids: list[int] = []
    headers = {**headers, "Last-Event-ID": str(after)}
    with httpx.stream("GET", f"{server.address}/chat/events", headers=headers, timeout=5) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            if line.startswith("id: "):
                ids.append(int(line[4:]))
                if len(ids) == count:
                    break
    return ids


def test_the_stream_goes_on_from_the_last_event_the_client_has(server: Server) -> None:
    headers = start(server)
    (answer,) = send(server, headers, "hei", "one")
    assert stream(server, headers, after=0, count=answer) == list(range(1, answer + 1))
    assert stream(server, headers, after=answer - 1, count=1) == [answer]


def test_the_stream_needs_the_conversations_token(server: Server) -> None:
    headers = {"Authorization": "Bearer x.y.z"}
    assert httpx.get(f"{server.address}/chat/events", headers=headers).status_code == 401


def test_a_restarted_server_streams_what_was_said_before(own: Server) -> None:
    headers = start(own)
    (answer,) = send(own, headers, "hei", "one")
    own.stop()
    own.start()
    assert stream(own, headers, after=answer - 1, count=1) == [answer]
    assert send(own, headers, "hei", "one") == [answer]
    assert own.agent.received == []


def test_a_message_sent_while_the_server_is_down_comes_through_once(
    own: Server, page: Page
) -> None:
    page.goto(f"{own.address}/chat/")
    chat = Chat(page).open()
    chat.say("før").hear("Du skrev: før")
    own.stop()
    chat.say("under")
    expect(chat.root.get_by_text("Vi får ikke kontakt nå.")).to_be_visible()
    own.start()
    chat.hear("Du skrev: under")
    expect(chat.root.get_by_text("Vi får ikke kontakt nå.")).to_be_hidden()
    chat.say("etter").hear("Du skrev: etter")
    assert [message.text for message in own.agent.received] == ["under", "etter"]
    assert chat.said() == ["før", "under", "etter"]
    assert sum("Du skrev: under" in text for text in chat.heard()) == 1


def test_a_message_that_had_failed_is_sent_when_the_server_is_back(own: Server, page: Page) -> None:
    page.goto(f"{own.address}/chat/")
    chat = Chat(page).open()
    page.clock.install()
    own.stop()
    chat.say("under")
    let_all_tries_fail(chat)
    own.start()
    page.clock.resume()
    chat.hear("Du skrev: under")
    assert [message.text for message in own.agent.received] == ["under"]


def test_a_chat_that_was_opened_while_the_server_was_down_starts_with_the_first_message(
    own: Server, page: Page
) -> None:
    page.goto(f"{own.address}/chat/")
    own.stop()
    chat = Chat(page)
    chat.button("Chat med oss").click()
    expect(chat.root.get_by_text("Chatten er ikke tilgjengelig nå.")).to_be_visible()
    expect(chat.root.get_by_role("link", name="113")).to_be_visible()
    own.start()
    chat.say("hei").hear("Du skrev: hei")
    chat.hear("chatbot, ikke en lege")
    expect(chat.root.get_by_text("utløpt")).to_have_count(0)


def test_a_reply_that_is_lost_on_the_way_comes_when_the_message_is_sent_again(
    page: Page, server: Server
) -> None:
    chat = Chat(page).open()
    lost: list[APIResponse] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())  # the server answers; the browser never hears of it
        route.abort()

    page.route("**/chat/events", lambda route: route.abort())
    page.route("**/chat/messages", lose_the_first)
    before = len(server.agent.received)
    chat.say("hei").hear("Du skrev: hei")
    assert len(server.agent.received) == before + 1
    assert sum("Du skrev: hei" in text for text in chat.heard()) == 1


def let_all_tries_fail(chat: Chat) -> None:
    """Runs the page's clock on, which must be installed, until the widget gives up for now."""
    for _ in range(200):
        chat.page.clock.run_for(200)
        if chat.button("Prøv igjen").is_visible():
            return
    raise AssertionError("The widget never gave up.")


def test_a_message_that_fails_for_good_can_be_sent_again(page: Page) -> None:
    chat = Chat(page).open()
    page.clock.install()
    page.route("**/chat/messages", lambda route: route.fulfill(status=500))
    chat.say("hei")
    let_all_tries_fail(chat)
    page.unroute("**/chat/messages")
    chat.button("Prøv igjen").click()
    chat.hear("Du skrev: hei")
    expect(chat.button("Prøv igjen")).to_be_hidden()
    assert chat.said() == ["hei"]


def test_what_the_stream_and_the_reply_both_bring_is_shown_once(page: Page) -> None:
    chat = Chat(page).open()
    for text in ("en", "to", "tre"):
        chat.say(text)
    chat.hear("Du skrev: tre")
    page.wait_for_timeout(500)
    assert [text for text in chat.heard() if "Du skrev" in text] == [
        f"Chatboten sier:\nDu skrev: {text}" for text in ("en", "to", "tre")
    ]


def test_the_conversation_goes_on_after_a_reload(page: Page) -> None:
    chat = Chat(page).open()
    chat.say("hei").hear("Du skrev: hei")
    page.reload()
    chat.button("Chat med oss").click()
    assert chat.said() == ["hei"]
    chat.say("igjen").hear("Du skrev: igjen")


def test_an_expired_conversation_is_replaced_and_the_message_answered(page: Page) -> None:
    chat = Chat(page).open()
    page.evaluate(
        "() => { const s = JSON.parse(sessionStorage['triage-chat']); s.token = 'x';"
        " sessionStorage['triage-chat'] = JSON.stringify(s) }"
    )
    page.reload()
    chat.button("Chat med oss").click()
    chat.say("hei").hear("Du skrev: hei")
    expect(chat.log.get_by_text("Samtalen var utløpt")).to_be_visible()
    assert chat.said() == ["hei"]


def test_new_messages_are_counted_while_the_chat_is_closed(page: Page) -> None:
    chat = Chat(page).open()
    chat.say("vent 0.5")
    page.keyboard.press("Escape")
    launcher = chat.button("Chat med oss 1 ny melding")
    expect(launcher).to_be_visible()
    launcher.click()
    page.keyboard.press("Escape")
    expect(chat.root.locator(".unread")).to_be_hidden()


def test_a_slow_reply_shows_that_it_is_on_its_way(page: Page) -> None:
    chat = Chat(page).open()
    chat.say("vent 1.2")
    expect(chat.root.get_by_text("Svaret er på vei")).to_be_visible()
    chat.hear("Du skrev: vent 1.2")
    expect(chat.root.get_by_text("Svaret er på vei")).to_be_hidden()


def test_deleting_removes_the_conversation_here_and_on_the_server(own: Server, page: Page) -> None:
    page.goto(f"{own.address}/chat/")
    chat = Chat(page).open()
    chat.say("et hemmelig ord").hear("Du skrev: et hemmelig ord")
    chat.button("Meny").click()
    chat.button("Slett samtalen").click()
    chat.button("Ja, slett").click()
    expect(chat.log.get_by_text("Samtalen er slettet.")).to_be_visible()
    assert "hemmelig" not in page.evaluate("JSON.stringify(sessionStorage)")
    chat.button("Start en ny samtale").click()
    chat.hear("chatbot, ikke en lege")
    chat.say("ny").hear("Du skrev: ny")
    assert chat.said() == ["ny"]


def test_the_conversation_can_be_saved_as_text(page: Page) -> None:
    chat = Chat(page).open()
    chat.say("akutt")
    expect(chat.alert.get_by_role("link").first).to_be_visible()
    chat.button("Meny").click()
    with page.expect_download() as download:
        chat.button("Lagre samtalen").click()
    text = Path(download.value.path()).read_text("utf-8")
    assert re.search(r"Du: akutt\n\nChatbot: Ring 113 nå", text)


def test_the_servers_files_hold_nothing_of_what_the_patient_wrote(
    own: Server, page: Page, tmp_path: Path
) -> None:
    headers = start(own)
    for i, text in enumerate(("krasj 01019012480", "ola@example.no 41234567 4111111111111111")):
        send(own, headers, text, f"m{i}")
    with sqlite3.connect(tmp_path / "chat.sqlite") as database:
        database.execute("pragma wal_checkpoint(truncate)")
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (b"01019012480", b"ola@example.no", b"41234567", b"4111111111111111"):
        assert secret not in stored
