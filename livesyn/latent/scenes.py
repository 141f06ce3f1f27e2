"""Scenes: latents that are kept under a name, and led to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from livesyn.base.params import SCENES
from livesyn.latent.paths import interpolate, interpolate_std

Latent = tuple[np.ndarray, np.ndarray]  # means and standard deviations, (D,) each


class Scenes:
    """The latents that the parameter `morph_to` names. For one event loop."""

    def __init__(self) -> None:
        self._kept: dict[str, Latent] = {}

    def __contains__(self, scene: str) -> bool:
        return scene in self._kept

    @property
    def names(self) -> frozenset[str]:
        """The scenes that are not empty."""
        return frozenset(self._kept)

    def keep(self, scene: str, mean: np.ndarray, std: np.ndarray) -> None:
        """Keep a latent as `scene`, in place of an earlier one."""
        self._kept[scene] = np.array(mean, np.float64), np.array(std, np.float64)

    def clear(self) -> None:
        """Keep none."""
        self._kept.clear()

    def morph(self, mean: np.ndarray, std: np.ndarray, params: Mapping[str, float]) -> Latent:
        """The latent `morph` of the way from (mean, std) to the scene `morph_to`; the latent
        itself, to the bit, at 0 or where that scene is empty."""
        scene = SCENES[int(params["morph_to"])]
        if not params["morph"] or scene not in self._kept:
            return mean, std
        return _between((mean, std), self._kept[scene], params["morph"])


class Hold:
    """Where the scene that was recalled last leads the latent: None is the live one. On the way it
    goes from where it was, over the sphere. For one event loop.
    """

    def __init__(self) -> None:
        self._start: Latent | None = None
        self._end: Latent | None = None
        self._part = 1.0  # of the way from one to the other, at the last bar
        self._here: Latent | None = None

    def go(self, latent: Latent | None) -> None:
        """Set out for another; one that was not set out for by any bar is left out."""
        if self._part >= 1:
            self._start = self._end
        elif self._part > 0:
            self._start = self._here
        self._end, self._part = latent, 0.0

    def lead(self, mean: np.ndarray, std: np.ndarray, part: float) -> Latent:
        """The latent of a bar, `part` of the way; the live one (mean, std) itself where that is
        where it stands.
        """
        live = mean, std
        start = live if self._start is None else self._start
        end = live if self._end is None else self._end
        self._part = max(part, self._part)
        self._here = _between(start, end, self._part)
        return self._here


def _between(start: Latent, end: Latent, part: float) -> Latent:
    return interpolate(start[0], end[0], part), interpolate_std(start[1], end[1], part)
