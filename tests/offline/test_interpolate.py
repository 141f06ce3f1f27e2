"""From picture to picture: every stop in the music and on the sheet, the same bytes for the same
words.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import mido
import numpy as np
import pytest
from PIL import Image

from livesyn.base import params
from livesyn.base.errors import CheckpointError, ConfigError, DataError
from livesyn.base.types import Note
from livesyn.cli.main import main
from livesyn.latent import attributes
from livesyn.latent.attributes import Attributes
from livesyn.media import contact_sheet
from livesyn.offline.interpolate import interpolate
from tests.toys import save_toy


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_toy(tmp_path_factory.mktemp("toy")))


@pytest.fixture(scope="module")
def knowing(toy: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("knowing") / "toy"
    shutil.copytree(toy, folder)
    random = np.random.default_rng(0)
    attributes.write(
        folder / attributes.FILE,
        Attributes(
            {"warmth": random.standard_normal(16), "label:cats": random.standard_normal(16)}
        ),
        folder / "weights.safetensors",
    )
    return str(folder)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(0)
    for name in "abc":
        cv2.imwrite(
            str(folder / f"{name}.png"),
            random.integers(0, 256, (4, 4, 3), dtype=np.uint8).repeat(16, 0).repeat(16, 1),
        )
    return [folder / f"{name}.png" for name in "abc"]


def music(path: Path) -> list[tuple[float, int]]:
    """(beat, pitch) of every note struck."""
    now, struck = 0, []
    for message in mido.MidiFile(path).tracks[1]:
        now += message.time
        if message.type == "note_on":
            struck.append((now / 480, message.note))
    return struck


@pytest.mark.parametrize("bars", [1, 2])
def test_every_stop_is_in_the_music_and_on_the_sheet(pictures, toy, tmp_path, bars) -> None:
    midi, png = interpolate(
        pictures, tmp_path, model=toy, steps=3, bars=bars, values={"tempo": 120.0}
    )
    assert (midi.name, png.name) == ("a-to-c.mid", "a-to-c.png")
    assert mido.MidiFile(midi).length == pytest.approx(7 * bars * 2.0, abs=0.01)
    assert {int(beat // (4 * bars)) for beat, _ in music(midi)} == set(range(7))
    with Image.open(png) as image:
        assert image.width > 7 * contact_sheet.SIDE and image.height > 3 * contact_sheet.SIDE
        assert len(image.getcolors(1 << 20) or ()) > 500


def test_the_ends_sound_as_the_way_back_does(pictures, toy, tmp_path) -> None:
    there, _ = interpolate(pictures[:2], tmp_path / "there", model=toy, steps=2)
    back, _ = interpolate(pictures[1::-1], tmp_path / "back", model=toy, steps=2)
    stops = [
        [
            [
                (beat - 8 * stop, pitch)
                for beat, pitch in music(path)
                if 8 * stop <= beat < 8 * stop + 8
            ]
            for stop in range(3)
        ]
        for path in (there, back)
    ]
    assert stops[0][0] == stops[1][2] and stops[0][2] == stops[1][0] and stops[0][0] != stops[0][2]


def test_same_words_same_bytes(pictures, toy, tmp_path) -> None:
    once, again, other = (
        interpolate(pictures, tmp_path / name, model=toy, steps=2, seed=seed)
        for name, seed in (("once", 3), ("again", 3), ("other", 4))
    )
    assert [path.read_bytes() for path in once] == [path.read_bytes() for path in again]
    assert once[0].read_bytes() != other[0].read_bytes()


def test_attributes_move_every_stop_and_lead_away_from_one(pictures, knowing, tmp_path) -> None:
    plain, _ = interpolate(pictures[:2], tmp_path / "plain", model=knowing, steps=1)
    moved, _ = interpolate(
        pictures[:2], tmp_path / "moved", model=knowing, steps=1, amounts={"cats": 2.0}
    )
    assert music(plain) != music(moved)
    alone, png = interpolate(
        pictures[:1], tmp_path / "alone", model=knowing, steps=2, amounts={"warmth": 2.0}
    )
    assert alone.name == "a-warmth.mid" and png.is_file()
    assert [note for note in music(alone) if note[0] < 8] == [
        note for note in music(plain) if note[0] < 8
    ]


def test_what_gives_no_way_is_one_sentence(pictures, toy, knowing, tmp_path) -> None:
    out = tmp_path / "out"
    (tmp_path / "bad.png").write_bytes(b"no picture")
    for error, words, sources, options in (
        (ConfigError, "one picture and no attribute", pictures[:1], {}),
        (ConfigError, "0 steps", pictures, {"steps": 0}),
        (ConfigError, "3 bars", pictures, {"bars": 3}),
        (ConfigError, "400 stops at most", pictures, {"steps": 200}),
        (ConfigError, "has no attribute 'cats'; it has none", pictures, {"amounts": {"cats": 1.0}}),
        (DataError, "cannot be read", [pictures[0], tmp_path / "bad.png"], {}),
        (CheckpointError, "no checkpoint", pictures, {"model": "no-such-model"}),
    ):
        with pytest.raises(error, match=words):
            interpolate(sources, out, **({"model": toy} | options))
    with pytest.raises(ConfigError, match="it has: warmth, cats"):
        interpolate(pictures, out, model=knowing, amounts={"dogs": 1.0})
    assert not out.exists()


def test_from_the_command_line(pictures, knowing, tmp_path, capsys) -> None:
    words = [
        "interpolate",
        *map(str, pictures[:2]),
        "-o",
        str(tmp_path),
        "--model",
        knowing,
        "--steps",
        "1",
        "--attribute",
        "warmth=-0.5",
    ]
    assert main([*words, "--key", "A minor", "--bpm", "90"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        str(tmp_path / "a-to-b.mid"),
        str(tmp_path / "a-to-b.png"),
    ]
    assert {pitch % 12 for _, pitch in music(tmp_path / "a-to-b.mid")} <= {0, 2, 4, 5, 7, 9, 11}
    for wrong in ("warmth", "=1", "warmth=much", "warmth=nan"):
        assert main([*words[:-1], wrong]) == 2
        assert "say NAME=AMOUNT" in capsys.readouterr().err


def test_a_sheet_of_many_columns_goes_on_below(tmp_path) -> None:
    grey = np.full((8, 8, 3), 99, np.uint8)
    columns = [
        contact_sheet.Column(str(i), (grey, None), [Note(0, 1, 60 + i)], 8.0)
        for i in range(contact_sheet.WIDEST + 1)
    ]
    contact_sheet.draw(columns[:1], ("one", "two"), "few", tmp_path / "few.png")
    contact_sheet.draw(columns, ("one", "two"), "many", tmp_path / "many.png")
    with Image.open(tmp_path / "few.png") as few, Image.open(tmp_path / "many.png") as many:
        assert (
            many.width - few.width
            == (contact_sheet.WIDEST - 1) * (contact_sheet.SIDE + contact_sheet.GAP)
            and many.height > 1.9 * few.height - 60
        )
        assert (np.asarray(few) == (99, 99, 99)).all(-1).any()


def test_the_parameters_have_a_row_for_every_property() -> None:
    from livesyn.train.data.properties import PROPERTIES

    assert tuple(PROPERTIES) == params.ATTRIBUTES
