"""What children and supervisor say to each other: what is legal arrives as it was sent."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from livesyn.base.health import Health
from livesyn.ipc.child_messages import (
    Beat,
    Bye,
    Command,
    DeviceFigures,
    DisplayFigures,
    End,
    EngineFigures,
    Error,
    Figures,
    Key,
    Page,
    Panic,
    Param,
    PlayerFigures,
    Ready,
    Report,
    Stop,
    decode,
    encode,
    figures_of,
)
from livesyn.ipc.messages import MessageError
from tests.asked import BY

PLAYER = PlayerFigures(
    beat=4.0,
    time_s=10.0,
    bpm=120.0,
    playing=True,
    bar=3,
    params={"tempo": 120.0},
    ports=(Health("midi", "running", label="livesyn"),),
)
ENGINE = EngineFigures(
    {"fps": 30.0, "dropped": 2, "bar": None, "link": True},
    "toy",
    "cpu",
    source=DeviceFigures("camera 0", "lost", "it was unplugged", 1),
    outlets=(DeviceFigures("window", "running", shown=9),),
)
REPORTS = (
    Ready(7, {"size": [640, 480], "vsync": None}),
    Beat(),
    Page("http://127.0.0.1:8770/"),
    Key("freeze", True, **BY),
    Error("there is no video 'd\udce9.mp4'", fatal=True),  # a name that is not UTF-8
    End(),
    Bye(),
    PLAYER,
    ENGINE,
    DisplayFigures(9, 9, 0, 30.0, 1, None, True, False, False, 0, ""),
    Figures({"xruns": 1, "words": "ordinary priority"}),
)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: type(report).__name__)
def test_a_report_arrives_as_it_was_sent(report: Report) -> None:
    line = encode(report)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert decode(line, Report) == report


@pytest.mark.parametrize("command", [Stop(), Panic(**BY), Param("blackout", 1.0, **BY)])
def test_a_command_arrives_as_it_was_sent(command: Command) -> None:
    assert decode(encode(command), Command) == command


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"not json",
        b"[]",
        b'{"t": "song"}',
        b'{"t": "ready"}',
        b'{"t": "error", "text": 3}',
        b'{"t": "key", "key": "freeze", "on": 1}',
        b'{"t": "engine", "numbers": {"fps": [1]}}',
        b'{"t": "stop"}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_what_is_no_report_is_one_sentence(line: bytes) -> None:
    with pytest.raises(MessageError, match="is no legal message"):
        decode(line, Report)


def test_a_newer_child_may_say_more() -> None:
    assert decode(b'{"t": "page", "url": "x", "more": 1}', Report) == Page("x")


def test_numpys_numbers_are_numbers() -> None:
    counted: dict[str, Any] = {"a": np.float32(0.5), "b": np.int64(3), "c": np.float64("nan")}
    numbers = decode(encode(EngineFigures(counted)), Report).numbers
    assert (numbers["a"], numbers["b"]) == (0.5, 3) and numbers["c"] != numbers["c"]


def test_one_mapping_becomes_the_engines_figures() -> None:
    source = {"name": "camera 0", "state": "running", "reason": "", "lost": 0}
    mapping = {"fps": None, "model": "toy", "source": source, "a_chains_own": 3}
    figures = decode(encode(EngineFigures.of(mapping)), Report)
    assert figures.numbers == {"fps": None, "a_chains_own": 3}
    assert figures.model == "toy" and figures.source == DeviceFigures("camera 0", "running")
    assert figures_of(figures)["a_chains_own"] == 3


@pytest.mark.parametrize("status", [PLAYER, ENGINE, replace(ENGINE, source=None)])
def test_figures_by_name_can_be_written(status: PlayerFigures | EngineFigures) -> None:
    figures = json.loads(json.dumps(figures_of(status)))
    assert "t" not in figures and "numbers" not in figures
    assert ("late_ms_p99" if status is PLAYER else "fps") in figures


def test_what_cannot_be_written_is_refused() -> None:
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(MessageError, match="a Ready cannot be written"):
        encode(Ready(1, {"circle": circle}))
