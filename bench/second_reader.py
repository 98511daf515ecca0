"""The red-flag screen with and without its second reader: `python -m bench.second_reader`.

On the open set of `tests/safety`, which the rules were widened from, and on the blind one, which
neither reader has seen; and how many of the examples themselves the rules find alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.adapters.content import load
from bot.adapters.red_flag_content import load_content
from bot.adapters.red_flag_examples import FOLDER as EXAMPLES
from bot.adapters.red_flag_examples import ExampleFile
from bot.domain.levels import URGENT
from bot.domain.red_flags import RedFlagScreen
from tests.safety.measure import (
    BLIND_SET,
    CLASSES,
    OPEN_SET,
    Result,
    items,
    outcome,
    screen,
    share,
)


def main() -> None:
    """Prints recall and false alarms of the rules alone and of both readers."""
    print("| set | class | messages | measure | rules | both |")
    print("|---|---|---|---|---|---|")
    rules = RedFlagScreen(load_content())
    for kind in ("emergency", "legevakt"):
        by_register = load(EXAMPLES / f"{kind}.yml", ExampleFile).examples.values()
        texts = [text for register in by_register for texts in register.values() for text in texts]
        found = share(rules.screen(text).level in URGENT for text in texts)
        print(f"| examples | {kind} | {len(texts)} | found | {found:.1%} | learnt from them |")
    for folder in (OPEN_SET, BLIND_SET):
        for name in CLASSES:
            columns = [_measured(name, folder, reader) for reader in (rules, screen())]
            for measure in columns[0]:
                values = " | ".join(f"{column[measure]:.1%}" for column in columns)
                print(f"| {folder} | {name} | {len(items(name, folder))} | {measure} | {values} |")


def _measured(name: str, folder: str, reader: RedFlagScreen) -> dict[str, float]:
    results = [Result(item, outcome(reader.screen(item.text))) for item in items(name, folder)]
    if name in ("emergency", "urgent"):
        return {"found": share(not result.missed for result in results)}
    return {"sent to 113": share(r.false_113 for r in results), **_bothered(results)}


def _bothered(results: Sequence[Result]) -> dict[str, float]:
    return {
        "113 or legevakt": share(result.false_alarm for result in results),
        "asked": share(result.got == "ask" and not result.right for result in results),
    }


if __name__ == "__main__":
    main()
