"""The SynVAE thesis's own figures (Tables 1 to 6, test splits), to print beside ours."""

from __future__ import annotations

from dataclasses import dataclass

SETS = {28: "MNIST", 32: "CIFAR-10", 64: "BAM"}  # by the side of the pictures


@dataclass(frozen=True)
class Row:
    """One model of the thesis.

    In brackets there: by the classifier that was trained on originals.
    """

    beta: float
    mse: float
    kl: float
    p1: float
    p5: float
    p10: float
    acc: float
    acc_originals: float
    precision: float
    precision_originals: float
    mine: float | None = None


TABLES: dict[tuple[str, str], tuple[Row, ...]] = {
    ("MNIST", "vis-vae"): (
        Row(0.1, 5.46, 74.69, 0.50, 0.48, 0.47, 0.99, 0.99, 0.97, 0.97),
        Row(0.5, 16.43, 24.38, 0.36, 0.33, 0.31, 0.99, 0.99, 0.95, 0.96),
        Row(1.0, 22.48, 14.79, 0.27, 0.25, 0.23, 0.99, 0.98, 0.93, 0.92),
    ),
    ("MNIST", "syn-vae"): (
        Row(0.1, 29.31, 46.33, 0.29, 0.28, 0.27, 0.98, 0.97, 0.89, 0.88, 5.02),
        Row(0.5, 36.66, 15.63, 0.30, 0.29, 0.28, 0.96, 0.95, 0.81, 0.79, 5.03),
        Row(1.0, 42.73, 8.69, 0.27, 0.26, 0.26, 0.94, 0.90, 0.71, 0.68, 5.02),
    ),
    ("CIFAR-10", "vis-vae"): (
        Row(0.1, 19.75, 122.70, 0.12, 0.12, 0.12, 0.91, 0.91, 0.57, 0.56),
        Row(0.3, 31.77, 58.01, 0.12, 0.11, 0.11, 0.90, 0.90, 0.51, 0.47),
        Row(1.0, 52.70, 22.30, 0.11, 0.11, 0.11, 0.89, 0.87, 0.43, 0.34),
    ),
    ("CIFAR-10", "syn-vae"): (
        Row(0.1, 74.05, 69.81, 0.13, 0.13, 0.13, 0.87, 0.85, 0.36, 0.26, 5.17),
        Row(0.3, 80.55, 30.90, 0.13, 0.13, 0.13, 0.87, 0.85, 0.34, 0.24, 5.17),
        Row(1.0, 88.76, 14.14, 0.13, 0.13, 0.13, 0.86, 0.85, 0.31, 0.22, 5.14),
    ),
    ("BAM", "vis-vae"): (
        Row(0.1, 142.54, 426.12, 0.24, 0.23, 0.24, 0.82, 0.78, 0.78, 0.77),
        Row(0.3, 188.30, 189.29, 0.25, 0.24, 0.24, 0.82, 0.75, 0.78, 0.76),
        Row(1.0, 257.14, 69.48, 0.23, 0.23, 0.23, 0.80, 0.73, 0.76, 0.75),
        Row(1.3, 273.08, 56.34, 0.23, 0.23, 0.23, 0.80, 0.72, 0.75, 0.75),
        Row(1.7, 291.17, 45.17, 0.23, 0.22, 0.22, 0.79, 0.71, 0.76, 0.74),
    ),
    ("BAM", "syn-vae"): (
        Row(0.1, 397.06, 171.69, 0.23, 0.23, 0.23, 0.78, 0.69, 0.72, 0.73, 5.22),
        Row(0.3, 426.45, 73.11, 0.24, 0.23, 0.23, 0.77, 0.69, 0.72, 0.73, 5.16),
        Row(1.0, 452.47, 30.65, 0.25, 0.25, 0.25, 0.77, 0.68, 0.72, 0.69, 5.15),
        Row(1.3, 455.16, 27.89, 0.25, 0.25, 0.25, 0.77, 0.69, 0.72, 0.72, 5.16),
        Row(1.7, 461.32, 23.36, 0.24, 0.25, 0.24, 0.77, 0.68, 0.71, 0.72, 5.16),
    ),
}


def beside(side: int, kind: str, kl: float) -> tuple[str, Row] | None:
    """The thesis's model to print beside ours, and its set's name: of pictures of this side, the
    one of nearest KL, which compares better than β does, since β weighs against the size of the
    nets and of z; None without one.
    """
    rows = TABLES.get((SETS.get(side, ""), kind))
    return (SETS[side], min(rows, key=lambda row: abs(row.kl - kl))) if rows else None
