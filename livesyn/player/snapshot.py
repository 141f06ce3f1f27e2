"""What a player that was killed leaves to the next: parameters, place in time and the last good
bar.

A file beside the socket, replaced once a second. The monotonic clock is the same in both
processes, so the beat goes on where it would have been.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from livesyn.base import params
from livesyn.base.errors import LivesynError
from livesyn.base.types import Phrase
from livesyn.ipc.messages import FROM_ENGINE, decode, phrase_message, phrase_of
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
    peers: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # what each sink was connected to

    def save(self, path: Path) -> None:
        """Replace the file at `path`. Raises OSError."""
        timeline = {
            "beat": self.timeline.beat,
            "time_s": self.timeline.time_s,
            "bpm": self.timeline.bpm,
        }
        last = None if self.last is None else phrase_message(0, *self.last, 0)
        draft = path.with_suffix(".draft")
        draft.write_text(
            json.dumps(
                {
                    "saved_s": self.saved_s,
                    "params": dict(self.params),
                    "timeline": timeline,
                    "playing": self.playing,
                    "last": last,
                    "peers": {name: list(peers) for name, peers in self.peers.items()},
                }
            )
        )
        draft.replace(path)

    def is_fresh(self, now_s: float) -> bool:
        """Whether the place in time may be gone on from."""
        return 0 <= now_s - self.saved_s <= FRESH_S


def load(path: Path) -> ShowSnapshot | None:
    """The memory at `path`; None when there is none or it is damaged, which is then as good as
    none.
    """
    with contextlib.suppress(
        OSError, ValueError, KeyError, TypeError, AttributeError, LivesynError
    ):
        found = json.loads(path.read_text())
        last = (
            found["last"] and phrase_of(decode(json.dumps(found["last"]).encode(), FROM_ENGINE))[1:]
        )
        values = {
            name: params.BY_NAME[name].clamp(value)
            for name, value in found["params"].items()
            if name in params.BY_NAME
        }
        peers = {str(name): tuple(map(str, names)) for name, names in found["peers"].items()}
        return ShowSnapshot(
            float(found["saved_s"]),
            values,
            Timeline(**found["timeline"]),
            bool(found["playing"]),
            last,
            peers,
        )
    return None
