"""What a show is made of: frozen sections. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from livesyn.base.addresses import (
    LIVE_ANSWERS_PORT,
    LIVE_PORT,
    OSC_IN_PORT,
    OSC_OUT_PORT,
    PAGE_PORT,
    THIS_MACHINE,
)
from livesyn.config.lights import Artnet, Lights
from livesyn.control.mapping import MapRow
from livesyn.control.modulation import EMPTY, Row

SOURCES = ("camera", "video", "images", "visuals")
VIRTUAL = "virtual"  # a port to be connected to, instead of one that is there
NONE = "none"  # no pictures are looked at, so no music is made
SOUNDS = ("device", "file", "jack", "midi")
AUDIO = SOUNDS[:3]  # sound itself; midi is notes
FITS = ("contain", "cover")
DEVICES = ("auto", "cpu", "cuda", "mps")
DEFAULT_MODEL = "synvae-art"
DEFAULT_PAINTER = "mvnet"
DEFAULT_STYLE = "style-periods"
# A test keeps them those of sources.visuals.
VISUALS = ("ink", "smoke", "coral", "threads", "mandala", "waves", "aurora", "lava")
DEFAULT_VISUAL = "ink"
PARTS = ("melody", "bass", "drums")
AUTO, OFF = "auto", "off"  # places of the set log
LOG_INPUTS = ("latents", "pictures", "none")
HIGHEST_PORT = 65535
SMALLEST, LARGEST = 64, 8192  # px, of a side of the window


@dataclass(frozen=True)
class Source:
    """Where pictures come from: a `kind`, and which one (number, name, file or folder). NONE is the
    kind of a show that only listens; NOT_NAMED stands in what was read until that is decided.
    """

    kind: str = "visuals"
    value: str = DEFAULT_VISUAL


NOT_NAMED = Source("", "")


@dataclass(frozen=True)
class Sound:
    """What is listened to, and painted: a `kind`, and which one (a device's name or number or ""
    for the system's own, a file, a JACK port or "", a MIDI port or "" for a virtual one). No kind:
    nothing. `channels` are those of its channels that are heard, by number; without, all of a file,
    the first two of a device, and JACK's mixed to one.
    """

    kind: str = ""
    value: str = ""
    channels: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Display:
    """Where paintings go beside the page: a window on `monitor` (from 0), and `out`, which `livesyn
    run --help` explains. `size` is the window's width and height in pixels where it does not fill
    the screen. `vsync` keeps it in step with the screen; without it, where there is a GPU.
    """

    on: bool = False
    monitor: int = 0
    windowed: bool = False
    fit: str = FITS[0]
    out: tuple[str, ...] = ()
    size: tuple[int, int] = (960, 720)
    vsync: bool | None = None


@dataclass(frozen=True)
class Model:
    """Which checkpoint plays, on what, and the seed of all that is drawn. `parts` are heard; the
    melody is the checkpoint's own unless `long` names a MusicVAE of longer sections for it.
    `painter` is the checkpoint that paints what is heard, `style` the one that lays its manner over
    a camera.
    """

    name: str = DEFAULT_MODEL
    device: str = "auto"
    seed: int = 0
    parts: tuple[str, ...] = PARTS[:1]
    bass: str = "bass-small"
    drums: str = "drums-small"
    long: str | None = None
    painter: str = DEFAULT_PAINTER
    style: str = DEFAULT_STYLE

    @property
    def companions(self) -> dict[str, str]:
        """The MusicVAE checkpoints beside the model's own: part -> name."""
        named = {"melody": self.long, "bass": self.bass, "drums": self.drums}
        return {
            part: name
            for part, name in named.items()
            if name is not None and (part in self.parts or part == "melody")
        }


# the fields that name a checkpoint which may be changed while a show plays, by its kind
MODEL_FIELDS = {"syn-vae": "name", "mvnet": "painter", "style": "style"}


@dataclass(frozen=True)
class Midi:
    """`out` names a port to play into; without it a virtual port `livesyn` is made. `control` names
    ports whose knobs and buttons are listened to; "virtual" makes one called `livesyn control`.
    `map` says which of them moves what, each a `[[midi.map]]`; without it the controllers of the
    parameters' table do. `map_file` is read in its place, and written when one is learnt;
    `feedback` sends values back to the controls, for lights and motors. `clock` names the port
    where a MIDI clock comes from; without it, that of the notes, if they are heard, or a virtual
    port `livesyn clock`.
    """

    on: bool = True
    out: str | None = None
    control: tuple[str, ...] = ()
    map: tuple[MapRow, ...] | None = None
    map_file: str | None = None
    feedback: bool = False
    clock: str | None = None


@dataclass(frozen=True)
class Osc:
    """Receivers (HOST:PORT, or HOST:PORT/ahead), where to listen (`in_port` 0: nowhere), and whom
    to obey. `query`: OSCQuery answers at the same place, on TCP. `maps` are files that say which of
    another program's addresses are sent, and obeyed.
    """

    out: tuple[str, ...] = (f"{THIS_MACHINE}:{OSC_OUT_PORT}",)
    in_host: str = THIS_MACHINE
    in_port: int = OSC_IN_PORT
    allow: tuple[str, ...] = (THIS_MACHINE,)
    query: bool = True
    maps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Web:
    """The page. Open to the network only with a `token`."""

    on: bool = True
    host: str = THIS_MACHINE
    port: int = PAGE_PORT
    token: str | None = None


@dataclass(frozen=True)
class Record:
    """`folder` takes a .mid file of the set; without it nothing is recorded."""

    folder: str | None = None


@dataclass(frozen=True)
class Scenes:
    """`folder` holds the scenes, a file each, and the set list; without it they last as long as the
    show. `current` is the one it begins in, for people.
    """

    folder: str | None = None
    current: str | None = None


@dataclass(frozen=True)
class Session:
    """`file` is where the player writes how the show is, so that the next can go on from it."""

    file: str | None = None


@dataclass(frozen=True)
class Log:
    """Where the set log is written: a folder, which takes a file for each show, or a file, which is
    appended to; "auto" is a folder of the user's own, where the oldest make room; "off": nowhere.
    `inputs` are written too: "latents", which bars are made from, "pictures", or "none". A log ends
    at `limit_mb`.
    """

    to: str = AUTO
    inputs: str = "latents"
    limit_mb: int = 1024


@dataclass(frozen=True)
class Standby:
    """Two shows, of which one leads. `of` is the show (HOST or HOST:PORT) that this one follows,
    muted, and plays on for; `serve` ([HOST:]PORT) where another may follow this one, over the
    network only with a `token`, which both say.
    """

    of: str | None = None
    serve: str | None = None
    token: str | None = None


@dataclass(frozen=True)
class Modulation:
    """The rows of the modulation matrix that a show starts with."""

    rows: tuple[Row, ...] = EMPTY


@dataclass(frozen=True)
class Band:
    """Where the band is heard that `follow` follows. `chords` names the MIDI port into which chords
    are played; without it, that of the notes, if they are heard, or a virtual port `livesyn
    chords`. `live` is where AbletonOSC listens, `answers` the port that it answers to.
    """

    chords: str | None = None
    live: str = f"{THIS_MACHINE}:{LIVE_PORT}"
    answers: int = LIVE_ANSWERS_PORT


@dataclass(frozen=True)
class Config:
    """A whole show. `params` are starting values, name -> number."""

    source: Source = field(default_factory=Source)
    sound: Sound = field(default_factory=Sound)
    display: Display = field(default_factory=Display)
    model: Model = field(default_factory=Model)
    midi: Midi = field(default_factory=Midi)
    osc: Osc = field(default_factory=Osc)
    web: Web = field(default_factory=Web)
    record: Record = field(default_factory=Record)
    lights: Lights = field(default_factory=Lights)
    artnet: Artnet = field(default_factory=Artnet)
    params: Mapping[str, float] = field(default_factory=dict)
    modulation: Modulation = field(default_factory=Modulation)
    scenes: Scenes = field(default_factory=Scenes)
    session: Session = field(default_factory=Session)
    band: Band = field(default_factory=Band)
    log: Log = field(default_factory=Log)
    standby: Standby = field(default_factory=Standby)

    def with_params(self, values: Mapping[str, float]) -> Config:
        """With more starting values; later ones win."""
        return replace(self, params={**self.params, **values})

    def with_source(self) -> Config:
        """With what is looked at when no source was named: the built-in visuals, but nothing in a
        show that listens.
        """
        if self.source != NOT_NAMED:
            return self
        return replace(self, source=Source(NONE, "") if self.sound.kind else Source())


SECTIONS: dict[str, type] = {
    "display": Display,
    "model": Model,
    "midi": Midi,
    "osc": Osc,
    "web": Web,
    "record": Record,
    "scenes": Scenes,
    "session": Session,
    "log": Log,
    "lights": Lights,
    "artnet": Artnet,
    "band": Band,
    "standby": Standby,
}
