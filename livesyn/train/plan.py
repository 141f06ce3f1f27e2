"""What is trained and measured at the papers' size, step by step, and in what sittings.

`PLAN` holds every step, each useful without those after it. `SITTINGS` are for a machine that is
available for minutes: rounds of steps that run side by side, the most valuable first. What can be
trained in future enters as a `Step` in PLAN and by its name in a round. `CACHES` says from what
folders each data set is made.
"""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from livesyn.train.data import bundles
from livesyn.train.data_parallel import DISTRIBUTED

ROOT = Path(__file__).resolve().parents[2]
START_MIN = 0.3  # of a step's share go by before its first training step and after its last
LONGEST_MIN = 11.0  # a sitting
CHECKPOINTS = ("--music", "--generator", "--trained", "--start", "--encoder", "--visual", "--model")
RIGHTS = "CC0|open access"  # of the paintings that a checkpoint we ship may learn from


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


def syn(
    name: str,
    data: str,
    music: str,
    preset: str,
    latent: int,
    options: str,
    paper: str,
    beside: str,
    toy: str = "",
    more: str = "",
) -> tuple[Step, ...]:
    """A VisVAE, a SynVAE that begins with it (`more` is for it alone), and the thesis's table of
    both. `music` is a checkpoint of this campaign (models/NAME) or of the project (NAME).
    """
    toy = f"--steps 3 --batch 16 {toy}"
    toy_latent = {50: 14, 256: 16, 512: 16}[latent] if music.startswith("models/") else latent
    return (
        Step(
            f"{name}-vis",
            f"train vis-vae --run {name}-vis --data work/{data} --out models/{name}-vis"
            f" --preset {preset} {options}",
            data,
            f"--latent {latent} {paper}",
            f"--latent {toy_latent} {toy}",
        ),
        Step(
            name,
            f"train syn-vae --run {name} --music {music} --visual models/{name}-vis"
            f" --data work/{data} --out models/{name} {options} {more}".rstrip(),
            data,
            paper,
            toy,
        ),
        Step(
            f"{name}-measured",
            f"evaluate syn-vae models/{name} models/{name}-vis --data work/{data}"
            f" -o measured/{name}",
            data,
            "--fitted 10000",
            "--fitted 60",
            beside,
        ),
    )


def melody(name: str, paper: str, beside: str = "") -> Step:
    """A MusicVAE of two bars."""
    return Step(
        name,
        f"train music-vae --run {name} --data work/melodies.npz --out models/{name}",
        "melodies.npz",
        paper,
        "--preset toy --steps 4 --batch 16",
        beside,
    )


def gan(name: str, preset: str, encoder: str, data: str, paper: str, beside: str = "") -> Step:
    """MVNet's generator over the encoder of a checkpoint, named as `syn` names music."""
    return Step(
        name,
        f"train cdcgan --run {name} --preset {preset} --encoder {encoder} --data work/{data}"
        f" --out models/{name}",
        data,
        paper,
        "--width 0.05 --steps 2 --batch 10",
        beside,
    )


THESIS_Z_512 = "thesis, z 512, β 0.5: MSE 36.7, KL 15.6, P@10 0.28, thesis-Acc 0.96, MINE 5.03"

PLAN: tuple[Step, ...] = (
    Step("tests", "test tests/nets/test_cuda_graphs.py"),
    Step(
        "bench-stage",
        "bench --trained melody-small --trace measured/bench-stage/five-frames.json.gz",
        "",
        "",
        "--large toy --rounds 3",
        "at least 1,000 frames a second one by one; large decoder at most 2 times its floor",
    ),
    Step(
        "bench-training",
        "bench",
        "",
        "--training paper",
        "--training toy --rounds 3",
        "a ratio below 1 is what compiling gains",
    ),
    *syn(
        "stage",
        "paintings.zip",
        "melody-small",
        "art",
        256,
        "--held-out 50",
        "--batch 256 --steps 20000 --patience 30 --minutes 4",
        "shipped synvae-art: MSE 280, KL 12.3, consistency 0.28",
        more="--beta 4 --straight-through",
    ),
    *(
        gan(
            f"stage-mvnet-{side}",
            "lively",
            "mvnet",  # the encoder of the shipped one: what is to be better is the generator
            f"musart-{side}.npz",
            "--width 0.25 --batch 60 --steps 6000 --minutes 3",
        )
        for side in (128, 256)
    ),
    Step(
        "stage-mvnet-measured",
        "evaluate mvnet models/stage-mvnet-128 models/stage-mvnet-256 mvnet"
        " --data work/musart-64.npz -o measured/stage-mvnet",
        "musart-64.npz",
        toy="--judge-steps 30 --pictures 12",
        beside="mvnet is the shipped one; distances compare within one evaluation",
    ),
    melody(
        "melody",
        "--preset small --batch 1024 --beta 0.8 --steps 12000 --patience 6 --minutes 3",
    ),
    Step(
        "melody-50",
        "train music-vae --run melody-50 --start models/melody --data work/melodies.npz"
        " --out models/melody-50",
        "melodies.npz",
        "--latent 50 --steps 0",
        "--latent 14 --steps 0",
    ),
    *syn(
        "mnist",
        "mnist.npz",
        "models/melody-50",
        "mnist",
        50,
        "--beta 0.65 --binarise",
        "--batch 256 --steps 8000 --minutes 2",
        "thesis, β 0.5: MSE 36.7, KL 15.6, P@10 0.28, thesis-Acc 0.96, MINE 5.03",
    ),
    Step(
        "ears",
        "train audio-encoder --run ears --data work/musart.npz --out models/ears",
        "musart.npz",
        "--preset published --batch 1 --minutes 4",
        "--preset small --steps 3 --batch 15",
        "MVNet: triplet loss 3.0 to 0.20 in 15 epochs",
    ),
    gan(
        "mvnet-published",
        "published",
        "models/ears",
        "musart.npz",
        "--width 1 --batch 15 --minutes 4",
        "MVNet: generator 2.25 to 1.65, discriminator 0.65 to 0.50 in 100 epochs",
    ),
    Step(
        "mvnet-published-measured",
        "evaluate mvnet models/mvnet-published --data work/musart.npz -o measured/mvnet-published"
        " --run ears",
        "musart.npz",
        toy="--judge-steps 30 --pictures 12",
    ),
    melody(
        "melody-512",
        "--preset small --latent 512 --batch 1024 --beta 0.8 --steps 12000 --patience 6"
        " --minutes 3",
    ),
    *(
        one
        for beta in (0.5, 0.1, 1.0, 2.0)
        for one in syn(
            f"mnist-512-b{beta:g}",
            "mnist.npz",
            "models/melody-512",
            "mnist",
            512,
            f"--beta {beta:g} --binarise",
            "--batch 256 --steps 8000 --minutes 1",
            THESIS_Z_512 if beta == 0.5 else "thesis's grid of β",
        )
    ),
    *syn(
        "cifar",
        "cifar10.zip",
        "models/melody-512",
        "cifar",
        512,
        "--beta 0.3",
        "--batch 256 --steps 8000 --minutes 2 --held-out 2000",
        "thesis, β 0.3: MSE 80.5, KL 30.9",
        "--held-out 40",
    ),
    melody(
        "melody-big",
        "--preset paper --batch 512 --rate 0.001 --beta 0.8 --steps 12000 --patience 6 --minutes 5",
        "MusicVAE, two bars: free-running accuracy 0.95",
    ),
    Step(
        "conductor",
        "train conductor --run conductor --generator melody-small --data work/melodies-16.npz"
        " --out models/conductor",
        "melodies-16.npz",
        "--batch 512 --steps 12000 --minutes 4",
        "--batch 16 --steps 4",
        "conductor over fixed two-bar latents, not end to end",
    ),
    Step(
        "bench",
        "bench --trained models/melody-big",
        "",
        "",
        "--large toy --rounds 3",
        "floor: the weights from memory 32 times",
    ),
    Step(
        "bench-cpu",
        "bench --device cpu --threads 2 --trained models/melody-big",
        "",
        "",
        "--large toy --rounds 3",
        "two bars within 250 ms on two cores, 99 % of steps as float32",
    ),
)


def _rounds(*rows: tuple[float, str]) -> tuple[Round, ...]:
    known = {step.name: step for step in PLAN}
    return tuple(
        Round(tuple(known[name].within(minutes) for name in names.split()), minutes)
        for minutes, names in rows
    )


# A measurement of time has its round to itself.
SITTINGS: dict[str, tuple[Round, ...]] = {
    # the stage's own nets
    "A": _rounds(
        (0.3, "tests"),
        (1.5, "bench-stage"),
        (2.2, "stage-vis stage-mvnet-128"),
        (2.9, "stage stage-mvnet-256"),
        (0.9, "stage-measured stage-mvnet-measured"),
        (1.2, "bench-training"),
    ),
    # the papers
    "B": _rounds(
        (3.4, "ears melody-512 mnist-512-b0.5-vis"),
        (
            4.2,
            "mvnet-published mnist-512-b0.5 mnist-512-b0.1-vis mnist-512-b1-vis mnist-512-b2-vis"
            " cifar-vis",
        ),
        (2.2, "mnist-512-b0.1 mnist-512-b1 mnist-512-b2 cifar"),
        (
            1.2,
            "mvnet-published-measured mnist-512-b0.5-measured mnist-512-b0.1-measured"
            " mnist-512-b1-measured mnist-512-b2-measured cifar-measured",
        ),
    ),
    # the rest: the large net, and the conductor as far as it goes
    "C": _rounds(
        (7.0, "melody-big conductor"),
        (1.8, "bench"),
        (1.8, "bench-cpu"),
    ),
}


def data_of(rounds: tuple[Round, ...]) -> list[str]:
    """The bundles that these rounds are trained from."""
    names = {step.data for each in rounds for step in each.steps if step.data}
    return sorted(names | {bundles.CLIPS_OF[n] for n in names if n in bundles.CLIPS_OF})


def shipped(rounds: tuple[Round, ...], models: Path = ROOT / "models") -> list[str]:
    """The project's own checkpoints that these rounds read."""
    return sorted({n for each in rounds for step in each.steps for n in step.shipped(models)})


# name of a cache -> the command that makes it; {sets} is the folder of the data sets, {caches}
# that of the caches
_SCORES = "data melodies {sets}/music/lieder {sets}/music/quartets {sets}/music/mutopia --music21"
_MUSART = f"data musart {{sets}}/music/mutopia {{sets}}/paintings --rights '{RIGHTS}'"
_AGAIN = f"{_MUSART} --clips-of {{caches}}/musart-128.npz"
CACHES = {
    "melodies.npz": _SCORES,
    "melodies-16.npz": f"{_SCORES} --bars 16",
    "musart.npz": _MUSART,
    "musart-128.npz": f"{_MUSART} --clips 200 --size 128 --views 4",
    "musart-64.npz": f"{_AGAIN} --views 3",
    "musart-256.npz": f"{_AGAIN} --size 256 --views 2",
}
