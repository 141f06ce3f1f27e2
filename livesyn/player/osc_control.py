"""OSC in: every parameter, the transport, panic and freeze, for TouchDesigner, Pure Data and the
like.

A daemon thread of its own listens, so it answers whatever the rest is doing. It empties the socket,
obeys, and pauses: what comes meanwhile is taken together, of each parameter the newest value. Panic
is obeyed as soon as it is seen, before all that came with it.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import math
import select
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from livesyn.base import params
from livesyn.base.addresses import OSC_IN_PORT, gate_of
from livesyn.base.clock import Clock, SystemClock
from livesyn.base.device import PolledDevice
from livesyn.base.errors import DeviceError
from livesyn.base.refusals import Refusals
from livesyn.control.osc_map import Entry
from livesyn.player import osc_refusals as words
from livesyn.player import osc_socket
from livesyn.player.newest import Change, NewestValues
from livesyn.player.osc_decoder import Message, OscError, parts, read
from livesyn.player.osc_refusals import (
    IGNORED,
    KINDS,
    MALFORMED,
    OVERFLOWED,
    SENDER,
    SHOWN,
    UNKNOWN,
)
from livesyn.player.osc_routes import Refused, float_of, obey
from livesyn.player.scene_orders import SceneOrders
from livesyn.sinks.osc_packets import message as packed
from livesyn.sinks.osc_packets import text_message

CLOSE_PATIENCE_S = 5.0
LARGEST_BYTES = 1 << 16  # of a UDP datagram
AT_ONCE = 64  # packets, before they are obeyed: a third of a millisecond
PAUSE_S = 0.003  # after the socket was emptied: what comes meanwhile is taken together
ASIDE_S = 0.0015  # nothing is begun this shortly before a note or a clock pulse is due


class Show(Protocol):
    """What OSC may do to the show (`player.state.ShowState`). Thread-safe."""

    def set_params(self, changes: Iterable[Change]) -> None: ...

    def params(self) -> dict[str, float]: ...

    def transport(self, do: str, value: float | None = None, origin: str = "") -> bool: ...

    def panic(self, origin: str = "") -> None: ...

    def set_modulation(self, index: int, name: str, value: object, origin: str = "") -> None: ...


class OscControl(PolledDevice):
    """Obeys OSC messages that come to `host`:`port` (0: any free one; `port` then says which).

    `allow` lists the senders that are obeyed, as addresses or networks ("192.168.1.0/24"). Nothing
    that comes in raises: what is wrong is counted in `refused` (sender), `malformed` (packet, or
    part of a bundle), `unknown` (address) and `ignored` (arguments), and said once by
    `say(sentence)`, see `Refusals`; `reason` is the last such sentence. `received` counts packets
    of those who are obeyed, `overflowed` those for which the system had no room, where it tells. A
    button's release (0) is no press. `dump` is given each parameter when `/livesyn/dump` or
    `/livesyn/params` asks for all of them; without it they are set to what they are, and so echoed.
    Who asks with "?" is answered at the address it asked, where it sent from; `report(address)` is
    to tell all others.

    Drop policy: of several values of a parameter that wait together the newest is obeyed. What is
    pressed or moved (`play`, `stop`, `tap`, `nudge`, `dump`) is always obeyed, after the values
    before it and before those behind it, and panic before everything. `due_s` says when the player
    has to be on time: shortly before, this thread leaves it alone. `entries` are addresses of
    other programs that stand for some of ours.
    """

    name = "osc_in"

    def __init__(
        self,
        state: Show,
        host: str = "127.0.0.1",
        port: int = OSC_IN_PORT,
        allow: Iterable[str] = ("127.0.0.1",),
        dump: Callable[[str, float], object] | None = None,
        dump_modulation: Callable[[], object] = lambda: None,
        say: Callable[[str], object] = lambda sentence: None,
        clock: Clock | None = None,
        due_s: Callable[[], float] = lambda: math.inf,
        entries: Iterable[Entry] = (),
        report: Callable[[str], object] = lambda address: None,
        playing: Callable[[], bool] = lambda: False,
        learn: Callable[[str], object] = lambda to: None,
        unlearn: Callable[[str], object] = lambda to: None,
        use_model: Callable[[str], object] = lambda name: None,
        models: Callable[[], Iterable[str]] = lambda: (),
        scenes: SceneOrders | None = None,
    ) -> None:
        super().__init__()
        self._scenes, self._say = scenes or SceneOrders(), say
        self._said_old = False  # that an address is an old one
        self._report, self._playing = report, playing
        self._answer: Callable[[bytes], object] | None = None  # to the sender of this message
        self._sender: Any = None  # where the packet at hand came from
        self.host, self.port = host, port
        self._state = state
        self._dump = dump or (lambda name, value: state.set_params((Change(name, value, "osc"),)))
        self._dump_modulation = dump_modulation
        self._clock, self._due_s = clock or SystemClock(), due_s
        self._learn, self._unlearn = learn, unlearn
        self._use_model, self._models = use_model, models
        self._newest = NewestValues()
        self._mapped = {entry.source: entry for entry in entries}
        self._allow = tuple(allow)
        self._is_allowed = gate_of(self._allow)
        self._refusals = Refusals(self._clock, say, "OSC messages")
        self._socket: socket.socket | None = None
        self._wake: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._overflowed: int | None = None  # of this socket, as far as it was counted
        self.received = 0

    @property
    def label(self) -> str:
        """Where it listens."""
        return f"{self.host}:{self.port}"

    @property
    def dropped(self) -> int:
        """All that was refused or lost."""
        return sum(self._refusals.count(kind) for kind in KINDS)

    refused = property(lambda self: self._refusals.count(SENDER))
    malformed = property(lambda self: self._refusals.count(MALFORMED))
    unknown = property(lambda self: self._refusals.count(UNKNOWN))
    ignored = property(lambda self: self._refusals.count(IGNORED))
    overflowed = property(lambda self: self._refusals.count(OVERFLOWED))
    reason = property(lambda self: self._refusals.last)

    def counts(self) -> dict[str, int]:
        """Packets `received`, and what was refused since the start, by kind; `overflowed` only
        where the system tells. Thread-safe.
        """
        names = ("received", "refused", "malformed", "unknown", "ignored", "overflowed")
        return {name: getattr(self, name) for name in names[: 5 + (self._overflowed is not None)]}

    def total(self) -> str:
        """All that was refused, in a sentence; "" if nothing was. Thread-safe."""
        return self._refusals.total()

    # Life.

    def _acquire(self) -> None:
        try:
            self._socket = osc_socket.listening_socket(self.host, self.port)
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
        self._overflowed = osc_socket.overflowed(self._socket)
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
                now_s, due_s = self._clock.now_s(), self._due_s()
                if 0 < due_s - now_s < ASIDE_S:
                    self._clock.sleep_until(due_s + ASIDE_S / 3)
                emptied = self._drain(sock)
                self._obey()
                self._count_overflow(sock)
                if emptied:  # not by `select`: on Windows it sleeps for 15 ms at least
                    self._clock.sleep_until(self._clock.now_s() + PAUSE_S)

    def _drain(self, sock: socket.socket) -> bool:
        """Take what waits in the socket, at most `AT_ONCE` packets; whether that was all."""
        try:
            for _ in range(AT_ONCE):
                packet, self._sender = sock.recvfrom(LARGEST_BYTES)
                self._take(packet, self._sender[0])
        except OSError:  # no more waits, or one was lost on its way
            return True
        return False

    # What a packet does, on the thread that listens.

    def hear(
        self, packet: bytes, sender: str, answer: Callable[[bytes], object] | None = None
    ) -> None:
        """Obey a packet that came from `sender` (an address), which gets its answers by `answer`.
        Raises nothing.
        """
        self._answer = answer
        self._take(packet, sender)
        self._obey()

    def _take(self, packet: bytes, sender: str) -> None:
        """Obey a packet, but for the values that it sets: these wait for `_obey`."""
        if not self._is_allowed(sender):
            self._refusals.add(SENDER, sender, lambda: words.unwelcome(sender, self._allow))
            return
        self.received += 1
        for part in parts(packet):
            if isinstance(part, OscError):
                self._refuse_unread(part, sender)
            elif (setting := float_of(part)) is not None:
                self.set_soon(*setting)
            else:
                self._take_message(read(part), sender)

    def _take_message(self, message: Message | OscError, sender: str) -> None:
        if isinstance(message, OscError):
            self._refuse_unread(message, sender)
            return
        try:
            obey(message, self, self._mapped)
        except Refused as refusal:
            thing = message.address[:SHOWN], message.tags[:SHOWN]
            sentence = functools.partial(refusal.sentence, message)
            self._refuse(
                refusal.kind, sender, thing if refusal.kind == IGNORED else thing[0], sentence
            )
        except Exception as error:  # whatever happens to one message, the next is heard
            sentence = functools.partial(words.failed, message, error)
            self._refuse(MALFORMED, sender, type(error), sentence)

    def _refuse_unread(self, error: OscError, sender: str) -> None:
        self._refuse(MALFORMED, sender, error.kind, functools.partial(words.unread, error))

    # What a message may ask for (`Orders`), on the same thread.

    def set_soon(self, name: str, value: float) -> None:
        """Set a parameter, with the others that came together."""
        self._newest.put(Change(name, value, "osc"))

    def step(self, name: str, steps: float) -> None:
        """From where the values before it have led."""
        self._obey()
        self.set_soon(name, params.BY_NAME[name].stepped(self._state.params()[name], steps))

    def step_by(self, name: str, difference: float) -> None:
        """The same, by a difference of its own."""
        self._obey()
        self.set_soon(name, self._state.params()[name] + difference)

    def ask(self, address: str, name: str) -> None:
        """Tell the sender, and all others, what a parameter is."""
        self._obey()
        self._reply(packed(address, self._state.params()[name]))
        self._report(address)

    def ask_playing(self, address: str) -> None:
        """Tell the sender, and all others, whether the transport plays."""
        self._reply(packed(address, int(self._playing())))
        self._report(address)

    def _reply(self, packet: bytes) -> None:
        if self._answer is not None:
            self._answer(packet)
        elif self._socket is not None and self._sender is not None:
            with contextlib.suppress(OSError):  # it is gone
                self._socket.sendto(packet, self._sender)

    def transport(self, do: str, value: float | None = None) -> None:
        """Press play, stop or tap, or nudge; what was set before holds before."""
        self._obey()
        self._state.transport(do, value, "osc")

    def panic(self) -> None:
        """At once."""
        self._state.panic("osc")

    def use_model(self, name: str) -> None:
        """Play by another checkpoint."""
        self._use_model(name)

    def ask_model(self, address: str) -> None:
        """Tell the sender, and all others, which checkpoints play."""
        for name in self._models():
            self._reply(text_message(address, name))
        self._report(address)

    def recall(self, name: str, bars: float | None) -> None:
        """Go to a scene."""
        self._obey()
        self._scenes.recall(name, bars, "osc")

    def store(self, name: str, deprecated: bool = False) -> None:
        """Keep the show as a scene."""
        self._obey()
        self._scenes.store(name, "osc")
        if deprecated and not self._said_old:
            self._said_old = True
            self._say(words.STORE_IS_NO_PARAMETER)

    def step_scene(self, by: int) -> None:
        """Go on, or back, in the set list."""
        self._obey()
        self._scenes.step(by, "osc")

    def learn(self, to: str) -> None:
        """Have the next MIDI control that moves be that of `to`; "" ends it."""
        self._learn(to)

    def unlearn(self, to: str) -> None:
        """Take every MIDI control from `to`."""
        self._unlearn(to)

    def dump(self) -> None:
        """Report all parameters, and the rows of modulation in use."""
        self._obey()
        for name, value in self._state.params().items():
            self._dump(name, value)
        self._dump_modulation()

    def modulate(self, index: int, name: str, value: object) -> None:
        """Set a field of a row of the modulation matrix. Raises ConfigError."""
        self._state.set_modulation(index, name, value, "osc")

    def _obey(self) -> None:
        """Set what waits to be set."""
        if self._newest:
            try:
                self._state.set_params(self._newest.take())
            except Exception as error:  # as in `_take`: the next is heard
                sentence = functools.partial(words.unset, error)
                self._refusals.add(MALFORMED, type(error).__name__, sentence)

    def _count_overflow(self, sock: socket.socket) -> None:
        """Count and say what found no room in the socket."""
        before, now = self._overflowed, osc_socket.overflowed(sock)
        if before is not None and now is not None and now != before:
            self._overflowed, lost = now, (now - before) % 2**32
            room_bytes = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
            sentence = functools.partial(words.lost, lost, room_bytes, osc_socket.BUFFER_BYTES)
            self._refusals.add(OVERFLOWED, "", sentence, lost)

    def _refuse(self, kind: str, sender: str, thing: object, sentence: Callable[[], str]) -> None:
        self._refusals.add(
            kind, (sender, thing), lambda: f"OSC from {sender} was refused: {sentence()}"
        )
