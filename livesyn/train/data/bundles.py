"""Training data small enough to be copied with the code: every bundle at most 20 MB and complete by
itself.

Music goes as the caches of `livesyn data` are. Pictures are brought to the size that the nets crop
from; a bundle is the same set of pictures, under the same names and so in the same splits, as the
folder it was made from. Mel windows of MVNet's clips go as WebP pictures (2.4 dB of their 80 off,
root mean square), and are unfolded on arrival. Of sets that share their clips one bundle holds
them, and the others hold pictures alone.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import numpy as np

from livesyn.base import tables
from livesyn.base.errors import DataError
from livesyn.media.picture_file import open_picture
from livesyn.train.data import musart
from livesyn.train.data.cropping import ROOM

MOST = 20_000_000  # bytes of a bundle
MEL_QUALITY, VIEW_QUALITY = 20, 90
AS_THEY_ARE = ("melodies.npz", "melodies-16.npz", "bass.npz", "drums.npz", "mnist.npz")
CLIPS_OF = {"musart-64.npz": "musart-128.npz", "musart-256.npz": "musart-128.npz"}
IN_SETS = {
    "mnist.npz": "mnist/mnist.npz",
    "cifar10.zip": "cifar10/train.zip",
    "paintings.zip": "paintings",
}
MUSART = ("musart.npz", "musart-128.npz", *CLIPS_OF)


def pack(
    data: Path,
    out: Path,
    rights: Sequence[str] = (),
    names: Sequence[str] | None = None,
    sets: Path | None = None,
) -> dict[str, int]:
    """Make the bundles called `names` (None: all) in `out` that the folder `data` has something
    for; returns their sizes in bytes.

    `data` holds the caches by their usual names, those of `MUSART`, and for pictures `paintings/`
    with a manifest.csv and `cifar10.zip` of class folders. What it lacks is looked for in `sets`:
    `paintings/`, `mnist/mnist.npz`, `cifar10/train.zip`. `rights` keeps paintings whose rights hold
    one of these words. Raises DataError, also where one that is named cannot be made.
    """
    out.mkdir(parents=True, exist_ok=True)
    makers = (
        dict.fromkeys(AS_THEY_ARE, _copy)
        | dict.fromkeys(MUSART, _fold_musart)
        | {"cifar10.zip": _fewer}
    )
    there = {name: data / name for name in makers} | {"paintings.zip": data / "paintings"}
    if sets is not None:
        for name, place in IN_SETS.items():
            if not there[name].exists():
                there[name] = sets / place
    sizes: dict[str, int] = {}
    for name, source in there.items():
        if names is not None and name not in names:
            continue
        if source.is_file():
            makers[name](source, out / name)
        elif tables.find(source) is not None:
            _paintings(source, out / name, 64, tuple(rights))
        else:
            continue
        sizes[name] = (out / name).stat().st_size
    if names is not None and (missing := sorted(set(names) - set(sizes))):
        raise DataError(f"{data} holds nothing to make {', '.join(missing)} of")
    if names is None and not sizes:
        raise DataError(
            f"{data} holds nothing to bundle; it may hold:"
            f" {', '.join((*makers, 'paintings/manifest.csv'))}"
        )
    if large := [name for name, size in sizes.items() if size > MOST]:
        raise DataError(
            f"{large[0]} comes to {sizes[large[0]] / 1e6:.0f} MB, and a bundle holds at most"
            f" {MOST / 1e6:.0f}; take less of it"
        )
    return sizes


def unpack(bundle: Path, out: Path, few: int = 0) -> None:
    """What training reads, made of a bundle, at `out`; nothing when it is there and no older than
    the bundle. `few` leaves so many examples of each split, for a rehearsal. Raises DataError where
    there is no such bundle.
    """
    if out.exists() and (not bundle.is_file() or out.stat().st_mtime >= bundle.stat().st_mtime):
        return
    if not bundle.is_file():
        raise DataError(
            f"there is no bundle {bundle}; make it where the data are, with: campaign.py"
            f" pack --data DATA -o {bundle.parent}"
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{out.name}")
    (_unfold_musart if bundle.name in MUSART else _copy)(bundle, part)
    if few:
        (_few_arrays if bundle.suffix == ".npz" else _few_pictures)(part, few)
    part.replace(out)


def _few_arrays(path: Path, few: int) -> None:
    """Keep `few` of what belongs to a split, evenly spread."""
    with np.load(path, allow_pickle=False) as arrays:
        kept = {
            name: (
                array[np.linspace(0, len(array) - 1, few).astype(int)]
                if name.split("_")[0] in musart.SPLITS and len(array) > few
                else array
            )
            for name, array in arrays.items()
        }
    with path.open("wb") as file:
        np.savez(file, **kept)


def _few_pictures(path: Path, few: int) -> None:
    with zipfile.ZipFile(path) as whole:
        names = [name for name in whole.namelist() if not name.endswith("/")]
        kept = {
            name: whole.read(name)
            for name in sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())[:few]
        }
    with zipfile.ZipFile(path, "w") as archive:
        for name, coded in kept.items():
            archive.writestr(name, coded)


def _copy(source: Path, out: Path) -> None:
    shutil.copyfile(source, out)


def _fold_musart(source: Path, out: Path) -> None:
    folded: dict[str, np.ndarray] = {}
    with np.load(source, allow_pickle=False) as arrays:
        elsewhere = source.name in CLIPS_OF
        for name in arrays.files:
            if elsewhere and musart.is_of_music(name):
                continue
            if name.endswith(("_mel", "_images")):
                quality = MEL_QUALITY if name.endswith("_mel") else VIEW_QUALITY
                with ThreadPoolExecutor(max(1, (os.cpu_count() or 1) // 2)) as pool:
                    pictures = list(
                        pool.map(lambda one, quality=quality: _webp(one, quality), arrays[name])
                    )
                folded[f"{name}_webp"] = np.frombuffer(b"".join(pictures), np.uint8)
                folded[f"{name}_ends"] = np.cumsum([len(p) for p in pictures])
            else:
                folded[name] = arrays[name]
    with out.open("wb") as file:
        np.savez_compressed(file, **folded)  # type: ignore[arg-type]


def _unfold_musart(bundle: Path, out: Path) -> None:
    whole = _unfolded(bundle)
    if bundle.name in CLIPS_OF:
        clips = bundle.with_name(CLIPS_OF[bundle.name])
        if not clips.is_file():
            raise DataError(
                f"there is no bundle {clips}, which holds the clips of {bundle.name}; make both"
                f" with: campaign.py pack --data DATA -o {bundle.parent}"
            )
        whole |= {n: x for n, x in _unfolded(clips, images=False).items() if musart.is_of_music(n)}
    with out.open("wb") as file:
        np.savez(file, **whole)  # type: ignore[arg-type]


def _unfolded(bundle: Path, images: bool = True) -> dict[str, np.ndarray]:
    with np.load(bundle, allow_pickle=False) as arrays:
        whole = {
            name: arrays[name] for name in arrays.files if not name.endswith(("_webp", "_ends"))
        }
        for name in [n.removesuffix("_webp") for n in arrays.files if n.endswith("_webp")]:
            if name.endswith("_images") and not images:
                continue
            parts = np.split(arrays[f"{name}_webp"], arrays[f"{name}_ends"][:-1])
            colour = name.endswith("_images")
            with ThreadPoolExecutor() as pool:  # decoding lets go of the interpreter
                whole[name] = np.stack(
                    list(pool.map(lambda part, colour=colour: _picture(part, colour), parts))
                )
    return whole


def _webp(pixels: np.ndarray, quality: int) -> bytes:
    import cv2

    done, coded = cv2.imencode(
        ".webp",
        pixels if pixels.ndim == 2 else pixels[..., ::-1],
        [cv2.IMWRITE_WEBP_QUALITY, quality],
    )
    assert done
    return bytes(coded)


def _picture(coded: np.ndarray, colour: bool) -> np.ndarray:
    import cv2

    pixels = cv2.imdecode(coded, cv2.IMREAD_COLOR if colour else cv2.IMREAD_GRAYSCALE)
    assert pixels is not None
    return pixels[..., ::-1] if colour else pixels


def _paintings(folder: Path, out: Path, size: int, rights: tuple[str, ...]) -> None:
    """A .zip of class folders: by the era where the manifest tells one."""
    from PIL import Image

    manifest = tables.find(folder)
    assert manifest is not None  # as was asked before
    table = tables.read(manifest)
    column, files = table.column(tables.FILE_COLUMNS), tables.NamedFiles(folder)
    rows = [
        row
        for row in table.rows
        if not rights or any(word in row.get("rights", "") for word in rights)
    ]
    with zipfile.ZipFile(out, "w") as archive:
        for row in rows:
            try:
                pixels = open_picture(files.find(row[column]))
            except DataError:
                continue  # as training leaves it out
            side = round(size * ROOM)
            scale = side / min(pixels.size)
            small = pixels.resize(
                (max(side, round(pixels.width * scale)), max(side, round(pixels.height * scale))),
                Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC,
            )
            coded = io.BytesIO()
            # whatever the name says: the name decides the split, and readers look inside
            small.save(coded, "PNG")
            name = PurePosixPath(row.get("era") or "paintings") / tables.last_part(row[column])
            archive.writestr(str(name), coded.getvalue())


def _fewer(source: Path, out: Path) -> None:
    """As many pictures as fit, those whose names' hashes come first: the same on every machine, and
    of all classes alike.
    """
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(out, "w") as archive:
        for name in _within((info for info in whole.infolist() if not info.is_dir()), 0.97 * MOST):
            archive.writestr(name, whole.read(name))


def _within(infos: Iterable[zipfile.ZipInfo], most: float) -> list[str]:
    chosen, size = [], 0.0
    for info in sorted(infos, key=lambda info: hashlib.sha256(info.filename.encode()).digest()):
        size += info.file_size + 2 * len(info.filename) + 130  # with what a .zip writes of each
        if size > most:
            break
        chosen.append(info.filename)
    return chosen
