"""The thread that takes in sound."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.base.mailbox import Bounded
from livesyn.base.types import AudioBlock
from livesyn.engine.sound_listener import WINDOW_COLUMNS, SoundListener

RATE_HZ = 44100
BLOCK = 441


class Tracks:
    """A consumer of each channel on its own at 16 kHz, and of one that may not be there."""

    rate_hz, mixed = 16000, False

    def __init__(self, name: str, channels: tuple[int, ...] | None = None) -> None:
        self.name, self.channels = name, channels
        self.failing = False
        self.loudest: list[list[float]] = []
        self.rests = 0

    def push(self, block: AudioBlock) -> None:
        if self.failing:
            raise RuntimeError(f"block {len(self.loudest)}")
        self.loudest.append(np.abs(block.samples).max(axis=0, initial=0).tolist())

    def rest(self, now_s: float) -> None:
        self.rests += 1


class Desk:
    def __init__(self) -> None:
        self.clock = ManualClock(3.0)
        self.blocks: Bounded[AudioBlock] = Bounded(500)
        self.tracks, self.third = Tracks("tracks"), Tracks("third", (3,))
        self.said: list[str] = []
        self.ear = SoundListener(
            self.blocks,
            params.defaults(),
            self.clock,
            [self.tracks, self.third],
            self.said.append,
        )

    def play(self, samples: np.ndarray) -> None:
        for start in range(0, len(samples) - BLOCK + 1, BLOCK):
            self.blocks.put(
                AudioBlock(
                    samples[start : start + BLOCK].reshape(BLOCK, -1),
                    self.clock.advance(BLOCK / RATE_HZ),
                    RATE_HZ,
                )
            )

    def until(self, what) -> None:
        waiting = threading.Event()
        for _ in range(500):
            if what():
                return
            waiting.wait(0.01)
        raise AssertionError("it did not come to that")


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    desk.ear.start()
    yield desk
    desk.ear.stop()


def tone(seconds: float) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * RATE_HZ)) / RATE_HZ)).astype(
        np.float32
    )


def test_what_is_played_is_heard_and_put_out_as_windows(desk: Desk) -> None:
    assert desk.ear.window is None and desk.ear.newest_s is None
    desk.play(tone(1.0))
    desk.until(lambda: desk.ear.window is not None and desk.ear.levels.mid > 0.2)
    desk.until(
        lambda: desk.ear.newest_s is not None and desk.clock.now_s() - desk.ear.newest_s < 0.03
    )
    window: np.ndarray | None = desk.ear.window
    assert window is not None
    assert window.shape == (128, 768) and window[:, -1].argmax() == pytest.approx(14, abs=2), (
        "440 Hz, the newest column last"
    )
    desk.play(tone(WINDOW_COLUMNS * 256 / 22050 + 0.05))
    desk.until(lambda: desk.ear.window is not window)


def test_when_blocks_stay_away_the_levels_sink(desk: Desk) -> None:
    desk.play(tone(0.5))
    desk.until(lambda: desk.ear.levels.rms > 0.2)
    desk.until(lambda: desk.clock.advance(0.2) > 0 and desk.ear.levels.rms < 0.02)


def test_a_block_that_is_none_is_said_and_survived(desk: Desk) -> None:
    desk.blocks.put(AudioBlock(np.zeros((4, 1), np.float32), 3.0, 7))
    desk.until(lambda: desk.ear.numbers["sound_failures"] == 3)
    assert "7 Hz" in desk.ear.complaint
    sick = tone(0.02)
    sick[5] = np.nan
    desk.play(sick)
    desk.play(tone(0.5))
    desk.until(lambda: desk.ear.levels.rms > 0.2)
    assert desk.ear.numbers == {
        "blocks_dropped": 0,
        "blocks_bad": 1,
        "sound_failures": 3,
    }


def test_each_consumer_gets_its_own_channels_and_silence_for_one_not_there(desk: Desk) -> None:
    stereo = np.stack([tone(0.5), 0.5 * tone(0.5)], axis=1)
    desk.play(stereo)
    desk.until(lambda: len(desk.third.loudest) == 50)
    assert desk.tracks.loudest[-1] == pytest.approx([0.3, 0.15], rel=0.05)
    assert desk.third.loudest[-1] == [0.0]
    assert desk.said == [desk.ear.complaint] and "third takes channel 3 of a sound that has 2" in (
        desk.ear.complaint
    )
    desk.until(lambda: desk.tracks.rests > 0)
    assert desk.ear.numbers["sound_failures"] == 0


def test_a_consumer_that_raises_is_said_once_and_counted_and_the_others_hear(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.tracks.failing = True
    desk.play(np.stack([tone(0.5)] * 3, axis=1))
    desk.until(lambda: len(desk.third.loudest) == 50 and desk.ear.levels.rms > 0.2)
    assert desk.ear.numbers["sound_failures"] == 50
    assert desk.said == ["tracks could not take in the sound (RuntimeError: block 0)"]
    assert len(caplog.records) == 6, "the 1st, 2nd, 4th ... 32nd"
    desk.tracks.failing = False
    desk.play(np.stack([tone(0.1)] * 3, axis=1))
    desk.until(lambda: len(desk.tracks.loudest) == 10)
