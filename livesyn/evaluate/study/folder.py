"""A study on disk: one folder that holds all of it. study.json, pictures/ID.png, music/ID.mid.

The names of pictures and music are drawn, so that they tell nothing of the classes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from livesyn.base.errors import DataError
from livesyn.base.text_file import read_json

FILE, ANSWERS = "study.json", "answers.sqlite"
FORMAT = 1


@dataclass(frozen=True)
class Piece:
    """A picture and its music. `label` 0, 1 or 2 counts into the study's classes; `to_mean` is
    its distance from its class mean in the visual space; `notes` are rows of start and
    duration in beats, pitch and velocity."""

    id: str
    label: int
    name: str
    to_mean: float
    notes: tuple[tuple[float, float, int, int], ...]


@dataclass(frozen=True)
class Question:
    """A task: `options[c]` is the id of the picture of class c, `truth` the class that sounds.
    `distance` is how far, in the visual space, the true picture lies from the nearer of the others.
    """

    options: tuple[str, ...]
    truth: int
    distance: float


@dataclass(frozen=True)
class Study:
    """All that a study is. `split` says of which pictures it was made, `trained_on` whether the
    model was trained on some of them; `between` are the distances of the class means."""

    model: str
    visual: str
    data: str
    split: str
    trained_on: bool
    labels: str
    seed: int
    bpm: float
    length_beats: float
    temperature: float
    classes: tuple[str, ...]
    between: tuple[tuple[float, ...], ...]
    cumulative_distance: float
    examples: tuple[tuple[str, ...], ...]
    questions: tuple[Question, ...]
    pieces: dict[str, Piece]


def write(folder: Path, study: Study) -> None:
    """Write study.json into `folder`, whole or not at all."""
    values = asdict(study) | {
        "format": FORMAT,
        "pieces": [asdict(piece) for piece in study.pieces.values()],
    }
    write_json(folder / FILE, values)


def write_json(path: Path, values: object) -> None:
    """Write `values` as JSON, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(path)


def read(folder: Path) -> Study:
    """The study in `folder`. Raises DataError when there is none, or it is damaged."""
    path = folder / FILE
    if not path.is_file():
        raise DataError(
            f"{folder} is not the folder of a study, it has no {FILE}; make one with: livesyn study"
            " make"
        )
    try:
        values: dict[str, Any] = read_json(path)
        if values.pop("format") != FORMAT:
            raise DataError(
                f"{path} is of another format than {FORMAT}, which this livesyn reads; make the"
                " study again"
            )
        pieces = [
            Piece(
                **row
                | {
                    "notes": tuple(
                        (float(a), float(b), int(c), int(d)) for a, b, c, d in row["notes"]
                    )
                }
            )
            for row in values["pieces"]
        ]
        questions = tuple(
            Question(tuple(row["options"]), int(row["truth"]), float(row["distance"]))
            for row in values["questions"]
        )
        study = Study(
            **values
            | {
                "pieces": {piece.id: piece for piece in pieces},
                "questions": questions,
                "classes": tuple(values["classes"]),
                "between": tuple(map(tuple, values["between"])),
                "examples": tuple(map(tuple, values["examples"])),
            }
        )
        named = [
            name for three in (*study.examples, *(q.options for q in questions)) for name in three
        ]
        if (
            not questions
            or any(name not in study.pieces for name in named)
            or any(not 0 <= q.truth < len(q.options) == len(study.classes) for q in questions)
        ):
            raise ValueError("a task names what is not there")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path} is damaged ({error}); make the study again") from None
    return study


def picture(folder: Path, name: str) -> Path:
    """Where the picture called `name` lies."""
    return folder / "pictures" / f"{name}.png"


def music(folder: Path, name: str) -> Path:
    """Where its music lies."""
    return folder / "music" / f"{name}.mid"
