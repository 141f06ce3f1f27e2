"""Several parts from one latent: windows of two bars and sections of more, each on its channel,
every note ended.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.base.errors import CheckpointError
from livesyn.base.types import Frame
from livesyn.engine.chains.see_to_hear.async_model import AsyncModel
from livesyn.engine.chains.see_to_hear.chain import ComposedBar, SeeToHear, seed_of
from livesyn.engine.chains.see_to_hear.ensemble import Ensemble, matched
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.engine.chains.see_to_hear.part_windows import PartWindows, Voice, written
from livesyn.engine.executor import Inline
from livesyn.music import drums
from livesyn.nets import checkpoint, music_vae
from livesyn.nets.hierarchical_vae import build
from livesyn.nets.music_vae import MusicVAE
from livesyn.nets.torch_playing import TorchMusic
from livesyn.offline.batched import Batched
from livesyn.player.core import Player
from livesyn.sinks.base import MemorySink
from tests.toys import save_toy

BAR_S = 2.0
SETTINGS = params.defaults() | {"temperature": 1.0}
TRIO = ("melody", "bass", "drums")
TOY = music_vae.PRESETS["toy"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    root = tmp_path_factory.mktemp("nets")
    torch.manual_seed(3)
    nets = {
        "bass": MusicVAE(TOY),
        "drums": MusicVAE(dataclasses.replace(TOY, vocabulary=drums.SIZE)),
        "long": build("hierarchical-toy"),
    }
    for name, net in nets.items():
        with torch.no_grad():
            net.output.weight *= 6
        checkpoint.save(root / name, net, {})
    return {"syn": str(save_toy(root / "syn")), **{name: str(root / name) for name in nets}}


@pytest.fixture(scope="module")
def trio(folders: dict[str, str]) -> Model:
    return Model.load(
        folders["syn"], "cpu", 1, TRIO, {"bass": folders["bass"], "drums": folders["drums"]}
    )


@pytest.fixture(scope="module")
def long(folders: dict[str, str]) -> Model:
    return Model.load(folders["syn"], "cpu", 1, ("melody",), {"melody": folders["long"]})


def picture(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (64, 64, 3), dtype=np.uint8)


class Asked(AsyncModel):
    """The nets, with what `decode` was asked."""

    def __init__(self, model: Model) -> None:
        super().__init__(model, Inline())
        self.asked: list[tuple[str, int]] = []

    async def decode(
        self,
        z: np.ndarray,
        forced: np.ndarray | None,
        temperature: float,
        seed: int,
        part: str = "melody",
    ) -> np.ndarray:
        self.asked.append((part, 0 if forced is None else len(forced)))
        return await super().decode(z, forced, temperature, seed, part)


async def play(
    nets: AsyncModel, bars: list[int], settings: dict[str, float] = SETTINGS
) -> list[ComposedBar]:
    chain = SeeToHear(nets, nets.model.space, 0, voices=nets.model.voices)
    await chain.observe(Frame(picture(0), 0.0))
    heard = []
    for bar in bars:
        await chain.observe(Frame(picture(bar), bar * BAR_S))
        heard.append(await chain.produce(bar, bar * BAR_S + 0.1, BAR_S, settings))
    return heard


async def test_a_trio_plays_on_its_channels(trio: Model) -> None:
    heard = await play(AsyncModel(trio, Inline()), list(range(6)))
    notes = [n for bar in heard for n in bar.phrase.notes]
    assert {n.channel for n in notes} == {1, 2, 10}
    assert {n.pitch for n in notes if n.channel == 10} <= {key for _, key, _ in drums.DRUMS}
    for bar in heard:
        assert list(bar.phrase.notes) == sorted(bar.phrase.notes) and all(
            0 <= n.start_beats < n.end_beats <= 4 for n in bar.phrase.notes
        )
        assert set(bar.lines) == set(TRIO) and np.array_equal(
            bar.tokens, bar.lines["melody"].tokens
        )


async def test_the_melody_is_the_same_alone_and_in_company(
    trio: Model, folders: dict[str, str]
) -> None:
    alone = AsyncModel(Model.load(folders["syn"], "cpu", 1), Inline())
    for one, other in zip(
        await play(alone, [0, 1, 2]), await play(AsyncModel(trio, Inline()), [0, 1, 2]), strict=True
    ):
        assert one.phrase.notes == tuple(n for n in other.phrase.notes if n.channel == 1)


async def test_each_part_answers_its_own_bar_before(trio: Model) -> None:
    nets = Asked(trio)
    heard = await play(nets, [0, 1, 2])
    assert nets.asked == [(part, given) for given in (0, 16, 0) for part in TRIO]
    for part in TRIO:
        assert np.array_equal(heard[1].lines[part].section[:16], heard[0].lines[part].tokens)


async def test_together_gives_what_one_chain_gives(trio: Model) -> None:
    together = await play(AsyncModel(trio, Batched(4)), [0, 1])
    again = await play(AsyncModel(trio, Batched(4)), [0, 1])
    assert [h.phrase for h in together] == [h.phrase for h in again]
    assert {n.channel for n in together[0].phrase.notes} == {1, 2, 10}


async def test_parts_that_are_not_named_are_silent_but_the_melody_is_written(
    folders: dict[str, str],
) -> None:
    model = Model.load(
        folders["syn"], "cpu", 1, ("drums",), {"bass": folders["bass"], "drums": folders["drums"]}
    )
    assert [(voice.name, voice.audible) for voice in model.voices] == [
        ("melody", False),
        ("drums", True),
    ]
    heard = (await play(AsyncModel(model, Inline()), [0]))[0]
    assert {n.channel for n in heard.phrase.notes} == {10} and heard.window.shape == (32,)


async def test_every_note_of_every_part_is_ended(trio: Model) -> None:
    heard = await play(AsyncModel(trio, Inline()), list(range(4)))
    clock, sink = ManualClock(10.0), MemorySink()
    player = Player((sink,), clock)
    player.play()
    for bar in heard:
        player.offer(bar.bar, bar.phrase, bar.controls)
    while clock.now_s() < 10.0 + 6.7:  # into the fourth bar, in the middle of notes
        clock.sleep_until(player.step(clock.now_s()))
    player.finish(clock.now_s())
    on = [(e[2], e[3]) for e in sink.events if e[1] == "on"]
    off = [(e[2], e[3]) for e in sink.events if e[1] == "off"]
    assert sorted(on) == sorted(off) and {channel for channel, _ in on} == {1, 2, 10}
    sounding: set[tuple[int, int]] = set()
    for event in sink.events:
        if event[1] == "on":
            assert (event[2], event[3]) not in sounding
            sounding.add((event[2], event[3]))
        elif event[1] == "off":
            sounding.remove((event[2], event[3]))


async def test_a_section_is_written_from_one_latent_and_played_to_its_end(
    long: Model, folders: dict[str, str]
) -> None:
    net = checkpoint.load(folders["long"], "music-vae")
    order = matched(
        *(TorchMusic(one, "cpu") for one in (checkpoint.load(folders["syn"], "syn-vae").music, net))
    )
    bars = long.voices[0].bars
    assert bars == 4  # the toy's; sixteen in earnest
    nets = Asked(long)
    heard = await play(nets, list(range(2 * bars)))
    assert nets.asked == [("melody", 0), ("melody", 32)] * 2  # two bars at a time
    for first in (0, bars):
        section = heard[first + bars - 1].lines["melody"].section
        at_once = net.decode(
            torch.from_numpy(heard[first].z)[None, order],
            1.0,
            torch.Generator().manual_seed(seed_of(0, first)),
        )
        assert np.array_equal(section, at_once[0].numpy())
        assert np.array_equal(
            np.concatenate([h.tokens for h in heard[first : first + bars]]), section
        )
        assert all(h.window.shape == (32,) for h in heard[first : first + bars])
        assert np.array_equal(heard[first + 3].window, section[32:64])
    assert not np.array_equal(heard[0].z, heard[1].z)  # the picture has moved; the section has not


async def test_a_section_begins_anew_after_its_end_after_a_stop_and_in_its_middle(
    long: Model,
) -> None:
    nets = Asked(long)
    heard = await play(nets, [2, 3, 4, 5, 7, 0])
    assert [h.lines["melody"].index for h in heard] == [0, 1, 0, 1, 3, 0]  # bar 6 was missed
    assert [given for _, given in nets.asked] == [0, 0, 32, 0]


async def test_a_long_melody_is_seen_ahead_and_remembered(long: Model) -> None:
    chain = SeeToHear(AsyncModel(long, Inline()), long.space, 0, voices=long.voices)
    await chain.observe(Frame(picture(0), 0.0))
    heard = await chain.produce(0, 0.0, BAR_S, SETTINGS)
    coming = await chain.foresee(SETTINGS)
    again = await chain.produce(1, BAR_S, BAR_S, SETTINGS)
    assert coming is not None and coming.phrase == again.phrase
    assert coming is not None and np.array_equal(
        coming.tokens, heard.lines["melody"].section[16:32]
    )
    assert long.remember(coming.window).shape == (64, 64, 3)
    long.warm_up()


async def test_a_two_bar_line_without_its_bar_before_opens_a_window() -> None:
    async def decode(z: np.ndarray, forced: np.ndarray | None, seed: int) -> np.ndarray:
        return np.arange(32) if forced is None else np.concatenate([forced, np.arange(100, 116)])

    z = np.zeros(2)
    opened = await written(Voice(), 5, None, z, 0, decode)
    assert opened.index == 0 and opened.before.size == 0
    answered = await written(Voice(), 7, PartWindows(6, 0, np.arange(50, 82), z, 0), z, 0, decode)
    assert (
        answered.index == 1
        and answered.tokens[0] == 100
        and answered.before[0] == 50
        and answered.window.shape == (32,)
    )
    late = await written(Voice(), 9, PartWindows(6, 0, np.arange(32), z, 0), z, 0, decode)
    assert late.index == 0


def test_what_the_picture_moves_most_moves_each_part_most() -> None:
    own, other = TorchMusic(MusicVAE(TOY), "cpu"), TorchMusic(MusicVAE(TOY), "cpu")
    order = matched(own, other)
    # a permutation: N(0, I) stays what it is
    assert sorted(order.tolist()) == list(range(TOY.latent))
    ranked = other.sensitivity().argsort()
    assert np.array_equal(order[ranked], own.sensitivity().argsort())
    z = np.random.default_rng(0).standard_normal((2, TOY.latent)).astype(np.float32)
    played = Ensemble(own, {"bass": other}, ("melody", "bass")).decode("bass", z, 0.0, (0, 1), None)
    assert np.array_equal(played, other.decode(z[:, order], 0.0, (0, 1), None, 32))


def test_seeds_differ_by_part_and_the_melodys_stays_what_it_was() -> None:
    assert len({seed_of(1, 2, part) for part in TRIO}) == 3
    assert seed_of(1, 2) == int(np.random.SeedSequence((1, 2)).generate_state(1, np.uint64)[0] >> 1)


def test_a_syn_vae_around_drums_or_a_long_melody_does_not_play() -> None:
    for own in (
        MusicVAE(dataclasses.replace(TOY, vocabulary=drums.SIZE)),
        build("hierarchical-toy"),
    ):
        with pytest.raises(CheckpointError, match="two bars of 90"):
            Ensemble.load(TorchMusic(own, "cpu"), "cpu", ("melody",), {})


def test_a_companion_of_another_size_or_part_is_refused(
    folders: dict[str, str], tmp_path: Path
) -> None:
    checkpoint.save(tmp_path, MusicVAE(dataclasses.replace(TOY, latent=20)), {})
    with pytest.raises(CheckpointError, match="20 dimensions"):
        Model.load(folders["syn"], "cpu", 1, ("bass",), {"bass": str(tmp_path)})
    with pytest.raises(CheckpointError, match="trained on drums"):
        Model.load(
            folders["syn"], "cpu", 1, TRIO, {"bass": folders["bass"], "drums": folders["bass"]}
        )
    with pytest.raises(CheckpointError, match="'music-vae' is needed"):
        Model.load(folders["syn"], "cpu", 1, ("melody",), {"melody": folders["syn"]})
