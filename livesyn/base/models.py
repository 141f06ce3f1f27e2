"""Where checkpoints are, which ones are installed with livesyn, and how to get the others.

`models.json` beside this file names every file of every checkpoint that is published, with its size
and SHA-256; scripts/list_models.py makes it of the top-level models/. The default checkpoints of
the commands are in the wheel, as livesyn/models/. The others are fetched from where the user says,
and are taken only when they are what the list says.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from livesyn.base.errors import CheckpointError, ConfigError
from livesyn.base.places import path_of, user_folder

FOLDER_VARIABLE = "LIVESYN_MODELS"
PACKAGE = Path(__file__).parents[1]
LIST = Path(__file__).with_name("models.json")
CONFIG, WEIGHTS = "config.json", "weights.safetensors"


@dataclass(frozen=True)
class File:
    """One file of a published checkpoint."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Published:
    """A checkpoint that livesyn publishes. `needs` are those that it plays over."""

    name: str
    kind: str
    about: str
    licence: str
    in_wheel: bool
    needs: tuple[str, ...]
    files: tuple[File, ...]

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)


@cache
def published() -> dict[str, Published]:
    """What livesyn publishes, by name."""
    return {
        name: Published(
            name=name,
            kind=row["kind"],
            about=row["about"],
            licence=row["licence"],
            in_wheel=row["in_wheel"],
            needs=tuple(row["needs"]),
            files=tuple(File(file, *told) for file, told in row["files"].items()),
        )
        for name, row in json.loads(LIST.read_text(encoding="utf-8")).items()
    }


def places() -> list[Path]:
    """The folders that hold checkpoints, first the one that new ones go to: what LIVESYN_MODELS
    names; in a source checkout, its models/; else the user's own, and the wheel's.
    """
    named = os.environ.get(FOLDER_VARIABLE)
    folders = [path_of(named)] if named else []
    if (checkout := _checkout()) is not None:
        return [*folders, checkout / "models"]
    with contextlib.suppress(ConfigError):  # no home: a container's bare uid
        folders.append(_user_folder())
    return [*folders, PACKAGE / "models"]


def folder_of(name: str) -> Path | None:
    """The folder of checkpoint `name`, a path or a name in one of the `places`; None where there is
    none.
    """
    own = path_of(name) if name != os.path.basename(name) or name[:1] == "~" else Path(name)
    for folder in (own, *(place / name for place in places())):
        if name and os.path.isfile(folder / CONFIG):  # a closed folder is no error
            return folder
    return None


def there_are(kind: str | None = None) -> dict[str, Path]:
    """The checkpoints in all `places`, by name; of one kind, if it is given."""
    found: dict[str, Path] = {}
    for place in places():
        for config in sorted(place.glob(f"*/{CONFIG}")):
            if kind is None or kind_in(config.parent) == kind:
                found.setdefault(config.parent.name, config.parent)
    return dict(sorted(found.items()))


def kind_in(folder: Path) -> str | None:
    """The kind of net that the checkpoint in `folder` holds; None where its config names none."""
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        return str(config["kind"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def absent(name: str, kind: str | None = None) -> CheckpointError:
    """What to say when there is no checkpoint `name`."""
    names = ", ".join(there_are(kind)) or "none"
    if name in published() and kind in (None, published()[name].kind):
        return CheckpointError(
            f"the checkpoint {name!r} is not here (here are: {names}); fetch it with:"
            f" {command(name)}"
        )
    return CheckpointError(
        f"there is no checkpoint {name!r}; there are: {names}; or give the path of a folder with"
        f" {CONFIG} and {WEIGHTS}"
    )


def fetch_again(folder: Path) -> str:
    """What to do about a damaged checkpoint, for the end of a sentence."""
    again = "fetch the checkpoint again"
    if folder.name in published() and folder.parent in places():
        return f"{again}, with: {command(folder.name)}"
    return again


def command(name: str) -> str:
    """What to type to fetch checkpoint `name`."""
    return f"livesyn models get {name} --from FOLDER_OR_URL"


def listed() -> list[dict[str, Any]]:
    """What is published and what is here, each as what `livesyn models --json` says of it:
    `folder` is None where it is to be fetched, `size_bytes` that of the files that are published.
    """
    here = there_are()
    rows = []
    for name in sorted({*published(), *here}):
        folder, row = here.get(name), published().get(name)
        rows.append(
            {
                "name": name,
                "kind": row.kind if row else kind_in(here[name]),
                "about": row.about if row else "",
                "licence": row.licence if row else "",
                "size_bytes": row.size_bytes if row else _size_bytes(here[name]),
                "folder": str(folder) if folder else None,
                "published": row is not None,
                "changed": wrong_in(folder, name) if folder and row else "",
                "needs": list(row.needs) if row else [],
            }
        )
    return rows


def table(rows: list[dict[str, Any]]) -> list[str]:
    """The lines of `livesyn models`."""
    lines = []
    for row in rows:
        megabytes = f"{row['size_bytes'] / 1e6:.1f} MB"
        told = ", ".join(filter(None, (row["about"] or row["kind"], megabytes, row["licence"])))
        needs = f" (plays over {', '.join(row['needs'])})" if row["needs"] else ""
        where = row["folder"] or f"not here; fetch it with: {command(row['name'])}"
        if row["changed"]:
            where += f" ({row['changed']} is not as it was published)"
        lines += [row["name"], f"  {told}{needs}", f"  {where}"]
    return lines


def wrong_in(folder: Path, name: str) -> str:
    """Which file of the published checkpoint `name` is missing in `folder` or is another; "" where
    all are as they were published.
    """
    for file in published()[name].files:
        try:
            with (folder / file.name).open("rb") as opened:
                same = hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256
        except OSError:
            same = False
        if not same:
            return file.name
    return ""


def _size_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def _checkout() -> Path | None:
    """The root of the source checkout that this is, if it is one."""
    root = PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() else None


def _user_folder() -> Path:
    return user_folder("models")
