"""The display's parts without a screen: what is to be seen, what is written over it, its settings,
its turns.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.types import Frame
from livesyn.config.sections import Config, Display
from livesyn.display.look import AGAIN_WITHIN_S, Look
from livesyn.display.overlay import draw_help, draw_line
from livesyn.display.process import DisplayProcess
from livesyn.display.window import Window
from livesyn.ipc.child_messages import (
    Beat,
    DisplayFigures,
    End,
    Key,
    Report,
    decode,
    encode,
)
from livesyn.ipc.child_pipe import ChildPipe
from livesyn.ipc.window_messages import Marks, Sent
from tests.fakes_child_pipe import Reports


def sent(value: int, marks: Marks | None = None) -> Sent:
    return Sent(Frame(np.full((8, 8, 3), value, np.uint8), 0.0), marks)


def seen(look: Look) -> int | None:
    return None if look.pixels is None else int(look.pixels[0, 0, 0])


# What is to be seen.


def test_the_newest_picture_is_seen() -> None:
    look = Look(full_screen=True)
    assert seen(look) is None
    for value in (3, 4):
        look.changed = False
        look.take(sent(value))
        assert seen(look) == value and look.changed


def test_frozen_the_picture_stays_and_black_is_black() -> None:
    look = Look(full_screen=True)
    look.take(sent(3))
    assert look.press("freeze", 0.0) == "freeze"
    look.changed = False
    look.take(sent(4))
    assert seen(look) == 3 and not look.changed
    assert look.press("blackout", 0.0) == "blackout" and seen(look) is None
    look.press("freeze", 0.0)
    assert seen(look) is None
    look.press("blackout", 0.0)
    assert seen(look) == 4  # the newest, at once


def test_the_shows_own_mark_has_the_last_word_when_it_changes() -> None:
    look = Look(full_screen=True)
    look.take(sent(1, Marks()))
    look.press("blackout", 0.0)
    look.take(sent(2, Marks()))  # not heard of it yet
    assert seen(look) is None
    look.take(sent(3, Marks(blackout=True)))
    look.take(sent(4, Marks()))  # somebody lifted it elsewhere
    assert seen(look) == 4
    look.take(Sent(None, Marks(freeze=True)))
    look.take(sent(5, Marks(freeze=True)))
    assert seen(look) == 4
    look.take(sent(6, Marks()))
    assert seen(look) == 6
    look.take(sent(7))  # a sender that knows no marks
    assert seen(look) == 7


def test_a_new_engine_that_is_black_says_so_with_its_first_picture() -> None:
    look = Look(full_screen=True)
    look.take(sent(1, Marks(blackout=True)))
    assert seen(look) is None


def test_escape_leaves_full_screen_and_a_second_ends() -> None:
    look = Look(full_screen=True)
    look.press("escape", 10.0)
    assert not look.full_screen and not look.ended and look.asks(10.0)
    assert not look.asks(10.0 + AGAIN_WITHIN_S)
    look.press("escape", 20.0)  # much later, by mistake
    assert not look.ended and look.asks(20.1)
    look.press("escape", 20.5)
    assert look.ended


def test_other_keys() -> None:
    look = Look(full_screen=True)
    look.press("full_screen", 0.0)
    assert not look.full_screen and not look.asks(0.0)
    look.press("help", 0.0)
    assert look.help
    look.press("help", 0.0)
    assert not look.help
    look.press("close", 0.0)
    assert look.ended


# What is written over it.


@pytest.mark.parametrize("size", [(1080, 1920), (480, 640), (64, 64), (2, 2)])
def test_words_are_laid_over_the_lower_left_and_fit(size) -> None:
    for draw in (
        lambda canvas: draw_help(canvas, ["pictures of 64 x 64, 30 a second", "screen"]),
        lambda canvas: draw_line(canvas, "Esc again ends the display"),
    ):
        canvas = np.full((*size, 3), 120, np.uint8)
        draw(canvas)
        changed = (canvas != 120).any(-1)
        assert changed.any()
        if size[0] >= 480:
            rows, columns = np.nonzero(changed)
            assert rows.max() < size[0] - 10 and columns.min() > 10  # a margin
            assert not changed[: size[0] // 3].any() and not changed[:, size[1] * 9 // 10 :].any()
            assert canvas.max() > 220  # letters to be read


# Its settings.


@pytest.mark.parametrize("line", [b"{\n", b"[]\n", b'{"display": {"fit": "fill"}}\n', b""])
def test_a_wrong_config_is_one_report(tmp_path: Path, line: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "livesyn.display", "--socket", str(tmp_path / "w.sock")],
        input=line,
        capture_output=True,
        timeout=30,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    (report,) = done.stdout.splitlines()
    error = decode(report, Report)
    assert done.returncode == 2 and error.fatal and error.text and "\n" not in error.text


def test_its_window_is_as_the_config_has_it(tmp_path: Path) -> None:
    wanted = Display(True, 1, True, "cover", (), (640, 480), False)
    process = DisplayProcess(tmp_path / "w.sock", Config(display=wanted), ChildPipe())
    assert process.fit == "cover" and not process.look.full_screen
    assert vars(process.window).items() >= {"_monitor": 1, "_size": (640, 480)}.items()


# Its turns.


class PaperWindow(Window):
    """A window of paper: what was presented is in `sheets`, what is pressed is in `press`."""

    def __init__(self) -> None:
        super().__init__()
        self.canvas = np.zeros((90, 160, 3), np.uint8)
        self.sheets: list[np.ndarray] = []
        self.press: list[str] = []
        self.full_screen: list[bool] = []

    def set_full_screen(self, on: bool) -> None:
        self.full_screen.append(on)

    def present(self) -> None:
        self.sheets.append(self.canvas.copy())

    def pressed(self):
        pressed, self.press = self.press, []
        return iter(pressed)


class Turns:
    def __init__(self, path: Path) -> None:
        self.clock, self.window = ManualClock(5.0), PaperWindow()
        self.reports = Reports()
        self.process = DisplayProcess(path, Config(), self.reports, self.clock, self.window)

    def step(self, *keys: str, value: int | None = None) -> np.ndarray:
        if value is not None:
            self.process.mailbox.put(sent(value))
        self.window.press.extend(keys)
        self.process.step(self.clock.advance(0.02))
        return self.window.sheets[-1]


@pytest.fixture
def turns(tmp_path: Path) -> Turns:
    return Turns(tmp_path / "w.sock")


def test_a_picture_is_drawn_once(turns: Turns) -> None:
    sheet = turns.step(value=200)
    assert (sheet[45, 80] == 200).all() and (sheet[45, 5] == 0).all()
    count = len(turns.window.sheets)
    turns.step()
    assert len(turns.window.sheets) == count


def test_keys_are_told_and_done(turns: Turns) -> None:
    turns.step(value=200)
    assert not turns.step("blackout").any()
    assert turns.step("blackout").any()
    turns.step("freeze")
    pressed = [("blackout", True), ("blackout", False), ("freeze", True)]
    keys = turns.reports.of(Key)
    assert [(key.key, key.on) for key in keys] == pressed
    assert {key.origin for key in keys} == {"display"}
    assert 0 < keys[0].asked_s <= keys[1].asked_s <= keys[2].asked_s
    turns.step("full_screen")
    assert turns.window.full_screen == [False]
    assert (turns.step("help")[40:, :40] != 0).any()


def test_the_line_about_escape_comes_and_goes(turns: Turns) -> None:
    turns.step("full_screen", value=0)
    assert turns.step("escape").any()
    turns.clock.advance(AGAIN_WITHIN_S)
    assert not turns.step().any()
    turns.step("escape", "escape")
    assert turns.reports.of(End)


def test_it_beats_and_reports(turns: Turns) -> None:
    for index in range(110):
        turns.step(value=index)
    assert len(turns.reports.of(Beat)) >= 10
    status = turns.reports.of(DisplayFigures)[-1]
    assert (
        status.pictures == status.shown > 90
        and 45 < status.fps < 55
        and status.senders == 0
        and status.age_s is None
    )
    assert decode(encode(status), Report) == status


def test_exposed_it_is_drawn_again(turns: Turns) -> None:
    turns.step(value=9)
    count = len(turns.window.sheets)
    turns.step("expose")
    assert len(turns.window.sheets) == count + 1


def test_the_display_imports_no_torch() -> None:
    code = (
        "import sys, livesyn.display.process, livesyn.media.flash_limiter; print(*sorted({'torch',"
        " 'pygame', 'cv2', 'PIL', 'aiohttp'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.stdout.split() == []
