"""A phase-locked loop on the pulses of another's clock. Pure; time is an argument.

It begins as the straight line of least squares through the pulses so far, so it is as sure as it
can be after each of them, and then keeps a memory of `MEMORY` pulses. What does not fit waits until
it is clear what it was: a pulse that came late, pulses that were lost, or another tempo.
"""

from __future__ import annotations

from livesyn.transport.timeline import PULSES_PER_BEAT

SLOWEST_BPM, FASTEST_BPM = 20.0, 300.0
LEEWAY = 1.02  # for a sender at the very end
GONE_S = 0.5  # without a pulse for so long, a clock has ended; at 20 bpm they are 125 ms apart
MEMORY = 120  # pulses, five beats: 1 ms of jitter leaves some 0.02 bpm
SETTLED = 12  # pulses until the lock is one
USABLE = 6  # pulses until the tempo is better than the one before
SHORT_MEMORY = 24  # where the line may have changed
SAME_SIDE = 24  # pulses: the tempo drifts
LEAST_GATE_S = 0.003
GATE = 6.0  # times the mean deviation
STRAYS = 3  # pulses in a row that do not fit and say the same: then the line is another
PATIENCE = 12  # of them, until it is another in any case


class PulseLock:
    """`index` counts pulses from 0; pulse `index` falls on `time_s`, and `period_s` lies between
    two. `strays` counts pulses that did not fit, `filled` those that were taken as lost on their
    way. One thread at a time.
    """

    def __init__(self) -> None:
        self.index = -1
        self.time_s = 0.0
        self.period_s: float | None = None
        self.strays = self.filled = 0
        self.wild = False  # the pulses come at a tempo that no sender means
        self._heard_s: float | None = None
        self._phase_count = self._period_count = 0
        self._deviation_s = 0.0
        self._side = 0  # pulses in a row on one side, by sign
        self._waiting: list[tuple[float, float]] = []  # time and error of pulses that do not fit

    @property
    def bpm(self) -> float | None:
        """Beats a minute; None before the second pulse."""
        return None if self.period_s is None else _bpm(self.period_s)

    @property
    def locked(self) -> bool:
        """Whether tempo and phase are sure."""
        return self._period_count >= SETTLED and not self.wild and len(self._waiting) < STRAYS

    @property
    def usable(self) -> bool:
        """Whether the tempo is of use."""
        return self._period_count >= USABLE

    def is_alive(self, now_s: float) -> bool:
        """Whether pulses come that can be followed."""
        return self._heard_s is not None and now_s - self._heard_s < GONE_S and not self.wild

    def rephase(self) -> None:
        """The next pulse may fall anywhere; the tempo stays."""
        self._phase_count = 0
        self._waiting.clear()

    def pulse(self, time_s: float) -> None:
        """One of 24 a beat, at `time_s`."""
        heard_s, self._heard_s = self._heard_s, time_s
        self.index += 1
        if heard_s is None or not 0 <= time_s - heard_s < GONE_S:
            self._begin(time_s)
        elif self.period_s is None or self.wild:
            self._begin_again(time_s, time_s - heard_s)
        elif self._phase_count == 0:
            self.time_s, self._phase_count = time_s, 1
        else:
            self._follow(time_s, self.period_s)

    def _begin(self, time_s: float) -> None:
        self.time_s, self.wild = time_s, False
        self._waiting.clear()
        self._phase_count, self._side = 1, 0
        self._period_count = 1 if self.period_s is None else USABLE

    def _begin_again(self, time_s: float, period_s: float) -> None:
        """After the first pulse, or a wild tempo."""
        legal = _is_legal(period_s)
        self.time_s = time_s
        if legal and self.wild:
            self._waiting.append((time_s, 0.0))
            if len(self._waiting) < STRAYS:
                return
        self._waiting.clear()
        if not legal:
            self.wild = self.wild or self.period_s is not None or period_s > 0
            self.strays += 1
            return
        self.wild = False
        self.period_s, self._deviation_s = period_s, 0.0
        self._phase_count = self._period_count = 2

    def _follow(self, time_s: float, period_s: float) -> None:
        expected_s = self.time_s + period_s
        error_s = time_s - expected_s
        if self._waiting or abs(error_s) > self._gate_s(period_s):
            self.time_s = expected_s
            self._put_by(time_s, error_s, period_s)
            return
        self._phase_count = min(self._phase_count + 1, MEMORY)
        self._period_count = min(self._period_count + 1, MEMORY)
        n = self._period_count
        self._deviation_s += (abs(error_s) - self._deviation_s) / min(n, SHORT_MEMORY)
        self.time_s = expected_s + error_s * max(
            2 * (2 * n - 1) / (n * (n + 1)), 1 / self._phase_count
        )
        period_s += error_s * 6 / (n * (n + 1))
        if _is_legal(period_s):
            self.period_s = period_s
        self._side = max(self._side, 0) + 1 if error_s > 0 else min(self._side, 0) - 1
        if abs(self._side) >= SAME_SIDE:
            self._side = 0
            self._phase_count = min(self._phase_count, SHORT_MEMORY)
            self._period_count = min(n, SHORT_MEMORY)

    def _gate_s(self, period_s: float) -> float:
        if self._period_count < SETTLED:
            return 2 * period_s  # JACK gives all pulses of a period one time
        return max(GATE * self._deviation_s, min(LEAST_GATE_S, period_s / 2))

    def _put_by(self, time_s: float, error_s: float, period_s: float) -> None:
        """A pulse that does not fit, or follows one that did not."""
        if self._waiting and abs(error_s) <= self._gate_s(period_s):
            self.strays += len(self._waiting)  # they were late, and this is not
            self._waiting.clear()
            self.time_s += error_s * 2 / MEMORY
            return
        self._waiting.append((time_s, error_s))
        if len(self._waiting) < STRAYS:
            return
        last = self._waiting[-STRAYS:]
        found_s = (last[-1][0] - last[0][0]) / (STRAYS - 1)
        differs = abs(found_s - period_s) >= max(4 * self._deviation_s, period_s / 20)
        lost = round(error_s / period_s)
        same = abs(found_s - period_s) < period_s / 5 and _fits(error_s, lost, period_s)
        if same and (lost > 0 or 0 < -lost <= self.filled):
            # the sender's count went on; or what was taken as lost had only been late
            self.index += lost
            self.filled += lost
            self.time_s += lost * period_s
        elif differs and _is_legal(found_s) and abs(error_s) > abs(self._waiting[0][1]):
            self._relock([came_s for came_s, _ in last], found_s)
        elif len(self._waiting) < PATIENCE:
            return  # a sender that stood still, and catches up?
        elif not _is_legal(found_s):
            self.wild = True
        elif differs:
            self._relock([came_s for came_s, _ in last], found_s)
        else:
            self._take_in(error_s)
        self.strays += len(self._waiting)
        self._waiting.clear()
        self._side = 0

    def _relock(self, times_s: list[float], period_s: float) -> None:
        """On another tempo."""
        self.time_s, self.period_s = sum(times_s) / STRAYS + period_s, period_s
        self._phase_count = self._period_count = STRAYS
        self._deviation_s = 0.0

    def _take_in(self, error_s: float) -> None:
        """The tempo is about the same, the phase another, or the jitter worse than it was."""
        self.time_s += error_s / 2
        self._deviation_s += abs(error_s) / GATE
        self._phase_count, self._period_count = STRAYS, min(self._period_count, SHORT_MEMORY)


def _fits(error_s: float, lost: int, period_s: float) -> bool:
    return abs(error_s - lost * period_s) < period_s / 4


def _bpm(period_s: float) -> float:
    return 60.0 / PULSES_PER_BEAT / period_s


def _is_legal(period_s: float) -> bool:
    return period_s > 0 and SLOWEST_BPM / LEEWAY <= _bpm(period_s) <= FASTEST_BPM * LEEWAY
