"""A step of the training campaign: one command, what it needs and what it leaves."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from livesyn.train.data_parallel import DISTRIBUTED

ROOT = Path(__file__).resolve().parents[2]
START_MIN = 0.3  # of a step's share go by before its first training step and after its last
CHECKPOINTS = ("--music", "--generator", "--trained", "--start", "--encoder", "--visual", "--model")


@dataclass(frozen=True)
class Step:
    """One `livesyn` command (or script).

    `paper` and `toy` are what it is given beside, by size; `beside` is the paper's own figure.
    """

    name: str
    words: str
    data: str = ""
    paper: str = ""
    toy: str = ""
    beside: str = ""

    @property
    def trains(self) -> bool:
        """Whether it can be gone on with where it was stopped."""
        return self.words.startswith("train ")

    def within(self, minutes: float) -> Step:
        """The same step for a share of so many minutes, starting and writing included."""
        if not self.trains:
            return self
        words = shlex.split(self.paper)
        if "--minutes" in words:
            at = words.index("--minutes")
            del words[at : at + 2]
        return replace(self, paper=shlex.join([*words, "--minutes", f"{minutes - START_MIN:.2f}"]))

    def command(self, size: str, gpus: int, device: str) -> list[str]:
        """The whole command line, to be run in the campaign's folder."""
        words = shlex.split(f"{self.words} {self.paper if size == 'paper' else self.toy}")
        python = sys.executable
        if words[0] == "bench":
            chosen = [] if "--device" in words else ["--device", device]
            return [python, str(ROOT / "scripts" / "bench_model.py"), *words[1:], *chosen]
        if words[0] == "test":  # without this project's settings: they name plugins of pytest
            settings = ["-c", os.devnull, "--rootdir", str(ROOT), "-p", "no:cacheprovider"]
            files = [str(ROOT / word) for word in words[1:]]
            return [python, "-m", "pytest", "-q", "-rs", *settings, *files]
        livesyn = ["livesyn", *words]
        if words[0] in ("train", "evaluate"):
            livesyn += ["--device", device]
        shared = words[0] == "train" and words[1] in DISTRIBUTED
        if shared and (processes := self.processes(words, gpus)) > 1:
            team = ["--standalone", "--nproc-per-node", str(processes)]
            return [python, "-m", "torch.distributed.run", *team, "-m", "--", *livesyn]
        return [python, "-m", *livesyn]

    @staticmethod
    def processes(words: list[str], gpus: int) -> int:
        """As many as can share the batch evenly; of one example each process has its own."""
        if "--batch" not in words:
            return 1
        batch = int(words[words.index("--batch") + 1])
        each = 5 if words[1] == "audio-encoder" and batch > 1 else 1  # as many clips of each period
        return max(n for n in range(1, gpus + 1) if batch == 1 or batch % (n * each) == 0 or n == 1)

    @property
    def needs(self) -> set[str]:
        """The checkpoints of this campaign that it reads."""
        return {
            Path(word).name for word in shlex.split(self.words) if word.startswith("models/")
        } - ({self.results.name} if self.results else set())

    def shipped(self, models: Path) -> set[str]:
        """The checkpoints of the project that it reads: names below `models`."""
        words = shlex.split(self.words)
        named = {word for flag, word in pairwise(words) if flag in CHECKPOINTS}
        return {name for name in named if (models / name / "config.json").is_file()}

    @property
    def results(self) -> Path | None:
        """The folder that it writes, in the campaign's."""
        words = shlex.split(self.words)
        return next(
            (Path(words[words.index(flag) + 1]) for flag in ("--out", "-o") if flag in words), None
        )


@dataclass(frozen=True)
class Round:
    """Steps that run side by side, and their share of a sitting in minutes."""

    steps: tuple[Step, ...]
    minutes: float = float("inf")
