"""The tempo that a Link session announces."""

from __future__ import annotations

import socket
import struct
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.link import announcements
from livesyn.link.announcements import ALIVE, HEADER, listen, tempo_of


def packet(*entries: tuple[bytes, bytes], kind: int = ALIVE, header: bytes = HEADER) -> bytes:
    head = struct.pack(">8sBBH8s", header, kind, 5, 0, b"livesyn!")
    return head + b"".join(key + struct.pack(">I", len(value)) + value for key, value in entries)


def line(beat_us: int) -> tuple[bytes, bytes]:
    return b"tmln", struct.pack(">qqq", beat_us, 0, 0)


@pytest.mark.parametrize(("bpm", "kind"), [(120.0, 1), (60.0, 2), (133.7, 1)])
def test_the_tempo_is_in_its_timeline(bpm: float, kind: int) -> None:
    found = tempo_of(packet((b"sess", b"12345678"), line(round(60e6 / bpm)), kind=kind))
    assert found == pytest.approx(bpm, abs=1e-3)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        packet(),
        packet(line(500_000), kind=3),
        packet(line(500_000), header=b"_asdp_v\x02"),
        packet(line(0)),
        packet(line(-5)),
        packet((b"tmln", b"short")),
        packet(line(500_000))[:-1],
    ],
)
def test_what_is_no_announcement_says_nothing(wrong: bytes) -> None:
    assert tempo_of(wrong) is None


@given(st.binary(max_size=200), st.booleans())
@settings(max_examples=1000)
def test_any_bytes_say_a_tempo_or_nothing(junk: bytes, headed: bool) -> None:
    found = tempo_of(HEADER + junk if headed else junk)
    assert found is None or found > 0


def test_it_listens_no_longer_than_it_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter((0.0, 0.1, 0.6))
    monkeypatch.setattr(announcements, "_bind", lambda sock: sock.bind(("127.0.0.1", 0)))
    monkeypatch.setattr(announcements.selectors.DefaultSelector, "select", lambda *_: [])
    assert listen(0.5, lambda: next(times)) is None


def test_it_ends_with_the_first_tempo_that_it_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    bound = threading.Event()
    where: list[tuple[str, int]] = []

    def bind(sock: socket.socket) -> None:
        sock.setblocking(False)
        sock.bind(("127.0.0.1", 0))
        where.append(sock.getsockname())
        bound.set()

    def send() -> None:
        bound.wait(5)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"noise", where[0])
            sender.sendto(packet(line(500_000)), where[0])

    monkeypatch.setattr(announcements, "_bind", bind)
    thread = threading.Thread(target=send)
    thread.start()
    assert listen(5.0, lambda: 0.0) == 120.0
    thread.join()
