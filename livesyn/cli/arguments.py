"""The command line's words: the parser, and from its answers a Config. No heavy imports:
`livesyn --help` and the supervisor start in a tenth of a second."""

from __future__ import annotations

import argparse
import dataclasses
import math
import types
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn, get_args, get_type_hints

from livesyn import __version__
from livesyn.base import params
from livesyn.base.errors import ConfigError
from livesyn.base.places import path_of
from livesyn.config import sections
from livesyn.config.channels import parse_channels
from livesyn.config.sections import DEVICES, VISUALS, Config
from livesyn.media.kinds import kind_by_name

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
SHELLS = ("bash", "zsh", "tcsh")
OFF = "off"

ABOUT = "livesyn turns what it sees into bars of music, live."
EXAMPLES = """examples:
  livesyn run                                       built-in visuals, a virtual MIDI port, the page
  livesyn run --camera 0 --key "A minor" --bpm 96   what the first camera sees, in A minor
  livesyn run --video film.mp4 --record sets        a film, looped; the set goes to sets/ as MIDI
  livesyn run --osc-out 127.0.0.1:57120/ahead       timetagged bundles for SuperCollider
  livesyn devices                                   cameras, ports and sound cards; what to type
  livesyn doctor                                    is this machine fit to play?
  livesyn translate painting.jpg -o out             the same chain, from a file to a file
"""
RUN_EXAMPLES = """examples:
  livesyn run --visuals aurora --param temperature=0.7 --param octave=-1
  livesyn run --camera "FaceTime" --midi-out "IAC Driver Bus 1"
  livesyn run --images paintings --bpm 72 --key "D dorian" --seed 7
  livesyn run --osc-out 192.168.1.20:9701 --osc-in 0.0.0.0:9700 --osc-allow 192.168.1.20
  livesyn run --parts melody,bass,drums             a trio: channels 1, 2 and 10
  livesyn run --long melody-16bar                   melodies of sixteen bars from one look
  livesyn run --audio-in "Scarlett" --display 1     paint what is heard, on the second monitor
  livesyn run --camera 0 --audio-in --display       camera to music and sound to paintings
  livesyn run --midi-in --display --windowed        what Ableton plays, as pictures
  livesyn run --config show.toml --seconds 600 --log-json

Ctrl-C ends the set: every note is ended first. All parameters: livesyn params
"""
INTERPOLATE_EXAMPLES = """examples:
  livesyn interpolate dawn.jpg noon.jpg night.jpg --steps 6 -o out
  livesyn interpolate dawn.jpg --attribute light=2 -o out
  livesyn interpolate dawn.jpg night.jpg --attribute warmth=1.5 --bars 1 -o out
"""


class Parser(argparse.ArgumentParser):
    """argparse, but a mistake is one sentence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(
            *args,
            **{
                "formatter_class": argparse.RawDescriptionHelpFormatter,
                "allow_abbrev": False,
                **kwargs,
            },
        )

    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"{message}; see: {self.prog} --help")


def parser(with_training: bool = False) -> Parser:
    """The whole command line. `with_training` adds the flags of `livesyn train`, which are made
    from the training scripts' Settings and so cost an import of torch."""
    top = Parser(prog="livesyn", description=ABOUT, epilog=EXAMPLES)
    top.add_argument("--version", action="version", version=f"livesyn {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _run(
        commands.add_parser(
            "run",
            help="play: picture in, music out",
            description="Play: what is seen becomes bars of music.",
            epilog=RUN_EXAMPLES,
        )
    )
    _json(
        commands.add_parser(
            "devices",
            help="list cameras, MIDI ports, sound cards and torch devices",
            description="What there is to plug in, each with what to type.",
        )
    )
    doctor = commands.add_parser(
        "doctor",
        help="check the machine and measure it",
        description=(
            "Check the machine, measure latency and jitter, and say in words what is wrong."
        ),
    )
    _json(doctor)
    doctor.add_argument(
        "--model", default=sections.DEFAULT_MODEL, metavar="NAME", help="checkpoint to measure with"
    )
    doctor.add_argument("--device", choices=DEVICES, default="auto", help="where the nets run")
    _translate(
        commands.add_parser(
            "translate",
            help="picture, folder or video to MIDI, MIDI to pictures, sound to a film, offline",
            description=(
                "The live chain from a file to a file. Same seed and input: the same bytes."
            ),
        )
    )
    _interpolate(
        commands.add_parser(
            "interpolate",
            help="the way from picture to picture, as MIDI and a contact sheet",
            description=(
                "The way through the latent space from picture to picture: music and a contact"
                " sheet."
            ),
            epilog=INTERPOLATE_EXAMPLES,
        )
    )
    _attributes(
        commands.add_parser(
            "attributes",
            help="make a checkpoint's attribute vectors from pictures",
            description=(
                "Attribute vectors (light, colour, warmth, contrast, detail, and one a label) from"
                " pictures, tried on pictures held out."
            ),
        )
    )
    table = commands.add_parser(
        "params",
        help="list the live parameters",
        description="Every live parameter with its default, OSC address and range.",
    )
    table.add_argument("--markdown", action="store_true", help="as a table in Markdown")
    _models(
        commands.add_parser(
            "models",
            help="list the checkpoints, or fetch one",
            description=(
                "The checkpoints that are here, and those that livesyn publishes: what each is,"
                " its licence, its size and where it is."
            ),
        )
    )
    _data(
        commands.add_parser(
            "data", help="prepare training data", description="Prepare training data."
        )
    )
    _train(
        commands.add_parser(
            "train",
            help="train a net",
            description="Train a net; an interrupted run goes on where it stopped.",
        ),
        with_training,
    )
    _evaluate(
        commands.add_parser(
            "evaluate",
            help="measure trained nets as the papers do",
            description="Measure trained nets as the papers do, on the test split.",
        )
    )
    _study(
        commands.add_parser(
            "study",
            help="can people hear which picture it was?",
            description=(
                "The listening study of the SynVAE thesis: make one, let people take it, report; or"
                " have a machine listen."
            ),
        )
    )
    completion = commands.add_parser(
        "completion",
        help="print shell completion",
        description="Print a completion script for your shell.",
    )
    completion.add_argument("shell", choices=SHELLS)
    return top


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--json", action="store_true", help="print one JSON object instead of words"
    )


def _run(run: argparse.ArgumentParser) -> None:
    group = run.add_argument_group("what it sees (one of them; without: --visuals ink)")
    source = group.add_mutually_exclusive_group()
    source.add_argument(
        "--camera", metavar="N|NAME", help="a camera by number or by part of its name"
    )
    _complete(
        source.add_argument("--video", metavar="FILE", help="a video file, looped at its own pace"),
        "FILE",
    )
    _complete(
        source.add_argument(
            "--images", metavar="DIR", help="a folder of pictures, as a slide show"
        ),
        "DIRECTORY",
    )
    source.add_argument(
        "--visuals", choices=VISUALS, metavar="NAME", help=f"built-in visuals: {', '.join(VISUALS)}"
    )

    group = run.add_argument_group(
        "what it hears (one of them; then it paints, and makes music only if it is also told what"
        " to see)"
    )
    sound = group.add_mutually_exclusive_group()
    sound.add_argument(
        "--audio-in",
        nargs="?",
        const="",
        metavar="N|NAME",
        help="a sound card's input by number or part of its name; without: the system's own",
    )
    _complete(
        sound.add_argument(
            "--audio-file", metavar="FILE", help="a sound file, played in real time, looped"
        ),
        "FILE",
    )
    sound.add_argument(
        "--jack-in",
        nargs="?",
        const="",
        metavar="PORT",
        help="a JACK input livesyn-ear:in, connected to PORT if one is named",
    )
    _channels(group, "heard (a sound card's first two; all of a file; JACK's as one)")
    sound.add_argument(
        "--midi-in",
        nargs="?",
        const="",
        metavar="NAME",
        help="notes from this MIDI port, or from a virtual one, as pictures",
    )

    group = run.add_argument_group("what plays")
    group.add_argument(
        "--painter",
        metavar="NAME",
        help=f"the MVNet checkpoint that paints what is heard ({sections.DEFAULT_PAINTER})",
    )
    group.add_argument(
        "--model",
        metavar="NAME",
        help="a checkpoint (livesyn models lists them), or the path of one",
    )
    _parts(group)
    group.add_argument(
        "--device", choices=DEVICES, help="where the nets run (auto: cuda, mps, or cpu)"
    )
    group.add_argument("--seed", type=_whole("seed"), metavar="N", help="of all that is drawn (0)")
    group.add_argument("--bpm", type=_number("tempo"), metavar="N", help="tempo, 20 to 300 (110)")
    group.add_argument(
        "--key",
        metavar="KEY",
        help='key and scale, like "A minor", "Eb", "F# dorian"; off (the default) plays as drawn',
    )
    group.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="start value of any live parameter; again for more",
    )

    group = run.add_argument_group("where it goes")
    group.add_argument(
        "--midi-out",
        metavar="NAME",
        help="play into this port instead of making a virtual port livesyn",
    )
    group.add_argument("--no-midi", action="store_true", help="no MIDI at all")
    group.add_argument(
        "--osc-out",
        action="append",
        metavar="HOST:PORT[/ahead]",
        help="OSC receiver (127.0.0.1:9701); again for more; /ahead timetags; off: none",
    )
    group.add_argument(
        "--osc-in", metavar="[HOST:]PORT", help="where OSC is heard (127.0.0.1:9700); off: nowhere"
    )
    group.add_argument(
        "--osc-allow",
        action="append",
        metavar="ADDRESS",
        help="whose OSC is obeyed when it comes over the network; again for more",
    )
    group.add_argument("--web", metavar="[HOST:]PORT", help="the page (127.0.0.1:8770); off: none")
    group.add_argument(
        "--display",
        nargs="?",
        type=_whole("the monitor"),
        const=0,
        metavar="MONITOR",
        help="a window for the projector: full screen on this monitor (0)",
    )
    group.add_argument(
        "--windowed", action="store_true", help="the display in a window that can be moved"
    )
    group.add_argument(
        "--fit",
        choices=sections.FITS,
        help="the display shows the whole picture (contain), or fills the screen with it (cover)",
    )
    group.add_argument(
        "--pictures-out",
        action="append",
        metavar="WHERE",
        help=(
            "pictures also to a folder, to FILE.mp4, or ndi:NAME, spout:NAME, syphon:NAME,"
            " camera:NAME; again for more"
        ),
    )
    _complete(
        group.add_argument(
            "--record", metavar="DIR", help="write the set as .mid into this folder"
        ),
        "DIRECTORY",
    )

    group = run.add_argument_group("the set")
    _complete(
        group.add_argument(
            "--config", metavar="FILE", help="a TOML file; what is said here wins over it"
        ),
        "FILE",
    )
    group.add_argument(
        "--seconds",
        type=_number("seconds"),
        metavar="N",
        help=(
            "end the set after N seconds; the exit code is 0, or 1 where a part of it was never"
            " ready"
        ),
    )
    group.add_argument("--quiet", action="store_true", help="say nothing but errors")
    group.add_argument(
        "--log-json", action="store_true", help="one JSON object a line instead of the live view"
    )


def _parts(group: Any) -> None:
    group.add_argument(
        "--parts",
        metavar="A,B",
        help=(
            f"what is heard, of {', '.join(sections.PARTS)} (melody); on MIDI channels 1, 2 and 10"
        ),
    )
    group.add_argument(
        "--long",
        metavar="NAME",
        help="a MusicVAE of longer sections that writes the melody, like melody-16bar",
    )


def model_of(args: argparse.Namespace, base: sections.Model) -> sections.Model:
    """`base` with --model, --parts and --long on top. Raises ConfigError."""
    parts = (
        None
        if args.parts is None
        else sections.check_parts([part.strip() for part in args.parts.split(",") if part.strip()])
    )
    return _over(base, name=args.model, parts=parts, long=args.long)


def _translate(command: argparse.ArgumentParser) -> None:
    _complete(
        command.add_argument(
            "source",
            metavar="IMAGE|DIR|VIDEO|MIDI|SOUND",
            help=(
                "what to look at; a .mid becomes pictures, by a checkpoint of kind music-syn-vae; a"
                " .wav, .flac, .ogg or .mp3 a film, by one of kind mvnet"
            ),
        ),
        "FILE",
    )
    _complete(
        command.add_argument(
            "-o",
            "--out",
            required=True,
            type=_folder,
            metavar="OUT",
            help="folder for the .mid, and the .wav where FluidSynth is installed",
        ),
        "DIRECTORY",
    )
    command.add_argument(
        "--seed", type=_whole("seed"), default=0, metavar="N", help="of all that is drawn (0)"
    )
    command.add_argument(
        "--bars",
        type=_whole("bars"),
        metavar="N",
        help="how long the music is (a picture: 8 bars; a video: as long as it is)",
    )
    command.add_argument(
        "--seconds",
        type=_number("seconds"),
        metavar="N",
        help="how long the film of a sound is (as long as it is)",
    )
    _channels(command, "of a sound that are painted (all)")
    command.add_argument(
        "--model",
        default=sections.DEFAULT_MODEL,
        metavar="NAME",
        help="a checkpoint (livesyn models lists them), or the path of one",
    )
    _parts(command)
    command.add_argument("--bpm", type=_number("tempo"), metavar="N", help="tempo, 20 to 300 (110)")
    command.add_argument("--key", metavar="KEY", help='key and scale, like "A minor"')
    command.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="value of any live parameter; again for more",
    )
    command.add_argument("--no-wav", action="store_true", help="MIDI only")
    command.add_argument(
        "--again", action="store_true", help="a folder: make everything anew, also what is there"
    )


def _channels(group: Any, what: str) -> None:
    group.add_argument(
        "--audio-channels", metavar="LIST", help=f"the channels {what}, like 1,2 or 3 or 1-8"
    )


def _interpolate(command: argparse.ArgumentParser) -> None:
    _complete(
        command.add_argument(
            "sources",
            nargs="+",
            metavar="IMAGE",
            help="pictures to lead through, in order; one alone with --attribute",
        ),
        "FILE",
    )
    _complete(
        command.add_argument(
            "-o",
            "--out",
            required=True,
            type=_folder,
            metavar="OUT",
            help="folder for the .mid and the .png",
        ),
        "DIRECTORY",
    )
    command.add_argument(
        "--steps",
        type=_whole("steps"),
        default=8,
        metavar="N",
        help="steps from one picture to the next (8)",
    )
    command.add_argument(
        "--bars", type=_whole("bars"), default=2, metavar="N", help="bars a stop lasts, 1 or 2 (2)"
    )
    command.add_argument(
        "--attribute",
        action="append",
        default=[],
        metavar="NAME=AMOUNT",
        help=(
            "add so much of an attribute of the checkpoint, like warmth=1.5 or a label's name;"
            " again for more"
        ),
    )
    command.add_argument(
        "--seed", type=_whole("seed"), default=0, metavar="N", help="of all that is drawn (0)"
    )
    command.add_argument(
        "--model",
        default=sections.DEFAULT_MODEL,
        metavar="NAME",
        help="a checkpoint (livesyn models lists them), or the path of one",
    )
    command.add_argument("--bpm", type=_number("tempo"), metavar="N", help="tempo, 20 to 300 (110)")
    command.add_argument("--key", metavar="KEY", help='key and scale, like "A minor"')
    command.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="value of any live parameter; again for more",
    )


def _attributes(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "model",
        metavar="MODEL",
        help="a checkpoint (livesyn models lists them), or the path of one",
    )
    _complete(
        command.add_argument(
            "--data",
            required=True,
            metavar="DIR",
            help=(
                "pictures: class folders, a folder with manifest.csv, a .zip or .npz; labels are"
                " used where there are any"
            ),
        ),
        "DIRECTORY",
    )
    _complete(
        command.add_argument(
            "-o",
            "--out",
            metavar="FILE",
            help="write here, not beside the checkpoint's weights (where it is found by run)",
        ),
        "FILE",
    )
    command.add_argument(
        "--label",
        default="",
        metavar="COLUMN",
        help="column of manifest.csv that holds the label (label, labels, class or era)",
    )
    command.add_argument(
        "--rights",
        default="",
        metavar="WORDS",
        help="words of the manifest's rights column to keep, separated by |",
    )
    command.add_argument(
        "--held-out",
        type=_whole("held-out"),
        default=50,
        metavar="N",
        help="pictures kept for the test (50), as when the checkpoint was trained",
    )
    command.add_argument(
        "--seed", type=_whole("seed"), default=0, metavar="N", help="of all that is drawn (0)"
    )


def amounts_of(args: argparse.Namespace) -> dict[str, float]:
    """Attributes and their amounts from --attribute. Raises ConfigError."""
    amounts: dict[str, float] = {}
    for text in args.attribute:
        name, _, amount = text.rpartition("=")
        value = _as_number(amount.strip())
        if not name or isinstance(value, str) or not math.isfinite(value):
            raise ConfigError(f"--attribute is {text!r}; say NAME=AMOUNT, like warmth=1.5")
        amounts[name.strip()] = value
    return amounts


def _models(command: argparse.ArgumentParser) -> None:
    _json(command)
    kinds = command.add_subparsers(dest="do", metavar="WHAT")
    get = kinds.add_parser(
        "get",
        help="fetch a published checkpoint from a folder or URL",
        description=(
            "Fetch a published checkpoint, and those that it plays over, and check every file by"
            " its SHA-256."
        ),
    )
    get.add_argument("name", metavar="NAME", help="which one; livesyn models lists them")
    _complete(
        get.add_argument(
            "--from",
            dest="source",
            required=True,
            metavar="FOLDER_OR_URL",
            help="the models/ of a copy of livesyn's source, or any folder or http(s) URL with NAME"
            " in it",
        ),
        "DIRECTORY",
    )


def _data(command: argparse.ArgumentParser) -> None:
    kinds = command.add_subparsers(dest="kind", metavar="KIND", required=True)
    for kind, about in (("melodies", "melody"), ("bass", "bass"), ("drums", "drum")):
        windows = kinds.add_parser(
            kind,
            help=f"{about} windows from scores and MIDI files"
            + ("" if kind != "drums" else ", and grooves made by rule"),
        )
        _complete(
            windows.add_argument(
                "folders",
                nargs="*",
                metavar="FOLDER",
                help="folders of .mxl, .musicxml, .xml, .krn, .abc or .mid files",
            ),
            "DIRECTORY",
        )
        windows.add_argument(
            "--music21",
            action="store_true",
            help=(
                "also music21's corpus, but for the Essen and Palestrina collections, whose terms"
                " forbid it"
            ),
        )
        windows.add_argument(
            "--exclude",
            action="append",
            default=[],
            metavar="TEXT",
            help="leave out files whose path holds TEXT; again for more",
        )
        windows.add_argument(
            "--bars", type=int, choices=(2, 16), default=2, help="how long a window is (2)"
        )
        if kind == "drums":
            windows.add_argument(
                "--grooves",
                type=_whole("grooves"),
                default=0,
                metavar="N",
                help="also N grooves made by rule, two bars each in up to 8 variants (0)",
            )
        windows.add_argument(
            "--workers",
            type=_whole("workers"),
            default=2,
            metavar="N",
            help="processes that read (2)",
        )
        _complete(
            windows.add_argument(
                "-o", "--out", required=True, metavar="FILE", help="the .npz to write"
            ),
            "FILE",
        )
    musart = kinds.add_parser(
        "musart",
        help="music and paintings of five periods, for MVNet",
        description=(
            "Clips of 8.91 s from music of five periods, and views of paintings of the same, in one"
            " .npz."
        ),
    )
    _complete(
        musart.add_argument(
            "music",
            metavar="MUSIC",
            help=(
                "a folder with a folder a period (renaissance, baroque, classical, romantic,"
                " modern) of .mid files or recordings"
            ),
        ),
        "DIRECTORY",
    )
    _complete(
        musart.add_argument(
            "paintings",
            metavar="PAINTINGS",
            help="a folder with manifest.csv (columns file and era), or with a folder a period",
        ),
        "DIRECTORY",
    )
    musart.add_argument(
        "--clips",
        type=_whole("clips"),
        default=300,
        metavar="N",
        help="clips a period to learn from (300)",
    )
    musart.add_argument(
        "--pieces",
        type=_whole("pieces"),
        default=0,
        metavar="N",
        help="pieces a period to learn from at most, long ones first (0: all there are)",
    )
    musart.add_argument(
        "--recorded",
        action="store_true",
        help=(
            "each piece to learn from on one instrument throughout, as a recording has it (each"
            " clip on another)"
        ),
    )
    musart.add_argument(
        "--takes",
        type=_whole("takes"),
        default=1,
        metavar="N",
        help=(
            "instruments that each clip to learn from is played on, so that they can be told to be"
            " the same music (1)"
        ),
    )
    musart.add_argument(
        "--held-out",
        type=_whole("held-out"),
        default=6,
        metavar="N",
        help="pieces a period for the test, six clips each (6)",
    )
    musart.add_argument(
        "--views",
        type=_whole("views"),
        default=8,
        metavar="N",
        help="squares cut from each painting (8)",
    )
    musart.add_argument(
        "--size",
        type=int,
        choices=(64, 128, 256),
        default=64,
        help="pixels a side of the paintings (64)",
    )
    musart.add_argument(
        "--rights",
        default="",
        metavar="WORDS",
        help="words of the manifest's rights column to keep, separated by |",
    )
    musart.add_argument(
        "--seed", type=_whole("seed"), default=0, metavar="N", help="of where the cuts are (0)"
    )
    _complete(
        musart.add_argument(
            "--clips-of",
            metavar="FILE",
            help=(
                "take the clips of this .npz, made before, and cut only the paintings, of another"
                " --size say"
            ),
        ),
        "FILE",
    )
    musart.add_argument(
        "--workers",
        type=_whole("workers"),
        default=2,
        metavar="N",
        help="processes that play and read (2)",
    )
    _complete(
        musart.add_argument("-o", "--out", required=True, metavar="FILE", help="the .npz to write"),
        "FILE",
    )


def _train(command: argparse.ArgumentParser, with_flags: bool) -> None:
    nets = command.add_subparsers(dest="net", metavar="NET", required=True)
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
        one.add_argument("--device", choices=DEVICES, default="auto", help="where it trains")
        if with_flags:
            group = one.add_argument_group("settings")
            settings = settings_of(net)
            hints = get_type_hints(settings)
            for f in dataclasses.fields(settings):
                _flag(group, f, hints[f.name])


def _evaluate(command: argparse.ArgumentParser) -> None:
    kinds = command.add_subparsers(dest="kind", metavar="NET", required=True)
    mvnet = kinds.add_parser(
        "mvnet",
        help="the figures of the MVNet paper, and more",
        description=(
            "How far MVNet's pictures vary, copy, resemble paintings and follow the music, on what"
            " was held out."
        ),
    )
    mvnet.add_argument(
        "models",
        nargs="+",
        metavar="MODEL",
        help="checkpoints: names (livesyn models lists them), or paths",
    )
    _complete(
        mvnet.add_argument(
            "--data", required=True, metavar="FILE", help="the cache made by livesyn data musart"
        ),
        "FILE",
    )
    _complete(
        mvnet.add_argument(
            "-o",
            "--out",
            required=True,
            type=_folder,
            metavar="OUT",
            help="folder for report.md, figures.json and the pictures",
        ),
        "DIRECTORY",
    )
    mvnet.add_argument(
        "--run",
        action="append",
        default=[],
        metavar="NAME",
        help="an encoder's run below runs/, whose embeddings by epoch are drawn; again for more",
    )
    mvnet.add_argument(
        "--judge-steps",
        type=_whole("judge-steps"),
        default=1500,
        metavar="N",
        help="steps that the judge of periods learns for, at most (1500)",
    )
    mvnet.add_argument(
        "--pictures",
        type=_whole("pictures"),
        default=100,
        metavar="N",
        help="pictures painted of each period (100)",
    )
    mvnet.add_argument("--device", choices=DEVICES, default="auto", help="where the nets run")
    syn = kinds.add_parser(
        "syn-vae",
        help="the tables and figures of the SynVAE thesis",
        description=(
            "The tables and figures of the SynVAE thesis, for any SynVAE and VisVAE of one size of"
            " picture."
        ),
    )
    syn.add_argument(
        "models",
        nargs="+",
        metavar="MODEL",
        help="checkpoints: names (livesyn models lists them), or paths",
    )
    _complete(
        syn.add_argument(
            "--data",
            required=True,
            metavar="DIR|FILE",
            help=(
                "labelled pictures: class folders, a folder with manifest.csv, a .zip of class"
                " folders, or an .npz"
            ),
        ),
        "FILE",
    )
    _complete(
        syn.add_argument(
            "-o",
            "--out",
            required=True,
            type=_folder,
            metavar="OUT",
            help="folder for report.md, figures.json and the pictures",
        ),
        "DIRECTORY",
    )
    _complete(syn.add_argument("--json", metavar="FILE", help="write the figures here too"), "FILE")
    syn.add_argument(
        "--label",
        default="",
        metavar="COLUMN",
        help="column of manifest.csv that holds the label (label, labels, class or era)",
    )
    syn.add_argument(
        "--played",
        action="store_true",
        help="through the notes as they are played, not the note distributions of training",
    )
    syn.add_argument(
        "--held-out",
        type=_whole("held-out"),
        metavar="N",
        help="pictures of the test split (as the first checkpoint was trained)",
    )
    syn.add_argument(
        "--valid",
        type=_whole("valid"),
        metavar="N",
        help="pictures of the validation split (as the first checkpoint was trained)",
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
    syn.add_argument(
        "--fitted",
        type=_whole("fitted"),
        metavar="N",
        help=(
            "pictures of the training split that the classifier of reconstructions and MINE are"
            " fitted on, at most (20000)"
        ),
    )
    syn.add_argument("--device", choices=DEVICES, default="auto", help="where the nets run")


def _study(command: argparse.ArgumentParser) -> None:
    kinds = command.add_subparsers(dest="kind", metavar="WHAT", required=True)
    make = kinds.add_parser(
        "make",
        help="choose classes, pictures and tasks, and write them into a folder",
        description=(
            "The three classes farthest apart, the pictures nearest to their means, their music."
        ),
    )
    _studied(make)
    _complete(
        make.add_argument(
            "-o", "--out", required=True, metavar="FOLDER", help="the study's own folder"
        ),
        "DIRECTORY",
    )
    serve = kinds.add_parser(
        "serve",
        help="let people take it in their browsers",
        description=(
            "A page to take the study on; answers go into the study's folder. Ctrl-C ends it."
        ),
    )
    _complete(
        serve.add_argument(
            "folder", metavar="FOLDER", help="a study that livesyn study make wrote"
        ),
        "DIRECTORY",
    )
    serve.add_argument(
        "--web",
        type=lambda text: _address("--web", text, "127.0.0.1"),
        default=("127.0.0.1", 8771),
        metavar="[HOST:]PORT",
        help="where (127.0.0.1:8771); any other host but this machine's asks for a token",
    )
    serve.add_argument(
        "--token",
        metavar="WORD",
        help="the token people need (drawn, where the page is open to the network)",
    )
    report = kinds.add_parser(
        "report",
        help="accuracy, agreement and confusion, with the figure",
        description=(
            "What people answered: a table, and report.md and report.png in the study's folder."
        ),
    )
    _complete(
        report.add_argument("folder", metavar="FOLDER", help="a study that people took"),
        "DIRECTORY",
    )
    _complete(
        report.add_argument("--json", metavar="FILE", help="write the figures here too"), "FILE"
    )
    listen = kinds.add_parser(
        "listen",
        help="have a machine listen in people's place",
        description=(
            "A listener that hears only notes takes many studies, and the same with latents"
            " shuffled."
        ),
    )
    _studied(listen)
    listen.add_argument(
        "--studies",
        type=_whole("studies"),
        default=50,
        metavar="N",
        help="how many, seeds from --seed on (50)",
    )
    _complete(
        listen.add_argument("--json", metavar="FILE", help="write the figures here too"), "FILE"
    )


def _studied(command: argparse.ArgumentParser) -> None:
    """What a study is made of."""
    command.add_argument(
        "--model",
        default=sections.DEFAULT_MODEL,
        metavar="NAME",
        help="a SynVAE checkpoint (livesyn models lists them), or the path of one",
    )
    _complete(
        command.add_argument(
            "--data",
            required=True,
            metavar="DIR|FILE",
            help=(
                "pictures: class folders, a folder with manifest.csv, a .zip of class folders, or"
                " an .npz"
            ),
        ),
        "FILE",
    )
    command.add_argument(
        "--visual",
        default="",
        metavar="NAME",
        help=(
            "a VisVAE checkpoint in whose latent space classes are compared (the SynVAE's own"
            " encoder)"
        ),
    )
    command.add_argument(
        "--label",
        "--labels",
        default="",
        metavar="COLUMN",
        help="column of manifest.csv that holds the label (label, labels, class or era)",
    )
    command.add_argument(
        "--clusters",
        type=_whole("clusters"),
        metavar="K",
        help="k-means classes in the visual space, instead of labels",
    )
    command.add_argument(
        "--unseen",
        action="store_true",
        help="the model was trained on none of DATA: use all of it, not the test split",
    )
    command.add_argument(
        "--tasks", type=_whole("tasks"), default=20, metavar="N", help="tasks (20)"
    )
    command.add_argument(
        "--examples",
        type=_whole("examples"),
        default=4,
        metavar="N",
        help="examples of each class (4)",
    )
    command.add_argument(
        "--seed", type=_whole("seed"), default=0, metavar="N", help="of all that is drawn (0)"
    )


def settings_of(net: str) -> Any:
    """The Settings dataclass of a training script. Imports torch."""
    return import_module(f"livesyn.train.{net.replace('-', '_')}").Settings


def _flag(group: Any, f: dataclasses.Field, hint: Any) -> None:
    kind = get_args(hint)[0] if isinstance(hint, types.UnionType) else hint
    name, told = (
        f"--{f.name.replace('_', '-')}",
        (
            f"{f.metadata['about']} ({f.default!r})"
            if f.default != ""
            else f"{f.metadata['about']} (none)"
        ),
    )
    if kind is bool:
        group.add_argument(
            name, action=argparse.BooleanOptionalAction, default=f.default, help=told
        )
    else:
        group.add_argument(
            name, type=kind, default=f.default, metavar=kind.__name__.upper(), help=told
        )


def config_of(args: argparse.Namespace) -> Config:
    """The show that `livesyn run` was asked for: the file's, with the flags on top. Raises
    ConfigError.
    """
    base = sections.load(path_of(args.config)) if args.config else Config()
    given = {
        kind: getattr(args, kind) for kind in sections.SOURCES if getattr(args, kind) is not None
    }
    heard = {
        kind: value
        for kind, value in (
            ("device", args.audio_in),
            ("file", args.audio_file),
            ("jack", args.jack_in),
            ("midi", args.midi_in),
        )
        if value is not None
    }
    sound = sections.Sound(*next(iter(heard.items()))) if heard else base.sound
    sound = _over(sound, channels=channels_of(args))
    source = (
        sections.Source(*next(iter(given.items())))
        if given
        else sections.only_listens(sound)
        if base.source == sections.Source()
        else base.source
    )
    model = _over(
        model_of(args, base.model), device=args.device, seed=args.seed, painter=args.painter
    )
    display = _over(
        base.display,
        on=True if args.display is not None or args.windowed else None,
        monitor=args.display,
        windowed=args.windowed or None,
        fit=args.fit,
        out=tuple(args.pictures_out) if args.pictures_out else None,
    )
    midi = _over(base.midi, out=args.midi_out, on=False if args.no_midi else None)
    osc = base.osc
    if args.osc_out:
        osc = dataclasses.replace(osc, out=tuple(out for out in args.osc_out if out != OFF))
    if args.osc_in:
        host, port = (
            (osc.in_host, 0)
            if args.osc_in == OFF
            else _address("--osc-in", args.osc_in, osc.in_host)
        )
        osc = dataclasses.replace(osc, in_host=host, in_port=port)
    if args.osc_allow:
        osc = dataclasses.replace(osc, allow=tuple(dict.fromkeys(("127.0.0.1", *args.osc_allow))))
    web = base.web
    if args.web:
        host, port = (
            (web.host, web.port) if args.web == OFF else _address("--web", args.web, web.host)
        )
        web = dataclasses.replace(web, on=args.web != OFF, host=host, port=port)
    record = _over(base.record, folder=args.record)
    whole = Config(source, sound, display, model, midi, osc, web, record, base.params).with_params(
        values_of(args)
    )
    if args.seconds is not None and args.seconds <= 0:
        raise ConfigError(f"--seconds is {args.seconds:g}; it must be above 0")
    return sections.check(whole)


def values_of(args: argparse.Namespace) -> dict[str, float]:
    """Parameter values from --bpm, --key and --param. Raises ConfigError."""
    values: dict[str, Any] = {}
    for text in args.param:
        name, equals, value = text.partition("=")
        if not equals:
            raise ConfigError(f"--param is {text!r}; say NAME=VALUE, like temperature=0.7")
        values[name.strip()] = _as_number(value.strip())
    if args.bpm is not None:
        values["tempo"] = args.bpm
    if args.key is not None:
        values = {**values, **params.parse_key(args.key)}
    return sections.starting_values(values)


def channels_of(args: argparse.Namespace) -> tuple[int, ...] | None:
    """The channels from --audio-channels, None without. Raises ConfigError."""
    return None if args.audio_channels is None else parse_channels(args.audio_channels)


def _over(section: Any, **given: object) -> Any:
    return dataclasses.replace(
        section, **{name: value for name, value in given.items() if value is not None}
    )


def _as_number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _address(flag: str, text: str, host: str) -> tuple[str, int]:
    head, colon, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port) <= sections.HIGHEST_PORT) or (
        colon and not head
    ):
        raise ConfigError(
            f"{flag} is {text!r}; say PORT or HOST:PORT, with a port from 1 to"
            f" {sections.HIGHEST_PORT}, or off"
        )
    return (head.removeprefix("[").removesuffix("]") if colon else host), int(port)


def _number(what: str) -> Any:
    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise argparse.ArgumentTypeError(f"{what} is {text!r}; it is a number")
        return value

    return parse


def _whole(what: str) -> Any:
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


def actions(command: argparse.ArgumentParser) -> Sequence[argparse.Action]:
    """Every action of `command` and of its subcommands."""
    found: list[argparse.Action] = []
    for action in command._actions:
        found.append(action)
        if isinstance(action, argparse._SubParsersAction):
            for sub in action.choices.values():
                found += actions(sub)
    return found
