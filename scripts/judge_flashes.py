#!/usr/bin/env python3
"""Have IRIS judge what the flash limiter lets through. The last line is one JSON object.

IRIS is a detector of what may bring on seizures that shares nothing with livesyn (`pip install
iris-pse-detection`, a port of Electronic Arts' to Python; MIT). Its rules are those of WCAG 2.3.1
(over three flashes within a second) and of ISO 9241-391 (two or three flashes a second for over
four seconds). Each clip is judged as it is (`raw`) and as the limiter shows it (`limited`): "pass",
"warning" (two flashes or more within a second), "extended" or "fail". What the limiter shows must
not fail in either way. Clips: strobes of several rates and kinds, chequers, reds, cuts, noise,
sweeps; the shipped visuals four times as fast; and paintings of a drum loop by the shipped MVNet.

    .venv/bin/python scripts/judge_flashes.py [--seconds 10] [--only NAME]
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from livesyn.base.clock import ManualClock
from livesyn.media.flash_limiter import FlashLimiter
from livesyn.sources.visuals import NAMES, Visuals

ROOT = Path(__file__).resolve().parents[1]
FPS = 30
SIZE = (96, 54)  # width, height
MISSING = (
    "IRIS is not here; get it with: pip install iris-pse-detection (best into another environment)"
)
FAILURES = ("fail", "extended")

Picture = np.ndarray
Clip = Callable[[float], Picture]  # the picture of a time in seconds, (H, W, 3) uint8


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10.0, help="of each clip (10)")
    parser.add_argument("--only", default="", help="clips with this in their name")
    args = parser.parse_args()
    try:
        import iris_pse_detection  # noqa: F401  # before all the drawing
    except ImportError:
        print(MISSING, file=sys.stderr)
        return 2
    results: dict[str, Any] = {}
    for name, frames in clips(args.seconds):
        if args.only in name:
            results[name] = compare(list(frames))
            print(f"{name:28} {results[name]}")
    failed = [name for name, found in results.items() if found["limited"] in FAILURES]
    summary = {
        "clips": len(results),
        "raw_failed": sum(found["raw"] in FAILURES for found in results.values()),
        "limited_failed": failed,
    }
    print(json.dumps({**summary, "results": results}))
    return 1 if failed else 0


def compare(frames: list[Picture]) -> dict[str, Any]:
    """IRIS's word on a clip, and on what the limiter shows of it."""
    limiter = FlashLimiter()
    shown = [limiter.limit(picture, number / FPS) for number, picture in enumerate(frames)]
    raw, limited = judge(frames), judge(shown)
    return {"raw": raw, "limited": limited, "held": limiter.held, "of": len(frames)}


def judge(frames: list[Picture], fps: int = FPS) -> str:
    """What IRIS says of pictures (H, W, 3) uint8 RGB: pass, warning, extended or fail."""
    with contextlib.redirect_stdout(io.StringIO()):
        from iris_pse_detection.configuration import Configuration
        from iris_pse_detection.flash_detection import FlashDetection

        detection = FlashDetection(fps, frames[0].shape[:2], Configuration())
        for number, picture in enumerate(frames):
            detection.set_current_frame(np.ascontiguousarray(picture[:, :, ::-1]))
            detection.analyse_frame(number)
    tracker = detection.transition_tracker
    if detection.flash_fail:
        return "fail"
    if detection.extended_failure:
        return "extended"
    return "warning" if tracker.lum_pass_with_warning or tracker.red_pass_with_warning else "pass"


# The clips.


def clips(seconds: float) -> Iterator[tuple[str, Iterator[Picture]]]:
    """Name and pictures of each clip."""
    for name, clip in drawn().items():
        yield name, (clip(number / FPS) for number in range(round(seconds * FPS)))
    for name in NAMES:
        yield f"visuals {name} x4", visuals(name, seconds)
    for kick in (1.0, 4.0):
        yield f"drums painted, kick {kick:g}", painted(seconds, kick)


def plain(*colour: int) -> Picture:
    return np.full((SIZE[1], SIZE[0], 3), colour, np.uint8)


def between(a: Picture, b: Picture, hz: float, duty: float = 0.5) -> Clip:
    """`a` and `b` in turns, `hz` times a second."""
    return lambda time_s: a if (time_s * hz + 1e-6) % 1 < duty else b


def chequers(cell: int) -> Picture:
    rows, columns = np.indices((SIZE[1], SIZE[0])) // cell
    return np.where(((rows + columns) % 2)[..., None], plain(255, 255, 255), plain(0, 0, 0))


def noise(time_s: float) -> Picture:
    number = round(time_s * FPS)
    coarse = np.random.default_rng(number).integers(0, 256, (6, 12, 3), dtype=np.uint8)
    return np.repeat(np.repeat(coarse, SIZE[1] // 6, 0), SIZE[0] // 12, 1)


def cuts(per_second: float) -> Clip:
    """Another plain colour so often."""

    def picture(time_s: float) -> Picture:
        shot = int(time_s * per_second + 1e-6)
        return plain(*np.random.default_rng((7, shot)).integers(0, 256, 3))

    return picture


def fading(hz: float, low: int = 0, high: int = 255) -> Clip:
    """A sine of brightness."""
    return lambda time_s: plain(
        *[round(low + (high - low) * (0.5 - 0.5 * np.cos(2 * np.pi * hz * time_s)))] * 3
    )


def bar(per_second: float) -> Clip:
    """A white bar of a third of the width that goes across so often."""

    def picture(time_s: float) -> Picture:
        pixels = plain(0, 0, 0)
        start = int(time_s * per_second % 1 * SIZE[0])
        pixels[:, (np.arange(SIZE[0] // 3) + start) % SIZE[0]] = 255
        return pixels

    return picture


def halves(hz: float) -> Clip:
    """White on the left, then on the right."""
    left = plain(0, 0, 0)
    left[:, : SIZE[0] // 2] = 255
    return between(left, 255 - left, hz)


def bursts(time_s: float) -> Picture:
    """Two seconds of strobe, two of rest."""
    on = time_s % 4 < 2 and time_s * 8 % 1 < 0.5
    return plain(255, 255, 255) if on else plain(0, 0, 0)


def quickening(time_s: float) -> Picture:
    """A strobe from one a second to fifteen."""
    return plain(*[255 if (time_s + 0.7 * time_s**2) % 1 < 0.5 else 0] * 3)


def drawn() -> dict[str, Clip]:
    """What is drawn for this."""
    white, black, red, grey = (
        plain(255, 255, 255),
        plain(0, 0, 0),
        plain(255, 0, 0),
        plain(128, 128, 128),
    )
    return {
        **{
            f"strobe {hz} Hz": between(white, black, hz) for hz in (1, 2, 2.5, 3, 4, 5, 7.5, 10, 15)
        },
        "strobe 5 Hz, short": between(white, black, 5, 0.2),
        "strobe 10 Hz, faint": between(plain(150, 150, 150), plain(100, 100, 100), 10),
        "strobe 10 Hz, light": between(white, plain(222, 222, 222), 10),
        **{f"red {hz} Hz": between(red, black, hz) for hz in (2, 3, 5, 10)},
        "red and grey 5 Hz": between(red, grey, 5),
        "red and blue 6 Hz": between(red, plain(0, 0, 255), 6),
        "chequers of 1, 10 Hz": between(chequers(1), 255 - chequers(1), 10),
        "chequers of 9, 5 Hz": between(chequers(9), 255 - chequers(9), 5),
        "halves 6 Hz": halves(6),
        **{f"cuts, {n} a second": cuts(n) for n in (2, 4, 8)},
        "noise": noise,
        **{f"sine {hz} Hz": fading(hz) for hz in (1, 2, 3, 5, 9)},
        "sine 6 Hz, faint": fading(6, 90, 160),
        "bar, 4 a second": bar(4),
        "bursts": bursts,
        "quickening": quickening,
    }


def visuals(name: str, seconds: float) -> Iterator[Picture]:
    """A shipped visual, four times as fast as it can be asked for by default."""
    source = Visuals(name, 1, ManualClock(), size=SIZE, fps=FPS)
    source.speed = 4.0
    source.open()
    for _ in range(round(seconds * FPS)):
        pixels = source.read()
        assert pixels is not None
        yield pixels
    source.close()


def painted(seconds: float, kick: float) -> Iterator[Picture]:
    """What the shipped MVNet paints of a drum loop, as it comes to the limiter in a show."""
    from livesyn.base import params
    from livesyn.engine.chains.hear_to_see.async_painter import AsyncPainter
    from livesyn.engine.chains.hear_to_see.nets import Painter
    from livesyn.engine.executor import Inline
    from livesyn.offline.sound_to_film import pictures

    with tempfile.TemporaryDirectory() as folder:
        sound = drums(Path(folder) / "drums.wav", seconds)
        values = params.defaults() | {"kick": kick, "wander": 8.0, "glide": 0.0, "flash_limit": 0.0}
        nets = AsyncPainter(Painter.load("mvnet", "cpu", threads=1), Inline())
        for frame in pictures(sound, None, nets, 1, values, seconds, lambda heard: None):
            yield frame.pixels


def drums(path: Path, seconds: float) -> Path:
    """Kick, snare and hats at 126 bpm."""
    import wave

    rate_hz = 44100
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    beat_s = 60 / 126
    hiss = np.random.default_rng(3).standard_normal(len(time_s))
    kick = np.sin(2 * np.pi * 55 * time_s) * np.exp(-14 * (time_s % beat_s))
    snare = hiss * np.exp(-18 * ((time_s + beat_s) % (2 * beat_s)))
    hat = hiss * np.exp(-60 * (time_s % (beat_s / 4)))
    samples = 0.6 * kick + 0.3 * snare + 0.15 * hat
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes((np.clip(samples, -1, 1) * 30000).astype("<i2").tobytes())
    return path


if __name__ == "__main__":
    sys.exit(main())
