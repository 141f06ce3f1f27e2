"""Clients of JACK that cannot freeze or crash their process: they are lent, and never closed.

libjack ends its threads by pthread_cancel, and does so whenever a client is closed. A thread that
is cancelled while it waits for the interpreter takes the interpreter's mutex along; one that is
cancelled (probably) while it hears of another client takes libjack's own. Then no thread of the
process runs again, or none that asks libjack for anything. And once a process has asked for the
next server, libjack has freed all clients of a dead one, and touching them crashes. So a client is
opened once for each use, kept as long as its server and this process live, and lent again; the end
of the process closes it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeVar

from livesyn.base.errors import DeviceError

C = TypeVar("C", bound="Client")
Key = tuple[type["Client"], str, str]
WAIT_S = 2.0
GIVEN_UP_S = 0.5
_idle: dict[Key, list[Any]] = {}
_asking: set[Key] = set()  # whose borrower waits for the server
_changed = threading.Condition()


class Client:
    """A client of the running server, which is told of the server's end: `down` is set, then
    `on_down` called in a thread of libjack's.

    Raises: DeviceError where JACK is missing or no server runs; none is started.
    """

    def __init__(self, name: str) -> None:
        library = jack()
        try:
            self.jack = library.Client(name, no_start_server=True)
        except library.JackError:
            raise DeviceError(
                "no JACK server runs; start one with qjackctl, or: jackd -R -d alsa"
            ) from None
        keep(self.jack)
        # that it is borrowed by: the server may have added a number to its own
        self.name, self.key = (
            name,
            _key(type(self), name),
        )
        self.down = threading.Event()
        self.on_down: Callable[[], object] | None = None
        self.jack.set_shutdown_callback(self._end)

    def answers(self) -> bool:
        """Whether its server does; waits for one that stands still."""
        if not self.down.is_set():
            with contextlib.suppress(jack().JackError):
                self.jack.get_uuid_for_client_name(self.jack.name)
                return not self.down.is_set()
        return False

    def _end(self, status: object, reason: str) -> None:
        self.down.set()
        if (tell := self.on_down) is not None:
            tell()


def acquire(kind: type[C], name: str) -> C:
    """A client of this kind and name, to oneself until it is released.

    Raises: DeviceError, as `Client` does, and where another borrower has been waiting for the
    server for more than 2 s: it stands still, and when it goes on there shall be one client, not
    one for everybody who has asked in the meantime.
    """
    key = _key(kind, name)
    with _changed:
        if key in _asking:
            if not _changed.wait_for(lambda: key not in _asking, WAIT_S):
                raise DeviceError("JACK does not answer: its server stands still")
            # who has waited too long gives back at once what it got
            _changed.wait_for(lambda: _idle.get(key), GIVEN_UP_S)
        _asking.add(key)
    try:
        while True:
            with _changed:
                idle = _idle.get(key)
                client: C | None = idle.pop() if idle else None
            if client is None:
                return kind(name)
            if client.answers():
                return client
    finally:
        with _changed:
            _asking.discard(key)
            _changed.notify_all()


def release_client(client: Client) -> None:
    """Let others borrow it. It is not told of the server's end any more."""
    client.on_down = None
    if not client.down.is_set():
        with _changed:
            _idle.setdefault(client.key, []).append(client)
            _changed.notify_all()


def jack() -> ModuleType:
    """The jack module, silenced. Raises: DeviceError where it, or libjack itself, is missing."""
    try:
        import jack
    except (ImportError, OSError) as error:
        raise DeviceError(
            f"JACK cannot be loaded ({error}); install it with: apt-get install libjack-jackd2-0"
            " (Debian, Ubuntu)"
        ) from None
    _silence(jack)
    return jack


def keep(client: object) -> None:
    """Let `client`, JACK's or rtmidi's, never be collected: closing is what its destructor does (on
    a dead server rtmidi's waits a second with the interpreter held). Some KiB a death.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(client))


def _key(kind: type[Client], name: str) -> Key:
    return kind, name, os.environ.get("JACK_DEFAULT_SERVER", "")


def _silence(library: ModuleType) -> None:
    """Hand libjack's messages, some five lines for each try to reach a server, to strlen, which
    reads them and does nothing: no thread of libjack's shall have to wait for the interpreter to
    say something.
    """
    strlen = (ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)).strlen
    # a jack module that is made otherwise talks on stderr
    with contextlib.suppress(AttributeError):
        discard = library._ffi.cast(
            "void (*)(const char *)", ctypes.cast(strlen, ctypes.c_void_p).value
        )
        library._lib.jack_set_error_function(discard)
        library._lib.jack_set_info_function(discard)
