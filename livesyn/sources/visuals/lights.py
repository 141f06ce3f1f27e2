"""Visuals of light in the dark: aurora, lava."""

from __future__ import annotations

import math

import numpy as np

from livesyn.media.opencv import opencv
from livesyn.sources.visuals.fields import (
    enlarge,
    grid,
    noise,
    relief,
    sample,
    smoothstep,
    to_pixels,
)
from livesyn.sources.visuals.palettes import SHADES, Palettes, paint


class Aurora:
    """Curtains of light over a still lake, stars behind, hills between."""

    CURTAINS = 3

    def __init__(self, rng: np.random.Generator) -> None:
        self._width, self._height = 320, 180
        self._shore = 126
        self._x, self._y = (axis[: self._shore] for axis in grid(self._width, self._height))
        self._line = self._x[0]
        self._folds = noise(rng, 2, 12, 1.9)
        self._rays = noise(rng, 8, 90, 1.0)
        self._starts = rng.random((self.CURTAINS, 4)).tolist()
        self._palettes = Palettes(rng, period_s=26.0)
        stars = np.zeros((self._shore, self._width), np.float32)
        stars[rng.integers(0, self._shore, 170), rng.integers(0, self._width, 170)] = (
            rng.random(170) ** 3
        )
        self._stars = stars
        ridge = sample(
            noise(rng, 3, 40, 1.6),
            self._line[None] * 0.4,
            np.full((1, self._width), 0.3, np.float32),
        )[0]
        top = self._y[-1, 0] - 0.055 - 0.035 * ridge
        self._land = smoothstep(-0.004, 0.004, self._y - top)
        self._ripple_rows = np.arange(self._height - self._shore, dtype=np.float32)
        self._ripples = noise(rng, 6, 60, 1.2)

    def draw(self, time_s: float) -> np.ndarray:
        cv2 = opencv()
        t = time_s
        shades = self._palettes.at(t) / 255
        base, mid, high = (shades[int(part * (SHADES - 1))] ** 2.6 for part in (0.76, 0.56, 0.4))
        sky = np.zeros((self._shore, self._width, 3), np.float32)
        for layer in range(self.CURTAINS):
            a, b, c, d = self._starts[layer]
            drift = self._line[None] * 0.23
            fold = sample(self._folds, drift + (a + 0.007 * t), np.full_like(drift, b + 0.006 * t))
            foot = 0.14 - 0.13 * layer + 0.09 * fold
            where = self._line[None] + 0.12 * fold
            rays = sample(
                self._rays, 0.5 * where + (c + 0.009 * t), np.full_like(drift, d + 0.012 * t)
            )
            power = smoothstep(
                -0.7, 1.5, sample(self._folds, 0.3 * drift + c, np.full_like(drift, d + 0.013 * t))
            )
            rise = foot - self._y - 0.005 * rays
            tall = 0.1 + 0.03 * layer + 0.035 * np.clip(rays, -1.5, 2)
            up = np.maximum(rise, 0) / tall
            glow = (
                np.exp(-up * 1.5)
                * smoothstep(-0.015, 0.03, rise)
                * (0.62 + 0.3 * np.clip(rays, -1.6, 2.5))
                * power
            )
            tint = np.clip(up * 0.55, 0, 1)[..., None]
            tint = tint * tint * (3 - 2 * tint)
            sky += (glow * (2.1 - 0.3 * layer))[..., None] * (
                mid * tint + base * (1 - tint) + 0.2 * high
            )
        dim = 1 - 0.85 * np.clip(sky.max(axis=2), 0, 1)
        twinkle = self._stars * (0.75 + 0.25 * np.sin(3 * t + 40 * self._x)) * dim
        horizon = np.clip(self._y + 0.5, 0, 1)[..., None]
        sky += shades[60] ** 2 + (0.05 * horizon * horizon) * mid + twinkle[..., None]
        sky *= (1 - 0.97 * self._land)[..., None]
        rows = self._ripple_rows
        x = np.broadcast_to(self._line, (len(rows), self._width))
        ripple = sample(
            self._ripples,
            0.18 * x + 0.01 * t,
            np.broadcast_to((1.4 * rows / (rows + 14))[:, None], x.shape) + 0.03 * t,
        )
        columns = np.arange(self._width, dtype=np.float32)[None] + 0.8 * ripple
        mirrored = self._shore - 1 - 1.9 * rows[:, None] + ripple * (0.4 + 0.09 * rows[:, None])
        lake = cv2.remap(
            sky,
            columns,
            mirrored.astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT_101,
        )
        lake *= (0.62 - 0.3 * rows / len(rows))[:, None, None]
        light = np.concatenate([sky, lake])
        return to_pixels(255 * np.sqrt(1 - np.exp(-1.5 * light)))


class Lava:
    """Drops of warm glass that rise, meet and part."""

    DROPS = 12

    def __init__(self, rng: np.random.Generator) -> None:
        self._x, self._y = grid(240, 135)
        self._phases = (rng.random((self.DROPS, 4)) * 2 * math.pi).tolist()
        self._rates = (0.12 + 0.22 * rng.random((self.DROPS, 2))).tolist()
        self._tints = rng.random(self.DROPS).tolist()
        self._sizes = (0.07 + 0.09 * rng.random(self.DROPS)).tolist()
        self._palettes = Palettes(rng)
        self._haze = noise(rng, 2, 5, 2.0)

    def draw(self, time_s: float) -> np.ndarray:
        t = time_s
        field, tint, weight = (np.zeros_like(self._x) for _ in range(3))
        for (a, b, c, d), (slow, slower), size, hue in zip(
            self._phases, self._rates, self._sizes, self._tints, strict=True
        ):
            px = 0.72 * math.sin(slower * t + a) + 0.12 * math.sin(0.7 * t + b)
            py = 0.5 * math.sin(slow * t + c) + 0.06 * math.sin(0.9 * t + d)
            dx, dy = self._x - px, self._y - py
            pull = size * size / (dx * dx + dy * dy + 0.3 * size * size)
            field += pull
            tint += hue * pull * pull
            weight += pull * pull
        tint /= weight
        haze = sample(self._haze, 0.25 * self._x + 0.007 * t, 0.25 * self._y - 0.012 * t)
        field, haze, tint = (enlarge(values, 480, 270) for values in (field, haze, tint))
        inside = smoothstep(0.94, 1.06, field)
        above = np.maximum(field - 0.94, 0)
        dome = np.sqrt(above / (0.55 + above))
        lit, glint = relief(dome, 3.0, -2.2 + 0.04 * t)
        shades = self._palettes.at(t)
        rim = np.exp(-30 * (field - 1.0) ** 2)
        glow = np.clip(field, 0, 1) ** 3
        outside = paint(shades, 0.07 + 0.22 * glow + 0.035 * haze)
        glass = paint(shades, 0.3 + 0.45 * tint + 0.24 * dome * dome + 0.04 * haze)
        glass *= (0.35 + 0.9 * lit)[..., None]
        glass += glint[..., None] * (0.6 * shades[-1])
        colours = outside + inside[..., None] * (glass - outside)
        colours += (0.22 * rim)[..., None] * shades[700]
        return to_pixels(colours)
