"""What each process of `test_team` does, under torchrun."""

import json
import sys
from pathlib import Path

import numpy as np
import torch

from livesyn.cli import arguments, main
from livesyn.train.data_parallel import join
from livesyn.train.run import Run

torch.set_num_threads(1)


def line():
    """A net of two numbers and the data that all processes share."""
    net = torch.nn.Linear(2, 1)
    random = np.random.default_rng(0)
    return (
        net,
        torch.from_numpy(random.standard_normal((8, 2)).astype(np.float32)),
        torch.from_numpy(random.standard_normal((8, 1)).astype(np.float32)),
    )


def fitted(folder: Path, alone: bool = False) -> list[float]:
    """The weights after ten steps, each process seeing its share of the data and a start of its
    own.
    """
    net, x, y = line()
    with torch.no_grad():
        for parameter in net.parameters():
            # all must become like the first one's
            parameter.fill_(0.1 if alone else 0.1 + join().rank)
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
    run = Run(folder, net, optimiser, {"seed": 3})
    team = run.team
    for _ in run.steps(10):
        mine = slice(None) if alone else slice(team.rank, None, team.size)
        run.descend((net(x[mine]) - y[mine]).square().mean(), 0.5)
    return [float(w) for p in net.parameters() for w in p.detach().flatten()]


if __name__ == "__main__":
    folder, cache = Path(sys.argv[1]), sys.argv[2]
    arguments.RUNS = folder / "runs"
    net = torch.nn.Linear(2, 1)  # other weights in each process, as nobody seeded them
    levelled = Run(folder / "level", net, torch.optim.SGD(net.parameters(), lr=0.1), {})
    team = levelled.team
    said = {
        "rank": team.rank,
        "size": team.size,
        "leads": team.leads,
        "share": team.share(32),
        "one": team.share(1),
        "agreed": team.agree(float(team.rank + 5), -float(team.rank)),
        "level": net.weight.detach().flatten().tolist(),
        "fitted": fitted(folder / "fit"),
        "drawn": int(levelled.random(4).integers(1 << 30)),
        "noise": float(torch.rand((), generator=levelled.noise(4))),
    }
    words = [
        "--data",
        cache,
        "--preset",
        "toy",
        "--steps",
        "60",
        "--batch",
        "32",
        "--rate",
        "0.01",
        "--free",
        "2",
    ]
    said["code"] = main.main(
        ["train", "music-vae", "--run", "m", "--out", str(folder / "melody"), *words]
    )
    said["refused"] = main.main(["train", "classifier", "--run", "c", "--data", "nowhere"])
    said["uneven"] = main.main(
        ["train", "music-vae", "--run", "u", *words[:-5], "33", "--rate", "0.01"]
    )
    (folder / f"said-{team.rank}.json").write_text(json.dumps(said))
