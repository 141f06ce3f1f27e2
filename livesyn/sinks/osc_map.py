"""OSC out under another program's addresses, as a map says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from livesyn.base.clock import Clock, wall_offset_s
from livesyn.base.params import BY_NAME
from livesyn.base.types import Note, Phrase
from livesyn.control.osc_map import OscMap, Patchbay
from livesyn.sinks.osc_packets import message
from livesyn.sinks.osc_targets import OscTargets
from livesyn.transport.timeline import BEATS_PER_BAR, Timeline


class MappedOscOut(OscTargets):
    """Sends to the map's target what its rules make of what livesyn would say, on time: bar and
    latents when the bar's line falls. `name` is "osc_" and the map's own.
    """

    def __init__(
        self,
        osc_map: OscMap,
        name: str,
        clock: Clock | None = None,
        wall_offset: Callable[[], float] = wall_offset_s,
    ) -> None:
        super().__init__([osc_map.send], clock, wall_offset)
        self.name = "osc_" + re.sub(r"\W", "_", name.lower())
        self._patchbay = Patchbay(osc_map.out)
        self._coming: tuple[int, tuple[float, ...]] | None = None

    def bar(
        self,
        time_s: float,
        bar: int,
        phrase: Phrase,
        controls: tuple[float, ...],
        timeline: Timeline,
        played: str,
    ) -> None:
        self._coming = bar, controls

    def beat(self, time_s: float, beat: int) -> None:
        self._announce_bar(beat)
        self._say("/livesyn/beat", beat)

    def note_on(self, time_s: float, note: Note) -> None:
        self._announce_bar(note.start_beats)
        offset_ms = (time_s - self._clock.now_s()) * 1000
        self._say(
            "/livesyn/note",
            note.channel,
            note.pitch,
            note.velocity,
            note.duration_beats,
            offset_ms,
        )

    def transport(self, time_s: float, event: str, beat: float) -> None:
        self._say("/livesyn/transport/play", int(event != "stop"))

    def param(self, name: str, value: float) -> None:
        self._say(BY_NAME[name].address, value)

    def waiting(self, name: str, value: float, beat: float) -> None:
        self._say(f"/livesyn/next/{name}", value, beat)

    def moved(self, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self._say(f"/livesyn/now/{name}", value)

    def modulation(self, row: int, field: str, value: float | str) -> None:
        if not isinstance(value, str):
            self._say(f"/livesyn/modulation/{row}/{field}", value)

    def status(self, values: dict[str, float]) -> None:
        for name, value in values.items():
            self._say(f"/livesyn/status/{name}", value)

    def levels(self, values: dict[str, float]) -> None:
        for name, value in values.items():
            self._say(f"/livesyn/audio/{name}", value)

    def panic(self, time_s: float) -> None:
        self._say("/livesyn/panic", 1)

    def _announce_bar(self, beat: float) -> None:
        if (coming := self._coming) is not None and beat >= coming[0] * BEATS_PER_BAR:
            self._coming = None
            self._say("/livesyn/bar", coming[0])
            for index, value in enumerate(coming[1]):
                self._say(f"/livesyn/latent/{index}", value)

    def _say(self, address: str, *values: float) -> None:
        for target, arguments in self._patchbay.hear(address, values):
            self._send(message(target, *arguments))
