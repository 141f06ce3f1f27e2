"""The flash limiter, judged by IRIS, a detector that shares nothing with livesyn: what the limiter
shows never fails there, whatever it is given.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.from_file import module_from

pytest.importorskip(
    "iris_pse_detection", reason="IRIS is not here (pip install iris-pse-detection)"
)
SCRIPTS = Path(__file__).parents[2] / "scripts"
FAILURES = ("fail", "extended")


@pytest.fixture(scope="module")
def script() -> Any:
    return module_from(SCRIPTS / "judge_flashes.py")


def test_iris_is_a_judge(script: Any) -> None:
    """It fails what flashes, and passes what does not."""
    drawn = script.drawn()
    words = {
        name: script.judge([drawn[name](n / script.FPS) for n in range(240)])
        for name in ("strobe 1 Hz", "strobe 2 Hz", "strobe 10 Hz", "red 5 Hz")
    }
    assert words == {
        "strobe 1 Hz": "pass",
        "strobe 2 Hz": "extended",
        "strobe 10 Hz": "fail",
        "red 5 Hz": "fail",
    }


def test_what_passes_the_limiter_passes_iris(script: Any) -> None:
    found = {name: script.compare(list(frames)) for name, frames in script.clips(8.0)}
    assert len(found) >= 20
    assert sum(clip["raw"] in FAILURES for clip in found.values()) >= 15
    assert not {name: clip for name, clip in found.items() if clip["limited"] in FAILURES}
    calm = ("strobe 1 Hz", "sine 1 Hz", "cuts, 2 a second", "visuals ink x4", "visuals coral x4")
    assert all(found[name]["held"] == 0 for name in calm)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_drawn_at_random_passes_too(script: Any, seed: int) -> None:
    """Colours, rates and areas by chance, changing their minds each second or so."""
    draw = np.random.default_rng(seed)
    frames: list[np.ndarray] = []
    while len(frames) < 8 * script.FPS:
        hz, duty = draw.uniform(0.5, 15), draw.uniform(0.2, 0.8)
        pair = [script.plain(*draw.integers(0, 256, 3)) for _ in range(2)]
        if draw.random() < 0.5:
            pair[1] = pair[0].copy()
            pair[1][:, : int(script.SIZE[0] * draw.uniform(0.2, 1))] = draw.integers(0, 256, 3)
        clip = script.between(*pair, hz, duty)
        frames += [clip(n / script.FPS) for n in range(int(draw.integers(15, 90)))]
    assert script.compare(frames)["limited"] not in FAILURES
