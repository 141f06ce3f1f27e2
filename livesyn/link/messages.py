"""What the player and the process of Link say to each other: one JSON object a line.

The player writes `Join` first, then what is to change; end of file means: leave the session. The
process writes a `Reading` whenever the session is not where the last one says, and four a second.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from livesyn.ipc.messages import Message, MessageError

SLOWEST_BPM, FASTEST_BPM = 20.0, 999.0  # of a session

Bpm = Annotated[float, Meta(ge=SLOWEST_BPM, le=FASTEST_BPM)]
Quantum = Annotated[float, Meta(gt=0, le=64)]

# Player to process.


class Join(Message, frozen=True, tag="join"):
    """Join the session there is, without a word on its tempo; where there is none, begin one in
    which `beat` falls on the monotonic `time_s`, at `bpm`.
    """

    beat: float
    time_s: float
    bpm: Bpm
    quantum: Quantum
    start_stop: bool


class Settle(Message, frozen=True, tag="settle"):
    """Other settings."""

    quantum: Quantum
    start_stop: bool


class Tempo(Message, frozen=True, tag="tempo"):
    """Give the session another tempo."""

    bpm: Bpm


class Playing(Message, frozen=True, tag="playing"):
    """Tell the session that it plays, or stands."""

    on: bool


Order = Join | Settle | Tempo | Playing

# Process to player.


class Reading(Message, frozen=True, tag="reading"):
    """The session: `beat` fell on the monotonic `time_s`, at `bpm`, with `peers` beside us."""

    beat: float
    time_s: float
    bpm: Annotated[float, Meta(gt=0)]
    peers: Annotated[int, Meta(ge=0)]
    playing: bool


class Failed(Message, frozen=True, tag="failed"):
    """Why there is no Link, for people."""

    text: str


Report = Reading | Failed


def encode(message: Order | Report) -> bytes:
    """One line, with its end."""
    return msgspec.json.encode(message) + b"\n"


def decode(line: bytes, union: Any) -> Any:
    """The message of one line, one of `union` (`Order` or `Report`). Raises MessageError."""
    try:
        return msgspec.json.decode(line, type=union)
    except (ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise MessageError(f"{line[:40]!r} is no legal message: {error}") from error
