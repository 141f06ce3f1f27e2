"""`livesyn interpolate`: from picture to picture through the latent space."""

from __future__ import annotations

import argparse
import math

from livesyn.base.errors import ConfigError
from livesyn.base.places import path_of
from livesyn.cli import arguments
from livesyn.cli.command import Command


def run(args: argparse.Namespace) -> None:
    """Write the music and the contact sheet; print where they are."""
    from livesyn.show import preflight

    preflight.check_checkpoint(args.model)
    values, amounts = arguments.values_of(args), amounts_of(args)
    preflight.check_folder(args.out)
    from livesyn.offline.interpolate import interpolate

    for path in interpolate(
        [path_of(source) for source in args.sources],
        path_of(args.out),
        model=args.model,
        steps=args.steps,
        bars=args.bars,
        amounts=amounts,
        seed=args.seed,
        values=values,
    ):
        print(path)


def amounts_of(args: argparse.Namespace) -> dict[str, float]:
    """Attributes and their amounts from --attribute. Raises ConfigError."""
    amounts: dict[str, float] = {}
    for text in args.attribute:
        name, _, amount = text.rpartition("=")
        value = arguments.as_number(amount.strip())
        if not name or isinstance(value, str) or not math.isfinite(value):
            raise ConfigError(f"--attribute is {text!r}; say NAME=AMOUNT, like warmth=1.5")
        amounts[name.strip()] = value
    return amounts


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Pictures, folder and how they are led through."""
    arguments.add_file(
        command,
        "sources",
        nargs="+",
        metavar="IMAGE",
        help="pictures to lead through, in order; one alone with --attribute",
    )
    arguments.add_out_folder(command, "folder for the .mid and the .png")
    arguments.add_whole(command, "--steps", "steps from one picture to the next (8)", default=8)
    arguments.add_whole(command, "--bars", "bars a stop lasts, 1 or 2 (2)", default=2)
    command.add_argument(
        "--attribute",
        action="append",
        default=[],
        metavar="NAME=AMOUNT",
        help=(
            "add so much of an attribute of the checkpoint, like warmth=1.5 or a label's name;"
            " again for more"
        ),
    )
    arguments.add_seed(command)
    arguments.add_model(command)
    arguments.add_values(command)


COMMAND = Command(
    "interpolate",
    summary="the way from picture to picture, as MIDI and a contact sheet",
    description=(
        "The way through the latent space from picture to picture: music and a contact sheet."
    ),
    examples="interpolate",
    add_arguments=add_arguments,
    run=run,
)
