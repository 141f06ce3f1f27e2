"""Pictures that are shown a while after they were made. Pure; time is an argument."""

from __future__ import annotations

from collections import deque

import numpy as np

MOST = 64  # pictures; half a second has fifteen


class PictureDelay:
    """Keeps pictures until they are due. One thread at a time."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[float, np.ndarray]] = deque(maxlen=MOST)
        self._shown: np.ndarray | None = None

    def delayed(self, pixels: np.ndarray, now_s: float, delay_s: float) -> np.ndarray | None:
        """The newest picture that was given at least `delay_s` before `now_s`, this one included;
        the last one until there is another, None before the first.
        """
        self._waiting.append((now_s, pixels))
        while self._waiting and self._waiting[0][0] <= now_s - delay_s:
            self._shown = self._waiting.popleft()[1]
        return self._shown
