"""Reading scores and MIDI files: the tracks of a piece, and where its bars are.

Scores (MusicXML, Humdrum) go through Verovio, which also says where the bars are; tunes in
ABC through music21; MIDI files are read by symusic, their bars found from the time
signatures and, where a pick-up shifts them, from where the weight of the music falls.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from livesyn.base.errors import DataError
from livesyn.base.types import Note

SPLITS = ("train", "valid", "test")
SCORES = {".mxl", ".musicxml", ".xml", ".krn"}
MIDI = {".mid", ".midi"}
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
        if path.suffix in SCORES | MIDI:
            pieces.append(Piece(path, source))
        elif path.suffix == ".abc":
            pieces += [Piece(path, source, i) for i in range(len(_tunes(path)))]
    return pieces


def split_of(key: str) -> str:
    """train, valid or test (90, 5, 5 %) by the piece's name: stable across runs and machines."""
    bucket = int(hashlib.sha256(key.encode()).hexdigest(), 16) % 100
    return "train" if bucket < 90 else "valid" if bucket < 95 else "test"


def read(piece: Piece) -> tuple[list[Track], list[float]]:
    """The tracks of a piece, and the beats at which its bars begin (the last is its end).
    Raises whatever a reader does where it cannot be read."""
    if piece.path.suffix in MIDI:
        return _read_midi(piece)
    return _read_tune(piece) if piece.number >= 0 else _read_score(piece)


def _tunes(path: Path) -> list[str]:
    text = path.read_text(encoding="latin-1")
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
    import symusic
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    kit = verovio.toolkit()
    kit.setOptions({"breaks": "none"})
    if not kit.loadFile(str(piece.path)):
        return [], []
    score = symusic.Score.from_midi(base64.b64decode(kit.renderToMIDI()))
    bars = [
        float(e["qstamp"])
        for e in kit.renderToTimemap({"includeMeasures": True})
        if "measureOn" in e
    ]
    tracks = _tracks(score)
    return tracks, [*bars, max(_end(tracks), bars[-1] if bars else 0.0)]


def _read_midi(piece: Piece) -> tuple[list[Track], list[float]]:
    import symusic

    score: Any = symusic.Score(str(piece.path))
    tracks = _tracks(score)
    tpq = score.ticks_per_quarter
    end = _end(tracks)
    meters = [(s.time / tpq, 4.0 * s.numerator / s.denominator) for s in score.time_signatures] or [
        (0.0, 4.0)
    ]
    bars: list[float] = []
    for i, (start, length) in enumerate(meters):
        stop = meters[i + 1][0] if i + 1 < len(meters) else end
        if length <= 0 or stop <= start:
            continue
        bars += list(np.arange(start + _pickup(tracks, start, stop, length), stop, length))
    return tracks, [*bars, end]


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


def _tracks(score: Any) -> list[Track]:
    tpq = score.ticks_per_quarter
    return [
        Track(
            [Note(n.time / tpq, max(n.duration, 1) / tpq, n.pitch) for n in track.notes],
            track.is_drum,
        )
        for track in score.tracks
        if track.notes
    ]


def _end(tracks: list[Track]) -> float:
    return max((note.end_beats for track in tracks for note in track.notes), default=0.0)
