"""The show in the terminal, drawn without one."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from livesyn.base.clock import ManualClock
from livesyn.config.sections import Config
from livesyn.show import launch, terminal

FACTS = launch.facts(Config())
PLAYER = {
    "t": "status",
    "from": "player",
    "playing": True,
    "beat": 0.0,
    "time_s": 10.0,
    "bpm": 120.0,
    "bar": 3,
    "realtime": True,
    "late_ms_p99": 0.046,
    "late": 1,
    "repeats": 2,
    "dropped": 0,
    "params": {"key": 9.0, "scale": 2.0},
    "ports": [
        {"name": "midi", "label": "livesyn", "state": "running", "reason": ""},
        {"name": "osc", "label": "", "state": "lost", "reason": "OSC stands still"},
    ],
}
ENGINE = {
    "t": "status",
    "from": "engine",
    "fps": 29.97,
    "latency_ms_p50": 1.44,
    "dropped": 26,
    "ready_margin_ms": 286.4,
    "ready_margin_ms_min": 240.2,
    "device": "cpu",
    "source": {"name": "visuals ink", "state": "running", "reason": ""},
}


@pytest.fixture
def clock():
    return ManualClock(15.3)


def drawn(live: terminal.Live) -> str:
    console = Console(width=120, file=io.StringIO(), record=True)
    console.print(live.picture())
    return console.export_text()


def test_it_draws_before_anybody_has_reported(clock):
    text = drawn(terminal.Live(FACTS, clock))
    assert (
        "starting" in text and "visuals ink" in text and FACTS["page"] in text and "opening" in text
    )


def test_it_draws_the_show(clock):
    live = terminal.Live(FACTS, clock)
    live.status(PLAYER)
    live.status(ENGINE)
    live.event("the engine is ready")
    text = drawn(live)
    for needle in (
        "bar 3",
        "○ ○ ● ○",
        "120 bpm",
        "A minor",
        "30.0 fps",
        "1.4 ms",
        "26 dropped",
        "286 ms ahead",
        "240 at the least",
        "0.05 ms late at p99",
        "1 late",
        "2 repeats",
        "real-time priority",
        "synvae-art on cpu",
        "MIDI livesyn",
        "OSC 127.0.0.1:9701 (lost)",
        "OSC stands still",
        "0:00  the engine is ready",
    ):
        assert needle in text, f"{needle!r} is not in:\n{text}"
    clock.advance(0.5)
    assert "○ ○ ○ ●" in drawn(live)


def test_it_draws_what_osc_in_obeys_and_refuses(clock):
    live = terminal.Live(FACTS, clock)
    live.status({**PLAYER, "osc_in": {"received": 30, "refused": 2, "malformed": 1, "ignored": 4}})
    assert "30 received, 7 refused" in drawn(live)
    live.status({**PLAYER, "osc_in": None})
    assert "received" not in drawn(live)


def test_a_child_that_is_silent_is_shown_opening(clock):
    live = terminal.Live(FACTS, clock)
    live.status(PLAYER)
    live.status(ENGINE)
    clock.advance(terminal.STALE_S + 1)
    live.status({**PLAYER, "playing": False})
    text = drawn(live)
    assert "stopped" in text and "the engine is being started" in text


def test_a_lost_source_says_why(clock):
    live = terminal.Live(FACTS, clock)
    live.status(
        {**ENGINE, "source": {"name": "camera 0", "state": "lost", "reason": "it was unplugged"}}
    )
    assert "camera 0 (lost)" in drawn(live) and "it was unplugged" in drawn(live)


def test_plain_lines_are_few(clock):
    out = io.StringIO()
    lines = terminal.Lines(FACTS, clock, out)
    lines.open()
    for _ in range(12):
        lines.status(PLAYER)
        lines.status(ENGINE)
        clock.advance(1.0)
    lines.event("the player ended")
    said = out.getvalue().splitlines()
    assert FACTS["page"] in said[0] and said[-1] == "the player ended"
    assert len(said) == 2 + 3 and all(
        "120 bpm" in line and "30.0 fps" in line for line in said[1:-1]
    )


def test_json_lines(clock):
    out = io.StringIO()
    lines = terminal.JsonLines(FACTS, clock, out)
    lines.open()
    clock.advance(2.0)
    lines.status(PLAYER)
    lines.event("well")
    lines.log("engine", "a line")
    lines.close()
    said = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["t"] for line in said] == ["start", "status", "event", "log", "end"]
    assert said[1]["s"] == 2.0 and said[1]["bpm"] == 120.0 and said[3]["from"] == "engine"


def test_quiet_lets_errors_through():
    out = io.StringIO()
    errors = terminal.Errors(out)
    errors.open()
    for sentence in (
        "the player is ready",
        "the engine is ready again",
        "MIDI is back",
        "the camera is gone",
    ):
        errors.event(sentence)
    errors.status(PLAYER)
    errors.log("engine", "chatter")
    errors.close()
    assert out.getvalue() == "livesyn: the camera is gone\n"


def test_it_draws_what_is_heard_and_where_it_is_shown(clock):
    facts = FACTS | {"source": "", "sound": "device Scarlett", "display": "monitor 1"}
    live = terminal.Live(facts, clock)
    assert "device Scarlett (opening)" in drawn(live) and "sees" not in drawn(live)
    live.status({**PLAYER, "playing": False})
    live.status(
        {
            **ENGINE,
            "pictures_fps": 29.8,
            "sound_to_picture_ms_p50": 20.4,
            "flashes_held": 3,
            "sound": {"name": "sound Scarlett 2i2", "state": "running", "reason": "", "lost": 0},
            "outlets": [
                {"name": "window", "state": "running", "reason": "", "shown": 90, "dropped": 1},
                {"name": "NDI", "state": "lost", "reason": "no NDI here", "shown": 0, "dropped": 9},
            ],
        }
    )
    live.status({"t": "status", "from": "display", "fps": 30.0})
    text = drawn(live)
    for needle in (
        "listens",
        "sound Scarlett 2i2",
        "29.8 pictures/s, 20 ms from sound to picture, 3 flashes held back",
        "window",
        "90 shown, 1 dropped",
        "NDI (lost)",
        "no NDI here",
        "stopped",
    ):
        assert needle in text, f"{needle!r} is not in:\n{text}"
    out = io.StringIO()
    lines = terminal.Lines(facts, clock, out)
    lines.open()
    lines.status(PLAYER)
    lines.status(
        {**ENGINE, "pictures_fps": 29.8, "sound_to_picture_ms_p50": 20.4, "flashes_held": 3}
    )
    assert (
        out.getvalue().splitlines()[0].startswith("livesyn hears device Scarlett")
        and "29.8 pictures/s" in out.getvalue()
        and "bars ready" not in out.getvalue()
    )


def test_a_midi_input_that_is_gone_is_shown(clock):
    live = terminal.Live(FACTS | {"sound": "midi"}, clock)
    live.status(
        {
            **ENGINE,
            "midi_in": {
                "name": "MIDI in Push",
                "state": "lost",
                "reason": "the port Push is gone",
                "lost": 1,
                "dropped": 0,
            },
        }
    )
    assert "MIDI in Push (lost)" in drawn(live) and "the port Push is gone" in drawn(live)
