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

import json
import shlex
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from livesyn.audio import mel
from livesyn.base import tables
from livesyn.base.errors import DataError
from livesyn.base.params import PERIODS
from livesyn.train.caches import read_arrays
from livesyn.train.data import clips
from livesyn.train.data.clips import INSTRUMENTS
from livesyn.train.data.musart_paintings import views_of_paintings
from livesyn.train.data.musart_plan import Job, Wanted, find_pieces, manifest_rows, plan_jobs
from livesyn.train.data.scores import SPLITS, attribution_of


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
    pictures, about = views_of_paintings(paintings, wanted)
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
    # its stub takes the names for its own flags
    np.savez_compressed(
        out,
        **clips_of_it,  # type: ignore[arg-type]
        **pictures,  # type: ignore[arg-type]
        origin=np.array(json.dumps(origin)),
    )
    return counts


def _clips(
    music: Path,
    wanted: Wanted,
    workers: int,
    progress: Callable[[int, int], object],
    lost: list[str],
) -> dict[str, np.ndarray]:
    """The music arrays of the cache: cut, rendered and analysed."""
    jobs = plan_jobs(find_pieces(music), wanted, lost)
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


def _windows(job: Job) -> np.ndarray | str:
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


def _attribution(music: Path, used: set[str]) -> list[str]:
    """A line for each work used whose licence asks for one."""
    names = {tables.plain(name) for name in used}
    return [
        line
        for row in manifest_rows(music)
        if tables.plain(row["file"]) in names and (line := attribution_of(row, music.name))
    ]
