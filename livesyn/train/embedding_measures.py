"""Embeddings of clips, and how well they tell held-out pieces' periods apart."""

from __future__ import annotations

import numpy as np
import torch

from livesyn.base.params import PERIODS
from livesyn.nets.audio_encoder import AudioEncoder, triplet_loss
from livesyn.nets.precision import autocast
from livesyn.train.separation import neighbours, silhouette
from livesyn.train.triplets import window_batch

AT_ONCE = 32


@torch.no_grad()
def embed(net: AudioEncoder, stored: np.ndarray, device: torch.device) -> np.ndarray:
    """Embeddings (N, D) float32 of stored windows (N, 128, 768)."""
    net.eval()
    with autocast(device):
        return np.concatenate(
            [
                net(window_batch(stored[i : i + AT_ONCE], device)).float().cpu().numpy()
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
