"""What player and engine say to each other, version 5: typed values, one JSON object a line.

`t` names the type on the wire. `decode` lets through only legal values, so who receives a
message may rely on its fields. Fields that are not known are ignored: a newer peer may say more.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from livesyn.base.errors import LivesynError
from livesyn.base.health import Health
from livesyn.base.params import DIRECTIONS, KEYS, SCALES
from livesyn.base.types import Note, Phrase
from livesyn.control.fade import Fade
from livesyn.control.mapping import MOST, MapRow
from livesyn.control.modulation import ROWS, Row
from livesyn.control.quantise import Waiting
from livesyn.control.scene import MOST_BARS, Latent
from livesyn.music import harmony
from livesyn.transport import timeline

VERSION = 5
MAX_LINE_BYTES = 1 << 20
MAX_NOTES = 512
MAX_EVENTS = 4096
MAX_BEATS = 64.0
MAX_LATENT_BYTES = 1 << 16
MAX_PICTURE_BYTES = 1 << 19

Beats = Annotated[float, Meta(ge=0, le=MAX_BEATS)]
Whole = Annotated[int, Meta(gt=-(1 << 53), lt=1 << 53)]
Pitch = Annotated[int, Meta(ge=0, le=127)]
Pitches = Annotated[tuple[Pitch, ...], Meta(max_length=128)]
Light = Annotated[float, Meta(ge=0, le=1)]  # linear
RowNumber = Annotated[int, Meta(ge=1, le=ROWS)]
Played = Literal["new", "repeat", "stored", "silent", "held"]


class MessageError(LivesynError):
    """A line that is not a legal message. One sentence."""


class Message(Struct, frozen=True, tag_field="t"):
    """Base of all messages."""


class Change(Message, frozen=True, kw_only=True):
    """Base of what changes the show: `origin` asked for it ("osc", "page", "engine" …) at `asked_s`
    (monotonic). Who passes a change on passes on both, so a log of them is a show to replay.
    """

    origin: str
    asked_s: float


class NoteRow(Struct, frozen=True, array_like=True):
    """A note on the wire: start and length in beats, MIDI pitch, velocity and channel."""

    start_beats: Beats
    duration_beats: Beats
    pitch: Annotated[int, Meta(ge=0, le=127)]
    velocity: Annotated[int, Meta(ge=1, le=127)]
    channel: Annotated[int, Meta(ge=1, le=16)]


class Timeline(Struct, frozen=True):
    """`beat` falls on the monotonic `time_s`, at `bpm`."""

    beat: float
    time_s: float
    bpm: Annotated[float, Meta(gt=0)]

    @classmethod
    def of(cls, line: timeline.Timeline) -> Timeline:
        return cls(line.beat, line.time_s, line.bpm)

    def value(self) -> timeline.Timeline:
        return timeline.Timeline(self.beat, self.time_s, self.bpm)


class Fit(Struct, frozen=True):
    """What the notes of a bar are fitted to, see `livesyn.music.harmony.Fit`."""

    chord: Pitches
    key: Annotated[int, Meta(ge=0, lt=len(KEYS))]
    scale: Annotated[int, Meta(ge=0, lt=len(SCALES))]
    low: Pitch
    high: Pitch

    @classmethod
    def of(cls, fit: harmony.Fit) -> Fit:
        return cls(fit.chord, fit.key, fit.scale, fit.low, fit.high)

    def value(self) -> harmony.Fit:
        return harmony.Fit(self.chord, self.key, self.scale, self.low, self.high)


# Engine to player.


class Hello(Message, frozen=True, tag="hello"):
    """The first line of an engine. `token` is the socket's."""

    v: Whole
    token: str


class Offer(Change, frozen=True, tag="phrase"):
    """What bar `bar` should play; a later one replaces it until the bar is committed. `controls`
    are its coordinates along the principal directions."""

    bar: Whole
    notes: Annotated[tuple[NoteRow, ...], Meta(max_length=MAX_NOTES)]
    length_beats: float
    controls: Annotated[tuple[float, ...], Meta(min_length=DIRECTIONS, max_length=DIRECTIONS)]
    seq: Whole

    @classmethod
    def of(
        cls,
        bar: int,
        phrase: Phrase,
        controls: tuple[float, ...],
        seq: int,
        origin: str,
        asked_s: float,
    ) -> Offer:
        """The numbers may be NumPy's."""
        rows = tuple(
            NoteRow(
                float(n.start_beats),
                float(n.duration_beats),
                int(n.pitch),
                int(n.velocity),
                int(n.channel),
            )
            for n in phrase.notes
        )
        values = tuple(float(c) for c in controls)
        return cls(
            int(bar),
            rows,
            float(phrase.length_beats),
            values,
            seq,
            origin=origin,
            asked_s=asked_s,
        )

    def phrase(self) -> Phrase:
        notes = (
            Note(n.start_beats, n.duration_beats, n.pitch, n.velocity, n.channel)
            for n in self.notes
        )
        return Phrase(tuple(sorted(notes)), self.length_beats)


class Beat(Message, frozen=True, tag="beat"):
    """I am alive; at least 4 a second."""


class SetParam(Change, frozen=True, tag="set"):
    """Set a parameter; clamped."""

    name: str
    value: float


class SetModulation(Change, frozen=True, tag="set_modulation"):
    """Set one field of a row of the modulation matrix; rows count from 1."""

    row: RowNumber
    field: str
    value: bool | float | str


class Transport(Change, frozen=True, tag="transport"):
    """play, stop, tempo (bpm), tap, nudge (ms later)."""

    do: str
    value: float | None = None


class Panic(Change, frozen=True, tag="panic"):
    """End every note, now and 50 ms later."""


class BarMade(Message, frozen=True, tag="made"):
    """For the set log, of a show that logs its inputs: what bar `bar` was made from. `z` is its
    latent (D float32, little-endian), `params` are those that were not at their defaults, `after`
    is the bar made before it, None where the chain began anew; `picture` is a JPEG of what was
    seen last."""

    bar: Whole
    z: Annotated[bytes, Meta(max_length=MAX_LATENT_BYTES)]
    params: dict[str, float]
    after: Whole | None = None
    picture: Annotated[bytes, Meta(max_length=MAX_PICTURE_BYTES)] | None = None


class UseModel(Change, frozen=True, tag="use_model"):
    """Play by the checkpoint `name`, in place of the one of its kind that plays, from the next bar
    that can be made with it. From engine to player when a page asks, and on to the engines."""

    name: Annotated[str, Meta(min_length=1, max_length=1024)]


class ModelUsed(Change, frozen=True, tag="model"):
    """The engine plays by the checkpoint `name` of `kind` from now on."""

    kind: str
    name: str


class SoundLevels(Message, frozen=True, tag="levels"):
    """Levels of what is heard, 0 to 1, about 30 times a second, for `/livesyn/audio/*`."""

    levels: dict[str, float]


class PictureColours(Message, frozen=True, tag="colours"):
    """Colours of what is seen, by name, for lamps; up to 30 times a second."""

    colours: dict[str, tuple[Light, Light, Light]]


class EngineStatus(Message, frozen=True, tag="status"):
    """For `/livesyn/status/*`; None is not known yet. `notes_dropped` counts what was played on the
    MIDI input and not taken in time; `lead_ms` is how long before its line a bar is begun."""

    fps: float | None = None
    latency_ms: float | None = None
    dropped: float | None = None
    notes_dropped: Annotated[int, Meta(ge=0)] = 0
    lead_ms: Annotated[float, Meta(ge=0)] | None = None


class Learn(Change, frozen=True, tag="learn"):
    """The next control that moves is to be that of the parameter or action `to`; "" ends it."""

    to: str


class PutRow(Change, frozen=True, tag="map_row"):
    """Put `row` into the map of controls, at the place of `instead`, which goes. Without `instead`
    it is added, without `row` that one is taken away."""

    row: MapRow | None = None
    instead: MapRow | None = None


class ReplaceMap(Change, frozen=True, tag="map"):
    """Another map of controls; null is the default one."""

    rows: Annotated[tuple[MapRow, ...], Meta(max_length=MOST)] | None = None


class Key(Change, frozen=True, tag="key"):
    """A key of a page went down or up."""

    key: Annotated[str, Meta(min_length=1, max_length=16)]
    down: bool


class SceneOrder(Change, frozen=True, tag="scene"):
    """Recall or store the scene `name`, or go to the next or the previous one of the set list.
    `bars` is the crossfade's length, null as the scene says."""

    do: Literal["recall", "store", "next", "previous"]
    name: str = ""
    bars: Annotated[float, Meta(ge=0, le=MOST_BARS)] | None = None


class BarLatent(Message, frozen=True, tag="latent"):
    """The latent that bar `bar` was made from, as a scene keeps it: before variation, steering and
    attributes."""

    bar: Whole
    latent: Latent


FromEngine = (
    Hello
    | Offer
    | Beat
    | SetParam
    | SetModulation
    | Transport
    | Panic
    | BarMade
    | UseModel
    | ModelUsed
    | SoundLevels
    | EngineStatus
    | PictureColours
    | Learn
    | PutRow
    | ReplaceMap
    | Key
    | SceneOrder
    | BarLatent
)

# Player to engine.


class MapState(Message, frozen=True, tag="mapping"):
    """The map of controls, what waits for its control (`target`), the row that was learnt last, and
    what moved last, for people."""

    rows: tuple[MapRow, ...] = ()
    target: str = ""
    learnt: MapRow | None = None
    heard: str = ""


class KnobRow(Struct, frozen=True, array_like=True):
    """Where the control of a parameter stands, in the parameter's values, and whether it has taken
    over."""

    value: float
    holds: bool


class Knobs(Message, frozen=True, tag="knobs"):
    """Where the controls of parameters stand that have moved, by parameter."""

    knobs: dict[str, KnobRow] = {}


class Fading(Message, frozen=True, tag="fading"):
    """The crossfades of parameters to scenes: the one on its way, and the one that is to come, with
    the modulation matrix from its first beat on (null: as it is). Each time one comes, begins or
    ends."""

    fades: Annotated[tuple[Fade, ...], Meta(max_length=2)] = ()
    next_rows: Annotated[tuple[Row, ...], Meta(max_length=ROWS)] | None = None


class Hold(Change, frozen=True, tag="hold"):
    """The latent is led to that of `scene`, from `beat` on in `beats`; null: back to the live
    picture."""

    scene: str
    beat: float
    beats: float
    latent: Latent | None = None


class Kept(Message, frozen=True, tag="kept"):
    """The latents of the scenes that the parameter `morph_to` names."""

    latents: dict[str, Latent] = {}


class UseSource(Change, frozen=True, tag="source"):
    """Look at another source, from `beat` on; its pictures are crossfaded in `beats`."""

    kind: str
    value: str
    beat: float
    beats: float


class SceneRow(Struct, frozen=True):
    """A scene, for people. What is not `full` has nothing stored; `wrong` is why its file was not
    read."""

    name: str
    full: bool = False
    about: str = ""
    wrong: str = ""


class SceneList(Message, frozen=True, tag="scenes"):
    """All scenes, which of them is recalled, and which will be on beat `beat`. `cue` counts those
    of the set list from 1, 0 before the first."""

    scenes: tuple[SceneRow, ...] = ()
    current: str = ""
    next: str = ""
    beat: float = 0.0
    beats: float = 0.0
    cue: Annotated[int, Meta(ge=0)] = 0
    cues: tuple[str, ...] = ()


class Role(Message, frozen=True, tag="role"):
    """Whether this show leads, or is muted while another does; `words` for people. Only of a show
    that has a standby, or is one.
    """

    leads: bool
    words: str = ""


class Welcome(Message, frozen=True, tag="welcome"):
    """The show as it stands; `bar` is the next to be committed. It comes first, and again after
    messages were lost: then notes of the MIDI input that still sound may have lost their end."""

    v: Whole
    timeline: Timeline
    params: dict[str, float]
    playing: bool
    bar: Whole
    modulation: Annotated[tuple[Row, ...], Meta(max_length=ROWS)] = ()
    waiting: tuple[Waiting, ...] = ()
    seed: Whole = 0
    mapping: MapState | None = None
    chord: Pitches = ()
    fading: Fading = Fading()
    hold: Hold | None = None
    kept: Kept = Kept()
    source: UseSource | None = None
    scenes: SceneList = SceneList()
    role: Role | None = None
    models: dict[str, str] = {}  # kind -> checkpoint that an engine played by last


class TimelineChange(Change, frozen=True, tag="timeline"):
    """Tempo or transport changed."""

    timeline: Timeline
    playing: bool


class ParamChange(Change, frozen=True, tag="param"):
    """A parameter was set: its own value, without what modulation adds."""

    name: str
    value: float


class ChordChange(Change, frozen=True, tag="chord"):
    """The chord that the band plays: the MIDI pitches held, none where none has been played."""

    chord: Pitches


class ModulationChange(Change, frozen=True, tag="modulation"):
    """A row of the modulation matrix was set; rows count from 1."""

    row: RowNumber
    value: Row


class ChangesWaiting(Message, frozen=True, tag="waiting"):
    """All changes that wait for their line, each time one comes or goes. A bar that begins on
    or after a change's beat is made with it."""

    changes: tuple[Waiting, ...] = ()


class Moved(Message, frozen=True, tag="moved"):
    """The values now of the parameters that modulation moves, some 30 times a second while it does;
    once without those that it has let go. `sources` are those of its sources that come from outside
    the matrix, as they are now."""

    values: dict[str, float]
    sources: dict[str, float]


class Committed(Change, frozen=True, tag="bar"):
    """What bar `bar` plays. `margin_ms` is how long before its line its phrase was there, None
    unless it is new. `origin` and `asked_s` are its phrase's; what is not new is the player's.
    `fit` is what its notes were fitted to, None where no band is followed."""

    bar: Whole
    time_s: float
    played: Played
    margin_ms: float | None = None
    fit: Fit | None = None


class Refitted(Change, frozen=True, tag="refit"):
    """Notes that are settled and struck on `beat` or later were fitted anew."""

    beat: float
    fit: Fit | None = None


class Stats(Message, frozen=True, tag="stats"):
    """The player's figures, once a second; counters since its start.

    `engine` is "here", "silent" (over 500 ms) or "gone"; `priority` says in words what `realtime`
    is; `ports` are MIDI, OSC in and out, and the recorder.
    """

    late_ms_p50: float = 0.0
    late_ms_p99: float = 0.0
    late: int = 0
    repeats: int = 0
    phrases_dropped: int = 0
    skipped: int = 0
    jumps: int = 0
    sink_errors: int = 0
    refused: int = 0
    sounding: int = 0
    dropped: int = 0
    bad: int = 0
    realtime: bool = False
    priority: str = ""
    engine: str = "here"
    engine_age_ms: float | None = None
    ports: tuple[Health, ...] = ()
    osc_in: dict[str, int] | None = None
    complaint: str = ""


class Event(Message, frozen=True, tag="event"):
    """What happened, for people."""

    text: str


class Refusal(Message, frozen=True, tag="error"):
    """Why an engine is turned away."""

    text: str


class NoteEvent(Struct, frozen=True, array_like=True):
    """What was played on the MIDI input at `time_s`, on `beat`: a "strike" or "release" of `pitch`,
    or a "rest", which ends all notes. The beats are the sender's while it sends a MIDI clock, the
    show's otherwise."""

    kind: Literal["strike", "release", "rest"]
    time_s: float
    beat: float
    pitch: Annotated[int, Meta(ge=0, le=127)] = 0


class NotesIn(Message, frozen=True, tag="notes"):
    """What was played on the MIDI input since the last such message, in order. `clock` is the
    sender's timeline, None while it sends no clock or stands still."""

    events: Annotated[tuple[NoteEvent, ...], Meta(max_length=MAX_EVENTS)] = ()
    clock: Timeline | None = None


FromPlayer = (
    Welcome
    | TimelineChange
    | ParamChange
    | ChordChange
    | ModulationChange
    | ChangesWaiting
    | Moved
    | Committed
    | Refitted
    | NotesIn
    | Stats
    | Event
    | Refusal
    | MapState
    | Knobs
    | Fading
    | Hold
    | Kept
    | UseSource
    | SceneList
    | Role
    | UseModel
)

# Between a show and its standby, over the network. Whoever leads sends its state.


class Ping(Message, frozen=True, tag="ping"):
    """From the show that dialled, some 20 a second. It is called `who`, and says at its own
    monotonic `sent_s` whether it leads, as the `term`th that did. `heard_s` is the newest moment of
    the other's clock that it knows of; the other's clock is `offset_s` ahead of its own.
    """

    who: str
    sent_s: float
    leads: bool
    term: Whole
    heard_s: float | None = None
    offset_s: float | None = None


class Pong(Message, frozen=True, tag="pong"):
    """The answer to the ping that `who` sent at `sent_s`, given at `now_s` by the clock of whoever
    answers."""

    who: str
    sent_s: float
    now_s: float
    leads: bool
    term: Whole


class Ask(Message, frozen=True, tag="ask"):
    """Tell me the whole show (a `Welcome`)."""


class Leaving(Message, frozen=True, tag="leaving"):
    """I was told to end: nobody need play on."""


State = (
    Welcome
    | TimelineChange
    | ParamChange
    | ModulationChange
    | ChangesWaiting
    | MapState
    | ChordChange
)
STATE = get_args(State)
FromStandby = Hello | Ping | Ask | Leaving | State
ToStandby = Pong | Ask | Leaving | Refusal | State

_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {
    union: msgspec.json.Decoder(union) for union in (FromEngine, FromPlayer, FromStandby, ToStandby)
}
_ENCODER = msgspec.json.Encoder()


def encode(message: Struct) -> bytes:
    """One line, with its end.

    Raises MessageError when it has what JSON cannot say (a number that is not finite) or is too
    long.
    """
    try:
        line = _ENCODER.encode(message)
        if b"null" in line:  # a number that is not finite is written so
            msgspec.json.decode(line, type=type(message))
    except (TypeError, ValueError, msgspec.MsgspecError) as error:
        raise MessageError(f"a {_tag(message)} message cannot be sent: {error}") from error
    if len(line) >= MAX_LINE_BYTES:
        raise MessageError(
            f"a {_tag(message)} message of {len(line)} bytes is over the limit of {MAX_LINE_BYTES}"
        )
    return line + b"\n"


def decode(line: bytes, union: Any) -> Any:
    """The message of one line: one of `union` (`FromEngine` or `FromPlayer`).

    Raises MessageError.
    """
    try:
        return _DECODERS[union].decode(line)
    except (ValueError, RecursionError, msgspec.MsgspecError, LivesynError) as error:
        start = line[:40].decode(errors="replace")
        raise MessageError(f"{start!r} is no legal message: {str(error)[:160]}") from error


def _tag(message: Struct) -> str:
    return str(message.__struct_config__.tag)


class Lines:
    """Cuts a byte stream into lines.

    What is longer than `MAX_LINE_BYTES` is thrown away to its end and counted.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._skipping = False
        self.oversized = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that are complete now, without their ends; empty ones left out."""
        self._buffer += data
        *lines, rest = self._buffer.split(b"\n")
        self._buffer = bytearray(rest)
        if lines and self._skipping:
            lines, self._skipping = lines[1:], False
        if len(self._buffer) > MAX_LINE_BYTES:
            self.oversized += not self._skipping
            self._buffer.clear()
            self._skipping = True
        kept = [bytes(line) for line in lines if line.strip() and len(line) <= MAX_LINE_BYTES]
        self.oversized += sum(len(line) > MAX_LINE_BYTES for line in lines)
        return kept
