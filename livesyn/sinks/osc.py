"""OSC out, to any number of receivers, each with its own way with time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from livesyn.base.addresses import AHEAD, ONTIME, Target
from livesyn.base.clock import Clock, wall_offset_s
from livesyn.base.osc_addresses import MODEL
from livesyn.base.params import BY_NAME
from livesyn.base.types import Note, Phrase
from livesyn.sinks.osc_packets import IMMEDIATELY, bundle, message, text_message, timetag
from livesyn.sinks.osc_targets import OscTargets
from livesyn.transport.timeline import BEATS_PER_BAR, Timeline

PAST_S = 0.25  # what is longer past is not sent ahead: the player does not play such notes either


class OscOut(OscTargets):
    """Sends the show to `targets` by UDP, as design says: bar, beat, notes, latents, parameters,
    status.

    `/livesyn/note` is channel, pitch, velocity, length in beats, and `offset_ms`: from the moment
    the packet stands for (its timetag, or else its sending) to the moment the note is due; negative
    is late.
    """

    name = "osc"

    def __init__(
        self,
        targets: Iterable[Target],
        clock: Clock | None = None,
        wall_offset: Callable[[], float] = wall_offset_s,
    ) -> None:
        super().__init__(targets, clock, wall_offset)
        self._next_bar: tuple[int, bytes] | None = None  # told to those on time when its line falls

    def bar(
        self,
        time_s: float,
        bar: int,
        phrase: Phrase,
        controls: tuple[float, ...],
        timeline: Timeline,
        played: str,
    ) -> None:
        """Those ahead get the bar's bundle, its beats and its notes now, under their timetags."""
        head = [
            message("/livesyn/bar", bar),
            *(
                message(f"/livesyn/latent/{index}", float(value))
                for index, value in enumerate(controls)
            ),
        ]
        self._next_bar = (bar, bundle(IMMEDIATELY, head))
        if any(target.policy == AHEAD for target in self.targets):
            line, offset_s, past_s = (
                bar * BEATS_PER_BAR,
                self._wall_offset(),
                self._clock.now_s() - PAST_S,
            )
            self._send(bundle(timetag(time_s + offset_s), head), AHEAD)
            beats = (
                (timeline.time_of(beat), message("/livesyn/beat", beat))
                for beat in range(line, line + BEATS_PER_BAR)
            )
            notes = (
                (timeline.time_of(line + note.start_beats), _note_message(note, 0.0))
                for note in phrase.notes
            )
            for due_s, packet in (*beats, *notes):
                if due_s >= past_s:
                    self._send(bundle(timetag(due_s + offset_s), (packet,)), AHEAD)

    def beat(self, time_s: float, beat: int) -> None:
        self._announce_bar(beat)
        self._send(message("/livesyn/beat", beat), ONTIME)

    def note_on(self, time_s: float, note: Note) -> None:
        self._announce_bar(note.start_beats)
        self._send(_note_message(note, (time_s - self._clock.now_s()) * 1000), ONTIME)

    def transport(self, time_s: float, event: str, beat: float) -> None:
        """`/livesyn/transport/play` 1 or 0."""
        self._send(message("/livesyn/transport/play", int(event != "stop")))

    def param(self, name: str, value: float) -> None:
        """Those ahead have notes that wait for their time: `mute` is a panic to them."""
        self._send(message(BY_NAME[name].address, float(value)))
        if name == "mute" and value:
            self._send(message("/livesyn/panic", 1), AHEAD)

    def waiting(self, name: str, value: float, beat: float) -> None:
        """`/livesyn/next/NAME`: what it will be, and on which beat."""
        self._send(message(f"/livesyn/next/{name}", float(value), float(beat)))

    def moved(self, values: Mapping[str, float]) -> None:
        """`/livesyn/now/NAME`, all of one moment in one bundle."""
        parts = [message(f"/livesyn/now/{name}", float(value)) for name, value in values.items()]
        self._send(bundle(IMMEDIATELY, parts))

    def modulation(self, row: int, field: str, value: float | str) -> None:
        """`/livesyn/modulation/ROW/FIELD`."""
        address = f"/livesyn/modulation/{row}/{field}"
        self._send(
            text_message(address, value)
            if isinstance(value, str)
            else message(address, float(value))
        )

    def scene(self, name: str) -> None:
        """`/livesyn/scene/current`: the one that begins."""
        self._send(text_message("/livesyn/scene/current", name))

    def chord(self, name: str) -> None:
        """`/livesyn/chord`, a text."""
        self._send(text_message("/livesyn/chord", name))

    def status(self, values: dict[str, float]) -> None:
        for name, value in values.items():
            self._send(message(f"/livesyn/status/{name}", float(value)))

    def levels(self, values: dict[str, float]) -> None:
        """`/livesyn/audio/NAME` of each level, 0 to 1."""
        for name, value in values.items():
            self._send(message(f"/livesyn/audio/{name}", value))

    def role(self, leads: bool) -> None:
        """`/livesyn/standby/leads` 1 or 0."""
        self._send(message("/livesyn/standby/leads", int(leads)))

    def model(self, name: str) -> None:
        """`/livesyn/model`."""
        self._send(text_message(MODEL, name))

    def panic(self, time_s: float) -> None:
        """`/livesyn/panic`: those who hold notes of their own should end them, scheduled ones
        too.
        """
        self._send(message("/livesyn/panic", 1))

    def _announce_bar(self, beat: float) -> None:
        if (pending := self._next_bar) is not None and beat >= pending[0] * BEATS_PER_BAR:
            self._next_bar = None
            self._send(pending[1], ONTIME)


def _note_message(note: Note, offset_ms: float) -> bytes:
    return message(
        "/livesyn/note",
        int(note.channel),
        int(note.pitch),
        int(note.velocity),
        float(note.duration_beats),
        offset_ms,
    )
