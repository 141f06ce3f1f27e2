"""The camera, at a fake of OpenCV's capture; and the lists of cameras."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import cv2
import pytest

from livesyn.base.errors import DeviceError
from livesyn.sources import devices
from livesyn.sources.camera import Camera
from livesyn.sources.devices import CameraInfo, list_cameras
from tests.fakes_sources import FakeCapture

TWO = [CameraInfo(0, "Integrated Webcam"), CameraInfo(2, "HDMI Capture")]


@pytest.fixture(autouse=True)
def capture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", FakeCapture)
    monkeypatch.setattr(FakeCapture, "present", (0, 2))
    monkeypatch.setattr(FakeCapture, "made", [])


@pytest.mark.parametrize(("which", "index"), [(0, 0), ("2", 2), ("HDMI Capture", 2), ("webcam", 0)])
def test_is_found_by_number_or_name(which: int | str, index: int) -> None:
    camera = Camera(which, cameras=lambda: TWO)
    camera.open()
    assert FakeCapture.made[-1].index == index


def test_asks_for_size_rate_and_the_newest_frame_only() -> None:
    Camera(0, 640, 480, 60, cameras=lambda: TWO).open()
    wishes = dict(FakeCapture.made[-1].settings)
    assert wishes[cv2.CAP_PROP_FRAME_WIDTH] == 640 and wishes[cv2.CAP_PROP_FRAME_HEIGHT] == 480
    assert wishes[cv2.CAP_PROP_FPS] == 60 and wishes[cv2.CAP_PROP_BUFFERSIZE] == 1
    # a driver takes the size for the format it has
    assert FakeCapture.made[-1].settings[0][0] == cv2.CAP_PROP_FOURCC


@pytest.mark.parametrize(
    ("platform", "backend"),
    [("linux", cv2.CAP_V4L2), ("darwin", cv2.CAP_AVFOUNDATION), ("win32", cv2.CAP_MSMF)],
)
def test_uses_the_platforms_own_backend(
    platform: str, backend: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livesyn.sources.camera.sys.platform", platform)
    Camera(0, cameras=lambda: TWO).open()
    assert FakeCapture.made[-1].backend == backend


def test_red_stays_red() -> None:
    camera = Camera(0, cameras=lambda: TWO)
    camera.open()
    pixels = camera.read()
    assert pixels is not None and pixels[0, 0].tolist() == [200, 1, 1]


def test_a_camera_that_vanishes_gives_none_and_is_released(monkeypatch: pytest.MonkeyPatch) -> None:
    camera = Camera(0, cameras=lambda: TWO)
    camera.open()
    monkeypatch.setattr(FakeCapture, "present", ())
    assert camera.read() is None
    camera.close()
    assert not FakeCapture.made[-1].isOpened()


@pytest.mark.parametrize("which", [5, "Obs"])
def test_an_absent_one_names_those_there_are(which: int | str) -> None:
    with pytest.raises(DeviceError, match=r"0 \(Integrated Webcam\), 2 \(HDMI Capture\)"):
        Camera(which, cameras=lambda: TWO).open()


def test_no_camera_at_all_says_what_else_there_is() -> None:
    with pytest.raises(DeviceError, match="there is no camera here: plug one in, or use --visuals"):
        Camera(5, cameras=lambda: []).open()


def test_where_cameras_have_no_names_a_number_is_asked_for() -> None:
    with pytest.raises(DeviceError, match=r"give a number \(0, 1\)"):
        Camera("Webcam", cameras=lambda: [CameraInfo(0, ""), CameraInfo(1, "")]).open()


def test_linux_lists_what_gives_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for node, name, index in (
        ("video10", "Capture", "0"),
        ("video0", "Webcam", "0"),
        ("video1", "Webcam", "1"),
    ):
        (tmp_path / node).mkdir()
        (tmp_path / node / "name").write_text(name + "\n")
        (tmp_path / node / "index").write_text(index + "\n")
    monkeypatch.setattr(devices, "_V4L", tmp_path)
    assert list_cameras("linux") == [CameraInfo(0, "Webcam"), CameraInfo(10, "Capture")]
    monkeypatch.setattr(devices, "_V4L", tmp_path / "none")
    assert list_cameras("linux") == []


def test_macos_lists_by_unique_id_as_opencv_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {"_name": "iPhone", "spcamera_unique-id": "F2"},
        {"_name": "FaceTime HD", "spcamera_unique-id": "0x1"},
    ]

    def run(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 0, json.dumps({"SPCameraDataType": rows}))

    monkeypatch.setattr(subprocess, "run", run)
    assert list_cameras("darwin") == [CameraInfo(0, "FaceTime HD"), CameraInfo(1, "iPhone")]


def test_macos_without_its_profiler_lists_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "run", run)
    assert list_cameras("darwin") == []


def test_windows_tries_the_first_numbers() -> None:
    assert list_cameras("win32") == [CameraInfo(0, ""), CameraInfo(2, "")]
