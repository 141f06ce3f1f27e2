"""Who leads the show's beat: the show itself, a MIDI clock, or an Ableton Link session."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from livesyn.base.clock import Clock
from livesyn.base.health import LOST, OFF, OPENING, RUNNING, Health, State
from livesyn.base.params import LINK_MODES, SYNC, defaults
from livesyn.base.refusals import Refusals
from livesyn.link.messages import Join, Order, Reading
from livesyn.midi.keys import MidiEvent
from livesyn.player import link_lead, midi_lead
from livesyn.player.link_lead import LinkLead
from livesyn.player.midi_lead import MidiLead
from livesyn.transport.pulse_lock import FASTEST_BPM, SLOWEST_BPM

INTERNAL, LINK, MIDI = SYNC
NAMES = {midi_lead.ORIGIN: "the MIDI clock", link_lead.ORIGIN: "the Link session"}
SETTINGS = ("sync", "sync_offset", "quantum", "link_mode", "link_start_stop")
TOLD_BPM = 0.05  # the tempo is shown anew when it has changed by so much
STRAY = "that did not fit"
NO_LINK = Health("link", OPENING)


class SetParam(Protocol):
    """`ShowState.set_param`."""

    def __call__(self, name: str, value: float, origin: str) -> object: ...


class Sync:
    """Holds what the parameters in `SETTINGS` say, and lets that one lead.

    `take_midi` is called by the thread that hears MIDI, with an empty list at least twice a second,
    `take_link` by the one that hears the process of Link; `tick` about ten times a second by
    another; the rest by any. `tell_link` passes orders to that process, whose health `link_health`
    is. `starts()` says whether a leader's start is to start the show; `say(sentence)` tells people.
    """

    def __init__(
        self,
        player: midi_lead.Led,
        clock: Clock,
        set_param: SetParam,
        starts: Callable[[], bool] = lambda: True,
        say: Callable[[str], object] = lambda sentence: None,
        tell_link: Callable[[Order], object] = lambda order: None,
        link_health: Callable[[], Health] = lambda: NO_LINK,
    ) -> None:
        self._player, self._clock, self._set_param = player, clock, set_param
        self._link_health = link_health
        self._lock = threading.Lock()
        self._midi = MidiLead(player, starts)
        self._link = LinkLead(player, tell_link, starts)
        self._refusals = Refusals(clock, say, "MIDI clock pulses")
        self._values = {name: defaults()[name] for name in SETTINGS}
        self._told_bpm = 0.0
        self._told_strays = 0
        self._midi_led = False  # since it was chosen last
        self.source = INTERNAL

    def note(self, name: str, value: float, origin: str = "") -> None:
        """A parameter was set, by `origin`."""
        if name == "tempo":
            if origin not in NAMES:
                with self._lock:
                    self._link.set_tempo(value)
        elif self._values.get(name, value) != value:
            with self._lock:
                self._values[name] = value
                self._settle()

    def _settle(self) -> None:
        values, now_s = self._values, self._clock.now_s()
        source = SYNC[int(values["sync"])]
        if source != self.source:
            self.source, self._midi_led, self._told_bpm = source, False, 0.0
        midi, link = self._midi, self._link
        midi.on, link.on = source == MIDI, source == LINK
        midi.offset_s = link.offset_s = values["sync_offset"] / 1000
        midi.within_beats = values["quantum"]
        link.settle(
            LINK_MODES[int(values["link_mode"])], values["quantum"], bool(values["link_start_stop"])
        )
        if source != LINK:  # who leads no longer lets go before the other begins
            link.release()
        midi.take((), now_s)

    def leader(self, origin: str = "") -> str:
        """Who leads the tempo in place of `origin`, for people; "": nobody."""
        if origin in NAMES:
            return ""
        if self._midi.leads:
            return NAMES[midi_lead.ORIGIN]
        following = self._link.leads and self._link.mode == link_lead.FOLLOW
        return NAMES[link_lead.ORIGIN] if following else ""

    @property
    def led(self) -> bool:
        """Whether the beat is another's."""
        return self._midi.leads or self._link.leads

    def take_midi(self, events: Sequence[MidiEvent], now_s: float) -> None:
        """What a MIDI input has heard until `now_s`."""
        with self._lock:
            self._midi.take(events, now_s)

    def join_link(self) -> Join:
        """How the process of Link is to join the session."""
        with self._lock:
            return self._link.join(self._clock.now_s())

    def take_link(self, reading: Reading) -> None:
        """What the process of Link has measured."""
        with self._lock:
            self._link.take(reading, self._clock.now_s())

    def tick(self) -> None:
        """Show the leader's tempo, and say what does not fit."""
        with self._lock:
            self._link.tick(self._clock.now_s())
            pulses, leads = self._midi.clock.pulses, self._midi.leads
            strays, before = pulses.strays, self._told_strays
            self._told_strays = strays
            bpm, origin = pulses.bpm if leads and pulses.locked else None, midi_lead.ORIGIN
            self._midi_led |= leads and pulses.locked
            if self._link.leads and self._link.mode != link_lead.LEAD:
                bpm, origin = self._link.bpm, link_lead.ORIGIN
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
            self._set_param("tempo", round(bpm, 2), origin)

    def health(self) -> Health:
        """The light of who leads. Any thread."""
        if self.source == INTERNAL:
            return Health("sync", OFF)
        return self._health_of_link() if self.source == LINK else self._health_of_midi()

    def _health_of_link(self) -> Health:
        process, reading = self._link_health(), self._link.reading
        bpm = self._player.show.timeline.bpm
        if reading is None or process.state != RUNNING:
            lost = process.state == LOST
            reason = process.reason if lost else "the Link session is being joined"
            goes_on = f"; the show goes on at {bpm:.1f} bpm" if lost else ""
            state: State = LOST if lost else OPENING
            return Health("sync", state, reason + goes_on, process.lost, label="Link")
        others = f"{reading.peers} peer{'s' * (reading.peers != 1)}"
        label = f"Link with {others} {bpm:.1f} bpm"
        return Health("sync", RUNNING, lost=process.lost, label=label)

    def _health_of_midi(self) -> Health:
        pulses = self._midi.clock.pulses
        bpm = self._player.show.timeline.bpm
        label = f"MIDI clock {bpm:.1f} bpm"
        strays = self._refusals.count(STRAY)
        alive = pulses.is_alive(self._clock.now_s())
        if alive and pulses.locked:
            return Health("sync", RUNNING, dropped=strays, label=label)
        goes_on = f"; the show goes on at {bpm:.1f} bpm"
        if pulses.wild:
            reason = f"the MIDI clock runs at no tempo from {SLOWEST_BPM:g} to {FASTEST_BPM:g} bpm"
        elif not alive and self._midi_led and not self._midi.clock.stands:
            reason = "the MIDI clock is gone"
        else:
            reason = "the MIDI clock is being read" if alive else "no MIDI clock is heard"
            if self._midi.clock.stands:
                reason, goes_on = "the sender of the MIDI clock stands; its start is awaited", ""
            return Health("sync", OPENING, reason + goes_on, dropped=strays, label=label)
        return Health("sync", LOST, reason + goes_on, dropped=strays, label=label)

    def total(self) -> str:
        """All that did not fit, in a sentence; "" if nothing did."""
        return self._refusals.total()
