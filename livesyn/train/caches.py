"""Arrays in `.npz` files, which `livesyn data` writes and others send."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np

from livesyn.base.errors import DataError


def read_arrays(path: Path, make: str) -> dict[str, np.ndarray]:
    """All arrays of the file at `path`; `make` is the command that makes such a file.

    Raises DataError when it is missing, or no sound .npz.
    """
    if not path.is_file():
        raise DataError(f"{path} is not there; make it with: {make}")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (
        *(OSError, ValueError, EOFError, KeyError, TypeError, AttributeError, NotImplementedError),
        *(zipfile.BadZipFile, zlib.error),
    ) as error:
        raise DataError(
            f"{path} is not an .npz, or a damaged one ({type(error).__name__}); make it with:"
            f" {make}"
        ) from None
