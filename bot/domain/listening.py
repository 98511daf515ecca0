"""Listens: takes from free text what it already says about who is ill, since when, and so on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.domain.questions import Question
from bot.domain.readers.choices import read_choice
from bot.domain.readers.numbers import read_age
from bot.domain.readers.text import plain, with_digits, words_of
from bot.domain.readers.times import lengths_in, read_hours, spoken_length
from bot.domain.readers.yes_no import negated_at

if TYPE_CHECKING:
    from bot.domain.questionnaire import Questionnaire

CHILD_BELOW_YEARS = 12.0

_CHILD = re.compile(
    r"\b(?:(?:lillebror|lillesøster|lillesyster|sønn|dotter|datter|dattra|jent[ae]|gutt|gut|guten|jentung|baby|bab|bebi|spedbarn"
    r"|barn|ung|smårolling|"
    r"rolling|småen|minste|eldste|yngste|veslejent|veslegutt|småjent|smågutt|tvilling|nyfødt|"
    r"veslemor|veslegut|poden|barnebarn|stebarn|stesønn|stedatter)"
    r"(?:a|en|e|n|et|i|er|ene|an|mann|mannen|s|på)?|krabat\w*|ho vesla|vesla|lillegutt"
    r"|lillejent\w+|lilletroll)\b"
    r"|\b\d{1,2}(?:[.]\d)? ?-?åring\w*\b|\b\d+ (?:mnd|måneder|uker|veker|månader) gam\w+"
)
_OTHER = re.compile(
    r"\b(?:mann|kon|kjerring|samboer|kjæreste|kjærast|ektefelle|mor|mamma|far|pappa|muttern"
    r"|fattern|"
    r"mora|faren|bestemor|bestefar|besta|bestefaren|mormor|farmor|morfar|farfar|oldemor|søster"
    r"|syster|søstra|"
    r"bror|broren|brodern|tante|onkel|venn|venninne|kompis|kollega|nabo|svigermor|svigerfar|"
    r"roommate|romkamerat|kamerat)(?:en|a|n|i|inna|inne|s|et)? (?:min|mi|mitt|vår|våres|hans"
    r"|hennes)\b"
    r"|\b(?:min|mi|vår) (?:mann|kone|samboer|kjæreste|ektefelle|mor|mamma|far|pappa|bestemor"
    r"|bestefar|"
    r"mormor|farmor|morfar|farfar|søster|bror|venn|venninne|kompis|kollega|nabo|svigermor"
    r"|svigerfar)\b"
    r"|\b(?:mannen|kona|samboeren|kjæresten|muttern|fattern|mora mi|faren min|bestemora"
    r"|bestefaren) "
    r"(?:har|er|e|fikk|fekk|klager|sliter|føler|hoster|besvimte|ligger)"
)
_SELF = re.compile(
    r"\b(?:jeg|eg|æ|je|ej|jæ|jei|e|ek) (?:har|er|e|va|fikk|fekk|kjenner|kjenne|føler|føle|sliter"
    r"|slit|klarer|"
    r"klare|hoster|hostar|kaster|spyr|spydde|våknet|vakna|falt|datt|tråkket|tråkka|vrikket|skar|"
    r"brant|blør|går|mistet|blir|ble|vart|merker|merka|får|ser|hører|svimler|klør|fryser"
    r"|besvimte|må|kan)\b(?!"
    r" (?:en |ei |et |ein )?(?:sønn|datter|dotter|jente|gutt|gut|baby|barn|unge|bekymr|redd"
    r"|urolig|"
    r"mamma|mor|far|pappa|forelder))"
    r"|\b(?:har|hatt) (?:jeg|eg|æ|e)\b(?! (?:en |ei |et |ein )?(?:sønn|datter|dotter|jente|gutt"
    r"|baby|barn|unge))"
    r"|\bi (?:har|e|fekk|kjenne)\b(?! (?:ein |en |ei )?(?:sønn|gut|dotter|jente|unge))"
    r"|\b(?:det er|det e|gjelder|det gjelder|bare|berre|for) (?:meg|mæ|me sjølv)\b"
    r"|\b(?:meg|mæ) sj[øo]l\w*"
    r"|\bmeg selv\b"
)
_N = r"\d{1,3}(?:\.\d+)?"
_AGE_UNIT = (
    r"(?:år|mnd|måned(?:er)?|månad(?:er|ar)?|uk(?:e|er|a|en)|vek(?:e|er|a|o)|dager|dagar|daga)"
)
_PERSON = (
    r"\b(?:lillebror|lillesøster|sønn|datter|dotter|dattra|jent|jente|gutt|gut|guten|gutten|baby|bab|barn|unge"
    r"|minste|eldste|"
    r"yngste|barnebarn|mann|kvinne|dame|kar|mamma|pappa|far|mor|kone|kona|samboer|bestemor|"
    r"bestefar|bror|søster|kompis|venninne|han|hun|ho|tvilling)"
    r"(?:a|en|n|et|e|i|er|ene)?(?: min| mi| mitt| vår| vårt| våre| mine)?"
)
_AGE = re.compile(
    rf"(?P<a>{_N}) ?-?(?:åring|årig|års? gam|år ung|år gml)\w*"
    rf"|(?<!siden )(?<!i )(?P<b>{_N}) ?(?P<unit>{_AGE_UNIT}) gam\w*"
    rf"|\b(?:er|e|blir|fylte|fyller|alder:?|er nå) (?:snart |nesten |akkurat |bare |knapt |kun )?"
    rf"(?P<c>{_N}) ?(?P<unit2>år|mnd|måneder|månader)\b(?! (?:siden|sidan|sia|nå|med|på vei"
    rf"|gravid|forsinket|sein))"
    rf"|{_PERSON},? (?:er |e )?(?:på )?(?:snart |nesten "
    rf"|knapt )?\(?(?P<d>{_N})\)?(?: ?(?P<unit3>{_AGE_UNIT}))?\b"
    r"(?! ?(?:siden|sidan|ganger|gonger|grader|timer|minutt|kilo|kg|på vei|°|gang|stk|tabl))"
    rf"|\b(?:jeg|eg|æ) (?:er|e) (?:en |ei |ein )?(?:mann |kvinne |dame |jente "
    rf"|gutt )?(?:på )?(?P<f>{_N})"
    r"\b(?! ?(?:uker|veker|dager|grader|dagar|timer|ganger|måneder))"
    rf"|(?:^|[,.(] ?)(?P<g>{_N}) år(?=[,.)]|$)"
)
_BABY = re.compile(r"\b(?:baby|bebi|spedbarn|nyfødt)")
_BABY_AGE = re.compile(rf"(?:^|[,.(] ?)({_N} {_AGE_UNIT})(?=[,.)]|$)")
_LENGTH_CUE = re.compile(
    r"\b(?:i|siden|sidan|sia|sida|for|vart|varte|vara|hatt|hadd|nå|no|pågått|etter|gjennom"
    r"|de siste|"
    r"dei siste|siste|over|omtrent|ca|cirka|snart|mer enn|minst|nesten|rundt|allerede)\W*$"
)
_SINCE = re.compile(
    r"\b(?:siden|sidan|sia|sida|fra|frå|helt fra|startet|starta|begynte|begynde|byrja|kom|fikk"
    r"|fekk|"
    r"våknet|vakna|falt|datt|skadet|skadde|oppstod|oppsto|dukket opp|hatt)\b(?P<rest>[^.!?;]*)"
)
_MOMENT = re.compile(
    r"\b(?:i ?går\w*|i ?forgårs|i ?natt|i ?morges|i ?dag|i ?kveld|i helg\w*|mandag\w*"
    r"|måndag\w*|tirsdag\w*|"
    r"tysdag\w*|onsdag\w*|torsdag\w*|fredag\w*|lørdag\w*|laurdag\w*|søndag\w*|sundag\w*"
    r"|helg\w*|jul\w*|"
    r"påske\w*|sommer\w*|sommar\w*|høst\w*|haust\w*|vinter\w*|nyttår|januar|februar|mars|april|"
    r"juni|juli|august|september|oktober|november|desember|forrige \w+|nettopp"
    r"|akkurat nå)\b(?: (?:kveld|natt|morges|morgen|ettermiddag))?"
)
_NOT_A_DURATION = re.compile(
    r"\b(?:hver|hvert|kvar|kvart|annenhver|om|per|pr|ganger|gonger|gravid)\W*(?:\w+\W+)?$"
)
_TEMPERATURE = re.compile(
    r"(?<![\d.])(?P<t>3[6-9](?:\.\d)?|4[0-2](?:\.\d)?)(?![\d.]*\d)"
    r"(?P<unit> ?(?:grader|grads|°|i feber|feber))?"
)
_MEASURED_BEFORE = re.compile(
    r"\b(?:feber\w*|temp\w*|målt\w*|måler|målte|var|på)\W+(?:\w+\W+){0,2}$"
)
_OTHER_UNIT = re.compile(r" ?(?:kg|kilo|cm|meter|km|år|åring|uke|veke|dag|kr|%|prosent|ganger|mm)")
_FEVER = re.compile(
    r"\b(?:feber\w*|feba|feberfri|febril|temp(?:en|eratur\w*)?|målt\w*|glovarm|høy temperatur)\b"
)
_PREGNANT = re.compile(
    r"\b(?:gravid\w*|på vei med|med barn|uke \d+ på vei|\d+ uker på vei|ventar barn"
    r"|venter barn)\b"
)
_TRIED = re.compile(
    r"\b(?:har |hadde )?(?:prøvd|prøvde|prøvar|tatt|teke|tok|brukt|bruker|brukar|tar|går på"
    r"|smurt|smører)\b"
    r"(?P<what> [^.!?;]*?\b(?:paracet|ibux|ibuprofen|paracetamol|pinex|nesespray|zyrtec"
    r"|cetirizin|"
    r"allergitablett\w*|krem|salve|hydrokortison|antibiotika|penicillin|hostesaft|laktulose|"
    r"movicol|gaviscon|nexium|somac|antihistamin|voltaren|naproxen|smertestillende|melatonin|"
    r"kløestillende|øyedråper|øredråper|honning|inhalator|ventoline?|astmamedisin|insulin"
    r"|kur)\w*[^.!?;]*)"
)


def facts_from(text: str, questionnaire: Questionnaire, now: datetime) -> dict[str, Any]:
    """What a text already says, as answers to questions of this questionnaire."""
    facts: dict[str, Any] = {}
    for question in questionnaire.questions:
        hear = _HEARERS.get(question.id, _hear_phrases)
        value = hear(question, text, now)
        if value is not None:
            facts[question.id] = value
    return facts


def hear_who(text: str) -> str | None:
    """Whether the ill one is the writer ("self"), a child, another; None where unclear."""
    digits = with_digits(text)
    if re.search(r"\b(?:ikke|ikkje|itj) (?:for |om )?(?:meg|mæ)\b", digits):
        digits = re.sub(
            r"\b(?:gjelder |det er |det e )?(?:ikke|ikkje|itj) (?:for |om )?(?:meg"
            r"|mæ)\b",
            " ",
            digits,
        )
    found = {
        "child": bool(_CHILD.search(digits)),
        "other": bool(_OTHER.search(digits)),
        "self": bool(_SELF.search(digits)),
    }
    said = [who for who, was_said in found.items() if was_said]
    age = hear_age(text)
    if said in ([], ["child"]) and age is not None:
        if _CHILD.search(digits) and age >= 18:
            return None
        return "child" if age < CHILD_BELOW_YEARS or said else None
    return said[0] if len(said) == 1 else None


def hear_age(text: str) -> float | None:
    """The age that a text tells, in years; None where it tells none."""
    digits = with_digits(text)
    baby = _BABY_AGE.search(digits) if _BABY.search(digits) else None
    if baby is not None:
        return read_age(baby[1])
    found = _AGE.search(digits)
    if found is None:
        return None
    number = next(found[name] for name in "abcdfg" if found[name])
    unit = found["unit"] or found["unit2"] or found["unit3"] or "år"
    almost = (
        "nesten " if re.search(r"\b(?:nesten|snart|knapt|blir|fyller)\b", found.group()) else ""
    )
    age = read_age(f"{almost}{number} {unit}")
    return age if age is not None and age <= 120 else None


def hear_duration(text: str, now: datetime) -> dict[str, Any] | None:
    """How long it has lasted, None where the text tells nothing or several things."""
    digits = with_digits(text)
    age = _AGE.search(digits)
    lengths = {
        hours
        for start, end, hours in lengths_in(digits)
        if _tells_length(digits, start, end) and not (age and age.start() <= start < age.end())
    }
    if len(lengths) == 1:
        hours = lengths.pop()
        return {"hours": round(hours, 2), "said": spoken_length(hours)}
    if lengths:
        return None
    for since in _SINCE.finditer(digits):
        moment = _MOMENT.search(since["rest"])
        start_hours = read_hours(f"siden {moment.group()}", now) if moment else None
        if moment and start_hours is not None:
            return {"hours": round(start_hours, 2), "said": f"siden {moment.group()}"}
    return None


def _tells_length(digits: str, start: int, end: int) -> bool:
    before, after = digits[:start], digits[end:]
    if _NOT_A_DURATION.search(before) or re.match(r" ?(?:gam|på vei|gravid|til)", after):
        return False
    cue_after = re.match(
        r" ?(?:siden|sidan|sia|sida|nå\b|no\b|$|[.,!]|allerede|i strekk|på rad|med )", after
    )
    return bool(_LENGTH_CUE.search(before) or cue_after)


def hear_temperature(text: str) -> float | None:
    """The highest temperature named, in degrees Celsius; None where none is.

    A number with one decimal between 36 and 42 is a temperature by itself, a whole number only
    beside a word for fever or degrees.
    """
    digits = with_digits(text)
    speaks_of_fever = bool(_FEVER.search(digits))
    found = []
    for match in _TEMPERATURE.finditer(digits):
        measured = _MEASURED_BEFORE.search(digits[: match.start()])
        named = match["unit"] or (speaks_of_fever and measured)
        if (named or "." in match["t"]) and not _OTHER_UNIT.match(digits[match.end() :]):
            found.append(float(match["t"]))
    return max(found, default=None)


def hear_fever(text: str) -> str | None:
    """ "yes" or "no" where the text speaks of fever or a temperature, else None."""
    temperature = hear_temperature(text)
    if temperature is not None:
        return "yes" if temperature >= 38.0 else "no"
    said = plain(text)
    found = re.search(r"\bfeber\w*|\bfebril\b|\bglovarm\b", said)
    if found is None or re.search(r"\bfeber\w*\?|høyfeber|høysnue", said):
        return None
    if "feberfri" in said or negated_at(said, found.start(), found.end()):
        return "no"
    return "yes"


def _hear_pregnant(question: Question, text: str, now: datetime) -> Any:
    said = plain(text)
    found = _PREGNANT.search(said)
    if found is None or re.search(r"bli gravid|er jeg gravid|\bprevensjon", said):
        return None
    return "no" if negated_at(said, found.start(), found.end()) else "yes"


def _hear_sex(question: Question, text: str, now: datetime) -> Any:
    digits = with_digits(text)
    female = re.search(
        r"\b(?:kvinne|dame|jente|jenta|datter\w*|dotter\w*|dattra|kona|mor|mora|mamma"
        r"|bestemor\w*|søster\w*|"
        r"venninn\w*|gravid|mensen|hun|ho)\b",
        digits,
    )
    male = re.search(
        r"\b(?:mann|mannen|gutt|gutten|guten|sønn\w*|far|faren|pappa|bestefar\w*|bror\w*|kar"
        r"|han)\b",
        digits,
    )
    if bool(female) == bool(male):
        return None
    return "female" if female else "male"


def _hear_side(question: Question, text: str, now: datetime) -> Any:
    sides = set(re.findall(r"\b(høyre|høgre|venstre|begge)\b", plain(text)))
    names = {"høyre": "right", "høgre": "right", "venstre": "left", "begge": "both"}
    return names[sides.pop()] if len(sides) == 1 else None


def _hear_weeks(question: Question, text: str, now: datetime) -> Any:
    found = re.search(
        r"\b(?:uke|veke|uka|veka) (\d{1,2})\b|\b(\d{1,2}) (?:uker|veker) (?:på vei|gravid)",
        with_digits(text),
    )
    return float(found[1] or found[2]) if found else None


def _hear_breathing(question: Question, text: str, now: datetime) -> Any:
    """Only what is beyond doubt: all else is asked."""
    hard = re.search(
        r"\b(?:får|fekk|fikk|klarer|klare|kan|kainn)\w* (?:\w+ )?(?:ikke|ikkje|itj|knapt) (?:å )?"
        r"(?:pust\w*|snakk\w*|prat\w*|få luft|luft)\b"
        r"|\bblå (?:lepper|på leppene)",
        plain(text),
    )
    return "hard" if hard else None


def _hear_tried(question: Question, text: str, now: datetime) -> Any:
    found = _TRIED.search(plain(text))
    return found.group().strip(" ,") if found else None


def _hear_phrases(question: Question, text: str, now: datetime) -> Any:
    """A yes/no question by its `heard` phrases: "no" is only taken where nothing hangs on it."""
    if question.kind == "choice" and question.heard:
        return read_choice(question.options, text)
    if question.kind != "yes_no":
        return None
    said = plain(text)
    for phrase in question.heard:
        found = re.search(rf"(?<![\wæøå]){re.escape(plain(phrase))}", said)
        if found is None or "?" in said[found.end() : found.end() + 25]:
            continue
        if not negated_at(said, found.start(), found.end()):
            return "yes"
        if not question.red_flag:
            return "no"
    return None


_HEARERS: dict[str, Callable[[Question, str, datetime], Any]] = {
    "who": lambda question, text, now: hear_who(text),
    "age": lambda question, text, now: hear_age(text),
    "duration": lambda question, text, now: hear_duration(text, now),
    "temperature": lambda question, text, now: hear_temperature(text),
    "fever": lambda question, text, now: hear_fever(text),
    "pregnant": _hear_pregnant,
    "sex": _hear_sex,
    "side": _hear_side,
    "tried": _hear_tried,
    "weeks": _hear_weeks,
    "breathing": _hear_breathing,
}


def complaint_from(text: str, questionnaires: Iterable[Questionnaire]) -> list[str]:
    """The ids of the questionnaires that suit a complaint, best first; none where none does.

    Where a child is ill, the child's variant stands in for the general one.
    """
    known = {questionnaire.id: questionnaire for questionnaire in questionnaires}
    vocabulary = {
        word for q in known.values() for phrase in q.complaints for word in _words_of_phrase(phrase)
    }
    heard = _hear_words(text, vocabulary)
    scores = {q.id: _complaint_score(q, heard) for q in known.values()}
    age = hear_age(text)
    who = hear_who(text)
    child = age < CHILD_BELOW_YEARS if age is not None else who == "child"
    grown_up = who in ("self", "other")
    ranked: list[str] = []
    for question_id in sorted(scores, key=lambda name: -scores[name]):
        if scores[question_id] <= 0:
            break
        questionnaire = known[question_id]
        fits = question_id if not child else questionnaire.children or question_id
        if questionnaire.audience == "child" and not child and (age is not None or grown_up):
            continue
        if fits in known and fits not in ranked:
            ranked.append(fits)
    return ranked


_SAME_WORD = {
    "ikke": "ikkje itj ikkj ikje inte itte",
    "vondt": "vont vond ondt vonde verk verker smerter smerte smertar vonnt vondtt verka "
    "kjempevondt sårt",
    "øye": "auge auga auget øya øyet øyne øynene auan øyan øynan aua",
    "øre": "ører øyra øyre øyret øyrene øret ørene øra øyran øran",
    "hals": "halsn halsen",
    "hode": "hovudet hovud hodet haue hauet huet hue håvve håvvet skallen huggu",
    "mage": "magen magan majen mavan mavene maven magjen",
    "rygg": "ryggen røggen ryggjen",
    "bryst": "pupp puppen pupper puppene brystene brøstan brystet brøst brøstet bringa "
    "brystkassa brystkassen",
    "pust": "pusten puste puster pusta ande anda åndedrett pustar pusting pustebesvær",
    "kne": "kneet knea knær knærne",
    "ankel": "ankelen ankeln ankla okla",
    "fot": "foten foen føttene føtter føttan",
    "bein": "beinet benet ben beina beinan bena",
    "legg": "leggen leggene",
    "nese": "nasen nasa nesa nesen",
    "tisse": "tissa tisser pisse pisser pissa urinerer tisset late",
    "hud": "huda huden",
    "arm": "armen armane",
    "hånd": "handa hånda hånden handen hender hendene henda hendan",
    "klø": "kløe klør kløyr kløa klødde kløing",
    "rød": "rauda raud rødt røde raude raudt",
    "hoven": "hovent hovne hoven opphovnet tjukk hovna",
    "baby": "babyen babyn bebisen",
    "barn": "barnet ungen unge sønn sønnen datter datteren dattera datra "
    "dotter dottera gutten guten jenta minsten",
}
_SPELLINGS = {other: word for word, others in _SAME_WORD.items() for other in others.split()}


def _same_spelling(word: str) -> str:
    return _SPELLINGS.get(word, word)


#: What each further phrase adds to the best one.
_FURTHER_PHRASE = 0.25
#: Words of a phrase further apart than this are not one phrase.
_WINDOW = 6
#: A complaint is told at the start; the rest of a very long message is not searched.
_WORDS_HEARD = 120

#: Where each word of the phrases was heard in a message, and how surely (1 exact, 0.8 misspelt).
_Heard = Mapping[str, tuple[int, float]]


def _complaint_score(questionnaire: Questionnaire, heard: _Heard) -> float:
    """The best phrase that the text holds, and a little for each further one."""
    scores = [_phrase_score(phrase, heard) for phrase in questionnaire.complaints]
    best = max(scores, default=0.0)
    return best + _FURTHER_PHRASE * (sum(scores) - best)


def _phrase_score(phrase: str, heard: _Heard) -> float:
    """How well a text holds a phrase: every word, in any order, close together; 0 where not.

    A phrase that ends in `!` outranks others, one in `?` gives way to them.
    """
    words = _words_of_phrase(phrase)
    if not all(word in heard for word in words):
        return 0.0
    places = [heard[word][0] for word in words]
    if max(places) - min(places) > _WINDOW:
        return 0.0
    score = sum(heard[word][1] for word in words)
    if len(words) == 1 and score == 1.0:
        score = 1.5
    if phrase.endswith("!"):
        return score + 2.0
    return score * 0.5 if phrase.endswith("?") else score


@cache
def _words_of_phrase(phrase: str) -> tuple[str, ...]:
    return tuple(_same_spelling(word) for word in plain(phrase).rstrip("!?").split())


def _hear_words(text: str, vocabulary: Iterable[str]) -> _Heard:
    """The words of the phrases that a text holds.

    A word that ends in `*` stands for all that begin so, one that starts with it for all that end
    so. A word that is no phrase's own may be a misspelling of a long one.
    """
    exact, stems, endings, long_words = set(), [], [], []
    for word in vocabulary:
        if word.endswith("*"):
            stems.append(word)
        elif word.startswith("*"):
            endings.append(word)
        else:
            exact.add(word)
            long_words.append(word)
    heard: dict[str, tuple[int, float]] = {}
    for place, said in enumerate(words_of(text)[:_WORDS_HEARD]):
        token = _same_spelling(said)
        known = [token] if token in exact else []
        known += [word for word in stems if token.startswith(word[:-1])]
        known += [word for word in endings if token.endswith(word[1:])]
        for word in known:
            if heard.get(word, (0, 0.0))[1] < 1.0:
                heard[word] = (place, 1.0)
        if token not in exact and len(token) >= _LONG_WORD:
            for word in _misspelt(token, long_words):
                heard.setdefault(word, (place, 0.8))
        for word in {token[:-1], token[:-2]} & exact:  # "ansiktet" for "ansikt"
            if len(word) >= _LONG_WORD:
                heard.setdefault(word, (place, 0.8))
    return heard


_LONG_WORD = 5


def _misspelt(token: str, words: Iterable[str]) -> list[str]:
    """The words of which a token is likely a misspelling: long, alike, with the same start."""
    return [word for word in words if word[0] == token[0] and _nearly_same(word, token)]


def _nearly_same(wanted: str, token: str) -> bool:
    if len(wanted) < _LONG_WORD or abs(len(wanted) - len(token)) > 2:
        return False
    if len(set(wanted) ^ set(token)) > 3:
        return False
    return difflib.SequenceMatcher(None, wanted, token).ratio() >= 0.84
