"""Lamps in the config: where DMX goes and comes from. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass

from livesyn.base import params
from livesyn.base.addresses import THIS_MACHINE, is_loopback, networks_of
from livesyn.base.errors import ConfigError
from livesyn.config.tables import unknown
from livesyn.control.dmx_map import BITS, Fader
from livesyn.control.dmx_packets import (
    ARTNET_PORT,
    ARTNET_UNIVERSES,
    PRIORITIES,
    SACN_PORT,
    SACN_UNIVERSES,
)
from livesyn.control.fixtures import CHANNELS, COLOURS, DMX_CHANNELS, FOLLOWED, Fixture, overlap

ARTNET, SACN = "artnet", "sacn"
RATES_HZ = (25, 44)
FADES_S = (0.0, 60.0)
GAINS = (0.1, 8.0)
HIGHEST_PORT = 65535


@dataclass(frozen=True)
class Lights:
    """Lamps, by Art-Net and sACN. `out` is "artnet:HOST" (broadcast addresses too), "sacn" (to its
    multicast group) or "sacn:HOST", each with :PORT if it is not the usual one. `fixtures` are the
    lamps, see `livesyn.control.fixtures.Fixture`. `priority` is sACN's. `gain` makes the picture's
    colours lighter; a show that is stopped fades within `fade_s`.
    """

    out: tuple[str, ...] = ()
    universe: int = 1
    priority: int = 100
    rate_hz: int = 40
    gain: float = 1.5
    fade_s: float = 2.0
    fixtures: tuple[Fixture, ...] = ()


@dataclass(frozen=True)
class Artnet:
    """Art-Net in: the faders of a light desk, on parameters, see `livesyn.control.dmx_map.Fader`.
    Without `faders` nobody listens. It is heard at `in_host`:`in_port`, on `universe`, from those
    whom `allow` lists.
    """

    faders: tuple[Fader, ...] = ()
    universe: int = 0
    in_host: str = THIS_MACHINE
    in_port: int = ARTNET_PORT
    allow: tuple[str, ...] = (THIS_MACHINE,)


@dataclass(frozen=True, slots=True)
class LightTarget:
    """Where DMX goes. Without a `host` to the multicast group of each universe (sACN)."""

    protocol: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.protocol}:{self.host or 'multicast'}:{self.port}"


def light_target(text: str) -> LightTarget:
    """What one of `out` in [lights] names. Raises ConfigError."""
    protocol, _, place = text.strip().partition(":")
    host, _, port = place.partition(":")
    usual = {ARTNET: ARTNET_PORT, SACN: SACN_PORT}
    if (
        protocol not in usual
        or (protocol == ARTNET and not host)
        or (port and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) <= HIGHEST_PORT))
        or (place.endswith(":") or (place.startswith(":") and not host))
    ):
        raise ConfigError(
            f'out in [lights] has {text!r}; say "artnet:HOST", "sacn" or "sacn:HOST", and after a'
            ' host :PORT if you like, like "artnet:192.168.1.50"'
        )
    return LightTarget(protocol, host, int(port) if port else usual[protocol])


def check_lights(lights: Lights) -> None:
    """Raises ConfigError for lamps that cannot be."""
    targets = [light_target(text) for text in lights.out]
    _within("universe in [lights]", lights.universe, _universes(targets))
    _within("priority in [lights]", lights.priority, PRIORITIES)
    _within("rate_hz in [lights]", lights.rate_hz, RATES_HZ)
    _within("gain in [lights]", lights.gain, GAINS)
    _within("fade_s in [lights]", lights.fade_s, FADES_S)
    if targets and not lights.fixtures:
        raise ConfigError("[lights] says where to, but no fixtures; list the lamps")
    if lights.fixtures and not targets:
        raise ConfigError(
            '[lights] lists fixtures, but not where they are; say out = ["artnet:HOST"] or ["sacn"]'
        )
    for number, fixture in enumerate(lights.fixtures, 1):
        what = f"of fixture {number} in [lights]"
        if not fixture.channels or set(fixture.channels) - set(CHANNELS):
            raise ConfigError(
                f'the layout {what} is {fixture.layout!r}; it is "dimmer", or one letter a channel'
                ' of r, g, b, w, d (dimmer) and - (stays at 0), like "rgb" or "rgbw"'
            )
        _within(f"the address {what}", fixture.address, (1, DMX_CHANNELS))
        if fixture.last > DMX_CHANNELS:
            raise ConfigError(
                f"the channels {what} go up to {fixture.last}; a universe has {DMX_CHANNELS}"
            )
        if fixture.colour not in COLOURS:
            raise ConfigError(unknown(f"colour {what}", fixture.colour, COLOURS))
        if fixture.follows not in FOLLOWED:
            raise ConfigError(
                unknown(f"thing to follow {what}", fixture.follows, filter(None, FOLLOWED))
            )
        _within(f"the depth {what}", fixture.depth, (0, 1))
        _within(f"the level {what}", fixture.level, (0, 1))
        if fixture.universe is not None:
            _within(f"the universe {what}", fixture.universe, _universes(targets))
    if (pair := overlap(lights.fixtures, lights.universe)) is not None:
        first, second = pair
        raise ConfigError(
            f"the fixture at {first.address} has channels up to {first.last}, and another begins at"
            f" {second.address}; give it an address of its own"
        )


def check_artnet(artnet: Artnet) -> None:
    """Raises ConfigError for faders that cannot be."""
    _within("universe in [artnet]", artnet.universe, ARTNET_UNIVERSES)
    _within("in_port in [artnet]", artnet.in_port, (1, HIGHEST_PORT))
    for number, fader in enumerate(artnet.faders, 1):
        what = f"of fader {number} in [artnet]"
        row = params.row(fader.param)
        if fader.bits not in BITS:
            raise ConfigError(f"the bits {what} are {fader.bits}; they are 8 or 16")
        _within(f"the channel {what}", fader.channel, (1, DMX_CHANNELS + 1 - fader.bits // 8))
        for end in (fader.low, fader.high):
            if end is not None:
                _within(f"low and high {what}", end, (row.low, row.high))
    allowed = networks_of(artnet.allow)
    if (
        artnet.faders
        and not is_loopback(artnet.in_host)
        and all(network.is_loopback for network in allowed)
    ):
        raise ConfigError(
            f"Art-Net on {artnet.in_host} would be open to the network, but obey nobody there; name"
            f" the desk's address in allow of [artnet], or keep it on {THIS_MACHINE}"
        )


def _universes(targets: list[LightTarget]) -> tuple[int, int]:
    """From and to which universe all targets have them."""
    least = max([SACN_UNIVERSES[0]] * any(t.protocol == SACN for t in targets) or [0])
    most = min([ARTNET_UNIVERSES[1]] * any(t.protocol == ARTNET for t in targets) or [63999])
    return least, most


def _within(what: str, value: float, ends: tuple[float, float]) -> None:
    low, high = ends
    if not low <= value <= high:
        raise ConfigError(f"{what} is {value:g}; it goes from {low:g} to {high:g}")
