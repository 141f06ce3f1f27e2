"""Marks the slow tests: `pytest -m "not slow"` runs the others in one or two minutes."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# Folders and files whose tests train, start processes or play with other programs.
SLOW = (
    "live",
    "train",
    "evaluate",
    "offline",
    "cli/test_main.py",
    "cli/test_words_of_a_show.py",
    "engine/test_process.py",
    "engine/test_smoothing.py",
    "show/test_supervisor.py",
)


def pytest_configure() -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started with `&` in a script
        signal.signal(signal.SIGINT, signal.default_int_handler)  # else no show could be ended


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(HERE).as_posix().startswith(SLOW):
            item.add_marker(pytest.mark.slow)
