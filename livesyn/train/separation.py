"""How well a space of embeddings keeps classes apart."""

from __future__ import annotations

import numpy as np

NEIGHBOURS = 15


def neighbours(
    known: np.ndarray,
    labels: np.ndarray,
    asked: np.ndarray,
    classes: int | None = None,
    k: int = NEIGHBOURS,
) -> np.ndarray:
    """The class of each of `asked` (M, D) by its `k` nearest of `known` (N, D), fewer where a class
    has fewer; a class counts for less the more there are of it: (M,).
    """
    from sklearn.neighbors import NearestNeighbors

    counts = np.bincount(labels)
    nearest = (
        NearestNeighbors(n_neighbors=min(k, int(counts[counts > 0].min())))
        .fit(known)
        .kneighbors(asked, return_distance=False)
    )
    count = classes or int(labels.max()) + 1
    weight = 1 / np.maximum(np.bincount(labels, minlength=count), 1)
    votes = np.stack([np.bincount(row, weight[row], count) for row in labels[nearest]])
    return votes.argmax(1)


def silhouette(embeddings: np.ndarray, labels: np.ndarray) -> float:
    """The mean silhouette (Rousseeuw 1987), -1 to 1: how much nearer each is to its class than to
    the next.
    """
    from sklearn.metrics import silhouette_score

    return float(silhouette_score(embeddings, labels))
