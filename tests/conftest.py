"""Marks the slow tests: `pytest -m "not slow"` runs the others in about a minute."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# Folders and files whose tests train, start processes or play with other programs, or take seconds.
SLOW = (
    "base/test_models.py",
    "engine/test_chains.py",
    "engine/test_picture_output.py",
    "media/test_flash_limiter.py",
    "media/test_judged_by_iris.py",
    "media/test_scaling.py",
    "nets/test_onnx.py",
    "nets/test_precision.py",
    "player/test_osc_flood.py",
    "show/test_doctor.py",
    "sinks/pictures",
    "sources/test_visuals.py",
    "web/test_web_limits.py",
    "web/test_web_mjpeg.py",
    "live",
    "train",
    "evaluate",
    "offline",
    "cli/test_main.py",
    "cli/test_words_of_a_show.py",
    "engine/test_process.py",
    "engine/test_smoothing.py",
    "show/test_supervisor.py",
    "test_one_table.py",
)


def pytest_configure(config: pytest.Config) -> None:
    # what shows keep of themselves is no user's own
    kept = tempfile.mkdtemp(prefix="livesyn-tests-")
    os.environ |= dict.fromkeys(("XDG_STATE_HOME", "XDG_DATA_HOME", "LOCALAPPDATA"), kept)
    config.add_cleanup(lambda: shutil.rmtree(kept, ignore_errors=True))
    if "LIVESYN_SETS" not in os.environ:  # shows that tests start log there, not among the user's
        os.environ["LIVESYN_SETS"] = folder = tempfile.mkdtemp(prefix="livesyn-sets-")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started with `&` in a script
        signal.signal(signal.SIGINT, signal.default_int_handler)  # else no show could be ended


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(HERE).as_posix().startswith(SLOW):
            item.add_marker(pytest.mark.slow)
