"""Packets of Art-Net and sACN, byte by byte."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.control.dmx_packets import (
    ArtDmx,
    DmxError,
    art_dmx,
    read_art_dmx,
    sacn,
    sacn_group,
)

DATA = bytes(range(256)) * 2
SENDER = bytes(range(16))


def test_art_dmx_is_as_the_specification_has_it() -> None:
    packet = art_dmx(0x1234, 7, DATA)
    assert packet[:18] == b"Art-Net\x00\x00\x50\x00\x0e\x07\x00\x34\x12\x02\x00"
    assert packet[18:] == DATA
    assert art_dmx(0, 1, b"abc")[16:] == b"\x00\x04abc\x00", "an even number of channels"


def test_sacn_is_as_the_standard_has_it() -> None:
    packet = sacn(0x0203, 9, DATA, sender=SENDER, name="livesyn", priority=120)
    assert len(packet) == 638
    assert packet[:22] == b"\x00\x10\x00\x00ASC-E1.17\x00\x00\x00\x72\x6e\x00\x00\x00\x04"
    assert packet[22:38] == SENDER
    assert packet[38:44] == b"\x72\x58\x00\x00\x00\x02"
    assert packet[44:108] == b"livesyn".ljust(64, b"\0")
    assert packet[108:115] == bytes([120, 0, 0, 9, 0, 2, 3])
    assert packet[115:126] == b"\x72\x0b\x02\xa1\x00\x00\x00\x01\x02\x01\x00"
    assert packet[126:] == DATA
    ended = sacn(1, 0, DATA, sender=SENDER, name="é" * 60, priority=0, ends=True)
    assert ended[112] == 0x40 and ended[107] == 0, "the name ends with a zero"


def test_each_universe_has_its_group() -> None:
    assert [sacn_group(n) for n in (1, 256, 63999)] == [
        "239.255.0.1",
        "239.255.1.0",
        "239.255.249.255",
    ]


@given(universe=st.integers(0, 32767), sequence=st.integers(0, 255), data=st.binary(max_size=512))
@settings(max_examples=300, deadline=None)
def test_what_is_written_is_read(universe: int, sequence: int, data: bytes) -> None:
    data = data if len(data) > 1 and len(data) % 2 == 0 else data[1:] + b"ab"
    data += b"\0" * (len(data) % 2)
    assert read_art_dmx(art_dmx(universe, sequence, data)) == ArtDmx(universe, sequence, data)


HEADS = st.sampled_from([b"", b"Art-Net\0", b"Art-Net\0\x00\x50", b"Art-Net\0\x00\x50\x00\x0e"])


@given(head=HEADS, rest=st.binary(max_size=700), cut=st.integers(0, 700))
@settings(max_examples=1500, deadline=None)
def test_whatever_comes_is_read_or_refused_in_a_sentence(
    head: bytes, rest: bytes, cut: int
) -> None:
    try:
        dmx = read_art_dmx((head + rest)[:cut])
    except DmxError as error:
        assert str(error).startswith("it")
    else:
        assert dmx is None or (1 <= len(dmx.data) <= 512 and 0 <= dmx.universe <= 32767)


@pytest.mark.parametrize(
    ("packet", "words"),
    [
        (b"", "not Art-Net"),
        (b"Art-Net\0\x00\x50\x00", "ends after 11 bytes"),
        (b"Art-Net\0\x00\x50\x00\x0d\0\0\0\0\0\x02ab", "of version 13"),
        (b"Art-Net\0\x00\x50\x00\x0e\0\0\0\x80\0\x02ab", "universe is 32768"),
        (b"Art-Net\0\x00\x50\x00\x0e\0\0\0\0\0\x04ab", "says that it has 4 channels, and has 2"),
        (b"Art-Net\0\x00\x50\x00\x0e\0\0\0\0\0\0", "says that it has 0"),
        (b"Art-Net\0\x00\x50\x00\x0e\0\0\0\0\x02\x02" + bytes(514), "says that it has 514"),
    ],
)
def test_what_is_wrong_is_said(packet: bytes, words: str) -> None:
    with pytest.raises(DmxError, match=words):
        read_art_dmx(packet)


def test_other_packets_of_art_net_are_nobodys_mistake() -> None:
    assert read_art_dmx(b"Art-Net\0\x00\x20\x00\x0e\x06\x00") is None  # a poll
