"""OSC packets: all types from other encoders, and what disagrees with itself is refused."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from livesyn.player.osc_decoder import IMPULSE, MAX_DEPTH, Message, OscError, decode
from livesyn.sinks.osc_packets import bundle, message

ADDRESS = "/livesyn/param/temperature"


def padded(raw: bytes) -> bytes:
    return raw + bytes(4 - len(raw) % 4)


def raw(tags: str, data: bytes = b"", address: str = "/a") -> bytes:
    return padded(address.encode()) + padded(b"," + tags.encode()) + data


def encoded(tag: str, value: Any) -> bytes:
    """The bytes of one value, by the specification."""
    forms = {"i": ">i", "f": ">f", "h": ">q", "d": ">d", "t": ">Q", "r": ">I"}
    if tag in forms:
        return struct.pack(forms[tag], value)
    if tag in "sS":
        return padded(value.encode())
    if tag == "b":
        return struct.pack(">i", len(value)) + value + bytes(-len(value) % 4)
    if tag == "c":
        return struct.pack(">i", ord(value))
    return bytes(value) if tag == "m" else b""


text = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=9)
byte = st.integers(0, 255)
VALUES = {
    "i": st.integers(-(2**31), 2**31 - 1),
    "f": st.floats(width=32, allow_nan=False),
    "h": st.integers(-(2**63), 2**63 - 1),
    "d": st.floats(allow_nan=False),
    "s": text,
    "S": text,
    "b": st.binary(max_size=9),
    "c": st.characters(max_codepoint=127),
    "r": st.integers(0, 2**32 - 1),
    "m": st.tuples(byte, byte, byte, byte),
    "t": st.integers(0, 2**64 - 1),
    "T": st.just(True),
    "F": st.just(False),
    "N": st.just(None),
    "I": st.just(IMPULSE),
}
typed = st.sampled_from(sorted(VALUES)).flatmap(lambda tag: st.tuples(st.just(tag), VALUES[tag]))


@given(st.lists(typed, max_size=8))
def test_every_type_is_read_as_it_was_written(pairs):
    tags = "".join(tag for tag, _ in pairs)
    data = b"".join(encoded(*pair) for pair in pairs)
    values = tuple(value for _, value in pairs)
    assert list(decode(raw(tags, data))) == [Message("/a", tags, values)]
    assert list(decode(raw(f"[{tags}]", data))) == [Message("/a", f"[{tags}]", (list(values),))]


@given(st.lists(typed.filter(lambda pair: pair[0] in "ifhdsbrmTFN" and pair[1] != b"")))
def test_what_python_osc_writes_is_read(pairs):
    builder = OscMessageBuilder(ADDRESS)
    for tag, value in pairs:
        builder.add_arg(value, tag)
    written = builder.build()
    (got,) = decode(written.dgram)
    assert got == Message(
        ADDRESS, "".join(tag for tag, _ in pairs), tuple(value for _, value in pairs)
    )
    outer, inner = OscBundleBuilder(IMMEDIATELY), OscBundleBuilder(IMMEDIATELY)
    inner.add_content(written)
    outer.add_content(inner.build())
    outer.add_content(written)
    assert list(decode(outer.build().dgram)) == [got, got]


@given(st.integers(-(2**31), 2**31 - 1), st.floats(width=32, allow_nan=False))
def test_what_we_write_is_read(whole, real):
    assert list(decode(message("/a", whole, real))) == [Message("/a", "if", (whole, real))]


def fault(packet: bytes) -> OscError:
    (error,) = decode(packet)
    assert isinstance(error, OscError), error
    return error


@given(st.lists(typed, min_size=1, max_size=5), st.data())
def test_bytes_that_are_too_many_or_too_few_are_refused(pairs, data):
    tags = "".join(tag for tag, _ in pairs)
    whole = b"".join(encoded(*pair) for pair in pairs)
    extra = data.draw(st.binary(min_size=1, max_size=9))
    fault(raw(tags, whole + extra))
    if whole:
        kept = data.draw(st.integers(0, len(whole) - 1))
        lost = len(whole) - kept
        if tags.rstrip("TFNI").endswith("f") and lost <= 2:
            return  # as Reaktor sends it
        fault(raw(tags, whole[:kept]))


@pytest.mark.parametrize(
    ("packet", "kind", "words"),
    [
        (b"", "empty", "is empty"),
        (b"hello", "stranger", "is text, 'hello'"),
        (b"livesyn/panic 1;\n", "stranger", "is a Pure Data message"),
        (b"/livesyn/panic 1;\n", "stranger", "is a Pure Data message"),
        (b'{"panic": 1}', "stranger", "is text"),
        (b"GET / HTTP/1.1\r\n\r\n", "stranger", "is text"),
        (b"Art-Net\0\0\x50", "stranger", "is Art-Net"),
        (b"\x90\x3c\x40", "stranger", "it begins with b'\\x90<@'"),
        (b"\0\0\0\0", "stranger", "it begins with"),
        (b"livesyn/panic\0\0\0,\0\0\0", "stranger", "it begins with b'livesyn/panic"),
        (b"\xc0" + raw("f", bytes(4)) + b"\xc0", "slip", "SLIP"),
        (raw("f", bytes(4)) + b"\xc0", "slip", "SLIP"),
        (struct.pack(">i", 12) + raw("f", bytes(4)), "length", "begins with its length"),
        (struct.pack(">i", 16) + bundle(1, []), "length", "begins with its length"),
        (b"/a", "stranger", "is text"),
        (b"/abc\0", "padding", "is 5 bytes long"),
        (b"/livesyn/param/temperature\0\0,f\0" + struct.pack(">f", 0.33), "padding", "35 bytes"),
        (b"/livesyn/param/temperature\0\0,i\0" + struct.pack(">i", 1), "padding", "35 bytes"),
        (b"/abc\0,i\0" + bytes(4), "padding", "not filled up"),
        (b"/a\0x,i\0\0" + bytes(4), "padding", "not filled up"),
        (b"/a\0\0" + bytes(4), "tags", "without type tags"),
        (b"/a\0\0f\0\0\0" + bytes(4), "tags", "without type tags"),
        (raw("q"), "tags", "'q'"),
        (raw("qf", bytes(4)), "tags", "'q'"),
        (raw("[f", bytes(4)), "tags", "brackets"),
        (raw("f]", bytes(4)), "tags", "brackets"),
        (raw("[" * 60 + "]" * 60), "tags", "brackets"),
        (raw("f"), "short", "less bytes"),
        (raw("d", bytes(4)), "short", "less bytes"),
        (raw("f", bytes(8)), "long", "4 bytes more"),
        (raw("", bytes(4)), "long", "4 bytes more"),
        (raw("s", b"abcd"), "padding", "without an end"),
        (raw("s", b"ab\0x"), "padding", "not filled up"),
        (raw("s", b"caf\xe9\0\0\0\0"), "text", "not UTF-8"),
        (raw("b", struct.pack(">i", 8) + bytes(4)), "padding", "blob of 8 bytes"),
        (raw("b", struct.pack(">i", -4)), "padding", "blob of -4 bytes"),
        (raw("b", struct.pack(">i", 1) + b"abcd"), "padding", "blob of 1 bytes"),
        (raw("b", struct.pack(">i", 2**31 - 1) + b"abcd"), "padding", "blob of"),
        (raw("c", struct.pack(">i", 200)), "text", "of code 200"),
        (b"#bundle\0", "bundle", "before its timetag"),
        (b"#bundle", "bundle", "without the zero byte"),
        (bundle(1, []) + bytes(4), "bundle", "0 bytes long"),
        (bundle(1, []) + b"\0\0", "bundle", "0 bytes long"),
        (bundle(1, []) + struct.pack(">i", 2**31 - 1), "bundle", "2147483647 bytes long"),
    ],
)
def test_what_is_wrong_is_named(packet, kind, words):
    error = fault(packet)
    assert error.kind == kind and words in str(error) and len(str(error)) < 250


def test_a_last_byte_that_is_no_frame():
    assert list(decode(raw("i", b"\0\0\0\xc0"))) == [Message("/a", "i", (192,))]


def test_the_address_is_named_where_it_can_be_read():
    assert fault(raw("q")).address == "/a" and fault(b"hello").address == ""


def test_a_float_may_lack_its_last_zeros_but_not_its_first_half():
    whole = struct.pack(">f", 96.0)
    for kept in (2, 3, 4):
        assert list(decode(raw("f", whole[:kept]))) == [Message("/a", "f", (96.0,))]
    for kept in (0, 1):
        fault(raw("f", whole[:kept]))
    for tag in "ihdtrm":
        fault(raw(tag, bytes(2)))
        fault(raw(tag, bytes(3)))


@pytest.mark.parametrize(
    "wrong", [raw("q"), raw("s", b"caf\xe9\0\0\0\0"), raw("f", bytes(8)), b"junk", b"#bundle\0"]
)
def test_one_wrong_part_of_a_bundle_leaves_the_others(wrong):
    good = message("/good", 1)
    first, error, last = decode(bundle(1, [good, wrong, good]))
    assert first == last == Message("/good", "i", (1,)) and isinstance(error, OscError)
    nested = list(decode(bundle(1, [bundle(1, [wrong, good]), good])))
    assert [type(part) for part in nested] == [OscError, Message, Message]


def test_a_size_that_is_wrong_ends_its_own_bundle_only():
    good, liar = message("/good", 1), bundle(1, [message("/good", 1)]) + struct.pack(">i", -8)
    parts = list(decode(bundle(1, [liar, good])))
    assert [type(part) for part in parts] == [Message, OscError, Message]


def test_bundles_in_each_other_have_a_bottom():
    packet = message("/good", 1)
    for _ in range(MAX_DEPTH):
        packet = bundle(1, [packet])
    assert list(decode(packet)) == [Message("/good", "i", (1,))]
    assert fault(bundle(1, [packet])).kind == "depth"
    while len(packet) < 60_000:
        packet = bundle(1, [packet])
    assert fault(packet).kind == "depth"


@given(st.binary(max_size=200))
def test_random_bytes_raise_nothing(packet):
    for prefix in (b"", b"/a\0\0", b"/a\0\0,", b"#bundle\0", bundle(1, [])):
        for part in decode(prefix + packet):
            assert isinstance(part, Message | OscError)
