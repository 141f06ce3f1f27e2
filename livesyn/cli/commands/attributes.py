"""`livesyn attributes`: attribute vectors of a checkpoint."""

from __future__ import annotations

import argparse

from livesyn.base.places import path_of
from livesyn.cli import arguments
from livesyn.cli.command import Command


def run(args: argparse.Namespace) -> None:
    """Make and write them; print how well they do on pictures held out."""
    from livesyn.show import preflight

    preflight.check_checkpoint(args.model)
    import torch

    from livesyn.base.scheduling import cores
    from livesyn.train import attributes

    torch.set_num_threads(max(1, cores() - 1))
    out = None if args.out is None else path_of(args.out)
    figures = attributes.make(
        args.model,
        path_of(args.data),
        out,
        arguments.rights_of(args),
        args.label,
        args.held_out,
        args.seed,
    )
    print(attributes.table(figures))


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Checkpoint, pictures and what is made of them."""
    command.add_argument(
        "model",
        metavar="MODEL",
        help="a checkpoint (livesyn models lists them), or the path of one",
    )
    arguments.add_folder(
        command,
        "--data",
        required=True,
        metavar="DIR",
        help=(
            "pictures: class folders, a folder with manifest.csv, a .zip or .npz; labels are used"
            " where there are any"
        ),
    )
    arguments.add_file(
        command,
        "-o",
        "--out",
        metavar="FILE",
        help="write here, not beside the checkpoint's weights (where it is found by run)",
    )
    arguments.add_label(command)
    arguments.add_rights(command)
    arguments.add_whole(
        command,
        "--held-out",
        "pictures kept for the test (50), as when the checkpoint was trained",
        default=50,
    )
    arguments.add_seed(command)


COMMAND = Command(
    "attributes",
    summary="make a checkpoint's attribute vectors from pictures",
    description=(
        "Attribute vectors (light, colour, warmth, contrast, detail, and one a label) from"
        " pictures, tried on pictures held out."
    ),
    add_arguments=add_arguments,
    run=run,
)
