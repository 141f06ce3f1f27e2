"""Every note-on gets its note-off, whatever happens to the show."""

from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base.clock import ManualClock
from livesyn.base.types import Note, Phrase
from livesyn.player.core import Lead, Player
from livesyn.sinks.base import MemorySink
from livesyn.transport.timeline import Timeline

notes = st.builds(
    Note,
    st.floats(0, 8),
    st.floats(0, 8),
    st.integers(58, 62),
    st.integers(1, 127),
    st.integers(1, 2),
)
phrases = st.lists(notes, max_size=8).map(lambda found: Phrase(tuple(sorted(found)), 4.0))
steps = st.one_of(
    st.tuples(st.just("pass"), st.floats(0.001, 3)),
    st.tuples(st.just("sleep"), st.floats(0.001, 5)),  # nobody steps: a stall
    st.tuples(st.just("tempo"), st.floats(20, 300)),
    st.tuples(st.just("midi_offset"), st.floats(-100, 200)),
    st.tuples(st.just("osc_offset"), st.floats(-100, 200)),
    st.tuples(st.just("swing"), st.floats(0, 0.75)),
    st.tuples(st.just("nudge"), st.floats(-1, 1)),
    st.tuples(st.just("phrase"), st.tuples(st.integers(0, 3), phrases)),
    st.tuples(st.just("lead"), st.tuples(st.floats(0, 100), st.floats(20, 300))),
    st.tuples(st.just("begin"), st.sampled_from((0.0, 3.25, 40.0))),
    st.sampled_from(
        [
            ("unlead", None),
            ("play", None),
            ("stop", None),
            ("panic", None),
            ("break", None),
            ("mend", None),
        ]
    ),
)


class OscMemory(MemorySink):
    offset = "osc_offset"


class Flaky(MemorySink):
    """Raises while broken; what it was told is kept all the same."""

    broken = False

    def note_on(self, time_s, note):
        super().note_on(time_s, note)
        if self.broken:
            raise OSError("broken")

    note_off_calls = 0

    def note_off(self, time_s, note):
        super().note_off(time_s, note)
        if self.broken:
            raise OSError("broken")


@given(st.lists(steps, max_size=40))
@settings(max_examples=150, deadline=None)
def test_every_note_on_gets_its_note_off(script):
    clock, sink, osc = ManualClock(10.0), Flaky(), OscMemory()
    player = Player((sink, osc), clock)
    player.play()
    for what, value in script:
        match what:
            case "pass":
                end_s = clock.now_s() + value
                while clock.now_s() < end_s:
                    clock.sleep_until(min(end_s, player.step(clock.now_s())))
            case "sleep":
                clock.advance(value)
            case "phrase":
                player.offer(player.show.bar + value[0], value[1], (0.0,) * 12)
            case "nudge":
                player.nudge(value)
            case "lead":
                line = Timeline(value[0], clock.now_s(), value[1])
                player.follow(Lead(line), "link")
            case "unlead":
                player.follow(None, "link")
            case "begin":
                player.begin(Timeline(value, clock.now_s(), 120.0), value, "midi clock")
            case "break" | "mend":
                sink.broken = what == "break"
            case "play" | "stop" | "panic":
                getattr(player, what)()
            case _:
                player.set_value(what, value)
        player.step(clock.now_s())
    player.finish(clock.now_s())

    for each in (sink, osc):
        check_ended(each)
    assert player.counts()["sounding"] == 0


def check_ended(sink: MemorySink) -> None:
    sounding: set[tuple[int, int]] = set()
    for event in sink.of("on", "off"):
        key = (event[2], event[3])
        if event[1] == "on":
            assert key not in sounding, "a key is struck again before it has ended"
            sounding.add(key)
        else:
            assert key in sounding, "a note that did not sound is ended"
            sounding.remove(key)
    assert not sounding
    assert sink.events[-1][1] == "panic"


@given(st.lists(steps, max_size=40))
@settings(max_examples=80, deadline=None)
def test_pulses_never_go_back_but_for_a_told_position(script):
    clock, sink = ManualClock(10.0), MemorySink()
    player = Player((sink,), clock)
    player.play()
    for what, value in script:
        if what in ("play", "stop"):
            getattr(player, what)()
        elif what == "nudge":
            player.nudge(value)
        elif what == "lead":
            player.follow(Lead(Timeline(value[0], clock.now_s(), value[1])), "link")
        elif what == "unlead":
            player.follow(None, "link")
        elif what in ("tempo", "midi_offset", "osc_offset"):
            player.set_value(what, value)
        elif what == "sleep":
            clock.advance(value)
        elif what == "pass":
            end_s = clock.now_s() + value
            while clock.now_s() < end_s:
                clock.sleep_until(min(end_s, player.step(clock.now_s())))
        player.step(clock.now_s())
    expected: int | None = None
    for event in sink.of("clock", "start", "continue", "stop"):
        if event[1] == "clock":
            assert expected is not None and event[2] == expected
            expected += 1
        else:
            expected = None if event[1] == "stop" else round(event[2] * 24)
