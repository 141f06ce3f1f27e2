"""What lamps show, moment by moment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from livesyn.base import params
from livesyn.control.fixtures import Colour, Fixture
from livesyn.control.light_show import LightShow

RATE_HZ = 40
ORANGE: Colour = (0.8, 0.4, 0.0)


class Stage:
    """A light show whose time passes frame by frame."""

    def __init__(self, *lamps: Fixture, gain: float = 1.0, **values: float) -> None:
        self.show = LightShow(lamps, 2.0, gain, params.defaults() | values)
        self.now_s = 100.0
        self.show.picture({"whole": ORANGE})

    def colours(self, seconds: float) -> np.ndarray:
        """(frames, lamps, 3)"""
        found: list[Any] = []
        for _ in range(round(seconds * RATE_HZ)):
            self.now_s += 1 / RATE_HZ
            found.append(self.show.colours(self.now_s))
        return np.array(found)


def test_a_lamp_shows_the_pictures_colour_and_gain_keeps_its_hue() -> None:
    assert Stage(Fixture(1)).colours(1)[-1, 0] == pytest.approx(ORANGE)
    assert Stage(Fixture(1), gain=4.0).colours(1)[-1, 0] == pytest.approx((1, 0.5, 0))
    assert Stage(Fixture(1, level=0.5)).colours(1)[-1, 0] == pytest.approx((0.4, 0.2, 0))
    grey = Stage(Fixture(1, "dimmer")).colours(1)[-1, 0]
    assert grey[0] == grey[2] == pytest.approx(0.2126 * 0.8 + 0.7152 * 0.4)


def test_another_colour_is_reached_smoothly() -> None:
    stage = Stage(Fixture(1))
    stage.colours(1)
    stage.show.picture({"whole": (0.0, 0.0, 1.0)})
    blue = stage.colours(1)[:, 0, 2]
    assert np.all(np.diff(blue) >= 0) and np.diff(blue).max() < 0.25 and blue[-1] > 0.99


def test_a_lamp_follows_the_sound_and_what_is_no_longer_told_sinks() -> None:
    stage = Stage(Fixture(1, follows="low"), Fixture(4, follows="low", depth=0.5))
    stage.show.levels({"low": 1.0}, stage.now_s)
    assert stage.colours(0.1)[-1, :, 0] == pytest.approx([0.8, 0.8])
    assert stage.colours(3)[-1, :, 0] == pytest.approx([0.0, 0.4], abs=0.01)


def test_beats_and_bars_strike_and_fall() -> None:
    stage = Stage(Fixture(1, colour="white", follows="beat"), Fixture(4, follows="bar"))
    stage.show.beat(5, stage.now_s)
    lit = stage.colours(0.5)
    assert lit[0, 0, 0] > 0.9 and lit[-1, 0, 0] < 0.2 and lit[:, 1].max() == 0, "no bar began"
    stage.show.beat(8, stage.now_s)
    assert stage.colours(0.1)[-1, 1, 0] > 0.6


def test_blackout_dims_at_once_also_what_is_frozen_and_lets_go() -> None:
    stage = Stage(Fixture(1), freeze=1.0)
    stage.show.param("freeze", 0.0)
    stage.colours(1)
    stage.show.param("freeze", 1.0)
    stage.show.picture({"whole": (0.0, 1.0, 0.0)})
    assert stage.colours(1)[-1, 0] == pytest.approx(ORANGE), "it holds"
    stage.show.param("blackout", 1.0)
    dark = stage.colours(0.15)
    assert dark[0, 0, 0] > 0 and dark[-1].max() == 0
    stage.show.param("blackout", 0.0)
    assert stage.colours(1)[-1, 0] == pytest.approx(ORANGE)
    stage.show.param("freeze", 0.0)
    assert stage.colours(1)[-1, 0] == pytest.approx((0, 1, 0), abs=0.01)


def test_a_show_that_begins_blacked_out_is_dark_from_its_first_frame() -> None:
    assert Stage(Fixture(1, colour="white"), blackout=1.0).colours(1).max() == 0


def test_stop_fades_and_play_comes_back() -> None:
    stage = Stage(Fixture(1))
    stage.colours(1)
    stage.show.transport("stop")
    fading = stage.colours(2.1)[:, 0, 0]
    assert np.all(np.diff(fading) <= 0) and fading[40] == pytest.approx(0.4, abs=0.02)
    assert fading[-1] == 0
    stage.show.transport("start")
    assert stage.colours(1)[-1, 0] == pytest.approx(ORANGE)


def test_the_flash_limit_is_the_pictures_and_can_be_lifted_as_it_can() -> None:
    def flashes(limit: float) -> int:
        stage = Stage(Fixture(1, colour="white", follows="beat"), flash_limit=limit)
        lit = []
        for beat in range(30):
            stage.show.beat(beat, stage.now_s)
            lit.append(stage.colours(0.1)[:, 0, 0])
        light = np.concatenate(lit)[RATE_HZ:]
        return int(np.sum(np.diff(light) > 0.1))

    assert flashes(0.0) > 15 and flashes(1.0) <= 6


def test_before_the_first_picture_it_is_dark() -> None:
    show = LightShow([Fixture(1)], 2.0, 1.0, params.defaults())
    assert max(max(show.colours(100 + i / 40)[0]) for i in range(80)) == 0
