"""What can be refused at the desk, before anything is started, with the standard library alone.

Each check raises a LivesynError with one sentence, or returns. What only opening a device can
tell (a video that is not one, weights of another shape) the engine says when it starts.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import struct
import sys
from pathlib import Path

from livesyn.base.places import path_of
from livesyn.config import Config, Display, Model, Sound, Source, outlet_of
from livesyn.errors import CheckpointError, ConfigError, DataError, DeviceError

MODELS = Path(__file__).parents[1] / "models"
KIND = "syn-vae"
COMPANION_KIND = "music-vae"
PAINTER_KIND = "mvnet"
HEARD = ("device", "file", "jack")  # what a painter listens to
HEADER_LIMIT_BYTES = 100_000_000  # safetensors' own


def check(config: Config) -> None:
    """All of the checks below. Raises LivesynError."""
    check_source(config.source)
    check_sound(config.sound)
    check_display(config.display)
    check_model(config.model)
    if config.sound.kind in HEARD:
        check_checkpoint(config.model.painter, kind=PAINTER_KIND)
    if config.record.folder is not None:
        check_folder(config.record.folder)
    if config.web.on:
        check_port("web page", "--web", config.web.host, config.web.port, socket.SOCK_STREAM)
    if config.osc.in_port:
        check_port(
            "OSC input", "--osc-in", config.osc.in_host, config.osc.in_port, socket.SOCK_DGRAM
        )


def check_source(source: Source) -> None:
    """The file or folder is there; on Linux, the camera too."""
    path = path_of(source.value)
    if source.kind == "video":
        if not path.is_file():
            raise DataError(
                f"there is no video file {source.value!r}; give the path of one (.mp4, .mov, .avi,"
                " .mkv, .webm)"
            )
        if path.stat().st_size == 0:
            raise DataError(f"the video file {source.value!r} is empty; give another one")
    elif source.kind == "images":
        from livesyn.sources.images import (
            SUFFIXES,
        )  # NumPy comes with it; no other check pays for that

        if not path.is_dir():
            raise DataError(
                f"there is no folder {source.value!r}; give a folder of pictures"
                f" ({', '.join(SUFFIXES[:6])})"
            )
        if not any(p.suffix.lower() in SUFFIXES for p in path.iterdir()):
            raise DataError(
                f"the folder {source.value!r} holds no picture; put some there"
                f" ({', '.join(SUFFIXES[:6])})"
            )
    elif source.kind == "camera" and sys.platform.startswith("linux"):
        from livesyn.sources.devices import describe_cameras, list_cameras

        cameras = list_cameras()
        known = {str(camera.index) for camera in cameras}
        wanted = source.value.strip()
        if (
            wanted.isdigit() and wanted not in known and not Path(f"/dev/video{wanted}").exists()
        ) or (
            not wanted.isdigit()
            and not any(wanted.lower() in camera.name.lower() for camera in cameras)
        ):
            raise DeviceError(f"there is no camera {source.value!r}; {describe_cameras(cameras)}")


def check_sound(sound: Sound) -> None:
    """The sound file is there.

    What devices there are only PortAudio can tell, when it is opened.
    """
    if sound.kind == "file":
        path = path_of(sound.value)
        if not path.is_file():
            raise DataError(
                f"there is no sound file {sound.value!r}; give the path of one (.wav, .flac, .ogg,"
                " .mp3)"
            )
        if path.stat().st_size == 0:
            raise DataError(f"the sound file {sound.value!r} is empty; give another one")


def check_display(display: Display) -> None:
    """Folders that pictures go to can be written."""
    for out in display.out:
        kind, value = outlet_of(out)
        if kind == "folder":
            check_folder(value)
        elif kind == "video":
            check_folder(str(path_of(value).parent))


def check_model(model: Model) -> None:
    """The checkpoint that plays is there, and those that play beside it."""
    check_checkpoint(model.name)
    for name in model.companions.values():
        check_checkpoint(name, kind=COMPANION_KIND)


def check_checkpoint(name: str, models: Path = MODELS, kind: str = KIND) -> Path:
    """The checkpoint's folder, when its config is one of ours and its weights file is whole."""
    folder = Path(name) if Path(name).is_dir() else models / name
    if not (folder / "config.json").is_file():
        there = sorted(p.parent.name for p in models.glob("*/config.json") if _kind(p) == kind)
        raise CheckpointError(
            f"there is no checkpoint {name!r}; there are: {', '.join(there) or 'none'}; or give the"
            " path of a folder with config.json and weights.safetensors"
        )
    found = _kind(folder / "config.json")
    if found != kind:
        use = {KIND: "to play", PAINTER_KIND: "to paint what is heard"}.get(
            kind, "to play this part"
        )
        raise CheckpointError(
            f"{folder} holds {f'a {found!r}' if found else 'no config of livesyn'}; a {kind!r} is"
            f" needed {use}"
        )
    if not _is_whole(folder / "weights.safetensors"):
        raise CheckpointError(
            f"{folder / 'weights.safetensors'} is missing or damaged; fetch the checkpoint again"
        )
    return folder


def check_folder(name: str) -> None:
    """A folder that can be written to, made if it is not there."""
    folder = path_of(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"the folder {name!r} cannot be made ({(error.strerror or str(error)).lower()}); name"
            " another one"
        ) from None
    if not os.access(folder, os.W_OK):
        raise ConfigError(f"the folder {name!r} cannot be written to; name another one")


def check_port(what: str, flag: str, host: str, port: int, kind: socket.SocketKind) -> None:
    """Nobody else has the port, and `host` is this machine's."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host or None, port, type=kind, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            if kind == socket.SOCK_STREAM and sys.platform != "win32":
                probe.setsockopt(
                    socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
                )  # as the server will; a port in TIME_WAIT is free
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise DeviceError(
                f"the {what} cannot use port {port}, another program has it (another livesyn?);"
                f" stop that one, or name another with {flag}"
            ) from None
        raise DeviceError(
            f"the {what} cannot use {host}:{port} ({(error.strerror or str(error)).lower()}); name"
            f" another address with {flag}"
        ) from None


def _kind(path: Path) -> str | None:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        return str(config["kind"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_whole(path: Path) -> bool:
    """Whether a safetensors file is as long as its header says: eight bytes of length, JSON,
    tensors.
    """
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > HEADER_LIMIT_BYTES:
                return False
            header = json.loads(file.read(length))
        ends = [
            tensor["data_offsets"][1] for name, tensor in header.items() if name != "__metadata__"
        ]
        return path.stat().st_size == 8 + length + max(ends)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, struct.error):
        return False
