"""Scenes and attributes in the chain: nothing at their defaults, and heard when they are moved."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from livesyn.base import params
from livesyn.base.types import Frame
from livesyn.control.scene import Latent
from livesyn.engine.chains.see_to_hear.async_model import AsyncModel
from livesyn.engine.chains.see_to_hear.chain import SeeToHear
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.engine.chains.see_to_hear.scene_latents import SceneLatents
from livesyn.engine.executor import Inline
from livesyn.ipc import messages
from livesyn.latent import attributes
from livesyn.latent.attributes import Attributes
from livesyn.latent.drift import drift
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
    chain = SeeToHear(AsyncModel(model, Inline()), model.space, 0)
    for at, seed in enumerate(seen):
        await chain.observe(Frame(picture(seed), 0.1 * at))
    return chain


def keep(chain: SeeToHear, name: str) -> None:
    assert chain.here is not None
    chain.scenes.keep(name, *chain.here)


async def test_at_the_defaults_the_music_is_what_it_was(model: Model, knowing: Model) -> None:
    mean, std = model.encode(picture(1))
    without, with_some = await chain_of(model, 1), await chain_of(knowing, 1)
    for bar in range(3):
        once, again = [
            await chain.produce(bar, bar * BAR_S, BAR_S, PLAIN) for chain in (without, with_some)
        ]
        assert np.allclose(once.z, mean + std * drift(0, bar, PLAIN["drift"], len(mean)), atol=1e-4)
        assert again.z.tobytes() == once.z.tobytes() and again.phrase == once.phrase
        keep(with_some, "A")  # to be kept changes nothing either


async def test_morph_leads_from_the_picture_to_the_scene_and_back(model: Model) -> None:
    chain = await chain_of(model, 1)
    assert chain.here is None, "before the first bar there is nothing to keep"
    kept = (await chain.produce(0, 0.2, BAR_S, STILL)).z
    keep(chain, "B")
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
    keep(chain, "A")
    await chain.observe(Frame(picture(2), 4.0))
    half = (await chain.produce(1, 6.0, BAR_S, STILL | {"morph": 0.5})).z
    keep(chain, "C")
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


def latent_of(mean: np.ndarray, std: np.ndarray) -> Latent:
    return Latent(tuple(map(float, mean)), tuple(map(float, std)))


async def test_what_the_player_says_of_scenes_is_obeyed_bar_by_bar(model: Model) -> None:
    chain = await chain_of(model, 1)
    size = model.space.dimensions
    sent: list[Any] = []
    page = Page()
    context = context_of(send=sent.append, show=page.show, view=page.view)
    latents = SceneLatents(context, chain)
    assert latents.part(0) == 1.0, "nothing is recalled"
    latents.tell(0)
    assert sent == [], "no bar, no latent"
    await chain.produce(0, 0.2, BAR_S, STILL, latents.part(0))
    latents.tell(0)
    (told,) = sent
    assert chain.here is not None
    assert told.bar == 0 and np.allclose(told.latent.mean, chain.here[0], rtol=1e-5)
    there = np.full(size, 0.5), np.full(size, 0.1)
    page.apply(messages.Hold("verse", 4.0, 8.0, latent_of(*there), **BY))
    assert latents.part(0) == 0.0
    assert [latents.part(bar) for bar in (1, 2, 3)] == [0.25, 0.75, 1.0], "where its middle is"
    await chain.produce(3, 6.2, BAR_S, STILL, latents.part(3))
    assert chain.here is not None and np.allclose(chain.here[0], there[0])
    page.apply(messages.Kept({"B": latent_of(*there), "C": Latent((1.0,), (1.0,))}))
    latents.part(4)
    assert "B" in chain.scenes and "C" not in chain.scenes
    (said,) = page.view.snapshot()["events"]
    assert "scene C has 1 numbers" in said and "another model" in said
    page.apply(messages.Kept())
    latents.part(5)
    assert "B" not in chain.scenes, "a scene that is gone"


def test_an_engine_that_comes_back_is_told_where_the_latent_is_held(model: Model) -> None:
    page, size = Page(), model.space.dimensions
    hold = messages.Hold("verse", 4.0, 8.0, latent_of(np.ones(size), np.ones(size)), **BY)
    timeline = messages.Timeline(0.0, 0.0, 110.0)
    page.apply(messages.Welcome(messages.VERSION, timeline, {}, True, 30, hold=hold))
    chain = SeeToHear(AsyncModel(model, Inline()), model.space, 0)
    latents = SceneLatents(context_of(show=page.show, view=page.view), chain)
    assert latents.part(30) == 1.0
    live = np.zeros(size), np.ones(size)
    assert np.array_equal(chain.hold.lead(*live, 1.0)[0], np.ones(size))


def test_the_page_sees_which_scene_is_played_which_comes_and_where_the_crossfader_leads() -> None:
    page = Page()
    assert page.view.snapshot()["scenes"] == []  # before the player has told
    rows = tuple(messages.SceneRow(name, name in "AC") for name in "ABC")
    page.apply(messages.SceneList(rows, "C", "A", 8.0, 4.0, 1, ("C", "A")))
    shown = page.view.snapshot()
    found = [(s["name"], s["full"], s["current"], s["next"], s["chosen"]) for s in shown["scenes"]]
    assert found == [
        ("A", True, False, True, True),
        ("B", False, False, False, False),
        ("C", True, True, False, False),
    ]
    assert shown["scene_set"]["cues"] == ["C", "A"] and shown["scene_set"]["cue"] == 1
    page.show.params["morph_to"] = 1.0
    assert not any(s["chosen"] for s in page.view.snapshot()["scenes"]), "an empty one is not"
