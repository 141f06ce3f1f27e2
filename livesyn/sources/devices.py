"""Which cameras there are, by number and, where the system tells, by name."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from livesyn.media.opencv import opencv

_V4L = Path("/sys/class/video4linux")
_PROBED = 4


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """One camera: the number OpenCV knows it by, and its name ("" where the system keeps it)."""

    index: int
    name: str

    def __str__(self) -> str:
        return f"{self.index} ({self.name})" if self.name else str(self.index)


def list_cameras(platform: str = sys.platform) -> list[CameraInfo]:
    """The cameras of this machine, by index. Takes up to seconds where they have to be asked
    (macOS) or tried one by one (Windows, which tells OpenCV no names)."""
    if platform.startswith("linux"):
        return _of_v4l(_V4L)
    if platform == "darwin":
        return _of_macos(_system_profiler())
    return _of_probing()


def describe_cameras(cameras: list[CameraInfo]) -> str:
    """A clause for a message: what there is, and what to do."""
    if not cameras:
        return "there is no camera here: plug one in, or use --visuals, --video or --images"
    return (
        "there is "
        + ", ".join(map(str, cameras))
        + ": give that number, or close what else is using it"
    )


def _of_v4l(folder: Path) -> list[CameraInfo]:
    """A webcam shows up as several nodes; the one whose `index` is 0 gives pictures, the rest
    metadata.
    """
    cameras = []
    for node in folder.glob("video*"):
        number = node.name.removeprefix("video")
        if number.isdigit() and _text(node / "index") in ("", "0"):
            cameras.append(CameraInfo(int(number), _text(node / "name")))
    return sorted(cameras, key=lambda camera: camera.index)


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""


def _system_profiler() -> str:
    try:
        command = ["/usr/sbin/system_profiler", "-json", "SPCameraDataType"]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=10, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return "{}"


def _of_macos(report: str) -> list[CameraInfo]:
    """OpenCV numbers AVFoundation's devices in the order of their unique ids."""
    try:
        rows = json.loads(report).get("SPCameraDataType", [])
    except json.JSONDecodeError:
        return []
    rows = sorted(rows, key=lambda row: str(row.get("spcamera_unique-id", "")))
    return [CameraInfo(index, str(row.get("_name", ""))) for index, row in enumerate(rows)]


def _of_probing() -> list[CameraInfo]:
    cv2 = opencv()
    cameras = []
    for index in range(_PROBED):
        capture = cv2.VideoCapture(index, cv2.CAP_MSMF)
        if capture.isOpened():
            cameras.append(CameraInfo(index, ""))
        capture.release()
    return cameras
