"""A screen of one's own: Xvfb, what is on it, and a keyboard to it by XTEST."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np

PROGRAM = shutil.which("Xvfb")
X11, XTEST = ctypes.util.find_library("X11"), ctypes.util.find_library("Xtst")
MISSING = next(
    (
        f"{what} is not installed"
        for what, there in (("Xvfb", PROGRAM), ("libX11", X11), ("libXtst", XTEST))
        if not there
    ),
    "",
)
KEYSYMS = {"space": 0x20, "b": 0x62, "h": 0x68, "Escape": 0xFF1B, "F11": 0xFFC8}


class Screen:
    """Xvfb with a screen of `width` x `height`; `environment` points at it. Its picture lies in a
    file it keeps up to date.
    """

    def __init__(self, folder: Path, width: int = 1280, height: int = 720) -> None:
        reader, writer = os.pipe()
        self._process = subprocess.Popen(
            [
                str(PROGRAM),
                "-displayfd",
                str(writer),
                "-screen",
                "0",
                f"{width}x{height}x24",
                "-fbdir",
                str(folder),
                "-nolisten",
                "tcp",
                "-noreset",
            ],
            pass_fds=[writer],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writer)
        with os.fdopen(reader) as words:
            number = words.readline().strip()
        assert number, "Xvfb did not start"
        self.name = f":{number}"
        self.environment = {**os.environ, "DISPLAY": self.name}
        self.environment.pop("WAYLAND_DISPLAY", None)
        self.environment.pop("SDL_VIDEODRIVER", None)
        self._file = folder / "Xvfb_screen0"
        self._keys: tuple[ctypes.CDLL, ctypes.CDLL, ctypes.c_void_p] | None = None

    def pixels(self) -> np.ndarray:
        """What is on the screen, (H, W, 3) uint8 RGB.

        The file is an X window dump: a header, a palette, then BGRX lines.
        """
        data = self._file.read_bytes()
        size, _, _, _, width, height, _, _, _, _, _, bits, line, _, _, _, _, _, _, colours = (
            struct.unpack_from(">20I", data)
        )
        assert bits == 32
        lines = np.frombuffer(data, np.uint8, line * height, size + colours * 12).reshape(
            height, line
        )
        return lines[:, : width * 4].reshape(height, width, 4)[:, :, 2::-1].copy()

    def press(self, key: str) -> None:
        """Press and let go a key."""
        if self._keys is None:
            x11, xtest = ctypes.CDLL(X11), ctypes.CDLL(XTEST)
            x11.XOpenDisplay.restype = ctypes.c_void_p
            x11.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
            x11.XFlush.argtypes = x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
            xtest.XTestFakeKeyEvent.argtypes = [
                ctypes.c_void_p,
                ctypes.c_uint,
                ctypes.c_int,
                ctypes.c_ulong,
            ]
            display = x11.XOpenDisplay(self.name.encode())
            assert display, "no keyboard"
            self._keys = x11, xtest, ctypes.c_void_p(display)
        x11, xtest, display_pointer = self._keys
        code = x11.XKeysymToKeycode(display_pointer, KEYSYMS[key])
        for down in (1, 0):
            xtest.XTestFakeKeyEvent(display_pointer, code, down, 0)
        x11.XFlush(display_pointer)

    def close(self) -> None:
        if self._keys is not None:
            self._keys[0].XCloseDisplay(self._keys[2])
        self._process.terminate()
        self._process.wait(5.0)
