"""`livesyn study report`: figures of the answers. (SynVAE thesis, sections 6.2.2 and 6.4.2.)"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from livesyn.base.errors import DataError
from livesyn.evaluate.study import folder
from livesyn.evaluate.study.answers import HEAR, SEE, Answers, Person
from livesyn.evaluate.study.folder import Study


def fleiss_kappa(counts: np.ndarray) -> float | None:
    """How far people agree beyond chance (Fleiss, 1971): counts (tasks, classes) of choices,
    every row adding up to the same number of people.

    None where it is not defined: one person, or only one class ever chosen.
    """
    people = counts.sum(1)
    n = int(people[0])
    if (people != n).any():
        raise ValueError("each task must have been answered by the same number of people")
    if n < 2:
        return None
    by_chance = float(np.square(counts.sum(0) / counts.sum()).sum())
    if by_chance == 1:
        return None
    agreed = float(((np.square(counts).sum(1) - n) / (n * (n - 1))).mean())
    return (agreed - by_chance) / (1 - by_chance)


def figures(study: Study, people: Sequence[Person]) -> dict:
    """The report's figures, from those who answered every task; others are only counted.

    Deviations are over people, n - 1 in the denominator. Precision of a class is the share of
    the choices of it that were right, recall the share of its tasks that were answered so; None
    where there are none. Difficulty is the correlation of a task's accuracy with how far, in
    the visual space, the true picture lies from the nearer of the others.

    Raises DataError when nobody has answered everything.
    """
    tasks, kinds = len(study.questions), len(study.classes)
    through = [person for person in people if len(person.choices) == tasks]
    if not through:
        raise DataError(
            f"nobody has answered all {tasks} tasks yet ({len(people)} began); a report needs one"
            " who has"
        )
    truths = np.array([question.truth for question in study.questions])
    choices = np.array([person.choices for person in through])  # (people, tasks)
    right = choices == truths
    per_person, per_task = right.mean(1), right.mean(0)
    counts = np.stack([(choices == c).sum(0) for c in range(kinds)], 1)  # (tasks, kinds)
    confusion = np.stack([counts[truths == c].sum(0) for c in range(kinds)])  # (true, chosen)
    distances = np.array([question.distance for question in study.questions])
    return {
        "model": study.model,
        "visual": study.visual,
        "data": study.data,
        "split": study.split,
        "trained_on": study.trained_on,
        "labels": study.labels,
        "classes": list(study.classes),
        "cumulative_distance": study.cumulative_distance,
        "people": len(through),
        "unfinished": len(people) - len(through),
        "tasks": tasks,
        "accuracy": float(right.mean()),
        "deviation": float(per_person.std(ddof=1)) if len(through) > 1 else None,
        "best": float(per_person.max()),
        "worst": float(per_person.min()),
        "chance": 1 / kinds,
        "kappa": fleiss_kappa(counts),
        "unanimous": int((per_task == 1).sum()),
        "per_person": sorted((float(x) for x in per_person), reverse=True),
        "per_task": [
            {
                "task": i + 1,
                "truth": study.classes[truths[i]],
                "accuracy": float(per_task[i]),
                "chosen": counts[i].tolist(),
                "distance": float(distances[i]),
            }
            for i in range(tasks)
        ],
        "confusion": confusion.tolist(),
        "precision": [_part(confusion[c, c], confusion[:, c].sum()) for c in range(kinds)],
        "recall": [_part(confusion[c, c], confusion[c].sum()) for c in range(kinds)],
        "difficulty": {
            "pearson": correlation(distances, per_task),
            "spearman": correlation(_ranks(distances), _ranks(per_task)),
        },
        "places": [
            float(np.mean([place == p for person in through for place in person.places]))
            for p in range(kinds)
        ],
        "modes": {
            mode: {"people": len(own), "accuracy": float(np.mean(own)) if own else None}
            for mode in (SEE, HEAR)
            for own in (
                [
                    float(x)
                    for x, person in zip(per_person, through, strict=True)
                    if person.mode == mode
                ],
            )
        },
    }


def correlation(a: np.ndarray, b: np.ndarray) -> float | None:
    """Pearson's, or None where one of them does not vary."""
    if len(a) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks, of equal values the middle one: (N,)."""
    return np.array([(values < x).sum() + ((values == x).sum() - 1) / 2 for x in values])


def _part(some: int, whole: int) -> float | None:
    return float(some / whole) if whole else None


def table(told: dict) -> str:
    """The figures as Markdown, those of the thesis beside."""
    classes = told["classes"]
    which = told["split"] + (", some of them trained on" if told["trained_on"] else "")
    lines = [
        (
            f"{told['model']} on {told['data']} (split: {which}; classes by {told['labels']}):"
            f" {told['people']} people, {told['unfinished']} more did not finish."
        ),
        "",
        "| | here | thesis, MNIST | thesis, BAM |",
        "|---|---|---|---|",
        f"| mean accuracy | {_n(told['accuracy'])} | 0.73 | 0.71 |",
        f"| standard deviation over people | {_n(told['deviation'])} | 0.22 | 0.13 |",
        f"| best person | {_n(told['best'])} | 0.95 | 0.95 |",
        f"| Fleiss' kappa | {_n(told['kappa'])} | 0.48 | 0.46 |",
        f"| tasks on which all were right | {told['unanimous']} of {told['tasks']} | 2 | 5 |",
        f"| cumulative distance of the class means | {told['cumulative_distance']:.2f} | 12.16 | |",
        (
            "| accuracy of a task with its distance: Pearson, Spearman |"
            f" {_n(told['difficulty']['pearson'])}, {_n(told['difficulty']['spearman'])} | | |"
        ),
        f"| chosen at the first, second, third place | {', '.join(map(_n, told['places']))} | | |",
        *(
            f"| {words} | {_n(mode['accuracy'])} ({mode['people']} people) | | |"
            for words, mode in (
                ("with pictures", told["modes"][SEE]),
                ("by ear alone", told["modes"][HEAR]),
            )
            if mode["people"]
        ),
        "",
        (
            f"| music of | {' | '.join(f'taken for {name}' for name in classes)} | recall |"
            " precision |"
        ),
        "|---|" + "---|" * (len(classes) + 2),
    ]
    for c, name in enumerate(classes):
        lines.append(
            f"| {name} | {' | '.join(map(str, told['confusion'][c]))} | {_n(told['recall'][c])} |"
            f" {_n(told['precision'][c])} |"
        )
    lines += [
        "",
        f"| task | music of | accuracy | {' | '.join(classes)} | distance |",
        "|---|---|---|" + "---|" * (len(classes) + 1),
    ]
    lines += [
        f"| {row['task']} | {row['truth']} | {_n(row['accuracy'])} |"
        f" {' | '.join(map(str, row['chosen']))} | {row['distance']:.2f} |"
        for row in told["per_task"]
    ]
    lines += ["", f"Accuracy of each person: {', '.join(map(_n, told['per_person']))}."]
    return "\n".join(lines)


def _n(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.2f}"


def draw(told: dict, path: Path) -> None:
    """The figure (thesis, Figures 5 and 8): how often each class was chosen in each task, the
    right one in green, and the mean accuracy. A PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    rows, classes = told["per_task"], told["classes"]
    figure = Figure(figsize=(max(6.0, 0.55 * len(rows) + 1.8), 4.6), layout="constrained")
    FigureCanvasAgg(figure)
    grid, bars = figure.subplots(2, 1, height_ratios=(3, 2), sharex=True)
    for x, row in enumerate(rows):
        for y, n in enumerate(row["chosen"]):
            share, right = n / told["people"], classes[y] == row["truth"]
            grid.add_patch(
                Rectangle(
                    (x - 0.5, y - 0.5),
                    1,
                    1,
                    facecolor="#2e7d32" if right else "#7a7a7a",
                    alpha=0.08 + 0.85 * share,
                    linewidth=0,
                )
            )
            if right:
                grid.add_patch(
                    Rectangle(
                        (x - 0.46, y - 0.46),
                        0.92,
                        0.92,
                        fill=False,
                        edgecolor="#1b5e20",
                        linewidth=2,
                    )
                )
            grid.text(
                x,
                y,
                f"{100 * share:.0f}",
                ha="center",
                va="center",
                fontsize=9,
                color="white" if share > 0.55 else "black",
            )
    grid.set(
        ylim=(len(classes) - 0.5, -0.5),
        yticks=range(len(classes)),
        yticklabels=classes,
        title=(
            f"Choices, % of {told['people']} people; right ones green ({told['model']},"
            f" {told['data']})"
        ),
    )
    bars.bar(range(len(rows)), [100 * row["accuracy"] for row in rows], color="#2e7d32")
    bars.axhline(
        100 * told["accuracy"],
        color="black",
        linestyle="--",
        linewidth=1,
        label=f"mean accuracy {100 * told['accuracy']:.0f} %",
    )
    bars.axhline(
        100 * told["chance"],
        color="#9c1f12",
        linestyle=":",
        linewidth=1,
        label=f"chance {100 * told['chance']:.0f} %",
    )
    bars.set(
        xlim=(-0.5, len(rows) - 0.5),
        xticks=range(len(rows)),
        xticklabels=[row["task"] for row in rows],
        xlabel="task",
        yticks=range(0, 101, 25),
        ylim=(0, 135),
        ylabel="% right",
    )
    bars.legend(loc="upper right", fontsize=8, ncols=2)
    figure.savefig(path, dpi=120)


def report(where: Path) -> dict:
    """The figures of the study in `where`; writes report.md and report.png there.

    Raises DataError for a folder without a study, without answers, or where nobody is through.
    """
    study = folder.read(where)
    if not (where / folder.ANSWERS).is_file():
        raise DataError(
            f"{where} holds no answers yet; let people take the study with: livesyn study serve"
            f" {where}"
        )
    answers = Answers(where / folder.ANSWERS)
    try:
        told = figures(study, answers.people())
    finally:
        answers.close()
    draw(told, where / "report.png")
    (where / "report.md").write_text(
        f"# Listening study\n\n{table(told)}\n\n![Choices by task](report.png)\n", encoding="utf-8"
    )
    return told
