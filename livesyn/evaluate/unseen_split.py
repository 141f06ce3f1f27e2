"""The test split of a set, without what any of the evaluated checkpoints was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from livesyn.base.errors import ConfigError
from livesyn.nets.vis_vae import VisVAEConfig
from livesyn.train.data import learnt_pictures, pictures
from livesyn.train.data.pictures import Pictures


def splits_of(
    models: Sequence[str],
    data: Path,
    visual: VisVAEConfig,
    *,
    label: str = "",
    options: dict[str, Any] | None = None,
    unseen: bool = False,
) -> tuple[dict[str, Pictures], int]:
    """The splits that the first checkpoint was trained with, or of `options` (fields of
    `pictures.Source`), without those pictures of the test that any of the checkpoints was trained
    on or chosen by; and how many these were. With `unseen` there are none: they were trained on
    other pictures.

    Raises DataError, and ConfigError when no test is left or some were trained on binarised
    pictures and some not.
    """
    own = [
        pictures.Source(
            visual.size, visual.channels, label=label, **learnt_pictures.trained_with(name)
        )
        for name in models
    ]
    if "binarise" not in (options or {}) and (
        other := [
            name for name, how in zip(models, own, strict=True) if how.binarise != own[0].binarise
        ]
    ):
        raise ConfigError(
            f"one of {models[0]} and {other[0]} was trained on binarised pictures and one was not;"
            " evaluate them apart, or say --binarise or --no-binarise"
        )
    source = replace(own[0], **(options or {}))
    splits = pictures.load(data, source)
    if unseen:
        return splits, 0
    seen: set[str] = set()
    told = {name: known for name in models if (known := learnt_pictures.learnt(name)) is not None}
    for how in dict.fromkeys(
        replace(how, binarise=source.binarise)
        for name, how in zip(models, own, strict=True)
        if name not in told
    ):
        theirs = splits if how == source else pictures.load(data, how)
        seen.update(theirs["train"].names, theirs["valid"].names)
    known = (
        np.isin(learnt_pictures.digests(splits["test"]), np.concatenate(list(told.values())))
        if told
        else np.zeros(len(splits["test"]), bool)
    )
    test = splits["test"].take(
        i for i, name in enumerate(splits["test"].names) if name not in seen and not known[i]
    )
    if not len(test):
        raise ConfigError(
            f"no picture of {data} is in the test split that is new to all of {', '.join(models)};"
            " evaluate them apart, or say --unseen if they were trained on other pictures"
        )
    return {**splits, "test": test}, len(splits["test"]) - len(test)
