"""Notes in: what is played on the MIDI input, with the beats it falls on, to the engines."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from livesyn.base.clock import Clock
from livesyn.base.health import Health
from livesyn.ipc import messages
from livesyn.ipc.messages import NoteEvent, NotesIn
from livesyn.midi.clock import MidiClock
from livesyn.midi.keys import MidiEvent
from livesyn.transport.timeline import Timeline

WAIT_S = 0.25  # the longest wait for an event before looking whether the sender's clock still runs
LEAST_WAIT_S = 0.001
CLOCK_EVERY_S = 0.1  # a clock alone, without a note, is told of so often


class MidiInput(Protocol):
    """A `MidiIn`, or what stands in for it."""

    name: str

    @property
    def peers(self) -> tuple[str, ...]: ...

    def open(self, required: bool = True) -> None: ...

    def drain(self, timeout_s: float | None = 0.0) -> list[MidiEvent]: ...

    def health(self) -> Health: ...

    def lose(self, count: int) -> None: ...

    def total(self) -> str: ...

    def close(self) -> None: ...


class NotesInput:
    """Takes events from `midi`, in a thread of its own, and hands them on by `tell`. The beats are
    the sender's while it sends its clock, those of the show's `timeline()` otherwise.
    `heard(events, now_s)` is told of all that came first, on that thread, and at least as often as
    `wait_s(now_s)` says, a time in seconds. `name` is what its health goes by.
    """

    def __init__(
        self,
        midi: MidiInput,
        clock: Clock,
        timeline: Callable[[], Timeline],
        tell: Callable[[NotesIn], object],
        heard: Callable[[Sequence[MidiEvent], float], object] = lambda events, now_s: None,
        name: str = "midi_in",
        wait_s: Callable[[float], float] = lambda now_s: math.inf,
    ) -> None:
        self.name = name
        self._heard, self._wait_s = heard, wait_s
        self._midi, self._clock, self._timeline, self._tell = midi, clock, timeline, tell
        self._midi_clock = MidiClock()
        self._told_running = False
        self._told_s = -math.inf
        self._engine_dropped = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notes-in", daemon=True)

    @property
    def peers(self) -> tuple[str, ...]:
        """The ports it is connected to, where the system tells (JACK)."""
        return self._midi.peers

    def open(self, required: bool) -> None:
        """Open the port and begin to listen. Raises DeviceError when it cannot be had; if it is not
        `required`, it goes on trying.
        """
        self._midi.open(required)
        self._thread.start()

    def health(self) -> Health:
        """How the port is doing. Any thread."""
        return replace(self._midi.health(), name=self.name, label=self._midi.name)

    def total(self) -> str:
        """All that was refused, in a sentence; "" if nothing was."""
        return self._midi.total()

    def lose(self, count: int) -> None:
        """So many events did not reach an engine. Counted and said with the port's own losses; the
        engine's notes end by themselves.
        """
        self._midi.lose(count)

    def count_dropped(self, total: int) -> None:
        """An engine has dropped so many events since its start."""
        before = self._engine_dropped if total >= self._engine_dropped else 0  # else another engine
        self._engine_dropped = total
        if total > before:
            self.lose(total - before)

    def close(self) -> None:
        """Let go of the port. Waits at most 4 s."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(1.0)
        self._midi.close()

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
            wait_s = min(WAIT_S, max(LEAST_WAIT_S, self._wait_s(self._clock.now_s())))
            events = self._midi.drain(wait_s)
            now_s = self._clock.now_s()
            self._heard(events, now_s)
            self.push(events, now_s)
