"""Pictures and JSON on the wire."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from livesyn.base.errors import ShapeError
from livesyn.web.pictures import encode_jpeg, encode_json


def test_a_jpeg_keeps_its_colours_and_is_at_most_480_wide():
    pixels = np.zeros((720, 1280, 3), np.uint8)
    pixels[:, :640, 0], pixels[:, 640:, 2] = 220, 220  # red left, blue right
    picture = Image.open(io.BytesIO(encode_jpeg(pixels)))
    assert (picture.format, picture.size) == ("JPEG", (480, 270))
    left, right = np.asarray(picture)[100, 100], np.asarray(picture)[100, 400]
    assert left[0] > 200 > 60 > left[2] and right[2] > 200 > 60 > right[0]


def test_a_small_picture_stays_as_it_is():
    assert Image.open(io.BytesIO(encode_jpeg(np.zeros((64, 64, 3), np.uint8)))).size == (64, 64)


def test_a_view_of_another_array_can_be_encoded():
    assert encode_jpeg(np.zeros((90, 128, 3), np.uint8)[::2, ::-2])


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((0, 4, 3), np.uint8)],
)
def test_another_shape_is_refused(pixels):
    with pytest.raises(ShapeError, match="a picture is"):
        encode_jpeg(pixels)


def test_json_has_no_nan_and_knows_numpy():
    value = {
        "a": np.float32(0.5),
        "b": np.array([1.0, np.nan]),
        "c": (np.int64(3), float("inf")),
        "d": 1 / 3,
        "e": None,
        "f": True,
    }
    assert json.loads(encode_json(value)) == {
        "a": 0.5,
        "b": [1.0, None],
        "c": [3, None],
        "d": 0.33333,
        "e": None,
        "f": True,
    }
