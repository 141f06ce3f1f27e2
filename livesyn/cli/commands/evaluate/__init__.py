"""`livesyn evaluate`: measure trained nets as the papers do."""

from __future__ import annotations

import argparse
from pathlib import Path

from livesyn.base import words
from livesyn.cli import command
from livesyn.cli.command import Command
from livesyn.cli.commands.evaluate import mvnet, syn_vae

KINDS = command.by_name([mvnet.COMMAND, syn_vae.COMMAND])


def run(args: argparse.Namespace) -> None:
    """Measure nets of one kind; say where the report is."""
    from livesyn.show import preflight

    words.never_block()
    preflight.check_folder(args.out)
    KINDS[args.kind].run(args)
    print(f"the report is {Path(args.out) / 'report.md'}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The kinds."""
    kinds = parser.add_subparsers(dest="kind", metavar="NET", required=True)
    command.add(kinds, KINDS.values())


COMMAND = Command(
    "evaluate",
    summary="measure trained nets as the papers do",
    description="Measure trained nets as the papers do, on the test split.",
    add_arguments=add_arguments,
    run=run,
)
