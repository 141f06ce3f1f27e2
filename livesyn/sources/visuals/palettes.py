"""Colours that go together, and slow fades from one set to the next.

A palette is a ramp of hand-picked colours, mixed in OKLab (Björn Ottosson, 2020) so that a
fade between two hues keeps its brightness instead of passing through mud.
"""

from __future__ import annotations

import numpy as np

SHADES = 1024

RAMPS: dict[str, str] = {
    "ember": "090409 2a0a1e 7a1330 d8432a ff9b3d ffe9b8",
    "lagoon": "020b16 06334a 0b6e7f 2fb8a6 a6e8c8 fdf6e3",
    "orchid": "0a0414 2f0f4f 6d1f8c c23fa8 ff8fb4 ffe6df",
    "glacier": "040916 12305e 2f6db3 7cb8e8 cfe9f7 ffffff",
    "moss": "050a06 163323 3f6a35 93a23c e2c96b fbf3d2",
    "sunset": "08060f 2b2149 7c3567 eb5a66 f9a865 fff6d3",
    "neon": "03030c 1a0b52 5a12c9 e01e9b ff6a3d fff275",
    "harbour": "070a1c 1c2f6e 5a5f9e c98a73 f2c46f fff4dc",
    "vermilion": "02151a 0b4a52 2f958c ecd9b4 f0652f 7d140f",
    "copper": "050d0d 0f3a3a 1f7468 8fae84 e08a4e ffe0bd",
}


def _linear(srgb: np.ndarray) -> np.ndarray:
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def _encoded(linear: np.ndarray) -> np.ndarray:
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def to_oklab(srgb: np.ndarray) -> np.ndarray:
    """(..., 3) sRGB in [0, 1] to OKLab."""
    return np.cbrt(_linear(srgb) @ _TO_LMS.T) @ _TO_LAB.T


def to_srgb(oklab: np.ndarray) -> np.ndarray:
    """(..., 3) OKLab to sRGB in [0, 1]; what no screen can show is clipped."""
    return _encoded((oklab @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_TO_LMS).T)


def ramp(name: str, shades: int = SHADES) -> np.ndarray:
    """The palette `name` from dark to bright, (shades, 3) float in OKLab."""
    stops = to_oklab(
        np.array(
            [[int(text[i : i + 2], 16) / 255 for i in (0, 2, 4)] for text in RAMPS[name].split()]
        )
    )
    at = np.linspace(0, len(stops) - 1, shades)
    return np.stack(
        [np.interp(at, np.arange(len(stops)), stops[:, axis]) for axis in range(3)], axis=-1
    )


class Palettes:
    """All palettes in an order drawn from `rng`, one every `period_s`, the last `fade_s` of
    which fade into the next."""

    def __init__(
        self, rng: np.random.Generator, period_s: float = 24.0, fade_s: float = 7.0
    ) -> None:
        names = list(RAMPS)
        self._ramps = [ramp(names[i]) for i in rng.permutation(len(names))]
        self._period_s = period_s
        self._fade_s = fade_s
        self._held: tuple[tuple[int, float], np.ndarray] | None = None

    def at(self, time_s: float) -> np.ndarray:
        """The shades at `time_s`, dark to bright, (SHADES, 3) float32 sRGB in [0, 255]."""
        turn, within_s = divmod(time_s, self._period_s)
        part = max(0.0, (within_s - (self._period_s - self._fade_s)) / self._fade_s)
        key = (int(turn), round(part * 256) / 256)
        if self._held is None or self._held[0] != key:
            part = key[1] * key[1] * (3 - 2 * key[1])
            now, after = (
                self._ramps[key[0] % len(self._ramps)],
                self._ramps[(key[0] + 1) % len(self._ramps)],
            )
            self._held = key, (to_srgb(now + part * (after - now)) * 255).astype(np.float32)
        return self._held[1]


def paint(shades: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Look `values` (H, W), 0 dark to 1 bright, up in `shades` (SHADES, 3): (H, W, 3) of its
    type.
    """
    at = np.clip(values * (SHADES - 1), 0, SHADES - 1).astype(np.int16)
    return np.take(shades, at, axis=0)
