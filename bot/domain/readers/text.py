"""Makes a message easy to read for a program: lower case, single spaces, numbers as digits."""

from __future__ import annotations

import re

from bot.domain.readers.words import NUMBER_WORDS

UNIT = (
    r"(?:sek(?:und(?:er|ar)?)?|min(?:utt(?:er|a)?)?|t(?:im(?:e|er|ar|a|en)?)?|timme|døgn(?:et)?"
    r"|d(?:ag(?:er|ar|a|e|ane|ene|en)?)?|dg|dgr|natt|netter|nætter|helg(?:er|a|en)?"
    r"|u(?:k(?:e|er|a|en|ene)?)?|vek(?:e|er|a|o)|væk[ea]|vekke|vekka|mnd|mdr?|mån(?:ed"
    r"|ad)?(?:er|ar|en|a)?"
    r"|måneder|måna|år(?:a|ene)?)"
)
_A = r"(?:én|en|ein|ei|ett|et|eit|ain|1)"
_NUMBERS = re.compile(
    r"(?<![\wæøå])(?:"
    + "|".join(sorted(map(re.escape, NUMBER_WORDS), key=len, reverse=True))
    + r")(?=$|[^\wæøå]|åring|års|årig|måneder|mnd|ukers|uker gam)"
)
_STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(\d),(\d)"), r"\1.\2"),
    (re.compile(r"(\d+) ?(?:komma|kåmma|punkt) ?(\d)"), r"\1.\2"),
    (re.compile(r"(\d+) (?:og|å|åg|o|&|pluss) (?:" + _A + r" )?halv[ta]?\b"), r"\1.5"),
    (re.compile(r"(\d+) ?(?:½|(?<= )1/2)"), r"\1.5"),
    (re.compile(r"\b(\d*uke|vek[ea]|år|månad|måned|dag|døgn|time)s (?=tid\b)"), r"\1 "),
    (re.compile(r"\b" + _A + r" (?:og|å) " + _A + r" halv[ta]?\b"), "1.5"),
    (re.compile(r"\bhalv(?:annen|anna|annan|annet|anen|tanna|anne|andre)\b"), "1.5"),
    (re.compile(r"\b(?:" + _A + r" )?halv ?tim(?:e|a|en)\b"), "0.5 time"),
    (
        re.compile(r"\b(?:" + _A + r" )?halv[ta]? ?(?=år\b|uke\b|veke\b|dag\b|døgn\b|time\b)"),
        "0.5 ",
    ),
    (re.compile(r"\b(\d+) kvarter\b"), r"\1x15 min"),
    (re.compile(r"\b(?:" + _A + r" )?kvarter\b"), "15 min"),
    (re.compile(r"\b(?:" + _A + r" )?par[ -](?:3|tre)\b"), "2-3"),
    (re.compile(r"\b(?:" + _A + r" )?par(?= " + UNIT + r"\b)"), "2"),
    (
        re.compile(
            r"\b(?:noen|nokon|nokre|nokken|nån|noka|no'?n)(?: få| fåe)?(?= " + UNIT + r"\b)"
        ),
        "3",
    ),
    (re.compile(r"\b(?:flere|fleire|mange|fler|fleir|mang)(?= " + UNIT + r"\b)"), "4"),
    (re.compile(r"\be (?=vek[ae]\b|uke?a?\b|natt\b|helg\b)"), "1 "),
    (re.compile(r"\b(?:" + _A + r")(?=(?: hel| heil| snau| god| stiv)?\w* " + UNIT + r"\b)"), "1"),
    (re.compile(r"(\d) (?:hel|heil|snau|god|stiv)\w* (?=" + UNIT + r"\b)"), r"\1 "),
)


_ONE_SPELLING = str.maketrans("éèêóòôáà’–—", "eeeoooaa'--")


def plain(text: str) -> str:
    """Lower case, single spaces, no accents, one kind of apostrophe and dash; æ, ø, å stay."""
    return re.sub(r"\s+", " ", text.lower().translate(_ONE_SPELLING)).strip()


def with_digits(text: str) -> str:
    """`plain` text with its number words as digits: "halvannen uke" is "1.5 uke"."""
    digits = _NUMBERS.sub(lambda found: str(NUMBER_WORDS[found.group()]), plain(text))
    for pattern, replacement in _STEPS:
        digits = pattern.sub(replacement, digits)
    return re.sub(r"(\d+)x15 min", lambda found: f"{int(found[1]) * 15} min", digits)


def words_of(text: str) -> list[str]:
    """The words of a text, without punctuation."""
    return re.findall(r"[^\W_]+(?:['-][^\W_]+)*", plain(text))
