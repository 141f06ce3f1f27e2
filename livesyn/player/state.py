"""The show's state: parameter values, what moves them, and the transport; set from anywhere, kept
by the player.

It outlives engines. Whoever may touch the show (the engine's web page, OSC, the supervisor)
goes through `ShowState`; every change is clamped, waits for its line if it is to (`quantise`), is
stored, obeyed and echoed to all, by OSC with the brake of `EchoLimiter`. What is stored and echoed
is a parameter's own value; what modulation makes of it is told apart.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from livesyn.base import params
from livesyn.base.clock import Clock
from livesyn.base.osc_addresses import NUDGE_LIMIT_MS
from livesyn.base.refusals import Refusals
from livesyn.control.fade import Fade
from livesyn.control.midi_controls import Standing
from livesyn.control.modulation import EMPTY, FIELDS, Course, Row
from livesyn.control.quantise import Waiting
from livesyn.player.echo_limiter import EchoLimiter
from livesyn.player.movement import Movement
from livesyn.player.newest import Change, NewestValues
from livesyn.transport.timeline import Taps, Timeline

SCENE = "scene"  # the origin of what a crossfade sets
LED = "while somebody else leads"
TRANSPORT = ("play", "stop", "tempo", "tap", "nudge", "take_over")

FOLLOWED = "leader"  # the origin of what is followed


class Asked(Protocol):
    """Is told of a change; any thread, and quick."""

    def __call__(
        self,
        what: str,
        name: str,
        value: float | str | bool | None,
        origin: str,
        asked_s: float | None,
        beat: float | None = None,
    ) -> None: ...


class Performer(Protocol):
    """What the state asks of the player; every method thread-safe and quick."""

    def play(self, origin: str, asked_s: float | None) -> None: ...

    def stop(self, origin: str, asked_s: float | None) -> None: ...

    def panic(self, origin: str) -> None: ...

    def nudge(self, later_s: float, origin: str, asked_s: float | None) -> None: ...

    def set_value(self, name: str, value: float, origin: str, asked_s: float | None) -> None: ...

    def set_chord(self, chord: tuple[int, ...], origin: str, asked_s: float | None) -> None: ...


class Audience:
    """Who is told what happens beside parameters being set; here nobody. Called where deferred jobs
    run, or by `ShowState.step`; must not block.
    """

    def row_set(self, index: int, row: Row, origin: str, asked_s: float) -> None:
        """Row `index` of the matrix was set."""

    def announce_field(self, index: int, name: str, row: Row) -> None:
        """For whoever may send back what it hears: a field of row `index` was set."""

    def chord(self, chord: tuple[int, ...], origin: str, asked_s: float) -> None:
        """The band plays another chord, MIDI pitches."""

    def waiting(self, changes: Sequence[Waiting], new: Sequence[Waiting]) -> None:
        """What waits for its line now, and what of it is new."""

    def moved(self, values: Mapping[str, float], sources: Mapping[str, float]) -> None:
        """What modulation moves, and the sources from outside that it uses, as they are now."""

    def fading(self, course: Course) -> None:
        """The crossfades to scenes are others, or have begun or ended."""

    def scene_begins(self, fade: Fade) -> None:
        """The line of a scene has fallen."""


class ShowState:
    """Thread-safe; no method blocks on a device or an engine.

    `echo(changes)` is told of all changes, after they are stored; `announce(name, value)` of those
    that `EchoLimiter` admits, for whoever may send back what it hears. `defer(job)` runs what tells
    them, one job at a time. What changes before its turn comes is told once, with the newest value:
    a flood costs no more than the telling can bear, and the last value
    told is the last one set. Whoever asks says who it is ("osc", "page") and when it was (None:
    now); both are passed on.

    `timeline()` is that of the transport, None while it stands: then nothing waits. `step` takes
    what waited when its line falls, and moves what is modulated; `wake()` is called when it has
    something to do sooner than it said.

    `leader(origin)` names who leads the tempo in place of that one, "" if nobody does: then `tempo`
    and taps are not obeyed, which is counted and said once by `say(sentence)`. While the beat is
    another's, which `led()` says, a nudge moves `sync_offset`.

    `asked` is told of every change that somebody asked for, for the set log; see
    `ipc.set_log.Asked`.
    """

    def __init__(
        self,
        performer: Performer,
        clock: Clock,
        values: Mapping[str, float] | None = None,
        echo: Callable[[Sequence[Change]], None] = lambda changes: None,
        announce: Callable[[str, float], None] = lambda name, value: None,
        defer: Callable[[Callable[[], None]], None] = lambda job: job(),
        *,
        timeline: Callable[[], Timeline | None] = lambda: None,
        audience: Audience | None = None,
        rows: Sequence[Row] = EMPTY,
        waiting: Sequence[Waiting] = (),
        fades: Sequence[Fade] = (),
        next_rows: Sequence[Row] | None = None,
        seed: int = 0,
        wake: Callable[[], None] = lambda: None,
        leader: Callable[[str], str] = lambda origin: "",
        led: Callable[[], bool] = lambda: False,
        say: Callable[[str], object] = lambda sentence: None,
        asked: Asked = lambda what, name, value, origin, asked_s, beat=None: None,
    ) -> None:
        self._performer = performer
        self._leader, self._led = leader, led
        self._refusals = Refusals(clock, say, "changes of the tempo")
        self._clock = clock
        self._echo, self._announce, self._defer = echo, announce, defer
        self._echo_limiter = EchoLimiter()
        self._lock = threading.Lock()
        self._to_echo, self._to_announce = NewestValues(), NewestValues()
        self._deferred = False  # what waits there will be told
        self._values = params.defaults() | {
            name: params.row(name).clamp(value) for name, value in (values or {}).items()
        }
        self._timeline, self._audience, self.wake = timeline, audience or Audience(), wake
        self._movement = Movement(self._values, rows, waiting, seed, fades, next_rows)
        self._fades_changed = False
        self.asked = asked
        self._movement = Movement(self._values, rows, waiting, seed)
        self._new_waiting: dict[str, Waiting] = {}
        self._waiting_changed = bool(waiting)
        self._rows_told: dict[int, tuple[str, float]] = {}  # set, and by whom and when
        self._fields_told: dict[tuple[int, str], None] = {}
        self._origins: dict[str, str] = {}  # who asked for each value last
        self._chord: tuple[int, ...] = ()
        self._status: dict[str, float] = {}
        self._taps = Taps()
        # lead, where another show does; whether there is one that could
        self.take_over: Callable[[str], object] | None = None
        self.refused = 0

    def set_param(
        self, name: str, value: float, origin: str = "", asked_s: float | None = None
    ) -> float | None:
        """Set `name` to the nearest legal value, which is returned and echoed even when nothing
        changed (again and again to OSC at most ten times a second). An unknown name is refused and
        counted (None).
        """
        self.set_params((Change(name, value, origin, asked_s),))
        row = params.BY_NAME.get(name)
        return None if row is None else row.clamp(value)

    def set_params(self, changes: Iterable[Change]) -> None:
        """`set_param` of many, at the price of one."""
        with self._lock:
            now_s, timeline = self._clock.now_s(), self._timeline()
            beat = None if timeline is None else timeline.beat_at(now_s)
            for name, value, origin, asked_s in changes:
                row = params.BY_NAME.get(name)
                if row is None:
                    self.refused += 1
                    continue
                legal = row.clamp(value)
                if name == "tempo" and self._is_led(origin):
                    legal = self._values[name]  # which is echoed: a control goes back
                self._origins[name] = origin
                when_s = now_s if asked_s is None else asked_s
                if timeline is not None and beat is not None:
                    line = self._movement.line_for(row, timeline, min(when_s, now_s))
                    if line is not None and line > beat:
                        change = Waiting(name, legal, line, origin, when_s)
                        self._movement.wait(change)
                        self._new_waiting[name] = change
                        self.asked("param", name, legal, origin, when_s, line)
                        continue
                self._fades_changed |= self._movement.take_from_fade(name)
                if self._movement.cancel(name):
                    self._new_waiting.pop(name, None)
                    self._waiting_changed = True
                self._apply(name, value, legal, origin, when_s, now_s)
            stirred = bool(self._new_waiting) or self._waiting_changed or self._fades_changed
        if stirred:
            self.wake()
        self._tell_soon()

    def follow(
        self,
        values: Mapping[str, float],
        rows: Sequence[Row] | None = None,
        waiting: Sequence[Waiting] | None = None,
    ) -> None:
        """Be what another show is, at once: it has clamped and waited. `waiting` is all that waits
        there, `rows` is its matrix; None: as it is here.
        """
        with self._lock:
            now_s = self._clock.now_s()
            for name, value in values.items():
                if (row := params.BY_NAME.get(name)) is not None:
                    legal = row.clamp(value)
                    if legal != self._values[name]:
                        self._apply(name, legal, legal, FOLLOWED, now_s, now_s)
            if waiting is not None:
                known = tuple(c for c in waiting if c.name in params.BY_NAME)
                self._movement.replace_waiting(known)
                self._waiting_changed = True
            for index, matrix_row in enumerate(rows or ()):
                self._follow_row(index, matrix_row, now_s)
        self.wake()
        self._tell_soon()

    def follow_row(self, index: int, row: Row) -> None:
        """Row `index` of the matrix is what another show's is."""
        with self._lock:
            self._follow_row(index, row, self._clock.now_s())
        self.wake()
        self._tell_soon()

    def _follow_row(self, index: int, row: Row, now_s: float) -> None:
        if row != self._movement.course.rows[index]:
            self._movement.replace_row(index, row)
            self._rows_told[index] = FOLLOWED, now_s

    def _apply(
        self, name: str, asked: float, legal: float, origin: str, when_s: float, now_s: float
    ) -> None:
        """A parameter's own value is `legal` from now on. Under the lock."""
        self._values[name] = legal
        self._performer.set_value(name, legal, origin, when_s)
        self.asked("param", name, legal, origin, when_s)
        obeyed = Change(name, legal, origin, when_s)
        self._to_echo.put(obeyed)
        if self._echo_limiter.admit(name, asked, legal, origin, now_s):
            self._to_announce.put(obeyed)

    def set_modulation(
        self, index: int, name: str, value: object, origin: str = "", asked_s: float | None = None
    ) -> None:
        """Set a field of row `index` (from 0) of the matrix; a number is clamped. Raises
        ConfigError where it cannot be set.
        """
        with self._lock:
            now_s = self._clock.now_s()
            row = self._movement.set_field(index, name, value)
            self.asked("modulation", f"{index + 1}/{name}", getattr(row, name), origin, asked_s)
            self._rows_told[index] = origin, now_s if asked_s is None else asked_s
            if self._movement.is_news(index, name, value, origin, now_s):
                self._fields_told[index, name] = None
        self.wake()
        self._tell_soon()

    def set_chord(
        self, chord: Sequence[int], origin: str = "", asked_s: float | None = None
    ) -> None:
        """The band plays this chord, MIDI pitches; none: it plays no more."""
        held = tuple(sorted({min(max(int(pitch), 0), 127) for pitch in chord}))
        with self._lock:
            when_s = self._clock.now_s() if asked_s is None else asked_s
            self._chord = held
            self._performer.set_chord(held, origin, when_s)
        self._defer(lambda: self._audience.chord(held, origin, when_s))

    @property
    def chord(self) -> tuple[int, ...]:
        """The chord that the band plays, MIDI pitches in order; none before the first."""
        return self._chord

    def report_modulation(self) -> None:
        """Announce every field of the rows that have a target."""
        with self._lock:
            for index, row in enumerate(self._movement.course.rows):
                if row != Row():
                    self._fields_told |= dict.fromkeys((index, name) for name in FIELDS)
        self._tell_soon()

    def hear(self, sources: Mapping[str, float]) -> None:
        """New values of sources of modulation."""
        with self._lock:
            used = self._movement.hear(sources)
        if used:
            self.wake()

    def tell_moved_again(self) -> None:
        """Somebody has come who has not been told what modulation moves."""
        with self._lock:
            self._movement.forget_told()
        self.wake()

    def set_engine_lead(self, lead_s: float) -> None:
        """How long before its line the engine begins with a bar."""
        with self._lock:
            self._movement.engine_lead_s = lead_s

    def step(self, now_s: float) -> float:
        """Let happen what is due by `now_s`: changes whose line has come, and what is modulated.
        Returns when to call again at the latest; one thread calls it.
        """
        with self._lock:
            timeline = self._timeline()
            beat = None if timeline is None else timeline.beat_at(now_s)
            for due in self._movement.take(beat):
                self._fades_changed |= self._movement.take_from_fade(due.name)
                self._apply(due.name, due.value, due.value, due.origin, due.asked_s, now_s)
                self._waiting_changed = True
            begun = self._fade(beat, now_s)
            moved = self._movement.move(beat, now_s)
            course = self._movement.course
            new = tuple(self._new_waiting.values())
            told = self._waiting_changed or bool(new)
            self._new_waiting, self._waiting_changed = {}, False
            fading, self._fades_changed = self._fades_changed, False
            next_s = self._movement.next_s(timeline)
        self._tell_soon()
        if told:
            self._audience.waiting(course.waiting, new)
        if fading:
            self._audience.fading(course)
        if begun is not None:
            self._audience.scene_begins(begun)
        if moved is not None:
            needed = course.needed()
            self._audience.moved(
                moved, {name: v for name, v in course.sources.items() if name in needed}
            )
        return next_s

    def _fade(self, beat: float | None, now_s: float) -> Fade | None:
        """Lead the crossfade on; the scene that begins now. Under the lock."""
        began = self._movement.begin_fade(beat)
        if began is not None:
            for index in began[1]:
                self._rows_told[index] = SCENE, now_s
                self._fields_told |= dict.fromkeys((index, name) for name in FIELDS)
        if self._leader(SCENE):  # who leads may have come meanwhile
            self._fades_changed |= self._movement.take_from_fade("tempo")
        values, over = self._movement.faded(beat, now_s)
        for name, value in values.items():
            self._origins[name] = SCENE  # a knob that held it has to pick it up anew
            self._apply(name, value, value, SCENE, now_s, now_s)
        self._fades_changed |= over or began is not None
        return None if began is None else began[0]

    def fade_to(
        self,
        scene: str,
        ends: Mapping[str, float],
        rows: Sequence[Row] | None,
        beats: float,
        origin: str = "",
        asked_s: float | None = None,
        line: float | None = None,
    ) -> Fade:
        """Crossfade to `ends` in `beats`, from the next line that scenes begin on (`recall_on`), or
        from beat `line`; at once while the transport stands. `rows` is the matrix from then on,
        None: as it is.
        """
        with self._lock:
            now_s, timeline = self._clock.now_s(), self._timeline()
            when_s = now_s if asked_s is None else min(asked_s, now_s)
            if line is None and timeline is not None:
                line = self._movement.line_of_scene(timeline, when_s)
            legal = {
                name: params.BY_NAME[name].clamp(value)
                for name, value in ends.items()
                if name in params.BY_NAME
            }
            if "tempo" in legal and self._is_led(SCENE):
                del legal["tempo"]
            fade = Fade(scene, line or 0.0, beats, legal, origin, when_s)
            self._movement.fade_to(fade, rows)
            self.asked("scene", scene, beats, origin, when_s, line)
            self._fades_changed = self._waiting_changed = True
        self.wake()
        return fade

    @property
    def lead_s(self) -> float:
        """How long before its line a scene that waits for a bar has to be known."""
        with self._lock:
            return self._movement.lead_s

    @property
    def course(self) -> Course:
        """What every parameter is on any beat. Any thread; takes no lock."""
        return self._movement.course

    def report(self, name: str) -> None:
        """Announce what a parameter is, changed or not."""
        with self._lock:
            self._announce_anyway(name, self._clock.now_s())
        self._tell_soon()

    def announce_due(self) -> None:
        """Announce what had to wait. About ten times a second, where deferred jobs run."""
        with self._lock:
            now_s = self._clock.now_s()
            for name in self._echo_limiter.due(now_s):
                self._announce_anyway(name, now_s)
            self._fields_told |= dict.fromkeys(self._movement.due_news(now_s))
        self._tell()  # also what a full queue of jobs did not take

    def _announce_anyway(self, name: str, now_s: float) -> None:
        """The limiter has to know all that is told: by it, it judges what comes next."""
        value = self._values[name]
        self._echo_limiter.admit(name, value, value, "", now_s)
        self._to_announce.put(Change(name, value))

    def _tell_soon(self) -> None:
        with self._lock:
            told = (self._to_echo, self._to_announce, self._rows_told, self._fields_told)
            if self._deferred or not any(told):
                return
            self._deferred = True
        self._defer(self._tell)

    def _tell(self) -> None:
        with self._lock:
            self._deferred = False
            echoed, announced = self._to_echo.take(), self._to_announce.take()
            rows, fields, matrix = self._rows_told, self._fields_told, self._movement.course.rows
            self._rows_told, self._fields_told = {}, {}
        for change in announced:
            self._announce(change.name, change.value)
        for index, name in fields:
            self._audience.announce_field(index, name, matrix[index])
        for index, (origin, asked_s) in rows.items():
            self._audience.row_set(index, matrix[index], origin, asked_s)
        if echoed:  # last: it wakes a thread, which takes the interpreter
            self._echo(echoed)

    def params(self) -> dict[str, float]:
        """Name -> value of every parameter now; a copy."""
        with self._lock:
            return dict(self._values)

    def standing(self) -> Standing:
        """The values, and who asked for each last; copies."""
        with self._lock:
            return Standing(dict(self._values), dict(self._origins))

    def transport(
        self, do: str, value: float | None = None, origin: str = "", asked_s: float | None = None
    ) -> bool:
        """`play` (from beat 0; nothing when already playing), `stop`, `tempo` (bpm), `tap`,
        `nudge` (milliseconds later, negative earlier, at most a second), `take_over` (lead,
        where another show does). False, and counted,
        when it is none of these or its value is missing."""
        if do == "play":
            self._performer.play(origin, asked_s)
        elif do == "stop":
            self._performer.stop(origin, asked_s)
        elif do == "tempo" and value is not None:
            self.set_param("tempo", value, origin, asked_s)
        elif do == "nudge" and value is not None and value == value:
            if self._led():
                self.set_param("sync_offset", self._values["sync_offset"] + value, origin, asked_s)
            else:
                later_s = min(max(value, -NUDGE_LIMIT_MS), NUDGE_LIMIT_MS) / 1000
                self._performer.nudge(later_s, origin, asked_s)
        elif do == "tap":
            if self._is_led(origin):
                return True
            with self._lock:
                self._taps = self._taps.tapped(self._clock.now_s())
                bpm = self._taps.bpm
            if bpm is not None:
                self.set_param("tempo", bpm, origin, asked_s)
        elif do == "take_over" and self.take_over is not None:
            self.take_over(origin)
        else:
            self.refused += 1
            return False
        self.asked("transport", do, value, origin, asked_s)
        self.wake()
        return True

    def _is_led(self, origin: str) -> bool:
        """Whether somebody else leads the tempo; says so."""
        if not (leader := self._leader(origin)):
            return False
        self._refusals.add(
            LED,
            leader,
            lambda: (
                f"{leader} leads the tempo: set it there, or let the show lead by sync = internal;"
                " a nudge moves the show against it"
            ),
        )
        return True

    def panic(self, origin: str = "") -> None:
        """End every note, now and 50 ms later.

        The transport goes on.
        """
        self._performer.panic(origin)
        self.asked("panic", "", None, origin, None)

    def set_status(self, values: Mapping[str, float]) -> None:
        """Figures from the engine (fps, latency_ms, dropped), for `Sink.status`."""
        with self._lock:
            self._status.update(values)

    def status(self) -> dict[str, float]:
        """The figures set last; a copy."""
        with self._lock:
            return dict(self._status)
