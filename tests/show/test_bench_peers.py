"""The bench beside peers: the table it prints, and that who is missing costs only a line."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Imports modules from `scripts`."""
    monkeypatch.syspath_prepend(str(SCRIPTS))

    def module(name: str) -> ModuleType:
        return importlib.import_module(name)

    yield module
    for name in [name for name in sys.modules if name.split(".")[0] in ("peers", "bench_peers")]:
        del sys.modules[name]


class FakeWorker:
    """Answers from a list, and writes down whose turn it was."""

    def __init__(self, name: str, turns: list[str], answers: list[Any], about: dict) -> None:
        self.about = about
        self._name, self._turns, self._answers = name, turns, iter(answers)
        self.closed = False

    def round(self) -> dict[str, Any]:
        self._turns.append(self._name)
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)

    def close(self) -> None:
        self.closed = True


def test_the_table_has_medians_ratios_and_a_sentence_for_who_is_missing(
    load: Callable[[str], Any],
) -> None:
    table, process = load("peers.table"), load("peers.process")
    rounds, report = load("peers.rounds"), load("peers.report")
    names = ("livesyn", "quick", "missing", "breaks")
    row = table.Row(
        "bars", "two bars", "ms", tuple(table.Contender(name, "none", note="") for name in names)
    )
    turns: list[str] = []
    ours = [{"values": [2.0, 4.0], "more": {"core %": share}} for share in (1, 3) for _ in range(3)]
    made = {
        "livesyn": FakeWorker("livesyn", turns, ours, {"tokens": [1, 2, 3, 4]}),
        "quick": FakeWorker("quick", turns, [{"values": [1.0, 3.0]}] * 2, {"tokens": [1, 2, 3, 9]}),
        "breaks": FakeWorker(
            "breaks", turns, [{"values": [0.1]}, process.WorkerError("it ended")], {}
        ),
    }

    def start(contender: Any) -> FakeWorker:
        if contender.name not in made:
            raise process.WorkerError("aubio could not be installed here (no | wheel)")
        return made[contender.name]

    results = rounds.measure(row, start, 2)
    lines = report.lines(row, results)
    assert turns == ["livesyn", "quick", "livesyn", "livesyn", "breaks"] * 2
    assert lines == [
        "| two bars, ms | livesyn | 3 | 2 | 1.5 | core % 2 |",
        "|  | quick | 2 | 1 | 1.5 | likeliest events 75 % the same |",
        "|  | missing | | | | not measured: aubio could not be installed here (no / wheel) |",
        "|  | breaks | | | | not measured: it ended |",
    ]
    assert all(line.count("|") == report.HEAD.splitlines()[0].count("|") for line in lines)
    figures = json.loads(json.dumps(report.figures(row, results)))
    assert figures["ratio"] == 1.5 and figures["contenders"]["quick"]["median"] == 2.0
    assert figures["contenders"]["breaks"] == {"missing": "it ended"}
    assert all(worker.closed for worker in made.values())


def test_without_ours_peers_are_still_measured(load: Callable[[str], Any]) -> None:
    table, process = load("peers.table"), load("peers.process")
    rounds, report = load("peers.rounds"), load("peers.report")
    row = table.Row("x", "work", "ms", tuple(table.Contender(n, "none") for n in ("ours", "peer")))
    peer = FakeWorker("peer", [], [{"values": [5.0]}], {})

    def start(contender: Any) -> FakeWorker:
        if contender.name == "ours":
            raise process.WorkerError("no checkpoint")
        return peer

    results = rounds.measure(row, start, 1)
    assert results[1].median == 5.0 and rounds.ratio_to_best(results) is None
    assert report.lines(row, results)[1] == "|  | peer | 5 | 5 |  |  |"


def test_every_row_has_ours_first_and_workers_that_are_there(load: Callable[[str], Any]) -> None:
    table = load("peers.table")
    assert len(set(table.KEYS)) == len(table.ROWS) == 10
    for row in table.ROWS:
        names = [one.name for one in row.contenders]
        assert names[0] == "livesyn" and len(set(names)) == len(names) >= 2
        for one in row.contenders:
            is_script = one.module.endswith(".js")
            assert is_script == (one.where == table.NODE)
            path = SCRIPTS / "peers" / (one.module if is_script else f"{one.module}.py")
            assert path.is_file(), one
            assert one.packages or one.where == table.HERE, one


def test_a_row_that_is_not_there_is_told_what_there_is(
    load: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = load("bench_peers")
    for words, sentence in (
        (["--rows", "bras"], "there is no row 'bras'; there are: bars, "),
        (["--rows", ","], "no row is named"),
        (["--rounds", "0"], "'0' is no whole number from 1 on"),
    ):
        monkeypatch.setattr(sys, "argv", ["bench_peers", *words])
        with pytest.raises(SystemExit) as ended:
            bench.main()
        assert ended.value.code == 2 and sentence in capsys.readouterr().err


def test_what_an_installer_says_becomes_a_sentence(
    load: Callable[[str], Any], tmp_path: Path
) -> None:
    environment = load("peers.environment")
    complaint = "import sys; print('noise'); sys.exit('ERROR: No matching distribution found')"
    assert environment._refusal([sys.executable, "-c", complaint], "aubio", 20.0) == (
        "aubio could not be installed here (ERROR: No matching distribution found)"
    )
    assert environment._refusal([sys.executable, "-c", ""], "aubio", 20.0) == ""
    gone = environment._refusal([str(tmp_path / "pip")], "aubio", 20.0)
    assert gone.startswith("aubio could not be installed (")


WORKER = """
import sys
from peers.serve import serve
def prepare():
    print("a library greets")  # not into the answers
    rounds = iter([{"values": [1.5]}])
    def work():
        return next(rounds, None) or sys.exit("the end of it")
    return work, {"tokens": [7]}
sys.exit(serve(prepare))
"""


def test_a_worker_works_when_told_and_its_end_is_a_sentence(load: Callable[[str], Any]) -> None:
    process = load("peers.process")
    environment = {"PYTHONPATH": str(SCRIPTS)}
    worker = process.Worker([sys.executable, "-c", WORKER], environment)
    assert worker.about == {"tokens": [7]} and worker.round() == {"values": [1.5]}
    with pytest.raises(process.WorkerError, match="exit code 1: the end of it"):
        worker.round()
    worker.close()
    refused = "from peers.serve import serve; serve(lambda: 1 / 0)"
    with pytest.raises(process.WorkerError, match="ZeroDivisionError: division by zero"):
        process.Worker([sys.executable, "-c", refused], environment)
    with pytest.raises(process.WorkerError, match="cannot be started"):
        process.Worker([str(SCRIPTS / "nobody")], environment)


def test_lateness_counts_from_the_beginning_or_from_the_earliest_pulse(
    load: Callable[[str], Any],
) -> None:
    clocks = load("peers.clocks")
    came_s = [10.0 + 0.003 + index * clocks.PULSE_S for index in range(200)]
    came_s[50] += 0.004
    came_s[150:] = [at_s + 0.001 for at_s in came_s[150:]]
    kind, strict = clocks.lateness(came_s), clocks.lateness(came_s, 10.0)
    assert kind == {"p50": pytest.approx(0.0), "p99": pytest.approx(1.0)}
    assert strict == {"p50": pytest.approx(3.0), "p99": pytest.approx(4.0)}


def test_no_address_of_the_flood_is_sent_a_value_twice(load: Callable[[str], Any]) -> None:
    osc = load("peers.osc")
    made = osc.packets(osc.RATE * 4)
    assert len(set(made)) == len(made) == 20_000
    assert len({osc.address_of(packet) for packet in made}) == len(osc.rows()) > 30


@pytest.mark.skipif(os.name != "posix", reason="modes as on POSIX")
def test_it_can_be_executed() -> None:
    assert os.access(SCRIPTS / "bench_peers.py", os.X_OK)
