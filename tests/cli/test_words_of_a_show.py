"""Shows whose words cannot be written, as processes: they go on, are looked after, and end when
told to. Their children are `fake_child.py`'s.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from livesyn.base.writer import CLOSED, STANDS_STILL

termios = pytest.importorskip("termios")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="descriptors and signals as on POSIX")

ROOT = Path(__file__).parents[2]
CHILD = ROOT / "tests" / "show" / "fake_child.py"
PROGRAM = """
import sys
from dataclasses import replace
from livesyn.cli.entry import main
from livesyn.show import launch, preflight
child, fifo = sys.argv.pop(1), sys.argv.pop(1)
real = launch.children_of
def children_of(config, folder):
    player, engine = real(config, folder)
    return [
        replace(player, arguments=(child, "good")),
        replace(engine, arguments=(child, "chatty", fifo)),
    ]
launch.children_of = children_of
preflight.check = lambda config: None
sys.exit(main())
"""
END_S = 20.0


class Show:
    """`livesyn run WORDS` in a shell that has done `before` and adds `after` to the command."""

    def __init__(self, folder: Path, *words: str, before: str = "", after: str = "", **options):
        fifo = folder / "started"
        os.mkfifo(fifo)
        self._started = os.fdopen(os.open(fifo, os.O_RDWR), "r")
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("environment", {})}
        command = ["sh", "-c", f'{before} exec "$@" {after}', "sh"]
        command += [sys.executable, "-c", PROGRAM, str(CHILD), str(fifo), "run", *words]
        usual: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen[bytes](
            command,
            env=environment,
            start_new_session=True,
            **usual | options,
        )

    def wait_start(self) -> None:
        """Wait until an engine was started."""
        assert self._started.readline() == "started\n"

    def kill_engine(self) -> None:
        """Kill it, and wait for the next."""
        children = psutil.Process(self.process.pid).children()
        (engine,) = (child for child in children if "chatty" in child.cmdline())
        engine.kill()
        self.wait_start()

    def end(self, number: int = signal.SIGINT) -> str:
        """Signal it; returns what stderr had still to say, once it has ended with 0."""
        self.process.send_signal(number)
        said = self.process.stderr.read().decode() if self.process.stderr else ""
        assert self.process.wait(END_S) == 0, said
        return said

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(END_S)
        for stream in (self.process.stdout, self.process.stderr, self._started):
            if stream is not None:
                stream.close()


@pytest.fixture
def start(tmp_path):
    shows = []

    def start(*words, **options):
        shows.append(Show(tmp_path, *words, **options))
        shows[-1].wait_start()
        return shows[-1]

    yield start
    for show in shows:
        show.close()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("words", [[], ["--log-json"]], ids=["lines", "json"])
def test_a_full_disk(start, words):
    with open("/dev/full", "wb") as full:
        show = start(*words, stdout=full)
    assert b"lost from now on (no space left on device)" in show.process.stderr.readline()
    show.kill_engine()
    assert "could not be written to stdout (no space left on device)" in show.end()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("words", [[], ["--quiet"], ["--log-json"]], ids=["lines", "quiet", "json"])
def test_a_full_disk_for_both(start, words):
    with open("/dev/full", "wb") as full:
        show = start(*words, stdout=full, stderr=full)
    show.kill_engine()
    show.end(signal.SIGTERM)


def test_a_reader_that_leaves(start):
    show = start("--log-json", stdout=subprocess.PIPE)
    assert json.loads(show.process.stdout.readline())["t"] == "start"
    show.process.stdout.close()
    assert b"lost from now on (its reader is gone)" in show.process.stderr.readline()
    show.kill_engine()
    assert "could not be written to stdout (its reader is gone)" in show.end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_reader_that_stands_still(start, number):
    show = start("--log-json", stdout=subprocess.PIPE)
    told = show.process.stderr.readline().decode()
    assert f"lost from now on ({STANDS_STILL})" in told
    show.kill_engine()
    assert f"could not be written to stdout ({STANDS_STILL})" in show.end(number)


def test_a_reader_that_stood_still_and_reads_again_is_told_what_it_missed(start):
    show = start("--log-json", stdout=subprocess.PIPE)
    assert b"lost from now on" in show.process.stderr.readline()
    for line in show.process.stdout:
        told = json.loads(line)
        if told["t"] == "lost":
            break
    assert told["lines"] > 0 and told["why"] == STANDS_STILL and told["s"] >= 0
    assert json.loads(show.process.stdout.readline())["t"] != "lost"
    show.process.stdout.close()
    show.end()


@pytest.mark.parametrize(
    ("after", "said"),
    [(">&-", CLOSED), ("2>&-", ""), ("<&-", ""), (">&- 2>&-", ""), ("<&- >&- 2>&-", "")],
    ids=["stdout", "stderr", "stdin", "both", "all"],
)
def test_what_is_closed_when_it_begins(start, after, said):
    show = start(after=after, stdout=subprocess.DEVNULL)
    if sys.platform == "linux":
        for fd, closed in ((0, "<&-"), (1, " >&-"), (2, "2>&-")):
            if closed in f" {after}":
                assert os.readlink(f"/proc/{show.process.pid}/fd/{fd}") == os.devnull
    show.kill_engine()
    assert said in show.end()


@pytest.fixture
def terminal():
    """A terminal, whose keys are pressed at the first descriptor; no reader waits there."""
    keys, screen = os.openpty()
    yield keys, screen
    for fd in (keys, screen):
        try:
            os.close(fd)
        except OSError:
            pass  # the test has closed it


@pytest.mark.parametrize("words", [[], ["--log-json"], ["--quiet"]], ids=["live", "json", "quiet"])
def test_a_terminal_that_is_stopped_with_ctrl_s(start, terminal, words):
    keys, screen = terminal
    show = start(*words, stdout=screen, stderr=screen)
    assert termios.tcgetattr(screen)[0] & termios.IXON
    os.write(keys, b"\x13")
    show.kill_engine()
    show.kill_engine()
    show.end()


def test_a_terminal_that_hangs_up(start, terminal):
    keys, screen = terminal
    show = start(stdout=screen, stderr=screen)
    os.close(screen)
    os.close(keys)
    show.kill_engine()
    show.end()


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8:strict"])
def test_a_name_that_the_terminal_does_not_have(start, tmp_path, encoding):
    name = os.fsdecode(b"d\xe9j\xe0 ") + "音"
    with (tmp_path / "said").open("wb") as out:
        show = start("--images", name, stdout=out, environment={"PYTHONIOENCODING": encoding})
        show.kill_engine()
        assert show.end() == ""
    said = (tmp_path / "said").read_bytes()
    assert b"d\\udce9j\\udce0 " in said and b"the engine ended with SIGKILL" in said


@pytest.mark.parametrize(
    ("ignored", "number", "other"),
    [
        ("HUP", "SIGHUP", "SIGTERM"),
        ("INT", "SIGINT", "SIGTERM"),
        ("TERM", "SIGTERM", "SIGHUP"),
    ],
)
def test_a_signal_that_came_in_ignored_stays_so(start, ignored, number, other):
    show = start(before=f"trap '' {ignored};", stdout=subprocess.DEVNULL)
    show.kill_engine()  # the handlers are there
    show.process.send_signal(signal.Signals[number])
    show.kill_engine()  # and it goes on
    show.end(signal.Signals[other])


def run(shell: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", shell.replace("livesyn", f"{sys.executable} -m livesyn")],
        capture_output=True,
        text=True,
        timeout=50,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        cwd=ROOT,
    )


def test_a_command_ends_quietly_when_its_reader_is_gone():
    done = run("{ livesyn params; echo $? >&2; } | head -1")
    assert done.stdout.startswith("name") and done.stderr == "0\n"


def test_a_slow_reader_gets_everything():
    done = run("livesyn params | { read first; wc -l; }")
    assert int(done.stdout) > 30 and done.stderr == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_table_that_could_not_be_written_is_no_success():
    done = run("livesyn params > /dev/full")
    assert done.returncode == 1 and done.stderr.startswith("livesyn: ")
    assert "could not be written to stdout (no space left on device)" in done.stderr
    assert run("livesyn params > /dev/full 2>&1").returncode == 1
    assert run("livesyn --help > /dev/full").returncode == 1


@pytest.mark.parametrize("command", ["params", "models", "--version", "run --help"])
def test_a_product_for_a_closed_stdout_is_no_success(command):
    done = run(f"livesyn {command} >&-")
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert "could not be written to stdout (it is closed)" in done.stderr


@pytest.mark.parametrize("closed", ["2>&-", "<&-", "2>&- <&-", ">&- 2>&- <&-"])
def test_closed_descriptors_are_no_fault(closed):
    assert run(f"livesyn params {closed}").returncode == (1 if closed.startswith(">") else 0)
    done = run(f"livesyn translate nowhere.jpg -o /dev/null/x {closed}")
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_a_mistake_with_a_name_that_is_not_utf_8():
    done = run("livesyn translate \"$(printf 'd\\351')\" -o out", PYTHONIOENCODING="utf-8:strict")
    assert done.returncode == 2 and "udce9" in done.stderr and done.stderr.count("\n") == 1
