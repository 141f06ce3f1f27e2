"""Attributes from pictures: what has more of a property gives its vector, and it is tried on
others.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from livesyn.base.errors import DataError
from livesyn.cli.main import main
from livesyn.latent import attributes as known
from livesyn.train import attributes
from livesyn.train.data.properties import PROPERTIES
from tests.toys import save_toy


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_toy(tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty flat pictures, "day" and "night" by their light, a few without a label."""
    folder = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(0)
    with (folder / "manifest.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "label"])
        for i in range(60):
            day = i % 2
            pixels = (
                np.clip(random.normal(170 if day else 70, 20, (8, 8, 3)), 0, 255)
                .astype(np.uint8)
                .repeat(12, 0)
                .repeat(12, 1)
            )
            Image.fromarray(pixels).save(folder / f"{i}.png")
            rows.writerow([f"{i}.png", ("day" if day else "night") if i < 54 else ""])
    return folder


def flat(*colour: float) -> np.ndarray:
    return np.broadcast_to(np.array(colour, np.float32), (1, 8, 8, 3))


def test_properties_rise_with_what_they_are_named_for() -> None:
    random = np.random.default_rng(0).random((1, 16, 16, 3)).astype(np.float32)
    smooth = np.broadcast_to(
        np.linspace(0, 1, 16, dtype=np.float32)[None, :, None, None], (1, 16, 16, 3)
    )
    grey = np.repeat(random.mean(-1, keepdims=True), 3, -1)
    for name, less, more in (
        ("light", flat(0.2, 0.2, 0.2), flat(0.8, 0.8, 0.8)),
        ("colour", grey, random),
        ("colour", flat(0.5, 0.5, 0.5), flat(0.9, 0.1, 0.1)),
        ("warmth", flat(0.1, 0.5, 0.9), flat(0.9, 0.5, 0.1)),
        ("contrast", 0.5 + 0.1 * (random - 0.5), random),
        ("detail", smooth, random),
    ):
        assert (
            PROPERTIES[name](less).shape == (1,)
            and PROPERTIES[name](less)[0] < PROPERTIES[name](more)[0] - 0.01
        ), name


def test_vectors_are_found_written_and_tried(toy: Path, folder: Path, tmp_path: Path) -> None:
    figures = attributes.make(str(toy), folder, tmp_path / "a.safetensors", held_out=10)
    assert (
        figures["split"] == "test"
        and figures["pictures"] == 10
        and figures["labels"] == ["day", "night"]
    )
    assert (
        json.loads((tmp_path / "a.json").read_text())["attributes"].keys()
        == figures["attributes"].keys()
    )
    again = attributes.make(str(toy), folder, tmp_path / "b.safetensors", held_out=10)
    assert (
        again == figures
        and (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()
    )
    assert {"light", "label:day", "label:night"} <= figures["attributes"].keys()
    for row in figures["attributes"].values():
        assert (
            -1 <= row["painted"] <= 1
            and -1 <= row["remembered"] <= 1
            and row["notes"] >= 0
            and row["spread"] > 0
        )
    (toy / known.FILE).write_bytes((tmp_path / "a.safetensors").read_bytes())
    vectors = known.read(toy, 16)
    (toy / known.FILE).unlink()
    assert vectors is not None
    day, night, light = (vectors.vectors[name] for name in ("label:day", "label:night", "light"))
    assert np.allclose(day, -night, atol=1e-4), "of two labels each is what the other lacks"
    assert day @ light / np.linalg.norm(day) / np.linalg.norm(light) > 0.8, "days are light"


def test_pictures_all_alike_have_no_attribute() -> None:
    alike = np.full((30, 8, 8, 3), 0.5, np.float32)
    assert not attributes.find(np.zeros((30, 16)), alike, ("",) * 30).vectors
    few = attributes.find(
        np.random.default_rng(0).random((30, 16)), alike, ("rare",) * 5 + ("common",) * 25
    )
    assert not few.vectors, "a label of five pictures says nothing yet"


def test_correlation_is_of_the_movement_alone() -> None:
    offsets = np.array([5.0, -3.0, 100.0])
    amounts = np.array(attributes.AMOUNTS)[:, None]
    assert attributes._correlation(offsets + 2 * amounts) == pytest.approx(1)
    assert attributes._correlation(offsets - amounts) == pytest.approx(-1)
    assert attributes._correlation(np.broadcast_to(offsets, (5, 3))) == 0


def test_from_the_command_line(
    toy: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "attributes",
        str(toy),
        "--data",
        str(folder),
        "--held-out",
        "10",
        "-o",
        str(tmp_path / "a.safetensors"),
    ]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert (
        "10 pictures of the test split" in out
        and "day (label 1)" in out
        and "night (label 2)" in out
    )
    assert main([*words[:3], str(tmp_path / "nowhere")]) == 2
    with pytest.raises(DataError):
        attributes.make(str(toy), tmp_path / "nowhere")
