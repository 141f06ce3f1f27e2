"""What attacks move in a picture: each band its own target."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.audio.features import Levels
from livesyn.base import params
from livesyn.base.params import ATTACK_TARGETS
from livesyn.engine.chains.hear_to_see.attacks import (
    BRIGHTNESS,
    LUMA,
    PALETTE,
    ZOOM,
    shaken,
    strengths,
    turned_hues,
)

STILL = dict.fromkeys(ATTACK_TARGETS, 0.0)
DISC = np.full((64, 64, 3), (60, 90, 150), np.uint8)
_y, _x = np.mgrid[:64, :64] - 31.5
DISC[_x**2 + _y**2 < 400] = (170, 110, 70)


def luma(pixels: np.ndarray) -> float:
    return float((pixels @ np.array(LUMA)).mean())


def size(pixels: np.ndarray) -> int:
    return int((pixels[..., 0] > pixels[..., 2]).sum())


def test_a_kick_a_snare_and_a_hat_move_their_own():
    values = params.defaults()
    for band, target in (("low", ZOOM), ("mid", PALETTE), ("high", BRIGHTNESS)):
        levels = Levels(0.5, **{f"onset_{band}": 0.8}, silent=False)  # type: ignore[arg-type]
        assert strengths(levels, values) == STILL | {target: 0.8}
    values |= {f"onset_{band}_to": 2.0 for band in ("low", "mid", "high")}
    all_bands = Levels(1.0, onset_low=0.5, onset_mid=0.25, onset_high=1.0, silent=False)
    assert strengths(all_bands, values)[ZOOM] == 1.75
    assert strengths(Levels(onset_low=1.0), values) == STILL, "silent"


def test_nothing_moved_is_the_same_picture():
    assert shaken(DISC, STILL, 1.0) is DISC
    assert shaken(DISC, STILL | {ZOOM: 1.0, PALETTE: 1.0}, 0.0) is DISC


def test_zoom_comes_nearer_and_keeps_the_middle():
    near, nearer = (shaken(DISC, STILL | {ZOOM: 1.0}, amount) for amount in (1.0, 2.0))
    assert size(near) == pytest.approx(size(DISC) * 1.12**2, rel=0.05)
    assert size(nearer) == pytest.approx(size(DISC) * 1.24**2, rel=0.05)
    assert near.shape == DISC.shape and (near[31:33, 31:33] == DISC[31:33, 31:33]).all()


def test_palette_turns_hues_and_is_no_flash():
    turned = shaken(DISC, STILL | {PALETTE: 1.0}, 1.0)
    assert np.abs(turned.astype(int) - DISC).max() > 30
    assert luma(turned) == pytest.approx(luma(DISC), abs=1.0)
    grey = np.full((8, 8, 3), 120, np.uint8)
    assert np.abs(shaken(grey, STILL | {PALETTE: 1.0}, 1.0).astype(int) - 120).max() <= 1
    assert turned_hues(360.0) == pytest.approx(np.eye(3))


def test_brightness_brightens_a_little():
    brighter = shaken(DISC, STILL | {BRIGHTNESS: 1.0}, 1.0)
    assert luma(brighter) == pytest.approx(1.1 * luma(DISC), rel=0.01)
    assert size(brighter) == size(DISC)


@given(
    st.dictionaries(st.sampled_from(ATTACK_TARGETS), st.floats(0, 3)),
    st.floats(0, 4),
    st.sampled_from([(64, 64), (1, 1), (36, 64), (3, 8)]),
)
def test_whatever_comes_it_is_a_picture_of_the_same_size(moved, amount, shape):
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    out = shaken(pixels, STILL | moved, amount)
    assert out.shape == pixels.shape and out.dtype == np.uint8
