"""WCAG 2.2 AA, as far as a machine can tell: axe, keyboard, live regions, size and reflow."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.chat import Chat
from tests.web.script import SCRIPT
from tests.web.server import Server

APPEARANCES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
}
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def complaints(page: Page) -> list[str]:
    """What axe finds wrong, with where."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [
        f"{item['id']}: {[node['target'] for node in item['nodes']]} "
        f"{item['nodes'][0]['failureSummary']}"
        for item in found
    ]


@pytest.mark.parametrize("appearance", APPEARANCES)
def test_axe_finds_nothing_in_any_state(browser: Browser, server: Server, appearance: str) -> None:
    page = browser.new_page(locale="nb-NO", **APPEARANCES[appearance])
    page.goto(f"{server.address}/chat/")
    assert complaints(page) == [], "closed"
    chat = Chat(page).open()
    assert complaints(page) == [], "greeting"
    chat.button("Meny").click()
    chat.button("Slett samtalen").click()
    assert complaints(page) == [], "menu"
    chat.button("Avbryt").click()
    chat.button("Meny").click()
    for text in ("varighet", "tall", "dato", "valg", "velg time", "vurder"):
        chat.say(text)
        expect(chat.log.locator(":is(.choices, .typed):not([data-done])").last).to_be_visible()
        assert complaints(page) == [], text
    for text in SCRIPT.keys() - {'/affirm{"slot": "x"}'}:
        chat.say(text)
    chat.say("til slutt").hear("Du skrev: til slutt")
    assert complaints(page) == [], "all outcomes"
    page.route("**/chat/**", lambda route: route.abort())
    chat.say("uten nett")
    expect(chat.root.get_by_text("Vi får ikke kontakt nå.")).to_be_visible()
    assert complaints(page) == [], "offline"
    page.close()


def test_a_whole_triage_to_a_booked_time_needs_only_the_keyboard(page: Page) -> None:
    chat = Chat(page)
    keys = page.keyboard

    def tab_to(name: str) -> None:
        for _ in range(40):
            keys.press("Tab")
            if name in chat.focused():
                return
        raise AssertionError(f"{name} can't be reached; the focus is on {chat.focused()}")

    chat.button("Chat med oss").focus()
    keys.press("Enter")
    expect(chat.input).to_be_focused()
    keys.type("Jeg har vondt i halsen")
    keys.press("Enter")
    chat.hear("Hvor lenge har du hatt vondt?")
    expect(chat.input).to_be_focused()
    for answer in ("3 dager", "38,2"):
        keys.type(answer)
        keys.press("Enter")
        chat.hear({"3 dager": "Hvor høy er feberen?", "38,2": "Får du svelget"}[answer])
    keys.press("Shift+Tab")
    assert "Vet ikke" in chat.focused()
    keys.press("Shift+Tab")
    keys.press("Shift+Tab")
    keys.press("Space")
    chat.hear("Vil du se ledige timer?")
    assert chat.focused() == "BUTTON Ja"
    tab_to("Ja, vis timer")
    keys.press("Enter")
    expect(chat.button("Andre tider")).to_be_visible()
    tab_to("kl. 09.20")
    keys.press("Enter")
    expect(chat.log.get_by_role("heading", name="Timen er bestilt")).to_be_visible()
    assert "kl. 09.20" in chat.focused()


def test_escape_closes_and_gives_the_focus_back(page: Page) -> None:
    chat = Chat(page).open()
    page.keyboard.press("Escape")
    expect(chat.input).to_be_hidden()
    assert "Chat med oss" in chat.focused()
    page.keyboard.press("Enter")
    expect(chat.input).to_be_focused()


def test_escape_closes_the_menu_first(page: Page) -> None:
    chat = Chat(page).open()
    chat.button("Meny").click()
    page.keyboard.press("Escape")
    expect(chat.button("Lagre samtalen")).to_be_hidden()
    expect(chat.button("Meny")).to_be_focused()
    expect(chat.input).to_be_visible()


LISTEN = """
chat => {
  window.announced = [];
  const log = chat.shadowRoot.querySelector('.log');
  new MutationObserver(changes => {
    if (log.getAttribute('aria-live') !== 'polite') return;
    for (const { addedNodes } of changes)
      for (const node of addedNodes) window.announced.push(node.textContent);
  }).observe(log, { childList: true });
  const top = chat.shadowRoot.querySelector('[role=alert]');
  new MutationObserver(changes => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) window.announced.push('ALERT ' + node.textContent);
  }).observe(top, { childList: true });
}
"""


def test_a_screen_reader_hears_each_message_once_with_its_speaker(page: Page) -> None:
    chat = Chat(page)
    chat.root.evaluate(LISTEN)
    chat.open()
    expect(chat.log).to_have_attribute("role", "log")
    assert page.evaluate("announced") == [], "the greeting stands before the log is live"
    chat.say("hei").hear("Du skrev: hei")
    chat.say("akutt")
    expect(chat.alert.get_by_role("link").first).to_be_visible()
    page.wait_for_timeout(300)
    announced = page.evaluate("announced")
    assert announced[:3] == ["Du skrev: hei", "Chatboten sier: Du skrev: hei", "Du skrev: akutt"]
    assert len(announced) == 4
    assert announced[3].startswith("ALERT Ring 113 nå")


def test_what_was_said_before_is_not_read_again_after_a_reload(page: Page) -> None:
    chat = Chat(page).open()
    chat.say("hei").hear("Du skrev: hei")
    page.reload()
    chat.root.evaluate(LISTEN)
    chat.button("Chat med oss").click()
    page.wait_for_timeout(300)
    assert page.evaluate("announced") == []
    assert chat.said() == ["hei"]


def small(target: Locator) -> bool:
    box = target.bounding_box()
    return box is not None and (box["height"] < 44 or box["width"] < 44)


def test_every_target_is_at_least_44_pixels(page: Page) -> None:
    chat = Chat(page)
    assert not small(chat.button("Chat med oss"))
    chat.open().button("Meny").click()
    chat.say("akutt").say("menneske").say("sykmelding nei").say("velg time").say("varighet")
    expect(chat.button("Svar")).to_be_visible()
    targets = chat.root.locator(
        ":is(button, input, select, textarea, summary, a.call):visible"
    ).all()
    assert len(targets) > 10
    assert [target.inner_text() for target in targets if small(target)] == []


@pytest.mark.parametrize(
    ("width", "height", "text"),
    [(320, 640, 100), (320, 256, 100), (640, 512, 200), (320, 640, 200)],
)
def test_nothing_is_cut_off_on_small_screens_and_with_large_text(
    page: Page, width: int, height: int, text: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(f"document.documentElement.style.fontSize = '{text}%'")
    chat = Chat(page).open()
    chat.say("langt").say("akutt").say("velg time").say("varighet")
    expect(chat.button("Svar")).to_be_visible()
    wider = page.evaluate(
        """() => {
          const root = document.querySelector('triage-chat').shadowRoot;
          const parts = [...root.querySelectorAll('*:not(.sr):not(.sr *)')];
          return parts.filter(p => p.getBoundingClientRect().right > innerWidth + 1)
            .map(p => p.className || p.tagName);
        }"""
    )
    assert wider == []
    chat.input.scroll_into_view_if_needed()
    box = chat.input.bounding_box()
    assert box
    assert 0 <= box["y"] < height


def test_no_motion_is_used_where_the_patient_wants_none(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    chat = Chat(page).open()
    moving = chat.root.evaluate(
        "chat => [...chat.shadowRoot.querySelectorAll('*')].filter(p => {"
        " const s = getComputedStyle(p);"
        " return s.animationName !== 'none' || s.scrollBehavior === 'smooth' })"
        ".length"
    )
    assert moving == 0


def test_the_printed_page_holds_the_whole_conversation_and_no_controls(page: Page) -> None:
    chat = Chat(page).open()
    chat.say("langt").hear("Et langt svar")
    page.emulate_media(media="print")
    expect(chat.input).to_be_hidden()
    expect(chat.button("Lukk chatten")).to_be_hidden()
    overflow = chat.log.evaluate("log => log.scrollHeight - log.clientHeight")
    assert overflow <= 0
    assert re.search("Chatboten sier:", chat.log.inner_text())
