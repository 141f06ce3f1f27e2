"""`livesyn study make | serve | report | listen`: from the command line's answers to what is
done.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import secrets
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from livesyn.base import signals, words
from livesyn.base.errors import ConfigError
from livesyn.base.places import path_of
from livesyn.evaluate.study.design import CLASSES, Size

if TYPE_CHECKING:  # torch is not needed to serve or report
    from livesyn.evaluate.study.collection import Request


def run(args: argparse.Namespace) -> None:
    """Do what was asked. Raises LivesynError with a sentence."""
    {"make": _make, "serve": _serve, "report": _report, "listen": _listen}[args.kind](args)


def _make(args: argparse.Namespace) -> None:
    from livesyn.evaluate.study import make

    out = path_of(args.out)
    study = make.make(_request(args), out)
    seen = (
        "; the model was trained on some of them, so no figure of this study holds for new pictures"
        if study.trained_on
        else ""
    )
    print(
        f"{out}: {', '.join(study.classes)}, class means {study.cumulative_distance:.2f} apart in"
        f" all; {len(study.pieces)} pictures, split: {study.split}{seen}"
    )
    print(f"let people take it with: livesyn study serve {out}")


def _listen(args: argparse.Namespace) -> None:
    from livesyn.evaluate.study import listen
    from livesyn.evaluate.study.folder import write_json

    path = _writable(args.json)
    told = listen.listen(_request(args), args.studies)
    if path:
        write_json(path, told)
    print(listen.table(told))


def _report(args: argparse.Namespace) -> None:
    from livesyn.evaluate.study import report
    from livesyn.evaluate.study.folder import write_json

    where, path = path_of(args.folder), _writable(args.json)
    told = report.report(where)
    if path:
        write_json(path, told)
    print(report.table(told))
    print(f"\nthe figure is {where / 'report.png'}")


def _serve(args: argparse.Namespace) -> None:
    from livesyn.base.addresses import is_loopback
    from livesyn.evaluate.study.server import StudyServer

    words.go_on()  # people take the study whether or not somebody reads this
    host, port = args.web
    token = args.token or (None if is_loopback(host) else secrets.token_urlsafe(9))
    desk = StudyServer(path_of(args.folder), host, port, token)

    async def serve() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in signals.heard([signal.SIGINT, signal.SIGTERM]):
            with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C interrupts the loop
                loop.add_signal_handler(number, stop.set)
        try:
            await desk.start()
            print(
                f"the study is at {desk.url}\nCtrl-C ends it; the answers are kept in"
                f" {args.folder}",
                flush=True,
            )
            await stop.wait()
        finally:
            await desk.stop()

    asyncio.run(serve())


def _request(args: argparse.Namespace) -> Request:
    from livesyn.evaluate.study.collection import Request

    if args.clusters is not None and args.clusters < CLASSES:
        raise ConfigError(
            f"--clusters is {args.clusters}; it is a number of classes, {CLASSES} or more"
        )
    size = Size(args.examples, args.tasks)
    return Request(
        args.model,
        path_of(args.data),
        args.visual,
        args.label,
        args.clusters or 0,
        args.unseen,
        size,
        args.seed,
    )


def _writable(name: str | None) -> Path | None:
    if name is None:
        return None
    path = path_of(name)
    if not path.parent.is_dir():
        raise ConfigError(
            f"--json is {name!r}, and there is no folder {str(path.parent)!r}; make it first"
        )
    return path
