"""OSC in: every parameter, the transport, panic and freeze, for TouchDesigner, Pure Data and the
like.

Runs an asyncio loop of its own in a daemon thread, so it answers whatever the rest is doing.
"""

from __future__ import annotations

import asyncio
import difflib
import errno
import ipaddress
import logging
import math
import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from livesyn.base import params
from livesyn.base.errors import ConfigError, DeviceError

log = logging.getLogger(__name__)

OPEN_PATIENCE_S = 5.0
HINTED_ADDRESSES = 64  # a flood of wrong addresses fills neither memory nor log


class Show(Protocol):
    """What OSC may do to the show (`player.state.ShowState`). Thread-safe."""

    def set_param(self, name: str, value: float, origin: str = "") -> float | None: ...

    def params(self) -> dict[str, float]: ...

    def transport(self, do: str, value: float | None = None, origin: str = "") -> bool: ...

    def panic(self, origin: str = "") -> None: ...


class OscControl:
    """Obeys OSC messages that come to `host`:`port` (0: any free one; `port` then says which).

    `allow` lists the senders that are obeyed, as addresses or networks ("192.168.1.0/24"). Nothing
    that comes in raises: what is wrong is counted in `refused` (sender), `malformed` (packet),
    `unknown` (address) and `ignored` (arguments), and `reason` explains the last. A button's
    release (0) is no press. `dump` is given each parameter when `/livesyn/dump` or
    `/livesyn/params` asks for all of them; without it they are set to what they are, and so echoed.
    """

    def __init__(
        self,
        state: Show,
        host: str = "127.0.0.1",
        port: int = 9700,
        allow: Iterable[str] = ("127.0.0.1",),
        dump: Callable[[str, float], object] | None = None,
    ) -> None:
        self.host, self.port = host, port
        self._state = state
        self._dump = dump or (lambda name, value: state.set_param(name, value, "osc"))
        try:
            self._allowed = tuple(ipaddress.ip_network(sender) for sender in allow)
        except ValueError as error:
            raise ConfigError(
                "the OSC allow-list takes addresses like 192.168.1.20 and networks like"
                f" 192.168.1.0/24: {error}"
            ) from None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._hinted: set[str] = set()
        self.received = self.refused = self.malformed = self.unknown = self.ignored = 0
        self.reason = ""

    def open(self) -> None:
        """Begin to listen. Raises DeviceError when the port cannot be had."""
        opened: list[OSError] = []
        ready = threading.Event()
        self._thread = threading.Thread(
            target=self._listen, args=(opened, ready), name="osc-in", daemon=True
        )
        self._thread.start()
        if not ready.wait(OPEN_PATIENCE_S):
            raise DeviceError(
                f"OSC input on {self.host}:{self.port} did not open within {OPEN_PATIENCE_S:g} s;"
                " is the host's name right?"
            )
        if opened:
            self._thread.join()
            self._thread = None
            error = opened[0]
            if error.errno == errno.EADDRINUSE:
                raise DeviceError(
                    f"OSC port {self.port} is in use by another program (another livesyn?); close"
                    " it or give another port with --osc-in"
                )
            raise DeviceError(
                f"OSC cannot listen on {self.host}:{self.port}"
                f" ({(error.strerror or str(error)).lower()}); use an address of this machine"
            )

    def close(self) -> None:
        """Stop listening. Safe to call twice."""
        if self._thread is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(OPEN_PATIENCE_S)
            self._thread = None

    def _listen(self, failed: list[OSError], ready: threading.Event) -> None:
        from pythonosc.osc_server import AsyncIOOSCUDPServer

        logging.getLogger().addFilter(_not_python_osc)  # it logs by the root
        loop = self._loop = asyncio.new_event_loop()
        loop.set_exception_handler(
            lambda _, context: self._refuse(
                "malformed",
                f"an OSC packet failed: {context.get('exception') or context['message']}",
            )
        )
        try:
            server = AsyncIOOSCUDPServer((self.host, self.port), _routes(self), loop)  # type: ignore[arg-type]
            transport, _ = loop.run_until_complete(server.create_serve_endpoint())
            self.port = transport.get_extra_info("sockname")[1]
        except OSError as error:
            failed.append(error)
            loop.close()
            return
        finally:
            ready.set()
        loop.run_forever()
        transport.close()
        loop.run_until_complete(asyncio.sleep(0))  # lets the transport close its socket
        loop.close()

    # What a packet does, on the loop's thread.

    def _admits(self, sender: str) -> bool:
        address = ipaddress.ip_address(sender.partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        if any(address in network for network in self._allowed):
            return True
        self._refuse(
            "refused",
            f"OSC from {sender} is not listened to; add it to the allow-list if it belongs to the"
            " show",
        )
        return False

    def _set(self, address: str, fixed: list[Any], *arguments: Any) -> None:
        row: params.Param = fixed[0]
        value = self._number(address, arguments, row)
        if value is not None:
            self._state.set_param(row.name, value, "osc")

    def _freeze(self, address: str, *arguments: Any) -> None:
        self._set(address, [params.BY_NAME["freeze"]], *(arguments or (1,)))

    def _press(self, address: str, fixed: list[Any], *arguments: Any) -> None:
        act: Callable[[], object] = fixed[0]
        if not arguments or self._number(address, arguments):  # 0 is the button let go
            act()

    def _transport_value(self, address: str, fixed: list[Any], *arguments: Any) -> None:
        value = self._number(address, arguments)
        if value is not None:
            self._state.transport(fixed[0], value, "osc")

    def _send_all(self) -> None:
        for name, value in self._state.params().items():
            self._dump(name, value)

    def _wrong_address(self, address: str, *_: Any) -> None:
        self._refuse("unknown", "")
        if address not in self._hinted and len(self._hinted) < HINTED_ADDRESSES:
            self._hinted.add(address)
            near = difflib.get_close_matches(address, ADDRESSES, 1)
            self.reason = f"nothing listens at OSC address {address[:80]}" + (
                f"; did you mean {near[0]}?" if near else ""
            )
            log.warning("%s", self.reason)

    def _number(
        self, address: str, arguments: tuple[Any, ...], row: params.Param | None = None
    ) -> float | None:
        """The one number of a message (a choice may be named), else None, counted and explained."""
        if len(arguments) == 1:
            value = arguments[0]
            if isinstance(value, str) and row is not None and value in row.choices:
                return float(row.choices.index(value))
            if isinstance(value, (bool, int, float)) and math.isfinite(value):
                return float(value)
        legal = "one number"
        if row is not None and row.choices:
            legal += f" or one of {', '.join(row.choices)}"
        self._refuse(
            "ignored",
            f"{address} takes {legal}; it got"
            f" {', '.join(repr(argument)[:40] for argument in arguments[:4]) or 'nothing'}",
        )
        return None

    def _refuse(self, counter: str, reason: str) -> None:
        setattr(self, counter, getattr(self, counter) + 1)
        self.reason = reason or self.reason


BUTTONS: dict[str, Callable[[OscControl], object]] = {
    "/livesyn/panic": lambda control: control._state.panic("osc"),
    "/livesyn/transport/play": lambda control: control._state.transport("play", None, "osc"),
    "/livesyn/transport/stop": lambda control: control._state.transport("stop", None, "osc"),
    "/livesyn/transport/tap": lambda control: control._state.transport("tap", None, "osc"),
    "/livesyn/dump": lambda control: control._send_all(),
    "/livesyn/params": lambda control: control._send_all(),
}
VALUES = {"/livesyn/transport/tempo": "tempo", "/livesyn/transport/nudge": "nudge"}
ROWS = dict(params.BY_ADDRESS) | {
    f"/livesyn/latent/{index}": params.BY_NAME[f"steer_{index}"]
    for index in range(params.DIRECTIONS)
}
ADDRESSES = (*ROWS, *VALUES, *BUTTONS, "/livesyn/freeze")


def _check_bundle(data: bytes) -> None:
    """Raises ValueError for a bundle, at any depth, whose parts go beyond it or have a negative
    size: python-osc would read one for ever.
    """
    waiting = [data]
    while waiting:
        packet = waiting.pop()
        at = 16 if packet.startswith(b"#bundle\0") else len(packet)
        while at < len(packet):
            size = int.from_bytes(packet[at : at + 4], signed=True)
            if size < 0 or at + 4 + size > len(packet):
                raise ValueError(f"a part of a bundle is {size} bytes long")
            waiting.append(packet[at + 4 : at + 4 + size])
            at += 4 + size


def _not_python_osc(record: logging.LogRecord) -> bool:
    """Keeps python-osc's lines, one for every odd part of a packet, out of the log: a flood would
    fill it.
    """
    return "pythonosc" not in record.pathname


def _routes(control: OscControl) -> Any:
    from pythonosc.dispatcher import Dispatcher, Handler
    from pythonosc.osc_packet import OscPacket, ParseError

    class Routes(Dispatcher):
        """python-osc's, behind the allow-list, with addresses taken literally: a pattern from the
        wire becomes a regular expression, and one of many stars would hold up the loop for hours.
        """

        def handlers_for_address(self, address_pattern: str) -> Any:
            yield from self._map.get(address_pattern) or (Handler(control._wrong_address, []),)

        def call_handlers_for_packet(
            self, data: bytes, client_address: tuple[str, int]
        ) -> list[Any]:
            if control._admits(client_address[0]):
                control.received += 1
                try:
                    _check_bundle(data)
                    packet = OscPacket(data)
                except (ParseError, RecursionError, ValueError, IndexError) as error:
                    control._refuse(
                        "malformed",
                        f"a packet from {client_address[0]} is not OSC: {str(error)[:80]}",
                    )
                else:
                    for timed in packet.messages:
                        for handler in self.handlers_for_address(timed.message.address):
                            handler.invoke(client_address, timed.message)
            return []

    # With strict timing a timetag in the future would put the loop to sleep.
    routes = Routes(strict_timing=False)
    for address, row in ROWS.items():
        routes.map(address, control._set, row)
    for address, act in BUTTONS.items():
        routes.map(address, control._press, lambda act=act: act(control))
    for address, do in VALUES.items():
        routes.map(address, control._transport_value, do)
    routes.map("/livesyn/freeze", control._freeze)
    return routes
