"""A MIDI port that rtmidi has on JACK, and the guard beside it.

rtmidi says nothing when its server dies, and knows nothing of connections. So a second JACK client,
the guard, is told of the server's end, knows when a cycle has passed, and keeps the port's
connections.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable
from typing import Any

from livesyn.base.errors import DeviceError
from livesyn.midi.jack_client import Client, acquire, keep, release_client
from livesyn.midi.ports import find_port


def open_guard(client_name: str) -> Client | None:
    """A JACK client beside the port's own, or None where no server runs (or JACK is not
    installed).
    """
    try:
        # Its answer also proves, with the GIL released, that the server will answer rtmidi, which
        # keeps it.
        return acquire(Client, f"{client_name}-guard")
    except DeviceError:
        return None


class JackLink:
    """The virtual port `client_name`, connected to `peers` and to the port `wanted`. `make` makes
    rtmidi's `port`, unopened, which gives MIDI or takes it.

    `peers` is kept up to date: what is connected by hand is added, what is disconnected by hand is
    removed, what went away stays (`absent`) and is connected again when it is back. Raises
    DeviceError.
    """

    def __init__(
        self,
        guard: Client,
        make: Callable[[], Any],
        gives: bool,
        wanted: str | None,
        client_name: str,
        peers: set[str],
    ) -> None:
        import rtmidi

        self._lent, self._guard, self._gives = guard, guard.jack, gives
        self.down = guard.down
        try:
            if wanted is not None and not peers:
                peers.add(find_port(wanted, sorted(self._others())))
            before = self._own_ports(client_name)
            self.port = make()
            keep(self.port)
            self.port.open_virtual_port(client_name)
            self._name = next(iter(self._own_ports(client_name) - before))
        except (rtmidi.RtMidiError, StopIteration) as error:
            ended = self.down.is_set()
            if not ended and hasattr(
                self, "port"
            ):  # it would stay, and another would come twice a second
                self.port.close_port()
                self.port.delete()
            release_client(guard)
            reason = str(error) or "the one that was made is not among its ports"
            if ended:
                reason = "the server has just ended"
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
        if not self.check() and self._cycle_passes():  # or it is never touched again: see keep
            self.port.close_port()
            self.port.delete()
        release_client(self._lent)

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

    def _own_ports(
        self, client_name: str
    ) -> set[str]:  # JACK's patterns are POSIX's, which know no \d
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
            with contextlib.suppress(
                jack.JackError
            ):  # it has gone again, or was connected by hand meanwhile
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
