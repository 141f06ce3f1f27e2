"""What the show sends by MIDI, as bytes, bar by bar: for the set log, and for its replay."""

from __future__ import annotations

from typing import NamedTuple

from livesyn.base.types import Note
from livesyn.sinks.base import NullSink
from livesyn.sinks.midi import MidiOut
from livesyn.transport.timeline import BEATS_PER_BAR, PULSES_PER_BEAT

PULSES_PER_BAR = BEATS_PER_BAR * PULSES_PER_BEAT
BEFORE = -1  # the bar of what is sent before the first line
FULL_BYTES = 1 << 16  # a bar that is longer is told in pieces: who stands still may be sent panics


class Bar(NamedTuple):
    """The bytes of bar `number`. `times` are (end in bytes, time_s) of each message, if kept."""

    number: int
    sent: bytes
    times: tuple[tuple[int, float], ...] = ()


class Reel:
    """A MIDI port that takes everything."""

    label = "tape"

    def __init__(self) -> None:
        self.sent = bytearray()

    def send(self, message: bytes) -> bool:
        self.sent += message
        return True

    def warm(self) -> None: ...

    def check(self) -> str:
        return ""

    def reconnected(self) -> bool:
        return False

    def close(self) -> None: ...


class Tape(NullSink):
    """What a `MidiOut` sends through a port that is never lost. A bar ends with the clock pulse on
    the next one's line. Used on the thread that steps the player; with `timed`, it keeps when each
    byte was due.
    """

    name = "set log"

    def __init__(self, timed: bool = False) -> None:
        self._reel = Reel()
        self._midi = MidiOut(opener=lambda *_: self._reel)
        self._midi.open()
        self._timed = timed
        self._times: list[tuple[int, float]] = []
        self._number = BEFORE
        self._whole: list[Bar] = []

    def take(self) -> tuple[Bar, ...]:
        """The bars that are complete since it was last asked."""
        if not self._whole:
            return ()
        whole, self._whole = tuple(self._whole), []
        return whole

    def end(self) -> tuple[Bar, ...]:
        """The same, and what there is of the last."""
        self._cut()
        return self.take()

    def note_on(self, time_s: float, note: Note) -> None:
        self._midi.note_on(time_s, note)
        self._added(time_s)

    def note_off(self, time_s: float, note: Note) -> None:
        self._midi.note_off(time_s, note)
        self._added(time_s)

    def control(self, time_s: float, index: int, value: float) -> None:
        self._midi.control(time_s, index, value)
        self._added(time_s)

    def clock(self, time_s: float, pulse: int) -> None:
        if pulse % PULSES_PER_BAR == 0:
            self._cut()
            self._number = pulse // PULSES_PER_BAR
        self._midi.clock(time_s, pulse)
        self._added(time_s)

    def transport(self, time_s: float, event: str, beat: float) -> None:
        self._midi.transport(time_s, event, beat)
        self._added(time_s)

    def panic(self, time_s: float) -> None:
        self._midi.panic(time_s)
        self._added(time_s)

    def _added(self, time_s: float) -> None:
        if self._timed:
            self._times.append((len(self._reel.sent), time_s))  # up to that byte
        if len(self._reel.sent) >= FULL_BYTES:
            self._cut()

    def _cut(self) -> None:
        if self._reel.sent:
            self._whole.append(Bar(self._number, bytes(self._reel.sent), tuple(self._times)))
            self._reel.sent.clear()
            self._times.clear()
