"""MIDI messages as what they mean: notes that begin and end, and another's clock. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

DRUMS = 10
SUSTAIN, SOUND_OFF, RESET, NOTES_OFF = 64, 120, 121, 123
PEDAL_DOWN = 64
SIXTEENTHS_PER_BEAT = 4

# Status bytes, without their channel.
NOTE_OFF, NOTE_ON, AFTERTOUCH, CONTROL_CHANGE, PROGRAM_CHANGE, PRESSURE, PITCH_BEND = range(
    0x80, 0xF0, 0x10
)
SYSTEM = SYSEX = 0xF0
QUARTER_FRAME, SONG_POSITION, SONG_SELECT, TUNE_REQUEST = 0xF1, 0xF2, 0xF3, 0xF6
CLOCK, START, CONTINUE, STOP, ACTIVE_SENSING, SYSTEM_RESET = 0xF8, 0xFA, 0xFB, 0xFC, 0xFE, 0xFF
LENGTHS = {
    **dict.fromkeys((NOTE_OFF, NOTE_ON, AFTERTOUCH, CONTROL_CHANGE, PITCH_BEND), 3),
    **dict.fromkeys((PROGRAM_CHANGE, PRESSURE, QUARTER_FRAME, SONG_SELECT), 2),
    **dict.fromkeys((TUNE_REQUEST, CLOCK, START, CONTINUE, STOP, ACTIVE_SENSING, SYSTEM_RESET), 1),
    SONG_POSITION: 3,
}

Kind = Literal["strike", "release", "rest", "pulse", "start", "resume", "stop", "locate"]
_CLOCK: dict[int, Kind] = {CLOCK: "pulse", START: "start", CONTINUE: "resume", STOP: "stop"}
Key = tuple[int, int]  # channel, pitch


@dataclass(frozen=True, slots=True)
class MidiEvent:
    """What happened at `time_s`.

    `value` is the pitch of a strike or release, the beat of a locate; a rest ends all notes.
    """

    kind: Kind
    time_s: float
    value: float = 0.0


class Keys:
    """What sounds, over all channels but the drums': a pitch is released when no channel holds it
    any longer, by key or by pedal. Not thread-safe.
    """

    def __init__(self) -> None:
        self._down: set[Key] = set()
        self._sustained: set[Key] = set()
        self._pedals: set[int] = set()

    def parse(self, data: Sequence[int], time_s: float) -> list[MidiEvent]:
        """What one message means; nothing for most. Raises ValueError for what is no message.

        Of a burst of controllers all are heard here, so the last value of each counts.
        """
        status = data[0] if data else 0
        kind = status & 0xF0 if status < SYSTEM else status
        if kind == SYSEX and len(data) > 1:
            return []  # it is not asked for, and says nothing
        if len(data) != LENGTHS.get(kind) or max(data[1:], default=0) > 127:
            raise ValueError(f"bytes that are no MIDI message, {bytes(data[:8]).hex(' ')}")
        if kind in _CLOCK:
            return [MidiEvent(_CLOCK[kind], time_s)]
        if kind == SONG_POSITION:
            return [MidiEvent("locate", time_s, (data[1] + 128 * data[2]) / SIXTEENTHS_PER_BEAT)]
        if kind == SYSTEM_RESET:
            return self.rest(time_s)
        channel = (status & 0x0F) + 1
        if kind > CONTROL_CHANGE or channel == DRUMS:
            return []
        if kind == CONTROL_CHANGE:
            return self._control(channel, data[1], data[2], time_s)
        key = (channel, data[1])
        if kind == NOTE_ON and data[2] > 0:
            self._down.add(key)
            self._sustained.discard(key)
            return [MidiEvent("strike", time_s, key[1])]
        return self._lift({key} & self._down, time_s) if kind <= NOTE_ON else []

    def rest(self, time_s: float) -> list[MidiEvent]:
        """All is let go: nobody is there to end it."""
        for held in (self._down, self._sustained, self._pedals):
            held.clear()
        return [MidiEvent("rest", time_s)]

    def _control(self, channel: int, control: int, value: int, time_s: float) -> list[MidiEvent]:
        if control not in (SUSTAIN, RESET, SOUND_OFF) and control < NOTES_OFF:
            return []
        own = {key for key in self._down | self._sustained if key[0] == channel}
        if control in (SUSTAIN, RESET):
            if control == SUSTAIN and value >= PEDAL_DOWN:
                self._pedals.add(channel)
                return []
            self._pedals.discard(channel)
            return self._end(own & self._sustained, time_s)
        self._down -= own  # the modes from 124 on end all notes too
        return self._end(own, time_s)

    def _lift(self, keys: set[Key], time_s: float) -> list[MidiEvent]:
        self._down -= keys
        self._sustained |= {key for key in keys if key[0] in self._pedals}
        return self._end(keys - self._sustained, time_s)

    def _end(self, keys: set[Key], time_s: float) -> list[MidiEvent]:
        self._sustained -= keys
        sounding = {pitch for _, pitch in self._down | self._sustained}
        return [
            MidiEvent("release", time_s, pitch)
            for pitch in sorted({pitch for _, pitch in keys} - sounding)
        ]
