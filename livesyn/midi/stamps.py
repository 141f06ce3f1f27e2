"""When messages came that were only taken later. Pure; time is an argument."""

from __future__ import annotations

CLOCKS_APART = 1e-4  # how much two clocks of one machine may differ in rate
TRUSTED_S = 0.25  # a message does not wait longer: then some were lost between


class Stamps:
    """From the seconds that a driver counts between messages to the time at which each came: that
    of the message before, later by so much, for the delay of whoever takes them is never negative,
    and the least that was seen is nearest to none.
    """

    def __init__(self) -> None:
        self._last_s: float | None = None

    def time_s(self, since_last_s: float | None, now_s: float) -> float:
        """When a message came that is taken at `now_s`; `now_s` itself where no driver tells."""
        time_s = now_s
        if since_last_s is not None and self._last_s is not None:
            time_s = min(now_s, self._last_s + since_last_s * (1 + CLOCKS_APART))
            if now_s - time_s > TRUSTED_S:
                time_s = now_s
        self._last_s = time_s if since_last_s is not None else None
        return time_s
