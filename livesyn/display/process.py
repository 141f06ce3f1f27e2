"""The display process: a window that outlives the engine and holds its last picture.

`python -m livesyn.display --socket PATH --config JSON`. The config, every key optional: `monitor`
(0), `windowed` (false), `size` [960, 720] of the window, `fit` "contain" or "cover", `vsync` true,
false or null (where there is a GPU).

Its reports to the supervisor: `ready` with `size`, `driver`, `vsync`; `beat`; `status` once a
second with `pictures`, `shown`, `dropped`, `fps`, `senders`, `age_s` of the newest picture,
`full_screen`, `frozen`, `black`, `bad`, `complaint`; `key` with `key` "freeze" or "blackout" and
`on` when it was pressed; `end` when the user closed it; `error`; `bye`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from livesyn.base import signals
from livesyn.base.clock import Clock, SystemClock
from livesyn.base.errors import ConfigError, DeviceError, LivesynError
from livesyn.base.mailbox import Latest
from livesyn.display.look import Look
from livesyn.display.overlay import draw_help, draw_line
from livesyn.display.server import PictureServer
from livesyn.display.window import Window
from livesyn.ipc.child_pipe import ChildPipe
from livesyn.ipc.window_messages import Sent
from livesyn.media.scaling import FITS, Fit, paint

POLL_S = 0.01
BEAT_S = 0.2
STATUS_S = 1.0
SMALLEST, LARGEST = 64, 8192  # px, of a window


class DisplayProcess:
    """Owns the window, the server and the line to the supervisor.

    `run` belongs on the main thread; `end` may come from any.
    """

    def __init__(
        self,
        socket_path: Path,
        config: Mapping[str, Any],
        clock: Clock | None = None,
        window: Window | None = None,
    ) -> None:
        """Raises ConfigError."""
        settings = read_config(config)
        self.clock = clock or SystemClock()
        self.window = window or Window(settings["monitor"], settings["size"], settings["vsync"])
        self.fit: Fit = settings["fit"]
        self.look = Look(full_screen=not settings["windowed"])
        self.mailbox: Latest[Sent] = Latest()
        self.server = PictureServer(socket_path, self.mailbox, self.clock)
        self.child_pipe = ChildPipe(self._obey, lambda: self.end(0))
        self._code: int | None = None
        self._times: deque[float] = deque(maxlen=61)
        self._shown = 0
        self._beat_s = self._status_s = 0.0
        self._asked = False
        self._size = ""

    def run(self) -> int:
        """Show until told to end.

        Returns 0 when told, or when the user closed it; 1 when the window failed; 2 for a mistake
        of the user's.
        """
        import cv2

        cv2.setNumThreads(1)  # the other cores are the nets'
        self.child_pipe.start()
        try:
            self.window.open(self.look.full_screen)
            self.server.start()
        except LivesynError as error:
            self.child_pipe.report("error", text=str(error), fatal=True)
            self.window.close()
            return 2
        try:
            height, width = self.window.canvas.shape[:2]
            self.child_pipe.report(
                "ready",
                pid=os.getpid(),
                size=[width, height],
                driver=self.window.driver,
                vsync=self.window.vsync,
            )
            while self._code is None:
                self.step(self.clock.now_s())
        except DeviceError as error:
            self.child_pipe.report("error", text=str(error))
            self._code = 1
        finally:
            self.server.stop()
            self.window.close()
        self.child_pipe.report("bye")
        return self._code or 0

    def end(self, code: int) -> None:
        """Make `run` return `code`; the first call counts. Safe in signal handlers."""
        if self._code is None:
            self._code = code

    def step(self, now_s: float) -> None:
        """One turn: what came, what was pressed, what is to be drawn, what is to be said. Raises
        DeviceError.
        """
        sent = self.mailbox.take(POLL_S)
        if sent is not None:
            self.look.take(sent)
            if sent.frame is not None:
                height, width = sent.frame.pixels.shape[:2]
                self._size = f"{width} x {height}"
        for key in self.window.pressed():
            self._press(key, now_s)
        if self.look.asks(now_s) != self._asked:
            self._asked, self.look.changed = not self._asked, True
        if self.look.changed and not self.look.ended:
            self._draw(now_s)
        if now_s - self._beat_s >= BEAT_S:
            self._beat_s = now_s
            self.child_pipe.report("beat")
        if now_s - self._status_s >= STATUS_S:
            self._status_s = now_s
            self.child_pipe.report("status", **self.status(now_s))
            self.look.changed |= self.look.help  # its figures

    def _press(self, key: str, now_s: float) -> None:
        if key == "expose":
            self.look.changed = True
            return
        full_screen = self.look.full_screen
        if tell := self.look.press(key, now_s):
            self.child_pipe.report(
                "key", key=tell, on=self.look.frozen if tell == "freeze" else self.look.black
            )
        if self.look.full_screen != full_screen:
            self.window.set_full_screen(self.look.full_screen)
        if self.look.ended:
            self.child_pipe.report("end")
            self.end(0)

    def _draw(self, now_s: float) -> None:
        canvas, pixels = self.window.canvas, self.look.pixels
        if pixels is None:
            canvas[:] = 0
        else:
            paint(canvas, pixels, self.fit)
            self._shown += 1
            self._times.append(now_s)
        if self.look.help:
            draw_help(canvas, self._words(now_s))
        elif self._asked:
            draw_line(canvas, "Esc again ends the display")
        self.window.present()
        self.look.changed = False

    def status(self, now_s: float) -> dict[str, object]:
        """The figures of a "status" report."""
        look, heard_s = self.look, self.server.heard_s
        return {
            "pictures": self.mailbox.received,
            "shown": self._shown,
            "dropped": self.mailbox.dropped,
            "fps": round(self._fps(now_s), 1),
            "senders": self.server.senders,
            "age_s": None if heard_s is None else round(now_s - heard_s, 2),
            "full_screen": look.full_screen,
            "frozen": look.frozen,
            "black": look.black,
            "bad": self.server.bad,
            "complaint": self.server.complaint,
        }

    def _fps(self, now_s: float) -> float:
        span_s = now_s - self._times[0] if len(self._times) > 1 else 0.0
        return (len(self._times) - 1) / span_s if span_s > 0 else 0.0

    def _words(self, now_s: float) -> list[str]:
        """How things stand, for the help."""
        height, width = self.window.canvas.shape[:2]
        if not self._size:
            picture = "no picture has come yet"
        else:
            picture = (
                f"pictures of {self._size}, {self._fps(now_s):.0f} a second"
                if self.server.senders
                else f"a picture of {self._size}; its sender is gone"
            )
        held = ", ".join(
            word for word, on in (("frozen", self.look.frozen), ("blackout", self.look.black)) if on
        )
        return [
            picture,
            f"screen {width} x {height}{', in step with it' if self.window.vsync else ''}"
            + (f"; {held}" if held else ""),
        ]

    def _obey(self, message: Mapping[str, object]) -> None:
        if message.get("t") == "stop":
            self.end(0)


def read_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, checked. Raises ConfigError."""
    settings: dict[str, Any] = {
        "monitor": 0,
        "windowed": False,
        "size": (960, 720),
        "fit": "contain",
        "vsync": None,
    }
    for name, value in config.items():
        if name not in settings:
            raise ConfigError(f"the display has no setting {name!r}; it has: {', '.join(settings)}")
        settings[name] = value
    if (
        not isinstance(settings["monitor"], int)
        or isinstance(settings["monitor"], bool)
        or settings["monitor"] < 0
    ):
        raise ConfigError(
            f"the display's monitor is {settings['monitor']!r}; it is a number from 0"
        )
    size = settings["size"]
    if (
        not isinstance(size, Sequence)
        or len(size) != 2
        or not all(isinstance(side, int) and SMALLEST <= side <= LARGEST for side in size)
    ):
        raise ConfigError(
            f"the display's size is {size!r}; it is width and height, {SMALLEST} to {LARGEST} px"
            " each"
        )
    settings["size"] = tuple(size)
    if settings["fit"] not in FITS:
        raise ConfigError(
            f"the display's fit is {settings['fit']!r}; it is one of: {', '.join(FITS)}"
        )
    for name, legal in (("windowed", (True, False)), ("vsync", (True, False, None))):
        if settings[name] not in legal:
            raise ConfigError(f"the display's {name} is {settings[name]!r}; it is true or false")
    return settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a display; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m livesyn.display",
        description="The process that shows the pictures; started by `livesyn run --display`.",
    )
    parser.add_argument(
        "--socket",
        type=Path,
        required=True,
        help="where senders of pictures connect, in a folder of the user's own",
    )
    parser.add_argument(
        "--config", default="{}", help="monitor, windowed, size, fit and vsync, as JSON"
    )
    options = parser.parse_args(arguments)
    try:
        config = json.loads(options.config)
        if not isinstance(config, dict):
            raise ConfigError(f"the display's config is {config!r}; it is a JSON object")
        process = DisplayProcess(options.socket, config)
    except (ValueError, LivesynError) as error:
        sentence = (
            str(error)
            if isinstance(error, LivesynError)
            else f"the display's config is not JSON: {error}"
        )
        os.write(1, json.dumps({"t": "error", "text": sentence, "fatal": True}).encode() + b"\n")
        return 2
    with contextlib.suppress(OSError, AttributeError):
        os.nice(5)  # a picture can wait for a note
    signal.signal(signal.SIGTERM, lambda *_: process.end(0))  # the supervisor's word
    signals.handle([signal.SIGINT, signals.HANG_UP], lambda *_: process.end(0))
    return process.run()
