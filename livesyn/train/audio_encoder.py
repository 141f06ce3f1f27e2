"""Train MVNet's audio encoder by triplets: `livesyn train audio-encoder`. (MVNet, section 4.1.)

Preset `published` is the paper's: one triplet a step, drawn at random, Adam 5e-5, 15 epochs. Preset
`small` learns more from less: batches of all periods and every triplet in them, windows varied by
colouring, noise, shifts of pitch and gaps, a linear layer on the embedding that names the period
(from triplets alone it learnt nothing in 1,000 steps), and of all validations the best is kept.
Where the set has each clip on several instruments (`livesyn data musart --takes`), the takes of a
clip are pulled together, so that the embedding depends on the music and not on the instrument.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from livesyn.base.errors import ConfigError, DataError
from livesyn.base.params import PERIODS
from livesyn.nets import checkpoint
from livesyn.nets.audio_encoder import AudioEncoder, AudioEncoderConfig, triplet_loss
from livesyn.nets.precision import autocast
from livesyn.train import card
from livesyn.train.data import musart
from livesyn.train.run import Run, setting
from livesyn.train.separation import neighbours, silhouette

PRESETS = {
    "published": AudioEncoderConfig(),
    "small": AudioEncoderConfig((16, 32, 64, 128, 256, 512), dropout=0.3, pooled=True),
}
EPOCHS = 15
LEAST = 3  # clips a period in a batch: two takes of one, and one of another piece
AT_ONCE = 32
EVERY = 250  # steps between validations
STAGES = (1, 3, 6, 10, 15)  # epochs whose embeddings are kept, for the paper's figure 4


@dataclass(frozen=True)
class Settings:
    """What a run is made of."""

    preset: str = setting("small", f"which net and which way of training: {', '.join(PRESETS)}")
    data: str = setting("data/musart.npz", "the cache made by livesyn data musart")
    steps: int = setting(
        0, "steps of training at most (0: published 15 epochs of one triplet a step, small 4000)"
    )
    minutes: float | None = setting(
        None, "stop after so many minutes of training in all", least=0.01
    )
    batch: int = setting(
        0,
        f"clips a step (0: published 1 triplet, small 25, five a period); small: at least {LEAST} a"
        " period",
    )
    rate: float = setting(0.0, "Adam's learning rate (0: published 5e-5, small 5e-4)")
    margin: float = setting(3.0, "margin of the triplet loss")
    p: float = setting(5.0, "norm of the triplet loss", least=1)
    powered: bool = setting(False, "distances to the power p, as the paper prints the loss")
    naming: float = setting(
        2.0, "small: weight of naming the period by a linear layer, beside the triplets"
    )
    takes: float = setting(
        4.0,
        "small: weight of how far takes of one clip on several instruments are apart, against other"
        " pieces of the period; where the set has them",
    )
    patience: int = setting(
        0, "stop after so many validations without a better one, and take the best (0: never)"
    )
    seed: int = setting(0, "the same seed, the same run")


def train(
    settings: Settings, run_folder: Path, device: torch.device, out: Path | None = None
) -> dict:
    """Train, measure on held-out pieces, write the checkpoint to `out`; returns the figures. Raises
    ConfigError, DataError.
    """
    s = settings
    if s.preset not in PRESETS:
        raise ConfigError(f"there is no preset {s.preset!r}; there are: {', '.join(PRESETS)}")
    published = s.preset == "published"
    data = musart.load(Path(s.data))
    torch.manual_seed(s.seed)
    net = AudioEncoder(PRESETS[s.preset], PERIODS).to(device)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    both = nn.ModuleDict(
        {"encoder": net, "naming": nn.Linear(net.config.embedding, len(PERIODS))}
    ).to(device)
    count = len(data["train_mel"])
    total = s.steps or (EPOCHS * count if published else 4000)
    batch = s.batch or (1 if published else 25)
    optimiser: torch.optim.Optimizer = (
        torch.optim.Adam(both.parameters(), s.rate or 5e-5, betas=(0.5, 0.999))
        if published
        else torch.optim.AdamW(
            both.parameters(), s.rate or 5e-4, betas=(0.9, 0.99), weight_decay=0.05
        )
    )
    run = Run(run_folder, both, optimiser, s)
    share = run.team.share(batch)
    if published and not s.steps:
        total = -(-total // run.team.size)  # a step has every process's triplet: as many epochs
    if not published and share % len(PERIODS):
        raise ConfigError(
            f"{run.team.size} processes have {share} clips each of a batch of {batch}, and there"
            f" are {len(PERIODS)} periods; give --batch a multiple of"
            f" {len(PERIODS) * run.team.size}"
        )
    if not published and share < LEAST * len(PERIODS):
        raise ConfigError(
            f"a process has {share} clips of a batch of {batch}, fewer than {LEAST} a period; give"
            f" --batch {LEAST * len(PERIODS) * run.team.size} or more"
        )
    _check_pieces(data)
    recent: list[float] = []
    for step in run.steps(total, s.minutes, f"audio-encoder {s.preset}"):
        random = run.random(step)
        with autocast(device):
            loss = (
                _random_triplets(net, data, share, random, s, device)
                if published
                else _all_triplets(both, data, share, random, s, device)
            )
        run.descend(loss)
        recent.append(loss.item())
        if step % EVERY == EVERY - 1 or step in (0, total - 1):
            seen = measure(net, data, "valid", device)
            run.log(
                **{"train/loss": float(np.mean(recent))},
                **{f"valid/{name}": seen[name] for name in ("triplet", "silhouette", "knn_clips")},
            )
            run.judge(-seen["silhouette"] - seen["knn_clips"])
            run.plot(run_folder / "curves.png")
            recent.clear()
            if s.patience and run.stale >= s.patience:
                break
        before, after = (
            clips * share * run.team.size // count for clips in (step, step + 1)
        )  # epochs that are done
        for epoch in (stage for stage in STAGES if before < stage <= after and run.team.leads):
            np.savez(
                run_folder / f"epoch-{epoch:02d}.npz",
                embeddings=embed(net, data["test_mel"], device),
                periods=data["test_period"],
            )
    if not published:
        run.restore_best()
    if not run.team.leads:
        return {}
    keep_centres(net, data, device)
    figures: dict = {
        "split": "test",
        **measure(net, data, "test", device),
        "instruments": instruments(net, data, device),
    }
    figures["run"] = {
        "steps": run.step,
        "minutes": round(run.trained_s / 60, 1),
        "clips": count,
        "pieces": len(set(data["train_piece"].tolist())),
    }
    if out is not None:
        _write(out, net, run, s, figures, data, run_folder)
    return figures


def _check_pieces(data: dict[str, np.ndarray]) -> None:
    """Raise DataError where a period has one piece alone: there is no positive for it."""
    for k, name in enumerate(PERIODS):
        if len(set(data["train_piece"][data["train_period"] == k].tolist())) < 2:
            raise DataError(
                f"{name} has clips of one piece alone to learn from; each period needs two pieces,"
                " and more for a net that hears periods"
            )


def _write(
    out: Path,
    net: AudioEncoder,
    run: Run,
    s: Settings,
    figures: dict,
    data: dict[str, np.ndarray],
    run_folder: Path,
) -> None:
    origin = json.loads(str(data["origin"]))
    checkpoint.save(out, net, asdict(s) | {"steps_done": run.step})
    checkpoint.write_json(out / "metrics.json", figures)
    run.plot(out / "curves.png")
    card.write(
        out,
        "audio-encoder",
        net,
        s,
        run_folder,
        {
            origin["music"]: (
                f"{figures['run']['clips']} clips of {figures['run']['pieces']} pieces, each on one"
                " of several instruments of FluidR3 GM (MIT)"
            )
        },
        figures,
        [origin.get("command", "livesyn data musart")],
    )
    card.write_attribution(out, origin)


def _random_triplets(
    net: AudioEncoder,
    data: dict[str, np.ndarray],
    count: int,
    random: np.random.Generator,
    s: Settings,
    device: torch.device,
) -> Tensor:
    """The loss of `count` random triplets, each clip through the net in batches of `count` (section
    4.1).
    """
    period = data["train_period"]
    anchors = random.integers(len(period), size=count)
    positives = np.array(
        [
            random.choice(np.flatnonzero((period == period[a]) & (np.arange(len(period)) != a)))
            for a in anchors
        ]
    )
    negatives = np.array([random.choice(np.flatnonzero(period != period[a])) for a in anchors])
    a, p, n = (
        net(_batch(data["train_mel"][chosen], device)) for chosen in (anchors, positives, negatives)
    )
    return triplet_loss(a.float(), p.float(), n.float(), s.margin, s.p, s.powered)


def _all_triplets(
    both: nn.ModuleDict,
    data: dict[str, np.ndarray],
    count: int,
    random: np.random.Generator,
    s: Settings,
    device: torch.device,
) -> Tensor:
    """The mean loss of every triplet in a batch with as many clips of each period, positives from
    other pieces (the hardest ones alone had all embeddings fall into one point), and that of naming
    the periods.
    """
    period, piece = data["train_period"], data["train_piece"]
    chosen = np.concatenate(
        [
            _some(data, np.flatnonzero(period == k), count // len(PERIODS), random)
            for k in range(len(PERIODS))
        ]
    )
    embedding = both["encoder"](vary(_batch(data["train_mel"][chosen], device), random)).float()
    anchors, positives = np.nonzero(
        (period[chosen][:, None] == period[chosen]) & (piece[chosen][:, None] != piece[chosen])
    )
    which, negatives = np.nonzero(period[chosen][anchors][:, None] != period[chosen])
    a, p, n = (
        embedding[torch.from_numpy(i).to(device)]
        for i in (anchors[which], positives[which], negatives)
    )
    named = F.cross_entropy(
        both["naming"](embedding), torch.from_numpy(period[chosen]).long().to(device)
    )
    loss = s.naming * named
    if not len(anchors):  # one piece alone of each period, by chance
        return loss
    loss = loss + triplet_loss(a, p, n, s.margin, s.p, s.powered)
    one, other = np.nonzero(
        np.triu(
            (piece[chosen][:, None] == piece[chosen])
            & (data["train_start"][chosen][:, None] == data["train_start"][chosen]),
            1,
        )
    )
    if len(one) and s.takes:
        near, far = (
            (embedding[torch.from_numpy(i).to(device)] - embedding[torch.from_numpy(j).to(device)])
            .norm(dim=1)
            .mean()
            for i, j in ((one, other), (anchors, positives))
        )
        loss = loss + s.takes * near / (
            far + 1e-6
        )  # against other pieces: with positives alone, embeddings collapsed to one point
    return loss


def _some(
    data: dict[str, np.ndarray], clips: np.ndarray, count: int, random: np.random.Generator
) -> np.ndarray:
    """`count` of these clips: of a set with several takes of each, two by two the same music."""
    chosen: list[int] = []
    for clip in random.permutation(clips):
        if len(chosen) >= count:
            break
        if clip not in chosen:
            others = _takes(data, clips, clip)
            chosen += [clip, others[random.integers(len(others))]] if len(others) else [clip]
    return np.array(chosen[:count])


def _takes(data: dict[str, np.ndarray], clips: np.ndarray, clip: int) -> np.ndarray:
    """The other takes of a clip."""
    same = clips[
        (data["train_piece"][clips] == data["train_piece"][clip])
        & (data["train_start"][clips] == data["train_start"][clip])
    ]
    return same[same != clip]


def _batch(stored: np.ndarray, device: torch.device) -> Tensor:
    return torch.from_numpy(musart.windows(stored)).to(device, memory_format=torch.channels_last)


def vary(windows: Tensor, random: np.random.Generator) -> Tensor:
    """Augmented windows (B, 3, 128, 256): another room, pitch and instrument."""
    varied = windows.float().clone()
    for one in varied:
        if shift := int(random.integers(-4, 5)):
            one[:] = torch.roll(one, shift, 1)
            one[:, (slice(0, shift) if shift > 0 else slice(shift, None))] = -1.0
        bands = np.interp(np.arange(128), np.linspace(0, 127, 6), random.normal(0, 0.12, 6))
        one += torch.as_tensor(bands, dtype=one.dtype, device=one.device)[:, None]
        one.clamp_(float(random.uniform(-1.0, -0.5)), 1.0)
        one[:, (low := int(random.integers(0, 128))) : low + int(random.integers(0, 24))] = -1.0
        start, length = int(random.integers(0, 256)), int(random.integers(0, 64))
        one[int(random.integers(3)), :, start : start + length] = -1.0
    return varied.contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def embed(net: AudioEncoder, stored: np.ndarray, device: torch.device) -> np.ndarray:
    """Embeddings (N, D) float32 of stored windows (N, 128, 768)."""
    net.eval()
    with autocast(device):
        return np.concatenate(
            [
                net(_batch(stored[i : i + AT_ONCE], device)).float().cpu().numpy()
                for i in range(0, len(stored), AT_ONCE)
            ]
        )


@torch.no_grad()
def keep_centres(net: AudioEncoder, data: dict[str, np.ndarray], device: torch.device) -> None:
    """Give the net the training clips' mean embedding of each period."""
    found = embed(net, data["train_mel"], device)
    net.centres.copy_(
        torch.as_tensor(
            np.stack([found[data["train_period"] == k].mean(0) for k in range(len(PERIODS))])
        )
    )


def measure(
    net: AudioEncoder,
    data: dict[str, np.ndarray],
    split: str,
    device: torch.device,
    known: np.ndarray | None = None,
) -> dict:
    """How well held-out pieces of `split` are told apart: the loss of random triplets, silhouette,
    accuracy by the nearest training clips, by clip and by piece. Test clips come on several
    instruments; all count.
    """
    known = embed(net, data["train_mel"], device) if known is None else known
    found, period, piece = (
        embed(net, data[f"{split}_mel"], device),
        data[f"{split}_period"],
        data[f"{split}_piece"],
    )
    said = neighbours(known, data["train_period"], found)
    pieces = [
        (np.bincount(said[piece == one], minlength=len(PERIODS)).argmax(), period[piece == one][0])
        for one in np.unique(piece)
    ]
    random = np.random.default_rng(0)
    triplets = []
    for anchor in range(len(found)):
        others = np.flatnonzero((period == period[anchor]) & (piece != piece[anchor]))
        if not len(others):  # its period has no other piece
            others = np.flatnonzero(period == period[anchor])
        triplets.append(
            (anchor, random.choice(others), random.choice(np.flatnonzero(period != period[anchor])))
        )
    a, p, n = (torch.from_numpy(found[list(column)]) for column in zip(*triplets, strict=True))
    return {
        "clips": len(found),
        "pieces": len(pieces),
        "triplet": triplet_loss(a, p, n).item(),
        "silhouette": silhouette(found, period),
        "knn_clips": float((said == period).mean()),
        "knn_pieces": float(np.mean([mine == true for mine, true in pieces])),
        "knn_by_period": {
            name: float((said == period)[period == k].mean()) for k, name in enumerate(PERIODS)
        },
    }


def instruments(net: AudioEncoder, data: dict[str, np.ndarray], device: torch.device) -> dict:
    """The control: does the same cut on another instrument keep its period? Held-out pieces
    only.
    """
    known, found = embed(net, data["train_mel"], device), embed(net, data["test_mel"], device)
    said = neighbours(known, data["train_period"], found)
    cuts: dict[tuple[int, float], list[int]] = {}
    for i, key in enumerate(
        zip(data["test_piece"].tolist(), data["test_start"].tolist(), strict=True)
    ):
        cuts.setdefault(key, []).append(i)
    pairs = [
        (i, j)
        for group in cuts.values()
        for n, i in enumerate(group)
        for j in group[n + 1 :]
        if data["test_instrument"][i] != data["test_instrument"][j]
    ]
    if not pairs:
        return {}
    names = data["instruments"].tolist()
    each = {
        names[k]: float((said == data["test_period"])[data["test_instrument"] == k].mean())
        for k in np.unique(data["test_instrument"])
    }
    random = np.random.default_rng(0)
    strangers = random.integers(len(found), size=(2000, 2))
    instrument_said = neighbours(known, data["train_instrument"], found, classes=len(names))
    return {
        "pairs": len(pairs),
        "agreement": float(np.mean([said[i] == said[j] for i, j in pairs])),
        "agreement_of_strangers": float(np.mean([said[i] == said[j] for i, j in strangers])),
        "accuracy_spread": max(each.values()) - min(each.values()),
        "accuracy_by_instrument": each,
        "instrument_told_by_knn": float((instrument_said == data["test_instrument"]).mean()),
    }
