"""Scenes: latents that are stored under a letter and can be morphed to."""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from livesyn.base.params import SCENES
from livesyn.latent.paths import interpolate, interpolate_std

log = logging.getLogger(__name__)


class Scenes:
    """Up to four kept latents, (D,) means and standard deviations.

    With a `path` they are written there, whole or not at all, so that a restarted engine has them
    again; what cannot be read there, or is of another size, is ignored. For one event loop.
    """

    def __init__(self, dimensions: int, path: Path | None = None) -> None:
        self._dimensions, self._path = dimensions, path
        self._kept: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        if path is not None and path.is_file():
            self._read(path)

    def __contains__(self, scene: str) -> bool:
        return scene in self._kept

    @property
    def names(self) -> frozenset[str]:
        """The scenes that are not empty."""
        return frozenset(self._kept)

    def keep(self, scene: str, mean: np.ndarray, std: np.ndarray) -> None:
        """Store a latent as `scene`, in place of an earlier one."""
        self._kept[scene] = np.array(mean, np.float64), np.array(std, np.float64)
        if self._path is None:
            return
        part = self._path.with_name(self._path.name + ".part")
        try:
            with part.open("wb") as file:
                np.savez(file, **{name: np.stack(latent) for name, latent in self._kept.items()})  # type: ignore[arg-type]  # its stub takes the names for its own flags
            part.replace(self._path)
        except OSError as error:  # kept for this engine, if not for the next
            log.warning("scene %s is not written down (%s)", scene, error)

    def morph(
        self, mean: np.ndarray, std: np.ndarray, params: Mapping[str, float]
    ) -> tuple[np.ndarray, np.ndarray]:
        """The latent `morph` of the way from (mean, std) to the scene `morph_to`; the latent
        itself, to the bit, at 0 or where that scene is empty."""
        scene = SCENES[int(params["morph_to"])]
        if not params["morph"] or scene not in self._kept:
            return mean, std
        there, there_std = self._kept[scene]
        return interpolate(mean, there, params["morph"]), interpolate_std(
            std, there_std, params["morph"]
        )

    def _read(self, path: Path) -> None:
        try:
            with np.load(path, allow_pickle=False) as arrays:
                found = {name: arrays[name] for name in SCENES if name in arrays}
        except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
            log.warning("the scenes in %s cannot be read (%s)", path, error)
            return
        for name, latent in found.items():
            if (
                latent.shape == (2, self._dimensions)
                and np.isfinite(latent).all()
                and (latent[1] > 0).all()
            ):
                self._kept[name] = latent[0].astype(np.float64), latent[1].astype(np.float64)
