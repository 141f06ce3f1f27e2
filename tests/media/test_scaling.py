"""A square shrunk in halves is the square shrunk at once, nearly, and so is what a net sees."""

import numpy as np
import pytest

from livesyn.engine.chains.see_to_hear.nets import Model, square
from livesyn.media.opencv import opencv
from livesyn.media.scaling import shrink

SIZE = 64


def picture(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Coarse and fine shapes, as pictures have: (H, W, 3) uint8."""
    random, cv2 = np.random.default_rng(seed), opencv()
    sum_of = np.zeros((height, width, 3), np.float32)
    for scale in (2, 4, 8, 16, 32, 64, 128, 256):
        coarse = random.standard_normal((scale, scale, 3), np.float32)
        sum_of += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) / scale**0.7
    spread = (sum_of - sum_of.min()) / np.ptp(sum_of)
    return np.asarray(255 * spread, np.uint8)


def at_once(pixels: np.ndarray) -> np.ndarray:
    """The centred square by area means, in one step."""
    side = min(pixels.shape[:2])
    top, left = (pixels.shape[0] - side) // 2, (pixels.shape[1] - side) // 2
    cv2, crop = opencv(), pixels[top : top + side, left : left + side]
    shrunk: np.ndarray = cv2.resize(crop, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    return shrunk


LARGE = [(720, 1280), (1080, 1920), (480, 640), (2160, 3840), (1536, 1536)]


@pytest.mark.parametrize(("height", "width"), LARGE)
def test_in_halves_is_as_at_once(height, width):
    pixels = picture(height, width)
    apart = square(pixels, SIZE).astype(int) - at_once(pixels)
    assert np.abs(apart).max() <= 6 and np.abs(apart).mean() <= 0.7
    assert abs(apart.mean()) <= 0.5, "neither brighter nor darker"


@pytest.mark.parametrize("value", [0, 1, 127, 254, 255])
def test_one_colour_stays_what_it_is(value):
    assert (shrink(np.full((720, 720, 3), value, np.uint8), SIZE) == value).all()


@pytest.mark.parametrize("side", [65, 127, 191, 240, 383, 675])
def test_what_cannot_be_halved_well_is_not(side):
    pixels = picture(side, side)
    assert (shrink(pixels, SIZE) == at_once(pixels)).all()


def test_a_small_one_is_enlarged():
    assert shrink(picture(20, 20), SIZE).shape == (SIZE, SIZE, 3)


def test_what_a_net_sees_in_it_is_nearly_the_same():
    """z moves by less than half of what one level of brightness, of 255, moves it."""
    model = Model.load("synvae-art", "cpu", 1)
    for height, width in LARGE:
        pixels = np.minimum(picture(height, width, seed=height), 254)
        means, stds = zip(
            *model.encode_many([at_once(pixels), pixels, at_once(pixels + 1)]), strict=True
        )
        halved, brighter = (np.abs(mean - means[0]) / stds[0] for mean in means[1:])
        assert halved.max() < brighter.max() / 2 and halved.mean() < brighter.mean() / 2
