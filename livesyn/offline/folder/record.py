"""translate.json: which pictures are done, and with which settings. Written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from livesyn.base import params
from livesyn.base.errors import DataError
from livesyn.base.text_file import read_json

NAME = "translate.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the music of a picture depends on, but for the picture. `weights` tells one
    checkpoint from another of the same name.
    """

    model: str
    weights: str
    seed: int
    bars: int
    values: Mapping[str, float]

    def other(self, then: Settings) -> list[str]:
        """In words, where `then` is another; the name of the model is no difference."""
        both = params.defaults() | dict(then.values), params.defaults() | dict(self.values)
        words = [
            f"{name} {old}, now {new}"
            for name, old, new in (("seed", then.seed, self.seed), ("bars", then.bars, self.bars))
            if old != new
        ]
        if then.weights != self.weights:
            words.insert(
                0,
                (
                    f"model {then.model}, now {self.model}"
                    if then.model != self.model
                    else f"the weights of {self.model} have changed"
                ),
            )
        return words + [
            f"{name} {both[0].get(name, 'unknown'):g}, now {both[1][name]:g}"
            for name in both[1]
            if both[0].get(name) != both[1][name]
        ]


@dataclass
class Record:
    """`done` maps the name of what was written to its picture: file, size in bytes, time of change
    in ns.
    """

    path: Path
    settings: Settings
    done: dict[str, tuple[str, int, int]] = field(default_factory=dict)

    def save(self) -> None:
        """Replace the file."""
        said = {
            "model": self.settings.model,
            "weights": self.settings.weights,
            "seed": self.settings.seed,
            "bars": self.settings.bars,
            "params": dict(self.settings.values),
        }
        write_whole(
            self.path, json.dumps({"format": FORMAT, "settings": said, "done": self.done}, indent=1)
        )


def open_record(out: Path, settings: Settings, again: bool) -> Record:
    """The record in the folder `out`, an empty one where there is none or all is wanted `again`.

    Raises DataError with a sentence when it is damaged, or was made with other settings.
    """
    path = out / NAME
    if again or not path.exists():
        return Record(path, settings)
    try:
        held: dict[str, Any] = read_json(path)
        if held["format"] != FORMAT:
            raise ValueError(f"format {held['format']}")
        said = held["settings"]
        then = Settings(
            str(said["model"]),
            str(said["weights"]),
            int(said["seed"]),
            int(said["bars"]),
            {str(k): float(v) for k, v in said["params"].items()},
        )
        done = {
            str(name): (str(file), int(size), int(time_ns))
            for name, (file, size, time_ns) in held["done"].items()
        }
    except (DataError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{path} is damaged ({type(error).__name__}: {error}); say --again to make everything"
            " anew, or give another folder with -o"
        ) from None
    if words := settings.other(then):
        raise DataError(
            f"{out} holds music made otherwise ({'; '.join(words)}); give another folder with -o,"
            " the settings it was made with, or --again to make everything anew"
        )
    return Record(path, settings, done)


def weights_of(checkpoint: Path) -> str:
    """What tells the checkpoint in a folder from any other."""
    digest = hashlib.sha256()
    for path in sorted(
        path
        for path in checkpoint.iterdir()
        if path.suffix in (".json", ".safetensors") and path.name != "metrics.json"
    ):
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]


def write_whole(path: Path, text: str) -> None:
    """Write `text`, or leave the file as it was."""
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
