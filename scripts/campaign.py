#!/usr/bin/env python3
"""Train and measure everything at the papers' size, on a machine with a GPU and no network, in as
many sittings as it takes.

    scripts/campaign.py pack --data data --rights 'CC0|open access' -o bundles    where the data
    are: at most 20 MB a bundle
    scripts/campaign.py run --bundles bundles -o campaign --minutes 9             there, again and
    again, until it says that all is done
    scripts/campaign.py collect -o campaign --to results                          what came of it,
    in at most 8 files of 16 MB, 64 MB together

The steps stand in livesyn/train/plan.py, each useful without those after it. A sitting that ends
(--minutes, and 45 s to write; Ctrl-C; SIGTERM; a power cut) is gone on with where it was, on
another machine with `run --from results`. `--sitting A` (B, C) is a shorter list, for a machine
that is lent for minutes: see scripts/device/README.md. With --gpus N trainings that can are shared
by N processes. `--size toy` rehearses all of it on a processor in minutes.
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
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from livesyn.base.errors import LivesynError  # noqa: E402
from livesyn.train import results  # noqa: E402
from livesyn.train.data import bundles  # noqa: E402
from livesyn.train.plan import (  # noqa: E402
    CACHES,
    PLAN,
    RIGHTS,
    SITTINGS,
    Round,
    Step,
    data_of,
    shipped,
)

DONE, FAILED, MISTAKE, UNFINISHED = 0, 1, 2, 3
STOPPED = (UNFINISHED, 130, -signal.SIGTERM)  # exit codes of a step that was told to end
FEW = 240  # examples a split in a rehearsal
GRACE_S = 45  # after a sitting's end, for a training that is told to stop to write where it is
OVERTIME_S = 20  # that a step may take beyond its share of a sitting


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    packing = verbs.add_parser("pack", help="make the bundles")
    packing.add_argument(
        "--data", type=Path, required=True, help="folder of the caches that livesyn data makes"
    )
    packing.add_argument(
        "--sets", type=Path, help="folder of the data sets; caches that lack are made from it"
    )
    packing.add_argument("--sitting", choices=sorted(SITTINGS), help="only what this one needs")
    packing.add_argument(
        "--rights",
        help=(
            "words of the paintings' rights to keep, separated by | (of a sitting:"
            f" {RIGHTS!r}; else all)"
        ),
    )
    packing.add_argument("-o", "--out", type=Path, required=True)
    running = verbs.add_parser("run", help="go on with the plan")
    running.add_argument("--bundles", type=Path, required=True)
    running.add_argument("-o", "--out", type=Path, required=True)
    running.add_argument("--size", choices=("paper", "toy"), default="paper")
    running.add_argument("--minutes", type=float, default=float("inf"), help="until it ends")
    what = running.add_mutually_exclusive_group()
    what.add_argument("--sitting", choices=sorted(SITTINGS), help="a short list of steps")
    what.add_argument("--only", default="", help="names of steps, separated by commas")
    running.add_argument(
        "--to",
        type=Path,
        metavar="DIR",
        help="collect there after every round, so that nothing is lost with the machine",
    )
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
    telling = verbs.add_parser("about", help="what a sitting is, as JSON")
    telling.add_argument("--sitting", choices=sorted(SITTINGS), required=True)
    unpacking = verbs.add_parser("unpack", help="a campaign's folder, of what was collected")
    unpacking.add_argument("--from", type=Path, dest="earlier", required=True)
    unpacking.add_argument("-o", "--out", type=Path, required=True)
    args = parser.parse_args(argv)
    try:
        return VERBS[args.verb](args)
    except KeyboardInterrupt:
        print("stopped: the same command goes on where it was")
        return UNFINISHED
    except LivesynError as error:
        print(f"campaign: {error}", file=sys.stderr)
        return MISTAKE


def _pack(args: argparse.Namespace) -> int:
    names = data_of(SITTINGS[args.sitting]) if args.sitting else None
    if args.sets is not None:
        make_caches(args.sets, args.data, list(CACHES) if names is None else names)
    rights = args.rights if args.rights is not None else RIGHTS if args.sitting else ""
    sizes = bundles.pack(
        args.data, args.out, tuple(filter(None, rights.split("|"))), names, args.sets
    )
    for name, size in sizes.items():
        print(f"{name:18} {size / 1e6:6.1f} MB")
    return DONE


def make_caches(sets: Path, data: Path, names: Sequence[str]) -> None:
    """Make those of `names` that are caches and are not in `data` yet. Raises LivesynError."""
    for name, words in CACHES.items():  # in this order: some are made of others
        if name not in names or (data / name).is_file():
            continue
        part = data / "part" / name  # under its own name, which the set remembers
        part.parent.mkdir(parents=True, exist_ok=True)
        command = [
            sys.executable,
            "-m",
            "livesyn",
            *(word.format(sets=sets, caches=data) for word in shlex.split(words)),
            "-o",
            str(part),
        ]
        print(f"{name}: {shlex.join(command[1:])}", flush=True)
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        if subprocess.run(command, env=environment, check=False).returncode:
            raise LivesynError(f"{name} could not be made; what is wrong stands above")
        part.replace(data / name)


def _run(args: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a machine that takes back its time
    if args.earlier is not None:
        _restore(args.earlier, args.out)
    campaign = Campaign(args.out, args.bundles, args.size, args.gpus, args.device)

    def keep() -> None:
        if args.to is not None and (args.out / "state.json").is_file():
            results.collect(args.out, args.to)

    return campaign.go(
        SITTINGS[args.sitting] if args.sitting else chosen(args.only), args.minutes, keep
    )


def _collect(args: argparse.Namespace) -> int:
    files, left = results.collect(args.out, args.to)
    for path in files:
        print(f"{path} {path.stat().st_size / 1e6:.1f} MB")
    for name in left:
        print(f"{name} stays where it is: {(args.out / name).stat().st_size / 1e6:.1f} MB")
    return DONE


def _unpack(args: argparse.Namespace) -> int:
    if (args.out / "state.json").is_file():
        raise LivesynError(f"{args.out} holds a campaign already; name another folder")
    _restore(args.earlier, args.out)
    print(f"{args.out / 'report.md'}")
    return DONE


def _about(args: argparse.Namespace) -> int:
    rounds = SITTINGS[args.sitting]
    print(
        json.dumps(
            {
                "minutes": sum(each.minutes for each in rounds),
                "rounds": [
                    {"minutes": each.minutes, "steps": [step.name for step in each.steps]}
                    for each in rounds
                ],
                "bundles": data_of(rounds),
                "shipped": shipped(rounds),
            },
            indent=1,
        )
    )
    return DONE


VERBS = {"pack": _pack, "run": _run, "collect": _collect, "unpack": _unpack, "about": _about}


def _restore(earlier: Path, folder: Path) -> None:
    for name in results.restore(earlier, folder):
        print(f"{name} did not come whole and is left out")


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

    def go(
        self,
        steps: Sequence[Step | Round],
        minutes: float = float("inf"),
        keep: Callable[[], object] = lambda: None,
    ) -> int:
        """Do what is still to be done, until `minutes` are over; `keep` is called after every
        round. A step by itself is a round.

        What was done but is no longer here, and is needed, is done again.
        """
        end_s = time.monotonic() + 60 * minutes
        code = DONE
        rounds = [one if isinstance(one, Round) else Round((one,)) for one in steps]
        for each in self._todo(rounds):
            if time.monotonic() >= end_s:
                code = UNFINISHED
                break
            try:
                codes = self._round(each, end_s)
            finally:
                keep()
            for step in each.steps:
                print(self._said(step, codes[step.name], end_s), flush=True)
            if any(codes.values()):
                if time.monotonic() >= end_s:
                    code = UNFINISHED
                    break
                code = FAILED  # what needs it fails in a moment; the rest is still worth having
        print(
            {
                DONE: "all is done" if steps == PLAN else "all that was asked for is done",
                FAILED: "some steps failed; the same command tries them again",
                UNFINISHED: "not finished: give the same command again",
            }[code]
        )
        return code

    def _said(self, step: Step, exit_code: int, end_s: float) -> str:
        seconds = self.state["steps"][step.name]["seconds"]
        if not exit_code:
            return f"{step.name}: done after {seconds:.0f} s"
        if step.trains and (exit_code in STOPPED or time.monotonic() >= end_s):
            return f"{step.name}: to be gone on with after {seconds:.0f} s"
        if time.monotonic() < end_s:
            return f"{step.name}: failed ({exit_code}), see logs/{step.name}.log, {seconds:.0f} s"
        return (
            f"{step.name}: did not fit in this sitting, and begins anew: give it more --minutes if"
            " it never does"
        )

    def _todo(self, rounds: Sequence[Round]) -> list[Round]:
        """Backwards: what is not done, and what that needs and is not here, which comes first."""
        asked = {step.name: step for each in rounds for step in each.steps}
        known = {step.name: step for step in PLAN}
        order = [*known, *(name for name in asked if name not in known)]
        todo: dict[str, Step] = {}
        wanted: set[str] = set()
        for name in reversed(order):
            step = asked.get(name, known.get(name))
            assert step is not None
            done = self.state["steps"].get(name, {}).get("done", False)
            lost = bool(
                step.results
                and step.results.name in wanted
                and not (self._folder / step.results / "weights.safetensors").is_file()
            )
            if (name in asked and not done) or (lost and (done or name in asked)):
                todo[name] = step
                wanted |= step.needs
        again = [Round((step,)) for name, step in reversed(todo.items()) if name not in asked]
        return again + [
            replace(each, steps=kept)
            for each in rounds
            if (kept := tuple(step for step in each.steps if step.name in todo))
        ]

    def _round(self, each: Round, end_s: float) -> dict[str, int]:
        """Run its steps side by side; returns their exit codes."""
        for step in each.steps:
            if step.data:
                bundles.unpack(
                    self._bundles / step.data,
                    self._folder / "work" / step.data,
                    FEW if self._size == "toy" else 0,
                )
        started_s = time.monotonic()
        if self._size != "toy":  # a rehearsal's steps take what a slow machine needs
            end_s = min(end_s, started_s + 60 * each.minutes + OVERTIME_S)
        (self._folder / "logs").mkdir(exist_ok=True)
        children: dict[str, subprocess.Popen] = {}
        codes = dict.fromkeys((step.name for step in each.steps), UNFINISHED)
        for name in codes:
            known = self.state["steps"].setdefault(name, {"seconds": 0.0, "sittings": 0})
            known["done"] = False
        try:
            for step in each.steps:
                children[step.name] = self._start(step)
            for name, child in children.items():
                codes[name] = self._wait(child, children, end_s)
        except BaseException:
            self._end(children)
            raise
        finally:
            for step in each.steps:
                known = self.state["steps"][step.name]
                known["seconds"] = round(known["seconds"] + time.monotonic() - started_s, 1)
                known["sittings"] += 1
                known["done"], known["exit"] = codes[step.name] == 0, codes[step.name]
                self._write(step)
        return codes

    def _start(self, step: Step) -> subprocess.Popen:
        command = step.command(self._size, self._gpus, self._device)
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        with (self._folder / f"logs/{step.name}.log").open("ab") as log:
            log.write(f"\n$ {shlex.join(command)}\n".encode())
            log.flush()
            # Ctrl-C is this one's to pass on
            return subprocess.Popen(
                command,
                cwd=self._folder,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _wait(
        self, child: subprocess.Popen, children: dict[str, subprocess.Popen], end_s: float
    ) -> int:
        """Its exit code; at `end_s` all that still run are told to end."""
        try:
            return child.wait(None if end_s == float("inf") else max(0.0, end_s - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._end(children)
            return child.returncode or UNFINISHED

    @staticmethod
    def _end(children: dict[str, subprocess.Popen]) -> None:
        """A training writes where it is, and ends; what has not ended in `GRACE_S` is killed."""
        running = [child for child in children.values() if child.poll() is None]
        for child in running:
            child.send_signal(signal.SIGTERM)
        last_s = time.monotonic() + GRACE_S
        for child in running:
            try:
                child.wait(max(0.0, last_s - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

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


if __name__ == "__main__":
    sys.exit(main())
