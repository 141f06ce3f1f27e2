"""The real player process with a sink that writes a journal: `journal_player.py SOCKET
JOURNAL`, with the config on stdin.
"""

import json
import os
import signal
import sys
from pathlib import Path

from livesyn.base.clock import SystemClock
from livesyn.ipc.child_pipe import ChildPipe
from livesyn.player.process import PlayerProcess
from livesyn.sinks.base import NullSink


class Journal(NullSink):
    """One JSON line an event, written at once: what is not in the file was not sent."""

    name = "journal"

    def __init__(self, path: str) -> None:
        self._path = path
        self._clock = SystemClock()

    def _write(self, *event: object) -> None:
        os.write(
            self._file, json.dumps([self._clock.now_s(), os.getpid(), *event]).encode() + b"\n"
        )

    def open(self) -> None:
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._write("open")

    def note_on(self, time_s, note):
        self._write("on", note.pitch)

    def note_off(self, time_s, note):
        self._write("off", note.pitch)

    def transport(self, time_s, event, beat):
        self._write(event, beat)

    def bar(self, time_s, bar, phrase, controls, timeline, played):
        self._write("bar", bar, played, timeline.bpm)

    def panic(self, time_s):
        self._write("panic")

    def close(self) -> None:
        self._write("close")


pipe = ChildPipe()
process = PlayerProcess(Path(sys.argv[1]), pipe.read_config(), pipe, [Journal(sys.argv[2])])
signal.signal(signal.SIGTERM, lambda *_: process.end(0))
sys.exit(process.run())
