"""The long watch and the bench: what they count, and that they can fail."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


def script(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def soak(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return script("soak", monkeypatch)


def test_a_leak_shows_in_the_life_that_had_it_and_fails_the_soak(soak: ModuleType) -> None:
    # what the start takes is no leak
    steady = [(float(s), 300.0 + (50.0 if s < 40 else 0.0)) for s in range(600)]
    leaking = [(900.0 + s, 300.0 + 0.1 * s) for s in range(600)]
    assert soak.growth_of(steady)["growth_mb"] == 0.0
    assert soak.growth_of(leaking)["growth_mb"] == pytest.approx(36, abs=1)
    assert soak.growth_of(leaking[:100])["growth_mb"] is None  # too short to tell
    assert (
        soak.verdict(36.0, 20, 0, 0, 1) == 1
        and soak.verdict(0.0, 20, 0, 0, 1) == 0
        and soak.verdict(None, 20, 0, 0, 1) == 0
    )
    assert soak.verdict(0.0, 20, 1, 0, 1) == 1  # an error
    # an engine that never came, or not again
    assert soak.verdict(0.0, 20, 0, 0, 0) == 1 and soak.verdict(0.0, 20, 0, 3, 2) == 1
    assert soak.most_at_once({("player", 1): steady[:2], ("engine", 2): steady[:2]}) == 700


def test_errors_are_counted_and_good_news_is_not(soak: ModuleType) -> None:
    counts = {"engine_starts": 0, "errors": 0}
    for sentence in (
        "the player is ready",
        "the engine is ready",
        "the engine ended with SIGKILL; it is started again",
        "the engine is ready again",
        "MIDI is back",
    ):
        soak.count(sentence, counts)
    assert counts == {"engine_starts": 2, "errors": 1, "kills_told": 1}
    soak.count("no JACK server is running", counts)
    assert counts["errors"] == 2


def test_the_bench_keeps_every_second_and_names_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = script("bench_live", monkeypatch)
    figures: dict = {"late": [], "fps": [], "ages": [], "margins": []}
    for fps, age in ((30.0, 20.0), (12.0, 90.0), (29.0, 21.0)):
        bench.note(
            {
                "t": "status",
                "from": "engine",
                "fps": fps,
                "frame_age_ms_p99": age,
                "source": {"name": "visuals ink"},
            },
            figures,
            0.0,
        )
    bench.note(
        {
            "t": "status",
            "from": "player",
            "late_ms_p99": 0.1,
            "repeats": 1,
            "skipped": 2,
            "jumps": 3,
        },
        figures,
        0.0,
    )
    assert [fps for _, fps in figures["fps"]] == [30.0, 12.0, 29.0] and max(figures["ages"]) == 90.0
    assert (figures["repeats"], figures["skipped"], figures["jumps"], figures["source"]) == (
        1,
        2,
        3,
        "visuals ink",
    )
    assert {"source", "fps", "fps_min", "repeats", "skipped", "jumps"} <= set(bench.KEYS)


@pytest.mark.skipif(os.name != "posix", reason="modes as on POSIX")
@pytest.mark.parametrize("name", ["soak.py", "bench_live.py"])
def test_it_can_be_executed(name: str) -> None:
    assert os.access(SCRIPTS / name, os.X_OK)
