"""`livesyn evaluate syn-vae`: the tables and figures of the SynVAE thesis."""

from __future__ import annotations

import argparse

from livesyn.base.places import path_of
from livesyn.cli import arguments
from livesyn.cli.command import Command
from livesyn.cli.commands.evaluate.shared import add_models, add_report_folder, say

LEAST_FITTED = 8  # a quarter as many as are fitted on validate


def run(args: argparse.Namespace) -> None:
    """Write the report, and the figures where --json asks for them."""
    from livesyn.evaluate import syn_vae
    from livesyn.nets.checkpoint import write_json
    from livesyn.nets.devices import pick_device

    arguments.check_least(args, held_out=1, valid=0, fitted=LEAST_FITTED)
    options = {
        key: getattr(args, key)
        for key in ("held_out", "valid", "binarise")
        if getattr(args, key) is not None
    }
    effort = syn_vae.Effort(fitted=args.fitted) if args.fitted is not None else syn_vae.Effort()
    figures = syn_vae.evaluate(
        args.models,
        path_of(args.data),
        path_of(args.out),
        played=args.played,
        label=args.label,
        options=options,
        unseen=args.unseen,
        effort=effort,
        device=pick_device(args.device),
        say=say,
    )
    if args.json:
        write_json(path_of(args.json), figures)


def add_arguments(syn: argparse.ArgumentParser) -> None:
    """Checkpoints, data and how it is split."""
    add_models(syn)
    arguments.add_file(
        syn,
        "--data",
        required=True,
        metavar="DIR|FILE",
        help=(
            "labelled pictures: class folders, a folder with manifest.csv, a .zip of class"
            " folders, or an .npz"
        ),
    )
    add_report_folder(syn)
    arguments.add_json_file(syn)
    arguments.add_label(syn)
    syn.add_argument(
        "--played",
        action="store_true",
        help="through the notes as they are played, not the note distributions of training",
    )
    arguments.add_whole(
        syn, "--held-out", "pictures of the test split (as the first checkpoint was trained)"
    )
    arguments.add_whole(
        syn, "--valid", "pictures of the validation split (as the first checkpoint was trained)"
    )
    syn.add_argument(
        "--binarise",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="have every pixel be 0 or 1 (as the first checkpoint was trained)",
    )
    syn.add_argument(
        "--unseen",
        action="store_true",
        help="the models were trained on none of DATA: leave nothing out of the test split",
    )
    arguments.add_whole(
        syn,
        "--fitted",
        "pictures of the training split that the classifier of reconstructions and MINE are"
        " fitted on, at most (20000)",
    )
    arguments.add_device(syn)


COMMAND = Command(
    "syn-vae",
    summary="the tables and figures of the SynVAE thesis",
    description=(
        "The tables and figures of the SynVAE thesis, for any SynVAE and VisVAE of one size of"
        " picture."
    ),
    add_arguments=add_arguments,
    run=run,
)
