"""What a show is made of: frozen sections, read from TOML, overridden by the command line.

An unknown section or key is an error that names the nearest one; a parameter out of its
range is refused. Standard library only.
"""

from __future__ import annotations

import difflib
import ipaddress
import mimetypes
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from livesyn.base import params
from livesyn.base.addresses import is_here, is_loopback, parse_target
from livesyn.base.errors import ConfigError, DataError
from livesyn.base.text_file import read_toml
from livesyn.config.channels import parse_channels

SOURCES = ("camera", "video", "images", "visuals")
NONE = "none"  # no pictures are looked at, so no music is made
SOUNDS = ("device", "file", "jack", "midi")
HEARD = SOUNDS[:3]  # sound itself; midi is notes
FITS = ("contain", "cover")
SCHEMES = ("ndi", "spout", "syphon", "camera")  # of pictures to other programs
FILMS = (".mp4", ".avi", ".mkv", ".mov")
FILES = ("video", "folder")  # the kinds of output that leave something on this machine
DEVICES = ("auto", "cpu", "cuda", "mps")
DEFAULT_MODEL = "synvae-art"
DEFAULT_PAINTER = "mvnet"
DEFAULT_STYLE = "style-periods"
VISUALS = (
    "ink",
    "smoke",
    "coral",
    "threads",
    "mandala",
    "waves",
    "aurora",
    "lava",
)  # a test keeps them those of sources.visuals
DEFAULT_VISUAL = "ink"
PARTS = ("melody", "bass", "drums")
HIGHEST_PORT = 65535
MOST_BYTES = 1_000_000  # of a config file
EXAMPLES = {
    "out": '["127.0.0.1:9701"] or ["film.mp4"]',
    "parts": '["melody", "bass"]',
    "allow": '["192.168.1.20"]',
}  # of lists in a TOML file


@dataclass(frozen=True)
class Source:
    """Where pictures come from: a `kind`, and which one (number, name, file or folder). A show that
    only listens has none.
    """

    kind: str = "visuals"
    value: str = DEFAULT_VISUAL


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
    run --help` explains.
    """

    on: bool = False
    monitor: int = 0
    windowed: bool = False
    fit: str = FITS[0]
    out: tuple[str, ...] = ()


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


@dataclass(frozen=True)
class Midi:
    """`out` names a port to play into; without it a virtual port `livesyn` is made."""

    on: bool = True
    out: str | None = None


@dataclass(frozen=True)
class Osc:
    """Receivers (HOST:PORT, or HOST:PORT/ahead), where to listen (`in_port` 0: nowhere), and whom
    to obey.
    """

    out: tuple[str, ...] = ("127.0.0.1:9701",)
    in_host: str = "127.0.0.1"
    in_port: int = 9700
    allow: tuple[str, ...] = ("127.0.0.1",)


@dataclass(frozen=True)
class Web:
    """The page. Open to the network only with a `token`."""

    on: bool = True
    host: str = "127.0.0.1"
    port: int = 8770
    token: str | None = None


@dataclass(frozen=True)
class Record:
    """`folder` takes a .mid file of the set; without it nothing is recorded."""

    folder: str | None = None


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
    params: Mapping[str, float] = field(default_factory=dict)

    def with_params(self, values: Mapping[str, float]) -> Config:
        """With more starting values; later ones win."""
        return replace(self, params={**self.params, **values})


SECTIONS: dict[str, type] = {
    "display": Display,
    "model": Model,
    "midi": Midi,
    "osc": Osc,
    "web": Web,
    "record": Record,
}


def load(path: Path) -> Config:
    """The show in a TOML file. Raises ConfigError."""
    try:
        table = read_toml(path, MOST_BYTES)
    except DataError as error:
        raise ConfigError(f"{error}; give a show's config file") from None
    try:
        return from_table(table)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def from_table(table: Mapping[str, Any]) -> Config:
    """The show in a parsed TOML table. Raises ConfigError."""
    names = ("source", "sound", *SECTIONS, "params")
    for name, section in table.items():
        if name not in names:
            raise ConfigError(_unknown("section", name, names))
        if not isinstance(section, Mapping):
            raise ConfigError(
                f"{name} is {section!r}; it is a section: write [{name}] and its keys below"
            )
    heard = dict(table.get("sound", {}))
    channels = parse_channels(heard.pop("channels")) if "channels" in heard else None
    sound = Sound(*(_one_of("sound", SOUNDS, heard, ("channels",)) or ("", "")), channels)
    named = _one_of("source", SOURCES, table.get("source", {}))
    config = Config(
        source=Source(*named) if named else only_listens(sound),
        sound=sound,
        params=starting_values(table.get("params", {})),
        **{name: _section(name, cls, table.get(name, {})) for name, cls in SECTIONS.items()},
    )
    return check(config)


def check(config: Config) -> Config:
    """`config` when it is legal. Raises ConfigError."""
    if config.model.device not in DEVICES:
        raise ConfigError(
            f"the device is {config.model.device!r}; it is one of: {', '.join(DEVICES)}"
        )
    check_parts(config.model.parts)
    if config.sound.channels is not None and config.sound.kind not in ("device", "file", "jack"):
        raise ConfigError(
            "channels are named, but no sound is; name one with --audio-in, --audio-file or"
            " --jack-in, or as device, file or jack in [sound]"
        )
    if config.source.kind == "visuals" and config.source.value not in VISUALS:
        raise ConfigError(_unknown("visual", config.source.value, VISUALS))
    if config.display.fit not in FITS:
        raise ConfigError(
            f"the fit of the display is {config.display.fit!r}; it is one of: {', '.join(FITS)}"
        )
    for out in config.display.out:
        outlet_of(out)
    if config.display.monitor < 0:
        raise ConfigError(f"the monitor is {config.display.monitor}; monitors count from 0")
    if not 0 <= config.model.seed < 2**31:
        raise ConfigError(f"the seed is {config.model.seed}; it goes from 0 to {2**31 - 1}")
    for name, port, low in (("web", config.web.port, 1), ("OSC input", config.osc.in_port, 0)):
        if not low <= port <= HIGHEST_PORT:
            raise ConfigError(f"the {name} port is {port}; it goes from {low} to {HIGHEST_PORT}")
    for target in config.osc.out:
        receiver = parse_target(target)
        if receiver.port == config.osc.in_port and (
            receiver.host == config.osc.in_host
            or (is_here(receiver.host) and is_here(config.osc.in_host))
        ):
            raise ConfigError(
                f"OSC would be sent to {target}, where this show itself listens; give the"
                " receiver's own port to --osc-out, or another to --osc-in"
            )
    try:
        for sender in config.osc.allow:
            ipaddress.ip_network(sender)
    except ValueError as error:
        raise ConfigError(
            "the OSC allow-list takes addresses like 192.168.1.20 and networks like"
            f" 192.168.1.0/24: {error}"
        ) from None
    if config.osc.in_port and not is_loopback(config.osc.in_host) and config.osc.allow == Osc.allow:
        raise ConfigError(
            f"OSC input on {config.osc.in_host} would be open to the network; name whom to obey"
            " with --osc-allow ADDRESS (or allow in [osc]), or keep it on 127.0.0.1"
        )
    if config.params.get("pitch_low", 0) > config.params.get("pitch_high", 127):
        raise ConfigError("pitch_low is above pitch_high; swap them")
    return config


def check_parts(parts: Sequence[str]) -> tuple[str, ...]:
    """`parts` in their own order. Raises ConfigError."""
    for part in parts:
        if part not in PARTS:
            raise ConfigError(_unknown("part", part, PARTS))
    if not parts:
        raise ConfigError(f"no part is named; there are: {', '.join(PARTS)}")
    return tuple(part for part in PARTS if part in parts)


def starting_values(section: Mapping[str, Any]) -> dict[str, float]:
    """Checked parameter values; `key` may be a key and scale in words, "A minor". Raises
    ConfigError.
    """
    values: dict[str, float] = {}
    for name, value in section.items():
        if name == "key" and isinstance(value, str) and value not in params.KEYS:
            values |= params.parse_key(value)
        elif params.row(name).choices == ("off", "on") and isinstance(value, bool):
            values[name] = float(value)
        else:
            values[name] = params.row(name).check(value)
    return values


def outlet_of(text: str) -> tuple[str, str]:
    """Kind and value of what `--pictures-out` names: "ndi:NAME" and the like, a film by its ending,
    else a folder. Raises ConfigError.
    """
    scheme, colon, rest = text.partition(":")
    if colon and scheme in SCHEMES:
        return scheme, rest
    if colon and len(scheme) > 1 and not {"/", "\\"} & set(scheme):  # C:\\ is a folder's
        raise ConfigError(
            _unknown("output for pictures", scheme + ":", tuple(f"{known}:" for known in SCHEMES))
            + "; or name a folder, or a film (.mp4)"
        )
    suffix = Path(text).suffix.lower()
    if suffix not in FILMS and (mimetypes.guess_type(f"x{suffix}")[0] or "").split("/")[0] in (
        "video",
        "image",
        "audio",
    ):
        raise ConfigError(
            f"{Path(text).name} cannot be written; a film's name ends in one of {', '.join(FILMS)},"
            " a folder's in none"
        )
    return ("video" if suffix in FILMS else "folder"), text


def outlet_is_file(text: str) -> bool:
    """Whether it is a path on this machine."""
    return outlet_of(text)[0] in FILES


def only_listens(sound: Sound) -> Source:
    """What is looked at when nothing was named: the built-in visuals, but nothing in a show that
    listens.
    """
    return Source(NONE, "") if sound.kind else Source()


def _one_of(
    section: str, kinds: tuple[str, ...], table: Mapping[str, Any], beside: tuple[str, ...] = ()
) -> tuple[str, str] | tuple[()]:
    """The kind and value that a section of one key names, but for those `beside` it; nothing from
    an empty one.
    """
    for name in table:
        if name not in kinds:
            raise ConfigError(_unknown(f"key in [{section}]", name, kinds + beside))
    if len(table) > 1:
        raise ConfigError(f"[{section}] names {' and '.join(table)}; name one of them")
    for kind, value in table.items():
        numbered = kind in ("camera", "device")
        if (
            isinstance(value, bool)
            or not isinstance(value, str | int)
            or (isinstance(value, int) and not numbered)
        ):
            raise ConfigError(
                f"{kind} in [{section}] is {value!r}; it is"
                f" {'a number or a name' if numbered else 'text in quotes'}"
            )
        return kind, str(value)
    return ()


def _section(section: str, cls: type, table: Mapping[str, Any]) -> Any:
    hints = get_type_hints(cls)
    names = [f.name for f in fields(cls)]
    for name in table:
        if name not in names:
            raise ConfigError(_unknown(f"key in [{section}]", name, names))
    return cls(
        **{
            name: _typed(f"{name} in [{section}]", hints[name], value)
            for name, value in table.items()
        }
    )


def _typed(what: str, hint: Any, value: Any) -> Any:
    if get_origin(hint) is types.UnionType:
        hint = get_args(hint)[0]
    if get_origin(hint) is tuple:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise ConfigError(
            f"{what} is {value!r}; it is a list of texts, like {EXAMPLES[what.split()[0]]}"
        )
    if type(value) is not hint:
        words = {str: "text in quotes", int: "a whole number", bool: "true or false"}
        raise ConfigError(f"{what} is {value!r}; it is {words[hint]}")
    return value


def _unknown(what: str, name: str, names: tuple[str, ...] | list[str]) -> str:
    near = difflib.get_close_matches(name, names, 1)
    return f"there is no {what} called {name!r}; " + (
        f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(names)}"
    )
