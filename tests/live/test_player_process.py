"""The real player process: killed, orphaned, panicked, and played to by an engine that dies."""

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import psutil
import pytest

from livesyn.base.clock import SystemClock
from livesyn.base.types import Note, Phrase
from livesyn.config.encoded import encode
from livesyn.config.sections import Config, Osc
from livesyn.ipc.child_messages import Panic, Param
from livesyn.ipc.messages import FromPlayer, Welcome
from livesyn.ipc.player_link import PlayerLink
from livesyn.show import launch
from livesyn.show.child import ChildSpec
from livesyn.show.supervisor import Supervisor
from tests.asked import BY

PATIENCE_S = 10.0
ROOT = Path(__file__).parents[2]
PLAYER = str(Path(__file__).with_name("journal_player.py"))
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
FAST = Config(osc=Osc(out=(), in_port=0), params={"tempo": 300.0})  # a bar is 0.8 s

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")


@pytest.fixture
def folder(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with tempfile.TemporaryDirectory(prefix="ls-") as path:
        yield Path(path)


class Journal:
    """Reads what the player's sink was told."""

    def __init__(self, path: Path):
        self.begun_s = SystemClock().now_s()  # the player is started after it
        self._path = path
        self._pause = threading.Event()

    def events(self, *kinds: str) -> list[list]:
        """[time_s, pid, kind, ...] of these kinds, or of all."""
        lines = self._path.read_text().splitlines(keepends=True) if self._path.exists() else []
        events = [json.loads(line) for line in lines if line.endswith("\n")]
        return [event for event in events if not kinds or event[2] in kinds]

    def wait(self, ready, what: str):
        """The first truthy `ready(journal)`."""
        clock = SystemClock()
        end_s = clock.now_s() + PATIENCE_S
        while clock.now_s() < end_s:
            if found := ready(self):
                return found
            self._pause.wait(0.01)
        raise AssertionError(f"{what}; the last was {self.events()[-5:]}")

    def sounding(self, pid: int | None = None) -> set[int]:
        """Pitches struck and not ended since the last panic."""
        sounding: set[int] = set()
        for _, by, kind, *rest in self.events("on", "off", "panic"):
            if pid is None or by == pid:
                if kind == "on":
                    sounding.add(rest[0])
                elif kind == "off":
                    sounding.discard(rest[0])
                else:
                    sounding.clear()
        return sounding


@pytest.fixture
def player(folder):
    """A player alone, sounding; its journal."""
    journal = Journal(folder / "journal")
    process = subprocess.Popen(
        [sys.executable, PLAYER, str(folder / "s"), str(folder / "journal")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=ENVIRONMENT,
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(encode(FAST))
    process.stdin.flush()
    journal.wait(lambda j: j.events("on"), "no note was struck")
    yield process, journal
    if process.poll() is None:
        process.kill()
    process.wait(PATIENCE_S)
    process.stdin.close()
    process.stdout.close()


def assert_left_cleanly(process, journal):
    assert process.wait(PATIENCE_S) == 0
    assert [event[2] for event in journal.events()][-3:] == ["stop", "panic", "close"]
    ons, offs = len(journal.events("on")), len(journal.events("off"))
    assert ons == offs > 0


def test_the_first_note_comes_at_once(player):
    _, journal = player
    assert journal.events("on")[0][0] - journal.begun_s < 1.5  # 0.2 s on a quiet machine


def test_end_of_stdin_ends_every_note(player):
    process, journal = player
    process.stdin.close()
    assert_left_cleanly(process, journal)


def test_sigterm_ends_every_note(player):
    process, journal = player
    process.send_signal(signal.SIGTERM)
    assert_left_cleanly(process, journal)


def test_stop_ends_every_note_and_says_goodbye(player):
    process, journal = player
    process.stdin.write(b'not json\n{"t":"stop"}\n')
    process.stdin.flush()
    assert_left_cleanly(process, journal)
    assert json.loads(process.stdout.read().splitlines()[-1]) == {"t": "bye"}


def test_panic_comes_at_once_and_again(player):
    process, journal = player
    before = len(journal.events("panic"))
    process.stdin.write(b'{"t":"panic","origin":"test","asked_s":1}\n')
    process.stdin.flush()
    journal.wait(lambda j: len(j.events("panic")) >= before + 2, "no panic came twice")
    first, second = journal.events("panic")[before : before + 2]
    assert 0.045 <= second[0] - first[0] < 0.5


def test_an_engine_is_obeyed_and_its_death_survived(player, folder):
    process, journal = player
    told: queue.SimpleQueue[FromPlayer] = queue.SimpleQueue()
    link = PlayerLink(folder / "s", told.put).start()
    welcome = told.get(timeout=PATIENCE_S)
    assert isinstance(welcome, Welcome) and welcome.params["tempo"] == 300
    bar = welcome.bar + 1
    link.offer(bar, Phrase((Note(0, 1, 40),), 4), (0.0,) * 12, **BY)
    journal.wait(
        lambda j: [bar, "new"] in [event[3:5] for event in j.events("bar")],
        "the phrase was not played",
    )
    link.close()
    journal.wait(
        lambda j: [event[4] for event in j.events("bar")].count("repeat") >= 2,
        "the bar was not repeated",
    )
    assert [event[3] for event in journal.events("on")].count(40) >= 2 and process.poll() is None


def test_a_mistake_is_one_sentence_and_exit_code_2(folder):
    for config, word in (
        ('{"params": {"tempo": 0}}', "tempo"),
        ('{"params": {"tmpo": 100}}', "'tempo'"),
        ("[]", "object"),
        ("{", "JSON"),
        ('{"osc": {"out": ["nowhere"]}}', "HOST:PORT"),
        ('{"osc": {"in_port": 0}, "midi": {"out": "no such port"}}', ""),
        ("", "no config came"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "livesyn.player", "--socket", str(folder / "s")],
            input=config.encode() + b"\n" * bool(config),
            capture_output=True,
            env=ENVIRONMENT,
            timeout=PATIENCE_S,
        )
        report = json.loads(done.stdout.splitlines()[0])
        assert (
            done.returncode == 2
            and report["t"] == "error"
            and report["fatal"]
            and word in report["text"]
            and b"Traceback" not in done.stderr
        )


ENGINE = """
import os, sys, threading
from livesyn.ipc.child_messages import Beat, Figures, Ready
from livesyn.ipc.child_pipe import ChildPipe
from livesyn.ipc.messages import Committed
from livesyn.ipc.player_link import PlayerLink
from livesyn.base.types import Note, Phrase
end = threading.Event()
line = ChildPipe()
line.read_config()
line.start(lambda command: end.set(), end.set)
def hear(m):
    if isinstance(m, Committed):
        phrase = Phrase((Note(0, 1, 50), Note(2, 1, 52)), 4)
        link.offer(m.bar + 2, phrase, (0.0,) * 12, "engine", m.time_s)
link = PlayerLink(sys.argv[1], hear).start()
line.report(Ready(os.getpid()))
while not end.wait(0.1):
    line.report(Beat())
    line.report(Figures({"connections": link.connections}))
link.close()
"""


def children(folder):
    """The real player and a small engine."""
    player = (PLAYER, str(folder / "s"), str(folder / "journal"))
    return [
        ChildSpec("player", player, launch.PLAYER, encode(FAST), (Panic, Param), leaves=2),
        ChildSpec("engine", ("-c", ENGINE, str(folder / "s")), launch.ENGINE),
    ]


@pytest.fixture
def show(folder):
    """Supervisor, real player and a small engine, playing the engine's phrases; and the journal."""
    journal = Journal(folder / "journal")
    events: list[str] = []
    supervisor = Supervisor(children(folder), on_event=events.append)
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    journal.wait(
        lambda j: [e for e in j.events("bar") if e[4] == "new"], "the engine was not heard"
    )
    yield supervisor, journal
    supervisor.stop()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert journal.sounding() == set(), "a note hangs"


def since(journal, time_s, *kinds):
    return [event for event in journal.events(*kinds) if event[0] > time_s]


def test_kill_9_of_the_engine_in_a_bar(show):
    supervisor, journal = show
    player = supervisor.children["player"].pid
    killed_s = SystemClock().now_s()
    os.kill(supervisor.children["engine"].pid, signal.SIGKILL)
    journal.wait(
        lambda j: (
            [e for e in since(j, killed_s, "bar") if e[4] == "repeat"]
            or len(since(j, killed_s, "bar")) > 5
        ),
        "the music stopped",
    )
    journal.wait(
        lambda j: (bars := since(j, killed_s, "bar"))[2:] and bars[-1][4] == "new",
        "the engine did not come back",
    )
    bars = [event[3] for event in journal.events("bar")]
    assert bars == list(range(len(bars))), "no bar was missed"
    assert {event[1] for event in journal.events()} == {player}


@pytest.mark.parametrize(
    "number",
    [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP],
    ids=lambda number: number.name,
)
def test_a_signal_to_the_player_alone_costs_neither_the_place_nor_the_tempo(show, folder, number):
    supervisor, journal = show
    first = supervisor.children["player"].pid
    supervisor.children["player"].tell(Param("tempo", 250.0, **BY))
    journal.wait(
        lambda j: json.loads((folder / "s.show").read_bytes())["params"]["tempo"] == 250,
        "the tempo was not written down",
    )
    journal.wait(lambda j: j.events("bar")[-1][5] == 250, "the tempo was not obeyed")
    before = journal.events("bar")[-1]
    killed_s = SystemClock().now_s()
    os.kill(first, number)
    journal.wait(
        lambda j: [e for e in since(j, killed_s, "bar") if e[4] == "new" and e[1] != first],
        "no engine found the new player",
    )
    kinds = [event[2] for event in journal.events() if event[1] != first]
    assert kinds[:3] == [
        "open",
        "panic",
        "continue",
    ], "what was left sounding is ended, then the show goes on where it would be"
    after = next(event for event in journal.events("bar") if event[1] != first)
    assert after[5] == before[5] and 0 <= after[3] - before[3] <= 4 + 300 / 240 * (
        after[0] - before[0]
    )


def test_kill_9_of_the_supervisor_leaves_nobody_and_no_note(folder):
    program = (
        "import sys; from pathlib import Path; from livesyn.show.supervisor import Supervisor;"
        " from tests.live.test_player_process import children;"
        " sys.exit(Supervisor(children(Path(sys.argv[1]))).run())"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(folder)], env=ENVIRONMENT)
    journal = Journal(folder / "journal")
    try:
        journal.wait(
            lambda j: [e for e in j.events("bar") if e[4] == "new"], "the engine was not heard"
        )
        alive = psutil.Process(process.pid).children(recursive=True)
        assert len(alive) == 2
    finally:
        process.kill()
        process.wait(PATIENCE_S)
    _, alive = psutil.wait_procs(alive, PATIENCE_S)
    assert not alive
    assert journal.sounding() == set() and [event[2] for event in journal.events()][-2:] == [
        "panic",
        "close",
    ]
    assert len(journal.events("on")) == len(journal.events("off"))
    assert not (folder / "s").exists() and not (folder / "s.show").exists()
