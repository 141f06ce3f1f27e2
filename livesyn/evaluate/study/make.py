"""`livesyn study make`: a folder with everything that a listening study needs. (SynVAE thesis,
section 5.3.)
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from livesyn.base.errors import ConfigError
from livesyn.base.types import Note
from livesyn.evaluate.study import collection, folder
from livesyn.evaluate.study.collection import TEMPERATURE, Found, Request
from livesyn.evaluate.study.design import CLASSES, draw
from livesyn.evaluate.study.folder import Piece, Question, Study
from livesyn.music import midi_file
from livesyn.music import vocabulary as v

BPM = 120.0  # two bars are the four seconds of the thesis (section 8.1)
LENGTH_BEATS = float(v.BARS * v.BEATS_PER_BAR)
SHOWN = 288  # pixels a picture is made to measure, where it is smaller


def make(request: Request, out: Path) -> Study:
    """Write the study that `request` asks for into the folder `out`, and return it.

    The same request gives the same bytes. Raises ConfigError when `out` holds answers already,
    and what `collection.find` raises.
    """
    if (out / folder.ANSWERS).exists():
        raise ConfigError(f"{out} holds people's answers already; name another folder")
    if out.exists() and not out.is_dir():
        raise ConfigError(f"{out} is a file; name a folder")
    found = collection.find(request)
    music = collection.play(found, request.seed)
    study = study_of(found, request, music)
    (out / "pictures").mkdir(parents=True, exist_ok=True)
    (out / "music").mkdir(exist_ok=True)
    for place, name in enumerate(_names(len(music), request.seed)):
        _write_picture(
            found.pictures.images[place], found.pictures.binarise, folder.picture(out, name)
        )
        midi_file.save(
            midi_file.midi_file({"melody": music[place]}, BPM, LENGTH_BEATS),
            folder.music(out, name),
        )
    folder.write(out, study)
    return study


def study_of(found: Found, request: Request, music: Sequence[Sequence[Note]]) -> Study:
    """The study drawn from a cast by `request.seed`; `music` is that of each of its pictures."""
    size, cast = request.size, found.cast
    drawn = draw(size, np.random.default_rng(request.seed))
    names = _names(len(music), request.seed)
    pieces = [
        Piece(
            name,
            place // size.per_class,
            found.pictures.names[place],
            round(float(cast.to_mean.ravel()[place]), 4),
            tuple((n.start_beats, n.duration_beats, n.pitch, n.velocity) for n in music[place]),
        )
        for place, name in enumerate(names)
    ]
    questions = [
        Question(
            tuple(names[place] for place in task.options),
            task.truth,
            round(nearest_other(found.space[list(task.options)], task.truth), 4),
        )
        for task in drawn.tasks
    ]
    return Study(
        model=Path(request.model).name,
        visual=Path(request.visual).name if request.visual else "",
        data=request.data.name,
        split=found.split.name,
        trained_on=found.split.trained_on,
        labels=found.labels,
        seed=request.seed,
        bpm=BPM,
        length_beats=LENGTH_BEATS,
        temperature=TEMPERATURE,
        classes=cast.classes,
        between=tuple(tuple(round(float(x), 4) for x in row) for row in cast.between),
        cumulative_distance=round(cast.cumulative_distance, 4),
        examples=tuple(tuple(names[place] for place in group) for group in drawn.examples),
        questions=tuple(questions),
        pieces={piece.id: piece for piece in sorted(pieces, key=lambda piece: piece.id)},
    )


def nearest_other(places: np.ndarray, truth: int) -> float:
    """How far the true option lies from the nearer of the others: (3, D) -> a distance."""
    others = [c for c in range(CLASSES) if c != truth]
    return float(np.linalg.norm(places[others] - places[truth], axis=1).min())


def _names(count: int, seed: int) -> list[str]:
    """A name for each piece, in an order that tells nothing."""
    return [f"p{number + 1:02d}" for number in np.random.default_rng((seed, 1)).permutation(count)]


def _write_picture(pixels: np.ndarray, binarise: bool, path: Path) -> None:
    """The centred square that the net sees, (H, W, C) uint8, as a PNG large enough to look at."""
    from PIL import Image

    side = min(pixels.shape[:2])
    top, left = (pixels.shape[0] - side) // 2, (pixels.shape[1] - side) // 2
    square = pixels[top : top + side, left : left + side]
    if binarise:
        square = np.where(square >= 128, 255, 0).astype(np.uint8)
    picture = Image.fromarray(square.squeeze(-1) if square.shape[2] == 1 else square)
    if side < SHOWN:
        scale = -(-SHOWN // side)
        picture = picture.resize(
            (side * scale, side * scale),
            Image.Resampling.NEAREST if side < 48 else Image.Resampling.LANCZOS,
        )
    picture.save(path)
