"""The figures of `livesyn evaluate syn-vae` as Markdown, beside those of the thesis."""

from __future__ import annotations

from typing import Any

import numpy as np

from livesyn.evaluate import thesis_tables
from livesyn.evaluate.retrieval_metrics import (
    RANKS,
)


def report(result: dict[str, Any], side: int) -> str:
    """The figures as Markdown, the thesis's own in brackets where it has them."""
    head = (
        "model",
        "MSE",
        "KL",
        *(f"P@{rank} visual" for rank in RANKS),
        *(f"P@{rank} music" for rank in RANKS),
        "P@10 music, means",
        "thesis-Acc",
        "top-1",
        "macro precision",
        "thesis-Acc, by originals",
        "top-1, by originals",
        "MINE (cap)",
        "beside",
    )
    played = result["path"] == "played"
    path = (
        "notes as they are played, temperature 0.5" if played else "note distributions of training"
    )
    lines = [
        f"# {result['data']}: SynVAE, measured",
        "",
        (
            f"On the test split, {result['pictures']} pictures of {len(result['classes'])} classes;"
            " nets and classifiers were fitted on the training split"
            f" ({result['training_pictures']} pictures)."
        ),
        f"z sampled, unless it says means. The music is {'' if played else 'the '}{path}.",
        *(
            [
                f"{result['left_out']} pictures were left out of it, for one of the models saw them"
                " in training."
            ]
            if result["left_out"]
            else []
        ),
        "In brackets the thesis's figure, of its model of the nearest KL on its own data.",
        "",
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
    ]
    for name, f in result["models"].items():
        found = thesis_tables.beside(side, f["kind"], f["kl"])
        row = found[1] if found else None
        where = "precision_music" if "precision_music" in f else None
        of_rank = {1: row.p1, 5: row.p5, 10: row.p10} if row else {}
        mine = f.get("mine")
        own = f["classified_by_reconstructions"], f["classified_by_originals"]
        cells = [
            name,
            _beside(f["mse"], row.mse if row else None, 1),
            _beside(f["kl"], row.kl if row else None, 1),
            *(
                _beside(
                    f["precision_visual"]["sampled"][rank], None if where else of_rank.get(rank)
                )
                for rank in RANKS
            ),
            *(
                _beside(f[where]["sampled"][rank], of_rank.get(rank)) if where else ""
                for rank in RANKS
            ),
            _beside(f[where]["means"][10], None) if where else "",
            _beside(own[0]["thesis_acc"], row.acc if row else None),
            _beside(own[0]["top1"], None),
            _beside(own[0]["precision"], row.precision if row else None),
            _beside(own[1]["thesis_acc"], row.acc_originals if row else None),
            _beside(own[1]["top1"], None),
            (
                f"{mine['nats']:.2f} of {mine['cap']:.2f}, N"
                f" {mine['block']}{f' ({row.mine:.2f})' if row and row.mine else ''}"
                if mine
                else ""
            ),
            f"{found[0]}, β {found[1].beta:g}" if found else "",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    originals = result["originals"]
    lines += [
        "",
        (
            "Originals, by the classifier that was trained on originals: thesis-Acc"
            f" {originals['thesis_acc']:.3f}, top-1 {originals['top1']:.3f}, macro precision"
            f" {originals['precision']:.3f}. P@n by chance: {result['chance_precision']:.3f}."
        ),
        "",
        (
            "thesis-Acc is the mean over classes of their yes-or-no accuracies (for ten balanced"
            " classes 0.8 + 0.2 × top-1, and a guess scores 0.82). P@n is the mean over classes."
            " MINE is a lower bound in nats on pairs of the test split, and cannot exceed ln N."
        ),
        "",
        "![Reconstructions](reconstructions.png)",
        "",
    ]
    for name, f in result["models"].items():
        lines.append(
            f"![t-SNE, visual]({f'tsne-{name}-visual.png'})"
            + (f" ![t-SNE, auditive](tsne-{name}-music.png)" if "precision_music" in f else "")
        )
    if "attacks" in result:
        lines += [
            "",
            "Notes in two bars for latents of the prior, scaled:",
            "",
            "| scale | none | 1–2 | 3–15 | 16–31 | 32 | most often |",
            "|---|---|---|---|---|---|---|",
        ]
        for scale, shares in result["attacks"].items():
            s = np.asarray(shares)
            lines.append(
                f"| {scale} | {s[0]:.0%} | {s[1:3].sum():.0%} | {s[3:16].sum():.0%} |"
                f" {s[16:32].sum():.0%} | {s[32]:.0%} | {int(s.argmax())} ({s.max():.0%}) |"
            )
        lines += ["", "![Note attacks](attacks.png)"]
    return "\n".join(lines) + "\n"


def _beside(ours: float, theirs: float | None, digits: int = 2) -> str:
    return f"{ours:.{digits}f}" + (f" ({theirs:.{digits}f})" if theirs is not None else "")
