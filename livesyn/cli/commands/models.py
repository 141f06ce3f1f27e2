"""`livesyn models`: the checkpoints that are here, and how to get one."""

from __future__ import annotations

import argparse
import json

from livesyn.base import model_fetch, models
from livesyn.cli import arguments, command
from livesyn.cli.command import Command


def run(args: argparse.Namespace) -> None:
    """List them, or get one."""
    if args.do is not None:
        WHAT[args.do].run(args)
        return
    rows = models.listed()
    if args.json:
        print(json.dumps({row["name"]: row for row in rows}))
        return
    print("\n".join(models.table(rows)))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--json, and what is done instead of listing."""
    arguments.add_json(parser)
    command.add(parser.add_subparsers(dest="do", metavar="WHAT"), WHAT.values())


def _get(args: argparse.Namespace) -> None:
    written = model_fetch.get(args.name, args.source)
    for folder in written:
        print(folder)
    if not written:
        print(f"{args.name} is here already, in {models.folder_of(args.name)}")


def _add_get_arguments(get: argparse.ArgumentParser) -> None:
    get.add_argument("name", metavar="NAME", help="which one; livesyn models lists them")
    arguments.add_folder(
        get,
        "--from",
        dest="source",
        required=True,
        metavar="FOLDER_OR_URL",
        help="the models/ of a copy of livesyn's source, or any folder or http(s) URL with NAME"
        " in it",
    )


WHAT = command.by_name(
    [
        Command(
            "get",
            summary="fetch a published checkpoint from a folder or URL",
            description=(
                "Fetch a published checkpoint, and those that it plays over, and check every file"
                " by its SHA-256."
            ),
            add_arguments=_add_get_arguments,
            run=_get,
        )
    ]
)
COMMAND = Command(
    "models",
    summary="list the checkpoints, or fetch one",
    description=(
        "The checkpoints that are here, and those that livesyn publishes: what each is, its"
        " licence, its size and where it is."
    ),
    add_arguments=add_arguments,
    run=run,
)
