"""The life of a device, and what is said of it."""

from __future__ import annotations

import pytest

from livesyn.base.device import Life
from livesyn.base.errors import DataError, DeviceError
from livesyn.base.health import LOST, OFF, RUNNING, Announcements, Health


def pauses(life: Life, count: int, now_s: float = 0.0) -> list[float]:
    """How long it waits after each of `count` openings in vain."""
    found = []
    for _ in range(count):
        life.lose("no cable", now_s)
        found.append(next(cs / 100 for cs in range(999) if life.is_due(now_s + cs / 100)))
    return found


def test_the_pauses_begin_anew_once_it_has_run_for_longer_than_the_longest() -> None:
    life = Life("camera")
    life.begin()
    assert pauses(life, 6) == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]
    life.run(5.0)
    assert pauses(life, 1, 5.5) == [1.0], "it is there and gone again: no reason to hurry"
    life.run(10.0)
    assert pauses(life, 2, 12.0) == [0.1, 0.2]


def test_only_what_was_had_can_be_lost() -> None:
    life = Life("camera")
    life.begin()
    for _ in range(3):
        life.lose("no cable", 0.0)
    assert (life.health.state, life.health.lost, life.health.reason) == (LOST, 0, "no cable")
    life.begin()
    life.opened()
    life.lose("no picture", 1.0)
    life.lose("no cable", 2.0)
    assert life.health.lost == 1


def test_a_driver_that_comes_late_is_not_heard() -> None:
    states: list[str] = []
    life = Life("camera", lambda health: states.append(health.state))
    life.begin()
    life.stop()
    life.stop()
    life.opened()
    life.run(1.0)
    life.lose("gone", 2.0)
    assert states == ["opening", "off"] and life.health == Health("camera", OFF)


def test_a_required_opening_that_fails_is_raised_as_it_is_and_no_loss() -> None:
    states: list[str] = []
    life = Life("camera", lambda health: states.append(health.state))
    life.begin(required=True)
    life.lose(DataError("not a film"), 0.0)
    with pytest.raises(DataError, match="not a film"):
        life.wait_opened(1.0)
    life.begin(required=True)
    with pytest.raises(DeviceError, match=r"camera did not open within 0 s; unplug it"):
        life.wait_opened(0.0, "; unplug it")
    assert states == ["opening", "off"] * 2
    life.begin(required=True)
    life.opened()
    life.lose("no picture", 1.0)
    life.wait_opened(0.0)
    assert life.health.state == LOST, "lost before anybody looked, but it was there"


def test_a_listener_that_fails_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    life = Life("camera", lambda health: 1 // 0)
    life.begin()
    life.run(0.0)
    assert life.health.state == RUNNING and "a listener to camera failed" in caplog.text


def test_what_hinders_a_device_that_is_open_is_a_loss_that_is_not_counted() -> None:
    well = Health("osc", RUNNING, label="stage")
    assert well.hindered("") == well
    assert well.hindered("no way") == Health("osc", LOST, "no way", label="stage")
    gone = Health("osc", LOST, "no cable")
    assert gone.hindered("no way") == gone


def test_a_light_shows_the_label_and_what_is_wrong() -> None:
    assert Health("midi", LOST, "no cable", label="Moog").light() == {
        "name": "Moog",
        "state": "lost",
        "reason": "no cable",
    }
    assert Health("film", RUNNING, complaint="it has a hole").light() == {
        "name": "film",
        "state": "running",
        "reason": "it has a hole",
    }


def test_a_loss_is_said_once_whatever_fails_then_and_so_is_the_return() -> None:
    said: list[str] = []
    news = Announcements(said.append)
    for health in (
        Health("camera", RUNNING),
        Health("camera", LOST, "it gave no picture"),
        Health("camera", "opening", "it gave no picture"),
        Health("camera", LOST, "it is not there"),
        Health("camera", "opening"),
        Health("camera", RUNNING),
        Health("camera", RUNNING),
        Health("camera", OFF),
    ):
        news.see(health)
        assert ("camera" in news) == (health.state == LOST or said[-1:] == ["it gave no picture"])
    assert said == ["it gave no picture", "camera is back"]


def test_names_promises_and_complaints() -> None:
    said: list[str] = []
    news = Announcements(said.append)
    news.see(Health("midi", LOST, "no port"), "MIDI", "; it joins later")
    news.see(Health("midi", LOST, "no port"), "MIDI")
    news.see(Health("midi", RUNNING), "MIDI")
    for complaint in ("a hole", "a hole", "", "a hole", "another"):
        news.see(Health("film", RUNNING, complaint=complaint))
    assert said == ["no port; it joins later", "MIDI is back", "a hole", "another"]
