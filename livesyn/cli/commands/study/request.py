"""What a study is made of, for `livesyn study make` and `listen`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from livesyn.base.errors import ConfigError
from livesyn.base.places import path_of
from livesyn.cli import arguments

if TYPE_CHECKING:
    from livesyn.evaluate.study.collection import Request


def request_of(args: argparse.Namespace) -> Request:
    """The study that was asked for. Raises ConfigError. Imports torch."""
    from livesyn.evaluate.study.collection import Request
    from livesyn.evaluate.study.design import CLASSES, Size

    if args.clusters is not None and args.clusters < CLASSES:
        raise ConfigError(
            f"--clusters is {args.clusters}; it is a number of classes, {CLASSES} or more"
        )
    return Request(
        args.model,
        path_of(args.data),
        args.visual,
        args.label,
        args.clusters or 0,
        args.unseen,
        Size(args.examples, args.tasks),
        args.seed,
    )


def json_path_of(args: argparse.Namespace) -> Path | None:
    """Where --json writes to; None without it. Raises ConfigError where no folder is there."""
    if args.json is None:
        return None
    path = path_of(args.json)
    if not path.parent.is_dir():
        raise ConfigError(
            f"--json is {args.json!r}, and there is no folder {str(path.parent)!r}; make it first"
        )
    return path


def add_request(parser: argparse.ArgumentParser) -> None:
    """The arguments that `request_of` reads."""
    arguments.add_model(parser, about="a SynVAE checkpoint")
    arguments.add_file(
        parser,
        "--data",
        required=True,
        metavar="DIR|FILE",
        help=(
            "pictures: class folders, a folder with manifest.csv, a .zip of class folders, or an"
            " .npz"
        ),
    )
    parser.add_argument(
        "--visual",
        default="",
        metavar="NAME",
        help=(
            "a VisVAE checkpoint in whose latent space classes are compared (the SynVAE's own"
            " encoder)"
        ),
    )
    arguments.add_label(parser, "--labels")
    arguments.add_whole(
        parser,
        "--clusters",
        "k-means classes in the visual space, instead of labels",
        metavar="K",
    )
    parser.add_argument(
        "--unseen",
        action="store_true",
        help="the model was trained on none of DATA: use all of it, not the test split",
    )
    arguments.add_whole(parser, "--tasks", "tasks (20)", default=20)
    arguments.add_whole(parser, "--examples", "examples of each class (4)", default=4)
    arguments.add_seed(parser)
