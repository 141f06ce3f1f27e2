"""The Pure Data patch, run by Pure Data itself: what the real OSC output sends it, what it plays,
and what it sends back.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from livesyn.base.addresses import Target
from livesyn.base.clock import SystemClock
from livesyn.base.types import Note
from livesyn.player.osc_control import OscControl
from livesyn.player.state import ShowState
from livesyn.sinks.osc import OscOut
from tests.contracts import CONTROLS, NOTES, play_bar
from tests.counting_performer import Performer
from tests.live.jack_server import wait_for
from tests.ports import free_port

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not shutil.which("pd"), reason="Pure Data is not installed"),
]

PATCHES = Path(__file__).parents[2] / "patches" / "puredata"
PD = ("pd", "-noprefs", "-nogui", "-nosound", "-nomidi", "-nrt", "-stderr")


class Pd:
    """The patch without a window or a sound card, once it listens at `port`, and other patches
    `beside` it; `lines` is what they printed.
    """

    def __init__(self, send_to: int, *messages: str, beside: tuple[Path, ...] = ()) -> None:
        self.port = free_port(socket.SOCK_DGRAM)
        first = (
            f"livesyn-listen {self.port} 127.0.0.1",
            f"livesyn-connect 127.0.0.1 {send_to}",
            *messages,
            "livesyn-log 1",
        )
        command = [
            *PD,
            *(word for message in first for word in ("-send", message)),
            *map(str, beside),
            str(PATCHES / "livesyn.pd"),
        ]
        self.lines: list[str] = []
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        try:
            wait_for(lambda: "livesyn log: 1" in self.lines, "Pure Data to open the patch")
        except AssertionError:
            self.close()
            raise

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.lines.append(line.strip())

    def printed(self, line: str) -> bool:
        return f"livesyn: {line}" in self.lines

    def complaints(self) -> list[str]:
        return [line for line in self.lines if line and not line.startswith("livesyn")]

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stderr is not None
        self._process.stderr.close()

    def __enter__(self) -> Pd:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@pytest.fixture
def performer() -> Performer:
    return Performer()


@pytest.fixture
def show(performer: Performer) -> ShowState:
    return ShowState(performer, SystemClock())


@pytest.fixture
def control(show: ShowState) -> Iterator[OscControl]:
    control = OscControl(show, port=0)
    control.open()
    yield control
    control.close()


def sender(pd: Pd) -> OscOut:
    out = OscOut([Target("127.0.0.1", pd.port)])
    out.open()
    return out


def test_a_bar_arrives_and_sounds_until_panic(control: OscControl) -> None:
    with Pd(control.port, "livesyn-sound 1", "livesyn-echo 0") as pd:
        out = sender(pd)
        out.transport(0, "start", 0)
        play_bar(out, 3)
        wait_for(lambda: pd.printed("beat 15"), "the last beat")
        for line in (
            "transport play 1",
            "bar 3",
            "beat 12",
            *(f"latent {index} {value:g}" for index, value in enumerate(CONTROLS)),
        ):
            assert pd.printed(line), f"{line!r} is not in {pd.lines}"
        notes = [line.split()[2:6] for line in pd.lines if line.startswith("livesyn: note ")]
        assert notes == [
            [
                f"{value:g}"
                for value in (note.channel, note.pitch, note.velocity, note.duration_beats)
            ]
            for note in NOTES
        ]
        out.note_on(0, Note(16, 200, 50))
        wait_for(lambda: "livesyn sounds: 1" in pd.lines, "the synth to sound")
        assert "livesyn sounds: 0" not in pd.lines[pd.lines.index("livesyn sounds: 1") :]
        out.panic(0)  # or the note would sound for minutes
        wait_for(lambda: pd.lines[-1] == "livesyn sounds: 0", "silence")
        assert pd.complaints() == []
        out.close()


def test_a_patch_beside_it_hears_levels_bars_and_latents_by_name(
    tmp_path: Path, control: OscControl
) -> None:
    beside = tmp_path / "beside.pd"
    names = ("audio-rms", "audio-low", "audio-mid", "audio-high", "audio-onset", "bar", "latent-11")
    boxes = [
        f"#X obj 10 10 r livesyn-{name};\n#X obj 10 40 print livesyn {name};" for name in names
    ]
    wires = [f"#X connect {2 * index} 0 {2 * index + 1} 0;" for index in range(len(names))]
    beside.write_text("\n".join(("#N canvas 0 0 400 300 12;", *boxes, *wires, "")))
    with Pd(control.port, beside=(beside,)) as pd:
        out = sender(pd)
        out.levels({"rms": 0.5, "low": 0.25, "mid": 0.125, "high": 0.75, "onset": 1.0})
        play_bar(out, 3)
        wait_for(lambda: "livesyn latent-11: 2.5" in pd.lines, "the last latent")
        for line in ("audio-rms: 0.5", "audio-low: 0.25", "audio-mid: 0.125", "audio-high: 0.75",
                     "audio-onset: 1", "bar: 3"):  # fmt: skip
            assert f"livesyn {line}" in pd.lines
        assert pd.complaints() == []
        out.close()


def test_its_hands_move_the_show_and_hear_the_answer(
    performer: Performer, show: ShowState, control: OscControl
) -> None:
    faders = (
        "livesyn-temperature 0.75",
        "livesyn-density_max 4",
        "livesyn-tempo 999",
        "livesyn-freeze 1",
        "livesyn-set octave -1",
        "livesyn-set key Eb",
    )
    buttons = ("livesyn-stop bang", "livesyn-play bang", "livesyn-panic bang")
    with Pd(control.port, *faders, *buttons) as pd:
        wait_for(lambda: "panic" in performer.asked, "panic")
        assert performer.asked == ["stop", "play", "panic"]
        expected = {
            "temperature": 0.75,
            "density_max": 4,
            "tempo": 300,
            "freeze": 1,
            "octave": -1,
            "key": 3,
        }
        assert {name: show.params()[name] for name in expected} == expected
        assert (control.received, control.unknown, control.ignored, control.malformed) == (
            9,
            0,
            0,
            0,
        )
        out = sender(pd)
        out.param("tempo", show.params()["tempo"])
        wait_for(lambda: pd.printed("param tempo 300"), "the tempo that counts")
        assert control.received == 9, "what livesyn reports is not sent back"
        assert pd.complaints() == []
        out.close()


def test_opening_it_leaves_the_show_alone_and_a_new_show_is_asked_for_its_values(
    show: ShowState,
) -> None:
    port = free_port(socket.SOCK_DGRAM)
    with Pd(port) as pd:
        out = sender(pd)
        play_bar(out, 0)  # asks a livesyn whose input is not there yet
        wait_for(lambda: pd.printed("beat 3"), "the bar")
        asked: list[str] = []
        control = OscControl(show, port=port, dump=lambda name, value: asked.append(name))
        control.open()
        try:
            play_bar(out, 1)
            wait_for(lambda: pd.printed("beat 7"), "the next bar")
            assert control.received == 0
            play_bar(out, 0)
            wait_for(lambda: len(asked) == len(show.params()), "the patch to ask")
            assert control.received == 1
        finally:
            control.close()
            out.close()
        assert pd.complaints() == []


@pytest.mark.parametrize("name", ["livesyn-voice.pd", "livesyn-help.pd"])
def test_the_other_patches_open_without_a_complaint(name: str) -> None:
    done = subprocess.run(
        [*PD, "-batch", "-send", "pd quit", str(PATCHES / name)],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (done.stderr + done.stdout).strip() == ""
