"""Listens to Ableton Live's key and scale, by AbletonOSC."""

from __future__ import annotations

import contextlib
import math
import select
import socket
import threading
from collections.abc import Callable, Mapping

from livesyn.base.addresses import THIS_MACHINE, Target, is_loopback
from livesyn.base.clock import Clock
from livesyn.base.device import PolledDevice
from livesyn.base.errors import DeviceError
from livesyn.base.health import OFF
from livesyn.base.refusals import Refusals
from livesyn.control.live_scale import (
    GET,
    LISTEN,
    PROPERTIES,
    UNLISTEN,
    LiveScale,
    NoValue,
    StrangeScale,
)
from livesyn.player.osc_decoder import OscError, decode
from livesyn.player.osc_socket import listening_socket
from livesyn.sinks.osc_packets import message

ASK_S = 3.0  # Live tells of changes by itself; asking shows that it is there
SILENT_S = 7.0  # two questions without an answer, and it is taken for gone
WAIT_S = 0.25
PACKETS = 64  # at once
LARGEST_BYTES = 1 << 16
# kinds of refusals
STRANGER, UNREAD, SCALE = "from somebody else", "that say no key", "with scales that are not here"


class LiveKey(PolledDevice):
    """Asks AbletonOSC at `target` for root note and scale, and to be told when they change; its
    answers come to `port`. `heard(values)` is told of new values of the parameters key and scale,
    on a thread of its own; what cannot be followed is counted, and said once by `say(sentence)`.
    """

    name = "live"

    def __init__(
        self,
        target: Target,
        port: int,
        clock: Clock,
        heard: Callable[[Mapping[str, float]], object],
        say: Callable[[str], object] = lambda sentence: None,
    ) -> None:
        super().__init__()
        self._target, self._port, self._clock, self._heard = target, port, clock, heard
        self._refusals = Refusals(clock, say, "messages to the port of Ableton Live's answers")
        self._socket: socket.socket | None = None
        self._address: tuple[str, int] = ("", 0)
        self._scale = LiveScale()
        self._asked_s = self._answered_s = -math.inf
        self._since_s = math.inf  # since when it is asked
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def label(self) -> str:
        """See `PolledDevice`."""
        return f"Ableton Live at {self._target.host}:{self._target.port}"

    @property
    def is_off(self) -> bool:
        """Whether it is closed, not lost."""
        return self._life.health.state == OFF

    def total(self) -> str:
        """All that was refused, in a sentence; "" if nothing was."""
        return self._refusals.total()

    def step(self, now_s: float) -> None:
        """Ask when it is time, and take what has come."""
        sock = self._socket
        if sock is None:
            return
        if now_s - self._asked_s >= ASK_S:
            self._ask(sock, now_s)
        for _ in range(PACKETS):
            try:
                packet, sender = sock.recvfrom(LARGEST_BYTES)
            except ConnectionResetError:  # Windows says so when nobody listens there
                continue
            except OSError:
                return
            self.hear(packet, sender[0], now_s)

    def hear(self, packet: bytes, sender: str, now_s: float) -> None:
        """Take a packet that came from `sender`."""
        if sender.removeprefix("::ffff:") != self._address[0]:
            self._refusals.add(
                STRANGER,
                sender,
                lambda: (
                    f"OSC from {sender} came to port {self._port}, where the answers of Ableton"
                    f" Live at {self._target.host} are heard; it is left out"
                ),
            )
            return
        for found in decode(packet):
            try:
                if isinstance(found, OscError):
                    raise NoValue("OSC that cannot be read")
                values = self._scale.take(found.address, found.values)
            except NoValue as error:
                self._tell_bad(str(error))
                continue
            except StrangeScale as error:
                self._tell_strange(str(error))
                values = {}
            self._answered_s = now_s
            if values:
                self._heard(values)

    def _tell_bad(self, what: str) -> None:
        self._refusals.add(UNREAD, what, lambda: f"Ableton Live sent {what}; it is left out")

    def _tell_strange(self, scale: str) -> None:
        self._refusals.add(
            SCALE,
            scale,
            lambda: (
                f"Ableton Live's scale is {scale!r}, which is not one of ours; the scale stays as"
                " it is, choose one that is near (livesyn params names them)"
            ),
        )

    def _ask(self, sock: socket.socket, now_s: float) -> None:
        """One that has been silent may have been started anew: it is to tell of changes, too."""
        verbs = (GET,) if now_s - self._answered_s < SILENT_S else (LISTEN, GET)
        self._asked_s = now_s
        for verb in verbs:
            self._send(sock, verb)

    def _send(self, sock: socket.socket, verb: str) -> None:
        for name in PROPERTIES:
            with contextlib.suppress(OSError):  # no network just now: it is asked again
                sock.sendto(message(f"{verb}/{name}"), self._address)

    def _acquire(self) -> None:
        host, port = self._target.host, self._target.port
        try:
            address = socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_DGRAM)[0][4]
        except (OSError, ValueError):
            raise DeviceError(
                f"Ableton Live cannot be asked at {host!r}: that is no machine on this network"
            ) from None
        own = THIS_MACHINE if is_loopback(str(address[0])) else "0.0.0.0"
        try:
            sock = listening_socket(own, self._port)
        except OSError as error:
            raise DeviceError(
                f"Ableton Live's answers cannot be heard on port {self._port}"
                f" ({(error.strerror or str(error)).lower()}); end the program that hears them"
                " there, or set answers in [band] where AbletonOSC sends to another port"
            ) from None
        self._address, self._socket = (str(address[0]), port), sock
        self._scale, self._asked_s = LiveScale(), -math.inf
        self._answered_s, self._since_s = -math.inf, self._clock.now_s()
        self._ended = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(sock, self._ended), name="live-key", daemon=True
        )
        self._thread.start()

    def _run(self, sock: socket.socket, ended: threading.Event) -> None:
        while not ended.is_set():
            with contextlib.suppress(OSError, ValueError):  # it is being closed
                select.select([sock], [], [], WAIT_S)
                self.step(self._clock.now_s())

    def _hindrance(self) -> str:
        since_s = max(self._answered_s, self._since_s)
        if self._socket is None or self._clock.now_s() - since_s < SILENT_S:
            return ""
        return (
            f"Ableton Live does not answer at {self._target.host}:{self._target.port}; choose"
            " AbletonOSC as a control surface in Live's settings (Link, Tempo & MIDI); the key"
            " stays as it is"
        )

    def _release(self) -> None:
        self._ended.set()
        thread, self._thread = self._thread, None
        sock, self._socket = self._socket, None
        if thread is not None and thread is not threading.current_thread():
            thread.join(2 * WAIT_S + 0.5)
        if sock is not None:
            self._send(sock, UNLISTEN)
            sock.close()
