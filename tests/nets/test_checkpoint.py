"""Checkpoints: what goes in comes out; what is wrong is named in one sentence."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from livesyn.base.errors import CheckpointError
from livesyn.nets import checkpoint, music_vae, playing, vis_vae
from livesyn.nets.music_vae import MusicVAE
from livesyn.nets.syn_vae import SynVAE
from livesyn.nets.torch_playing import TorchSynVAE
from livesyn.nets.vis_vae import VisVAE


@pytest.fixture()
def saved(tmp_path):
    torch.manual_seed(0)
    net = SynVAE(VisVAE(vis_vae.preset("toy")), MusicVAE(music_vae.preset("toy")))
    checkpoint.save(tmp_path / "toy", net, {"seed": 0}, half=False)
    return tmp_path / "toy", net


def test_round_trip_is_exact_and_half_precision_near(saved, tmp_path):
    folder, net = saved
    again = checkpoint.load(str(folder), "syn-vae")
    assert all(
        torch.equal(a, b)
        for a, b in zip(net.state_dict().values(), again.state_dict().values(), strict=True)
    )
    checkpoint.save(tmp_path / "half", net, {})
    half = checkpoint.load(str(tmp_path / "half"), "syn-vae")
    assert all(
        torch.allclose(a, b, atol=2e-3)
        for a, b in zip(net.state_dict().values(), half.state_dict().values(), strict=True)
    )
    assert (tmp_path / "half/weights.safetensors").stat().st_size < 0.6 * (
        folder / "weights.safetensors"
    ).stat().st_size
    assert not half.training


def damage_weights(folder):
    (folder / "weights.safetensors").write_bytes(b"not a tensor")


def truncate_weights(folder):
    data = (folder / "weights.safetensors").read_bytes()
    (folder / "weights.safetensors").write_bytes(data[: len(data) // 2])


def save_as(dtype, name="music.output.bias"):
    def edit(folder):
        tensors = load_file(folder / "weights.safetensors")
        save_file(tensors | {name: tensors[name].to(dtype)}, folder / "weights.safetensors")

    return edit


def edit_tensors(**changes):
    def edit(folder):
        tensors = load_file(folder / "weights.safetensors")
        kept = {k: t for k, t in (tensors | changes).items() if t is not None}
        save_file(kept, folder / "weights.safetensors")

    return edit


def too_large(folder):
    tensors = load_file(folder / "weights.safetensors")
    tensors["music.output.bias"] = torch.full_like(
        tensors["music.output.bias"], 1e300, dtype=torch.float64
    )
    save_file(tensors, folder / "weights.safetensors")


def foreign_header(folder):
    header = b'{"music.output.bias":{"dtype":"Q3","shape":[1],"data_offsets":[0,1]}}'
    (folder / "weights.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + b"0")


def edit_config(**changes):
    def edit(folder):
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps(config | changes))

    return edit


def resize(folder):
    config = json.loads((folder / "config.json").read_text())
    config["net"]["music"]["decoder"] = 25
    (folder / "config.json").write_text(json.dumps(config))


def size(net, name, value):
    def edit(folder):
        config = json.loads((folder / "config.json").read_text())
        config["net"][net][name] = value
        (folder / "config.json").write_text(json.dumps(config))

    return edit


def poison(folder):
    tensors = load_file(folder / "weights.safetensors")
    tensors["music.output.bias"][3] = float("nan")
    save_file(tensors, folder / "weights.safetensors")


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (damage_weights, "missing or damaged"),
        (truncate_weights, "missing or damaged"),
        (lambda f: (f / "weights.safetensors").unlink(), "missing or damaged"),
        (lambda f: (f / "config.json").write_text("{"), "is not JSON"),
        (lambda f: (f / "config.json").write_text("[]"), "no checkpoint of livesyn"),
        (edit_config(format=99), "reads format 1"),
        (edit_config(kind="cdcgan"), "'syn-vae' is needed"),
        (edit_config(net={"visual": {}}), "do not describe"),
        (edit_config(net={"visual": {"size": "x"}, "music": {}}), "do not describe"),
        (size("music", "layers", -1), "layers is -1"),
        (size("music", "layers", 60_000), "layers asks for 60000 layers of "),
        (size("music", "decoder", 60_000), "do not fit"),
        (size("visual", "seed_channels", 60_000), "do not fit"),
        (size("visual", "mirror", [1] * 60_000), "mirror asks for 60000 layers of "),
        (size("music", "steps", -32), "steps is -32"),
        (size("visual", "latent", 9999999999), "latent is 9999999999"),
        (size("visual", "widths", [8, 9999999999]), "of a list is 9999999999"),
        (size("visual", "size", 0), "do not"),
        (size("visual", "size", 1e308), "do not"),
        (resize, "do not fit"),
        (poison, "not all finite numbers"),
        (too_large, "not all finite numbers"),
        (save_as(torch.int8), "holds int8 where floating-point"),
        (save_as(torch.complex64), "holds complex64 where floating-point"),
        (edit_tensors(more=torch.zeros(1)), "more is not the net's"),
        (edit_tensors(**{"music.output.bias": None}), "music.output.bias is missing"),
        (edit_tensors(**{"music.output.bias": torch.zeros(2)}), r"is \(2,\) for"),
        (foreign_header, "missing or damaged"),
        (lambda f: (f / "weights.safetensors").write_bytes(b""), "missing or damaged"),
        (lambda f: (f / "config.json").write_bytes(b"\0{}\0"), "zero bytes"),
        (lambda f: (f / "config.json").write_text("[" * 100_000), "not JSON: it is nested"),
    ],
)
@pytest.mark.parametrize("library", ["torch", "onnx"])
def test_a_bad_checkpoint_is_one_sentence(saved, break_it, sentence, library):
    folder, _ = saved
    break_it(folder)
    with pytest.raises(CheckpointError, match=sentence) as caught:
        if library == "torch":
            checkpoint.load(str(folder), "syn-vae")
        else:
            playing.load_syn_vae(str(folder), "cpu", 1)
    assert "\n" not in str(caught.value)


def test_a_net_that_is_far_too_large_takes_no_memory(saved):
    folder, _ = saved
    size("visual", "seed_channels", 65_000)(folder)
    size("visual", "mirror", [65_000] * 4)(folder)  # 600 GB of weights
    with pytest.raises(CheckpointError, match="do not fit"):
        checkpoint.load(str(folder), "syn-vae")


def test_loading_draws_no_random_numbers(saved):
    folder, _ = saved
    before = torch.get_rng_state()
    checkpoint.load(str(folder), "syn-vae")
    assert torch.equal(torch.get_rng_state(), before)


def test_a_loaded_net_is_its_own_and_not_the_file(saved):
    folder, net = saved
    again = checkpoint.load(str(folder), "syn-vae")
    weights = folder / "weights.safetensors"
    with weights.open("r+b") as file:  # in place, as a copying tool overwrites it
        file.write(bytes(weights.stat().st_size))
    assert torch.equal(again.music.output.weight, net.music.output.weight)
    assert not any(p.requires_grad for p in again.parameters())


def test_loading_each_shipped_checkpoint_leaves_torch_s_compiler_alone():
    script = """
import sys
from livesyn.base import models
from livesyn.nets import checkpoint
for name in models.there_are():
    net = checkpoint.load(name, checkpoint.kind_of(name))
    assert not any(t.is_meta for t in (*net.parameters(), *net.buffers())), name
    print(name)
assert "torch._inductor" not in sys.modules, "operations on meta imported it"
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "synvae-art" in done.stdout.split()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64, torch.float32])
def test_weights_of_any_floating_kind_are_read(saved, dtype):
    folder, _ = saved
    tensors = load_file(folder / "weights.safetensors")
    save_file({k: t.to(dtype) for k, t in tensors.items()}, folder / "weights.safetensors")
    net = checkpoint.load(str(folder), "syn-vae")
    assert all(t.dtype == torch.float32 for t in net.state_dict().values() if t.is_floating_point())
    z = np.ones((1, net.latent_dim), np.float32)
    painted = playing.load_syn_vae(str(folder), "cpu", 1).paint(z)
    np.testing.assert_allclose(painted, TorchSynVAE(net, "cpu").paint(z), atol=1e-5)


def test_a_config_with_a_mark_and_other_line_ends_is_read(saved):
    folder, _ = saved
    text = (folder / "config.json").read_text().replace("\n", "\r\n")
    (folder / "config.json").write_bytes(text.encode("utf-16"))
    checkpoint.load(str(folder), "syn-vae")


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(CheckpointError, match="no checkpoint 'nothing-here'; there are"):
        checkpoint.load("nothing-here", "syn-vae")


def test_weights_that_are_not_numbers_are_not_written(tmp_path):
    net = VisVAE(vis_vae.preset("toy"))
    with torch.no_grad():
        net.posterior.bias[0] = float("nan")
    with pytest.raises(CheckpointError, match="finite"):
        checkpoint.save(tmp_path / "bad", net, {})
    assert not (tmp_path / "bad/weights.safetensors").exists()
