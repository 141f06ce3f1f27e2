"""The player without its threads: what sounds when, by an absolute beat and the timeline.

Everything that waits is kept in beats; times are worked out afresh at each step, so a new
tempo moves all of it. Public methods other than `step` and `finish` are thread-safe: they
leave a command that the next step obeys, so nothing here takes a lock.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from livesyn.base import params
from livesyn.base.clock import Clock
from livesyn.base.types import Note, Phrase
from livesyn.ipc import messages
from livesyn.player.bars import Bars
from livesyn.player.echo_limiter import REFLECTION_S
from livesyn.player.held import HeldNotes
from livesyn.player.lateness import Lateness
from livesyn.sinks.base import Sink
from livesyn.transport.timeline import BEATS_PER_BAR, PULSES_PER_BEAT, Timeline, bar_of

# controllers are set half a clock pulse before the notes that they shape, and out of their way
CONTROL_EARLY_BEATS = 1 / 48
# a bar is settled this long before its line: time for timetags and a negative offset; what comes
# later is late
COMMIT_S = 0.2
LEAD_S = 0.03  # from "play" to beat 0
STALL_S = 0.25  # note-ons later than this are not worth playing
PANIC_AGAIN_S = 0.05
IDLE_S = 0.1  # longest sleep: the scheduler shows that it lives
MAX_COMMANDS = 4096

# a density of 0: silence
PLAYED_BY = frozenset({"tempo", "swing", "midi_offset", "density_max", "mute", "hold"})

OFF, CONTROL, ON = 0, 1, 2  # order of what falls on one beat


GHOST = Note(0.0, 0.0, 0, channel=0)  # on no channel: `warm` strikes it where nobody hears


@dataclass(frozen=True, slots=True)
class Show:
    """The transport at a glance; replaced whole, so any thread may read it. `bar` is the next to be
    settled.
    """

    timeline: Timeline
    playing: bool
    bar: int


class Player:
    """Plays bars on `sinks` through `step`, called by one thread at or soon after the time it last
    returned.

    `notify` is handed messages for the engine on the stepping thread and must not block;
    `defer` runs a job off it (by default at once, for tests and offline runs); `wake` is
    called when a command comes, to end the stepping thread's sleep.
    """

    def __init__(
        self,
        sinks: Sequence[Sink],
        clock: Clock,
        values: Mapping[str, float] | None = None,
        *,
        notify: Callable[[messages.Message], None] = lambda message: None,
        defer: Callable[[Callable[[], None]], None] = lambda job: job(),
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._sinks = tuple(sinks)
        self._prompt_sinks = tuple(sink for sink in sinks if sink.prompt)
        self._patient_sinks = tuple(sink for sink in sinks if not sink.prompt)
        # what the patient sinks are still to be told of this moment
        self._after: list[tuple[str, tuple[object, ...]]] = []
        self._clock = clock
        self._values = params.defaults() | dict(values or {})
        self._notify, self._defer, self.wake = notify, defer, wake
        # what a parameter is on a beat to come; takes no lock
        self.value_at: Callable[[str, float], float] = lambda name, beat: self._values[name]
        self._commands: deque[tuple[Callable[..., None], tuple[object, ...]]] = deque()
        # (beat, order, serial, Note or controls): a heap
        self._waiting: list[tuple[float, int, int, object]] = []
        self._serial = 0
        self._held = HeldNotes()
        self._bars = Bars()
        self._next_pulse = 0
        self._next_beat = 0
        # what was due before could not have been sent in time: lateness counts from here
        self._fair_s = -math.inf
        self._panic_again_s = math.inf
        self._announce_again = False
        self._announced_s = -math.inf  # when a panic was sent out last
        self.lateness = Lateness()
        self.skipped = 0
        self.jumps = 0
        self.refused = 0
        self.sink_errors = 0
        self.last_error = ""
        self.finished = False  # `show` is then no longer what was played
        self.stepped_s = self.due_s = clock.now_s()
        self.show = Show(Timeline(0.0, self.stepped_s, self._values["tempo"]), False, 0)

    # Commands, from any thread.

    # Who asks, and when, is passed on to the engines; None: now.

    def play(self, origin: str = "player", asked_s: float | None = None) -> None:
        """Start from beat 0, `LEAD_S` from now; nothing when already playing."""
        self._leave(self._play, origin, asked_s)

    def resume(self, timeline: Timeline) -> None:
        """Go on as if `timeline` had been played all the while; nothing when already playing."""
        self._leave(self._resume, timeline)

    def stop(self, origin: str = "player", asked_s: float | None = None) -> None:
        """End every note and the transport."""
        self._leave(self._stop, origin, asked_s)

    def panic(self, origin: str = "") -> None:
        """End every note, now and `PANIC_AGAIN_S` later; the transport goes on.

        Always obeyed, so no person's panic is lost. But one of `origin` "osc" that comes less than
        `REFLECTION_S` after a panic was announced by OSC may be that one sent back: it is not
        announced again, or two machines would panic each other for ever. Whoever listens there has
        just been told.
        """
        self._leave(self._panic, origin)

    def nudge(self, later_s: float, origin: str = "player", asked_s: float | None = None) -> None:
        """Move every beat by `later_s`."""
        self._leave(self._nudge, later_s, origin, asked_s)

    def set_value(
        self, name: str, value: float, origin: str = "player", asked_s: float | None = None
    ) -> None:
        """A parameter has a new legal value. Only those in `PLAYED_BY` matter to the player."""
        if name in PLAYED_BY:
            self._leave(self._set_value, name, value, origin, asked_s)

    def offer(
        self,
        bar: int,
        phrase: Phrase,
        controls: tuple[float, ...],
        origin: str = "player",
        asked_s: float | None = None,
    ) -> None:
        """A phrase for bar `bar`, with 12 coordinates."""
        self._leave(self._offer, bar, phrase, controls, self._clock.now_s(), origin, asked_s)

    def counts(self) -> dict[str, int]:
        """Counters since the start, any thread."""
        return {
            "late": self.lateness.late,
            "repeats": self._bars.repeats,
            "phrases_dropped": self._bars.dropped,
            "skipped": self.skipped,
            "jumps": self.jumps,
            "sink_errors": self.sink_errors,
            "refused": self.refused,
            "sounding": len(self._held),
        }

    def last_bar(self) -> tuple[Phrase, tuple[float, ...]] | None:
        """The last bar that had notes and its controls, as it came."""
        return self._bars.last

    def recall(self, phrase: Phrase, controls: tuple[float, ...]) -> None:
        """Make this the last good bar (of a player that died). Before the first step only."""
        self._bars.last = (phrase, controls)

    def _leave(self, command: Callable[..., None], *args: object) -> None:
        if len(self._commands) >= MAX_COMMANDS and command not in (self._panic, self._stop):
            self.refused += 1  # nobody steps; what ends notes is still taken
            return
        self._commands.append((command, args))
        self.wake()

    # The stepping thread.

    def step(self, now_s: float) -> float:
        """Obey commands and send all that is due by `now_s`; returns when to call again at the
        latest (also left in `due_s`).
        """
        self.stepped_s = now_s
        while self._commands:
            command, args = self._commands.popleft()
            command(now_s, *args)
        if now_s >= self._panic_again_s:
            self._silence(now_s, self._announce_again)
            self._panic_again_s, self._announce_again = math.inf, False
        wake_s = min(now_s + IDLE_S, self._panic_again_s)
        if self.show.playing:
            wake_s = min(wake_s, self._perform(now_s))
        self._tell_the_patient()
        self.due_s = wake_s
        return wake_s

    def warm(self) -> None:
        """Go the way of a note without sending one: the nets have emptied the processor's caches
        since the last.

        Called shortly before something is due; worth some fifty microseconds a note.
        """
        self._wait(-1.0, ON, None)  # in front of all that waits, and nothing to a sink
        self._send(0.0, 0.0)
        self._held.strike(GHOST)
        self._held.release(GHOST)
        self._tell_promptly("warm")
        self._tell_the_patient()

    def finish(self, now_s: float) -> None:
        """End everything, for good: notes, transport, and a panic on every sink. Does not raise."""
        self.finished = True
        self._stop(now_s, "player", None)
        self._silence(now_s)
        self._tell_the_patient()

    @property
    def _offset_s(self) -> float:
        return self._values["midi_offset"] / 1000

    def _perform(self, now_s: float) -> float:
        """Send what is due, in time order; returns when the next is due."""
        timeline, offset_s = self.show.timeline, self._offset_s
        if now_s - (timeline.time_of(self._next_pulse / PULSES_PER_BEAT) + offset_s) > STALL_S:
            self._locate(now_s)
            self.jumps += 1
        line_s = timeline.time_of(self._bars.next_number * BEATS_PER_BAR)
        pulse_s = timeline.time_of(self._next_pulse / PULSES_PER_BEAT) + offset_s
        beat_s = timeline.time_of(self._next_beat)
        event_s = timeline.time_of(self._waiting[0][0]) + offset_s if self._waiting else math.inf
        # only the time of what was sent is worked out again: what falls together is to leave
        # together
        while True:
            settle_s = line_s - COMMIT_S
            due_s = min(settle_s, pulse_s, event_s, beat_s)
            if due_s > now_s:
                return due_s
            if due_s == settle_s:
                self._settle(line_s)
                line_s = timeline.time_of(self._bars.next_number * BEATS_PER_BAR)
            elif due_s == pulse_s:
                self._note_lateness(pulse_s)
                self._tell_promptly("clock", pulse_s, self._next_pulse)
                self._next_pulse += 1
                pulse_s = timeline.time_of(self._next_pulse / PULSES_PER_BEAT) + offset_s
                continue
            elif due_s == event_s:
                self._send(event_s, now_s)
            else:  # last of what falls together: lights may wait for notes
                self._tell_promptly("beat", beat_s, self._next_beat)
                self._next_beat += 1
                beat_s = timeline.time_of(self._next_beat)
                continue
            event_s = (
                timeline.time_of(self._waiting[0][0]) + offset_s if self._waiting else math.inf
            )

    def _send(self, due_s: float, now_s: float) -> None:
        """Send the first event that waits, due at `due_s`."""
        _, order, _, what = heapq.heappop(self._waiting)
        if isinstance(what, tuple):
            for index, value in enumerate(what):
                self._tell_promptly("control", due_s, index, value)
        elif isinstance(what, Note) and order == OFF:
            if self._held.release(what):
                self._note_lateness(due_s)
                self._tell_promptly("note_off", due_s, what)
        elif isinstance(what, Note):
            if now_s - due_s > STALL_S:
                self.skipped += 1
                return
            if self._values["mute"]:
                return
            before = self._held.strike(what)
            if before is not None:
                self._tell_promptly("note_off", due_s, before)
            self._note_lateness(due_s)
            self._tell_promptly("note_on", due_s, what)

    def _settle(self, line_s: float) -> None:
        """Decide what the next bar plays and put its events in line."""
        line = float(self._bars.next_number * BEATS_PER_BAR)
        silent = not self.value_at("density_max", line)
        held = bool(self._values["hold"])
        bar = self._bars.settle(line_s, self.value_at("swing", line), silent, held)
        self._wait(line - CONTROL_EARLY_BEATS, CONTROL, bar.controls)
        for note in bar.phrase.notes:
            absolute = replace(note, start_beats=line + note.start_beats)
            self._wait(absolute.start_beats, ON, absolute)
            self._wait(min(absolute.end_beats, line + BEATS_PER_BAR), OFF, absolute)
        timeline = self.show.timeline
        self.show = Show(timeline, True, self._bars.next_number)
        # what is sent ahead could not be muted when it is due
        phrase = Phrase((), BEATS_PER_BAR) if self._values["mute"] else bar.phrase
        self._defer(
            lambda: self.tell("bar", line_s, bar.number, phrase, bar.controls, timeline, bar.played)
        )
        margin_ms = None if bar.margin_s is None else bar.margin_s * 1000
        self._notify(
            messages.Committed(
                bar.number,
                line_s,
                bar.played,
                margin_ms,
                origin=bar.origin or "player",
                asked_s=self.stepped_s if bar.asked_s is None else bar.asked_s,
            )
        )

    def _wait(self, beat: float, order: int, what: object) -> None:
        self._serial += 1
        heapq.heappush(self._waiting, (beat, order, self._serial, what))

    # What commands do.

    def _play(self, now_s: float, origin: str, asked_s: float | None) -> None:
        if not self.show.playing:
            self._bars.restart()
            self._next_pulse = self._next_beat = 0
            timeline = Timeline(0.0, now_s + LEAD_S, self._values["tempo"])
            self._retime(timeline, True, now_s, origin, asked_s)
            self._tell_at_once("transport", now_s, "start", 0.0)

    def _resume(self, now_s: float, timeline: Timeline) -> None:
        if not self.show.playing:
            self._bars.restart(max(0, bar_of(timeline.beat_at(now_s))))
            self._retime(timeline, True, now_s, "player", None)
            self._locate(now_s)

    def _locate(self, now_s: float) -> None:
        """The position has jumped: pulses, beats and bars go on from `now_s`; what is gone is not
        made up for.
        """
        beat = max(0.0, self.show.timeline.beat_at(now_s - self._offset_s))
        sixteenth = math.ceil(beat * 4) / 4
        self._next_pulse = round(sixteenth * PULSES_PER_BEAT)
        self._next_beat = math.ceil(beat)
        self._bars.skip_to(bar_of(beat))
        self._fair_s = now_s
        self._tell_at_once("transport", now_s, "continue", sixteenth)

    def _stop(self, now_s: float, origin: str, asked_s: float | None) -> None:
        self._waiting.clear()
        self._end_notes(now_s)
        if self.show.playing:
            self._tell_at_once("transport", now_s, "stop", self.show.timeline.beat_at(now_s))
            self._retime(self.show.timeline, False, now_s, origin, asked_s)

    def _panic(self, now_s: float, origin: str) -> None:
        announce = origin != "osc" or now_s - self._announced_s >= REFLECTION_S
        self._silence(now_s, announce)
        self._panic_again_s = now_s + PANIC_AGAIN_S
        self._announce_again |= announce

    def _nudge(self, now_s: float, later_s: float, origin: str, asked_s: float | None) -> None:
        timeline = self.show.timeline.nudged(later_s)
        self._retime(timeline, self.show.playing, now_s, origin, asked_s)

    def _set_value(
        self, now_s: float, name: str, value: float, origin: str, asked_s: float | None
    ) -> None:
        self._values[name] = value
        if name == "tempo" and value != self.show.timeline.bpm:
            timeline = self.show.timeline.with_tempo(value, now_s)
            self._retime(timeline, self.show.playing, now_s, origin, asked_s)
        elif name == "midi_offset":
            self._fair_s = now_s
        elif name == "mute" and value:
            self._end_notes(now_s)

    def _offer(
        self,
        now_s: float,
        bar: int,
        phrase: Phrase,
        controls: tuple[float, ...],
        arrived_s: float,
        origin: str,
        asked_s: float | None,
    ) -> None:
        self._bars.offer(bar, phrase, controls, arrived_s, origin, asked_s)

    def _retime(
        self, timeline: Timeline, playing: bool, now_s: float, origin: str, asked_s: float | None
    ) -> None:
        self._fair_s = now_s
        self.show = Show(timeline, playing, self._bars.next_number)
        self._notify(
            messages.TimelineChange(
                messages.Timeline.of(timeline),
                playing,
                origin=origin,
                asked_s=now_s if asked_s is None else asked_s,
            )
        )

    # Towards the sinks.

    def _end_notes(self, now_s: float) -> None:
        for note in self._held.release_all():
            self._tell_promptly("note_off", now_s, note)

    def _silence(self, now_s: float, announce: bool = True) -> None:
        self._end_notes(now_s)
        self._tell_the_patient()
        if announce:
            self._announced_s = now_s
        self.tell("panic", now_s, announce=None if announce else False)

    def _note_lateness(self, due_s: float) -> None:
        self.lateness.add(max(0.0, self._clock.now_s() - max(due_s, self._fair_s)))

    def tell(self, what: str, *args: object, announce: bool | None = None) -> None:
        """Call a method of every sink, on the thread its contract names; one that fails is counted
        and keeps no other waiting. `announce`: only of those that announce (True), or only of the
        others (False).
        """
        for sink in self._sinks:
            if announce is None or sink.announces is announce:
                self._call(sink, what, args)

    def _tell_promptly(self, what: str, *args: object) -> None:
        """Tell the prompt sinks at once, the others when the prompt ones have all of this
        moment.
        """
        for sink in self._prompt_sinks:
            self._call(sink, what, args)
        self._after.append((what, args))

    def _tell_at_once(self, what: str, *args: object) -> None:
        self._tell_the_patient()
        self.tell(what, *args)

    def _tell_the_patient(self) -> None:
        for what, args in self._after:
            for sink in self._patient_sinks:
                self._call(sink, what, args)
        self._after.clear()

    def _call(self, sink: Sink, what: str, args: tuple[object, ...]) -> None:
        try:
            getattr(sink, what)(*args)
        except Exception as error:  # whatever a device does, the show goes on
            self.sink_errors += 1
            self.last_error = f"{sink.name} failed at {what}: {error}"
