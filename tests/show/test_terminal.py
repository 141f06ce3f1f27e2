"""The show in the terminal, drawn without one."""

from __future__ import annotations

import dataclasses
import io
import json

import pytest
from msgspec.structs import replace
from rich.console import Console

from livesyn.base.clock import ManualClock
from livesyn.base.health import STALE_S, Health
from livesyn.config.sections import NONE, Config, Sound, Source
from livesyn.ipc.child_messages import (
    DeviceFigures,
    DisplayFigures,
    EngineFigures,
    Figures,
    PlayerFigures,
    decode,
    encode,
)
from livesyn.show import launch, terminal
from livesyn.show.live_view import Live

FACTS = launch.facts(Config())
PLAYER = PlayerFigures(
    playing=True,
    beat=0.0,
    time_s=10.0,
    bpm=120.0,
    bar=3,
    realtime=True,
    late_ms_p99=0.046,
    late=1,
    repeats=2,
    params={"key": 9.0, "scale": 2.0},
    ports=(
        Health("midi", "running", label="livesyn"),
        Health("osc", "lost", "OSC stands still"),
    ),
)
STOPPED = replace(PLAYER, playing=False)
ENGINE = EngineFigures.of(
    {
        "fps": 29.97,
        "latency_ms_p50": 1.44,
        "dropped": 26,
        "ready_margin_ms": 286.4,
        "ready_margin_ms_min": 240.2,
        "device": "cpu",
        "source": DeviceFigures("visuals ink", "running"),
    }
)
DISPLAY = DisplayFigures(9, 9, 0, 30.0, 1, 0.01, True, False, False, 0, "")


def painting(**devices: object) -> EngineFigures:
    """The engine's figures in a show that makes pictures."""
    figures = {"pictures_fps": 29.8, "sound_to_picture_ms_p50": 20.4, "flashes_held": 3}
    return replace(ENGINE, numbers=ENGINE.numbers | figures, **devices)


@pytest.fixture
def clock():
    return ManualClock(15.3)


def drawn(live: Live) -> str:
    console = Console(width=120, file=io.StringIO(), record=True)
    console.print(live.picture())
    return console.export_text()


def test_it_draws_before_anybody_has_reported(clock):
    text = drawn(Live(FACTS, clock))
    assert (
        "the player is being started" in text
        and "visuals ink" in text
        and FACTS["page"] in text
        and "opening" in text
    )


def test_it_draws_the_show(clock):
    live = Live(FACTS, clock)
    live.status("player", PLAYER)
    live.status("engine", ENGINE)
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
    live = Live(FACTS, clock)
    counts = {"received": 30, "refused": 2, "malformed": 1, "ignored": 4}
    live.status("player", replace(PLAYER, osc_in=counts))
    assert "30 received, 7 refused" in drawn(live)
    live.status("player", PLAYER)
    assert "received" not in drawn(live)


def test_a_child_that_is_silent_is_shown_opening(clock):
    live = Live(FACTS, clock)
    live.status("player", PLAYER)
    live.status("engine", ENGINE)
    clock.advance(STALE_S + 1)
    live.status("player", STOPPED)
    text = drawn(live)
    assert "stopped" in text and "the engine is silent" in text and "visuals ink (opening)" in text


def test_figures_of_a_child_that_is_silent_are_unknown(clock):
    out = io.StringIO()
    live, lines = Live(FACTS | {"sound": "midi"}, clock), terminal.Lines(FACTS, clock, out)

    def report(engine: bool, player: bool) -> tuple[str, str]:
        """What is drawn and what is said after ten seconds of reports of these."""
        for _ in range(10):
            clock.advance(1.0)
            for view in (live, lines):
                if player:
                    view.status("player", PLAYER)
                if engine:
                    view.status("engine", painting())
        return drawn(live), out.getvalue().splitlines()[-1]

    for text in report(engine=True, player=True):
        assert "30.0 fps" in text and "240 at the least" in text and "1 late" in text
    for text in report(engine=False, player=True):
        assert "– fps, – ms to latent, – dropped" in text or "the engine is silent" in text
        assert "bars ready – ms ahead, – at the least" in text and "1 late" in text
        assert "30.0" not in text and "29.8" not in text and "286" not in text
    assert "– pictures/s" in out.getvalue().splitlines()[-1], "it is not forgotten that it paints"
    for text in report(engine=True, player=False):
        assert "30.0 fps" in text and "– late, – repeats" in text
        assert "120 bpm" not in text and "1 late" not in text and "real-time" not in text
    assert out.getvalue().splitlines()[-1].startswith("bar –, – bpm | ")
    assert "the player is silent" in drawn(live)


def test_a_lost_source_says_why(clock):
    live = Live(FACTS, clock)
    gone = DeviceFigures("camera 0", "lost", "it was unplugged")
    live.status("engine", replace(ENGINE, source=gone))
    assert "camera 0 (lost)" in drawn(live) and "it was unplugged" in drawn(live)


def test_plain_lines_are_few(clock):
    out = io.StringIO()
    lines = terminal.Lines(FACTS, clock, out)
    lines.open()
    for _ in range(12):
        lines.status("player", PLAYER)
        lines.status("engine", ENGINE)
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
    lines.status("player", PLAYER)
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
    errors.status("player", PLAYER)
    errors.log("engine", "chatter")
    errors.close()
    assert out.getvalue() == "livesyn: the camera is gone\n"


def test_it_draws_what_is_heard_and_where_it_is_shown(clock):
    facts = FACTS | {"source": "", "sound": "device Scarlett", "display": "monitor 1"}
    live = Live(facts, clock)
    assert "device Scarlett (opening)" in drawn(live) and "sees" not in drawn(live)
    live.status("player", STOPPED)
    live.status(
        "engine",
        painting(
            sound=DeviceFigures("sound Scarlett 2i2", "running"),
            outlets=(
                DeviceFigures("window", "running", shown=90, dropped=1),
                DeviceFigures("NDI", "lost", "no NDI here", dropped=9),
            ),
        ),
    )
    live.status("display", DISPLAY)
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
    lines.status("player", PLAYER)
    lines.status("engine", painting())
    assert (
        out.getvalue().splitlines()[0].startswith("livesyn hears device Scarlett")
        and "29.8 pictures/s" in out.getvalue()
        and "bars ready" not in out.getvalue()
    )


def test_a_midi_input_that_is_gone_is_shown(clock):
    live = Live(FACTS | {"sound": "midi"}, clock)
    gone = Health("midi_in", "lost", "the port Push is gone", lost=1, label="MIDI in Push")
    live.status("player", replace(PLAYER, ports=(*PLAYER.ports, gone)))
    assert "MIDI in Push (lost)" in drawn(live) and "the port Push is gone" in drawn(live)


def test_json_lines_are_flat_whoever_reports(clock):
    out = io.StringIO()
    lines = terminal.JsonLines(FACTS, clock, out)
    engine = painting(outlets=(DeviceFigures("window", "running"),))
    for child, status in (
        ("player", PLAYER),
        ("engine", engine),
        ("display", DISPLAY),
        ("synth", Figures({"xruns": 2})),
    ):
        lines.status(child, decode(encode(status), type(status)))
    player, engine, display, synth = map(json.loads, out.getvalue().splitlines())
    assert {line["t"] for line in (player, engine, display, synth)} == {"status"}
    assert (player["from"], player["late_ms_p99"], player["params"]["key"]) == ("player", 0.046, 9)
    assert player["ports"][1]["reason"] == "OSC stands still" and player["osc_in"] is None
    assert (engine["from"], engine["fps"], engine["device"]) == ("engine", 29.97, "cpu")
    assert engine["source"]["state"] == "running" and engine["outlets"][0]["shown"] == 0
    assert "sound" not in engine and "numbers" not in engine
    assert (display["from"], display["shown"]) == ("display", 9)
    assert (synth["from"], synth["xruns"]) == ("synth", 2)


def test_a_show_that_only_listens_names_the_net_that_paints():
    heard = Config(source=Source(NONE, ""), sound=Sound("device"))
    assert launch.facts(heard)["model"] == heard.model.painter
    for config in (Config(), Config(sound=Sound("device")), replace_sound(heard, "midi")):
        assert launch.facts(config)["model"] == config.model.name


def replace_sound(config: Config, kind: str) -> Config:
    return dataclasses.replace(config, sound=Sound(kind))
