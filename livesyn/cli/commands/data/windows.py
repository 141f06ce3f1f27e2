"""`livesyn data melodies | bass | drums`: windows of two or sixteen bars from scores and MIDI."""

from __future__ import annotations

import argparse
from pathlib import Path

from livesyn.base.errors import ConfigError
from livesyn.base.installing import install
from livesyn.base.places import path_of, whole_path
from livesyn.cli import arguments
from livesyn.cli.command import Command
from livesyn.cli.commands.data.left_out import name_files

FORBIDDEN = ("essenFolksong", "palestrina")  # in music21's corpus: non-commercial; rights reserved


def run(args: argparse.Namespace) -> None:
    """Read the scores, write the .npz, say what is in it."""
    from livesyn.train.data import melodies

    sources = _sources(args)
    made = getattr(args, "grooves", 0)
    if made < 0:
        raise ConfigError(f"--grooves is {made}; it must be 0 or more")
    if made and args.bars != 2:
        raise ConfigError("grooves made by rule have two bars; leave out --bars")
    if not sources and not made:
        more = "say --music21" if args.kind != "drums" else "say --grooves 4000"
        raise ConfigError(
            f"no FOLDER was named; name one that holds scores or MIDI files, or {more}"
        )
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("reading")
        counts = melodies.build(
            sources,
            (*args.exclude, *(FORBIDDEN if args.music21 else ())),
            path_of(args.out),
            args.workers,
            lambda done, total: bar.update(task, completed=done, total=total),
            part="melody" if args.kind == "melodies" else args.kind,
            bars=args.bars,
            made=made,
        )
    name_files(counts["lost"])
    per_source = ", ".join(f"{name} {n}" for name, n in counts["sources"].items())
    name_files(counts["mended"], "mended")
    damaged = f" ({len(counts['lost'])} damaged left out)" if counts["lost"] else ""
    print(
        f"{args.out}: {counts['pieces']} pieces{damaged}; windows: train {counts['train']}, valid"
        f" {counts['valid']}, test {counts['test']} ({per_source})"
    )


def _sources(args: argparse.Namespace) -> dict[str, Path]:
    """Name of each collection -> its folder."""
    sources: dict[str, Path] = {}
    for folder in (whole_path(f) for f in args.folders):
        if not folder.is_dir():
            raise ConfigError(
                f"{folder} is not a folder; name one that holds .mxl, .musicxml, .xml, .krn, .abc"
                " or .mid files"
            )
        if folder.name in sources:
            raise ConfigError(
                f"two folders are called {folder.name!r}; a piece is known by its folder's name, so"
                " rename one"
            )
        sources[folder.name] = folder
    if args.music21:
        try:
            import music21
        except ImportError:
            raise ConfigError(
                f"music21 is not installed; install it with: {install('music21')}"
            ) from None
        sources["music21"] = Path(music21.__file__).parent / "corpus"
    return sources


def _add_arguments(windows: argparse.ArgumentParser) -> None:
    _add_scores(windows)
    _add_output(windows)


def _add_drum_arguments(windows: argparse.ArgumentParser) -> None:
    _add_scores(windows)
    arguments.add_whole(
        windows,
        "--grooves",
        "also N grooves made by rule, two bars each in up to 8 variants (0)",
        default=0,
    )
    _add_output(windows)


def _add_scores(windows: argparse.ArgumentParser) -> None:
    arguments.add_folder(
        windows,
        "folders",
        nargs="*",
        metavar="FOLDER",
        help="folders of .mxl, .musicxml, .xml, .krn, .abc or .mid files",
    )
    windows.add_argument(
        "--music21",
        action="store_true",
        help=(
            "also music21's corpus, but for the Essen and Palestrina collections, whose terms"
            " forbid it"
        ),
    )
    windows.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="TEXT",
        help="leave out files whose path holds TEXT; again for more",
    )
    windows.add_argument(
        "--bars", type=int, choices=(2, 16), default=2, help="how long a window is (2)"
    )


def _add_output(windows: argparse.ArgumentParser) -> None:
    arguments.add_whole(windows, "--workers", "processes that read (2)", default=2)
    arguments.add_out_file(windows, "the .npz to write")


COMMANDS = (
    Command("melodies", "melody windows from scores and MIDI files", run, None, _add_arguments),
    Command("bass", "bass windows from scores and MIDI files", run, None, _add_arguments),
    Command(
        "drums",
        "drum windows from scores and MIDI files, and grooves made by rule",
        run,
        None,
        _add_drum_arguments,
    ),
)
