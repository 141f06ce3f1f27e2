"""What the player asks of an output, a silent one to build on, and one that remembers.

Thread rule: `note_on`, `note_off`, `control`, `clock`, `transport`, `beat` and `panic` are
called on the player's scheduler thread, at their time, and must not block (`warm` just before).
`bar`, `param`, `modulation`, `model`, `status`, `levels` and `picture` are called on its
housekeeping thread, one at a time; `maintain`, which may take its time, on a third; `waiting` and
`moved` on a fourth. `open` and `close` are called while none of them runs. A sink that raises is
counted and goes on being asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from livesyn.base.health import RUNNING, Health
from livesyn.base.types import Note, Phrase
from livesyn.transport.timeline import Timeline


class Sink(Protocol):
    """One output of the player. `Note.start_beats` of single notes are absolute beats; beats
    begin again at 0 with each transport "start". `prompt` sinks are told all that falls
    together before any other hears of it; a call there should cost some ten microseconds.
    What `announces` sends may be obeyed by others, and sent back. `offset` names the parameter by
    which its notes are later than the beat. One that `mutes` is told nothing while another show
    leads, but for `panic` and `role`."""

    name: str
    offset: str
    prompt: bool
    announces: bool
    mutes: bool

    def open(self) -> None:
        """Get the device. Raises DeviceError with a sentence."""

    def note_on(self, time_s: float, note: Note) -> None:
        """Strike `note`, due at `time_s` (now or slightly past). Must not block."""

    def note_off(self, time_s: float, note: Note) -> None:
        """End `note`, which was struck by `note_on`."""

    def control(self, time_s: float, index: int, value: float) -> None:
        """Principal direction `index` (0..11) stands at `value`, -4..4 standard deviations."""

    def clock(self, time_s: float, pulse: int) -> None:
        """MIDI clock, 24 ppqn; `pulse` is absolute (beat * 24). The first after "start" is its
        beat.
        """

    def transport(self, time_s: float, event: str, beat: float) -> None:
        """`event` is "start", "stop" or "continue": the show goes on at `beat`, a whole sixteenth;
        also sent when the position jumps while playing.
        """

    def bar(
        self,
        time_s: float,
        bar: int,
        phrase: Phrase,
        controls: tuple[float, ...],
        timeline: Timeline,
        played: str,
    ) -> None:
        """Bar `bar` is settled and falls on `time_s`, usually some 150 ms ahead. `phrase` is as
        it will be played (swung, cut to the bar), its beats count from the bar's line;
        `controls` are 12 coordinates; `played` is "new", "held", "repeat", "stored" or "silent"."""

    def beat(self, time_s: float, beat: int) -> None:
        """Whole beat `beat` falls now."""

    def param(self, name: str, value: float) -> None:
        """A parameter changed: echo it."""

    def waiting(self, name: str, value: float, beat: float) -> None:
        """A parameter was asked to become `value`, and will on `beat`."""

    def moved(self, values: Mapping[str, float]) -> None:
        """What modulation makes of parameters now: those of which that has changed."""

    def modulation(self, row: int, field: str, value: float | str) -> None:
        """A field of a row (from 1) of the modulation matrix was set."""

    def scene(self, name: str) -> None:
        """A scene begins."""

    def chord(self, name: str) -> None:
        """The band plays the chord of this name ("Am7"); "" it plays no more."""

    def status(self, values: dict[str, float]) -> None:
        """Figures for the watching, about once a second: fps, latency_ms, late, dropped."""

    def levels(self, values: dict[str, float]) -> None:
        """What is heard now, each 0 to 1 (those of `params.LEVELS`), about 30 times a second
        while the show listens.
        """

    def model(self, name: str) -> None:
        """A checkpoint plays from now on."""

    def picture(self, colours: Mapping[str, tuple[float, float, float]]) -> None:
        """The colours of the newest picture, by name: linear red, green and blue, 0 to 1."""

    def role(self, leads: bool) -> None:
        """Whether this show leads, or is muted while another does; when that changes, and about
        once a second. On the housekeeping thread.
        """

    def panic(self, time_s: float) -> None:
        """Silence all that may sound, tracked or not."""

    def warm(self) -> None:
        """Something is due within a millisecond: touch what it will take, send nothing. On the
        scheduler thread.
        """

    def maintain(self, now_s: float) -> None:
        """Look after the device (reopen a lost one), about twice a second, off the scheduler
        thread.
        """

    def health(self) -> Health:
        """How it is doing. Any thread."""

    def close(self) -> None:
        """Let go of the device; what was sent arrives first. Safe to call twice."""


class NullSink:
    """Does nothing with everything; sinks override what they need."""

    name = "null"
    offset = "midi_offset"
    prompt = False
    announces = False
    mutes = True

    def open(self) -> None: ...

    def note_on(self, time_s: float, note: Note) -> None: ...

    def note_off(self, time_s: float, note: Note) -> None: ...

    def control(self, time_s: float, index: int, value: float) -> None: ...

    def clock(self, time_s: float, pulse: int) -> None: ...

    def transport(self, time_s: float, event: str, beat: float) -> None: ...

    def bar(
        self,
        time_s: float,
        bar: int,
        phrase: Phrase,
        controls: tuple[float, ...],
        timeline: Timeline,
        played: str,
    ) -> None: ...

    def beat(self, time_s: float, beat: int) -> None: ...

    def param(self, name: str, value: float) -> None: ...

    def waiting(self, name: str, value: float, beat: float) -> None: ...

    def moved(self, values: Mapping[str, float]) -> None: ...

    def modulation(self, row: int, field: str, value: float | str) -> None: ...

    def scene(self, name: str) -> None: ...

    def chord(self, name: str) -> None: ...

    def status(self, values: dict[str, float]) -> None: ...

    def levels(self, values: dict[str, float]) -> None: ...

    def model(self, name: str) -> None: ...

    def picture(self, colours: Mapping[str, tuple[float, float, float]]) -> None: ...

    def role(self, leads: bool) -> None: ...

    def panic(self, time_s: float) -> None: ...

    def warm(self) -> None: ...

    def maintain(self, now_s: float) -> None: ...

    def health(self) -> Health:
        return Health(self.name, RUNNING)

    def close(self) -> None: ...


class MemorySink(NullSink):
    """Keeps `[time_s, event, ...]` lists in `events`, for tests and dry runs."""

    name = "memory"

    def __init__(self) -> None:
        self.events: list[list[Any]] = []
        self.opened = 0
        self.closed = 0

    def of(self, *kinds: str) -> Iterator[list[Any]]:
        """The events of these kinds, in order."""
        return (event for event in self.events if event[1] in kinds)

    def open(self) -> None:
        self.opened += 1

    def note_on(self, time_s: float, note: Note) -> None:
        self.events.append([time_s, "on", note.channel, note.pitch, note.velocity])

    def note_off(self, time_s: float, note: Note) -> None:
        self.events.append([time_s, "off", note.channel, note.pitch])

    def control(self, time_s: float, index: int, value: float) -> None:
        self.events.append([time_s, "control", index, value])

    def clock(self, time_s: float, pulse: int) -> None:
        self.events.append([time_s, "clock", pulse])

    def transport(self, time_s: float, event: str, beat: float) -> None:
        self.events.append([time_s, event, beat])

    def bar(
        self,
        time_s: float,
        bar: int,
        phrase: Phrase,
        controls: tuple[float, ...],
        timeline: Timeline,
        played: str,
    ) -> None:
        self.events.append([time_s, "bar", bar, phrase, controls, timeline, played])

    def beat(self, time_s: float, beat: int) -> None:
        self.events.append([time_s, "beat", beat])

    def param(self, name: str, value: float) -> None:
        self.events.append([0.0, "param", name, value])

    def waiting(self, name: str, value: float, beat: float) -> None:
        self.events.append([0.0, "waiting", name, value, beat])

    def scene(self, name: str) -> None:
        self.events.append([0.0, "scene", name])

    def moved(self, values: Mapping[str, float]) -> None:
        self.events.append([0.0, "moved", dict(values)])

    def modulation(self, row: int, field: str, value: float | str) -> None:
        self.events.append([0.0, "modulation", row, field, value])

    def chord(self, name: str) -> None:
        self.events.append([0.0, "chord", name])

    def status(self, values: dict[str, float]) -> None:
        self.events.append([0.0, "status", values])

    def levels(self, values: dict[str, float]) -> None:
        self.events.append([0.0, "levels", values])

    def model(self, name: str) -> None:
        self.events.append([0.0, "model", name])

    def panic(self, time_s: float) -> None:
        self.events.append([time_s, "panic"])

    def close(self) -> None:
        self.closed += 1
