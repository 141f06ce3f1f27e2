"""Who may ask OSCQuery. A page in a browser can reach this machine too, whatever site it is of: by
naming our address as its own (DNS rebinding), or across origins. Its Host and Origin headers give
both away.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from livesyn.base.addresses import is_loopback

MDNS_SUFFIX = ".local"


def is_own_name(host: str, loopback: bool) -> bool:
    """Whether a Host header names this machine as no site of the Internet can: by an address, or a
    name of the local network; for a server on `loopback` by a name of loopback.
    """
    name = hostname_of(f"//{host}")
    if not name:
        return False
    if loopback or is_loopback(name):
        return is_loopback(name)
    if _is_address(name) or "." not in name or name.endswith(MDNS_SUFFIX):
        return True
    return name == socket.gethostname().lower()


def is_own_page(origin: str, host: str) -> bool:
    """Whether a page of `origin` may ask at `host`: one that this machine serves, at any port."""
    page, asked = hostname_of(origin), hostname_of(f"//{host}")
    return bool(page) and (page == asked or (is_loopback(page) and is_loopback(asked)))


def hostname_of(url: str) -> str:
    """The host in an URL, in lower case and without brackets; "" where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True
