"""Views of paintings of every period, for the cache of MVNet's training."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from livesyn.base.params import PERIODS
from livesyn.train.data.musart_plan import Wanted, draw_order
from livesyn.train.data.scores import SPLITS

LEAST_VIEW = 0.6  # of the shorter side
GREY = 4.0  # of 255: the mean spread of the channels below which a picture has no colours


def views_of_paintings(paintings: Path, wanted: Wanted) -> tuple[dict[str, np.ndarray], dict]:
    """Views of every painting by split, and how many paintings there are of each period."""
    from livesyn.train.data import pictures

    # this set splits by itself, see below
    every = pictures.load(
        paintings, pictures.Source(size=2 * wanted.size, rights=wanted.rights, held_out=2)
    )
    painted = [
        (name, label, image)
        for split in every.values()
        for name, label, image in zip(split.names, split.labels, split.images, strict=True)
        if label in PERIODS
    ]
    found = [one for one in painted if not _is_grey(one[2])]
    arrays: dict[str, list] = {
        f"{split}_{what}": [] for split in SPLITS for what in ("images", "image_period", "painting")
    }
    names = sorted(name for name, _, _ in found)
    counts = {}
    for number, period in enumerate(PERIODS):
        of_it = sorted(
            (one for one in found if one[1] == period), key=lambda one: draw_order(one[0])
        )
        counts[period] = len(of_it)
        tests, valids = max(1, len(of_it) // 7), max(1, len(of_it) // 12)
        for i, (name, _, image) in enumerate(of_it):
            split = "test" if i < tests else "valid" if i < tests + valids else "train"
            for view in _views(
                image,
                wanted,
                np.random.default_rng(int(draw_order(f"{wanted.seed} {name}")[:12], 16)),
            ):
                arrays[f"{split}_images"].append(view)
                arrays[f"{split}_image_period"].append(number)
                arrays[f"{split}_painting"].append(names.index(name))
    kinds = {"images": np.uint8, "image_period": np.uint8, "painting": np.int32}
    whole = {key: np.array(values, kinds[key.split("_", 1)[1]]) for key, values in arrays.items()}
    return {**whole, "paintings": np.array(names)}, {
        "paintings": counts,
        "grey": len(painted) - len(found),
    }


def _is_grey(image: np.ndarray) -> bool:
    """A black and white reproduction: it says nothing of a period's colours."""
    return bool(np.ptp(image.astype(np.int16), axis=2).mean() < GREY)


def _views(image: np.ndarray, wanted: Wanted, random: np.random.Generator) -> list[np.ndarray]:
    """Squares of a painting (H, W, 3), the first as large as it goes and central, as (size, size,
    3) each.
    """
    from PIL import Image

    height, width = image.shape[:2]
    views = []
    for i in range(wanted.views):
        side = (
            min(height, width)
            if i == 0
            else round(min(height, width) * random.uniform(LEAST_VIEW, 1.0))
        )
        top, left = (
            ((height - side) // 2, (width - side) // 2)
            if i == 0
            else (int(random.integers(height - side + 1)), int(random.integers(width - side + 1)))
        )
        views.append(
            np.asarray(
                Image.fromarray(image[top : top + side, left : left + side]).resize(
                    (wanted.size, wanted.size), Image.Resampling.LANCZOS
                )
            )
        )
    return views
