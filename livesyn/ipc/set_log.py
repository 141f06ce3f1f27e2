"""The set log on disk, version 1: what happened in a show, one JSON object a line.

Lines are only ever appended, so a log can be read while it is written, and one that was cut off
anywhere is whole up to its last line. Each line ends with `crc`, the CRC-32 of all that stands
before it in the line. `t` names the type of a line. Times are monotonic seconds; `begin` says which
Unix time they stand for.

What MIDI was sent follows from the `step` lines alone, see `livesyn.player.replay`; all others say
what was asked for, and what came in.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import msgspec
from msgspec import Meta, Struct

from livesyn.base.errors import DataError, LivesynError
from livesyn.base.types import Note, Phrase
from livesyn.control.mapping import MapRow
from livesyn.control.modulation import Row
from livesyn.control.quantise import Waiting
from livesyn.ipc.messages import MAX_NOTES, NoteEvent, NoteRow, Played, Whole
from livesyn.music.harmony import Fit

VERSION = 1
FORMAT = "livesyn set log"
MAX_LINE_BYTES = 4 << 20
CRC = b',"crc":"'

Seconds = Annotated[float, Meta(ge=-1e12, le=1e12)]


class Line(Struct, frozen=True, tag_field="t", omit_defaults=True):
    """Base of all lines."""


class PhraseRow(Struct, frozen=True, array_like=True):
    """A phrase: its length in beats, and its notes."""

    length_beats: float
    notes: Annotated[tuple[NoteRow, ...], Meta(max_length=MAX_NOTES)] = ()

    @classmethod
    def of(cls, phrase: Phrase) -> PhraseRow:
        """The numbers may be NumPy's."""
        rows = (
            NoteRow(
                float(n.start_beats),
                float(n.duration_beats),
                int(n.pitch),
                int(n.velocity),
                int(n.channel),
            )
            for n in phrase.notes
        )
        return cls(float(phrase.length_beats), tuple(rows))

    def value(self) -> Phrase:
        notes = (
            Note(n.start_beats, n.duration_beats, n.pitch, n.velocity, n.channel)
            for n in self.notes
        )
        return Phrase(tuple(notes), self.length_beats)


class Begin(Line, frozen=True, tag="begin"):
    """A player begins, at `at_s`: the first of a show, or one that goes on after another was killed
    (`again`). `unix_s` is the same moment as Unix time. `params` are all values then; `last` is the
    last good bar with its controls, from before. `config` is the show's, without the page's token;
    `muted`: another show leads.
    """

    format: str
    v: Whole
    at_s: Seconds
    unix_s: float
    software: str
    params: dict[str, float]
    config: dict[str, Any]
    modulation: tuple[Row, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    last: tuple[PhraseRow, tuple[float, ...]] | None = None
    again: bool = False
    muted: bool = False


class Obeyed(Struct, frozen=True, array_like=True):
    """A command that the player obeyed: its name, and what it was given (for most, last, who asked
    for it and when)."""

    do: str
    args: list[Any]


class Settled(Struct, frozen=True, omit_defaults=True):
    """What bar `bar`, whose line falls on `line_s`, plays, and why; `swing` and `silent` are as
    they were for it. `origin` and `asked_s` are its phrase's.
    """

    bar: Whole
    line_s: Seconds
    played: Played
    swing: float = 0.0
    silent: bool = False
    margin_ms: float | None = None
    origin: str = ""
    asked_s: float | None = None


class Sent(Struct, frozen=True, array_like=True):
    """The MIDI bytes of bar `bar`, from its line to the next; -1: before the first line."""

    bar: Whole
    data: bytes


class Step(Line, frozen=True, tag="step"):
    """A step of the player, at `at_s`, that decided something: commands, bars, or bars whose MIDI
    is complete now. `before_s` was the step before, of those that are not told: they sent what was
    due. `fits` are what notes were fitted to, in the order in which it was asked.
    """

    before_s: Seconds
    at_s: Seconds
    obeyed: tuple[Obeyed, ...] = ()
    settled: tuple[Settled, ...] = ()
    sent: tuple[Sent, ...] = ()
    fits: tuple[Fit | None, ...] = ()


class End(Line, frozen=True, tag="end"):
    """The player ended every note and left, at `at_s`."""

    before_s: Seconds
    at_s: Seconds
    sent: tuple[Sent, ...] = ()


class Asked(Line, frozen=True, tag="asked"):
    """`origin` asked at `asked_s` for a change, and the show had it at `at_s`. `what` is "param",
    "transport", "panic", "modulation" …, `name` which one, `value` as it is legal. `beat`: it waits
    for that. `times`: so many came since the line before, and this is the newest.
    """

    at_s: Seconds
    what: str
    name: str
    value: float | str | bool | None
    origin: str
    asked_s: float
    beat: float | None = None
    times: int = 1


class NotesPlayed(Line, frozen=True, tag="notes"):
    """What was played on the MIDI input."""

    at_s: Seconds
    events: tuple[NoteEvent, ...]


class Mapped(Line, frozen=True, tag="map"):
    """The map of MIDI controls and keys from now on."""

    at_s: Seconds
    rows: tuple[MapRow, ...]


class Made(Line, frozen=True, tag="latent"):
    """What the engine made bar `bar` from: the latent `z` (D float32, little-endian), the
    parameters that were not at their defaults, and, where they are logged, the picture (JPEG).
    `after` is the bar that its chain had made before; None: it began anew.
    """

    at_s: Seconds
    bar: Whole
    z: bytes
    params: dict[str, float]
    after: Whole | None = None
    picture: bytes | None = None


class Lost(Line, frozen=True, tag="lost"):
    """So many lines could not be written (`why`); what comes after does not follow from what came
    before."""

    at_s: Seconds
    lines: int
    why: str


Lines = Begin | Step | End | Asked | NotesPlayed | Mapped | Made | Lost

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Lines)


class _Head(Struct):
    """What tells a set log, and of which version it is."""

    format: str = ""
    v: int = 0
    software: str = "another livesyn"


class DamagedLine(LivesynError):
    """A line that is not as it was written."""


def encode(line: Line) -> bytes:
    """One line, with its checksum and its end. Raises LivesynError for what JSON cannot say."""
    try:
        body = _ENCODER.encode(line)[:-1]
    except (TypeError, ValueError, msgspec.MsgspecError) as error:
        raise LivesynError(f"a line of the set log cannot be written: {error}") from error
    return b'%s,"crc":"%08x"}\n' % (body, zlib.crc32(body))


def decode(data: bytes) -> Lines:
    """The line in `data`, with or without its end. Raises DamagedLine."""
    body, found, crc = data.rstrip(b"\r\n").rpartition(CRC)
    if not found or crc != b'%08x"}' % zlib.crc32(body):
        raise DamagedLine("its checksum is wrong")
    try:
        line: Lines = _DECODER.decode(body + b"}")
    except (ValueError, RecursionError, msgspec.MsgspecError, LivesynError) as error:
        raise DamagedLine(str(error)[:160]) from error
    return line


def read(path: Path) -> Iterator[Lines | DamagedLine]:
    """The lines of the log at `path`, in order; for each that is damaged, why. Raises DataError
    where there is no log, or one of another version.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise DataError(
            f"{str(path)!r} cannot be read ({(error.strerror or str(error)).lower()}); give a set"
            " log, which livesyn run --log writes"
        ) from None
    with file:
        try:
            yield from _lines(path, file)
        except OSError as error:
            raise DataError(
                f"{str(path)!r} cannot be read ({(error.strerror or str(error)).lower()})"
            ) from None


def _lines(path: Path, file: BinaryIO) -> Iterator[Lines | DamagedLine]:
    _check_head(path, first := file.readline(MAX_LINE_BYTES))
    data = first
    while data:
        try:
            yield decode(data)
        except DamagedLine as error:
            yield error
        data = file.readline(MAX_LINE_BYTES)


def _check_head(path: Path, first: bytes) -> None:
    """Raises DataError unless it is the first line of a log of this version."""
    if not first.strip():
        raise DataError(f"{str(path)!r} is empty: no show has been logged in it")
    try:
        head = msgspec.json.decode(first, type=_Head)
    except (ValueError, RecursionError, msgspec.MsgspecError):
        head = _Head()
        if first.startswith(b'{"t":"begin","format":"%s"' % FORMAT.encode()):
            raise DataError(
                f"{str(path)!r} was cut off in its first line, so there is nothing to replay"
            ) from None
    if head.format != FORMAT:
        raise DataError(
            f"{str(path)!r} is no set log; give a file that livesyn run --log has written"
        )
    if head.v != VERSION:
        raise DataError(
            f"{str(path)!r} is a set log of version {head.v}, written by {head.software}; this"
            f" livesyn reads version {VERSION}: replay it with the one that wrote it"
        )
