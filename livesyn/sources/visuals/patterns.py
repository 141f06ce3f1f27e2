"""Visuals that grow or fold: coral, mandala, waves."""

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
from livesyn.sources.visuals.palettes import Palettes, paint


class Coral:
    """Gray-Scott reaction and diffusion (Pearson, Science 261, 1993), its feed and kill rates
    wandering over place and time, so that spots, worms and coral turn into one another."""

    STEPS_HZ = 210.0
    MOST_STEPS = 14  # a frame; after a leap in time the reaction goes on from where it was
    SOWN_EVERY_S = 8.0

    def __init__(self, rng: np.random.Generator) -> None:
        width, height = 288, 162
        self._x, self._y = grid(width, height)
        self._clouds = noise(rng, 2, 6, 1.5), noise(rng, 2, 6, 1.5)
        self._palettes = Palettes(rng)
        self._angle = rng.random() * 2 * math.pi
        self._rng = rng
        self._u = np.ones((height, width), np.float32)
        self._v = np.zeros((height, width), np.float32)
        self._done = 0
        self._sow(60)
        for _ in range(80):
            self._react(0.0, 7)

    def draw(self, time_s: float) -> np.ndarray:
        due = round(time_s * self.STEPS_HZ)
        sowing = round(self.SOWN_EVERY_S * self.STEPS_HZ)
        if due // sowing > self._done // sowing:
            self._sow(40 if self._v.mean() < 0.03 else 8)
        self._react(time_s, min(due - self._done, self.MOST_STEPS))
        self._done = due
        body = enlarge(self._v, 480, 270)
        depth = enlarge(self._u, 480, 270)
        lit, glint = relief(body, 3.2, self._angle + 0.06 * time_s)
        shades = self._palettes.at(time_s)
        colours = paint(shades, 0.06 + 2.05 * body + 0.26 * (1 - depth))
        colours *= (0.2 + 1.1 * lit)[..., None]
        colours += (glint * smoothstep(0.1, 0.3, body))[..., None] * (0.5 * shades[-1])
        return to_pixels(colours)

    def _react(self, t: float, steps: int) -> None:
        cv2 = opencv()
        a, b = self._clouds
        feed = 0.031 + 0.011 * np.tanh(
            sample(a, 0.45 * self._x + 0.014 * t, 0.45 * self._y - 0.009 * t)
        )
        regime = np.tanh(sample(b, 0.45 * self._x - 0.011 * t, 0.45 * self._y + 0.013 * t))
        # just beyond where the even state vanishes, k = sqrt(F) / 2 - F
        gone = np.sqrt(feed) / 2 + (0.0022 + 0.0026 * regime)
        u, v = self._u, self._v
        for _ in range(steps):
            eaten = u * v
            eaten *= v
            u = (
                u
                + 0.95 * (cv2.blur(u, (3, 3), borderType=cv2.BORDER_REFLECT) - u)
                + feed * (1 - u)
                - eaten
            )
            v = (
                v
                + 0.475 * (cv2.blur(v, (3, 3), borderType=cv2.BORDER_REFLECT) - v)
                - gone * v
                + eaten
            )
        self._u, self._v = u, v

    def _sow(self, seeds: int) -> None:
        height, width = self._v.shape
        for row, column in zip(
            self._rng.integers(4, height - 4, seeds),
            self._rng.integers(4, width - 4, seeds),
            strict=True,
        ):
            drop = np.exp(
                -(30**2)
                * ((self._x - self._x[row, column]) ** 2 + (self._y - self._y[row, column]) ** 2)
            )
            self._u *= 1 - 0.5 * drop
            self._v = np.maximum(self._v, 0.3 * drop)


class Mandala:
    """A kaleidoscope: one slice of warped noise, mirrored round the middle; the number of
    mirrors changes with a slow dissolve."""

    FOLDS = (6, 8, 5, 12, 7, 10)
    TURN_S = 18.0
    FADE_S = 5.0

    def __init__(self, rng: np.random.Generator) -> None:
        x, y = grid(320, 180)
        self._radius = np.hypot(x, y)
        self._angle = np.arctan2(y, x)
        self._clouds = [noise(rng, 3, 26, 1.7) for _ in range(3)]
        self._order = rng.permutation(self.FOLDS).tolist()
        self._start = rng.random(4).tolist()
        self._palettes = Palettes(rng, period_s=21.0)

    def draw(self, time_s: float) -> np.ndarray:
        turn, within_s = divmod(time_s, self.TURN_S)
        part = float(smoothstep(self.TURN_S - self.FADE_S, self.TURN_S, np.asarray(within_s)))
        value, height = self._fold(int(turn), time_s)
        if part > 0:
            value_after, height_after = self._fold(int(turn) + 1, time_s)
            value, height = (
                value + part * (value_after - value),
                height + part * (height_after - height),
            )
        lit, glint = relief(height, 0.5, -math.pi / 4)
        shades = self._palettes.at(time_s)
        colours = paint(shades, value)
        shade = (0.3 + 0.95 * lit) * (1.08 - 0.75 * smoothstep(0.3, 1.0, self._radius))
        colours *= shade[..., None]
        colours += (glint * 0.4)[..., None] * shades[-1]
        return to_pixels(colours)

    def _fold(self, turn: int, t: float) -> tuple[np.ndarray, np.ndarray]:
        a, b, c = self._clouds
        s = self._start
        slice_rad = math.pi / self._order[turn % len(self._order)]
        angle = self._angle + 0.05 * t
        folded = np.abs(np.mod(angle, 2 * slice_rad) - slice_rad)
        reach = 0.42 * self._radius**0.8
        x, y = reach * np.cos(folded), reach * np.sin(folded)
        x, y = x + (s[0] + 0.011 * t), y + (s[1] + 0.007 * t)
        warp = 0.035 + 0.015 * math.sin(0.17 * t)
        wx, wy = sample(a, x + 0.006 * t, y), sample(b, x, y - 0.008 * t)
        body = sample(c, x + warp * wx + s[2], y + warp * wy + s[3])
        rings = np.sin(16 * self._radius - 0.9 * t + 1.6 * body)
        return 0.46 + 0.22 * body + 0.15 * rings + 0.06 * wx, body + 0.6 * rings


class Waves:
    """Op art: stripes bent by swells that cross them; where two colours meet the eye does the
    rest.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._x, self._y = grid(480, 270)
        self._cloud = noise(rng, 2, 5, 2.0)
        self._phases = (rng.random(8) * 2 * math.pi).tolist()
        self._palettes = Palettes(rng, period_s=20.0)

    def draw(self, time_s: float) -> np.ndarray:
        t, p = time_s, self._phases
        turn = p[0] + 0.045 * t
        x = self._x * math.cos(turn) + self._y * math.sin(turn)
        y = self._y * math.cos(turn) - self._x * math.sin(turn)
        swell = sample(self._cloud, 0.3 * x + 0.008 * t, 0.3 * y + 0.011 * t)
        cx, cy = 0.45 * math.sin(0.19 * t + p[1]), 0.28 * math.sin(0.23 * t + p[2])
        near = np.exp(-5.5 * ((self._x - cx) ** 2 + (self._y - cy) ** 2))
        bend = 0.16 * swell + (0.3 + 0.1 * math.sin(0.31 * t)) * near
        phase = (
            2 * math.pi * (8.5 * (y + bend) + 0.35 * np.sin(3.1 * x + 0.4 * t + p[3]) - 0.22 * t)
        )
        steep = self._steepness(phase)
        stripe = np.clip(np.sin(phase) / np.maximum(steep, 0.2) + 0.5, 0, 1)
        shades = self._palettes.at(t)
        crest = smoothstep(-1.6, 1.6, swell + 2.2 * near - 0.6)
        dark = paint(shades, 0.02 + 0.3 * crest)
        light = paint(shades, 0.5 + 0.5 * crest)
        round_off = 0.72 + 0.28 * np.abs(np.sin(phase))
        colours = dark + stripe[..., None] * (light * round_off[..., None] - dark)
        return to_pixels(colours)

    @staticmethod
    def _steepness(phase: np.ndarray) -> np.ndarray:
        """How much the phase changes a pixel: the width of an edge that neither steps nor blurs."""
        cv2 = opencv()
        return np.hypot(
            cv2.Sobel(phase, cv2.CV_32F, 1, 0, scale=0.125),
            cv2.Sobel(phase, cv2.CV_32F, 0, 1, scale=0.125),
        )
