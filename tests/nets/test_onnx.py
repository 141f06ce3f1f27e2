"""The nets as a processor plays them, without torch, against the torch nets they stand for."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import livesyn
from livesyn.base import models
from livesyn.base.errors import CheckpointError, ShapeError
from livesyn.nets import checkpoint, music_vae, playing, vis_vae
from livesyn.nets.audio_encoder import AudioEncoder, AudioEncoderConfig
from livesyn.nets.cdcgan import Generator, GeneratorConfig
from livesyn.nets.hierarchical_vae import build
from livesyn.nets.music_vae import MusicVAE
from livesyn.nets.mvnet import MVNet
from livesyn.nets.onnx import draws, layers, played, session
from livesyn.nets.onnx.graph import Body, Graph
from livesyn.nets.onnx.music import ConductedMusic, FlatMusic
from livesyn.nets.onnx.session import Session
from livesyn.nets.onnx.weights import Unknown
from livesyn.nets.style import StyleConfig, StyleNet
from livesyn.nets.syn_vae import SynVAE
from livesyn.nets.torch_playing import (
    TorchMusic,
    TorchMusicSynVAE,
    TorchMVNet,
    TorchStyle,
    TorchSynVAE,
)

TEMPERATURE = 0.5
MEANS = 1e-4  # how far two means may lie apart
LEVEL = 1.001 / 255  # of grey


def latents(count: int, size: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, size)).astype(np.float32)


def saved(folder: Path, net: nn.Module) -> str:
    checkpoint.save(folder, net, {}, half=False)
    return str(folder)


def shaken(net: nn.Module, seed: int = 0) -> nn.Module:
    """With every number that begins at 0 or 1 elsewhere, statistics too."""
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, tensor in net.state_dict().items():
            if tensor.is_floating_point():
                noise = 0.2 * torch.randn(tensor.shape, generator=draw)
                tensor.add_(noise.abs() if name.endswith("running_var") else noise)
    return net


@pytest.mark.parametrize("seed", [0, 1, 7, 2**31, 2**32 + 5, 2**63 - 1, *range(1000, 1100)])
def test_a_seed_draws_what_torch_draws(seed: int) -> None:
    expected = torch.rand(32, 1, 90, generator=torch.Generator().manual_seed(seed)).numpy()
    assert np.array_equal(draws.uniform(seed, 32, 1, 90), expected)
    normal = torch.randn(4, 1, 256, generator=torch.Generator().manual_seed(seed)).numpy()
    np.testing.assert_allclose(draws.normal(seed, 4, 1, 256), normal, atol=2e-6)


def test_threads_draw_by_their_own_seeds() -> None:
    seeds = range(400)
    with ThreadPoolExecutor(4) as threads:
        drawn = list(threads.map(lambda seed: draws.uniform(seed, 500), seeds))
    for seed in seeds:
        np.testing.assert_array_equal(drawn[seed], draws.uniform(seed, 500))


@pytest.mark.parametrize("name", ["melody-small", "bass-small", "drums-small"])
def test_the_shipped_music_is_the_same(name: str) -> None:
    ours, torchs = played.music(name, 1), TorchMusic.load(name, "cpu")
    assert isinstance(ours, FlatMusic)
    z = latents(200, ours.latent)
    seeds = list(range(200))
    bars = ours.decode(z, TEMPERATURE, seeds, None, 32)
    assert np.array_equal(bars, torchs.decode(z, TEMPERATURE, seeds, None, 32))
    assert len(np.unique(bars)) > 10
    for mine, other in zip(ours.encode(bars), torchs.encode(bars), strict=True):
        np.testing.assert_allclose(mine, other, atol=MEANS)
    np.testing.assert_allclose(ours.sensitivity(), torchs.sensitivity(), rtol=1e-5)


@pytest.mark.parametrize("name", ["bass-small", "drums-small", "melody-16bar"])
def test_companions_are_given_the_same_dimensions(name: str) -> None:
    if models.folder_of(name) is None:
        pytest.skip(f"{name} is not here")
    ours, torchs = played.music(name, 1), TorchMusic.load(name, "cpu")
    mine, other = (net.sensitivity().argsort(kind="stable") for net in (ours, torchs))
    assert np.array_equal(mine, other)


@pytest.mark.parametrize("name", ["melody-16bar"])
def test_a_long_melody_is_the_same(name: str) -> None:
    if models.folder_of(name) is None:
        pytest.skip(f"{name} is not here")
    ours, torchs = played.music(name, 1), TorchMusic.load(name, "cpu")
    assert isinstance(ours, ConductedMusic)
    z, seeds = latents(4, ours.latent), [3, 1, 4, 1]
    whole = ours.decode(z, TEMPERATURE, seeds, None, ours.steps)
    assert np.array_equal(whole, torchs.decode(z, TEMPERATURE, seeds, None, ours.steps))
    for given, until in ((0, 32), (16, 32), (32, 64), (40, 256)):
        forced = whole[:, :given]
        assert np.array_equal(ours.decode(z, TEMPERATURE, seeds, forced, until), whole[:, :until])


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("given", [0, 1, 16, 31])
@pytest.mark.parametrize("temperature", [0.0, 1e-4, 0.5, 1.5])
@pytest.mark.parametrize("until", [32, 16])
def test_the_same_bars(
    layers: int, given: int, temperature: float, until: int, tmp_path: Path
) -> None:
    torch.manual_seed(layers)
    net = MusicVAE(dataclasses.replace(music_vae.preset("toy"), layers=layers)).eval()
    with torch.no_grad():
        net.output.weight *= 8  # as sure of itself as a trained net is
    name = saved(tmp_path, net)
    ours, torchs = played.music(name, 1), TorchMusic.load(name, "cpu")
    z = latents(6, 16, given)
    forced = np.random.default_rng(given).integers(0, 90, (6, given))
    asked = z, temperature, range(6), forced if given else None, until
    rows = ours.decode(*asked)
    assert np.array_equal(rows, torchs.decode(*asked))
    for row in range(6):  # alone as among others
        one = ours.decode(z[row : row + 1], temperature, [row], forced[row : row + 1], until)
        assert np.array_equal(one, rows[row : row + 1])


def test_the_shipped_syn_vae_sees_paints_and_remembers_the_same() -> None:
    ours, torchs = played.SynVAE.load("synvae-art", 1), TorchSynVAE.load("synvae-art", "cpu")
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (5, 64, 64, 3), np.uint8)
    for mine, other in zip(ours.encode(images), torchs.encode(images), strict=True):
        assert mine.dtype == np.float32
        np.testing.assert_allclose(mine, other, atol=MEANS)
    z = latents(5, 256)
    np.testing.assert_allclose(ours.paint(z), torchs.paint(z), atol=LEVEL)
    tokens = ours.music.decode(z, TEMPERATURE, range(5), None, 32)
    np.testing.assert_allclose(ours.remember(tokens), torchs.remember(tokens), atol=LEVEL)
    for part in ("directions", "spread", "centre"):
        assert np.array_equal(getattr(ours, part), getattr(torchs, part))
    with pytest.raises(ShapeError, match="3"):
        ours.encode(images[..., :1])


@pytest.mark.parametrize("preset", ["toy", "cifar", "mnist"])
@pytest.mark.parametrize("hidden", [0, 24])
def test_each_size_of_eye_sees_and_paints_the_same(
    preset: str, hidden: int, tmp_path: Path
) -> None:
    config = dataclasses.replace(vis_vae.preset(preset), latent=16, hidden=hidden)
    net = SynVAE(vis_vae.VisVAE(config), MusicVAE(music_vae.preset("toy")))
    name = saved(tmp_path, shaken(net))
    ours, torchs = played.SynVAE.load(name, 1), TorchSynVAE.load(name, "cpu")
    z = latents(3, 16)
    np.testing.assert_allclose(ours.paint(z), torchs.paint(z), atol=MEANS)
    images = np.random.default_rng(0).integers(
        0, 256, (3, config.size, config.size, config.channels), np.uint8
    )
    for mine, other in zip(ours.encode(images), torchs.encode(images), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-4, atol=MEANS)


def test_the_shipped_swapped_syn_vae_reads_paints_and_writes_the_same() -> None:
    name = "tunes-to-pictures"
    ours, torchs = played.MusicSynVAE.load(name, 1), TorchMusicSynVAE.load(name, "cpu")
    tokens = played.music("melody-small", 1).decode(
        latents(8, 256), TEMPERATURE, range(8), None, 32
    )
    for mine, other in zip(ours.encode(tokens), torchs.encode(tokens), strict=True):
        np.testing.assert_allclose(mine, other, atol=MEANS)
    pictures = ours.paint(latents(8, ours.latent))
    np.testing.assert_allclose(pictures, torchs.paint(latents(8, ours.latent)), atol=LEVEL)
    for seed in (0, 2**40 + 3):
        for temperature in (0.0, TEMPERATURE):
            back = ours.write(pictures, temperature, seed)
            assert np.array_equal(back, torchs.write(pictures, temperature, seed))


def test_the_shipped_painter_hears_and_paints_the_same() -> None:
    check_painter("mvnet")


@pytest.mark.parametrize("modulated", [False, True])
@pytest.mark.parametrize("pooled", [False, True])
def test_each_kind_of_painter_hears_and_paints_the_same(
    modulated: bool, pooled: bool, tmp_path: Path
) -> None:
    net = MVNet(
        AudioEncoder(
            AudioEncoderConfig((4, 4, 8, 8, 8, 8), 4, normalise=modulated, pooled=pooled),
            ("old", "new"),
        ),
        Generator(GeneratorConfig(4, 6, (16, 8, 8), (8, 16), modulated=modulated)),
    )
    check_painter(saved(tmp_path, shaken(net)))


def check_painter(name: str) -> None:
    ours, torchs = played.MVNet.load(name, 1), TorchMVNet.load(name, "cpu")
    assert (ours.periods, ours.noise_size, ours.size) == (
        torchs.periods,
        torchs.noise_size,
        torchs.size,
    )
    assert np.array_equal(ours.centres, torchs.centres)
    windows = latents(2, 3 * 128 * 256).reshape(2, 3, 128, 256)
    embedded = ours.embed(windows)
    np.testing.assert_allclose(embedded, torchs.embed(windows), rtol=1e-4, atol=MEANS)
    noise = latents(2, ours.noise_size, 1)
    painted = ours.paint(embedded, noise)
    assert painted.shape == (2, 3, ours.size, ours.size)
    np.testing.assert_allclose(painted, torchs.paint(embedded, noise), atol=2 * LEVEL)


def test_the_shipped_manners_are_the_same() -> None:
    check_style("style-periods")


def test_another_size_of_style_net_is_the_same(tmp_path: Path) -> None:
    check_style(saved(tmp_path, shaken(StyleNet(StyleConfig(8, 4, 1), ("old", "new", "newer")))))


def check_style(name: str) -> None:
    ours, torchs = played.Style.load(name, 1), TorchStyle.load(name, "cpu")
    assert ours.periods == torchs.periods
    random = np.random.default_rng(0)
    for size in ((144, 256), (88, 88), (4, 64)):
        picture = random.random((*size, 3), np.float32)
        weights = random.dirichlet(np.ones(len(ours.periods))).astype(np.float32)
        np.testing.assert_allclose(
            ours.restyle(picture, weights), torchs.restyle(picture, weights), atol=LEVEL
        )


def test_threads_change_nothing() -> None:
    z = latents(8, 256)
    one, two = (played.SynVAE.load("synvae-art", threads) for threads in (1, 2))
    assert np.array_equal(one.paint(z), two.paint(z))
    asked = z, TEMPERATURE, range(8), None, 32
    assert np.array_equal(one.music.decode(*asked), two.music.decode(*asked))


def test_what_is_not_known_is_played_by_torch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hierarchical = saved(tmp_path / "long", build("hierarchical-toy"))
    small = saved(tmp_path / "small", MusicVAE(music_vae.preset("toy")))
    with pytest.raises(Unknown):
        played.music(hierarchical, 1)
    assert isinstance(playing.load_music(hierarchical, "cpu", 1), TorchMusic)
    assert isinstance(playing.load_music(small, "cpu", 1), FlatMusic)
    config = json.loads(Path(small, "config.json").read_text())
    del config["net"]["glance"]  # as an older version wrote it
    Path(small, "config.json").write_text(json.dumps(config))
    with pytest.raises(Unknown):
        played.music(small, 1)
    monkeypatch.setattr(played, "LARGE", 1)
    monkeypatch.setattr(session.onnxruntime, "__version__", "1.22.2")
    with pytest.raises(Unknown, match="large"):
        played.music("melody-small", 1)


def test_a_large_decoder_plays_in_bytes_and_nearly_all_steps_agree(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At 99.5 % of steps, all of them given what was written before, the likeliest event is the
    same.
    """
    exact = played.music("melody-small", 1)
    monkeypatch.setattr(played, "LARGE", 1)
    light = played.music("melody-small", 1)
    z = latents(200, exact.latent)
    written = exact.decode(z, 0.0, [], None, 32)
    found = [light.decode(z, 0.0, [], written[:, :t], t + 1)[:, t] for t in range(32)]
    agrees = (np.stack(found, 1) == written).mean()
    assert 0.995 <= agrees < 1.0  # and other weights than before


@pytest.mark.parametrize("before", [1, 128, 200])
def test_a_product_in_bytes_is_close(before: int) -> None:
    random = np.random.default_rng(before)
    matrix = random.standard_normal((before, 7)).astype(np.float32)
    matrix[:, 3] = 0
    x = random.standard_normal((3, before)).astype(np.float32)
    g = Graph()
    asked = g.input("x", "B", before)
    given = Session(g, (layers.product(g, asked, matrix, True),), 1)(x)[0]
    np.testing.assert_allclose(given, x @ matrix, atol=0.02 * np.sqrt(before))
    np.testing.assert_allclose(given[:, 3], 0, atol=1e-25)


def run(script: str) -> None:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_without_onnx_runtime_torch_plays() -> None:
    run("""
import sys
sys.modules["onnxruntime"] = None  # no library, or one that cannot be loaded
from livesyn.nets import playing
assert type(playing.load_music("bass-small", "cpu", 1)).__name__ == "TorchMusic"
""")


@pytest.mark.skipif(os.name != "posix", reason="there it is the system that keeps such things")
def test_a_net_leaves_nothing_in_the_home_of_who_plays_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from livesyn.nets import playing; playing.load_music('bass-small', 'cpu', 1)",
        ],
        # nothing else of the environment: the library keeps quiet where it sees that it is tested
        env={"HOME": str(tmp_path), "PYTHONPATH": str(Path(livesyn.__file__).parents[1])},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.rglob("*"))


def test_loading_the_shipped_nets_imports_no_torch() -> None:
    run("""
import sys
from livesyn.nets import playing
for load, name in (
    (playing.load_syn_vae, "synvae-art"), (playing.load_music, "bass-small"),
    (playing.load_mvnet, "mvnet"), (playing.load_style, "style-periods"),
):
    load(name, "cpu", 1)
assert not {"torch", "onnx", "google.protobuf"} & set(sys.modules)
""")


def test_a_net_of_tokens_refuses_other_lengths() -> None:
    with pytest.raises(ShapeError, match="32"):
        played.music("bass-small", 1).encode(np.zeros((1, 16), np.int64))


def test_a_graph_that_is_no_net_is_refused_by_a_sentence(tmp_path: Path) -> None:
    name = saved(tmp_path, MusicVAE(music_vae.preset("toy")))
    config = json.loads((tmp_path / "config.json").read_text())
    config["net"]["steps"] = "32"
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(CheckpointError, match="do not describe a music-vae") as said:
        played.music(name, 1)
    assert "\n" not in str(said.value)


def test_what_a_scan_gives_is_said_for_releases_that_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """ONNX Runtime 1.20 runs no body without the shapes of its outputs; later ones infer them."""
    bodies: list[Body] = []

    def kept(graph: Graph, outputs: tuple[str, ...]) -> Body:
        bodies.append(Body(graph, outputs))
        return bodies[-1]

    monkeypatch.setattr("livesyn.nets.onnx.music.Body", kept)
    playing.load_syn_vae("synvae-art", "cpu", 1)
    assert bodies
    for body in bodies:
        assert set(body.outputs) <= set(body.graph._outputs)
