"""A sine of any rate is the same sine; in pieces as in one; what is no number is silence; channels
stay apart, or are mixed.
"""

import numpy as np
import pytest
import soxr

from livesyn.audio.mel import RATE_HZ
from livesyn.audio.resample import Resampler
from livesyn.base.errors import DeviceError, ShapeError

RATES_HZ = (8000, 16000, 22050, 32000, 44100, 48000, 88200, 96000, 192000)
LATEST_S = {8000: 0.032, 16000: 0.017}


def sine(rate_hz: int, hz: float = 997.0, seconds: float = 1.0, channels: int = 1) -> np.ndarray:
    one = 0.5 * np.sin(2 * np.pi * hz * np.arange(int(rate_hz * seconds)) / rate_hz)
    return np.repeat(one[:, None], channels, axis=1).astype(np.float32)


def pushed(resampler: Resampler, samples: np.ndarray, block: int) -> np.ndarray:
    return np.concatenate(
        [resampler.push(samples[start : start + block]) for start in range(0, len(samples), block)]
    )


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_sine_is_the_same_sine_at_its_own_time(rate_hz):
    out = pushed(Resampler(rate_hz), sine(rate_hz), rate_hz // 100)
    out = out[:, 0]
    inner = slice(1000, len(out) - 500)
    phase = 2 * np.pi * 997.0 * np.arange(len(out))[inner] / RATE_HZ
    basis = np.stack([np.sin(phase), np.cos(phase)], axis=1)
    weights = np.linalg.lstsq(basis, out[inner], rcond=None)[0]
    assert np.hypot(*weights) == pytest.approx(0.5, rel=1e-3)
    assert abs(np.arctan2(weights[1], weights[0]) / (2 * np.pi * 997.0)) < 2e-4, (
        "no later than a fifth of a millisecond"
    )
    assert np.abs(out[inner] - basis @ weights).max() < 5e-5


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_pieces_are_as_good_as_one(rate_hz):
    samples = sine(rate_hz, seconds=0.5) + 0.1 * np.random.default_rng(1).standard_normal(
        (rate_hz // 2, 1)
    ).astype(np.float32)
    whole = Resampler(rate_hz).push(samples)
    for block in (rate_hz // 100, 1024, 7):
        pieces = pushed(Resampler(rate_hz), samples, block)
        most = min(len(pieces), len(whole))
        assert most > 0.4 * RATE_HZ and np.abs(pieces[:most] - whole[:most]).max() < 1e-5


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_it_is_never_far_behind_and_gives_evenly(rate_hz):
    resampler, block = Resampler(rate_hz), np.zeros((rate_hz // 100, 2), np.float32)
    for index in range(200):
        given = len(resampler.push(block))
        assert resampler.behind_s <= LATEST_S.get(rate_hz, 0.016)
        assert index < 10 or given in (220, 221)


def test_what_cannot_be_heard_at_the_new_rate_is_not_folded_down():
    out = pushed(Resampler(48000), sine(48000, 15000.0), 480)
    assert np.abs(out[1000:]).max() < 1e-4


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("channels", [1, 2, 3, 8])
def test_mixed_to_one_channel_at_22050_hz_every_bit_is_what_it_was(rate_hz, channels):
    """As before a Resampler could do anything else: the mean of all, through soxr's own stream."""
    stream = soxr.ResampleStream(rate_hz, RATE_HZ, 1, dtype="float32", quality="HQ", vr=True)
    resampler, random = Resampler(rate_hz), np.random.default_rng(0)
    taken = given = 0
    for size in random.integers(1, rate_hz // 50, 60):
        samples = (0.3 * random.standard_normal((size, channels))).astype(np.float32)
        mono = np.ascontiguousarray(samples.mean(axis=1), np.float32)
        expected = mono if rate_hz == RATE_HZ else stream.resample_chunk(mono)
        out = resampler.push(samples)
        assert out.shape == (len(expected), 1) and out.dtype == np.float32
        assert np.array_equal(out[:, 0], expected)
        taken, given = taken + len(mono), given + len(expected)
        assert resampler.behind_s == taken / rate_hz - given / RATE_HZ


@pytest.mark.parametrize("out_hz", [8000, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize("rate_hz", [16000, 44100, 48000, 96000])
def test_from_any_rate_to_any_rate_each_channel_is_as_if_alone(rate_hz, out_hz):
    random = np.random.default_rng(0)
    samples = (0.3 * random.standard_normal((rate_hz // 4, 8))).astype(np.float32)
    apart = Resampler(rate_hz, out_hz, mixed=False)
    out = pushed(apart, samples, rate_hz // 100)
    assert out.shape[1] == 8 and apart.behind_s == pytest.approx(0.25 - len(out) / out_hz)
    assert 0 <= apart.behind_s < 0.032
    for channel in (1, 6):
        alone = pushed(Resampler(rate_hz, out_hz, (channel,)), samples, rate_hz // 100)
        assert np.array_equal(alone[:, 0], out[:, channel - 1])


def test_chosen_channels_come_in_the_order_asked_for_and_missing_ones_are_silence():
    block = np.arange(1, 5, dtype=np.float32)[None].repeat(100, axis=0)

    def given(channels, mixed):
        return Resampler(RATE_HZ, RATE_HZ, channels, mixed).push(block)[50].tolist()

    assert given((3, 1), False) == [3, 1] and given((4,), False) == [4]
    assert given((2, 9, 1), False) == [2, 0, 1] and given((9,), False) == [0]
    assert given((3, 4), True) == [3.5] and given((3, 9), True) == [3], "of those there are"
    assert given((9, 10), True) == [0] and given(None, False) == [1, 2, 3, 4]


def test_what_is_bad_in_a_channel_nobody_takes_is_not_counted():
    block = np.zeros((480, 3), np.float32)
    block[7, 2] = np.nan
    some, all_ = Resampler(48000, channels=(1, 2)), Resampler(48000, 16000, mixed=False)
    assert np.isfinite(some.push(block)).all() and some.bad == 0
    assert np.isfinite(all_.push(block)).all() and all_.bad == 1


def test_another_number_of_channels_begins_anew():
    resampler = Resampler(48000, 16000, mixed=False)
    for channels in (2, 8, 1):
        out = pushed(resampler, sine(48000, channels=channels), 480)
        assert out.shape[1] == channels and resampler.behind_s == pytest.approx(
            1.0 - len(out) / 16000
        )
        assert np.abs(out[-1600:]).max() == pytest.approx(0.5, rel=1e-2)


def test_channels_are_mixed():
    block = np.stack([np.full(2205, 0.5), np.full(2205, -0.1)], axis=1).astype(np.float32)
    assert Resampler(RATE_HZ).push(block) == pytest.approx(np.full((2205, 1), 0.2), abs=1e-6)


@pytest.mark.parametrize("garbage", [np.nan, np.inf, -np.inf, 1e30])
def test_what_is_no_sound_is_silence_and_counted(garbage):
    resampler, samples = Resampler(48000), sine(48000, channels=2)
    bad = samples.copy()
    bad[5000:5010, 1] = garbage
    out = pushed(resampler, bad, 480)
    assert resampler.bad == 2 - (5000 // 480 == 5009 // 480)
    clean = pushed(Resampler(48000), samples, 480)
    assert np.isfinite(out).all() and np.abs(out).max() < 0.7
    assert out[5000:] == pytest.approx(clean[5000:], abs=1e-4), "and only there"


def test_an_empty_block_gives_nothing():
    assert len(Resampler(48000).push(np.zeros((0, 2), np.float32))) == 0


def test_refusals():
    with pytest.raises(DeviceError, match="100 Hz; 2000 to 768000"):
        Resampler(100)
    with pytest.raises(DeviceError, match="asked for at 100 Hz; it can be had at 2000 to 768000"):
        Resampler(48000, 100)
    with pytest.raises(ShapeError, match=r"\(480,\); expected \(N, C\)"):
        Resampler(48000).push(np.zeros(480, np.float32))
