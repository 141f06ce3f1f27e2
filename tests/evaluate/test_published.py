"""docs/synvae.md tells what was measured: its tables hold the figures of docs/synvae.json."""

import json
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
MEASURED = json.loads((DOCS / "synvae.json").read_text(encoding="utf-8"))


def rows(heading: str) -> list[list[str]]:
    """The cells of the rows below `heading`, up to the next one of its depth, as wide as an
    evaluation's table.
    """
    text = (DOCS / "synvae.md").read_text(encoding="utf-8").split(f"{heading}\n")[1]
    lines = re.split(r"\n#+ ", text)[0].splitlines()
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("| ")
    ]
    return [row for row in cells if len(row) == 13 and row[0] != "model"]


def told(figures: dict) -> list[str]:
    where = figures.get("precision_music", figures["precision_visual"])
    own, mine = figures["classified_by_reconstructions"], figures.get("mine")
    return [
        f"{figures['mse']:.1f}",
        f"{figures['kl']:.1f}",
        *(f"{where['sampled'][rank]:.2f}" for rank in ("1", "5", "10")),
        f"{where['means']['10']:.2f}",
        *(f"{own[key]:.2f}" for key in ("thesis_acc", "top1", "precision")),
        f"{figures['classified_by_originals']['top1']:.2f}",
        f"{mine['nats']:.2f} of {mine['cap']:.2f}, N {mine['block']}" if mine else "",
    ]


@pytest.mark.parametrize(
    ("heading", "key", "count"),
    [
        ("## MNIST", "mnist", 9),
        ("### Ablations (thesis, section 6.5)", "ablations", 2),
        ("## CIFAR-10", "cifar10", 2),
        ("## Paintings, in place of BAM", "paintings", 3),
    ],
)
def test_every_row_of_the_tables_was_measured(heading, key, count):
    measured = sorted(
        told(figures) for evaluation in MEASURED[key] for figures in evaluation["models"].values()
    )
    printed = sorted(
        [re.sub(r" ?\([\d.]+\)$", "", cell) for cell in row[1:12]] for row in rows(heading)
    )
    assert len(printed) == count and printed == measured
    assert {evaluation["split"] for evaluation in MEASURED[key]} == {"test"}


def test_what_the_listener_heard_is_told_with_its_interval():
    text = (DOCS / "synvae.md").read_text(encoding="utf-8").replace("\n", " ")
    for heard in MEASURED["listener"]:
        mean, low, high = (f"{heard['accuracy'][key]:.3f}" for key in ("mean", "low", "high"))
        assert (
            re.search(rf"{mean} \((95 % interval )?{low} to {high}\)", text)
            and f"{heard['shuffled']['mean']:.3f}" in text
        )
