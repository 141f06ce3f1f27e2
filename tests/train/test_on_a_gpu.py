"""What a GPU asks of a training and a processor does not: rehearsed with the rules of one."""

from typing import Any

import pytest
import torch

pytest.importorskip("matplotlib", reason="the train extra is not installed")

from livesyn.nets import checkpoint, lstm, precision
from livesyn.nets.hierarchical_vae import build
from livesyn.nets.lstm import LSTM
from livesyn.train import music_syn_vae, music_vae, syn_vae, vis_vae
from tests.train.test_train import CPU, melody_cache, picture_folder, settings

__all__ = ["melody_cache", "picture_folder"]


@pytest.fixture
def as_on_a_gpu(monkeypatch):
    """LSTMs are whole under autocast, and those that the gradient goes through are in training
    mode, as cuDNN wants them.
    """
    ran = []
    plain = LSTM.forward

    def watched(self, x, hx=None):
        out, state = plain(self, x, hx)
        learns = x.requires_grad or any(p.requires_grad for p in self.parameters())
        if torch.is_grad_enabled() and learns:
            assert self.training, "cudnn RNN backward can only be called in training mode"
        if torch.is_autocast_enabled("cpu"):
            assert out.dtype == torch.float32
            ran.append(self)
        return out, state

    monkeypatch.setattr(lstm, "WHOLE_ON", ("cpu",))
    monkeypatch.setattr(precision, "has_bfloat16", lambda kind: True)
    monkeypatch.setattr(LSTM, "forward", watched)
    return ran


def test_every_net_with_an_lstm_trains_under_a_gpus_rules(
    as_on_a_gpu, melody_cache, picture_folder, tmp_path, monkeypatch
):
    monkeypatch.setattr(music_vae, "EVERY", 2)
    music_vae.train(
        settings(melody_cache, steps=5, patience=9), tmp_path / "r0", CPU, tmp_path / "melody"
    )
    music_vae.train(
        settings(melody_cache, steps=3, start=str(tmp_path / "melody")), tmp_path / "r1", CPU
    )
    pictures: dict[str, Any] = {
        "data": str(picture_folder),
        "held_out": 4,
        "valid": 2,
        "batch": 4,
        "preset": "toy",
        "steps": 2,
    }
    vis_vae.train(vis_vae.Settings(**pictures), tmp_path / "r2", CPU, tmp_path / "eyes")
    syn_vae.train(
        syn_vae.Settings(**pictures, music=str(tmp_path / "melody"), visual=str(tmp_path / "eyes")),
        tmp_path / "r3",
        CPU,
    )
    music_syn_vae.train(
        music_syn_vae.Settings(
            visual=str(tmp_path / "eyes"),
            music=str(tmp_path / "melody"),
            data=str(melody_cache),
            steps=2,
            batch=8,
        ),
        tmp_path / "r4",
        CPU,
    )
    assert len(set(map(id, as_on_a_gpu))) >= 6


def test_long_nets_too(as_on_a_gpu):
    for name in ("hierarchical-toy",):
        net = build(name).train()
        tokens = torch.randint(0, 90, (2, net.config.steps))
        with torch.autocast("cpu", torch.bfloat16):
            mean, std = net.encode(tokens)
            net(mean + std, tokens).float().sum().backward()
    assert as_on_a_gpu


def test_elsewhere_an_lstm_is_torchs_own():
    torch.manual_seed(0)
    ours = LSTM(3, 5, 2)
    theirs = torch.nn.LSTM(3, 5, 2)
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(4, 2, 3)
    assert (ours(x)[0] == theirs(x)[0]).all()
    assert checkpoint.config_of(build("toy"))[0] == "music-vae"
