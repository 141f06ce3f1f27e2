"""One command of the command line. Standard library only, as is all of this folder at import."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).with_name("templates")
Arguments = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], int | None]


@dataclass(frozen=True)
class Command:
    """A command, or a command below another: its arguments and what it does.

    `summary` is its line in the list of commands, `description` the head of its own help,
    `examples` the name of a file in templates/ that ends it. `run` returns an exit code, or None
    for 0. `add_settings` adds arguments that only heavy imports can tell; it is called after
    `add_arguments`, and only where they are wanted.
    """

    name: str
    summary: str
    run: Run
    description: str | None = None
    add_arguments: Arguments | None = None
    add_settings: Arguments | None = None
    examples: str | None = None


def by_name(commands: Iterable[Command]) -> dict[str, Command]:
    """The commands under their names."""
    return {command.name: command for command in commands}


def add(subparsers: Any, commands: Iterable[Command], with_settings: bool = False) -> None:
    """Add a parser for each command to what `add_subparsers` returned."""
    for command in commands:
        parser = subparsers.add_parser(
            command.name,
            help=command.summary,
            description=command.description,
            epilog=text(command.examples) if command.examples else None,
        )
        if command.add_arguments:
            command.add_arguments(parser)
        if with_settings and command.add_settings:
            command.add_settings(parser)


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Name -> parser of the commands below `parser`; empty where it has none."""
    return {
        name: sub
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for name, sub in action.choices.items()
    }


def text(name: str) -> str:
    """A long text of the help, from templates/NAME.txt."""
    return (TEMPLATES / f"{name}.txt").read_text(encoding="utf-8")
