"""`livesyn data`: prepare training data."""

from __future__ import annotations

import argparse

from livesyn.base import words
from livesyn.cli import arguments, command
from livesyn.cli.command import Command
from livesyn.cli.commands.data import musart, windows

KINDS = command.by_name([*windows.COMMANDS, musart.COMMAND])


def run(args: argparse.Namespace) -> None:
    """Prepare data of the kind that was asked for."""
    arguments.check_least(args, workers=1)
    words.never_block()
    KINDS[args.kind].run(args)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The kinds."""
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    command.add(kinds, KINDS.values())


COMMAND = Command(
    "data",
    summary="prepare training data",
    description="Prepare training data.",
    add_arguments=add_arguments,
    run=run,
)
