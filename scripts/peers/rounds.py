"""A row measured: rounds in turns, ours before each peer's, and what came of them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from peers.process import WorkerError
from peers.table import Contender, Row


class Worked(Protocol):
    """What is asked of a worker (`peers.process.Worker`)."""

    about: dict[str, Any]

    def round(self) -> dict[str, Any]: ...

    def close(self) -> None: ...


@dataclass
class Result:
    """What one contender did: `values` of all rounds, `more` of each; `missing` is the sentence
    that says why there is nothing to compare.
    """

    contender: Contender
    values: list[float] = field(default_factory=list)
    more: list[dict[str, float]] = field(default_factory=list)
    missing: str = ""
    same: str = ""

    @property
    def median(self) -> float | None:
        return None if self.missing or not self.values else statistics.median(self.values)

    @property
    def least(self) -> float | None:
        return None if self.missing or not self.values else min(self.values)

    def figures(self) -> dict[str, float]:
        """The median over the rounds of all that was said besides."""
        names = dict.fromkeys(name for one in self.more for name in one)
        return {
            name: statistics.median(one[name] for one in self.more if name in one) for name in names
        }


def ratio(ours: Result, theirs: Result) -> float | None:
    """Our median over theirs: above 1 they are ahead."""
    if ours.median is None or not theirs.median:
        return None
    return ours.median / theirs.median


def ratio_to_best(results: Sequence[Result]) -> float | None:
    """The largest of a row's ratios."""
    ratios = [found for peer in results[1:] if (found := ratio(results[0], peer)) is not None]
    return max(ratios, default=None)


def measure(row: Row, start: Callable[[Contender], Worked], rounds: int) -> list[Result]:
    """Have all contenders of a row work in turns: ours, a peer, ours, the next peer … `start`
    raises WorkerError for one that is not to be had; that, and one that fails on its way, costs
    nobody else anything.
    """
    results = [Result(contender) for contender in row.contenders]
    workers: list[Worked | None] = []
    try:
        for result in results:
            try:
                workers.append(start(result.contender))
            except WorkerError as error:
                result.missing = str(error)
                workers.append(None)
        _compare(results, workers)
        pairs = range(1, len(results)) if len(results) > 1 else range(1)
        for _ in range(rounds):
            for peer in pairs:
                for index in dict.fromkeys((0, peer)):
                    _work(results[index], workers[index])
    finally:
        for worker in workers:
            if worker is not None:
                worker.close()
    for result in results:
        if not result.missing and not result.values:
            result.missing = "nothing came back"
    return results


def _work(result: Result, worker: Worked | None) -> None:
    if worker is None or result.missing:
        return
    try:
        answer = worker.round()
    except WorkerError as error:
        result.missing = str(error)
        return
    result.values += answer["values"]
    if "more" in answer:
        result.more.append(answer["more"])


def _compare(results: Sequence[Result], workers: Sequence[Worked | None]) -> None:
    """Say how near each one's answer is to the first that gave one: who is quick by doing something
    else should not look quick.
    """
    for key, say in (("tokens", _same_events), ("numbers", _same_numbers)):
        first: list[float] | None = None
        for result, worker in zip(results, workers, strict=True):
            given = worker.about.get(key) if worker is not None else None
            if given is None:
                continue
            if first is not None:
                result.same = say(first, given)
            first = first or given


def _same_events(ours: list[float], theirs: list[float]) -> str:
    if len(ours) != len(theirs):
        return f"{len(theirs)} events for {len(ours)}"
    same = sum(a == b for a, b in zip(ours, theirs, strict=True)) / len(ours)
    return f"likeliest events {100 * same:.0f} % the same"


def _same_numbers(ours: list[float], theirs: list[float]) -> str:
    if len(ours) != len(theirs):
        return f"{len(theirs)} numbers for {len(ours)}"
    apart = max(abs(a - b) for a, b in zip(ours, theirs, strict=True))
    return f"numbers within {apart:.1g}"
