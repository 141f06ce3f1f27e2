"""Every output for pictures through one contract, and what each does by itself."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from livesyn.base.clock import SystemClock
from livesyn.base.errors import ConfigError, DeviceError
from livesyn.base.mailbox import Latest
from livesyn.base.types import Frame
from livesyn.display.server import PictureServer
from livesyn.ipc.window_messages import Marks, Sent
from livesyn.media import ffmpeg
from livesyn.media.scaling import Easel, Fit, enlarge, paint, place
from livesyn.sinks.pictures import extras
from livesyn.sinks.pictures.extras import CameraSink
from livesyn.sinks.pictures.factory import KINDS, build_outlet_sink
from livesyn.sinks.pictures.folder import FolderSink
from livesyn.sinks.pictures.video import VideoSink
from livesyn.sinks.pictures.window import WindowSink
from tests.sinks.pictures.contract import check_picture_sink, check_refusal, picture
from tests.sinks.pictures.fakes import LIBRARIES, TOPS, FakeLibrary, MemorySink, fake_camera

PATIENCE_S = 5.0


class Received(Latest[Sent]):
    """A mailbox one can wait on."""

    def next(self) -> Sent:
        sent = self.take(PATIENCE_S)
        assert sent is not None
        return sent


@pytest.fixture(params=[True, False], ids=["unix", "tcp"])
def window(request, tmp_path: Path):
    if request.param and os.name != "posix":
        pytest.skip("no Unix sockets here")
    path = tmp_path / "private" / "window.sock"
    received = Received()
    server = PictureServer(path, received, SystemClock(), unix=request.param)
    server.start()
    yield server, received, lambda marks=None: WindowSink(path, marks, unix=request.param)
    server.stop()
    assert not path.exists()


def hung_up(sink: WindowSink) -> bool:
    assert sink._socket is not None
    try:
        return sink._socket.recv(1) == b""
    except ConnectionResetError:
        return True


# The contract.


def test_memory() -> None:
    check_picture_sink(MemorySink)


def test_window(window) -> None:
    check_picture_sink(window[2])


@pytest.mark.parametrize("format", ["png", "jpg"])
def test_folder(tmp_path: Path, format: str) -> None:
    check_picture_sink(lambda: FolderSink(tmp_path / "deep" / "show", format))


@pytest.fixture(params=["ffmpeg", "OpenCV"])
def writes(request, monkeypatch) -> str:
    """Who writes films."""
    if request.param == "OpenCV":
        monkeypatch.setattr(ffmpeg, "program", lambda: None)
    elif not ffmpeg.writes_h264(ffmpeg.program()):
        pytest.skip("no ffmpeg with libx264 is installed")
    return request.param


@pytest.mark.parametrize("ending", ["mp4", "avi", "mkv", "mov"])
def test_film(tmp_path: Path, ending: str, writes: str) -> None:
    check_picture_sink(lambda: VideoSink(tmp_path / f"show.{ending}", lines=64))


@pytest.mark.parametrize("kind", LIBRARIES)
def test_other_programs(monkeypatch, kind: str) -> None:
    library = FakeLibrary()
    LIBRARIES[kind](monkeypatch, library)
    check_picture_sink(build_outlet_sink(kind))
    assert library.opened == library.closed == 2
    assert library.label == "livesyn"
    assert {sent.shape[0] for sent in library.sent} == {720}


# Each by itself.


@pytest.mark.parametrize("kind", LIBRARIES)
def test_other_programs_see_the_picture(monkeypatch, kind: str) -> None:
    library = FakeLibrary()
    LIBRARIES[kind](monkeypatch, library)
    sink = build_outlet_sink(kind, "stage left")()
    sink.open()
    shown = picture()
    sink.show(Frame(shown, 0.0))
    (sent,) = library.sent
    assert library.label == "stage left"
    left = (sent.shape[1] - 720) // 2
    seen = cv2.resize(
        np.ascontiguousarray(sent[:, left : left + 720]), (64, 64), interpolation=cv2.INTER_AREA
    )
    assert np.abs(seen.astype(int) - shown).mean() < 3  # the right way up, and red is red
    library.broken = True
    with pytest.raises(DeviceError, match="took no picture"):
        sink.show(Frame(shown, 0.1))
    sink.close()


SYSTEMS = {"spout": "win32", "syphon": "darwin"}


@pytest.mark.parametrize("kind", LIBRARIES)
def test_a_missing_library_says_how_to_get_it(monkeypatch, kind: str) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == TOPS[kind]]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, TOPS[kind], None)
    monkeypatch.setattr(extras, "sys", SimpleNamespace(platform=SYSTEMS.get(kind, sys.platform)))
    check_refusal(build_outlet_sink(kind)(), "pip install")
    if kind in SYSTEMS:
        monkeypatch.setattr(extras, "sys", SimpleNamespace(platform="freebsd14"))
        check_refusal(build_outlet_sink(kind)(), "alone; here name ndi:NAME")


def test_no_virtual_camera(monkeypatch) -> None:
    fake_camera(monkeypatch, FakeLibrary(), missing=True)
    check_refusal(CameraSink(), "v4l2loopback", "OBS")


def test_the_window_gets_pictures_and_marks(window) -> None:
    server, received, make = window
    marks = [Marks(), Marks(freeze=True), Marks(blackout=True)]
    sink = make(lambda: marks.pop(0))
    sink.open()
    for index in range(3):
        expected = marks[0]
        sink.show(Frame(picture(index, 20, 30), 5.5 + index, index))
        sent = received.next()
        assert sent.frame is not None and sent.marks == expected
        assert (sent.frame.index, sent.frame.time_s) == (index, 5.5 + index)
        assert np.array_equal(sent.frame.pixels, picture(index, 20, 30))
    assert server.senders == 1 and server.welcomed == 1
    sink.close()


def test_the_newest_wins_and_a_sender_is_never_held_up(window) -> None:
    _, received, make = window
    sink = make()
    sink.open()
    for index in range(60):
        sink.show(Frame(np.full((256, 256, 3), index, np.uint8), 0.0, index))
    last = received.next()
    while last.frame.index < 59:
        last = received.next()
    assert (last.frame.pixels == 59).all() and last.marks is None
    assert received.received == 60
    sink.close()


def test_a_sender_that_talks_nonsense_is_hung_up_on(window) -> None:
    server, received, make = window
    sink = make()
    sink.open()
    sink.show(Frame(picture(), 0.0))
    received.next()
    sink._socket.sendall(b"GET / HTTP/1.1\r\nHost: there\r\n\r\n")
    assert hung_up(sink)
    assert "no picture" in server.complaint and server.bad == 1
    sink.close()


def test_a_sender_without_the_token_is_turned_away(tmp_path: Path) -> None:
    path = tmp_path / "window.sock"
    server = PictureServer(path, Received(), SystemClock(), unix=False)
    server.start()
    port = path.read_text().split()[0]
    path.write_text(f"{port} wrong")
    sink = WindowSink(path, unix=False)
    sink.open()
    assert hung_up(sink) and "token" in server.complaint
    sink.close()
    server.stop()


def test_no_window() -> None:
    check_refusal(WindowSink("/nowhere/at/all.sock"), "no window listens")


def test_a_window_that_goes_is_noticed(window) -> None:
    server, received, make = window
    sink = make()
    sink.open()
    sink.show(Frame(picture(), 0.0))
    received.next()
    server.stop()
    with pytest.raises(DeviceError, match="the window is gone"):
        for _ in range(1000):
            sink.show(Frame(picture(), 0.0))
    sink.close()


def test_a_folder_goes_on_after_the_last(tmp_path: Path) -> None:
    for count in (2, 1):
        sink = FolderSink(tmp_path)
        sink.open()
        for value in range(count):
            sink.show(Frame(picture(value), 0.0))
        sink.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "000000.png",
        "000001.png",
        "000002.png",
    ]
    second = cv2.imread(str(tmp_path / "000001.png"))
    assert second is not None and np.array_equal(second[:, :, ::-1], picture(1))


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    check_refusal(FolderSink(tmp_path / "file" / "pictures"), "cannot be written into")
    check_refusal(VideoSink(tmp_path / "file" / "show.mp4"), "cannot be written into")
    with pytest.raises(ConfigError, match="png, jpg"):
        FolderSink(tmp_path, "tiff")


def film(path: Path) -> list[float]:
    """The mean of each picture in a film."""
    capture, means = cv2.VideoCapture(str(path)), []
    assert capture.get(cv2.CAP_PROP_FPS) == 30
    while (read := capture.read())[0]:
        means.append(float(read[1].mean()))
    capture.release()
    return means


def test_a_film_is_as_long_as_the_show(tmp_path: Path, writes: str) -> None:
    sink = VideoSink(tmp_path / "show.mp4", lines=64)
    sink.open()
    # two of them too soon
    for value, time_s in (
        (50, 100.0),
        (51, 100.001),
        (100, 100.5),
        (200, 101.0),
        (201, 101.01),
    ):
        sink.show(Frame(np.full((64, 64, 3), value, np.uint8), time_s))
    sink.close()
    means = film(tmp_path / "show.mp4")
    assert len(means) == 31
    assert (
        np.allclose(means[:15], 50, atol=4)
        and np.allclose(means[15:30], 100, atol=4)
        and abs(means[30] - 200) < 4
    )


def test_a_film_comes_in_parts_and_each_is_whole_before_the_next(
    tmp_path: Path, writes: str
) -> None:
    sink = VideoSink(tmp_path / "show.mp4", lines=64, part_s=1.0)
    sink.open()
    for index in range(45):
        sink.show(Frame(picture(), index / 30))
    assert len(film(tmp_path / "show.mp4")) == 30  # whole, though the show goes on
    sink.show(Frame(picture(), 60.0))  # nobody wants a film of a minute's pause
    sink.close()
    assert len(film(tmp_path / "show-2.mp4")) == 15 and len(film(tmp_path / "show-3.mp4")) == 1
    sink.open()
    sink.show(Frame(picture(), 0.0))
    sink.close()
    assert len(film(tmp_path / "show-4.mp4")) == 1  # what was there is still there


def test_ffmpegs_film_is_one_for_the_whole_show_and_can_be_read_before_its_end(
    tmp_path: Path, writes: str
) -> None:
    sink = VideoSink(tmp_path / "show.mp4", lines=64)
    sink.open()
    for index in range(30 * 100):
        sink.show(Frame(picture(index % 200), index / 30))
    if writes == "OpenCV":
        sink.close()
        assert {path.name for path in tmp_path.iterdir()} == {"show.mp4", "show-2.mp4"}
        return
    patience = SystemClock().now_s() + PATIENCE_S
    while (
        cv2.VideoCapture(str(tmp_path / "show.mp4")).get(cv2.CAP_PROP_FPS) != 30
        and SystemClock().now_s() < patience
    ):
        pass  # not begun yet
    assert 30 <= len(film(tmp_path / "show.mp4")) <= 3000
    sink.close()
    assert [path.name for path in tmp_path.iterdir()] == ["show.mp4"] and len(
        film(tmp_path / "show.mp4")
    ) == 3000
    capture = cv2.VideoCapture(str(tmp_path / "show.mp4"))
    code = int(capture.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, "little").decode()
    capture.release()
    assert code in ("h264", "avc1")


def test_a_film_whose_writer_died_says_so_and_goes_on_in_another(
    tmp_path: Path, monkeypatch
) -> None:
    if not ffmpeg.writes_h264(ffmpeg.program()):
        pytest.skip("no ffmpeg with libx264 is installed")
    sink = VideoSink(tmp_path / "show.mp4", lines=64)
    sink.open()
    sink.show(Frame(picture(), 0.0))
    sink._writer._process.kill()
    sink._writer._process.wait(PATIENCE_S)
    with pytest.raises(DeviceError, match=r"takes no more pictures: ffmpeg ended \(by signal 9\)"):
        for index in range(1000):
            sink.show(Frame(picture(), index / 30))
    sink.close()
    sink.open()
    sink.show(Frame(picture(), 0.0))
    sink.close()
    assert len(film(tmp_path / "show-2.mp4")) == 1
    monkeypatch.setattr(ffmpeg, "program", lambda: str(tmp_path / "nothing"))
    monkeypatch.setattr(ffmpeg, "writes_h264", lambda program: True)
    sink = VideoSink(tmp_path / "other.mp4")
    sink.open()
    with pytest.raises(DeviceError, match="cannot be begun with ffmpeg"):
        sink.show(Frame(picture(), 0.0))


def test_an_ffmpeg_that_cannot_is_not_asked_to(tmp_path: Path) -> None:
    assert not ffmpeg.writes_h264(None) and not ffmpeg.writes_h264(str(tmp_path / "nothing"))
    poor = tmp_path / "ffmpeg"
    poor.write_text("#!/bin/sh\necho ' V..... mpeg4'\n")
    poor.chmod(0o755)
    assert not ffmpeg.writes_h264(str(poor))


def test_the_factory_knows_its_kinds(tmp_path: Path) -> None:
    values = {
        "window": tmp_path / "w.sock",
        "folder": tmp_path / "show",
        "video": tmp_path / "show.mp4",
    }
    sinks = {kind: build_outlet_sink(kind, values.get(kind, ""))() for kind in KINDS}
    assert len({sink.name for sink in sinks.values()}) == len(KINDS)
    with pytest.raises(ConfigError, match="did you mean 'video'"):
        build_outlet_sink("vidio", "x")
    with pytest.raises(ConfigError, match="there are: window"):
        build_outlet_sink("printer", "x")
    with pytest.raises(ConfigError, match=r"ends in one of: \.mp4"):
        build_outlet_sink("video", "show.gif")
    for kind in ("window", "folder", "video"):
        with pytest.raises(ConfigError, match="needs a"):
            build_outlet_sink(kind)


# Enlarging.


@pytest.mark.parametrize("fit", ["contain", "cover"])
@pytest.mark.parametrize(
    "size", [(64, 64), (128, 128), (640, 480), (3, 200), (1920, 1080), (4000, 3000)]
)
@pytest.mark.parametrize("screen", [(1920, 1080), (1080, 1920), (960, 720)])
def test_pictures_keep_their_proportions(
    size: tuple[int, int], screen: tuple[int, int], fit: Fit
) -> None:
    left, top, wide, tall = place(*size, *screen, fit)
    assert abs(wide * size[1] - tall * size[0]) <= max(size)  # to a pixel
    covers = left <= 0 and top <= 0 and left + wide >= screen[0] and top + tall >= screen[1]
    within = left >= 0 and top >= 0 and left + wide <= screen[0] and top + tall <= screen[1]
    assert covers if fit == "cover" else within
    assert left in (0, (screen[0] - wide) // 2) and top in (0, (screen[1] - tall) // 2)
    assert wide == screen[0] or tall == screen[1]


@pytest.mark.parametrize("size", [(64, 64), (640, 480), (300, 100), (40, 500)])
@pytest.mark.parametrize("fit", ["contain", "cover"])
def test_painting_leaves_nothing_of_before(size: tuple[int, int], fit: Fit) -> None:
    canvas = np.full((180, 320, 3), 77, np.uint8)
    paint(canvas, np.full((size[1], size[0], 3), (200, 20, 20), np.uint8), fit)
    left, top, wide, tall = place(*size, 320, 180, fit)
    inside = np.zeros((180, 320), bool)
    inside[max(0, top) : top + tall, max(0, left) : left + wide] = True
    assert (canvas[inside] == (200, 20, 20)).all() and (canvas[~inside] == 0).all()


def test_cover_shows_the_middle() -> None:
    canvas = np.zeros((100, 50, 3), np.uint8)
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[:, 16:48, 1] = 255
    paint(canvas, pixels, "cover")
    assert canvas[:, 3:-3, 1].min() > 240


def test_enlarged_it_is_the_same_picture() -> None:
    large = enlarge(picture(), 1080, 1080)
    assert (
        np.abs(
            cv2.resize(large, (64, 64), interpolation=cv2.INTER_AREA).astype(int) - picture()
        ).mean()
        < 2
    )


@pytest.mark.parametrize("slope", [0.15, 0.5, 0.8])
def test_an_edge_is_straighter_and_sharper_than_by_bicubic_or_lanczos(slope: float) -> None:
    rows, columns = np.indices((1088, 1088))
    edge = np.where((rows > columns * slope + 300)[..., None], np.uint8(220), np.uint8(0)).repeat(
        3, 2
    )
    shown = cv2.resize(edge, (64, 64), interpolation=cv2.INTER_AREA)

    def look(large: np.ndarray) -> tuple[float, int]:
        heights = (large[:, 150:900, 0] < 110).sum(0)
        across = np.arange(750)
        return np.abs(heights - np.poly1d(np.polyfit(across, heights, 1))(across)).mean(), np.abs(
            np.diff(large[..., 0].astype(int), axis=0)
        ).max()

    staircase, steepness = look(enlarge(shown, 1080, 1080))
    for way in (cv2.INTER_CUBIC, cv2.INTER_LANCZOS4):
        other_staircase, other_steepness = look(cv2.resize(shown, (1080, 1080), interpolation=way))
        assert staircase < other_staircase and steepness > other_steepness


def test_an_easel_keeps_its_size() -> None:
    easel = Easel(lines=100)
    assert easel.draw(picture(0, 50, 75)).shape == (100, 150, 3)
    assert easel.draw(picture(0, 64, 64)).shape == (100, 150, 3)
    assert Easel(lines=100).draw(picture(0, 361, 641)).shape == (360, 640, 3)
