"""No lamp flashes more than the picture may, nor do all of them together: judged by counting the
changes of light in every second, which shares nothing with what limits them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from livesyn.control.fixtures import Colour
from livesyn.control.lamp_flashes import LampLimiter

RATE_HZ = 40
BLACK: Colour = (0.0, 0.0, 0.0)
WHITE: Colour = (1.0, 1.0, 1.0)
RED: Colour = (1.0, 0.0, 0.0)
DIM: Colour = (0.3, 0.3, 0.3)
BLUE: Colour = (0.0, 0.0, 1.0)
COLOURS = (BLACK, WHITE, RED, DIM, BLUE)


def changes(values: Sequence[float], step: float, counts) -> list[int]:
    """Where a value goes `step` back from its last extreme, to an eye that sees only these."""
    found, way, extreme = [], 0, 0
    for i, value in enumerate(values):
        gone = value - values[extreme]
        if abs(gone) >= step and (way == 0 or gone * way < 0) and counts(extreme, i):
            found.append(i)
            way, extreme = (1 if gone > 0 else -1), i
        elif gone * way > 0:
            extreme = i
    return found


def worst(light: np.ndarray) -> int:
    """The most changes in any second of (T, 3) linear light, of luminance or of red."""
    luminance = light @ np.array([0.2126, 0.7152, 0.0722])
    red = 320 * np.maximum(0, 2 * light[:, 0] - light.sum(1))
    pure = light[:, 0] >= 0.8 * np.maximum(light.sum(1), 1e-9)
    most = 0
    for start in range(len(light)):
        v, r, p = (values[start : start + RATE_HZ] for values in (luminance, red, pure))
        most = max(
            most,
            len(changes(v, 0.1, lambda a, b, v=v: min(v[a], v[b]) < 0.8)),
            len(changes(r, 20.0, lambda a, b, p=p: p[a] or p[b])),
        )
    return most


def shown(wanted: list[list[Colour]]) -> np.ndarray:
    limiter = LampLimiter(len(wanted[0]))
    return np.array([limiter.limit(colours, i / RATE_HZ) for i, colours in enumerate(wanted)])


@pytest.mark.parametrize("pair", [(BLACK, WHITE), (BLACK, RED), (DIM, WHITE), (RED, BLUE)])
@pytest.mark.parametrize("hold", [1, 2, 3, 5])
def test_a_strobe_is_held_to_three_flashes_a_second(pair: tuple[Colour, Colour], hold: int) -> None:
    film = shown([[pair[i // hold % 2]] for i in range(3 * RATE_HZ)])[:, 0]
    assert 0 < worst(film) <= 6


def test_a_lamp_that_flashes_keeps_no_other_from_what_it_does() -> None:
    wanted = [[WHITE if i % 2 else BLACK, DIM] + [BLACK] * 8 for i in range(2 * RATE_HZ)]
    film = shown(wanted)
    assert worst(film[:, 0]) <= 6
    assert np.allclose(film[:, 1], DIM)


def test_lamps_that_flash_in_turn_count_together() -> None:
    """Four of them, one after the other: each flashes seldom, the room does not."""
    steps = range(3 * RATE_HZ)
    wanted = [[WHITE if i // 3 % 8 == 2 * lamp else BLACK for lamp in range(4)] for i in steps]
    film = shown(wanted)
    light = film @ np.array([0.2126, 0.7152, 0.0722])
    way, turned = 0, []
    for i in range(1, len(light)):
        sudden = light[i] - light[i - 1]
        for to in (1, -1):
            if to != way and np.mean(sudden * to >= 0.1) >= 0.25:
                way = to
                turned.append(i)
                break
    assert max(sum(start <= at < start + RATE_HZ for at in turned) for start in steps) <= 6


def test_slow_light_passes_as_it_is_and_what_was_held_arrives() -> None:
    slow = [[(t, t, t)] for t in (0.5 - 0.5 * np.cos(np.arange(4 * RATE_HZ) / RATE_HZ * 2 * np.pi))]
    assert np.allclose(shown(slow), np.array(slow))
    after = [[WHITE if i % 2 else BLACK] for i in range(RATE_HZ)] + [[DIM]] * (4 * RATE_HZ)
    assert np.allclose(shown(after)[-1], DIM, atol=0.01)


@given(
    lamps=st.lists(
        st.lists(st.tuples(st.sampled_from(COLOURS), st.integers(1, 30)), min_size=1, max_size=30),
        min_size=1,
        max_size=4,
    )
)
@example(lamps=[[(BLACK, 3), (DIM, 30), (DIM, 30), (WHITE, 1), (BLACK, 1)] * 6])
@settings(max_examples=60, deadline=None)
def test_whatever_is_wanted_no_lamp_flashes_more(lamps) -> None:
    lines = [[colour for colour, count in line for _ in range(count)][:160] for line in lamps]
    length = max(map(len, lines))
    wanted = [[line[min(i, len(line) - 1)] for line in lines] for i in range(length)]
    film = shown(wanted)
    assert film.min() >= 0 and film.max() <= 1
    for lamp in range(len(lines)):
        assert worst(film[:, lamp]) <= 6
