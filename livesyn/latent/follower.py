"""Smoothing over bars: how fast the music follows the picture."""

from __future__ import annotations

import numpy as np

from livesyn.latent.sphere import slerp, split


class Follower:
    """Follows means and standard deviations (D,) with a half-life: of the angle to a new
    target, and of the ratio of the radii and of the standard deviations, half is left after
    `half_life_bars`. The state belongs to one show; start another with another Follower.
    """

    def __init__(self) -> None:
        self._direction: np.ndarray | None = None
        self._radius = 0.0
        self._log_std = np.zeros(0)

    def follow(
        self, mean: np.ndarray, std: np.ndarray, half_life_bars: float, bars: float = 1
    ) -> tuple[np.ndarray, np.ndarray]:
        """Go on by `bars` towards the target; returns where it stands. The first target is taken as
        it is.
        """
        target, radius = split(np.asarray(mean, np.float64))
        log_std = np.log(np.maximum(std, 1e-30))
        if self._direction is None:
            self._direction, self._radius, self._log_std = target, float(radius), log_std
            return self._radius * target, np.exp(log_std)
        part = 1 - 0.5 ** (bars / half_life_bars) if half_life_bars > 0 else 1.0
        self._direction = slerp(self._direction, target, part)
        if self._radius > 0 and radius > 0:
            self._radius = float(self._radius ** (1 - part) * radius**part)
        else:  # zero has no ratio to anything
            self._radius += part * (float(radius) - self._radius)
        self._log_std = self._log_std + part * (log_std - self._log_std)
        return self._radius * self._direction, np.exp(self._log_std)
