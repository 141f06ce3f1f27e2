"""Tables as spreadsheets save them, and the files that they name."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from livesyn.base import tables
from livesyn.base.errors import DataError

ROWS = [
    {"file": "a.jpg", "title": "Die, große; Stadt\nam Fluß", "year": "1911"},
    {"file": "b.jpg", "title": 'a "quoted" one', "year": ""},
]


def write(path: Path, separator: str, ends: str, encoding: str, first: str = "") -> Path:
    def cell(text: str) -> str:
        quoted = any(c in text for c in '",;\t|\n')
        return '"' + text.replace('"', '""') + '"' if quoted else text

    lines = [separator.join(ROWS[0]), *(separator.join(map(cell, r.values())) for r in ROWS)]
    path.write_bytes((first + ends.join(lines) + ends).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_spelling_gives_the_same_rows(
    separator: str, ends: str, encoding: str, tmp_path: Path
) -> None:
    table = tables.read(write(tmp_path / "m.csv", separator, ends, encoding))
    assert list(table.rows) == ROWS and table.columns == ("file", "title", "year")


def test_excels_own_first_line_names_the_separator(tmp_path: Path) -> None:
    path = write(tmp_path / "m.csv", ";", "\r\n", "utf-16", "sep=;\r\n")
    assert list(tables.read(path).rows) == ROWS


def read(tmp_path: Path, text: str) -> tables.Table:
    (tmp_path / "m.csv").write_text(text, encoding="utf-8")
    return tables.read(tmp_path / "m.csv")


def test_columns_are_known_in_any_case_and_with_spaces(tmp_path: Path) -> None:
    table = read(tmp_path, "\n File Name , TITLE,,Year-made,Year-made\na.jpg, x ,y,1,2\n")
    assert table.columns == ("file_name", "title", "year_made")
    assert table.rows == ({"file_name": "a.jpg", "title": "x", "year_made": "1"},)
    assert table.column(tables.FILE_COLUMNS) == "file_name"
    with pytest.raises(DataError, match="no column 'era'; its columns are: file_name, title"):
        table.column(("era",))


def test_empty_lines_double_rows_and_ragged_ones(tmp_path: Path) -> None:
    table = read(tmp_path, "file,title\n\na.jpg\na.jpg,\n,,,\nb.jpg,x,more\nb.jpg,x,more\n  \n")
    assert [tuple(row.values()) for row in table.rows] == [("a.jpg", ""), ("b.jpg", "x")]


def test_one_column_and_nothing_at_all(tmp_path: Path) -> None:
    assert read(tmp_path, "file\na.jpg\n").rows == ({"file": "a.jpg"},)
    assert read(tmp_path, "").rows == () == read(tmp_path, "").columns


def test_a_cell_without_end_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read as a table") as caught:
        read(tmp_path, 'file\n"' + "x" * 200_000)
    assert "\n" not in str(caught.value)


def test_the_manifest_is_found_in_any_case(tmp_path: Path) -> None:
    assert tables.find(tmp_path) is None and tables.find(tmp_path / "none") is None
    (tmp_path / "Manifest.CSV").write_text("file\n")
    assert tables.find(tmp_path) == tmp_path / "Manifest.CSV"
    (tmp_path / "manifest.tsv").write_text("file\n")
    assert tables.find(tmp_path) == tmp_path / "Manifest.CSV"
    (tmp_path / "Manifest.CSV").unlink()
    assert tables.find(tmp_path) == tmp_path / "manifest.tsv"


def test_files_are_found_by_the_names_that_other_machines_give(tmp_path: Path) -> None:
    composed = unicodedata.normalize("NFC", "Dürer.jpg")
    split = unicodedata.normalize("NFD", "Vermeer é.jpg")
    (tmp_path / "Old").mkdir()
    for name in (composed, split, "Old/a.JPG", "c.jpg"):
        (tmp_path / name).write_bytes(b"x")
    files = tables.NamedFiles(tmp_path)
    for name, there in (
        ("c.jpg", "c.jpg"),
        ("./c.jpg", "c.jpg"),
        (unicodedata.normalize("NFD", composed), composed),
        (unicodedata.normalize("NFC", split), split),
        ("Old\\a.JPG", "Old/a.JPG"),
        ("old/A.jpg", "Old/a.JPG"),
        ("C:\\Users\\me\\Pictures\\Old\\a.jpg", "Old/a.JPG"),
        ("/home/me/pictures/c.jpg", "c.jpg"),
        (str(tmp_path / "c.jpg"), "c.jpg"),
    ):
        assert files.find(name) == tmp_path / there or files.find(name).samefile(tmp_path / there)
    for name in ("none.jpg", "", "x" * 5000, "a\0b"):
        assert not files.find(name).is_file()
