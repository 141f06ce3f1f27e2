"""What a study is made of: which classes, which pictures, which tasks. Pure; numpy only. (SynVAE
thesis, section 5.3.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from livesyn.base.errors import ConfigError, DataError

CLASSES = 3  # options of a task, one a class


@dataclass(frozen=True)
class Size:
    """How large a study is: `examples` of each class are heard first, then come `tasks`."""

    examples: int = 4
    tasks: int = 20

    def __post_init__(self) -> None:
        if self.examples < 1 or self.tasks < 1:
            raise ConfigError(
                f"a study of {self.examples} examples a class and {self.tasks} tasks is none; each"
                " must be 1 or more"
            )

    @property
    def per_class(self) -> int:
        return self.examples + self.tasks


@dataclass(frozen=True)
class Cast:
    """The three classes, and of each the pictures nearest to its mean.

    `rows` (3, per_class) count into the collection, nearest first; `to_mean` (3, per_class)
    is how far each is from its class mean; `between` (3, 3) how far the means are apart.
    """

    classes: tuple[str, ...]
    rows: np.ndarray
    to_mean: np.ndarray
    between: np.ndarray

    @property
    def cumulative_distance(self) -> float:
        """The triplet's distances added up (thesis, section 6.2.2: 12.16 on MNIST)."""
        return float(self.between[np.triu_indices(CLASSES, 1)].sum())


@dataclass(frozen=True)
class Task:
    """One music, three pictures: `options[c]` is that of class c, `truth` the class whose music it
    is.
    """

    options: tuple[int, ...]
    truth: int


@dataclass(frozen=True)
class Draw:
    """One study drawn from a cast; numbers are places in `cast.rows.ravel()`."""

    examples: tuple[tuple[int, ...], ...]  # by class
    tasks: tuple[Task, ...]


def large_enough(labels: Sequence[str], size: Size) -> list[str]:
    """The classes that have pictures enough for a study, in order."""
    return sorted(label for label, n in Counter(labels).items() if label and n >= size.per_class)


def cast(space: np.ndarray, labels: Sequence[str], size: Size) -> Cast:
    """The three classes of which the means in `space` (N, D) are farthest apart, all three
    distances added, and the pictures nearest to each mean.

    Classes with too few pictures are passed over, as the thesis does (section 6.4.2).
    Raises DataError when fewer than three are left.
    """
    names = large_enough(labels, size)
    if len(names) < CLASSES:
        raise DataError(_too_few(labels, names, size))
    own = np.asarray(labels)
    means = np.stack([space[own == name].mean(0) for name in names])
    apart = np.linalg.norm(means[:, None] - means[None], axis=2)
    triplet = max(
        combinations(range(len(names)), CLASSES),
        key=lambda t: apart[t[0], t[1]] + apart[t[0], t[2]] + apart[t[1], t[2]],
    )
    rows, to_mean = [], []
    for c in triplet:
        members = np.flatnonzero(own == names[c])
        distances = np.linalg.norm(space[members] - means[c], axis=1)
        nearest = np.argsort(distances, kind="stable")[: size.per_class]
        rows.append(members[nearest])
        to_mean.append(distances[nearest])
    return Cast(
        tuple(names[c] for c in triplet),
        np.stack(rows),
        np.stack(to_mean),
        apart[np.ix_(triplet, triplet)],
    )


def _too_few(labels: Sequence[str], names: Sequence[str], size: Size) -> str:
    counts = Counter(label for label in labels if label)
    if not counts:
        return (
            "the pictures have no labels; put them into class folders, name a manifest's column"
            " with --label, or have them grouped with --clusters K"
        )
    if len(counts) < CLASSES:
        return (
            f"the pictures have {len(counts)} class{'es' * (len(counts) > 1)}"
            f" ({', '.join(sorted(counts))}); a study needs {CLASSES} or more"
        )
    told = ", ".join(f"{name} {n}" for name, n in counts.most_common(8)) + (
        ", …" if len(counts) > 8 else ""
    )
    return (
        f"{len(names)} of {len(counts)} classes have the {size.per_class} pictures that a study"
        f" needs of each ({told}); ask for fewer --tasks, or bring more pictures of at least"
        f" {CLASSES} classes"
    )


def draw(size: Size, random: np.random.Generator) -> Draw:
    """Which pictures of a cast are examples, which come together in a task, and whose music
    is heard: each class as often as the number of tasks allows, in random order."""
    places = np.arange(CLASSES * size.per_class).reshape(CLASSES, size.per_class)
    mixed = np.stack([random.permutation(row) for row in places])
    truths = random.permutation(np.resize(random.permutation(CLASSES), size.tasks))
    options = mixed[:, size.examples :].T
    return Draw(
        tuple(tuple(row) for row in mixed[:, : size.examples].tolist()),
        tuple(
            Task(tuple(three), truth)
            for three, truth in zip(options.tolist(), truths.tolist(), strict=True)
        ),
    )


def clusters(space: np.ndarray, k: int, seed: int) -> list[str]:
    """k-means classes of pictures without labels, in the visual space `space` (N, D): never in
    SynVAE's, which would confirm itself (thesis, section 8.2). Raises ConfigError."""
    if not CLASSES <= k <= len(space):
        raise ConfigError(
            f"--clusters is {k}; it must be from {CLASSES} to the number of pictures, {len(space)}"
        )
    from sklearn.cluster import KMeans

    found = KMeans(k, n_init=10, random_state=seed).fit_predict(space)
    return [f"cluster {c + 1:0{len(str(k))}d}" for c in found]
