"""MIDI in: notes and clock from Ableton or whatever else plays, with the times at which they
came.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterable, Sequence

from livesyn.base.clock import Clock
from livesyn.base.device import PolledDevice
from livesyn.base.errors import DeviceError
from livesyn.base.mailbox import Bounded
from livesyn.base.refusals import Refusals
from livesyn.midi.input_ports import QUEUE, MidiInPort, open_input
from livesyn.midi.keys import Keys, MidiEvent
from livesyn.midi.stamps import Stamps

CLIENT = "livesyn in"
WAITING_EVENTS = 1024
# how late an event is taken at most, and its time where the library does not tell
LISTEN_EVERY_S = 0.004
LOOK_EVERY_S = 0.5
_log = logging.getLogger("livesyn.sources")

# Kinds of refusals.
LOST, BAD = "that nobody could take in time", "that are none"

Take = Callable[[str, Sequence[Sequence[int]], float], Sequence[Sequence[int]]]
Opener = Callable[[str | None, str, str, set[str]], MidiInPort]


class MidiIn(PolledDevice):
    """One MIDI input by rtmidi: the port with `port` in its name, or (None, "") a virtual port
    `livesyn in` to play into.

    A thread of its own listens, and looks after the port: one that is lost is opened again within
    a second of its return, and its connections are restored; all notes end (a "rest") when it is
    lost, or a sender goes. Drop policy: `QUEUE` messages wait in the library, which then throws
    away what comes, and `WAITING_EVENTS` events here, of which the oldest goes first. Both are
    counted (`dropped`), and so is what was lost on the way on (`lose`); all notes end, since one of
    them may have lost its end. `bad` counts
    what was no MIDI message. What is dropped or bad is said once by `say(sentence)`, on the thread
    that listens (see `Refusals`). `controls(port, messages, now_s)` is asked each time, on that
    thread, and returns those messages that are to be heard here. `drain`, `health` and the
    figures are thread-safe.
    """

    def __init__(
        self,
        port: str | None,
        clock: Clock,
        client_name: str = CLIENT,
        api: str = "auto",
        opener: Opener = open_input,
        say: Callable[[str], object] = lambda sentence: None,
        controls: Take = lambda port, messages, now_s: messages,
    ) -> None:
        self._controls = controls
        self._wanted, self._clock, self._client_name, self._api, self._opener = (
            port or None,
            clock,
            client_name,
            api,
            opener,
        )
        self.name = f"MIDI in {port}" if port else f"MIDI in on the port {client_name!r}"
        super().__init__()
        self._peers: set[str] = set()
        self._port: MidiInPort | None = None
        self._missing = ""  # the senders that are waited for
        self._keys = Keys()
        self._stamps = Stamps()
        self._events: Bounded[MidiEvent] = Bounded(WAITING_EVENTS)
        self._told_dropped = self._overruns = 0
        self._lost_behind = self._told_behind = 0
        self._look_s = 0.0
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._refusals = Refusals(clock, say, "MIDI messages")

    @property
    def label(self) -> str:
        """The open port's name; "" while there is none."""
        port = self._port
        return port.label if port else ""

    @property
    def peers(self) -> tuple[str, ...]:
        """The ports it is connected to, where the system tells (JACK)."""
        return tuple(sorted(self._peers))

    def reconnect_to(self, peers: Iterable[str]) -> None:
        """Connect to these when it opens: a player that died was connected to them. Before
        `open`.
        """
        self._peers.update(peers)

    def total(self) -> str:
        """All that was refused, in a sentence; "" if nothing was."""
        return self._refusals.total()

    @property
    def dropped(self) -> int:
        """Events that nobody took in time, and one for each time that the library's queue ran
        over: how many messages it threw away it does not tell.
        """
        return self._events.dropped + self._overruns + self._lost_behind

    @property
    def bad(self) -> int:
        """What was no MIDI message."""
        return self._refusals.count(BAD)

    def open(self, required: bool = True) -> None:
        """Open the port and listen.

        Raises DeviceError when it cannot be had, and ends; if it is not `required`, it goes on
        trying.
        """
        self.close()
        self._ended = threading.Event()
        try:
            super().open()
        except DeviceError:
            if required:
                self._life.stop()
                raise
        self._thread = threading.Thread(
            target=self._listen, args=(self._ended,), name="midi-in", daemon=True
        )
        self._thread.start()

    def lose(self, count: int) -> None:
        """So many events were lost after they were taken here. Of one thread; whoever calls it ends
        the notes.
        """
        self._lost_behind += count

    def drain(self, timeout_s: float | None = 0.0) -> list[MidiEvent]:
        """All that happened since the last time, oldest first; nothing when none came within
        `timeout_s` (None: wait for ever).
        """
        events = self._events.drain(timeout_s)
        if events and self._events.dropped != self._told_dropped:
            self._told_dropped = self._events.dropped
            events.insert(0, MidiEvent("rest", events[0].time_s))
        return events

    def close(self) -> None:
        """Let go of the port. Closing twice, or unopened, is safe."""
        self._ended.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(3.0)
        self._life.stop()

    def _listen(self, ended: threading.Event) -> None:
        """The thread: it alone touches the port, from here on."""
        while not ended.wait(LISTEN_EVERY_S):
            try:
                self._tend(self._clock.now_s())
            except Exception as error:  # a driver's own: on stage all of them mean "lost"
                _log.debug("%s failed", self.name, exc_info=True)
                self._release()
                reason = f"{self.name} failed ({type(error).__name__}: {error}); it is opened again"
                self._life.lose(reason, self._clock.now_s())
        self._release()

    def _tend(self, now_s: float) -> None:
        if self._port is not None:
            messages = self._port.take()
            times_s = {  # of all, in their order: each says how long after the last it came
                id(message): self._stamps.time_s(since_last_s, now_s)
                for since_last_s, message in messages
            }
            plain = [message for _, message in messages]
            for message in self._controls(self._port.label, plain, now_s):
                self._hear(message, times_s.get(id(message), now_s))
            if len(messages) >= QUEUE - 1:
                self._overruns += 1
                self._put(self._keys.rest(now_s))
                self._tell_of_loss()
        if lost := self._lost_behind - self._told_behind:
            self._told_behind += lost
            self._tell_of_loss(lost)
        if self._port is None or now_s >= self._look_s:
            self._look_s = now_s + LOOK_EVERY_S
            self.maintain(now_s)

    def _hear(self, message: Sequence[int], time_s: float) -> None:
        try:
            self._put(self._keys.parse(message, time_s))
        except ValueError as error:
            sentence = f"{self.name}: {error}; it is left out"
            self._refusals.add(BAD, "", lambda: sentence)

    def _put(self, events: list[MidiEvent]) -> None:
        before = self._events.dropped
        for event in events:
            self._events.put(event)
        if lost := self._events.dropped - before:
            self._tell_of_loss(lost)

    def _tell_of_loss(self, count: int = 1) -> None:
        self._refusals.add(
            LOST,
            "",
            lambda: (
                f"{self.name}: more came at once than could be taken; the rest is lost (and counted"
                " as dropped), and all held notes were ended"
            ),
            count,
        )

    def _acquire(self) -> None:
        self._look_s = self._clock.now_s() + LOOK_EVERY_S
        self._stamps = Stamps()
        self._port = self._opener(self._wanted, self._client_name, self._api, self._peers)
        self._missing = self._port.missing()

    def _check(self) -> str:
        if self._port is None:
            return ""
        if reason := self._port.check():
            self._release()
        else:
            self._missing = self._port.missing()
            if self._port.parted():
                self._put(self._keys.rest(self._clock.now_s()))
        return reason

    def _hindrance(self) -> str:
        return self._missing

    def _release(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            self._put(self._keys.rest(self._clock.now_s()))
            with contextlib.suppress(Exception):
                port.close()
