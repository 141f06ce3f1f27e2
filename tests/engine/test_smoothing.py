"""Smoothing as the show does it leaves latents, and music, the statistics they had; averaging does
not.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from livesyn.base import params
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.nets import checkpoint
from livesyn.sources.visuals import SCENES
from tests.toys import save_toy

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "models" / "synvae-art"
WINDOWS = 5000
FILM_FPS, SCENE_S = 4, 8


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "plot_smoothing", ROOT / "scripts" / "plot_smoothing.py"
    )
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
    neighbours = (sets["smoothed"][1:] * sets["smoothed"][:-1]).sum(1) / (
        256 * radii["smoothed"][1:] * radii["smoothed"][:-1]
    )
    assert neighbours.mean() > 0.4  # and it does smooth: bars are like the bar before


def test_distance_of_histograms(script: ModuleType) -> None:
    a, b = np.array([1, 1, 2, 3]), np.array([1, 2, 2, 3])
    assert script.distance(a, a) == 0
    assert script.distance(a, b) == pytest.approx(0.25)
    assert script.distance(np.zeros(4, int), np.full(4, 32)) == 1


def test_the_figure_is_drawn_for_prior_and_video(
    script: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    import json

    import cv2

    film = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"MJPG"), 5, (64, 64))
    for i in range(40):
        writer.write(
            np.random.default_rng(i // 8)
            .integers(0, 256, (4, 4, 3), dtype=np.uint8)
            .repeat(16, 0)
            .repeat(16, 1)
        )
    writer.release()
    toy = save_toy(tmp_path / "toy")
    monkeypatch.setattr(
        "sys.argv",
        [
            "plot",
            "--model",
            str(toy),
            "--video",
            str(film),
            "--windows",
            "60",
            "--device",
            "cpu",
            "--out",
            str(tmp_path / "a" / "smoothing.png"),
        ],
    )
    script.main()
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(figures["distance"]) == {"prior", "video"} and set(figures["distance"]["video"]) == {
        "smoothed",
        "averaged",
        "floor",
    }
    drawn = cv2.imread(str(tmp_path / "a" / "smoothing.png"))
    assert drawn is not None and drawn.shape[1] > 1000


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some seconds of every built-in visual, as a video file."""
    import cv2

    path = tmp_path_factory.mktemp("film") / "visuals.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FILM_FPS, (160, 120))
    for seed, scene in enumerate(SCENES.values()):
        drawn = scene(np.random.default_rng(seed))
        for frame in range(SCENE_S * FILM_FPS):
            writer.write(
                cv2.cvtColor(
                    cv2.resize(drawn.draw(20 + frame / FILM_FPS), (160, 120)), cv2.COLOR_RGB2BGR
                )
            )
    writer.release()
    return path


@pytest.mark.timeout(180)  # 25 s on one core
@pytest.mark.skipif(
    not (SHIPPED / "weights.safetensors").is_file(), reason="models/synvae-art is not there"
)
@pytest.mark.parametrize("latents", ["prior", "video"])
def test_note_attacks_of_the_shipped_checkpoint_stay_where_they_are(
    script: ModuleType, film: Path, latents: str
) -> None:
    """Total variation distance at most 0.1 over 5,000 windows each."""
    model = Model.load(str(SHIPPED), "cpu")
    net = checkpoint.load(str(SHIPPED), "syn-vae")
    if latents == "prior":
        sets = script.prior_sets(model.space.dimensions, WINDOWS, 8, params.defaults(), seed=0)
        sets["averaged"] = sets["averaged"][:1000]  # far beyond doubt
    else:
        sets = script.video_sets(model, net, film, WINDOWS, params.defaults(), seed=0)
        del sets["averaged"]  # its frames are alike: plain averages shrink them little
    assert len(sets["unsmoothed"]) == len(sets["smoothed"]) == len(sets["again"]) == WINDOWS
    counts = {
        name: script.attacks_of(net, z, 0.5, i, 500) for i, (name, z) in enumerate(sets.items())
    }
    away = {
        name: script.distance(counts["unsmoothed"], attacks) for name, attacks in counts.items()
    }
    print(f"{latents}: {away['smoothed']:.3f} away, noise floor {away['again']:.3f}")
    assert away["smoothed"] <= script.GOAL
    assert away["again"] < 0.06  # the estimate can tell
    assert away.get("averaged", 1) > 3 * script.GOAL
