"""Several processes that train one net: under `torchrun`, each with a GPU of its own, or a core.

Every process has the whole net and its share of each batch; gradients are averaged before each
step, so all stay alike. The first one keeps the run, its curves and the checkpoint. With one
process all of this does nothing.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterable

import torch
import torch.distributed as dist

from livesyn.base.errors import ConfigError

DISTRIBUTED = (
    "music-vae",
    "conductor",
    "vis-vae",
    "syn-vae",
    "music-syn-vae",
    "audio-encoder",
    "cdcgan",
)


class WorkerGroup:
    """The processes that train together. `rank` counts from 0, `size` is 1 alone."""

    def __init__(self, rank: int = 0, size: int = 1, device: torch.device | None = None) -> None:
        self.rank, self.size, self._device = rank, size, device or torch.device("cpu")

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes."""
        return self.rank == 0

    def seeds(self, *numbers: int) -> tuple[int, ...]:
        """What to seed this process's draws with: its own share of a batch, not everybody's."""
        return (*numbers, self.rank) if self.size > 1 else numbers

    def share(self, batch: int) -> int:
        """How many of a batch are this process's.

        Raises ConfigError where they cannot be shared evenly (1 cannot be: each has one).
        """
        if batch == 1:
            return 1
        if batch % self.size:
            raise ConfigError(
                f"a batch of {batch} cannot be shared by {self.size} processes; give --batch a"
                f" multiple of {self.size}"
            )
        return batch // self.size

    def average(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Make every gradient the mean of all processes' own, in one message."""
        if self.size == 1:
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([g.reshape(-1).float() for g in gradients]) / self.size
        dist.all_reduce(flat)
        for gradient, mean in zip(
            gradients, flat.split([g.numel() for g in gradients]), strict=True
        ):
            gradient.copy_(mean.view_as(gradient))

    def agree(self, *numbers: float) -> list[float]:
        """The largest that any process says of each number, for all: what decides when to stop must
        be the same everywhere.
        """
        if self.size == 1:
            return list(numbers)
        box = torch.tensor(numbers, dtype=torch.float64, device=self._device)
        dist.all_reduce(box, dist.ReduceOp.MAX)
        found: list[float] = box.tolist()
        return found

    def level(self, net: torch.nn.Module) -> None:
        """Broadcast the first process's weights to all."""
        if self.size > 1:
            for tensor in net.state_dict().values():
                dist.broadcast(tensor, 0)


_joined: list[WorkerGroup] = []


def join(device_type: str = "cpu") -> WorkerGroup:
    """The team that `torchrun` has started this process in, joined once; or a team of one. NCCL
    between GPUs, Gloo between cores.

    Raises ConfigError where GPUs are asked for and there are not enough.
    """
    if _joined:
        return _joined[0]
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1 or "RANK" not in os.environ:
        return WorkerGroup()
    local = int(os.environ.get("LOCAL_RANK", "0"))
    if device_type == "cuda":
        if local >= torch.cuda.device_count():
            raise ConfigError(
                f"torchrun started process {local + 1} on this machine, which has"
                f" {torch.cuda.device_count()} GPUs; give --nproc-per-node that number at most, or"
                " --device cpu"
            )
        torch.cuda.set_device(local)
    elif device_type != "cpu":
        raise ConfigError(
            f"processes cannot train together on {device_type}; give --device cuda or cpu"
        )
    dist.init_process_group("nccl" if device_type == "cuda" else "gloo")
    atexit.register(dist.destroy_process_group)
    _joined.append(WorkerGroup(dist.get_rank(), dist.get_world_size(), torch.device(device_type)))
    return _joined[0]
