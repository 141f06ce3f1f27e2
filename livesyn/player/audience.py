"""Tells engines and sinks what waits and what moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from livesyn.control.fade import Fade
from livesyn.control.modulation import Course, Row
from livesyn.control.quantise import Waiting
from livesyn.ipc import messages
from livesyn.music.chords import chord_of
from livesyn.player.state import Audience


class EnginesAndSinks(Audience):
    """`tell(message)` reaches engines, `tell_sinks(method, *args, announce=…)` sinks, as
    `Player.tell`; `own(name)` is a parameter's own value, `scene_begins` is told of scenes.
    """

    def __init__(
        self,
        tell: Callable[[messages.Message], None],
        tell_sinks: Callable[..., None],
        own: Callable[[str], float],
        scene_begins: Callable[[Fade], None] = lambda fade: None,
    ) -> None:
        self._scene_begins = scene_begins
        self._tell, self._tell_sinks, self._own = tell, tell_sinks, own
        self._moved: dict[str, float] = {}  # as it was told last

    def row_set(self, index: int, row: Row, origin: str, asked_s: float) -> None:
        """See `Audience`."""
        self._tell(messages.ModulationChange(index + 1, row, origin=origin, asked_s=asked_s))

    def announce_field(self, index: int, name: str, row: Row) -> None:
        """See `Audience`."""
        value = getattr(row, name)
        told = value if isinstance(value, str) else float(value)
        self._tell_sinks("modulation", index + 1, name, told)

    def chord(self, chord: tuple[int, ...], origin: str, asked_s: float) -> None:
        """See `Audience`."""
        self._tell(messages.ChordChange(chord, origin=origin, asked_s=asked_s))
        found = chord_of(chord)
        self._tell_sinks("chord", "" if found is None else found.name)

    def waiting(self, changes: Sequence[Waiting], new: Sequence[Waiting]) -> None:
        """See `Audience`."""
        self._tell(messages.ChangesWaiting(tuple(changes)))
        for change in new:
            self._tell_sinks("waiting", change.name, change.value, change.beat)

    def fading(self, course: Course) -> None:
        """See `Audience`."""
        self._tell(messages.Fading(course.fades, course.next_rows))

    def scene_begins(self, fade: Fade) -> None:
        """See `Audience`."""
        self._scene_begins(fade)

    def moved(self, values: Mapping[str, float], sources: Mapping[str, float]) -> None:
        """See `Audience`. Of what is let go, its own value is the last that is told."""
        self._tell(messages.Moved(dict(values), dict(sources)))
        let_go = {name: self._own(name) for name in self._moved if name not in values}
        changed = {name: v for name, v in values.items() if self._moved.get(name) != v}
        self._moved = dict(values)
        self._tell_sinks("moved", {**let_go, **changed})
