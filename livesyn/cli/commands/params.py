"""`livesyn params`: the live parameters."""

from __future__ import annotations

import argparse

from livesyn.base import params
from livesyn.cli.command import Command


def run(args: argparse.Namespace) -> None:
    """Print the table."""
    if args.markdown:
        print(table_of_params())
        return
    print(f"{'name':<18}{'default':>8}  {'OSC address':<33}what it does, from where to where")
    for row in params.TABLE:
        print(
            f"{row.name:<18}{default_of(row):>8}  {row.address:<33}{row.description}"
            f" ({span_of(row)})"
        )


def table_of_params() -> str:
    """Every parameter, as a table in Markdown."""
    head = "| name | from, to | default | MIDI | what it does |\n|---|---|---|---|---|"
    rows = (
        f"| `{row.name}` | {span_of(row)} | {default_of(row)} |"
        f" {'' if row.cc is None else f'CC {row.cc}'} | {row.description} |"
        for row in params.TABLE
    )
    return "\n".join((head, *rows))


def span_of(row: params.Param) -> str:
    """The legal values of a parameter, in words."""
    return (
        f"one of {', '.join(row.choices)}"
        if row.choices
        else f"{row.low:g} to {row.high:g} {row.unit}".rstrip()
    )


def default_of(row: params.Param) -> str:
    """The default of a parameter, in words."""
    return row.choices[int(row.default)] if row.choices else f"{row.default:g}"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """--markdown."""
    command.add_argument("--markdown", action="store_true", help="as a table in Markdown")


COMMAND = Command(
    "params",
    summary="list the live parameters",
    description="Every live parameter with its default, OSC address and range.",
    add_arguments=add_arguments,
    run=run,
)
