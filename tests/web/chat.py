"""What a person does in the widget, for tests to read like a conversation."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


class Chat:
    """The widget on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator("triage-chat")
        self.log = self.root.locator(".log")
        self.alert = self.root.get_by_role("alert")
        self.input = self.root.get_by_role("textbox", name="Skriv en melding")

    def open(self) -> Chat:
        self.button("Chat med oss").click()
        expect(self.button("Bestille time")).to_be_visible()
        return self

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name)

    def say(self, text: str) -> Chat:
        """Types and sends a message; the reply may still be on its way."""
        self.input.fill(text)
        self.input.press("Enter")
        return self

    def hear(self, text: str) -> None:
        """Waits for a reply in the log that holds the text."""
        expect(self.log.locator(".message.bot").filter(has_text=text).last).to_be_visible()

    def heard(self) -> list[str]:
        """The texts of all bot messages in the log, in order."""
        return self.log.locator(".message.bot .bubble").all_inner_texts()

    def said(self) -> list[str]:
        """The texts of the patient's own messages, in order."""
        bubbles = self.log.locator(".message.you .bubble").all_inner_texts()
        return [text.removeprefix("Du skrev:").strip() for text in bubbles]

    def focused(self) -> str:
        """The tag and name of what has the focus inside the widget, such as `TEXTAREA`."""
        focused: str = self.root.evaluate(
            "chat => { const f = chat.shadowRoot.activeElement;"
            " return f ? f.tagName + ' ' + (f.getAttribute('aria-label') ?? f.textContent) : '' }"
        )
        return focused.strip()
