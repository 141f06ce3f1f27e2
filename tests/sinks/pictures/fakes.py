"""Stand-ins for what cannot be had here: a sink that remembers, and the libraries of other
programs, in sys.modules.
"""

from __future__ import annotations

import sys
import threading
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from livesyn.base.errors import DeviceError
from livesyn.base.types import Frame
from livesyn.sinks.pictures.base import check_picture


class MemorySink:
    """Remembers pictures.

    `refuse` makes opening fail, `broken` showing; `gate`, cleared, makes it slow.
    """

    name = "memory"

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.opened = self.closed = 0
        self.refuse = self.broken = ""
        self.raises: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self._open = False

    def open(self) -> None:
        if self.refuse:
            raise DeviceError(self.refuse)
        self.opened += 1
        self._open = True

    def show(self, frame: Frame) -> None:
        check_picture(frame.pixels)
        self.entered.set()
        self.gate.wait(5.0)
        if self.raises is not None:
            raise self.raises
        if self.broken or not self._open:
            raise DeviceError(self.broken or "the memory is not open")
        self.frames.append(frame)

    def close(self) -> None:
        self.closed += self._open
        self._open = False


def module(monkeypatch: pytest.MonkeyPatch, name: str, **contents: object) -> None:
    made = ModuleType(name)
    for key, value in contents.items():
        setattr(made, key, value)
    monkeypatch.setitem(sys.modules, name, made)


class FakeLibrary:
    """What the library was sent: (H, W, 3) pictures, and how often it was opened and closed.
    `broken` makes it refuse.
    """

    def __init__(self) -> None:
        self.sent: list[np.ndarray] = []
        self.opened = self.closed = 0
        self.broken = False
        self.label: object = None

    def took(self, pixels: np.ndarray) -> bool:
        if not self.broken:
            self.sent.append(pixels[..., :3].copy())
            assert pixels.shape[2] == 3 or (pixels[..., 3] == 255).all()
        return not self.broken


def fake_ndi(monkeypatch: pytest.MonkeyPatch, library: FakeLibrary) -> None:
    class VideoSendFrame:
        def set_resolution(self, width: int, height: int) -> None:
            self.size = (width, height)

        def set_frame_rate(self, rate: object) -> None:
            assert rate == 30

        def set_fourcc(self, fourcc: object) -> None:
            assert fourcc == "RGBX"

    class Sender:
        def __init__(self, ndi_name: str, *, clock_video: bool) -> None:
            assert not clock_video
            library.label = ndi_name

        def set_video_frame(self, frame: VideoSendFrame) -> None:
            self.frame = frame

        def open(self) -> None:
            library.opened += 1

        def write_video_async(self, data: np.ndarray) -> bool:
            assert data.ndim == 1 and data.flags.c_contiguous
            width, height = self.frame.size
            return library.took(data.reshape(height, width, 4))

        def close(self) -> None:
            library.closed += 1

    module(monkeypatch, "cyndilib", __path__=[])
    module(monkeypatch, "cyndilib.sender", Sender=Sender)
    module(monkeypatch, "cyndilib.video_frame", VideoSendFrame=VideoSendFrame)
    module(monkeypatch, "cyndilib.wrapper", __path__=[])
    module(monkeypatch, "cyndilib.wrapper.ndi_structs", FourCC=SimpleNamespace(RGBX="RGBX"))


def fake_spout(monkeypatch: pytest.MonkeyPatch, library: FakeLibrary) -> None:
    class SpoutSender:
        def setSenderName(self, name: str) -> None:
            library.label = name
            library.opened += 1

        def sendImage(
            self, data: bytes, width: int, height: int, format: int, invert: bool, host: int
        ) -> bool:
            assert format == 0x1908 and not invert and host == 0
            return library.took(np.frombuffer(data, np.uint8).reshape(height, width, 4))

        def releaseSender(self) -> None:
            library.closed += 1

    module(monkeypatch, "SpoutGL", SpoutSender=SpoutSender, __path__=[])
    module(monkeypatch, "SpoutGL.enums", GL_RGBA=0x1908)


def fake_syphon(monkeypatch: pytest.MonkeyPatch, library: FakeLibrary) -> None:
    class SyphonMetalServer:
        device = "a GPU"

        def __init__(self, name: str) -> None:
            library.label = name
            library.opened += 1

        def publish_frame_texture(self, texture: dict[str, np.ndarray]) -> None:
            if not library.took(texture["image"][::-1]):
                raise RuntimeError("Metal said no")

        def stop(self) -> None:
            library.closed += 1

    def create_mtl_texture(device: object, width: int, height: int) -> dict[str, object]:
        assert device == "a GPU"
        return {"size": (height, width)}

    def copy_image_to_mtl_texture(image: np.ndarray, texture: dict[str, object]) -> None:
        assert image.shape == (*texture["size"], 4)  # type: ignore[misc]
        texture["image"] = image

    module(monkeypatch, "syphon", SyphonMetalServer=SyphonMetalServer, __path__=[])
    module(monkeypatch, "syphon.utils", __path__=[])
    module(monkeypatch, "syphon.utils.numpy", copy_image_to_mtl_texture=copy_image_to_mtl_texture)
    module(monkeypatch, "syphon.utils.raw", create_mtl_texture=create_mtl_texture)


def fake_camera(
    monkeypatch: pytest.MonkeyPatch, library: FakeLibrary, missing: bool = False
) -> None:
    class Camera:
        def __init__(self, *, width: int, height: int, fps: float, device: str | None) -> None:
            if missing:
                raise RuntimeError("'v4l2loopback' backend: no device\nmore of it")
            assert (width, height) == (1280, 720)
            library.label = device or "livesyn"
            library.opened += 1

        def send(self, frame: np.ndarray) -> None:
            assert frame.shape == (720, 1280, 3)
            if not library.took(frame):
                raise RuntimeError("the device is gone")

        def close(self) -> None:
            library.closed += 1

    module(monkeypatch, "pyvirtualcam", Camera=Camera)


LIBRARIES = {"ndi": fake_ndi, "spout": fake_spout, "syphon": fake_syphon, "camera": fake_camera}
TOPS = {"ndi": "cyndilib", "spout": "SpoutGL", "syphon": "syphon", "camera": "pyvirtualcam"}
