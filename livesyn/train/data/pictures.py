"""Pictures to train and measure on: a folder, an archive or an array file, labelled or not, split
by picture.

Pictures larger than the net's are kept at one and a half times its side: crops are cut from
them, in training at random, after it centred (SynVAE thesis, section 6.4). Pictures of just
the net's size are taken whole (sections 6.2 and 6.3).
"""

from __future__ import annotations

import hashlib
import io
import logging
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np

from livesyn.base import tables
from livesyn.base.errors import DataError
from livesyn.media import kinds
from livesyn.media.picture_file import open_picture
from livesyn.train.caches import read_arrays
from livesyn.train.data.cropping import fit, fit_all

SPLITS = {"train": "train", "valid": "valid", "val": "valid", "validation": "valid", "test": "test"}
# columns of a manifest that may hold the label, the first there is
LABELS = (
    "label",
    "labels",
    "class",
    "era",
)
SEVERAL = "+"  # between the labels of one picture

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """How to read a set. `held_out` and `valid` are how many pictures are kept for the test and
    for validation where the set does not say itself (`valid` 0: two fifths of `held_out`, or as
    many as the set's own test, but a sixth at most); `rights` keeps only rows of a manifest whose
    rights hold one of these words; `label` names the manifest's column.
    """

    size: int = 64
    channels: int = 3
    binarise: bool = False
    rights: tuple[str, ...] = ()
    held_out: int = 50
    valid: int = 0
    label: str = ""


@dataclass(frozen=True)
class Pictures:
    """A split of a set. `images` are (H, W, C) uint8, one array when all are of one size;
    `binarise` has every pixel be 0 or 1 (at 0.5). A name is the picture's whole path within the
    set, for file names may repeat. A label is "" where there is none, "a+b" where there are two.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    images: Sequence[np.ndarray] | np.ndarray
    binarise: bool = False

    def __len__(self) -> int:
        return len(self.images)

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels there are, each combination of several counted as one, in order."""
        return tuple(sorted(set(self.labels) - {""}))

    def take(self, indices: Iterable[int]) -> Pictures:
        """These of them."""
        chosen = [int(i) for i in indices]
        images = (
            self.images[chosen]
            if isinstance(self.images, np.ndarray)
            else tuple(self.images[i] for i in chosen)
        )
        return replace(
            self,
            names=tuple(self.names[i] for i in chosen),
            labels=tuple(self.labels[i] for i in chosen),
            images=images,
        )


def load(path: Path, source: Source = Source()) -> dict[str, Pictures]:
    """The splits train, valid and test of the pictures at `path`.

    Read are: a folder with `manifest.csv` (a `file` column, and a label's); a folder of class
    folders, or a .zip of them, perhaps within folders train, valid and test; an `.npz` of
    `train_x`, `train_y`, `test_x`, `test_y`, or of `x` and `y`. What the set does not split itself
    is split by the hash of each picture's name, the lowest to the test: the same on every machine.
    A picture that cannot be read is named in the log.

    Raises DataError when there is nothing like that, or too few pictures to split.
    """
    if path.suffix.lower() == ".npz" and path.is_file():
        found = _from_arrays(path, source)
    elif path.suffix.lower() == ".zip" and path.is_file():
        found = _from_zip(path, source)
    elif path.is_dir():
        found = _from_folder(path, source)
    else:
        raise DataError(
            f"there are no pictures at {str(path)!r}; name a folder of pictures, a .zip of class"
            " folders or an .npz with x and y"
        )
    return _split(path, found, source)


@dataclass
class _Found:
    """Pictures by the split that the set itself gives them; "" where it does not."""

    split: list[str]
    names: list[str]
    labels: list[str]
    images: list[np.ndarray] | np.ndarray


def _from_arrays(path: Path, source: Source) -> _Found:
    arrays = read_arrays(path, "numpy.savez")
    kinds = [kind for kind in ("train", "valid", "test") if f"{kind}_x" in arrays] or (
        [""] if "x" in arrays else []
    )
    parts = [
        (kind, arrays[f"{kind}_x".lstrip("_")], arrays.get(f"{kind}_y".lstrip("_"), None))
        for kind in kinds
    ]
    if not parts:
        raise DataError(
            f"{path} holds no pictures; an .npz has x and y, or train_x, train_y, test_x and test_y"
        )
    found = _Found([], [], [], [])
    images = []
    for kind, x, y in parts:
        if x.dtype != np.uint8 or x.ndim not in (3, 4):
            raise DataError(
                f"the pictures in {path} are {x.dtype} of shape {x.shape}; they must be uint8, (N,"
                " H, W) or (N, H, W, C)"
            )
        if y is not None and (y.ndim == 2 and y.shape[1] == 1):
            y = y[:, 0]
        if y is not None and (y.ndim != 1 or len(y) != len(x)):
            raise DataError(
                f"{path} holds {len(x)} pictures and labels of shape {y.shape}; there must be one"
                f" label a picture, ({len(x)},)"
            )
        images.append(fit_all(x if x.ndim == 4 else x[..., None], source))
        found.split += [kind] * len(x)
        found.names += [f"{kind or 'picture'}-{i:06d}" for i in range(len(x))]
        found.labels += [""] * len(x) if y is None else [str(label) for label in y.tolist()]
    found.images = np.concatenate(images)
    return found


def _from_zip(path: Path, source: Source) -> _Found:
    try:
        with zipfile.ZipFile(path) as archive:
            names = _pictures_in(
                path,
                sorted(n for n in archive.namelist() if n[-1:] != "/"),
                lambda n: _look(archive, n),
            )
            return _read(
                (
                    (
                        name,
                        *_place(PurePosixPath(name)),
                        lambda name=name: _member(archive, name),  # type: ignore[misc]
                    )
                    for name in names
                ),
                source,
            )
    except zipfile.BadZipFile:
        raise DataError(f"{path} is no sound .zip; make it again") from None


def _from_folder(folder: Path, source: Source) -> _Found:
    manifest = tables.find(folder)
    if manifest is None:
        names = [p.relative_to(folder).as_posix() for p in sorted(folder.rglob("*")) if p.is_file()]
        inside = _pictures_in(folder, names, lambda name: kinds.look_at(folder / name))
        return _read(
            ((i, *_place(PurePosixPath(i)), lambda i=i: folder / i) for i in inside),  # type: ignore[misc]
            source,
        )
    table = tables.read(manifest)
    file = table.column(tables.FILE_COLUMNS)
    named = tables.column_name(source.label)
    if named and named not in table.columns:
        raise DataError(
            f"{manifest} has no column {source.label!r} to take labels from; it has:"
            f" {', '.join(table.columns)}"
        )
    label = named or next((name for name in LABELS if name in table.columns), "")
    files = tables.NamedFiles(folder)
    rows: dict[Path, Mapping[str, str]] = {}
    for row in table.rows:
        if row[file] and _has_right(row, source.rights):
            where = files.find(row[file])
            if rows.setdefault(where, row) is not row:
                log.warning("%s stands twice in %s; the first row counts", row[file], manifest)
    return _read(
        (
            (
                row[file],
                SPLITS.get(row.get("split", "").lower(), ""),
                row.get(label, ""),
                lambda path=path: path,  # type: ignore[misc]
            )
            for path, row in rows.items()
        ),
        source,
    )


def _has_right(row: Mapping[str, str], rights: Sequence[str]) -> bool:
    return not rights or any(word in row.get("rights", "") for word in rights)


def _pictures_in(place: Path, names: list[str], look: Callable[[str], kinds.Look]) -> list[str]:
    """Those of the files called `names` that are pictures; the log tells of the others."""
    passed: dict[str, str] = {
        name: words
        for name in names
        if not kinds.is_hidden(*PurePosixPath(name).parts)
        and (words := kinds.no_picture(name, look(name)))
    }
    if passed:
        log.warning("%s", kinds.told_passed(list(passed.values()), str(place)))
    return [
        name
        for name in names
        if name not in passed and not kinds.is_hidden(*PurePosixPath(name).parts)
    ]


def _look(archive: zipfile.ZipFile, name: str) -> kinds.Look:
    """What a file in a .zip seems to be. One that has a picture's name is read as one in any case,
    and looked at then.
    """
    if kinds.kind_by_name(name) == "picture":
        return kinds.Look("", "")
    try:
        with archive.open(name) as file:
            return kinds.look(file.read(kinds.HEAD))
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        return kinds.Look("", "")


def _member(archive: zipfile.ZipFile, name: str) -> io.BytesIO:
    """A file in a .zip, unpacked. Raises DataError where it is damaged."""
    try:
        return io.BytesIO(archive.read(name))
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise DataError(f"it cannot be unpacked ({error})") from None


def _place(inside: PurePosixPath) -> tuple[str, str]:
    """The split and the label that folders say of a picture."""
    parts = list(inside.parts[:-1])
    split = next((SPLITS[part.lower()] for part in parts if part.lower() in SPLITS), "")
    folders = [part for part in parts if part.lower() not in SPLITS]
    return split, folders[-1] if folders else ""


def _read(
    rows: Iterable[tuple[str, str, str, Callable[[], Path | IO[bytes]]]], source: Source
) -> _Found:
    found = _Found([], [], [], [])
    images: list[np.ndarray] = []
    left_out = 0
    for name, split, label, where in rows:
        try:
            images.append(fit(open_picture(where(), name=name), source))
        except DataError as error:
            log.warning("left out: %s", error)
            left_out += 1
            continue
        found.split.append(split)
        found.names.append(name)
        found.labels.append(SEVERAL.join(sorted(filter(None, label.split(SEVERAL)))))
    if left_out:
        log.warning("%d of %d pictures are left out", left_out, left_out + len(images))
    found.images = (
        np.stack(images) if images and len({image.shape for image in images}) == 1 else images
    )
    return found


def _file_name(name: str) -> str:
    """The same on every system: letters composed, without folders."""
    return unicodedata.normalize("NFC", tables.last_part(name))


def _split(path: Path, found: _Found, source: Source) -> dict[str, Pictures]:
    own = {
        kind: [i for i, split in enumerate(found.split) if split == kind]
        for kind in ("train", "valid", "test")
    }
    rest = own["train"] + [i for i, split in enumerate(found.split) if not split]
    rest.sort(key=lambda i: hashlib.sha256(_file_name(found.names[i]).encode()).hexdigest())
    test = own["test"] or [rest.pop(0) for _ in range(min(source.held_out, len(rest)))]
    wanted = source.valid or (
        min(len(test), (len(rest) + 5) // 6) if own["test"] else max(1, 2 * source.held_out // 5)
    )
    valid = own["valid"] or [rest.pop(0) for _ in range(min(wanted, len(rest)))]
    if len(rest) < len(valid) + len(test) and not (own["test"] or own["valid"]):
        raise DataError(
            f"{path} holds {len(found.names)} usable pictures; at least"
            f" {2 * (source.held_out + wanted)} are needed to hold {source.held_out + wanted} out"
        )
    if not rest or not valid or not test:
        raise DataError(
            f"{path} holds {len(rest)} pictures to train on, {len(valid)} to validate and"
            f" {len(test)} to test; each must be 1 or more"
        )
    whole = Pictures(tuple(found.names), tuple(found.labels), found.images, source.binarise)
    return {"train": whole.take(rest), "valid": whole.take(valid), "test": whole.take(test)}
