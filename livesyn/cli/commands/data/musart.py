"""`livesyn data musart`: music and paintings of five periods, for MVNet."""

from __future__ import annotations

import argparse

from livesyn.base.errors import ConfigError
from livesyn.base.places import path_of, whole_path
from livesyn.cli import arguments
from livesyn.cli.command import Command
from livesyn.cli.commands.data.left_out import name_files


def run(args: argparse.Namespace) -> None:
    """Cut clips and views, write the .npz, say what is in it."""
    from rich.console import Console
    from rich.progress import Progress

    from livesyn.train.data import musart
    from livesyn.train.data.clips import INSTRUMENTS

    arguments.check_least(args, clips=1, held_out=1, views=1)
    if not 1 <= args.takes <= len(INSTRUMENTS):
        raise ConfigError(
            f"--takes is {args.takes}; there are 1 to {len(INSTRUMENTS)} instruments to play a"
            " clip on"
        )
    if args.pieces < 0:
        raise ConfigError(
            f"--pieces is {args.pieces}; it must be 1 or more, or 0 for all there are"
        )
    wanted = musart.Wanted(
        clips=args.clips,
        pieces=args.pieces,
        recorded=args.recorded,
        takes=args.takes,
        held_out=args.held_out,
        views=args.views,
        size=args.size,
        rights=arguments.rights_of(args),
        seed=args.seed,
        clips_of=None if args.clips_of is None else path_of(args.clips_of),
    )
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("listening")
        counts = musart.build(
            whole_path(args.music),
            whole_path(args.paintings),
            path_of(args.out),
            wanted,
            args.workers,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    name_files(counts["lost"])
    print(f"{args.out}:")
    for name, each in counts.items():
        if isinstance(each, dict):
            print(
                f"  {name.replace('_', ' '):<13} "
                + ", ".join(f"{period} {n}" for period, n in each.items())
            )
    if counts["grey"]:
        print(f"left out: {counts['grey']} paintings that are there only in black and white")
    few = [f"{period} {n}" for period, n in counts["train_clips"].items() if n < args.clips]
    if few and args.clips_of is None:
        print(
            f"fewer clips than the {args.clips} a period asked for: {', '.join(few)}; training"
            " draws all periods equally often"
        )


def add_arguments(musart: argparse.ArgumentParser) -> None:
    """Music, paintings and how many of each."""
    arguments.add_folder(
        musart,
        "music",
        metavar="MUSIC",
        help=(
            "a folder with a folder a period (renaissance, baroque, classical, romantic, modern)"
            " of .mid files or recordings"
        ),
    )
    arguments.add_folder(
        musart,
        "paintings",
        metavar="PAINTINGS",
        help="a folder with manifest.csv (columns file and era), or with a folder a period",
    )
    arguments.add_whole(musart, "--clips", "clips a period to learn from (300)", default=300)
    arguments.add_whole(
        musart,
        "--pieces",
        "pieces a period to learn from at most, long ones first (0: all there are)",
        default=0,
    )
    musart.add_argument(
        "--recorded",
        action="store_true",
        help=(
            "each piece to learn from on one instrument throughout, as a recording has it (each"
            " clip on another)"
        ),
    )
    arguments.add_whole(
        musart,
        "--takes",
        "instruments that each clip to learn from is played on, so that they can be told to be"
        " the same music (1)",
        default=1,
    )
    arguments.add_whole(
        musart, "--held-out", "pieces a period for the test, six clips each (6)", default=6
    )
    arguments.add_whole(musart, "--views", "squares cut from each painting (8)", default=8)
    musart.add_argument(
        "--size",
        type=int,
        choices=(64, 128, 256),
        default=64,
        help="pixels a side of the paintings (64)",
    )
    arguments.add_rights(musart)
    arguments.add_seed(musart, about="of where the cuts are (0)")
    arguments.add_file(
        musart,
        "--clips-of",
        metavar="FILE",
        help=(
            "take the clips of this .npz, made before, and cut only the paintings, of another"
            " --size say"
        ),
    )
    arguments.add_whole(musart, "--workers", "processes that play and read (2)", default=2)
    arguments.add_out_file(musart, "the .npz to write")


COMMAND = Command(
    "musart",
    summary="music and paintings of five periods, for MVNet",
    description=(
        "Clips of 8.91 s from music of five periods, and views of paintings of the same, in one"
        " .npz."
    ),
    add_arguments=add_arguments,
    run=run,
)
