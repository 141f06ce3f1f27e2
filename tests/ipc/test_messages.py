"""Lines in, messages out; nothing that comes over the wire does harm."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesyn.base.types import Note, Phrase
from livesyn.ipc.messages import (
    MAX_LINE_BYTES,
    VERSION,
    Beat,
    FromEngine,
    FromPlayer,
    Hello,
    Lines,
    MessageError,
    Offer,
    SetParam,
    TimelineChange,
    decode,
    encode,
)
from livesyn.transport.timeline import Timeline
from tests.asked import BY

notes = st.builds(
    Note,
    st.floats(0, 4),
    st.floats(0, 4),
    st.integers(0, 127),
    st.integers(1, 127),
    st.integers(1, 16),
)
controls = st.lists(st.floats(-4, 4), min_size=12, max_size=12).map(tuple)
GOOD = json.loads(encode(Offer.of(3, Phrase((Note(0, 1, 60),), 4), (0.0,) * 12, 1, **BY)))


@given(
    st.integers(0, 1 << 40),
    st.lists(notes, max_size=20).map(lambda n: Phrase(tuple(sorted(n)), 4.0)),
    controls,
)
def test_a_phrase_survives_the_wire(bar, phrase, values):
    line = encode(Offer.of(bar, phrase, values, 7, **BY))
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    offer = decode(line, FromEngine)
    assert (offer.bar, offer.phrase(), offer.controls) == (bar, phrase, values)


def test_numpy_numbers_may_be_sent():
    two: Any = np.int64(2)
    start: Any = np.float32(0.5)
    pitch: Any = np.int64(60)
    message = Offer.of(
        two,
        Phrase((Note(start, np.float64(1), pitch),), 4),
        tuple(np.zeros(12, np.float32)),
        1,
        **BY,
    )
    assert decode(encode(message), FromEngine).phrase().notes[0].pitch == 60


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b"1",
        b"null",
        b'"phrase"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"t":"launch"}',
        b'{"t":["beat"]}',
        b'{"t":null}',
        b'{"t":"set","name":"tempo"}',
        b'{"t":"set","name":"tempo","value":NaN}',
        b'{"t":"set","name":"tempo","value":Infinity}',
        b'{"t":"set","name":"tempo","value":true}',
        b'{"t":"set","name":7,"value":1}',
        b'{"t":"set","name":"tempo","value":' + b"9" * 400 + b"}",
        b'{"t":"transport","do":"tempo","value":"fast"}',
        b'{"t":"hello","v":"1","token":""}',
        *(
            json.dumps({**GOOD, **wrong}).encode()
            for wrong in (
                {"bar": 1.5},
                {"bar": None},
                {"notes": None},
                {"notes": [[0, 1, 60, 96]]},
                {"notes": [[0, 1, 128, 96, 1]]},
                {"notes": [[0, 1, 60, 0, 1]]},
                {"notes": [[0, 1, 60, 96, 17]]},
                {"notes": [[-1, 1, 60, 96, 1]]},
                {"notes": [[0, -1, 60, 96, 1]]},
                {"notes": [[0, 1, 60.5, 96, 1]]},
                {"notes": [[0, 1, 60, 96, 1]] * 1000},
                {"controls": [0] * 11},
                {"controls": ["0"] * 12},
                {"controls": None},
            )
        ),
    ],
)
def test_what_is_wrong_is_refused_in_a_sentence(line):
    with pytest.raises(MessageError) as refused:
        decode(line, FromEngine)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 300


@given(st.binary(max_size=300))
def test_noise_is_refused_or_understood_never_more(noise):
    for table in (FromEngine, FromPlayer):
        try:
            decode(noise, table)
        except MessageError:
            pass


def test_fields_of_a_newer_peer_are_ignored():
    assert decode(b'{"t":"beat","mood":"good"}', FromEngine) == Beat()


def test_what_json_cannot_say_is_not_sent():
    values: tuple[Any, ...] = (float("nan"), float("inf"), object())
    for value in values:
        with pytest.raises(MessageError):
            encode(SetParam("tempo", value, **BY))
    with pytest.raises(MessageError, match="limit"):
        encode(SetParam("x" * (MAX_LINE_BYTES + 1), 1.0, **BY))


def test_a_timeline_is_read():
    line = (
        b'{"t":"timeline","timeline":{"beat":4,"time_s":2.5,"bpm":110},"playing":true,'
        b'"origin":"osc","asked_s":2}'
    )
    message = decode(line, FromPlayer)
    assert isinstance(message, TimelineChange) and message.timeline.value() == Timeline(4, 2.5, 110)


@given(
    st.lists(st.sampled_from([b"abc\n", b"d", b"\n", b"ef\ngh\n"]), max_size=20), st.integers(1, 7)
)
def test_lines_do_not_depend_on_how_the_bytes_come(pieces, size):
    whole = b"".join(pieces)
    lines = Lines()
    found = [line for i in range(0, len(whole), size) for line in lines.feed(whole[i : i + size])]
    assert found == [line for line in whole.split(b"\n")[:-1] if line]


def test_a_line_without_end_is_thrown_away_and_what_follows_is_read():
    lines = Lines()
    for _ in range(20):
        assert lines.feed(b"x" * (MAX_LINE_BYTES // 4)) == []
    assert lines.feed(b"tail\nnext\n") == [b"next"]
    assert lines.oversized == 1


def test_hello_says_the_version():
    assert decode(encode(Hello(VERSION, "secret")), FromEngine) == Hello(VERSION, "secret")
