"""Outputs to other programs, each through a library that is not installed with livesyn. Thin: what
they are given is enlarged to 720 lines, for whoever reads them takes it as it comes.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from abc import ABC, abstractmethod
from fractions import Fraction
from typing import Any

import numpy as np

from livesyn.base.errors import DeviceError
from livesyn.base.types import Frame
from livesyn.media.scaling import Easel
from livesyn.sinks.pictures.base import check_picture

LINES = 720
CAMERA_SIZE = (1280, 720)
FPS = 30
NAME = "livesyn"


def _library(
    name: str, what: str, package: str, where: str = "", system: str = sys.platform
) -> Any:
    """The module `name`.

    Raises DeviceError that says how to install it, or that it is another system's.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        if system != sys.platform:
            raise DeviceError(
                f"{what} is there on {where.strip(' ()')} alone; here name ndi:NAME, camera: or a"
                " film"
            ) from error
        raise DeviceError(
            f"{what} needs the package {package}{where}, which is not here ({error}): pip install"
            f" {package}"
        ) from error


class _Shared(ABC):
    """Pictures under a name other programs find.

    Subclasses get and give back the device and send one canvas.
    """

    what = ""

    def __init__(self, label: str = NAME) -> None:
        self.label = label or NAME
        self.name = f"{self.what} {self.label}"
        self._easel = Easel(LINES)
        self._device: Any = None

    def open(self) -> None:
        """Raises DeviceError."""
        try:
            self._device = self._get()
        except DeviceError:
            raise
        except Exception as error:  # the libraries have no error of their own
            raise DeviceError(f"{self.what} cannot be used: {error}") from error

    def show(self, frame: Frame) -> None:
        pixels = check_picture(frame.pixels)
        if self._device is None:
            raise DeviceError(f"{self.name} is not open")
        try:
            sent = self._send(self._easel.draw(pixels))
        except Exception as error:
            raise DeviceError(f"{self.name} took no picture: {error}") from error
        if sent is False:
            raise DeviceError(f"{self.name} took no picture")

    def close(self) -> None:
        device, self._device = self._device, None
        self._easel = Easel(LINES)
        if device is not None:
            with contextlib.suppress(Exception):
                self._give_back(device)

    @abstractmethod
    def _get(self) -> Any: ...

    @abstractmethod
    def _send(self, canvas: np.ndarray) -> object: ...

    @abstractmethod
    def _give_back(self, device: Any) -> None: ...


class NdiSink(_Shared):
    """NDI over the network, by cyndilib."""

    what = "NDI"

    def _get(self) -> Any:
        sender = _library("cyndilib.sender", self.what, "cyndilib").Sender(
            self.label, clock_video=False
        )
        self._picture = importlib.import_module("cyndilib.video_frame").VideoSendFrame()
        self._opened = False
        return sender

    def _send(self, canvas: np.ndarray) -> object:
        if not self._opened:  # its size must be known
            height, width = canvas.shape[:2]
            self._picture.set_resolution(width, height)
            self._picture.set_frame_rate(Fraction(FPS))
            self._picture.set_fourcc(
                importlib.import_module("cyndilib.wrapper.ndi_structs").FourCC.RGBX
            )
            self._device.set_video_frame(self._picture)
            self._device.open()
            self._opened = True
        self._sent = _with_alpha(canvas).reshape(-1)  # read until the next one is sent
        return self._device.write_video_async(self._sent)

    def _give_back(self, device: Any) -> None:
        if self._opened:
            device.close()


class SpoutSink(_Shared):
    """Spout on Windows, by SpoutGL."""

    what = "Spout"

    def _get(self) -> Any:
        package = _library("SpoutGL", self.what, "SpoutGL", " (Windows)", "win32")
        self._rgba = importlib.import_module("SpoutGL.enums").GL_RGBA
        sender = package.SpoutSender()
        sender.setSenderName(self.label)
        return sender

    def _send(self, canvas: np.ndarray) -> object:
        height, width = canvas.shape[:2]
        return self._device.sendImage(
            _with_alpha(canvas).tobytes(), width, height, self._rgba, False, 0
        )

    def _give_back(self, device: Any) -> None:
        device.releaseSender()


class SyphonSink(_Shared):
    """Syphon on macOS, by syphon-python (Metal)."""

    what = "Syphon"

    def _get(self) -> Any:
        package = _library("syphon", self.what, "syphon-python", " (macOS 12 or later)", "darwin")
        self._copy = importlib.import_module("syphon.utils.numpy").copy_image_to_mtl_texture
        self._make_texture = importlib.import_module("syphon.utils.raw").create_mtl_texture
        self._texture: Any = None
        return package.SyphonMetalServer(self.label)

    def _send(self, canvas: np.ndarray) -> object:
        if self._texture is None:
            self._texture = self._make_texture(
                self._device.device, canvas.shape[1], canvas.shape[0]
            )
        # its lowest line comes first
        self._copy(np.ascontiguousarray(_with_alpha(canvas)[::-1]), self._texture)
        return self._device.publish_frame_texture(self._texture)

    def _give_back(self, device: Any) -> None:
        device.stop()


class CameraSink(_Shared):
    """A camera to other programs (v4l2loopback, OBS Virtual Camera, Unity Capture), by
    pyvirtualcam, 1280 x 720.

    `label` is its device, "" or "livesyn" the first there is.
    """

    what = "the virtual camera"

    def _get(self) -> Any:
        package = _library("pyvirtualcam", self.what, "pyvirtualcam")
        self._easel = Easel(size=CAMERA_SIZE)
        try:
            return package.Camera(
                width=CAMERA_SIZE[0],
                height=CAMERA_SIZE[1],
                fps=FPS,
                device=None if self.label == NAME else self.label,
            )
        except Exception as error:
            reason = str(error).partition("\n")[0]
            raise DeviceError(
                f"there is no virtual camera to send to ({reason}); install v4l2loopback (Linux) or"
                " OBS (macOS, Windows)"
            ) from error

    def _send(self, canvas: np.ndarray) -> object:
        return self._device.send(canvas)

    def _give_back(self, device: Any) -> None:
        device.close()


def _with_alpha(canvas: np.ndarray) -> np.ndarray:
    """(H, W, 4) of (H, W, 3), opaque."""
    picture = np.full((*canvas.shape[:2], 4), 255, np.uint8)
    picture[:, :, :3] = canvas
    return picture
