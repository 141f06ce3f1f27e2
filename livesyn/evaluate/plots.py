"""The thesis's figures: t-SNE of a latent space (Figures 4, 6, 7), reconstructions (10 to 12), note
attacks (9).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

THUMBNAILS = 300  # more would hide each other


def _pyplot() -> Any:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    return plt


def _shown(picture: Tensor) -> np.ndarray:
    """(C, H, W) in [0, 1] as (H, W, 3) or (H, W)."""
    array = picture.float().cpu().numpy().transpose(1, 2, 0)
    return array[..., 0] if array.shape[-1] == 1 else array


def tsne(
    latents: Tensor,
    pictures: Tensor,
    classes: np.ndarray,
    names: Sequence[str],
    title: str,
    path: Path,
    seed: int,
) -> None:
    """Latents (N, D) laid out in the plane: coloured by class on the left, as the pictures
    themselves on the right; class means ringed.
    """
    from matplotlib.offsetbox import AnnotationBbox, OffsetImage
    from sklearn.manifold import TSNE

    plt = _pyplot()
    place = TSNE(
        init="pca", perplexity=min(30.0, max(2.0, len(latents) / 4)), random_state=seed
    ).fit_transform(latents.float().cpu().numpy())
    figure, (left, right) = plt.subplots(1, 2, figsize=(15, 7.2))
    for k, name in enumerate(names):
        own = place[classes == k]
        if len(own):
            left.scatter(
                *own.T,
                s=9,
                label=name,
                color=plt.get_cmap("tab20" if len(names) > 10 else "tab10")(k),
                alpha=0.75,
            )
            left.scatter(*own.mean(0), s=150, facecolors="none", edgecolors="black", linewidths=1.6)
    left.legend(fontsize=8, ncols=2, markerscale=2)
    right.scatter(*place.T, s=0)
    zoom = 22 / pictures.shape[-1]
    for (x, y), picture in zip(place[:THUMBNAILS], pictures, strict=False):
        right.add_artist(
            AnnotationBbox(
                OffsetImage(_shown(picture), zoom=zoom, cmap="gray"), (x, y), frameon=False
            )
        )
    for axis in (left, right):
        axis.set_xticks([])
        axis.set_yticks([])
    figure.suptitle(title)
    figure.tight_layout()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def sheet(originals: Tensor, backs: Mapping[str, Tensor], path: Path, columns: int = 6) -> None:
    """Originals (N, C, H, W), and beside each what came back through every net, in blocks."""
    plt = _pyplot()
    names = ("original", *backs)
    rows = -(-len(originals) // columns)
    wide = columns * (len(names) + 0.25)
    figure, axis = plt.subplots(
        figsize=(min(24, wide * 0.8), max(2.0, rows * min(24, wide * 0.8) / wide) + 0.5)
    )
    side = originals.shape[-1]
    gap = max(1, side // 4)
    block = side * len(names) + gap
    canvas = np.ones((rows * side, columns * block, 3), np.float32)
    for i in range(len(originals)):
        top, left = (i // columns) * side, (i % columns) * block
        for j, picture in enumerate((originals[i], *(back[i] for back in backs.values()))):
            shown = _shown(picture)
            canvas[top : top + side, left + j * side : left + (j + 1) * side] = (
                shown if shown.ndim == 3 else shown[..., None]
            )
    axis.imshow(canvas, interpolation="nearest")
    axis.axis("off")
    axis.set_title(" | ".join(names), fontsize=9)
    figure.tight_layout()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def attacks(shares: Mapping[float, np.ndarray], path: Path) -> None:
    """For each scale of the latents, the share of melodies with so many notes."""
    plt = _pyplot()
    table = np.stack(list(shares.values()))
    figure, axis = plt.subplots(figsize=(12, 0.55 * len(table) + 1.6))
    image = axis.imshow(table, aspect="auto", cmap="magma", vmin=0)
    axis.set_yticks(range(len(table)), [f"× {scale:g}" for scale in shares])
    axis.set_xticks(range(table.shape[1]))
    axis.set_xlabel("notes in two bars")
    for row, column in zip(*np.nonzero(table >= 0.005), strict=True):
        axis.text(
            column,
            row,
            f"{100 * table[row, column]:.0f}",
            ha="center",
            va="center",
            fontsize=7,
            color="white" if table[row, column] < 0.6 * table.max() else "black",
        )
    figure.colorbar(image, label="share")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def embeddings(
    epochs: Mapping[int, Mapping[str, np.ndarray]], names: Sequence[str], path: Path
) -> None:
    """Embeddings (N, D) with their `periods` (N,), an epoch a panel, each in the plane where it
    varies most. (MVNet, Figure 4.)
    """
    from sklearn.decomposition import PCA

    plt = _pyplot()
    figure, axes = plt.subplots(1, len(epochs), figsize=(3.2 * len(epochs), 3.4), squeeze=False)
    for axis, (epoch, held) in zip(axes[0], epochs.items(), strict=True):
        place = PCA(2).fit_transform(held["embeddings"])
        for k, name in enumerate(names):
            axis.scatter(*place[held["periods"] == k].T, s=6, label=name, alpha=0.7)
        axis.set_title(f"epoch {epoch}", fontsize=10)
        axis.set_xticks([])
        axis.set_yticks([])
    axes[0][0].legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
