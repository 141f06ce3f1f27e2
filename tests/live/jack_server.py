"""A JACK server of one's own (dummy driver), to be killed and started at will; and a receiver to
play into.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest

fcntl = pytest.importorskip("fcntl", reason="JACK is tested where files can be locked")

PATIENCE_S = 15.0


def wait_for(condition: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> Any:
    """The first true answer of `condition`, asked again and again; fails after `patience_s`."""
    until_s, pause = time.monotonic() + patience_s, threading.Event()
    while not (answer := condition()):
        assert time.monotonic() < until_s, f"waited {patience_s:g} s in vain for {what}"
        pause.wait(0.02)
    return answer


NAMES = tuple(f"livesyn-test-{index}" for index in range(4))


def take_name() -> tuple[str, IO[bytes]]:
    """A server name nobody else is using, and the lock that says so.

    A machine's JACK knows eight names at most, and one whose server was killed stays taken until a
    server of that name ends well: so names are few and lent, not made up. They are the machine's,
    and so is the folder of the locks, wherever TMPDIR is.
    """
    folder = "/tmp" if os.path.isdir("/tmp") else tempfile.gettempdir()

    def lend() -> tuple[str, IO[bytes]] | None:
        for name in NAMES:
            try:
                lock = open(os.path.join(folder, f"{name}.lock"), "ab")  # noqa: SIM115  (held as long as the server)
            except OSError:  # another user's
                continue
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return name, lock
            except OSError:
                lock.close()
        return None

    return wait_for(lend, "a free JACK server name")


class JackServer:
    """`jackd -d dummy` under a name that is ours alone; the environment of this process points at
    it.
    """

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, period: int = 1024, rate_hz: int = 48000
    ) -> None:
        self._period, self._rate_hz = period, rate_hz
        self.name, self._lock = take_name()
        monkeypatch.setenv("JACK_DEFAULT_SERVER", self.name)
        monkeypatch.setenv("JACK_NO_START_SERVER", "1")
        monkeypatch.delenv("LIVESYN_MIDI_API", raising=False)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        # It dies with us, or it would answer to its name in the next run.
        self._process = subprocess.Popen(
            [
                "setpriv",
                "--pdeathsig",
                "KILL",
                "jackd",
                "-n",
                self.name,
                "-d",
                "dummy",
                "-p",
                str(self._period),
                "-r",
                str(self._rate_hz),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(self._answers, "jackd to answer")
        except BaseException:
            self.kill()
            raise

    def _answers(self) -> bool:
        try:
            return self._ask("jack_lsp").returncode == 0
        except subprocess.TimeoutExpired:
            return False

    @staticmethod
    def _ask(*words: str) -> subprocess.CompletedProcess[str]:
        """One of JACK's own programs; a server that does not answer must not keep us."""
        return subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE_S / 3)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)

    def connect(self, source: str, destination: str) -> None:
        self._ask("jack_connect", source, destination).check_returncode()

    def ports(self) -> list[str]:
        return self._ask("jack_lsp").stdout.split()

    def connections(self, port: str) -> list[str]:
        return [
            line.strip()
            for line in self._ask("jack_lsp", "-c", port).stdout.splitlines()
            if line.startswith(" ")
        ]

    def __enter__(self) -> JackServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is None:
            self.start()  # to end it well: see take_name
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(5)
        finally:
            self.kill()
            # of clients that were killed
            for semaphore in Path("/dev/shm").glob(f"jack_sem.*_{self.name}_*"):
                semaphore.unlink(missing_ok=True)
            self._lock.close()


RECEIVER = """
import sys, jack
client = jack.Client(sys.argv[1], no_start_server=True)
port = client.midi_inports.register("in")
heard = []
def take(frames):
    heard.extend(bytes(data).hex() for _, data in port.incoming_midi_events())
client.set_process_callback(take)
client.set_shutdown_callback(lambda status, reason: None)
client.activate()
print(port.name, flush=True)
for line in sys.stdin:
    print(*heard, flush=True)
"""


class JackReceiver:
    """A JACK client with one MIDI input, in a process of its own, since a dead server takes a
    process's clients along.
    """

    def __init__(self, name: str = "synth") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", RECEIVER, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.name = self._line()

    @property
    def heard(self) -> list[bytes]:
        """All that has arrived, a message each."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return [bytes.fromhex(message) for message in self._line().split()]

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> JackReceiver:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


needs_jack = pytest.mark.skipif(
    not all(map(shutil.which, ("jackd", "jack_lsp", "jack_connect", "setpriv"))),
    reason="jackd and its tools are not installed",
)
