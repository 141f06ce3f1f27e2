"""The colours of a picture."""

from __future__ import annotations

import numpy as np
import pytest

from livesyn.media.colours import PictureColours
from livesyn.media.flash_limiter import LINEAR

RED, BLUE, GREY = (200, 20, 20), (20, 20, 220), (90, 90, 90)


def linear(colour: tuple[int, int, int]) -> tuple[float, ...]:
    return tuple(float(LINEAR[part]) for part in colour)


def halves(left: tuple[int, int, int], right: tuple[int, int, int]) -> np.ndarray:
    pixels = np.zeros((120, 200, 3), np.uint8)
    pixels[:, :100], pixels[:, 100:] = left, right
    return pixels


def test_parts_have_the_colours_that_are_there() -> None:
    found = PictureColours().of(halves(RED, BLUE), 0.0)
    assert found["left"] == pytest.approx(linear(RED), abs=1e-3)
    assert found["right"] == pytest.approx(linear(BLUE), abs=1e-3)
    mean = np.mean([linear(RED), linear(BLUE)], 0)
    for whole in ("whole", "top", "bottom", "centre"):
        assert found[whole] == pytest.approx(mean, abs=0.02)


def test_dominant_colours_are_those_that_are_seen_and_vivid_ones_before_grey() -> None:
    pixels = halves(GREY, GREY)
    pixels[:, :80] = RED
    pixels[:30, 150:] = BLUE
    found = PictureColours().of(pixels, 0.0)
    for name, colour in (("first", RED), ("second", GREY), ("third", BLUE)):
        assert found[name] == pytest.approx(linear(colour), abs=0.01), name


def test_a_new_picture_takes_over_within_a_second_and_noise_changes_no_name() -> None:
    colours = PictureColours()
    colours.of(halves(RED, RED), 0.0)
    assert colours.of(halves(BLUE, BLUE), 0.03)["first"] == pytest.approx(linear(RED), abs=0.01)
    for i in range(2, 40):
        found = colours.of(halves(BLUE, BLUE), i / 30)
    assert found["first"] == pytest.approx(linear(BLUE), abs=0.02)
    random = np.random.default_rng(0)
    names = set()
    for i in range(60):
        split = 96 + int(random.integers(0, 9))
        pixels = halves(RED, BLUE)
        pixels[:, :split] = RED
        names.add(colours.of(pixels, 2 + i / 30)["first"][0] > 0.3)
    assert len(names) == 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (2, 2), (48, 49), (1080, 1920)])
def test_any_size_has_colours(shape: tuple[int, int]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    found = PictureColours().of(pixels, 5.0)
    assert len(found) == 9
    assert all(0 <= part <= 1 for colour in found.values() for part in colour)
