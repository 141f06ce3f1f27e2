"""Smoothing as the show does it leaves latents, and music, the statistics they had; averaging does not."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from livesyn import params
from livesyn.engine.model import Model
from livesyn.nets import checkpoint
from tests.toys import save_toy

ROOT = Path(__file__).parents[2]
SHIPPED = checkpoint.MODELS / "synvae-art"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("plot_smoothing", ROOT / "scripts" / "plot_smoothing.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_radii_of_smoothed_prior_samples(script: ModuleType) -> None:
    sets = script.prior_sets(256, 300, 8, params.defaults(), seed=0)
    radii = {name: np.linalg.norm(z, axis=1) / 16 for name, z in sets.items()}
    assert all(len(z) == 300 for z in sets.values())
    assert radii["smoothed"].mean() == pytest.approx(radii["unsmoothed"].mean(), rel=0.02)
    assert radii["averaged"].mean() < 0.5
    neighbours = (sets["smoothed"][1:] * sets["smoothed"][:-1]).sum(1) / (256 * radii["smoothed"][1:] * radii["smoothed"][:-1])
    assert neighbours.mean() > 0.4  # and it does smooth: bars are like the bar before


def test_distance_of_histograms(script: ModuleType) -> None:
    a, b = np.array([1, 1, 2, 3]), np.array([1, 2, 2, 3])
    assert script.distance(a, a) == 0
    assert script.distance(a, b) == pytest.approx(0.25)
    assert script.distance(np.zeros(4, int), np.full(4, 32)) == 1


def test_the_figure_is_drawn_for_prior_and_video(script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    import cv2

    film = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter_fourcc(*"MJPG"), 5, (64, 64))
    for i in range(40):
        writer.write(np.random.default_rng(i // 8).integers(0, 256, (4, 4, 3), dtype=np.uint8).repeat(16, 0).repeat(16, 1))
    writer.release()
    toy = save_toy(tmp_path / "toy")
    monkeypatch.setattr("sys.argv", ["plot", "--model", str(toy), "--video", str(film), "--windows", "60", "--device", "cpu", "--out", str(tmp_path / "a" / "smoothing.png")])
    script.main()
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(figures["distance"]) == {"prior", "video"} and set(figures["distance"]["video"]) == {"smoothed", "averaged", "floor"}
    assert cv2.imread(str(tmp_path / "a" / "smoothing.png")).shape[1] > 1000


@pytest.mark.skipif(not (SHIPPED / "weights.safetensors").is_file(), reason="models/synvae-art is not there")
def test_note_attacks_of_the_shipped_checkpoint_stay_where_they_are(script: ModuleType) -> None:
    model = Model.load(str(SHIPPED), "cpu")
    net = checkpoint.load(str(SHIPPED), "syn-vae")
    sets = script.prior_sets(model.space.dimensions, 800, 8, params.defaults(), seed=0)
    counts = {name: script.attacks_of(net, z, 0.5, i, 400) for i, (name, z) in enumerate(sets.items())}
    floor = script.distance(counts["unsmoothed"], counts["again"])
    assert script.distance(counts["unsmoothed"], counts["smoothed"]) <= 0.1 + floor
    assert script.distance(counts["unsmoothed"], counts["averaged"]) > 0.1 + 2 * floor
