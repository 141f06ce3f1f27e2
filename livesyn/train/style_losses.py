"""The losses of style transfer: structure, style, colour and temporal stability."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from livesyn.nets.precision import autocast
from livesyn.train.texture_classifier import TextureClassifier, moments

SCALES = (1, 2, 4)  # pixels of the frame to one of those compared
WINDOW = 7
FLAT = 2e-3  # variance of lightness below which a place has no shape to keep
LEVELS = (
    4  # sizes at which colours are compared: single pixels, then ever larger patches of one colour
)
SEEN = 4096  # pixels kept of a period's paintings at each level
DRAWN = 1500  # and compared at a step
DIRECTIONS = 24


def lightness(pictures: Tensor) -> Tensor:
    """(B, 3, H, W) as (B, 1, H, W), ITU-R BT.601."""
    return (pictures * pictures.new_tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(
        1, keepdim=True
    )


def structure_loss(styled: Tensor, frames: Tensor) -> Tensor:
    """How little the shapes of `frames` are left, 0 to 2: one less the local correlation of
    lightness, in windows at three scales. Tone, contrast and colour are free, and so is what is
    flat: there the manner may put its strokes.
    """
    ours, theirs = lightness(styled), lightness(frames)
    return torch.stack(
        [_unlike(F.avg_pool2d(ours, k), F.avg_pool2d(theirs, k)) for k in SCALES]
    ).mean()


def _unlike(a: Tensor, b: Tensor) -> Tensor:
    def mean(x: Tensor) -> Tensor:
        return F.avg_pool2d(x, WINDOW, 2, WINDOW // 2, count_include_pad=False)

    over_a, over_b = (mean(x * x) - mean(x) ** 2 for x in (a, b))
    both = mean(a * b) - mean(a) * mean(b)
    shape = over_b.clamp_min(0) / (over_b.clamp_min(0) + FLAT)
    correlation = both * torch.rsqrt((over_a.clamp_min(0) + 1e-4) * (over_b.clamp_min(0) + 1e-4))
    return (shape * (1 - correlation)).sum() / shape.sum().clamp_min(1e-6)


def roughness(pictures: Tensor) -> Tensor:
    """Total variation: the mean step from pixel to pixel, across and down."""
    return pictures.diff(dim=3).abs().mean() + pictures.diff(dim=2).abs().mean()


class Manners:
    """The statistics of each period's leading paintings: of the texture classifier's feature maps,
    and of colour.

    `leaders` are the paintings of each period, (1, 3, H, W) in [0, 1]. The weights of the periods
    (B, P) that the losses take may be mixtures; so then is what they ask for.
    """

    def __init__(
        self, classifier: TextureClassifier, leaders: Sequence[Sequence[Tensor]], seed: int
    ) -> None:
        self._classifier = classifier
        with torch.no_grad():
            each = [[moments(classifier.maps(one)) for one in of_period] for of_period in leaders]
            self._moments = [
                torch.cat(
                    [
                        torch.cat([one[level] for one in of_period]).mean(0, keepdim=True)
                        for of_period in each
                    ]
                )
                for level in range(len(each[0][0]))
            ]
            random = torch.Generator().manual_seed(seed)
            self._colours = [
                torch.stack(
                    [
                        _draw(torch.cat([_at(one, level)[0] for one in of_period], 1), SEEN, random)
                        for of_period in leaders
                    ]
                )
                for level in range(LEVELS)
            ]

    def style_loss(self, styled: Tensor, weights: Tensor) -> Tensor:
        """How far the second moments of the feature maps are from the period's, as a share of
        those; the mean over scales.
        """
        with autocast(styled.device):
            maps = self._classifier.maps(styled)
        shares = []
        for ours, of_periods in zip(moments(maps), self._moments, strict=True):
            theirs = torch.einsum("bp,pcd->bcd", weights, of_periods)
            shares.append(
                ((ours - theirs).square().sum((1, 2)) / theirs.square().sum((1, 2))).mean()
            )
        return torch.stack(shares).mean()

    def colour_loss(self, styled: Tensor, weights: Tensor, random: torch.Generator) -> Tensor:
        """Sliced Wasserstein distance of colours, at four sizes of patch, in deviations."""
        distances = []
        for level, of_periods in enumerate(self._colours):
            ours = _at(styled, level)
            count = min(DRAWN, ours.shape[2])
            ours = ours[:, :, torch.randperm(ours.shape[2], generator=random)[:count]]
            # (B, count)
            period = torch.multinomial(weights.cpu(), count, replacement=True, generator=random)
            theirs = of_periods[
                period, :, torch.randint(SEEN, period.shape, generator=random)
            ].transpose(1, 2)
            directions = F.normalize(torch.randn(DIRECTIONS, 3, generator=random), dim=1).to(
                styled.device
            )
            a, b = ((directions @ x).sort(2).values for x in (ours, theirs))
            distances.append(((a - b).abs().mean(2) / (b.std(2) + 1e-2)).mean())
        return torch.stack(distances).mean()


def _at(pictures: Tensor, level: int) -> Tensor:
    """Colours (B, 3, N) of patches of 2^level pixels."""
    return F.avg_pool2d(pictures, 2**level).flatten(2)


def _draw(colours: Tensor, count: int, random: torch.Generator) -> Tensor:
    """`count` of the columns of (3, N), some twice where there are fewer."""
    return colours[:, torch.randint(colours.shape[1], (count,), generator=random)]
