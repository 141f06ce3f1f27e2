"""The SuperCollider patch, run by sclang and scsynth: what the real OSC output sends it, what it
plays, and what it sends back.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from livesyn.base.addresses import AHEAD, Target
from livesyn.base.clock import SystemClock
from livesyn.base.types import Note
from livesyn.player.osc_control import OscControl
from livesyn.player.state import ShowState
from livesyn.sinks.osc import OscOut
from tests.contracts import CONTROLS, NOTES, play_bar
from tests.counting_performer import Performer
from tests.live.jack_server import JackServer, wait_for
from tests.ports import free_port

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not shutil.which("sclang"), reason="SuperCollider is not installed"),
]

SCRIPT = Path(__file__).parents[2] / "patches" / "supercollider" / "livesyn.scd"
# Messages that sclang prints whatever one does.
SILENT = {"QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1"}
PATIENCE_S = 60.0
BAD = ("ERROR", "WARNING", "FAILURE", "late ", "Exception")


class SuperCollider:
    """sclang without a screen, once the script says that it is ready; `lines` is what it printed.
    `first` is code that it runs once it is.
    """

    def __init__(self, folder: Path, send_to: int, scsynth_port: int, first: str = "") -> None:
        self.port = free_port(socket.SOCK_DGRAM)
        script = folder / "show.scd"
        ready = f'fork {{ 0.5.wait; ~livesyn.log = true; {first} "livesyn log: 1".postln }};'
        script.write_text(
            f'thisProcess.interpreter.executeFile("{SCRIPT.as_posix()}");\n{ready}\n',
            encoding="utf-8",
        )
        self.lines: list[str] = []
        self._process = subprocess.Popen(
            [
                "sclang",
                "-u",
                str(self.port),
                str(script),
                "127.0.0.1",
                str(send_to),
                str(scsynth_port),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **SILENT, "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)},
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        try:
            self.wait(lambda: "livesyn log: 1" in self.lines and self.is_ready(), "the script")
        except AssertionError:
            self.close()
            raise

    def is_ready(self) -> bool:
        return any(line.startswith("livesyn ready") for line in self.lines)

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        try:
            wait_for(condition, what, PATIENCE_S)
        except AssertionError as error:
            raise AssertionError(f"{error}; it printed {self.lines}") from None

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.strip())

    def printed(self, line: str) -> bool:
        return f"livesyn: {line}" in self.lines

    def complaints(self) -> list[str]:
        """What went wrong in the script, or in scsynth, since it was ready."""
        return [line for line in self.lines if any(word in line for word in BAD)]

    def close(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)  # scsynth too
        self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def __enter__(self) -> SuperCollider:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@pytest.fixture
def performer() -> Performer:
    return Performer()


@pytest.fixture
def show(performer: Performer) -> ShowState:
    return ShowState(performer, SystemClock())


@pytest.fixture
def control(show: ShowState) -> Iterator[OscControl]:
    control = OscControl(show, port=0)
    control.open()
    yield control
    control.close()


def test_a_bar_sent_ahead_arrives_and_sounds_until_panic(
    tmp_path: Path, control: OscControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which("scsynth") or not shutil.which("jackd"):
        pytest.skip("scsynth or jackd is not installed")
    with (
        JackServer(monkeypatch),
        SuperCollider(tmp_path, control.port, free_port(socket.SOCK_DGRAM)) as sc,
    ):
        clock = SystemClock()
        out = OscOut([Target("127.0.0.1", sc.port, AHEAD)])
        out.open()
        out.transport(0, "start", 0)
        out.levels({"rms": 0.5, "onset": 0.25})
        play_bar(out, 3, start_s=clock.now_s() + 0.3 - 6.0)  # bar 3 falls 0.3 s from now
        sc.wait(lambda: sc.printed("beat 15"), "the last beat")
        for line in (
            *("transport play 1", "bar 3", "beat 12", "audio rms 0.5", "audio onset 0.25"),
            *(f"latent {index} {value:g}" for index, value in enumerate(CONTROLS)),
        ):
            words = line.split()
            assert any(
                got.split()[1:-1] == words[:-1] and float(got.split()[-1]) == float(words[-1])
                for got in sc.lines
                if got.startswith("livesyn: ") and len(got.split()) == len(words) + 1
            ), f"{line!r} is not in {sc.lines}"
        notes = [line.split()[2:6] for line in sc.lines if line.startswith("livesyn: note ")]
        assert [[float(word) for word in words] for words in notes] == [
            [note.channel, note.pitch, note.velocity, note.duration_beats] for note in NOTES
        ]
        sc.wait(lambda: "livesyn sounds: 1" in sc.lines, "scsynth to sound")
        sc.wait(lambda: sc.lines.count("livesyn sounds: 0") >= 1, "the notes to end")
        before = len(sc.lines)
        long = OscOut([Target("127.0.0.1", sc.port)])
        long.open()
        long.note_on(0, Note(16, 200, 50))
        sc.wait(lambda: "livesyn sounds: 1" in sc.lines[before:], "the long note")
        long.panic(0)  # or it would sound for minutes
        sc.wait(lambda: sc.lines[-1] == "livesyn sounds: 0", "silence")
        before, line_s = len(sc.lines), clock.now_s() + 0.5
        play_bar(out, 4, start_s=line_s - 8.0)
        out.panic(0)
        wait_for(lambda: clock.now_s() > line_s + 1.0, "the time of the notes")
        assert not any("sounds: 1" in line for line in sc.lines[before:]), "scheduled notes end too"
        assert sc.complaints() == []
        long.close()
        out.close()


HANDS = """
    ~livesyn.setParam(\\temperature, 0.75);
    ~livesyn.setParam(\\tempo, 999);
    ~livesyn.setParam(\\key, "Eb");
    ~livesyn.setParam(\\octave, -1);
    ~livesyn.steer(0, 1.5);
    ~livesyn.hold(true);
    0.1.wait;
    ~livesyn.stopShow; ~livesyn.playShow; 0.1.wait;
    ~livesyn.panic;
"""


def test_its_hands_move_the_show_and_hear_the_answer(
    tmp_path: Path, performer: Performer, show: ShowState, control: OscControl
) -> None:
    with SuperCollider(tmp_path, control.port, 0, HANDS) as sc:
        wait_for(lambda: "panic" in performer.asked, "panic")
        assert performer.asked == ["stop", "play", "panic"]
        expected = {
            "temperature": 0.75,
            "tempo": 300,
            "key": 3,
            "octave": -1,
            "steer_0": 1.5,
            "freeze": 1,
        }
        assert {name: show.params()[name] for name in expected} == expected
        assert (control.received, control.dropped) == (9, 0)
        out = OscOut([Target("127.0.0.1", sc.port)])
        out.open()
        out.param("tempo", show.params()["tempo"])
        sc.wait(lambda: sc.printed("param tempo 300.0"), "the tempo that counts")
        assert control.received == 9, "what livesyn reports is not sent back"
        assert sc.complaints() == []
        out.close()


def test_opening_it_leaves_the_show_alone_and_a_new_show_is_asked_for_its_values(
    tmp_path: Path, show: ShowState
) -> None:
    asked: list[str] = []
    control = OscControl(show, port=0, dump=lambda name, value: asked.append(name))
    control.open()
    try:
        delays = '~livesyn.onBar = { |self, bar, delay| "delay % %".format(bar, delay).postln };'
        with SuperCollider(tmp_path, control.port, 0, delays) as sc:
            assert control.received == 0
            out = OscOut([Target("127.0.0.1", sc.port)])
            out.open()
            play_bar(out, 0)
            wait_for(lambda: len(asked) == len(show.params()), "the patch to ask")
            play_bar(out, 1)
            sc.wait(lambda: sc.printed("beat 7"), "the next bar")
            assert control.received == 1
            assert [line for line in sc.lines if line.startswith("delay")] == [
                "delay 0 0",
                "delay 1 0",
            ]
            out.close()
            assert sc.complaints() == []
    finally:
        control.close()
