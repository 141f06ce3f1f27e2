"""`livesyn translate`: the live chain offline, from files to files, with a clock set by hand.

A picture gives a few bars, a folder a file for each picture, a video music as long as it
is, bar by bar. All that is drawn comes from the seed and the number of the bar, so two
pictures differ in their music only as far as they differ to the net; and the same seed and
input give the same bytes on one machine, however busy: the nets run in one thread here.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from livesyn import params
from livesyn.clock import ManualClock
from livesyn.engine.inference import Direct
from livesyn.engine.model import Model
from livesyn.engine.see_to_hear import Heard, SeeToHear
from livesyn.errors import DataError, DeviceError
from livesyn.music import midi_file
from livesyn.player.bars import as_played
from livesyn.sources.images import SUFFIXES, Images, load_picture
from livesyn.sources.video import Video
from livesyn.transport.timeline import BEATS_PER_BAR
from livesyn.types import Frame, Note

if TYPE_CHECKING:
    from rich.progress import Progress

PICTURE_BARS = 8
PICTURE_SIZE = 720  # as the live slide show has it
SOUND_FONT_FOLDERS = ("/usr/share/sounds/sf2", "/usr/share/soundfonts", "/usr/local/share/soundfonts", "/opt/homebrew/share/soundfonts", "~/.local/share/soundfonts", "~/Library/Audio/Sounds/Banks", "C:/soundfonts")
RENDER_LIMIT_S = 600
Step = Callable[[float], None]  # how much of the whole is done, 0 to 1

log = logging.getLogger(__name__)


def translate(
    source: Path,
    out: Path,
    *,
    model: str,
    seed: int = 0,
    bars: int | None = None,
    values: Mapping[str, float] | None = None,
    wav: bool = True,
    device: str = "cpu",
    quiet: bool = False,
) -> list[Path]:
    """Write the music of a picture, a folder of pictures or a video into the folder `out`.

    `bars` is how long the music is (a picture: 8; a video: as long as it is), `values` are
    parameters other than at their defaults. Returns the files written: a .mid each, and a
    .wav where FluidSynth and a SoundFont are installed. A damaged picture in a folder is
    named and left out. Raises DataError, CheckpointError or DeviceError with a sentence.
    """
    from rich.console import Console
    from rich.progress import Progress

    settings = params.defaults() | dict(values or {})
    if not source.exists():
        raise DataError(f"there is nothing at {str(source)!r}; give a picture, a folder of pictures or a video")
    console = Console(stderr=True, quiet=quiet)
    out.mkdir(parents=True, exist_ok=True)
    nets = Model.load(model, device, threads=1)
    render = _renderer(lambda text: console.print(text, highlight=False)) if wav else None
    written: list[Path] = []
    with Progress(console=console, transient=True) as progress:
        for name, music in _all_music(source, lambda: SeeToHear(Direct(nets), nets.space, seed), bars, settings, progress):
            path = out / f"{name}.mid"
            midi_file.save(midi_file.midi_file({"melody": _notes(music, settings["swing"])}, settings["tempo"], len(music) * float(BEATS_PER_BAR)), path)
            written.append(path)
            if render is not None:
                written.append(render(path))
    for path in written:
        console.print(str(path), highlight=False)
    return written


async def bars_of_picture(chain: SeeToHear, pixels: np.ndarray, bars: int, settings: Mapping[str, float]) -> list[Heard]:
    """The music of one picture (H, W, 3) uint8: `bars` bars in which only ε wanders."""
    bar_s = BEATS_PER_BAR * 60 / settings["tempo"]
    await chain.see(Frame(pixels, 0.0))
    _check_seen(chain)
    return [await chain.hear(bar, bar * bar_s, bar_s, settings) for bar in range(bars)]


async def bars_of_video(chain: SeeToHear, frames: Iterator[tuple[float, np.ndarray]], bars: int | None, settings: Mapping[str, float], step: Step = lambda part: None) -> list[Heard]:
    """The music of `frames` (seconds, pixels), a bar for each that begins in it: as live, each
    is made of what was seen until `commit_ahead` before its line, the first of the first picture."""
    bar_s = BEATS_PER_BAR * 60 / settings["tempo"]
    lead_s = settings["commit_ahead"] / 1000
    heard: list[Heard] = []
    before_s, end_s = 0.0, 0.0
    for index, (time_s, pixels) in enumerate(frames):
        while chain.has_seen and time_s > max(0.0, len(heard) * bar_s - lead_s) and len(heard) != bars:
            heard.append(await chain.hear(len(heard), max(before_s, len(heard) * bar_s - lead_s), bar_s, settings))
        if len(heard) == bars:
            break
        await chain.see(Frame(pixels, time_s, index), bool(settings["freeze"]))
        before_s, end_s = time_s, time_s + (time_s - before_s)
        step(time_s)
    _check_seen(chain)
    while (len(heard) < bars) if bars is not None else (len(heard) * bar_s < end_s or not heard):
        heard.append(await chain.hear(len(heard), max(before_s, len(heard) * bar_s - lead_s), bar_s, settings))
    return heard


def _check_seen(chain: SeeToHear) -> None:
    if not chain.has_seen:
        raise DataError("no picture in it gives a finite latent; the checkpoint is damaged, or not trained")


def _all_music(source: Path, chain: Callable[[], SeeToHear], bars: int | None, settings: Mapping[str, float], progress: Progress) -> Iterator[tuple[str, list[Heard]]]:
    """Name and music of everything in `source`."""
    if source.is_dir() or source.suffix.lower() in SUFFIXES:
        taken: set[str] = set()
        total = 1 if source.is_file() else sum(path.suffix.lower() in SUFFIXES for path in source.iterdir())
        task = progress.add_task(source.name, total=total)
        for path, pixels in _pictures(source, lambda text: progress.console.print(text, highlight=False)):
            name = path.stem if path.stem not in taken else path.name  # a.jpg and a.png
            taken.add(name)
            yield name, asyncio.run(bars_of_picture(chain(), pixels, bars or PICTURE_BARS, settings))
            progress.advance(task)
        if not taken:
            raise DataError(f"none of the {total} pictures in {str(source)!r} can be read; put sound JPEG or PNG files there")
        return
    video = Video(source, ManualClock())
    task = progress.add_task(source.name, total=None)
    music = bars_of_video(chain(), video.frames(), bars, settings, lambda done_s: progress.update(task, completed=done_s, total=video.length_s or None))
    yield source.stem, asyncio.run(music)


def _pictures(source: Path, say: Callable[[str], None]) -> Iterator[tuple[Path, np.ndarray]]:
    if source.is_dir():
        yield from Images(source, ManualClock(), size=PICTURE_SIZE, on_damaged=say).pictures()
    else:
        yield source, load_picture(source, PICTURE_SIZE)


def _notes(music: list[Heard], swing: float) -> list[Note]:
    """The notes of all bars as they would be played, their beats from the first bar's line."""
    return [replace(note, start_beats=note.start_beats + heard.bar * BEATS_PER_BAR) for heard in music for note in as_played(heard.phrase, swing).notes]


def _renderer(say: Callable[[str], None]) -> Callable[[Path], Path] | None:
    """What makes a .wav of a .mid; None, and said, where nothing here can."""
    program, font = shutil.which("fluidsynth"), find_sound_font()
    if program is None or font is None:
        say(f"no .wav: {'FluidSynth' if program is None else 'a SoundFont (.sf2)'} is not installed; the .mid files are complete")
        return None

    def render(path: Path) -> Path:
        target, part = path.with_suffix(".wav"), path.with_name(f".{path.stem}.part.wav")
        try:
            done = subprocess.run([program, "-ni", "-q", "-r", "44100", "-F", str(part), "-T", "wav", str(font), str(path)], capture_output=True, text=True, timeout=RENDER_LIMIT_S, check=False)
            if done.returncode or not part.is_file():
                raise DeviceError(f"FluidSynth could not play {path.name} ({(done.stderr.strip().splitlines() or ['it did not say why'])[-1]}); --no-wav leaves it out")
            part.replace(target)
        except subprocess.TimeoutExpired:
            raise DeviceError(f"FluidSynth did not finish {path.name} within {RENDER_LIMIT_S} s; --no-wav leaves it out") from None
        finally:
            part.unlink(missing_ok=True)
        return target

    return render


def find_sound_font() -> Path | None:
    """A SoundFont in one of the usual places, a General MIDI one first; None without any."""
    fonts = [path for folder in SOUND_FONT_FOLDERS for path in sorted(Path(folder).expanduser().glob("*.sf[23]"))]
    return min(fonts, key=lambda path: "gm" not in path.stem.lower(), default=None)
