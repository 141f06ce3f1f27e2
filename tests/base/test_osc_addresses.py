"""The table of OSC addresses is what is obeyed and what is sent."""

import msgspec

from livesyn.base import osc_addresses, params
from livesyn.base.addresses import AHEAD, ONTIME, Target
from livesyn.base.clock import ManualClock
from livesyn.base.osc_addresses import IN, OUT
from livesyn.base.types import Note, Phrase
from livesyn.control.modulation import CHOICES, FIELDS, ROWS, Row
from livesyn.ipc.messages import EngineStatus
from livesyn.player.osc_decoder import Message, decode
from livesyn.player.osc_routes import ROUTES
from livesyn.sinks.osc import OscOut
from livesyn.transport.timeline import Timeline


def test_what_is_obeyed():
    assert osc_addresses.addresses(IN) == set(ROUTES)


class Recorded(OscOut):
    """Keeps what would be sent."""

    def __init__(self, policy):
        clock = ManualClock()
        super().__init__([Target("127.0.0.1", 1, policy)], clock, wall_offset=lambda: 0.0)
        self.policy, self.sent = policy, {}

    def _send(self, packet, policy=""):
        if policy in ("", self.policy):
            for message in decode(packet):
                assert isinstance(message, Message)
                self.sent[message.address] = message.tags


def tags_of(policy):
    """Address -> type tags of all that a show sends."""
    out = Recorded(policy)
    note = Note(0.0, 1.0, 60, 92, 1)
    line = Timeline(0.0, 0.0, 120.0)
    controls = (0.0,) * params.DIRECTIONS
    out.bar(0.0, 0, Phrase((note,), 4.0), controls, line, "new")
    out.beat(0.0, 0)
    out.note_on(0.0, note)
    out.transport(0.0, "start", 0.0)
    for name in params.BY_NAME:
        out.param(name, 0.0)
    for row in params.TABLE:
        if not row.direct:
            out.waiting(row.name, 0.0, 4.0)
    out.moved({row.name: 0.0 for row in params.TABLE if not row.direct})
    for number in range(1, ROWS + 1):
        for field in FIELDS:
            out.modulation(number, field, getattr(Row(), field))
    out.chord("Am7")
    out.status(dict.fromkeys(osc_addresses.STATUS, 0.0))
    out.scene("verse")
    out.levels(dict.fromkeys(params.LEVELS, 0.0))
    out.role(True)
    out.model("synvae-art")
    out.panic(0.0)
    return out.sent


def test_what_is_sent():
    for policy in (ONTIME, AHEAD):
        sent = tags_of(policy)
        assert set(sent) == osc_addresses.addresses(OUT)
        for row in osc_addresses.TABLE:
            if row.direction == OUT:
                tags = "".join(w for w in row.arguments.replace(",", "").split() if w in "ifs")
                assert {sent[address] for address in row.addresses} == {tags}


def test_the_fields_of_a_row_of_modulation():
    told = osc_addresses.MODULATION_TEXTS + osc_addresses.MODULATION_NUMBERS
    assert set(told) == {f"{n}/{name}" for n in range(1, ROWS + 1) for name in FIELDS}
    assert {name.rpartition("/")[2] for name in osc_addresses.MODULATION_TEXTS} == set(CHOICES)


def test_the_figures_of_the_show():
    engines = {field.name for field in msgspec.structs.fields(EngineStatus)}
    engines -= {"notes_dropped", "lead_ms"}  # the player uses them itself
    assert engines | {"late"} == set(osc_addresses.STATUS)  # late: the player adds it
