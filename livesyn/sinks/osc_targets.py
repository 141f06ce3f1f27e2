"""OSC receivers: their names resolved, packets sent to them by UDP, and how they are doing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable

from livesyn.base.addresses import Target
from livesyn.base.clock import Clock, SystemClock, wall_offset_s
from livesyn.base.device import PolledDevice
from livesyn.base.errors import DeviceError
from livesyn.base.health import OFF
from livesyn.sinks.base import NullSink


class OscTargets(PolledDevice, NullSink):
    """A sink that has `targets`; those built on it say what is sent to them.

    Drop policy: what the system does not take at once is dropped and counted (`dropped`); nothing
    is raised after `open`. A target that cannot be resolved is left out, and tried again by
    `maintain`. Sockets are unconnected, so a receiver that is not there costs nothing. Thread-safe.
    """

    announces = True
    offset = "osc_offset"

    def __init__(
        self,
        targets: Iterable[Target],
        clock: Clock | None = None,
        wall_offset: Callable[[], float] = wall_offset_s,
    ) -> None:
        super().__init__()
        self.targets = tuple(targets)
        self._clock = clock or SystemClock()
        self._wall_offset = wall_offset
        self._sockets: dict[int, socket.socket] = {}
        self._resolved: dict[Target, tuple[socket.socket, tuple]] = {}
        self._unresolved: dict[Target, str] = {}
        self._refusing: dict[Target, str] = {}
        self._resolver: threading.Thread | None = None
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """Packets that the system did not take."""
        return self._dropped

    def _acquire(self) -> None:
        """Resolve the targets.

        Raises DeviceError naming the first that cannot be; the others are served all the same.
        """
        for target in self.targets:
            if target in self._resolved:
                continue
            try:
                found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_DGRAM)
            except (OSError, ValueError) as error:
                why = (getattr(error, "strerror", None) or "it is not a host's name").lower()
                self._unresolved[target] = (
                    f"OSC cannot be sent to {target.host!r} ({why}); give the address of a machine"
                    " on this network"
                )
                continue
            # IPv4 first: what a receiver calls localhost is seldom ::1.
            family, _, _, _, address = min(found, key=lambda info: info[0] != socket.AF_INET)
            if self._life.health.state != OFF:  # closed while a name server thought about it
                # a new one: senders may be reading the old
                self._resolved = {
                    **self._resolved,
                    target: (self._socket(family), address),
                }
            self._unresolved.pop(target, None)
        if self._unresolved:
            raise DeviceError(next(iter(self._unresolved.values())))

    def _reopen(self, now_s: float) -> None:
        """In a thread: a name server may take its time to answer."""
        if self._resolver is None or not self._resolver.is_alive():
            self._resolver = threading.Thread(
                target=super()._reopen, args=(now_s,), name="osc-resolve", daemon=True
            )
            self._resolver.start()

    def _hindrance(self) -> str:
        return next(iter(tuple(self._refusing.values())), "")

    def _release(self) -> None:
        self._resolved, self._unresolved, self._refusing = {}, {}, {}
        for sock in self._sockets.values():
            sock.close()
        self._sockets.clear()

    def _socket(self, family: int) -> socket.socket:
        if family not in self._sockets:
            sock = socket.socket(family, socket.SOCK_DGRAM)
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            self._sockets[family] = sock
        return self._sockets[family]

    def _send(self, packet: bytes, policy: str = "") -> None:
        """To the targets of a policy; to all without one."""
        for target, (sock, address) in self._resolved.items():
            if not policy or target.policy == policy:
                try:
                    sock.sendto(packet, address)
                except OSError as error:
                    self._dropped += 1
                    self._refusing[target] = (
                        f"OSC to {target} is not taken: {(error.strerror or 'unknown').lower()}"
                    )
                else:
                    if self._refusing:
                        self._refusing.pop(target, None)
