"""Beats by another's MIDI clock: pulses in, a Timeline out. Pure maths; time is an argument."""

from __future__ import annotations

from collections import deque

from livesyn.transport.timeline import PULSES_PER_BEAT, Timeline

GONE_S = 0.5  # without a pulse for so long, a clock has ended; at 20 bpm they are 125 ms apart
SLOWEST_BPM, FASTEST_BPM = 20.0, 400.0


class MidiClock:
    """The sender's beats, by a straight line through the pulses of the last beat, so that their
    jitter hardly counts.

    After `start` the next pulse is beat 0, after `resume` it is where the sender stopped, or the
    last `locate`. A clock whose start was missed counts from the first pulse. One thread at a time.
    """

    def __init__(self) -> None:
        self._pulses: deque[tuple[int, float]] = deque(maxlen=PULSES_PER_BEAT)
        self._next = 0
        self._runs = True
        self._bpm: float | None = None

    def start(self) -> None:
        """The sender starts at beat 0."""
        self.locate(0.0)
        self._runs = True

    def resume(self) -> None:
        """The sender goes on from where it is."""
        self._runs = True

    def stop(self) -> None:
        """The sender stands still; pulses may go on, but count no beats."""
        self._runs = False

    def locate(self, beat: float) -> None:
        """The sender is at `beat`."""
        moved = round(beat * PULSES_PER_BEAT) - self._next
        self._next += moved
        self._pulses = deque(
            ((index + moved, time_s) for index, time_s in self._pulses), PULSES_PER_BEAT
        )

    def pulse(self, time_s: float) -> None:
        """One of 24 a beat."""
        if self._pulses and not 0 <= time_s - self._pulses[-1][1] < GONE_S:
            self._pulses.clear()
        if not self._runs:  # only the tempo is heard
            self.locate((self._next - 1) / PULSES_PER_BEAT)
        self._pulses.append((self._next, time_s))
        self._next += 1
        self._bpm = _bpm(self._pulses) or self._bpm

    def timeline(self, now_s: float, otherwise: Timeline) -> Timeline:
        """The sender's beats while it runs; `otherwise` while it stands still, or is not there."""
        if not self.runs(now_s):
            return otherwise
        bpm = self._bpm or otherwise.bpm
        count = len(self._pulses)
        return Timeline(
            sum(index for index, _ in self._pulses) / count / PULSES_PER_BEAT,
            sum(time_s for _, time_s in self._pulses) / count,
            bpm,
        )

    def runs(self, now_s: float) -> bool:
        """Whether the sender's beats are counted now."""
        return self._runs and bool(self._pulses) and now_s - self._pulses[-1][1] < GONE_S


def _bpm(pulses: deque[tuple[int, float]]) -> float | None:
    """Tempo of the line of least squares; None where there is none that a sender could mean."""
    count = len(pulses)
    middle, middle_s = (
        sum(index for index, _ in pulses) / count,
        sum(time_s for _, time_s in pulses) / count,
    )
    spread = sum((index - middle) * (time_s - middle_s) for index, time_s in pulses)
    squares = sum((index - middle) ** 2 for index, _ in pulses)
    if spread <= 0 or squares == 0:
        return None
    bpm = 60.0 / PULSES_PER_BEAT * squares / spread
    return bpm if SLOWEST_BPM <= bpm <= FASTEST_BPM else None
