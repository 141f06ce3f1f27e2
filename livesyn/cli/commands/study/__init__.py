"""`livesyn study`: the listening study of the SynVAE thesis."""

from __future__ import annotations

import argparse

from livesyn.cli import command
from livesyn.cli.command import Command
from livesyn.cli.commands.study import listen, make, report, serve

KINDS = command.by_name([make.COMMAND, serve.COMMAND, report.COMMAND, listen.COMMAND])


def run(args: argparse.Namespace) -> None:
    """Do what was asked."""
    KINDS[args.kind].run(args)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What can be done with a study."""
    kinds = parser.add_subparsers(dest="kind", metavar="WHAT", required=True)
    command.add(kinds, KINDS.values())


COMMAND = Command(
    "study",
    summary="can people hear which picture it was?",
    description=(
        "The listening study of the SynVAE thesis: make one, let people take it, report; or"
        " have a machine listen."
    ),
    add_arguments=add_arguments,
    run=run,
)
