"""Beats by another's MIDI clock: pulses in, a Timeline out. Pure maths; time is an argument."""

from __future__ import annotations

from livesyn.transport.pulse_lock import PulseLock
from livesyn.transport.timeline import PULSES_PER_BEAT, Timeline


class MidiClock:
    """The sender's beats, by a phase-locked loop, so that the jitter of its pulses hardly counts.

    After `start` the next pulse is beat 0, after `resume` it is where the sender stopped, or the
    last `locate`. A clock whose start was missed counts from the first pulse. `pulses` says how
    sure the loop is. One thread at a time.
    """

    def __init__(self) -> None:
        self.pulses = PulseLock()
        self._offset = 0  # from the loop's count to the sender's
        self._runs = True

    @property
    def stands(self) -> bool:
        """Whether the sender has stopped."""
        return not self._runs

    @property
    def beat(self) -> float:
        """The sender's beat of the last pulse."""
        return (self.pulses.index + self._offset) / PULSES_PER_BEAT

    def start(self) -> None:
        """The sender starts at beat 0."""
        self.locate(0.0)
        self._run()

    def resume(self) -> None:
        """The sender goes on from where it is."""
        self._run()

    def stop(self) -> None:
        """The sender stands still; pulses may go on, but count no beats."""
        self._runs = False

    def locate(self, beat: float) -> None:
        """The sender's next pulse is `beat`."""
        self._offset = round(beat * PULSES_PER_BEAT) - (self.pulses.index + 1)

    def pulse(self, time_s: float) -> None:
        """One of 24 a beat."""
        before = self.pulses.index
        self.pulses.pulse(time_s)
        if not self._runs:  # only the tempo is heard
            self._offset -= self.pulses.index - before

    def timeline(self, now_s: float, otherwise: Timeline) -> Timeline:
        """The sender's beats while it runs; `otherwise` while it stands still, or is not there."""
        if not self.runs(now_s):
            return otherwise
        pulses = self.pulses
        bpm = pulses.bpm if pulses.usable else None
        return Timeline(self.beat, pulses.time_s, bpm or otherwise.bpm)

    def runs(self, now_s: float) -> bool:
        """Whether the sender's beats are counted now."""
        return self._runs and self.pulses.is_alive(now_s)

    def _run(self) -> None:
        if not self._runs:
            self.pulses.rephase()  # some senders begin their pulses anew
        self._runs = True
