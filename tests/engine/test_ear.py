"""The thread that hears."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.base.mailbox import Bounded
from livesyn.base.types import AudioBlock
from livesyn.engine.chains.hear_to_see.listener import WINDOW_COLUMNS, SoundListener

RATE_HZ = 44100
BLOCK = 441


class Desk:
    def __init__(self) -> None:
        self.clock = ManualClock(3.0)
        self.blocks: Bounded[AudioBlock] = Bounded(500)
        self.ear = SoundListener(self.blocks, params.defaults(), self.clock)

    def play(self, samples: np.ndarray) -> None:
        for start in range(0, len(samples) - BLOCK + 1, BLOCK):
            self.blocks.put(
                AudioBlock(
                    samples[start : start + BLOCK, None],
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
    desk.until(lambda: desk.ear.complaint != "")
    sick = tone(0.02)
    sick[5] = np.nan
    desk.play(sick)
    desk.play(tone(0.5))
    desk.until(lambda: desk.ear.levels.rms > 0.2)
    assert desk.ear.numbers == {"blocks_dropped": 0, "blocks_bad": 1}
