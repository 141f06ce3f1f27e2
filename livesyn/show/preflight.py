"""What can be refused at the desk, before anything is started, with the standard library alone.

Each check raises a LivesynError with one sentence, or returns. What only opening can tell (a film
without pictures, weights of another shape) the engine says when it starts: the libraries that
open would stay in the supervisor's memory for the whole show.
"""

from __future__ import annotations

import errno
import importlib.util
import json
import os
import socket
import struct
import sys
from collections.abc import Mapping
from pathlib import Path

from livesyn.base import models
from livesyn.base.addresses import THIS_MACHINE, is_here, parse_place
from livesyn.base.errors import CheckpointError, ConfigError, DataError, DeviceError
from livesyn.base.installing import install
from livesyn.base.params import SYNC
from livesyn.base.places import path_of
from livesyn.base.scheduling import check_priority
from livesyn.config.outlets import outlet_of
from livesyn.config.sections import AUDIO, Config, Display, Model, Osc, Sound, Source
from livesyn.control.osc_map_file import load as load_map
from livesyn.media import kinds
from livesyn.media.marks import Look
from livesyn.show import set_logs

KIND = "syn-vae"
COMPANION_KIND = "music-vae"
PAINTER_KIND = "mvnet"
HEADER_LIMIT_BYTES = 100_000_000  # safetensors' own


def check(config: Config) -> None:
    """All of the checks below, and the priority asked for. Raises LivesynError."""
    check_priority()
    check_source(config.source)
    check_sound(config.sound)
    check_display(config.display)
    check_model(config.model)
    check_sync(config.params)
    if config.sound.kind in AUDIO:
        check_checkpoint(config.model.painter, kind=PAINTER_KIND)
    if config.record.folder is not None:
        check_folder(config.record.folder)
    set_logs.check(config)
    if config.web.on:
        check_port("web page", "--web", config.web.host, config.web.port, socket.SOCK_STREAM)
    if config.standby.serve is not None:
        where = parse_place("--serve-standby", config.standby.serve, host=THIS_MACHINE)
        check_port("line to a standby", "--serve-standby", *where, socket.SOCK_STREAM)
    check_maps(config.osc)
    if config.osc.in_port:
        check_port(
            "OSC input", "--osc-in", config.osc.in_host, config.osc.in_port, socket.SOCK_DGRAM
        )
        if config.osc.query:
            where = config.osc.in_host, config.osc.in_port
            check_port("OSCQuery server", "--osc-in", *where, socket.SOCK_STREAM)


def check_sync(values: Mapping[str, float]) -> None:
    """What a Link session needs is installed."""
    if values.get("sync") == SYNC.index("link") and importlib.util.find_spec("aalink") is None:
        raise ConfigError(
            "the show is to be in a Link session, and what that needs is not installed; install it"
            f" with: {install('aalink')}, or give --sync internal"
        )


def check_source(source: Source) -> None:
    """The file or folder is there; on Linux, the camera too."""
    path = path_of(source.value) if source.kind in ("video", "images") else Path()
    if source.kind == "video":
        if not path.is_file():
            raise DataError(kinds.why_no_file(source.value, "film"))
        if path.stat().st_size == 0:
            raise DataError(f"the video file {source.value!r} is empty; give another one")
        found = kinds.look_at_head(path)
        if found.kind == "sound":
            raise DataError(kinds.only_sound(source.value))
        if _is_other(path, found):
            raise DataError(
                f"{source.value!r} is no video{kinds.seems(path)}; give one ({kinds.LEGAL['film']})"
            )
    elif source.kind == "images":
        from livesyn.sources.images import (
            picture_files,  # NumPy comes with it; no other check pays for that
        )

        picture_files(path)
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
            raise DataError(kinds.why_no_file(sound.value, "sound"))
        if path.stat().st_size == 0:
            raise DataError(f"the sound file {sound.value!r} is empty; give another one")
        found = kinds.look_at_head(path)
        if found.kind == "picture":
            raise DataError(kinds.only_pictures(sound.value))
        if _is_other(path, found):
            raise DataError(
                f"{sound.value!r} is no sound{kinds.seems(path)}; give one ({kinds.LEGAL['sound']})"
            )


def _is_other(path: Path, found: Look) -> bool:
    """Whether a file is music, or of no kind that is played."""
    nothing_said = not found.kind and not found.words
    is_music = found.kind == "music" or (nothing_said and kinds.kind_by_name(path) == "music")
    return is_music or bool(found.words and not found.kind)


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


def check_checkpoint(name: str, kind: str = KIND) -> Path:
    """The checkpoint's folder, when its config is one of ours and its weights file is whole."""
    folder = models.folder_of(name)
    if folder is None:
        raise models.absent(name, kind)
    found = models.kind_in(folder)
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
            f"{folder / 'weights.safetensors'} is missing or damaged; {models.fetch_again(folder)}"
        )
    return folder


def check_maps(osc: Osc) -> None:
    """Each map of OSC addresses is legal, and none is sent to where this show listens."""
    sources: dict[str, str] = {}
    stems = [path_of(name).stem for name in osc.maps]
    for name, stem in zip(osc.maps, stems, strict=True):
        if stems.count(stem) > 1:
            raise ConfigError(f"two OSC maps are called {stem}; rename one of the files")
        osc_map = load_map(path_of(name))
        if osc.in_port == osc_map.send.port and is_here(osc_map.send.host):
            raise ConfigError(
                f"{name} sends to {osc_map.send}, where this show itself listens; write the other"
                " program's port under send"
            )
        for entry in osc_map.into:
            if (other := sources.setdefault(entry.source, name)) != name:
                raise ConfigError(
                    f"{entry.source} is obeyed by two maps, {other} and {name}; leave it out of one"
                )


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
                # as the server will; a port in TIME_WAIT is free
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
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
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        struct.error,
    ):
        return False
