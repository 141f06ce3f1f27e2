"""`livesyn interpolate`: the path from picture to picture through the latent space, as music and as
a contact sheet. (SynVAE thesis, sections 2.1 and 8.2.)

Every stop is played with the same ε and the same draws, so what changes from one to the next is
the way alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from livesyn.base import params
from livesyn.base.errors import ConfigError, DataError
from livesyn.base.types import Note
from livesyn.engine.chains.see_to_hear.chain import seed_of
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.latent.attributes import Attributes, said
from livesyn.latent.drift import drift
from livesyn.latent.paths import apply, interpolate_std, path, places
from livesyn.media import contact_sheet
from livesyn.media.picture_file import load_picture
from livesyn.music import midi_file
from livesyn.music import vocabulary as v
from livesyn.music.phrases import phrase_of, ringing_after
from livesyn.music.played import as_played

PICTURE_SIZE = 720  # as in the live slide show
MOST_STOPS = 400


def interpolate(
    sources: Sequence[Path],
    out: Path,
    *,
    model: str,
    steps: int = 8,
    bars: int = 2,
    amounts: Mapping[str, float] | None = None,
    seed: int = 0,
    values: Mapping[str, float] | None = None,
    device: str = "cpu",
) -> list[Path]:
    """Write the way through the pictures `sources` into the folder `out`: a .mid in which every
    stop lasts `bars` (1 or 2), and a .png with each stop's picture straight from the visual
    decoder, the picture its music remembers, and its notes. `steps` lead from one picture to the
    next; `amounts` of the checkpoint's attributes, by name, are added to every stop, `values` are
    parameters other than at their defaults. Returns the files written.

    One picture alone stands for itself: with an amount, the way leads from without to with it.

    Raises DataError, ConfigError or CheckpointError with a sentence.
    """
    settings = params.defaults() | dict(values or {})
    if not sources or steps < 1 or bars not in (1, v.BARS):
        raise ConfigError(
            f"{len(sources)} pictures, {steps} steps and {bars} bars a stop give no way; give a"
            f" picture or more, steps from 1, and 1 or {v.BARS} bars"
        )
    if len(sources) == 1 and not amounts:
        raise ConfigError(
            "one picture and no attribute give no way; name another picture, or say --attribute"
            " NAME=AMOUNT"
        )
    if max(1, len(sources) - 1) * steps >= MOST_STOPS:
        raise ConfigError(
            f"{steps} steps between {len(sources)} pictures are too many; {MOST_STOPS} stops at"
            " most"
        )
    nets = Model.load(model, device, threads=1)
    push = _push(nets.attributes, amounts or {}, model, nets.space.dimensions)
    pictures: list[np.ndarray | None] = [load_picture(source, PICTURE_SIZE) for source in sources]
    latents = [nets.encode(pixels) for pixels in pictures if pixels is not None]
    if not all(np.isfinite(part).all() for latent in latents for part in latent):
        raise DataError(
            "a picture gives no finite latent; the checkpoint is damaged, or not trained"
        )
    means, stds = ([np.asarray(latent[i], np.float64) for latent in latents] for i in (0, 1))
    if len(sources) == 1:  # the way into the attribute
        means, stds, pictures = (
            [means[0], apply(means[0], push, 1.0)],
            stds * 2,
            [pictures[0], None],
        )
    else:
        means = [apply(mean, push, 1.0) for mean in means]
    noise = drift(seed, 0, settings["drift"], nets.space.dimensions)
    columns: list[contact_sheet.Column] = []
    music: list[Note] = []
    length_beats = float(bars * v.BEATS_PER_BAR)
    for stop, ((leg, part), mean) in enumerate(
        zip(places(len(means), steps), path(means, steps), strict=True)
    ):
        z = nets.space.compose(
            mean, interpolate_std(stds[leg], stds[leg + 1], part), noise, settings
        )
        tokens = nets.decode(z, None, settings["temperature"], seed_of(seed, 0))
        notes = _notes(tokens, bars, settings)
        music += [
            replace(note, start_beats=note.start_beats + stop * length_beats) for note in notes
        ]
        there = pictures[leg + round(part)] if part in (0.0, 1.0) else None
        columns.append(
            contact_sheet.Column(
                _title(sources, leg, part),
                (there, nets.paint(z), nets.remember(tokens)),
                notes,
                length_beats,
            )
        )
    name = (
        f"{sources[0].stem}-to-{sources[-1].stem}"
        if len(sources) > 1
        else "-".join([sources[0].stem, *(said(one) for one in amounts or {})])
    )
    midi, png = out / f"{name}.mid", out / f"{name}.png"
    out.mkdir(parents=True, exist_ok=True)
    midi_file.save(
        midi_file.midi_file({"melody": music}, settings["tempo"], len(columns) * length_beats), midi
    )
    asked = ", ".join(f"{said(one)} {amount:+g}" for one, amount in (amounts or {}).items())
    contact_sheet.draw(
        columns,
        ("picture", "decoded", "remembered"),
        " to ".join(source.stem for source in sources)
        + (f"; {asked}" if asked else "")
        + f"   ({nets.name})",
        png,
    )
    return [midi, png]


def _push(
    known: Attributes, amounts: Mapping[str, float], model: str, dimensions: int
) -> np.ndarray:
    """The sum (D,) of the attributes asked for.

    Raises ConfigError for one that the checkpoint has not.
    """
    total = np.zeros(dimensions)
    for name, amount in amounts.items():
        full = known.find(name)
        if full is None:
            there = ", ".join(said(one) for one in known.vectors)
            raise ConfigError(
                f"{model} has no attribute {name!r}; "
                + (
                    f"it has: {there}"
                    if there
                    else "it has none: make them with livesyn attributes"
                )
            )
        total += amount * known.vectors[full]
    return total


def _notes(tokens: np.ndarray, bars: int, settings: Mapping[str, float]) -> list[Note]:
    """The notes of the first `bars` of two bars (32,), as they are played."""
    first, second = tokens[: v.STEPS_PER_BAR], tokens[v.STEPS_PER_BAR :]
    phrases = [phrase_of(first, settings), phrase_of(second, settings, ringing_after(first))][:bars]
    return [
        replace(note, start_beats=note.start_beats + bar * v.BEATS_PER_BAR)
        for bar, phrase in enumerate(phrases)
        for note in as_played(phrase, settings["swing"]).notes
    ]


def _title(sources: Sequence[Path], leg: int, part: float) -> str:
    if part in (0.0, 1.0) and len(sources) > 1:
        name = sources[leg + round(part)].stem
        return name if len(name) <= 20 else name[:19] + "…"
    return f"{part:.0%}"
