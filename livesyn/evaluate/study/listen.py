"""`livesyn study listen`: the machine listener takes many studies of one model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from livesyn.base.errors import ConfigError
from livesyn.evaluate.study import collection
from livesyn.evaluate.study.collection import Found, Request
from livesyn.evaluate.study.design import CLASSES, Draw, draw
from livesyn.evaluate.study.listener import Listener, features

CHANCE = 1 / CLASSES
# mean accuracy of 11 people and more (sections 6.2.2 and 6.4.2)
THESIS = {
    "MNIST": 0.73,
    "BAM": 0.71,
}


@dataclass(frozen=True)
class Estimate:
    """A mean over studies with its 95 % interval (Student's t), and the deviation between
    studies.
    """

    mean: float
    low: float
    high: float
    deviation: float


def estimate(values: np.ndarray) -> Estimate:
    """The estimate from one value a study, (S,), S of 2 or more, each a share: so is what the
    interval holds.
    """
    from scipy.stats import t

    deviation = float(values.std(ddof=1))
    reach = float(t.ppf(0.975, len(values) - 1)) * deviation / len(values) ** 0.5
    return Estimate(
        float(values.mean()),
        max(0.0, float(values.mean()) - reach),
        min(1.0, float(values.mean()) + reach),
        deviation,
    )


def listen(request: Request, studies: int = 50) -> dict:
    """The listener's accuracy over `studies` studies, seeds `request.seed` and on, and over the
    same studies with the latents permuted among the pictures, which must give chance.

    Study s is the one that `livesyn study make --seed s` writes. The pictures are cast once, so
    the interval is that of drawing examples, tasks, z and notes, not of other pictures.
    Raises what `collection.find` raises, and ConfigError for fewer than two studies.
    """
    if studies < 2:
        raise ConfigError(
            f"--studies is {studies}; it must be 2 or more, for there is an interval to tell"
        )
    found = collection.find(request)
    right, shuffled, seen, confusion = (
        np.zeros(studies),
        np.zeros(studies),
        np.zeros(studies),
        np.zeros((CLASSES, CLASSES), int),
    )
    for s in range(studies):
        seed = request.seed + s
        heard = heard_of(found, seed)
        drawn = draw(request.size, np.random.default_rng(seed))
        truths, chosen = take(drawn, heard)
        np.add.at(confusion, (truths, chosen), 1)
        right[s] = (truths == chosen).mean()
        seen[s] = look(drawn, found.space)
        # z and the noise that its notes were drawn with go to another picture together: so does the
        # music
        truths, chosen = take(drawn, np.random.default_rng((seed, 2)).permutation(heard))
        shuffled[s] = (truths == chosen).mean()
    return {
        "model": Path(request.model).name,
        "visual": Path(request.visual).name,
        "data": request.data.name,
        "split": found.split.name,
        "trained_on": found.split.trained_on,
        "labels": found.labels,
        "classes": list(found.cast.classes),
        "cumulative_distance": found.cast.cumulative_distance,
        "tasks": request.size.tasks,
        "examples": request.size.examples,
        "studies": studies,
        "seed": request.seed,
        "accuracy": vars(estimate(right)),
        "shuffled": vars(estimate(shuffled)),
        "seen": vars(estimate(seen)),
        "chance": CHANCE,
        "confusion": confusion.tolist(),
        "thesis": THESIS,
    }


def heard_of(found: Found, seed: int) -> np.ndarray:
    """The listener's features of every picture's music in the study of this seed: (M, 22)."""
    return np.stack([features(notes) for notes in collection.play(found, seed)])


def take(drawn: Draw, heard: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One study: the truths and what the listener chose, (tasks,) each. `heard` (M, 22) is in the
    order of the cast; of the tasks only the true option's music is played."""
    examples = np.array(drawn.examples)
    groups = np.repeat(np.arange(len(examples)), examples.shape[1])
    chosen = Listener(heard[examples.ravel()], groups).choose(
        heard[[task.options[task.truth] for task in drawn.tasks]]
    )
    return np.array([task.truth for task in drawn.tasks]), chosen


def look(drawn: Draw, space: np.ndarray) -> float:
    """How many tasks a nearest-mean classifier of the pictures themselves solves, in the visual
    space: an upper limit for the music.
    """
    means = np.stack([space[list(group)].mean(0) for group in drawn.examples])
    true = space[[task.options[task.truth] for task in drawn.tasks]]
    nearest = np.linalg.norm(true[:, None] - means[None], axis=2).argmin(1)
    return float((nearest == [task.truth for task in drawn.tasks]).mean())


def table(figures: dict) -> str:
    """The figures as Markdown, people's beside the machine's."""
    told = f"{figures['split']} pictures" + (
        ", some of which the model was trained on" if figures["trained_on"] else ""
    )
    lines = [
        (
            f"{figures['model']} on {figures['data']} ({told}): {', '.join(figures['classes'])},"
            f" class means {figures['cumulative_distance']:.2f} apart in all; {figures['studies']}"
            f" studies of {figures['tasks']} tasks after {CLASSES * figures['examples']} examples,"
            f" seeds from {figures['seed']}."
        ),
        "",
        "| who tells them apart | accuracy | 95 % interval | deviation between studies |",
        "|---|---|---|---|",
        *(
            _row(who, figures[name])
            for who, name in (
                ("machine listener", "accuracy"),
                ("the same, latents shuffled between pictures", "shuffled"),
            )
        ),
        f"| chance | {CHANCE:.3f} | | |",
        *(
            f"| people, {name} (thesis) | {accuracy:.2f} | | |"
            for name, accuracy in figures["thesis"].items()
        ),
        _row("nobody: the pictures' own places in the visual space", figures["seen"]),
        "",
        "| music of | " + " | ".join(f"taken for {name}" for name in figures["classes"]) + " |",
        "|---|" + "---|" * CLASSES,
    ]
    for name, row in zip(figures["classes"], figures["confusion"], strict=True):
        lines.append(f"| {name} | " + " | ".join(f"{n / max(1, sum(row)):.2f}" for n in row) + " |")
    return "\n".join(lines)


def _row(who: str, told: dict) -> str:
    return (
        f"| {who} | {told['mean']:.3f} | {told['low']:.3f} to {told['high']:.3f} |"
        f" {told['deviation']:.3f} |"
    )
