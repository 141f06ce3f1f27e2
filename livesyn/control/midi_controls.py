"""What a map makes of what moves on the MIDI inputs, and how a control is learnt. Pure: no devices,
no threads, time is an argument.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from livesyn.base import params
from livesyn.control.guess import Evidence
from livesyn.control.mapping import (
    BUTTON_STEPS,
    BUTTONS,
    PRESSED,
    RELATIVE,
    MapRow,
    Wiring,
    checked,
    checked_map,
)
from livesyn.control.midi_reader import MidiReader, Moved
from livesyn.control.midi_writer import messages_of
from livesyn.control.takeover import Takeover

ORIGIN = "midi"


class Order(NamedTuple):
    """Set parameter `name` to `value`, or, where that is None, do the action `name`."""

    name: str
    value: float | None


class Standing(NamedTuple):
    """The parameters' values, and who asked for each last."""

    values: Mapping[str, float]
    origins: Mapping[str, str]


class Knob(NamedTuple):
    """Where the control of a parameter stands, in the parameter's values, and whether it has it."""

    value: float
    holds: bool


class MidiControls:
    """Not thread-safe."""

    def __init__(self, rows: Sequence[MapRow]) -> None:
        self._readers: dict[str, MidiReader] = {}
        self._takeovers: dict[MapRow, Takeover] = {}
        self._owners: dict[str, MapRow] = {}  # parameter -> whose control set it last
        self._sent: dict[str, float] = {}  # what it set it to, though that may have to wait
        self._pressed: dict[MapRow, int] = {}  # the value that a button said last
        self._claimed: set[tuple[str, int, int]] = set()  # port, channel, pitch of held notes
        self._port = ""  # of what taught the target
        self._target = ""
        self._evidence = Evidence(None)
        self.learnt: MapRow | None = None  # the last one
        self.heard: Moved | None = None  # what moved last, for whoever looks for a control
        self.knobs: dict[str, Knob] = {}
        self.replace(rows)

    # The map.

    @property
    def rows(self) -> tuple[MapRow, ...]:
        return tuple(wired.row for wired in self._wired)

    def replace(self, rows: Sequence[MapRow]) -> None:
        """Another map. Raises ConfigError, and keeps the one it has."""
        self._wire(checked_map(rows))

    def put(self, row: MapRow | None, instead: MapRow | None = None) -> None:
        """A row, at the place of the one `instead` of which it stands; None takes that one away.
        Raises ConfigError.
        """
        rows = list(self.rows)
        if instead is not None and instead not in rows:  # it has been changed meanwhile
            instead = next((kept for kept in rows if _same(kept, instead)), None)
        at = rows.index(instead) if instead in rows else len(rows)
        rows[at:] = [*([] if row is None else [row]), *rows[at + (instead is not None) :]]
        self.replace(tuple(dict.fromkeys(rows)))

    def _wire(self, wired: tuple[Wiring, ...]) -> None:
        self._wired = wired
        self._targets = {one.to for one in wired}
        self._table: dict[tuple[str, int | None], list[int]] = defaultdict(list)
        for index, one in enumerate(wired):
            number = one.control.number
            if one.control.kind in ("bend", "pressure"):
                number = 0
            elif one.control.kind == "key":
                number = ord(one.control.name)
            self._table[one.control.kind, number].append(index)
        before = self._takeovers  # a knob that stays stands where it stood
        self._takeovers = {one.row: before.get(one.row) or Takeover() for one in wired}
        self._pressed = {row: said for row, said in self._pressed.items() if row in before}
        self.knobs = {name: knob for name, knob in self.knobs.items() if name in self._targets}

    # Learning.

    @property
    def target(self) -> str:
        """What waits for its control; "" when nothing does."""
        return self._target

    def learn(self, to: str) -> None:
        """Have the next control that moves be that of `to`, a parameter or an action; "" ends it.
        Raises ConfigError.
        """
        if to:
            checked(MapRow("cc 0", to, mode="jump"))
        self._target, self._port = to, ""
        self._evidence = Evidence(params.BY_NAME.get(to))

    def settle(self, now_s: float) -> bool:
        """Look whether it is known by now what was meant; whether the map has changed by that."""
        if not self._target or (guess := self._evidence.guess(now_s)) is None:
            return False
        named = any(wired.row.port for wired in self._wired)  # who names ports has several
        row = MapRow(
            guess.control,
            self._target,
            guess.channel,
            self._port if named else "",
            guess.mode,
        )
        kept = []
        for wired in self._wired:
            old = wired.row
            if old.to == row.to:  # its range was chosen with care
                row = replace(row, low=old.low, high=old.high, curve=old.curve)
            elif (old.control, old.channel, old.port) != (row.control, row.channel, row.port) and (
                old.control != row.control or old.channel
            ):
                kept.append(old)
        self._wire(checked_map((*kept, row)))
        self._target, self.learnt = "", row
        return True

    # What comes in.

    @property
    def unsettled(self) -> bool:
        """Whether something may move without another message."""
        return any(reader.unsettled for reader in self._readers.values())

    def hear(
        self,
        port: str,
        messages: Sequence[Sequence[int]],
        now_s: float,
        standing: Standing,
        learns_notes: bool = True,
    ) -> tuple[list[Sequence[int]], list[Order]]:
        """What a port said since the last time: the messages that are no controls, and what to do,
        in order; of each parameter only the newest value. Without `learns_notes` its notes are
        played, and none of them is what waits to be learnt.
        """
        reader = self._readers.setdefault(port, MidiReader())
        orders = _Orders(standing)
        rest: list[Sequence[int]] = []
        for moved in reader.settle(now_s):
            self._take(port, moved, now_s, orders)
        for message in messages:
            found = reader.read(message, now_s)
            if found is None:
                rest.append(message)  # whoever is next counts it
                continue
            mapped = False
            for moved in found:
                mapped |= self._take(port, moved, now_s, orders, learns_notes)
            if not mapped:
                rest.append(message)
        return rest, orders.all

    def press(self, key: str, down: bool, now_s: float, standing: Standing) -> list[Order]:
        """A key of the computer's keyboard."""
        orders = _Orders(standing)
        for letter in key[:1].lower():
            self._take("keyboard", Moved("key", 0, ord(letter), int(down)), now_s, orders)
        return orders.all

    def _take(
        self,
        port: str,
        moved: Moved,
        now_s: float,
        orders: _Orders,
        learns_notes: bool = True,
    ) -> bool:
        """Whether it is a control: mapped, or being learnt."""
        if not moved.kind.endswith("14"):
            self.heard = moved
        if self._target and (learns_notes or moved.kind != "note"):
            self._port = port
            self._evidence.add((moved,), now_s)
            indices = [i for i in self._indices(port, moved) if self._wired[i].to == "panic"]
            learns = True
        else:
            indices, learns = self._indices(port, moved), False
        for index in indices:
            self._move(index, moved, orders)
        if moved.kind != "note":
            return bool(indices) or (learns and moved.kind not in ("cc", "cc14"))
        key = port, moved.channel, moved.number
        if moved.value and (indices or learns):
            self._claimed.add(key)
            return True
        if moved.value:
            self._claimed.discard(key)
            return False
        claimed = key in self._claimed  # the end goes where the beginning went
        self._claimed.discard(key)
        return claimed

    def _indices(self, port: str, moved: Moved) -> list[int]:
        indices = self._table.get((moved.kind, moved.number), [])
        if moved.kind == "program":
            indices = [*indices, *self._table.get((moved.kind, None), [])]
        return [i for i in indices if self._wired[i].matches(moved.channel, port)]

    def _move(self, index: int, moved: Moved, orders: _Orders) -> None:
        wired = self._wired[index]
        mode, param = wired.row.mode, wired.param
        if param is None:
            if self._is_press(index, moved):
                orders.do(wired.to)
        elif moved.steps or mode in RELATIVE:
            steps = moved.steps or steps_of(mode, moved.value)
            value = wired.step_from(self._current(index, orders), steps)
            self._own(index, value, orders)
        elif mode in BUTTONS:
            self._push(index, moved, orders)
        elif moved.kind == "program" and wired.control.number is None:
            self._own(index, min(wired.low + moved.value, wired.high), orders)
        else:
            self._turn(index, moved, orders)

    def _turn(self, index: int, moved: Moved, orders: _Orders) -> None:
        """A knob that stands somewhere."""
        wired = self._wired[index]
        if moved.kind == "note" and not moved.value:
            return  # how hard it was struck counts, not that it was let go
        position = float(moved.value) if moved.kind == "key" else wired.at(moved.value)
        value, current = wired.value_at(position), orders.current(wired.to)
        holds = self._holds(index, orders)
        takes = self._takeovers[wired.row].takes(
            position, wired.position_at(current), holds, 1.5 / (1 << wired.control.bits)
        )
        takes |= wired.row.mode == "jump" or value == current
        self.knobs[wired.to] = Knob(value, takes)
        if takes:
            self._own(index, value, orders)

    def _push(self, index: int, moved: Moved, orders: _Orders) -> None:
        """A button."""
        wired, mode = self._wired[index], self._wired[index].row.mode
        ends = (wired.low, wired.high) if not wired.row.inverted else (wired.high, wired.low)
        current = self._current(index, orders)
        if mode == "momentary":
            pressed = self._says_down(wired, moved)
            if pressed != self._pressed.get(wired.row, 0):
                self._pressed[wired.row] = pressed
                self._own(index, ends[pressed], orders)
            return
        if not self._is_press(index, moved):
            return
        if mode == "trigger":
            value = ends[1]
        elif mode == "toggle":
            value = ends[0] if current == ends[1] else ends[1]
        elif mode == "next":
            on = wired.step_from(current, 1, BUTTON_STEPS)
            value = ends[0] if current == ends[1] else on
        else:
            value = wired.step_from(current, 1 if mode == "up" else -1, BUTTON_STEPS)
        self._own(index, value, orders)

    def _says_down(self, wired: Wiring, moved: Moved) -> bool:
        if moved.kind in ("note", "key"):
            return moved.value > 0
        return moved.kind == "program" or moved.value >= PRESSED << (wired.control.bits - 7)

    def _is_press(self, index: int, moved: Moved) -> bool:
        """Whether a button goes down. One that says the same number again was let go without a
        word; a knob never does.
        """
        wired = self._wired[index]
        down = self._says_down(wired, moved)
        before, self._pressed[wired.row] = self._pressed.get(wired.row, -1), moved.value
        if moved.kind in ("note", "program", "key"):
            return down
        threshold = PRESSED << (wired.control.bits - 7)
        return down and (before < threshold or before == moved.value)

    def _holds(self, index: int, orders: _Orders) -> bool:
        to = self._wired[index].to
        return self._owners.get(to) == self._wired[index].row and orders.origin(to) == ORIGIN

    def _current(self, index: int, orders: _Orders) -> float:
        """What a step or a press goes on from: a value that this control has set may have to wait
        for its bar.
        """
        to = self._wired[index].to
        if self._holds(index, orders) and not orders.has(to):
            return self._sent[to]
        return orders.current(to)

    def _own(self, index: int, value: float, orders: _Orders) -> None:
        to = self._wired[index].to
        self._owners[to] = self._wired[index].row
        self._sent[to] = value
        orders.set(to, value)

    # What goes back to the controls.

    def echo(self, name: str, value: float, by_control: bool) -> list[tuple[str, bytes]]:
        """What the controls of a parameter are told of its value, for their lights and motors:
        (part of a port's name, message)s. `by_control` set it: a motor that is held is left alone.
        """
        told = []
        for wired in self._wired:
            mode = wired.row.mode
            if wired.to == name and wired.param is not None:
                if by_control and mode not in RELATIVE and mode not in BUTTONS:
                    continue
                told += [(wired.row.port, message) for message in messages_of(wired, value)]
        return told


def _same(a: MapRow, b: MapRow) -> bool:
    """Whether two rows are about the same control and target."""
    return (a.control, a.to, a.channel, a.port) == (b.control, b.to, b.channel, b.port)


class _Orders:
    """What is to be done, with the values as they will be by then."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._set: dict[str, float] = {}
        self.all: list[Order] = []

    def current(self, name: str) -> float:
        return self._set.get(name, self._standing.values[name])

    def has(self, name: str) -> bool:
        return name in self._set

    def origin(self, name: str) -> str:
        return ORIGIN if name in self._set else self._standing.origins.get(name, "")

    def set(self, name: str, value: float) -> None:
        if name in self._set:
            self.all = [order for order in self.all if order.name != name]
        self._set[name] = value
        self.all.append(Order(name, value))

    def do(self, action: str) -> None:
        self.all.append(Order(action, None))


def steps_of(mode: str, value: int) -> int:
    """How far an encoder was turned, to the right."""
    if mode == "twos":
        return value if value < 64 else value - 128
    if mode == "signed":
        return value if value < 64 else 64 - value
    return value - 64
