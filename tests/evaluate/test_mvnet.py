"""The measures of MVNet on a toy of the set: they find collapse, copies and what follows the
music.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from livesyn.base.errors import DataError
from livesyn.base.params import PERIODS
from livesyn.cli.main import main
from livesyn.evaluate import mvnet, mvnet_judge
from livesyn.evaluate.mvnet import Effort
from livesyn.nets import checkpoint, vis_vae
from livesyn.nets.audio_encoder import AudioEncoder, AudioEncoderConfig
from livesyn.nets.cdcgan import Generator, GeneratorConfig
from livesyn.nets.mvnet import MVNet

SMALL = Effort(pictures=10, pairs=20, judge_steps=200, batch=20)


@pytest.fixture(autouse=True)
def small_judge(monkeypatch):
    monkeypatch.setattr(mvnet_judge, "preset", lambda name: vis_vae.preset("toy"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    """Clips told by where they are loud, pictures by their brightest channel and pattern."""
    random = np.random.default_rng(0)
    arrays: dict[str, Any] = {}
    size = vis_vae.preset("toy").size
    for s, (split, clips, views) in enumerate((("train", 8, 12), ("valid", 2, 4), ("test", 12, 8))):
        periods = np.repeat(np.arange(5), clips)
        mel = random.integers(0, 60, (len(periods), 128, 768), np.uint8)
        for i, k in enumerate(periods):
            mel[i, 20 * k : 20 * k + 15] += 180
        looks = np.repeat(np.arange(5), views)
        images = random.integers(0, 120, (len(looks), size, size, 3), np.uint8)
        for i, k in enumerate(looks):
            images[i, ..., k % 3] += 100
            images[i, : size // 2] += np.uint8(30 * (k // 3))
        half = np.arange(len(periods)) // 2
        arrays |= {
            f"{split}_mel": mel,
            f"{split}_period": periods.astype(np.uint8),
            f"{split}_piece": (100 * s + half // 3).astype(np.int32),
            f"{split}_start": half.astype(np.float32),
            f"{split}_instrument": (1 + np.arange(len(periods)) % 2).astype(np.uint8),
            f"{split}_images": images,
            f"{split}_image_period": looks.astype(np.uint8),
            f"{split}_painting": (1000 * s + np.arange(len(looks)) // 2).astype(np.int32),
        }
    out = tmp_path_factory.mktemp("cache") / "toy.npz"
    np.savez(
        out,
        **arrays,
        pieces=np.array(["p"]),
        instruments=np.array(["", "piano", "flute"]),
        paintings=np.array(["a"]),
        origin=np.array(json.dumps({"music": "m", "paintings": "p"})),
    )
    return out


def toy(seed: int = 0, noisy: bool = True) -> MVNet:
    torch.manual_seed(seed)
    size = vis_vae.preset("toy").size
    doublings = (size // 4).bit_length() - 1
    net = MVNet(
        AudioEncoder(AudioEncoderConfig((4, 4, 8, 8, 8, 8), 10, pooled=True), PERIODS),
        Generator(GeneratorConfig(10, 100, (16,) + (8,) * doublings, (8,))),
    ).eval()
    if not noisy:
        with torch.no_grad():
            net.generator.linear.weight[:, 10:] = 0
    return net


def test_collapse_is_found_and_the_report_is_whole(cache, tmp_path):
    for name, noisy in (("varied", True), ("collapsed", False)):
        checkpoint.save(tmp_path / name, toy(noisy=noisy), {})
    run = tmp_path / "run"
    run.mkdir()
    for epoch in (1, 15):
        np.savez(
            run / f"epoch-{epoch:02d}.npz",
            embeddings=np.random.default_rng(epoch).standard_normal((30, 10)),
            periods=np.repeat(np.arange(5), 6),
        )
    said: list[str] = []
    figures = mvnet.evaluate(
        [str(tmp_path / "varied"), str(tmp_path / "collapsed")],
        cache,
        tmp_path / "out",
        runs=[run],
        effort=SMALL,
        say=said.append,
    )
    varied, collapsed = figures["models"]["varied"], figures["models"]["collapsed"]
    assert (
        collapsed["ms_ssim_of_one_clip"] == pytest.approx(1, abs=1e-4)
        and varied["ms_ssim_of_one_clip"] < 0.95
    )
    assert (
        figures["paintings"]["frechet_of_training_paintings"]
        < figures["paintings"]["frechet_of_noise"]
    )
    assert figures["paintings"]["classified"]["balanced"] > 0.5
    report = (tmp_path / "out" / "report.md").read_text()
    for name in ("varied", "collapsed"):
        assert f"![{name}]({name}.png)" in report and (tmp_path / "out" / f"{name}.png").is_file()
    assert (tmp_path / "out" / "embeddings-run.png").is_file() and figures["epochs"] == {
        "run": [1, 15]
    }
    assert "chance 0.2" in report and said
    with pytest.raises(DataError, match="there is no run .*nowhere"):
        mvnet.evaluate(
            [str(tmp_path / "varied")], cache, tmp_path / "out", runs=[tmp_path / "nowhere"]
        )


def test_training_paintings_as_pictures_are_copies(cache, tmp_path, monkeypatch):
    """A generator that hands out what it was shown is told by its distance to the nearest of it."""
    data = np.load(cache)
    known = torch.from_numpy(data["train_images"]).permute(0, 3, 1, 2).float() / 255
    monkeypatch.setattr(
        mvnet,
        "_paint",
        lambda net, embeddings, noise, size, device: known[
            torch.arange(len(embeddings)) % len(known)
        ],
    )
    checkpoint.save(tmp_path / "thief", toy(), {})
    figures = mvnet.evaluate([str(tmp_path / "thief")], cache, tmp_path / "out", effort=SMALL)
    thief, honest = (
        figures["models"]["thief"]["nearest_training_painting"],
        figures["paintings"]["nearest_training_painting"],
    )
    assert thief < 1e-3 < honest


def test_a_painter_of_periods_is_told_from_one_of_anything(cache, tmp_path, monkeypatch):
    """Clips come ordered by period, held-out ones and training ones; this one paints the period of
    the place, or the one after it.
    """
    data = np.load(cache)
    known, period = (
        torch.from_numpy(data["train_images"]).permute(0, 3, 1, 2).float() / 255,
        data["train_image_period"],
    )
    for off, name in enumerate(("right", "wrong")):

        def paint(net, embeddings, noise, size, device, off=off):
            wanted = (np.arange(len(embeddings)) * 5 // len(embeddings) + off) % 5
            return known[
                [
                    int(np.flatnonzero(period == k)[i % (period == k).sum()])
                    for i, k in enumerate(wanted)
                ]
            ]

        monkeypatch.setattr(mvnet, "_paint", paint)
        checkpoint.save(tmp_path / name, toy(), {})
        figures = mvnet.evaluate([str(tmp_path / name)], cache, tmp_path / "out", effort=SMALL)[
            "models"
        ][name]
        told = (
            figures["classified"]["balanced"],
            figures["classified_of_training_clips"]["balanced"],
        )
        assert min(told) > 0.6 if name == "right" else max(told) < 0.3
    assert "the same, painted from training clips" in (tmp_path / "out" / "report.md").read_text()


def test_the_frechet_distance_does_not_know_how_large_a_judges_features_are():
    features = np.random.default_rng(0).normal(3, np.linspace(1, 9, 40), (200, 40))
    small, large = (
        features @ mvnet_judge.axes(features, 8),
        (50 * features) @ mvnet_judge.axes(50 * features, 8),
    )
    assert small.shape == (200, 8) and small.var(0).sum() == pytest.approx(1)
    assert np.allclose(np.abs(small), np.abs(large))


def test_the_command_says_what_is_wrong(cache, tmp_path, capsys):
    assert (
        main(["evaluate", "mvnet", "nowhere", "--data", str(cache), "-o", str(tmp_path / "out")])
        == 2
    )
    assert "there is no checkpoint 'nowhere'" in capsys.readouterr().err
