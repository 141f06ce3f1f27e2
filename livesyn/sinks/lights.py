"""Lamps by Art-Net and sACN: colours of the picture, levels of the sound and the beat, as DMX."""

from __future__ import annotations

import contextlib
import socket
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Mapping

from livesyn.base.clock import Clock, SystemClock
from livesyn.base.device import PolledDevice
from livesyn.base.errors import DeviceError
from livesyn.config.lights import ARTNET, LightTarget, light_target
from livesyn.config.lights import Lights as Settings
from livesyn.control.dmx_packets import DATA_CHANNELS, art_dmx, sacn, sacn_group
from livesyn.control.fixtures import Colour, universes
from livesyn.control.light_show import LightShow
from livesyn.sinks.base import NullSink

SOURCE = "livesyn"
LEAVE_S = 0.4  # in which lamps go dark when the show is over
LEAST_WAIT_S = 0.001
LAST_PACKETS = 3  # which say that no more come; E1.31 asks for three
HOPS = 8  # of multicast
CLOSE_PATIENCE_S = 1.0


class Lights(PolledDevice, NullSink):
    """Sends each universe to all of `out`, `rate_hz` times a second, from a thread of its own; what
    the lamps show is `livesyn.control.light_show`'s. It goes on while the engine is gone: with the
    colours that it had last, and with the beat, blackout and stop as ever.

    Drop policy: what the system does not take at once is dropped and counted (`dropped`), and the
    next packet has all there is. A target that cannot be resolved is left out, and tried again by
    `maintain`. What nobody listens to costs nothing.
    """

    name = "lights"
    mutes = False  # it is told all, so that it goes on in its place, but sends nothing meanwhile

    def __init__(
        self,
        settings: Settings,
        params: Mapping[str, float],
        clock: Clock | None = None,
        host_name: Callable[[], str] = socket.gethostname,
    ) -> None:
        super().__init__()
        self._settings, self._clock = settings, clock or SystemClock()
        self._targets = tuple(light_target(text) for text in settings.out)
        self._show = LightShow(settings.fixtures, settings.fade_s, settings.gain, params)
        # the same after a restart, or receivers would take it for a second source
        self._sender = uuid.uuid5(uuid.NAMESPACE_DNS, f"{SOURCE}.{host_name()}").bytes
        self._addresses: dict[LightTarget, str] = {}
        self._unresolved: dict[LightTarget, str] = {}
        self._refusing: dict[LightTarget, str] = {}
        self._sequences: Counter[int] = Counter()
        self._socket: socket.socket | None = None
        self._resolver: threading.Thread | None = None
        self._leaving = threading.Event()
        self._thread: threading.Thread | None = None
        self._dropped = 0
        self.frames = 0
        self._leads = True

    @property
    def label(self) -> str:
        """Where it sends."""
        return ", ".join(self._settings.out)

    @property
    def dropped(self) -> int:
        """Packets that the system did not take."""
        return self._dropped

    @property
    def held(self) -> int:
        """Colours that the flash limit did not show as they came."""
        return self._show.held

    # What it is told.

    def picture(self, colours: Mapping[str, Colour]) -> None:
        self._show.picture(colours)

    def levels(self, values: dict[str, float]) -> None:
        self._show.levels(values, self._clock.now_s())

    def beat(self, time_s: float, beat: int) -> None:
        self._show.beat(beat, time_s)

    def transport(self, time_s: float, event: str, beat: float) -> None:
        self._show.transport(event)

    def param(self, name: str, value: float) -> None:
        self._show.param(name, value)

    def role(self, leads: bool) -> None:
        """While another show leads, its lamps are not fought for."""
        self._leads = leads

    # Life.

    def open(self) -> None:
        """As all that is polled; the lamps are told from now on."""
        self._leaving.clear()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="lights", daemon=True)
            self._thread.start()
        super().open()

    def close(self) -> None:
        """The lamps go dark; then the stream ends."""
        self._leaving.set()
        if self._thread is not None:
            self._thread.join(CLOSE_PATIENCE_S)
            self._thread = None
        super().close()

    def _acquire(self) -> None:
        """Resolve the targets. Raises DeviceError naming the first that cannot be; the others are
        served all the same.
        """
        found, unresolved = dict(self._addresses), {}
        for target in self._targets:
            if not target.host or target in found:
                continue
            try:
                info = socket.getaddrinfo(
                    target.host, target.port, socket.AF_INET, socket.SOCK_DGRAM
                )
                found[target] = str(info[0][4][0])
            except (OSError, ValueError) as error:
                why = (getattr(error, "strerror", None) or "it is not a host's name").lower()
                unresolved[target] = (
                    f"lights at {target.host!r} cannot be reached ({why}); give the IPv4 address of"
                    " a node on this network"
                )
        if self._socket is None:
            self._socket = _sending_socket()
        self._addresses, self._unresolved = found, unresolved
        if unresolved:
            raise DeviceError(next(iter(unresolved.values())))

    def _reopen(self, now_s: float) -> None:
        """In a thread: a name server may take its time to answer."""
        if self._resolver is None or not self._resolver.is_alive():
            self._resolver = threading.Thread(
                target=super()._reopen, args=(now_s,), name="lights-resolve", daemon=True
            )
            self._resolver.start()

    def _hindrance(self) -> str:
        return next(iter(tuple(self._refusing.values())), "")

    def _release(self) -> None:
        self._addresses, self._unresolved, self._refusing = {}, {}, {}
        sock, self._socket = self._socket, None
        if sock is not None:
            sock.close()

    # Its thread.

    def _run(self) -> None:
        period_s = 1 / self._settings.rate_hz
        due_s = self._clock.now_s()
        while not self._leaving.is_set():
            now_s = self._clock.now_s()
            self.send(now_s)
            due_s = max(due_s + period_s, now_s)
            self._leaving.wait(max(LEAST_WAIT_S, due_s - self._clock.now_s()))
        frames, pause = round(LEAVE_S / period_s), threading.Event()
        for left in reversed(range(frames)):
            self.send(self._clock.now_s(), left / frames)
            pause.wait(period_s)
        for _ in range(LAST_PACKETS):
            self.send(self._clock.now_s(), 0.0, ends=True)

    def send(self, now_s: float, master: float = 1.0, ends: bool = False) -> None:
        """Send all universes as they are at `now_s`; `master` dims all. For one thread."""
        if not self._leads:
            return
        colours = self._show.colours(now_s, master)
        lamps = self._settings.fixtures
        for universe, data in universes(lamps, colours, self._settings.universe).items():
            self._sequences[universe] += 1
            for target in self._targets:
                self._send(target, universe, data, ends)
        self.frames += 1

    def _send(self, target: LightTarget, universe: int, data: bytes, ends: bool) -> None:
        host = self._addresses.get(target) or ("" if target.host else sacn_group(universe))
        if self._socket is None or not host:
            return
        try:
            self._socket.sendto(self._packet(target, universe, data, ends), (host, target.port))
        except OSError as error:
            self._dropped += 1
            why = (error.strerror or "unknown").lower()
            self._refusing[target] = f"DMX to {target} is not taken: {why}"
        else:
            if self._refusing:
                self._refusing.pop(target, None)

    def _packet(self, target: LightTarget, universe: int, data: bytes, ends: bool) -> bytes:
        number = self._sequences[universe]
        if target.protocol == ARTNET:
            return art_dmx(universe, 1 + number % 255, data)
        return sacn(
            universe,
            number % 256,
            data.ljust(DATA_CHANNELS, b"\0"),
            sender=self._sender,
            name=SOURCE,
            priority=self._settings.priority,
            ends=ends,
        )


def _sending_socket() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, HOPS)
    return sock
