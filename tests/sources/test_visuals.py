"""The built-in visuals: the same from the same seed, alive, different from one another."""

from __future__ import annotations

import numpy as np
import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.errors import ConfigError
from livesyn.sources.visuals import DEFAULT, NAMES, Visuals
from livesyn.sources.visuals.fields import noise, smoothstep
from livesyn.sources.visuals.palettes import RAMPS, SHADES, Palettes, paint, ramp, to_oklab, to_srgb

SMALL = (64, 36)


def frames(
    name: str, seed: int, count: int, size: tuple[int, int] = SMALL, speed: float = 1.0
) -> np.ndarray:
    source = Visuals(name, seed, ManualClock(), size)
    source.speed = speed
    source.open()
    return np.array([source.read() for _ in range(count)])


def test_there_are_at_least_five_and_a_default() -> None:
    assert len(NAMES) >= 5 and DEFAULT in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_seed_and_frame_number_are_all_that_counts(name: str) -> None:
    assert np.array_equal(frames(name, 5, 8), frames(name, 5, 8))
    assert not np.array_equal(frames(name, 5, 2), frames(name, 6, 2))


@pytest.mark.parametrize("name", NAMES)
def test_opened_again_it_starts_again(name: str) -> None:
    source = Visuals(name, 1, ManualClock(), SMALL)
    source.open()
    first = [source.read() for _ in range(4)]
    source.open()
    assert np.array_equal(np.array(first), np.array([source.read() for _ in range(4)]))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", [0, 12345])
def test_is_bright_enough_contrasty_and_moves_smoothly(name: str, seed: int) -> None:
    seen = frames(name, seed, 45).astype(float)
    assert 25 < seen.mean() < 200
    assert seen.std() > 20
    steps = np.abs(np.diff(seen, axis=0)).mean((1, 2, 3))
    assert steps.min() > 0.05 and steps.max() < 16, "it stands still or flickers"
    assert np.abs(seen[-1] - seen[0]).mean() > 2


@pytest.mark.parametrize("name", NAMES)
def test_the_scene_is_another_one_a_palette_later(name: str) -> None:
    source = Visuals(name, 2, ManualClock(), SMALL)
    source.speed = 20.0
    source.open()
    seen = np.array([source.read() for _ in range(60)]).astype(float)  # 40 s of its time
    tints = seen.mean((1, 2))
    assert np.abs(tints[:, None] - tints[None]).sum(-1).max() > 40


@pytest.mark.parametrize("name", NAMES)
def test_at_no_speed_it_stands_still(name: str) -> None:
    seen = frames(name, 3, 4, speed=0.0)
    assert np.array_equal(seen[0], seen[3])


@pytest.mark.parametrize("name", NAMES)
def test_after_a_day_it_still_works(name: str) -> None:
    source = Visuals(name, 3, ManualClock(), SMALL)
    source.open()
    source._time_s = 24 * 3600.0
    source.read()
    pixels = source.read()
    assert pixels is not None and pixels.std() > 15


@pytest.mark.parametrize("size", [(640, 360), (1280, 720), (100, 100)])
def test_any_size(size: tuple[int, int]) -> None:
    assert frames("lava", 1, 1, size).shape == (1, size[1], size[0], 3)


def test_paced_by_its_clock() -> None:
    clock = ManualClock(3.0)
    source = Visuals("waves", 0, clock, SMALL, fps=60)
    source.open()
    for _ in range(7):
        source.read()
    assert clock.now_s() == pytest.approx(3.1)


def test_an_unknown_name_gets_the_nearest_and_all() -> None:
    with pytest.raises(ConfigError, match="did you mean 'aurora'") as error:
        Visuals("arora", 0, ManualClock())
    assert all(name in str(error.value) for name in NAMES)


def test_palettes_fade_without_a_jump_and_come_round() -> None:
    palettes = Palettes(np.random.default_rng(1), period_s=10, fade_s=4)
    assert np.array_equal(palettes.at(0), palettes.at(5.9))
    assert np.abs(palettes.at(9.999) - palettes.at(10.001)).max() < 4
    assert np.abs(palettes.at(5) - palettes.at(15)).max() > 50
    assert np.array_equal(palettes.at(5), palettes.at(5 + 10 * len(RAMPS)))


def test_oklab_and_back() -> None:
    colours = np.random.default_rng(2).random((50, 3))
    assert to_srgb(to_oklab(colours)) == pytest.approx(colours, abs=1e-6)
    assert to_oklab(np.ones(3)) == pytest.approx([1, 0, 0], abs=1e-4)


def test_a_ramp_meets_its_ends_and_paint_looks_it_up() -> None:
    shades = to_srgb(ramp("glacier"))
    assert shades[0] * 255 == pytest.approx([4, 9, 22], abs=0.1) and shades[-1] == pytest.approx(
        [1, 1, 1], abs=1e-6
    )
    painted = paint(shades, np.array([[-3.0, 0.0, 1.0, 7.0]], np.float32))
    assert np.array_equal(painted[0], shades[[0, 0, SHADES - 1, SHADES - 1]])


def test_noise_tiles_and_smoothstep_is_an_s() -> None:
    cloud = noise(np.random.default_rng(0), 2, 12)
    inside = np.abs(np.diff(cloud, axis=1)).max()
    assert np.abs(
        cloud[:, 0] - cloud[:, -1]
    ).max() <= 1.5 * inside and cloud.std() == pytest.approx(1, abs=1e-3)
    assert smoothstep(0, 2, np.array([-1.0, 0, 1, 2, 3])).tolist() == [0, 0, 0.5, 1, 1]
