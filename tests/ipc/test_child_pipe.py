"""A child's end of the pipe: reports that nobody reads, config and commands that are cut anyhow."""

from __future__ import annotations

import json
import os

import pytest

from livesyn.base.errors import ConfigError
from livesyn.config.encoded import encode
from livesyn.config.sections import Config, Web
from livesyn.ipc import child_pipe
from livesyn.ipc.child_messages import Beat, Bye, Command, Error, Figures, Panic, Param, Ready, Stop
from livesyn.ipc.child_pipe import ChildPipe
from tests.asked import BY

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes on Windows block, briefly")


@pytest.fixture
def line():
    """A child's pipe and where its supervisor reads; `start` would take this process's own."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    os.set_blocking(reader, False)
    pipe = ChildPipe()
    pipe._out = writer
    yield pipe, reader
    os.close(reader)
    os.close(writer)


def read(reader: int) -> list[dict]:
    data = b""
    try:
        while more := os.read(reader, 1 << 20):
            data += more
    except BlockingIOError:
        pass
    return [json.loads(row) for row in data.splitlines()]


def test_a_report_that_the_pipe_took_in_part_is_finished_before_the_next(line):
    pipe, reader = line
    big = "x" * 30_000
    for n in range(9):  # the third is torn, for 64 kB fit
        pipe.report(Figures({"n": n, "big": big}))
    rows = b""
    while not rows.endswith(b"\n"):
        rows += os.read(reader, 1 << 16)
        pipe.report(Beat())  # writes on what was begun
        if b"\n" in rows and rows.count(b"\n") >= 3:
            break
    pipe.report(Bye())
    told = [json.loads(row) for row in rows.splitlines() if row.endswith(b"}")] + read(reader)
    assert [row["numbers"]["n"] for row in told if row["t"] == "figures"] == [0, 1, 2, 8], (
        "and the newest"
    )
    assert told[-1]["t"] == "bye" and pipe.dropped == 0


def test_what_matters_is_not_lost_to_beats_while_nobody_reads(line):
    pipe, reader = line
    full = 0
    try:
        while True:
            full += os.write(pipe._out, b"\n" * 4096)
    except BlockingIOError:
        pass
    pipe.report(Ready(7))
    for n in range(1000):
        pipe.report(Beat())
        pipe.report(Figures({"n": n}))
    for n in range(70):
        pipe.report(Error(f"error {n}"))
    while full > 0:
        full -= len(os.read(reader, full))
    pipe.flush()
    ready, beat, figures, *errors = read(reader)
    assert (ready["t"], beat["t"], figures["numbers"]) == ("ready", "beat", {"n": 999})
    assert [error["text"] for error in errors[:-1]] == [f"error {n}" for n in range(6, 70)]
    assert errors[-1]["text"] == (
        "reports of the process were not read for a while; 6 were dropped"
    )
    assert pipe.dropped == 6
    pipe.report(Bye())
    assert [row["t"] for row in read(reader)] == ["bye"], "said once"


def test_a_report_waits_for_no_thread_that_writes(line):
    """The one that has to be on time leaves its report to the one that is at the pipe."""
    pipe, reader = line
    pipe._blocks = False
    with pipe._writing:
        pipe.report_promptly(Beat())
    assert read(reader) == []
    pipe.report(Bye())
    assert [row["t"] for row in read(reader)] == ["beat", "bye"]
    pipe._blocks = True  # pipes as on Windows
    pipe.report_promptly(Beat())
    assert read(reader) == []
    pipe.flush()
    assert [row["t"] for row in read(reader)] == ["beat"]


def test_what_cannot_be_said_in_json_is_counted(line):
    pipe, reader = line
    circle: list = []
    circle.append(circle)
    pipe.report(Ready(1, {"circle": circle}))
    pipe.report(Ready(1, {"name": "d\udce9", "odd": {("a",): 1}}))
    (row,) = read(reader)
    assert row["facts"]["name"] == "d\udce9" and pipe.dropped == 1


CONFIG = Config(web=Web(token="secret", host="0.0.0.0"))
PANIC = b'{"t":"panic","origin":"test","asked_s":1}\n'
FREEZE = b'{"t":"param","name":"freeze","value":1,"origin":"test","asked_s":1}\n'
COMMANDS = PANIC + b'not json\n{"t":"song"}\n{"t":"panic"}\n' + FREEZE


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_the_config_comes_first_and_commands_after_it_however_they_are_cut(monkeypatch, size):
    data = encode(CONFIG) + COMMANDS + b'{"t":"stop"}\n'
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    monkeypatch.setattr(child_pipe, "_read", lambda: pieces.pop(0) if pieces else b"")
    pipe = ChildPipe()
    told: list[Command | str] = []
    assert pipe.read_config() == CONFIG
    pipe._listen(told.append, lambda: told.append("gone"))
    assert told == [Panic(**BY), Param("freeze", 1.0, **BY), Stop(), "gone"] and pipe.bad == 3, (
        "a panic of nobody is none"
    )


def test_a_supervisor_that_went_before_it_gave_a_config_is_a_sentence(monkeypatch):
    pieces = [b'{"web":', b""]
    monkeypatch.setattr(child_pipe, "_read", lambda: pieces.pop(0))
    with pytest.raises(ConfigError, match="no config came"):
        ChildPipe().read_config()
