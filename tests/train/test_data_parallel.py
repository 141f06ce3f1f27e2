"""Two processes that train one net, started by torchrun on two cores."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

pytest.importorskip("matplotlib", reason="the train extra is not installed")

from livesyn.base.errors import ConfigError
from livesyn.nets import checkpoint
from livesyn.train.data_parallel import WorkerGroup, join
from tests.train import data_parallel_worker
from tests.train.running import first_step
from tests.train.test_train import melody_cache

__all__ = ["melody_cache"]


def test_two_processes_train_as_one(melody_cache, tmp_path):
    command = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc-per-node",
        "2",
        "-m",
        "tests.train.data_parallel_worker",
        str(tmp_path),
        str(melody_cache),
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr[-3000:]
    first, second = (json.loads((tmp_path / f"said-{rank}.json").read_text()) for rank in (0, 1))
    assert (
        (first["rank"], second["rank"], first["size"]) == (0, 1, 2)
        and first["leads"]
        and not second["leads"]
    )
    assert first["share"] == 16 and first["one"] == 1
    assert first["agreed"] == second["agreed"] == [6, 0]
    assert first["level"] == second["level"]
    assert first["drawn"] != second["drawn"] and first["noise"] != second["noise"]
    assert (
        first["fitted"]
        == second["fitted"]
        == pytest.approx(data_parallel_worker.fitted(tmp_path / "alone", alone=True), abs=1e-6)
    )
    assert first["code"] == second["code"] == 0
    assert first["refused"] == second["refused"] == 2 and "is trained by one process" in done.stderr
    assert first["uneven"] == 2 and "a multiple of 2" in done.stderr
    curve = json.loads((tmp_path / "runs/m/state.json").read_text())["curves"]["train/nats"]
    assert curve[-1][1] < 0.9 * curve[0][1]
    assert checkpoint.load(str(tmp_path / "melody"), "music-vae").config.latent == 16
    assert (
        "torchrun --nproc-per-node 2 -m -- livesyn train music-vae"
        in (tmp_path / "melody/MODEL_CARD.md").read_text()
    )


def test_the_command_that_the_card_tells_trains_and_stops_and_goes_on(melody_cache, tmp_path):
    words = [
        "train",
        "music-vae",
        "--run",
        "m",
        "--preset",
        "toy",
        "--data",
        str(melody_cache),
        "--batch",
        "8",
        "--device",
        "cpu",
    ]
    command = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc-per-node",
        "2",
        "-m",
        "--",
        "livesyn",
        *words,
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "OMP_NUM_THREADS": "1",
    }
    child = subprocess.Popen(
        [*command, "--steps", "1000000"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert first_step(child, tmp_path / "runs/m") > 0
    child.send_signal(signal.SIGTERM)
    _, said = child.communicate(timeout=120)
    state = tmp_path / "runs/m/state.json"
    assert state.exists(), said
    steps = json.loads(state.read_text())["step"]
    assert steps > 0
    again = subprocess.run(
        [*command, "--steps", str(steps + 2)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert again.returncode == 0, again.stderr[-2000:]
    assert json.loads(state.read_text())["step"] == steps + 2


def test_alone_there_is_nothing_to_share():
    team = join()
    assert (team.size, team.leads, team.share(7), team.agree(3.5, 1), team.seeds(1, 2)) == (
        1,
        True,
        7,
        [3.5, 1],
        (1, 2),
    )
    layer = torch.nn.Linear(2, 2)
    layer(torch.ones(1, 2)).sum().backward()
    assert layer.weight.grad is not None
    before = layer.weight.grad.clone()
    team.average(layer.parameters())
    assert torch.equal(layer.weight.grad, before)


def test_a_batch_that_cannot_be_shared_is_refused():
    with pytest.raises(ConfigError, match="a multiple of 3"):
        WorkerGroup(0, 3).share(32)
