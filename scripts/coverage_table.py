"""Prints how many lines of each folder the last `pytest --cov` ran, and the files it ran
least of.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from coverage import Coverage
from coverage.exceptions import NoDataError

ROOT = Path(__file__).resolve().parents[1]
WORST = 10
SHORTEST = 20  # statements of a file, to be named


class Count(NamedTuple):
    run: int
    of: int

    def __add__(self, other: object) -> Count:
        assert isinstance(other, Count)
        return Count(self.run + other.run, self.of + other.of)

    @property
    def percent(self) -> float:
        return 100 * self.run / self.of if self.of else 100.0


def main() -> int:
    coverage = Coverage(data_file=str(ROOT / ".coverage"), config_file=str(ROOT / "pyproject.toml"))
    coverage.load()
    try:
        files = {
            Path(name).relative_to(ROOT / "livesyn"): count(coverage, name)
            for name in coverage.get_data().measured_files()
        }
    except NoDataError:
        sys.exit("There is nothing to show; run pytest --cov --cov-report= first")
    folders: dict[str, Count] = {}
    for path, found in files.items():
        folder = path.parts[0] if len(path.parts) > 1 else "(top)"
        folders[folder] = folders.get(folder, Count(0, 0)) + found
    for folder, found in sorted(folders.items()):
        print(row(folder, found))
    print(row("livesyn", sum(files.values(), Count(0, 0))))
    worst = [(path, found) for path, found in files.items() if found.of >= SHORTEST]
    worst.sort(key=lambda pair: pair[1].percent)
    print("Least of:")
    for path, found in worst[:WORST]:
        print(row(path.as_posix(), found))
    return 0


def count(coverage: Coverage, name: str) -> Count:
    """How many of the file's statements ran."""
    _, statements, _, missing, _ = coverage.analysis2(name)
    return Count(len(statements) - len(missing), len(statements))


def row(name: str, found: Count) -> str:
    return f"  {name:<36} {found.percent:5.1f} %  of {found.of:,} statements"


if __name__ == "__main__":
    sys.exit(main())
