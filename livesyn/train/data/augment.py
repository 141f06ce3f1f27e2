"""Augmentation that a gradient passes through (Zhao et al. 2020): what the discriminator sees, real
and generated alike, is coloured, moved and cut, so that the discriminator does not overfit to a few
hundred paintings.
"""

from __future__ import annotations

import torch
from torch import Tensor


def augment(images: Tensor, random: torch.Generator, amount: float = 1.0) -> Tensor:
    """Pictures (B, 3, S, S), -1 to 1, each changed in its own way.

    `amount` 0 leaves them as they are. Differentiable.
    """
    if amount <= 0:
        return images

    def draw(*shape: int) -> Tensor:
        return torch.rand(shape, generator=random).to(images.device)

    count, _, side, _ = images.shape
    mirrored = draw(count, 1, 1, 1) < 0.5
    x = torch.where(mirrored, images.flip(3), images)
    x = x + amount * (draw(count, 1, 1, 1) - 0.5) * 0.6  # light
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * (1 + amount * (draw(count, 1, 1, 1) - 0.5))  # saturation
    mean = x.mean((1, 2, 3), keepdim=True)
    x = mean + (x - mean) * (1 + amount * (draw(count, 1, 1, 1) - 0.5))  # contrast
    return _cut(_moved(x, draw, max(1, round(side * amount / 8))), draw, side, amount)


def _moved(x: Tensor, draw, reach: int) -> Tensor:
    """Each picture moved by up to `reach` pixels each way, black where nothing comes in."""
    count, _, side, _ = x.shape
    padded = torch.nn.functional.pad(x, (reach,) * 4)
    top, left = ((draw(count) * (2 * reach + 1)).long().clamp(max=2 * reach) for _ in range(2))
    rows = top[:, None] + torch.arange(side, device=x.device)
    columns = left[:, None] + torch.arange(side, device=x.device)
    at = torch.arange(count, device=x.device)[:, None, None]
    return padded.permute(0, 2, 3, 1)[at, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def _cut(x: Tensor, draw, side: int, amount: float) -> Tensor:
    """A square hole in each picture, half as wide as the picture at `amount` 1."""
    wide = side * amount / 2
    places = torch.arange(side, device=x.device) + 0.5
    inside = [(places - draw(x.shape[0], 1) * side).abs() < wide / 2 for _ in range(2)]
    return x * ~(inside[0][:, None, :, None] & inside[1][:, None, None, :])
