"""Blocks at any rate in; mel window, levels and times out."""

import itertools

import numpy as np
import pytest

from livesyn.audio import mel
from livesyn.audio.features import Levels
from livesyn.audio.hearing import Hearing
from livesyn.audio.router import SoundRouter
from livesyn.base.params import defaults
from livesyn.base.types import AudioBlock

PARAMS = defaults()


class Ear(Hearing):
    """A hearing behind a router of its own."""

    def __init__(self) -> None:
        super().__init__(PARAMS)
        self.router = SoundRouter([self])


def play(
    hearing: Ear,
    hz: float = 1000.0,
    rate_hz: int = 48000,
    seconds: float = 1.0,
    start_s: float = 10.0,
    channels: int = 2,
) -> float:
    """Let it hear a sine in blocks of 10 ms; when the last came in."""
    size = rate_hz // 100
    for index in range(round(seconds * 100)):
        t = (index * size + np.arange(size)) / rate_hz
        samples = np.repeat((0.3 * np.sin(2 * np.pi * hz * t))[:, None], channels, axis=1).astype(
            np.float32
        )
        hearing.router.push(AudioBlock(samples, start_s + (index + 1) * 0.01, rate_hz))
    return start_s + seconds


@pytest.mark.parametrize("rate_hz", [8000, 22050, 44100, 48000, 96000])
def test_the_mel_is_that_of_the_sound_at_any_rate(rate_hz):
    hearing = Ear()
    play(hearing, 1000.0, rate_hz)
    column = hearing.window()[:, -10]
    t = np.arange(mel.RATE_HZ) / mel.RATE_HZ
    expected = mel.mel((0.3 * np.sin(2 * np.pi * 1000 * t)).astype(np.float32))[:, 40]
    loud = expected > expected.max() - 30
    assert column[loud] == pytest.approx(
        expected[loud], abs=0.2
    ) and hearing.columns == pytest.approx(84, abs=3)
    assert hearing.levels.mid > 0.6 and hearing.levels.high < 0.1 and not hearing.levels.silent


def test_the_newest_sample_is_a_filter_old():
    hearing = Ear()
    assert hearing.newest_s is None
    end_s = play(hearing, rate_hz=48000)
    assert hearing.newest_s is not None and 0.0 <= end_s - hearing.newest_s < 0.015
    fresh = Ear()
    assert fresh.newest_s is None or play(fresh, rate_hz=22050) == fresh.newest_s


def test_another_rate_is_heard_on():
    hearing = Ear()
    end_s = play(hearing, rate_hz=48000, seconds=5.0)
    play(hearing, rate_hz=44100, seconds=5.0, start_s=end_s, channels=1)
    columns = hearing.window()
    assert hearing.columns > 850 and (columns.max(axis=0) > 0).mean() > 0.95
    assert np.ptp(columns[:, :380].argmax(axis=0)) == np.ptp(columns[:, -380:].argmax(axis=0)) == 0


def test_what_is_no_number_is_silence_and_counted_over_all_rates():
    hearing = Ear()
    for rate_hz in (48000, 44100):
        for _ in range(100):
            hearing.router.push(
                AudioBlock(np.full((rate_hz // 100, 2), np.nan, np.float32), 1.0, rate_hz)
            )
    assert (
        hearing.router.bad == 200
        and hearing.levels == Levels()
        and (hearing.window() == mel.FLOOR_DB).all()
    )
    play(hearing)
    assert hearing.levels.mid > 0.6 and hearing.router.bad == 200, "and nothing of it stays"


def test_levels_sink_when_no_block_comes():
    hearing = Ear()

    def levels_after(now_s: float) -> Levels:
        hearing.router.rest(now_s)
        return hearing.levels

    assert levels_after(5.0) == Levels()
    end_s = play(hearing)
    window = hearing.window()
    assert levels_after(end_s + 0.05).mid > 0.6, "a moment is no silence"
    levels = [levels_after(end_s + 0.05 * step) for step in range(3, 80)]
    assert all(after.rms <= before.rms for before, after in itertools.pairwise(levels))
    assert levels[-1] == Levels() and (hearing.window() == window).all()
    play(hearing, start_s=end_s + 9)
    assert hearing.levels.mid > 0.6
