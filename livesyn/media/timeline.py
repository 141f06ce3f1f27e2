"""When each frame of a film is shown, out of whatever timestamps its file has."""

from __future__ import annotations

JUMP_S = 10.0  # a longer step forward is a break where streams may be joined, as FFmpeg has it
LONGEST_S = 86_400.0  # that a frame can stand: a longer step is a damaged stamp
STEADY = 25  # equal steps from the beginning on make a film of a constant rate


class Timeline:
    """Times that begin at 0 and never go back, out of a file's stamps: these may begin anywhere,
    be missing, and begin anew where streams were joined.

    `told_s` is how long the file says it is (0: it does not); `joined` says that its format may
    hold streams one after the other. `missing` counts the frames that a film of a constant rate
    lacks.
    """

    def __init__(self, period_s: float, told_s: float = 0.0, joined: bool = False) -> None:
        self._period_s = period_s
        self._told_s = told_s
        self._joined = joined
        self._origin_s: float | None = None
        self._last_s = 0.0
        self.end_s = 0.0  # of all frames so far
        self._stamps: list[float | None] = [None, None]  # the last pts and dts
        self._faults = [0, 0]  # how often each did not go forward
        self._count = 0
        self._step_s = 0.0  # of a constant rate, 0 where it varies
        self.missing = 0

    def stamp(self, pts_s: float | None, dts_s: float | None) -> float | None:
        """Which stamp of a decoded frame to believe: when it is to be shown or, where that has gone
        back more often (as with H.264 in AVI), when it was to be decoded.
        """
        for i, stamp_s in enumerate((pts_s, dts_s)):
            if stamp_s is not None:
                last_s = self._stamps[i]
                self._faults[i] += last_s is not None and stamp_s <= last_s
                self._stamps[i] = stamp_s
        if pts_s is None or (dts_s is not None and self._faults[0] > self._faults[1]):
            return dts_s
        return pts_s

    def place(self, stamp_s: float | None, duration_s: float) -> tuple[float, float]:
        """When the next frame is shown and for how long, from its own stamp and duration (None
        and 0 where it has none).
        """
        time_s = self.end_s
        if stamp_s is not None:
            if self._origin_s is None or self._is_a_break(stamp_s - self._origin_s):
                self._origin_s = stamp_s - self.end_s
            time_s = max(self._last_s, stamp_s - self._origin_s)
        if not 0 < duration_s <= LONGEST_S:
            duration_s = self._period_s
        self._count_missing(time_s)
        self._last_s, self.end_s = time_s, time_s + duration_s
        return time_s, duration_s

    def _is_a_break(self, time_s: float) -> bool:
        if time_s < self._last_s:  # a little is jitter
            return self._last_s - time_s > self._period_s / 2
        step_s, beyond = time_s - self.end_s, 0 < self._told_s < time_s
        return step_s > LONGEST_S or (step_s > JUMP_S and (self._joined or beyond))

    def _count_missing(self, time_s: float) -> None:
        step_s = time_s - self._last_s
        if self._count == 1:
            self._step_s = step_s
        elif abs(step_s - self._step_s) > self._step_s / 3:
            if self._count < STEADY:
                self._step_s = 0.0  # its rate varies, so nothing can be said
            elif self._step_s and time_s - self.end_s > self._step_s / 2:
                self.missing += round(step_s / self._step_s) - 1
        self._count += 1
