"""Pictures that are shown later."""

from __future__ import annotations

import numpy as np
import pytest

from livesyn.media.picture_delay import PictureDelay


def picture(value: int) -> np.ndarray:
    return np.full((2, 2, 3), value, np.uint8)


@pytest.mark.parametrize(("delay_s", "behind"), [(0.0, 0), (0.1, 3), (0.5, 15)])
def test_each_picture_is_shown_so_much_later(delay_s: float, behind: int) -> None:
    delay = PictureDelay()
    for index in range(40):
        shown = delay.delayed(picture(index), index / 30 + 1e-6 * index, delay_s)
        if index < behind:
            assert shown is None
        else:
            assert shown is not None and shown[0, 0, 0] == index - behind


def test_a_shorter_delay_skips_and_a_longer_one_waits() -> None:
    delay = PictureDelay()
    assert [
        None if shown is None else int(shown[0, 0, 0])
        for shown in (
            delay.delayed(picture(0), 0.0, 0.5),
            delay.delayed(picture(1), 0.1, 0.0),
            delay.delayed(picture(2), 0.2, 0.5),
            delay.delayed(picture(3), 0.69, 0.5),
            delay.delayed(picture(4), 0.71, 0.5),
        )
    ] == [None, 1, 1, 1, 2]
