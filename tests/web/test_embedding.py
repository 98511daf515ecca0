"""What an embedding page relies on: one tag, a strict CSP, no other origin, events, theming."""

from __future__ import annotations

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.web.chat import Chat
from tests.web.conftest import free_port
from tests.web.server import Server

WIDGET = Path(__file__).resolve().parents[2] / "bot" / "web"
SITE_ONLY = {"demo.js"}


def test_the_widget_is_at_most_25_kb_gzipped() -> None:
    modules = [path for path in WIDGET.glob("*.js") if path.name not in SITE_ONLY]
    assert sum(len(gzip.compress(path.read_bytes())) for path in modules) <= 25_000


def test_nothing_is_drawn_as_markup() -> None:
    for path in WIDGET.glob("*.js"):
        source = path.read_text("utf-8")
        for unsafe in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.write"):
            assert unsafe not in source, f"{path.name} uses {unsafe}"


def test_it_runs_under_a_strict_policy_and_calls_no_other_origin(
    page: Page, server: Server
) -> None:
    requested: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.reload()
    chat = Chat(page).open()
    chat.say("akutt").say("velg time")
    expect(chat.button("Andre tider")).to_be_visible()
    assert all(url.startswith(server.address) for url in requested)
    assert complaints == []
    policy = page.request.get(f"{server.address}/chat/").headers["content-security-policy"]
    assert "script-src 'self'; style-src 'self'" in policy


def test_no_conversation_is_started_before_the_chat_is_opened(page: Page, server: Server) -> None:
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.reload()
    page.wait_for_load_state("networkidle")
    assert not [url for url in requested if "conversations" in url]


def test_where_consent_is_asked_for_nothing_is_sent_before_it(page: Page) -> None:
    page.evaluate(
        "() => { document.querySelector('triage-chat').remove();"
        " const c = document.createElement('triage-chat'); c.setAttribute('consent', '');"
        " document.body.append(c) }"
    )
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    chat = Chat(page)
    chat.button("Chat med oss").click()
    expect(chat.root.get_by_text("også opplysninger om helse")).to_be_visible()
    expect(chat.root.get_by_role("link", name="113")).to_be_visible()
    expect(chat.input).to_be_hidden()
    assert requested == []
    chat.button("Jeg samtykker").click()
    chat.say("hei").hear("Du skrev: hei")


def test_the_page_hears_of_messages_and_outcomes(page: Page) -> None:
    page.evaluate(
        "() => { window.events = []; for (const t of ['open', 'message', 'outcome', 'close'])"
        " addEventListener(`triage-chat:${t}`, e => events.push([t, e.detail?.type ?? null])) }"
    )
    chat = Chat(page).open()
    chat.say("time").hear("Timen er bestilt")
    page.keyboard.press("Escape")
    events = page.evaluate("events")
    assert events[0] == ["open", None]
    assert ["outcome", "appointment"] in events
    assert events[-1] == ["close", None]


def test_colours_follow_the_pages_tokens(page: Page) -> None:
    page.evaluate(
        "document.documentElement.style"
        ".setProperty('--ds-color-accent-base-default', 'rgb(1, 2, 3)')"
    )
    assert Chat(page).button("Chat med oss").evaluate(
        "b => getComputedStyle(b).backgroundColor"
    ) == ("rgb(1, 2, 3)")


def test_it_can_stand_in_the_page_without_a_launcher(page: Page) -> None:
    page.evaluate(
        "() => { document.querySelector('triage-chat').remove();"
        " const c = document.createElement('triage-chat'); c.setAttribute('inline', '');"
        " document.querySelector('main').append(c) }"
    )
    chat = Chat(page)
    expect(chat.button("Bestille time")).to_be_visible()
    page.keyboard.press("Escape")
    expect(chat.input).to_be_visible()
    expect(chat.button("Chat med oss")).to_be_hidden()


def test_a_logged_in_patient_is_passed_on(page: Page, server: Server) -> None:
    page.evaluate("document.querySelector('triage-chat').patientToken = 'patient-token'")
    Chat(page).open().say("hei").hear("Du skrev: hei")
    assert server.agent.received[-1].metadata["patient_token"] == "patient-token"


def test_a_message_over_the_limit_is_not_sent_and_says_why(page: Page, server: Server) -> None:
    chat = Chat(page).open()
    before = len(server.agent.received)
    chat.say("a" * 2003)
    expect(chat.root.get_by_text("Meldingen er 3 tegn for lang.")).to_be_visible()
    assert len(server.agent.received) == before


def test_a_page_of_another_origin_can_embed_it_under_its_own_policy(
    context: BrowserContext, tmp_path: Path
) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), EmbeddingSite) as site:
        origin = f"http://127.0.0.1:{site.server_port}"
        server = Server(tmp_path, free_port(), origins=frozenset({origin}))
        EmbeddingSite.chat = server.address
        threading.Thread(target=site.serve_forever, daemon=True).start()
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(origin)
        chat = Chat(page).open()
        chat.say("hei").hear("Du skrev: hei")
        page.wait_for_timeout(300)
        assert complaints == []
        page.close()
        server.stop()
        site.shutdown()


class EmbeddingSite(BaseHTTPRequestHandler):
    """A clinic's own page, with a policy that allows the chat's address and nothing else."""

    chat = ""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header(
            "Content-Security-Policy",
            f"default-src 'none'; script-src {self.chat}; connect-src {self.chat}; img-src data:",
        )
        self.end_headers()
        self.wfile.write(
            f"<!doctype html><html lang=nb><title>Klinikk</title><link rel=icon href='data:,'>"
            f"<script type=module src={self.chat}/chat/assets/triage-chat.js></script>"
            f"<triage-chat lang=nb></triage-chat>".encode()
        )

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""
