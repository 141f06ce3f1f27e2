"""Tells the player the colours of what is seen, for the lamps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np

from livesyn.base.clock import Clock
from livesyn.engine.failures import Failures
from livesyn.ipc.messages import Message
from livesyn.ipc.messages import PictureColours as Colours
from livesyn.media.colours import PictureColours

EVERY_S = 1 / 30


async def tell_colours(
    painting: Callable[[], np.ndarray | None],
    frame: Callable[[], np.ndarray | None],
    send: Callable[[Message], object],
    clock: Clock,
    failures: Failures,
) -> None:
    """Send the colours of each new picture, thirty times a second at most, until cancelled: of what
    is painted, or where nothing is, of what the source sees.
    """
    colours, last = PictureColours(), None
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            pixels = painting()
            pixels = frame() if pixels is None else pixels
            if pixels is not None and pixels is not last:
                last = pixels
                send(Colours(colours.of(pixels, clock.now_s())))
        except Exception as error:
            failures.add("the colours of a picture could not be told", error)
