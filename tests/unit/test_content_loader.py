"""Content files are read strictly: what does not fit is refused with file, line and mend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from bot.adapters.content import ContentError, load, load_folder


@dataclass(frozen=True)
class Row:
    name: str
    limit: int | None = None


@dataclass(frozen=True)
class Page:
    id: str
    reviewed_on: date
    rows: tuple[Row, ...] = ()


def write(folder: Path, text: str, name: str = "page.yml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_becomes_the_dataclass(tmp_path: Path) -> None:
    path = write(tmp_path, "id: page\nreviewed_on: 2026-11-23\nrows:\n- {name: no, limit: 3}\n")
    assert load(path, Page) == Page("page", date(2026, 11, 23), (Row("no", 3),))


def test_words_that_other_readers_take_for_booleans_and_times_stay_words(tmp_path: Path) -> None:
    path = write(tmp_path, 'id: page\nreviewed_on: 2026-11-23\nrows:\n- name: no\n- name: 10:30\n')
    assert [row.name for row in load(path, Page).rows] == ["no", "10:30"]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("id: page\nreviewed_on: 2026-11-23\nrows:\n- name: a\n  limit: mye\n", 5, "limit"),
        ("id: page\nreviewed_on: 2026-11-23\nrows:\n- nam: a\n", 4, "nam"),
        ("id: page\nreviewed_on: someday\n", 2, "reviewed_on"),
        ("id: page\n", 1, "reviewed_on"),
        ("id: page\nreviewed_on: 2026-11-23\nextra: 1\n", 1, "extra"),
        ("id: page\nid: page\nreviewed_on: 2026-11-23\n", 1, "twice"),
        ("id: [\n", 2, "YAML"),
        ("- a\n", 1, "mapping"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ContentError) as refused:
        load(path, Page)
    assert refused.value.line == line
    assert says in refused.value.problem
    assert str(path) in str(refused.value)
    assert "Mend:" in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="can't be read"):
        load(tmp_path / "none.yml", Page)


def test_a_folder_is_read_by_id_and_the_id_is_the_file_name(tmp_path: Path) -> None:
    write(tmp_path, "id: page\nreviewed_on: 2026-11-23\n")
    assert set(load_folder(tmp_path, Page)) == {"page"}
    write(tmp_path, "id: other\nreviewed_on: 2026-11-23\n", "wrong.yml")
    with pytest.raises(ContentError, match="Make them the same"):
        load_folder(tmp_path, Page)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="No content file"):
        load_folder(tmp_path, Page)
