"""OSC in: every parameter, the transport, panic and freeze, for TouchDesigner, Pure Data and the
like.

A daemon thread of its own listens, so it answers whatever the rest is doing.
"""

from __future__ import annotations

import contextlib
import difflib
import errno
import functools
import ipaddress
import math
import select
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from livesyn.base import params
from livesyn.base.addresses import OSC_IN_PORT, networks_of
from livesyn.base.clock import Clock, SystemClock
from livesyn.base.device import PolledDevice
from livesyn.base.errors import DeviceError
from livesyn.base.refusals import Refusals
from livesyn.player.osc_decoder import IMPULSE, Message, OscError, decode

CLOSE_PATIENCE_S = 5.0
LARGEST_BYTES = 1 << 16  # of a UDP datagram
BUFFER_BYTES = 1 << 20  # what may wait in the socket; the system may allow less
AT_ONCE = 64  # packets, before it is looked whether to end
SENDERS = 256  # whose right to speak is remembered
SHOWN = 80  # characters of an address in a sentence
NUMBERS = frozenset("ifhdTF")  # type tags

# Kinds of refusals.
SENDER, MALFORMED, UNKNOWN, IGNORED = (
    "from senders not on the allow-list",
    "that cannot be read",
    "to addresses where nothing listens",
    "with the wrong arguments",
)


class Show(Protocol):
    """What OSC may do to the show (`player.state.ShowState`). Thread-safe."""

    def set_param(self, name: str, value: float, origin: str = "") -> float | None: ...

    def params(self) -> dict[str, float]: ...

    def transport(self, do: str, value: float | None = None, origin: str = "") -> bool: ...

    def panic(self, origin: str = "") -> None: ...


class OscControl(PolledDevice):
    """Obeys OSC messages that come to `host`:`port` (0: any free one; `port` then says which).

    `allow` lists the senders that are obeyed, as addresses or networks ("192.168.1.0/24"). Nothing
    that comes in raises: what is wrong is counted in `refused` (sender), `malformed` (packet, or
    part of a bundle), `unknown` (address) and `ignored` (arguments), and said once by
    `say(sentence)`, see `Refusals`; `reason` is the last such sentence. `received` counts packets
    of those who are obeyed. A button's release (0) is no press. `dump` is given each parameter when
    `/livesyn/dump` or `/livesyn/params` asks for all of them; without it they are set to what they
    are, and so echoed.
    """

    name = "osc_in"

    def __init__(
        self,
        state: Show,
        host: str = "127.0.0.1",
        port: int = OSC_IN_PORT,
        allow: Iterable[str] = ("127.0.0.1",),
        dump: Callable[[str, float], object] | None = None,
        say: Callable[[str], object] = lambda sentence: None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__()
        self.host, self.port = host, port
        self._state = state
        self._dump = dump or (lambda name, value: state.set_param(name, value, "osc"))
        self._allow = tuple(allow)
        self._networks = networks_of(self._allow)
        self._is_allowed = functools.lru_cache(SENDERS)(self._is_on_the_list)
        self._refusals = Refusals(clock or SystemClock(), say, "OSC messages")
        self._socket: socket.socket | None = None
        self._wake: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self.received = 0

    @property
    def label(self) -> str:
        """Where it listens."""
        return f"{self.host}:{self.port}"

    @property
    def dropped(self) -> int:
        """All that was refused."""
        return sum(self._refusals.count(kind) for kind in (SENDER, MALFORMED, UNKNOWN, IGNORED))

    refused = property(lambda self: self._refusals.count(SENDER))
    malformed = property(lambda self: self._refusals.count(MALFORMED))
    unknown = property(lambda self: self._refusals.count(UNKNOWN))
    ignored = property(lambda self: self._refusals.count(IGNORED))
    reason = property(lambda self: self._refusals.last)

    def counts(self) -> dict[str, int]:
        """Packets `received`, and what was refused since the start, by kind. Thread-safe."""
        names = ("received", "refused", "malformed", "unknown", "ignored")
        return {name: getattr(self, name) for name in names}

    def total(self) -> str:
        """All that was refused, in a sentence; "" if nothing was. Thread-safe."""
        return self._refusals.total()

    # Life.

    def _acquire(self) -> None:
        try:
            self._socket = _listening_socket(self.host, self.port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise DeviceError(
                    f"OSC port {self.port} is in use by another program (another livesyn?); close"
                    " it or give another port with --osc-in"
                ) from None
            raise DeviceError(
                f"OSC cannot listen on {self.host}:{self.port}"
                f" ({(error.strerror or str(error)).lower()}); use an address of this machine"
            ) from None
        self.port = self._socket.getsockname()[1]
        waker, self._wake = socket.socketpair()
        self._thread = threading.Thread(
            target=self._listen, args=(self._socket, waker), name="osc-in", daemon=True
        )
        self._thread.start()

    def _check(self) -> str:
        if self._thread is not None and not self._thread.is_alive():
            self._release()
            return f"OSC is no longer heard on {self.label}; the port is opened again"
        return ""

    def _release(self) -> None:
        if self._thread is not None and self._wake is not None:
            self._wake.close()
            self._thread.join(CLOSE_PATIENCE_S)
            self._thread = None

    def _listen(self, sock: socket.socket, waker: socket.socket) -> None:
        # a socket that fails ends the thread, which `_check` notices
        with sock, waker, contextlib.suppress(OSError, ValueError):
            while waker not in select.select([sock, waker], [], [])[0]:
                with contextlib.suppress(OSError):  # no more waits, or one was lost on its way
                    for _ in range(AT_ONCE):
                        packet, sender = sock.recvfrom(LARGEST_BYTES)
                        self.hear(packet, sender[0])

    # What a packet does, on the thread that listens.

    def hear(self, packet: bytes, sender: str) -> None:
        """Obey a packet that came from `sender` (an address). Raises nothing."""
        if not self._is_allowed(sender):
            self._refusals.add(SENDER, sender, lambda: self._unwelcome(sender))
            return
        self.received += 1
        for message in decode(packet):
            if isinstance(message, OscError):
                self._refuse(MALFORMED, sender, message.kind, functools.partial(_unread, message))
                continue
            try:
                obey = ROUTES.get(message.address)
                if obey is None:
                    raise _Refusal(UNKNOWN, _nowhere)
                obey(self, message)
            except _Refusal as refusal:
                thing = message.address[:SHOWN], message.tags[:SHOWN]
                sentence = functools.partial(refusal.sentence, message)
                self._refuse(
                    refusal.kind, sender, thing if refusal.kind == IGNORED else thing[0], sentence
                )
            except Exception as error:  # whatever happens to one message, the next is heard
                sentence = functools.partial(_failed, message, error)
                self._refuse(MALFORMED, sender, type(error), sentence)

    def _is_on_the_list(self, sender: str) -> bool:
        address = ipaddress.ip_address(sender.partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._networks)

    def _refuse(self, kind: str, sender: str, thing: object, sentence: Callable[[], str]) -> None:
        self._refusals.add(
            kind, (sender, thing), lambda: f"OSC from {sender} was refused: {sentence()}"
        )

    def _unwelcome(self, sender: str) -> str:
        plain = sender.removeprefix("::ffff:")
        return (
            f"OSC from {plain} was refused: not on the allow-list ({_listed(self._allow)}); start"
            f" with --osc-allow {plain.partition('%')[0]} if it belongs to the show"
        )

    def _send_all(self) -> None:
        for name, value in self._state.params().items():
            self._dump(name, value)


class _Refusal(Exception):
    """Why a message is not obeyed: its kind, and what makes the sentence."""

    def __init__(self, kind: str, sentence: Callable[[Message], str]) -> None:
        self.kind, self.sentence = kind, sentence


# What each address does.


def _parameter(row: params.Param) -> Callable[[OscControl, Message], None]:
    def set_parameter(control: OscControl, message: Message) -> None:
        control._state.set_param(row.name, _number(message, row), "osc")

    return set_parameter


def _freeze(control: OscControl, message: Message) -> None:
    row = params.BY_NAME["freeze"]
    control._state.set_param(row.name, 1.0 if _is_bang(message) else _number(message, row), "osc")


def _button(act: Callable[[OscControl], object]) -> Callable[[OscControl, Message], None]:
    def press(control: OscControl, message: Message) -> None:
        if _is_bang(message) or _number(message):  # 0 is the button let go
            act(control)

    return press


def _transport(do: str) -> Callable[[OscControl, Message], None]:
    def set_transport(control: OscControl, message: Message) -> None:
        control._state.transport(do, _number(message), "osc")

    return set_transport


def _is_bang(message: Message) -> bool:
    """Whether a message only says "now": without an argument, or with an impulse."""
    return not message.values or message.values == (IMPULSE,)


def _number(message: Message, row: params.Param | None = None) -> float:
    """The one number of a message; a choice may be named. Raises _Refusal."""
    if len(message.values) == 1:
        (value,) = message.values
        if message.tags in NUMBERS and math.isfinite(value):
            return float(value)
        if row is not None and isinstance(value, str) and value in row.choices:
            return float(row.choices.index(value))
    raise _Refusal(IGNORED, lambda message: _not_a_number(message, row))


ROUTES: dict[str, Callable[[OscControl, Message], None]] = {
    **{address: _parameter(row) for address, row in params.BY_ADDRESS.items()},
    **{
        f"/livesyn/latent/{index}": _parameter(params.BY_NAME[f"steer_{index}"])
        for index in range(params.DIRECTIONS)
    },
    "/livesyn/transport/tempo": _transport("tempo"),
    "/livesyn/transport/nudge": _transport("nudge"),
    "/livesyn/transport/play": _button(
        lambda control: control._state.transport("play", None, "osc")
    ),
    "/livesyn/transport/stop": _button(
        lambda control: control._state.transport("stop", None, "osc")
    ),
    "/livesyn/transport/tap": _button(lambda control: control._state.transport("tap", None, "osc")),
    "/livesyn/panic": _button(lambda control: control._state.panic("osc")),
    "/livesyn/dump": _button(OscControl._send_all),
    "/livesyn/params": _button(OscControl._send_all),
    "/livesyn/freeze": _freeze,
}
ADDRESSES = tuple(ROUTES)


# What is said of a refusal: what was got, what is legal, what to do.


def _unread(error: OscError) -> str:
    return f"a message to {error.address} {error}" if error.address else f"a packet that {error}"


def _failed(message: Message, error: Exception) -> str:
    return f"{message.address[:SHOWN]} could not be obeyed ({type(error).__name__}: {error})"


def _nowhere(message: Message) -> str:
    address = message.address[:SHOWN]
    if set(address) & set("*?[]{}"):
        return f"{address} is a pattern, and patterns are not followed; send to each address"
    near = difflib.get_close_matches(address, ADDRESSES, 1)
    return f"nothing listens at {address}" + (f"; did you mean {near[0]}?" if near else "")


def _not_a_number(message: Message, row: params.Param | None) -> str:
    legal, advice = "one number", ""
    if row is not None and row.choices:
        legal += f" or one of {', '.join(row.choices)}"
    if len(message.values) > 1:
        advice = "; send it alone"
    elif message.tags in ("s", "S") and _is_number(message.values[0]):
        advice = ", a number as text; send it as a float"
    got = " and ".join(_shown(value) for value in message.values[:4]) or "nothing"
    return f"{message.address} takes {legal}; it got {got}{advice}"


def _is_number(text: str) -> bool:
    with contextlib.suppress(ValueError):
        return math.isfinite(float(text))
    return False


def _shown(value: Any) -> str:
    if isinstance(value, bytes):
        return f"a blob of {len(value)} bytes"
    if value is None:
        return "nil"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    return f"{value:g}" if isinstance(value, float) else repr(value)[:40]


def _listed(allow: tuple[str, ...]) -> str:
    return ", ".join(allow[:4]) + (f" and {len(allow) - 4} more" if len(allow) > 4 else "")


def _listening_socket(host: str, port: int) -> socket.socket:
    """A UDP socket that does not block, at the first address of `host` that can be had. Raises
    OSError.
    """
    failure: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(
        host or None, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE
    ):
        sock = socket.socket(family, kind, protocol)
        try:
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            sock.setblocking(False)
            sock.bind(address)
            return sock
        except OSError as error:
            failure = error
            sock.close()
    raise failure or OSError(f"{host} has no address")
