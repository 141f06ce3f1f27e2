"""What the doctor and the list of devices say; the measurements, with a toy model."""

from __future__ import annotations

import asyncio
import json

import pytest

from livesyn.base.errors import DeviceError
from livesyn.show import devices
from livesyn.show.devices import Device, Kind
from livesyn.show.doctor import load, machine, measure, nets, report
from livesyn.show.doctor.finding import BAD, GOOD, WEAK, Finding
from livesyn.show.doctor.measure import Jitter, Latency
from tests.toys import save_toy

FINE = Latency(3.0, 6.0, 12.0, 700.0, 1200.0, 250.0, 1000.0, 5)


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return save_toy(tmp_path_factory.mktemp("models") / "toy")


def test_the_chain_is_measured_from_flash_to_note(toy):
    from livesyn.engine.chains.see_to_hear.nets import Model

    model = Model.load(str(toy), "cpu")
    model.warm_up()
    latency = asyncio.run(measure.chain_latency(model, bars=4, bpm=300.0))
    assert latency.flashes >= 1 and latency.bar_ms == pytest.approx(800)
    assert 0 < latency.frame_to_latent_p50_ms <= latency.frame_to_latent_p99_ms
    assert latency.decode_p50_ms > 0
    assert latency.ready_margin_min_ms < 400  # a bar is begun 400 ms before its line
    assert latency.total_p50_ms > latency.ready_margin_min_ms  # the note comes at or after the line
    assert latency.total_max_ms < 3 * latency.bar_ms + 400


def test_a_model_that_plays_nothing_is_said(toy, monkeypatch):
    from livesyn.engine.chains.see_to_hear.nets import Model
    from livesyn.music import vocabulary as v

    model = Model.load(str(toy), "cpu")
    monkeypatch.setattr(
        Model,
        "decode_many",
        lambda self, z, forced, temperature, seeds, part="melody": v.notes_to_tokens([])[None],
    )
    with pytest.raises(DeviceError, match="no note"):
        asyncio.run(measure.chain_latency(model, bars=2, bpm=300.0))


def test_the_player_is_measured_in_a_process_of_its_own():
    jitter = measure.JitterApart(0.5).result()
    assert 0 <= jitter.p50_ms <= jitter.p99_ms < 500 and jitter.events == 24


@pytest.mark.parametrize(
    ("latency", "states", "needle"),
    [
        (FINE, [GOOD, GOOD, GOOD], "700 ms"),
        (
            Latency(50.0, 60.0, 12.0, 700.0, 1200.0, 250.0, 1000.0, 5),
            [WEAK, GOOD, GOOD],
            "faster than this",
        ),
        (
            Latency(3.0, 6.0, 200.0, 700.0, 1200.0, 90.0, 1000.0, 5),
            [GOOD, WEAK, GOOD],
            "commit_ahead",
        ),
        (
            Latency(3.0, 6.0, 400.0, 700.0, 1200.0, -100.0, 1000.0, 5),
            [GOOD, WEAK, BAD],
            "after their line",
        ),
    ],
)
def test_figures_become_words(latency, states, needle):
    findings = nets.chain_findings(latency)
    assert [finding.state for finding in findings] == states
    assert any(needle in finding.words for finding in findings)


@pytest.mark.parametrize(
    ("jitter", "state", "needle"),
    [
        (Jitter(0.01, 0.05, 240, True), GOOD, "0.05"),
        (Jitter(0.1, 9.0, 240, True), WEAK, "close other"),
        (Jitter(0.1, 9.0, 240, False), WEAK, "real-time"),
    ],
)
def test_lateness_becomes_words(monkeypatch, jitter, state, needle):
    monkeypatch.setattr(
        nets, "JitterApart", lambda seconds: type("Done", (), {"result": lambda self: jitter})()
    )
    (finding,) = nets.measure(None)
    assert (
        finding.state == state
        and needle in finding.words
        and finding.figures == {"late_p50_ms": jitter.p50_ms, "late_p99_ms": jitter.p99_ms}
    )


def late(p99_ms, realtime):
    return Jitter(0.01, p99_ms, 96, realtime)


FIFO = load.Player(late(0.05, True), late(0.06, True))
ORDINARY = load.Player(late(0.3, False), late(3.9, False))
TOO_LATE = load.Player(late(0.3, False), late(9.0, False))
FIFO_TOO_LATE = load.Player(late(0.3, True), late(9.0, True))


@pytest.mark.parametrize(
    ("players", "share", "state", "needles", "absent"),
    [
        ((FIFO, ORDINARY), 0.5, GOOD, ["real-time priority 0.06", "ordinary priority 3.90"], ":"),
        ((ORDINARY,), 0.5, GOOD, ["2 busy programs", "3.90 ms", "0.30 alone", "0.67"], "real-time"),
        ((TOO_LATE,), 0.5, WEAK, ["heard late", "grant real-time priority"], "repeat"),
        ((FIFO_TOO_LATE,), 0.5, WEAK, ["heard late"], "grant"),
        ((FIFO, ORDINARY), 0.01, WEAK, ["0.01 of a core", "bars will repeat"], "heard late"),
        ((TOO_LATE,), 0.01, WEAK, ["heard late", "bars will repeat"], "!"),
    ],
)
def test_a_full_machine_becomes_words(players, share, state, needles, absent):
    finding = load.finding(load.FullMachine(2, players, share))
    assert finding.state == state and absent not in finding.words
    assert all(needle in finding.words for needle in needles)
    assert finding.figures is not None
    assert finding.figures["late_busy_p99_ms"] == players[0].busy.p99_ms
    assert finding.figures["engine_share"] == share


def test_a_full_machine_is_tried_and_left_as_it_was():
    psutil = pytest.importorskip("psutil", reason="it counts what still runs")
    measured = load.measure(0.2)
    assert 1 <= len(measured.players) <= 2 and not measured.players[-1].busy.realtime
    assert 0 < measured.engine_share <= 1
    assert not [child for child in psutil.Process().children() if load.BUSY in child.cmdline()]


def test_programs_that_cannot_be_started_are_said(monkeypatch):
    monkeypatch.setattr(
        load, "JitterApart", lambda *args: type("Done", (), {"result": lambda self: FIFO.alone})()
    )

    def refused(*args, **kwargs):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(load.subprocess, "Popen", refused)
    finding = load.full_machine()
    assert finding.state == WEAK and "could be started (Resource temporarily" in finding.words


def test_the_verdict():
    good, weak, bad = Finding("a", GOOD, ""), Finding("b", WEAK, ""), Finding("c", BAD, "")
    assert report.verdict([good]) == "Fit to play."
    assert "b" in report.verdict([good, weak]) and "Fit" in report.verdict([good, weak])
    assert report.verdict([weak, bad]).startswith("Not fit") and "c" in report.verdict([weak, bad])


def test_an_old_python_is_bad():
    assert (
        machine.python_version((3, 10)).state == BAD
        and machine.python_version((3, 11)).state == GOOD
    )


def test_a_port_in_use_is_weak(monkeypatch):
    def taken(*args):
        raise DeviceError("port 8770 has it")

    monkeypatch.setattr(machine.preflight, "check_port", taken)
    assert machine.ports() == Finding("ports", WEAK, "port 8770 has it")


def test_a_missing_checkpoint_is_bad():
    model, finding = nets.checkpoint("nowhere", "cpu")
    assert model is None and finding.state == BAD and "nowhere" in finding.words


def test_no_midi_is_weak_and_said(monkeypatch):
    monkeypatch.setattr(
        machine.devices,
        "ask_apart",
        lambda kinds: {"midi_outputs": {"devices": [], "missing": "no MIDI system"}},
    )
    assert machine.midi().state == WEAK and "no MIDI system" in machine.midi().words


@pytest.mark.parametrize(
    ("answer", "state", "needle"),
    [
        ("[0.5, 1.5, 4.0]", GOOD, "1.5 ms (4.0 at most)"),
        ('"it does not answer"', WEAK, "it does not answer"),
        ("", WEAK, "did not come back"),
    ],
)
def test_midi_becomes_words(monkeypatch, answer, state, needle):
    monkeypatch.setattr(
        machine.devices, "ask_apart", lambda kinds: {"midi_outputs": {"devices": [], "missing": ""}}
    )
    monkeypatch.setattr(machine, "_ask", lambda code: answer)
    assert machine.midi().state == state and needle in machine.midi().words


def test_the_report_and_its_exit_code(monkeypatch, capsys):
    for look in (
        "python_version",
        "system",
        "realtime",
        "midi",
        "jack",
        "hearing",
        "display",
        "ports",
        "disk",
        "soundfont",
    ):
        monkeypatch.setattr(machine, look, lambda look=look: Finding(look, GOOD, "well"))
    monkeypatch.setattr(load, "full_machine", lambda: Finding("full machine", GOOD, "well"))
    monkeypatch.setattr(
        nets, "measure", lambda model: [Finding("player", WEAK, "slow", {"late_p99_ms": 9.0})]
    )
    monkeypatch.setattr(nets, "painting", lambda device: Finding("painting", GOOD, "paints"))
    monkeypatch.setattr(
        nets, "checkpoint", lambda name, device: (None, Finding("checkpoint", GOOD, "loaded"))
    )
    assert report.report("x", "cpu") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Fit to play; better with a look at: player."
    monkeypatch.setattr(
        nets, "checkpoint", lambda name, device: (None, Finding("checkpoint", BAD, "missing"))
    )
    assert report.report("x", "cpu", as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["playable"] is False and told["findings"][-2]["figures"] == {"late_p99_ms": 9.0}


@pytest.mark.parametrize(
    ("answer", "state", "needle"),
    [
        ({"devices": [], "missing": "PortAudio cannot be loaded"}, WEAK, "--audio-file"),
        ({"devices": [], "missing": ""}, WEAK, "no sound card"),
        ({"devices": [{}, {}], "missing": ""}, GOOD, "2 inputs"),
    ],
)
def test_what_there_is_to_hear_with(monkeypatch, answer, state, needle):
    monkeypatch.setattr(machine.devices, "ask_apart", lambda kinds: {kinds[0]: answer})
    assert machine.hearing().state == state and needle in machine.hearing().words


def test_a_window_needs_a_desktop(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert machine.display("linux").state == WEAK and machine.display("darwin").state == GOOD
    monkeypatch.setenv("DISPLAY", ":0")
    assert machine.display("linux").state == GOOD


def test_the_painter_is_measured(tmp_path):
    from livesyn.nets import checkpoint
    from tests.toys import toy_painter

    checkpoint.save(tmp_path / "p", toy_painter(), {})
    finding = nets.painting("cpu", str(tmp_path / "p"))
    assert finding.state == GOOD and finding.figures is not None
    assert 0 < finding.figures["paint_ms"] < nets.FRAME_MS / 2
    assert nets.painting("cpu", "nowhere").state == WEAK


class TestDevices:
    """Each kind is asked apart; what is missing is a sentence."""

    def test_it_says_what_to_type(self):
        found: dict[str, dict] = {
            "cameras": {
                "devices": [{"name": "Webcam", "type_this": "--camera 0", "note": ""}],
                "missing": "",
            },
            "midi_outputs": {"devices": [], "missing": "no MIDI system"},
            "torch": {"devices": [], "missing": ""},
        }
        assert devices.describe(found).splitlines() == [
            "Cameras",
            "  Webcam  --camera 0",
            "",
            "MIDI outputs",
            "  no MIDI system",
            "",
            "Nets run on",
            "  none",
        ]

    def test_a_missing_backend_is_one_sentence(self, monkeypatch):
        def missing():
            raise DeviceError("PortAudio is not here")

        monkeypatch.setitem(devices.KINDS, "sound_cards", Kind("Sound cards", "none", missing))
        assert devices.ask("sound_cards") == {"devices": [], "missing": "PortAudio is not here"}
        monkeypatch.setitem(
            devices.KINDS,
            "sound_cards",
            Kind("Sound cards", "none", lambda: [Device("Card", "", "2 in")]),
        )
        assert devices.ask("sound_cards")["devices"] == [
            {"name": "Card", "type_this": "", "note": "2 in"}
        ]

    def test_a_driver_that_crashes_or_hangs_is_said(self):
        found = devices.ask_apart(["no such kind"])
        assert "crashed" in found["no such kind"]["missing"]
        hung = devices.ask_apart(["torch"], patience_s=0.001)
        assert "no answer" in hung["torch"]["missing"]

    def test_this_machine(self, capsys):
        assert devices.report(as_json=True) == 0
        found = json.loads(capsys.readouterr().out)
        assert set(found) == set(devices.KINDS)
        assert any(device["type_this"] == "--device cpu" for device in found["torch"]["devices"])
