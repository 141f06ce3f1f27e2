"""What people answered, in SQLite beside the study.

Of a person it stores a random identifier and nothing else.
"""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from livesyn.base.errors import DataError

SEE, HEAR = "see", "hear"  # with the pictures, or by ear alone, groups in their place
SCHEMA = """
CREATE TABLE IF NOT EXISTS persons (
    id TEXT PRIMARY KEY, mode TEXT NOT NULL CHECK (mode IN ('see', 'hear')),
    begun INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS answers (
    person TEXT NOT NULL REFERENCES persons (id), task INTEGER NOT NULL,
    choice INTEGER NOT NULL, place INTEGER NOT NULL, plays INTEGER NOT NULL,
    PRIMARY KEY (person, task)) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Person:
    """One person and how far they are: `begun` once the examples are behind them; `choices`
    are the classes they chose, `places` where on the page those stood, task by task."""

    id: str
    mode: str
    begun: bool
    choices: tuple[int, ...]
    places: tuple[int, ...]


class Answers:
    """The answers to one study. Used from one thread.

    Raises DataError when the file cannot be written or is no SQLite.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._base = sqlite3.connect(path, timeout=5, isolation_level=None)
            self._base.executescript(SCHEMA)
        except sqlite3.Error as error:
            raise DataError(
                f"the answers in {path} cannot be kept ({error}); see that the folder can be"
                " written to and that the file is whole"
            ) from None

    def close(self) -> None:
        self._base.close()

    def enter(self, mode: str) -> str:
        """A new person's word."""
        word = secrets.token_urlsafe(16)
        self._base.execute("INSERT INTO persons (id, mode) VALUES (?, ?)", (word, mode))
        return word

    def person(self, word: str) -> Person | None:
        """The person with that word, or None."""
        row = self._base.execute(
            "SELECT id, mode, begun FROM persons WHERE id = ?", (word,)
        ).fetchone()
        return None if row is None else self._whole(row)

    def people(self) -> list[Person]:
        """Everyone, in the order of their words."""
        return [
            self._whole(row)
            for row in self._base.execute(
                "SELECT id, mode, begun FROM persons ORDER BY id"
            ).fetchall()
        ]

    def _whole(self, row: tuple[str, str, int]) -> Person:
        given = self._base.execute(
            "SELECT choice, place FROM answers WHERE person = ? ORDER BY task", (row[0],)
        ).fetchall()
        return Person(
            row[0],
            row[1],
            bool(row[2]),
            tuple(choice for choice, _ in given),
            tuple(place for _, place in given),
        )

    def begin(self, word: str) -> None:
        """The person has finished the examples; there is no way back to them."""
        self._base.execute("UPDATE persons SET begun = 1 WHERE id = ?", (word,))

    def add(self, word: str, task: int, choice: int, place: int, plays: int) -> bool:
        """Keep an answer, if `task` (from 0) is the one this person is at; else nothing is
        kept and it says False: there is no way back, and none ahead."""
        done = self._base.execute(
            "INSERT INTO answers (person, task, choice, place, plays) SELECT ?, ?, ?, ?, ? WHERE"
            " (SELECT count(*) FROM answers WHERE person = ?) = ? AND (SELECT begun FROM persons"
            " WHERE id = ?) = 1",
            (word, task, choice, place, plays, word, task, word),
        )
        return done.rowcount == 1
