"""The swapped net: music to picture and back, the eye frozen, at toy size."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

pytest.importorskip("matplotlib", reason="the train extra is not installed")

from livesyn.base.errors import CheckpointError, ConfigError, ShapeError
from livesyn.music import vocabulary as v
from livesyn.nets import checkpoint, music_vae, vis_vae
from livesyn.nets.music_syn_vae import MusicSynVAE
from livesyn.nets.music_vae import MusicVAE
from livesyn.nets.vis_vae import VisVAE
from livesyn.train import music_syn_vae
from tests.toys import save_toy

CPU = torch.device("cpu")


def toy_net(seed: int = 0) -> MusicSynVAE:
    """Its eye is random, but paints lively pictures and sees each dimension with a spread of 1."""
    torch.manual_seed(seed)
    visual = VisVAE(vis_vae.preset("toy"))
    with torch.no_grad():
        for name, weight in visual.decoder.named_parameters():
            weight.mul_(4 if name.endswith("weight") else 1)
        means, d = visual.encode(visual.decode(torch.randn(128, 16)))[0], 16
        visual.posterior.bias[:d] -= means.mean(0)
        visual.posterior.weight[:d] /= means.std(0)[:, None]
        visual.posterior.bias[:d] /= means.std(0)
    return MusicSynVAE(MusicVAE(music_vae.preset("toy")), visual)


@pytest.fixture(scope="module")
def melodies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = np.random.default_rng(0)
    windows = np.zeros((400, 32), np.uint8)
    for row in windows:
        row[:: random.choice([2, 8])] = v.token_of(int(random.choice([60, 64, 67, 72])))
    arrays: dict = {}
    for split, rows in (
        ("train", windows[:300]),
        ("valid", windows[300:340]),
        ("test", windows[340:]),
    ):
        arrays |= {split: rows, f"{split}_piece": np.arange(len(rows), dtype=np.int32)}
    path = tmp_path_factory.mktemp("melodies") / "m.npz"
    np.savez(
        path,
        pieces=np.array(["a"]),
        origin=np.array(json.dumps({"windows": {"made up": 400}, "attribution": []})),
        **arrays,
    )
    return path


def test_there_and_back_and_only_the_music_learns() -> None:
    net = toy_net()
    tokens = torch.randint(0, v.SIZE, (3, 32))
    pictures, seen, mean, std = net(tokens, torch.randn(3, 16))
    assert pictures.shape == (3, 3, 64, 64) and seen.shape == mean.shape == std.shape == (3, 16)
    net.music(seen, tokens).square().mean().backward()
    assert all(p.grad is None for p in net.visual.parameters())
    assert isinstance(net.music, MusicVAE)
    reached = net.music.posterior.weight.grad
    assert reached is not None and reached.abs().sum() > 0, "the gradient goes through the picture"
    assert net.decode_music(pictures, 0.0).shape == (3, 32)


def test_a_picture_is_worth_what_its_file_holds() -> None:
    """Written with 8 bits a channel and read again, it is the same picture to the net."""
    net = toy_net().eval()
    pictures = net.paint(torch.randn(2, 16)).detach()
    written = (pictures * 255).round().byte().float() / 255
    assert (
        torch.allclose(written, pictures, atol=1e-6) and 0 <= pictures.min() and pictures.max() <= 1
    )
    assert torch.equal(net.decode_music(written, 0.0), net.decode_music(pictures, 0.0))


def test_halves_of_other_latents_are_refused() -> None:
    with pytest.raises(ShapeError, match="16 dimensions and the music latent 8"):
        MusicSynVAE(
            MusicVAE(replace(music_vae.preset("toy"), latent=8)), VisVAE(vis_vae.preset("toy"))
        )


def test_its_checkpoint_is_its_own_kind(tmp_path: Path) -> None:
    net = toy_net()
    checkpoint.save(tmp_path / "swapped", net, {}, half=False)
    again = checkpoint.load(str(tmp_path / "swapped"), "music-syn-vae")
    assert checkpoint.kind_of(str(tmp_path / "swapped")) == "music-syn-vae"
    assert all(
        torch.equal(a, b)
        for a, b in zip(net.state_dict().values(), again.state_dict().values(), strict=True)
    )
    with pytest.raises(CheckpointError, match="'syn-vae' is needed"):
        checkpoint.load(str(tmp_path / "swapped"), "syn-vae")


def test_it_learns_to_come_back_through_the_picture() -> None:
    """Four melodies, told apart by their pictures alone."""
    net = toy_net()
    melodies = torch.zeros(4, 32, dtype=torch.long)
    for row, (pitch, every) in enumerate([(60, 4), (64, 8), (72, 2), (48, 16)]):
        melodies[row, ::every] = v.token_of(pitch)
    optimiser = torch.optim.Adam(net.music.parameters(), lr=1e-2)
    for step in range(500):  # as many as it takes: processors round differently
        _, seen, _, _ = net(
            melodies, 0.1 * torch.randn(4, 16, generator=torch.Generator().manual_seed(step))
        )
        loss = F.cross_entropy(net.music(seen, melodies).flatten(0, 1), melodies.flatten())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if loss < 0.003:
            break
    with torch.no_grad():
        pictures = net(melodies, torch.zeros(4, 16))[0]
        back = net.decode_music(pictures, 0.0)
    assert (back == melodies).float().mean() > 0.97
    assert not torch.equal(net.decode_music(pictures.roll(1, 0), 0.0), back), (
        "another picture, another melody"
    )


def test_a_run_is_measured_on_other_pieces_and_written(melodies: Path, tmp_path: Path) -> None:
    checkpoint.save(tmp_path / "eye", toy_net().visual, {}, half=False)
    settings = music_syn_vae.Settings(
        visual=str(tmp_path / "eye"),
        music="",
        preset="toy",
        data=str(melodies),
        steps=21,
        batch=24,
        rate=1e-2,
        beta=0.01,
    )
    figures = music_syn_vae.train(settings, tmp_path / "run", CPU, tmp_path / "out")
    curve = json.loads((tmp_path / "run/state.json").read_text())["curves"]["train/nats"]
    assert curve[-1][1] < curve[0][1]
    through = figures["through_the_picture"]
    assert figures["split"] == "test" and figures["windows"] == 60 and figures["pieces"] == 60
    assert {
        "forced",
        "free",
        "free_attacks",
        "all_hold",
        "exchanged_free",
        "kl",
    } <= through.keys() and 0 < through["all_hold"] < 1
    assert figures["pictures"]["different"] > 0
    net = checkpoint.load(str(tmp_path / "out"), "music-syn-vae")
    eye = checkpoint.load(str(tmp_path / "eye"), "vis-vae")
    half = {k: t.half().float() for k, t in eye.state_dict().items()}
    assert all(torch.equal(net.visual.state_dict()[k], half[k]) for k in half), (
        "the eye is as it was, but for half precision"
    )
    card = (tmp_path / "out/MODEL_CARD.md").read_text()
    assert (
        "livesyn train music-syn-vae" in card and "modalities swapped" in card and "made up" in card
    )
    assert music_syn_vae.train(settings, tmp_path / "run", CPU)["through_the_picture"] == through, (
        "a finished run is only measured again"
    )


def test_the_middle_is_a_visual_net(tmp_path: Path) -> None:
    syn = save_toy(tmp_path / "syn")
    assert isinstance(music_syn_vae.load_visual(str(syn), CPU), VisVAE)
    checkpoint.save(tmp_path / "music", MusicVAE(music_vae.preset("toy")), {})
    with pytest.raises(ConfigError, match="holds a 'music-vae'"):
        music_syn_vae.load_visual(str(tmp_path / "music"), CPU)
