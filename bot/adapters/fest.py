"""Imports FEST, Norway's register of medicines: an XML file in the format M30 from DMP.

Read are the products in `KatLegemiddelMerkevare` that are active: name, ATC code, prescription
group. They are written to a content file beside the hand-made table, which they correct and widen.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from bot.adapters.content import ContentError
from bot.domain.medicines import Group, Medicine, Product

_M30 = "{http://www.kith.no/xmlstds/eresept/m30/2014-12-01}"
_PRESCRIPTION = "{http://www.kith.no/xmlstds/eresept/forskrivning/2014-12-01}"
_ACTIVE = "A"
#: The strictest first: a name that stands in several groups counts as the first of them.
_STRICTNESS: tuple[Group, ...] = ("A", "B", "C")


@dataclass(frozen=True)
class Fest:
    """What a FEST file holds of what the rules need."""

    fetched_on: date
    products: tuple[Product, ...]


@dataclass(frozen=True)
class Changes:
    """How FEST differs from the medicines known before; names in alphabetical order."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]


def read_fest(path: Path) -> Fest:
    """The active products of a FEST file, one for each name.

    Raises ContentError where the file is missing, is no XML, or holds no products in the format
    M30 of 2014-12-01.
    """
    fetched_on: date | None = None
    products: dict[str, Product] = {}
    try:
        # The operator chose the file; expat itself refuses entities that grow without end.
        for _, element in ElementTree.iterparse(path):  # noqa: S314
            if element.tag == f"{_M30}HentetDato":
                fetched_on = date.fromisoformat((element.text or "")[:10])
            elif element.tag == f"{_M30}OppfLegemiddelMerkevare":
                _take(element, products)
                element.clear()  # the real file is some hundred megabytes
    except OSError as error:
        raise ContentError(path, 0, f"It can't be read: {error}.", "Name the FEST file.") from error
    except (ElementTree.ParseError, ValueError) as error:
        raise ContentError(path, 0, f"It is no FEST file: {error}.", "Fetch it again.") from error
    if fetched_on is None or not products:
        raise ContentError(
            path, 0, "It holds no products in FEST's format M30.", "Fetch the M30 file from DMP."
        )
    return Fest(fetched_on, tuple(sorted(products.values(), key=lambda one: one.name.lower())))


def compare(medicines: Iterable[Medicine], products: Iterable[Product]) -> Changes:
    """What importing the products would change."""
    known = {name.lower(): (name, m) for m in medicines for name in m.names}
    imported = {product.name.lower(): product for product in products}
    changed = [
        _change(product, known[key][1])
        for key, product in imported.items()
        if key in known and (known[key][1].atc, known[key][1].group) != (product.atc, product.group)
    ]
    return Changes(
        added=tuple(product.name for key, product in imported.items() if key not in known),
        changed=tuple(changed),
        missing=tuple(sorted(name for key, (name, _) in known.items() if key not in imported)),
    )


def write_products(fest: Fest, path: Path) -> None:
    """Writes the products as a content file."""
    head = {
        "id": "medicines_fest",
        "source": "FEST (M30), Direktoratet for medisinske produkter",
        "fetched_on": fest.fetched_on,
    }
    rows = [[product.name, product.atc, product.group] for product in fest.products]
    lines = ["# Written by `python -m bot import-fest`; not edited by hand."]
    lines.append(yaml.safe_dump(head, allow_unicode=True, sort_keys=False).strip())
    lines.append("products:")
    for row in rows:
        text = yaml.safe_dump(row, allow_unicode=True, default_flow_style=True, width=10_000)
        lines.append(f"- {text.strip()}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _take(entry: ElementTree.Element, products: dict[str, Product]) -> None:
    """Notes the product of one entry, unless it is retired or lacks what the rules need."""
    status = entry.find(f"{_M30}Status")
    drug = entry.find(f"{_PRESCRIPTION}LegemiddelMerkevare")
    if drug is None or status is None or status.get("V") != _ACTIVE:
        return
    atc, group = drug.find(f"{_PRESCRIPTION}Atc"), drug.find(f"{_PRESCRIPTION}Reseptgruppe")
    name = (drug.findtext(f"{_PRESCRIPTION}Varenavn") or "").strip()
    code = atc.get("V") if atc is not None else None
    if not name or not code or group is None:
        return
    product = Product(name, code, _group(group.get("V") or ""))
    earlier = products.get(name.lower())
    if earlier is None or _strictness(product) < _strictness(earlier):
        products[name.lower()] = product


def _group(code: str) -> Group:
    """A and B as they stand; every other code, no prescription too, is no more than C."""
    return "A" if code == "A" else "B" if code == "B" else "C"


def _strictness(product: Product) -> int:
    return _STRICTNESS.index(product.group)


def _change(product: Product, medicine: Medicine) -> str:
    before, now = (f"{m.atc}, group {m.group}" for m in (medicine, product))
    return f"{product.name}: {before} -> {now}"
