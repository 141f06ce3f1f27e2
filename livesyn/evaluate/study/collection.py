"""The pictures of a study, as the nets see them: which may be used, where they lie, how they
sound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from livesyn.base.errors import CheckpointError, ConfigError
from livesyn.base.types import Note
from livesyn.evaluate.study.design import CLASSES, Cast, Size, cast, clusters, large_enough
from livesyn.music import vocabulary as v
from livesyn.nets import checkpoint
from livesyn.nets.syn_vae import SynVAE
from livesyn.nets.vis_vae import VisVAE
from livesyn.train.data import cropping, learnt_pictures, pictures
from livesyn.train.data.pictures import Pictures, Source

TEMPERATURE = 0.5  # as the thesis plays (eq. 7)
AT_ONCE = 500
EVERYTHING = "all pictures"


@dataclass(frozen=True)
class Request:
    """What a study is to be made of. `visual` names a VisVAE in whose space the classes are
    compared ("" for SynVAE's own visual encoder); `label` a column of the manifest; `clusters`
    how many k-means classes there are instead of labels (0: labels); `unseen` says that the
    model was trained on none of `data`, so that all of it may be used."""

    model: str
    data: Path
    visual: str = ""
    label: str = ""
    clusters: int = 0
    unseen: bool = False
    size: Size = field(default_factory=Size)
    seed: int = 0


@dataclass(frozen=True)
class Split:
    """Part of a set: what it is called, and whether the model was trained on some of it."""

    name: str
    trained_on: bool
    pictures: Pictures


@dataclass(frozen=True)
class Found:
    """The chosen pictures of a study, all (3 · per_class) of them in the order of
    `cast.rows.ravel()`.

    `pictures` are the pictures, `space` (M, Dv) their places in the visual space, `mean` and
    `std` (M, D) SynVAE's posterior of each.
    """

    net: SynVAE
    cast: Cast
    split: Split
    labels: str  # what the classes are, in words
    pictures: Pictures
    space: np.ndarray
    mean: Tensor
    std: Tensor


def find(request: Request) -> Found:
    """Load the nets and the pictures, and cast the study: from the test split if it is large
    enough, else from all that the model was not trained on, else from everything.

    Raises CheckpointError, DataError or ConfigError with a sentence.
    """
    if request.label and request.clusters:
        raise ConfigError(
            "--label and --clusters were both given; classes are either the labels or clusters, so"
            " name one"
        )
    net: SynVAE = checkpoint.load(request.model, "syn-vae")
    if net.music.config.vocabulary != v.SIZE:
        raise CheckpointError(
            f"{request.model} plays drums, and a study listens to pitches; name a SynVAE around a"
            " melody or bass net with --model"
        )
    sizes = net.visual.config
    seers = [(request.model, "syn-vae")] + ([(request.visual, "vis-vae")] if request.visual else [])
    seer: VisVAE = checkpoint.load(request.visual, "vis-vae") if request.visual else net.visual
    if (seer.config.size, seer.config.channels) != (sizes.size, sizes.channels):
        raise CheckpointError(
            f"{request.visual} sees pictures of {_shape(seer)} and {request.model} of"
            f" {_shape(net.visual)}; name a VisVAE of {request.model}'s size with --visual, or"
            " leave it out"
        )
    sources = [
        _source(_training(name, kind), sizes.size, sizes.channels, request.label)
        for name, kind in seers
    ]
    for split in _splits(request.data, sources, request.unseen, [name for name, _ in seers]):
        last = split.name == EVERYTHING  # there the cast itself says what is missing
        labels, space = split.pictures.labels, np.empty(0)
        if request.clusters:
            if not last and len(split.pictures) < request.clusters * request.size.per_class:
                continue
            space = _encode(seer, split.pictures)[0].numpy()
            labels = tuple(clusters(space, request.clusters, request.seed))
        if not last and len(large_enough(labels, request.size)) < CLASSES:
            continue
        if not request.clusters:
            space = _encode(seer, split.pictures)[0].numpy()
        found = cast(space, labels, request.size)
        rows = found.rows.ravel()
        chosen = split.pictures.take(rows)
        mean, std = _encode(net, chosen)
        words = (
            f"k-means, {request.clusters} clusters"
            if request.clusters
            else (request.label or "labels")
        )
        return Found(net, found, split, words, chosen, space[rows], mean, std)
    raise AssertionError("the last split is always tried")


def _splits(data: Path, sources: list[Source], unseen: bool, models: list[str]) -> Iterator[Split]:
    if unseen:
        yield Split(
            EVERYTHING,
            False,
            _joined(pictures.load(data, replace(sources[0], rights=(), held_out=1, valid=1))),
        )
        return
    read = {source: pictures.load(data, source) for source in dict.fromkeys(sources)}
    trained = {name for splits in read.values() for name in splits["train"].names}
    told = [known for name in models if (known := learnt_pictures.learnt(name)) is not None]

    def new(some: Pictures) -> Pictures:
        known = (
            np.isin(learnt_pictures.digests(some), np.concatenate(told))
            if told
            else np.zeros(len(some), bool)
        )
        return some.take(
            i for i, name in enumerate(some.names) if name not in trained and not known[i]
        )

    yield Split("test", False, new(read[sources[0]]["test"]))
    everything = _joined(
        read[sources[0]]
        if not sources[0].rights
        else pictures.load(data, replace(sources[0], rights=()))
    )
    yield Split("held out", False, new(everything))
    yield Split(EVERYTHING, True, everything)


def _source(training: Mapping, size: int, channels: int, label: str) -> Source:
    """How a net's training had its pictures read: so its test split is found again."""
    rights = tuple(filter(None, str(training.get("rights", "")).split("|")))
    return Source(
        size,
        channels,
        bool(training.get("binarise", False)),
        rights,
        int(training.get("held_out", 50)),
        int(training.get("valid", 0)),
        label,
    )


def _training(name: str, kind: str) -> dict:
    return checkpoint.training_of(str(checkpoint.find(name, kind)))


def _joined(splits: Mapping[str, Pictures]) -> Pictures:
    parts = [splits[kind] for kind in ("test", "valid", "train")]
    arrays = [part.images for part in parts if isinstance(part.images, np.ndarray)]
    images = (
        np.concatenate(arrays)
        if len(arrays) == len(parts)
        else tuple(image for part in parts for image in part.images)
    )
    return Pictures(
        sum((p.names for p in parts), ()),
        sum((p.labels for p in parts), ()),
        images,
        parts[0].binarise,
    )


def _shape(net: VisVAE) -> str:
    return f"{net.config.size}×{net.config.size}×{net.config.channels}"


@torch.no_grad()
def _encode(net: VisVAE | SynVAE, chosen: Pictures) -> tuple[Tensor, Tensor]:
    size = net.config.size if isinstance(net, VisVAE) else net.image_size
    parts = [
        net.encode(
            cropping.centre_crops(
                chosen.take(range(start, min(start + AT_ONCE, len(chosen)))), size
            )
        )
        for start in range(0, len(chosen), AT_ONCE)
    ]
    return torch.cat([mean for mean, _ in parts]), torch.cat([std for _, std in parts])


@torch.no_grad()
def play(found: Found, seed: int) -> list[list[Note]]:
    """Two bars of music of each picture, from a z drawn for it; of a longer piece the first
    two. The same seed, the same music."""
    generator = torch.Generator().manual_seed(seed)
    z = found.mean + found.std * torch.randn(found.std.shape, generator=generator)
    return [
        v.tokens_to_notes(tokens[: v.STEPS])
        for tokens in found.net.decode_music(z, TEMPERATURE, generator).numpy()
    ]
