"""`livesyn translate song.wav`: what a show would have painted to a sound file, as a film with its
sound.

The live chain, with a clock set by hand: the same file, seed and parameters give the same pictures,
however busy the machine.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from livesyn.audio.hearing import Hearing
from livesyn.audio.router import SoundRouter
from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.base.errors import DeviceError
from livesyn.base.types import AudioBlock, Frame
from livesyn.engine.chains.hear_to_see.async_painter import AsyncPainter
from livesyn.engine.chains.hear_to_see.chain import HearToSee
from livesyn.engine.chains.hear_to_see.nets import Painter
from livesyn.engine.executor import Inline
from livesyn.media import ffmpeg
from livesyn.media.flash_limiter import FlashLimiter
from livesyn.sinks.pictures.video import VideoSink
from livesyn.sources.sound_file import SoundFile

if TYPE_CHECKING:
    from rich.console import Console

KIND = "mvnet"
FPS = 30.0
LISTEN_COLUMNS = 20  # as often as live: about four times a second
MUX_LIMIT_S = 600


def film(
    source: Path,
    out: Path,
    *,
    painter: str,
    seed: int = 0,
    values: Mapping[str, float] | None = None,
    seconds: float | None = None,
    channels: tuple[int, ...] | None = None,
    device: str = "cpu",
    quiet: bool = False,
) -> Path:
    """Write the paintings of the sound file `source`, or of its first `seconds`, as `out`/name.mp4;
    returns its path. `channels` are those that are painted, all without.

    The sound goes into the film where ffmpeg is installed. Raises DataError, DeviceError or
    CheckpointError with a sentence.
    """
    from rich.console import Console
    from rich.progress import Progress

    settings = params.defaults() | dict(values or {})
    console = Console(stderr=True, quiet=quiet)
    sound = SoundFile(source, ManualClock(), loop=False, channels=channels)
    sound.open()
    sound.close()
    length_s = min(sound.length_s, seconds or sound.length_s)
    nets = AsyncPainter(Painter.load(painter, device, threads=1), Inline())
    out.mkdir(parents=True, exist_ok=True)
    target, part = out / f"{source.stem}.mp4", out / f".{source.stem}.part.mp4"
    part.unlink(missing_ok=True)
    writer = VideoSink(part, FPS, part_s=float("inf"))
    writer.open()
    heard: list[SoundFile] = []
    try:
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task(source.name, total=length_s)
            for frame in pictures(source, channels, nets, seed, settings, length_s, heard.append):
                writer.show(frame)
                progress.update(task, completed=frame.time_s)
    except BaseException:
        writer.close()
        part.unlink(missing_ok=True)  # Ctrl-C leaves no part of a file
        raise
    writer.close()
    for sound in heard:
        if sound.complaint:
            console.print(sound.complaint, highlight=False, markup=False, soft_wrap=True)
    if not part.is_file():
        raise DeviceError(f"{source.name} is too short to be painted; give a longer one")
    _with_sound(part, source, target, length_s, console)
    return target


def pictures(
    source: Path,
    channels: tuple[int, ...] | None,
    nets: AsyncPainter,
    seed: int,
    settings: Mapping[str, float],
    length_s: float,
    hearing_of: Callable[[SoundFile], object],
) -> Iterator[Frame]:
    """A picture each thirtieth of a second; `hearing_of` is told of the sound that is heard."""
    chain, hearing, limiter = (
        HearToSee(nets, nets.painter.centres, nets.painter.noise_size, seed),
        Hearing(settings),
        FlashLimiter(),
    )
    router = SoundRouter([hearing])
    clock = ManualClock()
    sound = SoundFile(source, clock, loop=False, channels=channels)
    sound.open()
    hearing_of(sound)
    listened, number, black = 0, 0, np.zeros((nets.painter.size, nets.painter.size, 3), np.uint8)
    heard_s = 0.0
    try:
        while heard_s < length_s and (samples := sound.read()) is not None:
            heard_s += len(samples) / sound.rate_hz
            router.push(AudioBlock(samples, heard_s, sound.rate_hz))
            if hearing.columns - listened >= LISTEN_COLUMNS:
                listened = hearing.columns
                asyncio.run(chain.observe(hearing.window()))
            # the first quarter of a second is painted when it has been heard
            while chain.is_ready and number / FPS <= heard_s:
                time_s = number / FPS
                pixels = (
                    black
                    if settings["blackout"]
                    else asyncio.run(chain.produce(hearing.levels, time_s, settings))
                )
                yield Frame(
                    limiter.limit(pixels, time_s) if settings["flash_limit"] else pixels,
                    time_s,
                    number,
                )
                number += 1
    finally:
        sound.close()


def _with_sound(
    silent: Path, source: Path, target: Path, length_s: float, console: Console
) -> None:
    """Put the sound into the film; without ffmpeg it stays silent, and that is said."""
    if (program := ffmpeg.program()) is not None:
        loud = silent.with_name(f".{target.stem}.loud.mp4")
        command = [
            program,
            "-v",
            "error",
            "-y",
            "-i",
            str(silent),
            "-i",
            str(source),
            "-t",
            f"{length_s:.3f}",
            "-map",
            "0:v",
            "-map",
            "1:a",
            "-c:v",
            "copy",
            "-c:a",
            "aac",
            "-movflags",
            "+faststart",
            str(loud),
        ]
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=MUX_LIMIT_S,
                check=False,
            )
            if done.returncode == 0:
                silent.unlink()
                loud.replace(target)
                return
            reason = (done.stderr.strip().splitlines() or ["it did not say why"])[-1]
        except subprocess.TimeoutExpired:
            reason = f"it did not finish within {MUX_LIMIT_S} s"
        loud.unlink(missing_ok=True)
        console.print(
            f"the film has no sound: ffmpeg could not put it in ({reason})",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    else:
        console.print(
            "the film has no sound: ffmpeg is not installed", highlight=False, markup=False
        )
    silent.replace(target)
