"""Visuals that flow: silk of warped noise, dye in water, threads of light."""

from __future__ import annotations

import math

import numpy as np

from livesyn.media.opencv import opencv
from livesyn.sources.visuals.fields import SIDE, grid, noise, relief, sample, to_pixels
from livesyn.sources.visuals.palettes import SHADES, Palettes, paint

FRAME_S = 1 / 30  # the rates below are written for steps of this length
LONGEST_STEP_S = 3 * FRAME_S  # after a leap in time the flow goes on from where it was


class Ink:
    """Ink folding into itself: noise, displaced by noise, displaced by noise, lit from one side."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._x, self._y = (0.36 * axis for axis in grid(320, 180))
        self._clouds = [noise(rng, 2, 18, 2.0) for _ in range(3)]
        self._palettes = Palettes(rng)
        self._start = rng.random(6).tolist()
        self._angle = rng.random() * 2 * math.pi

    def draw(self, time_s: float) -> np.ndarray:
        a, b, c = self._clouds
        s, t = self._start, time_s
        # how tightly it folds, over some 50 s
        breath = 0.5 + 0.5 * math.sin(0.13 * t + self._angle)
        near, far = 0.045 + 0.03 * breath, 0.10 + 0.05 * breath
        x, y = self._x + s[0] + 0.006 * t, self._y + s[1] - 0.0047 * t
        qx = sample(a, x, y)
        qy = sample(b, x + 0.0101 * t, y + 0.0065 * t)
        rx = sample(b, x + near * qx + s[2], y + near * qy + 0.0122 * t)
        ry = sample(c, x + near * qx - 0.0109 * t, y + near * qy + s[3])
        body = sample(a, x + far * rx + s[4], y + far * ry + s[5])
        value = 0.46 + 0.19 * body + 0.11 * rx + 0.05 * qy
        lit, glint = relief(body + 0.5 * ry, 0.42, self._angle + 0.05 * t)
        shades = self._palettes.at(t)
        colours = paint(shades, value)
        colours *= (0.25 + 1.05 * lit)[..., None]
        colours += glint[..., None] * (0.35 * shades[-1])
        return to_pixels(colours)


class Smoke:
    """Dye let out by wandering nozzles into a slowly turning current."""

    NOZZLES = 7

    def __init__(self, rng: np.random.Generator) -> None:
        self._width, self._height = 320, 180
        self._x, self._y = grid(self._width, self._height)
        self._columns, self._rows = np.meshgrid(
            np.arange(self._width, dtype=np.float32), np.arange(self._height, dtype=np.float32)
        )
        self._current = noise(rng, 2, 7, 1.6)
        self._eddies = noise(rng, 5, 22, 1.2)
        self._palettes = Palettes(rng, period_s=20.0)
        self._phases = (rng.random((self.NOZZLES, 4)) * 2 * math.pi).tolist()
        self._dye = np.zeros((self._height, self._width, 3), np.float32)
        self._time_s = 0.0
        for n in range(-90, 0):
            self._step(n * FRAME_S, 1.0)

    def draw(self, time_s: float) -> np.ndarray:
        self._step(time_s, min(time_s - self._time_s, LONGEST_STEP_S) / FRAME_S)
        self._time_s = time_s
        density = self._dye.max(axis=2)
        lit, _ = relief(np.sqrt(density), 0.5, 0.6 + 0.07 * time_s)
        glow = 1 - np.exp(-1.15 * self._dye)
        water = self._palettes.at(time_s)[int(0.06 * SHADES)] * 1.3
        return to_pixels(water + glow * (70 + 280 * np.clip(lit, 0, None))[..., None])

    def _step(self, t: float, length: float) -> None:
        cv2 = opencv()
        x, y = 0.42 * self._x, 0.42 * self._y
        stream = sample(self._current, x + 0.011 * t, y + 0.004 * t) + 0.35 * sample(
            self._eddies, x - 0.012 * t, y + 0.017 * t
        )
        u = cv2.Sobel(stream, cv2.CV_32F, 0, 1, ksize=3, scale=4.2 * length)
        v = cv2.Sobel(stream, cv2.CV_32F, 1, 0, ksize=3, scale=-4.2 * length)
        self._dye = cv2.remap(
            self._dye,
            self._columns - u,
            self._rows - v,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT_101,
        )
        self._dye *= 0.9945**length
        shades = self._palettes.at(max(t, 0.0)) / 255
        for nozzle, (a, b, c, d) in enumerate(self._phases):
            px = 0.7 * math.sin(0.31 * t + a) + 0.2 * math.sin(0.83 * t + b)
            py = 0.3 * math.sin(0.37 * t + c) + 0.12 * math.sin(0.97 * t + d)
            strength = 0.5 + 0.5 * math.sin(0.61 * t + a + d)
            shade = shades[int((0.42 + 0.56 * nozzle / (self.NOZZLES - 1)) * (SHADES - 1))] ** 1.6
            left, top = (
                int((px - self._x[0, 0]) * self._height),
                int((py - self._y[0, 0]) * self._height),
            )
            part = (
                slice(max(0, top - 26), max(0, top + 27)),
                slice(max(0, left - 26), max(0, left + 27)),
            )
            spot = np.exp(-260 * ((self._x[part] - px) ** 2 + (self._y[part] - py) ** 2))
            self._dye[part] += (0.3 * length * strength * spot)[..., None] * shade


class Threads:
    """Thousands of sparks drawn along a field of curls, their light fading behind them."""

    COUNT = 5400
    LIFE_S = 6.0

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._width, self._height = 480, 270
        potentials = [noise(rng, 2, 9, 1.9), noise(rng, 2, 9, 1.9)]
        self._fields = [
            (np.roll(p, -2, 0) - np.roll(p, 2, 0), np.roll(p, 2, 1) - np.roll(p, -2, 1))
            for p in potentials
        ]
        self._place = (rng.random((2, self.COUNT)) - 0.5) * [[16 / 9], [1.0]]
        self._age_s = rng.random(self.COUNT) * self.LIFE_S
        self._regions = noise(rng, 2, 5, 2.0)
        self._band = self._band_of(self._place)
        self._light = np.zeros((3, self._height * self._width), np.float32)
        self._palettes = Palettes(rng, period_s=22.0)
        self._time_s = 0.0
        for n in range(-40, 0):
            self._step(n * FRAME_S, 1.0)

    def draw(self, time_s: float) -> np.ndarray:
        cv2 = opencv()
        self._step(time_s, min(time_s - self._time_s, LONGEST_STEP_S) / FRAME_S)
        self._time_s = time_s
        shades = self._palettes.at(time_s)
        inks = (
            np.stack([shades[int(part * (SHADES - 1))] / 255 for part in (0.42, 0.68, 0.96)]) ** 1.8
        )
        light = (self._light.T @ inks.astype(np.float32)).reshape(self._height, self._width, 3)
        halo = cv2.GaussianBlur(
            cv2.resize(light, (120, 68), interpolation=cv2.INTER_AREA), (0, 0), 3.0
        )
        light = light + 0.8 * cv2.resize(
            halo, (self._width, self._height), interpolation=cv2.INTER_LINEAR
        )
        return to_pixels(shades[40] * 0.6 + 255 * (1 - np.exp(-1.5 * light)))

    def _step(self, t: float, length: float) -> None:
        self._light *= 0.955**length
        mix = 0.5 + 0.5 * math.sin(0.11 * t)
        (ux, uy), (vx, vy) = self._fields
        for _ in range(2):  # two points a step make a line of what would be dots
            x, y = self._place
            row = (y * 0.5 * SIDE + 0.9 * t).astype(np.int32) % SIDE
            column = (x * 0.5 * SIDE + 1.3 * t).astype(np.int32) % SIDE
            across = (1 - mix) * ux[row, column] + mix * vx[row, column]
            down = (1 - mix) * uy[row, column] + mix * vy[row, column]
            self._place = self._place + 0.014 * length * np.stack([across, down])
            x, y = self._place
            fade = np.minimum(1.0, np.minimum(self._age_s, self.LIFE_S - self._age_s) * 1.5).clip(0)
            px, py = (
                x * self._height + self._width / 2 - 0.5,
                y * self._height + self._height / 2 - 0.5,
            )
            left, top = np.floor(px).astype(np.int32), np.floor(py).astype(np.int32)
            fx, fy = px - left, py - top
            inside = (left >= 0) & (left < self._width - 1) & (top >= 0) & (top < self._height - 1)
            at = np.where(inside, self._band * self._light.shape[1] + top * self._width + left, 0)
            weight = np.where(inside, 0.2 * length * fade, 0)
            places = np.concatenate([at, at + 1, at + self._width, at + self._width + 1])
            parts = np.concatenate(
                [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy]
            ) * np.tile(weight, 4)
            self._light += (
                np.bincount(places, parts, self._light.size)
                .reshape(self._light.shape)
                .astype(np.float32)
            )
        self._age_s += length * FRAME_S
        old = np.flatnonzero(self._age_s > self.LIFE_S)
        self._place[:, old] = (self._rng.random((2, len(old))) - 0.5) * [[16 / 9], [1.0]]
        self._age_s[old] = 0
        self._band[old] = self._band_of(self._place[:, old])

    def _band_of(self, place: np.ndarray) -> np.ndarray:
        """Which of the three colours a spark is born with: mostly its neighbours'."""
        row, column = (place[::-1] * 0.5 * SIDE).astype(np.int32) % SIDE
        return np.digitize(
            self._regions[row, column] + 0.35 * self._rng.standard_normal(len(row)), [-0.45, 0.55]
        )
