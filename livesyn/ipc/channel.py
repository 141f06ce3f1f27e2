"""One connection between player and engine, non-blocking.

Where they meet is `livesyn.ipc.local_socket`'s.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Hashable
from typing import Any

from livesyn.ipc.messages import (
    BarLatent,
    Beat,
    ChangesWaiting,
    EngineStatus,
    Fading,
    Hold,
    Kept,
    Knobs,
    Lines,
    MapState,
    Message,
    MessageError,
    ModulationChange,
    Moved,
    NotesIn,
    Offer,
    Panic,
    ParamChange,
    PictureColours,
    Ping,
    Pong,
    Role,
    SceneList,
    SetModulation,
    SetParam,
    SoundLevels,
    Stats,
    TimelineChange,
    UseSource,
    decode,
    encode,
)
from livesyn.ipc.outbox import Outbox

AT_ONCE_BYTES = 1 << 16  # handed to the system together; a panic can overtake what is not
MOST = {NotesIn: 32, Offer: 32}  # messages that wait; these may be long


class Channel:
    """Reads and writes messages on a socket that must be non-blocking. One thread uses it; `send`
    is for any.

    What the peer does not read in time waits in an outbox, see `outbox`: what is dropped there, and
    what cannot be sent at all, is counted in `dropped`. What the peer says wrongly is counted in
    `bad`, the last sentence in `complaint`. `union` is what the peer may say: `FromEngine` or
    `FromPlayer`.
    """

    def __init__(
        self,
        sock: socket.socket,
        union: Any,
        on_drop: Callable[[Message], object] = lambda message: None,
    ) -> None:
        sock.setblocking(False)
        self.socket = sock
        self._union, self._on_drop = union, on_drop
        self._lines = Lines()
        self._outbox = outbox(on_drop)
        self._rest = b""  # of what the socket took in part
        self._unsendable = self._malformed = 0
        self.complaint = ""
        self.welcomed = False

    @property
    def bad(self) -> int:
        """Lines that were no legal message."""
        return self._malformed + self._lines.oversized

    @property
    def dropped(self) -> int:
        """Messages that the peer will not get."""
        return self._unsendable + self._outbox.dropped

    @property
    def wants_to_write(self) -> bool:
        return bool(self._rest or self._outbox)

    def send(self, message: Message) -> None:
        """Have a message wait for `write`. Thread-safe."""
        self._outbox.put(message)

    def write(self) -> None:
        """Send what the socket takes. Raises OSError when the peer is gone."""
        while self._rest or self._fill():
            try:
                self._rest = self._rest[self.socket.send(self._rest) :]
            except (BlockingIOError, InterruptedError):
                return

    def _fill(self) -> bool:
        """Encode what goes next; False when nothing waits."""
        lines, size = [], 0
        while size < AT_ONCE_BYTES and (message := self._outbox.take()) is not None:
            try:
                lines.append(encode(message))
                size += len(lines[-1])
            except MessageError as error:
                self.complaint = str(error)
                self._unsendable += 1
                self._on_drop(message)
        self._rest = b"".join(lines)
        return bool(lines)

    def read(self) -> list[Any] | None:
        """The messages that have come; None when the peer has gone."""
        try:
            data = self.socket.recv(1 << 16)
        except (BlockingIOError, InterruptedError):
            return []
        except OSError:
            return None
        if not data:
            return None
        messages = []
        for line in self._lines.feed(data):
            try:
                messages.append(decode(line, self._union))
            except MessageError as error:
                self._malformed += 1
                self.complaint = str(error)
        return messages

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.close()


def outbox(on_drop: Callable[[Message], object] = lambda message: None) -> Outbox:
    """For messages between player and engine. Of parameters, modulation, tempo, levels, figures
    and beats, and of what is offered for a bar, the newest counts; a panic goes first.
    """
    return Outbox(_Keys(), MOST, Panic, on_drop)


class _Keys:
    """What a message is the newest of. That the transport started or stopped is kept, however the
    tempo changes after it: bars that are committed between belong to one or the other.
    """

    def __init__(self) -> None:
        self._playing: bool | None = None

    def __call__(self, message: Message) -> Hashable | None:
        match message:
            case ParamChange() | SetParam():
                return type(message), message.name
            case TimelineChange():
                before, self._playing = self._playing, message.playing
                return TimelineChange if message.playing == before else None
            case Offer():
                return Offer, message.bar
            case SetModulation():
                return SetModulation, message.row, message.field
            case ModulationChange():
                return ModulationChange, message.row
            case (
                Stats()
                | SoundLevels()
                | PictureColours()
                | EngineStatus()
                | Beat()
                | Panic()
                | ChangesWaiting()
                | Moved()
                | Fading()
                | Hold()
                | Kept()
                | UseSource()
                | SceneList()
                | BarLatent()
                | MapState()
                | Knobs()
                | Role()
                | Ping()
                | Pong()
            ):
                return type(message)
        return None
