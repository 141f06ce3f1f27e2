"""From the flags of `livesyn run` to the Config of a show. Standard library only."""

from __future__ import annotations

import argparse
import dataclasses

from livesyn.base.addresses import THIS_MACHINE
from livesyn.base.errors import ConfigError
from livesyn.base.places import path_of
from livesyn.cli.arguments import OFF, address, channels_of, model_of, over, values_of
from livesyn.config import sections
from livesyn.config.checks import check
from livesyn.config.sections import NOT_NAMED, Config
from livesyn.config.show_file import load, naming
from livesyn.control import map_file


def config_of(args: argparse.Namespace) -> Config:
    """The show that `livesyn run` was asked for: the file's, with the flags on top. Raises
    ConfigError.
    """
    path = None if args.config is None else path_of(args.config)
    base = Config(source=NOT_NAMED) if path is None else load(path)
    sound, source = _sound(args, base.sound), _source(args, base.source)
    model = over(
        model_of(args, base.model), device=args.device, seed=args.seed, painter=args.painter
    )
    display = over(
        base.display,
        on=True if args.display is not None or args.windowed else None,
        monitor=args.display,
        windowed=args.windowed or None,
        fit=args.fit,
        out=tuple(args.pictures_out) if args.pictures_out else None,
    )
    midi = _midi(args, base.midi)
    osc, web = _osc(args, base.osc), _web(args, base.web)
    record = over(base.record, folder=args.record)
    scenes = over(base.scenes, folder=args.scenes)
    band = over(base.band, chords=args.chords_in, live=args.live)
    log = over(base.log, to=args.log, inputs=args.log_inputs)
    standby = over(
        base.standby, of=args.standby, serve=args.serve_standby, token=args.standby_token
    )
    if args.serve_standby == OFF:
        standby = dataclasses.replace(standby, serve=None)
    whole = dataclasses.replace(
        base,
        scenes=scenes,
        source=source,
        sound=sound,
        display=display,
        model=model,
        midi=midi,
        osc=osc,
        web=web,
        record=record,
        band=band,
        log=log,
        standby=standby,
    ).with_params(values_of(args))
    if args.seconds is not None and args.seconds <= 0:
        raise ConfigError(f"--seconds is {args.seconds:g}; it must be above 0")
    try:
        return check(whole.with_source())
    except ConfigError:
        if path is not None:  # it may have been the file alone
            with naming(path):
                check(base.with_source())
        raise


def _midi(args: argparse.Namespace, base: sections.Midi) -> sections.Midi:
    midi = over(
        base,
        out=args.midi_out,
        on=_midi_on(args),
        clock=args.clock_in,
        control=tuple(dict.fromkeys(args.midi_control)) if args.midi_control else None,
        map_file=args.midi_map,
        feedback=args.midi_feedback or None,
    )
    if midi.map_file is None:
        return midi
    path = path_of(midi.map_file).absolute()
    if not path.parent.is_dir():
        raise ConfigError(
            f"--midi-map is {midi.map_file!r}; there is no folder {str(path.parent)!r} to write it"
            " into: make it first"
        )
    midi = dataclasses.replace(midi, map_file=str(path))
    return dataclasses.replace(midi, map=map_file.load(path)) if path.exists() else midi


def _midi_on(args: argparse.Namespace) -> bool | None:
    """What is said here of MIDI, None where nothing is."""
    return False if args.no_midi else None if args.midi_out is None else True


def _sound(args: argparse.Namespace, base: sections.Sound) -> sections.Sound:
    for kind, value in (
        ("device", args.audio_in),
        ("file", args.audio_file),
        ("jack", args.jack_in),
        ("midi", args.midi_in),
    ):
        if value is not None:
            other = base.channels if not base.kind else None  # else they are the other sound's
            return sections.Sound(kind, value, channels_of(args) or other)
    return over(base, channels=channels_of(args))


def _source(args: argparse.Namespace, base: sections.Source) -> sections.Source:
    for kind in sections.SOURCES:
        if (value := getattr(args, kind)) is not None:
            return sections.Source(kind, value)
    return base


def _osc(args: argparse.Namespace, base: sections.Osc) -> sections.Osc:
    osc = base
    if args.osc_out is not None:
        osc = dataclasses.replace(osc, out=tuple(out for out in args.osc_out if out != OFF))
    if args.osc_in is not None:
        host, port = (
            (osc.in_host, 0)
            if args.osc_in == OFF
            else address("--osc-in", args.osc_in, osc.in_host)
        )
        osc = dataclasses.replace(osc, in_host=host, in_port=port)
    if args.osc_allow is not None:
        osc = dataclasses.replace(osc, allow=tuple(dict.fromkeys((THIS_MACHINE, *args.osc_allow))))
    if args.osc_map is not None:
        osc = dataclasses.replace(osc, maps=tuple(args.osc_map))
    if args.no_oscquery:
        osc = dataclasses.replace(osc, query=False)
    return osc


def _web(args: argparse.Namespace, base: sections.Web) -> sections.Web:
    if args.web is None:
        return base
    if args.web == OFF:
        return dataclasses.replace(base, on=False)
    host, port = address("--web", args.web, base.host)
    return dataclasses.replace(base, on=True, host=host, port=port)
