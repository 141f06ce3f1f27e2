"""The nets: counts as published, shapes, seeds, gradients."""

import dataclasses

import numpy as np
import pytest
import torch

from livesyn.base.errors import ShapeError
from livesyn.nets import music_vae, vis_vae
from livesyn.nets.music_vae import MusicVAE, kl_divergence
from livesyn.nets.syn_vae import SynVAE
from livesyn.nets.vis_vae import VisVAE


def count(net):
    return sum(p.numel() for p in net.parameters())


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return SynVAE(VisVAE(vis_vae.preset("toy")), MusicVAE(music_vae.preset("toy")))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("art", 7_921_667),
        ("art-fc", 24_702_979),
        ("cifar", 7_626_499),
        ("cifar-fc", 24_407_811),
        ("mnist", 4_072_737),
    ],
)
def test_vis_vae_has_the_parameters_that_table_7_implies(name, parameters):
    assert count(VisVAE(dataclasses.replace(vis_vae.preset(name), latent=512))) == parameters


def test_pictures_come_back_in_their_own_shape():
    for name in ("toy", "cifar", "mnist"):
        c = vis_vae.preset(name)
        visual = VisVAE(c)
        pictures = torch.rand(2, c.channels, c.size, c.size)
        mean, std = visual.encode(pictures)
        back = visual.decode(mean)
        assert mean.shape == std.shape == (2, c.latent)
        assert back.shape == pictures.shape
        assert 0 <= back.min() and back.max() <= 1


def test_a_picture_of_another_size_is_refused(net):
    with pytest.raises(ShapeError, match=r"\(1, 3, 32, 32\).*64"):
        net.encode(torch.rand(1, 3, 32, 32))


def test_halves_of_different_latents_are_refused():
    with pytest.raises(ShapeError, match="16 dimensions.*20"):
        SynVAE(
            VisVAE(vis_vae.preset("toy")),
            MusicVAE(dataclasses.replace(music_vae.preset("toy"), latent=20)),
        )


def test_teacher_forcing_never_looks_ahead(net):
    z = torch.randn(1, 16)
    tokens = torch.randint(0, 90, (1, 32))
    changed = tokens.clone()
    changed[0, 20:] = (changed[0, 20:] + 7) % 90
    a, b = net.music(z, tokens), net.music(z, changed)
    assert torch.allclose(a[:, :21], b[:, :21], atol=1e-6)
    assert not torch.allclose(a[:, 21:], b[:, 21:], atol=1e-4)


def test_free_running_agrees_with_teacher_forcing_on_its_own_tokens(net):
    z = torch.randn(3, 16)
    tokens = net.decode_music(z, 0.0)
    assert torch.equal(net.music(z, tokens).argmax(2), tokens)


def test_same_seed_same_music_and_forced_tokens_stay(net):
    z = torch.randn(2, 16)

    def play(seed, forced=None):
        return net.decode_music(z, 1.0, torch.Generator().manual_seed(seed), forced)

    assert torch.equal(play(1), play(1))
    assert not torch.equal(play(1), play(2))
    forced = torch.randint(0, 90, (2, 16))
    assert torch.equal(play(1, forced)[:, :16], forced)


def test_draws_follow_the_softmax_at_each_temperature(net):
    z = torch.randn(1, 16).expand(4000, 16)
    for temperature in (0.5, 1.0):
        first = net.decode_music(z, temperature, torch.Generator().manual_seed(0))[:, 0]
        expected = torch.softmax(
            net.music(z[:1], torch.zeros(1, 32, dtype=torch.long))[0, 0] / temperature, 0
        )
        drawn = torch.bincount(first, minlength=90) / 4000
        assert 0.5 * (drawn - expected).abs().sum() < 0.08


def test_gradient_flows_through_the_music_into_the_picture_half_only(net):
    pictures = torch.rand(2, 3, 64, 64)
    for straight in (False, True):
        net.zero_grad()
        back, mean, std, events, *_ = net(pictures, torch.Generator().manual_seed(0), straight)
        (back - pictures).square().sum().backward()
        assert torch.allclose(events.sum(2), torch.ones(2, 32), atol=1e-4)
        assert all(
            p.grad is not None and p.grad.abs().sum() > 0 for p in net.visual.posterior.parameters()
        )
        assert all(p.grad is None for p in net.music.parameters())


def test_kl_agrees_with_torch():
    mean, std = torch.randn(5, 7), torch.rand(5, 7) + 0.1
    unit = torch.distributions.Normal(0, 1)
    expected = torch.distributions.kl_divergence(torch.distributions.Normal(mean, std), unit).sum(1)
    assert torch.allclose(kl_divergence(mean, std), expected, atol=1e-5)


def test_directions_are_the_principal_ones(net):
    torch.manual_seed(1)
    scales = torch.tensor([5.0, 3.0, 2.0] + [0.1] * 13)
    net.set_directions(torch.randn(2000, 16) * scales + 4)
    assert net.directions[0, 0].abs() > 0.99 and net.directions[1, 1].abs() > 0.99
    assert net.spread[:3].numpy() == pytest.approx([5, 3, 2], rel=0.1)
    assert np.allclose((net.directions @ net.directions.T).numpy(), np.eye(12), atol=1e-4)


def test_aligning_puts_what_the_picture_says_where_the_music_carries():
    torch.manual_seed(0)
    net = SynVAE(VisVAE(vis_vae.preset("toy")), MusicVAE(music_vae.preset("toy")))
    with torch.no_grad():
        # the last dimensions say most
        net.visual.posterior.weight[:16] *= torch.linspace(0.1, 8, 16)[:, None]
    pictures = torch.rand(32, 3, 64, 64)
    mean, std = net.encode(pictures)
    entry = net.visual.decoder[0]
    assert isinstance(entry, torch.nn.Linear)
    before = entry.weight.detach().clone()
    carried = net.align(pictures, torch.Generator().manual_seed(0), draws=400)
    mean_after, std_after = net.encode(pictures)
    said = lambda m, s: (m.square() + s.square() - 1 - 2 * s.log()).mean(0)  # noqa: E731
    assert torch.equal(
        said(mean_after, std_after).argsort(descending=True), carried.argsort(descending=True)
    )
    assert torch.allclose(mean_after.sort(1).values, mean.sort(1).values) and torch.allclose(
        std_after.sort(1).values, std.sort(1).values
    )
    # the decoder reads each dimension at its new place, as far as the music carries it
    source = [int((mean_after[:, i, None] - mean).abs().sum(0).argmin()) for i in range(16)]
    assert torch.allclose(entry.weight, before[:, source] * carried.clamp(0, 1))
