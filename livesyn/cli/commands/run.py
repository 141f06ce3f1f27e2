"""`livesyn run`: play a show."""

from __future__ import annotations

import argparse

from livesyn.base import addresses, params
from livesyn.cli import arguments
from livesyn.cli.command import Command
from livesyn.config import sections
from livesyn.config.sections import DEVICES, VISUALS


def run(args: argparse.Namespace) -> int:
    """Play until Ctrl-C, or for --seconds; returns the exit code."""
    from livesyn.base import words
    from livesyn.cli.show_config import config_of
    from livesyn.show import launch

    words.never_block()  # a show does not wait for whoever reads about it
    return launch.play(
        config_of(args),
        seconds=args.seconds,
        quiet=args.quiet,
        log_json=args.log_json,
        restore=args.restore,
        safe=args.safe,
        qr=args.qr,
    )


def add_arguments(run: argparse.ArgumentParser) -> None:
    """Those of `livesyn run`, in groups."""
    _add_source(run.add_argument_group("what it sees (one of them; without: --visuals ink)"))
    _add_sound(
        run.add_argument_group(
            "what it hears (one of them; then it paints, and makes music only if it is also told"
            " what to see)"
        )
    )
    _add_players(run.add_argument_group("what plays"))
    _add_outputs(run.add_argument_group("where it goes"))
    _add_standby(run.add_argument_group("a second show that plays on when the first falls silent"))
    _add_set(run.add_argument_group("the set"))


def _add_source(group: argparse._ArgumentGroup) -> None:
    source = group.add_mutually_exclusive_group()
    source.add_argument(
        "--camera", metavar="N|NAME", help="a camera by number or by part of its name"
    )
    arguments.add_file(
        source, "--video", metavar="FILE", help="a video file, looped at its own pace"
    )
    arguments.add_folder(
        source, "--images", metavar="DIR", help="a folder of pictures, as a slide show"
    )
    source.add_argument(
        "--visuals", choices=VISUALS, metavar="NAME", help=f"built-in visuals: {', '.join(VISUALS)}"
    )


def _add_sound(group: argparse._ArgumentGroup) -> None:
    sound = group.add_mutually_exclusive_group()
    sound.add_argument(
        "--audio-in",
        nargs="?",
        const="",
        metavar="N|NAME",
        help="a sound card's input by number or part of its name; without: the system's own",
    )
    arguments.add_file(
        sound, "--audio-file", metavar="FILE", help="a sound file, played in real time, looped"
    )
    sound.add_argument(
        "--jack-in",
        nargs="?",
        const="",
        metavar="PORT",
        help="a JACK input livesyn-ear:in, connected to PORT if one is named",
    )
    arguments.add_channels(group, "heard (a sound card's first two; all of a file; JACK's as one)")
    sound.add_argument(
        "--midi-in",
        nargs="?",
        const="",
        metavar="NAME",
        help="notes from this MIDI port, or from a virtual one, as pictures",
    )


def _add_players(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--painter",
        metavar="NAME",
        help=f"the MVNet checkpoint that paints what is heard ({sections.DEFAULT_PAINTER})",
    )
    arguments.add_model(group, default=None)
    arguments.add_parts(group)
    group.add_argument(
        "--device", choices=DEVICES, help="where the nets run (auto: cuda, mps, or cpu)"
    )
    arguments.add_seed(group, default=None)
    arguments.add_bpm(group)
    group.add_argument(
        "--key",
        metavar="KEY",
        help='key and scale, like "A minor", "Eb", "F# dorian"; off (the default) plays as drawn',
    )
    group.add_argument(
        "--sync",
        choices=params.SYNC,
        help="who leads the beat: the show itself, an Ableton Link session, or a MIDI clock",
    )
    group.add_argument(
        "--clock-in",
        metavar="NAME",
        help="the MIDI port where the clock comes from (without: a virtual port livesyn clock)",
    )
    group.add_argument(
        "--follow",
        choices=params.FOLLOW,
        help="follow the band: the key and scale of Ableton Live, or chords played into MIDI in",
    )
    group.add_argument(
        "--chords-in",
        metavar="NAME",
        help="the MIDI port into which chords are played (without: a virtual port livesyn chords)",
    )
    group.add_argument(
        "--live",
        metavar="HOST:PORT",
        help=f"where AbletonOSC listens ({sections.Band.live})",
    )
    arguments.add_param(group, "start value of any live parameter; again for more")


def _add_outputs(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--midi-out",
        metavar="NAME",
        help="play into this port instead of making a virtual port livesyn",
    )
    group.add_argument("--no-midi", action="store_true", help="no MIDI at all")
    group.add_argument(
        "--midi-control",
        action="append",
        nargs="?",
        const=sections.VIRTUAL,
        metavar="NAME",
        help=(
            "knobs and buttons of this MIDI port, or of a virtual one, livesyn control, move"
            " parameters; again for more"
        ),
    )
    arguments.add_file(
        group,
        "--midi-map",
        metavar="FILE",
        help="the map of what they move: read if it is there, written when one is learnt",
    )
    group.add_argument(
        "--midi-feedback",
        action="store_true",
        help="send values back to these ports, for lights and motors",
    )
    group.add_argument(
        "--osc-out",
        action="append",
        metavar="HOST:PORT[/ahead]",
        help=f"OSC receiver ({sections.Osc.out[0]}); again for more; /ahead timetags; off: none",
    )
    group.add_argument(
        "--osc-in",
        metavar="[HOST:]PORT",
        help=f"where OSC is heard ({sections.Osc.in_host}:{sections.Osc.in_port}); off: nowhere",
    )
    group.add_argument(
        "--osc-allow",
        action="append",
        metavar="ADDRESS",
        help="whose OSC is obeyed when it comes over the network; again for more",
    )
    group.add_argument(
        "--osc-map",
        action="append",
        metavar="FILE",
        help="another program's OSC addresses (patches/resolume/resolume.toml); again for more",
    )
    group.add_argument(
        "--no-oscquery",
        action="store_true",
        help="no OSCQuery, which answers where OSC is heard, on TCP",
    )
    group.add_argument(
        "--web",
        metavar="[HOST:]PORT",
        help=f"the page ({sections.Web.host}:{sections.Web.port}); off: none",
    )
    group.add_argument(
        "--display",
        nargs="?",
        type=arguments.whole("the monitor"),
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
    arguments.add_folder(
        group, "--record", metavar="DIR", help="write the set as .mid into this folder"
    )
    _add_log(group)


def _add_log(group: argparse._ArgumentGroup) -> None:
    arguments.add_file(
        group,
        "--log",
        metavar="FILE|DIR|off",
        help=(
            "where the set log goes, which livesyn replay plays again (a folder of your own; see"
            " docs/how-to/set-log.md)"
        ),
    )
    group.add_argument(
        "--log-inputs",
        choices=sections.LOG_INPUTS,
        help="what came in is logged too: the latent of each bar, or also its picture (latents)",
    )


def _add_standby(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--standby",
        metavar="HOST[:PORT]",
        help="follow the show there, muted, and play on when it falls silent (port"
        f" {addresses.STANDBY_PORT})",
    )
    group.add_argument(
        "--serve-standby",
        metavar="[HOST:]PORT",
        help="let another show follow this one (off: no more)",
    )
    group.add_argument(
        "--standby-token",
        metavar="TOKEN",
        help="what both say; over the network without one, one is made",
    )


def _add_set(group: argparse._ArgumentGroup) -> None:
    arguments.add_file(
        group, "--config", metavar="FILE", help="a TOML file; what is said here wins over it"
    )
    arguments.add_folder(
        group,
        "--scenes",
        metavar="DIR",
        help="the folder of the show's scenes and set list (without: the user's own)",
    )
    group.add_argument(
        "--restore",
        action=argparse.BooleanOptionalAction,
        help=(
            "begin as the last show was left: parameters, scene, map of controls, modulation (by"
            " itself if that did not end as it should, less than an hour ago)"
        ),
    )
    group.add_argument(
        "--safe", action="store_true", help="start without cameras, Link and outlets"
    )
    arguments.add_number(
        group,
        "--seconds",
        "end the set N seconds after all of it is ready; the exit code is 0, or 1 where a part"
        " of it was never ready",
    )
    group.add_argument(
        "--qr",
        action="store_true",
        help="print the page's address as a QR code, also where the output is no terminal",
    )
    group.add_argument("--quiet", action="store_true", help="say nothing but errors")
    group.add_argument(
        "--log-json", action="store_true", help="one JSON object a line instead of the live view"
    )


COMMAND = Command(
    "run",
    summary="play: picture in, music out",
    description="Play: what is seen becomes bars of music.",
    examples="run",
    add_arguments=add_arguments,
    run=run,
)
