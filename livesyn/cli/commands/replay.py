"""`livesyn replay`: a set log, played again."""

from __future__ import annotations

import argparse
import re

from livesyn.base.errors import ConfigError
from livesyn.base.places import path_of
from livesyn.cli import arguments
from livesyn.cli.command import Command


def run(args: argparse.Namespace) -> int:
    """Play the log again; 1 where its bytes were others, or it could not be replayed to its end."""
    from livesyn.offline import replay_command

    speed = args.speed
    if speed is None:
        speed = 0.0 if args.check or args.out or args.from_latents else 1.0
    if not 0 <= speed <= 100:
        raise ConfigError(f"--speed is {speed:g}; it goes from 0 (as fast as it can) to 100")
    if not speed and (args.midi_out or args.osc_out):
        raise ConfigError(
            "ports take music in time: say --speed 1 with --midi-out and --osc-out, or write a file"
            " with -o FILE.mid"
        )
    seconds, bar = until_of(args.until)
    return replay_command.replay(
        path_of(args.log),
        out=None if args.out is None else path_of(args.out),
        speed=speed,
        midi_out=args.midi_out,
        midi=not args.no_midi,
        osc_out=tuple(args.osc_out or ()),
        seconds=seconds,
        bar=bar,
        check=args.check,
        from_latents=args.from_latents,
        as_json=args.json,
    )


def until_of(text: str | None) -> tuple[float | None, int | None]:
    """Seconds, or a bar, of `--until`. Raises ConfigError."""
    if text is None:
        return None, None
    if found := re.fullmatch(r"bar[ :]?0*([1-9]\d{0,8})", text.strip()):
        return None, int(found[1])
    parts = text.strip().split(":")
    if len(parts) <= 3 and all(re.fullmatch(r"\d{1,6}", part) for part in parts[:-1]):
        last = arguments.as_number(parts[-1])
        if isinstance(last, float) and 0 <= last < 1e9:
            return sum(60.0 ** (i + 1) * int(p) for i, p in enumerate(parts[-2::-1])) + last, None
    raise ConfigError(
        f"--until is {text!r}; say a time since the log began, like 90, 1:30 or 1:02:03, or a bar,"
        " like bar:40"
    )


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The log, how far, how fast, and where to."""
    arguments.add_file(command, "log", metavar="LOG", help="a file that livesyn run --log wrote")
    command.add_argument(
        "--check",
        action="store_true",
        help="compare every byte, say where the first other one is; the exit code is 1 then",
    )
    command.add_argument(
        "--until", metavar="TIME|bar:N", help="stop after so long (90, 1:30, 1:02:03) or that bar"
    )
    arguments.add_number(
        command,
        "--speed",
        "1: in time, to the ports; 2: twice as fast; 0: as fast as it can, to a file or nothing"
        " (1, or 0 with --check or -o)",
    )
    arguments.add_file(
        command, "-o", "--out", metavar="FILE.mid", help="write the set as a .mid file"
    )
    command.add_argument(
        "--midi-out", metavar="NAME", help="play into this port, not a virtual port livesyn"
    )
    command.add_argument("--no-midi", action="store_true", help="no MIDI port")
    command.add_argument(
        "--osc-out",
        action="append",
        metavar="HOST:PORT[/ahead]",
        help="OSC receiver; again for more (none)",
    )
    command.add_argument(
        "--from-latents",
        action="store_true",
        help=(
            "make the phrases anew from the latents in the log, by the nets and seed it names; with"
            " --check they are compared too"
        ),
    )
    arguments.add_json(command)


COMMAND = Command(
    "replay",
    summary="play a set log again: the same MIDI, byte for byte",
    description=(
        "Play a set log again: the same MIDI, byte for byte, in time or as fast as it can. A log"
        " that was cut off replays to the cut."
    ),
    examples="replay",
    add_arguments=add_arguments,
    run=run,
)
