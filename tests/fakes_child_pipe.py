"""A child's pipe without a supervisor at its other end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from livesyn.ipc.child_messages import (
    Command,
    EngineFigures,
    Error,
    Report,
    decode,
    encode,
    figures_of,
)
from livesyn.ipc.child_pipe import ChildPipe

R = TypeVar("R")


class Reports(ChildPipe):
    """A child pipe that keeps what it is told, as a supervisor would read it."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[Report] = []

    def start(self, on_command: Callable[[Command], None], on_gone: Callable[[], None]) -> None:
        """Nothing: stdin and stdout are pytest's own."""

    def report(self, report: Report) -> None:
        self.all.append(decode(encode(report), Report))

    def of(self, kind: type[R]) -> list[R]:
        """All reports of a kind."""
        return [report for report in self.all if isinstance(report, kind)]

    @property
    def said(self) -> list[str]:
        """The sentences, in order."""
        return [error.text for error in self.of(Error)]

    @property
    def figures(self) -> list[dict[str, Any]]:
        """The figures of each status of an engine by name, in order."""
        return [figures_of(status) for status in self.of(EngineFigures)]
