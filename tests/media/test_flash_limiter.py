"""The flash limiter, judged by a meter that shares nothing with it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from livesyn.base.clock import ManualClock
from livesyn.base.errors import ShapeError
from livesyn.media.flash_limiter import FlashLimiter, small
from livesyn.media.scaling import enlarge
from livesyn.sources.visuals import NAMES, Visuals

# this grey is as light as that red
BLACK, WHITE, RED, GREY = (
    (0, 0, 0),
    (255, 255, 255),
    (255, 0, 0),
    (127, 127, 127),
)
SIDE = 32


# The meter.


def linear(channel: np.ndarray) -> np.ndarray:
    v = channel.astype(float) / 255
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def turns_of(values: list[float], step: float, counts) -> list[int]:
    """At which pictures a value turned: the indices where it has gone `step` back from an
    extreme.
    """
    turned, way, extreme = [], 0, 0
    for i, value in enumerate(values):
        gone = value - values[extreme]
        if abs(gone) >= step and (way == 0 or gone * way < 0) and counts(extreme, i):
            turned.append(i)
            way, extreme = (1 if gone > 0 else -1), i
        elif gone * way > 0:
            extreme = i
    return turned


def worst(per_place: list[list[float]], share: float = 0.25) -> int:
    """The most flashes within any second that this share of the places have."""
    most = 0
    for start in sorted({t for times in per_place for t in times}):
        flashes = sorted(
            (sum(start <= t < start + 1 for t in times) // 2 for times in per_place), reverse=True
        )
        most = max(most, flashes[int(np.ceil(share * len(flashes))) - 1])
    return most


def places(shown: list[np.ndarray]) -> np.ndarray:
    """(T, N, 3) linear light at 64 places, spread over the pictures."""
    film = linear(np.stack(shown))
    rows, columns = (
        np.unique(np.linspace(0, side - 1, 8).round().astype(int)) for side in film.shape[1:3]
    )
    return film[:, rows][:, :, columns].reshape(len(film), -1, 3)


def general_flashes(shown: list[np.ndarray], times_s: list[float]) -> int:
    light = places(shown) @ np.array([0.2126, 0.7152, 0.0722])
    found = [
        [times_s[i] for i in turns_of(list(v), 0.1, lambda a, b, v=v: min(v[a], v[b]) < 0.8)]
        for v in light.T
    ]
    return worst(found)


def red_flashes(shown: list[np.ndarray], times_s: list[float]) -> int:
    film = places(shown)
    total = film.sum(-1)
    saturated = film[..., 0] >= 0.8 * np.maximum(total, 1e-9)
    red = 320 * np.maximum(0, film[..., 0] - film[..., 1] - film[..., 2])
    found = [
        [times_s[i] for i in turns_of(list(v), 20.0, lambda a, b, s=s: s[a] or s[b])]
        for v, s in zip(red.T, saturated.T, strict=True)
    ]
    return worst(found)


def flashes_anywhere(shown: list[np.ndarray], times_s: list[float]) -> int:
    """Flashes of a quarter of the picture, be it another quarter each time: sudden changes only.

    A place that goes on the way it went is no flash: only one that turns is.
    """
    light = places(shown) @ np.array([0.2126, 0.7152, 0.0722])
    turned: list[float] = []
    way, ways = 0, np.zeros(light.shape[1], int)
    for i in range(1, len(light)):
        change, dark = light[i] - light[i - 1], np.minimum(light[i], light[i - 1]) < 0.8
        sudden = np.where(dark & (np.abs(change) >= 0.1), np.sign(change).astype(int), 0)
        for to in (1, -1):
            if to != way and np.mean((sudden == to) & (ways != to)) >= 0.25:
                turned.append(times_s[i])
                way = to
                break
        ways = np.where(sudden == 0, ways, sudden)
    return worst([turned])


def measure(shown: list[np.ndarray], times_s: list[float]) -> int:
    return max(
        general_flashes(shown, times_s),
        red_flashes(shown, times_s),
        flashes_anywhere(shown, times_s),
    )


# Things to show.


def plain(colour) -> np.ndarray:
    return np.full((SIDE, SIDE, 3), colour, np.uint8)


def strobe(
    a: np.ndarray, b: np.ndarray, hz: float, fps: float = 60.0, seconds: float = 2.5
) -> tuple[list[np.ndarray], list[float]]:
    times_s = [i / fps for i in range(int(seconds * fps))]
    return [a if int(2 * hz * t + 1e-9) % 2 else b for t in times_s], times_s


def chequers(cell: int) -> np.ndarray:
    rows, columns = np.indices((SIDE, SIDE)) // cell
    return np.where(((rows + columns) % 2)[..., None], plain(WHITE), plain(BLACK))


def half(colour) -> np.ndarray:
    picture = plain(BLACK)
    picture[:, : SIDE // 2] = colour
    return picture


def limited(
    shown: list[np.ndarray], times_s: list[float], limiter: FlashLimiter | None = None
) -> list[np.ndarray]:
    limiter = limiter or FlashLimiter()
    return [limiter.limit(picture, time_s) for picture, time_s in zip(shown, times_s, strict=True)]


PAIRS = {
    "white": (plain(WHITE), plain(BLACK)),
    "faint": (plain((130,) * 3), plain((90,) * 3)),
    "light": (plain(WHITE), plain((222,) * 3)),
    "red": (plain(RED), plain(BLACK)),
    "red on grey": (plain(RED), plain(GREY)),
    "chequers of 1": (chequers(1), 255 - chequers(1)),
    "chequers of 8": (chequers(8), 255 - chequers(8)),
    "half white": (half(WHITE), plain(BLACK)),
    "half red": (half(RED), plain(BLACK)),
    "swapping halves": (half(WHITE), 255 - half(WHITE)),
}


# The meter itself.


@pytest.mark.parametrize("hz", [1, 2, 5, 10, 15, 30])
@pytest.mark.parametrize("name", sorted(PAIRS))
def test_the_meter_finds_every_flash(name: str, hz: int) -> None:
    assert abs(measure(*strobe(*PAIRS[name], hz)) - hz) <= 1  # the second may begin within a flash


def test_the_meter_knows_which_kind() -> None:
    shown, times_s = strobe(*PAIRS["red on grey"], 10)
    assert general_flashes(shown, times_s) == 0 and red_flashes(shown, times_s) >= 9
    shown, times_s = strobe(*PAIRS["white"], 10)
    assert general_flashes(shown, times_s) >= 9 and red_flashes(shown, times_s) == 0


def test_the_meter_lets_go_what_is_no_flash() -> None:
    # the darker one is lighter than 0.80
    assert measure(*strobe(plain(WHITE), plain((235,) * 3), 10)) == 0
    assert measure(*strobe(plain((60,) * 3), plain((90,) * 3), 10)) == 0  # less than a tenth
    corner = plain(BLACK)
    corner[:12, :12] = 255
    assert measure(*strobe(corner, plain(BLACK), 10)) == 0  # less than a quarter


# The limiter.


@pytest.mark.parametrize(
    "hz, fps", [(5, 30), (10, 30), (15, 30), (5, 60), (10, 60), (15, 60), (30, 60)]
)
@pytest.mark.parametrize("name", sorted(PAIRS))
def test_a_strobe_is_held_to_three_flashes_a_second(name: str, hz: int, fps: int) -> None:
    shown, times_s = strobe(*PAIRS[name], hz, fps)
    limiter = FlashLimiter()
    safe = limited(shown, times_s, limiter)
    assert measure(shown, times_s) > 3
    assert measure(safe, times_s) <= 3
    assert limiter.held > len(shown) / 3


@pytest.mark.parametrize("name", ["white", "chequers of 1", "chequers of 8", "red on grey"])
def test_it_is_still_safe_once_enlarged(name: str) -> None:
    shown, times_s = strobe(*PAIRS[name], 10, 30)
    assert measure([enlarge(picture, 97, 97) for picture in limited(shown, times_s)], times_s) <= 3


def test_three_flashes_a_second_pass_as_they_are() -> None:
    shown, times_s = strobe(*PAIRS["white"], 2.9)
    limiter = FlashLimiter()
    assert (
        all(
            out is picture
            for out, picture in zip(limited(shown, times_s, limiter), shown, strict=True)
        )
        and limiter.held == 0
    )


def test_quarters_that_flash_in_turn_count_together() -> None:
    shown, times_s = [], [i / 30 for i in range(75)]
    for i in range(75):
        picture = plain(BLACK)
        if i % 2:
            top, left = 16 * (i // 2 % 2), 16 * (i // 4 % 2)
            picture[top : top + 16, left : left + 16] = 255
        shown.append(picture)
    assert flashes_anywhere(shown, times_s) > 3
    assert flashes_anywhere(limited(shown, times_s), times_s) <= 3


def test_changing_the_size_is_no_way_around() -> None:
    shown, times_s = strobe(*PAIRS["white"], 10)
    sizes = ((32, 32), (64, 48), (300, 200))
    shown = [np.resize(picture, (*sizes[i % 3], 3)) for i, picture in enumerate(shown)]
    safe = [picture[:32, :32] for picture in limited(shown, times_s)]
    assert measure(safe, times_s) <= 3


def test_held_back_it_becomes_the_mean_and_does_not_freeze() -> None:
    shown, times_s = strobe(*PAIRS["white"], 15, seconds=4.0)
    safe = [int(picture[0, 0, 0]) for picture in limited(shown, times_s)]
    last = safe[-30:]
    assert 90 < np.mean(last) < 165 and max(last) - min(last) < 30


def test_it_lets_go_a_second_after_the_strobe_ends() -> None:
    limiter = FlashLimiter()
    limited(*strobe(*PAIRS["white"], 10, seconds=2.0), limiter)
    steady = plain((180, 120, 60))
    after = [limiter.limit(steady, 2.0 + i / 60) for i in range(120)]
    assert after[0] is not steady and all(out is steady for out in after[64:])


def test_slow_fades_are_left_alone() -> None:
    times_s = [i / 60 for i in range(600)]
    shown = [plain((int(127.5 - 127.5 * np.cos(2 * np.pi * t / 2.0)),) * 3) for t in times_s]
    limiter = FlashLimiter()
    assert all(a is b for a, b in zip(limited(shown, times_s, limiter), shown, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_ordinary_moving_pictures_are_left_alone(name: str) -> None:
    clock = ManualClock(10.0)
    visual = Visuals(name, 3, clock, size=(96, 64), fps=30)
    visual.open()
    limiter, changed = FlashLimiter(), []
    for _ in range(90):
        picture = visual.read()
        assert picture is not None
        changed.append(np.abs(limiter.limit(picture, clock.now_s()).astype(int) - picture).mean())
    visual.close()
    assert np.mean(changed) < 1.0 and limiter.held <= 9


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(PAIRS)), st.booleans(), st.integers(1, 12)),
        min_size=6,
        max_size=40,
    )
)
@example(  # half of it rises in two steps while the other half falls in two: each turns once
    [
        ("chequers of 1", False, 1),
        ("half white", False, 1),
        ("chequers of 8", False, 1),
        ("faint", False, 1),
        ("chequers of 1", False, 1),
        ("chequers of 1", True, 1),
        ("faint", False, 1),
        ("chequers of 1", False, 1),
        ("half red", True, 1),
    ]
)
@settings(max_examples=30, deadline=None)
def test_whatever_comes_it_is_safe(beats: list[tuple[str, bool, int]]) -> None:
    shown = [PAIRS[name][second] for name, second, count in beats for _ in range(count)]
    times_s = [i / 30 for i in range(len(shown))]
    assert measure(limited(shown, times_s), times_s) <= 3


def changes_within_a_second(values: list[float], times_s: list[float]) -> int:
    """The most opposing changes of luminance in any second, to an eye that sees only that second:
    a rise that began before it is one too, if a tenth of it is seen.
    """
    return max(
        len(turns_of(seen, 0.1, lambda a, b, seen=seen: min(seen[a], seen[b]) < 0.8))
        for start in times_s
        for seen in [
            [v for v, t in zip(values, times_s, strict=True) if start <= t < start + 0.999]
        ]
    )


@given(
    lead=st.lists(st.integers(0, 255), min_size=1, max_size=12),
    rest=st.integers(0, 75),
    low=st.integers(0, 255),
    high=st.integers(0, 255),
    hold=st.integers(1, 8),
    fps=st.sampled_from([25, 30, 60]),
)
@example(lead=[0, 150], rest=40, low=0, high=255, hold=1, fps=30)  # it rose, stayed, and rises on
@settings(max_examples=150, deadline=None)
def test_no_second_has_more_than_six_changes_whatever_was_before_it(
    lead: list[int], rest: int, low: int, high: int, hold: int, fps: int
) -> None:
    """A strobe that begins the way the picture went last: that rise is one of the six."""
    levels = [v for v in lead for _ in range(3)] + [lead[-1]] * rest
    levels += [(high, low)[i // hold % 2] for i in range(2 * fps)]
    times_s = [i / fps for i in range(len(levels))]
    shown = limited([np.full((4, 4, 3), v, np.uint8) for v in levels], times_s)
    light = [float(linear(picture[0, 0, :1])[0]) for picture in shown]
    assert changes_within_a_second(light, times_s) <= 6


def test_blocks_stand_for_big_pictures() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    blocks = small(picture)
    assert blocks.shape == (96, 128, 3)
    assert np.abs(blocks[7, 9] - picture[35:40, 45:50].reshape(-1, 3).mean(0)).max() <= 1
    assert small(picture[:64, :64]).shape == (64, 64, 3)
    assert small(picture[:2, :600]).shape[:2] == (1, 120)


@pytest.mark.parametrize(
    "wrong",
    [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((0, 4, 3), np.uint8)],
)
def test_what_is_no_picture_is_said(wrong: np.ndarray) -> None:
    with pytest.raises(ShapeError, match=r"a picture is \(H, W, 3\) uint8"):
        FlashLimiter().limit(wrong, 0.0)
