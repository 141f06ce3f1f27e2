"""The player's end of the controls: what moves on MIDI inputs and keys sets parameters and does
actions; pages teach the map, and it is kept.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from livesyn.base import params
from livesyn.base.clock import Clock
from livesyn.base.errors import ConfigError
from livesyn.control import map_file
from livesyn.control.actions import is_action, scene_of
from livesyn.control.mapping import MapRow, default_map
from livesyn.control.midi_controls import ORIGIN, MidiControls, Order, Standing
from livesyn.ipc import messages
from livesyn.player.newest import Change
from livesyn.player.scene_orders import SceneOrders

ASIDE_S = 0.0015  # nothing is set this shortly before a note or a clock pulse is due
TEMPO_STEP_BPM = 1.0
NUDGE_MS = 10.0


class Show(Protocol):
    """What a control may do to the show (`player.state.ShowState`). Thread-safe."""

    def set_params(self, changes: Sequence[Change]) -> None: ...

    def standing(self) -> Standing: ...

    def transport(
        self, do: str, value: float | None = None, origin: str = "", asked_s: float | None = None
    ) -> bool: ...

    def panic(self, origin: str = "") -> None: ...


class MidiControl:
    """Thread-safe; no method blocks on a device.

    `rows` is the map, None the default one. `tell(message)` goes to the engines, `say(sentence)` to
    people. `due_s` says when the player has to be on time: shortly before, only a panic is obeyed,
    and the rest at the next turn (`hear` is called every few milliseconds, with or without
    messages). `file` is written when the map changes; `open_port` is called when something is to be
    learnt and nothing listens, `scenes()` are those of the show.

    Drop policy: of several values of a parameter that come together the newest is set.
    """

    def __init__(
        self,
        state: Show,
        clock: Clock,
        rows: Sequence[MapRow] | None,
        tell: Callable[[messages.Message], object],
        say: Callable[[str], object],
        playing: Callable[[], bool] = lambda: False,
        due_s: Callable[[], float] = lambda: math.inf,
        file: Path | None = None,
        open_port: Callable[[], object] = lambda: None,
        scenes: Callable[[], SceneOrders] = SceneOrders,
    ) -> None:
        self._scenes = scenes
        self._state, self._clock, self._tell, self._say = state, clock, tell, say
        self._playing, self._due_s, self._open_port = playing, due_s, open_port
        self._file, self._written = file, rows if rows is None else tuple(rows)
        self._lock = threading.Lock()
        self._controls = MidiControls(default_map() if rows is None else rows)
        self._own = None if rows is None else tuple(rows)
        self._waiting: list[Order] = []
        self._told: messages.MapState | None = None
        self._told_knobs: messages.Knobs = messages.Knobs()

    @property
    def rows(self) -> tuple[MapRow, ...] | None:
        """The map; None while it is the default one."""
        return self._own

    # What comes in.

    def hear(
        self,
        port: str,
        data: Sequence[Sequence[int]],
        now_s: float,
        learns_notes: bool = True,
    ) -> Sequence[Sequence[int]]:
        """Take what is a control from what a port said; the rest is returned. Also without
        messages: what waits is done then. Without `learns_notes` its notes are chords, and are not
        learnt.
        """
        with self._lock:
            standing = self._standing() if data or self._controls.unsettled else _NOTHING
            rest, orders = self._controls.hear(port, data, now_s, standing, learns_notes)
            if self._controls.settle(now_s):
                self._own = self._controls.rows
        self._do(orders, now_s)
        return rest

    def hear_only(
        self, port: str, data: Sequence[Sequence[int]], now_s: float
    ) -> Sequence[Sequence[int]]:
        """The same of a port that nobody plays notes into: what is no control is left out, but
        for what is no message at all.
        """
        rest = self.hear(port, data, now_s)
        return [message for message in rest if not message or message[0] < 0x80]

    def press(self, key: str, down: bool) -> None:
        """A key on a page."""
        now_s = self._clock.now_s()
        with self._lock:
            orders = self._controls.press(key, down, now_s, self._standing())
            if self._controls.settle(now_s):
                self._own = self._controls.rows
        self._do(orders, now_s)

    def _standing(self) -> Standing:
        values, origins = self._state.standing()
        for name, value in self._waiting:
            if value is not None:
                values = {**values, name: value}
        return Standing(values, origins)

    def _do(self, orders: Sequence[Order], now_s: float) -> None:
        if any(order == PANIC for order in orders):
            self._state.panic(ORIGIN)
        with self._lock:
            self._waiting += [order for order in orders if order != PANIC]
            if not self._waiting or 0 < self._due_s() - now_s < ASIDE_S:
                return
            orders, self._waiting = newest(self._waiting), []
        changes: list[Change] = []
        for name, value in orders:
            if value is not None:
                changes.append(Change(name, value, ORIGIN, now_s))
                continue
            self._set(changes)
            changes = []
            self._act(name, now_s)
        self._set(changes)

    def _set(self, changes: Sequence[Change]) -> None:
        if changes:
            self._state.set_params(changes)

    def _act(self, action: str, now_s: float) -> None:
        match action:
            case "play" | "stop" | "tap" | "take_over":
                self._state.transport(action, None, ORIGIN, now_s)
            case "play_stop":
                self._state.transport("stop" if self._playing() else "play", None, ORIGIN, now_s)
            case "nudge_earlier" | "nudge_later":
                later_ms = NUDGE_MS if action == "nudge_later" else -NUDGE_MS
                self._state.transport("nudge", later_ms, ORIGIN, now_s)
            case "slower" | "faster":
                step = TEMPO_STEP_BPM if action == "faster" else -TEMPO_STEP_BPM
                tempo = self._state.standing().values["tempo"] + step
                self._set([Change("tempo", tempo, ORIGIN, now_s)])
            case "next_scene" | "previous_scene":
                self._scenes().step(1 if action == "next_scene" else -1, ORIGIN, now_s)
            case _ if (found := scene_of(action)) is not None:
                do, name = found
                if do == "store":
                    self._scenes().store(name, ORIGIN)
                else:
                    self._scenes().recall(name, None, ORIGIN, now_s)

    # What pages, OSC and the terminal teach.

    def learn(self, to: str) -> None:
        """Have the next control that moves be that of `to`; "" ends it. What cannot be is said."""
        if self._try(lambda: self._controls.learn(to)) and to:
            self._open_port()

    def put(self, row: MapRow | None, instead: MapRow | None) -> None:
        """A row instead of another; None adds one, or takes one away."""
        if self._try(lambda: self._controls.put(row, instead)):
            self._own = self._controls.rows

    def replace(self, rows: Sequence[MapRow] | None) -> None:
        """Another map; None is the default one."""
        if self._try(lambda: self._controls.replace(default_map() if rows is None else rows)):
            self._own = None if rows is None else tuple(rows)

    def unlearn(self, to: str) -> None:
        """Take all controls from `to`."""
        if to not in params.BY_NAME and not is_action(to):
            self._try(lambda: self._controls.learn(to))  # it says so, and what is near
            return
        with self._lock:
            self._controls.replace([row for row in self._controls.rows if row.to != to])
            self._own = self._controls.rows

    def _try(self, change: Callable[[], None]) -> bool:
        try:
            with self._lock:
                change()
        except ConfigError as error:
            self._say(f"the map stays as it is: {error}")
            return False
        self.report()
        return True

    # What is told and kept.

    def echo(self, changes: Sequence[Change]) -> list[tuple[str, bytes]]:
        """What the controls of these parameters are told, for their lights and motors: (part of a
        port's name, message)s. A knob is not told what it has just said.
        """
        with self._lock:
            return [
                told
                for change in changes
                for told in self._controls.echo(change.name, change.value, change.origin == ORIGIN)
            ]

    def state(self) -> messages.MapState:
        """The map as it is."""
        with self._lock:
            heard = self._controls.heard
            shown = f"{heard.kind} {heard.number}, channel {heard.channel}" if heard else ""
            return messages.MapState(
                self._controls.rows, self._controls.target, self._controls.learnt, shown
            )

    def report(self) -> None:
        """Tell the engines what has changed. About ten times a second."""
        now = self.state()
        if now != self._told:
            self._told = now
            self._tell(now)
        with self._lock:
            knobs = {name: messages.KnobRow(*knob) for name, knob in self._controls.knobs.items()}
        if knobs != self._told_knobs.knobs:
            self._told_knobs = messages.Knobs(knobs)
            self._tell(self._told_knobs)

    def save(self) -> None:
        """Write the map to its file, if it has one and has changed. Once a second; may wait for the
        disk.
        """
        rows = self._own
        if self._file is None or rows == self._written:
            return
        self._written = rows
        try:
            map_file.save(self._file, default_map() if rows is None else rows)
        except OSError as error:
            self._say(
                f"the map cannot be written to {str(self._file)!r}"
                f" ({(error.strerror or str(error)).lower()}); this show keeps it, and the page can"
                " download it"
            )


PANIC = Order("panic", None)
_NOTHING = Standing({}, {})


def newest(orders: Sequence[Order]) -> list[Order]:
    """Of each parameter the newest value, of actions all, in order."""
    last = {order.name: index for index, order in enumerate(orders) if order.value is not None}
    return [
        order
        for index, order in enumerate(orders)
        if order.value is None or last[order.name] == index
    ]
