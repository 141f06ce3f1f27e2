"""liblo's tools at both ends: `oscdump` hears what livesyn sends, `oscsend` plays with the real
player process.
"""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from livesyn.base import params
from livesyn.base.addresses import AHEAD, ONTIME, Target
from livesyn.base.clock import SystemClock, wall_offset_s
from livesyn.base.types import Phrase
from livesyn.config.encoded import encode
from livesyn.config.sections import Config, Midi, Osc
from livesyn.player.osc_decoder import IMPULSE, Message, decode
from livesyn.sinks.osc import OscOut
from livesyn.sinks.osc_packets import UNIX_EPOCH_NTP_S, message
from livesyn.transport.timeline import Timeline
from tests.contracts import CONTROLS, NOTES
from tests.ports import free_port

PATIENCE_S = 10.0
LIBLO_EARLY_S = 0.05  # it lets go of a bundle some 10 ms before its time
ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(
        not (shutil.which("oscdump") and shutil.which("oscsend")),
        reason="oscdump and oscsend (liblo-tools) are not installed",
    ),
]


class Heard(NamedTuple):
    """One line of oscdump: the timetag in Unix seconds (of its bundle, or of its coming), the
    address, types and arguments.
    """

    unix_s: float
    address: str
    tags: str
    values: list[str]


def parse(line: str) -> Heard:
    found = re.match(r"(\S+) (\S+) ?(\S*)(.*)", line)
    assert found is not None, line
    stamp, address, tags, *values = found.groups()
    seconds, fraction = (int(part, 16) for part in stamp.split("."))
    return Heard(seconds + fraction / 2**32 - UNIX_EPOCH_NTP_S, address, tags, values[0].split())


class Dump:
    """A running oscdump; `heard` holds its lines so far."""

    def __init__(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.1", 0))
            self.port: int = sock.getsockname()[1]
        self.process = subprocess.Popen(
            ["oscdump", "-L", str(self.port)], stdout=subprocess.PIPE, text=True
        )
        self.lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.heard: list[Heard] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._until_it_listens()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)

    def _until_it_listens(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            clock = SystemClock()
            end_s = clock.now_s() + PATIENCE_S
            while self.lines.empty():
                assert clock.now_s() < end_s and self.process.poll() is None, (
                    "oscdump does not listen"
                )
                sock.sendto(b"/probe\0\0,\0\0\0", ("127.0.0.1", self.port))
                clock.sleep_until(clock.now_s() + 0.02)

    def wait(self, ready: Callable[[list[Heard]], object], what: str) -> None:
        """Until `ready(heard)`, `heard` without the probes."""
        clock = SystemClock()
        end_s = clock.now_s() + PATIENCE_S
        while not ready(self.heard):
            try:
                line = parse(self.lines.get(timeout=max(end_s - clock.now_s(), 0.001)))
            except queue.Empty:
                raise AssertionError(f"{what}; the last were {self.heard[-5:]}") from None
            if line.address != "/probe":
                self.heard.append(line)

    def close(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def dump() -> Iterator[Dump]:
    made = Dump()
    yield made
    made.close()


def floats(values: list[str]) -> list[float]:
    return [float(value) for value in values]


def test_oscdump_reads_every_message_with_its_types(dump: Dump) -> None:
    clock = SystemClock()
    sink = OscOut([Target("127.0.0.1", dump.port, ONTIME)])
    sink.open()
    now_s = clock.now_s()
    sink.bar(now_s, 7, Phrase(NOTES, 4.0), CONTROLS, Timeline(28.0, now_s, 120.0), "new")
    sink.beat(now_s, 28)
    sink.note_on(now_s, NOTES[0])
    sink.param("temperature", 0.75)
    sink.status({"fps": 30.0, "latency_ms": 6.5, "late": 2, "dropped": 0})
    sink.transport(now_s, "stop", 29.0)
    sink.panic(now_s)
    dump.wait(
        lambda heard: heard and heard[-1].address == "/livesyn/panic",
        "the last message did not come",
    )
    sink.close()
    told = {line.address: line for line in dump.heard}
    assert len(told) == len(dump.heard) == 1 + 12 + 1 + 1 + 1 + 4 + 1 + 1
    assert told["/livesyn/bar"][2:] == ("i", ["7"])
    assert told["/livesyn/beat"][2:] == ("i", ["28"])
    for index, value in enumerate(CONTROLS):
        assert told[f"/livesyn/latent/{index}"].tags == "f" and floats(
            told[f"/livesyn/latent/{index}"].values
        ) == [value]
    note = told["/livesyn/note"]
    assert (
        note.tags == "iiiff"
        and note.values[:3] == ["1", "60", "96"]
        and float(note.values[3]) == 0.5
    )
    assert -1000 < float(note.values[4]) <= 0  # it was due at `now_s`, a moment ago
    assert told["/livesyn/param/temperature"].tags == "f" and floats(
        told["/livesyn/param/temperature"].values
    ) == [0.75]
    for name, value in {"fps": 30.0, "latency_ms": 6.5, "late": 2.0, "dropped": 0.0}.items():
        assert told[f"/livesyn/status/{name}"].tags == "f" and floats(
            told[f"/livesyn/status/{name}"].values
        ) == [value]
    assert told["/livesyn/transport/play"][2:] == ("i", ["0"])
    assert told["/livesyn/panic"][2:] == ("i", ["1"])


def test_a_receiver_that_schedules_gets_each_message_at_its_timetag(dump: Dump) -> None:
    """liblo holds a bundle back until its time, and says which it was."""
    clock = SystemClock()
    sink = OscOut([Target("127.0.0.1", dump.port, AHEAD)])
    sink.open()
    offset_s = wall_offset_s()
    timeline = Timeline(0.0, clock.now_s() + 0.3, 300.0)
    sink.bar(timeline.time_s, 0, Phrase(NOTES, 4.0), (), timeline, "new")
    sent_s = clock.now_s()
    assert sent_s < timeline.time_s
    dump.wait(
        lambda heard: sum(line.address != "/livesyn/bar" for line in heard) == 4 + len(NOTES),
        "not all came",
    )
    assert clock.now_s() > timeline.time_of(3.0) - LIBLO_EARLY_S  # the last beat was held back
    sink.close()
    beats = {
        int(line.values[0]): line.unix_s - offset_s
        for line in dump.heard
        if line.address == "/livesyn/beat"
    }
    assert beats == {beat: pytest.approx(timeline.time_of(beat), abs=1e-3) for beat in range(4)}
    notes = sorted(line.unix_s - offset_s for line in dump.heard if line.address == "/livesyn/note")
    assert notes == [pytest.approx(timeline.time_of(note.start_beats), abs=1e-3) for note in NOTES]


@pytest.fixture
def player(dump: Dump) -> Iterator[int]:
    """A real player process that plays to oscdump at 300 bpm; the port of its OSC input."""
    port = free_port(socket.SOCK_DGRAM)
    config = Config(
        midi=Midi(on=False),
        osc=Osc(out=(f"127.0.0.1:{dump.port}",), in_port=port),
        params={"tempo": 300.0},
    )
    with tempfile.TemporaryDirectory(prefix="ls-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "livesyn.player", "--socket", str(Path(folder, "s"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(encode(config))
            process.stdin.flush()
            ready = next(
                message for message in map(json.loads, process.stdout) if message["t"] == "ready"
            )
            drain = threading.Thread(target=process.stdout.read, daemon=True)
            drain.start()
            assert ready["facts"]["osc_in"] == port
            yield port
            process.stdin.close()
            assert process.wait(PATIENCE_S) == 0
            drain.join(PATIENCE_S)
        finally:
            process.kill()
            process.wait(PATIENCE_S)
            process.stdin.close()
            process.stdout.close()


def oscsend(port: int, address: str, *arguments: str) -> None:
    subprocess.run(
        ["oscsend", "127.0.0.1", str(port), address, *arguments], check=True, timeout=PATIENCE_S
    )


def test_every_type_that_oscsend_knows_is_read() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(PATIENCE_S)
        oscsend(
            sock.getsockname()[1],
            "/all",
            "ihfdsScmTFNI",
            *("-7", str(2**40), "0.625", "0.1", "caf\u00e9", "symbol", "A", "01903c40"),
        )
        packet = sock.recv(1024)
    assert list(decode(packet)) == [
        Message(
            "/all",
            "ihfdsScmTFNI",
            (
                -7,
                2**40,
                0.625,
                0.1,
                "café",
                "symbol",
                "A",
                (1, 144, 60, 64),
                True,
                False,
                None,
                IMPULSE,
            ),
        )
    ]


def test_oscsend_sets_panics_and_stops_the_player(dump: Dump, player: int) -> None:
    dump.wait(
        lambda heard: (
            {"/livesyn/bar", "/livesyn/beat", "/livesyn/note"} <= {line.address for line in heard}
        ),
        "it does not play",
    )

    oscsend(player, "/livesyn/param/temperature", "f", "0.625")
    dump.wait(
        lambda heard: any(
            line[1:3] == ("/livesyn/param/temperature", "f") and floats(line.values) == [0.625]
            for line in heard
        ),
        "no echo",
    )
    oscsend(player, "/livesyn/param/tempo", "i", "9000")
    dump.wait(
        lambda heard: any(
            line.address == "/livesyn/param/tempo" and floats(line.values) == [300.0]
            for line in heard
        ),
        "not clamped",
    )

    panics = sum(line.address == "/livesyn/panic" for line in dump.heard)
    oscsend(player, "/livesyn/panic")
    dump.wait(
        lambda heard: sum(line.address == "/livesyn/panic" for line in heard) == panics + 2,
        "no panic, or no second one",
    )

    begun = len(dump.heard)
    oscsend(player, "/livesyn/transport/stop")
    dump.wait(
        lambda heard: any(
            line[1:] == ("/livesyn/transport/play", "i", ["0"]) for line in heard[begun:]
        ),
        "it does not stop",
    )
    stopped = max(
        index for index, line in enumerate(dump.heard) if line.address == "/livesyn/transport/play"
    )
    oscsend(player, "/livesyn/dump")
    dump.wait(
        lambda heard: any(line.address == "/livesyn/param/freeze" for line in heard[stopped:]),
        "no dump",
    )
    assert not [
        line for line in dump.heard[stopped:] if line.address in ("/livesyn/beat", "/livesyn/note")
    ]

    oscsend(player, "/livesyn/transport/play", "i", "1")
    dump.wait(
        lambda heard: any(line[1:] == ("/livesyn/beat", "i", ["0"]) for line in heard[stopped:]),
        "it does not start from beat 0",
    )


def test_a_flood_takes_no_panic_and_not_the_last_value(dump: Dump, player: int) -> None:
    """20,000 messages a second for a second, and five times panic among them."""
    dump.wait(lambda heard: any(line.address == "/livesyn/beat" for line in heard), "no beat")
    panics = sum(line.address == "/livesyn/panic" for line in dump.heard)
    clock, count = SystemClock(), 20_000
    rows = [params.BY_NAME[name] for name in ("temperature", "steer_0")]
    last = {
        row.address: row.low + (row.high - row.low) * index / count
        for index, row in ((count - 2, rows[0]), (count - 1, rows[1]))
    }
    begun_s = clock.now_s()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", player))
        for index in range(count):
            row = rows[index % 2]
            value = row.low + (row.high - row.low) * index / count
            client.send(message(row.address, float(value)))
            if index % 4000 == 2000:
                client.send(message("/livesyn/panic"))
            if index % 20 == 0:
                clock.sleep_until(begun_s + index / count)
    dump.wait(
        lambda heard: (
            {line.address: floats(line.values) for line in heard if line.address in last}
            == {address: [pytest.approx(value, rel=1e-5)] for address, value in last.items()}
        ),
        "the last values did not come last",
    )
    dump.wait(
        lambda heard: sum(line.address == "/livesyn/panic" for line in heard) == panics + 2 * 5,
        "not every panic, each now and 50 ms later",
    )
