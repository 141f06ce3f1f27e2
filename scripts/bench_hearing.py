"""Measure what hearing costs. The last line is one JSON object.

`hearing_ms` is what a block of 10 ms costs, from one channel at 44.1 kHz to levels and mel windows
(one read every 20 columns, as the engine does); `hearing_stereo_ms` from two at 48 kHz; `mel_ms` is
the window's part. The block that reads a window makes the columns that are due, so beside the
median over blocks there are `..._mean_ms` (of a second's blocks, the median over seconds) and
`..._p99_ms`. `..._plain_ms` and `..._plain_mean_ms` are of hearing written down plainly
(`plain_hearing.py`, what 0.1.0 did), in turns of a second with it; `..._ratio` is how many times
longer that takes, by the means. `mel_anew_ms` is a whole mel window computed at once.
`tracks_8_at_2_rates_ms` is eight channels at 48 kHz, kept apart and given at 16 and at 22.05 kHz.

    .venv/bin/python scripts/bench_hearing.py

With the instructions of AVX2 alone (what AVX-512 has is left out):

    NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL AVX512_SPR" OPENBLAS_CORETYPE=Haswell \\
        .venv/bin/python scripts/bench_hearing.py
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from livesyn.audio import mel
from livesyn.audio.hearing import Hearing
from livesyn.audio.router import SoundRouter
from livesyn.base import params
from livesyn.base.clock import SystemClock
from livesyn.base.types import AudioBlock
from scripts.plain_hearing import PlainHearing, PlainMelWindow

RATE_HZ = 44100
KICK_EVERY_S = 0.6  # 100 bpm
WINDOW_COLUMNS = 20  # a window is read every so many, as `livesyn.engine.sound_listener` does


def loop() -> np.ndarray:
    """Two beats of a drum loop over a held chord: a kick each 0.6 s, hats between. (52920,)
    float32, from 0.
    """
    time_s = np.arange(int(2 * KICK_EVERY_S * RATE_HZ)) / RATE_HZ
    sound = 0.03 * sum(np.sin(2 * np.pi * hz * time_s) for hz in (220, 277.2, 329.6))
    random = np.random.default_rng(0)
    for beat in range(2):
        since_s = time_s - beat * KICK_EVERY_S
        sound = sound + np.where(
            since_s >= 0,
            0.8
            * np.exp(-np.maximum(since_s, 0) * 14)
            * np.sin(2 * np.pi * (50 * since_s + 6 * (1 - np.exp(-np.maximum(since_s, 0) * 30)))),
            0,
        )
        hat_s = since_s - KICK_EVERY_S / 2
        sound = sound + np.where(
            hat_s >= 0,
            0.08 * np.exp(-np.maximum(hat_s, 0) * 60) * random.standard_normal(len(time_s)),
            0,
        )
    return sound.astype(np.float32)


def median_ms(work: Callable[[], object], times: int) -> float:
    """The median time of `work`, after two warm ones."""
    clock, taken = SystemClock(), []
    for _ in range(times + 2):
        start_s = clock.now_s()
        work()
        taken.append(1000 * (clock.now_s() - start_s))
    return float(np.median(taken[2:]))


class Tracks:
    """A consumer of every channel on its own that does nothing with it."""

    name, channels, mixed = "tracks", None, False

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz

    def push(self, block: AudioBlock) -> None: ...

    def rest(self, now_s: float) -> None: ...


def blocks_of(channels: int, rate_hz: int, seconds: int = 12) -> list[AudioBlock]:
    """The loop in blocks of 10 ms."""
    size = rate_hz // 100
    sound = np.resize(loop(), (seconds * rate_hz, channels))
    return [
        AudioBlock(sound[i : i + size], i / rate_hz, rate_hz)
        for i in range(0, 100 * seconds * size, size)
    ]


class Ear(Protocol):
    """What has columns of which windows are read."""

    @property
    def columns(self) -> int: ...

    def window(self) -> np.ndarray: ...


class OnlyMel:
    """A mel window as an ear."""

    def __init__(self, window: mel.MelWindow | PlainMelWindow) -> None:
        self._mel = window
        self.window = window.window

    @property
    def columns(self) -> int:
        return self._mel.heard

    def push(self, block: AudioBlock) -> None:
        self._mel.push(block.samples[:, 0])


def block_times_ms(
    blocks: list[AudioBlock], ways: Mapping[str, tuple[Callable[[AudioBlock], object], Ear]]
) -> dict[str, np.ndarray]:
    """How long each block takes in each of `ways` (push, and whose windows are read), which take
    turns of a second: (turns, 100). The first turn is to warm up, and left out.
    """
    clock = SystemClock()
    taken: dict[str, list[float]] = {name: [] for name in ways}
    read = dict.fromkeys(ways, 0)
    for start in range(0, len(blocks), 100):
        for name, (push, ear) in ways.items():
            for block in blocks[start : start + 100]:
                start_s = clock.now_s()
                push(block)
                if ear.columns - read[name] >= WINDOW_COLUMNS:
                    read[name] = ear.columns
                    ear.window()
                taken[name].append(1000 * (clock.now_s() - start_s))
    return {name: np.array(all_ms).reshape(-1, 100)[1:] for name, all_ms in taken.items()}


def against_plain(name: str, times_ms: Mapping[str, np.ndarray]) -> dict[str, float]:
    """The figures of `now` and `plain`."""
    now_ms, plain_ms = times_ms["now"].mean(axis=1), times_ms["plain"].mean(axis=1)
    figures = {
        f"{name}_ms": np.median(times_ms["now"]),
        f"{name}_mean_ms": np.median(now_ms),
        f"{name}_p99_ms": np.percentile(times_ms["now"], 99),
        f"{name}_plain_ms": np.median(times_ms["plain"]),
        f"{name}_plain_mean_ms": np.median(plain_ms),
        f"{name}_ratio": np.median(plain_ms / now_ms),
    }
    return {key: round(float(value), 4) for key, value in figures.items()}


def hearing() -> dict[str, float]:
    """Milliseconds a block of 10 ms takes, whole and in parts."""
    table = params.defaults()
    figures: dict[str, float] = {}
    for name, channels, rate_hz in (("hearing", 1, RATE_HZ), ("hearing_stereo", 2, 48000)):
        now, plain = Hearing(table), PlainHearing(table)
        ways = {"now": (SoundRouter([now]).push, now), "plain": (plain.push, plain)}
        figures |= against_plain(name, block_times_ms(blocks_of(channels, rate_hz), ways))
    now_mel, plain_mel = OnlyMel(mel.MelWindow()), OnlyMel(PlainMelWindow())
    mels = {"now": (now_mel.push, now_mel), "plain": (plain_mel.push, plain_mel)}
    figures |= against_plain("mel", block_times_ms(blocks_of(1, mel.RATE_HZ), mels))
    span = np.resize(loop(), int(8.91 * mel.RATE_HZ))
    eight, tracks = blocks_of(8, 48000), SoundRouter([Tracks(16000), Tracks(mel.RATE_HZ)])
    following = iter(eight)
    return figures | {
        "mel_anew_ms": round(median_ms(lambda: mel.mel(span), 15), 2),
        "tracks_8_at_2_rates_ms": round(median_ms(lambda: tracks.push(next(following)), 1000), 3),
    }


if __name__ == "__main__":
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    print(json.dumps(hearing()))
