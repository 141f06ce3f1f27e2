"""Where MIDI bytes go: rtmidi ports on ALSA, CoreMIDI and Windows, and one on JACK that survives JACK.

A port is made open and never reopened: when it is lost, another one takes its place.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, Protocol

from livesyn.errors import DeviceError

API_VARIABLE = "LIVESYN_MIDI_API"
APIS = ("auto", "jack", "alsa")
NO_BACKEND = "no MIDI system was found: start JACK, or load ALSA's sequencer (modprobe snd-seq), and MIDI will join the running show"


class MidiPort(Protocol):
    """An open MIDI output."""

    label: str

    def send(self, message: bytes) -> bool:
        """Send at once; False when it could not be taken. Never blocks. One thread at a time."""

    def warm(self) -> None:
        """Touch what `send` will take. On the thread that sends."""

    def check(self) -> str:
        """Why the port is lost, or "" while it is well. About 2/s, off the scheduler thread."""

    def reconnected(self) -> bool:
        """Whether `check` has restored a connection since it was last asked."""

    def close(self) -> None:
        """Let go; what was sent arrives first."""


def find_port(wanted: str, names: Sequence[str]) -> str:
    """The one of `names` that is `wanted`, or the only one that contains it in any case. Raises DeviceError."""
    if wanted in names:
        return wanted
    found = [name for name in names if wanted.lower() in name.lower()]
    if len(found) == 1:
        return found[0]
    there = ", ".join(found or names) or "none"
    raise DeviceError(f"MIDI port {wanted!r} {'could be any of' if found else 'is not there; there are'}: {there}")


def open_port(wanted: str | None, virtual: bool, client_name: str, api: str, peers: set[str]) -> MidiPort:
    """Open a MIDI output.

    `wanted` names a port to play into; without it a virtual port `client_name` is made. `api` is one of
    `APIS` ("auto": what `LIVESYN_MIDI_API` says, else JACK where a server runs, else the system's own).
    `peers` holds the JACK ports to connect to, and is kept up to date. Raises DeviceError.
    """
    api = os.environ.get(API_VARIABLE, "auto") if api == "auto" else api
    if api not in APIS:
        raise DeviceError(f"the MIDI API is {api!r}; it is one of: {', '.join(APIS)}")
    if wanted is None and not virtual:
        raise DeviceError("no MIDI port was named and none is to be made; name one with --midi-out")
    if sys.platform.startswith("linux"):
        if api != "alsa":
            from livesyn.sinks.jack_port import JackPort, open_guard

            if (guard := open_guard(client_name)) is not None:
                return JackPort(guard, wanted, client_name, peers)
            if api == "jack":
                raise DeviceError("no JACK server is running: start one (jackd -R -d alsa), and MIDI will join the running show")
        # Asked first because the ALSA library writes its own complaint to stderr, each time.
        if not os.path.exists("/dev/snd/seq"):
            raise DeviceError(NO_BACKEND)
    return SystemPort(wanted, client_name)


class SystemPort:
    """A port of the system's own MIDI: ALSA, CoreMIDI, or Windows (where a virtual one is made with loopMIDI)."""

    def __init__(self, wanted: str | None, client_name: str) -> None:
        import rtmidi

        try:
            api = rtmidi.API_LINUX_ALSA if sys.platform.startswith("linux") else rtmidi.API_UNSPECIFIED
            self._out: Any = rtmidi.MidiOut(api, name=client_name)
            names = self._out.get_ports()
            if wanted is None and sys.platform == "win32":
                wanted = _loopmidi_port(client_name, names)
            self._name = None if wanted is None else find_port(wanted, names)
            if self._name is None:
                self._out.open_virtual_port(client_name)
            else:
                self._out.open_port(names.index(self._name), client_name)
        except (rtmidi.RtMidiError, NotImplementedError, OSError) as error:
            raise DeviceError(f"MIDI cannot be opened: {error}") from error
        self.label = self._name or client_name
        self._failure = ""

    def send(self, message: bytes) -> bool:
        try:
            self._out.send_message(message)
        except Exception as error:  # rtmidi's own kinds differ from one system to the next; a lost port is all they mean here
            self._failure = f"MIDI port {self.label!r} was lost: {error}"
            return False
        return True

    def warm(self) -> None:
        """Nothing to touch that sends nothing."""

    def check(self) -> str:
        if not self._failure and self._name is not None and self._name not in self._out.get_ports():
            self._failure = f"MIDI port {self.label!r} was unplugged or closed; it is taken up again when it is back"
        return self._failure

    def reconnected(self) -> bool:
        return False

    def close(self) -> None:
        self._out.close_port()
        self._out.delete()


def _loopmidi_port(client_name: str, names: Sequence[str]) -> str:
    try:
        return find_port(client_name, names)
    except DeviceError:
        there = ", ".join(names) or "none"
        raise DeviceError(f"Windows makes no virtual MIDI ports: add one called {client_name!r} in loopMIDI, or name one of: {there}") from None
