"""The whole evaluation, on toy nets and pictures whose classes differ."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from livesyn.base.errors import ConfigError
from livesyn.cli.main import main
from livesyn.evaluate import syn_vae
from livesyn.nets import checkpoint
from livesyn.nets.music_vae import MusicVAE
from livesyn.nets.music_vae import preset as music_preset
from livesyn.nets.syn_vae import SynVAE
from livesyn.nets.vis_vae import VisVAE, VisVAEConfig

SMALL = VisVAEConfig(size=16, channels=1, widths=(8, 8), seed_channels=8, mirror=(8, 8), latent=16)
EFFORT = syn_vae.Effort(
    fitted=120, least=120, classifier_steps=200, estimator_steps=100, batch=32, latents=40
)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Discs, bars and checks, in an .npz: three classes that a glance tells apart."""
    random = np.random.default_rng(0)
    y, x = np.mgrid[:16, :16]
    pictures, labels = [], []
    for i in range(240):
        a, b = random.uniform(5, 11, 2)
        shape = [
            (x - a) ** 2 + (y - b) ** 2 < 16,
            (abs(x - a) < 2),
            ((x // 4 + y // 4 + i) % 2 == 0),
        ][i % 3]
        pictures.append(
            np.clip(shape * 200 + random.normal(0, 12, (16, 16)) + 20, 0, 255).astype(np.uint8)
        )
        labels.append(("disc", "bar", "check")[i % 3])
    path = tmp_path_factory.mktemp("data") / "shapes.npz"
    np.savez(path, x=np.stack(pictures), y=np.array(labels))
    return path


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    music = MusicVAE(replace(music_preset("toy"), latent=16))
    how = {"held_out": 45, "valid": 30, "beta": 1.0}
    checkpoint.save(folder / "syn", SynVAE(VisVAE(SMALL), music), how)
    checkpoint.save(folder / "vis", VisVAE(SMALL), how)
    checkpoint.save(folder / "large", VisVAE(replace(SMALL, size=32)), how)
    checkpoint.save(folder / "music", music, how)
    return folder


@pytest.fixture(scope="module")
def evaluated(data, models, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    return syn_vae.evaluate(
        [str(models / "vis"), str(models / "syn")], data, out, effort=EFFORT, say=lambda text: None
    ), out


def test_the_report_holds_every_table_and_picture_on_the_test_split(evaluated):
    figures, out = evaluated
    assert (
        figures["split"] == "test"
        and figures["left_out"] == 0
        and figures["pictures"] == 45
        and figures["training_pictures"] == 165
    )
    assert figures["classes"] == ["bar", "check", "disc"] and figures["originals"]["top1"] > 0.9
    syn, vis = figures["models"]["syn"], figures["models"]["vis"]
    assert (
        set(syn["precision_music"]["sampled"]) == {1, 5, 10}
        and "precision_music" not in vis
        and "mine" not in vis
    )
    assert syn["mine"]["nats"] <= syn["mine"]["cap"] and syn["mse"] > 0 and syn["kl"] >= 0
    # untrained nets remember nothing: a guess between three classes
    assert abs(syn["precision_music"]["means"][10] - figures["chance_precision"]) < 0.25
    assert syn["classified_by_originals"]["top1"] < 0.7
    assert np.isclose([sum(shares) for shares in figures["attacks"].values()], 1).all() and list(
        figures["attacks"]
    ) == ["0.1", "0.5", "1", "2", "5", "10"]
    assert json.loads((out / "figures.json").read_text())["models"]["syn"]["mse"] == syn["mse"]
    text = (out / "report.md").read_text()
    assert "| vis |" in text and "| syn |" in text
    for picture in (
        "reconstructions",
        "attacks",
        "tsne-syn-visual",
        "tsne-syn-music",
        "tsne-vis-visual",
    ):
        assert f"]({picture}.png)" in text and (out / f"{picture}.png").stat().st_size > 5000


def test_the_same_seed_gives_the_same_figures(models, data):
    crops = torch.rand(7, 1, 16, 16, generator=torch.Generator().manual_seed(3))
    net = checkpoint.load(str(models / "syn"), "syn-vae")
    for played in (False, True):
        one, two = (syn_vae.pass_through(net, crops, 5, played=played) for _ in range(2))
        assert torch.equal(one.reconstruction, two.reconstruction)
        assert one.z_music is not None and one.z_music.shape == (7, 16)
    first, second = (
        syn_vae.pass_through(net, crops, seed, use_mean=True).z_music for seed in (5, 6)
    )
    assert first is not None and second is not None and torch.equal(first, second)


def test_no_model_is_tested_on_what_it_saw(data, models, tmp_path):
    """Splits are by name, the lowest to the test: of 45 held out for one, 15 were in the other's
    training or validation.
    """
    checkpoint.save(tmp_path / "other", VisVAE(SMALL), {"held_out": 30, "valid": 10})
    both = [str(models / "vis"), str(tmp_path / "other")]
    splits, left_out = syn_vae.splits_of(both, data, SMALL)
    assert left_out == 15 and len(splits["test"]) == 30
    other, none = syn_vae.splits_of(both[1:], data, SMALL)
    assert none == 0 and splits["test"].names == other["test"].names
    assert syn_vae.splits_of(both[:1], data, SMALL, options={"held_out": 60})[1] == 15
    assert syn_vae.splits_of(both[:1], data, SMALL, options={"held_out": 60}, unseen=True)[1] == 0
    checkpoint.save(
        tmp_path / "two-tone", VisVAE(SMALL), {"held_out": 45, "valid": 30, "binarise": True}
    )
    with pytest.raises(ConfigError, match="trained on binarised pictures and one was not"):
        syn_vae.splits_of([*both, str(tmp_path / "two-tone")], data, SMALL)
    splits, left_out = syn_vae.splits_of(
        [both[0], str(tmp_path / "two-tone")], data, SMALL, options={"binarise": True}
    )
    assert left_out == 0 and splits["test"].binarise


def test_models_that_saw_all_of_the_test_are_refused(tmp_path):
    """Rights decide too: a third model took both owners' pictures, and kept from its training the
    lowest of all.
    """
    for i in range(20):
        Image.fromarray(np.full((16, 16), 9 * i, np.uint8)).save(tmp_path / f"{i}.png")
    (tmp_path / "manifest.csv").write_text(
        "\n".join(
            ["file,label,rights", *(f"{i}.png,a,{'mine' if i % 2 else 'yours'}" for i in range(20))]
        )
    )
    for who, rights in (("mine", "mine"), ("yours", "yours"), ("all", "mine|yours")):
        checkpoint.save(
            tmp_path / who, VisVAE(SMALL), {"rights": rights, "held_out": 1, "valid": 1}
        )
    assert (
        syn_vae.splits_of([str(tmp_path / "mine"), str(tmp_path / "yours")], tmp_path, SMALL)[1]
        == 0
    )
    kept = {
        who: syn_vae.splits_of([str(tmp_path / who)], tmp_path, SMALL)[0]["test"].names
        for who in ("mine", "yours", "all")
    }
    (refused,) = {"mine", "yours"} - {
        who for who in kept if who != "all" and kept[who] == kept["all"]
    }
    with pytest.raises(ConfigError, match="--unseen"):
        syn_vae.splits_of([str(tmp_path / refused), str(tmp_path / "all")], tmp_path, SMALL)


@pytest.mark.parametrize(
    ("models_", "what", "sentence"),
    [
        (("vis", "large"), "shapes", "evaluate them apart"),
        (("music",), "shapes", "what is evaluated here is a syn-vae or a vis-vae"),
        (("vis",), "one class", "are of one class (disc); two at least"),
        (("vis",), "unlabelled", "have no label; put each class in a folder"),
        (("vis",), "nothing", "there are no pictures at"),
        (("vis",), "floats", "they must be uint8"),
        (("vis",), "broken", "is not an .npz"),
        (("vis",), "few", "at least 150 are needed"),
    ],
)
def test_mistakes_are_one_sentence(models, data, tmp_path, capsys, models_, what, sentence):
    grey = np.zeros((160, 16, 16), np.uint8)
    path = tmp_path / "x.npz"
    if what == "shapes":
        path = data
    elif what == "broken":
        path.write_bytes(b"no archive")
    elif what != "nothing":
        arrays: dict[str, tuple[np.ndarray, np.ndarray]] = {
            "one class": (grey, np.array(["disc"] * 160)),
            "unlabelled": (grey, np.array([""] * 160)),
            "floats": (grey / 2, np.array(["a", "b"] * 80)),
            "few": (grey[:20], np.array(["a", "b"] * 10)),
        }
        np.savez(path, x=arrays[what][0], y=arrays[what][1])
    assert (
        main(
            [
                "evaluate",
                "syn-vae",
                *(str(models / name) for name in models_),
                "--data",
                str(path),
                "-o",
                str(tmp_path / "out"),
                "--device",
                "cpu",
            ]
        )
        == 2
    )
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and sentence in said
