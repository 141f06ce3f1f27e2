"""Composition root: parse, build, run, exit codes.

0: done. 2: a mistake of the user's, one sentence on stderr. 1: a fault of ours, its traceback
in a file, or a doctor's no, or words that were asked for and could not be written. 130: interrupted
(but Ctrl-C is how a set ends: 0).
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from livesyn import __version__
from livesyn.base import models, params, signals, words
from livesyn.base.errors import ConfigError, LivesynError
from livesyn.base.installing import PACKAGES, install
from livesyn.base.places import path_of, whole_path
from livesyn.cli import arguments
from livesyn.config.sections import DEFAULT_MODEL, Model

DONE, FAULT, MISTAKE, INTERRUPTED = 0, 1, 2, 130
RUNS = Path("runs")
FORBIDDEN = ("essenFolksong", "palestrina")  # in music21's corpus: non-commercial; rights reserved
THE_MACHINES = {  # what the system refuses is no fault of ours
    getattr(errno, name, None)
    for name in (
        *("EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EFBIG", "EIO", "ENAMETOOLONG", "ELOOP"),
        *("EMFILE", "ENFILE", "ESTALE", "ENOTDIR", "EISDIR"),
    )
} - {None}
MOST_NAMED = 10  # files that are left out, by name


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        args = arguments.parser(with_training=given[:1] in (["train"], ["completion"])).parse_args(
            given
        )
        return COMMANDS[args.command](args) or DONE
    except LivesynError as error:
        print(f"livesyn: {error}", file=sys.stderr)
        return MISTAKE
    except KeyboardInterrupt:
        return INTERRUPTED
    except ModuleNotFoundError as error:
        module = (error.name or "livesyn").partition(".")[0]
        if module != "livesyn":
            print(
                f"livesyn: this needs the Python package {PACKAGES.get(module, module)}, which is"
                f" not here; install it with: {install(module)}",
                file=sys.stderr,
            )
            return MISTAKE
        print(f"livesyn: {_keep_traceback(error, given)}", file=sys.stderr)
        return FAULT
    except Exception as error:
        if isinstance(error, OSError) and error.errno in THE_MACHINES:
            print(f"livesyn: {_refusal(error)}", file=sys.stderr)
            return MISTAKE
        print(f"livesyn: {_keep_traceback(error, given)}", file=sys.stderr)
        return FAULT


def _refusal(error: OSError) -> str:
    """What the system refused, in a sentence."""
    why = (error.strerror or str(error)).lower()
    if error.filename is None:
        return f"the system refuses ({why}); put that right, and start again"
    return (
        f"{os.fsdecode(error.filename)!r} cannot be used ({why}); put that right, or name another"
    )


def _keep_traceback(error: Exception, given: list[str]) -> str:
    """Write down where `error` came from; returns the sentence that says so. Never raises."""
    said = f"this is a fault of livesyn's own ({words.in_words(error)}); please report it with"
    try:
        trace = "".join(traceback.format_exception(error))
    except Exception:  # an error whose text is one itself
        trace = "".join(traceback.format_tb(error.__traceback__))
    report = (
        f"livesyn {__version__}, Python {sys.version}, {sys.platform}\nlivesyn {' '.join(given)}\n"
        f"{trace}"
    )
    try:
        with tempfile.NamedTemporaryFile(
            "w",
            prefix="livesyn-",
            suffix=".log",
            delete=False,
            encoding="utf-8",
            errors="backslashreplace",
        ) as log:
            log.write(report)
        return f"{said} {log.name}"
    except OSError as refused:
        why = (refused.strerror or str(refused)).lower()
        return f"{said} what follows, which could not be written to a file ({why}):\n{report}"


def _run(args: argparse.Namespace) -> int:
    from livesyn.show import launch

    words.go_on()  # a show does not wait for whoever reads about it
    return launch.play(
        arguments.config_of(args), seconds=args.seconds, quiet=args.quiet, log_json=args.log_json
    )


def _devices(args: argparse.Namespace) -> int:
    from livesyn.show import devices

    return devices.report(as_json=args.json)


def _doctor(args: argparse.Namespace) -> int:
    from livesyn.show.doctor import report

    return report.report(args.model, args.device, as_json=args.json)


def _translate(args: argparse.Namespace) -> None:
    from livesyn.media.kinds import kind_of
    from livesyn.show import preflight

    kind = kind_of(path_of(args.source))
    if kind == "sound":
        return _film(args)
    if args.audio_channels is not None:
        raise ConfigError(
            "--audio-channels says which channels of a sound are painted;"
            f" {Path(args.source).name} is no sound"
        )
    if kind == "music":
        return _paint(args)
    model = arguments.model_of(args, Model())
    preflight.check_model(model)
    preflight.check_folder(args.out)
    if args.bars is not None and args.bars < 1:
        raise ConfigError(f"--bars is {args.bars}; it must be 1 or more")
    values = arguments.values_of(args)
    from livesyn.offline import picture_to_music

    picture_to_music.translate(
        path_of(args.source),
        path_of(args.out),
        model=model,
        seed=args.seed,
        bars=args.bars,
        values=values,
        wav=not args.no_wav,
        again=args.again,
    )


def _refuse_how_music_is_made(args: argparse.Namespace, becomes: str) -> None:
    """Raises ConfigError for a flag that has no meaning where the source is music."""
    for flag in ("bars", "parts", "long", "key", "bpm"):
        if getattr(args, flag) not in (None, "", []):
            raise ConfigError(
                f"--{flag} says how music is made; {Path(args.source).name} is music already, and"
                f" becomes {becomes}"
            )


def _paint(args: argparse.Namespace) -> None:
    """Music is translated into pictures, by a SynVAE with the modalities swapped."""
    from livesyn.offline import music_to_picture
    from livesyn.show import preflight

    _refuse_how_music_is_made(args, "pictures")
    name = music_to_picture.DEFAULT_MODEL if args.model == DEFAULT_MODEL else args.model
    preflight.check_checkpoint(name, kind=music_to_picture.KIND)
    values = arguments.values_of(args)
    preflight.check_folder(args.out)
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("painting", total=None)
        written = music_to_picture.paint(
            path_of(args.source),
            path_of(args.out),
            model=name,
            seed=args.seed,
            values=values,
            say=lambda text: console.print(text, highlight=False, markup=False, soft_wrap=True),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    for path in written:
        print(path)


def _film(args: argparse.Namespace) -> None:
    """A sound file becomes a film of what is painted to it."""
    from livesyn.config.sections import DEFAULT_PAINTER
    from livesyn.offline import sound_to_film
    from livesyn.show import preflight

    _refuse_how_music_is_made(args, "a film")
    if args.seconds is not None and not args.seconds > 0:
        raise ConfigError(f"--seconds is {args.seconds:g}; it must be above 0")
    name = DEFAULT_PAINTER if args.model == DEFAULT_MODEL else args.model
    preflight.check_checkpoint(name, kind=sound_to_film.KIND)
    values = arguments.values_of(args)
    preflight.check_folder(args.out)
    print(
        sound_to_film.film(
            path_of(args.source),
            path_of(args.out),
            painter=name,
            seed=args.seed,
            values=values,
            seconds=args.seconds,
            channels=arguments.channels_of(args),
        )
    )


def _interpolate(args: argparse.Namespace) -> None:
    from livesyn.show import preflight

    preflight.check_checkpoint(args.model)
    values, amounts = arguments.values_of(args), arguments.amounts_of(args)
    preflight.check_folder(args.out)
    from livesyn.offline.interpolate import interpolate

    sources = [path_of(source) for source in args.sources]
    for path in interpolate(
        sources,
        path_of(args.out),
        model=args.model,
        steps=args.steps,
        bars=args.bars,
        amounts=amounts,
        seed=args.seed,
        values=values,
    ):
        print(path)


def _attributes(args: argparse.Namespace) -> None:
    from livesyn.show import preflight

    preflight.check_checkpoint(args.model)
    import torch

    from livesyn.base.scheduling import cores
    from livesyn.train import attributes

    torch.set_num_threads(max(1, cores() - 1))
    out = None if args.out is None else path_of(args.out)
    rights = tuple(filter(None, args.rights.split("|")))
    figures = attributes.make(
        args.model, path_of(args.data), out, rights, args.label, args.held_out, args.seed
    )
    print(attributes.table(figures))


def _params(args: argparse.Namespace) -> None:
    if args.markdown:
        print(table_of_params())
        return
    print(f"{'name':<18}{'default':>8}  {'OSC address':<33}what it does, from where to where")
    for row in params.TABLE:
        print(
            f"{row.name:<18}{default_of(row):>8}  {row.address:<33}{row.description}"
            f" ({span_of(row)})"
        )


def table_of_params() -> str:
    """Every parameter, as a table in Markdown."""
    head = "| name | from, to | default | what it does |\n|---|---|---|---|"
    rows = (
        f"| `{row.name}` | {span_of(row)} | {default_of(row)} | {row.description} |"
        for row in params.TABLE
    )
    return "\n".join((head, *rows))


def _models(args: argparse.Namespace) -> None:
    if args.do == "get":
        written = models.get(args.name, args.source)
        for folder in written:
            print(folder)
        if not written:
            print(f"{args.name} is here already, in {models.folder_of(args.name)}")
        return
    rows = models.listed()
    if args.json:
        print(json.dumps({row["name"]: row for row in rows}))
        return
    print("\n".join(models.table(rows)))


def _data(args: argparse.Namespace) -> None:
    if args.workers < 1:
        raise ConfigError(f"--workers is {args.workers}; it must be 1 or more")
    words.go_on()
    _musart(args) if args.kind == "musart" else _windows(args)


def _musart(args: argparse.Namespace) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from livesyn.train.data import musart
    from livesyn.train.data.clips import INSTRUMENTS

    for name in ("clips", "held_out", "views"):
        if getattr(args, name) < 1:
            raise ConfigError(
                f"--{name.replace('_', '-')} is {getattr(args, name)}; it must be 1 or more"
            )
    if not 1 <= args.takes <= len(INSTRUMENTS):
        raise ConfigError(
            f"--takes is {args.takes}; there are 1 to {len(INSTRUMENTS)} instruments to play a"
            " clip on"
        )
    if args.pieces < 0:
        raise ConfigError(
            f"--pieces is {args.pieces}; it must be 1 or more, or 0 for all there are"
        )
    wanted = musart.Wanted(
        clips=args.clips,
        pieces=args.pieces,
        recorded=args.recorded,
        takes=args.takes,
        held_out=args.held_out,
        views=args.views,
        size=args.size,
        rights=tuple(filter(None, args.rights.split("|"))),
        seed=args.seed,
        clips_of=None if args.clips_of is None else path_of(args.clips_of),
    )
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("listening")
        counts = musart.build(
            whole_path(args.music),
            whole_path(args.paintings),
            path_of(args.out),
            wanted,
            args.workers,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    _name_lost(counts["lost"])
    print(f"{args.out}:")
    for name, each in counts.items():
        if isinstance(each, dict):
            print(
                f"  {name.replace('_', ' '):<13} "
                + ", ".join(f"{period} {n}" for period, n in each.items())
            )
    if counts["grey"]:
        print(f"left out: {counts['grey']} paintings that are there only in black and white")
    few = [f"{period} {n}" for period, n in counts["train_clips"].items() if n < args.clips]
    if few and args.clips_of is None:
        print(
            f"fewer clips than the {args.clips} a period asked for: {', '.join(few)}; training"
            " draws all periods equally often"
        )


def _name_lost(sentences: Sequence[str], what: str = "left out") -> None:
    """The first of the files that are left out, by name, and how many more there are."""
    for sentence in sentences[:MOST_NAMED]:
        print(f"{what}: {sentence}", file=sys.stderr)
    if len(sentences) > MOST_NAMED:
        print(f"{what}: {len(sentences) - MOST_NAMED} files more", file=sys.stderr)


def _windows(args: argparse.Namespace) -> None:
    from livesyn.train.data import melodies

    sources: dict[str, Path] = {}
    for folder in (whole_path(f) for f in args.folders):
        if not folder.is_dir():
            raise ConfigError(
                f"{folder} is not a folder; name one that holds .mxl, .musicxml, .xml, .krn, .abc"
                " or .mid files"
            )
        if folder.name in sources:
            raise ConfigError(
                f"two folders are called {folder.name!r}; a piece is known by its folder's name, so"
                " rename one"
            )
        sources[folder.name] = folder
    if args.music21:
        try:
            import music21
        except ImportError:
            raise ConfigError(
                f"music21 is not installed; install it with: {install('music21')}"
            ) from None
        sources["music21"] = Path(music21.__file__).parent / "corpus"
    made = getattr(args, "grooves", 0)
    if made < 0:
        raise ConfigError(f"--grooves is {made}; it must be 0 or more")
    if made and args.bars != 2:
        raise ConfigError("grooves made by rule have two bars; leave out --bars")
    if not sources and not made:
        more = "say --music21" if args.kind != "drums" else "say --grooves 4000"
        raise ConfigError(
            f"no FOLDER was named; name one that holds scores or MIDI files, or {more}"
        )
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("reading")
        counts = melodies.build(
            sources,
            (*args.exclude, *(FORBIDDEN if args.music21 else ())),
            path_of(args.out),
            args.workers,
            lambda done, total: bar.update(task, completed=done, total=total),
            part="melody" if args.kind == "melodies" else args.kind,
            bars=args.bars,
            made=made,
        )
    _name_lost(counts["lost"])
    per_source = ", ".join(f"{name} {n}" for name, n in counts["sources"].items())
    _name_lost(counts["mended"], "mended")
    damaged = f" ({len(counts['lost'])} damaged left out)" if counts["lost"] else ""
    print(
        f"{args.out}: {counts['pieces']} pieces{damaged}; windows: train {counts['train']}, valid"
        f" {counts['valid']}, test {counts['test']} ({per_source})"
    )


def _train(args: argparse.Namespace) -> None:
    import dataclasses
    from importlib import import_module

    words.go_on()  # nor does a training
    import torch

    from livesyn.engine.chains.see_to_hear.nets import pick_device
    from livesyn.train.data_parallel import DISTRIBUTED, join
    from livesyn.train.run import check

    script = import_module(f"livesyn.train.{args.net.replace('-', '_')}")
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
    signals.handle([signal.SIGTERM], signal.default_int_handler)
    # as Ctrl-C, before and after the steps too; in them see `Run`
    folder = _run_folder(args.run)
    script.train(settings, folder, device, out)
    if team.leads:
        print(
            f"the checkpoint is in {out}"
            if out
            else f"the run is in {folder}; give --out models/NAME to write a checkpoint"
        )


def _run_folder(name: str) -> Path:
    """Where the run `name` is kept; a shell that completes paths may have put runs/ before it."""
    return path_of(name if Path(name).parts[:-1] == RUNS.parts else RUNS / name)


def _evaluate(args: argparse.Namespace) -> None:
    from livesyn.show import preflight

    words.go_on()
    preflight.check_folder(args.out)
    from livesyn.engine.chains.see_to_hear.nets import pick_device

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    if args.kind == "mvnet":
        from livesyn.evaluate import mvnet

        for name, least in (("judge_steps", 1), ("pictures", 2)):  # a pair at least is compared
            if (value := getattr(args, name)) < least:
                raise ConfigError(
                    f"--{name.replace('_', '-')} is {value}; it must be {least} or more"
                )
        mvnet.evaluate(
            args.models,
            path_of(args.data),
            path_of(args.out),
            runs=[_run_folder(name) for name in args.run],
            effort=mvnet.Effort(pictures=args.pictures, judge_steps=args.judge_steps),
            device=pick_device(args.device),
            say=say,
        )
        print(f"the report is {Path(args.out) / 'report.md'}")
        return
    from livesyn.evaluate import syn_vae
    from livesyn.nets.checkpoint import write_json

    for name, least in (
        ("held_out", 1),
        ("valid", 0),
        ("fitted", 8),
    ):  # a quarter as many as are fitted on validate
        if (value := getattr(args, name)) is not None and value < least:
            raise ConfigError(f"--{name.replace('_', '-')} is {value}; it must be {least} or more")
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
    print(f"the report is {Path(args.out) / 'report.md'}")


def _study(args: argparse.Namespace) -> None:
    from livesyn.evaluate.study import commands

    commands.run(args)


def _completion(args: argparse.Namespace) -> None:
    import shtab

    parser = arguments.parser(with_training=True)
    for action in arguments.actions(parser):
        kind = getattr(action, "complete", None)
        if isinstance(kind, str):
            action.complete = getattr(shtab, kind)  # type: ignore[attr-defined]
    print(shtab.complete(parser, shell=args.shell))


def span_of(row: params.Param) -> str:
    """The legal values of a parameter, in words."""
    return (
        f"one of {', '.join(row.choices)}"
        if row.choices
        else f"{row.low:g} to {row.high:g} {row.unit}".rstrip()
    )


def default_of(row: params.Param) -> str:
    """The default of a parameter, in words."""
    return row.choices[int(row.default)] if row.choices else f"{row.default:g}"


COMMANDS: dict[str, Callable[[argparse.Namespace], int | None]] = {
    "run": _run,
    "devices": _devices,
    "doctor": _doctor,
    "translate": _translate,
    "interpolate": _interpolate,
    "attributes": _attributes,
    "params": _params,
    "models": _models,
    "data": _data,
    "train": _train,
    "evaluate": _evaluate,
    "study": _study,
    "completion": _completion,
}
