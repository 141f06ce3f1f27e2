"""What is about to change by itself: the changes that wait for their line, and the modulation
matrix. And the thread that lets them happen.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Mapping, Sequence

from livesyn.base.clock import Clock
from livesyn.base.params import Param
from livesyn.control.modulation import CHOICES, EMPTY, Course, Row, with_field
from livesyn.control.quantise import QUANTA, QUANTUM_BEATS, Queue, Waiting, line_for
from livesyn.player.echo_limiter import EchoLimiter
from livesyn.transport.timeline import Timeline

MOVE_S = 1 / 30  # how often what is modulated is looked at
SLACK_S = 0.002  # that a look may come too early
PAUSE_S = 0.005  # between two looks, at the least
# a change is known to the engine this long after it was asked for, at the latest
ON_THE_WAY_S = 0.03
ASIDE_S = 0.002  # nothing is begun this shortly before a note or a clock pulse is due

log = logging.getLogger(__name__)


class Movement:
    """What waits and what moves, over the parameters' own `values` (a dictionary that its owner
    changes). Not thread-safe: the show's state owns it. But `course` is replaced whole and may be
    read by any thread.
    """

    def __init__(
        self,
        values: Mapping[str, float],
        rows: Sequence[Row] = EMPTY,
        waiting: Sequence[Waiting] = (),
        seed: int = 0,
    ) -> None:
        self._queue = Queue(tuple(waiting))
        self.course = Course(values, (*rows, *EMPTY)[: len(EMPTY)], tuple(self._queue), seed=seed)
        self.engine_lead_s = 0.0  # as the engine says
        self._limiter = EchoLimiter()
        self._beat = 0.0  # on which the LFOs stand while the transport does
        self._stale = False  # `course` lacks what came
        self._moved: dict[str, float] = {}
        self._moved_s, self._touched = -math.inf, True

    def line_for(self, row: Param, timeline: Timeline, asked_s: float) -> float | None:
        """The beat on which a change of `row` takes effect; None: at once."""
        values = self.course.values
        quantum = QUANTUM_BEATS[QUANTA[int(values["quantise"])]]
        if not quantum or row.direct:
            return None
        lead_s = max(values["commit_ahead"] / 1000, self.engine_lead_s) + ON_THE_WAY_S
        return line_for(row, quantum, timeline, asked_s, values["lookahead"] / 1000, lead_s)

    def wait(self, change: Waiting) -> None:
        """A change waits for its line."""
        self._queue.put(change)
        self._stale = True

    def cancel(self, name: str) -> bool:
        """What waits for `name` is put aside; whether anything did."""
        if not self._queue.cancel(name):
            return False
        self._renew()
        return True

    def replace_waiting(self, changes: Sequence[Waiting]) -> None:
        """These changes wait, and no others."""
        self._queue = Queue(tuple(changes))
        self._stale = True

    def replace_row(self, index: int, row: Row) -> None:
        """Row `index` is `row`, which is legal."""
        rows, self._touched = self.course.rows, True
        self._renew(rows=(*rows[:index], row, *rows[index + 1 :]))

    def take(self, beat: float | None) -> list[Waiting]:
        """The changes that take effect now, on `beat`; all where the transport stands (None)."""
        due = self._queue.take(beat) if self._queue else []
        if due:
            self._stale = self._touched = True
        return due

    def set_field(self, index: int, name: str, value: object) -> Row:
        """Set a field of row `index`. Raises ConfigError."""
        row = with_field(self.course.rows[index], name, value)
        rows, self._touched = self.course.rows, True
        self._renew(rows=(*rows[:index], row, *rows[index + 1 :]))
        return row

    def is_news(self, index: int, name: str, asked: object, origin: str, now_s: float) -> bool:
        """Whether a field, that was set, is told to those who may send back what they hear."""
        legal = field_number(self.course.rows[index], name)
        number = legal if isinstance(asked, str) else float(asked)  # type: ignore[arg-type]
        return self._limiter.admit(f"{index}/{name}", number, legal, origin, now_s)

    def due_news(self, now_s: float) -> list[tuple[int, str]]:
        """The fields that had to wait before they are told."""
        found = [key.split("/") for key in self._limiter.due(now_s)]
        return [(int(index), name) for index, name in found]

    def hear(self, sources: Mapping[str, float]) -> bool:
        """New values of sources; whether one of them moves something."""
        self._renew(sources={**self.course.sources, **sources})
        return not self.course.needed().isdisjoint(sources)

    def move(self, beat: float | None, now_s: float) -> Mapping[str, float] | None:
        """What the matrix moves, on `beat`; None where it is as it was, or was looked at less than
        `MOVE_S` ago and nobody has touched it since.
        """
        if self._stale:
            self._renew()
        if beat is not None:
            self._beat = max(0.0, beat)  # before the first line as on it
        if not self._touched and now_s - self._moved_s < MOVE_S - SLACK_S:
            return None
        self._touched, self._moved_s = False, now_s
        before, self._moved = self._moved, self.course.moved(self._beat)
        return None if self._moved == before else self._moved

    def forget_told(self) -> None:
        """Somebody has come who does not know what the matrix moves: the next look tells it."""
        self._moved, self._touched = {}, True

    def next_s(self, timeline: Timeline | None) -> float:
        """When to look again, at the latest."""
        beat = self._queue.next_beat
        line_s = math.inf if beat is None or timeline is None else timeline.time_of(beat)
        look_s = self._moved_s + MOVE_S if self._moved or beat is not None else math.inf
        return min(line_s, look_s)

    def _renew(
        self, rows: tuple[Row, ...] | None = None, sources: Mapping[str, float] | None = None
    ) -> None:
        before = self.course
        self.course = Course(
            before.values,
            before.rows if rows is None else rows,
            tuple(self._queue) if self._queue else (),
            before.sources if sources is None else sources,
            before.seed,
        )
        self._stale = False


def field_number(row: Row, name: str) -> float:
    """A field as a number: of a choice its place in the list."""
    value = getattr(row, name)
    return float(CHOICES[name].index(value)) if name in CHOICES else float(value)


class Mover:
    """The thread that calls `step(now_s)` when that asked to be called, and when `wake` says that
    something new came; out of the way of what is due at `due_s()`.
    """

    def __init__(
        self,
        step: Callable[[float], float],
        clock: Clock,
        due_s: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._step, self._clock, self._due_s = step, clock, due_s
        self._woken = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="mover", daemon=True)
        self.failures = 0
        self.last_error = ""

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Step soon. Any thread; cheap."""
        self._woken.set()

    def stop(self) -> None:
        """Waits for the thread; at most 1 s."""
        self._stopping = True
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(1.0)

    def _run(self) -> None:
        while not self._stopping:
            now_s = self._clock.now_s()
            if 0 < (left_s := self._due_s() - now_s) < ASIDE_S:
                self._clock.sleep_until(now_s + left_s + ASIDE_S / 3)
            now_s = self._clock.now_s()
            try:
                next_s = self._step(now_s)
            except Exception as error:  # one broken look must not end the others
                self.failures += 1
                self.last_error = f"{type(error).__name__}: {error}"
                log.exception("modulation failed")
                next_s = now_s + 1.0
            self._clock.sleep_until(min(next_s, now_s + PAUSE_S))
            left_s = next_s - self._clock.now_s()
            self._woken.wait(None if left_s == math.inf else max(0.0, left_s))
            self._woken.clear()
