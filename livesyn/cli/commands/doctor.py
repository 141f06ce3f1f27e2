"""`livesyn doctor`: is this machine fit to play?"""

from __future__ import annotations

import argparse

from livesyn.cli import arguments
from livesyn.cli.command import Command
from livesyn.config.sections import DEFAULT_MODEL


def run(args: argparse.Namespace) -> int:
    """Check and measure; returns the exit code, 1 for a machine that is not fit."""
    from livesyn.show.doctor import report

    return report.report(args.model, args.device, as_json=args.json)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """--json, --model and --device."""
    arguments.add_json(command)
    command.add_argument(
        "--model", default=DEFAULT_MODEL, metavar="NAME", help="checkpoint to measure with"
    )
    arguments.add_device(command)


COMMAND = Command(
    "doctor",
    summary="check the machine and measure it",
    description="Check the machine, measure latency and jitter, for two seconds with every core"
    " busy, and say in words what is wrong.",
    add_arguments=add_arguments,
    run=run,
)
