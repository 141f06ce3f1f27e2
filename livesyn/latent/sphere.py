"""Vectors as direction and radius: what is needed to average and to follow without shrinking."""

from __future__ import annotations

import numpy as np

CANCELLED = 1e-3  # a mean direction shorter than this part of its weights says nothing


def split(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Directions (..., D) of length 1 and radii (...) of vectors (..., D); the direction of
    the zero vector is zero."""
    radii = np.linalg.norm(vectors, axis=-1)
    return vectors / np.where(radii > 0, radii, 1)[..., None], radii


def mean_direction(directions: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The direction (D,) of the weighted sum of `directions` (N, D). Where they cancel, the last
    one that has a direction (the newest, as callers order them).
    """
    total = _weighted_sum(weights, directions)
    length = float(np.linalg.norm(total))
    if length > CANCELLED * float(weights.sum()):
        return total / length
    known = np.flatnonzero(directions.any(-1))
    return directions[known[-1]].astype(np.float64) if len(known) else total * 0


def slerp(start: np.ndarray, end: np.ndarray, part: float) -> np.ndarray:
    """The direction `part` of the way along the great circle from `start` to `end`, all (D,)
    of length 1. Opposite ones have no shortest way; theirs leads over a fixed axis."""
    if not start.any() or not end.any():
        return end
    cosine = float(np.clip(np.dot(start, end), -1, 1))
    across = end - cosine * start
    sine = float(np.linalg.norm(across))
    angle = part * float(np.arctan2(sine, cosine))
    if sine < 1e-7:
        if cosine > 0:
            return end
        axis = np.zeros_like(start)
        axis[np.argmin(np.abs(start))] = 1
        across = axis - np.dot(axis, start) * start
    way = np.cos(angle) * start + np.sin(angle) * across / np.linalg.norm(across)
    return np.asarray(way / np.linalg.norm(way))


def plain_average(vectors: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weighted mean (D,) of vectors (N, D): not used for playing, for comparison."""
    return np.asarray(_weighted_sum(weights, vectors) / weights.sum())


def _weighted_sum(weights: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    # not `@`: BLAS splits long sums among threads, and the same set would give other bytes
    return np.asarray(np.einsum("n,nd->d", weights, vectors))
