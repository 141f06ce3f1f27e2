"""What is about to change by itself: the changes that wait for their line, and the modulation
matrix. And the thread that lets them happen.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from livesyn.base.clock import Clock
from livesyn.base.params import Param
from livesyn.control.fade import Fade
from livesyn.control.modulation import CHOICES, EMPTY, Course, Row, with_field
from livesyn.control.quantise import (
    BEATS_PER_BAR,
    QUANTA,
    QUANTUM_BEATS,
    Queue,
    Waiting,
    line_after,
    line_for,
)
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
        fades: Sequence[Fade] = (),
        next_rows: Sequence[Row] | None = None,
    ) -> None:
        self._queue = Queue(tuple(waiting))
        self.course = Course(
            values,
            whole(rows),
            tuple(self._queue),
            seed=seed,
            fades=tuple(fades),
            next_rows=None if next_rows is None else whole(next_rows),
        )
        self.engine_lead_s = 0.0  # as the engine says
        self._limiter = EchoLimiter()
        self._beat = 0.0  # on which the LFOs stand while the transport does
        self._stale = False  # `course` lacks what came
        self._moved: dict[str, float] = {}
        self._moved_s, self._touched = -math.inf, True
        self._faded_s = -math.inf

    def line_for(self, row: Param, timeline: Timeline, asked_s: float) -> float | None:
        """The beat on which a change of `row` takes effect; None: at once."""
        values = self.course.values
        quantum = QUANTUM_BEATS[QUANTA[int(values["quantise"])]]
        if not quantum or row.direct:
            return None
        lookahead_s = values["lookahead"] / 1000
        return line_for(row, quantum, timeline, asked_s, lookahead_s, self.lead_s)

    @property
    def lead_s(self) -> float:
        """How long before its line a bar is begun, and a change of it has to be known."""
        return max(self.course.values["commit_ahead"] / 1000, self.engine_lead_s) + ON_THE_WAY_S

    def line_of_scene(self, timeline: Timeline, asked_s: float) -> float:
        """The beat on which a scene begins: all of it on one, so where that is a bar's, one that
        has not been made.
        """
        values = self.course.values
        quantum = QUANTUM_BEATS[QUANTA[int(values["recall_on"])]]
        if not quantum:
            return timeline.beat_at(asked_s)
        lead_s = self.lead_s if quantum >= BEATS_PER_BAR else 0.0
        return line_after(quantum, timeline, asked_s + max(values["lookahead"] / 1000, lead_s))

    def fade_to(self, fade: Fade, rows: Sequence[Row] | None) -> None:
        """A scene is to begin, in the place of one that has not yet. What waits for its parameters
        on its line or after is put aside.
        """
        for name in fade.ends:
            self._queue.cancel_from(name, fade.beat)
        running = tuple(one for one in self.course.fades if one.begun)
        self._renew(fades=(*running, fade), next_rows=None if rows is None else whole(rows))

    def begin_fade(self, beat: float | None) -> tuple[Fade, tuple[int, ...]] | None:
        """The scene that begins now, and which rows of the matrix it changes; None where none
        does.
        """
        *running, fade = self.course.fades or (None,)
        if fade is None or fade.begun or not fade.has_come(beat):
            return None
        before, rows = self.course.rows, self.course.next_rows
        begun = fade.begin(self.course.values, running[0] if running else None)
        self._renew(fades=(begun,), rows=before if rows is None else rows, next_rows=None)
        self._faded_s, self._touched = -math.inf, True
        return begun, tuple(i for i, row in enumerate(self.course.rows) if row != before[i])

    def faded(self, beat: float | None, now_s: float) -> tuple[dict[str, float], bool]:
        """The parameters that the crossfade has moved on since the last look, and whether it is
        over.
        """
        fade, *coming = self.course.fades or (None,)
        if fade is None or not fade.begun:
            return {}, False
        own = self.course.values
        if (over := fade.is_over(beat)) or beat is None:
            values = dict(fade.ends)
            self._renew(fades=tuple(coming))
        elif now_s - self._faded_s < MOVE_S - SLACK_S:
            return {}, False
        else:
            values = {name: fade.value(name, beat, own[name]) for name in fade.ends}
        self._faded_s, self._touched = now_s, True
        return {name: value for name, value in values.items() if value != own[name]}, over

    def take_from_fade(self, name: str) -> bool:
        """A hand set a parameter: a crossfade on its way leaves it alone; whether one had it."""
        fade, *coming = self.course.fades or (None,)
        if fade is None or not fade.begun or name not in fade.ends:
            return False
        self._renew(fades=(fade.without(name), *coming))
        return True

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
        return min(line_s, look_s, self._fade_s(timeline))

    def _fade_s(self, timeline: Timeline | None) -> float:
        times_s = [math.inf]
        for fade in self.course.fades:
            line = fade.beat + fade.beats * fade.begun
            line_s = -math.inf if timeline is None else timeline.time_of(line)
            # the tempo may change before its line falls
            times_s.append(min(line_s, max(self._faded_s, self._moved_s) + MOVE_S))
        return min(times_s)

    def _renew(self, **changed: Any) -> None:
        waiting = tuple(self._queue) if self._queue else ()
        self.course = replace(self.course, waiting=waiting, **changed)
        self._stale = False


def whole(rows: Sequence[Row]) -> tuple[Row, ...]:
    """All rows of the matrix; those that are not named are not in use."""
    return (*rows, *EMPTY)[: len(EMPTY)]


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
