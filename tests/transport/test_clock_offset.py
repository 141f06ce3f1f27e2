import random

import pytest

from livesyn.transport.clock_offset import KEPT, ClockOffset


@pytest.mark.parametrize("ahead_s", [0.0, 86_400.0, -1e6, 0.0031])
def test_the_quickest_answer_counts_and_the_error_is_half_its_round_trip(ahead_s):
    draw, clocks, now_s = random.Random(3), ClockOffset(), 1000.0
    assert clocks.offset_s is None and clocks.error_s is None
    for _ in range(KEPT):  # a network that keeps some packets 40 ms, on one of the ways
        there_s, back_s = 0.0002 + draw.expovariate(100), 0.0002 + draw.expovariate(100)
        clocks.add(now_s, now_s + there_s + ahead_s, now_s + there_s + back_s)
        now_s += 0.05
        assert clocks.offset_s is not None and clocks.error_s is not None
        assert abs(clocks.offset_s - ahead_s) <= clocks.error_s + 1e-9
    assert clocks.error_s is not None and clocks.error_s < 0.004


def test_clocks_that_drift_apart_are_followed():
    clocks, drift = ClockOffset(), 1 + 50e-6  # two quartzes, in parts of a million
    for index in range(20 * 60 * 10):  # ten minutes
        now_s = index * 0.05
        clocks.add(now_s, (now_s + 0.0005) * drift, now_s + 0.001)
    assert clocks.offset_s is not None
    assert abs(clocks.offset_s - now_s * (drift - 1)) < 0.0002


def test_an_answer_from_before_its_question_says_nothing():
    clocks = ClockOffset()
    clocks.add(10.0, 5.0, 9.0)
    assert clocks.offset_s is None


def test_another_machine_is_another_offset():
    clocks = ClockOffset()
    clocks.add(10.0, 5.0, 10.0)
    clocks.forget()
    clocks.add(11.0, 111.5, 12.0)
    assert clocks.offset_s == 100.0 and clocks.error_s == 0.5
