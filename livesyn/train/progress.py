"""The bar that a training run shows."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def progress_bar(
    label: str, total: int, done: int, shown: bool
) -> Iterator[Callable[[int, str], object]]:
    """A bar, where rich is installed. Gives what moves it on: steps done, and figures to show."""
    try:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )
    except ImportError:  # rich may be missing on a machine that only trains
        yield lambda steps, figures: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[figures]}"),
    )
    with Progress(*columns, refresh_per_second=2, disable=not shown) as bar:
        task = bar.add_task(label, total=total, completed=done, figures="")
        yield lambda steps, figures: bar.update(task, completed=steps, figures=figures)
