"""Figures of a style net on held-out pictures: closeness to the period, structure kept, temporal
stability.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from livesyn.base.params import PERIODS
from livesyn.nets.style import StyleNet
from livesyn.train.data import cropping
from livesyn.train.data.pictures import Pictures
from livesyn.train.run import generator
from livesyn.train.style_losses import lightness

FRAMES = 16  # of other periods, that are given a period's manner
LEVELS = 4
PATCH = 5
FILTERS = 48
DRAWN = 8192  # places that are looked at
POINTS = 512  # of each distribution
NOISE = 0.01  # of a camera
RIDGE = 3.0


def measure(
    net: StyleNet, train: Pictures, test: Pictures, led: Sequence[Pictures], size: int
) -> dict:
    """The figures of `net` on held-out paintings; the judge learns from the training ones. `led`
    are the leaders of each period.

    `leaders` are distances (`patch_distance`) to the leaders of the period, of frames before and
    after; `paintings` those to its held-out paintings, of the leaders too: few as they are, they
    need not be near. `judge` is the share that a linear classifier of statistics says is of its
    period: of held-out paintings, of frames before, and after. `edges` is the correlation of edges,
    before and after. `noise` is how much a camera's noise grows.
    """
    real = cropping.centre_crops(test, size)
    judge = Judge(
        cropping.centre_crops(train, size), [PERIODS.index(label) for label in train.labels]
    )
    labels = np.array([PERIODS.index(label) for label in test.labels])
    told = judge.say(real)
    found: dict[str, dict[str, float]] = {
        name: {}
        for name in (
            "leaders_before",
            "leaders_after",
            "paintings_before",
            "paintings_after",
            "paintings_leaders",
            "judge_paintings",
            "judge_before",
            "judge_after",
            "edges",
            "noise",
        )
    }
    for number, period in enumerate(PERIODS):
        own = real[torch.from_numpy(labels == number)]
        frames = real[torch.from_numpy(np.resize(np.flatnonzero(labels != number), FRAMES))]
        styled = restyle(net, frames, number)
        noisy = (frames + NOISE * torch.randn(frames.shape, generator=generator(0, number))).clamp(
            0, 1
        )
        leading = cropping.centre_crops(led[number], size)
        for of_what, theirs in (("leaders", leading), ("paintings", own)):
            found[f"{of_what}_before"][period], found[f"{of_what}_after"][period] = (
                patch_distance(frames, theirs),
                patch_distance(styled, theirs),
            )
        found["paintings_leaders"][period] = patch_distance(leading, own)
        found["judge_paintings"][period] = float((told[labels == number] == number).mean())
        found["judge_before"][period] = float((judge.say(frames) == number).mean())
        found["judge_after"][period] = float((judge.say(styled) == number).mean())
        found["edges"][period] = edge_correlation(frames, styled)
        found["noise"][period] = float(
            (restyle(net, noisy, number) - styled).abs().mean() / (noisy - frames).abs().mean()
        )
    return {
        name: {**of_periods, "mean": float(np.mean(list(of_periods.values())))}
        for name, of_periods in found.items()
    }


@torch.no_grad()
def restyle(net: StyleNet, frames: Tensor, period: int) -> Tensor:
    """Frames (N, 3, H, W) in the manner of a period, one at a time."""
    device = next(net.parameters()).device
    weights = F.one_hot(torch.tensor([period]), len(net.periods)).float().to(device)
    return torch.cat([net(frame[None].to(device), weights).cpu() for frame in frames])


def bands(images: Tensor) -> list[Tensor]:
    """A Laplacian pyramid, fine to coarse; last its low-pass residual."""
    found = []
    for _ in range(LEVELS):
        images = images[..., : images.shape[-2] // 2 * 2, : images.shape[-1] // 2 * 2]
        smaller = F.avg_pool2d(images, 2)
        found.append(images - F.interpolate(smaller, scale_factor=2, mode="bilinear"))
        images = smaller
    return [*found, images]


def patch_distance(a: Tensor, b: Tensor) -> float:
    """Sliced Wasserstein distance between the patches of two sets of pictures, over all scales, in
    deviations of `b`'s. The filters are random and fixed; no trained net is used.
    """
    random, found = generator(7, 0), []
    for level, (ours, theirs) in enumerate(zip(bands(a), bands(b), strict=True)):
        side = 1 if level == LEVELS else PATCH
        filters = F.normalize(
            torch.randn(FILTERS, 3, side, side, generator=random).flatten(1), dim=1
        ).view(FILTERS, 3, side, side)
        sorted_a, sorted_b = (_quantiles(F.conv2d(x, filters)) for x in (ours, theirs))
        found.append(((sorted_a - sorted_b).abs().mean(1) / (sorted_b.std(1) + 1e-3)).mean())
    return float(torch.stack(found).mean())


def _quantiles(responses: Tensor) -> Tensor:
    """(N, K, H, W) as (K, POINTS)."""
    flat = responses.transpose(0, 1).flatten(1)
    some = torch.randperm(flat.shape[1], generator=generator(7, 1))[:DRAWN]
    sorted_ = flat[:, some].sort(1).values
    return sorted_[:, torch.linspace(0, sorted_.shape[1] - 1, POINTS).round().long()]


def edge_correlation(a: Tensor, b: Tensor) -> float:
    """The mean correlation of how steep two pictures are, place by place."""
    steep = []
    for images in (a, b):
        light = F.avg_pool2d(lightness(images), 2)
        across, down = light.diff(dim=3)[..., 1:, :], light.diff(dim=2)[..., 1:]
        steep.append((across.square() + down.square() + 1e-8).sqrt().flatten(1))
    x, y = (one - one.mean(1, keepdim=True) for one in steep)
    return float(((x * y).sum(1) / (x.norm(dim=1) * y.norm(dim=1) + 1e-8)).mean())


class Judge:
    """A linear classifier of periods by colour and texture alone: mean, spread and skew of each
    colour axis, energy of each band in each. Periods weigh alike.
    """

    def __init__(self, images: Tensor, labels: Sequence[int]) -> None:
        x = _told(images)
        self._mean, self._spread = x.mean(0), x.std(0) + 1e-6
        x = np.c_[(x - self._mean) / self._spread, np.ones(len(x))]
        wanted = np.eye(len(PERIODS))[list(labels)]
        weight = 1 / wanted.sum(0).clip(1)[list(labels)] * len(x) / len(PERIODS)
        self._solution = np.linalg.solve(
            (x * weight[:, None]).T @ x + RIDGE * np.eye(x.shape[1]),
            (x * weight[:, None]).T @ wanted,
        )

    def say(self, images: Tensor) -> np.ndarray:
        """The period (N,) of each of (N, 3, H, W)."""
        x = (_told(images) - self._mean) / self._spread
        answers: np.ndarray = (np.c_[x, np.ones(len(x))] @ self._solution).argmax(1)
        return answers


def _told(images: Tensor) -> np.ndarray:
    """The features (N, F) of each picture."""
    axes = torch.tensor([[1 / 3, 1 / 3, 1 / 3], [0.5, -0.5, 0.0], [0.25, 0.25, -0.5]])
    opponent = torch.einsum("kc,nchw->nkhw", axes, images)
    flat = opponent.flatten(2)
    mean, spread = flat.mean(2), flat.std(2)
    skew = ((flat - mean[..., None]) ** 3).mean(2) / (spread**3 + 1e-4)
    energy = torch.cat([(band.flatten(2).std(2) + 1e-3).log() for band in bands(opponent)[:-1]], 1)
    told: np.ndarray = torch.cat([mean, spread.log1p(), skew, energy], 1).numpy().astype(np.float64)
    return told
