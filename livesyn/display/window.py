"""The window itself, by pygame (SDL 2). Everything here is for the process's main thread."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from livesyn.base.errors import ConfigError, DeviceError
from livesyn.base.installing import install

HINTS = {
    "PYGAME_HIDE_SUPPORT_PROMPT": "1",
    "SDL_NO_SIGNAL_HANDLERS": "1",
    # the performer clicks elsewhere; the projector goes on
    "SDL_VIDEO_MINIMIZE_ON_FOCUS_LOSS": "0",
    "SDL_VIDEO_ALLOW_SCREENSAVER": "0",
    "SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR": "0",
}


def load_pygame() -> Any:
    """The pygame module, without its greeting. Raises DeviceError."""
    for name, value in HINTS.items():
        os.environ.setdefault(name, value)
    if not _has_gpu():
        # or SDL draws each pixel by a software OpenGL: 22 ms for 0.3
        os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pygame
    except ImportError as error:
        raise DeviceError(
            f"the window needs pygame, which is not here ({error}): {install('pygame')}"
        ) from error
    return pygame


def _has_gpu() -> bool:
    """Whether drawing may be left to one. On Linux the kernel says; elsewhere there always is."""
    return not sys.platform.startswith("linux") or any(Path("/dev/dri").glob("renderD*"))


class Window:
    """A borderless full screen on `monitor`, or a window of `size` (width, height). `vsync` None:
    where there is a GPU.

    `canvas` is (H, W, 3) uint8 RGB, another one after each `set_full_screen`.
    """

    def __init__(
        self, monitor: int = 0, size: tuple[int, int] = (960, 720), vsync: bool | None = None
    ) -> None:
        self._monitor, self._size = monitor, size
        self._wants_vsync = _has_gpu() if vsync is None else vsync
        self._pygame: Any = None
        self._screen: Any = None
        self.canvas = np.zeros((1, 1, 3), np.uint8)
        self.vsync = False
        self.driver = ""

    def open(self, full_screen: bool) -> None:
        """Raises DeviceError when there is no screen, ConfigError when it has no such monitor."""
        pygame = self._pygame = load_pygame()
        try:
            pygame.display.init()
            desks = pygame.display.get_desktop_sizes()
        except pygame.error as error:
            raise DeviceError(
                f"there is no screen to open a window on ({error}); start it from a desktop, or"
                " leave out --display"
            ) from error
        self.driver = pygame.display.get_driver()
        # SDL draws into nowhere rather than not at all
        if self.driver in ("offscreen", "dummy") and not os.environ.get("SDL_VIDEODRIVER"):
            self.close()
            raise DeviceError(
                "there is no screen to open a window on; start it from a desktop, or leave out"
                " --display"
            )
        if not 0 <= self._monitor < len(desks):
            there = ", ".join(
                f"{i} ({width} x {height})" for i, (width, height) in enumerate(desks)
            )
            raise ConfigError(f"there is no monitor {self._monitor}; there is: {there}")
        self.set_full_screen(full_screen)

    def set_full_screen(self, on: bool) -> None:
        """Raises DeviceError when the screen cannot be had."""
        pygame = self._pygame
        # a window that was full screen does not always become small again; a new one does
        if self._screen is not None:
            pygame.display.quit()
            pygame.display.init()
        pygame.display.set_allow_screensaver(False)
        pygame.display.set_caption("livesyn")
        desk = pygame.display.get_desktop_sizes()[self._monitor]
        size = desk if on else self._size
        flags = pygame.FULLSCREEN | pygame.NOFRAME if on else pygame.RESIZABLE
        try:
            self._screen = self._set_mode(size, flags)
        except pygame.error as error:
            raise DeviceError(
                f"the screen cannot be used ({error}); try another monitor, or a window with"
                " windowed"
            ) from error
        pygame.mouse.set_visible(False)
        self._fit_canvas()

    def _set_mode(self, size: tuple[int, int], flags: int) -> Any:
        pygame = self._pygame
        with warnings.catch_warnings():
            # that there is no fast renderer is known, and dealt with
            warnings.simplefilter("ignore")
            if self._wants_vsync and flags & pygame.FULLSCREEN:
                with contextlib.suppress(pygame.error):
                    screen = pygame.display.set_mode(
                        size, flags | pygame.SCALED, display=self._monitor, vsync=1
                    )
                    self.vsync = True
                    return screen
            self.vsync = False
            return pygame.display.set_mode(size, flags, display=self._monitor)

    def _fit_canvas(self) -> None:
        width, height = self._screen.get_size()
        if self.canvas.shape[:2] != (height, width):
            self.canvas = np.zeros((height, width, 3), np.uint8)

    def present(self) -> None:
        """Show the canvas; waits for the screen where it is in step with it. Raises DeviceError."""
        pygame = self._pygame
        height, width = self.canvas.shape[:2]
        try:
            self._screen.blit(pygame.image.frombuffer(self.canvas, (width, height), "RGB"), (0, 0))
            pygame.display.flip()
        except pygame.error as error:
            raise DeviceError(f"the window cannot be drawn ({error})") from error

    def pressed(self) -> Iterator[str]:
        """What was pressed since last asked, in `Look.press`'s words, and "expose" when the window
        must be drawn anew.
        """
        pygame = self._pygame
        names = {
            pygame.K_F11: "full_screen",
            pygame.K_ESCAPE: "escape",
            pygame.K_h: "help",
            pygame.K_SPACE: "freeze",
            pygame.K_b: "blackout",
        }
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                yield "close"
            elif event.type == pygame.KEYDOWN and event.key in names:
                yield names[event.key]
            elif event.type in (pygame.VIDEORESIZE, pygame.WINDOWSIZECHANGED):
                self._screen = pygame.display.get_surface()
                self._fit_canvas()
                yield "expose"
            elif event.type in (pygame.VIDEOEXPOSE, pygame.WINDOWEXPOSED):
                yield "expose"

    def close(self) -> None:
        """Give the screen back. Safe to call twice, or unopened."""
        pygame, self._pygame, self._screen = self._pygame, None, None
        if pygame is not None:
            pygame.display.quit()
