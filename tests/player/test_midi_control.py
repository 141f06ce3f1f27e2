"""The controls in the player: what is set, told, kept and written; and their ports."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.config import encoded
from livesyn.config.sections import NONE, Config, Midi, Osc, Source
from livesyn.config.show_file import from_table
from livesyn.control import map_file
from livesyn.control.guess import LISTEN_MOST_S
from livesyn.control.mapping import MapRow, default_map
from livesyn.control.midi_controls import Standing
from livesyn.ipc.messages import (
    FromEngine,
    FromPlayer,
    Key,
    KnobRow,
    Knobs,
    Learn,
    MapState,
    Message,
    PutRow,
    ReplaceMap,
    decode,
    encode,
)
from livesyn.player import snapshot
from livesyn.player.control_port import ControlPort
from livesyn.player.midi_control import MidiControl
from livesyn.player.newest import Change
from livesyn.player.process import PlayerProcess
from livesyn.player.scene_orders import SceneOrders
from livesyn.sources.midi_in import MidiIn
from tests.fakes_child_pipe import Reports
from tests.fakes_midi_in import MemoryMidiIn
from tests.sinks.fakes import MemoryMidi

BY: dict[str, Any] = {"origin": "page", "asked_s": 1.0}
JUMP = MapRow("cc 16", "temperature", mode="jump")


class Show:
    """Stands in for a ShowState."""

    def __init__(self) -> None:
        self.values, self.origins = params.defaults(), dict[str, str]()
        self.log: list[Any] = []

    def set_params(self, changes: Any) -> None:
        for change in changes:
            self.values[change.name] = change.value
            self.origins[change.name] = change.origin
        self.log.append(tuple(changes))

    def standing(self) -> Standing:
        return Standing(dict(self.values), dict(self.origins))

    def transport(
        self, do: str, value: float | None = None, origin: str = "", asked_s: float | None = None
    ) -> bool:
        self.log.append((do, value, origin))
        return True

    def panic(self, origin: str = "") -> None:
        self.log.append(("panic", origin))


class Pads(SceneOrders):
    """Remembers which scenes were asked for."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str, str]] = []

    def recall(
        self,
        name: str,
        bars: float | None = None,
        origin: str = "",
        asked_s: float | None = None,
    ) -> bool:
        self.done.append(("recall", name, origin))
        return True


class Desk:
    def __init__(self, *rows: MapRow, **options: Any) -> None:
        self.scenes = Pads()
        self.show, self.told, self.said = Show(), list[Message](), list[str]()
        self.due_s, self.opened = 0.0, 0
        self.clock = ManualClock(10.0)
        self.control = MidiControl(
            self.show,
            self.clock,
            rows or None,
            self.told.append,
            self.said.append,
            due_s=lambda: self.due_s,
            open_port=self.open,
            scenes=lambda: self.scenes,
            **options,
        )

    def open(self) -> None:
        self.opened += 1

    def hear(self, *data: tuple[int, ...]) -> Any:
        return self.control.hear("nano", data, self.clock.now_s())


def test_a_control_sets_with_its_origin_and_its_time_and_is_told_with_its_knob():
    desk = Desk(JUMP)
    assert desk.hear((0xB0, 16, 127), (0x90, 60, 1)) == [(0x90, 60, 1)]
    assert desk.show.log == [(Change("temperature", 2, "midi", 10.0),)]
    desk.control.report()
    desk.control.report()
    assert [type(message) for message in desk.told] == [MapState, Knobs]
    assert desk.told[1] == Knobs({"temperature": KnobRow(2, True)})
    assert all(decode(encode(message), FromPlayer) == message for message in desk.told)


def test_shortly_before_a_note_only_panic_is_obeyed_and_the_newest_of_the_rest_after():
    desk = Desk(JUMP, MapRow("note 1", "panic"), MapRow("note 2", "tap"))
    desk.due_s = desk.clock.now_s() + 0.001
    desk.hear((0xB0, 16, 0), (0x90, 2, 9), (0x90, 1, 9))
    desk.hear((0xB0, 16, 127))
    assert desk.show.log == [("panic", "midi")]
    desk.clock.advance(0.004)
    desk.hear()
    assert desk.show.log[1:] == [
        ("tap", None, "midi"),
        (Change("temperature", 2, "midi", desk.clock.now_s()),),
    ]


def test_actions_reach_the_transport():
    desk = Desk(
        *(
            MapRow(f"note {i}", name)
            for i, name in enumerate(("play_stop", "nudge_later", "faster", "recall_B"))
        )
    )
    desk.hear(*((0x90, i, 9) for i in range(4)))
    assert desk.show.log[:2] == [("play", None, "midi"), ("nudge", 10.0, "midi")]
    assert desk.show.values["tempo"] == 111 and desk.scenes.done == [("recall", "B", "midi")]


def test_what_is_learnt_is_told_kept_and_written(tmp_path: Path):
    path = tmp_path / "map.toml"
    desk = Desk(JUMP, file=path)
    desk.control.save()
    assert not path.exists()  # nothing has changed
    desk.control.learn("radius")
    assert desk.opened == 1 and isinstance(desk.told[-1], MapState)
    assert desk.told[-1].target == "radius"
    desk.hear(*((0xB0, 30, value) for value in range(9)))
    desk.clock.advance(LISTEN_MOST_S)
    desk.hear()
    desk.control.report()
    row = MapRow("cc 30", "radius", 1)
    assert desk.control.rows == (JUMP, row)
    desk.control.save()
    assert map_file.load(path) == (JUMP, row)
    desk.control.unlearn("radius")
    desk.control.replace(None)
    assert desk.control.rows is None
    desk.control.save()
    assert map_file.load(path) == default_map()


def test_what_cannot_be_is_said_and_changes_nothing(tmp_path: Path):
    desk = Desk(JUMP, file=tmp_path / "gone" / "map.toml")
    desk.control.learn("temprature")
    desk.control.unlearn("temprature")
    desk.control.put(MapRow("cc 500", "tempo"), None)
    assert desk.control.rows == (JUMP,) and desk.opened == 0
    assert len(desk.said) == 3 and "did you mean 'temperature'?" in desk.said[0]
    desk.control.put(MapRow("cc 5", "tempo"), None)
    desk.control.save()
    desk.control.save()
    assert len(desk.said) == 4 and "cannot be written" in desk.said[3]


@pytest.mark.parametrize(
    "message",
    [
        Learn("tempo", **BY),
        PutRow(JUMP, None, **BY),
        ReplaceMap((JUMP,), **BY),
        ReplaceMap(None, **BY),
        Key("q", True, **BY),
    ],
)
def test_the_engines_messages_come_through(message):
    assert decode(encode(message), FromEngine) == message


SILENT = Config(source=Source(NONE, ""), osc=Osc(out=(), in_port=0))


def test_a_player_obeys_an_engine_that_teaches_and_keeps_the_map(tmp_path):
    process = PlayerProcess(tmp_path / "s", SILENT, Reports(), [])
    assert process._welcome().mapping == MapState(default_map())
    process._obey_engine(ReplaceMap((JUMP,), **BY))
    process._obey_engine(Key("q", True, **BY))
    process.control.hear("x", [(0xB0, 16, 0)], 1.0)
    assert process.state.params()["temperature"] == 0.05
    process._remember()
    process._close()
    found = snapshot.load(tmp_path / "s.show")
    assert found is not None and found.rows == (JUMP,)
    again = PlayerProcess(tmp_path / "s", SILENT, Reports(), [])
    assert again.control.rows == (JUMP,)
    again._close()


def test_a_standby_is_told_of_the_map(tmp_path):
    process = PlayerProcess(tmp_path / "s", SILENT, Reports(), [])
    told: list[Any] = []
    process.standby = SimpleNamespace(  # type: ignore[assignment]
        tell=lambda *messages: told.extend(messages), role=lambda: None
    )
    process._obey_engine(ReplaceMap((JUMP,), **BY))
    process.control.report()
    process.standby = None
    process._close()
    assert [m.rows for m in told if isinstance(m, MapState)] == [(JUMP,)]


def test_without_midi_nothing_is_opened_to_learn_and_that_is_said(tmp_path):
    pipe = Reports()
    process = PlayerProcess(tmp_path / "s", replace(SILENT, midi=Midi(on=False)), pipe, [])
    process._open_port_to_learn()
    process._close()
    assert process.control_ports == [] and "only keys" in pipe.said[0]


# Ports.


def test_a_port_hears_its_controls_and_its_lights_are_told():
    inputs, outputs = MemoryMidiIn(("nanoKONTROL2 1",)), MemoryMidi(("nanoKONTROL2 1",))
    heard, came = list[tuple[str, list[Any]]](), threading.Event()

    def hear(port: str, data: Any, now_s: float) -> list[Any]:
        if data:
            heard.append((port, list(data)))
            came.set()
        return []

    port = ControlPort(
        "nano", 1, ManualClock(), hear, print, True, opener=inputs, out_opener=outputs
    )
    port.open(required=True)
    inputs.port.give(b"\xb0\x01\x02")
    assert came.wait(5.0)
    assert heard == [("nanoKONTROL2 1", [[0xB0, 1, 2]])]
    port.show([("nano", b"\xb0\x01\x05"), ("other", b"\xb0\x01\x06")])
    assert outputs.port.sent == [b"\xb0\x01\x05"]
    assert port.health().name == "midi_control2" and port.health().state == "running"
    port.close()


def test_midi_in_hears_only_what_is_left_of_its_controls():
    opener = MemoryMidiIn()
    desk = Desk(MapRow("note 60", "tap"))
    midi = MidiIn("", ManualClock(), opener=opener, controls=desk.control.hear)
    midi.open()
    opener.port.give(b"\x90\x3c\x09", b"\x90\x3d\x09")
    events = midi.drain(5.0)
    assert [(event.kind, event.value) for event in events] == [("strike", 61)]
    assert desk.show.log == [("tap", None, "midi")]
    midi.close()


# The config.


def test_a_map_in_a_config_reaches_every_process():
    table = {"midi": {"control": ["nano"], "map": [{"control": "cc 16", "to": "tempo", "low": 90}]}}
    config = from_table(table)
    assert config.midi.map == (MapRow("cc 16", "tempo", low=90.0),)
    assert encoded.decode(encoded.encode(config.with_source())) == config.with_source()
