"""One contract for every source of pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.errors import LivesynError
from livesyn.base.types import PictureSource
from livesyn.sources.camera import Camera
from livesyn.sources.factory import build_source
from livesyn.sources.images import Images
from livesyn.sources.video import Video
from livesyn.sources.visuals import NAMES, Visuals
from tests.fakes_sources import FakeCapture, FakeDevice, picture

Make = Callable[[], PictureSource]
SOURCES = ("camera", "video", "images", "fake", *NAMES)


@pytest.fixture(params=SOURCES)
def make(
    request: pytest.FixtureRequest, video: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Make:
    kind: str = request.param
    if kind == "camera":
        monkeypatch.setattr(cv2, "VideoCapture", FakeCapture)
        return lambda: Camera(0, cameras=lambda: [])
    if kind == "video":
        return lambda: Video(video, ManualClock())
    if kind == "images":
        return lambda: Images(folder, ManualClock(), size=48)
    if kind == "fake":
        device = FakeDevice()
        device.give(*[picture(n) for n in range(60)])
        return device.make
    return lambda: Visuals(kind, 7, ManualClock(), size=(96, 54))


def test_gives_rgb_pictures_of_one_size(make: Make) -> None:
    source = make()
    source.open()
    first = source.read()
    assert first is not None
    assert (
        first.ndim == 3
        and first.shape[2] == 3
        and first.dtype == np.uint8
        and first.flags.c_contiguous
    )
    for _ in range(12):
        pixels = source.read()
        assert pixels is not None and pixels.shape == first.shape and pixels.dtype == np.uint8
    source.close()


def test_what_was_given_is_not_painted_over(make: Make) -> None:
    source = make()
    source.open()
    given = source.read()
    assert given is not None
    copy = given.copy()
    for _ in range(5):
        source.read()
    assert np.array_equal(given, copy)
    source.close()


def test_gives_nothing_before_it_is_opened_and_after_it_is_closed(make: Make) -> None:
    source = make()
    assert source.read() is None
    source.open()
    assert source.read() is not None
    source.close()
    assert source.read() is None


def test_may_be_closed_twice_and_opened_again(make: Make) -> None:
    source = make()
    source.close()
    source.open()
    source.close()
    source.close()
    source.open()
    assert source.read() is not None
    source.close()


def test_has_a_name_for_messages(make: Make) -> None:
    assert make().name.strip()


@pytest.mark.parametrize(
    "broken",
    [
        lambda tmp: Video(tmp / "none.mp4", ManualClock()),
        lambda tmp: Images(tmp / "none", ManualClock()),
        lambda tmp: Camera(97, cameras=lambda: []),
        lambda tmp: Camera("none", cameras=lambda: []),
        lambda tmp: FakeDevice(plugged=False).make(),
    ],
    ids=["video", "images", "camera by number", "camera by name", "fake"],
)
def test_an_opening_that_fails_says_so_in_one_sentence(
    broken: Callable[[Path], PictureSource], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", FakeCapture)
    source = broken(tmp_path)
    with pytest.raises(LivesynError) as error:
        source.open()
    assert "\n" not in str(error.value) and len(str(error.value)) > 20
    source.close()


def test_the_factory_makes_each_kind(video: Path, folder: Path) -> None:
    clock = ManualClock()
    assert isinstance(build_source("camera", "0", clock=clock)(), Camera)
    assert isinstance(build_source("video", str(video), clock=clock)(), Video)
    assert isinstance(build_source("images", str(folder), clock=clock)(), Images)
    make = build_source("visuals", "lava", clock=clock, seed=3)
    assert isinstance(make(), Visuals) and make() is not make()


def test_the_factory_refuses_at_the_desk() -> None:
    with pytest.raises(LivesynError, match="'inq'; did you mean 'ink'"):
        build_source("visuals", "inq", clock=ManualClock())
    with pytest.raises(LivesynError, match="'radio'; it is one of: camera, video, images, visuals"):
        build_source("radio", "1", clock=ManualClock())  # type: ignore[arg-type]
