"""`livesyn study make`: choose classes, pictures and tasks."""

from __future__ import annotations

import argparse

from livesyn.base.places import path_of
from livesyn.cli import arguments
from livesyn.cli.command import Command
from livesyn.cli.commands.study.request import add_request, request_of


def run(args: argparse.Namespace) -> None:
    """Write the study; say what is in it."""
    from livesyn.evaluate.study import make

    out = path_of(args.out)
    study = make.make(request_of(args), out)
    seen = (
        "; the model was trained on some of them, so no figure of this study holds for new pictures"
        if study.trained_on
        else ""
    )
    print(
        f"{out}: {', '.join(study.classes)}, class means {study.cumulative_distance:.2f} apart in"
        f" all; {len(study.pieces)} pictures, split: {study.split}{seen}"
    )
    print(f"let people take it with: livesyn study serve {out}")


def add_arguments(make: argparse.ArgumentParser) -> None:
    """What it is made of, and where it goes."""
    add_request(make)
    arguments.add_folder(
        make, "-o", "--out", required=True, metavar="FOLDER", help="the study's own folder"
    )


COMMAND = Command(
    "make",
    summary="choose classes, pictures and tasks, and write them into a folder",
    description=(
        "The three classes farthest apart, the pictures nearest to their means, their music."
    ),
    add_arguments=add_arguments,
    run=run,
)
