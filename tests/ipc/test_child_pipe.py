"""A child's reports, in a pipe that the supervisor does not read."""

from __future__ import annotations

import json
import os

import pytest

from livesyn.ipc.child_pipe import ChildPipe

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes on Windows block, briefly")


@pytest.fixture
def line():
    """A child's pipe and where its supervisor reads; `start` would take this process's own."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    os.set_blocking(reader, False)
    pipe = ChildPipe(lambda message: None, lambda: None)
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
        pipe.report("status", n=n, big=big)
    rows = b""
    while not rows.endswith(b"\n"):
        rows += os.read(reader, 1 << 16)
        pipe.report("beat")  # writes on what was begun
        if b"\n" in rows and rows.count(b"\n") >= 3:
            break
    pipe.report("bye")
    told = [json.loads(row) for row in rows.splitlines() if row.endswith(b"}")] + read(reader)
    assert [row["n"] for row in told if row["t"] == "status"] == [0, 1, 2]
    assert told[-1]["t"] == "bye" and pipe.dropped >= 6


def test_what_cannot_be_said_in_json_is_counted(line):
    pipe, reader = line
    circle: list = []
    circle.append(circle)
    pipe.report("status", circle=circle)
    pipe.report("status", name="d\udce9", odd={("a",): 1})
    (row,) = read(reader)
    assert row["name"] == "d\udce9" and pipe.dropped == 1
