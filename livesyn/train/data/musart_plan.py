"""Which clips are cut from which piece of music, and on which instruments they are played."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from livesyn.base import tables
from livesyn.base.errors import DataError
from livesyn.base.params import PERIODS
from livesyn.media.kinds import kind_of
from livesyn.train.data import clips
from livesyn.train.data.clips import INSTRUMENTS, Cut

TEST_SEGMENTS = 6  # of each held-out piece (section 2)
TRIED_ON = 3  # instruments that a held-out segment is played on


@dataclass(frozen=True)
class Wanted:
    """How much to take. `clips` a period for training, each played on `takes` instruments, of at
    most `pieces` (0: of all), with `recorded` each piece on one instrument throughout, as a
    recording has it; `held_out` and `valid` pieces a period; `views` squares cut from each
    painting, `size` pixels a side; `rights` keeps only rows of the paintings' manifest whose rights
    hold one of these words. With `clips_of` the clips are those of another cache, and only the
    paintings are cut anew.
    """

    clips: int = 300
    pieces: int = 0
    recorded: bool = False
    takes: int = 1
    held_out: int = 6
    valid: int = 3
    views: int = 8
    size: int = 64
    rights: tuple[str, ...] = ()
    seed: int = 0
    clips_of: Path | None = None


@dataclass(frozen=True)
class Piece:
    """One file of music. `work` is what it belongs to: pieces of a work are never split."""

    path: Path
    period: int
    work: str

    @property
    def key(self) -> str:
        return f"{PERIODS[self.period]}/{self.path.name}"


@dataclass(frozen=True)
class Job:
    piece: Piece
    split: str
    cuts: tuple[Cut, ...]


def find_pieces(music: Path) -> list[Piece]:
    """The pieces of every period, in order. Raises DataError."""
    works = {
        tables.plain(row["file"]): "/".join(row["source"].replace("\\", "/").split("/")[1:3])
        for row in manifest_rows(music)
        if row.get("source")
    }
    found = []
    for number, period in enumerate(PERIODS):
        paths = sorted(
            path
            for path in (music / period).rglob("*")
            if not path.name.startswith(".") and kind_of(path) in ("music", "sound")
        )
        if not paths:
            raise DataError(
                f"there is no music in {music / period}; {music} must have a folder for each of"
                f" {', '.join(PERIODS)}, with .mid files or recordings"
            )
        found += [
            Piece(
                path,
                number,
                works.get(tables.plain(f"{period}/{path.name}"), f"{period}/{path.stem}"),
            )
            for path in paths
        ]
    return found


def draw_order(name: str) -> str:
    """The same draw on every machine."""
    return hashlib.sha256(name.encode()).hexdigest()


def plan_jobs(pieces: Sequence[Piece], wanted: Wanted, lost: list[str]) -> list[Job]:
    """Which clips to cut from which piece. Whole works are held out until there are pieces enough;
    the rest is for training. What cannot be read or is shorter than a clip is said in `lost`.
    """
    jobs: list[Job] = []
    names = tuple(INSTRUMENTS)
    for period in range(len(PERIODS)):
        works: dict[str, list[Piece]] = {}
        for piece in pieces:
            if piece.period == period:
                works.setdefault(piece.work, []).append(piece)
        split_of: dict[str, str] = {}
        taken = {"test": 0, "valid": 0}
        # small works first: the large ones are needed to learn from
        for work in sorted(works, key=lambda work: (len(works[work]), draw_order(work))):
            split = (
                "test"
                if taken["test"] < wanted.held_out
                else "valid"
                if taken["valid"] < wanted.valid
                else "train"
            )
            split_of[work] = split
            if split != "train":
                taken[split] += len(works[work])
        learnt = [
            piece for work, group in works.items() if split_of[work] == "train" for piece in group
        ]
        if wanted.pieces and wanted.pieces < len(learnt):
            learnt = _longest(learnt, wanted)
        share = -(-wanted.clips // max(1, len(learnt)))
        planned: list[Job] = []
        for work, group in works.items():
            for piece in group:
                if split_of[work] == "train" and piece not in learnt:
                    continue
                random = np.random.default_rng(
                    int(draw_order(f"{wanted.seed} {piece.key}")[:12], 16)
                )
                split = split_of[work]
                try:
                    starts = clips.starts_s(
                        piece.path, share + 1 if split == "train" else TEST_SEGMENTS, random
                    )
                except DataError as error:
                    lost.append(str(error))
                    continue
                if not starts:
                    lost.append(f"{piece.key} is shorter than a clip of {clips.SECONDS:.2f} s")
                    continue
                recorded = kind_of(piece.path) != "music"
                first = int(random.integers(len(names)))
                turn = 0 if wanted.recorded and split == "train" else 1
                cuts = [
                    Cut(start_s, "" if recorded else names[(first + turn * i) % len(names)])
                    for i, start_s in enumerate(starts)
                ]
                planned.append(Job(piece, split, tuple(cuts)))
        takes = {"train": wanted.takes, "valid": 1, "test": TRIED_ON}
        jobs += [_taken(job, takes[job.split]) for job in _fill(planned, wanted.clips)]
    return jobs


def _taken(job: Job, takes: int) -> Job:
    """Each cut on so many instruments; a recording has the one it has."""
    names = tuple(INSTRUMENTS)
    cuts = [
        (
            Cut(one.start_s, names[(names.index(one.instrument) + 3 * k) % len(names)])
            if one.instrument
            else one
        )
        for one in job.cuts
        for k in range(takes if one.instrument else 1)
    ]
    return Job(job.piece, job.split, tuple(cuts))


def _longest(pieces: Sequence[Piece], wanted: Wanted) -> list[Piece]:
    """As many pieces as are wanted: any in which their clips have room side by side, and then the
    longest.
    """
    room_s = clips.SECONDS * wanted.clips / wanted.pieces

    def rank(piece: Piece) -> tuple[float, str]:
        try:
            return -min(clips.length_s(piece.path), room_s), draw_order(piece.key)
        except DataError:
            return 0.0, draw_order(piece.key)

    return sorted(pieces, key=rank)[: wanted.pieces]


def _fill(planned: Sequence[Job], count: int) -> list[Job]:
    """Take `count` training clips in turn from each piece, as long as it has any."""
    learnt = [job for job in planned if job.split == "train"]
    kept = [0] * len(learnt)
    while sum(kept) < min(count, sum(len(job.cuts) for job in learnt)):
        for i in sorted(range(len(learnt)), key=lambda i: draw_order(learnt[i].piece.key)):
            if sum(kept) < count and kept[i] < len(learnt[i].cuts):
                kept[i] += 1
    spread = [
        Job(
            job.piece,
            job.split,
            tuple(job.cuts[int(i)] for i in np.linspace(0, len(job.cuts) - 1, n).round()),
        )
        for job, n in zip(learnt, kept, strict=True)
        if n
    ]
    return [job for job in planned if job.split != "train"] + spread


def manifest_rows(music: Path) -> list[dict[str, str]]:
    """The rows of a manifest that name a file, as `file`; none without a manifest."""
    path = tables.find(music)
    if path is None:
        return []
    table = tables.read(path)
    column = table.column(tables.FILE_COLUMNS)
    return [{**row, "file": row[column]} for row in table.rows if row[column]]
