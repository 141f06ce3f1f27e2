"""A checkpoint's weights as NumPy arrays, strictly: every tensor of the file is one of the net's,
of its size, finite. What is said of others is what `livesyn.nets.checkpoint` says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, deserialize

from livesyn.base.errors import CheckpointError
from livesyn.base.models import WEIGHTS
from livesyn.nets import checkpoint_files as files

FLOATING = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "BF16": "<u2"}  # to the types of NumPy
WORDS = {"F": "float", "BF": "bfloat", "I": "int", "U": "uint", "C": "complex", "BOOL": "bool"}


class Unknown(Exception):
    """A net of a kind, or of sizes, that is played by torch alone."""


class Weights:
    """The tensors of a file. `take` gives each to the part of the net that asks for it."""

    def __init__(self, folder: Path) -> None:
        self._folder, path = folder, folder / WEIGHTS
        try:
            self._left: dict[str, Mapping[str, Any]] = dict(deserialize(path.read_bytes()))
        except (OSError, SafetensorError, KeyError, ValueError, TypeError, RuntimeError) as error:
            raise files.damaged(path, error) from None

    def __len__(self) -> int:
        return len(self._left)

    def take(self, name: str, *shape: int) -> np.ndarray:
        """The tensor `name` of that shape, float32. Raises CheckpointError."""
        found = self._left.pop(name, None)
        if found is None:
            raise files.misfit(self._folder, f"{name} is missing")
        if tuple(found["shape"]) != shape:
            raise files.misfit(self._folder, f"{name} is {tuple(found['shape'])} for {shape}")
        if found["dtype"] not in FLOATING:
            held = _in_words(found["dtype"])
            raise files.wrong_numbers(self._folder, name, held, "floating-point")
        numbers = np.frombuffer(found["data"], FLOATING[found["dtype"]])
        if found["dtype"] == "BF16":  # the upper half of a float32
            numbers = (numbers.astype("<u4") << 16).view("<f4")
        with np.errstate(over="ignore"):
            weights = numbers.astype(np.float32, copy=False).reshape(shape)
        if not np.isfinite(weights).all():
            raise files.not_finite(self._folder, name)
        return weights

    def pass_over(self, ending: str) -> None:
        """Leave out the tensors whose names end so: of use in training alone."""
        self._left = {name: one for name, one in self._left.items() if not name.endswith(ending)}

    def finish(self) -> None:
        """Raises CheckpointError where a tensor was not asked for."""
        if self._left:
            raise files.misfit(self._folder, f"{min(self._left)} is not the net's")


def _in_words(kind: str) -> str:
    """A safetensors type as NumPy and torch call it: I8 is int8."""
    letters = kind.rstrip("0123456789")
    return WORDS.get(letters, letters.lower()) + kind[len(letters) :]


class Part:
    """The weights of a part of a net, whose names begin with `prefix`."""

    def __init__(self, weights: Weights, prefix: str = "") -> None:
        self._weights, self._prefix = weights, prefix

    def __call__(self, name: str, *shape: int) -> np.ndarray:
        """See `Weights.take`."""
        return self._weights.take(self._prefix + name, *shape)

    def under(self, prefix: str) -> Part:
        return Part(self._weights, self._prefix + prefix)


def read(name: str, kind: str, build: Callable[[Part, Any], Any]) -> Any:
    """What `build` makes of the weights and sizes of the checkpoint `name`.

    Raises CheckpointError when it is missing, damaged, of another kind, format or size, and the
    Unknown of `build`.
    """
    folder, sizes = files.sizes_of(name, kind)
    weights = Weights(folder)
    try:
        files.check_sizes(sizes, len(weights))
        net = build(Part(weights), sizes)
    except (CheckpointError, Unknown):
        raise
    except Exception as error:  # whatever becomes of sizes that are none
        raise files.no_net(folder, kind, error) from None
    weights.pass_over("num_batches_tracked")
    weights.finish()
    return net
