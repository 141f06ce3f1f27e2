"""Tables as spreadsheets save them: values between commas, semicolons, tabs or bars, in any
encoding that `text_file` knows. And the files that such a table names, whatever machine it was
made on. Standard library only.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from livesyn.base.errors import DataError
from livesyn.base.text_file import read_text

MANIFESTS = ("manifest.csv", "manifest.tsv", "manifest.txt")
FILE_COLUMNS = ("file", "filename", "file_name", "name", "path")
SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Table:
    """The rows of a table: each has every column, "" where nothing stands; cells are stripped. A
    column's name is in small letters, with `_` between its words.
    """

    path: Path
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]

    def column(self, names: Sequence[str]) -> str:
        """The first of `names` that is a column. Raises DataError where none is."""
        for name in names:
            if name in self.columns:
                return name
        raise DataError(
            f"{self.path} has no column {names[0]!r}; its columns are:"
            f" {', '.join(self.columns) or 'none'}"
        )


def find(folder: Path) -> Path | None:
    """The manifest of a folder, however its name is written; None where it has none."""
    try:
        named = [path for path in folder.iterdir() if path.name.lower() in MANIFESTS]
    except OSError:
        return None
    order = sorted(named, key=lambda path: (MANIFESTS.index(path.name.lower()), path.name))
    return next((path for path in order if path.is_file()), None)


def read(path: Path) -> Table:
    """The table in the file at `path`: its first line that is not empty names the columns. Lines
    that are empty, and rows that stand there already, are left out.

    Raises DataError when it cannot be read.
    """
    text = read_text(path).lstrip("\n")
    separator = ""
    if text[:4].lower() == "sep=":  # Excel's own first line
        first, _, text = text.partition("\n")
        separator = first[4:5]
    try:
        lines = csv.reader(
            io.StringIO(text, newline=""), delimiter=separator or _separator(text), strict=False
        )
        cells = [[cell.strip() for cell in line] for line in lines]
    except csv.Error as error:
        raise DataError(f"{path} cannot be read as a table ({error})") from None
    cells = [line for line in cells if any(line)]
    names = [column_name(name) for name in cells[0]] if cells else []
    rows: dict[tuple[str, ...], Mapping[str, str]] = {}
    for line in cells[1:]:
        padded = (*line, *[""] * (len(names) - len(line)))[: len(names)]
        row: dict[str, str] = {}
        for name, cell in zip(names, padded, strict=True):
            if name:
                row.setdefault(name, cell)
        rows.setdefault(padded, row)
    return Table(path, tuple(dict.fromkeys(filter(None, names))), tuple(rows.values()))


def _separator(text: str) -> str:
    """The separator of the columns: the most frequent of the known ones outside of quotes."""
    head = next((line for line in text.split("\n") if line.strip()), "")
    bare = "".join(head.split('"')[::2])
    return max(SEPARATORS, key=bare.count)


def column_name(cell: str) -> str:
    """How a column's name is written here: "File name" is "file_name"."""
    return "_".join(
        unicodedata.normalize("NFC", cell).strip("\ufeff").lower().replace("-", " ").split()
    )


def plain(name: str) -> str:
    """A file's name or path, by which two spellings of one are the same: composed letters, slashes
    and no case.
    """
    return unicodedata.normalize("NFC", name).replace("\\", "/").casefold()


def last_part(name: str) -> str:
    """The name of a file without its folders, which another system may have written."""
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2]


class NamedFiles:
    """The files below a folder, by the names that a table has for them. The folder is looked
    through when a name is not found as it stands.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, Path] | None = None

    def find(self, name: str) -> Path:
        """The file called `name`: as it stands; else with other letters composed, other slashes or
        another case; else, of a path on another machine, as much of its end as is here. Where there
        is none, `name` as it stands.
        """
        exact = self.folder / name
        try:
            if exact.is_file():
                return exact
        except (OSError, ValueError):  # a name that no file can have
            return self.folder / "".join(c if c.isprintable() else "?" for c in name)[:200]
        if self._known is None:
            self._known = {
                plain(path.relative_to(self.folder).as_posix()): path
                for path in sorted(self.folder.rglob("*"))
                if path.is_file()
            }
        parts = [part for part in plain(name).split("/") if part not in ("", ".")]
        for i in range(len(parts)):
            if found := self._known.get("/".join(parts[i:])):
                return found
        return exact
