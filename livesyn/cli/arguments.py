"""Arguments that several commands share, and what is read from them. Standard library only.

Each `add_…` function adds one argument to a parser, or to a group of one.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
from pathlib import Path
from typing import Any

from livesyn.base import params
from livesyn.base.errors import ConfigError
from livesyn.base.places import path_of
from livesyn.config import sections
from livesyn.config.channels import parse_channels
from livesyn.config.checks import check_parts
from livesyn.config.show_file import starting_values
from livesyn.media.kinds import kind_by_name

OFF = "off"
RUNS = Path("runs")
FILE, FOLDER = "FILE", "DIRECTORY"  # names of shtab's completions


def add_file(parser: Any, *names: str, **options: Any) -> None:
    """An argument that shells complete with files."""
    _complete(parser.add_argument(*names, **options), FILE)


def add_folder(parser: Any, *names: str, **options: Any) -> None:
    """An argument that shells complete with folders."""
    _complete(parser.add_argument(*names, **options), FOLDER)


def add_out_folder(parser: Any, about: str) -> None:
    """-o OUT, a folder to write into."""
    add_folder(parser, "-o", "--out", required=True, type=_folder, metavar="OUT", help=about)


def add_out_file(parser: Any, about: str) -> None:
    """-o FILE, a file to write."""
    add_file(parser, "-o", "--out", required=True, metavar="FILE", help=about)


def add_json(parser: Any) -> None:
    """--json, a switch."""
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object instead of words"
    )


def add_json_file(parser: Any) -> None:
    """--json FILE."""
    add_file(parser, "--json", metavar="FILE", help="write the figures here too")


def add_whole(
    parser: Any, flag: str, about: str, default: int | None = None, metavar: str = "N"
) -> None:
    """An option that takes a whole number."""
    name = flag.removeprefix("--")
    parser.add_argument(flag, type=whole(name), default=default, metavar=metavar, help=about)


def add_number(parser: Any, flag: str, about: str, name: str = "") -> None:
    """An option that takes a finite number, which messages call `name`."""
    kind = number(name or flag.removeprefix("--"))
    parser.add_argument(flag, type=kind, metavar="N", help=about)


def add_seed(parser: Any, default: int | None = 0, about: str = "of all that is drawn (0)") -> None:
    """--seed N."""
    add_whole(parser, "--seed", about, default)


def add_bpm(parser: Any) -> None:
    """--bpm N."""
    add_number(parser, "--bpm", "tempo, 20 to 300 (110)", name="tempo")


def add_model(
    parser: Any, default: str | None = sections.DEFAULT_MODEL, about: str = "a checkpoint"
) -> None:
    """--model NAME."""
    about += " (livesyn models lists them), or the path of one"
    parser.add_argument("--model", default=default, metavar="NAME", help=about)


def add_parts(parser: Any) -> None:
    """--parts and --long."""
    parser.add_argument(
        "--parts",
        metavar="A,B",
        help=(
            f"what is heard, of {', '.join(sections.PARTS)} (melody); on MIDI channels 1, 2 and 10"
        ),
    )
    parser.add_argument(
        "--long",
        metavar="NAME",
        help="a MusicVAE of longer sections that writes the melody, like melody-16bar",
    )


def add_param(parser: Any, about: str = "value of any live parameter; again for more") -> None:
    """--param NAME=VALUE."""
    parser.add_argument("--param", action="append", default=[], metavar="NAME=VALUE", help=about)


def add_values(parser: Any) -> None:
    """--bpm, --key and --param of what is made offline; `values_of` reads them."""
    add_bpm(parser)
    parser.add_argument("--key", metavar="KEY", help='key and scale, like "A minor"')
    add_param(parser)


def add_device(parser: Any, about: str = "where the nets run") -> None:
    """--device."""
    parser.add_argument("--device", choices=sections.DEVICES, default="auto", help=about)


def add_channels(parser: Any, about: str) -> None:
    """--audio-channels LIST; `channels_of` reads it."""
    about = f"the channels {about}, like 1,2 or 3 or 1-8"
    parser.add_argument("--audio-channels", metavar="LIST", help=about)


def add_label(parser: Any, *others: str) -> None:
    """--label COLUMN, and its other names."""
    about = "column of manifest.csv that holds the label (label, labels, class or era)"
    parser.add_argument("--label", *others, default="", metavar="COLUMN", help=about)


def add_rights(parser: Any) -> None:
    """--rights WORDS; `rights_of` reads it."""
    about = "words of the manifest's rights column to keep, separated by |"
    parser.add_argument("--rights", default="", metavar="WORDS", help=about)


def rights_of(args: argparse.Namespace) -> tuple[str, ...]:
    """The words of --rights; none: everything is kept."""
    return tuple(filter(None, args.rights.split("|")))


def model_of(args: argparse.Namespace, base: sections.Model) -> sections.Model:
    """`base` with --model, --parts and --long on top. Raises ConfigError."""
    parts = (
        None
        if args.parts is None
        else check_parts([part.strip() for part in args.parts.split(",") if part.strip()])
    )
    return over(base, name=args.model, parts=parts, long=args.long)


def values_of(args: argparse.Namespace) -> dict[str, float]:
    """Parameter values from --bpm, --key and --param. Raises ConfigError."""
    values: dict[str, Any] = {}
    for text in args.param:
        name, equals, value = text.partition("=")
        if not equals:
            raise ConfigError(f"--param is {text!r}; say NAME=VALUE, like temperature=0.7")
        values[name.strip()] = as_number(value.strip())
    if args.bpm is not None:
        values["tempo"] = args.bpm
    if getattr(args, "follow", None) is not None:  # of `livesyn run` alone
        values["follow"] = args.follow
    if getattr(args, "sync", None) is not None:  # of `livesyn run` alone
        values["sync"] = args.sync
    if args.key is not None:
        values = {**values, **params.parse_key(args.key)}
    return starting_values(values)


def channels_of(args: argparse.Namespace) -> tuple[int, ...] | None:
    """The channels from --audio-channels, None without. Raises ConfigError."""
    return None if args.audio_channels is None else parse_channels(args.audio_channels)


def run_folder(name: str) -> Path:
    """Where the training run `name` is kept; a shell that completes paths may have put runs/ before
    it.
    """
    return path_of(name if Path(name).parts[:-1] == RUNS.parts else RUNS / name)


def check_least(args: argparse.Namespace, **least: int) -> None:
    """Raises ConfigError where a number that was given is below the least that is legal."""
    for name, low in least.items():
        value = getattr(args, name)
        if value is not None and value < low:
            raise ConfigError(f"--{name.replace('_', '-')} is {value}; it must be {low} or more")


def over(section: Any, **given: object) -> Any:
    """`section` with those values that were given, that is, are not None."""
    return dataclasses.replace(
        section, **{name: value for name, value in given.items() if value is not None}
    )


def address(flag: str, text: str, host: str) -> tuple[str, int]:
    """Host and port from PORT or HOST:PORT; `host` where none is said. Raises ConfigError."""
    head, colon, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port) <= sections.HIGHEST_PORT) or (
        colon and not head
    ):
        raise ConfigError(
            f"{flag} is {text!r}; say PORT or HOST:PORT, with a port from 1 to"
            f" {sections.HIGHEST_PORT}, or off"
        )
    return (head.removeprefix("[").removesuffix("]") if colon else host), int(port)


def as_number(text: str) -> float | str:
    """The number that `text` is, or else `text`."""
    try:
        return float(text)
    except ValueError:
        return text


def number(what: str) -> Any:
    """An argparse type: a finite number, which messages call `what`."""

    def parse(text: str) -> float:
        value = as_number(text)
        if isinstance(value, str) or not math.isfinite(value):
            raise argparse.ArgumentTypeError(f"{what} is {text!r}; it is a number")
        return value

    return parse


def whole(what: str) -> Any:
    """An argparse type: a whole number, which messages call `what`."""

    def parse(text: str) -> int:
        try:
            return int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{what} is {text!r}; it is a whole number") from None

    return parse


def _folder(text: str) -> str:
    """A folder to write into: not a file that is there, nor a name that was meant for one."""
    path = Path(text)
    if not path.is_dir() and (
        path.exists() or kind_by_name(path) or path.suffix.lower() in (".json", ".md")
    ):
        raise argparse.ArgumentTypeError(
            f"{text!r} is {'a file' if path.exists() else 'the name of a file'}; give a folder,"
            f" which is made where it is not there, like {path.with_suffix('').name or 'out'}"
        )
    return text


def _complete(action: argparse.Action, kind: str) -> None:
    """What a shell completes there; `livesyn completion` turns it into shtab's own."""
    action.complete = kind  # type: ignore[attr-defined]
