"""Writes the set log: what the player decides, what it is asked, what comes in.

The scheduler thread only leaves what it decided; a thread of its own makes lines of that, ten times
a second, and waits for the disk.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

from livesyn.base.clock import Clock
from livesyn.base.errors import DeviceError, LivesynError
from livesyn.base.health import LOST, OFF, RUNNING, Health
from livesyn.control.mapping import MapRow
from livesyn.ipc.set_log import (
    Asked,
    Begin,
    End,
    Line,
    Lost,
    Mapped,
    encode,
)
from livesyn.music.harmony import Fit
from livesyn.player import tape
from livesyn.player.bars import Bar
from livesyn.player.core import Journal
from livesyn.player.log_lines import Left, sent_of, step_of

NAME = "set log"
QUEUE_LINES = 8192  # minutes of a show
BACKLOG_BYTES = 16 << 20  # what is kept for a disk that is full
LIMIT_BYTES = 1 << 30  # hundreds of hours without pictures
WRITE_S = 0.1
SYNC_S = 1.0
TRY_AGAIN_S = 1.0
TOGETHER = 16  # lines that are made at once: a millisecond of the interpreter
ASIDE_S = 0.0015  # nothing is begun this shortly before something is due
CLOSE_S = 3.0
WHY_QUEUE, WHY_DISK = "they came faster than they were written", "the disk took nothing"

log = logging.getLogger(__name__)


class SetLog(Journal):
    """The log at `path`, appended to. `tape` is a sink, which the player must play on.

    Drop policy: what comes while `QUEUE_LINES` wait, or while the disk has taken nothing for
    `BACKLOG_BYTES`, is dropped and counted in `dropped`, and a line says so where it is missing. A
    log that has reached `limit_bytes` says so and ends. Of changes of one parameter by one hand
    within `WRITE_S`, the newest is written, with their number; commands to the player, from which
    the music follows, are written each.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        limit_bytes: int = LIMIT_BYTES,
        due_s: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.path = path
        self.tape = tape.Tape()
        self._clock, self._limit, self._due_s = clock, limit_bytes, due_s
        self._queue: deque[Line | Left] = deque()
        self._asks: dict[tuple[object, ...], Asked] = {}
        self._asks_lock = threading.Lock()
        self._obeyed: list[tuple[str, tuple[object, ...]]] = []
        self._settled: list[tuple[Bar, float, float, bool]] = []
        self._fits: list[Fit | None] = []
        self._map: tuple[MapRow, ...] | None = None
        self._file: int | None = None
        self._backlog = bytearray()
        self._written = 0  # bytes of the file
        self._synced_s = self._tried_s = clock.now_s()
        self._dirty = False
        self._unsaid: dict[str, int] = {}  # why -> lines lost, which no line tells of yet
        self.dropped = 0
        self._reason, self._complaint = "", ""
        self._state_lost = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="set-log", daemon=True)

    # Any thread.

    def put(self, line: Line | Left) -> None:
        """Have a line written. Never blocks."""
        if len(self._queue) >= QUEUE_LINES:
            self._lose(WHY_QUEUE)
        else:
            self._queue.append(line)

    def asked(
        self,
        what: str,
        name: str,
        value: float | str | bool | None,
        origin: str,
        asked_s: float | None,
        beat: float | None = None,
    ) -> None:
        """Somebody asked for a change; see `Asked`. Never blocks long."""
        now_s = self._clock.now_s()
        key: tuple[object, ...] = what, name, origin, beat is None
        if what != "param":
            key = (*key, value)
        with self._asks_lock:
            before = self._asks.pop(key, None)
            self._asks[key] = Asked(
                now_s,
                what,
                name,
                value,
                origin,
                now_s if asked_s is None else asked_s,
                beat,
                1 if before is None else before.times + 1,
            )

    def mapped(self, rows: tuple[MapRow, ...]) -> None:
        """The map is this now; written where it is another."""
        if rows != self._map:
            self._map = rows
            self.put(Mapped(self._clock.now_s(), rows))

    def health(self) -> Health:
        """How it is doing."""
        return Health(
            NAME,
            LOST if self._reason else OFF if self._file is None else RUNNING,
            self._reason,
            self._state_lost,
            self.dropped,
            self._complaint,
        )

    def open(self) -> None:
        """Make the file, or open it. Raises DeviceError; the writer goes on trying."""
        try:
            self._open()
        except OSError as error:
            self._fail(error)
            raise DeviceError(self._reason) from error

    def start(self, begin: Begin) -> None:
        """Write `begin`, then all that comes, until `stop`."""
        self.tape.end()  # what went out before is not of this log
        self.put(begin)
        self._thread.start()

    def stop(self) -> None:
        """Write what has come and close the file; waits 3 s at most."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_S)
        elif self._thread.ident is None:  # it was never started
            self.turn()
            self._close()

    # The thread that steps the player.

    def obeyed(self, do: str, args: tuple[object, ...]) -> None:
        """See `Journal`."""
        self._obeyed.append((do, args))

    def fitted(self, fit: Fit | None) -> None:
        """See `Journal`."""
        self._fits.append(fit)

    def settled(self, bar: Bar, line_s: float, swing: float, silent: bool) -> None:
        """See `Journal`."""
        self._settled.append((bar, line_s, swing, silent))

    def stepped(self, before_s: float, at_s: float, decided: bool) -> None:
        """See `Journal`."""
        sent = self.tape.take()
        if decided or sent:
            self.put((before_s, at_s, self._obeyed, self._settled, sent, self._fits))
            self._obeyed, self._settled, self._fits = [], [], []

    def finished(self, before_s: float, at_s: float) -> None:
        """See `Journal`."""
        self.put(End(before_s, at_s, sent_of(self.tape.end())))

    def _lose(self, why: str) -> None:
        self._unsaid[why] = self._unsaid.get(why, 0) + 1
        self.dropped += 1

    # The writer's thread.

    def _run(self) -> None:
        while not self._stopping.wait(WRITE_S):
            self.turn()
        self.turn()
        self._close()

    def turn(self) -> None:
        """Write what has come."""
        try:
            self._take()
            self._write()
        except Exception as error:  # whatever it is, it must not cost the set
            self._complaint = f"the set log has a fault: {error}"
            log.exception("the set log failed")

    def _take(self) -> None:
        """Make lines of what was left."""
        with self._asks_lock:
            asks, self._asks = self._asks, {}
        if asks or self._queue:
            self._step_aside()
        for number in itertools.count(1):
            try:
                left = self._queue.popleft()
            except IndexError:
                break
            self._add(left if isinstance(left, Line) else step_of(left))
            if number % TOGETHER == 0:
                self._step_aside()
        for line in asks.values():
            self._add(line)
        if self._unsaid and len(self._backlog) < BACKLOG_BYTES // 2:
            lost, self._unsaid = self._unsaid, {}
            for why, count in lost.items():
                self._add(Lost(self._clock.now_s(), count, why))

    def _add(self, line: Line) -> None:
        if self._limit and self._written + len(self._backlog) >= self._limit:
            if not self._complaint:
                self._complaint = (
                    f"the set log has reached its limit of {self._limit >> 20} MB"
                    f" ({self.path.name}), so it ends here; the show goes on"
                )
                self._backlog += encode(Lost(self._clock.now_s(), 1, "the log is full"))
            self.dropped += 1
        elif len(self._backlog) >= BACKLOG_BYTES:
            self._lose(WHY_DISK)
        else:
            try:
                self._backlog += encode(line)
            except LivesynError as error:
                self._lose(str(error))

    def _step_aside(self) -> None:
        """Wait until what is due soon is done; once, for something may be due all the time."""
        if 0 < (left_s := self._due_s() - self._clock.now_s()) < ASIDE_S:
            threading.Event().wait(left_s + ASIDE_S / 3)

    def _write(self) -> None:
        now_s = self._clock.now_s()
        if self._reason and now_s - self._tried_s < TRY_AGAIN_S and not self._stopping.is_set():
            return
        self._tried_s = now_s
        try:
            if self._file is None:
                self._open()
            assert self._file is not None
            while self._backlog:
                count = os.write(self._file, self._backlog)
                del self._backlog[:count]
                self._written += count
                self._dirty = True
            if self._dirty and now_s - self._synced_s >= SYNC_S:
                os.fsync(self._file)
                self._synced_s, self._dirty = now_s, False
            self._reason = ""
        except OSError as error:
            self._fail(error)

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        file = os.open(self.path, flags, 0o600)  # what was played is nobody else's
        try:
            self._written = os.fstat(file).st_size
            if self._written:  # a line that was cut off must not swallow the next
                os.lseek(file, -1, os.SEEK_END)
                if os.read(file, 1) != b"\n":
                    self._written += os.write(file, b"\n")
        except OSError:
            os.close(file)
            raise
        self._file = file

    def _fail(self, error: OSError) -> None:
        if not self._reason:
            self._state_lost += 1
        self._reason = (
            f"the set log {str(self.path)!r} cannot be written"
            f" ({(error.strerror or str(error)).lower()}); make room there, or name another place"
            " with --log"
        )

    def _close(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.fsync(self._file)
            os.close(self._file)
            self._file = None
