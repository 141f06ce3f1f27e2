"""What hangs there: title, artist and year of each picture, from manifest.csv where there is
one.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path, PurePath

from livesyn.base.errors import DataError

MANIFEST = "manifest.csv"
FILE_COLUMNS = ("file", "filename", "name", "path")


@dataclass(frozen=True, slots=True)
class Label:
    """The words beside a picture; "" where nothing is known but the title."""

    title: str
    artist: str = ""
    year: str = ""


def labels_in(folder: Path) -> dict[str, Label]:
    """File name -> label, of every row of the folder's manifest.csv; empty where there is none.

    Raises DataError when the manifest cannot be read or has no column for the file.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            rows = [
                {
                    (key or "").strip().lower(): (value or "").strip()
                    for key, value in row.items()
                    if isinstance(value, str)
                }
                for row in csv.DictReader(stream)
            ]
    except (OSError, csv.Error) as error:
        raise DataError(f"{path} cannot be read as a table ({error})") from None
    column = next((name for name in FILE_COLUMNS if rows and name in rows[0]), None)
    if rows and column is None:
        raise DataError(f"{path} has no column 'file'; its columns are: {', '.join(rows[0])}")
    return {
        PurePath(row[column]).name: Label(
            row.get("title") or _spoken(row[column]), row.get("artist", ""), row.get("year", "")
        )
        for row in rows
        if column and row.get(column)
    }


def label_of(file: str, labels: dict[str, Label]) -> Label:
    """The label of the picture in `file`: the manifest's, else its name."""
    return labels.get(file) or Label(_spoken(file))


def _spoken(file: str) -> str:
    return PurePath(file).stem.replace("_", " ").strip() or file
