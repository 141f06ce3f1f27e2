"""The window's process on a screen of Xvfb: what is seen, what the keys do, and what it
outlives.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from livesyn.base.errors import DeviceError
from livesyn.base.places import private_folder
from livesyn.base.types import Frame
from livesyn.config.sections import Config, Midi, Osc
from livesyn.config.sections import Display as Wanted
from livesyn.ipc.child_messages import DisplayFigures, PlayerFigures, Status
from livesyn.ipc.window_messages import Marks
from livesyn.show import launch
from livesyn.show.child import ChildSpec
from livesyn.show.supervisor import Supervisor
from livesyn.sinks.pictures.window import WindowSink
from tests.live.xvfb import MISSING, Screen

pytest.importorskip("pygame", reason="pygame is not installed")
pytestmark = [pytest.mark.live, pytest.mark.skipif(bool(MISSING), reason=MISSING)]
PATIENCE_S = 15.0


def wait_for(condition: Callable[[], object], what: str) -> object:
    pause, turns = threading.Event(), int(PATIENCE_S / 0.02)
    for _ in range(turns):
        if answer := condition():
            return answer
        pause.wait(0.02)
    raise AssertionError(f"waited {PATIENCE_S:g} s in vain for {what}")


class Display:
    """The real process, started as the supervisor starts it; what it reports is in `reports`."""

    def __init__(self, screen: Screen, path: Path, **config: object) -> None:
        self.path = path
        command = [sys.executable, "-m", "livesyn.display", "--socket", str(path)]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=screen.environment,
            bufsize=0,
        )
        stdin, stdout, stderr = self.process.stdin, self.process.stdout, self.process.stderr
        assert stdin is not None and stdout is not None and stderr is not None
        self.stdin, self._stdout, self._stderr = stdin, stdout, stderr
        self.stdin.write(json.dumps({"display": config}).encode() + b"\n")
        self.reports: list[dict] = []
        self.log: list[bytes] = []
        self._changed = threading.Condition()
        self._readers = [threading.Thread(target=read) for read in (self._read, self._read_log)]
        for reader in self._readers:
            reader.start()

    def _read(self) -> None:
        for line in self._stdout:
            with self._changed:
                self.reports.append(json.loads(line))
                self._changed.notify_all()

    def _read_log(self) -> None:
        self.log.extend(self._stderr)

    def hear(
        self, kind: str, check: Callable[[dict], bool] = lambda report: True, after: int = 0
    ) -> dict:
        """The first report of a kind, from number `after` on, that passes `check`."""

        def found() -> dict | None:
            return next(
                (
                    report
                    for report in self.reports[after:]
                    if report["t"] == kind and check(report)
                ),
                None,
            )

        with self._changed:
            report = self._changed.wait_for(found, PATIENCE_S)
            assert report is not None, self.reports[-5:]
            return report

    def end(self) -> int:
        if self.process.poll() is None:
            self.stdin.write(b'{"t": "stop"}\n')
        return self.join()

    @property
    def joined(self) -> bool:
        return self._stdout.closed

    def join(self) -> int:
        code = self.process.wait(PATIENCE_S)
        for reader in self._readers:
            reader.join(PATIENCE_S)
        for stream in (self.stdin, self._stdout, self._stderr):
            stream.close()
        return code


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    screen = Screen(tmp_path)
    yield screen
    screen.close()


@pytest.fixture
def start(screen: Screen, tmp_path: Path) -> Iterator[Callable[..., Display]]:
    displays: list[Display] = []

    def begin(**config: object) -> Display:
        display = Display(screen, tmp_path / "private" / "window.sock", **config)
        displays.append(display)
        display.hear("ready")
        return display

    yield begin
    for display in displays:
        if display.process.poll() is None:
            display.process.kill()
        if not display.joined:
            display.join()


def connected(display: Display, marks: Callable[[], Marks] | None = None) -> WindowSink:
    sink = WindowSink(display.path, marks)
    sink.open()
    return sink


def plain(colour: tuple[int, int, int]) -> np.ndarray:
    return np.full((64, 64, 3), colour, np.uint8)


RED, GREEN, BLUE = (200, 30, 30), (20, 180, 40), (30, 40, 210)


def middle(screen: Screen) -> tuple[int, ...]:
    height, width = screen.pixels().shape[:2]
    return tuple(screen.pixels()[height // 2, width // 2].tolist())


def wait_middle(screen: Screen, colour: tuple[int, int, int]) -> None:
    wait_for(
        lambda: middle(screen) == colour,
        f"{colour} in the middle of the screen, where there is {middle(screen)}",
    )


def four_corners() -> np.ndarray:
    """Another colour in each corner, so that a picture turned or mirrored is found out."""
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[:32, :32], picture[:32, 32:], picture[32:, :32], picture[32:, 32:] = (
        RED,
        GREEN,
        BLUE,
        (220, 210, 60),
    )
    return picture


@pytest.mark.parametrize("config", [{}, {"vsync": True}, {"vsync": False}], ids=str)
def test_the_picture_fills_the_screens_height_and_stands_upright(
    screen: Screen, start, config
) -> None:
    display = start(**config)
    sink = connected(display)
    sink.show(Frame(four_corners(), 0.0))
    wait_for(lambda: tuple(screen.pixels()[100, 400]) == RED, "the picture")
    seen = screen.pixels()
    assert [
        tuple(seen[y, x].tolist()) for y, x in ((100, 400), (100, 880), (620, 400), (620, 880))
    ] == [RED, GREEN, BLUE, (220, 210, 60)]
    # 720 x 720 in the middle of 1280
    assert (seen[:, :280] == 0).all() and (seen[:, 1000:] == 0).all()
    back = cv2.resize(
        np.ascontiguousarray(seen[:, 280:1000]), (64, 64), interpolation=cv2.INTER_AREA
    )
    assert np.abs(back.astype(int) - four_corners()).mean() < 3
    assert display.reports[0]["facts"]["size"] == [1280, 720]
    assert display.reports[0]["facts"]["driver"] == "x11"
    sink.close()
    assert display.end() == 0 and display.reports[-1]["t"] == "bye"
    assert not display.log, display.log


def test_cover_leaves_no_black(screen: Screen, start) -> None:
    display = start(fit="cover")
    sink = connected(display)
    sink.show(Frame(plain(GREEN), 0.0))
    wait_middle(screen, GREEN)
    assert (screen.pixels() == GREEN).all()
    sink.close()


def test_the_keys(screen: Screen, start) -> None:
    display = start()
    sink = connected(display)
    sink.show(Frame(plain(RED), 0.0))
    wait_middle(screen, RED)

    screen.press("space")  # frozen: what comes is not seen
    assert display.hear("key")["on"] is True
    sink.show(Frame(plain(GREEN), 0.1))
    display.hear("display", lambda report: report["frozen"] and report["pictures"] == 2)
    assert middle(screen) == RED
    screen.press("space")
    display.hear("key", lambda report: report["key"] == "freeze" and not report["on"])
    wait_middle(screen, GREEN)

    screen.press("b")
    display.hear("key", lambda report: report["key"] == "blackout" and report["on"])
    wait_for(lambda: not screen.pixels().any(), "black")
    screen.press("b")
    wait_middle(screen, GREEN)

    screen.press("h")
    wait_for(
        lambda: (screen.pixels()[500:690, 40:270].max(-1) > 200).sum() > 300,
        "the help's words, left below",
    )
    assert middle(screen) == GREEN
    screen.press("h")
    wait_for(lambda: not screen.pixels()[:, :270].any(), "the help to go")
    sink.close()


def test_f11_and_escape(screen: Screen, start) -> None:
    display = start(size=[400, 300])
    sink = connected(display)
    sink.show(Frame(plain(BLUE), 0.0))
    wait_middle(screen, BLUE)

    def blue() -> int:
        return int((screen.pixels() == BLUE).all(-1).sum())

    assert blue() == 720 * 720
    screen.press("F11")
    wait_for(lambda: blue() == 300 * 300, "a window of 400 x 300")
    screen.press("F11")
    wait_for(lambda: blue() == 720 * 720, "the full screen")
    screen.press("Escape")
    wait_for(lambda: 20_000 < blue() < 300 * 300, "the window with a line that says what Esc does")
    assert display.process.poll() is None
    screen.press("Escape")
    display.hear("end")
    assert display.join() == 0 and display.reports[-1]["t"] == "bye"
    sink.close()


def test_the_show_has_the_last_word_on_freeze_and_blackout(screen: Screen, start) -> None:
    display = start(windowed=True, size=[1280, 720])
    marks = Marks()
    sink = connected(display, lambda: marks)
    sink.show(Frame(plain(RED), 0.0))
    wait_middle(screen, RED)
    marks = Marks(blackout=True)
    sink.show(Frame(plain(RED), 0.1))
    wait_middle(screen, (0, 0, 0))
    marks = Marks()
    sink.show(Frame(plain(GREEN), 0.2))
    wait_middle(screen, GREEN)
    sink.close()


SENDER = """
import sys, threading
import numpy as np
from livesyn.sinks.pictures.window import WindowSink
from livesyn.base.types import Frame
sink = WindowSink(sys.argv[1])
sink.open()
wait = threading.Event()
for index in range(10_000):
    sink.show(Frame(np.full((640, 640, 3), (200, 30, 30), np.uint8), 0.0, index))
    if index == 3:
        print("sending", flush=True)
    wait.wait(0.005)
"""


def test_a_sender_that_is_killed_leaves_its_last_picture_and_the_next_goes_on(
    screen: Screen, start
) -> None:
    display = start()
    sender = subprocess.Popen(
        [sys.executable, "-c", SENDER, str(display.path)], stdout=subprocess.PIPE
    )
    assert sender.stdout is not None and sender.stdout.readline() == b"sending\n"
    wait_middle(screen, RED)
    os.kill(sender.pid, signal.SIGKILL)
    sender.communicate()
    count = len(display.reports)
    display.hear("display", lambda report: report["senders"] == 0, after=count)
    assert middle(screen) == RED  # held
    again = connected(display)
    again.show(Frame(plain(BLUE), 0.0))
    wait_middle(screen, BLUE)
    display.hear(
        "display", lambda report: report["senders"] == 1 and report["bad"] == 0, after=count
    )
    again.close()


def test_it_beats_and_ends_with_its_supervisor(screen: Screen, start) -> None:
    display = start()
    display.hear("beat")
    display.hear("display", lambda report: report["full_screen"] and not report["black"])
    display.stdin.close()  # the supervisor is gone
    assert display.process.wait(PATIENCE_S) == 0
    with pytest.raises(DeviceError):
        connected(display)


@pytest.mark.parametrize(
    "config, words",
    [
        ({"monitor": 5}, "there is no monitor 5; there is: 0 (1280 x 720)"),
        ({"fit": "stretch"}, "the fit of the display is 'stretch'"),
    ],
)
def test_a_mistake_is_one_sentence(screen: Screen, tmp_path: Path, config, words) -> None:
    display = Display(screen, tmp_path / "private" / "window.sock", **config)
    error = display.hear("error")
    assert words in error["text"] and error["fatal"]
    assert display.join() == 2 and not display.log


def test_no_screen_is_one_sentence(screen: Screen, tmp_path: Path) -> None:
    screen.environment["DISPLAY"] = ":none"
    screen.environment.pop("XDG_RUNTIME_DIR", None)
    display = Display(screen, tmp_path / "private" / "window.sock")
    assert "there is no screen" in display.hear("error")["text"]
    assert display.join() == 2


def test_a_screen_that_goes_ends_the_process_to_be_started_again(screen: Screen, start) -> None:
    display = start()
    screen.close()
    assert display.process.wait(PATIENCE_S) != 0


IDLE = str(Path(__file__).with_name("idle_child.py"))


def test_a_key_in_the_window_reaches_the_show_and_closing_it_does_not_end_the_show(
    screen: Screen, monkeypatch
) -> None:
    monkeypatch.setenv("DISPLAY", screen.name)
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    statuses: list[Status] = []
    events: list[str] = []
    config = Config(midi=Midi(on=False), osc=Osc(out=(), in_port=0), display=Wanted(on=True))

    def said(kind: type) -> list:
        return [status for status in statuses if isinstance(status, kind)]

    with private_folder() as folder:
        player, _, display = launch.children_of(config, folder)
        supervisor = Supervisor(
            [player, ChildSpec("engine", (IDLE,), launch.ENGINE), display],
            on_status=lambda child, status: statuses.append(status),
            on_event=events.append,
        )
        thread = threading.Thread(target=supervisor.run)
        thread.start()
        try:
            wait_for(lambda: {"the display is ready", "the player is ready"} <= set(events), "both")
            screen.press("b")
            wait_for(
                lambda: [s for s in said(PlayerFigures) if s.params["blackout"] == 1],
                "the parameter",
            )
            wait_for(
                lambda: [s for s in said(DisplayFigures) if s.black],
                "the display's word",
            )
            screen.press("b")
            wait_for(
                lambda: said(PlayerFigures)[-1].params["blackout"] == 0,
                "the parameter to go back",
            )
            screen.press("Escape")
            wait_for(
                lambda: [s for s in said(DisplayFigures) if not s.full_screen],
                "the window",
            )
            screen.press("Escape")
            wait_for(
                lambda: "the display was closed; the show goes on without it" in events,
                "the display to be closed",
            )
            children = supervisor.children
            assert children["player"].alive and children["engine"].alive
            assert children["display"].run == 1
        finally:
            supervisor.stop()
            thread.join(PATIENCE_S)
    assert not [
        event for event in events if "did not leave" in event or "started again" in event
    ], events
