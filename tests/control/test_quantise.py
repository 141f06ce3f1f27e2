"""When a change takes effect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.base.params import BY_NAME, QUANTA, TABLE
from livesyn.control.quantise import QUANTUM_BEATS, Queue, Waiting, is_made_ahead, line_for
from livesyn.transport.timeline import Timeline

LINE = Timeline(0.0, 100.0, 120.0)  # a beat is half a second
PICTURE, MUSIC, TEMPO = BY_NAME["visual_speed"], BY_NAME["temperature"], BY_NAME["tempo"]


def line(row, quantum, at_beat, lookahead_s=0.0, lead_s=0.4):
    beats = QUANTUM_BEATS[quantum]
    return line_for(row, beats, LINE, LINE.time_of(at_beat), lookahead_s, lead_s)


def test_every_choice_of_the_parameter_has_its_beats():
    assert BY_NAME["quantise"].choices == QUANTA == tuple(QUANTUM_BEATS)


def test_the_next_line_takes_it_and_the_line_itself_is_now():
    assert line(PICTURE, "now", 1.5) is None
    assert line(PICTURE, "beat", 1.5) == 2
    assert line(PICTURE, "bar", 1.5) == 4
    assert line(PICTURE, "4 bars", 1.5) == 16
    assert line(PICTURE, "bar", 3.999) == 4  # as in Live: just before is in time
    assert line(PICTURE, "bar", 4.0) == 4
    assert line(PICTURE, "bar", 4.001) == 8


def test_within_the_lookahead_it_takes_the_line_after():
    assert line(PICTURE, "bar", 3.1, lookahead_s=0.4) == 4
    assert line(PICTURE, "bar", 3.3, lookahead_s=0.4) == 8
    assert line(PICTURE, "beat", 3.3, lookahead_s=1.0) == 6


def test_music_takes_the_first_bar_that_has_not_been_begun():
    assert line(MUSIC, "bar", 3.1) == 4  # 450 ms before
    assert line(MUSIC, "bar", 3.3) == 8  # 350 ms: the bar is being made
    assert line(MUSIC, "bar", 3.3, lookahead_s=0.3, lead_s=0.3) == 4
    assert line(MUSIC, "4 bars", 15.3) == 32
    assert line(MUSIC, "beat", 3.3) == 4  # no bar is promised


def test_what_is_direct_waits_for_nothing():
    direct = {row.name for row in TABLE if line(row, "4 bars", 1.5) is None}
    assert direct == {row.name for row in TABLE if row.direct}
    assert {"tempo", "blackout", "flash_limit", "freeze", "recall_on", "quantise"} <= direct


def test_what_is_made_ahead():
    assert is_made_ahead(BY_NAME["swing"]) and is_made_ahead(BY_NAME["steer_3"])
    assert not is_made_ahead(BY_NAME["glide"]) and not is_made_ahead(BY_NAME["rms_release"])


def waiting(name, value, beat):
    return Waiting(name, value, beat, "osc", 0.0)


def test_the_newest_wins_and_an_earlier_line_keeps_its_own():
    queue = Queue()
    for value, beat in ((1.0, 4.0), (2.0, 4.0), (3.0, 8.0)):
        queue.put(waiting("glide", value, beat))
    assert [(c.value, c.beat) for c in queue] == [(2.0, 4.0), (3.0, 8.0)] and queue.next_beat == 4.0
    queue.put(waiting("glide", 4.0, 2.0))  # of a shorter quantum: it is the last word
    assert [(c.value, c.beat) for c in queue] == [(4.0, 2.0)]
    assert not queue.take(1.9) and [c.value for c in queue.take(2.0)] == [4.0] and not queue
    queue.put(waiting("glide", 5.0, 4.0))
    assert queue.cancel("glide") and not queue.cancel("glide") and queue.next_beat is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("glide", "temperature", "key")),
            st.floats(0, 1),
            st.sampled_from(QUANTA),
            st.floats(0, 5),
            st.floats(0, 1),
        ),
        max_size=60,
    )
)
def test_the_last_word_is_what_stands_once_its_line_has_passed(asked):
    queue, own, last, now = Queue(), {}, {}, 0.0
    for name, value, quantum, later, lookahead_s in asked:
        now += later
        for change in queue.take(now):
            own[change.name] = change.value
        at = line(BY_NAME[name], quantum, now, lookahead_s)
        last[name] = value
        if at is None:
            queue.cancel(name)
            own[name] = value
        else:
            assert at >= now - 1e-5 and at % QUANTUM_BEATS[quantum] == 0
            queue.put(waiting(name, value, at))
        assert sum(1 for _ in queue) <= 3 * 8  # a lookahead of a second is few beats
    for change in queue.take(now + 18 + 2):
        own[change.name] = change.value
    assert own == last and not queue


@pytest.mark.parametrize("beat", [None, 8.0])
def test_what_is_due_is_taken_in_the_order_of_the_lines(beat):
    queue = Queue(
        (waiting("glide", 1.0, 8.0), waiting("kick", 2.0, 4.0), waiting("kick", 3.0, 8.0))
    )
    assert [change.beat for change in queue.take(beat)] == [4.0, 8.0, 8.0]
