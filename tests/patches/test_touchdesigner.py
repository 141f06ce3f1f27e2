"""The TouchDesigner script, run in a stand-in for TouchDesigner's network."""

from __future__ import annotations

import pytest

from livesyn.base import osc_addresses, params
from livesyn.base.clock import ManualClock
from livesyn.player.osc_control import OscControl
from livesyn.player.osc_decoder import Message, decode
from livesyn.player.state import ShowState
from livesyn.sinks.osc import OscOut
from livesyn.sinks.osc_packets import message as packed
from tests.contracts import CONTROLS, NOTES, play_bar
from tests.counting_performer import Performer
from tests.patches.scripts_patches import FOLDER, patches

patches()
from patch_files import touchdesigner  # noqa: E402  (found once the script was imported)

TEXT = (FOLDER / "touchdesigner" / "livesyn_touchdesigner.py").read_text(encoding="utf-8")


class Sent(OscOut):
    """Gives what would be sent on time to `hear`."""

    def __init__(self, hear):
        super().__init__((), ManualClock())
        self._hear = hear

    def _send(self, packet, policy=""):
        if policy != "ahead":
            for message in decode(packet):
                assert isinstance(message, Message)
                self._hear(message.address, *message.values)


@pytest.fixture
def network():
    network, dat = touchdesigner.network_with(TEXT)
    touchdesigner.run_script(dat)
    return network


@pytest.fixture
def comp(network):
    comp = network.op("livesyn")
    comp.op("knobs").end_frame()
    comp.op("osc_out").sent.clear()
    return comp


@pytest.fixture
def show(comp):
    """What the component's knobs reach, and whose answers reach them."""
    out = Sent(comp.op("osc_in").receive)
    return ShowState(Performer(), ManualClock(), announce=out.param)


def obey(comp, control):
    """Give livesyn what the component has sent."""
    sent, comp.op("osc_out").sent = comp.op("osc_out").sent, []
    for _, _, address, *values in sent:
        assert address in osc_addresses.addresses(osc_addresses.IN)
        control.hear(packed(address, *values), "127.0.0.1")
    assert control.dropped == 0
    return sent


def test_it_builds_a_component_that_listens_and_asks(network):
    comp = network.op("livesyn")
    assert comp.op("osc_in").par.port.eval() == 9701
    assert comp.op("osc_out").par.address.eval() == "127.0.0.1"
    assert comp.op("osc_out").sent == [("127.0.0.1", 9700, "/livesyn/dump")]
    assert comp.op("out1").inputConnectors[0].connections == [comp.op("values")]


def test_building_it_sends_no_value(network):
    comp = network.op("livesyn")
    comp.op("osc_out").sent.clear()
    comp.op("osc_in").receive("/livesyn/param/temperature", 0.5)
    comp.op("knobs").end_frame()
    told = [address for _, _, address, *_ in comp.op("osc_out").sent]
    assert told == []


def test_every_parameter_is_a_knob_with_its_range_and_a_name_of_its_own(comp):
    names = [comp.op("code").module.knob_of(row.name) for row in params.TABLE]
    assert len(set(names)) == len(names)
    for row, name in zip(params.TABLE, names, strict=True):
        par = getattr(comp.par, name)
        assert par.help == row.description
        if row.choices and row.choices != ("off", "on"):
            assert par.menuNames == list(row.choices)
        else:
            assert par.val == row.default
        if not row.choices:
            assert (par.min, par.max, par.clampMin, par.clampMax) == (row.low, row.high, True, True)
    assert {page.name for page in comp.customPages} == {"network", *(r.group for r in params.TABLE)}


def test_running_it_again_keeps_values_and_what_was_added(network, comp):
    comp.par.Temperature.val = 1.5
    comp.par.Host.val = "10.0.0.2"
    comp.create("textDAT", "mine")
    comp.op("notes").appendRow((1, 60, 92, 1.0, 0.0))
    before = dict(comp.children), list(comp.customPages), len(list(comp.custom()))
    touchdesigner.run_script(network.op("livesyn_touchdesigner"))
    assert network.op("livesyn") is comp and list(network.children) == [
        *("livesyn_touchdesigner", "livesyn"),
    ]
    assert (dict(comp.children), comp.customPages, len(list(comp.custom()))) == before
    assert comp.par.Temperature.val == 1.5 and comp.op("notes").numRows == 2
    assert comp.op("osc_out").sent[-1] == ("10.0.0.2", 9700, "/livesyn/dump")


def test_it_mends_what_is_of_another_kind_or_gone(network, comp):
    comp.op("osc_in").destroy()
    comp.op("values").destroy()
    comp.create("textDAT", "values")
    touchdesigner.run_script(network.op("livesyn_touchdesigner"))
    assert comp.op("osc_in").OPType == "oscinDAT" and comp.op("values").OPType == "scriptCHOP"


def test_a_version_without_a_parameter_is_told_and_goes_on(monkeypatch, capsys):
    kept = tuple(name for name in touchdesigner.BUILT_IN["parameterexecuteDAT"] if name != "custom")
    monkeypatch.setitem(touchdesigner.BUILT_IN, "parameterexecuteDAT", kept)
    network, dat = touchdesigner.network_with(TEXT)
    touchdesigner.run_script(dat)
    assert network.op("livesyn").op("osc_out").sent
    assert (
        capsys.readouterr().out
        == "livesyn: knobs has no parameter custom; set it by hand to True\n"
    )


def test_a_bar_arrives_as_channels_and_rows(comp):
    out = Sent(comp.op("osc_in").receive)
    out.transport(0, "start", 0)
    out.levels({"rms": 0.5, "low": 0.25, "mid": 0.75, "high": 0.125, "onset": 1.0})
    play_bar(out, 3)
    channels = {name: values[0] for name, values in comp.op("values").channels.items()}
    assert list(channels) == list(comp.op("code").module.CHANNELS)
    assert (channels["playing"], channels["bar"], channels["beat"]) == (1, 3, 15)
    assert [channels[f"latent_{i}"] for i in range(12)] == list(CONTROLS)
    assert (channels["audio_rms"], channels["audio_low"], channels["audio_onset"]) == (0.5, 0.25, 1)
    head, *rows = comp.op("notes").rows
    assert head == ["channel", "pitch", "velocity", "beats", "offset_ms"]
    assert [tuple(row[:4]) for row in rows] == [
        (note.channel, note.pitch, note.velocity, note.duration_beats) for note in NOTES
    ]


def test_the_notes_kept_have_an_end(comp):
    for pitch in range(200):
        comp.op("osc_in").receive("/livesyn/note", 1, pitch % 128, 92, 1.0, 0.0)
    assert comp.op("notes").numRows == 65 and comp.op("notes").rows[0][0] == "channel"


def test_a_knob_sets_the_show_and_follows_what_counts(comp, show):
    control = OscControl(show, port=0)
    comp.par.Temperature.val = 0.75
    comp.par.Key.menuIndex = 3
    comp.par.Freeze.val = True
    comp.par.Octave.val = -9  # the knob itself clamps
    comp.op("knobs").end_frame()
    assert len(obey(comp, control)) == 4
    values = show.params()
    assert (values["temperature"], values["key"], values["freeze"]) == (0.75, 3, 1)
    assert values["octave"] == -3
    comp.op("knobs").end_frame()
    assert comp.op("osc_out").sent == [], "what livesyn reports is not sent back"


def test_what_others_set_moves_the_knobs_and_is_not_sent_back(comp, show):
    control = OscControl(show, port=0)
    control.hear(packed("/livesyn/param/tempo", 999.0), "127.0.0.1")
    control.hear(packed("/livesyn/param/scale", 2.0), "127.0.0.1")
    assert comp.par.Tempo.val == 300 and comp.par.Scale.val == "minor"
    comp.op("knobs").end_frame()
    assert comp.op("osc_out").sent == []


def test_its_buttons_are_livesyn_s(comp):
    for name in ("Play", "Stop", "Tap", "Panic", "Ask"):
        comp.op("knobs").press(name)
    assert [address for _, _, address in comp.op("osc_out").sent] == [
        *("/livesyn/transport/play", "/livesyn/transport/stop", "/livesyn/transport/tap"),
        *("/livesyn/panic", "/livesyn/dump"),
    ]


def test_a_new_show_is_asked_for_its_values(comp):
    def asked():
        return sum(address == "/livesyn/dump" for _, _, address in comp.op("osc_out").sent)

    for bar, times in ((7, 1), (8, 1), (0, 2), (1, 2)):
        comp.op("osc_in").receive("/livesyn/bar", bar)
        assert asked() == times


@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("/livesyn/param/none", (1.0,)),
        ("/livesyn/note", (1, 2)),
        ("/livesyn/audio/none", (1.0,)),
        ("/other", ()),
        ("/livesyn", ()),
        ("/livesyn/bar", ()),
        ("/livesyn/param/tempo", ()),
        ("/livesyn/transport/play", ()),
    ],
)
def test_what_it_does_not_know_changes_nothing(comp, address, values):
    comp.op("osc_in").receive(address, *values)
    comp.op("knobs").end_frame()
    assert comp.op("osc_out").sent == [] and comp.op("notes").numRows == 1
