"""Notes in: what is played on the MIDI input, with the beats it falls on, to the engines."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from livesyn.base.clock import Clock
from livesyn.ipc import messages
from livesyn.ipc.messages import NoteEvent, NotesIn
from livesyn.midi.clock import MidiClock
from livesyn.midi.keys import MidiEvent
from livesyn.transport.timeline import Timeline

WAIT_S = 0.25  # the longest wait for an event before looking whether the sender's clock still runs
CLOCK_EVERY_S = 0.1  # a clock alone, without a note, is told of so often


class EventSource(Protocol):
    """A `MidiIn`, or what stands in for it."""

    def drain(self, timeout_s: float | None = 0.0) -> list[MidiEvent]: ...


class NotesInput:
    """Takes events from `midi`, in a thread of its own, and hands them on by `tell`. The beats are
    the sender's while it sends its clock, those of the show's `timeline()` otherwise.
    """

    def __init__(
        self,
        midi: EventSource,
        clock: Clock,
        timeline: Callable[[], Timeline],
        tell: Callable[[NotesIn], object],
    ) -> None:
        self._midi, self._clock, self._timeline, self._tell = midi, clock, timeline, tell
        self._midi_clock = MidiClock()
        self._told_running = False
        self._told_s = -math.inf
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notes-in", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; waits at most 1 s."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(1.0)

    def push(self, events: Sequence[MidiEvent], now_s: float) -> None:
        """Take in what came, and tell of it what the engines need."""
        notes = [note for event in events if (note := self._take(event)) is not None]
        running = self._midi_clock.runs(now_s)
        due = running and now_s - self._told_s >= CLOCK_EVERY_S
        if not (notes or due or running != self._told_running):
            return
        self._told_running, self._told_s = running, now_s
        line = self._midi_clock.timeline(now_s, self._timeline()) if running else None
        sender = None if line is None else messages.Timeline.of(line)
        for start in range(0, max(1, len(notes)), messages.MAX_EVENTS):
            self._tell(NotesIn(tuple(notes[start : start + messages.MAX_EVENTS]), sender))

    def _take(self, event: MidiEvent) -> NoteEvent | None:
        match event.kind:
            case "pulse":
                self._midi_clock.pulse(event.time_s)
            case "start":
                self._midi_clock.start()
            case "resume":
                self._midi_clock.resume()
            case "stop":
                self._midi_clock.stop()
            case "locate":
                self._midi_clock.locate(event.value)
            case "strike" | "release" | "rest":
                line = self._midi_clock.timeline(event.time_s, self._timeline())
                beat = line.beat_at(event.time_s)
                return NoteEvent(event.kind, event.time_s, beat, int(event.value))
        return None

    def _run(self) -> None:
        while not self._stopping.is_set():
            events = self._midi.drain(WAIT_S)
            self.push(events, self._clock.now_s())
