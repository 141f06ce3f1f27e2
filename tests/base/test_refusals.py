"""What is refused is said once, and counted always."""

from __future__ import annotations

import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.refusals import NAMED, QUIET_S, Refusals


class Desk:
    def __init__(self) -> None:
        self.clock = ManualClock(10.0)
        self.said: list[str] = []
        self.refusals = Refusals(self.clock, self.said.append, "messages")

    def refuse(self, thing: object, kind: str = "of strangers") -> None:
        self.refusals.add(kind, thing, lambda: f"{thing} is refused")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_each_thing_is_said_once(desk):
    for thing in ("a", "b", "a", "a", "b"):
        desk.refuse(thing)
        desk.clock.advance(QUIET_S / 5)
    assert (
        desk.said == ["a is refused", "b is refused"] and desk.refusals.count("of strangers") == 5
    )
    assert desk.refusals.last == "b is refused"


def test_what_comes_back_after_a_quiet_time_is_said_again(desk):
    desk.refuse("a")
    desk.clock.advance(QUIET_S)
    desk.refuse("a")
    assert desk.said == ["a is refused"] * 2


def test_the_sentence_is_made_only_to_be_said(desk):
    desk.refuse("a")
    desk.refusals.add("of strangers", "a", lambda: pytest.fail("made in vain"))


def test_a_flood_is_named_as_a_whole_and_not_kept(desk):
    for index in range(5000):
        desk.refuse(index)
        desk.clock.advance(0.01)
    assert len(desk.said) == NAMED + 1
    assert desk.said[-1] == "more messages of strangers are refused; they are counted, not named"
    assert desk.refusals.count("of strangers") == 5000
    assert len(desk.refusals._kinds["of strangers"].seen_s) == NAMED


def test_a_flood_that_goes_on_for_an_hour_is_said_no_more(desk):
    for index in range(3600):
        desk.refuse(index)
        desk.clock.advance(1.0)
    assert len(desk.said) == NAMED + 1
    desk.clock.advance(QUIET_S)
    desk.refuse("a new one")
    assert desk.said[NAMED + 1 :] == ["a new one is refused"]


def test_a_flood_of_one_kind_silences_no_other(desk):
    for index in range(1000):
        desk.refuse(index)
    desk.refuse("a", "with a wrong number")
    assert desk.said[-1] == "a is refused"


def test_the_total_names_each_kind(desk):
    assert desk.refusals.total() == "" and desk.refusals.count("of strangers") == 0
    for _ in range(1200):
        desk.refuse("a")
    desk.refuse("b", "with a wrong number")
    assert (
        desk.refusals.total()
        == "messages that were refused: 1,200 of strangers, 1 with a wrong number"
    )
