"""Training, at toy size: it learns, it resumes as if it had never stopped, it writes a
checkpoint.
"""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("matplotlib", reason="the train extra is not installed")
from PIL import Image

from livesyn.base.errors import CheckpointError, ConfigError, DataError
from livesyn.evaluate.syn_vae import splits_of
from livesyn.music import vocabulary as v
from livesyn.nets import checkpoint
from livesyn.nets.hierarchical_vae import build
from livesyn.nets.music_vae import MusicVAE
from livesyn.train import conductor, music_vae, syn_vae, vis_vae
from livesyn.train.data import cropping, learnt_pictures, pictures
from livesyn.train.run import Run

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def melody_cache(tmp_path_factory):
    random = np.random.default_rng(0)
    windows = np.zeros((600, 32), np.uint8)
    for row in windows:
        row[:: random.choice([2, 4, 8])] = v.token_of(int(random.integers(60, 80)))
    arrays: dict[str, Any] = {}
    for split, rows in (
        ("train", windows[:400]),
        ("valid", windows[400:500]),
        ("test", windows[500:]),
    ):
        arrays |= {split: rows, f"{split}_piece": np.arange(len(rows), dtype=np.int32)}
    path = tmp_path_factory.mktemp("melodies") / "m.npz"
    np.savez(
        path,
        pieces=np.array(["a"]),
        origin=np.array(json.dumps({"windows": {"made up": 600}, "attribution": ["A, B: CC BY"]})),
        **arrays,
    )
    return path


@pytest.fixture(scope="module")
def picture_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(1)
    with (folder / "manifest.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "era", "rights"])
        for i in range(40):
            colour = random.integers(0, 255, 3)
            Image.fromarray(np.full((70 + i, 100, 3), colour, np.uint8)).save(folder / f"{i}.png")
            rows.writerow([f"{i}.png", "old", "CC0" if i < 30 else "all rights reserved"])
    return folder


def settings(cache, **more):
    usual: dict[str, Any] = {
        "preset": "toy",
        "data": str(cache),
        "steps": 60,
        "batch": 32,
        "rate": 1e-2,
        "free": 2.0,
    }
    return music_vae.Settings(**usual | more)


def test_music_vae_learns_and_writes_a_checkpoint(melody_cache, tmp_path):
    figures = music_vae.train(
        settings(melody_cache, steps=150), tmp_path / "run", CPU, tmp_path / "melody"
    )
    curve = json.loads((tmp_path / "run/state.json").read_text())["curves"]["train/nats"]
    assert curve[-1][1] < 0.4 * curve[0][1]
    assert figures["reconstruction"]["free"] > figures["reconstruction"]["all_hold"] - 0.05
    assert abs(sum(figures["real"]["attacks"]) - 1) < 0.01
    net = checkpoint.load(str(tmp_path / "melody"), "music-vae")
    assert net.decode(torch.zeros(1, 16)).shape == (1, 32)
    card = (tmp_path / "melody/MODEL_CARD.md").read_text()
    assert (
        "made up" in card
        and "livesyn train music-vae" in card
        and "A, B: CC BY" in (tmp_path / "melody/ATTRIBUTION.md").read_text()
    )
    assert (tmp_path / "melody/curves.png").stat().st_size > 1000


def test_music_vae_goes_on_from_a_checkpoint_and_keeps_the_part_of_z_that_says_most(
    melody_cache, tmp_path
):
    torch.manual_seed(0)
    whole = build("toy", latent=20)
    assert isinstance(whole, MusicVAE)
    silent = [1, 4, 5, 11]
    with torch.no_grad():  # the decoder has let these go, and their posterior is the prior
        for layer in (whole.plan, whole.start):
            layer.weight[:, silent] = 0
        for rows in (silent, [i + 20 for i in silent]):
            whole.posterior.weight[rows], whole.posterior.bias[rows] = 0, 0
    checkpoint.save(tmp_path / "whole", whole, {}, half=False)
    keep: dict[str, Any] = {"start": str(tmp_path / "whole"), "latent": 16, "steps": 0}
    figures = music_vae.train(
        settings(melody_cache, **keep), tmp_path / "run", CPU, tmp_path / "part"
    )
    part = checkpoint.load(str(tmp_path / "part"), "music-vae")
    assert part.config.latent == 16 and not (tmp_path / "part/curves.png").exists()
    assert "curves.png" not in (tmp_path / "part/MODEL_CARD.md").read_text()
    with np.load(melody_cache) as data:
        tokens = torch.from_numpy(data["test"].astype(np.int64))
        rows = data["train"]
    order = music_vae.nats(whole, rows, 0).argsort(descending=True)[:16]
    assert set(order.tolist()) == set(range(20)) - set(silent)
    mean, std = whole.eval().encode(tokens)
    z = mean + std * torch.randn(len(mean), 20)
    near: dict[str, Any] = {"rtol": 0, "atol": 0.02}  # halves of a float on the way
    torch.testing.assert_close(part.encode(tokens)[0], mean[:, order].detach(), **near)
    torch.testing.assert_close(part(z[:, order], tokens), whole(z, tokens).detach(), **near)
    assert figures["windows"] == len(tokens)
    longer = music_vae.train(settings(melody_cache, **keep | {"steps": 30}), tmp_path / "run2", CPU)
    assert longer["reconstruction"]["nats"] < figures["reconstruction"]["nats"]


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"steps": 0}, "never trained"),
        ({"start": "toy", "latent": 17}, "has 16 dimensions"),
        ({"start": "long", "latent": 8}, "another kind"),
    ],
)
def test_music_vae_says_what_it_cannot_start_from(melody_cache, tmp_path, wrong, said, monkeypatch):
    monkeypatch.setattr(
        checkpoint,
        "load",
        lambda name, kind, device: build("toy" if name == "toy" else "hierarchical-toy"),
    )
    monkeypatch.setattr(music_vae, "_check", lambda *_: None)
    with pytest.raises(ConfigError, match=said):
        music_vae.train(settings(melody_cache, **wrong), tmp_path / "run", CPU)


def weights(folder: Path):
    return (folder / "state.safetensors").read_bytes()


def test_a_resumed_run_goes_on_as_if_it_had_never_stopped(melody_cache, tmp_path):
    run = settings(melody_cache, sampling=0.5)

    class Stop(Exception):
        pass

    original = music_vae._scheduled

    def scheduled_until_30(net, z, tokens, share, noise, calls=[0]):  # noqa: B006 - a counter
        calls[0] += 1
        if calls[0] == 31:
            raise Stop
        return original(net, z, tokens, share, noise)

    music_vae.train(run, tmp_path / "whole", CPU)
    music_vae._scheduled = scheduled_until_30
    try:
        with pytest.raises(Stop):
            music_vae.train(run, tmp_path / "parts", CPU)
    finally:
        music_vae._scheduled = original
    assert json.loads((tmp_path / "parts/state.json").read_text())["step"] == 30
    music_vae.train(run, tmp_path / "parts", CPU)
    assert weights(tmp_path / "whole") == weights(tmp_path / "parts")


def test_other_settings_do_not_resume_a_run(melody_cache, tmp_path):
    music_vae.train(settings(melody_cache, steps=2), tmp_path / "run", CPU)
    with pytest.raises(ConfigError, match="beta was 0.2 and is 0.7"):
        music_vae.train(settings(melody_cache, steps=2, beta=0.7), tmp_path / "run", CPU)


def test_a_setting_that_a_run_does_not_know_is_as_it_was_by_default(melody_cache, tmp_path):
    music_vae.train(settings(melody_cache, steps=2), tmp_path / "run", CPU)
    path = tmp_path / "run/state.json"
    state = json.loads(path.read_text())
    del state["settings"]["beta"]
    path.write_text(json.dumps(state))
    with pytest.raises(ConfigError, match="beta was 0.2 and is 0.7"):
        music_vae.train(settings(melody_cache, steps=3, beta=0.7), tmp_path / "run", CPU)
    music_vae.train(settings(melody_cache, steps=3), tmp_path / "run", CPU)
    assert json.loads(path.read_text())["step"] == 3


def test_a_run_of_other_nets_is_refused(tmp_path):
    def run(net):
        return Run(tmp_path / "run", net, torch.optim.SGD(net.parameters(), lr=0.1), {})

    run(torch.nn.Linear(2, 2)).save()
    with pytest.raises(ConfigError, match="holds a run of other nets"):
        run(torch.nn.Linear(3, 3))


def test_two_processes_do_not_train_in_one_folder(melody_cache, tmp_path):
    fcntl = pytest.importorskip("fcntl")

    (tmp_path / "run").mkdir()
    with (tmp_path / "run/lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(ConfigError, match="is being trained by another process"):
            music_vae.train(settings(melody_cache, steps=2), tmp_path / "run", CPU)
    music_vae.train(settings(melody_cache, steps=2), tmp_path / "run", CPU)


def test_pictures_are_split_by_picture_and_by_rights(picture_folder):
    data = pictures.load(picture_folder, pictures.Source(rights=("CC0",), held_out=5))
    assert {k: len(x) for k, x in data.items()} == {"test": 5, "valid": 2, "train": 23}
    names = [set(x.names) for x in data.values()]
    assert not (names[0] & names[1] or names[0] & names[2] or names[1] & names[2])
    batch = cropping.random_batch(data["train"], 64, 8, np.random.default_rng(0))
    assert batch.shape == (8, 3, 64, 64) and 0 <= batch.min() and batch.max() <= 1
    with pytest.raises(DataError, match="holds 30 usable pictures; at least 224"):
        pictures.load(picture_folder, pictures.Source(rights=("CC0",), held_out=80))


def test_vis_vae_then_syn_vae_around_the_frozen_music(melody_cache, picture_folder, tmp_path):
    music_vae.train(settings(melody_cache, steps=40), tmp_path / "r0", CPU, tmp_path / "melody")
    vis = vis_vae.train(
        vis_vae.Settings("toy", str(picture_folder), steps=40, batch=8, rate=1e-2, held_out=5),
        tmp_path / "r1",
        CPU,
        tmp_path / "vis",
    )
    assert vis["mse"] < 64 * 64 * 3 * 0.25 and (tmp_path / "vis/MODEL_CARD.md").is_file()
    before = checkpoint.load(str(tmp_path / "melody"), "music-vae").state_dict()
    run = syn_vae.Settings(
        str(tmp_path / "melody"),
        str(tmp_path / "vis"),
        data=str(picture_folder),
        steps=5,
        batch=4,
        held_out=5,
    )
    figures = syn_vae.train(run, tmp_path / "r2", CPU, tmp_path / "syn")
    net = checkpoint.load(str(tmp_path / "syn"), "syn-vae")
    assert all(torch.equal(net.music.state_dict()[k], before[k]) for k in before)
    assert torch.allclose(net.directions @ net.directions.T, torch.eye(12), atol=1e-2)
    assert figures["consistency"]["exchanged"] == 1.0
    assert {"mse", "mse_played", "kl", "radius"} <= figures.keys()


def test_a_net_is_never_measured_on_pictures_that_its_first_half_learnt(picture_folder, tmp_path):
    toy: dict[str, Any] = {"preset": "toy", "data": str(picture_folder), "steps": 1, "batch": 4}
    vis_vae.train(
        vis_vae.Settings(**toy, held_out=4, valid=2), tmp_path / "v", CPU, tmp_path / "eyes"
    )
    how: dict[str, Any] = {
        **toy,
        "music": str(tmp_path / "music"),
        "visual": str(tmp_path / "eyes"),
    }
    checkpoint.save(tmp_path / "music", build("toy"), {})
    (tmp_path / "music/ATTRIBUTION.md").write_text("# Attribution\n\n- A, B: CC BY\n")
    said = r"trained on 5 of the 9 pictures that would be held out.*as it did: held-out 4"
    with pytest.raises(ConfigError, match=said):
        syn_vae.train(syn_vae.Settings(**how, held_out=9, valid=2), tmp_path / "s", CPU)
    other = tmp_path / "elsewhere"
    other.symlink_to(picture_folder)  # under whatever name
    with pytest.raises(ConfigError, match=said):
        syn_vae.train(
            syn_vae.Settings(**how | {"data": str(other)}, held_out=9, valid=2),
            tmp_path / "s2",
            CPU,
        )
    syn_vae.train(
        syn_vae.Settings(**how, held_out=4, valid=4), tmp_path / "s3", CPU, tmp_path / "joined"
    )
    assert "A, B: CC BY" in (tmp_path / "joined/ATTRIBUTION.md").read_text()
    splits = pictures.load(picture_folder, pictures.Source(64, 3, held_out=4, valid=4))
    known = learnt_pictures.learnt(str(tmp_path / "joined"))
    assert known is not None
    assert (
        np.isin(learnt_pictures.digests(splits["train"]), known).all()
        and np.isin(learnt_pictures.digests(splits["valid"]), known).all()
    )
    assert not np.isin(learnt_pictures.digests(splits["test"]), known).any()
    assert len(known) == len(splits["train"]) + len(splits["valid"])
    left, count = splits_of(
        [str(tmp_path / "joined")],
        other,
        vis_vae.preset("toy"),
        options={"held_out": 9, "valid": 2},
    )
    assert (
        count == 5
        and len(left["test"]) == 4
        and not np.isin(learnt_pictures.digests(left["test"]), known).any()
    )

    # as older checkpoints are: asked for its settings, and by the set's name
    (tmp_path / "eyes/learnt.npy").unlink()
    with pytest.raises(ConfigError, match=said):
        syn_vae.train(syn_vae.Settings(**how, held_out=9, valid=2), tmp_path / "s4", CPU)
    syn_vae.train(
        syn_vae.Settings(**how | {"data": str(other)}, held_out=9, valid=2), tmp_path / "s5", CPU
    )
    (tmp_path / "eyes/learnt.npy").write_bytes(b"no array")
    with pytest.raises(CheckpointError, match="cannot be read"):
        syn_vae.train(syn_vae.Settings(**how, held_out=4, valid=2), tmp_path / "s6", CPU)


def test_every_picture_of_an_array_file_has_one_label(tmp_path):
    x = np.zeros((200, 8, 8), np.uint8)
    for y in (np.arange(150), np.zeros((200, 10))):
        np.savez(tmp_path / "set.npz", x=x, y=y)
        with pytest.raises(DataError, match="one label a picture"):
            pictures.load(tmp_path / "set.npz", pictures.Source(8, 1))
    np.savez(tmp_path / "set.npz", x=x, y=np.arange(200)[:, None] % 3)  # as CIFAR's come
    assert pictures.load(tmp_path / "set.npz", pictures.Source(8, 1))["train"].classes == (
        "0",
        "1",
        "2",
    )


def test_edit_distance():
    assert syn_vae.edit_distance([1, 2, 3], [1, 3]) == 1
    assert syn_vae.edit_distance([], [1, 2]) == 2
    assert syn_vae.edit_distance(list("kitten"), list("sitting")) == 3


def test_sixteen_bars_learn_by_the_same_script(tmp_path, melody_cache):
    random = np.random.default_rng(0)
    windows = np.zeros((240, 64), np.uint8)
    for row in windows:
        row[:: random.choice([4, 8])] = v.token_of(int(random.integers(60, 72)))
    arrays: dict[str, Any] = {}
    for split, rows in (
        ("train", windows[:200]),
        ("valid", windows[200:220]),
        ("test", windows[220:]),
    ):
        arrays |= {split: rows, f"{split}_piece": np.arange(len(rows), dtype=np.int32)}
    origin = {"part": "melody", "bars": 4, "windows": {"made up": 240}, "attribution": []}
    np.savez(
        tmp_path / "m.npz",
        pieces=np.array(["a"]),
        origin=np.array(json.dumps(origin)),
        **arrays,
    )
    figures = music_vae.train(
        settings(tmp_path / "m.npz", preset="hierarchical-toy", steps=160),
        tmp_path / "run",
        CPU,
        tmp_path / "long",
    )
    curve = json.loads((tmp_path / "run/state.json").read_text())["curves"]["train/nats"]
    assert curve[-1][1] < 0.5 * curve[0][1]
    # each bar repeats the first
    assert 0 <= figures["reconstruction"]["usual"] <= 1 and figures["real"]["echo"] == 1
    assert checkpoint.load(str(tmp_path / "long"), "music-vae").config.bars == 4
    assert "4 bars of melody" in (tmp_path / "long/MODEL_CARD.md").read_text()
    with pytest.raises(DataError, match="4 bars of melody"):
        music_vae.train(settings(tmp_path / "m.npz"), tmp_path / "other", CPU)
    with pytest.raises(DataError, match="reads 2 bars of drums"):
        music_vae.train(settings(melody_cache, preset="drums"), tmp_path / "other", CPU)


def test_a_conductor_learns_the_form_over_a_two_bar_net(tmp_path, melody_cache):
    torch.manual_seed(0)
    two = build("toy")
    assert isinstance(two, MusicVAE)
    with torch.no_grad():  # as if it had learned to tell pairs apart
        two.posterior.weight[:16] *= 30
        two.posterior.weight[16:], two.posterior.bias[16:] = 0, -4
    checkpoint.save(tmp_path / "two", two, {})
    random = np.random.default_rng(0)
    windows = np.zeros((200, 64), np.uint8)
    for row in windows:
        row[:32:4], row[32::8] = v.token_of(int(random.integers(60, 66))), v.token_of(70)
    arrays: dict[str, Any] = {}
    for split, rows in (
        ("train", windows[:160]),
        ("valid", windows[160:180]),
        ("test", windows[180:]),
    ):
        arrays |= {split: rows, f"{split}_piece": np.arange(len(rows), dtype=np.int32)}
    origin = {"part": "melody", "bars": 4, "windows": {"made up": 200}, "attribution": []}
    np.savez(
        tmp_path / "m.npz",
        pieces=np.array(["a"]),
        origin=np.array(json.dumps(origin)),
        **arrays,
    )
    chosen = conductor.Settings(
        generator=str(tmp_path / "two"),
        data=str(tmp_path / "m.npz"),
        steps=300,
        batch=32,
        rate=1e-2,
        free=4.0,
    )
    figures = conductor.train(chosen, tmp_path / "long-run", CPU, tmp_path / "long")
    assert figures["form"]["nats"] < 0.8 * figures["form"]["nats_knowing_nothing"]
    net = checkpoint.load(str(tmp_path / "long"), "music-vae")
    assert net.config.bars == 4 and (net.scale >= 1).all()
    assert "a conductor over" in (tmp_path / "long/MODEL_CARD.md").read_text()
    with pytest.raises(DataError, match="--bars 16"):
        conductor.train(
            conductor.Settings(generator=str(tmp_path / "two"), data=str(melody_cache)),
            tmp_path / "other",
            CPU,
        )
