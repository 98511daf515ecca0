"""`python -m bot import-fest FILE`: takes the codes and groups of medicines from FEST."""

from __future__ import annotations

from pathlib import Path

from bot.adapters.fest import Changes, compare, read_fest, write_products
from bot.adapters.medicine_content import FEST_PATH, load_medicines

#: How many names of each kind of change are shown.
SHOWN = 20


def import_fest(path: str, to: Path = FEST_PATH) -> str:
    """Imports a FEST file and says what changed; raises ContentError where it can't be used."""
    fest = read_fest(Path(path))
    changes = compare(load_medicines().medicines, fest.products)
    write_products(fest, to)
    return report(changes, len(fest.products), fest.fetched_on.isoformat())


def report(changes: Changes, products: int, fetched_on: str) -> str:
    """What an import changed, in lines to read."""
    lines = [f"FEST of {fetched_on}: {products} products."]
    for title, names in (
        ("Changed", changes.changed),
        ("New", changes.added),
        ("Known here, not in this file (kept)", changes.missing),
    ):
        lines.append(f"{title}: {len(names)}")
        lines += [f"  {name}" for name in names[:SHOWN]]
        if len(names) > SHOWN:
            lines.append(f"  ... and {len(names) - SHOWN} more")
    return "\n".join(lines)
