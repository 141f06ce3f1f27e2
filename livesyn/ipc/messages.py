"""The language of player and engine, version 1: JSON objects, one a line. See ARCHITECTURE.md.

A message is a dict; `"t"` names its type. `decode` lets through only what its table allows,
so who receives a message may rely on its fields. Fields the table does not know are ignored:
a newer peer may say more.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping

from livesyn.base.errors import LivesynError
from livesyn.base.params import DIRECTIONS
from livesyn.base.types import Note, Phrase
from livesyn.transport.timeline import Timeline

VERSION = 1
MAX_LINE_BYTES = 1 << 20
MAX_NOTES = 512
MAX_BEATS = 64.0

Message = dict[str, object]
Check = Callable[[object], bool]


class ProtocolError(LivesynError):
    """A line that is not a legal message. One sentence."""


def _number(value: object) -> bool:
    return _whole(value) or (isinstance(value, float) and math.isfinite(value))


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 53


def _text(value: object) -> bool:
    return isinstance(value, str)


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _object(value: object) -> bool:
    return isinstance(value, dict)


def _maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _numbers(value: object) -> bool:
    return isinstance(value, dict) and all(_number(v) for v in value.values())


def _timeline(value: object) -> bool:
    return (
        isinstance(value, dict)
        and all(_number(value.get(k)) for k in ("beat", "time_s", "bpm"))
        and value["bpm"] > 0
    )


def _controls(value: object) -> bool:
    return isinstance(value, list) and len(value) == DIRECTIONS and all(map(_number, value))


def _notes(value: object) -> bool:
    return isinstance(value, list) and len(value) <= MAX_NOTES and all(map(_note, value))


def _note(value: object) -> bool:
    if not (
        isinstance(value, list)
        and len(value) == 5
        and all(map(_number, value))
        and all(map(_whole, value[2:]))
    ):
        return False
    start_beats, duration_beats, pitch, velocity, channel = value
    return (
        0 <= start_beats <= MAX_BEATS
        and 0 <= duration_beats <= MAX_BEATS
        and 0 <= pitch <= 127
        and 1 <= velocity <= 127
        and 1 <= channel <= 16
    )


Table = Mapping[str, Mapping[str, Check]]

FROM_ENGINE: Table = {
    "hello": {"v": _whole, "token": _text},
    "phrase": {
        "bar": _whole,
        "notes": _notes,
        "length_beats": _number,
        "controls": _controls,
        "seq": _whole,
    },
    "beat": {},
    "param": {"name": _text, "value": _number},
    "transport": {"do": _text, "value": _maybe(_number)},
    "panic": {},
    "levels": {"levels": _numbers},  # what is heard, 0 to 1 each, about 30 times a second
    "status": {},  # fps, latency_ms, dropped: numbers or null
}
FROM_PLAYER: Table = {
    "welcome": {
        "v": _whole,
        "timeline": _timeline,
        "params": _numbers,
        "playing": _flag,
        "bar": _whole,
    },
    "timeline": {"beat": _number, "time_s": _number, "bpm": _number, "playing": _flag},
    "param": {"name": _text, "value": _number},
    "bar": {"bar": _whole, "time_s": _number, "played": _text, "margin_ms": _maybe(_number)},
    "stats": {},
    "error": {"text": _text},
}


def encode(message: Mapping[str, object]) -> bytes:
    """One line, with its end.

    Raises ProtocolError when it has what JSON cannot say or is too long.
    """
    try:
        line = json.dumps(message, allow_nan=False, separators=(",", ":")).encode() + b"\n"
    except (TypeError, ValueError) as error:
        raise ProtocolError(
            f"a {message.get('t')!r} message cannot be written as JSON: {error}"
        ) from error
    if len(line) > MAX_LINE_BYTES:
        raise ProtocolError(
            f"a {message.get('t')!r} message of {len(line)} bytes is over the limit of"
            f" {MAX_LINE_BYTES}"
        )
    return line


def decode(line: bytes, table: Table) -> Message:
    """The message of one line, checked against `table` (what the other side may say)."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"a line that is not JSON: {line[:40]!r}") from error
    kind = message.get("t") if isinstance(message, dict) else None
    if not isinstance(kind, str) or kind not in table:
        raise ProtocolError(f"a message of type {kind!r}; it is one of: {', '.join(table)}")
    for field, check in table[kind].items():
        if not check(message.get(field)):
            raise ProtocolError(
                f"a {kind!r} message whose {field!r} is {str(message.get(field))[:60]}"
            )
    return message


def hello(token: str) -> Message:
    """The engine's first line."""
    return {"t": "hello", "v": VERSION, "token": token}


def phrase_message(bar: int, phrase: Phrase, controls: tuple[float, ...], seq: int) -> Message:
    """A phrase for bar `bar`; numbers may be NumPy's."""
    notes = [
        [
            float(n.start_beats),
            float(n.duration_beats),
            int(n.pitch),
            int(n.velocity),
            int(n.channel),
        ]
        for n in phrase.notes
    ]
    return {
        "t": "phrase",
        "bar": int(bar),
        "notes": notes,
        "length_beats": float(phrase.length_beats),
        "controls": [float(c) for c in controls],
        "seq": seq,
    }


def phrase_of(message: Message) -> tuple[int, Phrase, tuple[float, ...]]:
    """Bar, phrase and controls of a checked "phrase" message."""
    notes = tuple(sorted(Note(*note) for note in message["notes"]))  # type: ignore[attr-defined]
    controls = tuple(float(c) for c in message["controls"])  # type: ignore[attr-defined]
    return message["bar"], Phrase(notes, message["length_beats"]), controls  # type: ignore[return-value, arg-type]


def timeline_of(message: Message) -> Timeline:
    """The timeline of a checked "timeline" message, or of a welcome's `timeline`."""
    return Timeline(message["beat"], message["time_s"], message["bpm"])  # type: ignore[arg-type]


class Lines:
    """Cuts a byte stream into lines.

    What is longer than `MAX_LINE_BYTES` is thrown away to its end and counted.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._skipping = False
        self.oversized = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that are complete now, without their ends; empty ones left out."""
        self._buffer += data
        *lines, rest = self._buffer.split(b"\n")
        self._buffer = bytearray(rest)
        if lines and self._skipping:
            lines, self._skipping = lines[1:], False
        if len(self._buffer) > MAX_LINE_BYTES:
            self.oversized += not self._skipping
            self._buffer.clear()
            self._skipping = True
        kept = [bytes(line) for line in lines if line.strip() and len(line) <= MAX_LINE_BYTES]
        self.oversized += sum(len(line) > MAX_LINE_BYTES for line in lines)
        return kept
