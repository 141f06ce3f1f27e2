"""The mel window against a slow one written out, and the incremental one against the offline
one.
"""

import numpy as np
import pytest

from livesyn.audio import mel as m
from livesyn.base.errors import ShapeError


def noise(seconds: float, seed: int = 0) -> np.ndarray:
    return (0.3 * np.random.default_rng(seed).standard_normal(int(seconds * m.RATE_HZ))).astype(
        np.float32
    )


def test_a_clip_of_8_91_seconds_has_768_columns():
    assert m.mel(noise(8.91)).shape == (128, 768)
    assert m.thirds(m.mel(noise(8.91))).shape == (3, 128, 256)


def test_each_column_is_the_windowed_spectrum_around_its_time():
    samples = noise(0.5)
    columns = m.mel(samples)
    for k in (0, 3, 20, columns.shape[1] - 1):
        frame = np.array(
            [
                samples[i] if 0 <= (i := 256 * k - 512 + j) < len(samples) else 0.0
                for j in range(1024)
            ]
        )
        window = 0.54 - 0.46 * np.cos(2 * np.pi * np.arange(1024) / 1024)
        power = m.filters() @ np.abs(np.fft.fft(frame * window))[:513] ** 2
        assert columns[:, k] == pytest.approx(10 * np.log10(power), abs=1e-3)


def test_filters_are_of_equal_area_and_in_order():
    filters = m.filters()
    assert filters.shape == (128, 513) and (filters >= 0).all()
    centres = (filters * np.arange(513)).sum(1) / filters.sum(1)
    assert (np.diff(centres) > 0).all()
    assert filters[40:].sum(1) * (m.RATE_HZ / 2 / 512) == pytest.approx(1.0, abs=0.2)


def test_a_tone_is_heard_where_it_is():
    second = np.arange(m.RATE_HZ) / m.RATE_HZ
    for hz in (220, 1000, 4000):
        column = m.mel(np.sin(2 * np.pi * hz * second).astype(np.float32))[:, 40]
        centres_hz = (m.filters() * np.linspace(0, m.RATE_HZ / 2, 513)).sum(1) / m.filters().sum(1)
        assert centres_hz[column.argmax()] == pytest.approx(hz, rel=0.08)


@pytest.mark.parametrize("block", [1, 100, 220, 256, 441, 5000])
def test_block_by_block_is_the_same_as_all_at_once(block):
    samples = noise(3.0 if block == 1 else 12.0)[: 9000 if block == 1 else None]
    window = m.MelWindow()
    for start in range(0, len(samples), block):
        window.push(samples[start : start + block])
    offline = m.mel(samples)[:, : window.heard]
    took = min(window.heard, m.COLUMNS)
    assert window.heard >= offline.shape[1] - 3
    assert np.abs(window.window()[:, m.COLUMNS - took :] - offline[:, -took:]).max() <= 1e-5
    assert (window.window()[:, : m.COLUMNS - took] == m.FLOOR_DB).all()


def test_more_than_a_window_in_one_block():
    samples = noise(20.0)
    window = m.MelWindow()
    window.push(samples)
    assert (
        np.abs(window.window() - m.mel(samples)[:, window.heard - m.COLUMNS : window.heard]).max()
        <= 1e-5
    )


def test_what_is_no_number_is_silence():
    window = m.MelWindow()
    window.push(np.full(4096, np.nan, np.float32))
    window.push(np.full(4096, np.inf, np.float32))
    assert window.bad == 2 and (window.window() == m.FLOOR_DB).all()


def test_wrong_shapes_are_refused():
    with pytest.raises(ShapeError, match="mono is expected"):
        m.mel(np.zeros((2, 100), np.float32))
    with pytest.raises(ShapeError, match=r"expected \(128, 768\)"):
        m.thirds(np.zeros((128, 700), np.float32))
