"""The display process: a window that outlives the engine and holds its last picture.

`python -m livesyn.display --socket PATH`, with the show's config as the first line of stdin.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from livesyn.base import signals
from livesyn.base.clock import Clock, SystemClock
from livesyn.base.errors import DeviceError, LivesynError
from livesyn.base.mailbox import Latest
from livesyn.config.sections import Config
from livesyn.display.look import Look
from livesyn.display.overlay import draw_help, draw_line
from livesyn.display.server import PictureServer
from livesyn.display.window import Window
from livesyn.ipc import child_start
from livesyn.ipc.child_messages import (
    Beat,
    Bye,
    Command,
    DisplayFigures,
    End,
    Error,
    Key,
    Ready,
    Stop,
)
from livesyn.ipc.child_pipe import ChildPipe
from livesyn.ipc.window_messages import Sent
from livesyn.media.scaling import Fit, paint

POLL_S = 0.01
BEAT_S = 0.2
STATUS_S = 1.0


class DisplayProcess:
    """Owns the window, the server and the line to the supervisor.

    `run` belongs on the main thread; `end` may come from any.
    """

    def __init__(
        self,
        socket_path: Path,
        config: Config,
        child_pipe: ChildPipe,
        clock: Clock | None = None,
        window: Window | None = None,
    ) -> None:
        wanted = config.display
        self.clock = clock or SystemClock()
        self.window = window or Window(wanted.monitor, wanted.size, wanted.vsync)
        self.fit = cast(Fit, wanted.fit)  # the config's are checked
        self.look = Look(full_screen=not wanted.windowed)
        self.mailbox: Latest[Sent] = Latest()
        self.server = PictureServer(socket_path, self.mailbox, self.clock)
        self.child_pipe = child_pipe
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
        self.child_pipe.start(self._obey, lambda: self.end(0))
        try:
            self.window.open(self.look.full_screen)
            self.server.start()
        except LivesynError as error:
            self.child_pipe.report(Error(str(error), fatal=True))
            self.window.close()
            return 2
        try:
            height, width = self.window.canvas.shape[:2]
            self.child_pipe.report(
                Ready(
                    os.getpid(),
                    {
                        "size": [width, height],
                        "driver": self.window.driver,
                        "vsync": self.window.vsync,
                    },
                )
            )
            while self._code is None:
                self.step(self.clock.now_s())
        except DeviceError as error:
            self.child_pipe.report(Error(str(error)))
            self._code = 1
        finally:
            self.server.stop()
            self.window.close()
        self.child_pipe.report(Bye())
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
            self.child_pipe.report(Beat())
        if now_s - self._status_s >= STATUS_S:
            self._status_s = now_s
            self.child_pipe.report(self.status(now_s))
            self.look.changed |= self.look.help  # its figures

    def _press(self, key: str, now_s: float) -> None:
        if key == "expose":
            self.look.changed = True
            return
        full_screen = self.look.full_screen
        if tell := self.look.press(key, now_s):
            on = self.look.frozen if tell == "freeze" else self.look.black
            self.child_pipe.report(Key(tell, on, origin="display", asked_s=now_s))
        if self.look.full_screen != full_screen:
            self.window.set_full_screen(self.look.full_screen)
        if self.look.ended:
            self.child_pipe.report(End())
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

    def status(self, now_s: float) -> DisplayFigures:
        """The figures now."""
        look, heard_s = self.look, self.server.heard_s
        return DisplayFigures(
            pictures=self.mailbox.received,
            shown=self._shown,
            dropped=self.mailbox.dropped,
            fps=round(self._fps(now_s), 1),
            senders=self.server.senders,
            age_s=None if heard_s is None else round(now_s - heard_s, 2),
            full_screen=look.full_screen,
            frozen=look.frozen,
            black=look.black,
            bad=self.server.bad,
            complaint=self.server.complaint,
        )

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

    def _obey(self, command: Command) -> None:
        if isinstance(command, Stop):
            self.end(0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a display; returns its exit code."""
    process = child_start.build(
        "display",
        "The process that shows the pictures",
        "where senders of pictures connect, in a folder of the user's own",
        DisplayProcess,
        arguments,
    )
    if process is None:
        return 2
    with contextlib.suppress(OSError, AttributeError):
        os.nice(5)  # a picture can wait for a note
    signal.signal(signal.SIGTERM, lambda *_: process.end(0))  # the supervisor's word
    signals.handle([signal.SIGINT, signals.HANG_UP], lambda *_: process.end(0))
    return process.run()
