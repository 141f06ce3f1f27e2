"""The figures of `livesyn evaluate mvnet` as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from livesyn.base.params import PERIODS


def report(result: Mapping[str, Any]) -> str:
    """The figures as Markdown."""
    real, models = result["paintings"], result["models"]
    lines = [
        f"# {result['data']}: MVNet, measured",
        "",
        (
            "On held-out works and paintings. Pictures are painted from held-out clips, each with"
            " its own noise. *Paintings* is what real held-out paintings give by the same measure."
        ),
        "",
        "| | paintings | " + " | ".join(models) + " |",
        "|---|---|" + "---|" * len(models),
    ]

    def row(title: str, painting: str, cells: Sequence[str]) -> None:
        lines.append(f"| {title} | {painting} | {' | '.join(cells)} |")

    def each(read: Callable[[Mapping[str, Any]], str]) -> list[str]:
        return [read(figures) for figures in models.values()]

    for name in PERIODS:
        row(
            f"MS-SSIM within {name} (1: all alike)",
            f"{real['ms_ssim'][name]:.3f}",
            each(lambda f, name=name: f"{f['ms_ssim'][name]:.3f}"),  # type: ignore[misc]
        )
    row("MS-SSIM of one clip, other noise", "", each(lambda f: f"{f['ms_ssim_of_one_clip']:.3f}"))
    row(
        "distance to the nearest training painting",
        f"{real['nearest_training_painting']:.3f}",
        each(lambda f: f"{f['nearest_training_painting']:.3f}"),
    )
    row(
        "Fréchet distance to held-out paintings (training paintings vary by 1)",
        f"{real['frechet_of_training_paintings']:.3f} (noise {real['frechet_of_noise']:.1f})",
        each(lambda f: f"{f['frechet']:.3f}"),
    )
    row(
        "period told by the judge, balanced (chance 0.2)",
        f"{real['classified']['balanced']:.3f}",
        each(lambda f: f"{f['classified']['balanced']:.3f}"),
    )
    row(
        "the same, painted from training clips",
        "",
        each(lambda f: f"{f['classified_of_training_clips']['balanced']:.3f}"),
    )
    row("encoder: silhouette", "", each(lambda f: f"{f['encoder']['silhouette']:.3f}"))
    row("encoder: k-NN, clips (chance 0.2)", "", each(lambda f: f"{f['encoder']['knn_clips']:.3f}"))
    row(
        "encoder: k-NN, pieces",
        "",
        each(lambda f: f"{f['encoder']['knn_pieces']:.3f} of {f['encoder']['pieces']}"),
    )
    row(
        "encoder: one piece a period, as the paper tests",
        "",
        each(lambda f: f"{f['encoder']['one_piece_a_period']:.3f}"),
    )
    row(
        "encoder: same period on another instrument (strangers)",
        "",
        each(
            lambda f: (
                f"{f['encoder']['instruments']['agreement']:.3f}"
                f" ({f['encoder']['instruments']['agreement_of_strangers']:.3f})"
                if f["encoder"]["instruments"]
                else ""
            )
        ),
    )
    row("pictures a second, this machine", "", each(lambda f: f"{f['pictures_a_second']:.1f}"))
    lines += [
        "",
        *(
            f"{name}, rows from renaissance to modern:\n\n![{name}]({name}.png)\n"
            for name in models
        ),
    ]
    lines += [
        f"Embeddings of held-out clips by epoch:\n\n![Embeddings](embeddings-{run}.png)\n"
        for run in result.get("epochs", {})
    ]
    return "\n".join(lines) + "\n"
