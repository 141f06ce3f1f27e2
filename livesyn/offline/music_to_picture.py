"""`livesyn translate song.mid`: from music to pictures. (SynVAE thesis, end of section 4.)

Two bars give a picture; the picture alone is decoded to two bars again, to show what it keeps. With
one ε for all, equal bars give equal pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from livesyn.base import params
from livesyn.base.errors import DataError
from livesyn.base.types import Note
from livesyn.latent.drift import drift
from livesyn.media import contact_sheet
from livesyn.music import melody_file, midi_file
from livesyn.music import vocabulary as v
from livesyn.nets import playing

DEFAULT_MODEL = "tunes-to-pictures"
KIND = "music-syn-vae"
AT_ONCE = 32
ON_THE_SHEET = 100  # windows; a long song has more than fit on a picture


def paint(
    source: Path,
    out: Path,
    *,
    model: str = DEFAULT_MODEL,
    seed: int = 0,
    values: Mapping[str, float] | None = None,
    device: str = "cpu",
    say: Callable[[str], object] = lambda text: None,
    progress: Callable[[int, int], object] = lambda done, total: None,
) -> list[Path]:
    """Write the pictures of the melody in the MIDI file `source` into the folder `out`: a .png for
    every two bars in which a note is struck, as large as the net paints it; a contact sheet with
    the notes that went in and those that come back out of each picture; and what comes back as a
    .mid. Of `values` it heeds variation, drift (of ε), temperature and velocity. `say` is told
    what of the file was passed over, `progress` how many pictures of how many are done. Returns the
    files written. Raises DataError or CheckpointError with a sentence.
    """
    settings = params.defaults() | dict(values or {})
    song = melody_file.read(source)
    if song.remark:
        say(song.remark)
    windows = melody_file.windows(song)
    heard = np.flatnonzero(v.attacks(windows))
    if not len(heard):
        raise DataError(f"no note of {source.name!r} is long enough to hear; give another .mid")
    net = playing.load_music_syn_vae(model, device, threads=1)
    epsilon = drift(seed, 0, settings["drift"], net.latent).astype(np.float32)
    out.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    painted: list[np.ndarray] = []  # those for the sheet
    back: list[np.ndarray] = []
    for i in range(-(-len(heard) // AT_ONCE)):
        mean, std = net.encode(windows[heard[i * AT_ONCE : (i + 1) * AT_ONCE]])
        pictures = net.paint(mean + np.float32(settings["variation"]) * std * epsilon)
        back += list(net.write(pictures, settings["temperature"], seed + i))
        for pixels in np.rint(pictures.transpose(0, 2, 3, 1) * 255).astype(np.uint8):
            colours = pixels if pixels.shape[2] == 3 else np.repeat(pixels, 3, 2)
            number = heard[len(written)] + 1
            written.append(_save(colours, out / f"{source.stem}-{number:03d}.png"))
            if len(painted) < ON_THE_SHEET:
                painted.append(colours)
        progress(len(written), len(heard))
    remembered = [
        replace(note, start_beats=note.start_beats + int(window) * melody_file.WINDOW_BEATS)
        for window, tokens in zip(heard, back, strict=True)
        for note in _notes(tokens, settings)
    ]
    tempo = params.BY_NAME["tempo"].clamp(song.bpm)
    midi = out / f"{source.stem}-remembered.mid"
    midi_file.save(
        midi_file.midi_file(
            {"melody": remembered}, tempo, float(len(windows) * melody_file.WINDOW_BEATS)
        ),
        midi,
    )
    columns = [
        contact_sheet.Column(
            f"bars {2 * window + 1}, {2 * window + 2}",
            (pixels,),
            _notes(windows[window], settings),
            float(melody_file.WINDOW_BEATS),
            _notes(tokens, settings),
        )
        for window, pixels, tokens in zip(map(int, heard), painted, back, strict=False)
    ]
    png = out / f"{source.stem}.png"
    more = (
        f", the first {ON_THE_SHEET} of {len(heard)} pictures" if len(heard) > ON_THE_SHEET else ""
    )
    contact_sheet.draw(
        columns,
        ("picture",),
        f"{source.stem}: what went in, above; what its picture remembers, below{more}   ({model})",
        png,
    )
    return [*written, png, midi]


def _notes(tokens: np.ndarray, settings: Mapping[str, float]) -> list[Note]:
    return v.tokens_to_notes(tokens, velocity=round(settings["velocity"]))


def _save(pixels: np.ndarray, path: Path) -> Path:
    from PIL import Image

    part = path.with_name(f".{path.name}.part")
    Image.fromarray(pixels).save(part, "PNG")
    part.replace(path)
    return path
