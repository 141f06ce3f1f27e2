"""The chain from sound to picture, and the loop that plays it."""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from livesyn.audio.features import Levels
from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.base.params import ATTACK_TARGETS
from livesyn.base.types import Frame
from livesyn.engine.chains.hear_to_see.async_painter import AsyncPainter
from livesyn.engine.chains.hear_to_see.chain import CHANGES_S, HearToSee
from livesyn.engine.chains.hear_to_see.live import LiveHearToSee, period_of
from livesyn.engine.chains.see_to_hear.live import MemoryPictures
from livesyn.engine.page_view import PageView
from livesyn.engine.picture_output import PictureLoop
from livesyn.ipc.messages import SoundLevels
from livesyn.sinks.pictures import outlet as outlet_module
from tests.engine.context import Page, context_of

CENTRES = np.eye(5, 4, dtype=np.float32)
LOUD = Levels(0.8, 0.2, 0.2, 0.2, silent=False)
KICK = Levels(0.8, 1.0, 0.2, 0.2, 1.0, onset_low=1.0, silent=False)
HAT = Levels(0.8, 0.2, 0.2, 1.0, 1.0, onset_high=1.0, silent=False)
WINDOW = np.zeros((128, 768), np.float32)


class Nets:
    """Paints nothing; remembers what it was given."""

    restyles = True
    painter = SimpleNamespace(centres=CENTRES, periods=("old", "new"))

    def __init__(self) -> None:
        self.heard = np.array([1.0, 0, 0, 0], np.float32)
        self.given: list[tuple[np.ndarray, np.ndarray]] = []

    async def embed(self, columns: np.ndarray) -> np.ndarray:
        return self.heard

    async def paint(self, embedding: np.ndarray, noise: np.ndarray) -> np.ndarray:
        self.given.append((embedding.copy(), noise.copy()))
        return np.full((4, 4, 3), len(self.given) % 256, np.uint8)

    async def restyle(self, pixels: np.ndarray, weights: np.ndarray, amount: float) -> np.ndarray:
        self.restyled = weights, amount
        return pixels // 2


class Show:
    """A chain, and a hand that turns its parameters."""

    def __init__(self, seed: int = 3) -> None:
        self.nets = Nets()
        self.chain = HearToSee(self.nets, CENTRES, 100, seed)
        self.params = params.defaults()

    async def observe(self, heard: list[float]) -> None:
        self.nets.heard = np.array(heard, np.float32)
        await self.chain.observe(WINDOW)

    async def produce(self, levels: Levels, now_s: float) -> tuple[np.ndarray, np.ndarray]:
        await self.chain.produce(levels, now_s, self.params)
        return self.nets.given[-1]


async def test_nothing_heard_nothing_painted():
    show = Show()
    assert not show.chain.is_ready
    with pytest.raises(LookupError):
        await show.produce(LOUD, 0.0)


async def test_the_period_glides_half_of_the_way_in_its_half_life():
    show = Show()
    await show.observe([1, 0, 0, 0])
    first, _ = await show.produce(LOUD, 10.0)
    await show.observe([0, 1, 0, 0])
    show.params["glide"] = 2.0
    half, _ = await show.produce(LOUD, 12.0)
    assert first == pytest.approx([1, 0, 0, 0]) and half == pytest.approx([0.5, 0.5, 0, 0])
    for tenth in range(1, 21):  # in many steps as in one
        late, _ = await show.produce(LOUD, 12.0 + tenth / 10)
    assert late == pytest.approx([0.25, 0.75, 0, 0])
    show.params["glide"] = 0.0
    assert (await show.produce(LOUD, 14.01))[0] == pytest.approx([0, 1, 0, 0])


async def test_a_period_asked_for_is_painted_whatever_is_heard():
    show = Show()
    await show.observe([0, 1, 0, 0])
    show.params |= {"period": 1.0 + params.PERIODS.index("classical"), "glide": 0.0}
    assert (await show.produce(LOUD, 0.0))[0] == pytest.approx(CENTRES[2])


async def test_a_kick_moves_the_picture_at_once_and_only_as_far_as_asked():
    show = Show()
    await show.observe([1, 0, 0, 0])
    _, before = await show.produce(LOUD, 1.0)
    _, still = await show.produce(LOUD, 1.0 + 1 / 30)
    _, kicked = await show.produce(KICK, 1.0 + 2 / 30)
    assert np.linalg.norm(kicked - still) > 10 * np.linalg.norm(still - before)
    assert np.linalg.norm(kicked) == pytest.approx(np.linalg.norm(still), rel=0.02), (
        "pushed aside, not away from what was learnt"
    )
    show.params["kick"] = 0.0
    _, insensitive = await show.produce(KICK, 1.0 + 3 / 30)
    _, quiet = await show.produce(LOUD, 1.0 + 3 / 30)
    assert insensitive == pytest.approx(quiet)


async def test_a_hat_moves_the_painting_less_than_a_kick():
    async def moved(levels: Levels) -> float:
        show = Show()
        show.params["wander"] = 0.0
        await show.observe([1, 0, 0, 0])
        for n in range(300):
            _, still = await show.produce(LOUD, n / 30)
        _, hit = await show.produce(levels, 10.0)
        return float(np.linalg.norm(hit - still))

    kick, hat = await moved(KICK), await moved(HAT)
    assert 0.1 < hat < kick / 3


@pytest.mark.parametrize("band", ["low", "mid", "high"])
async def test_attacks_of_a_band_move_the_composition_if_they_are_to(band):
    async def pushed(target: str) -> np.ndarray:
        show = Show()
        show.params |= {"wander": 0.0, f"onset_{band}_to": float(ATTACK_TARGETS.index(target))}
        await show.observe([1, 0, 0, 0])
        await show.produce(LOUD, 0.0)
        attack = dataclasses.replace(LOUD, **cast(Any, {f"onset_{band}": 1.0}))
        return (await show.produce(attack, 1 / 30))[1]

    assert np.linalg.norm(await pushed("composition") - await pushed("nothing")) > 2.0
    assert np.array_equal(await pushed("zoom"), await pushed("nothing"))


async def test_what_goes_on_moves_nothing_any_more():
    show, still = Show(), Show()
    show.params["wander"] = still.params["wander"] = still.params["kick"] = 0.0
    await show.observe([1, 0, 0, 0])
    await still.observe([1, 0, 0, 0])
    _, base = await still.produce(LOUD, 0.0)
    pushed = [np.linalg.norm((await show.produce(LOUD, n / 30))[1] - base) for n in range(300)]
    assert pushed[0] > 2.0 and pushed[-1] < 0.1


async def test_other_music_leads_to_other_paintings():
    async def way(heard: list[float]) -> np.ndarray:
        show = Show()
        await show.observe(heard)
        return np.array([(await show.produce(LOUD, n / 30))[1] for n in range(30)])

    assert np.array_equal(await way([1, 0, 0, 0.5]), await way([1, 0, 0, 0.5]))
    assert np.abs(await way([1, 0, 0, 0.5]) - await way([0, 1, 0.9, -0.5])).mean() > 0.5


async def test_in_silence_it_rests_and_does_not_flicker():
    show = Show()
    await show.observe([1, 0, 0, 0])
    await show.produce(LOUD, 0.0)
    rests = [await show.produce(Levels(), 1.0 + n / 30) for n in range(60)]
    assert all(np.array_equal(noise, rests[0][1]) for _, noise in rests)
    assert not np.array_equal((await show.produce(LOUD, 4.0))[1], rests[0][1])


async def test_a_walk_changes_wholly_and_never_leaps():
    show = Show()
    await show.observe([1, 0, 0, 0])
    show.params["kick"] = 0.0
    way = [
        (await show.produce(Levels(rms=1.0, silent=False), n / 30))[1]
        for n in range(int(3 * CHANGES_S * 30))
    ]
    steps = [np.linalg.norm(b - a) for a, b in itertools.pairwise(way)]
    assert max(steps) < 0.35 < np.linalg.norm(way[-1] - way[0]) / 20
    assert all(5 < np.linalg.norm(noise) < 15 for noise in way), (
        "always about as far out as the draws it was trained on"
    )
    show.params["wander"] = 0.0
    held = [(await show.produce(LOUD, 100.0 + n))[1] for n in range(3)]
    assert np.array_equal(held[0], held[2])


async def test_the_same_sound_gives_the_same_pictures_another_seed_others():
    async def noises(seed: int) -> np.ndarray:
        show = Show(seed)
        await show.observe([1, 0, 0, 0])
        return np.array(
            [(await show.produce(KICK if n % 15 == 0 else LOUD, n / 30))[1] for n in range(45)]
        )

    assert np.array_equal(await noises(1), await noises(1))
    assert not np.allclose(await noises(1), await noises(2))


async def test_a_sick_embedding_changes_nothing():
    show = Show()
    await show.observe([1, 0, 0, 0])
    await show.observe([np.nan, 0, 0, 0])
    assert (await show.produce(LOUD, 0.0))[0] == pytest.approx([1, 0, 0, 0])


async def test_a_camera_in_the_manner_of_what_is_heard():
    show = Show()
    with pytest.raises(LookupError):
        await show.chain.restyle(grey(80), LOUD, 0.0, show.params)
    await show.observe([0, 1, 0, 0])
    show.params |= {"style": 0.7, "glide": 0.0}
    assert (await show.chain.restyle(grey(80), LOUD, 0.0, show.params))[0, 0, 0] == 40
    weights, amount = show.nets.restyled
    assert weights.argmax() == 1 and weights.sum() == pytest.approx(1) and amount == 0.7
    context = context_of()
    sound: Any = SimpleNamespace(levels=LOUD, newest_s=1.0, window=WINDOW)
    pictures = LiveHearToSee(context, sound, show.chain, cast(AsyncPainter, show.nets))

    async def shown(now_s: float) -> np.ndarray:
        found = await pictures.picture(now_s, show.params)
        assert found is not None
        return found[0]

    assert (await shown(1.0)).shape == (4, 4, 3), "no camera: the painting"
    context.view.pixels = grey(80)
    assert (await shown(1.1))[0, 0, 0] == 40
    show.params["style"] = 0.0
    assert (await shown(1.2)).shape == (4, 4, 3)


def test_the_period_that_is_heard_has_a_name():
    assert period_of(np.array([0, 0.9, 0.1, 0]), CENTRES, params.PERIODS) == "baroque"
    assert period_of(None, CENTRES, params.PERIODS) == ""


# The loop.


class Outlet:
    def __init__(self) -> None:
        self.frames: list[Frame] = []

    def show(self, frame: Frame) -> None:
        self.frames.append(frame)


class Given:
    """Pictures as the test gives them."""

    def __init__(self) -> None:
        self.next: np.ndarray | Exception | None = None
        self.asked = self.heard = 0

    def update(self) -> None:
        self.heard += 1

    async def picture(self, now_s, params):
        self.asked += 1
        if isinstance(self.next, Exception):
            raise self.next
        return None if self.next is None else (self.next, now_s - 0.02)


def grey(value: int) -> np.ndarray:
    return np.full((8, 8, 3), value, np.uint8)


def page_and_loop() -> tuple[Page, Given, Outlet, PictureLoop]:
    page, given, outlet = Page(now_s=5.0), Given(), Outlet()
    shown = [cast(outlet_module.Outlet, outlet)]  # all it is asked for
    return page, given, outlet, PictureLoop(given, page.show, page.view, shown, ManualClock(5.0))


async def test_each_picture_goes_to_the_page_and_to_every_outlet():
    page, given, outlet, loop = page_and_loop()
    await loop.step(5.0)
    assert outlet.frames == [] and page.view.painting_pixels is None
    given.next = grey(100)
    await loop.step(5.0)
    assert page.view.painting_pixels is not None and page.view.painting_pixels[0, 0, 0] == 100
    assert [frame.pixels[0, 0, 0] for frame in outlet.frames] == [
        100
    ] and loop.latency_ms.newest == pytest.approx(20.0)


async def test_freeze_holds_and_blackout_blackens():
    page, given, outlet, loop = page_and_loop()
    given.next = grey(100)
    await loop.step(5.0)
    page.show.params["freeze"] = 1.0
    given.next, asked = grey(110), given.asked
    await loop.step(5.1)
    assert outlet.frames[-1].pixels[0, 0, 0] == 100 and given.asked == asked, (
        "nothing is painted that nobody sees"
    )
    assert given.heard == 2, (
        "but it goes on hearing: levels to OSC and the page, notes from their queue"
    )
    page.show.params["blackout"] = 1.0
    await loop.step(5.2)
    assert not outlet.frames[-1].pixels.any()
    page.show.params |= {"freeze": 0.0, "blackout": 0.0}
    await loop.step(5.9)
    assert outlet.frames[-1].pixels[0, 0, 0] == 110


@pytest.mark.parametrize("limited", [True, False])
async def test_a_strobe_is_held_back_unless_the_limit_is_off(limited):
    page, given, outlet, loop = page_and_loop()
    page.show.params["flash_limit"] = float(limited)
    for n in range(60):
        given.next = grey(255 if n // 2 % 2 else 0)
        await loop.step(5.0 + n / 30)
    values = np.array([int(frame.pixels[0, 0, 0]) for frame in outlet.frames[30:]])
    swings = np.abs(np.diff(values)) > 200
    assert swings.any() != limited and (loop.held > 0) == limited


async def test_a_picture_that_fails_leaves_the_last_one(caplog):
    page, given, outlet, loop = page_and_loop()
    given.next = grey(100)
    running = asyncio.create_task(loop.run())
    async with asyncio.timeout(5):
        while not outlet.frames:
            await asyncio.sleep(0)
        given.next = RuntimeError("the painter failed")
        while loop.failures.count < 3:
            await asyncio.sleep(0)
        given.next, before = grey(90), len(outlet.frames)
        while len(outlet.frames) == before:
            await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert any("the painter failed" in event for event in page.view.snapshot()["events"])
    assert "could not be painted" in caplog.text


async def test_sound_is_taken_in_and_its_levels_are_told():
    show = Show()
    told: list[object] = []
    sound: Any = SimpleNamespace(levels=LOUD, newest_s=4.9, window=None)
    context = context_of(send=told.append)
    pictures = LiveHearToSee(context, sound, show.chain, cast(AsyncPainter, show.nets))
    assert await pictures.picture(5.0, show.params) is None, "nothing heard yet"
    pictures.update()
    levels = dict.fromkeys(params.LEVELS, 0.0) | {"rms": 0.8, "low": 0.2, "mid": 0.2, "high": 0.2}
    assert told == [SoundLevels(levels)] and context.view.levels == levels
    listening = asyncio.create_task(pictures.run())
    sound.window = WINDOW
    async with asyncio.timeout(5):
        while not show.chain.is_ready:
            await asyncio.sleep(0)
    listening.cancel()
    found = await pictures.picture(5.0, show.params)
    assert found is not None and found[0].shape == (4, 4, 3) and found[1] == 4.9


async def test_with_nothing_to_hear_the_musics_memory_is_shown():
    view: PageView = Page().view
    pictures = MemoryPictures(view)
    assert await pictures.picture(0.0, {}) is None
    view.memory_pixels = grey(7)
    found = await pictures.picture(0.0, {})
    assert found is not None and found[0][0, 0, 0] == 7
