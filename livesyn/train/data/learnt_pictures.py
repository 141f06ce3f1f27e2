"""Which pictures a checkpoint was trained on or chosen by, kept beside it, so that no figure is
taken of them.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from livesyn.base import models
from livesyn.base.errors import CheckpointError, ConfigError
from livesyn.nets import checkpoint
from livesyn.train.data.pictures import Pictures, Source, load

LEARNT = "learnt.npy"  # beside a checkpoint


def trained_with(name: str) -> dict[str, Any]:
    """The fields of `Source` by which checkpoint `name` had its pictures split."""
    settings = checkpoint.training_of(name)
    said: dict[str, Any] = {
        key: settings[key] for key in ("held_out", "valid", "binarise") if key in settings
    }
    return {"rights": tuple(filter(None, settings.get("rights", "").split("|"))), **said}


def digests(pictures: Pictures) -> np.ndarray:
    """What tells each picture from any other, whatever it and its set are called: (N,) uint64."""
    return np.array(
        [
            int.from_bytes(
                hashlib.blake2b(
                    bytes(str(image.shape), "ascii") + np.ascontiguousarray(image).tobytes(),
                    digest_size=8,
                ).digest(),
                "big",
            )
            for image in pictures.images
        ],
        np.uint64,
    )


def keep_learnt(folder: Path, splits: dict[str, Pictures], *starts: str) -> None:
    """Write beside a checkpoint which pictures it was trained on or chosen by, and those of the
    checkpoints it started from.
    """
    own = [digests(splits["train"]), digests(splits["valid"])]
    np.save(
        folder / LEARNT,
        np.unique(
            np.concatenate(
                own + [known for start in starts if start and (known := learnt(start)) is not None]
            )
        ),
    )


def learnt(name: str) -> np.ndarray | None:
    """The `digests` of what checkpoint `name` was trained on or chosen by; None where it does not
    tell.
    """
    path = checkpoint.find(name) / LEARNT
    try:
        found: np.ndarray = np.load(path, allow_pickle=False)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise CheckpointError(
            f"{path} cannot be read ({error}); {models.fetch_again(path.parent)}"
        ) from None
    return found


def check_unseen(name: str, path: Path, source: Source, splits: dict[str, Pictures]) -> None:
    """Raise ConfigError where the test split of the set at `path` holds pictures that checkpoint
    `name` was trained on or chosen by. One that does not tell its pictures is asked for its
    settings: a set of another name is then taken to be another set.
    """
    theirs = replace(source, **{**trained_with(name), "binarise": source.binarise})
    if (known := learnt(name)) is not None:
        common = int(np.isin(digests(splits["test"]), known).sum())
    elif (
        theirs == source
        or PurePosixPath(str(checkpoint.training_of(name).get("data", ""))).name != path.name
    ):
        return
    else:
        there = load(path, theirs)
        common = len({*there["train"].names, *there["valid"].names} & set(splits["test"].names))
    if common:
        said = (
            ("held-out", source.held_out, theirs.held_out),
            ("valid", source.valid, theirs.valid),
            ("rights", "|".join(source.rights), "|".join(theirs.rights)),
        )
        how = ", ".join(f"{what} {was!r}" for what, now, was in said if now != was)
        raise ConfigError(
            f"{name} was trained on {common} of the {len(splits['test'])} pictures that would be"
            " held out here, so figures on them would say nothing; split them as it did"
            + (f": {how}" if how else ", or take other pictures")
        )
