"""A camera that does what the test says, when it says so."""

from __future__ import annotations

import queue
import threading
from typing import Literal

import numpy as np

from livesyn.base.errors import DeviceError


def picture(value: int = 0, width: int = 32, height: int = 18) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


class FakeDevice:
    """The thing on the other end of the cable. Its sources read what `give`, `vanish`, `fail`
    and `hang` put on the line; nothing on the line means that they wait."""

    def __init__(self, plugged: bool = True) -> None:
        self.plugged = plugged
        self.opening_hangs = False
        self.released = threading.Event()  # lets every hung call return
        self._hung = threading.Event()
        self.made: list[FakeSource] = []
        self._line: queue.Queue[np.ndarray | BaseException | Literal["vanish", "hang"]] = (
            queue.Queue()
        )

    def make(self) -> FakeSource:
        self.made.append(FakeSource(self))
        return self.made[-1]

    def give(self, *pixels: np.ndarray) -> None:
        for item in pixels:
            self._line.put(item)

    def vanish(self) -> None:
        self.plugged = False
        self._line.put("vanish")

    def fail(self, error: BaseException) -> None:
        self._line.put(error)

    def hang(self) -> None:
        """The source that reads now hangs: returns once it does, lest the next source take the word
        in its place.
        """
        self._line.put("hang")
        assert self._hung.wait(5.0), "nobody reads"


class FakeSource:
    """A PictureSource at a FakeDevice."""

    name = "fake camera"
    complaint = ""

    def __init__(self, device: FakeDevice) -> None:
        self.device = device
        self.speed = 1.0
        self.is_open = False
        self.closed = threading.Event()

    def open(self) -> None:
        if self.device.opening_hangs:
            self.device.released.wait()
        if not self.device.plugged:
            raise DeviceError("the fake camera is not plugged in")
        self.is_open = True
        self.closed.clear()

    def read(self) -> np.ndarray | None:
        if not self.is_open:
            return None
        item = self.device._line.get()
        if isinstance(item, BaseException):
            raise item
        if isinstance(item, str):
            if item == "hang":
                self.device._hung.set()
                self.device.released.wait()
                return picture(255)  # a stale frame, too late
            return None
        return item

    def close(self) -> None:
        self.is_open = False
        self.closed.set()


class FakeCapture:
    """What Camera needs of cv2.VideoCapture: `present` cameras give frames whose red is 200."""

    present: tuple[int, ...] = (0, 2)
    made: list[FakeCapture] = []  # noqa: RUF012

    def __init__(self, index: int, backend: int) -> None:
        self.index, self.backend = index, backend
        self.settings: list[tuple[int, float]] = []
        self.frames = 0
        self.opened = index in self.present
        FakeCapture.made.append(self)

    def isOpened(self) -> bool:
        return self.opened

    def set(self, prop: int, value: float) -> bool:
        self.settings.append((prop, value))
        return True

    def read(self) -> tuple[bool, np.ndarray | None]:
        if not self.opened or self.index not in self.present:
            return False, None
        self.frames += 1
        pixels = picture(self.frames % 256)
        pixels[..., 2] = 200  # OpenCV's order is blue, green, red
        return True, pixels

    def release(self) -> None:
        self.opened = False
