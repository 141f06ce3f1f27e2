"""What every sink must do, real or fake.

Call `check_sink` with a maker of fresh, unopened sinks.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from livesyn.base.errors import DeviceError
from livesyn.base.types import Note, Phrase
from livesyn.sinks.base import Sink
from livesyn.transport.timeline import Timeline

CONTROLS = tuple(index / 2 - 3 for index in range(12))
NOTES = (Note(0.0, 0.5, 60, 96, 1), Note(0.5, 0.25, 64, 80, 1), Note(1.0, 2.0, 38, 100, 10))


def play_bar(sink: Sink, bar: int = 0, bpm: float = 120.0, start_s: float = 100.0) -> None:
    """One bar as the player plays it: announced ahead, then clock, beats, notes and controls at
    their times.
    """
    timeline = Timeline(0.0, start_s, bpm)
    sink.bar(timeline.time_of(bar * 4), bar, Phrase(NOTES, 4.0), CONTROLS, timeline, "new")
    events: list[tuple[float, int, Callable[[float], None]]] = []

    def at(act: Callable[..., None], *what: object) -> Callable[[float], None]:
        return lambda time_s: act(time_s, *what)

    for pulse in range(bar * 96, bar * 96 + 96):
        events.append((pulse / 24, 0, at(sink.clock, pulse)))
    for beat in range(bar * 4, bar * 4 + 4):
        events.append((beat, 1, at(sink.beat, beat)))
    for index, value in enumerate(CONTROLS):
        events.append((bar * 4, 3, at(sink.control, index, value)))
    for note in NOTES:
        absolute = Note(
            bar * 4 + note.start_beats, note.duration_beats, note.pitch, note.velocity, note.channel
        )
        events.append((absolute.start_beats, 4, at(sink.note_on, absolute)))
        events.append((absolute.end_beats, 2, at(sink.note_off, absolute)))
    for at_beats, _, act in sorted(events, key=lambda event: event[:2]):
        act(timeline.time_of(at_beats))


def check_sink(make: Callable[[], Sink]) -> None:
    """The whole contract."""
    check_life(make)
    check_set(make)
    check_never_blocks(make)


def check_life(make: Callable[[], Sink]) -> None:
    """It says that it is well only while it is open; closing twice, or unopened, is safe; it can be
    opened again.
    """
    sink = make()
    assert sink.name and sink.name.isidentifier()
    sink.close()
    sink.open()
    assert sink.health().state == "running", sink.health()
    sink.close()
    sink.close()
    sink.open()
    assert sink.health().state == "running"
    sink.close()


def check_set(make: Callable[[], Sink]) -> None:
    """A set with everything in it goes through, and what comes before `open` and after `close`
    harms nobody.
    """
    sink = make()
    play_bar(sink)
    sink.open()
    sink.transport(99.97, "start", 0.0)
    for bar in range(3):
        play_bar(sink, bar)
        sink.maintain(100.0 + 2 * bar)
        sink.warm()
    sink.param("tempo", 90.0)
    sink.status({"fps": 30.0, "latency_ms": 6.5, "late": 0, "dropped": 1})
    sink.panic(106.0)
    sink.panic(106.05)
    sink.transport(106.1, "stop", 12.2)
    sink.transport(107.0, "continue", 12.25)
    assert sink.health().state == "running", sink.health()
    sink.close()
    play_bar(sink, 3)
    sink.panic(110.0)
    sink.maintain(111.0)


def check_never_blocks(make: Callable[[], Sink], events: int = 300, budget_s: float = 1.0) -> None:
    """A burst of notes, far above any music, is taken in a fraction of the time that it stands
    for.
    """
    sink = make()
    sink.open()
    note = Note(0.0, 0.25, 60)
    began_s = time.thread_time()
    for index in range(events):
        sink.note_on(100.0 + index / 100, note)
        sink.note_off(100.005 + index / 100, note)
    spent_s = time.thread_time() - began_s
    sink.close()
    assert spent_s < budget_s, f"{2 * events} events took {spent_s:.2f} s of the scheduler's thread"


def check_refusal(make: Callable[[], Sink]) -> None:
    """A device that cannot be had: one sentence when opening, the same as a light, and the show
    goes on.
    """
    sink = make()
    with pytest.raises(DeviceError) as refused:
        sink.open()
    sentence = str(refused.value)
    assert len(sentence) > 20 and "\n" not in sentence and not sentence.endswith(".")
    health = sink.health()
    assert (health.state, health.reason, health.lost) == ("lost", sentence, 0)
    play_bar(sink)
    sink.maintain(1.0)
    sink.panic(2.0)
    sink.close()
