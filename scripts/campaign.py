#!/usr/bin/env python3
"""Train and measure everything at the papers' size, on a machine with a GPU and no network, in as
many sittings as it takes.

    scripts/campaign.py pack --data data --rights 'CC0|open access' -o bundles    where the data
    are: at most 20 MB a bundle
    scripts/campaign.py run --bundles bundles -o campaign --minutes 9             there, again and
    again, until it says that all is done
    scripts/campaign.py collect -o campaign --to results                          what came of it,
    in files of at most 15 MB

The steps stand in PLAN, each useful without those after it. A sitting that ends (--minutes, and 45
s to write; Ctrl-C; SIGTERM; a power cut) is gone on with where it was, on another machine with `run
--from results`. With --gpus N trainings that can are shared by N processes. `--size toy` rehearses
all of it on a processor in minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from livesyn.base.errors import LivesynError  # noqa: E402
from livesyn.train.data import bundles  # noqa: E402
from livesyn.train.data_parallel import DISTRIBUTED  # noqa: E402

DONE, FAILED, MISTAKE, UNFINISHED = 0, 1, 2, 3
FEW = 240  # examples a split in a rehearsal
GRACE_S = 45  # after a sitting's end, for a training that is told to stop to write where it is
LARGEST_RESULT = 15_000_000


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

    def command(self, size: str, gpus: int, device: str) -> list[str]:
        """The whole command line, to be run in the campaign's folder."""
        words = shlex.split(f"{self.words} {self.paper if size == 'paper' else self.toy}")
        if words[0] == "bench":
            return [
                sys.executable,
                str(ROOT / "scripts/bench_model.py"),
                *words[1:],
                *([] if "--device" in words else ["--device", device]),
            ]
        if (
            words[0] == "train"
            and words[1] in DISTRIBUTED
            and (processes := self.processes(words, gpus)) > 1
        ):
            return [
                sys.executable,
                "-m",
                "torch.distributed.run",
                "--standalone",
                "--nproc-per-node",
                str(processes),
                "-m",
                "--",
                "livesyn",
                *words,
                "--device",
                device,
            ]
        return [
            sys.executable,
            "-m",
            "livesyn",
            *words,
            *(["--device", device] if words[0] in ("train", "evaluate") else []),
        ]

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

    @property
    def results(self) -> Path | None:
        """The folder that it writes, in the campaign's."""
        words = shlex.split(self.words)
        return next(
            (Path(words[words.index(flag) + 1]) for flag in ("--out", "-o") if flag in words), None
        )


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
) -> tuple[Step, ...]:
    """A VisVAE, a SynVAE that begins with it, and the thesis's table of both."""
    toy = f"--steps 3 --batch 16 {toy}"
    return (
        Step(
            f"{name}-vis",
            f"train vis-vae --run {name}-vis --data work/{data} --out models/{name}-vis --preset"
            f" {preset} {options}",
            data,
            f"--latent {latent} {paper}",
            f"--latent {14 if latent == 50 else 16} {toy}",
        ),
        Step(
            name,
            f"train syn-vae --run {name} --music models/{music} --visual models/{name}-vis --data"
            f" work/{data} --out models/{name} {options}",
            data,
            paper,
            toy,
        ),
        Step(
            f"{name}-measured",
            f"evaluate syn-vae models/{name} models/{name}-vis --data work/{data} -o"
            f" measured/{name}",
            data,
            "",
            "--fitted 60",
            beside,
        ),
    )


PLAN: tuple[Step, ...] = (
    Step(
        "melody",
        "train music-vae --run melody --data work/melodies.npz --out models/melody",
        "melodies.npz",
        "--preset small --batch 1024 --beta 0.8 --steps 12000 --patience 6 --minutes 3",
        "--preset toy --steps 4 --batch 16",
    ),
    Step(
        "melody-50",
        "train music-vae --run melody-50 --start models/melody --data work/melodies.npz --out"
        " models/melody-50",
        "melodies.npz",
        "--latent 50 --steps 0",
        "--latent 14 --steps 0",
    ),
    *syn(
        "mnist",
        "mnist.npz",
        "melody-50",
        "mnist",
        50,
        "--beta 0.65 --binarise",
        "--batch 256 --steps 8000 --minutes 2",
        "thesis, β 0.5: MSE 36.7, KL 15.6, P@10 0.28, thesis-Acc 0.96, MINE 5.03",
    ),
    *syn(
        "paintings",
        "paintings.zip",
        "melody",
        "art",
        256,
        "--beta 2 --held-out 50",
        "--batch 64 --steps 6000 --minutes 2",
        "thesis, BAM, β 1.7: MSE 461.3, KL 23.4, P@10 0.24",
    ),
    Step(
        "ears",
        "train audio-encoder --run ears --data work/musart.npz --out models/ears",
        "musart.npz",
        "--preset published --batch 1 --minutes 4",
        "--preset small --steps 3 --batch 15",
        "MVNet: triplet loss 3.0 to 0.20 in 15 epochs",
    ),
    Step(
        "gan-published",
        "train cdcgan --run gan-published --preset published --encoder models/ears --data"
        " work/musart.npz --out models/mvnet-published",
        "musart.npz",
        "--batch 15 --minutes 4",
        "--width 0.05 --steps 2 --batch 10",
        "MVNet: generator 2.25 to 1.65, discriminator 0.65 to 0.50 in 100 epochs",
    ),
    Step(
        "gan-lively",
        "train cdcgan --run gan-lively --preset lively --encoder models/ears --data work/musart.npz"
        " --out models/mvnet-lively",
        "musart.npz",
        "--width 0.25 --batch 60 --steps 12000 --minutes 3",
        "--width 0.05 --steps 2 --batch 10",
    ),
    Step(
        "mvnet-measured",
        "evaluate mvnet models/mvnet-published models/mvnet-lively --data work/musart.npz -o"
        " measured/mvnet --run ears",
        "musart.npz",
    ),
    Step(
        "melody-big",
        "train music-vae --run melody-big --data work/melodies.npz --out models/melody-big",
        "melodies.npz",
        "--preset paper --batch 512 --rate 0.001 --beta 0.8 --steps 12000 --patience 6 --minutes 5",
        "--preset toy --steps 4 --batch 16",
        "MusicVAE, two bars: free-running accuracy 0.95",
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
    *syn(
        "mnist-512",
        "mnist.npz",
        "melody-big",
        "mnist",
        512,
        "--beta 0.5 --binarise",
        "--batch 256 --steps 8000 --minutes 2",
        "thesis, β 0.5, z 512: MSE 36.7, KL 15.6, P@10 0.28",
    ),
    *(
        one
        for beta in (0.1, 1.0, 2.0)
        for one in syn(
            f"mnist-b{beta:g}",
            "mnist.npz",
            "melody-50",
            "mnist",
            50,
            f"--beta {beta:g} --binarise",
            "--batch 256 --steps 6000 --minutes 1",
            "thesis's grid of β",
        )
    ),
    *syn(
        "cifar",
        "cifar10.zip",
        "melody",
        "cifar",
        256,
        "--beta 0.3",
        "--batch 256 --steps 8000 --minutes 2 --held-out 2000",
        "thesis, β 0.3: MSE 80.5, KL 30.9",
        "--held-out 40",
    ),
)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    packing = verbs.add_parser("pack", help="make the bundles")
    packing.add_argument("--data", type=Path, required=True)
    packing.add_argument(
        "--rights", default="", help="words of the paintings' rights to keep, separated by |"
    )
    packing.add_argument("-o", "--out", type=Path, required=True)
    running = verbs.add_parser("run", help="go on with the plan")
    running.add_argument("--bundles", type=Path, required=True)
    running.add_argument("-o", "--out", type=Path, required=True)
    running.add_argument("--size", choices=("paper", "toy"), default="paper")
    running.add_argument("--minutes", type=float, default=float("inf"), help="of this sitting")
    running.add_argument("--only", default="", help="names of steps, separated by commas")
    running.add_argument(
        "--gpus",
        type=int,
        choices=range(1, 65),
        default=1,
        metavar="N",
        help="processes that share a training, where its batch allows",
    )
    running.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    running.add_argument(
        "--from",
        type=Path,
        dest="earlier",
        metavar="DIR",
        help="begin with what an earlier machine's collect has left there",
    )
    collecting = verbs.add_parser("collect", help="zip what came of it")
    collecting.add_argument("-o", "--out", type=Path, required=True)
    collecting.add_argument("--to", type=Path, required=True)
    args = parser.parse_args(argv)
    try:
        if args.verb == "pack":
            for name, size in bundles.pack(
                args.data, args.out, tuple(filter(None, args.rights.split("|")))
            ).items():
                print(f"{name:18} {size / 1e6:6.1f} MB")
            return DONE
        if args.verb == "collect":
            for path in collect(args.out, args.to):
                print(f"{path} {path.stat().st_size / 1e6:.1f} MB")
            return DONE
        signal.signal(
            signal.SIGTERM, signal.default_int_handler
        )  # a machine that takes back its time
        if args.earlier is not None:
            restore(args.earlier, args.out)
        return Campaign(args.out, args.bundles, args.size, args.gpus, args.device).go(
            chosen(args.only), args.minutes
        )
    except KeyboardInterrupt:
        print("stopped: the same command goes on where it was")
        return UNFINISHED
    except LivesynError as error:
        print(f"campaign: {error}", file=sys.stderr)
        return MISTAKE


def chosen(only: str) -> tuple[Step, ...]:
    """The steps named, in the plan's order; all of them where none is. Raises LivesynError."""
    names = list(filter(None, only.split(",")))
    if only and not names:
        raise LivesynError(
            f"--only {only!r} names no step; there are: {', '.join(step.name for step in PLAN)}"
        )
    if unknown := [name for name in names if name not in {step.name for step in PLAN}]:
        raise LivesynError(
            f"there is no step {unknown[0]!r}; there are: {', '.join(step.name for step in PLAN)}"
        )
    return tuple(step for step in PLAN if not names or step.name in names)


class Campaign:
    """A folder with `work/` (data), `runs/`, `models/`, `measured/`, `logs/`, and `state.json`:
    what each step came to.
    """

    def __init__(
        self, folder: Path, bundle_folder: Path, size: str, gpus: int = 1, device: str = "auto"
    ) -> None:
        self._folder, self._bundles, self._size, self._gpus, self._device = (
            folder,
            bundle_folder,
            size,
            gpus,
            device,
        )
        folder.mkdir(parents=True, exist_ok=True)
        state = folder / "state.json"
        self.state: dict = (
            json.loads(state.read_text(encoding="utf-8"))
            if state.is_file()
            else {"size": size, "steps": {}}
        )
        if self.state["size"] != size:
            raise LivesynError(
                f"{folder} holds a campaign of size {self.state['size']}, and this is {size}; give"
                " another folder"
            )

    def go(self, steps: tuple[Step, ...], minutes: float = float("inf")) -> int:
        """Do what is still to be done, until `minutes` are over.

        What was done but is no longer here, and is needed, is done again.
        """
        end_s = time.monotonic() + 60 * minutes
        code = DONE
        todo = self._todo(steps)
        for step in todo:
            known = self.state["steps"].setdefault(
                step.name, {"seconds": 0.0, "sittings": 0, "done": False}
            )
            if time.monotonic() >= end_s:
                code = UNFINISHED
                break
            if step.data:
                bundles.unpack(
                    self._bundles / step.data,
                    self._folder / "work" / step.data,
                    FEW if self._size == "toy" else 0,
                )
            started_s, exit_code = time.monotonic(), UNFINISHED
            known["done"] = False
            try:
                exit_code = self._run(step, end_s)
            finally:
                known["seconds"] = round(known["seconds"] + time.monotonic() - started_s, 1)
                known["sittings"] += 1
                known["done"], known["exit"] = exit_code == 0, exit_code
                self._write(step)
            if exit_code and time.monotonic() >= end_s:
                rest = "did not fit in this sitting, and begins anew"
                rest += ": give it more --minutes if it never does"
                if step.words.startswith("train "):
                    rest = "to be gone on with"
                print(f"{step.name}: {rest}")
                code = UNFINISHED
                break
            print(
                f"{step.name}:"
                f" {'done' if not exit_code else f'failed ({exit_code}), see logs/{step.name}.log'}"
                f" after {known['seconds']:.0f} s",
                flush=True,
            )
            code = (
                FAILED if exit_code else code
            )  # what needs it fails in a moment; what does not is still worth having
        print(
            {
                DONE: "all is done" if steps == PLAN else "all that was asked for is done",
                FAILED: "some steps failed; the same command tries them again",
                UNFINISHED: "not finished: give the same command again",
            }[code]
        )
        return code

    def _todo(self, steps: tuple[Step, ...]) -> list[Step]:
        """Backwards: what is not done, and what that needs and is not here."""
        todo: list[Step] = []
        wanted: set[str] = set()
        names = {step.name for step in steps}
        for step in reversed(PLAN if steps and steps[0] in PLAN else steps):
            done = self.state["steps"].get(step.name, {}).get("done", False)
            lost = bool(
                step.results
                and step.results.name in wanted
                and not (self._folder / step.results / "weights.safetensors").is_file()
            )
            if (step.name in names and not done) or (lost and (done or step.name in names)):
                todo.insert(0, step)
                wanted |= step.needs
        return todo

    def _run(self, step: Step, end_s: float) -> int:
        (self._folder / "logs").mkdir(exist_ok=True)
        command = step.command(self._size, self._gpus, self._device)
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        with (self._folder / f"logs/{step.name}.log").open("ab") as log:
            log.write(f"\n$ {shlex.join(command)}\n".encode())
            log.flush()
            child = subprocess.Popen(
                command,
                cwd=self._folder,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # Ctrl-C is this one's to pass on
            try:
                return child.wait(
                    None if end_s == float("inf") else max(0.0, end_s - time.monotonic())
                )
            except (subprocess.TimeoutExpired, KeyboardInterrupt) as why:
                child.send_signal(signal.SIGTERM)  # a training writes where it is, and ends
                try:
                    child.wait(GRACE_S)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
                if isinstance(why, KeyboardInterrupt):
                    raise
                return child.returncode or UNFINISHED

    def _write(self, step: Step) -> None:
        """Keep what is known, whole or not at all, with the figures that the step wrote; and the
        table of all.
        """
        if step.words.startswith("bench") and self.state["steps"][step.name]["done"]:
            lines = (
                (self._folder / f"logs/{step.name}.log")
                .read_text(encoding="utf-8")
                .strip()
                .splitlines()
            )
            self.state["steps"][step.name]["figures"] = json.loads(lines[-1])
        elif step.results is not None:
            for name in ("figures.json", "metrics.json"):
                if (path := self._folder / step.results / name).is_file():
                    self.state["steps"][step.name]["figures"] = json.loads(
                        path.read_text(encoding="utf-8")
                    )
        for name, text in (
            ("state.json", json.dumps(self.state, indent=1)),
            ("report.md", report(self.state)),
        ):
            part = self._folder / f"{name}.part"
            part.write_text(text + "\n", encoding="utf-8")
            part.replace(self._folder / name)


def restore(earlier: Path, folder: Path) -> None:
    """Unzip what `collect` wrote into a folder that holds nothing yet. Raises LivesynError."""
    if (folder / "state.json").is_file():
        return
    files = sorted(earlier.glob("results-*.zip"))
    if not files:
        raise LivesynError(
            f"{earlier} holds no results-1.zip; name the folder that was given to collect"
        )
    for file in files:
        with zipfile.ZipFile(file) as archive:
            archive.extractall(folder)


def report(state: dict) -> str:
    """All steps as a table: time, figures, and the papers' own beside."""
    lines = [
        f"# Campaign, size {state['size']}",
        "",
        "| step | time | figures | beside |",
        "|---|---|---|---|",
    ]
    for step in PLAN:
        if (known := state["steps"].get(step.name)) is not None and known["sittings"]:
            figures = ", ".join(
                f"{name} {value:.4g}" for name, value in numbers(known.get("figures", {}))[:24]
            )
            lines.append(
                f"| {step.name}{'' if known['done'] else ' (not done)'} |"
                f" {known['seconds'] / 60:.1f} min | {figures} | {step.beside} |"
            )
    return "\n".join(lines)


def numbers(figures: object, prefix: str = "") -> list[tuple[str, float]]:
    """The single numbers in `figures`, however deep, by their path."""
    if isinstance(figures, dict):
        return [
            pair
            for name, inside in figures.items()
            for pair in numbers(inside, f"{prefix} {name}".strip())
        ]
    return (
        [(prefix, figures)]
        if isinstance(figures, int | float) and not isinstance(figures, bool)
        else []
    )


def collect(folder: Path, to: Path) -> list[Path]:
    """Zip the report, the figures, curves and logs, then checkpoints from the smallest on, in files
    of at most 15 MB each; one that is larger stays where it is. Returns the files. Raises
    LivesynError.
    """
    if not (folder / "state.json").is_file():
        raise LivesynError(f"{folder} holds no campaign; name the folder that was given to run")
    to.mkdir(parents=True, exist_ok=True)
    curves = [
        path
        for pattern in ("curves.png", "state.json", "epoch-*.npz", "step-*.png")
        for path in (folder / "runs").glob(f"*/{pattern}")
    ]
    for old in to.glob("results-*.zip"):
        old.unlink()
    files = [
        folder / "state.json",
        folder / "report.md",
        *sorted((folder / "logs").glob("*")),
        *sorted(curves),
        *sorted(p for p in (folder / "measured").rglob("*") if p.is_file()),
    ]
    files += sorted(
        (p for p in (folder / "models").rglob("*") if p.is_file()), key=lambda p: p.stat().st_size
    )
    written: list[Path] = []
    room = 0
    for file in files:
        size = file.stat().st_size
        if size > LARGEST_RESULT:
            print(f"{file} stays where it is: {size / 1e6:.0f} MB")
            continue
        if size > room:
            written.append(to / f"results-{len(written) + 1}.zip")
            room = LARGEST_RESULT
        with zipfile.ZipFile(written[-1], "a", zipfile.ZIP_DEFLATED) as archive:
            archive.write(file, file.relative_to(folder))
        room -= size
    return written


if __name__ == "__main__":
    sys.exit(main())
