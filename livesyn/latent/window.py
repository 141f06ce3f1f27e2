"""The sliding window: what each bar reads of the pictures before it."""

from __future__ import annotations

import numpy as np

from livesyn.base.errors import ShapeError
from livesyn.base.types import Latent
from livesyn.latent.sphere import mean_direction, split

CAPACITY = 3600  # a minute at 60 pictures a second


def hann(ages_s: np.ndarray, length_s: float) -> np.ndarray:
    """Hann weights of what is `ages_s` old in a window that ends now and is `length_s` long;
    0 outside. Windows of two bars, a bar apart, add up to one."""
    inside = (ages_s >= 0) & (ages_s <= length_s)
    return np.where(inside, np.sin(np.pi * ages_s / max(length_s, 1e-9)) ** 2, 0.0)


class LatentWindow:
    """The latents of the last minute (at 60 a second), (D,) each, with their times.

    A ring buffer of fixed size: the oldest are overwritten. For one thread.
    """

    def __init__(self, dimensions: int, capacity: int = CAPACITY) -> None:
        self._directions = np.zeros((capacity, dimensions), np.float32)
        self._radii = np.zeros(capacity)
        self._log_stds = np.zeros((capacity, dimensions), np.float32)
        self._times_s = np.full(capacity, -np.inf)
        self._count = 0

    def __len__(self) -> int:
        return min(self._count, len(self._times_s))

    @property
    def newest_s(self) -> float:
        """When the newest latent's picture was taken; -inf before the first."""
        return float(self._times_s[(self._count - 1) % len(self._times_s)])

    def add(self, latent: Latent) -> None:
        """Add `latent`; at capacity the oldest is dropped. Times never go back.

        Raises ShapeError when it has another number of dimensions.
        """
        if latent.mean.shape != self._directions.shape[1:] or latent.std.shape != latent.mean.shape:
            raise ShapeError(
                f"a latent of {latent.mean.shape} and {latent.std.shape} was added to a window of"
                f" {self._directions.shape[1:]}"
            )
        at = self._count % len(self._times_s)
        self._directions[at], self._radii[at] = split(latent.mean.astype(np.float64))
        self._log_stds[at] = np.log(np.maximum(latent.std, 1e-30))
        self._times_s[at] = latent.time_s
        self._count += 1

    def read(self, now_s: float, length_s: float) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation, each (D,), of the `length_s` before `now_s`,
        Hann-weighted: directions averaged on the sphere, radii by themselves, standard
        deviations by their logarithm. A window without a latent in it gives the newest one.

        Raises LookupError before the first latent.
        """
        if not self._count:
            raise LookupError("nothing has been seen yet")
        weights = hann(now_s - self._times_s[: len(self)], length_s)
        rows = np.flatnonzero(weights > 1e-9)
        if not len(rows):
            rows, weights = np.array([(self._count - 1) % len(self._times_s)]), np.ones(1)
        else:
            rows = rows[np.argsort(self._times_s[rows], kind="stable")]
            weights = weights[rows]
        direction = mean_direction(self._directions[rows], weights)
        radius = float(weights @ self._radii[rows]) / float(weights.sum())
        log_std = np.einsum("n,nd->d", weights, self._log_stds[rows]) / weights.sum()
        return radius * direction, np.exp(log_std)
