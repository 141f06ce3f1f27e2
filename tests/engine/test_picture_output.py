"""What is heard or remembered becomes pictures, and where they go."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pytest

from livesyn.base.errors import ConfigError, DataError, DeviceError
from livesyn.config.outlets import outlet_of
from livesyn.config.sections import NONE, Config, Display, Model, Sound, Source, Web
from livesyn.engine.chains.registry import CHAINS
from livesyn.engine.process import Engine
from livesyn.ipc.child_messages import Ready
from livesyn.ipc.messages import FromEngine, SoundLevels, decode, encode
from livesyn.nets import checkpoint
from livesyn.sinks.osc import OscOut
from livesyn.sinks.pictures.outlet import Outlet, OutletReport
from tests.engine.engine_in_process import engine_of, running, until
from tests.fakes_child_pipe import Reports
from tests.toys import save_toy, toy_painter

SOUND_ALONE = CHAINS[2:]


SILENT = Sound()


def config_of(*out: str, sound: Sound = SILENT, **model: Any) -> Config:
    """A show without a source; pictures go `out`."""
    return Config(
        source=Source(NONE, ""),
        sound=sound,
        display=Display(out=out),
        model=Model(device="cpu", **model),
        web=Web(on=False),
    )


def save_beat(path: Path) -> Path:
    time_s = np.arange(44100) / 44100
    samples = np.where(
        time_s % 0.5 < 0.1,
        0.8 * np.sin(2 * np.pi * 60 * time_s),
        0.02 * np.sin(2 * np.pi * 440 * time_s),
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(44100)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


async def test_a_sound_file_becomes_pictures_in_a_folder(tmp_path):
    checkpoint.save(tmp_path / "painter", toy_painter(), {})
    out, beat = tmp_path / "pictures", save_beat(tmp_path / "beat.wav")
    config = config_of(str(out), sound=Sound("file", str(beat)), painter=str(tmp_path / "painter"))
    engine, reports = engine_of(tmp_path, config)
    sent: list[Any] = []

    def send(message: object) -> bool:
        sent.append(message)
        return True

    engine._link.send = send  # type: ignore[method-assign]  # no player here
    async with running(engine):
        await until(lambda: len(list(out.glob("*"))) > 10)
        await until(
            lambda: any(m.levels["low"] > 0.3 for m in sent if isinstance(m, SoundLevels)),
            limit_s=20,
        )
        await until(lambda: any((s["pictures_fps"] or 0) > 1 for s in reports.figures))
        numbers = engine.numbers()
        assert (
            numbers["sound"]["state"] == "running"
            and numbers["sound_to_picture_ms_p50"] > 0
            and numbers["picture_failures"] == 0
        )
        view = engine._view
        assert view.snapshot()["sound"]["period"] in ("old", "new")
        painting = view.painting()
        assert painting is not None and painting.shape == (16, 16, 3)
    picture = cv2.imread(str(sorted(out.glob("*"))[0]))
    assert picture is not None and np.ptp(picture) > 0


async def test_a_missing_file_is_raised_at_the_desk_and_said_on_stage(tmp_path):
    config = config_of(sound=Sound("file", str(tmp_path / "none.wav")))
    engine, _ = engine_of(tmp_path, config, ())
    with pytest.raises((DataError, DeviceError), match=r"none\.wav"):
        await engine._work()
    engine._close()
    again, reports = engine_of(tmp_path, config, (), first=False)
    async with running(again):
        await until(lambda: reports.said)
        light = again._view.snapshot()["sound"]
        assert light["state"] == "lost" and "none.wav" in light["reason"]
        save_beat(tmp_path / "none.wav")
        await until(lambda: len(reports.said) > 1)
        assert "none.wav" in reports.said[0] and "is back" in reports.said[1], (
            "each said once, however often it is tried"
        )


async def test_a_show_with_nothing_to_paint_makes_no_pictures(tmp_path):
    engine, reports = engine_of(tmp_path, config_of())
    async with running(engine):
        await until(lambda: reports.figures)
    assert engine._pictures() is None and engine._view.painting() is None
    assert "pictures_fps" not in reports.figures[0]


async def remembering(tmp_path: Path, *out: str) -> tuple[Engine, Reports]:
    """An engine of a show that sees, with somewhere to show what the music remembers."""
    config = Config(
        source=Source("visuals", "ink"),
        display=Display(out=out),
        model=Model(name=str(save_toy(tmp_path / "toy")), device="cpu"),
        web=Web(on=False),
    )
    return engine_of(tmp_path, config)


async def test_without_sound_the_memory_is_shown(tmp_path):
    engine, _ = await remembering(tmp_path, str(tmp_path / "pictures"))
    async with running(engine):
        engine._view.memory_pixels = np.full((64, 64, 3), 90, np.uint8)
        await until(lambda: len(list((tmp_path / "pictures").glob("*"))) > 2)


async def test_a_set_that_was_over_before_its_first_picture_says_that_there_is_no_film(tmp_path):
    out = str(tmp_path / "set.mp4"), str(tmp_path / "frames")
    engine, reports = engine_of(tmp_path, config_of(*out), ())
    async with running(engine):
        await until(lambda: reports.of(Ready))
    assert [sentence.partition(":")[0] for sentence in reports.said] == [
        "film set.mp4",
        "folder frames",
    ]
    assert (
        all("nothing was written" in sentence for sentence in reports.said)
        and not (tmp_path / "set.mp4").exists()
    )


async def test_a_film_that_is_there_stays_and_the_new_ones_name_is_said(tmp_path):
    for name in ("set.mp4", "set-2.mp4"):
        (tmp_path / name).write_bytes(b"last night")
    engine, reports = await remembering(tmp_path, str(tmp_path / "set.mp4"))
    async with running(engine):
        engine._view.memory_pixels = np.full((64, 64, 3), 90, np.uint8)
        await until(lambda: (tmp_path / "set-3.mp4").exists())
    said = "set.mp4 is there already and stays; what is filmed now is set-3.mp4"
    assert reports.said[0] == said
    assert (tmp_path / "set.mp4").read_bytes() == b"last night"


async def test_outputs_are_told_apart_by_their_words(tmp_path):
    assert [
        outlet_of(word) for word in ("frames", "a/b.mp4", "ndi:stage", "camera:", "C:\\shows\\x")
    ] == [
        ("folder", "frames"),
        ("video", "a/b.mp4"),
        ("ndi", "stage"),
        ("camera", ""),
        ("folder", "C:\\shows\\x"),
    ]
    with pytest.raises(ConfigError):
        engine_of(tmp_path, config_of(""))


def test_levels_reach_osc_by_the_players_language():
    message = decode(encode(SoundLevels({"rms": 0.5, "low": 1.0})), FromEngine)
    assert message.levels == {"rms": 0.5, "low": 1.0}
    sent: list[bytes] = []
    sink = OscOut(())
    sink._send = sent.append  # type: ignore[assignment, method-assign]  # no socket here
    sink.levels({"rms": 0.5, "low": 1.0})
    assert [packet.split(b"\0")[0] for packet in sent] == [
        b"/livesyn/audio/rms",
        b"/livesyn/audio/low",
    ]


async def test_an_output_that_hangs_is_said_once_and_again_only_after_it_was_well(
    tmp_path,
):
    engine, reports = engine_of(tmp_path, config_of(str(tmp_path / "pictures")), ())
    states = iter(("running", "lost", "lost", "running", "lost"))
    engine._output._outlets = [cast(Outlet, Hanging(states))]
    said = []
    for _ in range(5):
        engine._output.look_after()
        said.append(len(reports.said))
    busy, back = "film show.mp4 has been busy", "film show.mp4 is back"
    assert said == [0, 1, 1, 2, 3] and reports.said == [busy, back, busy]


class Hanging:
    """An outlet that is in each of `states` in turn."""

    def __init__(self, states) -> None:
        self._states = states

    @property
    def report(self):
        return OutletReport(
            "film show.mp4", next(self._states), reason="film show.mp4 has been busy"
        )
