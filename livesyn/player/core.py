"""The player without its threads: what sounds when, by an absolute beat and the timeline.

Everything that waits is kept in beats; times are worked out afresh at each step, so a new
tempo moves all of it. Public methods other than `step` and `finish` are thread-safe: they
leave a command that the next step obeys, so nothing here takes a lock.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from livesyn.base import params
from livesyn.base.clock import Clock
from livesyn.base.types import Note, Phrase
from livesyn.ipc import messages
from livesyn.music.harmony import Fit, fit_of
from livesyn.player.bars import Bar, Bars
from livesyn.player.echo_limiter import REFLECTION_S
from livesyn.player.lane import OFF, ON, Lane, lanes_of
from livesyn.player.lateness import Lateness
from livesyn.sinks.base import Sink
from livesyn.transport.following import next_line_s, steered
from livesyn.transport.timeline import BEATS_PER_BAR, PULSES_PER_BEAT, Timeline, bar_of

# a bar is settled this long before its line: time for timetags and a negative offset; what comes
# later is late
COMMIT_S = 0.2
LEAD_S = 0.03  # from "play" to beat 0
STALL_S = 0.25  # note-ons later than this are not worth playing
PANIC_AGAIN_S = 0.05
# all that a sink is told while another show leads
TOLD_MUTED = frozenset({"panic", "role", "warm", "maintain"})
IDLE_S = 0.1  # longest sleep: the scheduler shows that it lives
MAX_COMMANDS = 4096
LATE_START_S = 0.03  # what is later than this would be heard as a stumble
FAIR_S = 0.001  # a lead moves the timeline by less all the while

SAME_RUN_BEATS = 1.0  # a place further away than this is a jump

FITTED_BY = frozenset({"follow", "follow_when", "key", "scale", "pitch_low", "pitch_high"})
# a density of 0: silence
PLAYED_BY = (
    FITTED_BY | {"tempo", "swing", "midi_offset", "osc_offset", "density_max"} | {"mute", "hold"}
)


GHOST = Note(0.0, 0.0, 0, channel=0)  # on no channel: `warm` strikes it where nobody hears


class Journal:
    """Who writes down what the player decides, called by the thread that steps it; here nobody."""

    def obeyed(self, do: str, args: tuple[object, ...]) -> None:
        """A command was obeyed."""

    def fitted(self, fit: Fit | None) -> None:
        """What notes were fitted to, of a bar that is settled then or of those that are."""

    def settled(self, bar: Bar, line_s: float, swing: float, silent: bool) -> None:
        """It was decided what a bar plays."""

    def stepped(self, before_s: float, at_s: float, decided: bool) -> None:
        """A step is done; what went before follows from the step at `before_s`. Where nothing was
        `decided`, it only sent what was due.
        """

    def finished(self, before_s: float, at_s: float) -> None:
        """All is ended."""


@dataclass(frozen=True, slots=True)
class Show:
    """The transport at a glance; replaced whole, so any thread may read it. `bar` is the next to be
    settled.
    """

    timeline: Timeline
    playing: bool
    bar: int


@dataclass(frozen=True, slots=True)
class Lead:
    """Another's timeline, which the show follows modulo `within_beats`; a show that is started
    while it leads starts on its next multiple of `start_beats`.
    """

    timeline: Timeline
    within_beats: float = BEATS_PER_BAR
    start_beats: float = BEATS_PER_BAR


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
        journal: Journal | None = None,
    ) -> None:
        self._sinks = tuple(sinks)
        self._lanes = lanes_of(self._sinks)
        self._first = self._lanes[0]
        # what patient sinks are still to be told of this moment
        self._after: list[tuple[tuple[Sink, ...], str, tuple[object, ...]]] = []
        self._clock = clock
        self._values = params.defaults() | dict(values or {})
        self._notify, self._defer, self.wake = notify, defer, wake
        self._journal = journal or Journal()
        self._decided = False  # this step did more than send what was due
        # what a parameter is on a beat to come; takes no lock
        self.value_at: Callable[[str, float], float] = lambda name, beat: self._values[name]
        self.fit_at: Callable[[float], Fit | None] = lambda beat: fit_of(
            lambda name: self.value_at(name, beat), self._chord
        )
        self._commands: deque[tuple[Callable[..., None], tuple[object, ...]]] = deque()
        self._chord: tuple[int, ...] = ()
        self._bars = Bars()
        self._next_pulse = 0
        # what was due before could not have been sent in time: lateness counts from here
        self._fair_s = -math.inf
        self._panic_again_s = math.inf
        self._announce_again = False
        self._announced_s = -math.inf  # when a panic was sent out last
        self._lead: Lead | None = None
        self._meets_s = math.inf  # when the timeline has caught up with the lead's
        self.muted = False  # another show leads
        # after a pause of the stepping as long as this, another may lead: it is muted, and
        # `on_fence()` is called on the stepping thread
        self.fence_s = math.inf
        self.on_fence: Callable[[], object] = lambda: None
        self.lateness = Lateness()
        self.skipped = 0
        self.jumps = 0
        self.refused = 0
        self.sink_errors = 0
        self.last_error = ""
        self.finished = False  # `show` is then no longer what was played
        self.stepped_s = self.due_s = clock.now_s()
        self.show = Show(Timeline(0.0, self.stepped_s, self._values["tempo"]), False, 0)
        self._set_offsets()

    # Commands, from any thread.

    # Who asks, and when, is passed on to the engines; None: now.

    def play(self, origin: str = "player", asked_s: float | None = None) -> None:
        """Start from beat 0, `LEAD_S` from now, or where a lead's next line falls; nothing when
        already playing.
        """
        self._leave(self._play, origin, asked_s)

    def begin(
        self, timeline: Timeline, beat: float, origin: str, asked_s: float | None = None
    ) -> None:
        """Play from `beat` (0: the start), when it falls by `timeline` or, if that was longer ago
        than `LATE_START_S`, now; also when already playing.
        """
        self._leave(self._begin, timeline, beat, origin, asked_s)

    def follow(self, lead: Lead | None, origin: str, asked_s: float | None = None) -> None:
        """Be led from now on, until another call; None: by nobody. The tempo that is set, and
        `nudge`, count only while nobody leads. No bar and no note is lost on the way there.
        """
        self._leave(self._follow, lead, origin, asked_s)

    def resume(self, timeline: Timeline) -> None:
        """Go on as if `timeline` had been played all the while; nothing when already playing."""
        self._leave(self._resume, timeline, "player", None)

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

    def shadow(self, timeline: Timeline, playing: bool) -> None:
        """Have the transport be another show's."""
        self._leave(self._shadow, timeline, playing)

    def mute(self, muted: bool) -> None:
        """Send nothing more (what sounds is ended), or from now on. Whoever comes in begins with a
        panic, since another may have left notes, and goes on where the transport stands.
        """
        if muted:
            self._leave(self._mute)
        else:
            self._leave(self._unmute)

    def mute_at_once(self) -> None:
        """Before the first step only."""
        self.muted = True

    def nudge(self, later_s: float, origin: str = "player", asked_s: float | None = None) -> None:
        """Move every beat by `later_s`."""
        self._leave(self._nudge, later_s, origin, asked_s)

    def set_value(
        self, name: str, value: float, origin: str = "player", asked_s: float | None = None
    ) -> None:
        """A parameter has a new legal value. Only those in `PLAYED_BY` matter to the player."""
        if name in PLAYED_BY:
            self._leave(self._set_value, name, value, origin, asked_s)

    def set_chord(
        self, chord: tuple[int, ...], origin: str = "player", asked_s: float | None = None
    ) -> None:
        """The band plays this chord, MIDI pitches; it is followed as `follow` and `follow_when`
        say.
        """
        self._leave(self._set_chord, chord, origin, asked_s)

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
            "sounding": max(len(lane.held) for lane in self._lanes),
        }

    def last_bar(self) -> tuple[Phrase, tuple[float, ...]] | None:
        """The last bar that had notes and its controls, as it came."""
        return self._bars.last

    def values(self) -> dict[str, float]:
        """The parameters that it plays by, as it last obeyed them; a copy."""
        return {name: self._values[name] for name in PLAYED_BY}

    def recall(self, phrase: Phrase, controls: tuple[float, ...]) -> None:
        """Make this the last good bar (of a player that died). Before the first step only."""
        self._bars.last = (phrase, controls)

    def obey(self, do: str, *args: object) -> None:
        """Leave a command by its name, as a journal was told of it. Raises KeyError."""
        self._leave(COMMANDS[do].__get__(self), *args)

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
        before_s, self.stepped_s = self.stepped_s, now_s
        self._decided = False
        if now_s - before_s > self.fence_s and not self.muted:
            self._mute(now_s)
            self._journal.obeyed("mute", ())
            self._decided = True
            self.on_fence()
        while self._commands:
            command, args = self._commands.popleft()
            command(now_s, *args)
            self._journal.obeyed(command.__name__[1:], args)
            self._decided = True
        if now_s >= self._panic_again_s:
            self._decided = True
            self._silence(now_s, self._announce_again)
            self._panic_again_s, self._announce_again = math.inf, False
        wake_s = min(now_s + IDLE_S, self._panic_again_s)
        if self.show.playing:
            if now_s >= self._meets_s:
                self._steer(now_s, "player", None)
            wake_s = min(wake_s, self._perform(now_s), self._meets_s)
        self._tell_the_patient()
        self._journal.stepped(before_s, now_s, self._decided)
        self.due_s = wake_s
        return wake_s

    def warm(self) -> None:
        """Go the way of a note without sending one: the nets have emptied the processor's caches
        since the last.

        Called shortly before something is due; worth some fifty microseconds a note.
        """
        lane = self._first
        lane.wait(-1.0, ON, None)  # in front of all that waits, and nothing to a sink
        self._send(lane, 0.0, 0.0)
        lane.held.strike(GHOST)
        lane.held.release(GHOST)
        for lane in self._lanes:
            self._tell_promptly(lane, "warm")
        self._tell_the_patient()

    def finish(self, now_s: float) -> None:
        """End everything, for good: notes, transport, and a panic on every sink. Does not raise."""
        self.finished = True
        self._stop(now_s, "player", None)
        if not self.muted:  # else it would end another's notes
            self._silence(now_s)
        self._tell_the_patient()
        self._journal.finished(self.stepped_s, now_s)

    def _set_offsets(self) -> None:
        for lane in self._lanes:
            lane.offset_s = self._values[lane.offset] / 1000

    def _pulse_s(self, timeline: Timeline) -> float:
        """When the next clock pulse is due."""
        return timeline.time_of(self._next_pulse / PULSES_PER_BEAT) + self._first.offset_s

    def _perform(self, now_s: float) -> float:
        """Send what is due, in time order; returns when the next is due."""
        timeline, lanes = self.show.timeline, self._lanes
        if now_s - self._pulse_s(timeline) > STALL_S:
            self._locate(now_s)
            self.jumps += 1
        line_s = timeline.time_of(self._bars.next_number * BEATS_PER_BAR)
        pulse_s = self._pulse_s(timeline)
        for lane in lanes:
            lane.look(timeline)
        # only the time of what was sent is worked out again: what falls together is to leave
        # together
        while True:
            settle_s = line_s - COMMIT_S
            due_s = min(settle_s, pulse_s)
            for lane in lanes:
                due_s = min(due_s, lane.event_s, lane.beat_s)
            if due_s > now_s:
                return due_s
            if due_s == settle_s:
                self._settle(line_s)
                line_s = timeline.time_of(self._bars.next_number * BEATS_PER_BAR)
                for lane in lanes:
                    lane.look(timeline)
            elif due_s == pulse_s:
                self._note_lateness(pulse_s)
                self._tell_promptly(self._first, "clock", pulse_s, self._next_pulse)
                self._next_pulse += 1
                pulse_s = self._pulse_s(timeline)
            else:
                self._do_next(due_s, now_s)

    def _do_next(self, due_s: float, now_s: float) -> None:
        """Send what some lane has due at `due_s`: beats are last of what falls together, for lights
        may wait for notes.
        """
        for lane in self._lanes:
            if lane.event_s == due_s:
                self._send(lane, due_s, now_s)
                lane.look(self.show.timeline)
                return
        for lane in self._lanes:
            if lane.beat_s == due_s:
                self._tell_promptly(lane, "beat", due_s, lane.next_beat)
                lane.next_beat += 1
                lane.look(self.show.timeline)
                return

    def _send(self, lane: Lane, due_s: float, now_s: float) -> None:
        """Send the first event that waits in `lane`, due at `due_s`."""
        order, what = lane.take()
        if isinstance(what, tuple):
            for index, value in enumerate(what):
                self._tell_promptly(lane, "control", due_s, index, value)
        elif isinstance(what, Note) and order == OFF:
            if lane.held.release(what):
                self._note_lateness(due_s)
                self._tell_promptly(lane, "note_off", due_s, what)
        elif isinstance(what, Note):
            if now_s - due_s > STALL_S:
                self.skipped += lane is self._first
                self._decided = True
                return
            if self._values["mute"]:
                return
            before = lane.held.strike(what)
            if before is not None:
                self._tell_promptly(lane, "note_off", due_s, before)
            self._note_lateness(due_s)
            self._tell_promptly(lane, "note_on", due_s, what)

    def _settle(self, line_s: float) -> None:
        """Decide what the next bar plays and put its events in line."""
        line = float(self._bars.next_number * BEATS_PER_BAR)
        fit, silent = self._fit(line), not self.value_at("density_max", line)
        swing, held = self.value_at("swing", line), bool(self._values["hold"])
        bar = self._bars.settle(line_s, swing, silent, fit, held)
        self._journal.settled(bar, line_s, swing, silent)
        self._decided = True
        for lane in self._lanes:
            lane.fill(bar.number, bar.phrase.notes, bar.controls, bar.written)
        timeline = self.show.timeline
        self.show = Show(timeline, True, self._bars.next_number)
        # what is sent ahead could not be muted when it is due
        told = replace(bar, phrase=Phrase((), BEATS_PER_BAR)) if self._values["mute"] else bar
        self._defer(lambda: self._tell_bar(line_s, told, timeline))
        margin_ms = None if bar.margin_s is None else bar.margin_s * 1000
        self._notify(
            messages.Committed(
                bar.number,
                line_s,
                bar.played,
                margin_ms,
                None if fit is None else messages.Fit.of(fit),
                origin=bar.origin or "player",
                asked_s=self.stepped_s if bar.asked_s is None else bar.asked_s,
            )
        )

    def _fit(self, beat: float) -> Fit | None:
        """What notes are fitted to on `beat`."""
        fit = self.fit_at(beat)
        self._journal.fitted(fit)
        return fit

    def _refit(self, now_s: float, origin: str, asked_s: float | None) -> None:
        """Fit anew what is settled and still to be struck, where it is to be heard at once."""
        if not self._values["follow_when"] or not self.show.playing:
            return
        fit = self._fit(self.show.timeline.beat_at(now_s))
        moved = [beat for lane in self._lanes if (beat := lane.refit(fit)) is not None]
        if moved:
            self._notify(
                messages.Refitted(
                    min(moved),
                    None if fit is None else messages.Fit.of(fit),
                    origin=origin,
                    asked_s=now_s if asked_s is None else asked_s,
                )
            )

    def _tell_bar(self, line_s: float, bar: Bar, timeline: Timeline) -> None:
        """As each lane's sinks will play it."""
        for lane in self._lanes:
            later_s = lane.beats_offset_s
            told = (
                line_s + later_s,
                bar.number,
                bar.phrase,
                bar.controls,
                timeline.nudged(later_s) if later_s else timeline,
                bar.played,
            )
            for sink in (*lane.prompt, *lane.patient):
                self._call(sink, "bar", told)

    # What commands do.

    def _play(self, now_s: float, origin: str, asked_s: float | None) -> None:
        if not self.show.playing:
            start_s, bpm = now_s + LEAD_S, self._values["tempo"]
            if self._lead is not None:
                lead = self._lead.timeline
                start_s, bpm = next_line_s(lead, start_s, self._lead.start_beats), lead.bpm
            self._start(Timeline(0.0, start_s, bpm), now_s, origin, asked_s)

    def _start(self, timeline: Timeline, now_s: float, origin: str, asked_s: float | None) -> None:
        self._bars.restart()
        self._next_pulse = 0
        for lane in self._lanes:
            lane.next_beat = 0
        self._meets_s = math.inf
        self._retime(timeline, True, now_s, origin, asked_s)
        self._tell_at_once("transport", now_s, "start", 0.0)

    def _begin(
        self,
        now_s: float,
        timeline: Timeline,
        beat: float,
        origin: str,
        asked_s: float | None,
    ) -> None:
        self._stop(now_s, origin, asked_s)
        from_s = max(timeline.time_of(beat), now_s - LATE_START_S)
        timeline = Timeline(beat, from_s, timeline.bpm)
        if beat == 0:
            self._start(timeline, now_s, origin, asked_s)
        else:
            self._resume(now_s, timeline, origin, asked_s)

    def _follow(self, now_s: float, lead: Lead | None, origin: str, asked_s: float | None) -> None:
        self._lead, before = lead, self._lead
        if lead is not None:
            self._steer(now_s, origin, asked_s)
        elif before is not None:
            self._meets_s = math.inf
            bpm = before.timeline.bpm  # not that of a timeline which was catching up
            self._values["tempo"] = bpm
            if self.show.timeline.bpm != bpm:
                timeline = self.show.timeline.with_tempo(bpm, now_s)
                self._retime(timeline, self.show.playing, now_s, origin, asked_s)

    def _steer(self, now_s: float, origin: str, asked_s: float | None) -> None:
        """Go with the lead."""
        self._meets_s = math.inf
        own, playing = self.show.timeline, self.show.playing
        if self._lead is None:
            return
        lead = self._lead.timeline
        if playing:
            timeline, meets_s = steered(own, lead, now_s, self._lead.within_beats)
            self._meets_s = meets_s if meets_s > now_s else math.inf
        else:
            timeline = own if own.bpm == lead.bpm else own.with_tempo(lead.bpm, now_s)
        if timeline is not own:
            moved_s = abs(timeline.beat_at(now_s) - own.beat_at(now_s)) * 60 / own.bpm
            fair_s = self._fair_s if moved_s < FAIR_S else now_s
            self._retime(timeline, playing, now_s, origin, asked_s)
            self._fair_s = fair_s

    def _resume(
        self,
        now_s: float,
        timeline: Timeline,
        origin: str = "player",
        asked_s: float | None = None,
    ) -> None:
        if not self.show.playing:
            self._bars.restart(max(0, bar_of(timeline.beat_at(now_s))))
            self._meets_s = math.inf
            self._retime(timeline, True, now_s, origin, asked_s)
            self._locate(now_s)

    def _locate(self, now_s: float) -> None:
        """The position has jumped: pulses, beats and bars go on from `now_s`; what is gone is not
        made up for.
        """
        timeline = self.show.timeline
        beat = max(0.0, timeline.beat_at(now_s - self._first.offset_s))
        sixteenth = math.ceil(beat * 4) / 4
        self._next_pulse = round(sixteenth * PULSES_PER_BEAT)
        for lane in self._lanes:
            lane.next_beat = math.ceil(max(0.0, timeline.beat_at(now_s - lane.beats_offset_s)))
        self._bars.skip_to(bar_of(beat))
        self._fair_s = now_s
        self._decided = True
        self._tell_at_once("transport", now_s, "continue", sixteenth)

    def _stop(self, now_s: float, origin: str, asked_s: float | None) -> None:
        for lane in self._lanes:
            lane.clear()
        self._end_notes(now_s)
        if self.show.playing:
            self._tell_at_once("transport", now_s, "stop", self.show.timeline.beat_at(now_s))
            self._retime(self.show.timeline, False, now_s, origin, asked_s)

    def _panic(self, now_s: float, origin: str) -> None:
        announce = origin != "osc" or now_s - self._announced_s >= REFLECTION_S
        self._silence(now_s, announce)
        self._panic_again_s = now_s + PANIC_AGAIN_S
        self._announce_again |= announce

    def _shadow(self, now_s: float, timeline: Timeline, playing: bool) -> None:
        if not self.muted:
            return  # it was told before it came to lead
        if self._lead is not None and playing and self.show.playing:
            return  # whoever leads the tempo leads both
        apart_beats = abs(timeline.beat_at(now_s) - self.show.timeline.beat_at(now_s))
        if not playing or (self.show.playing and apart_beats > SAME_RUN_BEATS):
            self._stop(now_s, "player", None)
        if playing and self.show.playing:
            self._retime(timeline, True, now_s, "player", None)
        elif playing:
            self._resume(now_s, timeline)

    def _mute(self, now_s: float) -> None:
        if not self.muted:
            self._end_notes(now_s)
            self._tell_the_patient()
            self.muted = True

    def _unmute(self, now_s: float) -> None:
        if self.muted:
            self.muted = False
            self._silence(now_s)
            self._panic_again_s, self._announce_again = now_s + PANIC_AGAIN_S, True
            if self.show.playing:
                self._locate(now_s)

    def _nudge(self, now_s: float, later_s: float, origin: str, asked_s: float | None) -> None:
        if self._lead is not None:
            return
        timeline = self.show.timeline.nudged(later_s)
        self._retime(timeline, self.show.playing, now_s, origin, asked_s)

    def _set_value(
        self, now_s: float, name: str, value: float, origin: str, asked_s: float | None
    ) -> None:
        self._values[name] = value
        if name == "tempo" and self._lead is None and value != self.show.timeline.bpm:
            timeline = self.show.timeline.with_tempo(value, now_s)
            self._retime(timeline, self.show.playing, now_s, origin, asked_s)
        elif name.endswith("_offset"):
            self._set_offsets()
            self._fair_s = now_s
        elif name == "mute" and value:
            self._end_notes(now_s)
        elif name in FITTED_BY:
            self._refit(now_s, origin, asked_s)

    def _set_chord(
        self, now_s: float, chord: tuple[int, ...], origin: str, asked_s: float | None
    ) -> None:
        self._chord = chord
        self._refit(now_s, origin, asked_s)

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
        self._decided = True
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
        for lane in self._lanes:
            for note in lane.held.release_all():
                self._tell_promptly(lane, "note_off", now_s, note)

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

    def _tell_promptly(self, lane: Lane, what: str, *args: object) -> None:
        """Tell the lane's prompt sinks at once, its others when the prompt ones have all of this
        moment.
        """
        for sink in lane.prompt:
            self._call(sink, what, args)
        if lane.patient:
            self._after.append((lane.patient, what, args))

    def _tell_at_once(self, what: str, *args: object) -> None:
        self._tell_the_patient()
        self.tell(what, *args)

    def _tell_the_patient(self) -> None:
        for sinks, what, args in self._after:
            for sink in sinks:
                self._call(sink, what, args)
        self._after.clear()

    def _call(self, sink: Sink, what: str, args: tuple[object, ...]) -> None:
        if self.muted and sink.mutes and what not in TOLD_MUTED:
            return
        try:
            getattr(sink, what)(*args)
        except Exception as error:  # whatever a device does, the show goes on
            self.sink_errors += 1
            self.last_error = f"{sink.name} failed at {what}: {error}"


# by their names; what each is given is in its signature, behind the time of the step
COMMANDS: dict[str, Callable[..., None]] = {
    command.__name__[1:]: command
    for command in (
        Player._play,
        Player._resume,
        Player._stop,
        Player._panic,
        Player._nudge,
        Player._begin,
        Player._follow,
        Player._set_value,
        Player._set_chord,
        Player._shadow,
        Player._mute,
        Player._unmute,
        Player._offer,
    )
}
