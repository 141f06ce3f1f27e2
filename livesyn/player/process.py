"""The player process: builds the sinks, wires the threads, leaves no note behind.

`python -m livesyn.player --socket PATH`, with the show's config as the first line of stdin.
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from livesyn.base import params, signals
from livesyn.base.addresses import gate_of, parse_target
from livesyn.base.clock import Clock, SystemClock
from livesyn.base.errors import DeviceError, LivesynError
from livesyn.base.health import LOST, OFF, Announcements, Health
from livesyn.base.osc_addresses import MODEL, SET_BY
from livesyn.base.params import BY_ADDRESS, FOLLOW, LEVELS
from livesyn.base.places import path_of
from livesyn.base.scheduling import favour_process
from livesyn.config.sections import AUTO, NONE, VIRTUAL, Config
from livesyn.config.sections import OFF as NO_LOG
from livesyn.config.session_file import LeftAs
from livesyn.control.modulation import LATENTS
from livesyn.control.osc_map import OscMap
from livesyn.control.osc_map_file import load as load_map
from livesyn.ipc import child_start, messages, set_log
from livesyn.ipc.child_messages import (
    Beat,
    Bye,
    Command,
    Error,
    Panic,
    Param,
    PlayerFigures,
    Ready,
    Stop,
)
from livesyn.ipc.child_pipe import ChildPipe
from livesyn.ipc.messages import VERSION, FromEngine
from livesyn.midi.keys import MidiEvent
from livesyn.player import snapshot
from livesyn.player.audience import EnginesAndSinks
from livesyn.player.band import Band
from livesyn.player.control_port import ControlPort
from livesyn.player.core import Player
from livesyn.player.housekeeping import WEDGED_S, Housekeeping, calm_garbage, collect
from livesyn.player.link_child import LinkChild
from livesyn.player.log_lines import begin_of
from livesyn.player.midi_control import MidiControl
from livesyn.player.movement import Mover
from livesyn.player.newest import Change
from livesyn.player.notes_input import NotesInput
from livesyn.player.osc_control import OscControl
from livesyn.player.oscquery import OscQuery
from livesyn.player.scene_library import SceneLibrary
from livesyn.player.scenes import SceneMemory, Scenes
from livesyn.player.scheduler import Scheduler
from livesyn.player.server import EngineServer
from livesyn.player.set_log import SetLog
from livesyn.player.standby import Standby
from livesyn.player.state import ShowState
from livesyn.player.sync import INTERNAL, LINK, MIDI, SETTINGS, Sync
from livesyn.sinks.base import Sink
from livesyn.transport.timeline import Timeline

# how long another thread may keep the interpreter; shorter than scheduler.NEAR_S
SWITCH_S = 0.0003
ENGINE_SILENT_S = 0.5
SCENES_MODEL = "syn-vae"  # the kind of which a scene names one
CHORDS_CLIENT = "livesyn chords"
LEAVE_S = 3
CLOCK_CLIENT = "livesyn clock"

if TYPE_CHECKING:
    from livesyn.player.artnet_in import ArtnetIn

NAMES = {
    "midi": "MIDI",
    "midi_in": "MIDI in",
    "chords_in": "MIDI in for chords",
    "live": "Ableton Live",
    "clock_in": "MIDI clock in",
    "sync": "the leader of the beat",
    "osc": "OSC out",
    "osc_in": "OSC in",
    "oscquery": "OSCQuery",
    "recorder": "the recorder",
    "set log": "the set log",
    "lights": "DMX out",
    "artnet_in": "Art-Net in",
    "standby": "the line to the other show",
}

NO_MAPS: Mapping[str, OscMap] = MappingProxyType({})

log = logging.getLogger(__name__)


def ignore(*_: object) -> None:
    """Nobody is to hear of it."""


def load_maps(config: Config, say: Callable[[str], object]) -> dict[str, OscMap]:
    """Name of each map of OSC addresses -> the map. One that cannot be read is left out, and said:
    the show may have begun with it, and goes on.
    """
    maps = {}
    for name in config.osc.maps:
        try:
            maps[path_of(name).stem] = load_map(path_of(name))
        except LivesynError as error:
            say(f"{error}; the show plays without it")
    return maps


def build_sinks(
    config: Config,
    maps: Mapping[str, OscMap] = NO_MAPS,
    values: Mapping[str, float] | None = None,
) -> tuple[Sink, ...]:
    """The sinks of a config, not yet open; `values` are the parameters that they begin with."""
    sinks: list[Sink] = []
    if config.midi.on:
        from livesyn.sinks.midi import MidiOut

        sinks.append(MidiOut(config.midi.out, virtual=config.midi.out is None))
    if config.osc.out:
        from livesyn.sinks.osc import OscOut

        sinks.append(OscOut([parse_target(target) for target in config.osc.out]))
    for name, osc_map in maps.items():
        from livesyn.sinks.osc_map import MappedOscOut

        sinks.append(MappedOscOut(osc_map, name))
    if config.record.folder is not None:
        from livesyn.sinks.recorder import Recorder

        sinks.append(Recorder(config.record.folder))
    if config.lights.fixtures:
        from livesyn.sinks.lights import Lights

        sinks.append(Lights(config.lights, params.defaults() | dict(values or {})))
    return tuple(sinks)


class PlayerProcess:
    """Everything of one player, wired.

    `run` returns the exit code; `end(code)` makes it return, from any thread.
    """

    def __init__(
        self,
        socket_path: Path,
        config: Config,
        child_pipe: ChildPipe,
        sinks: Sequence[Sink] | None = None,
        unix: bool | None = None,
    ) -> None:
        self.clock: Clock = SystemClock()
        self._config = config
        self._memory_path = socket_path.with_name(socket_path.name + ".show")
        self._found = snapshot.load(self._memory_path)
        values = dict(config.params) | dict(self._found.params if self._found else {})
        self._maps = load_maps(config, lambda sentence: child_pipe.report(Error(sentence)))
        self.oscquery: OscQuery | None = None
        self.sinks = build_sinks(config, self._maps, values) if sinks is None else tuple(sinks)
        if sinks is None and config.osc.in_port and config.osc.query:
            self.oscquery = self._oscquery()
            self.sinks += (self.oscquery,)
        # made here, and not by `build_sinks`: it is the player's own
        self.log: SetLog | None = None
        if config.log.to not in (AUTO, NO_LOG):
            self.log = SetLog(
                Path(config.log.to),
                self.clock,
                config.log.limit_mb << 20,
                due_s=lambda: self.player.due_s,
            )
            self.sinks += (self.log.tape,)
        self.house = Housekeeping(
            self.clock, watchdog=sinks is None, due_s=lambda: self.player.due_s
        )
        self.upkeep = Housekeeping(
            self.clock, due_s=lambda: self.player.due_s
        )  # apart: a sound server that hangs may keep it for seconds
        self.disk = Housekeeping(
            self.clock, due_s=lambda: self.player.due_s
        )  # apart too: a busy disk takes tenths of a second, and echoes would wait for it
        self.player = Player(
            self.sinks,
            self.clock,
            values,
            defer=self.house.defer,
            notify=lambda message: self._tell(message),
            journal=self.log,
        )
        self.state = ShowState(
            self.player,
            self.clock,
            values,
            self._echo,
            self._announce,
            self.house.defer,
            timeline=self._timeline,
            audience=EnginesAndSinks(
                lambda message: self._tell(message),
                self.player.tell,
                lambda name: self.state.course.values[name],
                lambda fade: self.scenes.begins(fade),
            ),
            rows=self._found.modulation if self._found else config.modulation.rows,
            waiting=self._found.waiting if self._found else (),
            fades=self._found.fades if self._found else (),
            next_rows=self._found.next_rows if self._found else None,
            seed=config.model.seed,
            wake=lambda: self.mover.wake(),
            leader=lambda origin: self.sync.leader(origin),
            led=lambda: self.sync.led,
            say=self._say,
            **({} if self.log is None else {"asked": self.log.asked}),
        )
        self.mover = Mover(self.state.step, self.clock, due_s=lambda: self.player.due_s)
        self.player.value_at = lambda name, beat: self.state.course.value(name, beat)
        self.sync = Sync(
            self.player,
            self.clock,
            self.state.set_param,
            starts=lambda: config.source.kind != NONE,
            say=self._say,
            tell_link=lambda order: self.link.tell(order),
            link_health=lambda: self.link.health(),
        )
        self.link = LinkChild(self.clock, self.sync.join_link, self.sync.take_link)
        self.scheduler = Scheduler(self.player, lambda sentence: self.fail(sentence), self._beat)
        options: dict[str, Any] = {} if unix is None else {"unix": unix}
        self.server = EngineServer(
            socket_path,
            self.clock,
            self._welcome,
            self._obey_engine,
            say=self._say,
            on_drop=self._note_drop,
            **options,
        )
        self.child_pipe = child_pipe
        self.osc: Any = None
        self.web_osc: OscControl | None = None  # what comes by OSCQuery's WebSockets
        self.notes: NotesInput | None = None
        self.chords_in: NotesInput | None = None
        self.band = Band(
            config.band,
            self.state,
            lambda: FOLLOW[int(self.state.course.values["follow"])],
            self.clock,
            self._say,
        )
        self._said_no_chords = False
        self.artnet: ArtnetIn | None = None
        self.control = MidiControl(
            self.state,
            self.clock,
            self._found.rows if self._found else config.midi.map,
            self._tell_of_controls,
            self._say,
            playing=lambda: self.player.show.playing,
            due_s=lambda: self.player.due_s,
            file=Path(config.midi.map_file) if config.midi.map_file else None,
            open_port=lambda: self.upkeep.defer(self._open_port_to_learn),
            scenes=lambda: self.scenes,
        )
        self.scenes = Scenes(
            SceneLibrary(Path(config.scenes.folder) if config.scenes.folder else None, self._say),
            self.state,
            self.clock,
            self.server.tell,
            self._say,
            timeline=self._timeline,
            mapping=lambda: self.control.rows,
            use_mapping=self.control.replace,
            use_model=lambda name: self._use_model(name, "scene"),
            announce=lambda name: self.house.defer(lambda: self.player.tell("scene", name)),
            write=self.disk.defer,
            source=None
            if config.source.kind == NONE
            else (config.source.kind, config.source.value),
            model=config.model.name,
            memory=self._found.scenes if self._found else SceneMemory(config.scenes.current or ""),
        )
        self._left_as: LeftAs | None = None
        self.control_ports: list[ControlPort] = []
        # the checkpoints that an engine played by last, by kind: what another one is to play by
        self.models: dict[str, str] = dict(self._found.models) if self._found else {}
        self.clock_in: NotesInput | None = None
        self.standby = self._standby()
        self._announcements = Announcements(lambda text: self.child_pipe.report(Error(text)))
        self._ends, self._end = os.pipe()
        self._over = False  # the show is, not this player alone
        self._told = False  # and was meant to be

    # Life.

    def run(self) -> int:
        """Play until told to end. Raises nothing; a user's mistake is reported and returns 2."""
        self.child_pipe.start(self._obey_supervisor, self._end_show)
        try:
            self._open()
        except LivesynError as error:
            self.child_pipe.report(Error(str(error), fatal=True))
            self._close()
            return 2
        self._start()
        code = os.read(self._ends, 1)[0]
        self._leave()
        return code

    def end(self, code: int) -> None:
        """Make `run` return `code`; the first call counts. Safe in signal handlers."""
        os.write(self._end, bytes([code]))

    def _end_show(self) -> None:
        """The supervisor said so, or is gone: nobody will go on from this show."""
        self._over = True
        self.end(0)

    def _told_to_end(self) -> None:
        """The user said so: no standby need play on."""
        self._told = True
        self._end_show()

    def fail(self, sentence: str) -> None:
        """Report and end: the supervisor starts another player."""
        self.child_pipe.report(Error(sentence))
        self.end(1)

    def _open(self) -> None:
        """Open the devices. The first player of a show refuses what the user asked for in vain; one
        that was started again plays on without it and keeps trying.
        """
        for sink in self.sinks:
            if self._found and hasattr(sink, "reconnect_to"):
                sink.reconnect_to(self._found.peers.get(sink.name, ()))
            if self._found and isinstance(sink, OscQuery):
                sink.open_later()
                continue
            try:
                sink.open()
                if self.standby is None or self._found is not None:
                    sink.panic(self.clock.now_s())  # a player that was killed may have left notes
            except DeviceError as error:
                if self._found is None and not (
                    sink.name == "midi" and self._config.midi.out is None
                ):
                    raise  # but a machine without MIDI still plays to the page and to OSC
                self._see(
                    Health(sink.name, LOST, str(error)),
                    "; it joins the running show when it can be had",
                )
        self._open_log()
        self.server.start()
        for name in SETTINGS:
            self.sync.note(name, self.state.params()[name])
        self._open_midi_in()
        self._open_chords_in(required=self._found is None and self._config.band.chords is not None)
        self._open_artnet_in()
        self._open_control_ports()
        for rule in (rule for osc_map in self._maps.values() for rule in osc_map.out):
            if (param := BY_ADDRESS.get(rule.source)) is not None:
                self.state.report(param.name)  # the other program begins where we do
        self._open_clock_in(required=self._found is None and self._config.midi.clock is not None)
        if self._config.osc.in_port:
            self.osc = self._osc_control()
            try:
                self.osc.open()
            except DeviceError:
                if self._found is None:
                    raise
                self._see(self.osc.health())

    def _open_log(self) -> None:
        if self.log is not None:
            try:
                self.log.open()
            except DeviceError:
                if self._found is None:
                    raise
                self._see(self.log.health())

    def _begin_log(self) -> None:
        """The show as it is before its first step."""
        if self.log is not None:
            again = self._found is not None
            self.log.start(begin_of(self._config, self.player, self.state, again))

    def _open_artnet_in(self) -> None:
        if not self._config.artnet.faders:
            return
        from livesyn.player.artnet_in import ArtnetIn

        self.artnet = ArtnetIn(self._config.artnet, self.state, self.clock, self._say)
        try:
            self.artnet.open()
        except DeviceError:
            if self._found is None:
                raise
            self._see(self.artnet.health())

    def _standby(self) -> Standby | None:
        """This end of the line between two shows, where there is one."""
        standby = self._config.standby
        if standby.of is None and standby.serve is None:
            return None
        made = Standby(
            standby,
            self.clock,
            self.player,
            self.state,
            welcome=self._welcome,
            replace_map=self.control.replace,
            say=self._say,
            on_role=self._tell_role,
            seed=self._config.model.seed,
            found=self._found.role if self._found else None,
        )
        self.state.take_over = made.take_over
        return made

    def _tell_role(self, role: messages.Role) -> None:
        """Tell engines and sinks who leads."""
        self.server.tell(role)
        self.house.defer(lambda: self.player.tell("role", role.leads))

    def _tell(self, *told: messages.Message) -> None:
        """Tell the engines, and a standby."""
        self.server.tell(*told)
        if self.standby is not None:
            self.standby.tell(*told)

    def _osc_control(self) -> OscControl:
        osc = self._config.osc
        return OscControl(
            self.state,
            osc.in_host,
            osc.in_port,
            osc.allow,
            dump=lambda name, value: self.state.report(name),
            dump_modulation=self.state.report_modulation,
            say=self._say,
            clock=self.clock,
            due_s=lambda: self.player.due_s,
            report=self._report_osc,
            playing=lambda: self.player.show.playing,
            learn=self.control.learn,
            unlearn=self.control.unlearn,
            use_model=lambda name: self._use_model(name, "osc"),
            models=lambda: tuple(self.models.values()),
            scenes=self.scenes,
            entries=[entry for osc_map in self._maps.values() for entry in osc_map.into],
        )

    def _oscquery(self) -> OscQuery:
        """The server of OSCQuery, and an OSC in of its own behind its WebSockets."""
        osc = self._config.osc

        def hear(packet: bytes, sender: str, answer: Callable[[bytes], object]) -> None:
            if self.web_osc is None:
                self.web_osc = self._osc_control()
            self.web_osc.hear(packet, sender, answer)

        return OscQuery(
            osc.in_host,
            osc.in_port,
            params=lambda: self.state.params(),
            hear=hear,
            is_allowed=gate_of(osc.allow),
            allow=osc.allow,
            say=self._say,
            clock=self.clock,
            due_s=lambda: self.player.due_s,
        )

    def _report_osc(self, address: str) -> None:
        """Tell by OSC what somebody asked for."""
        if (name := SET_BY.get(address)) is not None:
            self.state.report(name)
            return
        if address == MODEL:
            self.house.defer(self._announce_models)
            return
        show = self.player.show
        event = "continue" if show.playing else "stop"
        now_s = self.clock.now_s()
        beat = show.timeline.beat_at(now_s)
        self.house.defer(lambda: self.player.tell("transport", now_s, event, beat, announce=True))

    def _announce_models(self) -> None:
        for name in self.models.values():
            self.player.tell("model", name, announce=True)

    def _open_midi_in(self) -> None:
        if self._config.sound.kind != "midi":
            return
        from livesyn.sources.midi_in import MidiIn

        own_chords = self._config.band.chords is None  # else they come by a port of their own

        def hear(port: str, data: Sequence[Sequence[int]], now_s: float) -> Sequence[Sequence[int]]:
            chords = own_chords and self.band.wants_chords
            return self.control.hear(port, data, now_s, learns_notes=not chords)

        def hear_midi(events: Sequence[MidiEvent], now_s: float) -> None:
            if self._config.midi.clock is None:
                self.sync.take_midi(events, now_s)
            if own_chords:
                self.band.take_midi(events, now_s)

        midi = MidiIn(self._config.sound.value, self.clock, say=self._say, controls=hear)
        if self._found:
            midi.reconnect_to(self._found.peers.get("midi_in", ()))
        self.notes = NotesInput(
            midi,
            self.clock,
            lambda: self.player.show.timeline,
            self._take_notes,
            heard=hear_midi,
            wait_s=self.band.wait_s if own_chords else lambda now_s: math.inf,
        )
        self.notes.open(required=self._found is None)

    def _open_chords_in(self, required: bool = False) -> None:
        """Listen to chords where they are wanted and are not heard yet."""
        port = self._config.band.chords
        if self.chords_in is not None or (
            port is None and (self.notes is not None or not self.band.wants_chords)
        ):
            return
        if port is None and not self._config.midi.on:
            if not self._said_no_chords:
                self._said_no_chords = True
                self._say("MIDI is off (--no-midi), so no chords are heard; name their port")
            return
        from livesyn.sources.midi_in import MidiIn

        midi = MidiIn(port, self.clock, client_name=CHORDS_CLIENT, say=self._say)
        if self._found:
            midi.reconnect_to(self._found.peers.get("chords_in", ()))
        chords_in = NotesInput(
            midi,
            self.clock,
            lambda: self.player.show.timeline,
            lambda message: None,  # they are no notes for pictures
            heard=self.band.take_midi,
            name="chords_in",
            wait_s=self.band.wait_s,
        )
        chords_in.open(required)
        self.chords_in = chords_in

    def _take_notes(self, notes: messages.NotesIn) -> None:
        """What is played on the MIDI input."""
        self.server.tell(notes)
        if self.log is not None and notes.events:
            self.log.put(set_log.NotesPlayed(self.clock.now_s(), notes.events))

    def _tell_of_controls(self, message: messages.Message) -> None:
        """What the map is, or where its knobs stand."""
        self._tell(message)
        if self.log is not None and isinstance(message, messages.MapState):
            self.log.mapped(message.rows)

    def _open_control_ports(self) -> None:
        """Open the ports of controls that were named, or a virtual one where the show comes with a
        map and no other port is listened to.
        """
        midi = self._config.midi
        if not midi.on:
            return
        names = midi.control
        if not names and self.notes is None and self.control.rows is not None:
            names = (VIRTUAL,)
        for name in names:
            required = self._found is None and name != VIRTUAL
            self._open_control_port(name, required)

    def _open_port_to_learn(self) -> None:
        """Something is to be learnt: a virtual port, if nothing listens yet."""
        if not self._config.midi.on:
            self._say("MIDI is off (--no-midi): only keys can be learnt")
        elif not self.control_ports and self.notes is None:
            self._open_control_port(VIRTUAL, required=False)

    def _open_control_port(self, name: str, required: bool) -> None:
        port = ControlPort(
            name,
            len(self.control_ports),
            self.clock,
            self.control.hear_only,
            self._say,
            feedback=self._config.midi.feedback,
        )
        if self._found:
            port.reconnect_to(self._found.peers.get(port.name, ()))
        self.control_ports.append(port)
        port.open(required)

    def _tend_link(self) -> None:
        """Be in a Link session while it is to lead."""
        now_s, running = self.clock.now_s(), self.link.health().state != OFF
        if self.sync.source != LINK:
            if running:
                self.link.close()
        elif running:
            self.link.maintain(now_s)
        else:
            with contextlib.suppress(DeviceError):  # its light says so, and it is tried again
                self.link.open()

    def _open_clock_in(self, required: bool = False) -> None:
        """Listen to a MIDI clock where one is wanted and is not heard yet."""
        port = self._config.midi.clock
        if self.clock_in is not None and port is None and self.sync.source != MIDI:
            if self.clock_in.health().state == LOST:  # nobody waits for it
                self.clock_in.close()
                self.clock_in = None
            return
        heard = self.clock_in is not None or (port is None and self.notes is not None)
        if heard or (port is None and self.sync.source != MIDI):
            return
        from livesyn.sources.midi_in import MidiIn

        midi = MidiIn(
            port,
            self.clock,
            client_name=CLOCK_CLIENT,
            say=self._say,
            controls=self.control.hear,
        )
        if self._found:
            midi.reconnect_to(self._found.peers.get("clock_in", ()))
        clock_in = NotesInput(
            midi,
            self.clock,
            lambda: self.player.show.timeline,
            ignore,
            heard=self.sync.take_midi,
            name="clock_in",
        )
        clock_in.open(required)
        self.clock_in = clock_in

    def _start(self) -> None:
        sys.setswitchinterval(SWITCH_S)
        goes_on = self._found and self._found.playing and self._found.is_fresh(self.clock.now_s())
        if self._found and goes_on and self._found.last is not None:
            self.player.recall(*self._found.last)
        self._begin_log()
        if self._found and goes_on:
            self.player.resume(self._found.timeline)
        elif self._config.standby.of is not None:
            pass  # it plays when the other does
        elif self._config.source.kind != NONE and not (self._found and not self._found.playing):
            self.player.play()
        if self._found and self._found.chord:
            self.state.set_chord(self._found.chord, "player")
        self.house.every(0.1, self.child_pipe.flush)
        self.house.every(0.1, self.state.announce_due)
        self.house.every(0.1, self.control.report)
        self.house.every(0.1, self.scenes.follow)
        self.house.every(0.1, self.sync.tick)
        self.upkeep.every(0.5, self._maintain)
        self.house.every(1.0, self._report)
        self.disk.every(1.0, self._remember)
        self.disk.every(1.0, self.control.save)
        self.disk.every(0.5, self.scenes.look)
        self.disk.every(1.0, self._leave_note)
        self.house.every(10.0, collect)
        self.player.step(self.clock.now_s())  # so that whoever asks from now on finds it playing
        self._tend_link()  # now, so that a session that begins with it begins on its beat
        calm_garbage()
        self.scheduler.start()
        if self.standby is not None:
            self.standby.start()
        self.child_pipe.report(
            Ready(
                os.getpid(),
                {
                    "realtime": self.scheduler.realtime,
                    "words": self.scheduler.realtime_words,
                    "osc_in": self.osc.port if self.osc and self.osc.available else None,
                },
            )
        )
        self.house.start()
        self.mover.start()
        self.upkeep.start()
        self.disk.start()

    def _leave(self) -> None:
        """See the notes out. A player that was only signalled, or failed, keeps the show's state:
        another comes in its place.
        """
        if hasattr(signal, "alarm"):
            signal.alarm(LEAVE_S)  # a device that blocks for ever does not keep the process
        if not self._over:
            self.disk.stop()  # or both would write
            with contextlib.suppress(OSError):
                self._remember()
        self.control.save()
        if self.standby is not None:
            self.standby.stop(self._told)
        if not self.scheduler.stop():
            self.child_pipe.report(Error("the scheduler did not leave: an output blocks"))
            os._exit(1)
        self.disk.stop()  # or it would write once more
        with contextlib.suppress(OSError):
            self._leave_note()
        if self._over:
            self._memory_path.unlink(missing_ok=True)
        self.upkeep.stop()
        self.mover.stop()
        self.house.stop()
        self._close()
        self.child_pipe.report(Bye())
        if hasattr(signal, "alarm"):
            signal.alarm(0)

    def _close(self) -> None:
        inputs = (self.osc, self.notes, self.chords_in, self.clock_in, self.artnet, self.band)
        for device in (*inputs, *self.control_ports):
            if device is not None:
                device.close()
        if total := self.sync.total():
            self.child_pipe.report(Error(total))
        self.link.close()
        for sink in self.sinks:
            with contextlib.suppress(Exception):  # each gets its turn
                sink.close()
        if self.log is not None:
            self.log.stop()
        listening = (self.osc, self.web_osc, self.oscquery, *inputs[1:])
        for refusing in (*listening, *self.control_ports):
            if refusing is not None and (total := refusing.total()):
                self.child_pipe.report(Error(total))
        self.server.stop()

    # Duties.

    def _beat(self, now_s: float) -> None:
        """On the scheduler's thread: what matters is that it steps, not that others get their turn.
        But one whose housekeeping is stuck is of no use either.
        """
        if now_s - self.house.turned_s < WEDGED_S:
            self.child_pipe.report_promptly(Beat())

    def _maintain(self) -> None:
        if self.osc is not None:
            self.osc.maintain(self.clock.now_s())
        if self.artnet is not None:
            self.artnet.maintain(self.clock.now_s())
        for port in self.control_ports:
            port.maintain(self.clock.now_s())
        self.player.tell("maintain", self.clock.now_s())
        self._open_chords_in()
        self.band.tend(self.clock.now_s())
        self._open_clock_in()
        self._tend_link()
        for health in self._ports():
            self._see(health)

    def _ports(self) -> tuple[Health, ...]:
        """How all that is connected to the world is doing."""
        inputs = (self.osc, self.notes, self.chords_in, self.clock_in, self.artnet)
        sinks = [sink for sink in self.sinks if self.log is None or sink is not self.log.tape]
        devices = (*sinks, *inputs, *self.control_ports, self.log, self.standby)
        lights = [device.health() for device in devices if device is not None]
        if (live := self.band.health()) is not None:
            lights.append(live)
        if self.sync.source != INTERNAL:
            lights.append(self.sync.health())
        return tuple(lights)

    def _see(self, health: Health, promise: str = "") -> None:
        self._announcements.see(health, NAMES.get(health.name, health.name), promise)

    def _report(self) -> None:
        stats, show = self.stats(), self.player.show
        self.server.tell(stats)
        if self.standby is not None:
            self._tell_role(self.standby.role())
        self.child_pipe.report(
            PlayerFigures(
                **msgspec.structs.asdict(stats),
                beat=show.timeline.beat,
                time_s=show.timeline.time_s,
                bpm=show.timeline.bpm,
                playing=show.playing,
                bar=show.bar,
                params=self.state.params(),
            )
        )
        status = self.state.status()
        status["late"] = float(self.player.lateness.late)
        self.player.tell("status", status)

    def _remember(self) -> None:
        """Write down what a player that is started again goes on from."""
        show = self.player.show
        inputs = (self.notes, self.chords_in, self.clock_in)
        peers = {
            device.name: device.peers
            for device in (*self.sinks, *inputs, *self.control_ports)
            if device is not None and hasattr(device, "peers")
        }
        if self.player.finished:
            return
        snapshot.ShowSnapshot(
            self.clock.now_s(),
            self.state.params(),
            show.timeline,
            show.playing,
            self.player.last_bar(),
            peers,
            self.state.course.rows,
            self.state.course.waiting,
            self.control.rows,
            self.state.chord,
            self.standby.memory if self.standby is not None else None,
            self.models,
            self.state.course.fades,
            self.state.course.next_rows,
            self.scenes.memory(),
        ).save(self._memory_path)

    def _leave_note(self) -> None:
        """Write down what the next show may go on from, if that has changed."""
        if self._config.session.file is None:
            return
        memory = self.scenes.memory()
        left_as = LeftAs(
            self.state.params(),
            self.state.course.rows,
            self.control.rows,
            memory.current,
        )
        if left_as != self._left_as:
            left_as.save(Path(self._config.session.file))
            self._left_as = left_as

    def stats(self) -> messages.Stats:
        """The figures of this second."""
        p50, p99 = self.player.lateness.percentiles_ms(50, 99)
        heard_s = self.server.heard_s
        age_ms = None if heard_s is None else (self.clock.now_s() - heard_s) * 1000
        engine = (
            "gone"
            if not self.server.peers
            else "silent"
            if age_ms is None or age_ms > ENGINE_SILENT_S * 1000
            else "here"
        )
        counts = self.player.counts()
        return messages.Stats(
            late_ms_p50=p50,
            late_ms_p99=p99,
            **counts,
            dropped=self.server.dropped + counts["phrases_dropped"] + self.house.dropped,
            bad=self.server.bad,
            realtime=self.scheduler.realtime,
            priority=self.scheduler.realtime_words,
            engine=engine,
            engine_age_ms=age_ms,
            ports=self._ports(),
            osc_in=self._osc_counts(),
            complaint=(
                self.player.last_error
                or self.server.complaint
                or self.house.last_error
                or self.disk.last_error
                or self.mover.last_error
                or (self.osc.reason if self.osc is not None else "")
            ),
        )

    def _osc_counts(self) -> dict[str, int] | None:
        """What came by OSC, over UDP and by WebSockets."""
        if self.osc is None:
            return None
        counts: dict[str, int] = self.osc.counts()
        if self.web_osc is not None:
            more = self.web_osc.counts()
            return {name: count + more.get(name, 0) for name, count in counts.items()}
        return counts

    # Who may say what.

    def _say(self, sentence: str) -> None:
        """Tell the terminal and the page. Any thread."""
        self.child_pipe.report(Error(sentence))
        self.server.tell(messages.Event(sentence))

    def _echo(self, changes: Sequence[Change]) -> None:
        now_s = self.clock.now_s()
        for port in self.control_ports:
            port.show(self.control.echo(changes))
        self._tell(
            *(
                messages.ParamChange(
                    change.name,
                    change.value,
                    origin=change.origin,
                    asked_s=now_s if change.asked_s is None else change.asked_s,
                )
                for change in changes
            )
        )
        for change in changes:
            self.sync.note(change.name, change.value, change.origin)
            self.player.tell("param", change.name, change.value, announce=False)

    def _announce(self, name: str, value: float) -> None:
        self.player.tell("param", name, value, announce=True)

    def _welcome(self) -> messages.Welcome:
        show = self.player.show
        line = messages.Timeline.of(show.timeline)
        course = self.state.course
        self.state.tell_moved_again()  # behind the welcome
        return messages.Welcome(
            VERSION,
            line,
            self.state.params(),
            show.playing,
            show.bar,
            course.rows,
            course.waiting,
            course.seed,
            self.control.state(),
            self.state.chord,
            messages.Fading(course.fades, course.next_rows),
            self.scenes.hold,
            self.scenes.kept(),
            self.scenes.source,
            self.scenes.shown(),
            None if self.standby is None else self.standby.role(),
            self.models,
        )

    def _use_model(self, name: str, origin: str, asked_s: float | None = None) -> None:
        """Have the engine play by another checkpoint. Any thread."""
        if not self.server.peers:
            self._say(f"{name!r} is not played: the engine is not there; ask again when it is")
            return
        when_s = self.clock.now_s() if asked_s is None else asked_s
        self.server.tell(messages.UseModel(name, origin=origin, asked_s=when_s))

    def _timeline(self) -> Timeline | None:
        """That of the transport, while it plays."""
        show = self.player.show
        return show.timeline if show.playing else None

    def _obey_engine(self, message: FromEngine) -> None:
        m = message
        match m:
            case messages.Offer():
                self.player.offer(m.bar, m.phrase(), m.controls, m.origin, m.asked_s)
                self.state.hear(dict(zip(LATENTS, m.controls, strict=True)))
            case messages.SetParam():
                self.state.set_param(m.name, m.value, m.origin, m.asked_s)
            case messages.SetModulation():
                self.state.set_modulation(m.row - 1, m.field, m.value, m.origin, m.asked_s)
            case messages.Transport():
                self.state.transport(m.do, m.value, m.origin, m.asked_s)
            case messages.Panic():
                self.state.panic(m.origin)
            case messages.SceneOrder():
                self.scenes.order(m)
            case messages.BarLatent():
                self.scenes.hear(m.latent)
            case messages.BarMade():
                if self.log is not None:
                    made_s = self.clock.now_s()
                    self.log.put(set_log.Made(made_s, m.bar, m.z, m.params, m.after, m.picture))
            case messages.UseModel():
                self._use_model(m.name, m.origin, m.asked_s)
            case messages.ModelUsed():
                self.models = {**self.models, m.kind: m.name}
                if m.kind == SCENES_MODEL:
                    self.scenes.plays(m.name)
                self.house.defer(lambda: self.player.tell("model", m.name, announce=True))
            case messages.Learn():
                self.control.learn(m.to)
            case messages.PutRow():
                self.control.put(m.row, m.instead)
            case messages.ReplaceMap():
                self.control.replace(m.rows)
            case messages.Key():
                self.control.press(m.key, m.down)
            case messages.SoundLevels():
                levels = {k: min(1.0, max(0.0, v)) for k, v in m.levels.items()}
                self.player.tell("levels", levels)
                self.state.hear({k: v for k, v in levels.items() if k in LEVELS})
            case messages.PictureColours():
                self.player.tell("picture", m.colours)
            case messages.EngineStatus():
                shown = msgspec.structs.asdict(m)
                notes_dropped, lead_ms = shown.pop("notes_dropped"), shown.pop("lead_ms")
                if lead_ms is not None:
                    self.state.set_engine_lead(lead_ms / 1000)
                if self.notes is not None:
                    self.notes.count_dropped(notes_dropped)
                self.state.set_status({k: v for k, v in shown.items() if v is not None})

    def _note_drop(self, message: messages.Message) -> None:
        """The engine will not get a message."""
        if isinstance(message, messages.NotesIn) and self.notes is not None:
            self.notes.lose(len(message.events))

    def _obey_supervisor(self, command: Command) -> None:
        match command:
            case Panic():
                self.state.panic(command.origin)
            case Param():  # a key pressed in the window
                self.state.set_param(command.name, command.value, command.origin, command.asked_s)
            case Stop():
                self._told_to_end()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a player; returns its exit code: 0 told to end, 1 failed, 2 a user's mistake."""
    logging.basicConfig(level=logging.WARNING, format="player: %(message)s")
    favour_process()
    process = child_start.build(
        "player",
        "The process that plays",
        "where engines connect, in a folder of the user's own",
        PlayerProcess,
        arguments,
    )
    if process is None:
        return 2
    signal.signal(signal.SIGTERM, lambda *_: process.end(0))  # the supervisor's word
    signals.handle([signal.SIGINT, signals.HANG_UP], lambda *_: process.end(0))
    if hasattr(signal, "SIGUSR1"):
        signal.signal(
            signal.SIGUSR1, lambda *_: process.house.defer(lambda: process.state.panic("signal"))
        )
    return process.run()
