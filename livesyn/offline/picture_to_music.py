"""`livesyn translate`: the live chain offline, from files to files, with a clock set by hand.

A picture gives a few bars, a folder a file for each picture and a page to hear them on, a video
music as long as it is, bar by bar. All that is drawn comes from the seed and the number of the bar,
so two pictures differ in their music only as far as they differ to the net; and the same seed and
input give the same bytes on one machine, however busy the machine is and whatever other pictures
are translated: the nets run in one thread here, always for as many pictures at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.base.errors import DataError
from livesyn.config import sections
from livesyn.engine.chains.see_to_hear.async_model import AsyncModel
from livesyn.engine.chains.see_to_hear.chain import ComposedBar, SeeToHear
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.engine.executor import Inline
from livesyn.media import kinds
from livesyn.media.midi_to_wav import renderer
from livesyn.music import midi_file
from livesyn.nets import checkpoint_files
from livesyn.offline.bars import bars_of_picture, bars_of_video, notes_of
from livesyn.offline.batched import Batched
from livesyn.offline.folder import pictures
from livesyn.offline.folder.record import Settings, open_record, weights_of
from livesyn.offline.folder.translation import FolderTranslation, Outcome, works_in
from livesyn.sources.video import Video
from livesyn.transport.timeline import BEATS_PER_BAR

if TYPE_CHECKING:
    from rich.console import Console

PICTURE_BARS = 8
NAMED = 10  # failures that are named again at the end


def translate(
    source: Path,
    out: Path,
    *,
    model: str | sections.Model,
    seed: int = 0,
    bars: int | None = None,
    values: Mapping[str, float] | None = None,
    wav: bool = True,
    again: bool = False,
    device: str = "cpu",
    quiet: bool = False,
) -> list[Path]:
    """Write the music of a picture, a folder of pictures or a video into the folder `out`.

    `model` names a checkpoint, or says with which parts and companions it plays; `bars` is how
    long the music is (a picture: 8; a video: as long as it is), `values` are parameters other
    than at their defaults. Returns the .mid and .wav files written now; a .wav
    comes where FluidSynth and a SoundFont are installed. Of a folder, a damaged picture is named
    and left out, what an earlier run with the same settings made is skipped unless it is wanted
    `again`, and index.html plays all. Raises DataError, CheckpointError or DeviceError with a
    sentence.
    """
    from rich.console import Console

    settings = params.defaults() | dict(values or {})
    if not source.exists():
        raise DataError(
            f"there is nothing at {str(source)!r}; give a picture, a folder of pictures, a video, a"
            " sound file or a MIDI file"
        )
    kind = "folder" if source.is_dir() else kinds.kind_of(source)
    if kind not in ("folder", "picture", "film"):
        unknown = f"nothing that can be translated{kinds.seems(source)}"
        what = unknown if source.stat().st_size else "empty"
        raise DataError(
            f"{str(source)!r} is {what}; give a"
            f" picture ({kinds.LEGAL['picture']}), a folder of pictures, a video"
            f" ({kinds.LEGAL['film']}), a sound file or a MIDI file"
        )
    console = Console(stderr=True, quiet=quiet)
    out.mkdir(parents=True, exist_ok=True)
    wanted = model if isinstance(model, sections.Model) else sections.Model(model)
    nets = Model.load(
        wanted.name, device, threads=1, parts=wanted.parts, companions=wanted.companions
    )
    render = (
        renderer(lambda text: console.print(text, highlight=False, markup=False)) if wav else None
    )
    if kind == "folder":
        return _folder(
            source, out, wanted, nets, seed, bars or PICTURE_BARS, settings, render, again, console
        )
    music = (
        _picture(source, nets, seed, bars, settings)
        if kind == "picture"
        else _video(source, nets, seed, bars, settings, console)
    )
    path = out / f"{source.stem}.mid"
    midi_file.save(
        midi_file.midi_file(
            midi_file.by_part(notes_of(music, settings["swing"])),
            settings["tempo"],
            len(music) * float(BEATS_PER_BAR),
        ),
        path,
    )
    written = [path] if render is None else [path, render(path)]
    for path in written:
        console.print(str(path), highlight=False, markup=False)
    return written


def _picture(
    source: Path, nets: Model, seed: int, bars: int | None, settings: Mapping[str, float]
) -> list[ComposedBar]:
    chain = SeeToHear(AsyncModel(nets, Batched()), nets.space, seed, voices=nets.voices)
    return asyncio.run(
        bars_of_picture(
            chain, pictures.seen(source, nets.image_size), bars or PICTURE_BARS, settings
        )
    )


def _video(
    source: Path,
    nets: Model,
    seed: int,
    bars: int | None,
    settings: Mapping[str, float],
    console: Console,
) -> list[ComposedBar]:
    from rich.progress import Progress

    damage: list[str] = []
    video = Video(source, ManualClock(), on_damaged=damage.append)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(source.name, total=None)
        chain = SeeToHear(AsyncModel(nets, Inline()), nets.space, seed, voices=nets.voices)
        music = asyncio.run(
            bars_of_video(
                chain,
                video.frames(),
                bars,
                settings,
                lambda done_s: progress.update(
                    task, completed=done_s, total=video.length_s or None
                ),
                lambda: video.length_s,
            )
        )
    for sentence in damage:
        console.print(sentence, highlight=False, markup=False, soft_wrap=True)
    return music


def _folder(
    source: Path,
    out: Path,
    model: sections.Model,
    nets: Model,
    seed: int,
    bars: int,
    settings: Mapping[str, float],
    render: Callable[[Path], Path] | None,
    again: bool,
    console: Console,
) -> list[Path]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    works = works_in(
        source,
        lambda text: console.print(text, highlight=False, markup=False, soft_wrap=True),
    )
    record = open_record(out, Settings(*played(model), seed, bars, settings), again)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(show_speed=True),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(source.name, total=len(works))
        afternoon = FolderTranslation(
            source,
            out,
            nets,
            seed,
            bars,
            settings,
            render,
            lambda text: progress.console.print(text, highlight=False, markup=False),
            lambda: progress.advance(task),
        )
        try:
            outcome = afternoon.run(works, record)
        except KeyboardInterrupt:
            console.print(
                f"stopped: {len(record.done)} of {len(works)} pictures are done; the same command"
                " goes on from there",
                highlight=False,
                markup=False,
            )
            raise
    if not outcome.done and not outcome.before:
        raise DataError(
            f"none of the {len(works)} pictures in {str(source)!r} can be read; put sound JPEG or"
            " PNG files there"
        )
    console.print(told(outcome, out / "index.html"), highlight=False, markup=False)
    return outcome.written


def played(model: sections.Model) -> tuple[str, str]:
    """What plays, in words, and what tells it from anything else that could."""
    companions = model.companions
    words = ", ".join([model.name, *(f"{part} {name}" for part, name in companions.items())]) + (
        "" if model.parts == sections.Model().parts else f" ({', '.join(model.parts)})"
    )
    weights = [
        weights_of(checkpoint_files.find(name)) for name in (model.name, *companions.values())
    ]
    return words, "+".join(
        weights if model.parts == sections.Model().parts else [*weights, *model.parts]
    )


def told(outcome: Outcome, page: Path) -> str:
    """What came of a folder, in a sentence or two."""
    before = f", {outcome.before} were done before" if outcome.before else ""
    failed = f"; {len(outcome.failed)} failed:" if outcome.failed else ""
    named = [f"\n  {sentence}" for sentence in outcome.failed[:NAMED]]
    more = [f"\n  and {len(outcome.failed) - NAMED} more"] if len(outcome.failed) > NAMED else []
    return "".join(
        [
            (
                f"{outcome.done} {'picture' if outcome.done == 1 else 'pictures'}"
                f" translated{before}{failed}"
            ),
            *named,
            *more,
            f"\nhear them: open {page} in a browser",
        ]
    )
