"""Reading scores and MIDI files: the tracks of a piece, and where its bars are.

Scores (MusicXML, Humdrum) go through Verovio, which also says where the bars are; tunes in
ABC through music21; MIDI files are read as everywhere, their bars found from the time
signatures and, where a pick-up shifts them, from where the weight of the music falls.
"""

from __future__ import annotations

import base64
import codecs
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from livesyn.base.errors import DataError
from livesyn.base.text_file import read_text
from livesyn.base.types import Note
from livesyn.music import midi_reader
from livesyn.music.midi_sequence import MidiSequence

SPLITS = ("train", "valid", "test")
SCORES = {".mxl", ".musicxml", ".xml", ".krn"}
TUNES = ".abc"
MIDI = frozenset(midi_reader.SUFFIXES)
LOWEST_MEAN_PITCH = 52  # a line that lies lower on average is a bass, not a melody


@dataclass(frozen=True)
class Piece:
    """One piece to read: where it is, the set it came from, and its number in a tune book."""

    path: Path
    source: str
    number: int = -1

    @property
    def key(self) -> str:
        """Name of the piece within its set, the same on every machine."""
        tail = "/".join(self.path.parts[-2:])
        return f"{self.source}/{tail}" + (f"#{self.number}" if self.number >= 0 else "")


@dataclass(frozen=True)
class Track:
    """The notes of one track as written; `is_drum` where it is on the percussion channel."""

    notes: list[Note]
    is_drum: bool = False


def find_pieces(folder: Path, source: str) -> list[Piece]:
    """All readable pieces below `folder`; a tune book (.abc) gives one piece a tune."""
    if not folder.is_dir():
        raise DataError(
            f"{folder} is not a folder; name one that holds .mxl, .musicxml, .xml, .krn, .abc or"
            " .mid files"
        )
    pieces: list[Piece] = []
    for path in sorted(folder.rglob("*")):
        suffix = path.suffix.lower()
        if path.name.startswith(".") or not path.is_file():
            continue  # what a system keeps beside a file (._song.mid) is no piece
        if suffix in SCORES | MIDI:
            pieces.append(Piece(path, source))
        elif suffix == TUNES:
            try:
                tunes = len(_tunes(path))
            except DataError:
                tunes = 0
            pieces += [Piece(path, source, i) for i in range(tunes)] or [Piece(path, source)]
    return pieces


def split_of(key: str) -> str:
    """train, valid or test (90, 5, 5 %) by the piece's name: stable across runs and machines."""
    bucket = int(hashlib.sha256(key.encode()).hexdigest(), 16) % 100
    return "train" if bucket < 90 else "valid" if bucket < 95 else "test"


class Reading(NamedTuple):
    """The tracks of a piece, the beats at which its bars begin (the last is its end), and a
    sentence where not all of the file could be read as it stands."""

    tracks: list[Track]
    bars: list[float]
    remark: str | None = None


def read(piece: Piece) -> Reading:
    """What is in a piece. Raises DataError where it cannot be read, or holds no notes."""
    suffix = piece.path.suffix.lower()
    if suffix in MIDI:
        return _read_midi(piece)
    try:
        tracks, bars = (
            ([], [])
            if suffix == TUNES and piece.number < 0
            else _read_tune(piece)
            if piece.number >= 0
            else _read_score(piece)
        )
    except Exception as error:  # Verovio and music21 raise errors of many types on damaged files
        why = (str(error) or type(error).__name__).splitlines()[0]
        raise DataError(f"{piece.path.name!r} is no score that can be read ({why})") from error
    if not any(track.notes for track in tracks):
        raise DataError(f"{piece.path.name!r} is no score that can be read, or holds no notes")
    return Reading(tracks, bars)


def _tunes(path: Path) -> list[str]:
    text = read_text(path)
    return [t for t in re.split(r"(?m)^(?=X:)", text) if t.startswith("X:")]


def _read_tune(piece: Piece) -> tuple[list[Track], list[float]]:
    """A tune of an ABC book, by music21, whose reader knows the dialects of the old books."""
    import music21

    score: Any = music21.converter.parseData(_tunes(piece.path)[piece.number], format="abc")
    if isinstance(score, music21.stream.Opus):
        score = score.scores[0]
    part = score.parts[0]
    bars = [float(m.offset) for m in part.getElementsByClass("Measure")]
    line = [
        Note(float(n.offset), float(n.quarterLength), max(p.midi for p in n.pitches))
        for n in part.flatten().notes
        if n.quarterLength > 0 and n.pitches
    ]
    return [Track(line)], [*bars, float(part.highestTime)]


def _read_score(piece: Piece) -> tuple[list[Track], list[float]]:
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    kit = verovio.toolkit()
    kit.setOptions({"breaks": "none"})
    data = piece.path.read_bytes()
    marked = data.startswith(codecs.BOM_UTF8)  # which Verovio stumbles over
    if not (
        kit.loadData(data[len(codecs.BOM_UTF8) :].decode("utf-8", "replace"))
        if marked
        else kit.loadFile(str(piece.path))
    ):
        return [], []
    sequence = midi_reader.parse(base64.b64decode(kit.renderToMIDI()), piece.path.name)
    bars = [
        float(e["qstamp"])
        for e in kit.renderToTimemap({"includeMeasures": True})
        if "measureOn" in e
    ]
    tracks = _tracks(sequence)
    return tracks, [*bars, max(_end(tracks), bars[-1] if bars else 0.0)]


def _read_midi(piece: Piece) -> Reading:
    sequence = midi_reader.read(piece.path)
    tracks = _tracks(sequence)
    end = _end(tracks)
    meters = [
        (sequence.beat(tick), 4.0 * beats / unit) for tick, beats, unit in sequence.meters
    ] or [(0.0, 4.0)]
    bars: list[float] = []
    for i, (start, length) in enumerate(meters):
        stop = meters[i + 1][0] if i + 1 < len(meters) else end
        if length <= 0 or stop <= start:
            continue
        bars += list(np.arange(start + _pickup(tracks, start, stop, length), stop, length))
    return Reading(tracks, [*bars, end], sequence.remark(piece.path.name))


def _pickup(tracks: list[Track], start: float, stop: float, length: float) -> float:
    """Beats by which the bars lie behind `start`: where long notes of the upper voices begin is
    where bars do.
    """
    weight = np.zeros(int(length))
    for line in upper_lines(tracks):
        for note in line:
            phase = (note.start_beats - start) % length
            if start <= note.start_beats < stop and abs(phase - round(phase)) < 0.01:
                weight[round(phase) % len(weight)] += min(note.duration_beats, 4.0)
    best = int(weight.argmax()) if len(weight) else 0
    return float(best) if len(weight) and weight[best] > 1.25 * weight[0] else 0.0


def upper_lines(tracks: list[Track]) -> list[list[Note]]:
    """The skyline of every track above the bass: its melody, as MusicVAE's data was read."""
    return [
        _outline(t.notes, 1)
        for t in _pitched(tracks)
        if np.mean([n.pitch for n in t.notes]) >= LOWEST_MEAN_PITCH
    ]


def lower_lines(tracks: list[Track]) -> list[list[Note]]:
    """The lowest notes of every track in which they lie in the bass: a cello, a piano's left
    hand.
    """
    floors = [_outline(t.notes, -1) for t in _pitched(tracks)]
    return [line for line in floors if np.mean([n.pitch for n in line]) < LOWEST_MEAN_PITCH]


def drum_lines(tracks: list[Track]) -> list[list[Note]]:
    """All strokes of the percussion channel as one part."""
    strokes = sorted(note for t in tracks if t.is_drum for note in t.notes)
    return [strokes] if strokes else []


def _pitched(tracks: list[Track]) -> list[Track]:
    return [t for t in tracks if not t.is_drum and len(t.notes) >= 8]


def _outline(notes: list[Note], side: int) -> list[Note]:
    """The line on top (`side` 1) or at the bottom (-1): of notes that start together the
    outermost; an inner note that starts while an outer one sounds is left out, an outer one
    cuts the one before."""
    line: list[Note] = []
    for note in sorted(notes, key=lambda n: (n.start_beats, -side * n.pitch)):
        last = line[-1] if line else None
        if last and note.start_beats < last.end_beats - 0.05:
            if note.start_beats < last.start_beats + 0.05 or side * note.pitch < side * last.pitch:
                continue
            line[-1] = Note(last.start_beats, note.start_beats - last.start_beats, last.pitch)
        line.append(note)
    return line


def _tracks(sequence: MidiSequence) -> list[Track]:
    return [
        Track(
            [
                Note(
                    sequence.beat(note.start),
                    sequence.beat(max(note.end - note.start, 1)),
                    note.pitch,
                )
                for note in part.notes
            ],
            part.is_drum,
        )
        for part in sequence.parts
    ]


def licence_of(row: Mapping[str, str]) -> str:
    """What a manifest's row says of a file's licence, "" where it says nothing."""
    return row.get("licence") or row.get("license", "")


def attribution_of(row: Mapping[str, str], source: str) -> str:
    """The line that names whom a file is owed to; "" where its licence asks for none."""
    licence = licence_of(row)
    if not licence or "public domain" in licence.lower():
        return ""
    who = ", ".join(filter(None, (row.get("composer", ""), row.get("title", ""))))
    return f"{who}: {licence}, {source}/{row.get('source', '')}"


def _end(tracks: list[Track]) -> float:
    return max((note.end_beats for track in tracks for note in track.notes), default=0.0)
