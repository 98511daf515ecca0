"""Every outcome of the catalogue is drawn, and can be answered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.web.chat import Chat
from tests.web.script import SCRIPT
from tests.web.server import Server


@pytest.fixture
def chat(page: Page) -> Chat:
    return Chat(page).open()


def last_text(server: Server) -> str | None:
    text: str | None = server.agent.received[-1].text
    return text


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ("fysisk", "Du bør undersøkes på et legekontor"),
        ("video", "Dette passer for en videotime"),
        ("egenomsorg", "Dette kan du ofte se an hjemme"),
        ("sykmelding ja", "Sykmelding: Ja, det kan du be om"),
        ("sykmelding nei", "Sykmelding: Nei, det kan vi ikke hjelpe med her"),
        ("sykmelding lege", "Sykmelding: En lege må vurdere det"),
        ("fornye", "Fornying av resept"),
        ("kvittering", "Kvittering"),
        ("menneske", "Et menneske tar over"),
    ],
)
def test_a_decision_is_drawn_as_a_card(chat: Chat, asked: str, seen: str) -> None:
    chat.say(asked)
    expect(chat.log.get_by_role("heading", name=seen)).to_be_visible()


def test_a_booked_time_shows_when_with_whom_and_the_price(chat: Chat) -> None:
    chat.say("time")
    card = chat.log.locator(".card")
    for seen in ("Timen er bestilt", "tirsdag 24. november kl. 08.20", "Kari Eksempel", "350 kr"):
        expect(card).to_contain_text(seen)
    expect(card).not_to_contain_text("tilbake")


def test_a_cancelled_time_shows_the_refund(chat: Chat) -> None:
    chat.say("avbestilt")
    expect(chat.log.locator(".card")).to_contain_text("Du får tilbake")


def test_the_reasons_of_a_decision_can_be_opened(chat: Chat) -> None:
    chat.say("sykmelding nei")
    chat.log.get_by_text("Hva bygger dette på?").click()
    expect(chat.log.get_by_text("Regler: sick_note.max_days (versjon 1)")).to_be_visible()


def test_a_person_who_takes_over_can_be_called(chat: Chat) -> None:
    chat.say("menneske")
    call = chat.log.get_by_role("link", name="Ring 23 65 34 30 · Kundestøtte")
    expect(call).to_have_attribute("href", "tel:23653430")


def test_yes_no_and_dont_know_are_one_press(chat: Chat, server: Server) -> None:
    chat.say("ja nei")
    expect(chat.root.get_by_text("Spørsmål 2 av 5")).to_be_visible()
    for name in ("Ja", "Nei", "Vet ikke"):
        expect(chat.button(name).last).to_be_visible()
    chat.root.get_by_role("button", name="Nei", exact=True).click()
    chat.hear("Du skrev: Nei")
    assert last_text(server) == "Nei"


def test_a_question_that_names_its_answers_offers_no_others(chat: Chat) -> None:
    chat.say("bare ja nei")
    expect(chat.root.get_by_role("button", name="Nei", exact=True)).to_be_visible()
    expect(chat.button("Vet ikke")).to_have_count(0)


def test_an_option_is_chosen_once_and_keeps_the_focus(chat: Chat, server: Server) -> None:
    chat.say("valg")
    chat.button("Venstre").click()
    chat.hear("Du skrev: Venstre")
    assert chat.focused() == "BUTTON Venstre"
    chat.button("Venstre").press("Enter")
    chat.say("ferdig")
    chat.hear("Du skrev: ferdig")
    assert [m.text for m in server.agent.received[-3:]] == ["valg", "Venstre", "ferdig"]


def test_a_number_is_sent_with_its_unit(chat: Chat, server: Server) -> None:
    chat.say("tall")
    field = chat.root.get_by_role("textbox", name="Svaret ditt (grader)")
    field.fill("38,5")
    field.press("Enter")
    chat.hear("Du skrev: 38,5 grader")
    assert last_text(server) == "38,5 grader"


def test_a_number_with_a_unit_of_its_own_keeps_it(chat: Chat, server: Server) -> None:
    chat.say("tall")
    chat.root.get_by_role("textbox", name="Svaret ditt (grader)").fill("8 måneder")
    chat.button("Svar").click()
    chat.hear("Du skrev: 8 måneder")
    assert last_text(server) == "8 måneder"


def test_help_with_a_question_is_shown(chat: Chat) -> None:
    chat.say("tall")
    expect(chat.log.get_by_text("For eksempel 38,5.")).to_be_visible()


def test_a_duration_is_a_number_and_a_unit(chat: Chat, server: Server) -> None:
    chat.say("varighet")
    chat.root.get_by_role("textbox", name="Hvor lenge").fill("3")
    chat.root.get_by_role("combobox", name="Enhet").select_option("uker")
    chat.button("Svar").click()
    chat.hear("Du skrev: 3 uker")
    assert last_text(server) == "3 uker"


def test_a_date_is_picked_and_sent_as_norwegians_write_it(chat: Chat, server: Server) -> None:
    chat.say("dato")
    chat.root.get_by_label("Dato").fill("2026-11-20")
    chat.button("Svar").click()
    chat.hear("Du skrev: 20.11.2026")
    assert last_text(server) == "20.11.2026"


def test_an_empty_typed_answer_is_not_sent(chat: Chat, server: Server) -> None:
    chat.say("tall")
    chat.button("Svar").click()
    chat.say("neste")
    chat.hear("Du skrev: neste")
    assert [m.text for m in server.agent.received[-2:]] == ["tall", "neste"]


def test_a_free_time_answers_the_question_that_follows_it(chat: Chat, server: Server) -> None:
    chat.say("velg time")
    expect(chat.button("Andre tider")).to_be_visible()
    expect(chat.root.get_by_role("button", name="i morgen")).to_have_count(0)
    chat.button("tirsdag 24. november kl. 09.20, Ola Prøve, 350 kr").click()
    chat.hear("Du skrev: i morgen, slot-1")
    assert last_text(server) == "i morgen, slot-1"
    assert chat.said()[-1].startswith("tirsdag 24. november kl. 09.20")


def test_a_signed_button_does_what_it_says(chat: Chat) -> None:
    chat.say("knapper")
    chat.button("Ja, bestill").click()
    chat.hear("Bekreftet.")
    assert chat.said()[-1] == "Ja, bestill"


def test_a_plain_button_sends_its_text(chat: Chat, server: Server) -> None:
    chat.say("knapper")
    chat.button("Les mer").click()
    chat.hear("Du skrev: Hva koster det?")


def test_the_conversation_can_be_rated(chat: Chat, server: Server) -> None:
    chat.say("vurder")
    chat.button("4 av 5").click()
    chat.hear("Du skrev: Jeg gir samtalen 4 av 5")


def test_the_rest_of_a_long_answer_can_be_opened(chat: Chat) -> None:
    chat.say("les mer")
    chat.log.locator("summary").click()
    expect(chat.log.get_by_text("Langt svar.")).to_be_visible()


def test_only_safe_links_are_made_and_markup_stays_text(chat: Chat) -> None:
    chat.say("lenker")
    chat.hear("javascript:alert(1)")
    message = chat.log.locator(".message.bot").last
    links = [link.get_attribute("href") for link in message.get_by_role("link").all()]
    assert links == ["https://example.no/a", "tel:116117"]
    expect(message.get_by_text("<b>x</b>")).to_be_visible()


def test_an_emergency_stays_on_top_with_the_call_first(chat: Chat) -> None:
    chat.say("akutt")
    expect(chat.alert.get_by_role("link").first).to_have_attribute("href", "tel:113")
    chat.say("video")
    chat.hear("Dette passer for video.")
    expect(chat.alert).to_contain_text("Ring 113 nå")
    chat.page.reload()
    chat.button("Chat med oss").click()
    expect(chat.alert).to_contain_text("Ring 113 nå")


def test_a_less_urgent_card_never_replaces_the_emergency(chat: Chat) -> None:
    chat.say("akutt")
    expect(chat.alert).to_contain_text("Ring 113 nå")
    chat.say("haster")
    chat.hear("Ring legevakten nå.")
    expect(chat.alert).to_contain_text("Ring 113 nå")


def test_the_urgent_card_survives_a_reply_that_cannot_be_drawn(chat: Chat) -> None:
    chat.say("akutt")
    expect(chat.alert.get_by_role("link").first).to_be_visible()
    chat.say("ødelagt")
    chat.hear("Noe av svaret kunne ikke vises her.")
    chat.page.evaluate("setTimeout(() => { throw new Error('elsewhere on the page') })")
    expect(chat.alert.get_by_role("link").first).to_be_visible()
    chat.say("hei")
    chat.hear("Du skrev: hei")


def test_when_no_answer_comes_the_numbers_can_be_called(chat: Chat) -> None:
    chat.say("krasj")
    for phone in ("113", "116117", "23653430"):
        expect(chat.log.locator(f"a.call[href='tel:{phone}']")).to_be_visible()


def test_every_scripted_outcome_is_drawn_without_an_error(page: Page) -> None:
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.evaluate(
        "window.failures = [];"
        "addEventListener('triage-chat:error', e => window.failures.push(e.detail.message))"
    )
    chat = Chat(page).open()
    for text in SCRIPT.keys() - {"ødelagt", '/affirm{"slot": "x"}'}:
        chat.say(text)
    chat.say("til slutt")
    chat.hear("Du skrev: til slutt")
    assert failures == []
    assert page.evaluate("window.failures") == []
