"""No more than three flashes a second: WCAG 2.3.1, on the picture before it goes anywhere.

A *general flash* is a pair of opposing changes of relative luminance by a tenth of its maximum or
more, the darker of the two below 0.80. A *red flash* is a pair of opposing changes of
(R − G − B) · 320 by more than 20, where one of the two is a saturated red, R / (R + G + B) ≥ 0.8
(R, G, B linear). Both are counted by themselves, each turn half a flash, where a quarter of the
picture or more flashes. The limits that are kept are in `livesyn.media.flash_rule`.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from livesyn.base.errors import ShapeError
from livesyn.media.flash_rule import (
    AREA,
    CREEP,
    DARKER,
    FOLLOW_S,
    HALVINGS,
    HELD_TURNS,
    LUMINANCE,
    LUMINANCE_STEP,
    MOST_TURNS,
    RED_STEP,
    SATURATED,
    WITHIN_S,
)

FINEST = 128  # px; larger pictures are judged by the means of their blocks

LINEAR = np.array(  # of sRGB, 0 to 255
    [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in np.arange(256) / 255],
    np.float32,
)
_WEIGHTS = np.array(LUMINANCE, np.float32)


Light = tuple[np.ndarray, np.ndarray, np.ndarray]


def light_of(pixels: np.ndarray) -> Light:
    """Relative luminance (0..1), redness max(0, R − G − B) · 320, and whether the red is saturated,
    of (..., 3) uint8 sRGB.
    """
    linear = LINEAR[pixels]
    total = linear.sum(-1)
    red = linear[..., 0]
    return (
        linear @ _WEIGHTS,
        np.maximum(0, 2 * red - total) * 320,
        (red >= SATURATED * total) & (red > 0),
    )


def small(pixels: np.ndarray) -> np.ndarray:
    """The picture in at most 128 blocks a side, each the mean of its pixels; small pictures as they
    are.
    """
    block = -(-max(pixels.shape[:2]) // FINEST)
    if block == 1:
        return pixels
    height, width = (max(1, side // block) for side in pixels.shape[:2])
    tall, wide = min(block, pixels.shape[0]), min(block, pixels.shape[1])
    rows = pixels[: height * tall, : width * wide].reshape(height, tall, -1).sum(1, dtype=np.uint32)
    return (rows.reshape(height, width, wide, 3).sum(2) // (tall * wide)).astype(np.uint8)


class Turns:
    """Where and how often a value has reversed its direction in the last second: per pixel, and for
    the whole picture.

    A pixel turns when it leaves the last extreme behind by `step`, and at either end `fit` held (it
    was dark enough, or a saturated red). A turn lasts for as long as the pixel goes on that way,
    and is a second old a second after that; if it then goes on the same way, it turns anew: whoever
    looks from there on sees no earlier change. The picture turns when `AREA` of it turns the same
    way at once, and that is not the way it turned last.
    """

    def __init__(self, shape: tuple[int, ...], step: float) -> None:
        self._step, self._creep = step, step * CREEP
        self._high, self._low = (
            np.full(shape, -np.inf, np.float32),
            np.full(shape, np.inf, np.float32),
        )
        self._high_fit, self._low_fit = np.zeros(shape, bool), np.zeros(shape, bool)
        self._way = np.zeros(shape, np.int8)  # 1 rising, -1 falling, 0 not yet known
        self._reached = np.zeros(shape, np.float32)  # the value at the newest turn's time
        # when each pixel turned last, the time before last, and so on
        self._turned_s = [np.full(shape, -np.inf) for _ in range(MOST_TURNS + 1)]
        self._now_s = self._since_s = -np.inf
        self._picture_way = 0
        self._picture_turns: deque[float] = deque()

    def begin(self, shape: tuple[int, ...], now_s: float) -> None:
        """A picture of `shape` comes; what is more than a second old is forgotten."""
        self._now_s, self._since_s = now_s, now_s - WITHIN_S
        while self._picture_turns and self._picture_turns[0] <= self._since_s:
            self._picture_turns.popleft()
        if not self._picture_turns:
            self._picture_way = 0
        if self._way.shape != shape:
            for name in ("_high", "_low", "_high_fit", "_low_fit", "_way", "_reached"):
                setattr(self, name, nearest(getattr(self, name), shape))
            self._turned_s = [nearest(times_s, shape) for times_s in self._turned_s]

    def allow(self, value: np.ndarray, fit: np.ndarray, most: int) -> bool:
        """Whether showing `value` next keeps within `most` turns a second."""
        up, down, _ = self._turning(value, fit)
        too_many = (up | down) & self._has_turned(most)
        if too_many.any() and np.mean(too_many | self._has_turned(most + 1)) >= AREA:
            return False
        return len(self._picture_turns) < most or not self._way_of_all(up, down)

    def take(self, value: np.ndarray, fit: np.ndarray) -> None:
        """`value` is shown."""
        up, down, further = self._turning(value, fit)
        turning = up | down
        if turning.any():
            for later, earlier in zip(self._turned_s[:0:-1], self._turned_s[-2::-1], strict=True):
                np.copyto(later, earlier, where=turning)
            self._way[up], self._way[down] = 1, -1
        if (moved := turning | further).any():
            self._turned_s[0][moved] = self._now_s
            np.copyto(self._reached, value, where=moved)
        if way := self._way_of_all(up, down):
            self._picture_way = way
            self._picture_turns.append(self._now_s)
        elif self._picture_turns and np.mean(moved & (self._way == self._picture_way)) >= AREA:
            self._picture_turns[-1] = self._now_s
        higher, lower = up | (value > self._high), down | (value < self._low)
        np.copyto(self._high, value, where=higher)
        np.copyto(self._high_fit, fit, where=higher)
        np.copyto(self._low, value, where=lower)
        np.copyto(self._low_fit, fit, where=lower)

    @property
    def over(self) -> bool:
        """Whether there were more than three flashes in the last second."""
        return len(self._picture_turns) > MOST_TURNS or bool(
            np.mean(self._has_turned(MOST_TURNS + 1)) >= AREA
        )

    def _has_turned(self, times: int) -> np.ndarray:
        """Which pixels have turned so often in the last second."""
        return self._turned_s[times - 1] > self._since_s

    def _turning(
        self, value: np.ndarray, fit: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Which pixels turn up with `value`, which down, and which go on the way they turned."""
        up = (value - self._low >= self._step) & (self._way <= 0) & (fit | self._low_fit)
        down = (self._high - value >= self._step) & (self._way >= 0) & (fit | self._high_fit)
        further = (value - self._reached) * self._way >= self._creep
        if (anew := further & ~self._has_turned(1)).any():
            up |= anew & (self._way > 0) & (fit | self._high_fit)
            down |= anew & (self._way < 0) & (fit | self._low_fit)
        return up, down & ~up, further

    def _way_of_all(self, up: np.ndarray, down: np.ndarray) -> int:
        """The way the picture as a whole turns with these; 0 when it does not."""
        return next(
            (
                way
                for way, mask in ((1, up), (-1, down))
                if way != self._picture_way and np.mean(mask) >= AREA
            ),
            0,
        )


class Watch:
    """General and red flashes of one sequence of pictures."""

    def __init__(self) -> None:
        self._general, self._red = Turns((1, 1), LUMINANCE_STEP), Turns((1, 1), RED_STEP)

    def begin(self, shape: tuple[int, ...], now_s: float) -> None:
        """A picture of `shape` comes at `now_s`."""
        for turns in (self._general, self._red):
            turns.begin(shape, now_s)

    def allows(self, light: Light, most: int = MOST_TURNS) -> bool:
        """Whether a picture keeps within `most` turns a second of either kind."""
        luminance, red, saturated = light
        return self._general.allow(luminance, luminance < DARKER, most) and self._red.allow(
            red, saturated, most
        )

    def take(self, light: Light) -> None:
        """The picture that came is shown."""
        luminance, red, saturated = light
        self._general.take(luminance, luminance < DARKER)
        self._red.take(red, saturated)

    @property
    def over(self) -> bool:
        """Whether the last second had more than three flashes of either kind."""
        return self._general.over or self._red.over


class FlashLimiter:
    """Pictures in, pictures out that flash at most three times in any second. For one thread.

    From what would be one flash too many on, until the pictures that come keep within the limit by
    themselves, what is shown only goes slowly towards them: a strobe becomes its mean, not a still.
    `held` counts the pictures that were not shown as they came.
    """

    def __init__(self) -> None:
        self.held = 0
        self._coming, self._going = Watch(), Watch()
        self._shown = np.zeros((1, 1, 3), np.uint8)
        # the same before rounding, so that a slow approach arrives
        self._exact = np.zeros((1, 1, 3), np.float32)
        self._time_s = 0.0

    def limit(self, pixels: np.ndarray, now_s: float) -> np.ndarray:
        """The picture to show at `now_s` in place of `pixels`, both (H, W, 3) uint8 sRGB: mostly
        the same array, which nobody may change afterwards. Raises ShapeError.
        """
        if (
            pixels.ndim != 3
            or pixels.shape[2] != 3
            or pixels.dtype != np.uint8
            or 0 in pixels.shape
        ):
            raise ShapeError(f"a picture is (H, W, 3) uint8, not {pixels.shape} {pixels.dtype}")
        wanted = small(pixels)
        for watch in (self._coming, self._going):
            watch.begin(wanted.shape[:2], now_s)
        light = light_of(wanted)
        self._coming.take(light)
        if self._coming.over or not self._going.allows(light):
            self.held += 1
            pixels, light = self._approach(
                pixels, wanted, min(1.0, max(0.0, now_s - self._time_s) / FOLLOW_S)
            )
        else:
            self._exact = pixels.astype(np.float32)
        self._shown, self._time_s = pixels, now_s
        self._going.take(light)
        return pixels

    def _approach(
        self, pixels: np.ndarray, wanted: np.ndarray, share: float
    ) -> tuple[np.ndarray, Light]:
        """What was shown last, and on from there towards `pixels`: by `share`, or by less if that
        is a turn too many.
        """
        self._exact, still = (
            nearest(self._exact, pixels.shape[:2]),
            nearest(self._shown, pixels.shape[:2]),
        )
        here = nearest(small(still), wanted.shape[:2]).astype(np.float32)
        for _ in range(HALVINGS):
            if self._going.allows(
                light_of(np.rint(here + share * (wanted - here)).astype(np.uint8)), HELD_TURNS
            ):
                nearer = self._exact + share * (pixels - self._exact)
                rounded = np.rint(nearer).astype(np.uint8)
                if self._going.allows(light := light_of(small(rounded)), HELD_TURNS):
                    self._exact = nearer
                    return rounded, light
            share /= 2
        return still, light_of(small(still))


def nearest(values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """(H, W, ...) values at another (H, W), each taken from the nearest."""
    if values.shape[:2] == shape[:2]:
        return values
    rows, columns = (
        np.arange(new) * old // new for new, old in zip(shape[:2], values.shape[:2], strict=True)
    )
    return np.ascontiguousarray(values[rows][:, columns])
