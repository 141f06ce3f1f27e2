"""From what a MIDI input says to the two bars that the net is shown."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from livesyn.midi.clock import MidiClock
from livesyn.midi.keys import MidiEvent
from livesyn.music.note_window import NoteWindow
from livesyn.transport.timeline import Timeline


class NoteHearing:
    """Events in, tokens out. The beats are the sender's while it sends its clock, the show's
    otherwise.

    Belongs to one asyncio loop. `struck` counts notes.
    """

    def __init__(self) -> None:
        self._notes = NoteWindow()
        self._clock = MidiClock()
        self.struck = 0

    def push(self, events: Iterable[MidiEvent], show: Timeline) -> None:
        """Take in what `MidiIn.drain` gave."""
        for event in events:
            beat = self.timeline(event.time_s, show).beat_at(event.time_s)
            match event.kind:
                case "strike":
                    self._notes.strike(int(event.value), beat)
                    self.struck += 1
                case "release":
                    self._notes.release(int(event.value), beat)
                case "rest":
                    self._notes.rest(beat)
                case "pulse":
                    self._clock.pulse(event.time_s)
                case "start":
                    self._clock.start()
                case "resume":
                    self._clock.resume()
                case "stop":
                    self._clock.stop()
                case "locate":
                    self._clock.locate(event.value)

    def window(self, now_s: float, show: Timeline) -> np.ndarray:
        """The two bars (32,) as tokens, as they stand at `now_s`; see `NoteWindow`."""
        return self._notes.at(self.timeline(now_s, show).beat_at(now_s))

    def timeline(self, now_s: float, show: Timeline) -> Timeline:
        """The beats that count: the sender's, or `show`."""
        return self._clock.timeline(now_s, show)

    def follows(self, now_s: float) -> bool:
        """Whether the sender's clock counts."""
        return self._clock.runs(now_s)
