"""A MIDI clock leads the show: what its messages ask of the player. Time is an argument."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

from livesyn.midi.clock import MidiClock
from livesyn.midi.keys import MidiEvent
from livesyn.player.core import Lead, Show
from livesyn.transport.timeline import PULSES_PER_BEAT, Timeline

ORIGIN = "midi clock"
TELL_EVERY_S = 0.05  # how often the player hears of it, unless something happens


class Led(Protocol):
    """The player that follows. Thread-safe and quick."""

    show: Show

    def begin(self, timeline: Timeline, beat: float, origin: str) -> None: ...

    def play(self, origin: str) -> None: ...

    def stop(self, origin: str) -> None: ...

    def follow(self, lead: Lead | None, origin: str) -> None: ...


class MidiLead:
    """Follows start, stop, continue and song position, and the tempo all the while, as long as it
    is `on`; otherwise it only counts the sender's beats.

    A clock whose start was missed says nothing of beats and bars: then the show's own stay, on the
    nearest pulse, and so they do when a clock is back that was gone. `offset_s` is how much later
    than the sender the show plays; `within_beats` the sender's bar. `starts()` says whether the
    sender's start is to start the show. One thread at a time.
    """

    def __init__(self, player: Led, starts: Callable[[], bool] = lambda: True) -> None:
        self._player, self._starts = player, starts
        self.clock = MidiClock()
        self.on = False
        self.offset_s = 0.0
        self.within_beats = 4.0
        self.leads = False  # the show goes by this clock now
        self._beats_known = False  # it was heard, or kept, where the sender's bars are
        self._adopts = False  # the next pulse falls on the show's beat
        self._begins = False  # the next pulse begins the show
        self._was_playing = False
        self._told_s = -math.inf

    def take(self, events: Sequence[MidiEvent], now_s: float) -> None:
        """Obey what came until `now_s`, and notice when nothing comes any more."""
        happened = False
        for event in events:
            happened |= self._obey(event)
        if self.on and self.clock.runs(now_s):
            if happened or not self.leads or now_s - self._told_s >= TELL_EVERY_S:
                self._tell(now_s)
        elif not self.on or not self.clock.pulses.is_alive(now_s):
            self._release()

    def _release(self) -> None:
        """Lead no longer; the show goes on at the tempo it has."""
        if self.leads:
            self.leads = False
            self._player.follow(None, ORIGIN)

    def _obey(self, event: MidiEvent) -> bool:
        """Whether the player is to hear of it at once."""
        clock = self.clock
        match event.kind:
            case "pulse":
                return self._pulse(event.time_s)
            case "start":
                clock.start()
                self._beats_known = self._begins = True
            case "resume":
                self._begins = clock.stands or self._begins
                clock.resume()
            case "stop":
                clock.stop()
                self._begins = False
                if self.on and self._starts():
                    self._player.stop(ORIGIN)
            case "locate":
                clock.locate(event.value)
                self._beats_known = True
        return False

    def _pulse(self, time_s: float) -> bool:
        clock, show = self.clock, self._player.show
        was_dead = not clock.pulses.is_alive(time_s)
        if was_dead and not self._begins and not clock.stands:
            # it may have counted on meanwhile, or not: the show has kept the bars, if it plays
            self._beats_known &= self.on and show.playing
            self._adopts = True
        started = show.playing and not self._was_playing
        self._was_playing = show.playing
        if (
            show.playing
            and not self._begins
            and (self._adopts or (started and not self._beats_known))
        ):
            clock.locate(max(0.0, show.timeline.beat_at(time_s + self.offset_s)))
            self._adopts = False
        clock.pulse(time_s)
        if self._begins and clock.runs(time_s):
            self._begins = self._adopts = False
            if self.on and self._starts():
                self._player.begin(self._line(time_s), clock.beat, ORIGIN)
                self._was_playing = True
                return True
        return was_dead

    def _line(self, now_s: float) -> Timeline:
        return self.clock.timeline(now_s, self._player.show.timeline).nudged(self.offset_s)

    def _tell(self, now_s: float) -> None:
        self._told_s, self.leads = now_s, True
        start_beats = self.within_beats if self._beats_known else 1 / PULSES_PER_BEAT
        self._player.follow(Lead(self._line(now_s), self.within_beats, start_beats), ORIGIN)
