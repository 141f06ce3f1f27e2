"""`livesyn translate`: pictures to music, music to pictures, sound to a film, offline."""

from __future__ import annotations

import argparse
from pathlib import Path

from livesyn.base.errors import ConfigError
from livesyn.base.places import path_of
from livesyn.cli import arguments
from livesyn.cli.command import Command
from livesyn.config.sections import DEFAULT_MODEL, DEFAULT_PAINTER, Model


def run(args: argparse.Namespace) -> None:
    """What the source is decides what becomes of it."""
    from livesyn.media.kinds import kind_of

    kind = kind_of(path_of(args.source))
    if kind == "sound":
        return _sound_to_film(args)
    if args.audio_channels is not None:
        raise ConfigError(
            "--audio-channels says which channels of a sound are painted;"
            f" {Path(args.source).name} is no sound"
        )
    if kind == "music":
        return _music_to_picture(args)
    return _picture_to_music(args)


def _picture_to_music(args: argparse.Namespace) -> None:
    from livesyn.show import preflight

    model = arguments.model_of(args, Model())
    preflight.check_model(model)
    preflight.check_folder(args.out)
    arguments.check_least(args, bars=1)
    values = arguments.values_of(args)
    from livesyn.offline import picture_to_music

    picture_to_music.translate(
        path_of(args.source),
        path_of(args.out),
        model=model,
        seed=args.seed,
        bars=args.bars,
        values=values,
        wav=not args.no_wav,
        again=args.again,
    )


def _refuse_how_music_is_made(args: argparse.Namespace, becomes: str) -> None:
    """Raises ConfigError for a flag that has no meaning where the source is music."""
    for flag in ("bars", "parts", "long", "key", "bpm"):
        if getattr(args, flag) not in (None, "", []):
            raise ConfigError(
                f"--{flag} says how music is made; {Path(args.source).name} is music already, and"
                f" becomes {becomes}"
            )


def _music_to_picture(args: argparse.Namespace) -> None:
    """By a SynVAE with the modalities swapped."""
    from livesyn.offline import music_to_picture
    from livesyn.show import preflight

    _refuse_how_music_is_made(args, "pictures")
    name = music_to_picture.DEFAULT_MODEL if args.model == DEFAULT_MODEL else args.model
    preflight.check_checkpoint(name, kind=music_to_picture.KIND)
    values = arguments.values_of(args)
    preflight.check_folder(args.out)
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("painting", total=None)
        written = music_to_picture.paint(
            path_of(args.source),
            path_of(args.out),
            model=name,
            seed=args.seed,
            values=values,
            say=lambda text: console.print(text, highlight=False, markup=False, soft_wrap=True),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    for path in written:
        print(path)


def _sound_to_film(args: argparse.Namespace) -> None:
    """By MVNet."""
    from livesyn.offline import sound_to_film
    from livesyn.show import preflight

    _refuse_how_music_is_made(args, "a film")
    if args.seconds is not None and not args.seconds > 0:
        raise ConfigError(f"--seconds is {args.seconds:g}; it must be above 0")
    name = DEFAULT_PAINTER if args.model == DEFAULT_MODEL else args.model
    preflight.check_checkpoint(name, kind=sound_to_film.KIND)
    values = arguments.values_of(args)
    preflight.check_folder(args.out)
    print(
        sound_to_film.film(
            path_of(args.source),
            path_of(args.out),
            painter=name,
            seed=args.seed,
            values=values,
            seconds=args.seconds,
            channels=arguments.channels_of(args),
        )
    )


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Source, folder and how it is made."""
    arguments.add_file(
        command,
        "source",
        metavar="IMAGE|DIR|VIDEO|MIDI|SOUND",
        help=(
            "what to look at; a .mid becomes pictures, by a checkpoint of kind music-syn-vae; a"
            " .wav, .flac, .ogg or .mp3 a film, by one of kind mvnet"
        ),
    )
    arguments.add_out_folder(
        command, "folder for the .mid, and the .wav where FluidSynth is installed"
    )
    arguments.add_seed(command)
    arguments.add_whole(
        command, "--bars", "how long the music is (a picture: 8 bars; a video: as long as it is)"
    )
    arguments.add_number(command, "--seconds", "how long the film of a sound is (as long as it is)")
    arguments.add_channels(command, "of a sound that are painted (all)")
    arguments.add_model(command)
    arguments.add_parts(command)
    arguments.add_values(command)
    command.add_argument("--no-wav", action="store_true", help="MIDI only")
    command.add_argument(
        "--again", action="store_true", help="a folder: make everything anew, also what is there"
    )


COMMAND = Command(
    "translate",
    summary="picture, folder or video to MIDI, MIDI to pictures, sound to a film, offline",
    description="The live chain from a file to a file. Same seed and input: the same bytes.",
    add_arguments=add_arguments,
    run=run,
)
