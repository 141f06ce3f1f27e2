"""One source takes the place of another: the old one is shown until the new one has a picture."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.errors import DeviceError
from livesyn.base.types import Frame
from livesyn.engine import picture_input
from livesyn.engine.picture_input import PictureInput
from livesyn.engine.picture_mixer import PictureMixer
from livesyn.ipc.messages import UseSource
from livesyn.transport.timeline import Timeline
from tests.asked import BY
from tests.engine.context import Page

LINE = Timeline(0.0, 0.0, 120.0)


class Out:
    """Keeps every frame."""

    dropped = 0

    def __init__(self) -> None:
        self.frames: list[Frame] = []

    def put(self, frame: Frame) -> None:
        self.frames.append(frame)

    @property
    def last(self) -> int:
        return int(self.frames[-1].pixels[0, 0, 0])


def frame(grey: int, time_s: float, width: int = 8) -> Frame:
    return Frame(np.full((4, width, 3), grey, np.uint8), time_s)


def test_the_old_is_shown_until_the_time_has_come_and_the_new_has_a_picture() -> None:
    out, done = Out(), []
    mixer = PictureMixer(out)
    new, old = mixer.inlet(), mixer.shown
    mixer.change_to(new, 2.0, 4.0, lambda: done.append(True))
    old.put(frame(0, 1.0))
    new.put(frame(200, 1.5))
    assert len(out.frames) == 1 and out.last == 0, "its time has not come"
    new.put(frame(200, 2.0))
    assert out.last == 0
    new.put(frame(200, 4.0))
    assert out.last == 100 and out.frames[-1].time_s == 4.0
    count = len(out.frames)
    old.put(frame(50, 4.01))
    assert len(out.frames) == count, "the pace is that of the new one"
    new.put(frame(200, 5.0))
    assert out.last == pytest.approx(50 * 0.25 + 200 * 0.75, abs=1) and not done
    new.put(frame(201, 6.0))
    assert out.last == 201 and done == [True]
    old.put(frame(9, 6.1))
    new.put(frame(202, 6.2))
    assert out.last == 202 and len(out.frames) == count + 3, "the old one is left"


def test_a_new_source_that_comes_late_is_faded_to_when_it_comes() -> None:
    out = Out()
    mixer = PictureMixer(out)
    new, old = mixer.inlet(), mixer.shown
    mixer.change_to(new, 2.0, 1.0, lambda: None)
    for time_s in (1.0, 3.0, 9.0):
        old.put(frame(10, time_s))
        assert out.last == 10
    new.put(frame(90, 10.0))
    assert out.last == 10, "from the old one on"
    new.put(frame(90, 10.5))
    assert out.last == 50


def test_without_a_length_it_is_a_cut_and_other_sizes_are_made_to_fit() -> None:
    out = Out()
    mixer = PictureMixer(out)
    new, old = mixer.inlet(), mixer.shown
    old.put(frame(10, 0.0, width=16))
    mixer.change_to(new, 1.0, 2.0, lambda: None)
    new.put(frame(90, 1.0))
    new.put(frame(90, 2.0))
    assert out.frames[-1].pixels.shape == (4, 8, 3)
    cut = mixer.inlet()
    mixer.change_to(cut, 2.5, 0.0, lambda: None)
    cut.put(frame(70, 2.6))
    assert out.last == 70


def test_a_picture_that_stands_still_is_faded_to_all_the_same() -> None:
    """A slide show gives a picture now and then."""
    out = Out()
    mixer = PictureMixer(out)
    new, old = mixer.inlet(), mixer.shown
    mixer.change_to(new, 0.0, 2.0, lambda: None)
    new.put(frame(100, 0.1))
    old.put(frame(0, 0.2))
    old.put(frame(0, 1.1))
    assert out.last == 50
    old.put(frame(0, 2.2))
    assert out.last == 100, "it gave none itself meanwhile"


class Camera:
    """Opens, or fails, and gives one grey until it is closed."""

    def __init__(self, name: str, works: bool = True) -> None:
        self.name, self.works, self.closed = name, works, False

    def open(self) -> None:
        if not self.works:
            raise DeviceError(f"{self.name} is not there")

    def read(self) -> np.ndarray | None:
        return None if self.closed else np.full((4, 4, 3), len(self.name), np.uint8)

    def close(self) -> None:
        self.closed = True


async def until(true: Callable[[], Any]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.005)


async def test_the_engine_goes_over_to_what_a_scene_asks_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cameras: dict[str, Camera] = {}

    def build(kind: str, value: str, **given: Any) -> Callable[[], Camera]:
        if kind != "camera":
            raise DeviceError(f"there is no {kind}")
        return lambda: cameras.setdefault(value, Camera(value, value != "broken"))

    monkeypatch.setattr(picture_input, "build_source", build)
    loop, page, said, out = asyncio.get_running_loop(), Page(), list[str](), Out()

    def soon(call: Callable[[Any], object]) -> Callable[[Any], None]:
        def told(value: Any) -> None:
            loop.call_soon_threadsafe(call, value)

        return told

    inputs = PictureInput(("camera", "a"), out, ManualClock(), page.view, said.append, soon)
    try:
        await inputs.open(True)
        await until(lambda: out.frames)
        inputs.use(UseSource("camera", "broken", 0.0, 0.0, **BY), LINE)
        await until(lambda: said)
        assert said == ["broken is not there"] and out.last == 1, "the old one is looked at"
        inputs.use(UseSource("cinema", "x", 0.0, 0.0, **BY), LINE)
        assert said[-1] == "the source stays as it is: there is no cinema"
        asked = UseSource("camera", "bbbb", 0.0, 0.0, **BY)
        inputs.use(asked, LINE)
        inputs.use(asked, LINE)  # told again, as after a loss
        await until(lambda: out.last == 4 and cameras["a"].closed)
        await until(lambda: page.view.snapshot()["source"]["name"] == "bbbb")
        assert inputs.feed.report.name == "bbbb"
    finally:
        inputs.stop()
