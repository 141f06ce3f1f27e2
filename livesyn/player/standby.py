"""A second show that plays on when the first falls silent: both ends of the line between them.

The show that serves listens on a TCP port, its standby dials. Over the line go, both ways, who
leads (`livesyn.control.leading`), and from whoever leads its state. Whoever does not lead is muted
and follows: parameters, modulation, mapping, what waits for its line, and the transport, with its
time translated from one machine's clock to the other's.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from livesyn.base.addresses import STANDBY_PORT, THIS_MACHINE, parse_place
from livesyn.base.clock import Clock
from livesyn.base.health import LOST, OPENING, RUNNING, Health, State
from livesyn.base.params import BY_NAME
from livesyn.config import sections
from livesyn.control.leading import BEGIN_S, FENCE_S, RETURN_S, SILENT_S, Leading
from livesyn.control.mapping import MapRow
from livesyn.control.modulation import Row
from livesyn.control.quantise import Waiting
from livesyn.ipc import messages
from livesyn.ipc.network_socket import dial, listen
from livesyn.ipc.player_link import PlayerLink
from livesyn.player.core import Player
from livesyn.player.server import EngineServer
from livesyn.player.state import FOLLOWED
from livesyn.transport.clock_offset import ClockOffset
from livesyn.transport.timeline import BEATS_PER_BAR, Timeline

PING_S = 0.05
REDIAL_S = 1.0  # a line on which nothing came for so long is dialled anew
PAUSE_S = 0.2  # between two tries, at the most
GONE_S = 3.0  # a standby that said nothing for so long is said to be gone
APART_S = 0.001  # the transport may be off by so much before it is set right
MOST_BEATS = 1e7  # weeks
LATE_S = 0.1  # a look that came later than this was kept waiting by this machine

LEADS, FOLLOWS, WAITS = "leads", "follows", "waits"


class Followed(Protocol):
    """What a follower asks of the show's state."""

    def follow(
        self,
        values: dict[str, float],
        rows: Sequence[Row] | None = None,
        waiting: Sequence[Waiting] | None = None,
    ) -> None: ...

    def follow_row(self, index: int, row: Row) -> None: ...

    def set_chord(
        self, chord: Sequence[int], origin: str = "", asked_s: float | None = None
    ) -> None: ...


class Standby:
    """One end of the line. `found` is, for a player that was started again, whether the one before
    it led, and as the how-manieth.

    `say(sentence)` tells people; `on_role(role)` is called when the role changes. Thread-safe.
    """

    def __init__(
        self,
        config: sections.Standby,
        clock: Clock,
        player: Player,
        state: Followed,
        *,
        welcome: Callable[[], messages.Welcome],
        replace_map: Callable[[tuple[MapRow, ...]], object] = lambda rows: None,
        say: Callable[[str], object] = lambda sentence: None,
        on_role: Callable[[messages.Role], object] = lambda role: None,
        seed: int = 0,
        found: tuple[bool, int] | None = None,
    ) -> None:
        self._clock, self._player, self._state = clock, player, state
        self._welcome, self._replace_map, self._seed = welcome, replace_map, seed
        self._say, self._on_role = say, on_role
        self._lock = threading.RLock()
        self._serves = config.of is None
        self._other = "the standby" if self._serves else f"the show at {config.of}"
        now_s = clock.now_s()
        led, term = found or (self._serves, 0)
        self._leading = Leading(self._serves, term=term)
        if led:
            self._leading.wait(now_s + (RETURN_S if found else BEGIN_S))
        self._role, self._asker = "", ""
        self._fenced = False
        self._who = secrets.token_hex(4)
        self._heard_from: str = ""  # the one standby that is listened to
        self._heard_s: float | None = None  # anything of the other
        self._theirs_s: float | None = None  # the newest moment of their clock that is known
        self._clocks = ClockOffset()
        self._offset_s: float | None = None  # their clock minus ours
        self._transport: tuple[Timeline, bool] | None = None  # theirs, by their clock
        self._mapped: tuple[MapRow, ...] | None = None
        self._connections = 0
        self._stepped_s = self._dialled_s = now_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="standby", daemon=True)
        self._server: EngineServer | None = None
        self._link: PlayerLink | None = None
        token = config.token or ""
        if config.of is not None:
            place = parse_place("--standby", config.of, port=STANDBY_PORT)
            self._link = PlayerLink(
                config.of,
                self._hear_leader,
                heartbeat=False,
                dial=lambda: (dial(*place), token),
                union=messages.ToStandby,
                pause_s=PAUSE_S,
            )
        elif config.serve is not None:
            place = parse_place("--serve-standby", config.serve, host=THIS_MACHINE)
            self._server = EngineServer(
                Path(),
                clock,
                welcome,
                self._hear_standby,
                say=say,
                listener=lambda: (listen(*place), token),
                union=messages.FromStandby,
                peer="standby",
            )
        player.on_fence = self._fence
        player.mute_at_once()

    # Life.

    def start(self) -> None:
        """Listen, or dial. Raises DeviceError."""
        if self._server is not None:
            self._server.start()
        if self._link is not None:
            self._link.start()
        self._thread.start()

    def stop(self, told: bool) -> None:
        """Hang up. `told`: the show was told to end, so the other need not play on."""
        if told and self.leads:
            self._send(messages.Leaving())
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(1.0)
        if self._link is not None:
            self._link.close()
        if self._server is not None:
            self._server.stop()

    def _run(self) -> None:
        while not self._stopping.wait(PING_S):
            self.step(self._clock.now_s())

    @property
    def leads(self) -> bool:
        """Whether what this show plays is heard."""
        return self._leading.leads

    @property
    def term(self) -> int:
        """The how-manieth to lead."""
        return self._leading.term

    @property
    def memory(self) -> tuple[bool, int]:
        """What a player that is started again has to know: see `found`."""
        return self._leading.leads or self._leading.waits_until_s is not None, self._leading.term

    @property
    def port(self) -> int | None:
        """Where it listens."""
        return self._server.port if self._server is not None else None

    def take_over(self, origin: str) -> None:
        """Lead now, whoever does."""
        with self._lock:
            if self._leading.leads:
                return
            self._asker = origin or "somebody"
            self._leading.take_over()
            self._settle()

    # Looking and telling.

    def step(self, now_s: float) -> None:
        """Look whether the other still leads, and tell it how things are here; 20 times a
        second.
        """
        with self._lock:
            late_s = now_s - self._stepped_s - PING_S
            self._stepped_s = now_s
            leading = self._leading
            if late_s > LATE_S and leading.heard_s is not None:
                leading.heard_s += late_s  # it was we who could not hear
            if self._fenced:
                self._fenced = False
                if leading.leads:
                    leading.wait(now_s + RETURN_S)
            leading.look(now_s)
            self._settle()
            known = self._heard_s is not None and now_s - self._heard_s < RETURN_S
            self._player.fence_s = FENCE_S if leading.leads and known else float("inf")
            self._align(now_s)
        if self._link is not None:
            self._ping(self._link, now_s)

    def _ping(self, link: PlayerLink, now_s: float) -> None:
        if not link.connected:
            self._dialled_s = now_s
            return
        with self._lock:
            if link.connections != self._connections:  # another machine, or it was started again
                self._connections = link.connections
                self._clocks.forget()
                self._theirs_s, self._dialled_s = None, now_s
                link.send(messages.Ask() if not self.leads else self._welcome())
            if now_s - max(self._dialled_s, self._heard_s or 0.0) > REDIAL_S:
                self._dialled_s = now_s
                link.redial()
                return
            ping = messages.Ping(
                self._who,
                now_s,
                self._says_it_leads(now_s),
                self.term,
                self._theirs_s,
                self._clocks.offset_s,
            )
        link.send(ping)

    def _says_it_leads(self, now_s: float) -> bool:
        """A player whose scheduler hangs is of no use, whatever else of it still answers."""
        return self.leads and now_s - self._player.stepped_s < FENCE_S

    def tell(self, *told: messages.Message) -> None:
        """Pass on what has changed in the show, while it leads."""
        if self.leads:
            self._send(*(message for message in told if isinstance(message, messages.STATE)))

    def _send(self, *told: messages.Message) -> None:
        if self._server is not None:
            self._server.tell(*told)
        if self._link is not None and self._link.connected:
            for message in told:
                self._link.send(message)

    # Hearing.

    def _hear_leader(self, message: messages.Message) -> None:
        """Of the show that was dialled."""
        now_s = self._clock.now_s()
        with self._lock:
            if isinstance(message, messages.Refusal):
                self._say(f"{self._other} turned this one away: {message.text}")
            elif not isinstance(message, messages.Pong):
                self._heard_s = now_s
                self._hear(message)
            elif message.who == self._who and now_s - message.sent_s < SILENT_S:
                self._heard_s = now_s
                self._clocks.add(message.sent_s, message.now_s, now_s)
                self._offset_s, self._theirs_s = self._clocks.offset_s, message.now_s
                self._leading.hear(message.leads, message.term, now_s)
                self._settle()

    def _hear_standby(self, message: messages.Message) -> None:
        """Of the show that dialled."""
        now_s = self._clock.now_s()
        with self._lock:
            if not isinstance(message, messages.Ping):
                self._hear(message)
                return
            if message.who != self._heard_from:
                if self._heard_s is not None and now_s - self._heard_s < GONE_S:
                    return  # one standby is enough; another would take over too
                self._heard_from = message.who
            self._heard_s = now_s
            if message.offset_s is not None:
                self._offset_s = -message.offset_s
            heard_s = message.heard_s
            fresh = heard_s is not None and 0 <= now_s - heard_s < SILENT_S
            self._leading.hear(message.leads, message.term, now_s, fresh)
            self._settle()
            leads = self._says_it_leads(now_s)
        if self._server is not None:
            self._server.tell(messages.Pong(message.who, message.sent_s, now_s, leads, self.term))

    def _hear(self, message: messages.Message) -> None:
        """What either end may say."""
        match message:
            case messages.Ask():
                if self.leads:
                    self._send(self._welcome())
            case messages.Leaving():
                if not self.leads and not self._leading.ended:
                    self._leading.bid_farewell()
                    self._say(f"{self._other} was told to end; take_over plays on here")
            case _ if not self.leads and self._leading.waits_until_s is None:
                self._follow(message)

    def _follow(self, message: messages.Message) -> None:
        match message:
            case messages.Welcome():
                self._transport = message.timeline.value(), message.playing
                self._state.follow(message.params, message.modulation, message.waiting)
                if message.mapping is not None:
                    self._follow_map(message.mapping.rows)
                self._state.set_chord(message.chord, FOLLOWED)
                if message.seed != self._seed:
                    self._say(
                        f"{self._other} draws from seed {message.seed}, this one from {self._seed};"
                        f" start it with --seed {message.seed} to draw the same"
                    )
                    self._seed = message.seed
                self._align(self._clock.now_s())
            case messages.TimelineChange():
                self._transport = message.timeline.value(), message.playing
                self._align(self._clock.now_s())
            case messages.ParamChange():
                self._state.follow({message.name: message.value})
            case messages.ChordChange():
                self._state.set_chord(message.chord, FOLLOWED)
            case messages.ModulationChange():
                self._state.follow_row(message.row - 1, message.value)
            case messages.ChangesWaiting():
                self._state.follow({}, waiting=message.changes)
            case messages.MapState():
                self._follow_map(message.rows)

    def _follow_map(self, rows: tuple[MapRow, ...]) -> None:
        if rows != self._mapped:
            self._mapped = rows
            self._replace_map(rows)

    def _align(self, now_s: float) -> None:
        """Where the transport is not theirs, make it so."""
        if self.leads or self._transport is None or self._offset_s is None:
            return
        theirs, playing = self._transport
        timeline = Timeline(theirs.beat, theirs.time_s - self._offset_s, theirs.bpm)
        tempo_is_legal = BY_NAME["tempo"].clamp(timeline.bpm) == timeline.bpm
        if not (tempo_is_legal and -BEATS_PER_BAR <= timeline.beat_at(now_s) <= MOST_BEATS):
            self._transport = None  # no show's: a player would have no end of catching up
            self._say(f"{self._other} tells of a transport that cannot be; it is not followed")
            return
        own = self._player.show
        apart_s = (own.timeline.beat_at(now_s) - timeline.beat_at(now_s)) * 60 / timeline.bpm
        if own.playing != playing or (
            playing and (own.timeline.bpm != timeline.bpm or abs(apart_s) > APART_S)
        ):
            self._player.shadow(timeline, playing)

    # Who leads.

    def _fence(self) -> None:
        """The player stood still, and has muted itself. On its thread."""
        self._fenced = True

    def _settle(self) -> None:
        """Do what the role asks, where it is a new one."""
        leading, before = self._leading, self._role
        silent = WAITS if leading.waits_until_s is not None else FOLLOWS
        role = LEADS if leading.leads else silent
        if role == before:
            return
        self._role = role
        self._player.mute(role != LEADS)
        if role == FOLLOWS:
            self._transport = self._mapped = None
            self._send(messages.Ask())
        elif role == LEADS:
            self._send(self._welcome())
        if sentence := self._sentence(before, role):
            self._say(sentence)
        self._asker = ""
        self._on_role(messages.Role(leading.leads, self.words))

    def _sentence(self, before: str, role: str) -> str:
        """What is said of a change of roles; "" of what nobody need know."""
        if role == FOLLOWS and not before:
            return f"this show is muted and follows {self._other} once it answers"
        if role == FOLLOWS:
            return (
                f"{self._other} leads; this show is muted and follows it: take_over takes the lead"
                " back"
            )
        if role == LEADS and self._asker:
            return f"this show leads now: {self._asker} asked for it"
        if role == LEADS and before == FOLLOWS:
            return (
                f"{self._other} was silent for {SILENT_S:g} s: this show has taken over, and leads"
            )
        if role == WAITS and before == LEADS:
            return "this show stood still for a while; it is muted until it knows who leads"
        if role == LEADS and before == WAITS and self._heard_s is not None:
            return "this show leads"
        return ""

    @property
    def words(self) -> str:
        """The role, for people."""
        known = self._heard_s is not None
        if self._role == LEADS:
            after = "" if not known else f", {self._other} follows" if self._serves else ", alone"
            return f"leads{after or ', no standby yet'}"
        if self._role == WAITS:
            return "muted, finds out who leads"
        if self._leading.ended:
            return f"muted; {self._other} has ended"
        if self._leading.heard_s is None:
            return f"muted, waits for {self._other}"
        return f"muted, follows {self._other}"

    def role(self) -> messages.Role:
        """The role now."""
        return messages.Role(self.leads, self.words)

    def health(self) -> Health:
        """How the line is doing."""
        now_s, heard_s = self._clock.now_s(), self._heard_s
        if heard_s is not None and now_s - heard_s > GONE_S and not self._leading.ended:
            return Health("standby", LOST, f"no word of {self._other}", label=self.words)
        state: State = OPENING if heard_s is None and not self._serves else RUNNING
        return Health("standby", state, label=self.words)
