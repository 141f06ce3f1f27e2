"""Pictures to train on: a folder, with or without a manifest, split by picture.

Each picture is kept once, scaled so that its shorter side is `SIDE`; crops are cut from it
in training (random) and after (centred), as in the thesis (section 6.4).
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from livesyn.errors import DataError

SIDE = 96
TYPES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}


@dataclass(frozen=True)
class Pictures:
    """A split of a set. `images` are (H, W, 3) uint8, shorter side 96."""

    names: tuple[str, ...]
    labels: tuple[str, ...]
    images: tuple[np.ndarray, ...]

    def __len__(self) -> int:
        return len(self.images)


def load(folder: Path, rights: tuple[str, ...] = (), held_out: int = 50) -> dict[str, Pictures]:
    """The splits train, valid and test of the pictures in `folder`.

    Labels are the manifest's `era`, or the class folders' names. `rights` keeps only rows of
    `manifest.csv` whose rights hold one of these words. The `held_out` pictures whose names
    hash lowest are test, two fifths as many more valid: the same on every machine.

    Raises DataError when there are too few pictures to split.
    """
    from PIL import Image, UnidentifiedImageError

    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder; name one that holds pictures")
    manifest = folder / "manifest.csv"
    rows: list[tuple[Path, str]]
    if manifest.is_file():
        with manifest.open(newline="", encoding="utf-8") as lines:
            table = list(csv.DictReader(lines))
        rows = [(folder / r["file"], r.get("era", "")) for r in table if not rights or any(word in r.get("rights", "") for word in rights)]
    else:
        rows = [(p, p.parent.name) for p in sorted(folder.rglob("*")) if p.suffix.lower() in TYPES]
    rows.sort(key=lambda row: hashlib.sha256(row[0].name.encode()).hexdigest())
    valid = max(1, 2 * held_out // 5)
    names, labels, images = [], [], []
    for path, label in rows:
        try:
            with Image.open(path) as picture:
                rgb = picture.convert("RGB")
        except (OSError, UnidentifiedImageError):
            continue
        scale = SIDE / min(rgb.size)
        size = (max(SIDE, round(rgb.width * scale)), max(SIDE, round(rgb.height * scale)))
        names.append(path.name)
        labels.append(label)
        images.append(np.asarray(rgb.resize(size, Image.Resampling.BOX)))
    if len(images) < 2 * (held_out + valid):
        raise DataError(f"{folder} holds {len(images)} usable pictures; at least {2 * (held_out + valid)} are needed to hold {held_out + valid} out")
    bounds = {"test": (0, held_out), "valid": (held_out, held_out + valid), "train": (held_out + valid, len(images))}
    return {k: Pictures(tuple(names[a:b]), tuple(labels[a:b]), tuple(images[a:b])) for k, (a, b) in bounds.items()}


def random_batch(pictures: Pictures, size: int, batch: int, random: np.random.Generator, colour: float = 0.15) -> Tensor:
    """(B, 3, size, size) in [0, 1]: random pictures, crops, mirrors, and a little light."""
    out = np.empty((batch, size, size, 3), np.float32)
    for i in range(batch):
        out[i] = _random_crop(pictures.images[random.integers(len(pictures))], size, random)
    tensor = torch.from_numpy(out).permute(0, 3, 1, 2).contiguous() / 255
    gain = torch.from_numpy(random.uniform(1 - colour, 1 + colour, (batch, 3, 1, 1)).astype(np.float32))
    shift = torch.from_numpy(random.uniform(-colour / 2, colour / 2, (batch, 1, 1, 1)).astype(np.float32))
    return (tensor * gain + shift).clamp_(0, 1)


def _random_crop(image: np.ndarray, size: int, random: np.random.Generator) -> np.ndarray:
    import cv2

    side = int(random.integers(size, min(image.shape[:2]) + 1))
    top = int(random.integers(image.shape[0] - side + 1))
    left = int(random.integers(image.shape[1] - side + 1))
    crop = image[top : top + side, left : left + side]
    if random.random() < 0.5:
        crop = crop[:, ::-1]
    return cv2.resize(np.ascontiguousarray(crop), (size, size), interpolation=cv2.INTER_AREA)


def centre_crops(pictures: Pictures, size: int) -> Tensor:
    """(N, 3, size, size) in [0, 1]: the centred square of each picture."""
    crops = []
    for image in pictures.images:
        side = min(image.shape[:2])
        top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
        square = torch.from_numpy(image[top : top + side, left : left + side].copy()).permute(2, 0, 1)[None].float() / 255
        crops.append(F.interpolate(square, (size, size), mode="area"))
    return torch.cat(crops)


def jittered(pictures: Tensor, random: np.random.Generator) -> Tensor:
    """A copy as a shaking hand and a passing cloud would give: cut by 2 %, ±5 % of light."""
    out = []
    for picture in pictures:
        size = picture.shape[-1]
        cut = max(1, round(0.02 * size))
        top, left = random.integers(0, cut + 1, 2)
        crop = picture[:, top : size - cut + top, left : size - cut + left][None]
        out.append(F.interpolate(crop, (size, size), mode="bilinear", align_corners=False) * float(random.uniform(0.95, 1.05)))
    return torch.cat(out).clamp(0, 1)
