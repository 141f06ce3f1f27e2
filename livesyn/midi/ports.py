"""Which system's MIDI is used, and which port is meant."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from livesyn.base.errors import DeviceError
from livesyn.midi.port_names import find_port
from livesyn.midi.rtmidi_ports import Direction, PortError, RtMidiPort, make_port

API_VARIABLE = "LIVESYN_MIDI_API"
APIS = ("auto", "jack", "alsa")
NO_BACKEND = "no MIDI system was found: start JACK, or load ALSA's sequencer (modprobe snd-seq)"


def choose_jack(client_name: str, api: str) -> Any | None:
    """A guard (see `jack_guard`) where the port is to be on JACK; None where the system's own MIDI
    is to be used.

    `api` is one of `APIS`; "auto" is what `LIVESYN_MIDI_API` says, else JACK where a server runs.
    Raises DeviceError when there is neither.
    """
    api = os.environ.get(API_VARIABLE, "auto") if api == "auto" else api
    if api not in APIS:
        raise DeviceError(f"the MIDI API is {api!r}; it is one of: {', '.join(APIS)}")
    if not sys.platform.startswith("linux"):
        return None
    if api != "alsa":
        from livesyn.midi.jack_guard import open_guard

        if (guard := open_guard(client_name)) is not None:
            return guard
        if api == "jack":
            raise DeviceError("no JACK server is running: start one (jackd -R -d alsa)")
    # Asked first because the ALSA library writes its own complaint to stderr, each time.
    if not os.path.exists("/dev/snd/seq"):
        raise DeviceError(NO_BACKEND)
    return None


def open_system_port(
    direction: Direction, wanted: str | None, client_name: str, waiting: int = 1024
) -> tuple[RtMidiPort, str | None]:
    """A port of the system's own MIDI (ALSA, CoreMIDI, or Windows, where a virtual one is made with
    loopMIDI): the one called `wanted`, and its whole name, or the virtual one `client_name`. Raises
    DeviceError.
    """
    try:
        port = make_port(direction, "system", client_name, waiting)
        names = port.names()
        if wanted is None and sys.platform == "win32":
            wanted = _loopmidi_port(client_name, names)
        if wanted is None:
            port.open_virtual(client_name)
            return port, None
        name = find_port(wanted, names)
        port.open(name, client_name)
    except PortError as error:
        raise DeviceError(f"MIDI cannot be opened: {error}") from error
    return port, name


def _loopmidi_port(client_name: str, names: Sequence[str]) -> str:
    try:
        return find_port(client_name, names)
    except DeviceError:
        there = ", ".join(names) or "none"
        raise DeviceError(
            f"Windows makes no virtual MIDI ports: add one called {client_name!r} in loopMIDI, or"
            f" name one of: {there}"
        ) from None
