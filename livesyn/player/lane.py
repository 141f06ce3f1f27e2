"""What waits for its beat, for the sinks that play it at the same time."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from livesyn.base.types import Note
from livesyn.music.harmony import Fit, fitted_pitch
from livesyn.player.held import HeldNotes
from livesyn.sinks.base import Sink
from livesyn.transport.timeline import BEATS_PER_BAR, Timeline

# controllers are set half a clock pulse before the notes that they shape, and out of their way
CONTROL_EARLY_BEATS = 1 / 48
OFF, CONTROL, ON = 0, 1, 2  # order of what falls on one beat
FIRST = "midi_offset"


@dataclass(slots=True)
class Coming:
    """A note of a bar that is settled: as it was written, in beats of the bar whose line falls on
    `line`, and as it waits, in absolute beats.
    """

    line: float
    written: Note
    waiting: Note


class Lane:
    """Events and beats for `sinks`, which play `offset` (the name of a parameter) later. Notes that
    sound are its own, since the same note ends at another time elsewhere.

    `event_s` and `beat_s` are when the first event and the next beat are due, as of the last
    `look`. Not thread-safe: the scheduler thread owns it.
    """

    def __init__(self, offset: str, sinks: Sequence[Sink], moves_beats: bool) -> None:
        self.offset = offset
        self.prompt = tuple(sink for sink in sinks if sink.prompt)
        self.patient = tuple(sink for sink in sinks if not sink.prompt)
        self.held = HeldNotes()
        self.next_beat = 0
        self.event_s = self.beat_s = math.inf
        self.offset_s = 0.0
        self._moves_beats = moves_beats
        # (beat, order, serial, Note or controls): a heap
        self._waiting: list[tuple[float, int, int, object]] = []
        self._serial = 0
        self._coming: list[Coming] = []  # of the bars settled last

    @property
    def beats_offset_s(self) -> float:
        """How much later beats are told."""
        return self.offset_s if self._moves_beats else 0.0

    def look(self, timeline: Timeline) -> None:
        """Work out when the next is due."""
        waiting = self._waiting
        self.event_s = timeline.time_of(waiting[0][0]) + self.offset_s if waiting else math.inf
        self.beat_s = timeline.time_of(self.next_beat) + self.beats_offset_s

    def wait(self, beat: float, order: int, what: object) -> None:
        """Have `what` wait for `beat`."""
        self._serial += 1
        heapq.heappush(self._waiting, (beat, order, self._serial, what))

    def take(self) -> tuple[int, object]:
        """The first that waits: its order and what it is."""
        _, order, _, what = heapq.heappop(self._waiting)
        return order, what

    def fill(
        self, bar: int, notes: Sequence[Note], controls: tuple[float, ...], written: Sequence[Note]
    ) -> None:
        """A bar's events, on absolute beats; `written` are its notes as they were made."""
        line = float(bar * BEATS_PER_BAR)
        self._coming = [coming for coming in self._coming if coming.line >= line - BEATS_PER_BAR]
        self.wait(line - CONTROL_EARLY_BEATS, CONTROL, controls)
        for made, note in zip(written, notes, strict=True):
            absolute = replace(note, start_beats=line + note.start_beats)
            self._coming.append(Coming(line, made, absolute))
            self.wait(absolute.start_beats, ON, absolute)
            self.wait(min(absolute.end_beats, line + BEATS_PER_BAR), OFF, absolute)

    def refit(self, fit: Fit | None) -> float | None:
        """Fit anew the notes still to be struck; the beat of the first of these, None where all
        fit.
        """
        unstruck = {id(what): beat for beat, order, _, what in self._waiting if order == ON}
        replaced: dict[int, Note] = {}
        for coming in self._coming:
            pitch = fitted_pitch(coming.written, fit)
            if id(coming.waiting) in unstruck and pitch != coming.waiting.pitch:
                note = replace(coming.waiting, pitch=pitch)
                replaced[id(coming.waiting)], coming.waiting = note, note
        if not replaced:
            return None
        # in place: what an entry is sorted by stays
        self._waiting = [
            (beat, order, serial, replaced.get(id(what), what))
            for beat, order, serial, what in self._waiting
        ]
        return min(unstruck.values())

    def clear(self) -> None:
        """Nothing waits any more; what sounds, sounds."""
        self._waiting.clear()


def lanes_of(sinks: Sequence[Sink]) -> tuple[Lane, ...]:
    """Lanes of sinks that share an offset; the first is MIDI's, which the clock's pulses go by."""
    names = dict.fromkeys((FIRST, *(sink.offset for sink in sinks)))
    return tuple(
        Lane(name, [sink for sink in sinks if sink.offset == name], moves_beats=name != FIRST)
        for name in names
    )
