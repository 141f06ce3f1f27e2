"""Phrases of a set log made anew by the engine's chain, from the latents in it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from livesyn.base import params
from livesyn.base.errors import DataError
from livesyn.base.types import Frame
from livesyn.config import sections
from livesyn.config.sections import Config
from livesyn.engine.chains.see_to_hear.async_model import AsyncModel
from livesyn.engine.chains.see_to_hear.chain import SeeToHear
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.engine.executor import Inline
from livesyn.ipc import set_log
from livesyn.ipc.set_log import Begin, Made, Obeyed, PhraseRow, Step, encode
from livesyn.offline.replay import replay
from livesyn.offline.replay_latents import Remade
from livesyn.sinks.base import MemorySink
from tests.toys import save_toy

SEED = 11
BAR_S = 2.0


@pytest.fixture(scope="module")
def config(tmp_path_factory) -> Config:
    toy = str(save_toy(tmp_path_factory.mktemp("toy")))
    return Config(model=sections.Model(name=toy, device="cpu", seed=SEED))


@pytest.fixture(scope="module")
def lines(config) -> list[Any]:
    """What the player logs of bars that a live chain makes of noise; temperature rises."""
    nets = Model.load(config.model.name, "cpu", threads=1)
    chain = SeeToHear(AsyncModel(nets, Inline()), nets.space, SEED, voices=nets.voices)
    random = np.random.default_rng(0)
    found: list[Any] = [Begin(set_log.FORMAT, set_log.VERSION, 0.0, 0.0, "test", {}, {})]

    async def make() -> None:
        for bar in range(8):
            picture = random.integers(0, 256, (32, 32, 3), dtype=np.uint8)
            await chain.observe(Frame(picture, bar * BAR_S))
            moved = {"temperature": 0.3 + bar / 10}
            after = chain.last
            made = await chain.produce(bar, bar * BAR_S, BAR_S, params.defaults() | moved)
            found.append(
                Made(
                    bar * BAR_S,
                    bar,
                    made.z.astype("<f4").tobytes(),
                    moved,
                    None if after is None else after.bar,
                )
            )
            offered = Obeyed(
                "offer",
                [bar, PhraseRow.of(made.phrase), list(made.controls), 0.0, "engine", None],
            )
            found.append(Step(bar * 0.1, bar * 0.1, (offered,)))

    asyncio.run(make())
    return found


def write(path: Path, lines: list[Any]) -> Path:
    path.write_bytes(b"".join(encode(line) for line in lines))
    return path


def test_the_same_latents_and_seed_give_the_same_phrases(config, lines, tmp_path):
    remade = Remade(config)
    replay(write(tmp_path / "set.jsonl", lines), phrases=remade)
    assert (remade.same, remade.others, remade.unknown) == (8, [], 0)


def test_another_seed_or_temperature_gives_others(config, lines, tmp_path):
    other = Remade(replace(config, model=replace(config.model, seed=SEED + 1)))
    replay(write(tmp_path / "set.jsonl", lines), phrases=other)
    assert len(other.others) > 4
    hot = [
        replace_params(line, {"temperature": 1.5}) if isinstance(line, Made) else line
        for line in lines
    ]
    warmer = Remade(config)
    replay(write(tmp_path / "hot.jsonl", hot), phrases=warmer)
    assert warmer.others


def replace_params(line: Made, values: dict[str, float]) -> Made:
    return Made(line.at_s, line.bar, line.z, values, line.after)


def test_what_is_made_is_what_is_played(config, lines, tmp_path):
    """Not the phrases that the log has: those are made silent here."""
    silent = [
        Step(
            line.before_s,
            line.at_s,
            tuple(Obeyed(o.do, [o.args[0], PhraseRow(4.0), *o.args[2:]]) for o in line.obeyed),
        )
        if isinstance(line, Step)
        else line
        for line in lines
    ]
    made = [line for line in silent if isinstance(line, Made)]
    offers = [line.obeyed for line in silent if isinstance(line, Step)]
    show = [
        silent[0],
        made[0],
        Step(0.0, 0.0, (Obeyed("play", ["osc", None]),), (set_log.Settled(0, 0.03, "stored"),)),
        made[1],
        Step(0.1, 0.1, offers[1]),
        Step(2.01, 2.05, (), (set_log.Settled(1, 2.21, "new"),)),
        Step(3.9, 3.9),
    ]
    path = write(tmp_path / "set.jsonl", show)
    heard, nothing = MemorySink(), MemorySink()
    remade = Remade(config)
    assert replay(path, [heard], phrases=remade).settled == 2 and remade.others == [1]
    replay(path, [nothing])
    assert len(list(heard.of("on"))) > len(list(nothing.of("on")))


def test_a_bar_whose_bar_before_is_not_there_keeps_the_phrase_of_the_log(config, lines, tmp_path):
    gap = [line for line in lines if not (isinstance(line, Made) and line.bar == 3)]
    remade = Remade(config)
    replay(write(tmp_path / "set.jsonl", gap), phrases=remade)
    assert (remade.same, remade.others, remade.unknown) == (3, [], 5)


def test_a_latent_of_other_nets_is_one_sentence(config, lines, tmp_path):
    short = Made(0.0, 0, b"\0" * 8, {})
    with pytest.raises(DataError, match="a latent of 2 numbers for bar 1"):
        replay(write(tmp_path / "set.jsonl", [lines[0], short]), phrases=Remade(config))
    odd = Made(0.0, 0, b"\0" * 7, {})
    with pytest.raises(DataError, match="bar 1"):
        replay(write(tmp_path / "odd.jsonl", [lines[0], odd]), phrases=Remade(config))
