"""The chain of a bar over files: the music of one picture, and of a video."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from livesyn.base.errors import DataError
from livesyn.base.types import Frame, Note
from livesyn.engine.chains.see_to_hear.chain import ComposedBar, SeeToHear
from livesyn.music.played import as_played
from livesyn.transport.timeline import BEATS_PER_BAR

Step = Callable[[float], None]  # how many seconds are done


async def bars_of_picture(
    chain: SeeToHear, pixels: np.ndarray, bars: int, settings: Mapping[str, float]
) -> list[ComposedBar]:
    """The music of one picture (H, W, 3) uint8: `bars` bars in which only ε changes."""
    bar_s = BEATS_PER_BAR * 60 / settings["tempo"]
    await chain.observe(Frame(pixels, 0.0))
    _check_seen(chain)
    return [await chain.produce(bar, bar * bar_s, bar_s, settings) for bar in range(bars)]


async def bars_of_video(
    chain: SeeToHear,
    frames: Iterator[tuple[float, np.ndarray]],
    bars: int | None,
    settings: Mapping[str, float],
    step: Step = lambda part: None,
    length_s: Callable[[], float] | None = None,
) -> list[ComposedBar]:
    """The music of `frames` (seconds, pixels), a bar for each that begins in it: as live, each
    is made of what was seen until `commit_ahead` before its line, the first of the first picture.

    `length_s` tells, after the last frame, how long they are in all; without it the last is shown
    as long as the one before.
    """
    bar_s = BEATS_PER_BAR * 60 / settings["tempo"]
    lead_s = settings["commit_ahead"] / 1000
    heard: list[ComposedBar] = []
    before_s, end_s = 0.0, 0.0
    for index, (time_s, pixels) in enumerate(frames):
        while (
            chain.has_seen and time_s > max(0.0, len(heard) * bar_s - lead_s) and len(heard) != bars
        ):
            heard.append(
                await chain.produce(
                    len(heard), max(before_s, len(heard) * bar_s - lead_s), bar_s, settings
                )
            )
        if len(heard) == bars:
            break
        await chain.observe(Frame(pixels, time_s, index), bool(settings["freeze"]))
        before_s, end_s = time_s, time_s + (time_s - before_s)
        step(time_s)
    _check_seen(chain)
    end_s = end_s if length_s is None else length_s()
    while (len(heard) < bars) if bars is not None else (len(heard) * bar_s < end_s or not heard):
        heard.append(
            await chain.produce(
                len(heard), max(before_s, len(heard) * bar_s - lead_s), bar_s, settings
            )
        )
    return heard


def _check_seen(chain: SeeToHear) -> None:
    if not chain.has_seen:
        raise DataError(
            "no picture in it gives a finite latent; the checkpoint is damaged, or not trained"
        )


def notes_of(music: list[ComposedBar], swing: float) -> list[Note]:
    """The notes of all bars as they would be played, their beats from the first bar's line."""
    return [
        replace(note, start_beats=note.start_beats + heard.bar * BEATS_PER_BAR)
        for heard in music
        for note in as_played(heard.phrase, swing).notes
    ]
