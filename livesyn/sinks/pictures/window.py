"""Pictures to the window's process."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from pathlib import Path

from livesyn.base.errors import DeviceError
from livesyn.base.places import UNIX
from livesyn.base.types import Frame
from livesyn.ipc.local_socket import connect
from livesyn.ipc.window_messages import MAX_SIDE, Marks, header, hello
from livesyn.sinks.pictures.base import check_picture

PATIENCE_S = 1.0


class WindowSink:
    """Sends pictures to the display process that listens at `path`.

    `marks()`, asked for with every picture, says whether the show stands still or is blacked out;
    the window follows when that changes. What the window has no time for, it drops and counts
    itself.
    """

    name = "window"

    def __init__(
        self, path: Path | str, marks: Callable[[], Marks] | None = None, *, unix: bool = UNIX
    ) -> None:
        self._path, self._marks, self._unix = Path(path), marks, unix
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Raises DeviceError when no window listens."""
        try:
            sock, token = connect(self._path, self._unix, PATIENCE_S)
            self._socket = sock
            sock.sendall(hello(token))
        except (OSError, ValueError) as error:
            self.close()
            raise DeviceError(
                f"no window listens at {self._path} ({getattr(error, 'strerror', None) or error});"
                " it is started with the show, by --display"
            ) from error

    def show(self, frame: Frame) -> None:
        pixels = check_picture(frame.pixels)
        if max(pixels.shape) > MAX_SIDE:
            raise DeviceError(
                f"the picture is {pixels.shape[1]} x {pixels.shape[0]}; the window takes at most"
                f" {MAX_SIDE} px"
            )
        if self._socket is None:
            raise DeviceError("the window is not connected")
        try:
            self._socket.sendall(header(frame, self._marks() if self._marks else None))
            self._socket.sendall(pixels.reshape(-1).data)
        except OSError as error:
            raise DeviceError(f"the window is gone ({error.strerror or error})") from error

    def close(self) -> None:
        sock, self._socket = self._socket, None
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.close()
