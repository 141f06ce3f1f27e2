"""What a player that was killed leaves to the next: parameters, place in time and the last good
bar.

A file beside the socket, replaced once a second. The monotonic clock is the same in both
processes, so the beat goes on where it would have been.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from livesyn.base import params
from livesyn.base.errors import ConfigError
from livesyn.base.types import Phrase
from livesyn.control.fade import Fade
from livesyn.control.mapping import MapRow
from livesyn.control.modulation import ROWS, Row
from livesyn.control.quantise import Waiting
from livesyn.ipc import messages
from livesyn.player.scenes import SceneMemory
from livesyn.transport.timeline import Timeline

FRESH_S = 30.0  # an older place in time is no longer anybody's


@dataclass(frozen=True)
class ShowSnapshot:
    """One moment of a show.

    `saved_s` is monotonic; `last` is the last good bar and its controls.
    """

    saved_s: float
    params: Mapping[str, float]
    timeline: Timeline
    playing: bool
    last: tuple[Phrase, tuple[float, ...]] | None = None
    # what each sink was connected to
    peers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    modulation: tuple[Row, ...] = ()
    waiting: tuple[Waiting, ...] = ()  # changes, for their line
    rows: tuple[MapRow, ...] | None = None  # the map of controls; None: the default one
    chord: tuple[int, ...] = ()  # of the band, MIDI pitches
    # of two shows: whether this one led, and as the how-manieth
    role: tuple[bool, int] | None = None
    models: Mapping[str, str] = field(default_factory=dict)  # kind -> checkpoint in use
    fades: tuple[Fade, ...] = ()  # to scenes
    next_rows: tuple[Row, ...] | None = None
    scenes: SceneMemory = field(default_factory=SceneMemory)

    def save(self, path: Path) -> None:
        """Replace the file at `path`. Raises OSError."""
        saved = _Saved(
            self.saved_s,
            dict(self.params),
            messages.Timeline.of(self.timeline),
            self.playing,
            None
            if self.last is None
            else messages.Offer.of(0, *self.last, 0, "player", self.saved_s),
            {name: tuple(peers) for name, peers in self.peers.items()},
            self.modulation,
            self.waiting,
            self.rows,
            self.chord,
            self.role,
            dict(self.models),
            self.fades,
            self.next_rows,
            self.scenes,
        )
        draft = path.with_suffix(".draft")
        draft.write_bytes(msgspec.json.encode(saved))
        draft.replace(path)

    def is_fresh(self, now_s: float) -> bool:
        """Whether the place in time may be gone on from."""
        return 0 <= now_s - self.saved_s <= FRESH_S


class _Saved(msgspec.Struct):
    """The file."""

    saved_s: float
    params: dict[str, float]
    timeline: messages.Timeline
    playing: bool
    last: messages.Offer | None
    peers: dict[str, tuple[str, ...]]
    modulation: tuple[Row, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    rows: tuple[MapRow, ...] | None = None
    chord: messages.Pitches = ()
    role: tuple[bool, int] | None = None
    models: dict[str, str] = {}
    fades: tuple[Fade, ...] = ()
    next_rows: tuple[Row, ...] | None = None
    scenes: SceneMemory = SceneMemory()


def load(path: Path) -> ShowSnapshot | None:
    """The snapshot at `path`; None when there is none or it is damaged, which is then as good as
    none.
    """
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_Saved)
    except (OSError, ValueError, msgspec.MsgspecError, ConfigError):
        return None
    last = None if found.last is None else (found.last.phrase(), found.last.controls)
    values = {
        name: params.BY_NAME[name].clamp(value)
        for name, value in found.params.items()
        if name in params.BY_NAME
    }
    return ShowSnapshot(
        found.saved_s,
        values,
        found.timeline.value(),
        found.playing,
        last,
        found.peers,
        found.modulation[:ROWS],
        tuple(change for change in found.waiting if change.name in params.BY_NAME),
        found.rows,
        found.chord,
        found.role,
        found.models,
        tuple(fade for fade in found.fades if fade.ends.keys() <= params.BY_NAME.keys()),
        found.next_rows,
        found.scenes,
    )
