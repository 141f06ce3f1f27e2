"""From colours to the channels of lamps."""

from __future__ import annotations

import pytest

from livesyn.control.fixtures import Colour, Fixture, grey_of, overlap, universes, values_of

ORANGE: Colour = (1.0, 0.5, 0.0)
PINK: Colour = (1.0, 0.5, 0.5)


@pytest.mark.parametrize(
    ("layout", "colour", "values"),
    [
        ("rgb", ORANGE, [255, 128, 0]),
        ("grb", ORANGE, [128, 255, 0]),
        ("rgbw", PINK, [128, 0, 0, 128]),
        ("d-rgb", ORANGE, [255, 0, 255, 128, 0]),
        ("drgb", (0.0, 0.0, 0.0), [0, 0, 0, 0]),
        ("dimmer", (0.4, 0.4, 0.4), [102]),
        ("d", (2.0, 2.0, 2.0), [255]),
    ],
)
def test_each_layout_has_its_channels(layout: str, colour: Colour, values: list[int]) -> None:
    assert list(values_of(Fixture(1, layout), colour)) == values


def test_lamps_stand_where_their_addresses_are_each_on_its_universe() -> None:
    lamps = (Fixture(1), Fixture(510, "rgb"), Fixture(7, "dimmer", universe=9))
    found = universes(lamps, [ORANGE, PINK, (1.0, 1.0, 1.0)], 3)
    assert set(found) == {3, 9} and all(len(data) == 512 for data in found.values())
    assert found[3][:3] == bytes([255, 128, 0]) and found[3][509:] == bytes([255, 128, 128])
    assert found[9][6] == 255 and sum(found[9]) == 255


def test_a_white_lamp_is_as_light_as_the_colour() -> None:
    assert grey_of((1.0, 1.0, 1.0)) == pytest.approx((1, 1, 1))
    assert grey_of((0.0, 1.0, 0.0))[0] == pytest.approx(0.7152)


def test_lamps_that_share_a_channel_are_found() -> None:
    assert overlap([Fixture(1), Fixture(4), Fixture(2, universe=2)], 1) is None
    assert overlap([Fixture(4), Fixture(1, "rgbw")], 1) == (Fixture(1, "rgbw"), Fixture(4))
    assert overlap([Fixture(4, universe=1), Fixture(1, "rgbw")], 1) is not None
