"""The page's address for a phone, as text and as a QR code."""

from __future__ import annotations

import io
import ipaddress
import socket
import sys
from urllib.parse import quote

from livesyn.base.addresses import is_here, is_loopback
from livesyn.config.sections import Web

ELSEWHERE = ("192.0.2.1", 9)  # for documentation only: nobody is there, and nothing is sent


def address_for_others(web: Web) -> str:
    """What a phone on the same network opens; "" where the page is for this machine alone, or this
    machine is on no network.
    """
    if not web.on or is_loopback(web.host):
        return ""
    host = (lan_address() if not web.host or is_here(web.host) else web.host) or ""
    if not host:
        return ""
    if ":" in host:
        host = f"[{host}]"
    return f"http://{host}:{web.port}/" + (f"?token={quote(web.token)}" if web.token else "")


def lan_address() -> str:
    """This machine's address on its network, "" without one. The network is not asked: a UDP socket
    that is connected sends nothing, and says by which address it would.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
            found = str(probe.getsockname()[0])
        except OSError:
            return ""
    here = ipaddress.ip_address(found)
    return "" if here.is_loopback or here.is_unspecified else found


def qr_code(text: str, encoding: str | None = None) -> str:
    """Lines that show a QR code of `text`, two rows of it in each; "" where the package segno is
    not here, or the characters are not in `encoding`.
    """
    try:
        import segno
    except ImportError:
        return ""
    out = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(out, border=2, compact=True)
    try:
        out.getvalue().encode(encoding or "utf-8")
    except (UnicodeError, LookupError):
        return ""
    return out.getvalue()


def invitation(web: Web) -> str:
    """What is printed for whoever has a phone: the QR code and the address under it; "" where there
    is none.
    """
    address = address_for_others(web)
    if not address:
        return ""
    code = qr_code(address, getattr(sys.stdout, "encoding", None))
    return f"{code}on a phone: {address}\n"
