"""One sound to many consumers: each at its rate, in its channels; none kept from it by another."""

from __future__ import annotations

import numpy as np
import pytest

from livesyn.audio.mel import RATE_HZ
from livesyn.audio.router import SoundRouter
from livesyn.base.errors import DeviceError, ShapeError
from livesyn.base.types import AudioBlock

SOURCES_HZ = (16000, 44100, 48000, 96000)


class Consumer:
    """Keeps what it gets."""

    def __init__(
        self,
        rate_hz: int = RATE_HZ,
        channels: tuple[int, ...] | None = None,
        mixed: bool = True,
        name: str = "timbre",
    ) -> None:
        self.name, self.rate_hz, self.channels, self.mixed = name, rate_hz, channels, mixed
        self.blocks: list[AudioBlock] = []
        self.rests_s: list[float] = []

    def push(self, block: AudioBlock) -> None:
        self.blocks.append(block)

    def rest(self, now_s: float) -> None:
        self.rests_s.append(now_s)

    @property
    def samples(self) -> np.ndarray:
        return np.concatenate([block.samples for block in self.blocks])

    def tones_hz(self) -> list[int]:
        """The loudest tone of each channel, to 10 Hz; 0 for silence."""
        samples = self.samples[-self.rate_hz // 2 :]
        power = np.abs(np.fft.rfft(samples * np.hanning(len(samples))[:, None], axis=0))
        hz = power.argmax(axis=0) * self.rate_hz / len(samples)
        return [
            round(each / 10) * 10 if loud > 1 else 0
            for each, loud in zip(hz, power.max(0), strict=True)
        ]


class Broken(Consumer):
    """Fails at every block."""

    def push(self, block: AudioBlock) -> None:
        raise RuntimeError("no")

    def rest(self, now_s: float) -> None:
        raise RuntimeError("no")


def play(
    router: SoundRouter, rate_hz: int = 48000, channels: int = 8, seconds: float = 0.6
) -> float:
    """Channel n carries 1000 + 500·n Hz; when its last sample came in."""
    size, hz = rate_hz // 100, 1000 + 500 * np.arange(1, channels + 1)
    for index in range(round(seconds * 100)):
        time_s = (index * size + np.arange(size))[:, None] / rate_hz
        samples = (0.3 * np.sin(2 * np.pi * hz * time_s)).astype(np.float32)
        router.push(AudioBlock(samples, 5.0 + (index + 1) / 100, rate_hz))
    return 5.0 + seconds


@pytest.mark.parametrize("rate_hz", SOURCES_HZ)
@pytest.mark.parametrize("channels", [1, 2, 8])
def test_each_gets_its_channels_at_its_rate(rate_hz: int, channels: int) -> None:
    tracks, timbre = Consumer(44100, mixed=False), Consumer(16000, (1,))
    mixed, last_two = Consumer(), Consumer(22050, (channels, max(1, channels - 1)), mixed=False)
    router = SoundRouter([tracks, timbre, mixed, last_two])
    end_s = play(router, rate_hz, channels)
    all_hz = [1500 + 500 * n for n in range(channels)]
    assert tracks.tones_hz() == all_hz and timbre.tones_hz() == [1500]
    assert last_two.tones_hz() == [all_hz[-1], all_hz[max(0, channels - 2)]]
    assert mixed.samples.shape[1] == 1 and mixed.tones_hz()[0] in all_hz
    for consumer in (tracks, timbre, mixed, last_two):
        newest = consumer.blocks[-1]
        assert newest.rate_hz == consumer.rate_hz and newest.samples.dtype == np.float32
        # what has not come out yet is exactly what is missing
        behind_s = end_s - newest.time_s
        assert behind_s == pytest.approx(0.6 - len(consumer.samples) / consumer.rate_hz, abs=1e-9)
        assert 0 <= behind_s < 0.017


def test_who_wants_the_same_is_given_the_same() -> None:
    one, two = Consumer(16000, (2,)), Consumer(16000, (2,))
    play(SoundRouter([one, two]), seconds=0.05)
    assert len(one.blocks) == 5 and all(map(lambda a, b: a is b, one.blocks, two.blocks))


def test_a_source_that_comes_back_otherwise_is_gone_on_with() -> None:
    tracks, mixed = Consumer(16000, mixed=False), Consumer()
    router = SoundRouter([tracks, mixed])
    play(router, 48000, 2)
    play(router, 44100, 4)
    assert mixed.samples.shape == pytest.approx((1.2 * RATE_HZ, 1), rel=0.03)
    tracks.blocks = [block for block in tracks.blocks if block.samples.shape[1] == 4]
    assert tracks.tones_hz() == [1500, 2000, 2500, 3000]


def test_a_channel_that_is_not_there_is_silence_and_said_once() -> None:
    said: list[str] = []
    consumer, other = Consumer(16000, (2, 5, 7), mixed=False), Consumer(name="other")
    router = SoundRouter([consumer, other], said.append)
    play(router, channels=2)
    assert consumer.tones_hz() == [2000, 0, 0]
    play(router, channels=1)
    play(router, channels=8)
    assert consumer.tones_hz() == [2000, 3500, 4500]
    assert said == [
        "timbre takes channels 5, 7 of a sound that has 2; what is missing is silence: choose an"
        " input with more channels, or ask for more with --audio-channels"
    ]


def test_one_that_raises_keeps_no_other_from_its_sound() -> None:
    failures: list[tuple[str, str]] = []
    before, broken, after = Consumer(), Broken(name="broken"), Consumer()
    router = SoundRouter(
        [before, broken, after], on_failure=lambda name, error: failures.append((name, str(error)))
    )
    play(router, seconds=0.05)
    router.rest(9.0)
    assert len(before.blocks) == len(after.blocks) == 5 and before.rests_s == after.rests_s == [9.0]
    assert failures[:5] == [("broken", "no")] * 5 and len(failures) == 6


def test_at_the_desk_it_is_raised() -> None:
    with pytest.raises(RuntimeError, match="no"):
        play(SoundRouter([Broken()]))
    with pytest.raises(DeviceError, match="7 Hz"):
        SoundRouter([Consumer()]).push(AudioBlock(np.zeros((4, 1), np.float32), 1.0, 7))
    with pytest.raises(ShapeError, match=r"\(480,\)"):
        SoundRouter([Consumer()]).push(AudioBlock(np.zeros(480, np.float32), 1.0, 48000))


def test_a_bad_block_is_counted_once_whoever_takes_it() -> None:
    router = SoundRouter([Consumer(), Consumer(16000, mixed=False), Consumer(16000, (1,))])
    samples = np.zeros((480, 3), np.float32)
    samples[5, 2] = np.inf
    for _ in range(3):
        router.push(AudioBlock(samples, 1.0, 48000))
    router.push(AudioBlock(samples, 1.0, 44100))
    assert router.bad == 4
    lone = SoundRouter([Consumer(16000, (1, 2))])
    lone.push(AudioBlock(samples, 1.0, 48000))
    assert lone.bad == 0, "nobody takes that channel"


def test_with_nobody_to_take_it_nothing_happens() -> None:
    router = SoundRouter([])
    play(router)
    router.rest(1.0)
    assert router.bad == 0


def test_one_that_comes_later_gets_what_follows_and_is_told_what_is_missing() -> None:
    said: list[str] = []
    early, late = Consumer(name="early"), Consumer(16000, (3, 9), mixed=False, name="late")
    router = SoundRouter([early], said.append)
    play(router)
    router.add(late)
    play(router)
    assert late.tones_hz() == [2500, 0]
    assert len(said) == 1 and "late takes channel 9 of a sound that has 8" in said[0]
