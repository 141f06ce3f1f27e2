"""OSC in under another program's addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from livesyn.base.clock import ManualClock
from livesyn.control.osc_map_file import load
from livesyn.player.osc_control import OscControl
from livesyn.player.state import ShowState
from livesyn.sinks.osc_packets import bundle, message
from tests.counting_performer import Performer

RESOLUME = Path(__file__).parents[2] / "patches" / "resolume" / "resolume.toml"


@pytest.fixture
def performer():
    return Performer()


@pytest.fixture
def show(performer):
    return ShowState(performer, ManualClock())


@pytest.fixture
def control(show):
    return OscControl(show, entries=load(RESOLUME).into)


def hear(control, address, *values):
    control.hear(message(address, *values), "127.0.0.1")


def test_resolume_s_dashboard_sets_parameters_over_their_range(show, control):
    hear(control, "/composition/dashboard/link1", 1.0)
    hear(control, "/composition/dashboard/link2", 0.5)
    hear(control, "/composition/dashboard/link3", 0.0)
    hear(control, "/composition/dashboard/link4", 7.0)  # clamped
    values = show.params()
    assert values["temperature"] == 2 and values["density_max"] == 8
    assert (values["light"], values["warmth"]) == (-2, 2)
    assert control.dropped == 0


def test_integers_bundles_and_buttons_are_heard_too(show, control):
    link = "/composition/dashboard/link1"
    control.hear(bundle(1, [message(link, 1)]), "127.0.0.1")
    assert show.params()["temperature"] == 2
    hear(control, "/composition/tempocontroller/tempotap", 1)
    hear(control, "/composition/tempocontroller/tempotap", 0)  # let go
    hear(control, "/composition/tempocontroller/tempotap")
    assert control.dropped == 0


def test_what_is_no_number_is_ignored_and_what_is_not_mapped_unknown(show, control):
    before = show.params()
    hear(control, "/composition/dashboard/link1", 1.0, 2.0)
    hear(control, "/composition/dashboard/link1", float("nan"))
    assert control.ignored == 2
    hear(control, "/composition/dashboard/link5", 1.0)
    assert control.unknown == 1
    assert show.params() == before


def test_without_a_map_nothing_of_it_is_obeyed(show):
    control = OscControl(show)
    hear(control, "/composition/dashboard/link1", 1.0)
    assert control.unknown == 1
