"""`livesyn study report`: what people answered."""

from __future__ import annotations

import argparse

from livesyn.base.places import path_of
from livesyn.cli import arguments
from livesyn.cli.command import Command
from livesyn.cli.commands.study.request import json_path_of


def run(args: argparse.Namespace) -> None:
    """Write the report; print its table."""
    from livesyn.evaluate.study import report
    from livesyn.evaluate.study.folder import write_json

    where, path = path_of(args.folder), json_path_of(args)
    told = report.report(where)
    if path:
        write_json(path, told)
    print(report.table(told))
    print(f"\nthe figure is {where / 'report.png'}")


def add_arguments(report: argparse.ArgumentParser) -> None:
    """The study, and a file for the figures."""
    arguments.add_folder(report, "folder", metavar="FOLDER", help="a study that people took")
    arguments.add_json_file(report)


COMMAND = Command(
    "report",
    summary="accuracy, agreement and confusion, with the figure",
    description=(
        "What people answered: a table, and report.md and report.png in the study's folder."
    ),
    add_arguments=add_arguments,
    run=run,
)
