"""The Musart set, and the training of MVNet on a toy of it."""

from __future__ import annotations

import json
import shutil
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from livesyn.audio import mel
from livesyn.errors import ConfigError, DataError
from livesyn.nets import checkpoint
from livesyn.nets.audio_encoder import AudioEncoder, AudioEncoderConfig
from livesyn.nets.cdcgan import Discriminator, DiscriminatorConfig, Generator, GeneratorConfig
from livesyn.params import PERIODS
from livesyn.train import audio_encoder, cdcgan, clips, musart
from livesyn.train.augment import augment
from livesyn.train.clips import Cut, Note
from livesyn.train.diversity import alike, frechet, ms_ssim, nearest
from livesyn.train.run import Run
from livesyn.train.separation import neighbours, silhouette
from livesyn.wav import find_sound_font

CPU = torch.device("cpu")


# The set.


def save_wav(path: Path, seconds: float, hz: float, seed: int = 0) -> None:
    time_s = np.arange(int(seconds * 22050)) / 22050
    samples = 0.3 * np.sin(2 * np.pi * hz * time_s) + 0.01 * np.random.default_rng(seed).standard_normal(len(time_s))
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22050)
        file.writeframes((samples * 32767).astype("<i2").tobytes())


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> tuple[Path, Path]:
    """Recordings and paintings of five periods, told by pitch and by hue."""
    from PIL import Image

    root = tmp_path_factory.mktemp("musart")
    music, paintings = root / "music", root / "paintings"
    for k, period in enumerate(PERIODS):
        for n in range(4):
            save_wav(music / period / f"piece-{n}.wav", 12.0, 120.0 * 2.7**k + 7 * n, seed=n)
        for n in range(14):
            random = np.random.default_rng((k, n))
            picture = random.integers(0, 90, (40, 48, 3), np.uint8)
            picture[..., k % 3] += 120
            (paintings / period).mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(paintings / period / f"{period}-{n}.png")
    return music, paintings


@pytest.fixture(scope="module")
def cache(folders, tmp_path_factory) -> Path:
    music, paintings = folders
    out = tmp_path_factory.mktemp("cache") / "musart.npz"
    musart.build(music, paintings, out, musart.Wanted(clips=6, held_out=1, valid=1, views=2, size=16), workers=1)
    return out


def test_a_set_is_split_by_piece_and_by_painting(cache):
    data = musart.load(cache)
    for key in ("piece", "painting"):
        owners = [set(data[f"{split}_{key}"].tolist()) for split in musart.SPLITS]
        assert all(owners) and not (owners[0] & owners[1] or owners[0] & owners[2] or owners[1] & owners[2])
    assert data["train_mel"].shape[1:] == (128, 768) and data["train_mel"].dtype == np.uint8
    assert np.bincount(data["train_period"]).tolist() == [6] * 5
    assert data["test_images"].shape[1:] == (16, 16, 3) and set(np.bincount(data["test_image_period"])) == {4}
    about = json.loads(str(data["origin"]))
    assert about["counts"]["paintings"] == dict.fromkeys(PERIODS, 14) and about["counts"]["lost"] == []


def test_stored_windows_are_what_the_live_ear_hears():
    columns = mel.mel((0.2 * np.random.default_rng(0).standard_normal(int(8.91 * 22050))).astype(np.float32))
    live, kept = mel.thirds(columns), musart.windows(musart.stored(columns)[None])[0]
    assert live.shape == kept.shape == (3, 128, 256) and np.abs(live - kept).max() < 1 / 127
    assert live.max() == 1.0 and np.allclose(mel.thirds(columns + 12), live, atol=1e-5), "the same at any volume"
    assert (mel.thirds(np.full((128, 768), mel.FLOOR_DB, np.float32)) == -1).all()


@pytest.mark.parametrize("missing, sentence", [("music", "no music in .*romantic"), ("cache", "make it with: livesyn data musart"), ("foreign", "not a Musart cache")])
def test_what_is_lacking_is_said(folders, tmp_path, missing, sentence):
    music, paintings = folders
    with pytest.raises(DataError, match=sentence):
        if missing == "music":
            for period in PERIODS[:3]:
                (tmp_path / period).mkdir()
                (tmp_path / period / "a.wav").write_bytes((music / period / "piece-0.wav").read_bytes())
            musart.build(tmp_path, paintings, tmp_path / "out.npz")
        elif missing == "cache":
            musart.load(tmp_path / "nothing.npz")
        else:
            np.savez(tmp_path / "foreign.npz", x=np.zeros(3))
            musart.load(tmp_path / "foreign.npz")


def test_music_that_is_no_good_is_named(folders, tmp_path):
    music = tmp_path / "music"
    shutil.copytree(folders[0], music)
    (music / "modern" / "junk.mid").write_text("junk")
    save_wav(music / "baroque" / "short.wav", 3.0, 440.0)
    lost: list[str] = []
    jobs = musart._plan(musart.find_pieces(music), musart.Wanted(clips=6, held_out=1, valid=1), lost)
    assert {job.piece.path.name for job in jobs} == {f"piece-{n}.wav" for n in range(4)}
    assert len(lost) == 2 and any("junk.mid" in sentence for sentence in lost) and "baroque/short.wav is shorter than a clip of 8.91 s" in lost


def test_movements_of_a_work_stay_together(tmp_path):
    rows = ["file,source"]
    for period in PERIODS:
        (tmp_path / period).mkdir()
        for n in range(3):
            (tmp_path / period / f"m{n}.mid").write_bytes(b"MThd")
            rows.append(f"{period}/m{n}.mid,ftp/ComposerX/Opus1/m{n}/m{n}.ly")
    (tmp_path / "manifest.csv").write_text("\n".join(rows))
    assert {piece.work for piece in musart.find_pieces(tmp_path)} == {"ComposerX/Opus1"}
    assert len(musart.find_pieces(tmp_path)) == 15


def test_few_long_pieces_each_on_one_instrument_are_as_recordings_are(tmp_path):
    import mido

    for period in PERIODS:
        (tmp_path / period).mkdir()
        for n in range(7):
            file = mido.MidiFile(tracks=[mido.MidiTrack()])
            for _ in range(20 + 20 * n):  # of half a second each
                file.tracks[0] += [mido.Message("note_on", note=60, velocity=80), mido.Message("note_off", note=60, time=480)]
            file.save(tmp_path / period / f"p{n}.mid")
    pieces = musart.find_pieces(tmp_path)
    wanted = musart.Wanted(clips=6, held_out=1, valid=1)
    for given in (wanted, replace(wanted, pieces=2), replace(wanted, pieces=2, recorded=True), replace(wanted, pieces=50)):
        jobs = musart._plan(pieces, given, [])
        learnt = [job for job in jobs if job.split == "train" and job.piece.period == 0]
        assert sum(len(job.cuts) for job in learnt) == 6
        assert len(learnt) == (2 if given.pieces == 2 else 5)
        each = [len({cut.instrument for cut in job.cuts}) for job in learnt if len(job.cuts) > 1]
        assert each and all(n == 1 for n in each) == given.recorded
        assert all(len({cut.instrument for cut in job.cuts}) > 1 for job in jobs if job.split == "test"), "what is tested is told on several instruments in any case"
        if given.pieces == 2:
            assert all(job.piece.path.name >= "p2.mid" for job in learnt), "their clips have room side by side"
    jobs = [job for job in musart._plan(pieces, replace(wanted, takes=3), []) if job.split == "train" and job.piece.period == 0]
    for job in jobs:
        for start_s in {cut.start_s for cut in job.cuts}:
            assert len({cut.instrument for cut in job.cuts if cut.start_s == start_s}) == 3, "each clip on three instruments"
    assert sum(len(job.cuts) for job in jobs) == 18
    assert musart.command(tmp_path, tmp_path, Path("m.npz"), musart.Wanted(pieces=2, recorded=True)).endswith("--pieces 2 --recorded -o data/m.npz")


@pytest.mark.skipif(find_sound_font() is None, reason="no SoundFont is installed")
def test_a_cut_is_that_part_of_the_piece_on_that_instrument():
    notes = [Note(float(n), n + 0.9, 48 + n, 90, 0) for n in range(24)]
    high, low, other = clips._played(notes, [Cut(12.0, "flute"), Cut(2.0, "flute"), Cut(2.0, "piano")])
    assert high.shape == (clips.SAMPLES,) and np.abs(high).max() > 0.01

    def pitch_hz(samples: np.ndarray) -> float:
        second = samples[int(0.2 * 22050) : int(0.8 * 22050)]
        spectrum = np.abs(np.fft.rfft(second * np.hanning(len(second)), 1 << 16))
        strong = np.flatnonzero(spectrum > 0.3 * spectrum.max())[0]
        return strong * 22050 / (1 << 16)

    assert pitch_hz(high) == pytest.approx(440 * 2 ** ((60 - 69) / 12), rel=0.03)
    assert pitch_hz(low) == pytest.approx(440 * 2 ** ((50 - 69) / 12), rel=0.03)
    assert np.corrcoef(low, other)[0, 1] < 0.9


def test_takes_of_a_clip_come_together_and_are_pulled_together():
    count, random = 40, np.random.default_rng(0)
    data = {"train_period": np.repeat(np.arange(5), count), "train_piece": np.repeat(np.arange(50), 4), "train_start": np.tile(np.repeat([0.0, 9.0], 2), 50)}
    clips_of_one = np.flatnonzero(data["train_period"] == 2)
    for asked in (5, 6):
        chosen = audio_encoder._some(data, clips_of_one, asked, random)
        keys = [(int(data["train_piece"][i]), float(data["train_start"][i])) for i in chosen]
        assert len(set(chosen.tolist())) == asked and len(set(keys)) == -(-asked // 2), "two by two"
    alone = {**data, "train_start": np.arange(200.0)}
    assert len(set(audio_encoder._some(alone, clips_of_one, 7, random).tolist())) == 7
    data["train_mel"] = random.integers(0, 256, (200, 128, 768), np.uint8)
    torch.manual_seed(0)
    both = torch.nn.ModuleDict({"encoder": AudioEncoder(AudioEncoderConfig((4, 4, 4, 4, 4, 4)), PERIODS), "naming": torch.nn.Linear(10, 5)})
    settings = audio_encoder.Settings(takes=0.0)
    free, pulled = (audio_encoder._all_triplets(both, data, 20, np.random.default_rng(1), replace(settings, takes=weight), CPU).item() for weight in (0.0, 2.0))
    assert pulled > free


# Measures.


def test_structural_similarity_of_what_is_known():
    random = torch.Generator().manual_seed(0)
    one, other = torch.rand(6, 3, 64, 64, generator=random), torch.rand(6, 3, 64, 64, generator=random)
    assert ms_ssim(one, one) == pytest.approx(np.ones(6), abs=1e-5)
    assert ms_ssim(one, other).max() < 0.1
    noisy = [ms_ssim(one, (one + amount * other).clamp(0, 1)).mean().item() for amount in (0.02, 0.1, 0.4)]
    assert noisy[0] > noisy[1] > noisy[2]
    assert alike(one[:1].expand(8, -1, -1, -1)) == pytest.approx(1, abs=1e-5) and alike(one) < 0.1


def test_a_copy_and_its_mirror_are_found():
    random = torch.Generator().manual_seed(0)
    known = torch.rand(5, 3, 16, 16, generator=random)
    asked = torch.stack([known[3], known[1].flip(2), torch.rand(3, 16, 16, generator=random)])
    assert (nearest(asked, known) < 1e-3).tolist() == [True, True, False]


def test_the_frechet_distance_of_gaussians_is_the_formula():
    random = np.random.default_rng(0)
    one = random.standard_normal((20000, 2))
    other = random.standard_normal((20000, 2)) * [2.0, 1.0] + [3.0, 0.0]
    assert frechet(one, other) == pytest.approx(9 + 1, rel=0.05) and frechet(one, one) == pytest.approx(0, abs=1e-6)


def test_neighbours_do_not_favour_the_many():
    known = np.concatenate([np.zeros((90, 2)), np.full((10, 2), 0.1)]) + np.random.default_rng(0).normal(0, 0.5, (100, 2))
    labels = np.repeat([0, 1], [90, 10])
    said = neighbours(known, labels, np.random.default_rng(1).normal(0, 0.5, (200, 2)))
    assert 0.2 < said.mean() < 0.8, "where two classes lie together, the rarer is not outvoted"
    apart = np.repeat([[0.0, 0], [9, 9]], 20, 0) + 0.01 * np.random.default_rng(2).standard_normal((40, 2))
    assert silhouette(apart, np.repeat([0, 1], 20)) > 0.9


# Training.


def test_what_the_judge_sees_is_changed_and_lets_gradients_through():
    images = torch.rand(16, 3, 16, 16, requires_grad=True)
    seen = augment(images * 2 - 1, torch.Generator().manual_seed(0))
    assert seen.shape == images.shape and not torch.allclose(seen, images * 2 - 1)
    seen.sum().backward()
    assert (images.grad != 0).float().mean() > 0.4
    assert torch.equal(augment(images, torch.Generator(), 0.0), images)
    again = augment(images * 2 - 1, torch.Generator().manual_seed(0))
    assert torch.equal(seen, again)


@pytest.fixture
def toy_nets(monkeypatch):
    tiny = (4, 4, 8, 8, 8, 8)
    monkeypatch.setattr(audio_encoder, "PRESETS", {"published": AudioEncoderConfig(tiny, 4), "small": AudioEncoderConfig(tiny, 4, pooled=True)})


@pytest.mark.parametrize("preset", ["published", "small"])
def test_an_encoder_is_trained_measured_and_kept(cache, toy_nets, tmp_path, preset):
    settings = audio_encoder.Settings(preset, str(cache), steps=12)
    figures = audio_encoder.train(settings, tmp_path / "run", CPU, tmp_path / "out")
    assert figures["run"]["steps"] == 12 and 0 <= figures["knn_clips"] <= 1 and -1 <= figures["silhouette"] <= 1
    net = checkpoint.load(str(tmp_path / "out"), "audio-encoder")
    assert net.periods == PERIODS and net.centres.abs().sum() > 0
    if preset == "small":  # 25 of 30 clips a step
        assert sorted(path.name for path in (tmp_path / "run").glob("epoch-*.npz")) == [f"epoch-{n:02d}.npz" for n in (1, 3, 6, 10)]
    assert "attribution" in (tmp_path / "out" / "MODEL_CARD.md").read_text()


def test_a_batch_in_which_nothing_can_be_alike_is_refused(cache, tmp_path):
    with pytest.raises(ConfigError, match="has 10 clips of a batch of 10, fewer than 3 a period; give --batch 15 or more"):
        audio_encoder.train(audio_encoder.Settings("small", str(cache), steps=1, batch=10), tmp_path / "run", CPU)


def test_one_piece_alone_is_like_nothing():
    data = {"train_period": np.repeat(np.arange(5), 3), "train_piece": np.repeat(np.arange(5), 3), "train_start": np.arange(15.0)}
    with pytest.raises(DataError, match="renaissance has clips of one piece alone"):
        audio_encoder._check_pieces(data)
    data["train_mel"] = np.random.default_rng(0).integers(0, 256, (15, 128, 768), np.uint8)
    both = torch.nn.ModuleDict({"encoder": AudioEncoder(AudioEncoderConfig((4, 4, 4, 4, 4, 4)), PERIODS), "naming": torch.nn.Linear(10, 5)})
    loss = audio_encoder._all_triplets(both, data, 15, np.random.default_rng(1), audio_encoder.Settings(), CPU)
    assert torch.isfinite(loss) and loss > 0


def test_a_training_that_came_apart_says_so_and_keeps_the_state_before(tmp_path):
    net = torch.nn.Linear(2, 2)

    def go(*losses: float) -> None:
        run = Run(tmp_path / "run", net, torch.optim.SGD(net.parameters(), lr=0.1), {})
        for _, loss in zip(run.steps(9), losses, strict=False):
            run.log(**{"train/loss": loss, "valid/knn": float("nan")})

    go(1.0, 0.9)
    kept = (tmp_path / "run" / "state.json").read_text()
    with pytest.raises(ConfigError, match=r"train/loss is nan at step 4: the training has come apart; try a lower --rate"):
        go(0.8, float("nan"))
    assert (tmp_path / "run" / "state.json").read_text() == kept


def test_tones_a_period_apart_are_learnt(cache, toy_nets, tmp_path):
    figures = audio_encoder.train(audio_encoder.Settings("small", str(cache), steps=120, rate=5e-3), tmp_path / "run", CPU)
    assert figures["knn_clips"] > 0.6, figures


def test_an_interrupted_run_goes_on_as_if_it_had_not_been(cache, toy_nets, tmp_path):
    def weights(folder: Path, *steps: int) -> torch.Tensor:
        for count in steps:
            audio_encoder.train(audio_encoder.Settings("small", str(cache), steps=count), tmp_path / folder, CPU, tmp_path / folder / "out")
        return checkpoint.load(str(tmp_path / folder / "out"), "audio-encoder").linear.weight

    assert torch.allclose(weights(Path("whole"), 6), weights(Path("parts"), 3, 6), atol=2e-3)


@pytest.fixture
def toy_encoder(tmp_path) -> Path:
    torch.manual_seed(0)
    checkpoint.save(tmp_path / "encoder", AudioEncoder(AudioEncoderConfig((4, 4, 8, 8, 8, 8), 10, pooled=True), PERIODS), {})
    return tmp_path / "encoder"


@pytest.mark.parametrize("preset", ["published", "lively"])
def test_a_generator_is_trained_and_kept_with_its_encoder(folders, toy_encoder, tmp_path, preset, monkeypatch):
    music, paintings = folders
    real = cdcgan.sizes
    monkeypatch.setattr(cdcgan, "sizes", lambda s, side: (replace(real(s, side)[0], attention=(8,)), real(s, side)[1]))  # at 64 pixels it takes seconds
    musart.build(music, paintings, tmp_path / "m.npz", musart.Wanted(clips=2, held_out=1, valid=1, views=1, size=64), workers=1)
    settings = cdcgan.Settings(preset, str(toy_encoder), str(tmp_path / "m.npz"), width=1 / 64, steps=3, batch=5)
    figures = cdcgan.train(settings, tmp_path / "run", CPU, tmp_path / "out")
    assert set(figures["ms_ssim_within_a_period"]) == set(PERIODS) and figures["run"]["steps"] == 3
    net = checkpoint.load(str(tmp_path / "out"), "mvnet")
    assert net(torch.zeros(1, 3, 128, 256), torch.zeros(1, 100)).shape == (1, 3, 64, 64)
    assert (tmp_path / "out" / "collage.jpg").is_file()
    before = {k: t.clone() for k, t in net.generator.state_dict().items()}
    again = cdcgan.Settings(preset, str(toy_encoder), str(tmp_path / "m.npz"), width=1 / 64, steps=5, batch=5)
    assert cdcgan.train(again, tmp_path / "run", CPU, tmp_path / "out")["run"]["steps"] == 5
    after = checkpoint.load(str(tmp_path / "out"), "mvnet").generator.state_dict()
    assert any(not torch.equal(before[k], after[k]) for k in before)


def test_published_pairs_are_six_a_clip_once_an_epoch(cache):
    data = musart.load(cache)
    pairs = cdcgan.Pairs(data, np.arange(len(data["train_mel"]) * 10, dtype=np.float32).reshape(-1, 10), cdcgan.Settings("published"))
    assert len(pairs) == 6 * len(data["train_mel"])
    seen = torch.cat([pairs.published(step, 15)[0] for step in range(len(pairs) // 15)])
    assert torch.unique(seen[:, 0], return_counts=True)[1].tolist() == [6] * len(data["train_mel"])


def test_lively_pairs_are_of_one_period_and_all_as_often(cache):
    data = musart.load(cache)
    marked = np.tile(data["train_period"].astype(np.float32)[:, None], (1, 10))
    embeddings, images = cdcgan.Pairs(data, marked, cdcgan.Settings()).lively(0, 25)
    periods = embeddings[:, 0].round().long()
    assert torch.bincount(periods).tolist() == [5] * 5
    hues = images.mean((2, 3)).argmax(1)
    assert hues.tolist() == (periods % 3).tolist()


@pytest.mark.parametrize("preset", ["published", "lively"])
@pytest.mark.parametrize("side", [64, 128, 256])
def test_both_nets_grow_with_the_paintings(preset, side):
    paints, judges = cdcgan.sizes(cdcgan.Settings(preset, width=1 / 64), side)
    painted = Generator(replace(paints, attention=(8,)))(torch.zeros(2, 10), torch.zeros(2, 100))
    assert painted.shape == (2, 3, side, side)
    assert Discriminator(judges)(painted, torch.zeros(2, 10)).shape == (2,)
    full = cdcgan.sizes(cdcgan.Settings("published", width=1.0), side)
    assert full[0].channels[:5] == GeneratorConfig.channels and full[1].channels[-5:] == DiscriminatorConfig.channels


def test_paintings_of_an_odd_size_are_refused(cache, toy_encoder, tmp_path):
    with pytest.raises(ConfigError, match="holds paintings of 16 pixels a side; there are nets for 64, 128, 256: make it with"):
        cdcgan.train(cdcgan.Settings("lively", str(toy_encoder), str(cache), steps=1), tmp_path / "run", CPU)


@pytest.mark.parametrize("settings, sentence", [({"preset": "lovely"}, "there are: published, lively"), ({"width": 0.0}, "above 0 to 1"), ({"normalise": "batch"}, "one of: spectral, none")])
def test_settings_that_cannot_be(settings, sentence):
    with pytest.raises(ConfigError, match=sentence):
        cdcgan.sizes(cdcgan.Settings(**settings))
