"""`livesyn completion`: a completion script for a shell."""

from __future__ import annotations

import argparse

from livesyn.cli.command import Command

SHELLS = ("bash", "zsh", "tcsh")


def run(args: argparse.Namespace) -> None:
    """Print it."""
    import shtab

    from livesyn.cli.parser import actions, parser

    whole = parser(with_settings=True)
    for action in actions(whole):
        kind = getattr(action, "complete", None)
        if isinstance(kind, str):
            action.complete = getattr(shtab, kind)  # type: ignore[attr-defined]
    print(shtab.complete(whole, shell=args.shell))


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Which shell."""
    command.add_argument("shell", choices=SHELLS)


COMMAND = Command(
    "completion",
    summary="print shell completion",
    description="Print a completion script for your shell.",
    add_arguments=add_arguments,
    run=run,
)
