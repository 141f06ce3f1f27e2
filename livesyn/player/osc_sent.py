"""What the show sent last under each OSC address, and what is still to be told to who listens."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping

from livesyn.base.clock import Clock
from livesyn.base.osc_addresses import MODEL
from livesyn.base.params import DIRECTIONS
from livesyn.base.types import Note, Phrase
from livesyn.control.osc_tree import Method, Tree, Values
from livesyn.sinks.base import NullSink
from livesyn.transport.timeline import BEATS_PER_BAR, Timeline

NOTE, BEAT, BAR, PLAY, PANIC, LEADS = (
    f"/livesyn/{name}"
    for name in ("note", "beat", "bar", "transport/play", "panic", "standby/leads")
)
LATENTS = tuple(f"/livesyn/latent/{index}" for index in range(DIRECTIONS))
EVENTS = frozenset({NOTE, PANIC})  # each counts; of the others the newest does
MOST_WAITING = 1024


class Sent(NullSink):
    """A sink that keeps the newest message of each address.

    Of the addresses that are `wanted`, the messages wait in their order for `take`; `wake()` is
    called when the first does, also on the scheduler's thread, and must be quick. Drop policy: of
    more than 1,024 that wait the oldest is lost and counted.
    """

    announces = True
    mutes = False  # it answers who asks

    def __init__(self, tree: Tree, clock: Clock, wake: Callable[[], object]) -> None:
        self._tree, self._clock, self._wake = tree, clock, wake
        self._last: dict[str, Values] = {PLAY: (0,)}
        self._wanted: frozenset[str] = frozenset()
        self._news: deque[tuple[str, Values]] = deque(maxlen=MOST_WAITING)
        self._next_bar: tuple[int, tuple[float, ...]] | None = None  # told when its line falls
        self._woken = False
        self.overflowed = 0

    def want(self, addresses: Iterable[str]) -> None:
        """Keep the messages of these addresses, and no others. Any thread."""
        self._wanted = frozenset(addresses)
        self._woken = False  # whoever was woken before may be gone

    def take(self) -> Iterator[tuple[str, Values]]:
        """Address and values of what waits, oldest first. One thread."""
        self._woken = False  # before the news are read: what comes now wakes anew
        while self._news:
            yield self._news.popleft()

    def value_of(self, method: Method) -> Values | None:
        """What was sent last under the address of `method`. Any thread."""
        return self._last.get(method.address)

    def _put(self, address: str, *values: float | str) -> None:
        self._last[address] = values
        if address in self._wanted:
            self.overflowed += len(self._news) == MOST_WAITING
            self._news.append((address, values))
            if not self._woken:
                self._woken = True
                self._wake()

    # As a sink.

    def bar(
        self,
        time_s: float,
        bar: int,
        phrase: Phrase,
        controls: tuple[float, ...],
        timeline: Timeline,
        played: str,
    ) -> None:
        self._next_bar = (bar, controls)

    def beat(self, time_s: float, beat: int) -> None:
        self._begin_bar(beat)
        self._put(BEAT, beat)

    def note_on(self, time_s: float, note: Note) -> None:
        self._begin_bar(note.start_beats)
        offset_ms = (time_s - self._clock.now_s()) * 1000
        values = (note.channel, note.pitch, note.velocity, note.duration_beats, offset_ms)
        self._put(NOTE, *values)

    def _begin_bar(self, beat: float) -> None:
        if (pending := self._next_bar) is not None and beat >= pending[0] * BEATS_PER_BAR:
            self._next_bar = None
            self._put(BAR, pending[0])
            for address, value in zip(LATENTS, pending[1], strict=False):
                self._put(address, value)

    def transport(self, time_s: float, event: str, beat: float) -> None:
        self._put(PLAY, int(event != "stop"))

    def param(self, name: str, value: float) -> None:
        for method in self._tree.showing.get(name, ()):
            self._put(method.address, method.shown(value))

    def waiting(self, name: str, value: float, beat: float) -> None:
        self._put(f"/livesyn/next/{name}", value, beat)

    def moved(self, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self._put(f"/livesyn/now/{name}", value)

    def modulation(self, row: int, field: str, value: float | str) -> None:
        self._put(f"/livesyn/modulation/{row}/{field}", value)

    def scene(self, name: str) -> None:
        self._put("/livesyn/scene/current", name)

    def chord(self, name: str) -> None:
        self._put("/livesyn/chord", name)

    def status(self, values: dict[str, float]) -> None:
        for name, value in values.items():
            self._put(f"/livesyn/status/{name}", value)

    def levels(self, values: dict[str, float]) -> None:
        for name, value in values.items():
            self._put(f"/livesyn/audio/{name}", value)

    def role(self, leads: bool) -> None:
        self._put(LEADS, int(leads))

    def model(self, name: str) -> None:
        self._put(MODEL, name)

    def panic(self, time_s: float) -> None:
        self._put(PANIC)
