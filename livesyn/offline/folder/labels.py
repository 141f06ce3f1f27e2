"""Title, artist and year of each picture, from manifest.csv where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath

from livesyn.base import tables


@dataclass(frozen=True, slots=True)
class Label:
    """The caption of a picture; "" where nothing is known but the title."""

    title: str
    artist: str = ""
    year: str = ""


def labels_in(folder: Path) -> dict[str, Label]:
    """File name in plain spelling -> label, of every row of the folder's manifest.csv; empty
    where there is none.

    Raises DataError when the manifest cannot be read or has no column for the file.
    """
    path = tables.find(folder)
    if path is None:
        return {}
    table = tables.read(path)
    if not table.rows:
        return {}
    column = table.column(tables.FILE_COLUMNS)
    return {
        _key(row[column]): Label(
            row.get("title") or _spoken(row[column]), row.get("artist", ""), row.get("year", "")
        )
        for row in table.rows
        if row[column]
    }


def label_of(file: str, labels: dict[str, Label]) -> Label:
    """The label of the picture in `file`: the manifest's, else its name."""
    return labels.get(_key(file)) or Label(_spoken(file))


def _key(file: str) -> str:
    return tables.plain(tables.last_part(file))


def _spoken(file: str) -> str:
    return PurePath(tables.last_part(file)).stem.replace("_", " ").strip() or file
