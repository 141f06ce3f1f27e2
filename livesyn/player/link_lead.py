"""A Link session leads the show, or is led by it. Time is an argument."""

from __future__ import annotations

import math
from collections.abc import Callable

from livesyn.base.params import BY_NAME, LINK_MODES
from livesyn.link.messages import Join, Order, Playing, Reading, Settle, Tempo
from livesyn.player.core import Lead
from livesyn.player.midi_lead import Led
from livesyn.transport.timeline import Timeline

ORIGIN = "link"
FOLLOW, LEAD, BOTH = LINK_MODES
SAME_BPM = 0.01
INSIST_S = 1.0  # a leader sets the session's tempo at most so often
LOST_S = 2.0  # without a reading for so long, the session is not there


class LinkLead:
    """`follow`: the session's tempo and transport are the show's. `both`: and the show's, changed
    by a hand, are the session's. `lead`: the show's are the session's, whoever else changes them.
    The beat is the session's in all three, as Link wants it.

    A session may go at up to 999 bpm: beyond what the show can, it plays at a half, or a quarter.
    `tell` passes orders to the process of Link. One thread at a time.
    """

    def __init__(
        self,
        player: Led,
        tell: Callable[[Order], object],
        starts: Callable[[], bool] = lambda: True,
    ) -> None:
        self._player, self._tell, self._starts = player, tell, starts
        self.on = False
        self.mode = BOTH
        self.start_stop = True
        self.offset_s = 0.0
        self.quantum = 4.0
        self.leads = False
        self.reading: Reading | None = None
        self._wanted_bpm: float | None = None  # by the show, where it leads
        self._insisted_s = -math.inf
        self._was_playing = False  # the show
        self._awaited: bool | None = None  # what it was told by the session, and has yet to do

    @property
    def bpm(self) -> float | None:
        """The session's tempo, as the show plays it; None where there is none."""
        reading = self.reading
        return None if reading is None else reading.bpm / _times(reading.bpm)

    def join(self, now_s: float) -> Join:
        """How to join: where there is no session yet, the show's beat is the first's."""
        show = self._player.show
        line = show.timeline.nudged(-self.offset_s)
        self.reading = None
        self._was_playing, self._awaited = show.playing, None
        self._wanted_bpm = line.bpm if self.mode == LEAD else None
        return Join(line.beat_at(now_s), now_s, line.bpm, self.quantum, self.start_stop)

    def settle(self, mode: str, quantum: float, start_stop: bool) -> None:
        """The settings are these."""
        if mode != self.mode:
            self._wanted_bpm = self._player.show.timeline.bpm if mode == LEAD else None
        self.mode, self.quantum, self.start_stop = mode, quantum, start_stop
        self._tell(Settle(self.quantum, self.start_stop))

    def set_tempo(self, bpm: float) -> None:
        """A hand has set the show's tempo."""
        if self.on and self.mode != FOLLOW:
            self._wanted_bpm = bpm if self.mode == LEAD else None
            self._tell(Tempo(bpm))

    def take(self, reading: Reading, now_s: float) -> None:
        """Go by what the process has measured."""
        if not self.on:
            return
        before, self.reading, self.leads = self.reading, reading, True
        times = _times(reading.bpm)
        line = Timeline(reading.beat / times, reading.time_s, reading.bpm / times)
        bar_beats = max(1.0, self.quantum / times)
        lead = Lead(line.nudged(self.offset_s), bar_beats, bar_beats)
        self._player.follow(lead, ORIGIN)
        if self.start_stop and self.mode != LEAD and self._starts():
            self._obey_transport(before, reading)

    def tick(self, now_s: float) -> None:
        """About ten times a second: tell the session what the show does, and notice its end."""
        if self.reading is None:
            return
        if now_s - self.reading.time_s > LOST_S:
            self.release()
            return
        playing = self._player.show.playing
        if self._awaited is not None:
            if playing == self._awaited:
                self._was_playing, self._awaited = playing, None
        elif playing != self._was_playing:
            self._was_playing = playing
            if self.start_stop and self.mode != FOLLOW and playing != self.reading.playing:
                self._tell(Playing(playing))
        if self.mode == LEAD and self._wanted_bpm is not None:
            other = abs(self.reading.bpm - self._wanted_bpm) > SAME_BPM
            if other and now_s - self._insisted_s >= INSIST_S:
                self._insisted_s = now_s
                self._tell(Tempo(self._wanted_bpm))

    def release(self) -> None:
        """Lead no longer; the show goes on at the tempo it has."""
        self.reading = None
        if self.leads:
            self.leads = False
            self._player.follow(None, ORIGIN)

    def _obey_transport(self, before: Reading | None, reading: Reading) -> None:
        """Others start and stop: at what changes, and when joining a session that plays."""
        show = self._player.show
        if reading.playing and not (before and before.playing):
            if not show.playing:
                self._player.play(ORIGIN)
                self._awaited = True
        elif before is not None and before.playing and not reading.playing and show.playing:
            self._player.stop(ORIGIN)
            self._awaited = False


def _times(bpm: float) -> float:
    """By how much a session's tempo is divided: a power of 2."""
    return 2.0 ** max(0, math.ceil(math.log2(bpm / BY_NAME["tempo"].high)))
