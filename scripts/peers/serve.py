"""A worker's side of the pipe: one JSON line when it is ready, then one for each line of stdin.

Standard library only: it runs in the peers' environment, without livesyn.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

Round = Callable[[], dict[str, Any]]  # gives `values`, and `more` where there is more to say


def serve(prepare: Callable[[], tuple[Round, dict[str, Any]]]) -> int:
    """Run `prepare`, which gives the round and what to say of it beforehand, then a round for each
    line of stdin. What libraries print goes to stderr. A failure is one sentence, and exit code 1.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def answer(value: dict[str, Any]) -> None:
        answers.write(json.dumps(value) + "\n")
        answers.flush()

    try:
        work, about = prepare()
        answer({"ready": about})
        for _ in sys.stdin:
            answer(work())
    except Exception as error:  # a peer may fail in any way; its row says how
        answer({"failed": sentence_of(error)})
        return 1
    return 0


def sentence_of(error: BaseException) -> str:
    """The first line of what an error says, with its type where that alone says little."""
    first = next(iter(str(error).strip().splitlines()), "")
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def times_ms(work: Callable[[], object], calls: int) -> list[float]:
    """What each of some calls takes."""
    taken = []
    for _ in range(calls):
        start_s = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start_s))
    return taken


def timed(
    work: Callable[[], object], calls: int, about: dict[str, Any] | None = None
) -> tuple[Round, dict[str, Any]]:
    """A round of so many calls of `work`, after a few that are not counted."""
    times_ms(work, max(3, calls // 4))
    return lambda: {"values": times_ms(work, calls)}, about or {}


def percentile(values: list[float], percent: float) -> float:
    """Nearest rank; of no values 0."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * percent / 100))] if ranked else 0.0
