"""The style's training, at toy size: it learns, it resumes as if it had never stopped, its measures
measure.
"""

import csv
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("matplotlib", reason="the train extra is not installed")
from PIL import Image

from livesyn.base.errors import ConfigError, DataError
from livesyn.base.params import PERIODS
from livesyn.nets import checkpoint
from livesyn.train import style, style_measures
from livesyn.train.style_losses import roughness, structure_loss

CPU = torch.device("cpu")
COLOURS = ((200, 160, 40), (40, 20, 20), (190, 180, 190), (60, 120, 200), (210, 60, 60))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Paintings whose period is their colour; one is black and white, one is not ours to use."""
    folder = tmp_path_factory.mktemp("paintings")
    random = np.random.default_rng(0)
    with (folder / "manifest.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "era", "rights"])
        for i in range(60):
            blocks = random.normal(COLOURS[i % 5], 30, (9, 12, 3)).clip(0, 255).astype(np.uint8)
            if i == 59:
                blocks = blocks[..., :1].repeat(3, 2)
            Image.fromarray(blocks.repeat(6, 0).repeat(6, 1)).save(folder / f"{i}.png")
            rows.writerow([f"{i}.png", PERIODS[i % 5], "CC0" if i else "all rights reserved"])
    return folder


def settings(folder, **more):
    usual: dict[str, Any] = {
        "data": str(folder),
        "channels": 8,
        "outer": 4,
        "blocks": 1,
        "size": 48,
        "stroke": 54,
        "steps": 4,
        "connoisseur_steps": 2,
        "batch": 5,
        "held_out": 18,
        "seed": 1,
    }
    return style.Settings(**usual | more)


def test_it_learns_and_writes_a_checkpoint(folder, tmp_path):
    figures = style.train(
        settings(folder, steps=41, rate=3e-2, mixed=0.0), tmp_path / "run", CPU, tmp_path / "style"
    )
    curves = json.loads((tmp_path / "run/state.json").read_text())["curves"]
    assert curves["train/colour"][-1][1] < 0.6 * curves["train/colour"][0][1]
    assert curves["train/style"][-1][1] < 0.6 * curves["train/style"][0][1]
    net = checkpoint.load(str(tmp_path / "style"), "style")
    grey = torch.full((1, 3, 32, 32), 0.5) + 0.1 * torch.rand(1, 3, 32, 32)
    red = [net(grey, torch.eye(5)[i : i + 1])[0].mean((1, 2)) for i in (0, 3)]
    assert red[0][0] - red[0][2] > red[1][0] - red[1][2] + 0.05  # gold against blue
    assert figures["run"]["steps"] == 41 and set(figures["edges"]) == {*PERIODS, "mean"}
    assert figures["paintings_after"]["mean"] < figures["paintings_before"]["mean"]
    card = (tmp_path / "style/MODEL_CARD.md").read_text()
    assert (
        "livesyn train style" in card
        and "curves.png" in card
        and (tmp_path / "style/sheet.jpg").is_file()
    )


def test_a_resumed_run_goes_on_as_if_it_had_never_stopped(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(style_measures, "measure", lambda *all_of_it: {})
    run, original, calls = settings(folder), style._step, []

    def stop_at_the_third(*all_of_it):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return original(*all_of_it)

    style.train(run, tmp_path / "whole", CPU)
    monkeypatch.setattr(style, "_step", stop_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        style.train(run, tmp_path / "parts", CPU)
    assert json.loads((tmp_path / "parts/state.json").read_text())["step"] == 2
    monkeypatch.setattr(style, "_step", original)
    style.train(run, tmp_path / "parts", CPU)
    for state in ("state.safetensors", "connoisseur/state.safetensors"):
        assert (tmp_path / "parts" / state).read_bytes() == (
            tmp_path / "whole" / state
        ).read_bytes()
    with pytest.raises(ConfigError, match="colour was 1.0 and is 2.0"):
        style.train(settings(folder, colour=2.0), tmp_path / "parts", CPU)


def test_what_may_be_learnt_from(folder):
    data = style.paintings(settings(folder))
    names = [name for split in data.values() for name in split.names]
    assert len(names) == len(set(names)) == 58 and not {"0.png", "59.png"} & set(names)
    for split in data.values():
        assert set(split.labels) == set(PERIODS)


def test_leaders(folder):
    split = style.paintings(settings(folder))["train"]
    first = next(
        name for name, label in zip(split.names, split.labels, strict=True) if label == PERIODS[2]
    )
    led = style.leaders(split, f" {first} ,", "here")
    assert led[2].names == (first,) and len(led[1]) == split.labels.count(PERIODS[1])
    led = style.leaders(
        replace(split, names=tuple(f"in/{name}" for name in split.names)), first, "here"
    )
    assert led[2].names == (f"in/{first}",)
    assert led[2].images[0].shape[0] < split.images[split.names.index(first)].shape[0]
    with pytest.raises(DataError, match=r"mona-lisa\.jpg is not among"):
        style.leaders(split, "mona-lisa.jpg", "here")


def test_bad_data(folder, tmp_path):
    with pytest.raises(DataError, match="no pictures at"):
        style.train(settings(tmp_path / "nowhere"), tmp_path / "run", CPU)
    for size in (47, 96):
        with pytest.raises(ConfigError, match=f"--size is {size}; it goes from 48 to"):
            style.train(settings(folder, size=size), tmp_path / "run", CPU)
    for i in range(40):
        (tmp_path / "some" / PERIODS[i % 4]).mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((50, 50, 3), (i, 90, 200), np.uint8)).save(
            tmp_path / "some" / PERIODS[i % 4] / f"{i}.png"
        )
    with pytest.raises(DataError, match="no coloured painting of modern"):
        style.paintings(settings(tmp_path / "some", rights="", held_out=12))


def test_weights_of_a_step_are_periods_and_mixtures(folder):
    seen = style.Frames(
        style.paintings(settings(folder))["train"], settings(folder, batch=40, mixed=0.5)
    )
    frames, weights = seen.at(3)
    assert frames.shape == (40, 3, 48, 48) and frames.min() >= 0 and frames.max() <= 1
    assert torch.allclose(weights.sum(1), torch.ones(40)) and (weights >= 0).all()
    pure = (weights.amax(1) == 1).float().mean()
    assert 0.25 < pure < 0.75 and (weights.argmax(1).bincount(minlength=5) > 2).all()
    assert torch.equal(seen.at(3)[0], frames) and not torch.equal(seen.at(4)[0], frames)


def test_pictures_that_are_no_paintings_are_learnt_on_too(folder, tmp_path):
    for i in range(5):
        Image.fromarray(np.full((60, 80, 3), 255, np.uint8)).save(tmp_path / f"{i}.png")
    data = style.paintings(settings(folder))["train"]
    lights = [
        style.Frames(data, settings(folder, batch=6, **more)).at(0)[0].mean((1, 2, 3)) > 0.9
        for more in ({}, {"frames": str(tmp_path)})
    ]
    assert lights[0].sum() == 0 and lights[1].tolist() == [False] * 3 + [True] * 3


def test_shapes_not_tones_are_kept():
    random = torch.Generator().manual_seed(0)
    picture = (
        torch.rand(2, 3, 8, 8, generator=random).repeat_interleave(8, 2).repeat_interleave(8, 3)
    )
    other = torch.rand(2, 3, 8, 8, generator=random).repeat_interleave(8, 2).repeat_interleave(8, 3)
    assert structure_loss(picture, picture) < 0.05
    assert structure_loss(0.3 + 0.4 * picture, picture) < 0.1
    assert structure_loss(other, picture) > 0.5 and structure_loss(1 - picture, picture) > 1.5
    assert structure_loss(picture, torch.full_like(picture, 0.5)).isfinite()
    assert roughness(torch.full((1, 3, 4, 4), 0.3)) == 0 and roughness(picture) > 0


def test_the_measures():
    random = torch.Generator().manual_seed(0)
    rough, even = (
        torch.rand(4, 3, 64, 64, generator=random),
        0.5 + 0.01 * torch.rand(4, 3, 64, 64, generator=random),
    )
    assert style_measures.patch_distance(rough, rough) == 0
    assert (
        style_measures.patch_distance(rough, torch.rand(4, 3, 64, 64, generator=random))
        < 0.1
        < style_measures.patch_distance(even, rough)
    )
    assert style_measures.edge_correlation(rough, rough) == pytest.approx(1, abs=1e-3)
    assert abs(style_measures.edge_correlation(rough, rough.flip(3))) < 0.2


def test_the_judge_learns_to_tell():
    random = torch.Generator().manual_seed(0)
    labels = [i % 5 for i in range(60)]
    images = torch.stack(
        [
            (
                torch.tensor(COLOURS[k]).view(3, 1, 1) / 255
                + 0.05 * torch.randn(3, 32, 32, generator=random)
            ).clamp(0, 1)
            for k in labels
        ]
    )
    judge = style_measures.Judge(images[:40], labels[:40])
    assert (judge.say(images[40:]) == np.array(labels[40:])).mean() > 0.9
