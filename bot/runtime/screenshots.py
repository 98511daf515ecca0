"""Takes the pictures of README from a running assistant: `python -m bot.runtime.screenshots`.

Needs Playwright (development requirements) and the Debian package `chromium`.
"""

from __future__ import annotations

import argparse
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
PHONE = ViewportSize(width=390, height=844)
DESKTOP = ViewportSize(width=1280, height=860)
#: How long the assistant may take to answer, in milliseconds.
PATIENCE = 20_000


@dataclass(frozen=True)
class Picture:
    """One picture: its file, the screen, what the patient says and who is logged in."""

    name: str
    size: ViewportSize
    says: tuple[str, ...] = ()
    patient: str | None = None
    dark: bool = False
    closed: bool = False


PICTURES = (
    Picture("page-desktop", DESKTOP, closed=True),
    Picture("greeting-phone", PHONE),
    Picture("triage-desktop", DESKTOP, ("Jeg har hatt vondt i halsen i tre dager",)),
    Picture("question-phone", PHONE, ("Jeg har hatt vondt i halsen i tre dager",)),
    Picture(
        "emergency-phone", PHONE, ("Jeg har sterke smerter midt i brystet og er kald og klam",)
    ),
    Picture("times-phone", PHONE, ("Jeg vil bestille time",), patient="kari"),
    Picture("answer-phone-dark", PHONE, ("Hva koster en time?",), dark=True),
)


def take_all(address: str, folder: Path) -> None:
    """Takes every picture; raises AssertionError where the assistant does not answer."""
    folder.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        for picture in PICTURES:
            take(browser, address, picture, folder / f"{picture.name}.png")
            print(f"{picture.name}.png")
        browser.close()


def take(browser: Browser, address: str, picture: Picture, path: Path) -> None:
    """Has one conversation and keeps the picture of its end."""
    page = browser.new_page(
        viewport=picture.size,
        locale="nb-NO",
        timezone_id="Europe/Oslo",
        color_scheme="dark" if picture.dark else "light",
        device_scale_factor=2 if picture.size is PHONE else 1,
        reduced_motion="reduce",
    )
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page.goto(f"{address}/chat/")
    if picture.patient:
        with page.expect_response("**/chat/login"):
            page.get_by_label("Prøv som").select_option(picture.patient)
    if not picture.closed:
        _talk(page, picture.says)
    page.screenshot(path=path)
    page.close()


def _talk(page: Page, says: tuple[str, ...]) -> None:
    chat = page.locator("triage-chat")
    chat.get_by_role("button", name="Chat med oss").click()
    expect(chat.locator(".message.bot").last).to_be_visible()
    for text in says:
        replies = chat.locator(".message.bot, .urgent")
        before = replies.count()
        chat.get_by_role("textbox", name="Skriv en melding").fill(text)
        chat.get_by_role("button", name="Send").click()
        expect(replies.nth(before)).to_be_attached()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:5005")
    take_all(parser.parse_args().address, FOLDER)
