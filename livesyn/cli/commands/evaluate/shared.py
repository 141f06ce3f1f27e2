"""What both evaluations take and say."""

from __future__ import annotations

import argparse
import sys

from livesyn.cli import arguments


def add_models(parser: argparse.ArgumentParser) -> None:
    """MODEL …"""
    parser.add_argument(
        "models",
        nargs="+",
        metavar="MODEL",
        help="checkpoints: names (livesyn models lists them), or paths",
    )


def add_report_folder(parser: argparse.ArgumentParser) -> None:
    """-o OUT."""
    arguments.add_out_folder(parser, "folder for report.md, figures.json and the pictures")


def say(text: str) -> None:
    """How far it is, on stderr."""
    print(text, file=sys.stderr, flush=True)
