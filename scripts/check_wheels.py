"""Ask whether every dependency, and theirs, has a wheel for every Python and machine that livesyn
is for: nobody shall need a compiler. Says which are missing; nothing is downloaded but metadata.

Markers are evaluated for the machine in question, which pip does not do; pip only picks the wheels.
Run it from anywhere: .venv/bin/python scripts/check_wheels.py [--python 3.14] [--machine windows]
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
EXTRAS = ("ndi", "spout", "syphon", "camera", "train")  # what users install beside the base
# What PyTorch brings along for one kind of GPU: its makers' wheels, gigabytes, and its business.
PASSED_OVER = re.compile(r"nvidia-|cuda-|triton$")
AT_ONCE = 4
UNREACHABLE = re.compile(r"connection broken|Could not fetch URL|ProxyError|timed out", re.I)
# The second where constraints.txt pins it.
NONE_FOUND = re.compile(
    r"No matching distribution found for (?P<one>[\w.-]+)|Cannot install (?P<several>.+) because"
)


def linux(machine: str) -> tuple[str, ...]:
    """The tags of wheels for a Linux with glibc 2.31 or newer: Debian 11, Ubuntu 20.04."""
    glibc = (f"manylinux_2_{minor}_{machine}" for minor in range(31, 16, -1))
    return (*glibc, f"manylinux2014_{machine}")


@dataclass(frozen=True)
class Machine:
    """One kind of machine: what pip calls its wheels, and what markers ask of it."""

    name: str
    tags: tuple[str, ...]
    markers: dict[str, str]


def _machine(name: str, tags: tuple[str, ...], *told: str) -> Machine:
    keys = ("os_name", "sys_platform", "platform_system", "platform_machine")
    return Machine(name, tags, dict(zip(keys, told, strict=True)))


MACHINES = (
    _machine("linux-x86_64", linux("x86_64"), "posix", "linux", "Linux", "x86_64"),
    _machine("linux-aarch64", linux("aarch64"), "posix", "linux", "Linux", "aarch64"),
    _machine("macos-arm64", ("macosx_14_0_arm64",), "posix", "darwin", "Darwin", "arm64"),
    _machine("windows", ("win_amd64",), "nt", "win32", "Windows", "AMD64"),
)


@dataclass
class Target:
    """A Python on a machine, and what is known of the packages there."""

    python: str
    machine: Machine
    asked: set[str] = field(default_factory=set)  # requirement and extra, as text
    missing: dict[str, str] = field(default_factory=dict)  # package -> who wants it

    @property
    def name(self) -> str:
        return f"Python {self.python} on {self.machine.name}"

    def holds(self, requirement: Requirement, extra: str) -> bool:
        """Whether the requirement's marker, under `extra`, is true here."""
        if requirement.marker is None:
            return True
        environment = self.machine.markers | {
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_version": "",
            "extra": extra,
        }
        return requirement.marker.evaluate(environment)


class Unreachable(Exception):
    """The registry gives no answer."""


@dataclass(frozen=True)
class Wheel:
    """What pip picked: the file, and what it requires."""

    filename: str
    requires: tuple[str, ...]

    @property
    def suits_every(self) -> bool:
        """Whether it is for any machine and Python."""
        tags = parse_wheel_filename(self.filename)[3]
        return any(tag.platform == "any" and tag.abi == "none" for tag in tags)


def pick(target: Target, requirements: Iterable[str]) -> tuple[dict[str, Wheel], set[str]]:
    """The wheels that pip picks for `requirements`, by package, and the packages that have none."""
    wanted, missing = list(requirements), set[str]()
    while wanted:
        with tempfile.TemporaryDirectory(prefix="livesyn-wheels-") as folder:
            report = Path(folder) / "report.json"
            done = subprocess.run(
                [
                    *(sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"),
                    *(
                        "install",
                        "--dry-run",
                        "--ignore-installed",
                        "--no-deps",
                        "--target",
                        folder,
                    ),
                    *("--only-binary=:all:", "--implementation", "cp"),
                    *("--python-version", target.python),
                    *(word for tag in target.machine.tags for word in ("--platform", tag)),
                    *("--constraint", str(ROOT / "constraints.txt"), "--retries", "2"),
                    *("--report", str(report), "--quiet", *wanted),
                ],
                capture_output=True,
                text=True,
            )
            if done.returncode == 0:
                told = json.loads(report.read_text(encoding="utf-8"))["install"]
                return {_package(each): _wheel(each) for each in told}, missing
        if UNREACHABLE.search(done.stderr):
            raise Unreachable(done.stderr.strip().splitlines()[0])
        found = NONE_FOUND.search(done.stderr)
        if found is None:
            sys.exit(f"{target.name}: pip says:\n{done.stderr}")
        named = re.split(r", | and ", found["one"] or found["several"])
        lost = {canonicalize_name(re.split(r"[=<>!~\[]", each)[0]) for each in named}
        missing |= lost
        wanted = [each for each in wanted if canonicalize_name(Requirement(each).name) not in lost]
    return {}, missing


def _package(told: dict) -> str:
    return canonicalize_name(told["metadata"]["name"])


def _wheel(told: dict) -> Wheel:
    filename = told["download_info"]["url"].rpartition("/")[2].replace("%2B", "+")
    return Wheel(filename, tuple(told["metadata"].get("requires_dist", ())))


def resolve(target: Target, common: dict[str, Wheel]) -> dict[str, Wheel]:
    """Fill in what `target` lacks, and return the wheels it gets. Those of another target,
    `common`, save questions: what suits every machine is not asked again, and the others are asked
    for all at once.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    chosen = dict.fromkeys(project["dependencies"], "livesyn")
    for extra in EXTRAS:
        chosen |= dict.fromkeys(project["optional-dependencies"][extra], f"livesyn[{extra}]")
    todo = [(Requirement(text), "", wanter) for text, wanter in chosen.items()]
    wheels = {name: wheel for name, wheel in common.items() if wheel.suits_every}
    ahead = set(common) - set(wheels)
    known: set[str] = set()
    while todo:
        new: dict[str, tuple[str, str]] = {}  # package -> requirement without marker, wanter
        extras: set[tuple[str, str]] = set()
        for requirement, extra, wanter in todo:
            package = canonicalize_name(requirement.name)
            if not target.holds(requirement, extra) or PASSED_OVER.match(package):
                continue
            known.add(package)
            extras |= {(package, each) for each in ("", *requirement.extras)}
            if package not in wheels and package not in target.missing:
                new.setdefault(package, (f"{requirement.name}{requirement.specifier}", wanter))
        if new:
            guessed = {name for name in ahead - set(new) if name not in target.missing}
            ahead = set()
            found, missing = pick(target, [*(text for text, _ in new.values()), *guessed])
            wheels |= found
            target.missing |= {name: new[name][1] for name in missing & set(new)}
        todo = []
        for package, extra in extras:
            if package in wheels and (key := f"{package}[{extra}]") not in target.asked:
                target.asked.add(key)
                todo += [(Requirement(each), extra, package) for each in wheels[package].requires]
    return {name: wheels[name] for name in known if name in wheels}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", choices=PYTHONS, action="append")
    parser.add_argument(
        "--machine", choices=[machine.name for machine in MACHINES], action="append"
    )
    asked = parser.parse_args()
    targets = [
        Target(python, machine)
        for machine in MACHINES
        if not asked.machine or machine.name in asked.machine
        for python in asked.python or PYTHONS
    ]
    try:
        pick(targets[0], ["mido"])
        common = resolve(targets[0], {})
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda target: resolve(target, common), targets[1:]))
    except Unreachable as error:
        print(f"No package registry can be reached, so no wheel was looked for ({error})")
        return 0
    lacking = 0
    for target in targets:
        for package, wanter in sorted(target.missing.items()):
            lacking += 1
            print(f"{target.name}: no wheel of {package}, which {wanter} wants")
    checked = sorted({name.partition("[")[0] for target in targets for name in target.asked})
    print(f"{len(checked)} packages on {len(targets)} machines: {lacking or 'none'} missing")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
