"""Who leads the show's beat: the show itself, a MIDI clock, or an Ableton Link session."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from livesyn.base.clock import Clock
from livesyn.base.health import LOST, OFF, OPENING, RUNNING, Health, State
from livesyn.base.params import SYNC
from livesyn.base.refusals import Refusals
from livesyn.midi.keys import MidiEvent
from livesyn.player import midi_lead
from livesyn.player.midi_lead import MidiLead
from livesyn.transport.pulse_lock import FASTEST_BPM, SLOWEST_BPM

INTERNAL, LINK, MIDI = SYNC
NAMES = {midi_lead.ORIGIN: "the MIDI clock", "link": "the Link session"}
TOLD_BPM = 0.05  # the tempo is shown anew when it has changed by so much
STRAY = "that did not fit"


class SetParam(Protocol):
    """`ShowState.set_param`."""

    def __call__(self, name: str, value: float, origin: str) -> object: ...


class Sync:
    """Holds what the parameters `sync`, `sync_offset` and `quantum` say, and lets that one lead.

    `take_midi` is called by the thread that hears MIDI, with an empty list at least twice a second;
    `tick` about ten times a second by another; the rest by any. `starts()` says whether a leader's
    start is to start the show; `say(sentence)` tells people.
    """

    def __init__(
        self,
        player: midi_lead.Led,
        clock: Clock,
        set_param: SetParam,
        starts: Callable[[], bool] = lambda: True,
        say: Callable[[str], object] = lambda sentence: None,
    ) -> None:
        self._player, self._clock, self._set_param = player, clock, set_param
        self._lock = threading.Lock()
        self._midi = MidiLead(player, starts)
        self._refusals = Refusals(clock, say, "MIDI clock pulses")
        self._told_bpm = 0.0
        self._told_strays = 0
        self._midi_led = False  # since it was chosen last
        self.source = INTERNAL

    def note(self, name: str, value: float) -> None:
        """A parameter was set."""
        with self._lock:
            if name == "sync":
                self.source = SYNC[int(value)]
                self._midi.on = self.source == MIDI
                self._midi_led = False
                self._midi.take((), self._clock.now_s())
            elif name == "sync_offset":
                self._midi.offset_s = value / 1000
            elif name == "quantum":
                self._midi.within_beats = value

    def leader(self, origin: str = "") -> str:
        """Who leads the tempo in place of `origin`, for people; "": nobody."""
        if origin in NAMES:
            return ""
        return NAMES[midi_lead.ORIGIN] if self._midi.leads else ""

    def take_midi(self, events: Sequence[MidiEvent], now_s: float) -> None:
        """What a MIDI input has heard until `now_s`."""
        with self._lock:
            self._midi.take(events, now_s)

    def tick(self) -> None:
        """Show the leader's tempo, and say what does not fit."""
        with self._lock:
            pulses, leads = self._midi.clock.pulses, self._midi.leads
            strays, before = pulses.strays, self._told_strays
            self._told_strays = strays
            bpm = pulses.bpm if leads and pulses.locked else None
            self._midi_led |= leads and pulses.locked
        if self.source == MIDI and strays > before:
            self._refusals.add(
                STRAY,
                "",
                lambda: (
                    "pulses of the MIDI clock come at times that do not fit; they are counted, and"
                    " the show keeps its beat"
                ),
                strays - before,
            )
        if bpm is not None and abs(bpm - self._told_bpm) >= TOLD_BPM:
            self._told_bpm = bpm
            self._set_param("tempo", round(bpm, 2), midi_lead.ORIGIN)

    def health(self) -> Health:
        """The light of who leads. Any thread."""
        if self.source != MIDI:
            return Health("sync", OFF)
        pulses = self._midi.clock.pulses
        bpm = self._player.show.timeline.bpm
        label = f"MIDI clock {bpm:.1f} bpm"
        strays = self._refusals.count(STRAY)
        if pulses.wild:
            return Health(
                "sync",
                LOST,
                f"the MIDI clock runs at no tempo from {SLOWEST_BPM:g} to {FASTEST_BPM:g} bpm; the"
                f" show goes on at {bpm:.1f} bpm",
                dropped=strays,
                label=label,
            )
        state: State
        if pulses.is_alive(self._clock.now_s()):
            if pulses.locked:
                return Health("sync", RUNNING, dropped=strays, label=label)
            state, reason = OPENING, "the clock is being read"
        elif self._midi_led and not self._midi.clock.stands:
            state, reason = LOST, f"the MIDI clock is gone; the show goes on at {bpm:.1f} bpm"
        else:
            state, reason = OPENING, f"no MIDI clock is heard; the show plays at {bpm:.1f} bpm"
        return Health("sync", state, reason, dropped=strays, label=label)

    def total(self) -> str:
        """All that did not fit, in a sentence; "" if nothing did."""
        return self._refusals.total()
