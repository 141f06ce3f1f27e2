"""What is said, and can for some reason not be written: it ends and stops nothing."""

from __future__ import annotations

import errno
import io
import os
import threading
from types import SimpleNamespace
from typing import TextIO, cast

import pytest

from livesyn.base import words
from livesyn.base.descriptors import raw_write, same_file
from livesyn.base.words import Stream, Words
from livesyn.base.writer import STANDS_STILL, Writer, reason

PATIENCE_S = 10.0


class Disk:
    """What a writer writes to, with room for `room` bytes; a reader that can stand still."""

    def __init__(self, room: int | None = None, fault: int = errno.ENOSPC) -> None:
        self.written, self.room, self.fault = b"", room, fault
        self.reads = threading.Event()
        self.reads.set()
        self.asked = threading.Event()

    def write(self, data: bytes | memoryview) -> int:
        self.asked.set()
        assert self.reads.wait(PATIENCE_S)
        taken = len(data) if self.room is None else min(self.room, len(data))
        if not taken and data:
            raise OSError(self.fault, os.strerror(self.fault))
        self.written += bytes(data[:taken])
        if self.room is not None:
            self.room -= taken
        return taken

    def lines(self) -> list[str]:
        return self.written.decode().splitlines()


def stream_to(disk: Disk, like: TextIO | None = None, **options) -> Stream:
    return Stream(Writer(disk.write, **options), 9, like)


def test_lines_are_written_whole_and_in_order():
    disk = Disk()
    stream = stream_to(disk)
    for n in range(500):
        print("line", n, file=stream)
    stream.write("an end without a line")
    stream.flush()
    assert stream.writer.drain(PATIENCE_S)
    assert disk.lines() == [*(f"line {n}" for n in range(500)), "an end without a line"]


def test_a_full_disk_loses_lines_and_says_so_when_there_is_room_again():
    disk = Disk(room=8)
    stream = stream_to(disk)
    trouble: list[str] = []
    stream.writer.on_trouble = trouble.append
    for n in range(4):  # the second is torn in the middle
        print("five", n, file=stream)
        stream.writer.drain(PATIENCE_S)
    disk.room = None
    print("again", file=stream)
    print("and again", file=stream)
    assert stream.writer.drain(PATIENCE_S)
    why = os.strerror(errno.ENOSPC).lower()
    assert disk.lines() == [
        "five 0",
        "f",
        f"livesyn: 3 lines could not be written here ({why})",
        "again",
        "and again",
    ]
    assert trouble == [why] and stream.writer.lost == 3 and stream.writer.unsaid[0] == 0


def test_a_disk_that_fills_twice_is_said_twice():
    disk = Disk()
    stream = stream_to(disk)
    trouble: list[str] = []
    stream.writer.on_trouble = trouble.append
    for room in (0, None, 0, None):
        disk.room = room
        print("x", file=stream)
        assert stream.writer.drain(PATIENCE_S)
    assert len(trouble) == 2
    assert [line.split(" could")[0] for line in disk.lines()] == ["livesyn: 1 line", "x"] * 2


def test_a_reader_that_stands_still_holds_up_nobody_and_gets_the_newest():
    disk = Disk()
    stream = stream_to(disk, limit_bytes=40)
    disk.reads.clear()
    print("first", file=stream)
    assert disk.asked.wait(PATIENCE_S)  # its line is being written, and will be for long
    for n in range(100):
        print(f"line {n:04}", file=stream)  # ten bytes
    assert not stream.writer.drain(0.01)
    assert stream.writer.unsaid == (101, STANDS_STILL)
    disk.reads.set()
    assert stream.writer.drain(PATIENCE_S)
    assert disk.lines() == [
        "first",
        f"livesyn: 96 lines could not be written here ({STANDS_STILL})",
        *(f"line {n:04}" for n in range(96, 100)),
    ]
    assert stream.writer.unsaid[0] == 0


def test_a_patient_one_waits_for_its_reader_and_loses_nothing():
    disk = Disk()
    stream = stream_to(disk, limit_bytes=40)
    stream.writer.patient = True
    disk.reads.clear()
    speaker = threading.Thread(target=lambda: [print(f"line {n}", file=stream) for n in range(99)])
    speaker.start()
    assert disk.asked.wait(PATIENCE_S) and speaker.is_alive()
    disk.reads.set()
    speaker.join(PATIENCE_S)
    assert stream.writer.drain(PATIENCE_S) and not stream.writer.lost
    assert disk.lines() == [f"line {n}" for n in range(99)]


def test_a_patient_one_ends_quietly_when_its_reader_is_gone():
    stream = stream_to(Disk(room=0, fault=errno.EPIPE))
    stream.writer.patient = True
    print("a", file=stream)
    assert stream.writer.drain(PATIENCE_S)
    with pytest.raises(SystemExit) as left:
        print("b", file=stream)
    assert left.value.code == 0
    beside = threading.Thread(target=print, args=("c",), kwargs={"file": stream})
    beside.start()
    beside.join(PATIENCE_S)
    stream.writer.patient = False  # a show: it goes on
    print("d", file=stream)


def test_a_pipe_without_room_that_says_so_is_tried_again():
    reader, writer = os.pipe()
    os.set_blocking(writer, False)  # as a parent may have left it
    stream = Stream(Writer(raw_write(writer, None), limit_bytes=1 << 22), writer, None)
    text = "x" * 99 + "\n"
    for _ in range(3000):  # 300 kB; the pipe has 64
        stream.write(text)
    with open(reader, "rb") as read:
        assert read.read(300_000) == text.encode() * 3000
    assert stream.writer.drain(PATIENCE_S) and not stream.writer.lost
    os.close(writer)


@pytest.mark.parametrize(
    ("encoding", "errors", "text", "written"),
    [
        ("latin-1", "strict", "é ● ○ – 音\udce9", b"\xe9 * o - \\u97f3\\udce9"),
        ("ascii", "strict", "é", b"\\xe9"),
        ("utf-8", "strict", "d\udce9 ●", b"d\\udce9 \xe2\x97\x8f"),
        ("utf-8", "surrogateescape", "d\udce9", b"d\xe9"),  # a name's own bytes
        ("ascii", "surrogateescape", "d\udce9 ü", b"d\xe9 \\xfc"),
        ("utf-8", "surrogateescape", "\ud800", b"\\ud800"),
        ("ascii", "replace", "é", b"?"),
        ("cp437", "strict", "音", b"\\u97f3"),
        ("utf-16-le", "strict", "\udce9", "\\udce9".encode("utf-16-le")),
        ("undefined", "strict", "é", b"\\xe9"),  # a codec that refuses everything
    ],
)
def test_what_an_encoding_does_not_have_is_escaped(encoding, errors, text, written):
    like = cast(TextIO, SimpleNamespace(encoding=encoding, errors=errors))  # all it is asked for
    disk = Disk()
    stream = stream_to(disk, like)
    stream.write(text)
    stream.flush()
    assert stream.writer.drain(PATIENCE_S) and disk.written == written
    assert stream.encoding == encoding


def test_no_thread_to_be_had_is_a_loss_and_no_error(monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't start new thread")

    disk = Disk()
    stream = stream_to(disk)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        print("lost", file=stream)
    assert stream.writer.drain(0.0)
    print("kept", file=stream)
    assert stream.writer.drain(PATIENCE_S)
    assert disk.lines()[0].startswith("livesyn: 1 line could not") and disk.lines()[1] == "kept"


def both(out: Disk, err: Disk, patient: bool) -> Words:
    pair = Words(stream_to(out), stream_to(err))
    for stream in (pair.out, pair.err):
        stream.writer.patient = True
    if not patient:
        pair.never_block()
    return pair


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EPIPE, errno.EIO, errno.EBADF])
def test_a_show_whose_words_are_lost_is_fine_and_says_it_where_it_can(fault):
    out, err = Disk(room=0, fault=fault), Disk()
    pair = both(out, err, patient=False)
    for _ in range(3):
        print("news", file=pair.out)
    assert pair.finish(0) == 0
    why = reason(OSError(fault, os.strerror(fault)))
    assert err.lines() == [
        f"livesyn: what is said on stdout is lost from now on ({why})",
        f"livesyn: 3 lines could not be written to stdout ({why})",
    ]


def test_a_show_does_not_wait_for_ever_for_a_reader_that_stands_still():
    out, err = Disk(), Disk()
    out.reads.clear()
    pair = both(out, err, patient=False)
    print("news", file=pair.out)
    assert pair.finish(2) == 2
    out.reads.set()
    told = f"livesyn: 1 line could not be written to stdout ({STANDS_STILL})"
    assert err.lines() == [told]


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [(errno.ENOSPC, 1, 1), (errno.EPIPE, 0, 0), (errno.EBADF, 1, 1)],
    ids=["full", "gone", "closed"],
)
def test_a_table_that_was_not_written_whole_is_no_success(fault, code, said):
    out, err = Disk(room=0, fault=fault), Disk()
    pair = both(out, err, patient=True)
    print("a row", file=pair.out)
    assert pair.finish(0) == code and len(err.lines()) == said


def test_where_both_are_one_file_their_order_is_kept(tmp_path):
    with (tmp_path / "log").open("wb") as log, (tmp_path / "other").open("wb") as other:
        twin = os.dup(log.fileno())
        assert same_file(log.fileno(), twin)
        assert not same_file(log.fileno(), other.fileno())
        os.close(twin)
        assert not same_file(log.fileno(), twin)


def test_an_error_whose_text_is_an_error_is_named():
    class Odd(Exception):
        def __str__(self):
            raise ValueError

    assert words.in_words(Odd()) == "Odd" and words.in_words(KeyError("x")) == "KeyError: 'x'"


def test_a_stream_is_what_libraries_expect():
    stream = stream_to(Disk())
    assert stream.writable() and not stream.readable() and stream.fileno() == 9
    assert isinstance(stream, io.TextIOBase) and stream.isatty() in (True, False)
    with pytest.raises(TypeError):
        stream.write(b"bytes")  # type: ignore[arg-type]  # what is asked


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_speaks_for_itself():
    reader, writer = os.pipe()
    stream = Stream(Writer(raw_write(writer, None)), writer, None)
    print("parent", file=stream)  # its thread is not in the child
    assert stream.writer.drain(PATIENCE_S)
    child = os.fork()
    if not child:
        stream._begin()  # as `_after_fork` does for those of the process
        stream.writer._begin()
        print("child", file=stream)
        os._exit(0 if stream.writer.drain(PATIENCE_S) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(writer)
    with open(reader) as read:
        assert read.read() == "parent\nchild\n"
