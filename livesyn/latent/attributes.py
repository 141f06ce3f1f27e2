"""A checkpoint's attribute vectors: attributes.safetensors beside its weights. (Thesis, section
2.1.)

Names are those of the parameters (light, colour …), and `label:NAME` for what comes from labels.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from livesyn.base.errors import CheckpointError
from livesyn.base.places import in_utf8

FILE = "attributes.safetensors"
FORMAT = 1
ABOUT = "livesyn"
LABEL = "label:"


@dataclass(frozen=True)
class Attributes:
    """Vectors (D,) by name."""

    vectors: Mapping[str, np.ndarray]

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of those that come from labels, in order."""
        return tuple(name for name in self.vectors if name.startswith(LABEL))

    def find(self, name: str) -> str | None:
        """The full name of what a person calls `name`: a property, or a label with or without
        `label:`.
        """
        return next((full for full in (name, LABEL + name) if full in self.vectors), None)


def said(name: str) -> str:
    """An attribute's name as people say it."""
    return name.removeprefix(LABEL)


def write(path: Path, attributes: Attributes, weights: Path) -> None:
    """Write `attributes`, made with the net in the file `weights`, whole or not at all.

    Raises CheckpointError when a vector is not of finite numbers.
    """
    from safetensors.numpy import save_file

    vectors = np.stack([np.asarray(vector, np.float32) for vector in attributes.vectors.values()])
    if not np.isfinite(vectors).all():
        raise CheckpointError(
            f"the attribute vectors for {path} are not all finite numbers; nothing was written"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    about = {"format": FORMAT, "names": list(attributes.vectors), "weights": digest(weights)}
    # one entry: several come in any order
    save_file({"vectors": vectors}, str(part), {ABOUT: json.dumps(about)})
    part.chmod(0o644)
    part.replace(path)


def read(folder: Path, dimensions: int) -> Attributes | None:
    """The attributes of the checkpoint in `folder`; None where it has none.

    Raises CheckpointError when the file is damaged, or was made with other weights.
    """
    from safetensors import SafetensorError, safe_open

    path = folder / FILE
    if not path.is_file():
        return None
    try:
        with in_utf8(path) as name, safe_open(name, "np") as file:
            about, vectors = json.loads((file.metadata() or {})[ABOUT]), file.get_tensor("vectors")
        names = about["names"]
    except (OSError, SafetensorError, KeyError, ValueError, TypeError, RecursionError) as error:
        why = (str(error) or type(error).__name__).splitlines()[0]
        raise CheckpointError(
            f"{path} is damaged ({why}); make it again with: livesyn attributes"
        ) from None
    if about.get("format") != FORMAT:
        raise CheckpointError(
            f"{path} has format {about.get('format')!r}; this livesyn reads format {FORMAT}"
        )
    if (
        not isinstance(names, list)
        or len(set(map(str, names))) != len(names)
        or vectors.shape != (len(names), dimensions)
        or not np.isfinite(vectors).all()
    ):
        raise CheckpointError(
            f"{path} holds {vectors.shape} for {names!r:.80}; a finite vector of {dimensions} for"
            " each name is needed: make it again with livesyn attributes"
        )
    if about.get("weights") != digest(folder / "weights.safetensors"):
        raise CheckpointError(
            f"{path} was made with other weights than those beside it; make it again with: livesyn"
            " attributes"
        )
    return Attributes(
        {str(name): vector.astype(np.float64) for name, vector in zip(names, vectors, strict=True)}
    )


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
