"""Frames to train a style net on, crops of paintings, and the paintings that lead each period."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from livesyn.base.errors import DataError
from livesyn.base.params import PERIODS
from livesyn.train.data import cropping, pictures
from livesyn.train.data.musart_paintings import GREY
from livesyn.train.data.pictures import Pictures

if TYPE_CHECKING:
    from livesyn.train.style import Settings

MARGIN = 0.05  # of a painting's shorter side: its frame, the wall


class Frames:
    """Training batches by step: crops of paintings of any period in varied light, and their target
    periods.
    """

    def __init__(self, split: Pictures, s: Settings) -> None:
        self._s, self._sets = s, [split]
        if s.frames:
            self._sets.append(_every(Path(s.frames), s))

    def at(self, step: int) -> tuple[Tensor, Tensor]:
        """Frames (B, 3, S, S) in [0, 1] and weights of the periods (B, P)."""
        s, random = self._s, np.random.default_rng((self._s.seed, step))
        cuts = [
            cropping.random_crops(
                one, random.integers(len(one), size=-(-s.batch // len(self._sets))), s.size, random
            )
            for one in self._sets
        ]
        frames = torch.cat(cuts)[: s.batch]
        # paintings are dark; cameras need not be
        gamma = _column(random.uniform(0.4, 1.2, s.batch))
        strength = _column(random.uniform(0.6, 1.8, s.batch))
        frames = frames.clamp_min(1e-3) ** gamma
        grey = frames.mean(1, keepdim=True)
        frames = (grey + strength * (frames - grey)).clamp(0, 1)
        count = len(PERIODS)
        first = random.permutation(np.arange(s.batch) % count)
        second = (first + random.integers(1, count, s.batch)) % count
        share = np.where(random.random(s.batch) < s.mixed, random.uniform(0, 1, s.batch), 1.0)[
            :, None
        ]
        weights = share * np.eye(count)[first] + (1 - share) * np.eye(count)[second]
        return frames, torch.from_numpy(weights.astype(np.float32))


def _column(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values.astype(np.float32)).view(-1, 1, 1, 1)


def _every(folder: Path, s: Settings) -> Pictures:
    splits = pictures.load(
        folder, pictures.Source(size=round(s.stroke / cropping.ROOM), held_out=1, valid=1)
    )
    return splits["train"]


def paintings(s: Settings) -> dict[str, Pictures]:
    """The paintings of the periods by split, without those in black and white; each period is among
    what is learnt and what is tested. Raises DataError.
    """
    source = pictures.Source(
        round(s.stroke / cropping.ROOM),
        rights=tuple(filter(None, s.rights.split("|"))),
        held_out=s.held_out,
        valid=-(-s.held_out // 2),
    )
    found = {}
    for split, every in pictures.load(Path(s.data), source).items():
        found[split] = every.take(
            i
            for i, label in enumerate(every.labels)
            if label in PERIODS and np.ptp(every.images[i].astype(np.int16), axis=2).mean() >= GREY
        )
        if split != "valid" and (lacking := sorted(set(PERIODS) - set(found[split].labels))):
            raise DataError(
                f"{s.data} has no coloured painting of {', '.join(lacking)} for the {split} split;"
                " it needs more of each period, or another --held-out"
            )
    return found


def leaders(split: Pictures, names: str, where: str) -> list[Pictures]:
    """The paintings that lead each period, without their margins: those called `names`, or all.
    Raises DataError.
    """
    wanted = {name.strip() for name in names.split(",")} - {""}
    files = [PurePosixPath(name).name for name in split.names]
    if missing := sorted(wanted - set(files)):
        raise DataError(
            f"{missing[0]} is not among the {len(split)} paintings of {where} to learn from; it may"
            " be held out, black and white, or of other rights"
        )
    found = []
    for period in PERIODS:
        of_it = [i for i, label in enumerate(split.labels) if label == period]
        led = split.take([i for i in of_it if files[i] in wanted] or of_it)
        found.append(Pictures(led.names, led.labels, tuple(_inside(image) for image in led.images)))
    return found


def _inside(image: np.ndarray) -> np.ndarray:
    margin = round(MARGIN * min(image.shape[:2]))
    return image[margin : image.shape[0] - margin, margin : image.shape[1] - margin]


def as_tensor(image: np.ndarray) -> Tensor:
    return torch.from_numpy(image.copy()).permute(2, 0, 1)[None].float() / 255
