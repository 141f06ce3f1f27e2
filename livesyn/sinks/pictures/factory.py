"""From a word on the command line to an output for pictures."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from livesyn.base.errors import ConfigError
from livesyn.ipc.window_messages import Marks
from livesyn.sinks.pictures.base import PictureSink
from livesyn.sinks.pictures.extras import CameraSink, NdiSink, SpoutSink, SyphonSink
from livesyn.sinks.pictures.folder import FolderSink
from livesyn.sinks.pictures.video import VideoSink
from livesyn.sinks.pictures.window import WindowSink

Kind = Literal["window", "folder", "video", "ndi", "spout", "syphon", "camera"]
KINDS: tuple[Kind, ...] = ("window", "folder", "video", "ndi", "spout", "syphon", "camera")


def build_outlet_sink(
    kind: str, value: str | Path = "", *, marks: Callable[[], Marks] | None = None
) -> Callable[[], PictureSink]:
    """A maker of sinks of `kind`, for an `Outlet`: `value` is the window's socket, a folder, a
    film's file, the name other programs see ("" for livesyn) or the virtual camera's device ("" for
    the first). Each call makes a new, unopened one and never raises.

    Raises: ConfigError for a kind there is not, an empty folder or file, or a film whose ending
    cannot be written.
    """
    text = str(value)
    if kind in ("window", "folder", "video") and not text:
        raise ConfigError(
            f"the output {kind} needs {'a socket' if kind == 'window' else 'a name'}, like"
            f" {'live.sock' if kind == 'window' else 'show' if kind == 'folder' else 'show.mp4'}"
        )
    makers: dict[str, Callable[[], PictureSink]] = {
        "window": lambda: WindowSink(value, marks),
        "folder": lambda: FolderSink(value),
        "video": lambda: VideoSink(value),
        "ndi": lambda: NdiSink(text),
        "spout": lambda: SpoutSink(text),
        "syphon": lambda: SyphonSink(text),
        "camera": lambda: CameraSink(text),
    }
    if kind not in makers:
        near = difflib.get_close_matches(kind, KINDS, 1)
        raise ConfigError(
            f"there is no output {kind!r}"
            + (f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(KINDS)}")
        )
    makers[kind]()  # what is wrong with its name is wrong now
    return makers[kind]
