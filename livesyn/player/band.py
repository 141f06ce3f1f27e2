"""The band that is followed: Ableton Live's key, or chords that are played into MIDI in."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from livesyn.base.addresses import parse_target
from livesyn.base.clock import Clock
from livesyn.base.errors import DeviceError
from livesyn.base.health import Health
from livesyn.config.sections import Band as BandConfig
from livesyn.control.held_chord import HeldChord
from livesyn.midi.keys import MidiEvent
from livesyn.player.live_key import LiveKey
from livesyn.player.newest import Change

LIVE, CHORDS = "live", "chords"  # of params.FOLLOW
MIDI_ORIGIN = "midi chords"


class Show(Protocol):
    """What the band may do to the show (`player.state.ShowState`). Thread-safe."""

    def set_params(self, changes: Iterable[Change]) -> None: ...

    def set_chord(
        self, chord: Sequence[int], origin: str = "", asked_s: float | None = None
    ) -> None: ...


class Band:
    """`follow()` says whom to follow now, one of `params.FOLLOW`. `take_midi` and `wait_s` are
    called by the thread that hears the chords; `tend` about twice a second where devices are looked
    after; the rest by any.
    """

    def __init__(
        self,
        config: BandConfig,
        show: Show,
        follow: Callable[[], str],
        clock: Clock,
        say: Callable[[str], object] = lambda sentence: None,
    ) -> None:
        self._show, self._follow, self._clock = show, follow, clock
        self._held, self._followed = HeldChord(), False
        self.live = LiveKey(parse_target(config.live), config.answers, clock, self._set, say)

    @property
    def wants_chords(self) -> bool:
        """Whether chords are followed."""
        return self._follow() == CHORDS

    def take_midi(self, events: Sequence[MidiEvent], now_s: float) -> None:
        """What a MIDI input has heard until `now_s`; also nothing."""
        for event in events:
            match event.kind:
                case "strike":
                    self._held.strike(int(event.value), event.time_s)
                case "release":
                    self._held.release(int(event.value), event.time_s)
                case "rest":
                    self._held.rest()
        followed, self._followed = self._followed, self.wants_chords
        if not self._followed:
            return
        if not followed:
            self._held.forget(now_s)
        if (chord := self._held.settle(now_s)) is not None:
            self._show.set_chord(chord, MIDI_ORIGIN, now_s)

    def wait_s(self, now_s: float) -> float:
        """How soon `take_midi` is to be called again; infinite: when something comes."""
        return self._held.left_s(now_s) if self._followed else math.inf

    def tend(self, now_s: float) -> None:
        """Listen to Live while it is followed."""
        if self._follow() != LIVE:
            self.live.close()
        elif self.live.is_off:
            with contextlib.suppress(DeviceError):  # its light says so, and it is tried again
                self.live.open()
        else:
            self.live.maintain(now_s)

    def health(self) -> Health | None:
        """How Live is doing; None while it is not followed."""
        return self.live.health() if self._follow() == LIVE else None

    def total(self) -> str:
        """All that was refused, in a sentence; "" if nothing was."""
        return self.live.total()

    def close(self) -> None:
        """Let go of Live."""
        self.live.close()

    def _set(self, values: Mapping[str, float]) -> None:
        now_s = self._clock.now_s()
        self._show.set_params(Change(name, value, LIVE, now_s) for name, value in values.items())
