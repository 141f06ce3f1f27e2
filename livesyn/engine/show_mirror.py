"""What the engine knows of the show, and what it asks of the player, who owns it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from livesyn.base import params as table
from livesyn.base.clock import Clock
from livesyn.base.types import Note, Phrase
from livesyn.control.mapping import MapRow
from livesyn.control.modulation import EMPTY, Course, Row
from livesyn.ipc import messages
from livesyn.music.harmony import Fit, fit_of, fitted_pitch
from livesyn.music.played import STORED, sounding, written
from livesyn.transport.timeline import BEATS_PER_BAR, Timeline

KEPT_BARS = 24


@dataclass(frozen=True, slots=True)
class SettledBar:
    """What bar `bar` plays. `phrase` is as it sounds, fitted and swung, of the notes `written`, in
    their order; None is silence.
    """

    bar: int
    phrase: Phrase | None
    played: str
    written: tuple[Note, ...] = ()

    def refitted(self, beat: float, fit: Fit | None) -> SettledBar:
        """The same with the notes from the absolute `beat` on fitted anew."""
        if self.phrase is None:
            return self
        line = self.bar * BEATS_PER_BAR
        notes = tuple(
            replace(note, pitch=fitted_pitch(made, fit))
            if line + note.start_beats >= beat
            else note
            for made, note in zip(self.written, self.phrase.notes, strict=True)
        )
        return replace(self, phrase=replace(self.phrase, notes=notes))


class ShowMirror:
    """The player's parameters, transport and bars, as its messages tell of them. Belongs to the
    engine's loop. `send` hands a message to the player; what is asked comes back as its messages.

    `params` is what every parameter is now, moved by modulation; `course` knows its own value, and
    what it is on a beat to come. `on_param` is told of every value, `on_move` of those that
    somebody just set, `on_bar` of every bar the player has settled. `changed` is set when the
    timeline, the transport or a parameter changed; `run` counts starts of the transport, whose bars
    begin at 0 again.
    """

    def __init__(self, send: Callable[[messages.Message], object], clock: Clock) -> None:
        self._send, self._clock = send, clock
        self.params: dict[str, float] = table.defaults()
        self.moved: dict[str, float] = {}  # what of `params` is not its own value
        self._own = table.defaults()
        self.course = Course(self._own)
        self.timeline = Timeline(0.0, clock.now_s(), self.params["tempo"])
        self.playing = False
        self.role = messages.Role(leads=True)  # whether this show is heard, or another
        self.run = 0
        # what the player says of scenes
        self.hold: messages.Hold | None = None
        self.kept, self.scenes = messages.Kept(), messages.SceneList()
        self.source: messages.UseSource | None = None
        self.chord: tuple[int, ...] = ()  # that the band plays, MIDI pitches
        self.repeated: int | None = None  # the bar settled last, where it was not ready
        self.changed = asyncio.Event()
        self.on_param: Callable[[str, float], None] = lambda name, value: None
        self.on_move: Callable[[str, float], None] = lambda name, value: None
        self.on_bar: Callable[[], None] = lambda: None
        self._made: dict[int, Phrase] = {}
        self._settled: dict[int, SettledBar] = {}
        self._good: Phrase | None = None

    def made(self, bar: int, phrase: Phrase) -> None:
        """Bar `bar` has been made and offered to the player."""
        self._made[bar] = phrase
        _forget(self._made)

    def settled(self, bar: int) -> SettledBar | None:
        """What the player has settled that bar `bar` plays; None while it has not."""
        return self._settled.get(bar)

    def fit_of(self, bar: int) -> Fit | None:
        """What the notes of bar `bar` will be fitted to, as it stands."""
        return fit_of(lambda name: self.course.value(name, bar * BEATS_PER_BAR), self.chord)

    def params_of(self, bar: int) -> dict[str, float]:
        """What every parameter is on the line of bar `bar`: with what waits up to there, and what
        modulation makes of it.
        """
        return self.course.at(bar * BEATS_PER_BAR)

    # From the player.

    def apply(self, message: messages.FromPlayer) -> None:
        """Take in a message of the player."""
        match message:
            case messages.Welcome():
                if message.bar < max(self._settled, default=0) - 1:
                    self.playing = False  # it began anew while nobody could say so
                self._set_transport(message.timeline.value(), message.playing)
                self.course = replace(
                    self.course,
                    rows=(*message.modulation, *EMPTY)[: len(EMPTY)],
                    waiting=message.waiting,
                    seed=message.seed,
                    fades=message.fading.fades,
                    next_rows=_whole(message.fading.next_rows),
                )
                self.hold, self.kept = message.hold, message.kept
                self.source, self.scenes = message.source, message.scenes
                self._move({})  # the player tells them anew
                self.role = message.role or self.role
                for name, value in message.params.items():
                    self._set_param(name, value)
                self.chord = message.chord
            case messages.TimelineChange():
                self._set_transport(message.timeline.value(), message.playing)
            case messages.ParamChange():
                self._set_param(message.name, message.value)
                self.on_move(message.name, message.value)
            case messages.ChordChange():
                self.chord = message.chord
            case messages.ModulationChange():
                rows = list(self.course.rows)
                rows[message.row - 1] = message.value
                self.course = replace(self.course, rows=tuple(rows))
            case messages.ChangesWaiting():
                self.course = replace(self.course, waiting=message.changes)
            case messages.Fading():
                self.course = replace(
                    self.course, fades=message.fades, next_rows=_whole(message.next_rows)
                )
            case messages.Hold():
                self.hold = message
            case messages.Kept():
                self.kept = message
            case messages.UseSource():
                self.source = message
            case messages.SceneList():
                self.scenes = message
            case messages.Moved():
                self.course = replace(self.course, sources=message.sources)
                self._move(message.values)
                return  # thirty times a second: what is made ahead asks `params_of` when it is due
            case messages.Role():
                self.role = message
            case messages.Committed():
                self._settle(message.bar, message.played, _fit(message.fit))
            case messages.Refitted():
                self._refit(message.beat, _fit(message.fit))
        self.changed.set()

    def _set_transport(self, timeline: Timeline, playing: bool) -> None:
        self.timeline = timeline
        if playing and not self.playing:
            self.run += 1
            self.repeated = None
            self._made.clear()
            self._settled.clear()
        self.playing = playing

    def _set_param(self, name: str, value: float) -> None:
        """A parameter's own value; what it is now, if it is not moved, too."""
        if name in table.BY_NAME:
            self._own[name] = value
            if name not in self.moved:
                self._show_param(name, value)

    def _move(self, values: Mapping[str, float]) -> None:
        let_go = {name: self._own[name] for name in self.moved if name not in values}
        self.moved = {name: v for name, v in values.items() if name in table.BY_NAME}
        for name, value in {**let_go, **self.moved}.items():
            self._show_param(name, value)

    def _show_param(self, name: str, value: float) -> None:
        self.params[name] = value
        self.on_param(name, value)

    def _settle(self, bar: int, played: str, fit: Fit | None) -> None:
        """The player says how it fills bar `bar`; find the notes to it."""
        if played == "new":
            self._good = self._made.get(bar, self._good)
        phrase = STORED[bar % len(STORED)] if played == "stored" else self._good
        if played == "silent":
            phrase = None
        notes = () if phrase is None else written(phrase)
        swing = self.course.value("swing", bar * BEATS_PER_BAR)
        heard = (
            None
            if phrase is None
            else Phrase(tuple(sounding(note, swing, fit) for note in notes), BEATS_PER_BAR)
        )
        self.repeated = bar if played == "repeat" else None
        self._settled[bar] = SettledBar(bar, heard, played, notes)
        _forget(self._settled)
        self.on_bar()

    def _refit(self, beat: float, fit: Fit | None) -> None:
        """Notes of bars that are settled have been fitted anew."""
        for bar, settled in self._settled.items():
            if (bar + 1) * BEATS_PER_BAR > beat:
                self._settled[bar] = settled.refitted(beat, fit)
        self.on_bar()

    # To the player. `origin` is who asks.

    def set_param(self, name: str, value: float, origin: str) -> None:
        """Ask for a parameter to be set; the player clamps it."""
        self._send(messages.SetParam(name, value, origin=origin, asked_s=self._clock.now_s()))

    def set_modulation(self, row: int, field: str, value: float | str, origin: str) -> None:
        """Ask for a field of a row (from 1) of the modulation matrix to be set."""
        now_s = self._clock.now_s()
        self._send(messages.SetModulation(row, field, value, origin=origin, asked_s=now_s))

    def transport(self, do: str, value: float | None, origin: str) -> None:
        """Ask for `play`, `stop`, `tap`, or with a value `tempo` (bpm) and `nudge` (ms later)."""
        self._send(messages.Transport(do, value, origin=origin, asked_s=self._clock.now_s()))

    def order_scene(self, do: Any, name: str, bars: float | None, origin: str) -> None:
        """Ask for a scene to be recalled or stored, or for the next or previous one."""
        now_s = self._clock.now_s()
        self._send(messages.SceneOrder(do, name, bars, origin=origin, asked_s=now_s))

    def learn(self, to: str, origin: str) -> None:
        """Ask for the next control that moves to be that of `to`; "" ends it."""
        self._send(messages.Learn(to, origin=origin, asked_s=self._clock.now_s()))

    def put_row(self, row: MapRow | None, instead: MapRow | None, origin: str) -> None:
        """Ask for a row of the map in another's place."""
        self._send(messages.PutRow(row, instead, origin=origin, asked_s=self._clock.now_s()))

    def replace_map(self, rows: tuple[MapRow, ...] | None, origin: str) -> None:
        """Ask for another map of controls; None is the default one."""
        self._send(messages.ReplaceMap(rows, origin=origin, asked_s=self._clock.now_s()))

    def press(self, key: str, down: bool, origin: str) -> None:
        """Say that a key went down or up."""
        self._send(messages.Key(key, down, origin=origin, asked_s=self._clock.now_s()))

    def use_model(self, name: str, origin: str) -> None:
        """Ask for another checkpoint to play."""
        self._send(messages.UseModel(name, origin=origin, asked_s=self._clock.now_s()))

    def panic(self, origin: str) -> None:
        """Ask for every note to be ended."""
        self._send(messages.Panic(origin=origin, asked_s=self._clock.now_s()))


def _whole(rows: tuple[Row, ...] | None) -> tuple[Row, ...] | None:
    return None if rows is None else (*rows, *EMPTY)[: len(EMPTY)]


def _fit(told: messages.Fit | None) -> Fit | None:
    return None if told is None else told.value()


def _forget(bars: dict[int, Any]) -> None:
    while len(bars) > KEPT_BARS:
        del bars[next(iter(bars))]
