"""A campaign's results, small enough to be fetched from a machine with a small limit on what comes
back: a few .zip files of limited size, of which the first says what all of them hold.

Written anew after every round, each file whole or not at all, so that a machine that is lost in the
middle leaves the results of the round before. A checkpoint larger than a file is cut and put
together again on arrival. Weights are half precision already, as checkpoints are written.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from livesyn.base.errors import LivesynError

CONTENTS = "contents.json"
CURVES = ("curves.png", "state.json", "epoch-*.npz")
COLLAGES = "step-*.png"  # of each run the last


@dataclass(frozen=True)
class Limits:
    """At most `files` of `each` bytes, `together` bytes in all. `small`: checkpoints up to so many
    bytes go before figures and curves. The defaults leave room below 16 and 64 MiB.
    """

    files: int = 8
    each: int = 16_000_000
    together: int = 64_000_000
    small: int = 8_000_000


@dataclass(frozen=True)
class _Piece:
    """`size` bytes of a file from `start`, and the .zip that they go into."""

    file: Path
    name: str
    start: int
    size: int
    archive: int


def collect(folder: Path, to: Path, limits: Limits = Limits()) -> tuple[list[Path], list[str]]:
    """Write `results-1.zip` and so on into `to`. Returns them, and what found no room. Raises
    LivesynError.
    """
    if not (folder / "state.json").is_file():
        raise LivesynError(f"{folder} holds no campaign; name the folder that was given to run")
    to.mkdir(parents=True, exist_ok=True)
    pieces, left = _plan(folder, limits)
    contents = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in sorted({str(piece.file.relative_to(folder).as_posix()) for piece in pieces})
    }
    count = max(piece.archive for piece in pieces)
    for number in range(count, 0, -1):  # the first, with the contents, comes last
        part = folder / "results.part"
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            if number == 1:
                archive.writestr(CONTENTS, json.dumps({"files": contents, "left": left}, indent=1))
            for piece in pieces:
                if piece.archive == number:
                    with piece.file.open("rb") as file:
                        file.seek(piece.start)
                        archive.writestr(piece.name, file.read(piece.size))
        _put(part, to / f"results-{number}.zip")
    for old in to.glob("results-*.zip"):
        if int(old.stem.split("-")[1]) > count:
            old.unlink()
    return [to / f"results-{number + 1}.zip" for number in range(count)], left


def restore(earlier: Path, folder: Path) -> list[str]:
    """Unpack what `collect` wrote into a folder that holds no campaign yet. Returns the files that
    came damaged or in part, which are left out. Raises LivesynError.
    """
    if (folder / "state.json").is_file():
        return []
    archives = sorted(earlier.glob("results-*.zip"), key=lambda p: int(p.stem.split("-")[1]))
    if not archives or archives[0].name != "results-1.zip":
        raise LivesynError(
            f"{earlier} holds no results-1.zip; name the folder that was given to collect"
        )
    parts: dict[str, list[tuple[Path, str]]] = {}
    for path in archives:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                whole = name.split("#")[0]
                parts.setdefault(whole, []).append((path, name))
    contents = json.loads(_read(parts.pop(CONTENTS)))["files"]
    damaged = []
    for name, digest in contents.items():
        data = _read(parts.get(name, []))
        target = folder / name
        if hashlib.sha256(data).hexdigest() != digest:
            damaged.append(name)
        elif folder.resolve() not in target.resolve().parents:
            raise LivesynError(f"{earlier} holds a file that would lie outside: {name}")
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    return damaged


def _read(parts: list[tuple[Path, str]]) -> bytes:
    data = b""
    for path, name in parts:
        with zipfile.ZipFile(path) as archive:
            data += archive.read(name)
    return data


def _put(part: Path, at: Path) -> None:
    """Move a file to its place at once, on another disk too."""
    try:
        os.replace(part, at)
    except OSError:
        near = at.with_name(f"{at.name}.part")
        shutil.copyfile(part, near)
        near.replace(at)
        part.unlink()


def _plan(folder: Path, limits: Limits) -> tuple[list[_Piece], list[str]]:
    """Which bytes go where, and the names of the files for which there is no room."""
    pieces: list[_Piece] = []
    left: list[str] = []
    archive, used, room = 1, 0, limits.each
    for group in _groups(folder, limits.small):
        sizes = [path.stat().st_size for path in group]
        needed = sum(1 for size in sizes if size > limits.each)
        if used + sum(sizes) > limits.together or (needed and archive + needed > limits.files):
            left += [path.relative_to(folder).as_posix() for path in group]
            continue
        for path, size in zip(group, sizes, strict=True):
            name = path.relative_to(folder).as_posix()
            start = 0
            while start < size or size == 0:
                if size - start > room and (size <= limits.each or room < limits.each // 4):
                    if archive == limits.files:
                        left.append(name)
                        break
                    archive, room = archive + 1, limits.each
                taken = min(room, size - start)
                cut = f"#{start}" if taken < size else ""
                pieces.append(_Piece(path, name + cut, start, taken, archive))
                used, room, start = used + taken, room - taken, start + taken
                if size == 0:
                    break
    kept = [piece for piece in pieces if piece.file.relative_to(folder).as_posix() not in left]
    return kept, left


def _groups(folder: Path, small: int) -> list[list[Path]]:
    """What goes together, the most wanted first: what was done, small checkpoints, figures, curves
    and logs, then the larger checkpoints.
    """

    def size(files: list[Path]) -> int:
        return sum(path.stat().st_size for path in files)

    models = sorted(
        (
            sorted(p for p in one.rglob("*") if p.is_file() and p.suffix != ".part")
            for one in (folder / "models").glob("*")
            if (one / "config.json").is_file()
        ),
        key=size,
    )
    curves = [path for name in CURVES for path in sorted((folder / "runs").glob(f"*/{name}"))]
    for run in sorted((folder / "runs").glob("*")):
        curves += sorted(run.glob(COLLAGES))[-1:]
    return [
        [folder / "state.json", folder / "report.md"],
        *[one for one in models if size(one) <= small],
        *[[p] for p in sorted((folder / "measured").rglob("*")) if p.is_file()],
        *[[p] for p in curves],
        *[[p] for p in sorted((folder / "logs").glob("*"))],
        *[one for one in models if size(one) > small],
    ]
