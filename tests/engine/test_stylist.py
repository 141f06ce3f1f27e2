"""The stylist: numpy in and out, never more pixels than it was given leave for; and periods from an
embedding.
"""

import numpy as np
import pytest
import torch

from livesyn.base.errors import CheckpointError, ShapeError
from livesyn.base.params import PERIODS
from livesyn.engine.chains.hear_to_see.style import (
    PIXELS,
    Stylist,
    contents,
    period_weights,
    reduce,
)
from livesyn.nets import checkpoint
from livesyn.nets.style import StyleConfig, StyleNet

EVEN = np.ones(len(PERIODS), np.float32)


@pytest.fixture(scope="module")
def stylist(tmp_path_factory):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    net = StyleNet(StyleConfig(8, 4, 1), PERIODS)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if ".norm." in name:
                parameter.add_(0.5 * torch.randn_like(parameter))
    folder = tmp_path_factory.mktemp("style")
    checkpoint.save(folder, net, {})
    return Stylist.load(str(folder), "cpu")


def noise(*size):
    return np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)


def scene(light=1.0, seed=0, height=48, width=64):
    """A ramp with a camera's noise on it."""
    ramp = light * np.linspace(20, 230, width)[None, :, None] + np.random.default_rng(seed).normal(
        0, 2, (height, width, 3)
    )
    return ramp.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((144, 256), (144, 256)),
        ((720, 1280), (144, 256)),
        ((1280, 720), (256, 144)),
        ((90, 90), (88, 88)),
        ((1, 1), (4, 4)),
        ((2, 4000), (4, 4000)),
        ((480, 640), (168, 220)),
    ],
)
def test_a_picture_is_brought_down_in_its_own_shape(size, expected):
    small = reduce(noise(*size), PIXELS)
    assert small.shape == (*expected, 3) and small.dtype == np.uint8
    assert small.shape[0] * small.shape[1] <= 1.03 * PIXELS


def test_amount_goes_from_the_picture_to_the_manner(stylist):
    picture = scene()
    none, half, whole, more = (stylist.restyle(picture, EVEN, amount) for amount in (0, 0.5, 1, 7))
    assert (none == picture).all() and (more == whole).all()
    assert np.abs(whole.astype(int) - picture).mean() > 5
    assert np.abs((whole.astype(float) + picture) / 2 - half).max() <= 1
    assert (stylist.restyle(picture, EVEN, float("nan")) == picture).all()
    assert whole.shape == (48, 64, 3) and whole.dtype == np.uint8 and whole.flags.c_contiguous


def test_noise_alone_is_not_made_a_picture(stylist):
    for level in (0, 4, 128):
        covered = (
            np.random.default_rng(1).normal(level, 2, (144, 256, 3)).clip(0, 255).astype(np.uint8)
        )
        assert (stylist.restyle(covered, EVEN) == covered).all()
    assert contents(scene()) == 1 and contents(np.zeros((1, 1, 3), np.uint8)) == 0


def test_a_light_that_goes_out_takes_the_manner_with_it(stylist):
    shares = [contents(scene(light)) for light in np.linspace(0.12, 0.0, 60)]
    assert (
        shares[0] == 1
        and shares[-1] == 0
        and (np.diff(shares) <= 0.01).all()
        and np.abs(np.diff(shares)).max() < 0.15
    )


def test_only_proportions_of_the_weights_count(stylist):
    picture = scene()
    assert (stylist.restyle(picture, EVEN) == stylist.restyle(picture, 7 * EVEN)).all()
    first, last = (stylist.restyle(picture, np.eye(len(PERIODS))[i]) for i in (0, -1))
    assert (first != last).mean() > 0.5


def test_the_picture_that_came_is_left_alone(stylist):
    picture = scene()
    picture.flags.writeable = False
    before = picture.copy()
    stylist.restyle(picture, EVEN)
    assert (picture == before).all()


@pytest.mark.parametrize(
    "weights", [np.zeros(5), np.ones(4), -np.ones(5), np.array([1, 0, 0, 0, np.nan])]
)
def test_weights_that_make_no_sense_are_refused(stylist, weights):
    with pytest.raises(ShapeError, match="expected 5 numbers"):
        stylist.restyle(noise(8, 8), weights)


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((8, 8), np.uint8),
        np.zeros((8, 8, 4), np.uint8),
        np.zeros((8, 8, 3)),
        np.zeros((0, 8, 3), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(stylist, picture):
    with pytest.raises(ShapeError, match="a picture is"):
        stylist.restyle(picture, EVEN)


def test_no_such_checkpoint():
    with pytest.raises(CheckpointError, match="no checkpoint 'nowhere'"):
        Stylist.load("nowhere", "cpu")


def centres(scale=1.0):
    return scale * np.random.default_rng(1).standard_normal((5, 10))


@pytest.mark.parametrize("scale", [0.01, 1, 100])
def test_at_a_centre_its_period_rules_whatever_the_scale(scale):
    for number, centre in enumerate(centres(scale)):
        weights = period_weights(centre, centres(scale))
        assert (
            weights.argmax() == number
            and weights[number] > 0.8
            and weights.sum() == pytest.approx(1)
        )
    assert np.allclose(
        period_weights(centres(scale)[0] * 1.1, centres(scale)),
        period_weights(centres()[0] * 1.1, centres()),
        atol=1e-5,
    )


def test_midway_two_periods_weigh_alike_and_the_way_has_no_leap():
    places = centres()
    way = np.stack(
        [
            period_weights(places[0] + x * (places[1] - places[0]), places)
            for x in np.linspace(0, 1, 201)
        ]
    )
    assert way[100, 0] == pytest.approx(way[100, 1], rel=1e-4)
    assert np.abs(np.diff(way, axis=0)).max() < 0.05


def test_far_away_the_nearest_still_rules():
    assert np.isfinite(period_weights(1e6 * centres()[2], centres())).all()


@pytest.mark.parametrize(
    ("embedding", "places"),
    [
        (np.zeros(10), np.zeros((5, 10))),
        (np.full(10, np.nan), centres()),
        (np.zeros(10), centres()[:1]),
    ],
)
def test_where_nothing_can_be_told_all_weigh_alike(embedding, places):
    assert np.allclose(period_weights(embedding, places), 1 / len(places))


def test_an_embedding_of_another_net_is_refused():
    with pytest.raises(ShapeError, match="embedding"):
        period_weights(np.zeros(9), centres())
