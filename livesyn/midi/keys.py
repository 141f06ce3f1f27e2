"""MIDI messages as what they mean: notes that begin and end, and another's clock. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import mido

DRUMS = 10
SUSTAIN, SOUND_OFF, RESET, NOTES_OFF = 64, 120, 121, 123
PEDAL_DOWN = 64
SIXTEENTHS_PER_BEAT = 4

Kind = Literal["strike", "release", "rest", "pulse", "start", "resume", "stop", "locate"]
_CLOCK: dict[str, Kind] = {"clock": "pulse", "start": "start", "continue": "resume", "stop": "stop"}
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
        """What one message means; nothing for most. Raises ValueError for what is no message."""
        message = mido.Message.from_bytes(data)
        if message.type in _CLOCK:
            return [MidiEvent(_CLOCK[message.type], time_s)]
        if message.type == "songpos":
            return [MidiEvent("locate", time_s, message.pos / SIXTEENTHS_PER_BEAT)]
        if message.type == "reset":
            return self.rest(time_s)
        channel = (
            getattr(message, "channel", DRUMS - 1) + 1
        )  # mido counts from 0; what has no channel says nothing either
        if channel == DRUMS:
            return []
        if message.type == "note_on" and message.velocity > 0:
            self._down.add((channel, message.note))
            self._sustained.discard((channel, message.note))
            return [MidiEvent("strike", time_s, message.note)]
        if message.type in ("note_on", "note_off"):
            return self._lift({(channel, message.note)} & self._down, time_s)
        return (
            self._control(channel, message.control, message.value, time_s)
            if message.type == "control_change"
            else []
        )

    def rest(self, time_s: float) -> list[MidiEvent]:
        """All is let go: nobody is there to end it."""
        for held in (self._down, self._sustained, self._pedals):
            held.clear()
        return [MidiEvent("rest", time_s)]

    def _control(self, channel: int, control: int, value: int, time_s: float) -> list[MidiEvent]:
        own = {key for key in self._down | self._sustained if key[0] == channel}
        if control in (SUSTAIN, RESET):
            if control == SUSTAIN and value >= PEDAL_DOWN:
                self._pedals.add(channel)
                return []
            self._pedals.discard(channel)
            return self._end(own & self._sustained, time_s)
        if control == SOUND_OFF or control >= NOTES_OFF:  # the modes from 124 on end all notes too
            self._down -= own
            return self._end(own, time_s)
        return []

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
