"""Another checkpoint while the show plays: which, when, and what if it cannot be had."""

from __future__ import annotations

import asyncio
import gc
import shutil
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from livesyn.base.clock import ManualClock
from livesyn.base.errors import CheckpointError
from livesyn.base.types import Frame
from livesyn.config.sections import Config, Model, Source
from livesyn.control.scene import Latent
from livesyn.engine.chains.live_chain import ChainSpec, LiveChain
from livesyn.engine.chains.see_to_hear import live as see_to_hear
from livesyn.engine.chains.see_to_hear.async_model import AsyncModel
from livesyn.engine.chains.see_to_hear.live import SYN_VAE, LiveSeeToHear, chain_of
from livesyn.engine.chains.see_to_hear.nets import Model as Played
from livesyn.engine.executor import Inline
from livesyn.engine.model_swap import ModelSwap, choices, recalled, with_models
from livesyn.ipc.messages import Kept, Message, ModelUsed, UseModel
from livesyn.nets import checkpoint, music_vae, vis_vae
from livesyn.nets.syn_vae import SynVAE
from tests.asked import BY
from tests.engine.context import context_of
from tests.engine.test_live import playing
from tests.toys import save_toy


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Checkpoints a and b, and c of another latent size."""
    folder = tmp_path_factory.mktemp("models")
    for seed, name in enumerate("ab"):
        save_toy(folder / name, seed)
    torch.manual_seed(2)
    wide = music_vae.MusicVAE(music_vae.MusicVAEConfig(**sizes(latent=24)))
    pictures = vis_vae.VisVAE(vis_vae.VisVAEConfig(**picture_sizes(latent=24)))
    net = SynVAE(pictures, wide)
    net.set_directions(torch.randn(64, 24))
    checkpoint.save(folder / "c", net, {"toy": 2})
    return folder


def sizes(**other: Any) -> dict[str, Any]:
    return vars(music_vae.preset("toy")) | other


def picture_sizes(**other: Any) -> dict[str, Any]:
    return vars(vis_vae.preset("toy")) | other


class Stage:
    """A show of one chain that plays by checkpoint a, on a clock set by hand; 120 bpm."""

    def __init__(self, toys: Path, specs: tuple[ChainSpec, ...] | None = None) -> None:
        self.toys, self.clock = toys, ManualClock()
        self.said: list[str] = []
        self.sent: list[Message] = []
        self.offers: list[tuple[int, Any]] = []
        self.config = Config(
            source=Source("visuals", "ink"), model=Model(name=str(toys / "a"), device="cpu")
        )
        self.context = context_of(
            self.clock,
            config=self.config,
            offer=lambda bar, phrase, controls: self.offers.append((bar, phrase)),
        )
        model = Played.load(str(toys / "a"), "cpu", threads=1)
        nets = AsyncModel(model, Inline())
        self.live = LiveSeeToHear(self.context, chain_of(self.context, model, nets), nets)
        self.nets: dict[str, Any] = {SYN_VAE: model}
        self.swap = ModelSwap(
            self.config,
            specs or (see_to_hear.PICTURES_TO_MUSIC,),
            Inline(),
            self.clock,
            self.context.view,
            self.sent.append,
            self.said.append,
            lambda: self.free,
        )
        self.free: int | None = None
        self.tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Stage:
        self.tasks = [
            asyncio.create_task(self.live.run()),
            asyncio.create_task(self.swap.run(self.nets, [self.live])),
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        failed = [task for task in self.tasks if task.done()]
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        assert not failed, failed

    def ask(self, name: str) -> None:
        self.swap.ask(UseModel(str(self.toys / name), **BY))

    @property
    def names(self) -> list[str]:
        """Of what was told to be in use, in order."""
        return [Path(m.name).name for m in self.sent if isinstance(m, ModelUsed)]

    async def until(self, what: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not what():
                await asyncio.sleep(0.002)

    async def at(self, time_s: float) -> None:
        self.clock.advance(time_s - self.clock.now_s())
        self.context.show.changed.set()
        for _ in range(30):
            await asyncio.sleep(0)

    async def see(self, shade: int) -> None:
        self.context.frames.put(Frame(np.full((64, 64, 3), shade, np.uint8), self.clock.now_s()))
        view = self.context.view
        await self.until(lambda: view.pixels is not None and view.pixels[0, 0, 0] == shade)
        await self.at(self.clock.now_s())


async def test_the_next_bar_is_made_by_the_new_net_and_none_is_missing(toys: Path) -> None:
    async with Stage(toys) as e:
        e.context.show.apply(playing())
        await e.see(50)
        await e.at(1.6)
        before = e.live._nets.model
        e.ask("b")
        await e.until(lambda: e.names[-1:] == ["b"])
        assert e.live._nets.model is not before and e.live._nets.model is e.nets[SYN_VAE]
        for time_s in (3.6, 5.6, 7.6):
            await e.at(time_s)
        assert [bar for bar, _ in e.offers] == [1, 2, 3, 4]
        assert e.names == ["a", "b"] and e.context.view.models == {SYN_VAE: str(toys / "b")}
        assert e.context.view.model["model"] == str(toys / "b") and not e.context.view.loading
        assert e.said == [f"{toys / 'b'}, in place of {toys / 'a'}, is ready"]
        told = [m for m in e.sent if isinstance(m, ModelUsed)][-1]
        assert (told.kind, told.origin, told.asked_s) == (SYN_VAE, BY["origin"], BY["asked_s"])


async def test_an_odd_bar_answers_the_bar_of_the_old_net(toys: Path) -> None:
    """Bar 3 answers bar 2, whichever net wrote that."""
    async with Stage(toys) as e:
        e.context.show.apply(playing())
        await e.see(50)
        for time_s in (1.6, 3.6):
            await e.at(time_s)
        assert (old := e.live._last) is not None and old.bar == 2
        e.ask("b")
        await e.until(lambda: e.names[-1:] == ["b"])
        await e.at(5.6)
        assert (new := e.live._last) is not None and new.bar == 3
        assert (new.lines["melody"].before == old.tokens).all() and new.lines["melody"].index == 1


async def test_another_size_of_the_latent_begins_anew(toys: Path) -> None:
    async with Stage(toys) as e:
        e.context.show.apply(playing())
        await e.see(50)
        size = e.live._chain.dimensions
        e.context.show.apply(Kept({"A": Latent((0.0,) * size, (1.0,) * size)}))
        await e.at(1.6)
        assert size != 24 and "A" in e.live._chain.scenes
        e.ask("c")
        await e.until(lambda: e.names[-1:] == ["c"])
        await e.at(3.6)
        assert e.context.view.latent.shape == (24,) and e.live.failures.count == 0
        assert "A" not in e.live._chain.scenes  # a scene's latent is of its own net
        await e.at(5.6)
        e.ask("a")
        await e.until(lambda: e.names[-1:] == ["a"])
        await e.at(7.6)
        assert "A" in e.live._chain.scenes  # and back, it is there again
        assert [bar for bar, _ in e.offers] == [1, 2, 3, 4] and e.live.failures.count == 0


async def test_it_changes_before_the_first_picture_and_while_nothing_plays(toys: Path) -> None:
    async with Stage(toys) as e:
        e.ask("b")
        await e.until(lambda: e.names[-1:] == ["b"])
        await e.see(50)
        e.ask("a")
        await e.until(lambda: e.names[-1:] == ["a"])
        e.context.show.apply(playing())
        await e.at(1.6)
        assert [bar for bar, _ in e.offers] == [1]


async def test_what_cannot_be_played_changes_nothing_and_is_said(
    toys: Path, tmp_path: Path
) -> None:
    shutil.copytree(toys / "b", toys / "cut", dirs_exist_ok=True)
    (toys / "cut" / "weights.safetensors").write_bytes(b"not these")
    (toys / "other").mkdir(exist_ok=True)
    (toys / "other" / "config.json").write_text('{"format": 1, "kind": "style", "net": {}}')
    async with Stage(toys) as e:
        net = e.nets[SYN_VAE]
        for name, sentence in (
            ("cut", "is missing or damaged"),
            ("nowhere", "there is no checkpoint"),
            ("other", "it is of the kind style; this show plays by syn-vae"),
        ):
            e.ask(name)
            await e.until(lambda words=sentence: e.said and words in e.said[-1])  # type: ignore[misc]  # a default
            assert e.said[-1].startswith(f"'{toys / name}' is not played: ")
        e.free = 50 << 20
        e.ask("b")
        await e.until(lambda: "50 MB are free" in e.said[-1])
        assert e.nets[SYN_VAE] is net and e.live._nets.model is net and e.names == ["a"]
        assert not e.context.view.loading
        e.free = 1 << 32
        e.ask("b")
        await e.until(lambda: e.names[-1:] == ["b"])


async def test_of_many_that_are_asked_for_at_once_the_last_plays(toys: Path) -> None:
    async with Stage(toys) as e:
        for name in ("b", "c", "nowhere", "b"):
            e.ask(name)
        await e.until(lambda: e.names[-1:] == ["b"])
        assert e.names == ["a", "b"] and len(e.said) == 1


async def test_the_old_net_s_memory_is_given_back(toys: Path) -> None:
    async with Stage(toys) as e:
        await e.see(50)
        gone = weakref.ref(e.nets[SYN_VAE])
        e.ask("b")
        await e.until(lambda: e.names[-1:] == ["b"])
        gc.collect()
        assert gone() is None


class Choosy(LiveChain):
    """Refuses, or fails half way."""

    def check_net(self, kind: str, net: Any) -> None:
        raise CheckpointError("it does not go with what else plays")


async def test_a_chain_may_refuse_before_any_has_changed(toys: Path) -> None:
    async with Stage(toys) as e:
        e.tasks[1].cancel()
        await asyncio.gather(e.tasks[1], return_exceptions=True)
        e.tasks[1] = asyncio.create_task(e.swap.run(e.nets, [e.live, Choosy()]))
        e.ask("b")
        await e.until(lambda: e.said)
        assert e.said == [f"'{toys / 'b'}' is not played: it does not go with what else plays"]
        assert e.live._nets.model.name == str(toys / "a") and e.live._next_nets is None


async def test_what_the_player_remembers_is_played_again(toys: Path) -> None:
    async with Stage(toys) as e:
        await e.until(lambda: e.names)
        e.swap.recall({SYN_VAE: str(toys / "a"), "mvnet": "mvnet"}, "player", 1.0)
        e.swap.recall({SYN_VAE: str(toys / "b")}, "player", 2.0)
        await e.until(lambda: e.names[-1:] == ["b"])
        assert e.names == ["a", "b"] and len(e.said) == 1


def test_an_engine_that_comes_again_loads_what_was_played_or_else_its_own(toys: Path) -> None:
    said: list[str] = []
    config = Config(model=Model(name=str(toys / "a"), device="cpu"))
    chains = (see_to_hear.PICTURES_TO_MUSIC,)
    specs = recalled(config, {SYN_VAE: str(toys / "b")}, chains, said.append)
    assert specs[SYN_VAE].load().name == str(toys / "b") and not said
    specs = recalled(config, {SYN_VAE: str(toys / "gone"), "style": "s"}, chains, said.append)
    assert specs[SYN_VAE].load().name == str(toys / "a")
    assert len(said) == 1 and "gone' is not played any more (there is no checkpoint" in said[0]
    assert with_models(config, {"mvnet": "m", "none": "n"}).model.painter == "m"


def test_the_page_is_offered_what_the_show_could_play(
    toys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVESYN_MODELS", str(toys))
    found = {(one["name"], one["kind"]) for one in choices({SYN_VAE})}
    assert {("a", SYN_VAE), ("b", SYN_VAE), ("c", SYN_VAE)} <= found
    assert all(kind == SYN_VAE for _, kind in found)
