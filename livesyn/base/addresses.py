"""Addresses on the network: who is reached, and from where."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from livesyn.base.errors import ConfigError

THIS_MACHINE = "127.0.0.1"
OSC_IN_PORT, OSC_OUT_PORT = 9700, 9701
PAGE_PORT, STUDY_PORT = 8770, 8771
LIVE_PORT, LIVE_ANSWERS_PORT = 11000, 11001  # AbletonOSC's
STANDBY_PORT = 9710
REMEMBERED = 256  # senders, of whom is known whether they are let in
AHEAD, ONTIME = "ahead", "ontime"
POLICIES = (AHEAD, ONTIME)


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver. `policy` is "ahead" (timetagged bundles, sent before their time, for one that
    schedules, like SuperCollider) or "ontime" (sent at the moment, for one that does not, like
    Pure Data and TouchDesigner)."""

    host: str
    port: int
    policy: str = ONTIME

    def __str__(self) -> str:
        return f"{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/{self.policy}"


def parse_target(text: str) -> Target:
    """The target of a text like "127.0.0.1:9701", "studio.local:57120/ahead" or "[::1]:9701".

    Raises ConfigError.
    """
    address, _, policy = text.strip().partition("/")
    host, _, port = address.rpartition(":")
    host = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    policy = policy or ONTIME
    if (
        not host
        or not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536)
        or policy not in POLICIES
    ):
        raise ConfigError(
            f"the OSC target is {text!r}; say HOST:PORT, with a port from 1 to 65535, and after it"
            f" /{ONTIME} or /{AHEAD} if you like: {THIS_MACHINE}:{OSC_OUT_PORT}, or"
            f" 127.0.0.1:57120/{AHEAD} for SuperCollider"
        )
    return Target(host, int(port), policy)


def parse_place(flag: str, text: str, host: str = "", port: int = 0) -> tuple[str, int]:
    """Host and port of a text like "192.168.1.20:9710" or "[::1]:9710"; of one alone the other is
    `host` or `port`, where there is such a one. Raises ConfigError, which names `flag`.
    """
    head, colon, tail = text.strip().rpartition(":")
    if not colon and (tail.isdigit() or not port):
        found, number = host, tail
    elif not colon or tail.endswith("]") or (":" in head and not head.startswith("[")):
        found, number = text.strip(), str(port or "")  # a host alone, perhaps of IPv6
    else:
        found, number = head, tail
    found = found.removeprefix("[").removesuffix("]")
    legal = number.isascii() and number.isdigit() and len(number) <= 5 and 0 < int(number) < 65536
    if not found or not legal or any(c.isspace() for c in found):
        form = "[HOST:]PORT" if host else "HOST[:PORT]"
        raise ConfigError(f"{flag} is {text!r}; say {form}, with a port from 1 to 65535")
    return found, int(number)


def gate_of(allow: Iterable[str]) -> Callable[[str], bool]:
    """Whether an allow-list lets an address in. Raises ConfigError."""
    networks = networks_of(allow)

    @functools.lru_cache(REMEMBERED)
    def lets_in(sender: str) -> bool:
        address = ipaddress.ip_address(sender.partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in networks)

    return lets_in


def networks_of(allow: Iterable[str]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """What an allow-list of addresses ("192.168.1.20") and networks ("192.168.1.0/24") lets in.
    Raises ConfigError.
    """
    try:
        return tuple(ipaddress.ip_network(sender) for sender in allow)
    except ValueError as error:
        raise ConfigError(
            "the OSC allow-list takes addresses like 192.168.1.20 and networks like"
            f" 192.168.1.0/24: {error}"
        ) from None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_here(host: str) -> bool:
    """Whether `host` means this machine whatever its network: loopback, or any address."""
    return is_loopback(host) or host.strip("[]") in ("0.0.0.0", "::")
