"""Norwegian words that the answer readers know: bokmål, nynorsk, dialects, everyday spelling."""

from __future__ import annotations

import re

_UNITS = {
    0: ("null",),
    1: (),
    2: ("to", "tvo"),
    3: ("tre", "tri", "trei"),
    4: ("fire", "fira", "fir"),
    5: ("fem", "fæm"),
    6: ("seks", "sæks"),
    7: ("sju", "syv", "sjau", "sjuv"),
    8: ("åtte", "åtta", "otte"),
    9: ("ni", "nie"),
    10: ("ti", "tie"),
    11: ("elleve", "ellev", "ellve", "elve"),
    12: ("tolv", "tøll"),
    13: ("tretten", "trettan"),
    14: ("fjorten", "fjortan"),
    15: ("femten", "femtan"),
    16: ("seksten", "sekstan", "seisten"),
    17: ("sytten", "søtten", "syttan"),
    18: ("atten", "attan"),
    19: ("nitten", "nittan"),
}
_TENS = {
    20: ("tjue", "tyve", "kjue", "tjuge"),
    30: ("tretti", "tredve", "tredive", "trædve"),
    40: ("førti", "førr", "førti"),
    50: ("femti",),
    60: ("seksti",),
    70: ("sytti", "søtti"),
    80: ("åtti", "otti"),
    90: ("nitti",),
    100: ("hundre", "hundra"),
}
_ONES = ("en", "én", "ein", "ett", "et", "ei", "ain")


def word_set(words: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(words.split())


def _number_words() -> dict[str, int]:
    words = {word: value for value, names in _UNITS.items() for word in names}
    for ten, ten_names in _TENS.items():
        for ten_name in ten_names:
            words[ten_name] = ten
            for unit in range(1, 10):
                for unit_name in _UNITS[unit] or _ONES:
                    for joined in (
                        f"{ten_name}{unit_name}",
                        f"{ten_name} {unit_name}",
                        f"{ten_name}-{unit_name}",
                        f"{unit_name}og{ten_name}",
                        f"{unit_name} og {ten_name}",
                    ):
                        words[joined] = ten + unit
    # "tretti en" may be "thirty a ...": only the joined form is a number there.
    for ten_names in _TENS.values():
        for ten_name in ten_names:
            for one in _ONES:
                words.pop(f"{ten_name} {one}", None)
                words.pop(f"{one} og {ten_name}", None)
    return words


NUMBER_WORDS = _number_words()

NOT = (
    "ikke",
    "ikkje",
    "ikkj",
    "ikje",
    "ike",
    "itj",
    "itjnå",
    "itte",
    "itt",
    "inte",
    "ente",
    "kje",
    "ekje",
    "isje",
    "ikkjeno",
)
NONE_OF = ("ingen", "inga", "ikke noe", "ingenting", "uten", "utan", "aldri", "hverken", "verken")

YES = word_set(
    """ja jaa jaaa jada jadå jau jauda jaudå jo joda jodå joa jooo jepp jepps japp jess yes yess yep
    yeah yup ok jaja javisst javel mhm mm mmm absolutt selvfølgelig sjølvsagt selvsagt definitivt
    klart stemmer stemme stemmar korrekt riktig rett sant enig litt litte littegrann littegranne
    littebitt noe noko nokså ganske veldig kjempe mye mykje masse konstant heletida hele stadig
    iblant innimellom noenganger tidvis periodevis delvis ofte sjeldent gjerne nemlig ju
    jævlig forferdelig forferdeleg kjempemye 👍 ✅ 🙋 ✔ 💯"""
)
NO = word_set(
    """nei neii neiii neida neidå nei-nei næ næh næi næhei nehei neh nepp nope nop no niks niksen
    nada null aldri ingen ingenting inga ikke ikkje ikkj itj itte itt inte ikje nai negativ
    neppe knapt 👎 ❌ 🚫 ✖ nix naii nii"""
)
YES_PHRASES = (
    "det har jeg",
    "det har eg",
    "det har æ",
    "det gjør jeg",
    "det gjer eg",
    "det gjør æ",
    "det er det",
    "det er jeg",
    "det e det",
    "det kan jeg",
    "det stemmer",
    "har det",
    "gjør det",
    "det gjør det",
    "det gjer det",
    "av og til",
    "noen ganger",
    "nokre gonger",
    "nån ganga",
    "i blant",
    "hele tiden",
    "heile tida",
    "tror det",
    "trur det",
    "tror ja",
    "trur ja",
    "vil tro det",
    "så absolutt",
    "uten tvil",
    "utan tvil",
    "ka trur du",
    "kan du si",
    "en del",
    "ein del",
    "bare litt",
    "berre litt",
    "bitte litt",
    "til en viss grad",
    "mer eller mindre",
    "både og",
    "begge deler",
)
NO_PHRASES = (
    "slett ikke",
    "overhodet ikke",
    "på ingen måte",
    "tvert imot",
    "tvert om",
    "tror ikke",
    "trur ikkje",
    "trur ikke",
    "trur itj",
    "ikke det",
    "langt ifra",
    "langt ifrå",
    "så langt ifra",
    "glem det",
    "niks og nei",
    "over hodet ikke",
    "i det hele tatt ikke",
    "nei takk",
)

DONT_KNOW = re.compile(
    r"\b(?:vet|veit|veid|vett|vejt|aner|ane|anar|ana|husker|hugsar|hugse|huske|huksar|hukser"
    r"|skjønner|skjønar)\b(?: \w+){0,3}? ?\b(?:ikke|ikkje|ikkj|ikje|itj|itte|inte|ente|kje|"
    r"søren|faen|pokker|fanken|si|rett|heilt sikkert)\b"
    r"|\b(?:vetkje|veitkje|vetikke|vetke|veitsje|veitikke|vetta?kke|anerikke|vetsje|idk)\b"
    r"|\b(?:usikker|usikkert|uviss|uvisst|ikke sikker|ikkje sikker|itj sikker|ikke helt sikker"
    r"|ikkje heilt sikker|ikke så sikker|tvilende|tvil)\b"
    r"|\b(?:ingen|ikke|ikkje|har ikke|inga) (?:anelse|aning|peiling|ide|idé|formening|kontroll)"
    r"|\bpeiling\b|\bvanskel\w+ å (?:si|svare|vite|seie)|\bvansk\w* å si|\bikke lett å si"
    r"|\b(?:ikke|ikkje|itj|ikke fått) målt|\b(?:gud|guder?ne|herren) vet|\bhvem vet\b|\bkven veit\b"
    r"|\bvil (?:ikke|ikkje) (?:svare|si)|\b(?:hopp|hoppe) over\b|\bsikkert ikke lett"
    r"|\bkan (?:ikke|ikkje) (?:svare|si)\b"
    r"|^(?:tja|tjaa|hmm*|hm|kanskje|kanskje det|muligens|mulig|mulig det|pass|vet|\?+|æh|øh|eh|"
    r"både ja og nei|ja og nei|ja nei|jada neida|verken eller|dont know|don't know|joa nei"
    r"|kan være|kan vere|kan hende|🤷|🤷‍♂️|🤷‍♀️|hvem vet)$"
)

MONTHS = {
    "januar": 1,
    "jan": 1,
    "februar": 2,
    "feb": 2,
    "mars": 3,
    "april": 4,
    "apr": 4,
    "mai": 5,
    "juni": 6,
    "juli": 7,
    "august": 8,
    "aug": 8,
    "september": 9,
    "sept": 9,
    "sep": 9,
    "oktober": 10,
    "okt": 10,
    "november": 11,
    "nov": 11,
    "desember": 12,
    "des": 12,
}
WEEKDAYS = {
    "mandag": 0,
    "måndag": 0,
    "mandan": 0,
    "tirsdag": 1,
    "tysdag": 1,
    "tirsdan": 1,
    "onsdag": 2,
    "onsdan": 2,
    "torsdag": 3,
    "torsdan": 3,
    "fredag": 4,
    "fredan": 4,
    "lørdag": 5,
    "laurdag": 5,
    "lørdan": 5,
    "søndag": 6,
    "sundag": 6,
    "søndan": 6,
}
