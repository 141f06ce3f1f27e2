"""The size in which a picture is kept, and the squares cut from it: at random to train on, centred
to measure on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

if TYPE_CHECKING:
    from livesyn.train.data.pictures import Pictures, Source

ROOM = 1.5  # how much larger than the net's side a picture is kept, to cut from


def random_batch(
    pictures: Pictures, size: int, batch: int, random: np.random.Generator, colour: float = 0.15
) -> Tensor:
    """(B, C, size, size) in [0, 1]: random pictures, cut by `random_crops`."""
    return random_crops(pictures, random.integers(len(pictures), size=batch), size, random, colour)


def random_crops(
    pictures: Pictures,
    chosen: np.ndarray,
    size: int,
    random: np.random.Generator,
    colour: float = 0.15,
) -> Tensor:
    """(B, C, size, size) in [0, 1] of the pictures at the indices `chosen` (B,): those of just this
    size whole, of larger ones random crops, mirrored or not, and a little light (`colour`).
    """
    if _just(pictures, size):
        return _tensor(pictures.images[chosen], pictures.binarise)  # type: ignore[call-overload]
    out = _tensor(np.stack([_random_crop(pictures.images[i], size, random) for i in chosen]), False)
    gain = torch.from_numpy(
        random.uniform(1 - colour, 1 + colour, (len(out), out.shape[1], 1, 1)).astype(np.float32)
    )
    shift = torch.from_numpy(
        random.uniform(-colour / 2, colour / 2, (len(out), 1, 1, 1)).astype(np.float32)
    )
    out = (out * gain + shift).clamp_(0, 1)
    return (out >= 0.5).float() if pictures.binarise else out


def _just(pictures: Pictures, size: int) -> bool:
    return isinstance(pictures.images, np.ndarray) and pictures.images.shape[1:3] == (size, size)


def _tensor(images: np.ndarray, binarise: bool) -> Tensor:
    """(B, H, W, C) uint8 as (B, C, H, W) in [0, 1]."""
    tensor = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
    return (tensor >= 0.5).float() if binarise else tensor


def _random_crop(image: np.ndarray, size: int, random: np.random.Generator) -> np.ndarray:
    import cv2

    side = (
        int(random.integers(size, min(image.shape[:2]) + 1))
        if min(image.shape[:2]) > size
        else min(image.shape[:2])
    )
    top = int(random.integers(image.shape[0] - side + 1))
    left = int(random.integers(image.shape[1] - side + 1))
    crop = image[top : top + side, left : left + side]
    if random.random() < 0.5:
        crop = crop[:, ::-1]
    crop = cv2.resize(np.ascontiguousarray(crop), (size, size), interpolation=cv2.INTER_AREA)
    return crop if crop.ndim == 3 else crop[..., None]


def centre_crops(pictures: Pictures, size: int) -> Tensor:
    """(N, C, size, size) in [0, 1]: the centred square of each picture."""
    if _just(pictures, size):
        return _tensor(np.asarray(pictures.images), pictures.binarise)
    crops = []
    for image in pictures.images:
        side = min(image.shape[:2])
        top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
        square = (
            torch.from_numpy(image[top : top + side, left : left + side].copy())
            .permute(2, 0, 1)[None]
            .float()
            / 255
        )
        crops.append(F.interpolate(square, (size, size), mode="area"))
    whole = torch.cat(crops)
    return (whole >= 0.5).float() if pictures.binarise else whole


def jittered(pictures: Tensor, random: np.random.Generator) -> Tensor:
    """A jittered copy, like a camera's next frame: cropped by 2 %, ±5 % of brightness."""
    out = []
    for picture in pictures:
        size = picture.shape[-1]
        cut = max(1, round(0.02 * size))
        top, left = random.integers(0, cut + 1, 2)
        crop = picture[:, top : size - cut + top, left : size - cut + left][None]
        out.append(
            F.interpolate(crop, (size, size), mode="bilinear", align_corners=False)
            * float(random.uniform(0.95, 1.05))
        )
    return torch.cat(out).clamp(0, 1)


def fit_all(x: np.ndarray, source: Source) -> np.ndarray:
    """(N, H, W, c) uint8 as (N, h, w, C), fit for the net."""
    if x.shape[1:] == (source.size, source.size, source.channels):
        return x
    from PIL import Image

    return np.stack(
        [fit(Image.fromarray(one.squeeze(-1) if one.shape[-1] == 1 else one), source) for one in x]
    )


def fit(picture: object, source: Source) -> np.ndarray:
    """A PIL picture as (H, W, C) uint8: just the net's size, or its shorter side larger by
    `ROOM`.
    """
    from PIL import Image

    assert isinstance(picture, Image.Image)
    pixels = picture.convert("RGB" if source.channels == 3 else "L")
    side = source.size if pixels.size == (source.size, source.size) else round(source.size * ROOM)
    scale = side / min(pixels.size)
    size = (max(side, round(pixels.width * scale)), max(side, round(pixels.height * scale)))
    array = np.asarray(
        pixels
        if size == pixels.size
        else pixels.resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC)
    )
    return array if array.ndim == 3 else array[..., None]
