"""Importing FEST: what is read from the XML, what it changes, and what is reported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.adapters.content import ContentError
from bot.adapters.fest import compare, read_fest, write_products
from bot.adapters.medicine_content import load_medicines, load_products
from bot.domain.medicines import Product, Register, with_products
from bot.runtime.fest_command import import_fest

SMALL = Path(__file__).parents[1] / "cases" / "fest" / "small.xml"
REGISTER = load_medicines()


def imported() -> Register:
    return Register(
        with_products(REGISTER.medicines, read_fest(SMALL).products), REGISTER.kinds, ("medisin",)
    )


def test_active_products_are_read_with_code_and_group_and_retired_ones_are_not() -> None:
    fest = read_fest(SMALL)
    assert fest.fetched_on == date(2026, 11, 20)
    assert fest.products == (
        Product("Lyrica", "N02BF02", "B"),
        Product("Prøvelin", "V99ZZ01", "C"),
        Product("Prøvelin sterk", "V99ZZ01", "A"),
        Product("Sobril", "N05BA04", "B"),
        Product("Testirizin", "R06AE07", "C"),
        Product("Togruppin", "V99ZZ02", "B"),
    )


def test_what_changes_is_told() -> None:
    changes = compare(REGISTER.medicines, read_fest(SMALL).products)
    assert changes.changed == ("Lyrica: N02BF02, group C -> N02BF02, group B",)
    assert changes.added == ("Prøvelin", "Prøvelin sterk", "Testirizin", "Togruppin")
    assert "Levaxin" in changes.missing
    assert "Sobril" not in changes.missing


def test_a_changed_group_counts_from_then_on() -> None:
    (wanted,) = imported().find("lyrica 75").medicines
    assert (wanted.group, wanted.renewal) == ("B", "excluded")
    (other,) = imported().find("pregabalin").medicines
    assert other.group == "C"


def test_a_new_name_of_a_known_substance_has_its_class() -> None:
    (wanted,) = imported().find("testirizin").medicines
    assert (wanted.atc, wanted.renewal) == ("R06AE07", "ordinary")


def test_a_new_substance_is_known_by_name_but_has_no_class() -> None:
    (wanted,) = imported().find("prøvelin").medicines
    assert (wanted.name, wanted.group, wanted.renewal) == ("Prøvelin", "C", None)


def test_a_new_substance_of_group_a_is_excluded() -> None:
    (wanted,) = imported().find("prøvelin sterk").medicines
    assert (wanted.group, wanted.renewal) == ("A", "excluded")


def test_what_is_not_in_fest_is_kept() -> None:
    (wanted,) = imported().find("levaxin").medicines
    assert wanted.renewal == "ordinary"


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    fest = read_fest(SMALL)
    write_products(fest, tmp_path / "medicines_fest.yml")
    assert load_products(tmp_path / "medicines_fest.yml") == list(fest.products)


def test_the_command_reports_and_writes(tmp_path: Path) -> None:
    said = import_fest(str(SMALL), tmp_path / "medicines_fest.yml")
    assert said.startswith("FEST of 2026-11-20: 6 products.")
    assert "Changed: 1\n  Lyrica: N02BF02, group C -> N02BF02, group B" in said
    assert "more" in said
    assert (tmp_path / "medicines_fest.yml").exists()


@pytest.mark.parametrize(
    "content", ["", "not xml", "<FEST/>", '<FEST xmlns="urn:other"><HentetDato/></FEST>']
)
def test_a_file_that_is_no_fest_is_refused_and_nothing_is_written(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / "bad.xml").write_text(content, encoding="utf-8")
    with pytest.raises(ContentError):
        import_fest(str(tmp_path / "bad.xml"), tmp_path / "out.yml")
    assert not (tmp_path / "out.yml").exists()


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="can't be read"):
        read_fest(tmp_path / "none.xml")
