"""The page's address for a phone."""

from __future__ import annotations

import socket
import sys
from typing import Any

import pytest

from livesyn.config.sections import Web
from livesyn.show import invitation
from livesyn.show.invitation import address_for_others, lan_address, qr_code


class Probe:
    """A UDP socket on a machine with that address; sending would be a mistake."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __enter__(self) -> Probe:
        return self

    def __exit__(self, *_: object) -> None: ...

    def connect(self, where: Any) -> None:
        if not self.address:
            raise OSError("Network is unreachable")

    def getsockname(self) -> tuple[str, int]:
        return self.address, 40000


@pytest.fixture
def on_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", lambda *_: Probe("192.168.1.20"))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_open_to_all_it_is_this_machines_address_with_the_token(host: str, on_a_network) -> None:
    web = Web(host=host, port=8770, token="a b&c")
    assert address_for_others(web) == "http://192.168.1.20:8770/?token=a%20b%26c"


@pytest.mark.parametrize(
    ("web", "address"),
    [
        (Web(), ""),
        (Web(host="localhost"), ""),
        (Web(host="0.0.0.0", on=False), ""),
        (Web(host="10.0.0.7", port=9, token="t"), "http://10.0.0.7:9/?token=t"),
        (Web(host="stage.local", port=9), "http://stage.local:9/"),
        (Web(host="fd00::7", port=9), "http://[fd00::7]:9/"),
    ],
)
def test_for_this_machine_alone_there_is_none(web: Web, address: str) -> None:
    assert address_for_others(web) == address


@pytest.mark.parametrize("address", ["", "127.0.0.1", "0.0.0.0"])
def test_on_no_network_there_is_none(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", lambda *_: Probe(address))
    assert lan_address() == "" and invitation.invitation(Web(host="0.0.0.0", token="t")) == ""


def test_the_code_is_one_that_a_reader_reads() -> None:
    pytest.importorskip("segno", reason="the Python package segno is not here")
    cv2 = pytest.importorskip("cv2")
    import numpy as np

    text = "http://192.168.1.20:8770/?token=aB3_xyz-9012"
    lines = qr_code(text).splitlines()
    assert max(map(len, lines)) <= 60 and len(lines) <= 30, "it fits a terminal"
    dark = {" ": (1, 1), "▀": (0, 1), "▄": (1, 0), "█": (0, 0)}  # of light on dark
    rows: list[list[int]] = []
    for line in lines:
        halves = [dark[letter] for letter in line if letter in dark]
        rows += [[top for top, _ in halves], [bottom for _, bottom in halves]]
    width = max(map(len, rows))
    modules = np.array([row for row in rows if len(row) == width], np.uint8)
    picture = np.kron(255 * (1 - modules), np.ones((8, 8), np.uint8))
    found, *_ = cv2.QRCodeDetector().detectAndDecode(np.pad(picture, 32, constant_values=255))
    assert found == text


def test_where_it_cannot_be_drawn_the_address_is_said(on_a_network, monkeypatch) -> None:
    assert qr_code("text", "latin-1") == ""
    monkeypatch.setitem(sys.modules, "segno", None)
    said = invitation.invitation(Web(host="0.0.0.0", port=8770, token="t"))
    assert said == "on a phone: http://192.168.1.20:8770/?token=t\n"
