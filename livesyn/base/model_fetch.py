"""Fetching published checkpoints from a folder or a URL. A file is taken only when it is what the
list says.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from livesyn.base import models
from livesyn.base.errors import CheckpointError
from livesyn.base.places import path_of

PATIENCE_S = 30.0  # for each answer of a server


def get(name: str, source: str) -> list[Path]:
    """Fetch checkpoint `name`, and those it plays over, from `source`: a folder or an http(s) URL,
    of the checkpoint or of the models/ it lies in. Nothing is fetched that is here and whole.
    Returns the folders written. Raises CheckpointError.
    """
    if name not in models.published():
        raise CheckpointError(
            f"livesyn publishes no checkpoint {name!r}; it is one of:"
            f" {', '.join(models.published())}"
        )
    written = []
    for wanted in (name, *models.published()[name].needs):
        here = models.folder_of(wanted)
        if here is not None and not models.wrong_in(here, wanted):
            continue
        written.append(_fetch(models.published()[wanted], source))
    return written


def _fetch(wanted: models.Published, source: str) -> Path:
    target = models.places()[0] / wanted.name
    if target.parent == models.PACKAGE / "models":
        raise CheckpointError(
            "there is no home folder to keep checkpoints in; name a folder with"
            f" {models.FOLDER_VARIABLE}"
        )
    whence = _folder_in(source, wanted)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=target.parent) as part:
            for file in wanted.files:
                (Path(part) / file.name).write_bytes(_read(f"{whence}/{file.name}", file))
            target.mkdir(exist_ok=True)
            for file in sorted(wanted.files, key=lambda file: file.name == models.CONFIG):
                # the config, last, makes it one
                os.replace(Path(part) / file.name, target / file.name)
    except OSError as error:
        raise CheckpointError(
            f"{target} cannot be written ({_reason(error)}); name another folder with"
            f" {models.FOLDER_VARIABLE}"
        ) from None
    return target


def _folder_in(source: str, wanted: models.Published) -> str:
    """Which folder, or URL, is the checkpoint: one below `source` or its models/, itself, or one
    beside it.
    """
    base = source.rstrip("/") if _is_url(source) else path_of(source).as_posix()
    config = next(file for file in wanted.files if file.name == models.CONFIG)
    refused: CheckpointError | None = None
    beside = base.rpartition("/")[0]
    for folder in (
        f"{base}/{wanted.name}",
        f"{base}/models/{wanted.name}",
        base,
        f"{beside}/{wanted.name}",
    ):
        try:
            _read(f"{folder}/{models.CONFIG}", config)
            return folder
        except CheckpointError as error:
            refused = refused or error
    raise CheckpointError(
        f"the checkpoint {wanted.name!r} is not in {source} ({refused}); name the folder or URL"
        " of a models/ that holds it"
    )


def _read(whence: str, file: models.File) -> bytes:
    """What is there, if it is `file`. Raises CheckpointError."""
    import http.client  # both cost 40 ms, which the start of a show does not need
    import urllib.error
    import urllib.request

    try:
        with (
            urllib.request.urlopen(whence, timeout=PATIENCE_S)
            if _is_url(whence)
            else open(whence, "rb")
        ) as opened:
            found: bytes = opened.read(file.size_bytes + 1)
    except (OSError, ValueError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()  # it is the answer, too
        raise CheckpointError(f"{whence} cannot be read: {_reason(error)}") from None
    if hashlib.sha256(found).hexdigest() != file.sha256:
        raise CheckpointError(
            f"{whence} is not the file that was published: its SHA-256 is another; nothing was"
            " taken"
        )
    return found


def _is_url(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


def _reason(error: Exception) -> str:
    said = getattr(error, "strerror", None) or getattr(error, "reason", None) or error
    return (str(said) or type(error).__name__).lower()
