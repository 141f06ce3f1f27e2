"""How alike pictures are: to one another, to those learnt from, and as a set. All take (N, 3, S, S)
in [0, 1].
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

WEIGHTS = (0.0448, 0.2856, 0.3001)  # of the three finest of the five scales (Wang et al. 2003)
_WINDOW, _SIGMA = 11, 1.5
_C1, _C2 = 0.01**2, 0.03**2
AT_ONCE = 256


def ms_ssim(one: Tensor, other: Tensor, scales: int = 3) -> Tensor:
    """Structural similarity over `scales` scales of pairs of pictures, 1 for the same: (N,)."""
    weights = [weight / sum(WEIGHTS[:scales]) for weight in WEIGHTS[:scales]]
    result = torch.ones(len(one), device=one.device)
    for i, weight in enumerate(weights):
        luminance, contrast = _ssim(one, other)
        part = contrast if i < scales - 1 else luminance * contrast
        result = result * part.mean((1, 2, 3)).clamp(min=1e-6) ** weight
        one, other = F.avg_pool2d(one, 2), F.avg_pool2d(other, 2)
    return result


def _ssim(one: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    places = torch.arange(_WINDOW, device=one.device) - _WINDOW // 2
    bell = torch.exp(-places.square() / (2 * _SIGMA**2))
    kernel = (bell[:, None] * bell / bell.sum() ** 2).expand(3, 1, -1, -1).contiguous()

    def blur(x: Tensor) -> Tensor:
        return F.conv2d(x, kernel, groups=3)

    mean_one, mean_other = blur(one), blur(other)
    var_one, var_other = blur(one * one) - mean_one**2, blur(other * other) - mean_other**2
    covariance = blur(one * other) - mean_one * mean_other
    return (2 * mean_one * mean_other + _C1) / (mean_one**2 + mean_other**2 + _C1), (
        2 * covariance + _C2
    ) / (var_one + var_other + _C2)


@torch.no_grad()
def alike(pictures: Tensor, pairs: int = 300, seed: int = 0) -> float:
    """The mean MS-SSIM of random pairs: near 1 where all are one picture, for paintings about
    0.1.
    """
    random = np.random.default_rng(seed)
    one = random.integers(len(pictures), size=pairs)
    other = (one + random.integers(1, len(pictures), size=pairs)) % len(pictures)
    return (
        torch.cat(
            [
                ms_ssim(pictures[a], pictures[b])
                for a, b in zip(
                    torch.as_tensor(one).split(AT_ONCE),
                    torch.as_tensor(other).split(AT_ONCE),
                    strict=True,
                )
            ]
        )
        .mean()
        .item()
    )


@torch.no_grad()
def nearest(pictures: Tensor, known: Tensor) -> Tensor:
    """The distance of each picture to the nearest of `known` and of their mirrors, root mean square
    over pixels at a quarter of the size: (N,).
    """
    small = F.avg_pool2d(pictures, 4).flatten(1)
    there = F.avg_pool2d(torch.cat([known, known.flip(3)]), 4).flatten(1)
    return torch.cdist(small, there).amin(1) / small.shape[1] ** 0.5


def frechet(one: np.ndarray, other: np.ndarray) -> float:
    """The Fréchet distance of two sets of features (N, D), (M, D), each taken for a Gaussian."""
    from scipy.linalg import sqrtm

    mean = one.mean(0) - other.mean(0)
    a, b = (np.cov(x, rowvar=False) + 1e-6 * np.eye(x.shape[1]) for x in (one, other))
    return float(mean @ mean + np.trace(a + b - 2 * np.real(sqrtm(a @ b))))
