"""A camera, through OpenCV."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from livesyn.base.errors import DeviceError
from livesyn.media.opencv import opencv
from livesyn.sources.devices import CameraInfo, describe_cameras, list_cameras

BACKENDS = {"linux": "CAP_V4L2", "darwin": "CAP_AVFOUNDATION", "win32": "CAP_MSMF"}


class Camera:
    """A camera by number or (part of its) name; paced by its own hardware.

    Size and rate are wishes: a camera gives the nearest it can. The driver is asked to keep
    one frame at most, so that the newest is read.
    """

    def __init__(
        self,
        which: int | str,
        width: int = 1280,
        height: int = 720,
        fps: float = 30,
        cameras: Callable[[], list[CameraInfo]] = list_cameras,
    ) -> None:
        self.which = int(which) if isinstance(which, str) and which.strip().isdigit() else which
        self.name = f"camera {which}"
        self._wish = (width, height, fps)
        self._cameras = cameras
        self._capture: Any = None

    def open(self) -> None:
        """Raises: DeviceError, naming the cameras there are."""
        self.close()
        cv2 = opencv()
        index = self.which if isinstance(self.which, int) else self._index_of(self.which)
        backend = getattr(cv2, BACKENDS.get(sys.platform, "CAP_ANY"))
        capture = cv2.VideoCapture(index, backend)
        if not capture.isOpened():
            capture.release()
            raise DeviceError(f"{self.name} cannot be opened; {describe_cameras(self._cameras())}")
        width, height, fps = self._wish
        # raw 720p is more than USB 2 carries at 30 fps
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        capture.set(cv2.CAP_PROP_FPS, fps)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        self._capture = capture

    def read(self) -> np.ndarray | None:
        """The next frame, (H, W, 3) uint8 RGB; None when the camera gave none."""
        if self._capture is None:
            return None
        given, pixels = self._capture.read()
        if not given or pixels is None:
            return None
        cv2 = opencv()
        return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB if pixels.ndim == 3 else cv2.COLOR_GRAY2RGB)

    def close(self) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _index_of(self, name: str) -> int:
        wanted = name.strip().lower()
        cameras = self._cameras()
        exact = [camera for camera in cameras if camera.name.lower() == wanted]
        found = exact or [camera for camera in cameras if wanted and wanted in camera.name.lower()]
        if not found:
            if cameras and not any(camera.name for camera in cameras):
                numbers = ", ".join(str(camera.index) for camera in cameras)
                raise DeviceError(
                    f"there is no camera called {name!r}: this system tells no names, so give a"
                    f" number ({numbers})"
                )
            raise DeviceError(f"there is no camera called {name!r}; {describe_cameras(cameras)}")
        return found[0].index
