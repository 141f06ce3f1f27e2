"""`livesyn study serve`: a page to take the study on."""

from __future__ import annotations

import argparse
import contextlib
import secrets
import signal
from typing import TYPE_CHECKING

from livesyn.base import signals, words
from livesyn.base.addresses import STUDY_PORT, THIS_MACHINE, is_loopback
from livesyn.base.places import path_of
from livesyn.cli import arguments
from livesyn.cli.command import Command

if TYPE_CHECKING:
    from livesyn.evaluate.study.server import StudyServer


def run(args: argparse.Namespace) -> None:
    """Serve until Ctrl-C."""
    import asyncio  # it costs every other command 10 ms

    from livesyn.evaluate.study.server import StudyServer

    words.never_block()  # people take the study whether or not somebody reads this
    host, port = args.web
    token = args.token or (None if is_loopback(host) else secrets.token_urlsafe(9))
    asyncio.run(_serve(StudyServer(path_of(args.folder), host, port, token), args.folder))


async def _serve(server: StudyServer, folder: str) -> None:
    import asyncio

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in signals.not_ignored([signal.SIGINT, signal.SIGTERM]):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C interrupts the loop
            loop.add_signal_handler(number, stop.set)
    try:
        await server.start()
        print(
            f"the study is at {server.url}\nCtrl-C ends it; the answers are kept in {folder}",
            flush=True,
        )
        await stop.wait()
    finally:
        await server.stop()


def add_arguments(serve: argparse.ArgumentParser) -> None:
    """The study, where it is served, and to whom."""
    arguments.add_folder(
        serve, "folder", metavar="FOLDER", help="a study that livesyn study make wrote"
    )
    serve.add_argument(
        "--web",
        type=lambda text: arguments.address("--web", text, THIS_MACHINE),
        default=(THIS_MACHINE, STUDY_PORT),
        metavar="[HOST:]PORT",
        help=f"where ({THIS_MACHINE}:{STUDY_PORT}); any host but this machine's asks for a token",
    )
    serve.add_argument(
        "--token",
        metavar="WORD",
        help="the token people need (drawn, where the page is open to the network)",
    )


COMMAND = Command(
    "serve",
    summary="let people take it in their browsers",
    description="A page to take the study on; answers go into the study's folder. Ctrl-C ends it.",
    add_arguments=add_arguments,
    run=run,
)
