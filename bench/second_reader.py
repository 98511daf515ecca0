"""The red-flag screen with and without its second reader: `python -m bench.second_reader`.

On the open and the blind set of `tests/safety`, neither of which the reader has learnt from.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.adapters.red_flag_content import load_content
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
