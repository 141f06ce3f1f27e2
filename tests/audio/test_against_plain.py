"""Hearing against the same written down plainly (scripts/plain_hearing.py): the same
columns, levels and bits.
"""

import itertools
from pathlib import Path

import numpy as np
import pytest

from livesyn.audio import mel
from livesyn.audio.bands import BLOCK, EDGES_HZ, Bands
from livesyn.audio.features import Features
from livesyn.audio.hearing import Hearing
from livesyn.audio.mel import RATE_HZ
from livesyn.audio.resample import mix
from livesyn.audio.router import SoundRouter
from livesyn.base.params import LEVELS, defaults
from livesyn.base.types import AudioBlock
from tests.from_file import module_from

plain = module_from(Path(__file__).parents[2] / "scripts" / "plain_hearing.py")

PARAMS = defaults()
LEAST_DB = 1e-4
LEAST_LEVEL = 1e-5


def sounds(rate_hz: int = RATE_HZ, seconds: float = 6.0) -> dict[str, np.ndarray]:
    """Loud, quiet, low, high, steady, sudden and none: each (N,) float32."""
    t = np.arange(int(rate_hz * seconds)) / rate_hz
    noise = np.random.default_rng(5).standard_normal(len(t))
    every = {
        "noise": 0.3 * noise,
        "hiss": 1e-3 * noise,
        "faint": 1e-6 * noise,
        "hum": 0.7 * np.sin(2 * np.pi * 50 * t),
        "sweep": 0.5 * np.sin(2 * np.pi * (20 * t + 800 * t * t)),
        "hats": 0.1 * np.sin(2 * np.pi * 330 * t) + 0.3 * noise * np.exp(-(t % 0.25) / 0.02),
        "kicks": 0.8 * np.sin(2 * np.pi * 60 * t) * np.exp(-(t % 0.5) / 0.08),
        "clicks": np.where(np.arange(len(t)) % 5000 == 0, 1.0, 0.0),
        "offset": np.full(len(t), 0.5),
        "fade": np.sin(2 * np.pi * 220 * t) * np.exp(-4 * t),
        "silence": 0.0 * t,
    }
    return {name: sound.astype(np.float32) for name, sound in every.items()}


SOUNDS = sounds()


@pytest.mark.parametrize("name", SOUNDS)
def test_columns_are_those_of_the_whole_product(name):
    samples = SOUNDS[name]
    padded = np.pad(samples, (mel.HALF, mel.HALF + mel.HOP))
    expected = plain.columns(padded, 1 + len(samples) // mel.HOP)
    assert np.abs(mel.mel(samples) - expected).max() <= LEAST_DB


@pytest.mark.parametrize("read_every", [1, 7, 23, 10_000])
def test_a_window_is_the_same_whenever_it_is_read(read_every):
    samples = np.concatenate([SOUNDS["sweep"], SOUNDS["hats"], SOUNDS["noise"]])  # a ring and more
    window, expected = mel.MelWindow(), plain.PlainMelWindow()
    for index, start in enumerate(range(0, len(samples), 221)):
        block = samples[start : start + 221]
        before = window.heard
        assert window.push(block) == window.heard - before
        expected.push(block)
        assert window.heard == expected.heard
        if index % read_every == read_every - 1:
            assert np.abs(window.window() - expected.window()).max() <= LEAST_DB
    assert np.abs(window.window() - expected.window()).max() <= LEAST_DB
    assert window.window().shape == expected.window().shape


@pytest.mark.parametrize("name", SOUNDS)
def test_levels_are_the_same_at_every_block(name):
    features, expected = Features(), plain.PlainFeatures()
    for start in range(0, len(SOUNDS[name]), 221):
        block = SOUNDS[name][start : start + 221]
        now, then = features.push(block, PARAMS), expected.push(block, PARAMS)
        assert [getattr(now, level) for level in LEVELS] == pytest.approx(
            [getattr(then, level) for level in LEVELS], abs=LEAST_LEVEL
        )
        assert now.silent == then.silent


def cascade(samples: np.ndarray, low_hz: float, high_hz: float) -> np.ndarray:
    """A band by its second-order filters one after another, sample by sample."""
    signal = samples.astype(np.float64)
    corners = [(low_hz, True)] + [(high_hz, False)] * (high_hz < RATE_HZ / 2)
    for hz, high in corners:
        k = np.tan(np.pi * hz / RATE_HZ)
        for angle in (1, 3, 5):
            q = 1 / (2 * np.cos(angle * np.pi / 12))
            norm = 1 + k / q + k * k
            b0, b1 = (1 / norm, -2 / norm) if high else (k * k / norm, 2 * k * k / norm)
            a1, a2 = 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm
            out, first, second = [], 0.0, 0.0
            for value in signal.tolist():
                heard = b0 * value + first
                first, second = b1 * value - a1 * heard + second, b0 * value - a2 * heard
                out.append(heard)
            signal = np.array(out)
    return signal


@pytest.mark.parametrize("name", ["noise", "hum"])
def test_the_bank_is_its_filters_one_after_another(name):
    samples, bank = SOUNDS[name][: 10 * BLOCK], Bands()
    out = np.concatenate(
        [bank.filter(samples[start : start + BLOCK]) for start in range(0, len(samples), BLOCK)],
        axis=1,
    )
    for band, edges in zip(out, itertools.pairwise(EDGES_HZ), strict=True):
        assert np.abs(band - cascade(samples, *edges)).max() < 1e-10


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("channels", [1, 2, 3, 6, 8, 32])
def test_a_mix_is_the_mean_to_the_last_bit(channels, order):
    random = np.random.default_rng(channels)
    samples = np.asarray(random.uniform(-1, 1, (480, channels)), np.float32, order=order)
    mixed = mix(samples)
    assert mixed.dtype == np.float32 and mixed.shape == (480, 1)
    assert (mixed == samples.mean(axis=1, keepdims=True)).all()
    assert (mixed == plain.mixed(samples)).all()


@pytest.mark.parametrize(("rate_hz", "channels"), [(22050, 1), (44100, 1), (48000, 2), (96000, 3)])
def test_hearing_is_the_same_from_any_source(rate_hz, channels):
    sound = sounds(rate_hz, 2.0)
    samples = np.stack([sound[name] for name in ("kicks", "hats", "sweep")[:channels]], axis=1)
    samples[rate_hz : rate_hz + 10] = np.nan
    hearing, expected = Hearing(PARAMS), plain.PlainHearing(PARAMS)
    router, size = SoundRouter([hearing]), rate_hz // 100
    for start in range(0, len(samples), size):
        block = AudioBlock(samples[start : start + size], start / rate_hz, rate_hz)
        router.push(block)
        expected.push(block)
        assert hearing.columns == expected.columns
        for level in LEVELS:
            now, then = getattr(hearing.levels, level), getattr(expected.levels, level)
            assert now == pytest.approx(then, abs=LEAST_LEVEL)
    assert np.abs(hearing.window() - expected.window()).max() <= LEAST_DB
    assert router.bad == 1
