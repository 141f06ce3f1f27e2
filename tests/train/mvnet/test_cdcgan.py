"""The training of the GAN on a toy set, and what its discriminator sees."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from livesyn.base.errors import ConfigError
from livesyn.base.params import PERIODS
from livesyn.nets import checkpoint
from livesyn.nets.audio_encoder import AudioEncoder, AudioEncoderConfig
from livesyn.nets.cdcgan import Discriminator, DiscriminatorConfig, Generator, GeneratorConfig
from livesyn.train import cdcgan, cdcgan_steps
from livesyn.train.cdcgan_pairs import Pairs
from livesyn.train.data import musart
from livesyn.train.data.augment import augment
from livesyn.train.run import Run

CPU = torch.device("cpu")


def test_what_the_judge_sees_is_changed_and_lets_gradients_through():
    images = torch.rand(16, 3, 16, 16, requires_grad=True)
    seen = augment(images * 2 - 1, torch.Generator().manual_seed(0))
    assert seen.shape == images.shape and not torch.allclose(seen, images * 2 - 1)
    seen.sum().backward()
    assert images.grad is not None and images.grad.ne(0).float().mean() > 0.4
    assert torch.equal(augment(images, torch.Generator(), 0.0), images)
    again = augment(images * 2 - 1, torch.Generator().manual_seed(0))
    assert torch.equal(seen, again)


@pytest.fixture
def toy_encoder(tmp_path) -> Path:
    torch.manual_seed(0)
    checkpoint.save(
        tmp_path / "encoder",
        AudioEncoder(AudioEncoderConfig((4, 4, 8, 8, 8, 8), 10, pooled=True), PERIODS),
        {},
    )
    return tmp_path / "encoder"


@pytest.mark.parametrize("preset", ["published", "lively"])
def test_a_generator_is_trained_and_kept_with_its_encoder(
    folders, toy_encoder, tmp_path, preset, monkeypatch
):
    music, paintings = folders
    real = cdcgan.sizes
    # at 64 pixels it takes seconds
    monkeypatch.setattr(
        cdcgan,
        "sizes",
        lambda s, side: (replace(real(s, side)[0], attention=(8,)), real(s, side)[1]),
    )
    musart.build(
        music,
        paintings,
        tmp_path / "m.npz",
        musart.Wanted(clips=2, held_out=1, valid=1, views=1, size=64),
        workers=1,
    )
    settings = cdcgan.Settings(
        preset, str(toy_encoder), str(tmp_path / "m.npz"), width=1 / 64, steps=3, batch=5
    )
    figures = cdcgan.train(settings, tmp_path / "run", CPU, tmp_path / "out")
    assert set(figures["ms_ssim_within_a_period"]) == set(PERIODS) and figures["run"]["steps"] == 3
    net = checkpoint.load(str(tmp_path / "out"), "mvnet")
    assert net(torch.zeros(1, 3, 128, 256), torch.zeros(1, 100)).shape == (1, 3, 64, 64)
    assert (tmp_path / "out" / "collage.jpg").is_file()
    # a new generator over the encoder of that one
    over = cdcgan.Settings(
        preset, str(tmp_path / "out"), str(tmp_path / "m.npz"), width=1 / 64, steps=1, batch=5
    )
    cdcgan.train(over, tmp_path / "run2", CPU, tmp_path / "out2")
    same = checkpoint.load(str(tmp_path / "out2"), "mvnet").encoder.state_dict()
    assert all(torch.equal(same[k], t) for k, t in net.encoder.state_dict().items())
    before = {k: t.clone() for k, t in net.generator.state_dict().items()}
    again = cdcgan.Settings(
        preset, str(toy_encoder), str(tmp_path / "m.npz"), width=1 / 64, steps=5, batch=5
    )
    assert cdcgan.train(again, tmp_path / "run", CPU, tmp_path / "out")["run"]["steps"] == 5
    after = checkpoint.load(str(tmp_path / "out"), "mvnet").generator.state_dict()
    assert any(not torch.equal(before[k], after[k]) for k in before)


def test_published_pairs_are_six_a_clip_once_an_epoch(cache):
    data = musart.load(cache)
    pairs = Pairs(
        data,
        np.arange(len(data["train_mel"]) * 10, dtype=np.float32).reshape(-1, 10),
        cdcgan.Settings("published"),
    )
    assert len(pairs) == 6 * len(data["train_mel"])
    seen = torch.cat([pairs.published(step, 15)[0] for step in range(len(pairs) // 15)])
    assert torch.unique(seen[:, 0], return_counts=True)[1].tolist() == [6] * len(data["train_mel"])


def test_lively_pairs_are_of_one_period_and_all_as_often(cache):
    data = musart.load(cache)
    marked = np.tile(data["train_period"].astype(np.float32)[:, None], (1, 10))
    embeddings, images, said = Pairs(data, marked, cdcgan.Settings()).lively(0, 25)
    periods = embeddings[:, 0].round().long()
    assert said.tolist() == periods.tolist()
    assert torch.bincount(periods).tolist() == [5] * 5
    hues = images.mean((2, 3)).argmax(1)
    assert hues.tolist() == (periods % 3).tolist()


def test_a_discriminator_that_names_periods_leads_the_generator_to_them(
    cache, tmp_path, toy_encoder, monkeypatch
):
    settings = cdcgan.Settings("lively", str(toy_encoder), naming=1.0, width=1 / 64)
    paints, judges = cdcgan.sizes(settings)
    named = Discriminator(judges).judge_and_name(torch.zeros(3, 3, 64, 64), torch.zeros(3, 10))[1]
    assert named is not None and named.shape == (3, len(PERIODS))
    assert (
        Discriminator(cdcgan.sizes(replace(settings, naming=0.0))[1]).judge_and_name(
            torch.zeros(3, 3, 64, 64)
        )[1]
        is None
    )
    net = torch.nn.ModuleDict(
        {
            "generator": Generator(replace(paints, attention=(8,))),
            "discriminator": Discriminator(judges),
        }
    )
    net["average"] = Generator(replace(paints, attention=(8,)))
    run = Run(tmp_path / "run", net, torch.optim.SGD(net.parameters(), lr=0.0), {})
    random = np.random.default_rng(0)
    data = {
        "train_images": random.integers(0, 256, (10, 64, 64, 3), np.uint8),
        "train_image_period": np.arange(10) % 5,
        "train_period": np.arange(10) % 5,
    }
    pairs = Pairs(data, random.standard_normal((10, 10)).astype(np.float32), settings)
    learns = []

    def descend(loss: torch.Tensor) -> None:
        net.zero_grad()
        loss.backward()
        learns.append(
            [
                name
                for name in ("generator", "discriminator")
                if any(p.grad is not None for p in net[name].parameters())
            ]
        )

    monkeypatch.setattr(run, "descend", descend)
    losses = cdcgan_steps.lively_step(run, pairs, 0, 5, settings)
    assert 0.5 < losses["naming"] < 4
    assert learns == [["discriminator"], ["generator"]]


@pytest.mark.parametrize("preset", ["published", "lively"])
@pytest.mark.parametrize("side", [64, 128, 256])
def test_both_nets_grow_with_the_paintings(preset, side):
    paints, judges = cdcgan.sizes(cdcgan.Settings(preset, width=1 / 64), side)
    painted = Generator(replace(paints, attention=(8,)))(torch.zeros(2, 10), torch.zeros(2, 100))
    assert painted.shape == (2, 3, side, side)
    assert Discriminator(judges)(painted, torch.zeros(2, 10)).shape == (2,)
    full = cdcgan.sizes(cdcgan.Settings("published", width=1.0), side)
    assert (
        full[0].channels[:5] == GeneratorConfig.channels
        and full[1].channels[-5:] == DiscriminatorConfig.channels
    )


def test_paintings_of_an_odd_size_are_refused(cache, toy_encoder, tmp_path):
    with pytest.raises(
        ConfigError,
        match="holds paintings of 16 pixels a side; there are nets for 64, 128, 256: make it with",
    ):
        cdcgan.train(
            cdcgan.Settings("lively", str(toy_encoder), str(cache), steps=1), tmp_path / "run", CPU
        )


@pytest.mark.parametrize(
    "settings, sentence",
    [
        ({"preset": "lovely"}, "there are: published, lively"),
        ({"width": 0.0}, "above 0 to 1"),
        ({"normalise": "batch"}, "one of: spectral, none"),
    ],
)
def test_settings_that_cannot_be(settings, sentence):
    with pytest.raises(ConfigError, match=sentence):
        cdcgan.sizes(cdcgan.Settings(**settings))
