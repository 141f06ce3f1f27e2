"""Two-bar 4/4 melody windows from scores and MIDI files, split by piece.

Scores (MusicXML, Humdrum) go through Verovio, which also says where the bars are; tunes in
ABC through music21; MIDI files are read by symusic, their bars found from the time signatures and, where a
pick-up shifts them, from where the weight of the music falls. Every track above the bass
is read as its skyline (of notes together, the highest), as MusicVAE's data was.

A window is kept when both its bars last four quarters, nine in ten of its attacks lie on
the sixteenth grid, it strikes at least three notes of at least two pitches and is silent
for less than a bar. Windows alike up to transposition are kept once in the whole set, so
no held-out window is also a training one.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from livesyn.errors import DataError
from livesyn.music import vocabulary as v
from livesyn.types import Note

SPLITS = ("train", "valid", "test")
SCORES = {".mxl", ".musicxml", ".xml", ".krn"}
MIDI = {".mid", ".midi"}
LOWEST_MEAN_PITCH = 52  # a track that lies lower on average is a bass line, not a melody
GRID_TOLERANCE_BEATS = 0.07


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


def find_pieces(folder: Path, source: str) -> list[Piece]:
    """All readable pieces below `folder`; a tune book (.abc) gives one piece a tune."""
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder; name one that holds .mxl, .musicxml, .xml, .krn, .abc or .mid files")
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


def _tunes(path: Path) -> list[str]:
    text = path.read_text(encoding="latin-1")
    return [t for t in re.split(r"(?m)^(?=X:)", text) if t.startswith("X:")]


def windows_of(piece: Piece) -> np.ndarray:
    """The two-bar windows of one piece, (N, 32) uint8; none where it cannot be read."""
    try:
        read = _read_midi if piece.path.suffix in MIDI else _read_tune if piece.number >= 0 else _read_score
        tracks, bars = read(piece)
    except Exception:  # a damaged score: the whole set must not fail for it
        return np.zeros((0, v.STEPS), np.uint8)
    found = [w for track in tracks for w in _windows(track, bars)]
    return np.array(found, np.uint8).reshape(-1, v.STEPS)


def _read_tune(piece: Piece) -> tuple[list[list[Note]], list[float]]:
    """A tune of an ABC book, by music21, whose reader knows the dialects of the old books."""
    import music21

    score: Any = music21.converter.parseData(_tunes(piece.path)[piece.number], format="abc")
    if isinstance(score, music21.stream.Opus):
        score = score.scores[0]
    part = score.parts[0]
    bars = [float(m.offset) for m in part.getElementsByClass("Measure")]
    line = [Note(float(n.offset), float(n.quarterLength), max(p.midi for p in n.pitches)) for n in part.flatten().notes if n.quarterLength > 0 and n.pitches]
    return [_skyline(line)], [*bars, float(part.highestTime)]


def _read_score(piece: Piece) -> tuple[list[list[Note]], list[float]]:
    import symusic
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    kit = verovio.toolkit()
    kit.setOptions({"breaks": "none"})
    if not kit.loadFile(str(piece.path)):
        return [], []
    score = symusic.Score.from_midi(base64.b64decode(kit.renderToMIDI()))
    bars = [float(e["qstamp"]) for e in kit.renderToTimemap({"includeMeasures": True}) if "measureOn" in e]
    tracks = _tracks(score)
    end = max((n.end_beats for t in tracks for n in t), default=0.0)
    return tracks, [*bars, max(end, bars[-1] if bars else 0.0)]


def _read_midi(piece: Piece) -> tuple[list[list[Note]], list[float]]:
    import symusic

    score: Any = symusic.Score(str(piece.path))
    tracks = _tracks(score)
    tpq = score.ticks_per_quarter
    end = max((n.end_beats for t in tracks for n in t), default=0.0)
    meters = [(s.time / tpq, 4.0 * s.numerator / s.denominator) for s in score.time_signatures] or [(0.0, 4.0)]
    bars: list[float] = []
    for i, (start, length) in enumerate(meters):
        stop = meters[i + 1][0] if i + 1 < len(meters) else end
        if length <= 0 or stop <= start:
            continue
        bars += list(np.arange(start + _pickup(tracks, start, stop, length), stop, length))
    return tracks, [*bars, end]


def _pickup(tracks: list[list[Note]], start: float, stop: float, length: float) -> float:
    """Beats by which the bars lie behind `start`: where long notes begin is where bars do."""
    weight = np.zeros(int(length))
    for track in tracks:
        for note in track:
            phase = (note.start_beats - start) % length
            if start <= note.start_beats < stop and abs(phase - round(phase)) < 0.01:
                weight[round(phase) % len(weight)] += min(note.duration_beats, 4.0)
    best = int(weight.argmax()) if len(weight) else 0
    return float(best) if len(weight) and weight[best] > 1.25 * weight[0] else 0.0


def _tracks(score) -> list[list[Note]]:
    tpq = score.ticks_per_quarter
    tracks = []
    for track in score.tracks:
        if track.is_drum or len(track.notes) < 8:
            continue
        notes = [Note(n.time / tpq, max(n.duration, 1) / tpq, n.pitch) for n in track.notes]
        if np.mean([n.pitch for n in notes]) >= LOWEST_MEAN_PITCH:
            tracks.append(_skyline(notes))
    return tracks


def _skyline(notes: list[Note]) -> list[Note]:
    """The melody on top: of notes that start together the highest; a lower note that
    starts while a higher one sounds is left out, a higher one cuts the one before."""
    line: list[Note] = []
    for note in sorted(notes, key=lambda n: (n.start_beats, -n.pitch)):
        last = line[-1] if line else None
        if last and note.start_beats < last.end_beats - 0.05:
            if note.start_beats < last.start_beats + 0.05 or note.pitch < last.pitch:
                continue
            line[-1] = Note(last.start_beats, note.start_beats - last.start_beats, last.pitch)
        line.append(note)
    return line


def _windows(line: list[Note], bars: list[float]) -> Iterator[np.ndarray]:
    starts = np.array([n.start_beats for n in line])
    for begin, middle, end in zip(bars, bars[1:], bars[2:], strict=False):
        if abs(middle - begin - 4) > 0.01 or abs(end - middle - 4) > 0.01:
            continue
        first, last = np.searchsorted(starts, [begin - 0.05, end - 0.05])
        inside = [n for n in line[max(0, first - 1) : last] if n.end_beats > begin + 0.2]
        if len(inside) < 3 or len({n.pitch for n in inside}) < 2:
            continue
        phase = (starts[first:last] - begin) * v.STEPS_PER_BEAT
        if np.mean(np.abs(phase - phase.round()) > GRID_TOLERANCE_BEATS * v.STEPS_PER_BEAT) > 0.1:
            continue
        local = [Note(n.start_beats - begin, n.duration_beats, n.pitch) for n in inside]
        tokens = v.notes_to_tokens(local)
        if v.attacks(tokens) >= 3 and _longest_silence(tokens) < v.STEPS_PER_BAR:
            yield tokens


def _longest_silence(tokens: np.ndarray) -> int:
    longest = run = 0
    silent = True
    for token in tokens:
        silent = silent if token == v.HOLD else token == v.NOTE_OFF
        run = run + 1 if silent else 0
        longest = max(longest, run)
    return longest


def shape_key(tokens: np.ndarray) -> bytes:
    """What two windows share when they are the same up to transposition."""
    tokens = tokens.astype(np.int16)
    notes = tokens > v.NOTE_OFF
    return np.where(notes, tokens - tokens[notes][0] + 100, tokens).tobytes()


def build(sources: dict[str, Path], exclude: tuple[str, ...], out: Path, workers: int, progress=lambda done, total: None) -> dict:
    """Read every piece of `sources` (name -> folder), write the cache, return its counts.

    The cache is an `.npz`: for each split `<split>` (N, 32) uint8 and `<split>_piece` (N,)
    int32, numbers into `pieces`, the names of all pieces. `exclude` are parts of paths to
    leave out (for sets that must not be used).
    """
    pieces = [p for name, folder in sources.items() for p in find_pieces(folder, name) if not any(e in str(p.path) for e in exclude)]
    if not pieces:
        raise DataError(f"no scores found below {', '.join(map(str, sources.values()))}; expected .mxl, .musicxml, .xml, .krn, .abc or .mid files")
    seen: set[bytes] = set()
    windows: dict[str, list[np.ndarray]] = {s: [] for s in SPLITS}
    owners: dict[str, list[int]] = {s: [] for s in SPLITS}
    per_source: dict[str, int] = dict.fromkeys(sources, 0)
    order = sorted(range(len(pieces)), key=lambda i: SPLITS[::-1].index(split_of(pieces[i].key)))  # held-out first: they keep shared windows
    with ProcessPoolExecutor(workers) as pool:
        for done, (i, found) in enumerate(zip(order, pool.map(windows_of, [pieces[i] for i in order], chunksize=8), strict=True)):
            split = split_of(pieces[i].key)
            for window in found:
                if (key := shape_key(window)) not in seen:
                    seen.add(key)
                    windows[split].append(window)
                    owners[split].append(i)
                    per_source[pieces[i].source] += 1
            progress(done + 1, len(pieces))
    arrays: dict[str, np.ndarray] = {"pieces": np.array([p.key for p in pieces]), "origin": np.array(json.dumps(origin(sources, per_source)))}
    for split in SPLITS:
        arrays[split] = np.array(windows[split], np.uint8).reshape(-1, v.STEPS)
        arrays[f"{split}_piece"] = np.array(owners[split], np.int32)
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]  # its stub takes the names for its own flags
    return {"pieces": len(pieces), "sources": per_source, **{s: len(windows[s]) for s in SPLITS}}


def load(path: Path) -> dict[str, np.ndarray]:
    """The cache written by `build`."""
    if not path.is_file():
        raise DataError(f"{path} is not there; make it with: livesyn data melodies FOLDER... -o {path}")
    with np.load(path, allow_pickle=False) as data:
        missing = [s for s in SPLITS if s not in data]
        if missing:
            raise DataError(f"{path} is not a melody cache ({', '.join(missing)} missing); make one with: livesyn data melodies")
        return {k: data[k] for k in data.files}


def origin(sources: dict[str, Path], windows: dict[str, int]) -> dict:
    """Where a cache comes from: windows a source, and for sources with a `manifest.csv` the
    number of files under each licence and a line of attribution for each that asks for one."""
    licences: dict[str, dict[str, int]] = {}
    attribution: list[str] = []
    for name, folder in sources.items():
        if not (folder / "manifest.csv").is_file():
            continue
        with (folder / "manifest.csv").open(newline="", encoding="utf-8") as rows:
            for row in csv.DictReader(rows):
                counts = licences.setdefault(name, {})
                counts[row["licence"]] = counts.get(row["licence"], 0) + 1
                if "public domain" not in row["licence"].lower():
                    attribution.append(f"{row['composer']}, {row['title']}: {row['licence']}, {name}/{row['source']}")
    return {"windows": windows, "licences": licences, "attribution": attribution}
