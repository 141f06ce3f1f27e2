"""The show's events as ticks of one MIDI track. Pure: no file, no clock."""

from __future__ import annotations

import math

from livesyn.base.types import Note
from livesyn.midi import messages
from livesyn.midi.journal import TICKS_PER_BEAT
from livesyn.transport.timeline import BEATS_PER_BAR, Timeline

TICKS_PER_BAR = BEATS_PER_BAR * TICKS_PER_BEAT
EARLY_S = 0.11  # a negative midi_offset sends up to 0.1 s before the beat
ENDS, TEMPO, CONTROLS, STRIKES = range(4)  # the order of what falls on one tick


class MidiTrack:
    """Collects events; `take` hands over what came since it was last asked, as track bytes.

    Notes lie where they were written (their beats), ends where they fell if that is sooner, the
    rest by the timeline. Bars of the show are bars of the file; a new start goes on at the file's
    next bar.
    """

    def __init__(self) -> None:
        self._origin_beats: float | None = None  # the show's beat at the file's beat 0
        self._timeline: Timeline | None = None
        self._bpm = 0.0
        self._events: list[tuple[int, int, bytes]] = []
        self._latest_tick = 0
        self._taken_tick = 0
        self._sounding: dict[tuple[int, int], int] = {}
        self._controls: dict[int, int] = {}
        self._rolling = True

    def strike(self, note: Note) -> None:
        key, tick = (note.channel, note.pitch), self._tick(note.start_beats)
        self._end(key, tick)
        self._add(tick, STRIKES, messages.note_on(note.channel, note.pitch, note.velocity))
        self._sounding[key] = tick

    def end(self, time_s: float, note: Note) -> None:
        cut_short = self._timeline is not None and time_s + EARLY_S < self._timeline.time_of(
            note.end_beats
        )
        ended_beats = (
            self._timeline.beat_at(time_s)
            if self._timeline is not None and cut_short
            else note.end_beats
        )
        self._end((note.channel, note.pitch), self._tick(ended_beats))

    def end_all(self, time_s: float | None) -> None:
        """End what sounds, at `time_s` or (None) at the last that is known."""
        tick = (
            self._tick(self._timeline.beat_at(time_s))
            if self._timeline and time_s is not None
            else self._latest_tick
        )
        for key in tuple(self._sounding):
            self._end(key, tick)

    def control(self, time_s: float, index: int, value: float) -> None:
        fine = messages.control_14bit(value)
        if self._timeline is not None and self._controls.get(index) != fine:
            self._controls[index] = fine
            tick = self._tick(self._timeline.beat_at(time_s))
            for message in messages.control_pair(index, fine):
                self._add(tick, CONTROLS, message)

    def follow(self, timeline: Timeline, bar: int) -> None:
        """The tempo from now on, as bar `bar` nears; it is written at the beat from which it
        holds.
        """
        if self._origin_beats is None:
            self._origin_beats = float(bar * BEATS_PER_BAR)
        self._hold(timeline)

    def change_tempo(self, time_s: float, bpm: float) -> None:
        """The tempo from `time_s` on; where nothing plays the next bar brings it."""
        if self._timeline is not None and self._rolling:
            self._hold(self._timeline.with_tempo(bpm, time_s))

    def locate(self, event: str) -> None:
        """The transport starts (the show's beats begin again at 0), stops or continues."""
        self._rolling = event != "stop"
        if event == "start":
            self._begin_again()

    def _hold(self, timeline: Timeline) -> None:
        self._timeline = timeline
        if timeline.bpm != self._bpm:
            self._bpm = timeline.bpm
            self._add(self._tick(timeline.beat), TEMPO, _tempo(timeline.bpm))

    def _begin_again(self) -> None:
        self.end_all(None)
        self._timeline = None
        self._origin_beats = -float(math.ceil(self._latest_tick / TICKS_PER_BAR) * BEATS_PER_BAR)

    def opening(self) -> bytes:
        """What a file begins with: name, metre, and the tempo if it is known."""
        from mido import MetaMessage

        head = [
            MetaMessage("track_name", name="livesyn"),
            MetaMessage("time_signature", numerator=BEATS_PER_BAR, denominator=4),
        ]
        return b"".join(
            b"\0" + message
            for message in [
                *(bytes(m.bytes()) for m in head),
                *([_tempo(self._bpm)] if self._bpm else []),
            ]
        )

    def take(self) -> bytes:
        """Track bytes of the events since the last `take`."""
        from mido.midifiles.meta import encode_variable_int

        track = bytearray()
        for tick, _, message in sorted(self._events, key=lambda event: event[:2]):
            tick = max(tick, self._taken_tick)  # what was taken cannot be moved
            track += bytes(encode_variable_int(tick - self._taken_tick)) + message
            self._taken_tick = tick
        self._events.clear()
        return bytes(track)

    def _end(self, key: tuple[int, int], tick: int) -> None:
        struck = self._sounding.pop(key, None)
        if struck is not None:
            self._add(max(tick, struck + 1), ENDS, messages.note_off(*key))

    def _tick(self, beat: float) -> int:
        if self._origin_beats is None:
            self._origin_beats = float(math.floor(beat / BEATS_PER_BAR) * BEATS_PER_BAR)
        return max(round((beat - self._origin_beats) * TICKS_PER_BEAT), 0)

    def _add(self, tick: int, order: int, message: bytes) -> None:
        self._events.append((tick, order, message))
        self._latest_tick = max(self._latest_tick, tick)


def _tempo(bpm: float) -> bytes:
    from mido import MetaMessage, bpm2tempo

    return bytes(MetaMessage("set_tempo", tempo=bpm2tempo(bpm)).bytes())
