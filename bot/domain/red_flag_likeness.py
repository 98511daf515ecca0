"""The screen's second reader: how like a message is to reviewed examples of danger and of calm.

Rules know the wording that someone thought of; examples also carry what lies near it. The two
make different mistakes. Where only the likeness speaks, it is believed from a high share on, and
below that one sharp question is asked. Where a rule found danger and the likeness is plainly calm
("får slag av prisen"), the question is asked instead of the alarm: never silence.

The limits are set on messages whose authors had written none of the examples, so that recall is
held before false alarms are; `docs/adr/0003-second-reader.md` has the figures.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from bot.domain.levels import Level

#: Signs that the likeness gives to the rules, with the meaning of each.
LIKENESS = {
    "like_emergency": "worded like examples of what goes to 113",
    "like_crisis_now": "worded like examples of someone about to take their life",
    "like_legevakt": "worded like examples of what goes to the legevakt",
    "like_crisis": "worded like examples of thoughts of suicide",
    "maybe_danger": "not plainly calm, and no rule found why",
    "asked_instead": "plainly calm, though a rule found danger",
}

#: From the first share of danger on, the likeness alone gives a level; from the second, it asks.
SURE, DOUBTFUL = 0.45, 0.25
#: The same for a few words, which tell less, and of which the rules miss less.
FEW_WORDS = 9
SURE_OF_FEW, DOUBTFUL_OF_FEW = 0.8, 0.5
#: A rule's legevakt becomes 113 from here on.
CERTAIN = 0.9
#: Below, an alarm of the rules becomes a question, unless the words are few. No sentence by itself
#: may be likelier to be danger than not: an errand beside it does not calm it.
CALM, CALM_SENTENCE = 0.2, 0.65


@dataclass(frozen=True)
class Likeness:
    """Shares of what the examples most like a message are about; with `calm`, they add up to 1.

    `words`: those of the message that speak most for danger. `worst_sentence`: the share of danger
    of the sentence that has most of it by itself, where a rule fired in spite of a calm whole.
    """

    emergency: float = 0.0
    crisis_now: float = 0.0
    legevakt: float = 0.0
    crisis: float = 0.0
    words: tuple[str, ...] = ()
    worst_sentence: float = 0.0

    @property
    def danger(self) -> float:
        return self.emergency + self.crisis_now + self.legevakt + self.crisis


#: Reads a message: the folded words of each sentence, whether it asks something, and what the
#: rules found in it.
SecondReader = Callable[[Sequence[Sequence[str]], bool, Collection[str]], Likeness]


def is_calm(likeness: Likeness, words: int) -> bool:
    """Whether a message of so many words is plainly calm."""
    calm = likeness.danger < CALM and likeness.worst_sentence < CALM_SENTENCE
    return calm and words > FEW_WORDS


def signs_of(likeness: Likeness, by_rules: Level | None, words: int) -> list[str]:
    """The signs that a likeness adds to a message of so many words, and the rules' level for it."""
    red = likeness.emergency + likeness.crisis_now
    is_red = red >= likeness.danger / 2
    sure, doubtful = (SURE, DOUBTFUL) if words > FEW_WORDS else (SURE_OF_FEW, DOUBTFUL_OF_FEW)
    if by_rules == "emergency_113" or likeness.danger < doubtful:
        return []
    if by_rules == "legevakt":
        return [_likeliest_red(likeness)] if is_red and likeness.danger >= CERTAIN else []
    if likeness.danger < sure:
        return ["maybe_danger"]
    if is_red:
        return [_likeliest_red(likeness)]
    return ["like_crisis" if likeness.crisis > likeness.legevakt else "like_legevakt"]


def _likeliest_red(likeness: Likeness) -> str:
    return "like_crisis_now" if likeness.crisis_now > likeness.emergency else "like_emergency"
