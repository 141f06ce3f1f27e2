"""Smoothing keeps the radius, following has a half-life, ε is N(0, 1) and the same again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base import params
from livesyn.base.errors import ShapeError
from livesyn.base.types import Latent
from livesyn.latent.drift import drift
from livesyn.latent.follower import Follower
from livesyn.latent.space import Space, relative_radius
from livesyn.latent.sphere import mean_direction, plain_average, slerp, split
from livesyn.latent.window import LatentWindow, hann

D = 64
seeds = st.integers(0, 2**31 - 1)


def unit(random: np.random.Generator, d: int = D) -> np.ndarray:
    return split(random.standard_normal(d))[0]


def filled(
    latents: np.ndarray, stds: np.ndarray | None = None, every_s: float = 0.1, capacity: int = 3600
) -> LatentWindow:
    window = LatentWindow(latents.shape[1], capacity)
    for i, latent in enumerate(latents):
        window.add(
            Latent(
                latent.astype(np.float32),
                np.ones(latents.shape[1], np.float32) if stds is None else stds[i],
                i * every_s,
            )
        )
    return window


# The sphere.


@given(seeds, st.floats(0, 1))
def test_slerp_stays_on_the_sphere_and_divides_the_angle(seed: int, part: float) -> None:
    random = np.random.default_rng(seed)
    a, b = unit(random), unit(random)
    way = slerp(a, b, part)
    assert np.linalg.norm(way) == pytest.approx(1)
    assert np.arccos(np.clip(a @ way, -1, 1)) == pytest.approx(part * np.arccos(a @ b), abs=1e-6)


@given(seeds)
def test_slerp_begins_and_ends_where_it_should(seed: int) -> None:
    random = np.random.default_rng(seed)
    a, b = unit(random), unit(random)
    assert slerp(a, b, 0) == pytest.approx(a)
    assert slerp(a, b, 1) == pytest.approx(b)
    assert slerp(a, a, 0.3) == pytest.approx(a)


@given(seeds, st.floats(0.01, 0.99))
def test_slerp_between_opposites_goes_round_not_through(seed: int, part: float) -> None:
    a = unit(np.random.default_rng(seed))
    way = slerp(a, -a, part)
    assert np.linalg.norm(way) == pytest.approx(1)
    assert a @ way == pytest.approx(np.cos(np.pi * part), abs=1e-6)


def test_slerp_from_nowhere_is_there() -> None:
    b = unit(np.random.default_rng(0))
    assert slerp(np.zeros(D), b, 0.1) is b


def test_directions_that_cancel_give_the_newest() -> None:
    a = unit(np.random.default_rng(0))
    assert mean_direction(np.stack([-a, a]), np.ones(2)) == pytest.approx(a)
    assert mean_direction(
        np.stack([a, -a, np.zeros(D)]), np.array([1.0, 1.0, 1.0])
    ) == pytest.approx(-a)
    assert not mean_direction(np.zeros((3, D)), np.ones(3)).any()


# The window.


@settings(max_examples=30, deadline=None)
@given(seeds, st.floats(0.3, 6), st.integers(2, 80))
def test_a_window_keeps_the_radius_and_an_average_does_not(
    seed: int, length_s: float, frames: int
) -> None:
    latents = np.random.default_rng(seed).standard_normal((frames, D))
    mean, _ = filled(latents).read(0.1 * frames, length_s)
    radii = np.linalg.norm(latents, axis=1)
    assert radii.min() - 1e-3 <= np.linalg.norm(mean) <= radii.max() + 1e-3
    if frames >= 8:
        assert np.linalg.norm(plain_average(latents, np.ones(frames))) < 0.75 * radii.mean()


def test_what_is_constant_stays_as_it_is() -> None:
    latent, std = np.linspace(-1, 2, D), np.linspace(0.1, 1.5, D).astype(np.float32)
    mean, read_std = filled(np.tile(latent, (20, 1)), np.tile(std, (20, 1))).read(1.5, 1.0)
    assert mean == pytest.approx(latent, rel=1e-5, abs=1e-6)
    assert read_std == pytest.approx(std, rel=1e-5)


def test_windows_a_hop_apart_add_up() -> None:
    ages_s = np.linspace(0, 2, 50)
    assert hann(ages_s, 4.0) + hann(ages_s + 2, 4.0) == pytest.approx(np.ones(50))
    assert not hann(np.array([-0.1, 4.1]), 4.0).any()


def test_the_middle_of_the_window_weighs_most() -> None:
    a, b = np.eye(D)[0], np.eye(D)[1]
    # ages 2, 1, 0: only the middle has weight
    mean, _ = filled(np.stack([b, a, b]), every_s=1.0).read(2.0, 2.0)
    assert mean == pytest.approx(a, abs=1e-5)


def test_deviations_are_averaged_by_their_logarithm() -> None:
    stds = np.stack([np.full(D, 0.1), np.full(D, 10)]).astype(np.float32)
    # ages 1.5 and 0.5 weigh the same
    _, std = filled(np.ones((2, D)), stds, every_s=1.0).read(1.5, 2.0)
    assert std == pytest.approx(np.ones(D), rel=1e-4)


def test_a_window_without_a_picture_gives_the_newest() -> None:
    latents = np.random.default_rng(0).standard_normal((5, D))
    mean, _ = filled(latents).read(100.0, 2.0)
    assert mean == pytest.approx(latents[-1], rel=1e-4, abs=1e-5)


def test_the_memory_is_bounded_and_newest_wins() -> None:
    latents = np.random.default_rng(0).standard_normal((50, D))
    window = filled(latents, capacity=8)
    assert len(window) == 8
    assert window.newest_s == pytest.approx(4.9)
    mean, _ = window.read(1.0, 2.0)  # what was seen around then is forgotten
    assert mean == pytest.approx(latents[-1], rel=1e-4, abs=1e-5)
    assert np.isfinite(window.read(4.95, 0.5)[0]).all()


def test_an_empty_window_and_a_foreign_latent_are_refused() -> None:
    window = LatentWindow(D)
    with pytest.raises(LookupError):
        window.read(0.0, 1.0)
    with pytest.raises(ShapeError):
        window.add(Latent(np.ones(D + 1, np.float32), np.ones(D + 1, np.float32), 0.0))


# The follower.


@settings(deadline=None)
@given(seeds, st.floats(0.1, 8), st.integers(1, 6))
def test_after_a_half_life_half_of_the_way_is_left(seed: int, half_life: float, bars: int) -> None:
    random = np.random.default_rng(seed)
    a, b = random.standard_normal(D), 3 * random.standard_normal(D)
    follower = Follower()
    follower.follow(a, np.ones(D), half_life)
    for _ in range(bars):
        mean, std = follower.follow(b, np.full(D, 4.0), half_life)
    left = 0.5 ** (bars / half_life)
    angle = np.arccos(split(a)[0] @ split(b)[0])
    assert np.arccos(np.clip(split(mean)[0] @ split(b)[0], -1, 1)) == pytest.approx(
        left * angle, abs=1e-5
    )
    assert np.log(np.linalg.norm(mean) / np.linalg.norm(b)) == pytest.approx(
        left * np.log(np.linalg.norm(a) / np.linalg.norm(b)), abs=1e-6
    )
    assert np.log(std / 4) == pytest.approx(left * np.log(np.ones(D) / 4), abs=1e-6)


def test_without_a_half_life_it_is_there_at_once() -> None:
    follower, b = Follower(), np.linspace(1, 2, D)
    follower.follow(np.ones(D), np.ones(D), 0)
    assert follower.follow(b, np.ones(D), 0)[0] == pytest.approx(b)


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_following_prior_samples_leaves_their_radius(seed: int) -> None:
    random, follower = np.random.default_rng(seed), Follower()
    radii = [
        relative_radius(follower.follow(z, np.ones(256), 2.0)[0])
        for z in random.standard_normal((60, 256))
    ]
    assert 0.95 < np.mean(radii) < 1.05


# ε.


def test_epsilon_is_standard_normal_at_every_bar_and_forgets_as_it_says() -> None:
    # (12, 9, 256)
    walk = np.stack([[drift(seed, bar, 4.0, 256) for bar in range(9)] for seed in range(12)])
    for bar in range(9):
        assert abs(walk[:, bar].mean()) < 0.06
        assert abs(walk[:, bar].var() - 1) < 0.08
    for apart in (1, 4, 8):
        correlation = np.mean(walk[:, 0] * walk[:, apart])
        assert correlation == pytest.approx(np.exp(-apart / 4), abs=0.06)


@given(seeds, st.integers(0, 10**6), st.floats(0.5, 64))
@settings(max_examples=15, deadline=None)
def test_epsilon_depends_on_seed_and_bar_alone(seed: int, bar: int, correlation: float) -> None:
    again = drift(seed, bar, correlation, 8)
    assert np.array_equal(drift(seed, bar, correlation, 8), again)
    assert not np.array_equal(drift(seed + 1, bar, correlation, 8), again)
    assert not np.array_equal(drift(seed, bar + 1, correlation, 8), again)


# The space.

SPACE = Space(np.eye(12, 256), np.linspace(2, 0.5, 12), np.full(256, 0.1))


def test_z_of_a_posterior_has_the_radius_of_the_prior() -> None:
    """Dimensions that know something and dimensions that do not: μ² + σ² is 1 in both."""
    random = np.random.default_rng(3)
    std = np.where(np.arange(256) < 64, 0.3, 1.0)
    radii = []
    for bar in range(200):
        mean = random.standard_normal(256) * np.sqrt(1 - std**2)
        radii.append(
            relative_radius(SPACE.compose(mean, std, drift(1, bar, 8, 256), params.defaults()))
        )
    assert np.mean(radii) == pytest.approx(1, abs=0.03)


def test_steering_radius_and_variation_do_what_they_say() -> None:
    mean, std, noise = np.ones(256), np.full(256, 0.5), np.ones(256)
    plain = SPACE.compose(mean, std, noise, params.defaults())
    assert plain == pytest.approx(1.5)
    assert SPACE.compose(mean, std, noise, params.defaults() | {"variation": 0.0}) == pytest.approx(
        mean
    )
    assert SPACE.compose(mean, std, noise, params.defaults() | {"radius": 2.0}) == pytest.approx(
        2 * plain
    )
    steered = SPACE.compose(mean, std, noise, params.defaults() | {"steer_0": -1.5})
    before, after = SPACE.coordinates(np.zeros(256)), SPACE.coordinates(steered - plain)
    assert np.array(after) - before == pytest.approx([-1.5] + [0] * 11, abs=1e-6)


def test_coordinates_stop_at_four_deviations() -> None:
    assert SPACE.coordinates(np.full(256, 100.0)) == (4.0,) * 12
    with pytest.raises(ShapeError):
        Space(np.eye(3, 256), np.ones(12), np.zeros(256))
