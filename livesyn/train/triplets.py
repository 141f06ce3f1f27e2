"""Triplets of clips, by which the audio encoder learns: random ones, or all of a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from livesyn.base.params import PERIODS
from livesyn.nets.audio_encoder import AudioEncoder, triplet_loss
from livesyn.train.data import musart

if TYPE_CHECKING:
    from livesyn.train.audio_encoder import Settings


def random_triplets(
    net: AudioEncoder,
    data: dict[str, np.ndarray],
    count: int,
    random: np.random.Generator,
    s: Settings,
    device: torch.device,
) -> Tensor:
    """The loss of `count` random triplets, each clip through the net in batches of `count` (section
    4.1).
    """
    period = data["train_period"]
    anchors = random.integers(len(period), size=count)
    positives = np.array(
        [
            random.choice(np.flatnonzero((period == period[a]) & (np.arange(len(period)) != a)))
            for a in anchors
        ]
    )
    negatives = np.array([random.choice(np.flatnonzero(period != period[a])) for a in anchors])
    a, p, n = (
        net(window_batch(data["train_mel"][chosen], device))
        for chosen in (anchors, positives, negatives)
    )
    return triplet_loss(a.float(), p.float(), n.float(), s.margin, s.p, s.powered)


def all_triplets(
    both: nn.ModuleDict,
    data: dict[str, np.ndarray],
    count: int,
    random: np.random.Generator,
    s: Settings,
    device: torch.device,
) -> Tensor:
    """The mean loss of every triplet in a batch with as many clips of each period, positives from
    other pieces (the hardest ones alone had all embeddings fall into one point), and that of naming
    the periods.
    """
    period, piece = data["train_period"], data["train_piece"]
    chosen = np.concatenate(
        [
            _some(data, np.flatnonzero(period == k), count // len(PERIODS), random)
            for k in range(len(PERIODS))
        ]
    )
    embedding = both["encoder"](
        vary(window_batch(data["train_mel"][chosen], device), random)
    ).float()
    anchors, positives = np.nonzero(
        (period[chosen][:, None] == period[chosen]) & (piece[chosen][:, None] != piece[chosen])
    )
    which, negatives = np.nonzero(period[chosen][anchors][:, None] != period[chosen])
    a, p, n = (
        embedding[torch.from_numpy(i).to(device)]
        for i in (anchors[which], positives[which], negatives)
    )
    named = F.cross_entropy(
        both["naming"](embedding), torch.from_numpy(period[chosen]).long().to(device)
    )
    loss = s.naming * named
    if not len(anchors):  # one piece alone of each period, by chance
        return loss
    loss = loss + triplet_loss(a, p, n, s.margin, s.p, s.powered)
    one, other = np.nonzero(
        np.triu(
            (piece[chosen][:, None] == piece[chosen])
            & (data["train_start"][chosen][:, None] == data["train_start"][chosen]),
            1,
        )
    )
    if len(one) and s.takes:
        near, far = (
            (embedding[torch.from_numpy(i).to(device)] - embedding[torch.from_numpy(j).to(device)])
            .norm(dim=1)
            .mean()
            for i, j in ((one, other), (anchors, positives))
        )
        # against other pieces: with positives alone, embeddings collapsed to one point
        loss = loss + s.takes * near / (far + 1e-6)
    return loss


def _some(
    data: dict[str, np.ndarray], clips: np.ndarray, count: int, random: np.random.Generator
) -> np.ndarray:
    """`count` of these clips: of a set with several takes of each, two by two the same music."""
    chosen: list[int] = []
    for clip in random.permutation(clips):
        if len(chosen) >= count:
            break
        if clip not in chosen:
            others = _takes(data, clips, clip)
            chosen += [clip, others[random.integers(len(others))]] if len(others) else [clip]
    return np.array(chosen[:count])


def _takes(data: dict[str, np.ndarray], clips: np.ndarray, clip: int) -> np.ndarray:
    """The other takes of a clip."""
    same = clips[
        (data["train_piece"][clips] == data["train_piece"][clip])
        & (data["train_start"][clips] == data["train_start"][clip])
    ]
    return same[same != clip]


def window_batch(stored: np.ndarray, device: torch.device) -> Tensor:
    return torch.from_numpy(musart.windows(stored)).to(device, memory_format=torch.channels_last)


def vary(windows: Tensor, random: np.random.Generator) -> Tensor:
    """Augmented windows (B, 3, 128, 256): another room, pitch and instrument."""
    varied = windows.float().clone()
    for one in varied:
        if shift := int(random.integers(-4, 5)):
            one[:] = torch.roll(one, shift, 1)
            one[:, (slice(0, shift) if shift > 0 else slice(shift, None))] = -1.0
        bands = np.interp(np.arange(128), np.linspace(0, 127, 6), random.normal(0, 0.12, 6))
        one += torch.as_tensor(bands, dtype=one.dtype, device=one.device)[:, None]
        one.clamp_(float(random.uniform(-1.0, -0.5)), 1.0)
        one[:, (low := int(random.integers(0, 128))) : low + int(random.integers(0, 24))] = -1.0
        start, length = int(random.integers(0, 256)), int(random.integers(0, 64))
        one[int(random.integers(3)), :, start : start + length] = -1.0
    return varied.contiguous(memory_format=torch.channels_last)
