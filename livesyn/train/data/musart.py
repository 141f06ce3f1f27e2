"""The Musart set: music and paintings of five periods. (MVNet, section 2.)

Music lies in `MUSIC/<period>/`, paintings in a folder with `manifest.csv` and a column `era`,
or in class folders of the same names. Clips are split by *work* (the movements of one
together, where the manifest tells) and pictures by *painting*.

The cache is an `.npz`. For each split `<split>_mel` (N, 128, 768) uint8, the mel window against
its loudest from -80 dB (0) to 0 dB (255); `<split>_period` and `<split>_instrument` (N,) uint8;
`<split>_piece` (N,) int32 into `pieces`; `<split>_start` (N,) float32 seconds; `<split>_images`
(M, S, S, 3) uint8, several views of each painting; `<split>_image_period` (M,) uint8 and
`<split>_painting` (M,) int32 into `paintings`. Test clips come on several instruments: the
same cut, the same piece and start.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from livesyn.audio import mel
from livesyn.base import tables
from livesyn.base.errors import DataError
from livesyn.base.params import PERIODS
from livesyn.media.kinds import kind_of
from livesyn.train.caches import read_arrays
from livesyn.train.data import clips
from livesyn.train.data.clips import INSTRUMENTS, Cut
from livesyn.train.data.scores import SPLITS, attribution_of

TEST_SEGMENTS = 6  # of each held-out piece (section 2)
TRIED_ON = 3  # instruments that a held-out segment is played on
LEAST_VIEW = 0.6  # of the shorter side
GREY = 4.0  # of 255: the mean spread of the channels below which a picture has no colours


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
class _Job:
    piece: Piece
    split: str
    cuts: tuple[Cut, ...]


def build(
    music: Path,
    paintings: Path,
    out: Path,
    wanted: Wanted = Wanted(),
    workers: int = 2,
    progress: Callable[[int, int], object] = lambda done, total: None,
) -> dict:
    """Make the cache `out`; returns its counts and what was lacking. Raises DataError,
    DeviceError.
    """
    pictures, about = _pictures(paintings, wanted)
    lost: list[str] = []
    if wanted.clips_of is None:
        clips_of_it = _clips(music, wanted, workers, progress, lost)
    else:
        clips_of_it = _clips_again(wanted.clips_of)
    counts: dict = {"lost": lost, **about}
    for split in SPLITS:
        for what, of in (
            ("clips", clips_of_it[f"{split}_period"]),
            ("views", pictures[f"{split}_image_period"]),
        ):
            each = np.bincount(of, minlength=len(PERIODS)).tolist()
            counts[f"{split}_{what}"] = dict(zip(PERIODS, each, strict=True))
            if not all(each):
                raise DataError(
                    f"there are no {what} of {PERIODS[each.index(0)]} for the {split} split; each"
                    " period needs at least"
                    f" {'nine pieces' if what == 'clips' else 'five paintings'}"
                )
    learnt = {str(clips_of_it["pieces"][i]) for i in set(clips_of_it["train_piece"].tolist())}
    origin = {
        "command": command(music, paintings, out, wanted),
        "music": music.name,
        "paintings": paintings.name,
        "counts": counts,
        "attribution": _attribution(music, learnt),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        out,
        **clips_of_it,  # type: ignore[arg-type]
        **pictures,  # type: ignore[arg-type]
        origin=np.array(json.dumps(origin)),
    )  # its stub takes the names for its own flags
    return counts


def _clips(
    music: Path,
    wanted: Wanted,
    workers: int,
    progress: Callable[[int, int], object],
    lost: list[str],
) -> dict[str, np.ndarray]:
    """The music arrays of the cache: cut, rendered and analysed."""
    jobs = _plan(find_pieces(music), wanted, lost)
    arrays: dict[str, list] = {
        f"{split}_{what}": []
        for split in SPLITS
        for what in ("mel", "period", "piece", "instrument", "start")
    }
    names = sorted({job.piece.key for job in jobs})
    number, instruments = (
        {name: i for i, name in enumerate(names)},
        {name: i for i, name in enumerate(("", *INSTRUMENTS))},
    )
    with ProcessPoolExecutor(workers) as pool:
        for done, (job, windows) in enumerate(zip(jobs, pool.map(_windows, jobs), strict=True)):
            if isinstance(windows, str):
                lost.append(windows)
            for one, window in zip(
                job.cuts, () if isinstance(windows, str) else windows, strict=False
            ):
                if not window.any():
                    continue  # a rest as long as the clip
                arrays[f"{job.split}_mel"].append(window)
                arrays[f"{job.split}_period"].append(job.piece.period)
                arrays[f"{job.split}_piece"].append(number[job.piece.key])
                arrays[f"{job.split}_instrument"].append(instruments[one.instrument])
                arrays[f"{job.split}_start"].append(one.start_s)
            progress(done + 1, len(jobs))
    kinds = {
        "mel": np.uint8,
        "period": np.uint8,
        "piece": np.int32,
        "instrument": np.uint8,
        "start": np.float32,
    }
    return {key: np.array(found, kinds[key.split("_")[1]]) for key, found in arrays.items()} | {
        "pieces": np.array(names),
        "instruments": np.array(("", *INSTRUMENTS)),
    }


def _clips_again(path: Path) -> dict[str, np.ndarray]:
    """The same, as another cache has it. Raises DataError."""
    whole = load(path)
    return {key: array for key, array in whole.items() if is_of_music(key)}


def is_of_music(key: str) -> bool:
    """Whether an array of a cache is of its music, not of its paintings."""
    split, _, what = key.partition("_")
    return key in ("pieces", "instruments") or (
        split in SPLITS and what in ("mel", "period", "piece", "instrument", "start")
    )


def command(music: Path, paintings: Path, out: Path, wanted: Wanted) -> str:
    """The command line that makes the cache again: every amount that is not the default."""
    words = ["livesyn data musart", music.name, paintings.name]
    for name in ("clips", "pieces", "takes", "held_out", "views", "size", "seed"):
        if getattr(wanted, name) != getattr(Wanted, name):
            words.append(f"--{name.replace('_', '-')} {getattr(wanted, name)}")
    if wanted.recorded:
        words.append("--recorded")
    if wanted.rights:
        words.append(f"--rights {shlex.quote('|'.join(wanted.rights))}")
    if wanted.clips_of is not None:
        words.append(f"--clips-of data/{wanted.clips_of.name}")
    return " ".join([*words, f"-o data/{out.name}"])


def load(path: Path) -> dict[str, np.ndarray]:
    """The cache written by `build`. Raises DataError."""
    found = read_arrays(path, f"livesyn data musart MUSIC PAINTINGS -o {path}")
    if missing := [
        key
        for split in SPLITS
        for what in ("mel", "period", "images")
        if (key := f"{split}_{what}") not in found
    ]:
        raise DataError(
            f"{path} is not a Musart cache ({missing[0]} is missing); make one with: livesyn data"
            " musart"
        )
    return found


def windows(stored: np.ndarray) -> np.ndarray:
    """Stored mel windows (N, 128, 768) uint8 as the encoder takes them: (N, 3, 128, 256) float32,
    -1 to 1. See `mel.thirds`.
    """
    parts = stored.reshape(len(stored), mel.BANDS, mel.THIRDS, -1).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(parts, np.float32) / 127.5 - 1


def stored(columns: np.ndarray) -> np.ndarray:
    """A mel window (128, 768) in dB as it is stored."""
    return np.round((mel.relative(columns) / -mel.FLOOR_DB + 1) * 255).astype(np.uint8)


def find_pieces(music: Path) -> list[Piece]:
    """The pieces of every period, in order. Raises DataError."""
    works = {
        tables.plain(row["file"]): "/".join(row["source"].replace("\\", "/").split("/")[1:3])
        for row in _rows(music)
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


def _order(name: str) -> str:
    """The same draw on every machine."""
    return hashlib.sha256(name.encode()).hexdigest()


def _plan(pieces: Sequence[Piece], wanted: Wanted, lost: list[str]) -> list[_Job]:
    """Which clips to cut from which piece. Whole works are held out until there are pieces enough;
    the rest is for training. What cannot be read or is shorter than a clip is said in `lost`.
    """
    jobs: list[_Job] = []
    names = tuple(INSTRUMENTS)
    for period in range(len(PERIODS)):
        works: dict[str, list[Piece]] = {}
        for piece in pieces:
            if piece.period == period:
                works.setdefault(piece.work, []).append(piece)
        split_of: dict[str, str] = {}
        taken = {"test": 0, "valid": 0}
        for work in sorted(
            works, key=lambda work: (len(works[work]), _order(work))
        ):  # small works first: the large ones are needed to learn from
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
        planned: list[_Job] = []
        for work, group in works.items():
            for piece in group:
                if split_of[work] == "train" and piece not in learnt:
                    continue
                random = np.random.default_rng(int(_order(f"{wanted.seed} {piece.key}")[:12], 16))
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
                planned.append(_Job(piece, split, tuple(cuts)))
        takes = {"train": wanted.takes, "valid": 1, "test": TRIED_ON}
        jobs += [_taken(job, takes[job.split]) for job in _fill(planned, wanted.clips)]
    return jobs


def _taken(job: _Job, takes: int) -> _Job:
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
    return _Job(job.piece, job.split, tuple(cuts))


def _longest(pieces: Sequence[Piece], wanted: Wanted) -> list[Piece]:
    """As many pieces as are wanted: any in which their clips have room side by side, and then the
    longest.
    """
    room_s = clips.SECONDS * wanted.clips / wanted.pieces

    def rank(piece: Piece) -> tuple[float, str]:
        try:
            return -min(clips.length_s(piece.path), room_s), _order(piece.key)
        except DataError:
            return 0.0, _order(piece.key)

    return sorted(pieces, key=rank)[: wanted.pieces]


def _fill(planned: Sequence[_Job], count: int) -> list[_Job]:
    """Take `count` training clips in turn from each piece, as long as it has any."""
    learnt = [job for job in planned if job.split == "train"]
    kept = [0] * len(learnt)
    while sum(kept) < min(count, sum(len(job.cuts) for job in learnt)):
        for i in sorted(range(len(learnt)), key=lambda i: _order(learnt[i].piece.key)):
            if sum(kept) < count and kept[i] < len(learnt[i].cuts):
                kept[i] += 1
    spread = [
        _Job(
            job.piece,
            job.split,
            tuple(job.cuts[int(i)] for i in np.linspace(0, len(job.cuts) - 1, n).round()),
        )
        for job, n in zip(learnt, kept, strict=True)
        if n
    ]
    return [job for job in planned if job.split != "train"] + spread


def _windows(job: _Job) -> np.ndarray | str:
    """The stored mel windows of a job's clips, (N, 128, 768); a sentence when its file is no
    good.
    """
    try:
        return np.stack(
            [
                (
                    stored(mel.mel(samples))
                    if np.abs(samples).max() > 1e-4
                    else np.zeros((mel.BANDS, mel.COLUMNS), np.uint8)
                )
                for samples in clips.cut(job.piece.path, job.cuts)
            ]
        )
    except DataError as error:
        return str(error)


def _pictures(paintings: Path, wanted: Wanted) -> tuple[dict[str, np.ndarray], dict]:
    """Views of every painting by split, and how many paintings there are of each period."""
    from livesyn.train.data import pictures

    every = pictures.load(
        paintings, pictures.Source(size=2 * wanted.size, rights=wanted.rights, held_out=2)
    )  # this set splits by itself, see below
    painted = [
        (name, label, image)
        for split in every.values()
        for name, label, image in zip(split.names, split.labels, split.images, strict=True)
        if label in PERIODS
    ]
    found = [one for one in painted if not _is_grey(one[2])]
    arrays: dict[str, list] = {
        f"{split}_{what}": [] for split in SPLITS for what in ("images", "image_period", "painting")
    }
    names = sorted(name for name, _, _ in found)
    counts = {}
    for number, period in enumerate(PERIODS):
        of_it = sorted((one for one in found if one[1] == period), key=lambda one: _order(one[0]))
        counts[period] = len(of_it)
        tests, valids = max(1, len(of_it) // 7), max(1, len(of_it) // 12)
        for i, (name, _, image) in enumerate(of_it):
            split = "test" if i < tests else "valid" if i < tests + valids else "train"
            for view in _views(
                image, wanted, np.random.default_rng(int(_order(f"{wanted.seed} {name}")[:12], 16))
            ):
                arrays[f"{split}_images"].append(view)
                arrays[f"{split}_image_period"].append(number)
                arrays[f"{split}_painting"].append(names.index(name))
    kinds = {"images": np.uint8, "image_period": np.uint8, "painting": np.int32}
    whole = {key: np.array(values, kinds[key.split("_", 1)[1]]) for key, values in arrays.items()}
    return {**whole, "paintings": np.array(names)}, {
        "paintings": counts,
        "grey": len(painted) - len(found),
    }


def _is_grey(image: np.ndarray) -> bool:
    """A black and white reproduction: it says nothing of a period's colours."""
    return bool(np.ptp(image.astype(np.int16), axis=2).mean() < GREY)


def _views(image: np.ndarray, wanted: Wanted, random: np.random.Generator) -> list[np.ndarray]:
    """Squares of a painting (H, W, 3), the first as large as it goes and central, as (size, size,
    3) each.
    """
    from PIL import Image

    height, width = image.shape[:2]
    views = []
    for i in range(wanted.views):
        side = (
            min(height, width)
            if i == 0
            else round(min(height, width) * random.uniform(LEAST_VIEW, 1.0))
        )
        top, left = (
            ((height - side) // 2, (width - side) // 2)
            if i == 0
            else (int(random.integers(height - side + 1)), int(random.integers(width - side + 1)))
        )
        views.append(
            np.asarray(
                Image.fromarray(image[top : top + side, left : left + side]).resize(
                    (wanted.size, wanted.size), Image.Resampling.LANCZOS
                )
            )
        )
    return views


def _attribution(music: Path, used: set[str]) -> list[str]:
    """A line for each work used whose licence asks for one."""
    names = {tables.plain(name) for name in used}
    return [
        line
        for row in _rows(music)
        if tables.plain(row["file"]) in names and (line := attribution_of(row, music.name))
    ]


def _rows(music: Path) -> list[dict[str, str]]:
    """The rows of a manifest that name a file, as `file`; none without a manifest."""
    path = tables.find(music)
    if path is None:
        return []
    table = tables.read(path)
    column = table.column(tables.FILE_COLUMNS)
    return [{**row, "file": row[column]} for row in table.rows if row[column]]
