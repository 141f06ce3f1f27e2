"""The training of the audio encoder on a toy set."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from livesyn.base.errors import ConfigError, DataError
from livesyn.base.params import PERIODS
from livesyn.nets import checkpoint
from livesyn.nets.audio_encoder import AudioEncoder, AudioEncoderConfig
from livesyn.train import audio_encoder, triplets
from livesyn.train.run import Run

CPU = torch.device("cpu")


@pytest.fixture
def toy_nets(monkeypatch):
    tiny = (4, 4, 8, 8, 8, 8)
    monkeypatch.setattr(
        audio_encoder,
        "PRESETS",
        {
            "published": AudioEncoderConfig(tiny, 4),
            "small": AudioEncoderConfig(tiny, 4, pooled=True),
        },
    )


@pytest.mark.parametrize("preset", ["published", "small"])
def test_an_encoder_is_trained_measured_and_kept(cache, toy_nets, tmp_path, preset):
    settings = audio_encoder.Settings(preset, str(cache), steps=12)
    figures = audio_encoder.train(settings, tmp_path / "run", CPU, tmp_path / "out")
    assert (
        figures["run"]["steps"] == 12
        and 0 <= figures["knn_clips"] <= 1
        and -1 <= figures["silhouette"] <= 1
    )
    net = checkpoint.load(str(tmp_path / "out"), "audio-encoder")
    assert net.periods == PERIODS and net.centres.abs().sum() > 0
    if preset == "small":  # 25 of 30 clips a step
        assert sorted(path.name for path in (tmp_path / "run").glob("epoch-*.npz")) == [
            f"epoch-{n:02d}.npz" for n in (1, 3, 6, 10)
        ]
    assert "attribution" in (tmp_path / "out" / "MODEL_CARD.md").read_text()


def test_a_batch_in_which_nothing_can_be_alike_is_refused(cache, tmp_path):
    with pytest.raises(
        ConfigError,
        match="has 10 clips of a batch of 10, fewer than 3 a period; give --batch 15 or more",
    ):
        audio_encoder.train(
            audio_encoder.Settings("small", str(cache), steps=1, batch=10), tmp_path / "run", CPU
        )


def test_one_piece_alone_is_like_nothing():
    data = {
        "train_period": np.repeat(np.arange(5), 3),
        "train_piece": np.repeat(np.arange(5), 3),
        "train_start": np.arange(15.0),
    }
    with pytest.raises(DataError, match="renaissance has clips of one piece alone"):
        audio_encoder._check_pieces(data)
    data["train_mel"] = np.random.default_rng(0).integers(0, 256, (15, 128, 768), np.uint8)
    both = torch.nn.ModuleDict(
        {
            "encoder": AudioEncoder(AudioEncoderConfig((4, 4, 4, 4, 4, 4)), PERIODS),
            "naming": torch.nn.Linear(10, 5),
        }
    )
    loss = triplets.all_triplets(
        both, data, 15, np.random.default_rng(1), audio_encoder.Settings(), CPU
    )
    assert torch.isfinite(loss) and loss > 0


def test_a_training_that_came_apart_says_so_and_keeps_the_state_before(tmp_path):
    net = torch.nn.Linear(2, 2)

    def go(*losses: float) -> None:
        run = Run(tmp_path / "run", net, torch.optim.SGD(net.parameters(), lr=0.1), {})
        for _, loss in zip(run.steps(9), losses, strict=False):
            run.log(**{"train/loss": loss, "valid/knn": float("nan")})

    go(1.0, 0.9)
    kept = (tmp_path / "run" / "state.json").read_text()
    with pytest.raises(
        ConfigError,
        match=r"train/loss is nan at step 4: the training has come apart; try a lower --rate",
    ):
        go(0.8, float("nan"))
    assert (tmp_path / "run" / "state.json").read_text() == kept


def test_tones_a_period_apart_are_learnt(cache, toy_nets, tmp_path):
    figures = audio_encoder.train(
        audio_encoder.Settings("small", str(cache), steps=120, rate=5e-3), tmp_path / "run", CPU
    )
    assert figures["knn_clips"] > 0.6, figures


def test_an_interrupted_run_goes_on_as_if_it_had_not_been(cache, toy_nets, tmp_path):
    def weights(folder: Path, *steps: int) -> torch.Tensor:
        for count in steps:
            audio_encoder.train(
                audio_encoder.Settings("small", str(cache), steps=count),
                tmp_path / folder,
                CPU,
                tmp_path / folder / "out",
            )
        return checkpoint.load(str(tmp_path / folder / "out"), "audio-encoder").linear.weight

    assert torch.allclose(weights(Path("whole"), 6), weights(Path("parts"), 3, 6), atol=2e-3)


def test_takes_of_a_clip_come_together_and_are_pulled_together():
    count, random = 40, np.random.default_rng(0)
    data = {
        "train_period": np.repeat(np.arange(5), count),
        "train_piece": np.repeat(np.arange(50), 4),
        "train_start": np.tile(np.repeat([0.0, 9.0], 2), 50),
    }
    clips_of_one = np.flatnonzero(data["train_period"] == 2)
    for asked in (5, 6):
        chosen = triplets._some(data, clips_of_one, asked, random)
        keys = [(int(data["train_piece"][i]), float(data["train_start"][i])) for i in chosen]
        assert len(set(chosen.tolist())) == asked and len(set(keys)) == -(-asked // 2), "two by two"
    alone = {**data, "train_start": np.arange(200.0)}
    assert len(set(triplets._some(alone, clips_of_one, 7, random).tolist())) == 7
    data["train_mel"] = random.integers(0, 256, (200, 128, 768), np.uint8)
    torch.manual_seed(0)
    both = torch.nn.ModuleDict(
        {
            "encoder": AudioEncoder(AudioEncoderConfig((4, 4, 4, 4, 4, 4)), PERIODS),
            "naming": torch.nn.Linear(10, 5),
        }
    )
    settings = audio_encoder.Settings(takes=0.0)
    free, pulled = (
        triplets.all_triplets(
            both, data, 20, np.random.default_rng(1), replace(settings, takes=weight), CPU
        ).item()
        for weight in (0.0, 2.0)
    )
    assert pulled > free
