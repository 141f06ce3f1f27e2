"""How `python -m livesyn.NAME --socket PATH` comes to its process, the same for every child."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from livesyn.base.errors import LivesynError
from livesyn.config.sections import Config
from livesyn.ipc.child_messages import Error
from livesyn.ipc.child_pipe import ChildPipe

Process = TypeVar("Process")


def build(
    name: str,
    about: str,
    socket_help: str,
    make: Callable[[Path, Config, ChildPipe], Process],
    arguments: Sequence[str] | None = None,
) -> Process | None:
    """`make(socket_path, config, pipe)`, with the config that comes first on stdin. None after a
    mistake of the user's, which has been reported: leave with exit code 2.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m livesyn.{name}",
        description=f"{about}; started by `livesyn run`. The first line of stdin is the show's"
        " config, as JSON.",
    )
    parser.add_argument("--socket", type=Path, required=True, help=socket_help)
    socket_path = parser.parse_args(arguments).socket
    pipe = ChildPipe(name)
    try:
        return make(socket_path, pipe.read_config(), pipe)
    except LivesynError as error:
        pipe.report(Error(str(error), fatal=True))
        return None
