#!/usr/bin/env python3
"""Bad input by the million into every way in: whatever comes is obeyed or refused, and the next is
heard.

Each input is drawn from its own number, so a failure is made again by `--way WAY --seed SEED
--start NUMBER --inputs 1`, and a run that was broken off goes on with `--start`. The last line is
JSON:

    python scripts/fuzz.py --inputs 1000000 --way osc,page
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import random
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.base.errors import LivesynError
from livesyn.config import sections
from livesyn.config.checks import check
from livesyn.config.show_file import load
from livesyn.control import map_file
from livesyn.control.midi_reader import MidiReader
from livesyn.ipc import messages
from livesyn.midi.clock import MidiClock
from livesyn.player.core import Player
from livesyn.player.osc_control import OscControl
from livesyn.player.osc_routes import ADDRESSES
from livesyn.player.oscquery_access import hostname_of, is_own_name, is_own_page
from livesyn.player.oscquery_client import BadCommand, read_command
from livesyn.player.state import ShowState
from livesyn.sinks.osc_packets import bundle, message
from livesyn.sources.midi_in import MidiIn
from livesyn.transport.timeline import Timeline
from livesyn.web.messages import BadMessage, parse

EVIL_TEXTS = (
    *("", "\0", "\x7f", "é" * 3000, "\ud800", "../../etc/passwd", "%s%n", "nan", "1e999", "-", "+"),
    *(
        "?",
        "[::",
        "http://evil.example",
        "http://127.0.0.1.evil.example",
        "http://[::1",
        "//",
        "a:b:c",
    ),
    *("localhost", "127.0.0.1", "127.0.0.1:9700", "file://", "null", "livesyn", "A" * 70_000),
)
EVIL_NUMBERS = (
    *(0, 1, -1, 0.5, 127, 128, 2**31, -(2**31) - 1, 2**63, 10**400, True, None),
    *(math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324),
)

Draw = random.Random


def text(draw: Draw) -> str:
    """Something to read, or not to be read."""
    if draw.random() < 0.5:
        return draw.choice(EVIL_TEXTS)
    return "".join(
        chr(draw.choice((draw.randrange(32, 127), draw.randrange(0x3000))))
        for _ in range(draw.randrange(20))
    )


def junk(draw: Draw, most: int = 80) -> bytes:
    """Bytes; now and then 64 kB of them."""
    return draw.randbytes(65_507 if draw.random() < 0.002 else draw.randrange(most))


def damaged(draw: Draw, data: bytes) -> bytes:
    """`data` with something cut, changed, doubled or put in."""
    changed = bytearray(data)
    for _ in range(draw.randrange(4)):
        at = draw.randrange(len(changed) + 1)
        match draw.randrange(4):
            case 0:
                del changed[at:]
            case 1 if at < len(changed):
                changed[at] = draw.randrange(256)
            case 2:
                changed[at:at] = draw.randbytes(draw.randrange(1, 9))
            case 3:
                changed[at:at] = changed[: draw.randrange(len(changed) + 1)]
    return bytes(changed)


# OSC.


def osc_packet(draw: Draw) -> bytes:
    """A packet that is one, nearly one, or none."""
    kind = draw.random()
    if kind < 0.15:
        return junk(draw)
    if kind < 0.17:  # bundles in bundles, 1,000 deep
        packet = message("/livesyn/panic", 1)
        for _ in range(draw.choice((1, 8, 64, 1000))):
            packet = b"#bundle\0" + bytes(8) + struct.pack(">i", len(packet)) + packet
        return packet
    address = draw.choice(ADDRESSES) if draw.random() < 0.8 else "/" + text(draw)[:2000]
    tags = "".join(draw.choice("ifsbhdTFNItcrm[]SZ") for _ in range(draw.randrange(4)))
    body = {"i": 4, "f": 4, "c": 4, "r": 4, "m": 4, "h": 8, "d": 8, "t": 8}
    packet = padded(address) + padded("," + tags)
    for tag in tags:
        if tag in "sS":
            packet += padded(text(draw)[:4000])
        elif tag == "b":
            blob = junk(draw)
            packet += struct.pack(">i", draw.choice((len(blob), -1, 2**31 - 1))) + blob
        elif tag in "fd" and draw.random() < 0.5:
            number = draw.choice((math.nan, math.inf, -math.inf, 0.0, 1e30))
            packet += struct.pack(">" + tag, number)
        else:
            packet += draw.randbytes(body.get(tag, 0))
    if draw.random() < 0.1:
        packet = bundle(draw.randrange(2**64), [packet] * draw.randrange(1, 5))
    return damaged(draw, packet)[:65_507] if draw.random() < 0.4 else packet[:65_507]


def padded(said: str) -> bytes:
    """OSC's string."""
    data = said.encode(errors="replace").replace(b"\0", b"?")
    return data + bytes(4 - len(data) % 4)


def osc() -> Iterator[Callable[[Draw], None]]:
    """OSC over UDP, as it reaches the show's state."""
    clock = ManualClock(100.0)
    player = Player((), clock)
    state = ShowState(player, clock)
    said: list[str] = []
    control = OscControl(state, say=said.append, clock=clock)
    heard = 0

    def hear(draw: Draw) -> None:
        nonlocal heard
        control.hear(osc_packet(draw), draw.choice(("127.0.0.1", "127.0.0.1", "10.0.0.9", "::1")))
        heard += 1
        counts = control.counts()
        assert counts["received"] + counts["refused"] == heard, "a packet was not counted"
        for name, value in state.params().items():
            assert params.row(name).clamp(value) == value, f"{name} is {value}"
        if heard % 100 == 0:
            clock.advance(1.0)
            state.step(clock.now_s())
            player.step(clock.now_s())
            wanted = 60.0 + heard % 60
            state.set_param("quantise", 0.0)
            control.hear(message("/livesyn/param/tempo", wanted), "127.0.0.1")
            heard += 1
            assert state.params()["tempo"] == wanted, "a good message was not obeyed any more"
            assert len(said) < 2000, "it was not said once"

    yield hear


# OSCQuery and the page.


def json_value(draw: Draw, depth: int = 0) -> Any:
    """Anything that JSON, or Python's, can say."""
    kind = draw.randrange(8 if depth < 4 else 6)
    if kind < 3:
        return draw.choice(EVIL_NUMBERS)
    if kind < 6:
        return draw.choice((*params.BY_NAME, "play", "tap", "take_over", "tempo", "q", text(draw)))
    if kind == 6:
        return [json_value(draw, depth + 1) for _ in range(draw.randrange(4))]
    return {text(draw)[:20]: json_value(draw, depth + 1) for _ in range(draw.randrange(4))}


def json_text(draw: Draw, kinds: Sequence[str], tag: str, keys: Sequence[str]) -> str:
    """An object that is nearly a message, or garbage."""
    if draw.random() < 0.1:
        return draw.choice((text(draw), "[" * 5000, '{"a":' * 3000, "1" * 5000))
    said = {tag: draw.choice(kinds) if draw.random() < 0.9 else json_value(draw)}
    said |= {draw.choice(keys): json_value(draw) for _ in range(draw.randrange(5))}
    found = json.dumps(said)
    return damaged(draw, found.encode()).decode(errors="replace") if draw.random() < 0.3 else found


def oscquery() -> Iterator[Callable[[Draw], None]]:
    """Commands of OSCQuery's WebSockets, and the hosts and origins of its requests."""
    keys = ("DATA", "COMMAND", "VALUE", "x")

    def hear(draw: Draw) -> None:
        with contextlib.suppress(BadCommand):
            read_command(json_text(draw, ("LISTEN", "IGNORE", "PATH_ADDED"), "COMMAND", keys))
        host, origin = text(draw), text(draw)
        is_own_name(host, draw.random() < 0.5)
        is_own_page(origin, host)
        hostname_of(origin)
        assert not is_own_page("http://evil.example", "127.0.0.1:9700")

    yield hear


def page() -> Iterator[Callable[[Draw], None]]:
    """What a page may say over its WebSocket."""
    kinds = ("param", "modulation", "transport", "panic", "learn", "map", "key", "ping", "seen")
    keys = ("name", "value", "do", "row", "field", "to", "instead", "key", "down", "c", "what")

    def hear(draw: Draw) -> None:
        try:
            parse(json_text(draw, kinds, "t", keys))
        except BadMessage as error:
            assert len(str(error)) < 2000, "the sentence is no sentence"

    yield hear


# MIDI.


def midi() -> Iterator[Callable[[Draw], None]]:
    """Ports of notes and controls, running-status nonsense, and a clock that stutters."""
    clock, reader, beats = ManualClock(100.0), MidiReader(), MidiClock()
    port = MidiIn(None, clock)
    own = Timeline(0.0, 100.0, 120.0)

    def hear(draw: Draw) -> None:
        clock.advance(draw.choice((0.0, 1e-9, 0.001, 60 / 999 / 24, 0.02, 0.5, 3.0)))
        now_s = clock.now_s()
        first = draw.choice((0x80, 0x90, 0xB0, 0xE0, 0xF0, 0xF2, 0xF8, 0xFA, 0xFB, 0xFC, 0xFF, 0))
        data = [first + draw.randrange(16) * (first < 0xF0)]
        data += [
            draw.randrange(128 if draw.random() < 0.9 else 256) for _ in range(draw.randrange(4))
        ]
        if draw.random() < 0.1:
            data = list(junk(draw, 12))
        for moved in [*(reader.read(data, now_s) or []), *reader.settle(now_s)]:
            assert 1 <= moved.channel <= 16 and 0 <= moved.number < 16384
        port._hear(data, now_s)
        if draw.random() < 0.05:
            port.drain()
        match draw.randrange(40):
            case 0:
                beats.start()
            case 1:
                beats.stop()
            case 2:
                beats.resume()
            case 3:
                beats.locate(draw.choice((0.0, 3.75, 4095.75)))
            case _:
                beats.pulse(now_s - draw.choice((0.0, 0.0, 0.01)))  # one that comes out of order
        line = beats.timeline(now_s, own)
        assert math.isfinite(line.beat_at(now_s)) and 0 < line.bpm < 1e6

    yield hear


# Files.


def toml_text(draw: Draw) -> bytes:
    """A config file, nearly one, or none."""
    if draw.random() < 0.1:
        return junk(draw)
    lines = []
    for _ in range(draw.randrange(6)):
        name = draw.choice(("source", "sound", *sections.SECTIONS, "params", "modulation", "x"))
        lines.append(f"[{name}]" if draw.random() < 0.9 else f"[[{name}]]")
        known = sections.SECTIONS.get(name)
        keys = (
            [*known.__dataclass_fields__]
            if known
            else ["camera", "device", "value", *params.BY_NAME]
        )
        for _ in range(draw.randrange(4)):
            value = draw.choice(
                (
                    "1",
                    "-1",
                    "nan",
                    "inf",
                    "true",
                    '""',
                    '"off"',
                    "[]",
                    "[1, 'a']",
                    "{a = 1}",
                    "9" * 30,
                    "2020-01-01",
                    '"a\\u0000b"',
                )
            )
            lines.append(f"{draw.choice(keys)} = {value}")
    data = "\n".join(lines).encode()
    return damaged(draw, data) if draw.random() < 0.3 else data


def toml() -> Iterator[Callable[[Draw], None]]:
    """Config files and maps of controls: legal, or one sentence."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "show.toml"

        def hear(draw: Draw) -> None:
            data = toml_text(draw)
            path.write_bytes(data)
            for read in (lambda: check(load(path).with_source()), lambda: map_file.parse(data)):
                try:
                    read()
                except LivesynError as error:
                    assert str(error), "no sentence"

        yield hear


# Engine and player, a show and its standby.


def ipc() -> Iterator[Callable[[Draw], None]]:
    """Lines between processes, and between two shows."""
    unions = (messages.FromEngine, messages.FromPlayer, messages.FromStandby, messages.ToStandby)
    kinds = ("hello", "phrase", "set", "ping", "pong", "welcome", "timeline", "param", "modulation")
    keys = ("v", "token", "name", "value", "origin", "asked_s", "who", "sent_s", "leads", "term")
    keys += ("timeline", "playing", "row", "bar", "notes", "params")
    lines = messages.Lines()

    def hear(draw: Draw) -> None:
        data = json_text(draw, kinds, "t", keys).encode(errors="replace")
        for line in lines.feed(damaged(draw, data) + b"\n" * draw.randrange(2)):
            for union in unions:
                try:
                    found = messages.decode(line, union)
                except messages.MessageError:
                    continue
                messages.decode(messages.encode(found), union)

    yield hear


WAYS: dict[str, Callable[[], Iterator[Callable[[Draw], None]]]] = {
    "osc": osc,
    "oscquery": oscquery,
    "page": page,
    "midi": midi,
    "toml": toml,
    "ipc": ipc,
}


class Found(Exception):
    """An input that was neither obeyed nor refused."""


def put(way: str, seed: int, start: int, inputs: int) -> None:
    """Inputs `start` to `start + inputs` of `seed` into `way`. Raises Found."""
    for hear in WAYS[way]():
        for number in range(start, start + inputs):
            try:
                hear(random.Random(f"{seed}/{way}/{number}"))
            except Exception as error:
                raise Found(
                    f"{type(error).__name__}: {str(error)[:300]}; again with: --way {way} --seed"
                    f" {seed} --start {number} --inputs 1 (or from some inputs before it)"
                ) from error


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=10_000, help="in all, over the ways")
    parser.add_argument("--way", default=",".join(WAYS), help="ways in, by commas")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--start", type=int, default=0, help="the first input's number")
    parser.add_argument("--seconds", type=float, default=math.inf, help="end after these")
    args = parser.parse_args()
    seed = random.SystemRandom().randrange(2**31) if args.seed is None else args.seed
    ways = args.way.split(",")
    print(f"seed {seed}", flush=True)
    done, failures, each = dict.fromkeys(ways, 0), [], max(1, args.inputs // len(ways))
    begun_s, block = time.monotonic(), 10_000
    for first in range(args.start, args.start + each, block):
        for way in ways:
            count = min(block, args.start + each - first)
            try:
                put(way, seed, first, count)
                done[way] += count
            except Found as error:
                failures.append(f"{way}: {error}")
                print(failures[-1], flush=True)
        print(f"to {first + count}: {time.monotonic() - begun_s:.0f} s", flush=True)
        if time.monotonic() - begun_s > args.seconds or len(failures) > 20:
            break
    seconds = round(time.monotonic() - begun_s, 1)
    print(
        json.dumps(
            {
                "seed": seed,
                "inputs": sum(done.values()),
                "ways": done,
                "next": first + count,
                "failures": failures,
                "seconds": seconds,
            }
        )
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
