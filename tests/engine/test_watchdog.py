"""A light for each source, net, output and client; nets that hang are said, and given up."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.errors import DeviceError
from livesyn.base.health import LOST, OPENING, RUNNING, STALE_S, Health
from livesyn.config.sections import NONE, Config, Source
from livesyn.engine.executor import BAR, MEMORY
from livesyn.engine.inference import Inference
from livesyn.engine.process import HANG_S, HUNG_S
from livesyn.ipc.messages import Stats
from tests.engine.context import Page
from tests.engine.engine_in_process import engine_of, until


async def test_what_is_being_made_and_for_how_long() -> None:
    clock, go, begun = ManualClock(10.0), threading.Event(), threading.Event()
    inference = Inference(clock, {})
    inference.start()
    assert inference.busy(11.0) == ("", 0.0)

    def work() -> None:
        begun.set()
        go.wait(10)

    job = asyncio.create_task(inference.run(work, BAR))
    await until(begun.is_set)
    assert inference.busy(13.5) == ("a bar", 3.5)
    go.set()
    await job
    failing = asyncio.create_task(inference.run(lambda: 1 / 0, MEMORY))
    with pytest.raises(ZeroDivisionError):
        await failing
    await until(lambda: inference.busy(20.0) == ("", 0.0))
    inference.stop()


async def test_a_net_that_hangs_is_lost_on_its_light_and_given_up_at_last(tmp_path: Path) -> None:
    config = Config(source=Source(NONE, ""))
    engine, _ = engine_of(tmp_path, config, ())
    engine._nets = {"syn-vae": SimpleNamespace(name="synvae-art")}
    busy = ("a bar", HANG_S - 0.1)
    engine._inference = cast(Any, SimpleNamespace(busy=lambda now_s: busy))
    engine._look_after_nets()
    assert [(net.label, net.state, net.reason) for net in engine._view.nets] == [
        ("synvae-art", RUNNING, "")
    ]
    busy = ("a bar", 4.0)
    engine._look_after_nets()
    (net,) = engine._view.nets
    assert (net.state, net.reason) == (LOST, "a bar has been in the making for 4 s")
    assert engine._view.slow == net.reason
    busy = ("a bar", HUNG_S + 1)
    with pytest.raises(DeviceError, match="the nets hang .* they are started again"):
        engine._look_after_nets()


def test_everything_has_a_light_and_what_nobody_reports_is_unknown() -> None:
    page = Page(now_s=5.0)
    view = page.view
    view.source = Health("camera 0", RUNNING).light()
    view.sound = Health("microphone", LOST, "it was unplugged").light()
    view.nets = [Health("syn-vae", RUNNING, label="synvae-art")]
    view.outlets = [Health("window", RUNNING), Health("NDI", LOST, "no NDI")]
    view.pages = lambda: 2
    page.apply(Stats(ports=(Health("midi", RUNNING, label="synth"), Health("osc_in", RUNNING))))
    lights = {one["name"]: one for one in view.snapshot()["lights"]}
    assert {name: one["kind"] for name, one in lights.items()} == {
        "camera 0": "source",
        "microphone": "source",
        "synvae-art": "model",
        "MIDI synth": "output",
        "OSC in": "source",
        "window": "output",
        "NDI": "output",
        "player": "client",
        "pages: 2": "client",
    }
    assert lights["microphone"]["state"] == lights["NDI"]["state"] == LOST
    assert all(one["reason"] for one in lights.values() if one["state"] == LOST)
    view._clock.advance(STALE_S + 1)  # type: ignore[attr-defined]  # it is set by hand
    lights = {one["name"]: one["state"] for one in view.snapshot()["lights"]}
    assert lights["MIDI synth"] == lights["OSC in"] == lights["player"] == OPENING
    assert lights["camera 0"] == lights["synvae-art"] == RUNNING
