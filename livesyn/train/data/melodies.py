"""Windows of melody, bass or drums from scores and MIDI files, split by piece.

A melody is the skyline of a track above the bass, a bass line the lowest notes of one below,
drums are what the percussion channel strikes. A window (two bars, or sixteen) is kept when
its bars last four quarters, nine in ten of its attacks lie on the sixteenth grid, it strikes
notes enough (three in two bars, of at least two pitches) and is silent for less than a bar
(sixteen bars: two). Windows alike up to transposition are kept once in the whole set, so no
held-out window is also a training one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import numpy as np

from livesyn.base import tables
from livesyn.base.errors import DataError
from livesyn.base.types import Note
from livesyn.music import drums
from livesyn.music import vocabulary as v
from livesyn.train.caches import read_arrays
from livesyn.train.data import grooves, scores
from livesyn.train.data.scores import SPLITS, Piece, Track, find_pieces, split_of

GRID_TOLERANCE_BEATS = 0.07


@dataclass(frozen=True)
class Part:
    """How windows of one part are cut: `least` notes of `kinds` pitches in two bars."""

    lines: Callable[[list[Track]], list[list[Note]]]
    tokens: Callable[[list[Note], int], np.ndarray]
    least: int
    kinds: int
    dtype: type = np.uint8


PARTS = {
    "melody": Part(scores.upper_lines, v.notes_to_tokens, 3, 2),
    "bass": Part(scores.lower_lines, v.notes_to_tokens, 2, 2),
    "drums": Part(scores.drum_lines, drums.notes_to_tokens, 4, 2, np.uint16),
}


def windows_of(
    piece: Piece | grooves.Groove, part: str = "melody", bars: int = v.BARS
) -> np.ndarray:
    """The windows of one piece, (N, 16·bars). Two-bar windows begin at every bar, sixteen-bar ones
    at every second. Raises DataError where it cannot be read, or holds no notes."""
    return _read_windows(piece, part, bars)[0]


def _read_windows(
    piece: Piece | grooves.Groove, part: str, bars: int
) -> tuple[np.ndarray, str | None]:
    """Windows as `windows_of`, and a sentence where not all could be read. Raises DataError."""
    if isinstance(piece, grooves.Groove):
        return piece.windows(), None
    p = PARTS[part]
    tracks, lines, remark = scores.read(piece)
    found = [w for line in p.lines(tracks) for w in _windows(line, lines, p, bars)]
    return np.array(found, p.dtype).reshape(-1, bars * v.STEPS_PER_BAR), remark


def _windows_or_why(
    piece: Piece | grooves.Groove, part: str, bars: int
) -> tuple[np.ndarray | None, str | None]:
    """The windows of a piece, None of one that cannot be read; and a sentence where it is damaged:
    the whole set must not fail for one file."""
    try:
        return _read_windows(piece, part, bars)
    except DataError as error:
        return None, str(error)


def _windows(line: list[Note], lines: list[float], part: Part, bars: int) -> Iterator[np.ndarray]:
    starts = np.array([n.start_beats for n in line])
    for at in range(0, len(lines) - bars, max(1, bars // 8)):
        begin, end = lines[at], lines[at + bars]
        if np.abs(np.diff(lines[at : at + bars + 1]) - v.BEATS_PER_BAR).max() > 0.01:
            continue
        first, last = np.searchsorted(starts, [begin - 0.05, end - 0.05])
        inside = [n for n in line[max(0, first - 1) : last] if n.end_beats > begin + 0.2]
        if len(inside) < part.least * bars // 2 or len({n.pitch for n in inside}) < part.kinds:
            continue
        phase = (starts[first:last] - begin) * v.STEPS_PER_BEAT
        if np.mean(np.abs(phase - phase.round()) > GRID_TOLERANCE_BEATS * v.STEPS_PER_BEAT) > 0.1:
            continue
        tokens = part.tokens(
            [Note(n.start_beats - begin, n.duration_beats, n.pitch) for n in inside],
            bars * v.STEPS_PER_BAR,
        )
        if _is_full(tokens, part, bars):
            yield tokens


def _is_full(tokens: np.ndarray, part: Part, bars: int) -> bool:
    """Whether a window strikes enough and is not silent for too long."""
    if part.dtype is np.uint16:  # drums do not ring
        struck = tokens > drums.REST
        return int(struck.sum()) >= part.least * bars // 2 and bool(
            struck.reshape(-1, v.STEPS_PER_BAR).any(1).all()
        )
    return (
        int(v.attacks(tokens)) >= part.least * bars // 2
        and _longest_silence(tokens) < max(1, bars // 8) * v.STEPS_PER_BAR
    )


def _longest_silence(tokens: np.ndarray) -> int:
    longest = run = 0
    silent = True
    for token in tokens:
        silent = silent if token == v.HOLD else token == v.NOTE_OFF
        run = run + 1 if silent else 0
        longest = max(longest, run)
    return longest


def shape_key(tokens: np.ndarray) -> bytes:
    """What two windows share when they are the same up to transposition (drums: the same)."""
    if tokens.dtype == np.uint16:
        return tokens.tobytes()
    tokens = tokens.astype(np.int16)
    notes = tokens > v.NOTE_OFF
    return np.where(notes, tokens - tokens[notes][0] + 100, tokens).tobytes()


def build(
    sources: dict[str, Path],
    exclude: tuple[str, ...],
    out: Path,
    workers: int,
    progress: Callable[[int, int], object] = lambda done, total: None,
    *,
    part: str = "melody",
    bars: int = v.BARS,
    made: int = 0,
) -> dict:
    """Read every piece of `sources` (name -> folder), write the cache, return its counts and, as
    `lost` and `mended`, a sentence for each file that cannot be read, or not quite.

    `part` is a name in PARTS; `bars` how long a window is; `made` how many grooves made by
    rule go in beside the pieces (drums). The cache is an `.npz`: for each split `<split>` (N,
    16·bars) uint8 (drums: uint16) and `<split>_piece` (N,) int32, numbers into `pieces`, the
    names of the pieces that could be read. `exclude` are parts of paths to leave out (for sets
    that must not be used).
    """
    pieces: list[Piece | grooves.Groove] = [
        p
        for name, folder in sources.items()
        for p in find_pieces(folder, name)
        if not any(e in str(p.path) for e in exclude)
    ]
    pieces += [grooves.Groove(number) for number in range(made)]
    if not pieces:
        raise DataError(
            f"no scores found below {', '.join(map(str, sources.values()))}; expected .mxl,"
            " .musicxml, .xml, .krn, .abc or .mid files"
        )
    seen: set[bytes] = set()
    lost: dict[int, str] = {}
    mended: dict[int, str] = {}
    windows: dict[str, list[np.ndarray]] = {s: [] for s in SPLITS}
    owners: dict[str, list[int]] = {s: [] for s in SPLITS}
    per_source: dict[str, int] = dict.fromkeys([*sources, *([grooves.SOURCE] if made else [])], 0)
    # held-out first: they keep shared windows
    order = sorted(range(len(pieces)), key=lambda i: SPLITS[::-1].index(split_of(pieces[i].key)))
    with ProcessPoolExecutor(workers) as pool:
        for done, (i, (found, remark)) in enumerate(
            zip(
                order,
                pool.map(
                    _windows_or_why,
                    [pieces[i] for i in order],
                    repeat(part),
                    repeat(bars),
                    chunksize=8,
                ),
                strict=True,
            )
        ):
            progress(done + 1, len(pieces))
            if found is None:
                lost[i] = str(remark)
                continue
            if remark:
                mended[i] = remark
            split = split_of(pieces[i].key)
            for window in found:
                if (key := shape_key(window)) not in seen:
                    seen.add(key)
                    windows[split].append(window)
                    owners[split].append(i)
                    per_source[pieces[i].source] += 1
    about = {"part": part, "bars": bars, "made": made, **origin(sources, per_source)}
    kept = [i for i in range(len(pieces)) if i not in lost]
    number = {i: n for n, i in enumerate(kept)}
    arrays: dict[str, np.ndarray] = {
        "pieces": np.array([pieces[i].key for i in kept]),
        "origin": np.array(json.dumps(about)),
    }
    for split in SPLITS:
        arrays[split] = np.array(windows[split], PARTS[part].dtype).reshape(
            -1, bars * v.STEPS_PER_BAR
        )
        arrays[f"{split}_piece"] = np.array([number[i] for i in owners[split]], np.int32)
    if not all(len(windows[s]) for s in SPLITS):
        counts = ", ".join(f"{s} {len(windows[s])}" for s in SPLITS)
        raise DataError(
            f"too few windows of {part} were found ({counts}); each split needs some, so give more"
            " pieces"
            + (" or --grooves" if part == "drums" else "")
            + (
                f"; {len(lost)} of {len(pieces)} files cannot be read, the first: {lost[min(lost)]}"
                if lost
                else ""
            )
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]  # its stub takes the names for its own flags
    return {
        "pieces": len(kept),
        "sources": per_source,
        "lost": [lost[i] for i in sorted(lost)],
        "mended": [mended[i] for i in sorted(mended)],
        **{s: len(windows[s]) for s in SPLITS},
    }


def load(path: Path) -> dict[str, np.ndarray]:
    """The cache written by `build`. Raises DataError."""
    data = read_arrays(path, f"livesyn data melodies FOLDER... -o {path}")
    if missing := [s for s in SPLITS if s not in data]:
        raise DataError(
            f"{path} is not a melody cache ({', '.join(missing)} missing); make one with:"
            " livesyn data melodies"
        )
    return data


def origin(sources: dict[str, Path], windows: dict[str, int]) -> dict:
    """Where a cache comes from: windows a source, and for sources with a `manifest.csv` the
    number of files under each licence and a line of attribution for each that asks for one."""
    licences: dict[str, dict[str, int]] = {}
    attribution: list[str] = []
    for name, folder in sources.items():
        if (path := tables.find(folder)) is None:
            continue
        for row in tables.read(path).rows:
            counts = licences.setdefault(name, {})
            licence = scores.licence_of(row)
            counts[licence] = counts.get(licence, 0) + 1
            if line := scores.attribution_of(row, name):
                attribution.append(line)
    return {"windows": windows, "licences": licences, "attribution": attribution}
