"""The register of medicines: how names are found, and what stands in it."""

from __future__ import annotations

import pytest

from bot.adapters.medicine_content import load_medicines
from bot.domain.medicines import Medicine, MedicineKind, Register

REGISTER = load_medicines()


def found(text: str) -> tuple[str, str | None, str | None]:
    """Name, group and class of the one medicine in a text."""
    (wanted,) = REGISTER.find(text).medicines
    return wanted.name, wanted.group, wanted.renewal


@pytest.mark.parametrize(
    ("text", "name", "group", "renewal"),
    [
        ("sobrill 15", "Sobril", "B", "excluded"),
        ("paralgin forte", "Paralgin forte", "B", "excluded"),
        ("parallgin fort", "Paralgin forte", "B", "excluded"),
        ("Imovanen min er tom", "Imovane", "B", "excluded"),
        ("stillnoct", "Stilnoct", "B", "excluded"),
        ("ritallin", "Ritalin", "A", "excluded"),
        ("oxycontin 10 mg", "OxyContin", "A", "excluded"),
        ("lyrika", "Lyrica", "C", "excluded"),
        ("gapapentin", "gabapentin", "C", "excluded"),
        ("penicilin", "Penicillin", "C", "course"),
        ("Apocillin 660", "Apocillin", "C", "course"),
        ("metotrexat", "metotreksat", "C", "specialist"),
        ("Marevan", "Marevan", "C", "examination"),
        ("ozempik", "Ozempic", "C", "examination"),
        ("levaksin", "Levaxin", "C", "ordinary"),
        ("Imigran nesespray", "Imigran", "C", "ordinary"),
        ("ventolinen", "Ventoline", "C", "ordinary"),
        ("zyrtec-tablettene", "Zyrtec", "C", "ordinary"),
        ("sertralinn", "sertralin", "C", "ordinary"),
        ("zopiclone", "zopiklon", "B", "excluded"),
        ("eg treng meir Symbikort", "Symbicort", "C", "ordinary"),
        ("æ e tom førr Cerazett", "Cerazette", "C", "ordinary"),
        ("få Zoloft-resepten min forlenget", "Zoloft", "C", "ordinary"),
        ("selozok", "Selo-Zok", "C", "ordinary"),
    ],
)
def test_a_name_is_found_with_typos_sound_spelling_endings_and_dialect(
    text: str, name: str, group: str, renewal: str
) -> None:
    assert found(text) == (name, group, renewal)


@pytest.mark.parametrize(
    ("text", "kind", "group", "renewal"),
    [
        ("p-piller", "p-piller", "C", "ordinary"),
        ("æ e tom førr p-pilla", "p-piller", "C", "ordinary"),
        ("blodtrykksmedisinen min", "blodtrykksmedisin", "C", "ordinary"),
        ("trenger antibiotika", "antibiotika", "C", "course"),
        ("noe beroligende til flyturen", "beroligende", None, None),
        ("adhd-medisin", "ADHD-medisin", None, None),
        ("eg treng noko å sove på", "sovemedisin", None, None),
        ("insulinen", "insulin", "C", "examination"),
    ],
)
def test_a_kind_has_a_class_only_where_all_its_medicines_are_alike(
    text: str, kind: str, group: str | None, renewal: str | None
) -> None:
    assert found(text) == (kind, group, renewal)


@pytest.mark.parametrize("text", ["Cozar", "kozaar"])
def test_a_whole_name_is_nearer_than_the_beginning_of_a_longer_one(text: str) -> None:
    assert found(text)[0] == "Cozaar"


def test_two_unlike_medicines_about_as_near_are_both_offered() -> None:
    alternatives = REGISTER.find("pepidin").alternatives
    assert set(alternatives) == {"petidin", "Pepcidin"}


@pytest.mark.parametrize(
    "text",
    [
        "den hvite pillen",
        "medisinen min",
        "mobilen min virker ikke",
        "det koster mange kroner",
        "Blåfjellin forte",
        "resept",
        "noe sterkere enn Paracet",
    ],
)
def test_what_is_no_medicine_is_not_taken_for_one(text: str) -> None:
    assert REGISTER.find(text).medicines == ()


def test_two_medicines_are_found_one_by_one() -> None:
    names = [wanted.name for wanted in REGISTER.find("Levaxin og Zyrtec").medicines]
    assert names == ["Levaxin", "Zyrtec"]


def test_a_kind_joined_to_a_name_is_a_second_medicine() -> None:
    assert len(REGISTER.find("Levaxin og p-piller").medicines) == 2


def test_a_kind_that_tells_what_the_name_is_is_no_second_medicine() -> None:
    assert found("blodtrykksmedisinen Cozaar og ikke noe annet")[0] == "Cozaar"
    assert [w.name for w in REGISTER.find("Imigran nesespray og Zyrtec").medicines] == [
        "Imigran",
        "Zyrtec",
    ]


def test_strength_and_form_are_kept() -> None:
    (wanted,) = REGISTER.find("Levaxin 100 mikrogram tabletter takk").medicines
    assert wanted.detail == "100 mikrogram tabletter"
    (half,) = REGISTER.find("Imovane 7,5 mg").medicines
    assert half.detail == "7,5 mg"


def test_the_register_holds_at_least_four_hundred_names_each_with_its_basis() -> None:
    names = {
        name.lower()
        for medicine in REGISTER.medicines
        for name in (medicine.substance, *medicine.brands)
    }
    assert len(names) >= 400
    assert all(medicine.basis for medicine in REGISTER.medicines)


def test_every_name_in_the_register_is_found_as_itself() -> None:
    for medicine in REGISTER.medicines:
        for name in (medicine.substance, *medicine.brands):
            assert [w.atc for w in REGISTER.find(name).medicines] == [medicine.atc], name


def test_groups_a_and_b_are_never_in_a_class_that_is_renewed() -> None:
    for medicine in REGISTER.medicines:
        if medicine.group in ("A", "B"):
            assert medicine.renewal == "excluded", medicine.substance


def test_a_kind_of_medicines_in_different_groups_has_no_group() -> None:
    register = Register(
        [
            Medicine("sovina", (), "N05CF99", "B", "excluded", "made up"),
            Medicine("døsin", (), "N05CH99", "C", "ordinary", "made up"),
        ],
        [MedicineKind("sovemedisin", ("sovemedisin*",), ("N05C",))],
    )
    (wanted,) = register.find("sovemedisiner").medicines
    assert (wanted.group, wanted.renewal) == (None, None)
