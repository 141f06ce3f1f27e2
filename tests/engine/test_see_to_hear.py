"""The chain: two-bar windows that overlap by a bar, all of it from (seed, bar)."""

from __future__ import annotations

import numpy as np
import pytest

from livesyn.base import params
from livesyn.base.types import Frame
from livesyn.engine.chains.see_to_hear.async_model import AsyncModel
from livesyn.engine.chains.see_to_hear.chain import ComposedBar, SeeToHear, seed_of
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.engine.executor import Inline
from tests.toys import save_toy

BAR_S = 2.0
SETTINGS = params.defaults() | {"temperature": 1.0}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return Model.load(str(save_toy(tmp_path_factory.mktemp("toy"))), "cpu", threads=1)


class Asked(AsyncModel):
    """The nets, with what `decode` was asked."""

    def __init__(self, model: Model) -> None:
        super().__init__(model, Inline())
        self.forced: list[np.ndarray | None] = []

    async def decode(
        self,
        z: np.ndarray,
        forced: np.ndarray | None,
        temperature: float,
        seed: int,
        part: str = "melody",
    ) -> np.ndarray:
        self.forced.append(forced)
        return await super().decode(z, forced, temperature, seed, part)


def picture(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (64, 64, 3), dtype=np.uint8)


async def play(
    nets: AsyncModel,
    bars: range,
    seed: int = 0,
    pictures: int = 1,
    settings: dict[str, float] = SETTINGS,
) -> list[ComposedBar]:
    chain = SeeToHear(nets, nets.model.space, seed)
    for i in range(pictures):
        await chain.observe(Frame(picture(i), 0.1 * i))
    return [await chain.produce(bar, bar * BAR_S, BAR_S, settings) for bar in bars]


async def test_odd_bars_answer_the_bar_before(model: Model) -> None:
    nets = Asked(model)
    heard = await play(nets, range(4))
    assert [forced is None for forced in nets.forced] == [True, False, True, False]
    for opening, answer in ((heard[0], heard[1]), (heard[2], heard[3])):
        assert np.array_equal(answer.window[:16], opening.tokens)
        assert np.array_equal(answer.window[16:], answer.tokens)
        assert np.array_equal(opening.window[:16], opening.tokens)


async def test_an_odd_bar_without_one_before_opens_a_window(model: Model) -> None:
    nets = Asked(model)
    heard = await play(nets, range(5, 7))
    assert nets.forced == [None, None]
    assert np.array_equal(heard[0].window[:16], heard[0].tokens)


async def test_same_seed_and_pictures_same_music(model: Model) -> None:
    once, again, other = [
        await play(AsyncModel(model, Inline()), range(4), seed, 3) for seed in (1, 1, 2)
    ]
    for a, b in zip(once, again, strict=True):
        assert a.phrase == b.phrase and a.controls == b.controls and np.array_equal(a.z, b.z)
    assert [h.phrase for h in once] != [h.phrase for h in other]
    assert seed_of(0, 1) != seed_of(1, 0) and 0 <= seed_of(2**31, 7) < 2**63


async def test_other_pictures_other_latents(model: Model) -> None:
    a, b = (
        SeeToHear(AsyncModel(model, Inline()), model.space, 0),
        SeeToHear(AsyncModel(model, Inline()), model.space, 0),
    )
    await a.observe(Frame(picture(1), 0.0))
    await b.observe(Frame(picture(2), 0.0))
    assert not np.allclose(
        (await a.produce(0, 1, BAR_S, SETTINGS)).z, (await b.produce(0, 1, BAR_S, SETTINGS)).z
    )


async def test_nothing_is_heard_before_something_is_seen(model: Model) -> None:
    chain = SeeToHear(AsyncModel(model, Inline()), model.space, 0)
    assert not chain.has_seen
    assert await chain.foresee(SETTINGS) is None
    with pytest.raises(LookupError):
        await chain.produce(0, 0, BAR_S, SETTINGS)


async def test_freeze_holds_the_latents_and_epsilon_wanders_on(model: Model) -> None:
    still = SETTINGS | {"variation": 0.0, "half_life": 0.0}
    chain = SeeToHear(AsyncModel(model, Inline()), model.space, 0)
    await chain.observe(Frame(picture(1), 0.0))
    before = await chain.produce(0, 1.0, BAR_S, still)
    await chain.observe(Frame(picture(2), 1.5), frozen=True)
    frozen = await chain.produce(1, 2.6, BAR_S, still | {"freeze": 1.0})
    assert np.array_equal(frozen.z, before.z)
    drifting = await chain.produce(2, 4.6, BAR_S, still | {"freeze": 1.0, "variation": 1.0})
    assert not np.allclose(drifting.z, before.z)
    await chain.observe(Frame(picture(2), 5.5))
    assert not np.allclose((await chain.produce(3, 6.6, BAR_S, still)).z, before.z)


async def test_a_lost_source_leaves_its_last_latents(model: Model) -> None:
    still = SETTINGS | {"variation": 0.0, "half_life": 0.0}
    heard = await play(AsyncModel(model, Inline()), range(20, 24), settings=still)
    assert all(np.array_equal(h.z, heard[0].z) for h in heard)


async def test_what_is_foreseen_is_not_kept(model: Model) -> None:
    chain = SeeToHear(AsyncModel(model, Inline()), model.space, 0)
    await chain.observe(Frame(picture(1), 0.0))
    made = await chain.produce(0, 1.0, BAR_S, SETTINGS)
    coming = await chain.foresee(SETTINGS)
    assert coming is not None and coming.bar == 1
    assert np.array_equal(coming.window[:16], made.tokens)
    assert chain.last is made


async def test_figures_of_a_bar(model: Model) -> None:
    (heard,) = await play(AsyncModel(model, Inline()), range(1))
    assert heard.radius == pytest.approx(np.linalg.norm(heard.z) / 4)
    assert heard.controls == model.space.coordinates(heard.z)
    assert heard.phrase.length_beats == 4


async def test_a_frame_without_a_finite_latent_changes_nothing(model: Model) -> None:
    class Broken(AsyncModel):
        async def encode(self, frame: Frame) -> None:
            return None

    chain = SeeToHear(Broken(model, Inline()), model.space, 0)
    assert await chain.observe(Frame(picture(0), 0.0)) is None
    assert not chain.has_seen
