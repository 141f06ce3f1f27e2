"""`livesyn study listen`: a classifier takes the study in people's place."""

from __future__ import annotations

import argparse

from livesyn.cli import arguments
from livesyn.cli.command import Command
from livesyn.cli.commands.study.request import add_request, json_path_of, request_of


def run(args: argparse.Namespace) -> None:
    """Take many studies; print the table."""
    from livesyn.evaluate.study import listen
    from livesyn.evaluate.study.folder import write_json

    path = json_path_of(args)
    told = listen.listen(request_of(args), args.studies)
    if path:
        write_json(path, told)
    print(listen.table(told))


def add_arguments(listen: argparse.ArgumentParser) -> None:
    """What the studies are made of, and how many."""
    add_request(listen)
    arguments.add_whole(listen, "--studies", "how many, seeds from --seed on (50)", default=50)
    arguments.add_json_file(listen)


COMMAND = Command(
    "listen",
    summary="have a machine listen in people's place",
    description=(
        "A listener that hears only notes takes many studies, and the same with latents shuffled."
    ),
    add_arguments=add_arguments,
    run=run,
)
