"""`livesyn evaluate mvnet`: the figures of the MVNet paper, and more."""

from __future__ import annotations

import argparse

from livesyn.base.places import path_of
from livesyn.cli import arguments
from livesyn.cli.command import Command
from livesyn.cli.commands.evaluate.shared import add_models, add_report_folder, say


def run(args: argparse.Namespace) -> None:
    """Write the report."""
    from livesyn.evaluate import mvnet
    from livesyn.nets.devices import pick_device

    arguments.check_least(args, judge_steps=1, pictures=2)  # a pair at least is compared
    mvnet.evaluate(
        args.models,
        path_of(args.data),
        path_of(args.out),
        runs=[arguments.run_folder(name) for name in args.run],
        effort=mvnet.Effort(pictures=args.pictures, judge_steps=args.judge_steps),
        device=pick_device(args.device),
        say=say,
    )


def add_arguments(mvnet: argparse.ArgumentParser) -> None:
    """Checkpoints, data and how much is measured."""
    add_models(mvnet)
    arguments.add_file(
        mvnet,
        "--data",
        required=True,
        metavar="FILE",
        help="the cache made by livesyn data musart",
    )
    add_report_folder(mvnet)
    mvnet.add_argument(
        "--run",
        action="append",
        default=[],
        metavar="NAME",
        help="an encoder's run below runs/, whose embeddings by epoch are drawn; again for more",
    )
    arguments.add_whole(
        mvnet,
        "--judge-steps",
        "steps that the judge of periods learns for, at most (1500)",
        default=1500,
    )
    arguments.add_whole(mvnet, "--pictures", "pictures painted of each period (100)", default=100)
    arguments.add_device(mvnet)


COMMAND = Command(
    "mvnet",
    summary="the figures of the MVNet paper, and more",
    description=(
        "How far MVNet's pictures vary, copy, resemble paintings and follow the music, on what"
        " was held out."
    ),
    add_arguments=add_arguments,
    run=run,
)
