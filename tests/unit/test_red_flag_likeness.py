"""The screen's second reader: what its word does beside the rules, and what it never undoes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest

from bot.adapters.red_flag_content import load_content, load_screen
from bot.domain.red_flag_likeness import Likeness
from bot.domain.red_flags import CALM_QUESTION, RedFlagScreen, Screening

CONTENT = load_content()
#: Nothing in it is known to the rules.
UNKNOWN = "det er noe med far i dag som vi aldri har sett maken til før"
KNOWN = "mannen min har fått vondt i brystet og er kald og klam mens vi spiste middag"


def screened(message: str, likeness: Likeness, earlier: Sequence[str] = ()) -> Screening:
    """What the screen says where the second reader says `likeness`, whatever the message."""

    def reader(words: Sequence[str], asks: bool, findings: Collection[str]) -> Likeness:
        return likeness

    return RedFlagScreen(CONTENT, reader).screen(message, earlier)


@pytest.mark.parametrize(
    ("likeness", "level", "rule"),
    [
        (Likeness(emergency=0.7), "emergency_113", "wording.emergency"),
        (Likeness(crisis_now=0.7), "emergency_113", "wording.crisis_now"),
        (Likeness(legevakt=0.7), "legevakt", "wording.legevakt"),
        (Likeness(crisis=0.7), "legevakt", "wording.crisis"),
        (Likeness(emergency=0.3, legevakt=0.3), "emergency_113", "wording.emergency"),
    ],
)
def test_what_is_worded_like_danger_gets_its_level_without_a_rule(
    likeness: Likeness, level: str, rule: str
) -> None:
    screening = screened(UNKNOWN, likeness)
    assert screening.level == level
    assert [finding.rule_id for finding in screening.findings] == [rule]
    assert "113" in screening.reply


def test_what_may_be_danger_is_asked_about_and_no_clear_answer_is_one_level_up() -> None:
    screening = screened(UNKNOWN, Likeness(legevakt=0.3))
    assert screening.level is None
    assert screening.question is not None
    assert screening.question.once
    assert screening.question.unclear_level == "legevakt"


def test_a_few_words_need_a_higher_share() -> None:
    likeness = Likeness(emergency=0.6)
    assert screened("noe med far", likeness).level is None
    assert screened("noe med far", likeness).question is not None
    assert screened(UNKNOWN, likeness).level == "emergency_113"


def test_a_rule_that_fires_keeps_its_own_reply() -> None:
    by_rules = screened(KNOWN, Likeness(emergency=0.3))
    assert screened(KNOWN, Likeness(emergency=0.99)) == by_rules
    assert by_rules.level == "emergency_113"


def test_an_alarm_in_calm_words_becomes_a_question_and_never_silence() -> None:
    screening = screened(KNOWN, Likeness())
    assert screening.level is None
    assert screening.question is not None
    assert screening.question.id == CALM_QUESTION
    assert screening.question.unclear_level == "emergency_113"
    assert {sign.why for sign in screening.discounted} == {"calm wording"}


@pytest.mark.parametrize(
    "message",
    [
        "jeg har bestemt meg for å ta livet mitt i kveld og har lagt alt klart her hjemme",
        "kan dere ringe ambulanse til oss nå det haster veldig og jeg vet ikke hva jeg skal",
        "han svarer ikke og ligger på gulvet og jeg får ikke liv i ham i det hele tatt",
    ],
)
def test_words_about_life_itself_are_never_calmed(message: str) -> None:
    assert screened(message, Likeness()).level == "emergency_113"


def test_a_few_words_that_a_rule_knows_are_never_calmed() -> None:
    assert screened("drukket kaustisk soda", Likeness()).level == "emergency_113"


def test_signs_that_add_up_over_messages_are_never_calmed() -> None:
    earlier = ["vondt i brystet siden i sted"]
    message = "og nå er jeg kvalm og kaldsvett også, men det er vel bare noe jeg har spist"
    assert screened(message, Likeness(), earlier).level == "emergency_113"


@pytest.mark.parametrize(
    ("message", "level"),
    [
        ("pappa skulle reise seg fra stolen, men beinet bare sviktet og han finner ikke ordene",
         "emergency_113"),
        ("min man blev plötsligt alldeles grå i ansiktet och säger att det trycker över bröstet",
         "emergency_113"),
        ("my daughter put something tiny from a toy in her mouth and now she can't make a sound",
         "emergency_113"),
        ("jeg lurer på om jeg kan få kvittering for timen jeg hadde hos dere på tirsdag", None),
    ],
)  # fmt: skip
def test_the_reader_that_runs_has_learnt_from_the_examples(
    message: str, level: str | None
) -> None:
    assert load_screen().screen(message).level == level


def test_much_talk_around_it_does_not_hide_what_is_worded_like_danger() -> None:
    talk = "Vi var på hytta i helga og det var så fint vær at vi satt ute hele dagen. " * 12
    sign = "Nå er hun helt fjern og grå i ansiktet og vi får nesten ikke kontakt med henne. "
    assert load_screen().screen(talk + sign + talk).level == "emergency_113"
