"""Paths through the latent space: between latents, through several, and along an attribute.
(Thesis, section 2.1.)

Interpolation is spherical, direction and radius apart: a straight line passes near the origin,
where the decoder gives one melody only (section 6.5).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from livesyn.base.errors import DataError
from livesyn.latent.sphere import slerp, split


def interpolate(start: np.ndarray, end: np.ndarray, part: float) -> np.ndarray:
    """The latent (D,) `part` of the way from `start` to `end`: its direction along the great
    circle, its radius by the ratio of theirs. The ends themselves at 0 and 1, to the bit."""
    if part <= 0 or part >= 1:
        return end if part >= 1 else start
    (from_, from_radius), (to, to_radius) = (
        split(start.astype(np.float64)),
        split(end.astype(np.float64)),
    )
    if from_radius > 0 and to_radius > 0:
        radius = float(from_radius ** (1 - part) * to_radius**part)
    else:  # zero has no ratio to anything
        radius = float((1 - part) * from_radius + part * to_radius)
    return radius * slerp(from_ if from_.any() else to, to if to.any() else from_, part)


def interpolate_std(start: np.ndarray, end: np.ndarray, part: float) -> np.ndarray:
    """The standard deviations (D,) `part` of the way, by their logarithms."""
    if part <= 0 or part >= 1:
        return end if part >= 1 else start
    first, last = np.log(np.maximum(start, 1e-30)), np.log(np.maximum(end, 1e-30))
    return np.asarray(np.exp((1 - part) * first + part * last))


def places(latents: int, steps: int) -> list[tuple[int, float]]:
    """Where a path through so many latents stops: `steps` steps a leg, as (leg, part of it), from
    the first to the last, each of them met once.

    Raises DataError for fewer than two latents or less than one step.
    """
    if latents < 2 or steps < 1:
        raise DataError(
            f"a path through {latents} latents in {steps} steps a leg is none; give at least 2"
            " and 1"
        )
    return [(leg, step / steps) for leg in range(latents - 1) for step in range(steps)] + [
        (latents - 2, 1.0)
    ]


def path(latents: Sequence[np.ndarray], steps: int) -> np.ndarray:
    """The latents (steps · (N − 1) + 1, D) met on the way through `latents` (N of (D,)), in order;
    every `steps`-th is one of them. Raises DataError as `places` does."""
    return np.stack(
        [
            interpolate(latents[leg], latents[leg + 1], part)
            for leg, part in places(len(latents), steps)
        ]
    )


def attribute_vector(having: np.ndarray, lacking: np.ndarray) -> np.ndarray:
    """The mean of the latents (N, D) that have a property minus the mean of those (M, D) that
    have not: (D,). Adding it gives the property, subtracting it takes it away.

    Raises DataError when either is empty.
    """
    if not len(having) or not len(lacking):
        raise DataError(
            f"an attribute is what some latents have and others have not; {len(having)} have it and"
            f" {len(lacking)} have not"
        )
    return np.asarray(having.mean(0) - lacking.mean(0))


def apply(latent: np.ndarray, vector: np.ndarray, amount: float) -> np.ndarray:
    """`latent` (D,) moved by `amount` attribute vectors; at 0 the latent itself, to the bit."""
    return latent if amount == 0 else latent + amount * vector
