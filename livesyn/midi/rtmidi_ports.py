"""The two Python bindings of RtMidi behind one contract: python-rtmidi where it has a wheel (up to
Python 3.12), rtmidi2 from there on.

rtmidi2's wheel (1.5.0) carries the libjack of JACK 1.9.14, whose protocol (8) the servers of today
(9) refuse. So the system's libjack is loaded first, for all to see, and rtmidi2 finds that one. And
it does not catch what RtMidi throws when a port is opened: the process aborts. So with it a port of
the system is first opened in a process of its own, and one of JACK only when the server knows the
client.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, Literal, Protocol

from livesyn.base.errors import DeviceError
from livesyn.base.installing import install
from livesyn.midi.jack_client import keep

LIBRARY_VARIABLE = "LIVESYN_MIDI_LIBRARY"
LIBRARIES = ("rtmidi", "rtmidi2")  # as they are imported; the first that is installed is used
TRIAL_S = 10.0
Direction = Literal["MidiIn", "MidiOut"]
Api = Literal["jack", "system"]
# the seconds since the message before, None where the library does not tell, and the message
Taken = tuple[float | None, list[int]]


class RtMidiPort(Protocol):
    """One RtMidi client with at most one port. One thread at a time; `names`, `open` and
    `open_virtual` raise PortError, `send` whatever the driver says.
    """

    lasts: bool  # whether the client outlives `close`, and can open another port

    def names(self) -> list[str]:
        """The ports that this one could be opened to."""

    def open(self, name: str, own_name: str) -> None:
        """Join the port `name`, by a port called `own_name` where the system shows one."""

    def open_virtual(self, name: str) -> None:
        """Make a port called `name` that others can join."""

    def send(self, message: bytes) -> None:
        """Send a whole message."""

    def touch(self) -> None:
        """Go the way of `send` as far as it goes without a message."""

    def take(self, most: int) -> list[Taken]:
        """Up to `most` of the messages that wait, oldest first. Never blocks."""

    def close(self) -> None:
        """Take the port away, and the client, unless it `lasts`."""


class PortError(DeviceError):
    """What RtMidi says when it cannot do a thing."""


def library() -> ModuleType:
    """The binding that is used. Raises DeviceError where there is none."""
    wanted = os.environ.get(LIBRARY_VARIABLE)
    if wanted and wanted not in LIBRARIES:
        raise DeviceError(
            f"{LIBRARY_VARIABLE} is {wanted!r}; it is one of: {', '.join(LIBRARIES)}, or not set"
        )
    errors = []
    for name in (wanted,) if wanted else LIBRARIES:
        if name == "rtmidi2" and sys.platform.startswith("linux"):
            with contextlib.suppress(OSError):  # not installed: then no JACK is asked for either
                ctypes.CDLL("libjack.so.0", mode=ctypes.RTLD_GLOBAL)
        try:
            return importlib.import_module(name)
        except ImportError as error:
            errors.append(str(error))
    compiled = sys.platform.startswith("linux") and platform.machine() != "x86_64"
    wanted = wanted or LIBRARIES[sys.version_info >= (3, 13) and not compiled]
    raise DeviceError(
        f"no MIDI library can be loaded ({'; '.join(errors)}); install it with: {install(wanted)}"
    )


def make_port(direction: Direction, api: Api, client_name: str, waiting: int = 1024) -> RtMidiPort:
    """An RtMidi client of JACK or of the system's own MIDI (ALSA, CoreMIDI, Windows), without a
    port yet. `waiting` is how many messages an input keeps. Raises DeviceError.
    """
    rtmidi = library()
    number = (
        rtmidi.API_UNIX_JACK
        if api == "jack"
        else rtmidi.API_LINUX_ALSA
        if sys.platform.startswith("linux")
        else rtmidi.API_UNSPECIFIED
    )
    if rtmidi.__name__ == "rtmidi2":
        return _Rtmidi2Port(rtmidi, direction, api, number, client_name, waiting)
    return _PythonRtmidiPort(rtmidi, direction, api, number, client_name, waiting)


class _PythonRtmidiPort:
    lasts = False  # only with its client can a virtual port be closed

    def __init__(
        self,
        rtmidi: ModuleType,
        direction: Direction,
        api: Api,
        number: int,
        client_name: str,
        waiting: int,
    ) -> None:
        self._errors = (rtmidi.RtMidiError, NotImplementedError, OSError)
        queue = {"queue_size_limit": waiting} if direction == "MidiIn" else {}
        with self._refusals():
            self._port: Any = getattr(rtmidi, direction)(number, name=client_name, **queue)
        if api == "jack":
            keep(self._port)
        if direction == "MidiIn":
            self._port.ignore_types(sysex=True, timing=False, active_sense=True)

    @contextlib.contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except self._errors as error:
            raise PortError(str(error) or type(error).__name__) from error

    def names(self) -> list[str]:
        with self._refusals():
            return list(self._port.get_ports())

    def open(self, name: str, own_name: str) -> None:
        with self._refusals():
            self._port.open_port(_index(name, self._port.get_ports()), own_name)

    def open_virtual(self, name: str) -> None:
        with self._refusals():
            self._port.open_virtual_port(name)

    def send(self, message: bytes) -> None:
        self._port.send_message(message)

    def touch(self) -> None:
        with contextlib.suppress(ValueError):
            self._port.send_message(b"")  # refused, by the binding

    def take(self, most: int) -> list[Taken]:
        messages: list[Taken] = []
        while len(messages) < most and (message := self._port.get_message()) is not None:
            messages.append((message[1], message[0]))
        return messages

    def close(self) -> None:
        self._port.close_port()
        self._port.delete()


class _Rtmidi2Port:
    def __init__(
        self,
        rtmidi2: ModuleType,
        direction: Direction,
        api: Api,
        number: int,
        client_name: str,
        waiting: int,
    ) -> None:
        self._direction, self._client_name = direction, client_name
        self.lasts = api == "jack"  # see jack_client: libjack's threads are best not cancelled
        try:
            self._port: Any = (
                rtmidi2.MidiIn(client_name, waiting, number)
                if direction == "MidiIn"
                else rtmidi2.MidiOut(client_name, number)
            )
        except (RuntimeError, OSError) as error:
            raise PortError(str(error)) from error
        if self.lasts:
            keep(self._port)
        if direction == "MidiIn":
            self._port.ignore_types(True, False, True)

    def names(self) -> list[str]:
        return [name for name in self._port.ports if name is not None]

    def open(self, name: str, own_name: str) -> None:
        if not self.lasts:
            self._try_apart(name)
        self._port.open_port(_index(name, self._port.ports))

    def open_virtual(self, name: str) -> None:
        if not self.lasts:
            self._try_apart(None)
        self._port.open_virtual_port(name)

    def send(self, message: bytes) -> None:
        self._port.send_raw(*message)

    def touch(self) -> None:
        with contextlib.suppress(IndexError):
            self._port.send_raw()  # refused, by C++'s vector

    def take(self, most: int) -> list[Taken]:
        messages: list[Taken] = []
        while len(messages) < most and (message := self._port.get_message()) is not None:
            messages.append((None, message))
        return messages

    def close(self) -> None:
        self._port.close_port()
        if not self.lasts:
            del self._port

    def _try_apart(self, name: str | None) -> None:
        """Open the port in a process of its own, which ends at once: what RtMidi throws ends that
        one instead of this one.
        """
        words = [self._direction, str(int(self._port.get_current_api())), self._client_name]
        try:
            done = subprocess.run(
                [sys.executable, "-c", _TRIAL, *words, *([] if name is None else [name])],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TRIAL_S,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except subprocess.TimeoutExpired:
            raise PortError(f"the driver gave no answer within {TRIAL_S:g} s") from None
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise PortError(
                said[-1].removeprefix("  what():  ").strip()
                if said
                else "the driver refused; has another program taken the port?"
            )


_TRIAL = """
import sys, rtmidi2
direction, api, client_name, *name = sys.argv[1:]
make = (lambda: rtmidi2.MidiIn(client_name, 16, int(api))) if direction == "MidiIn" else (
    lambda: rtmidi2.MidiOut(client_name, int(api)))
port = make()
if name:
    port.open_port(port.ports.index(name[0]))
else:
    port.open_virtual_port(client_name)
port.close_port()
"""


def _index(name: str, names: list[str]) -> int:
    try:
        return names.index(name)
    except ValueError:
        raise PortError(f"the port {name!r} has gone") from None
