"""`livesyn devices`: what there is to plug in."""

from __future__ import annotations

import argparse

from livesyn.cli import arguments
from livesyn.cli.command import Command


def run(args: argparse.Namespace) -> int:
    """Print the list; returns the exit code."""
    from livesyn.show import devices

    return devices.report(as_json=args.json)


COMMAND = Command(
    "devices",
    summary="list cameras, MIDI ports, sound cards and torch devices",
    description="What there is to plug in, each with what to type.",
    add_arguments=arguments.add_json,
    run=run,
)
