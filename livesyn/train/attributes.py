"""Attribute vectors of a SynVAE: made from the training pictures, tested on the test pictures.
`livesyn attributes`. (SynVAE thesis, section 2.1.)

Of a measured property, the third of the pictures that has most of it has it, the third that
has least has not. Of labels, each against the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from livesyn.base.errors import DataError
from livesyn.base.params import LABELS
from livesyn.latent.attributes import FILE, LABEL, Attributes, said, write
from livesyn.latent.paths import apply, attribute_vector
from livesyn.nets import checkpoint
from livesyn.nets.syn_vae import SynVAE
from livesyn.train.data import cropping, learnt_pictures, pictures
from livesyn.train.data.properties import PROPERTIES
from livesyn.train.run import generator
from livesyn.train.syn_vae import edit_distance, note_sequence

AMOUNTS = (-2.0, -1.0, 0.0, 1.0, 2.0)
FEWEST = 6  # pictures with a label, and without, from which a vector is made
TEMPERATURE = 0.5
AT_ONCE = 128


def make(
    model: str,
    data: Path,
    out: Path | None = None,
    rights: tuple[str, ...] = (),
    label: str = "",
    held_out: int = 50,
    seed: int = 0,
) -> dict:
    """Make the attribute vectors of checkpoint `model` from the pictures at `data`, write them to
    `out` (beside the checkpoint's weights), their figures to a .json of the same name; returns the
    figures.
    """
    net: SynVAE = checkpoint.load(model, "syn-vae")
    config = net.visual.config
    source = pictures.Source(
        config.size,
        config.channels,
        **{
            **learnt_pictures.trained_with(model),
            "rights": rights,
            "held_out": held_out,
            "label": label,
        },
    )
    splits = pictures.load(data, source)
    learnt_pictures.check_unseen(model, data, source, splits)
    crops = cropping.centre_crops(splits["train"], config.size)
    attributes = find(latents(net, crops)[0], _rgb(crops), splits["train"].labels)
    if not attributes.vectors:
        raise DataError(
            f"the {len(crops)} training pictures of {data} are all alike; attributes need pictures"
            " that differ"
        )
    figures = {
        "split": "test",
        "pictures": len(splits["test"]),
        "training_pictures": len(crops),
        "labels": [said(name) for name in attributes.labels],
        "attributes": evaluate(
            net, attributes, cropping.centre_crops(splits["test"], config.size), seed
        ),
    }
    path = out or checkpoint.find(model) / FILE
    write(path, attributes, checkpoint.find(model) / "weights.safetensors")
    checkpoint.write_json(path.with_suffix(".json"), figures)
    return figures


def table(figures: Mapping) -> str:
    """The figures in words, a line an attribute."""
    lines = [
        (
            f"{figures['pictures']} pictures of the test split; vectors from"
            f" {figures['training_pictures']} of the training split"
        ),
        f"{'attribute':<18}{'painted':>9}{'remembered':>12}{'reach':>8}{'notes':>8}",
    ]
    for name, row in figures["attributes"].items():
        number = (
            f" (label {figures['labels'].index(said(name)) + 1})" if name.startswith(LABEL) else ""
        )
        reach = row["gain"] / max(row["spread"], 1e-9)
        lines.append(
            f"{said(name) + number:<18}{row['painted']:>9.2f}{row['remembered']:>12.2f}"
            f"{reach:>8.2f}{row['notes']:>8.1f}"
        )
    lines.append(
        "painted, remembered: correlation of the amount with the property of the picture from z,"
        " and of the one the music remembers;"
    )
    lines.append(
        "reach: what one vector adds to the latter, in standard deviations of the pictures; notes:"
        " edits that an amount of 1 makes in two bars"
    )
    return "\n".join(lines)


def find(means: np.ndarray, images: np.ndarray, labels: tuple[str, ...]) -> Attributes:
    """The attributes of pictures with latents `means` (N, D), pixels `images` (N, H, W, 3) in [0,
    1] and `labels` (N), "" where there is none. The mean of all is subtracted.
    """
    vectors = {}
    for name, measure in PROPERTIES.items():
        values = measure(images)
        low, high = np.quantile(values, [1 / 3, 2 / 3])
        if low < high:
            vectors[name] = attribute_vector(means[values >= high], means[values <= low])
    sets = [set(filter(None, text.split(pictures.SEVERAL))) for text in labels]
    known = np.array([bool(has) for has in sets])
    for name in sorted(set().union(*sets))[:LABELS]:
        having = np.array([name in has for has in sets])
        if having.sum() >= FEWEST and (known & ~having).sum() >= FEWEST:
            vectors[LABEL + name] = attribute_vector(means[having], means[known & ~having])
    return Attributes(vectors)


@torch.no_grad()
def latents(net: SynVAE, crops: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Means and standard deviations, each (N, D), of pictures (N, C, H, W)."""
    parts = [net.encode(part) for part in crops.split(AT_ONCE)]
    return (
        torch.cat([mean for mean, _ in parts]).double().numpy(),
        torch.cat([std for _, std in parts]).double().numpy(),
    )


@torch.no_grad()
def evaluate(
    net: SynVAE, attributes: Attributes, crops: Tensor, seed: int
) -> dict[str, dict[str, float]]:
    """What each vector does to held-out pictures (N, C, H, W), all draws alike but for the amount.

    `painted` and `remembered` are the correlations between the amount (-2 to 2) and the property of
    the picture decoded from z, and of the one that the music remembers, each picture's own mean
    taken away; `gain` is what one vector adds to the latter, `spread` how much pictures differ in
    it. A label's property is how far a picture's latent lies along its vector. `notes` is the mean
    note edit distance that an amount of 1 makes.
    """
    means, stds = latents(net, crops)
    noise = torch.randn(stds.shape, generator=generator(seed, 1)).double().numpy()
    figures = {}
    for name, vector in attributes.vectors.items():
        painted, remembered, tunes = [], [], []
        for amount in AMOUNTS:
            z = torch.from_numpy(
                np.stack(
                    [
                        apply(m + s * e, vector, amount)
                        for m, s, e in zip(means, stds, noise, strict=True)
                    ]
                )
            ).float()
            tokens = net.decode_music(z, TEMPERATURE, generator(seed, 2))
            painted.append(_measure(net, name, vector, net.visual.decode(z)))
            remembered.append(_measure(net, name, vector, net.remember(tokens)))
            tunes.append([note_sequence(t) for t in tokens.numpy()])
        still, moved = tunes[AMOUNTS.index(0.0)], tunes[AMOUNTS.index(1.0)]
        figures[name] = {
            "painted": _correlation(np.array(painted)),
            "remembered": _correlation(np.array(remembered)),
            "gain": float(np.polyfit(AMOUNTS, np.mean(remembered, 1), 1)[0]),
            "spread": float(np.std(_measure(net, name, vector, crops))),
            "notes": float(
                np.mean([edit_distance(a, b) for a, b in zip(still, moved, strict=True)])
            ),
        }
    return figures


def _measure(net: SynVAE, name: str, vector: np.ndarray, crops: Tensor) -> np.ndarray:
    if name in PROPERTIES:
        return PROPERTIES[name](_rgb(crops))
    return np.asarray(latents(net, crops)[0] @ (vector / np.linalg.norm(vector)))


def _correlation(values: np.ndarray) -> float:
    """Pearson's r between the amounts and values (amounts, N), each column less its mean; 0 where
    nothing moves.
    """
    moves = values - values.mean(0)
    amounts = np.repeat(np.array(AMOUNTS)[:, None], values.shape[1], 1)
    scale = float(np.sqrt((moves**2).sum() * (amounts**2).sum()))
    return float((moves * amounts).sum()) / scale if scale > 0 else 0.0


def _rgb(crops: Tensor) -> np.ndarray:
    """(N, C, H, W) as (N, H, W, 3); grey as three alike."""
    images = crops.permute(0, 2, 3, 1).float().numpy()
    return images if images.shape[-1] == 3 else np.repeat(images, 3, -1)
