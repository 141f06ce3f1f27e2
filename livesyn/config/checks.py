"""Whether a show is legal. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from livesyn.base.addresses import (
    LIVE_PORT,
    STANDBY_PORT,
    THIS_MACHINE,
    is_here,
    is_loopback,
    networks_of,
    parse_place,
    parse_target,
)
from livesyn.base.errors import ConfigError
from livesyn.config.channels import parse_channels
from livesyn.config.lights import check_artnet, check_lights
from livesyn.config.outlets import outlet_of
from livesyn.config.sections import (
    AUDIO,
    DEVICES,
    FITS,
    HIGHEST_PORT,
    LARGEST,
    LOG_INPUTS,
    NONE,
    PARTS,
    SECTIONS,
    SMALLEST,
    SOUNDS,
    SOURCES,
    VISUALS,
    Config,
    Standby,
)
from livesyn.config.tables import unknown


def check(config: Config) -> Config:
    """`config` when it is legal. Raises ConfigError."""
    for section, key, value in _texts(config):
        if not value.strip():
            raise ConfigError(f"{key} in [{section}] is empty; name one, or leave it out")
    for what, kind, kinds in (
        ("source", config.source.kind, (*SOURCES, NONE)),
        ("sound", config.sound.kind, ("", *SOUNDS)),
    ):
        if kind not in kinds:
            raise ConfigError(
                f"the {what} is {kind!r}; it is one of: {', '.join(filter(None, kinds))}"
            )
    if config.model.device not in DEVICES:
        raise ConfigError(
            f"the device is {config.model.device!r}; it is one of: {', '.join(DEVICES)}"
        )
    check_parts(config.model.parts)
    if config.sound.channels is not None:
        parse_channels(config.sound.channels)
    if config.sound.channels is not None and config.sound.kind not in AUDIO:
        raise ConfigError(
            "channels are named, but no sound is; name one with --audio-in, --audio-file or"
            " --jack-in, or as device, file or jack in [sound]"
        )
    if config.source.kind == "visuals" and config.source.value not in VISUALS:
        raise ConfigError(unknown("visual", config.source.value, VISUALS))
    if config.display.fit not in FITS:
        raise ConfigError(
            f"the fit of the display is {config.display.fit!r}; it is one of: {', '.join(FITS)}"
        )
    for out in config.display.out:
        outlet_of(out)
    if config.display.monitor < 0:
        raise ConfigError(f"the monitor is {config.display.monitor}; monitors count from 0")
    if not all(SMALLEST <= side <= LARGEST for side in config.display.size):
        raise ConfigError(
            f"the size of the display is {config.display.size}; it is width and height,"
            f" {SMALLEST} to {LARGEST} px each"
        )
    if config.log.inputs not in LOG_INPUTS:
        raise ConfigError(
            f"the inputs of the set log are {config.log.inputs!r}; they are one of:"
            f" {', '.join(LOG_INPUTS)}"
        )
    if config.log.limit_mb < 1:
        raise ConfigError(f"the limit of the set log is {config.log.limit_mb} MB; it is 1 or more")
    check_standby(config.standby)
    if not 0 <= config.model.seed < 2**31:
        raise ConfigError(f"the seed is {config.model.seed}; it goes from 0 to {2**31 - 1}")
    for name, port, low in (
        ("web", config.web.port, 1),
        ("OSC input", config.osc.in_port, 0),
        ("answers of Ableton Live's", config.band.answers, 1),
    ):
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
    check_live(config.band.live)
    allowed = networks_of(config.osc.allow)
    if (
        config.osc.in_port
        and not is_loopback(config.osc.in_host)
        and all(network.is_loopback for network in allowed)
    ):
        raise ConfigError(
            f"OSC input on {config.osc.in_host} would be open to the network, but obey nobody"
            " there; name whom to obey with --osc-allow ADDRESS (or allow in [osc]), or keep it on"
            f" {THIS_MACHINE}"
        )
    check_lights(config.lights)
    check_artnet(config.artnet)
    if config.params.get("pitch_low", 0) > config.params.get("pitch_high", 127):
        raise ConfigError("pitch_low is above pitch_high; swap them")
    return config


def check_live(text: str) -> None:
    """Where AbletonOSC listens, HOST:PORT. Raises ConfigError."""
    try:
        is_plain = "/" not in text and bool(parse_target(text))
    except ConfigError:
        is_plain = False
    if not is_plain:
        raise ConfigError(
            f"Ableton Live is at {text!r}; say HOST:PORT, where AbletonOSC listens, like"
            f" {THIS_MACHINE}:{LIVE_PORT}"
        )


def check_parts(parts: Sequence[str]) -> tuple[str, ...]:
    """`parts` in their own order. Raises ConfigError."""
    for part in parts:
        if part not in PARTS:
            raise ConfigError(unknown("part", part, PARTS))
    if not parts:
        raise ConfigError(f"no part is named; there are: {', '.join(PARTS)}")
    return tuple(part for part in PARTS if part in parts)


def check_standby(standby: Standby) -> None:
    """A show leads or follows, and both have legal addresses. Raises ConfigError."""
    if standby.of is not None:
        parse_place("--standby", standby.of, port=STANDBY_PORT)
    if standby.serve is not None:
        parse_place("--serve-standby", standby.serve, host=THIS_MACHINE)
    if standby.of is not None and standby.serve is not None:
        raise ConfigError(
            "a show either follows another (--standby) or is followed (--serve-standby); leave one"
            " out"
        )


def _texts(config: Config) -> Iterator[tuple[str, str, str]]:
    """Section, key and value of every text that has to say something. A sound card, JACK and MIDI
    may do without: then it is the system's own.
    """
    for section, named, kinds in (
        ("source", config.source, SOURCES),
        ("sound", config.sound, ("file",)),
    ):
        if named.kind in kinds:
            yield section, named.kind, named.value
    for section in SECTIONS:
        of: Any = getattr(config, section)
        for field in fields(of):
            value = getattr(of, field.name)
            for text in value if isinstance(value, tuple) else (value,):
                if isinstance(text, str):
                    yield section, field.name, text
