"""Scenes and attributes in the chain: nothing at their defaults, and heard when they are moved."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from livesyn.base import params
from livesyn.base.types import Frame
from livesyn.engine.chains.see_to_hear.async_model import AsyncModel
from livesyn.engine.chains.see_to_hear.chain import SeeToHear
from livesyn.engine.chains.see_to_hear.live import LiveSeeToHear
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.engine.executor import Inline
from livesyn.ipc import messages
from livesyn.latent import attributes
from livesyn.latent.attributes import Attributes
from livesyn.latent.drift import drift
from livesyn.latent.scenes import Scenes
from tests.asked import BY
from tests.engine.context import Page, context_of
from tests.toys import save_toy

BAR_S = 2.0
PLAIN = params.defaults() | {"temperature": 1.0}
STILL = PLAIN | {"variation": 0.0, "half_life": 0.0}


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_toy(tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="module")
def model(toy: Path) -> Model:
    return Model.load(str(toy), "cpu", threads=1)


@pytest.fixture(scope="module")
def knowing(toy: Path, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The same checkpoint, with attributes."""
    folder = tmp_path_factory.mktemp("knowing") / "toy"
    shutil.copytree(toy, folder)
    random = np.random.default_rng(0)
    vectors = {
        name: random.standard_normal(model.space.dimensions) for name in ("light", "label:cats")
    }
    attributes.write(folder / attributes.FILE, Attributes(vectors), folder / "weights.safetensors")
    return Model.load(str(folder), "cpu", threads=1)


def picture(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (64, 64, 3), dtype=np.uint8)


async def chain_of(model: Model, *seen: int) -> SeeToHear:
    chain = SeeToHear(AsyncModel(model, Inline()), model.space, 0, Scenes(model.space.dimensions))
    for at, seed in enumerate(seen):
        await chain.observe(Frame(picture(seed), 0.1 * at))
    return chain


async def test_at_the_defaults_the_music_is_what_it_was(model: Model, knowing: Model) -> None:
    mean, std = model.encode(picture(1))
    without, with_some = await chain_of(model, 1), await chain_of(knowing, 1)
    for bar in range(3):
        once, again = [
            await chain.produce(bar, bar * BAR_S, BAR_S, PLAIN) for chain in (without, with_some)
        ]
        assert np.allclose(once.z, mean + std * drift(0, bar, PLAIN["drift"], len(mean)), atol=1e-4)
        assert again.z.tobytes() == once.z.tobytes() and again.phrase == once.phrase
        with_some.store("A")  # to be kept changes nothing either


async def test_morph_leads_from_the_picture_to_the_scene_and_back(model: Model) -> None:
    chain = await chain_of(model, 1)
    assert not chain.store("B"), "before the first bar there is nothing to keep"
    kept = (await chain.produce(0, 0.2, BAR_S, STILL)).z
    assert chain.store("B")
    await chain.observe(Frame(picture(2), 4.0))
    live = (await chain.produce(1, 6.0, BAR_S, STILL | {"morph_to": 1.0})).z
    there = (await chain.produce(2, 8.0, BAR_S, STILL | {"morph_to": 1.0, "morph": 1.0})).z
    half = (await chain.produce(3, 10.0, BAR_S, STILL | {"morph_to": 1.0, "morph": 0.5})).z
    empty = (await chain.produce(4, 12.0, BAR_S, STILL | {"morph_to": 0.0, "morph": 1.0})).z
    assert (
        np.array_equal(there, kept) and not np.allclose(live, kept) and np.array_equal(empty, live)
    )
    radii = [float(np.linalg.norm(z)) for z in (live, half, kept)]
    assert min(radii[0], radii[2]) * 0.999 <= radii[1] <= max(radii[0], radii[2]) * 1.001
    cosine = [half @ z / radii[1] / np.linalg.norm(z) for z in (live, kept)]
    assert cosine[0] == pytest.approx(cosine[1], abs=1e-4)


async def test_what_is_kept_while_morphing_is_what_is_heard(model: Model) -> None:
    chain = await chain_of(model, 1)
    await chain.produce(0, 0.2, BAR_S, STILL)
    chain.store("A")
    await chain.observe(Frame(picture(2), 4.0))
    half = (await chain.produce(1, 6.0, BAR_S, STILL | {"morph": 0.5})).z
    chain.store("C")
    assert np.array_equal(
        (await chain.produce(2, 8.0, BAR_S, STILL | {"morph": 1.0, "morph_to": 2.0})).z, half
    )


async def test_attributes_are_heard(knowing: Model) -> None:
    chain = await chain_of(knowing, 1)
    plain = (await chain.produce(0, 0.2, BAR_S, STILL)).z
    for bar, asked, name in (
        (2, {"light": 2.0}, "light"),
        (4, {"label_amount": 2.0}, "label:cats"),
    ):
        moved = (await chain.produce(bar, 0.2 + bar * BAR_S, BAR_S, STILL | asked)).z
        assert np.allclose(moved - plain, 2 * knowing.space.attributes[name], atol=1e-4)
    none = (
        await chain.produce(
            6, 14.0, BAR_S, STILL | {"warmth": 2.0, "label": 2.0, "label_amount": 2.0}
        )
    ).z
    assert np.array_equal(none, plain), "what this checkpoint has no vector for changes nothing"


def test_attributes_that_do_not_fit_are_said_and_done_without(toy: Path, tmp_path: Path) -> None:
    shutil.copytree(toy, tmp_path / "toy")
    (tmp_path / "toy" / attributes.FILE).write_bytes(b"nothing of the kind")
    model = Model.load(str(tmp_path / "toy"), "cpu", threads=1)
    assert (
        not model.space.attributes
        and len(model.complaints) == 1
        and "livesyn attributes" in model.complaints[0]
    )


def test_a_press_is_told_but_not_what_was_so_before() -> None:
    """An engine that comes back is told of all values; it must not store a scene for that."""
    page, moves = Page(), []
    page.show.on_move = lambda name, value: moves.append((name, value))
    timeline = messages.Timeline(0.0, 0.0, 110.0)
    page.apply(messages.Welcome(messages.VERSION, timeline, {"store": 1.0}, False, 0))
    assert moves == [] and page.show.params["store"] == 1.0
    for _ in range(2):
        page.apply(messages.ParamChange("store", 1.0, **BY))
    assert moves == [("store", 1.0), ("store", 1.0)]


@pytest.mark.parametrize(
    ("stored", "said"),
    [(True, "scene B is kept"), (False, "scene B is not kept: there is no bar yet")],
)
def test_the_store_button_keeps_a_scene_and_comes_up_again(stored: bool, said: str) -> None:
    class Chain:
        def __init__(self) -> None:
            self.kept: list[str] = []
            self.kept_scenes = frozenset("C")

        def store(self, scene: str) -> bool:
            self.kept.append(scene)
            self.kept_scenes |= {scene} if stored else set()
            return stored

    sent: list = []
    context, chain = context_of(send=sent.append), Chain()
    live = LiveSeeToHear(context, chain, SimpleNamespace())  # type: ignore[arg-type]
    for name, value in (("store", 2.0), ("store", 0.0), ("morph", 1.0)):
        live.moved(name, value)
    assert chain.kept == ["B"] and sent == [
        messages.SetParam("store", 0.0, origin="engine", asked_s=0.0)
    ]
    shown = context.view.snapshot()
    assert shown["events"] == [said]
    full = [scene["name"] for scene in shown["scenes"] if scene["full"]]
    assert full == (["B", "C"] if stored else ["C"])


def test_the_page_sees_which_scene_is_played_and_which_the_crossfader_leads_to() -> None:
    page = Page()
    assert page.view.snapshot()["scenes"] == []  # a show that keeps none

    def lit(**values: float) -> list[tuple[str, bool, bool]]:
        page.show.params.update(values)
        scenes = page.view.snapshot()["scenes"]
        return [(s["name"], s["current"], s["next"]) for s in scenes if s["current"] or s["next"]]

    page.view.kept_scenes = frozenset("AC")
    assert lit(morph_to=2.0, morph=0.0) == [("C", False, True)]
    assert lit(morph=0.2) == [("C", True, False)]
    assert lit(morph_to=1.0) == []  # an empty one is neither
