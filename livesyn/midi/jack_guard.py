"""A MIDI port that RtMidi has on JACK, and the guard beside it.

RtMidi says nothing when its server dies, and knows nothing of connections. So a second JACK client,
the guard, is told of the server's end, knows when a cycle has passed, and keeps the port's
connections. RtMidi's client is lent like all others (see `jack_client`) where it outlives its port.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from typing import NamedTuple

from livesyn.base.errors import DeviceError
from livesyn.midi.jack_client import Client, acquire, release_client
from livesyn.midi.port_names import find_port
from livesyn.midi.rtmidi_ports import Direction, PortError, RtMidiPort, library, make_port


class _Idle(NamedTuple):
    """An RtMidi client without a port."""

    port: RtMidiPort
    client: str  # the server's name for it
    down: threading.Event  # set when its server has ended


_idle: dict[tuple[Direction, str, str, str], list[_Idle]] = {}  # by what `_key` says
_lending = threading.Lock()


def open_guard(client_name: str) -> Client | None:
    """A JACK client beside the port's own, or None where no server runs (or JACK is not
    installed).
    """
    try:
        # Its answer also proves, with the GIL released, that the server will answer RtMidi, which
        # keeps it.
        return acquire(Client, f"{client_name}-guard")
    except DeviceError:
        return None


class JackLink:
    """The virtual port `client_name`, connected to `peers` and to the port `wanted`: RtMidi's
    `port`, which takes MIDI (as a "MidiIn", and keeps up to `waiting` messages) or gives it.

    `peers` is kept up to date: what is connected by hand is added, what is disconnected by hand is
    removed, what went away stays (`absent`) and is connected again when it is back. Raises
    DeviceError.
    """

    def __init__(
        self,
        guard: Client,
        direction: Direction,
        wanted: str | None,
        client_name: str,
        peers: set[str],
        waiting: int = 1024,
    ) -> None:
        self._lent, self._guard, self._gives = guard, guard.jack, direction == "MidiOut"
        self.down = guard.down
        try:
            if wanted is not None and not peers:
                peers.add(find_port(wanted, sorted(self._others())))
            server = guard.key[-1]
            self._key = (direction, client_name, library().__name__, server)
            self.port = self._client(waiting)
            self._name = self._open_port(client_name)
        except PortError as error:
            release_client(guard)
            reason = "the server has just ended" if self.down.is_set() else str(error)
            raise DeviceError(f"JACK gave no MIDI port: {reason}") from error
        except DeviceError:
            release_client(guard)
            raise
        self._peers = peers
        self.absent = set(peers)
        self._loose: set[str] = set()
        self._connected: set[str] = set()
        self._joined = self._parted = False
        self._tend_connections()

    @property
    def cycle(self) -> int:
        """A number that changes with each of the server's cycles."""
        return int(self._guard.last_frame_time)

    def check(self) -> str:
        """Why the port is lost, or "" while it is well; restores connections. About 2/s."""
        if self.down.is_set():
            return "JACK has ended; MIDI goes on when it is started again"
        import jack

        try:
            if self._name not in self._names(is_output=self._gives):
                return "JACK has thrown the MIDI port out; it is made again"
            self._tend_connections()
        except jack.JackError as error:  # it is just going
            return f"JACK does not answer: {error}"
        return ""

    def joined(self) -> bool:
        """Whether `check` has restored a connection since this was last asked."""
        joined, self._joined = self._joined, False
        return joined

    def parted(self) -> bool:
        """Whether a connection has ended since this was last asked."""
        parted, self._parted = self._parted, False
        return parted

    def close(self) -> None:
        """Let go of the port once a cycle has passed: what was sent arrives."""
        if not self.check() and self._cycle_passes():  # or it is never touched again
            self._release()
        release_client(self._lent)

    def _client(self, waiting: int) -> RtMidiPort:
        """A client of RtMidi's that the server knows, without a port."""
        while True:
            with _lending:
                idle = _idle.get(self._key)
                lent = idle.pop() if idle else None
            if lent is None:
                break
            if not lent.down.is_set() and self._knows(lent.client):
                if not self._gives:
                    lent.port.take(waiting)  # what came for its last port
                return lent.port
        direction, client_name, _, _ = self._key
        name = next(name for name in _client_names(client_name) if not self._knows(name))
        port = make_port(direction, "jack", client_name, waiting)
        if not self._knows(name):  # and without a client rtmidi2 would abort the process
            raise PortError("the server takes no further client")
        return port

    def _open_port(self, client_name: str) -> str:
        """Open the virtual port `client_name`. Returns its name in JACK."""
        before = self._own_ports(client_name)
        self.port.open_virtual(client_name)
        for name in self._own_ports(client_name) - before:
            return name
        if not self.down.is_set():  # it would stay, and another would come twice a second
            self._name = f"{client_name}:{client_name}"
            self._release()
        raise PortError("the one that was made is not among its ports")

    def _release(self) -> None:
        """Close the port and lend its client to others, if it lasts."""
        self.port.close()
        if not self.port.lasts:
            return
        with _lending:
            _idle.setdefault(self._key, []).append(
                _Idle(self.port, self._name.partition(":")[0], self.down)
            )

    def _knows(self, client: str) -> bool:
        """Whether the server has a client of this name."""
        import jack

        try:
            self._guard.get_uuid_for_client_name(client)
        except jack.JackError:
            return False
        return True

    def _cycle_passes(self) -> bool:
        """Whether the server is at work: a cycle can be a tenth of a second long."""
        cycle, waiting = self.cycle, threading.Event()
        for _ in range(50):
            if self.cycle != cycle:
                return True
            waiting.wait(0.01)
        return False

    def _names(self, pattern: str = "", **direction: bool) -> set[str]:
        return {port.name for port in self._guard.get_ports(pattern, is_midi=True, **direction)}

    # JACK's patterns are POSIX's, which know no \d
    def _own_ports(self, client_name: str) -> set[str]:
        return self._names(
            rf"^{re.escape(client_name)}(-[0-9]+)?:{re.escape(client_name)}$",
            is_output=self._gives,
            is_input=not self._gives,
        )

    def _others(self) -> set[str]:
        """The ports that this one can be connected to."""
        return self._names(is_input=self._gives, is_output=not self._gives)

    def _tend_connections(self) -> None:
        import jack

        present = self._others()
        for name in sorted(self.absent & present):
            # it has gone again, or was connected by hand meanwhile
            with contextlib.suppress(jack.JackError):
                self._guard.connect(*((self._name, name) if self._gives else (name, self._name)))
                self._joined = True
        connected = {port.name for port in self._guard.get_all_connections(self._name)}
        if self.down.is_set():
            return  # the answers above may be a dying server's
        loose = (self._peers & present) - connected
        self._peers -= loose & self._loose  # twice, since one that is just going is seen so once
        self._peers |= connected
        self._parted |= bool(self._connected - connected)
        self._loose, self._connected, self.absent = loose, connected, self._peers - present


def _client_names(client_name: str) -> Iterator[str]:
    """What the server calls the first client of a name, the second, and so on."""
    yield client_name
    for number in range(1, 100):
        yield f"{client_name}-{number:02}"
