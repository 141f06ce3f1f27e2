"""The hierarchical net, and the flat ones of bass and drums: shapes, gradients, what is forced
stays.
"""

from __future__ import annotations

import dataclasses

import pytest
import torch

from livesyn.base.errors import CheckpointError, ConfigError, ShapeError
from livesyn.music import drums
from livesyn.nets import checkpoint, hierarchical_vae, music_vae, vis_vae
from livesyn.nets.conducted_vae import ConductedConfig, ConductedVAE
from livesyn.nets.hierarchical_vae import HierarchicalVAE, build
from livesyn.nets.music_net import MusicNet
from livesyn.nets.music_vae import MusicVAE
from livesyn.nets.syn_vae import SynVAE


def conducted(generator: str, weights: str = "") -> ConductedConfig:
    return ConductedConfig(
        generator,
        weights,
        latent=16,
        encoder=8,
        conductor=12,
        form=8,
        glance=4,
        bars=4,
        embedding=16,
    )


def toy(kind: str) -> MusicNet:
    torch.manual_seed(0)
    if kind == "hierarchical":
        return build("hierarchical-toy").eval()
    config = music_vae.preset("toy")
    if kind == "conducted":
        return ConductedVAE(conducted("toy"), MusicVAE(config)).eval()
    return MusicVAE(
        dataclasses.replace(config, vocabulary=drums.SIZE) if kind == "drums" else config
    ).eval()


KINDS = pytest.mark.parametrize("kind", ["hierarchical", "conducted", "drums", "flat"])


@KINDS
def test_shapes(kind: str) -> None:
    net = toy(kind)
    c = net.config
    tokens = torch.randint(0, c.vocabulary, (3, c.steps))
    mean, std = net.encode(tokens)
    assert mean.shape == std.shape == (3, c.latent) and (std > 0).all()
    assert net(mean, tokens).shape == (3, c.steps, c.vocabulary)
    assert net.decode(mean).shape == (3, c.steps) and net.decode(mean).max() < c.vocabulary
    soft = net.decode_soft(mean)
    assert soft.shape == (3, c.steps, c.vocabulary) and torch.allclose(
        soft.sum(2), torch.ones(3, c.steps), atol=1e-5
    )
    assert torch.allclose(net.encode(net.one_hot(tokens))[0], mean, atol=1e-5)
    with pytest.raises(ShapeError, match=f"{c.steps}"):
        net.encode(tokens[:, 1:])


@KINDS
def test_gradients_reach_every_weight_and_z(kind: str) -> None:
    net = toy(kind).train()
    tokens = torch.randint(0, net.config.vocabulary, (4, net.config.steps))
    mean, std = net.encode(tokens)
    logits = net(mean + std, tokens)
    torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens.flatten()).backward()
    assert not [
        name
        for name, p in net.named_parameters()
        if name != "log_spread" and (p.grad is None or not p.grad.abs().sum() > 0)
    ]
    z = torch.randn(2, net.config.latent, requires_grad=True)
    (
        net.decode_soft(z, straight_through=True, generator=torch.Generator().manual_seed(0))[:, -1]
        * torch.randn(net.config.vocabulary)
    ).sum().backward()
    assert z.grad is not None and z.grad.abs().sum() > 0


@KINDS
@pytest.mark.parametrize("given", [1, 16, 23])
def test_what_was_played_forced_is_gone_on_from(kind: str, given: int) -> None:
    net = toy(kind)
    z = 4 * torch.randn(2, net.config.latent)
    whole = net.decode(z, 1.0, torch.Generator().manual_seed(5))
    assert torch.equal(
        net.decode(z, 1.0, torch.Generator().manual_seed(5), whole[:, :given]), whole
    )
    other = (whole[:, :given] + 1) % net.config.vocabulary
    assert torch.equal(
        net.decode(z, 1.0, torch.Generator().manual_seed(5), other)[:, :given], other
    )


@KINDS
def test_teacher_forcing_sees_what_the_loop_sees(kind: str) -> None:
    net = toy(kind)
    z = 4 * torch.randn(3, net.config.latent)
    drawn = net.decode(z, 0.0)
    assert torch.equal(net(z, drawn).argmax(2), drawn)


@KINDS
def test_a_step_hears_only_what_came_before(kind: str) -> None:
    net = toy(kind)
    z, tokens = (
        torch.randn(1, net.config.latent),
        torch.zeros(1, net.config.steps, dtype=torch.long),
    )
    changed = tokens.clone()
    changed[:, 15] = 5
    one, other = net(z, tokens), net(z, changed)
    assert torch.equal(one[:, :16], other[:, :16])
    assert not torch.equal(one[:, 16], other[:, 16])  # over the bar line too


def test_the_generator_begins_each_bar_from_the_conductor() -> None:
    net = toy("hierarchical")
    z, tokens = (
        torch.randn(1, net.config.latent),
        torch.zeros(1, net.config.steps, dtype=torch.long),
    )
    changed = tokens.clone()
    changed[:, 5] = 7
    one, other = net(z, tokens), net(z, changed)
    assert not torch.allclose(one[:, 6:16], other[:, 6:16])
    assert torch.equal(one[:, 16:], other[:, 16:])
    assert isinstance(net, HierarchicalVAE)
    assert net.conduct(z).shape == (net.config.bars, 1, net.config.conductor)
    assert net.conduct(z).std(0).mean() > 0


@KINDS
def test_what_is_not_listened_to_is_known(kind: str) -> None:
    net = toy(kind)
    level = (
        (net.form, net.conductor_start)
        if isinstance(net, HierarchicalVAE | ConductedVAE)
        else (net.plan, net.start)
    )
    with torch.no_grad():
        for layer in level:
            assert isinstance(layer, torch.nn.Linear)
            layer.weight[:, 3] = 0
    assert net.sensitivity().argmin() == 3 and net.sensitivity()[3] == 0
    z = torch.randn(1, net.config.latent)
    moved = z.clone()
    moved[:, 3] += 5
    assert torch.equal(net.decode(z, 0.0), net.decode(moved, 0.0))


def test_a_conductor_finds_its_generator_again_and_no_other(tmp_path) -> None:
    generator = toy("flat")
    checkpoint.save(tmp_path / "two", generator, {})
    assert isinstance(generator, MusicVAE)
    net = ConductedVAE(
        conducted(str(tmp_path / "two"), checkpoint.fingerprint(str(tmp_path / "two"))), generator
    ).eval()
    net.scale.fill_(2.0)
    checkpoint.save(tmp_path / "long", net, {})
    assert not any(name.startswith("generator") for name in net.state_dict())
    back = checkpoint.load(str(tmp_path / "long"), "music-vae")
    z = torch.randn(2, 16)
    assert (
        isinstance(back, ConductedVAE)
        and back.decode(z, 0.0).shape == (2, 64)
        and (back.scale == 2).all()
    )
    pairs = back.conduct(z) * 2  # each two bars are the generator's own
    assert torch.equal(back.decode(z, 0.0)[:, 32:], back.generator.decode(pairs[1], 0.0))
    checkpoint.save(tmp_path / "two", toy("drums"), {})
    with pytest.raises(CheckpointError, match="was trained over"):
        checkpoint.load(str(tmp_path / "long"), "music-vae")
    with pytest.raises(ShapeError, match="512 events"):
        ConductedVAE(conducted("drums"), toy("drums"))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["hierarchical", "drums", "flat"])
def test_a_checkpoint_brings_it_back(kind: str, tmp_path) -> None:
    net = toy(kind)
    checkpoint.save(tmp_path, net, {})
    back = checkpoint.load(str(tmp_path), "music-vae")
    assert type(back) is type(net) and back.config == net.config
    z = torch.randn(1, net.config.latent)
    assert back.decode(z, 0.0).shape == net.decode(z, 0.0).shape


@KINDS
def test_any_of_them_can_be_the_middle_of_a_syn_vae(kind: str) -> None:
    music = toy(kind)
    syn = SynVAE(vis_vae.VisVAE(vis_vae.preset("toy")), music)
    there = syn(torch.rand(2, 3, 64, 64), torch.Generator().manual_seed(0))
    assert there.events.shape == (2, music.config.steps, music.config.vocabulary)
    assert there.reconstruction.shape == (2, 3, 64, 64)


def test_presets_are_known_by_name() -> None:
    assert build("bass").config.vocabulary == 90 and build("drums").config.vocabulary == 512
    assert build("hierarchical").config.steps == 256
    # one latent for all parts
    assert {build(name).config.latent for name in ("small", "bass", "drums", "hierarchical")} == {
        256
    }
    with pytest.raises(ConfigError, match="hierarchical"):
        build("huge")
    assert set(hierarchical_vae.PRESETS).isdisjoint(music_vae.PRESETS)
