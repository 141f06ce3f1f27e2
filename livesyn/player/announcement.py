"""OSCQuery announced by mDNS, so that its clients find the show: `_oscjson._tcp` and `_osc._udp`.

In a process of its own: who answers mDNS reads every packet of it on the network. It needs the
package `zeroconf`; without it clients are told the address by hand. It reads one line of JSON from
stdin, and at the end of stdin says goodbye: also when the player is killed.

A show that listens on loopback is announced there alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

from livesyn.base.addresses import is_loopback
from livesyn.base.installing import install
from livesyn.base.scheduling import yield_process

LOOK_AGAIN_S = 10.0  # for networks that came or went
LEAVE_S = 1.5
TYPES = ("_oscjson._tcp.local.", "_osc._udp.local.")
NAME_BYTES = 40


class Announcement:
    """Begins when made; `end` tells it to say goodbye, `close` also waits until it has."""

    def __init__(self, host: str, port: int) -> None:
        """Raises OSError when no process can be started."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "livesyn.player.announcement"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(json.dumps([host, port]).encode() + b"\n")
            self._process.stdin.flush()

    def end(self) -> None:
        """Does not wait."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def close(self) -> None:
        """At most 1.5 s, and usually 0.3."""
        self.end()
        try:
            self._process.wait(LEAVE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def hindrance(host: str) -> str:
    """Why a show that listens at `host` will not be found, in a sentence; "" if it will, or if
    nobody beyond this machine looks for it.
    """
    if is_loopback(host) or is_possible():
        return ""
    return (
        "this show is not announced by mDNS, so OSCQuery clients have to be told its address;"
        f" install zeroconf with: {install('zeroconf')}"
    )


def is_possible() -> bool:
    """Whether the package for it is installed."""
    return importlib.util.find_spec("zeroconf") is not None


def addresses_of(host: str) -> list[str]:
    """The IPv4 addresses at which others reach who listens at `host`."""
    if host not in ("", "0.0.0.0", "::"):
        with contextlib.suppress(OSError):
            found = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_DGRAM)
            return [str(found[0][4][0])]
        return []
    import ifaddr

    return sorted(
        str(ip.ip)
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
        if ip.is_IPv4 and not is_loopback(str(ip.ip))
    )


def services(addresses: Sequence[str], port: int, machine: str) -> list[Any]:
    """zeroconf's ServiceInfo of both services."""
    from zeroconf import ServiceInfo

    plain = "".join(c if c.isalnum() else "-" for c in machine.partition(".")[0])[:NAME_BYTES]
    return [
        ServiceInfo(
            kind,
            f"livesyn on {plain}.{kind}",
            port,
            properties={"txtvers": "1"},
            server=f"livesyn-{plain}-{port}.local.",
            parsed_addresses=list(addresses),
        )
        for kind in TYPES
    ]


async def announce(host: str, port: int, over: asyncio.Event) -> None:
    """Announce until `over`, on whatever networks there are; goodbye at the end."""
    told: list[str] = []
    announcing: asyncio.Task[None] | None = None
    while not over.is_set():
        # else no multicast, or the network went meanwhile: tried again
        if announcing is None or announcing.done() or addresses_of(host) != told:
            await _end(announcing)
            told = addresses_of(host)
            announcing = asyncio.create_task(_announce_at(told, port))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), LOOK_AGAIN_S)
    await _end(announcing)


async def _announce_at(addresses: Sequence[str], port: int) -> None:
    """Until it is cancelled, or fails."""
    from zeroconf.asyncio import AsyncZeroconf

    announcer = AsyncZeroconf(interfaces=list(addresses))
    try:
        await asyncio.gather(
            *(
                announcer.async_register_service(service, allow_name_change=True)
                for service in services(addresses, port, socket.gethostname())
            )
        )
        await asyncio.Event().wait()
    finally:
        await announcer.async_close()  # also says goodbye


async def _end(announcing: asyncio.Task[None] | None) -> None:
    if announcing is not None:
        announcing.cancel()
        await asyncio.gather(announcing, return_exceptions=True)


async def _announce_until_the_end_of_stdin() -> None:
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    line = sys.stdin.readline()

    def wait() -> None:
        sys.stdin.read()
        with contextlib.suppress(RuntimeError):  # it has ended
            loop.call_soon_threadsafe(over.set)

    if line:
        threading.Thread(target=wait, daemon=True).start()
        host, port = json.loads(line)
        await announce(host, port, over)


def main() -> None:
    """The process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the end of stdin is the end
    yield_process()
    asyncio.run(_announce_until_the_end_of_stdin())


if __name__ == "__main__":
    main()
