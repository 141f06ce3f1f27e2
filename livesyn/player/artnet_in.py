"""Art-Net in: the faders of a light desk as a hand on the parameters.

A daemon thread of its own listens. Desks send all they have some forty times a second; what was
moved is set, the rest costs a comparison.
"""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Protocol

from livesyn.base.addresses import gate_of
from livesyn.base.clock import Clock
from livesyn.base.device import PolledDevice
from livesyn.base.errors import DeviceError
from livesyn.base.refusals import Refusals
from livesyn.config.lights import Artnet
from livesyn.control.dmx_map import DmxHand
from livesyn.control.dmx_packets import DmxError, read_art_dmx
from livesyn.player.newest import Change, NewestValues
from livesyn.player.osc_socket import listening_socket

ORIGIN = "artnet"
LARGEST_BYTES = 2048
AT_ONCE = 64  # packets, before what they move is set
PAUSE_S = 0.003  # after the socket was emptied: what comes meanwhile is taken together
CLOSE_PATIENCE_S = 2.0
MALFORMED, SENDER = "that were malformed", "from those who are not on the list"


class Show(Protocol):
    """What faders may do to the show (`player.state.ShowState`). Thread-safe."""

    def set_params(self, changes: Iterable[Change]) -> None: ...


class ArtnetIn(PolledDevice):
    """Sets parameters as the faders of `settings` are moved, as origin "artnet".

    Nothing that comes in raises: what is wrong is counted (`dropped`) and said once by
    `say(sentence)`. `received` counts packets of our universe from those who are obeyed. Drop
    policy: of several positions of a fader that wait together the newest is obeyed.
    """

    name = "artnet_in"

    def __init__(
        self, settings: Artnet, state: Show, clock: Clock, say: Callable[[str], object]
    ) -> None:
        super().__init__()
        self._settings, self._state, self._clock = settings, state, clock
        self.port = settings.in_port
        self._hand = DmxHand(settings.faders)
        self._is_allowed = gate_of(settings.allow)
        self._refusals = Refusals(clock, say, "Art-Net packets")
        self._moved = NewestValues()
        self._socket: socket.socket | None = None
        self._wake: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self.received = 0

    @property
    def label(self) -> str:
        """Where it listens."""
        return f"{self._settings.in_host}:{self.port}"

    @property
    def dropped(self) -> int:
        """All that was refused, or came too late."""
        return self._hand.late + sum(map(self._refusals.count, (MALFORMED, SENDER)))

    def total(self) -> str:
        """All that was refused, in a sentence; "" if nothing was."""
        return self._refusals.total()

    def take(self, packet: bytes, sender: str) -> None:
        """Note what a packet moves; `obey` sets it."""
        if not self._is_allowed(sender):
            self._refusals.add(
                SENDER,
                sender,
                lambda: (
                    f"Art-Net from {sender} is not obeyed; put it in allow of [artnet] if it should"
                    " be"
                ),
            )
            return
        try:
            dmx = read_art_dmx(packet)
        except DmxError as error:
            sentence = f"Art-Net from {sender} was refused: {error}"
            self._refusals.add(MALFORMED, sender, lambda: sentence)
            return
        if dmx is not None and dmx.universe == self._settings.universe:
            self.received += 1
            for name, value in self._hand.moves(sender, dmx.sequence, dmx.data):
                self._moved.put(Change(name, value, ORIGIN, self._clock.now_s()))

    def obey(self) -> None:
        """Set what has been moved."""
        if self._moved:
            self._state.set_params(self._moved.take())

    # Life.

    def _acquire(self) -> None:
        host, port = self._settings.in_host, self._settings.in_port
        try:
            self._socket = listening_socket(host, port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise DeviceError(
                    f"Art-Net port {port} is in use by another program; close it, or give another"
                    " as in_port of [artnet]"
                ) from None
            raise DeviceError(
                f"Art-Net cannot be heard on {host}:{port}"
                f" ({(error.strerror or str(error)).lower()}); use an address of this machine"
            ) from None
        self.port = self._socket.getsockname()[1]
        waker, self._wake = socket.socketpair()
        self._thread = threading.Thread(
            target=self._listen, args=(self._socket, waker), name="artnet-in", daemon=True
        )
        self._thread.start()

    def _check(self) -> str:
        if self._thread is not None and not self._thread.is_alive():
            self._release()
            return f"Art-Net is no longer heard on {self.label}; the port is opened again"
        return ""

    def _release(self) -> None:
        if self._thread is not None and self._wake is not None:
            self._wake.close()
            self._thread.join(CLOSE_PATIENCE_S)
            self._thread = None

    # Its thread.

    def _listen(self, sock: socket.socket, waker: socket.socket) -> None:
        with contextlib.suppress(OSError), sock, waker:
            while True:
                ready, _, _ = select.select([sock, waker], [], [])
                if waker in ready:
                    return
                self._empty(sock)
                self.obey()
                select.select([waker], [], [], PAUSE_S)

    def _empty(self, sock: socket.socket) -> None:
        for _ in range(AT_ONCE):
            try:
                packet, address = sock.recvfrom(LARGEST_BYTES)
            except (BlockingIOError, InterruptedError, ConnectionError):
                return
            self.take(packet, str(address[0]))
