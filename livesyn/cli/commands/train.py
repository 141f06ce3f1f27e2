"""`livesyn train`: train a net; an interrupted run goes on where it stopped."""

from __future__ import annotations

import argparse
import dataclasses
import signal
import types
from importlib import import_module
from typing import Any, get_args, get_type_hints

from livesyn.base import signals, words
from livesyn.base.errors import ConfigError
from livesyn.base.places import path_of
from livesyn.cli import arguments, command
from livesyn.cli.command import Command

NETS = (
    "music-vae",
    "conductor",
    "vis-vae",
    "syn-vae",
    "music-syn-vae",
    "classifier",
    "audio-encoder",
    "cdcgan",
    "style",
)


def run(args: argparse.Namespace) -> None:
    """Train until the run is whole, or interrupted."""
    words.never_block()  # a training does not wait for whoever reads about it
    import torch

    from livesyn.nets.devices import pick_device
    from livesyn.train.data_parallel import DISTRIBUTED, join
    from livesyn.train.run import check

    script = _script(args.net)
    device = torch.device(pick_device(args.device))
    team = join(device.type)
    if team.size > 1 and args.net not in DISTRIBUTED:
        raise ConfigError(
            f"{args.net} is trained by one process, and torchrun has started {team.size}; trained"
            f" by several are: {', '.join(DISTRIBUTED)}"
        )
    settings = script.Settings(
        **{f.name: getattr(args, f.name) for f in dataclasses.fields(script.Settings)}
    )
    check(settings)
    out = None if args.out is None else path_of(args.out)
    # As Ctrl-C, before and after the steps too; in them see `Run`.
    signals.handle([signal.SIGTERM], signal.default_int_handler)
    folder = arguments.run_folder(args.run)
    script.train(settings, folder, device, out)
    if team.leads:
        print(
            f"the checkpoint is in {out}"
            if out
            else f"the run is in {folder}; give --out models/NAME to write a checkpoint"
        )


def settings_of(net: str) -> Any:
    """The Settings dataclass of a training script. Imports torch."""
    return _script(net).Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The nets, and what all of them take."""
    nets = parser.add_subparsers(dest="net", metavar="NET", required=True)
    for net in NETS:
        one = nets.add_parser(net, help=f"see: livesyn train {net} --help")
        one.add_argument(
            "--run",
            required=True,
            metavar="NAME",
            help="its state is kept in runs/NAME; give the same name to go on",
        )
        one.add_argument(
            "--out", metavar="DIR", help="write the finished checkpoint here, like models/NAME"
        )
        arguments.add_device(one, "where it trains")


def add_settings(parser: argparse.ArgumentParser) -> None:
    """What each net's training script can be told. Imports torch."""
    for net, one in command.subcommands(parser).items():
        group = one.add_argument_group("settings")
        settings = settings_of(net)
        hints = get_type_hints(settings)
        for f in dataclasses.fields(settings):
            _add_setting(group, f, hints[f.name])


def _script(net: str) -> Any:
    return import_module(f"livesyn.train.{net.replace('-', '_')}")


def _add_setting(group: Any, f: dataclasses.Field, hint: Any) -> None:
    kind = get_args(hint)[0] if isinstance(hint, types.UnionType) else hint
    flag = f"--{f.name.replace('_', '-')}"
    default = repr(f.default) if f.default != "" else "none"
    about = f"{f.metadata['about']} ({default})"
    if kind is bool:
        group.add_argument(
            flag, action=argparse.BooleanOptionalAction, default=f.default, help=about
        )
    else:
        group.add_argument(
            flag, type=kind, default=f.default, metavar=kind.__name__.upper(), help=about
        )


COMMAND = Command(
    "train",
    summary="train a net",
    description="Train a net; an interrupted run goes on where it stopped.",
    add_arguments=add_arguments,
    add_settings=add_settings,
    run=run,
)
