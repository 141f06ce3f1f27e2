"""The files of a checkpoint, without torch: where it lies, what its config says, what tells its
weights from others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeGuard

from livesyn.base import models
from livesyn.base.errors import CheckpointError, DataError
from livesyn.base.text_file import read_json

FORMAT = 1
LARGEST = 1 << 16  # number in the sizes of a net
COUNTS = ("layers", "blocks")  # sizes that say how often a net repeats a module


def find(name: str, kind: str | None = None) -> Path:
    """The folder of checkpoint `name`: a path, or a name (see `livesyn.base.models`)."""
    folder = models.folder_of(name)
    if folder is None:
        raise models.absent(name, kind)
    return folder


def fingerprint(name: str) -> str:
    """What tells the weights of checkpoint `name` from any other's."""
    with (find(name) / models.WEIGHTS).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def check_generator(name: str, weights: str) -> None:
    """Raises CheckpointError where checkpoint `name` is not the one of fingerprint `weights`."""
    if fingerprint(name) != weights:
        raise CheckpointError(
            f"{name!r} is not the checkpoint that this one was trained over; fetch both again"
        )


def kind_of(name: str) -> str:
    """The kind of net in checkpoint `name`, "" where its config names none.

    Raises CheckpointError.
    """
    return str(read_config(find(name)).get("kind", ""))


def training_of(name: str) -> dict:
    """The settings that checkpoint `name` was trained with; empty where it says none. Raises
    CheckpointError.
    """
    said = read_config(find(name)).get("training")
    return said if isinstance(said, dict) else {}


def sizes_of(name: str, kind: str) -> tuple[Path, Any]:
    """The folder of checkpoint `name`, and what its config says of the sizes of its net.

    Raises CheckpointError when it is missing, of another kind or format.
    """
    folder = find(name, kind)
    config = read_config(folder)
    if config.get("format") != FORMAT:
        raise CheckpointError(
            f"{folder} has checkpoint format {config.get('format')!r}; this livesyn reads format"
            f" {FORMAT}"
        )
    if config.get("kind") != kind:
        raise CheckpointError(f"{folder} holds a {config.get('kind')!r}; a {kind!r} is needed here")
    return folder, config.get("net")


def read_config(folder: Path) -> dict:
    """config.json of the checkpoint in `folder`. Raises CheckpointError."""
    try:
        config = read_json(folder / models.CONFIG)
    except DataError as error:
        raise CheckpointError(f"{error}; {models.fetch_again(folder)}") from None
    if not isinstance(config, dict):
        raise CheckpointError(
            f"{folder / models.CONFIG} does not hold an object; this is no checkpoint of livesyn"
        )
    return config


def write_json(path: Path, values: object) -> None:
    """Write `values` as JSON, whole or not at all."""
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    part.replace(path)


def damaged(path: Path, error: Exception) -> CheckpointError:
    """What to say of a file of weights that cannot be read."""
    return CheckpointError(
        f"{path} is missing or damaged ({_why(error)}); {models.fetch_again(path.parent)}"
    )


def no_net(folder: Path, kind: str, error: Exception) -> CheckpointError:
    """What to say of sizes that are no net's."""
    return CheckpointError(
        f"the sizes in {folder / models.CONFIG} do not describe a {kind} ({_why(error)});"
        f" {models.fetch_again(folder)}"
    )


def misfit(folder: Path, what: str) -> CheckpointError:
    """What to say of weights that are not the net's."""
    return CheckpointError(
        f"the weights in {folder} do not fit its config ({what}); {models.fetch_again(folder)}"
    )


def wrong_numbers(folder: Path, name: str, held: str, needed: str) -> CheckpointError:
    """What to say of a tensor whose numbers are of another type."""
    return CheckpointError(
        f"{name} in {folder} holds {held} where {needed} numbers are needed; save it as float16 or"
        " float32"
    )


def not_finite(folder: Path, name: str) -> CheckpointError:
    """What to say of weights of which tensor `name` is the first that is not finite."""
    return CheckpointError(
        f"the weights in {folder} are not all finite numbers (first: {name});"
        f" {models.fetch_again(folder)}"
    )


def _why(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def check_sizes(sizes: object, tensors: int) -> None:
    """Raises ValueError for a size that no net of so many `tensors` has."""
    if isinstance(sizes, Mapping):
        for name, size in sizes.items():
            if isinstance(size, (int, float)) and not 0 <= size <= LARGEST:
                raise ValueError(f"{name} is {size}")
            repeats = len(size) if _are_numbers(size) else size if name in COUNTS else 0
            if isinstance(repeats, int) and repeats > tensors:
                raise ValueError(f"{name} asks for {repeats} layers of {tensors} weights")
            check_sizes(size, tensors)
    elif isinstance(sizes, list):
        check_sizes({f"number {i} of a list": size for i, size in enumerate(sizes)}, tensors)


def _are_numbers(size: object) -> TypeGuard[list]:
    return isinstance(size, list) and all(isinstance(number, (int, float)) for number in size)
