"""What is printed: a Markdown table that goes on row by row, and figures for the JSON line."""

from __future__ import annotations

import contextlib
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from peers.rounds import Result, ratio, ratio_to_best
from peers.table import Row

HEAD = """| what | who | median | least | ours / theirs | besides |
|---|---|---|---|---|---|"""


def lines(row: Row, results: Sequence[Result]) -> list[str]:
    """A row of the bench as lines of the table, ours first; the last column has all else."""
    made = []
    for index, result in enumerate(results):
        title = f"{row.title}, {row.unit}" if index == 0 else ""
        if result.missing:
            made.append(f"| {title} | {result.contender.name} | | | | {_missing(result)} |")
            continue
        cells = (
            title,
            result.contender.name,
            shown(result.median),
            shown(result.least),
            shown(ratio_to_best(results) if index == 0 else ratio(results[0], result)),
            _besides(row, result, index),
        )
        made.append(f"| {' | '.join(cells)} |")
    return made


def _missing(result: Result) -> str:
    return f"not measured: {result.missing}".replace("|", "/")


def _besides(row: Row, result: Result, index: int) -> str:
    figures = [f"{name} {shown(value)}" for name, value in result.figures().items()]
    notes = (result.same, *figures, result.contender.note, row.note if index == 0 else "")
    return "; ".join(note for note in notes if note)


def shown(value: float | None) -> str:
    """Three digits."""
    if value is None:
        return ""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def figures(row: Row, results: Sequence[Result]) -> dict[str, Any]:
    """The same for the JSON line."""
    return {
        "title": row.title,
        "unit": row.unit,
        "ratio": _rounded(ratio_to_best(results)),
        "contenders": {
            result.contender.name: {"missing": result.missing}
            if result.missing
            else {
                "median": _rounded(result.median),
                "min": _rounded(result.least),
                "ratio": _rounded(ratio(results[0], result)) if result is not results[0] else None,
                "values": len(result.values),
                **({"same": result.same} if result.same else {}),
                **({"more": result.figures()} if result.more else {}),
            }
            for result in results
        },
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def machine() -> dict[str, Any]:
    """What this is."""
    return {
        "processor": processor(),
        "instructions": instructions(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def processor() -> str:
    """Its name, as far as the system tells."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def instructions() -> str:
    """The widest vectors of an x86 processor; what else it is."""
    with contextlib.suppress(OSError):
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
        for flag, name in (("avx512f", "AVX-512"), ("avx2", "AVX2")):
            if flag in flags:
                return name
    return platform.machine()


def load() -> float | None:
    """The load average of the last minute, where there is one."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def stolen_s() -> float:
    """Seconds in which a virtual machine's cores were somebody else's."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        first = Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0]
        return int(first.split()[8]) / os.sysconf("SC_CLK_TCK")
    return 0.0
