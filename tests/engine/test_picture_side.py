"""What hears, what paints and where it goes, put together and taken apart."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import cv2
import numpy as np
import pytest

from livesyn.base.clock import SystemClock
from livesyn.base.errors import ConfigError, DataError, DeviceError
from livesyn.config.sections import outlet_of
from livesyn.engine.chains.hear_to_see.nets import Painter
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.engine.inference import Inference
from livesyn.engine.picture_side import PictureSide
from livesyn.engine.stage import Stage
from livesyn.ipc.messages import FromEngine, Heard, decode, encode
from livesyn.sinks.osc import OscOut
from livesyn.sinks.pictures.outlet import Outlet, OutletReport
from tests.toys import toy_painter

SILENT = {"kind": "", "value": ""}
DARK = {"on": False, "out": []}


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


class Desk:
    """A stage, nets of which only the painter is real, and a picture side."""

    def __init__(self, sound: dict, display: dict, tmp_path: Path) -> None:
        clock = SystemClock()
        self.said: list[str] = []
        self.levels: list[Mapping[str, float]] = []
        self.stage = Stage(lambda message: None, clock)
        model = cast(Model, SimpleNamespace(warm_up=lambda: None))  # all it is asked for
        self.inference = Inference(
            lambda: model, clock, lambda: Painter("toy", toy_painter().eval(), "cpu")
        )
        self.side = PictureSide(
            sound,
            display,
            tmp_path / "window",
            self.stage,
            self.inference,
            clock,
            self.said.append,
            lambda listen: listen,
            self.levels.append,
        )

    async def until(self, what, patience_s: float = 10.0) -> None:
        async with asyncio.timeout(patience_s):
            while not what():
                await asyncio.sleep(0.01)


async def test_a_sound_file_becomes_pictures_in_a_folder(tmp_path):
    desk = Desk(
        {"kind": "file", "value": str(save_beat(tmp_path / "beat.wav"))},
        {"on": False, "out": [str(tmp_path / "pictures")]},
        tmp_path,
    )
    desk.inference.start()
    await asyncio.wrap_future(desk.inference.ready)
    await desk.side.open(first=True)
    running = asyncio.create_task(desk.side.run(0))
    try:
        await desk.until(lambda: len(list((tmp_path / "pictures").glob("*"))) > 10)
        await desk.until(lambda: any(levels["low"] > 0.3 for levels in desk.levels))
        desk.side.numbers()
        await desk.until(lambda: (desk.side.numbers()["pictures_fps"] or 0) > 1)
        numbers = desk.side.numbers()
        assert (
            numbers["sound"]["state"] == "running"
            and numbers["sound_to_picture_ms_p50"] > 0
            and numbers["picture_failures"] == 0
        )
        assert desk.stage.snapshot()["sound"]["period"] in ("old", "new")
        painting = desk.stage.painting()
        assert painting is not None and painting.shape == (16, 16, 3)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        desk.side.stop()
        desk.inference.stop()
    picture = cv2.imread(str(sorted((tmp_path / "pictures").glob("*"))[0]))
    assert picture is not None and np.ptp(picture) > 0


async def test_a_missing_file_is_raised_at_the_desk_and_said_on_stage(tmp_path):
    desk = Desk({"kind": "file", "value": str(tmp_path / "none.wav")}, DARK, tmp_path)
    with pytest.raises((DataError, DeviceError), match=r"none\.wav"):
        await desk.side.open(first=True)
    desk.side.stop()
    again = Desk({"kind": "file", "value": str(tmp_path / "none.wav")}, DARK, tmp_path)
    opening = asyncio.create_task(again.side.open(first=False))
    await again.until(lambda: again.said)
    assert again.stage.sound["state"] == "lost" and "none.wav" in again.stage.sound["reason"]
    save_beat(tmp_path / "none.wav")
    await asyncio.wait_for(opening, 10)
    await again.until(lambda: len(again.said) > 1)
    assert "none.wav" in again.said[0] and again.said[1:] == ["sound is back"], (
        "each said once, however often it is tried"
    )
    again.side.stop()


async def test_a_show_with_nothing_to_paint_makes_no_pictures(tmp_path):
    desk = Desk(SILENT, DARK, tmp_path)
    assert not desk.side.wanted and desk.side.numbers() == {}
    await desk.side.open(first=True)
    await asyncio.wait_for(desk.side.run(0), 1)


async def test_without_sound_the_memory_is_shown(tmp_path):
    desk = Desk(SILENT, {"on": False, "out": [str(tmp_path / "pictures")]}, tmp_path)
    await desk.side.open(first=True)
    running = asyncio.create_task(desk.side.run(0))
    desk.stage.memory_pixels = np.full((64, 64, 3), 90, np.uint8)
    await desk.until(lambda: len(list((tmp_path / "pictures").glob("*"))) > 2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    desk.side.stop()


async def test_a_set_that_was_over_before_its_first_picture_says_that_there_is_no_film(tmp_path):
    desk = Desk(
        SILENT,
        {"on": False, "out": [str(tmp_path / "set.mp4"), str(tmp_path / "frames")]},
        tmp_path,
    )
    await desk.side.open(first=True)
    desk.side.stop()
    assert [sentence.partition(":")[0] for sentence in desk.said] == [
        "film set.mp4",
        "folder frames",
    ]
    assert (
        all("nothing was written" in sentence for sentence in desk.said)
        and not (tmp_path / "set.mp4").exists()
    )


async def test_a_film_that_is_there_stays_and_the_new_ones_name_is_said(tmp_path):
    for name in ("set.mp4", "set-2.mp4"):
        (tmp_path / name).write_bytes(b"last night")
    desk = Desk(SILENT, {"on": False, "out": [str(tmp_path / "set.mp4")]}, tmp_path)
    await desk.side.open(first=True)
    running = asyncio.create_task(desk.side.run(0))
    desk.stage.memory_pixels = np.full((64, 64, 3), 90, np.uint8)
    await desk.until(lambda: (tmp_path / "set-3.mp4").exists())
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    desk.side.stop()
    assert desk.said[0] == "set.mp4 is there already and stays; what is filmed now is set-3.mp4"
    assert (tmp_path / "set.mp4").read_bytes() == b"last night"


def test_outputs_are_told_apart_by_their_words(tmp_path):
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
        Desk(SILENT, {"on": False, "out": [""]}, tmp_path)


def test_levels_reach_osc_by_the_players_language():
    message = decode(encode(Heard({"rms": 0.5, "low": 1.0})), FromEngine)
    assert message.levels == {"rms": 0.5, "low": 1.0}
    sent: list[bytes] = []
    sink = OscOut(())
    sink._send_all = sent.append  # type: ignore[assignment, method-assign]  # no socket here
    sink.levels({"rms": 0.5, "low": 1.0})
    assert [packet.split(b"\0")[0] for packet in sent] == [
        b"/livesyn/audio/rms",
        b"/livesyn/audio/low",
    ]


async def test_an_output_that_hangs_is_said_once_and_again_only_after_it_was_well(
    tmp_path,
):
    desk = Desk(SILENT, {"on": False, "out": [str(tmp_path / "pictures")]}, tmp_path)
    states = iter(("running", "lost", "lost", "running", "lost"))
    desk.side._outlets = [cast(Outlet, Hanging(states))]
    said = []
    for _ in range(5):
        desk.side.look_after()
        said.append(len(desk.said))
    busy, back = "film show.mp4 has been busy", "film show.mp4 is back"
    assert said == [0, 1, 1, 2, 3] and desk.said == [busy, back, busy]


class Hanging:
    """An outlet that is in each of `states` in turn."""

    def __init__(self, states) -> None:
        self._states = states

    @property
    def report(self):
        return OutletReport(
            next(self._states), "film show.mp4", reason="film show.mp4 has been busy"
        )
