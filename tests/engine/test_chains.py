"""A new chain is a folder and a row: here one of thirty lines, in a real engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from livesyn.config.sections import NONE, Config, Display, Sound, Source, Web
from livesyn.engine.chains.live_chain import ChainSpec, Context, LiveChain
from livesyn.engine.chains.registry import CHAINS
from livesyn.engine.executor import PAINTING
from livesyn.engine.inference import NetSpec
from livesyn.ipc.child_messages import Ready
from tests.engine.engine_in_process import engine_of, running, until
from tests.toys import save_wav

# The chain: a picture as bright as what is heard is loud.


class Lamp:
    """The net: loudness in, a picture out."""

    name, device = "lamp", "cpu"

    def warm_up(self) -> None:
        self.paint(0.0)

    def paint(self, loudness: float) -> np.ndarray:
        return np.full((8, 8, 3), round(255 * min(1.0, loudness)), np.uint8)


class LampChain(LiveChain):
    def __init__(self, context: Context) -> None:
        self.context, self.pictures, self.moves = context, self, 0

    def update(self) -> None: ...

    def moved(self, name: str, value: float) -> None:
        self.moves += 1

    async def picture(
        self, now_s: float, params: Mapping[str, float]
    ) -> tuple[np.ndarray, float | None]:
        sound, lamp = self.context.sound, self.context.nets["lamp"]
        assert sound is not None
        loudness = sound.levels.rms
        pixels = await self.context.executor.run(lambda: lamp.paint(loudness), PAINTING)
        return pixels, sound.newest_s

    def numbers(self) -> dict[str, Any]:
        return {"lamp_moves": self.moves}


LAMP = ChainSpec(
    "lamp",
    lambda config: bool(config.sound.kind),
    lambda config: {"lamp": NetSpec(Lamp)},
    LampChain,
)


def listening(tmp_path: Path, **sections: Any) -> Config:
    save_wav(tmp_path / "tone.wav", 2.0, 220.0)
    return Config(
        source=Source(NONE, ""),
        sound=Sound("file", str(tmp_path / "tone.wav")),
        display=Display(out=(str(tmp_path / "pictures"),)),
        web=Web(on=False),
        **sections,
    )


def brightness(picture: np.ndarray | None) -> float:
    assert picture is not None
    return float(picture.mean())


async def test_a_chain_of_thirty_lines_plays_in_a_real_engine(tmp_path: Path) -> None:
    engine, reports = engine_of(tmp_path, listening(tmp_path), (LAMP,))
    async with running(engine):
        await until(lambda: len(list((tmp_path / "pictures").glob("*"))) > 10)
        await until(lambda: brightness(engine._view.painting()) > 25)
        engine._obey_move("temperature", 1.0)
        await until(lambda: reports.figures and reports.figures[-1]["lamp_moves"] == 1)
    shown = engine._view.snapshot()["engine"]
    assert (shown["model"], shown["device"]) == ("lamp", "cpu")
    (ready,) = reports.of(Ready)
    assert ready.facts["model"] == "lamp" and not reports.said
    shades = [brightness(cv2.imread(str(path))) for path in (tmp_path / "pictures").glob("*")]
    assert max(shades) > 25, "it was loud"


async def test_a_chain_that_fails_is_said_and_runs_again_beside_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Moody(LiveChain):
        runs = 0

        async def run(self) -> None:
            Moody.runs += 1
            if Moody.runs < 3:
                raise RuntimeError("out of tune")

    moody = ChainSpec("moody", lambda config: True, lambda config: {}, lambda context: Moody())
    engine, _ = engine_of(tmp_path, listening(tmp_path), (LAMP, moody))
    async with running(engine):
        await until(lambda: Moody.runs == 3 and engine._view.painting() is not None)
    assert "Moody failed and runs again: out of tune" in engine._view.snapshot()["events"]
    assert engine.numbers()["failures"] == 2 and "out of tune" in caplog.text


def test_a_show_has_the_chains_it_wants_and_their_nets_once() -> None:
    def wanted(**sections: Any) -> tuple[list[str], list[str]]:
        config = Config(**sections)
        specs = [spec for spec in CHAINS if spec.wanted(config)]
        nets: dict[str, NetSpec] = {}
        for spec in specs:
            nets |= spec.nets(config)
        return [spec.name for spec in specs], list(nets)

    assert wanted() == (["see_to_hear"], ["syn-vae"])
    none = Source(NONE, "")
    assert wanted(source=none, sound=Sound("device")) == (["hear_to_see"], ["mvnet"])
    assert wanted(source=none, sound=Sound("midi")) == (["notes_to_see"], ["syn-vae"])
    assert wanted(sound=Sound("midi")) == (["see_to_hear", "notes_to_see"], ["syn-vae"])
    assert wanted(sound=Sound("jack")) == (
        ["see_to_hear", "hear_to_see"],
        ["syn-vae", "mvnet", "style"],
    )


def test_the_pictures_of_a_later_row_are_shown(tmp_path: Path) -> None:
    one, other = SimpleNamespace(pictures="one"), SimpleNamespace(pictures="other")
    blind = SimpleNamespace(pictures=None)
    shown = SimpleNamespace(_chains=[one, other, blind])
    from livesyn.engine.process import Engine

    assert Engine._pictures(shown) == "other"  # type: ignore[arg-type, comparison-overlap]
    shown._chains = [blind]
    assert Engine._pictures(shown) is None  # type: ignore[arg-type]
