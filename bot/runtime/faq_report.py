"""The FAQ as one page for those who edit it: `python -m bot faq-report`.

Every answer as the patient gets it, where it comes from, until when it holds, how it is asked for
and how well its test messages are understood. The page needs nothing but a browser.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from string import Formatter
from typing import TYPE_CHECKING

from bot.adapters.clinic_content import load_clinic
from bot.adapters.faq_content import load_faq
from bot.domain.clinic import Clinic
from bot.domain.faq import REGISTERS, Answer, FaqTopic
from bot.domain.zone import OSLO
from bot.runtime.environment import ROOT
from bot.runtime.model import model_path

if TYPE_CHECKING:
    from tests.nlu.measure import Item, Result

PAGE = ROOT / "build" / "faq-report.html"

#: A lower share of understood test messages is marked.
LOW = 0.9

NOT_MEASURED = (
    "The test messages are not measured: no trained model fits the training data as it stands. "
    "Run make train, then make faq-report again."
)


@dataclass(frozen=True)
class Score:
    """The test messages of one topic; `right` is None where no model has read them."""

    total: int
    right: int | None = None

    def __str__(self) -> str:
        if not self.total:
            return "no test messages"
        return f"{self.total} not measured" if self.right is None else f"{self.right}/{self.total}"

    @property
    def is_low(self) -> bool:
        return not self.total or (self.right is not None and self.right / self.total < LOW)


def write_faq_report() -> str:
    """Writes the page and says where it is; raises ContentError where a topic is broken."""
    today = datetime.now(OSLO).date()
    topics = load_faq(today)
    page = faq_page(today, topics, load_clinic(), _measure())
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")
    return f"{len(topics)} topics: {PAGE}"


def _measure() -> dict[str, Score]:
    """The scores by the model that fits the training data, if there is one; trains none."""
    # Here, for it loads Rasa, and a broken answer is refused before that.
    from tests.nlu import measure

    trained = model_path().exists()
    return scores(measure.items(), measure.results() if trained else None)


def scores(items: Iterable[Item], results: Iterable[Result] | None) -> dict[str, Score]:
    """The score of each topic's test messages, by topic; without results only their number."""
    total = Counter(_topic(item.intents[0]) for item in items)
    if results is None:
        return {name: Score(count) for name, count in total.items()}
    right = Counter(_topic(result.item.intents[0]) for result in results if result.right)
    return {name: Score(count, right[name]) for name, count in total.items()}


def _topic(intent: str) -> str:
    return intent.removeprefix("faq/")


def faq_page(
    today: date, topics: Mapping[str, FaqTopic], clinic: Clinic, measured: Mapping[str, Score]
) -> str:
    """The page as HTML without scripts, pictures or addresses elsewhere."""
    score = {name: measured.get(name, Score(0)) for name in topics}
    parts = [
        _HEAD,
        "<h1>FAQ answers</h1>",
        f"<p>{len(topics)} topics, written by <code>make faq-report</code> on {today}. "
        f"Settings of the clinic: {escape(clinic.id)}, version {escape(clinic.version)}. "
        f"Marked scores are below {LOW:.0%}.</p>",
    ]
    if any(s.right is None and s.total for s in score.values()):
        parts.append(f'<p class="low">{NOT_MEASURED}</p>')
    parts += _overview(topics, score)
    for topic in topics.values():
        parts += _section(topic, clinic, score[topic.name])
    return "\n".join([*parts, "</body></html>", ""])


def _overview(topics: Mapping[str, FaqTopic], score: Mapping[str, Score]) -> Iterator[str]:
    yield (
        '<table><thead><tr><th scope="col">Topic</th><th scope="col">Question</th>'
        '<th scope="col">Examples</th><th scope="col">Test messages right</th>'
        '<th scope="col">Reviewed</th><th scope="col">Valid to</th></tr></thead><tbody>'
    )
    for name, topic in topics.items():
        metadata = topic.answer.metadata
        yield (
            f'<tr><th scope="row"><a href="#{escape(name)}">{escape(name)}</a></th>'
            f'<td lang="nb">{escape(metadata.title)}</td><td>{len(topic.examples)}</td>'
            f"<td{_mark(score[name].is_low)}>{score[name]}</td>"
            f"<td>{metadata.reviewed_on}</td><td>{metadata.valid_to or 'no end'}</td></tr>"
        )
    yield "</tbody></table>"


def _section(topic: FaqTopic, clinic: Clinic, score: Score) -> Iterator[str]:
    answer, metadata = topic.answer, topic.answer.metadata
    words = clinic.words()
    yield f'<section id="{escape(topic.name)}">'
    yield f'<h2 lang="nb">{escape(metadata.title)}</h2>'
    yield f"<p><code>data/nlu/faq/{escape(topic.name)}.yml</code>, id {escape(metadata.id)}</p>"
    yield f'<div class="answer" lang="nb"><p>{escape(answer.text.format_map(words).strip())}</p>'
    if metadata.more:
        more = escape(metadata.more.format_map(words).strip())
        yield f"<details open><summary>Les mer</summary><p>{more}</p></details>"
    yield "</div><dl>"
    yield _row("Buttons", [f"{escape(b.title)} → «{escape(b.payload)}»" for b in answer.buttons])
    yield _row("From the settings", [escape(line) for line in _settings(answer, clinic)])
    yield _row("Facts it must hold", [escape(fact) for fact in metadata.facts])
    yield _row("Source", [escape(line) for line in metadata.source])
    yield _row("Reviewed", [str(metadata.reviewed_on)])
    yield _row("Valid", [f"from {metadata.valid_from} to {metadata.valid_to or 'no end'}"])
    yield _row("Note to editors", [escape(metadata.note.strip())] if metadata.note else [])
    yield _row("Test messages right", [f"<span{_mark(score.is_low)}>{score}</span>"])
    yield f"</dl>{_registers(topic)}</section>"


def _settings(answer: Answer, clinic: Clinic) -> Iterator[str]:
    """The settings that an answer names, each once, with value and source."""
    parsed = Formatter().parse(f"{answer.text} {answer.metadata.more}")
    for name in dict.fromkeys(field for _, field, _, _ in parsed if field):
        yield f"{name} = {clinic.facts[name].value} ({clinic.facts[name].source})"


def _registers(topic: FaqTopic) -> str:
    """The number of examples in each register; a register without any is marked."""
    count = Counter(example.register for example in topic.examples)
    names = "".join(f'<th scope="col">{name}</th>' for name in REGISTERS)
    numbers = "".join(f"<td{_mark(not count[name])}>{count[name]}</td>" for name in REGISTERS)
    return (
        f"<table><caption>{len(topic.examples)} examples</caption>"
        f"<thead><tr>{names}</tr></thead><tbody><tr>{numbers}</tr></tbody></table>"
    )


def _row(title: str, entries: list[str]) -> str:
    shown = entries or ["none"]
    return f"<dt>{title}</dt>" + "".join(f"<dd>{entry}</dd>" for entry in shown)


def _mark(low: bool) -> str:
    return ' class="low"' if low else ""


# The policy lets the page load nothing, wherever it is opened.
_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>FAQ answers</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem;
  color: #1d1d1f; background: #fff; }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: 1rem 0; }
th, td { border: 1px solid #ccc; padding: .25rem .5rem; text-align: left; font-size: .875rem; }
caption { text-align: left; font-weight: 600; }
section { border-top: 1px solid #ccc; margin-top: 2.5rem; padding-top: .5rem; }
.answer { background: #f1f5f4; border-radius: .75rem; padding: .25rem 1rem; max-width: 40rem; }
.answer p { white-space: pre-line; }
dt { font-weight: 600; margin-top: .5rem; }
dd { margin-left: 1rem; }
.low { background: #fdf0cf; font-weight: 600; }
@media print { section { break-inside: avoid; } }
</style></head><body>"""
