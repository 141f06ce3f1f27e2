"""The process that is a peer of a Link session: `python -m livesyn.link`, started by the player.

It measures where the session's beat is and says so; when anything is played is the player's to say.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from livesyn.base.clock import Clock, SystemClock
from livesyn.base.installing import install
from livesyn.ipc.messages import Lines, MessageError
from livesyn.link.announcements import listen
from livesyn.link.messages import (
    Failed,
    Join,
    Order,
    Playing,
    Reading,
    Report,
    Settle,
    Tempo,
    decode,
    encode,
)

LISTEN_S = 0.5  # before joining; a peer announces itself four times in a second
LOOK_S = 0.01
TELL_S = 0.25
TRIES = 3  # readings, of which the one that took least is the best
MOVED_S = 0.0002  # further than this from what was told last, it is told anew
MOVED_BPM = 1e-4


class Session(Protocol):
    """aalink's Link, as far as it is used."""

    beat: float
    tempo: float
    playing: bool
    quantum: float
    num_peers: int
    enabled: bool
    start_stop_sync_enabled: bool

    def request_beat(self, beat: float) -> None: ...


class Peer:
    """Obeys orders and takes readings. `make(bpm)` makes the session, not yet enabled;
    `hear(seconds)` listens for the tempo of one that is there. One thread at a time.
    """

    def __init__(
        self,
        make: Callable[[float], Session],
        clock: Clock,
        hear: Callable[[float], float | None],
    ) -> None:
        self._make, self._clock, self._hear = make, clock, hear
        self._session: Session | None = None
        self._last: Reading | None = None

    def obey(self, order: Order) -> None:
        """Do what the player says."""
        session = self._session
        if isinstance(order, Join):
            self._join(order)
        elif session is None:
            return  # nothing has been joined
        elif isinstance(order, Settle):
            session.quantum, session.start_stop_sync_enabled = order.quantum, order.start_stop
        elif isinstance(order, Tempo):
            session.tempo = order.bpm
        elif isinstance(order, Playing) and session.playing != order.on:
            session.playing = order.on

    def _join(self, order: Join) -> None:
        """With the tempo that is there, so that whatever the peers make of a newcomer's, it is
        theirs.
        """
        heard_bpm = self._hear(LISTEN_S)
        session = self._session = self._make(order.bpm if heard_bpm is None else heard_bpm)
        session.quantum, session.start_stop_sync_enabled = order.quantum, order.start_stop
        if heard_bpm is None:
            now_s = self._clock.now_s()
            session.request_beat(order.beat + (now_s - order.time_s) * order.bpm / 60)
        session.enabled = True

    def look(self) -> Reading | None:
        """The session now, if that is news."""
        session = self._session
        if session is None:
            return None
        found = self._read(session)
        last = self._last
        if last is not None:
            expected = last.beat + (found.time_s - last.time_s) * last.bpm / 60
            moved_s = abs(found.beat - expected) * 60 / found.bpm
            if (
                found.time_s - last.time_s < TELL_S
                and moved_s < MOVED_S
                and abs(found.bpm - last.bpm) < MOVED_BPM
                and (found.peers, found.playing) == (last.peers, last.playing)
            ):
                return None
        self._last = found
        return found

    def _read(self, session: Session) -> Reading:
        """The beat between two looks at the clock, of which the closest count."""
        best: tuple[float, float, float] | None = None
        for _ in range(TRIES):
            before_s = self._clock.now_s()
            beat = session.beat
            took_s = self._clock.now_s() - before_s
            if best is None or took_s < best[0]:
                best = took_s, before_s + took_s / 2, beat
        assert best is not None
        _, time_s, beat = best
        return Reading(beat, time_s, session.tempo, session.num_peers, session.playing)


def main() -> int:
    """Run a peer until stdin ends; 1 where there is no Link."""
    try:
        import aalink
    except ImportError as error:
        _say(
            Failed(f"Ableton Link cannot be loaded ({error}); install it with: {install('aalink')}")
        )
        return 1
    clock = SystemClock()
    asyncio.run(_serve(Peer(aalink.Link, clock, lambda seconds: listen(seconds, clock.now_s))))
    return 0


async def _serve(peer: Peer) -> None:
    loop, over, orders = asyncio.get_running_loop(), asyncio.Event(), asyncio.Queue[Any]()
    threading.Thread(
        target=_hear,
        args=(
            lambda order: loop.call_soon_threadsafe(orders.put_nowait, order),
            lambda: loop.call_soon_threadsafe(over.set),
        ),
        daemon=True,
    ).start()
    while not over.is_set():
        while not orders.empty():
            peer.obey(orders.get_nowait())
        reading = peer.look()
        if reading is not None and not _say(reading):
            return
        await asyncio.sleep(LOOK_S)


def _hear(take: Callable[[Order], object], end: Callable[[], object]) -> None:
    """Orders, in a thread of its own."""
    lines = Lines()
    while data := os.read(0, 1 << 16):
        for order in _legal(lines.feed(data)):
            take(order)
    end()


def _legal(lines: Iterable[bytes]) -> Iterable[Order]:
    for line in lines:
        try:
            yield decode(line, Order)
        except MessageError as error:
            print(f"link: {error}", file=sys.stderr)


def _say(report: Report) -> bool:
    """False when nobody reads any more."""
    try:
        sys.stdout.buffer.write(encode(report))
        sys.stdout.buffer.flush()
    except OSError:
        return False
    return True
