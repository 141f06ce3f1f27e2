"""The lines of a set log, and a file of them that may be cut, changed, foreign or of another
version."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base.errors import DataError
from livesyn.base.types import Note, Phrase
from livesyn.ipc.set_log import (
    FORMAT,
    VERSION,
    Asked,
    Begin,
    DamagedLine,
    End,
    Lost,
    Made,
    Obeyed,
    PhraseRow,
    Sent,
    Settled,
    Step,
    decode,
    encode,
    read,
)

BEGIN = Begin(
    FORMAT, VERSION, 100.0, 1.7e9, "livesyn 0.1.0", {"tempo": 120.0}, {"model": {"seed": 3}}
)
STEP = Step(
    100.1,
    100.25,
    (Obeyed("offer", [1, [4.0, [[0.0, 1.5, 60, 90, 1]]], [0.1] * 12, 100.2, "engine", None]),),
    (Settled(1, 102.0, "new", 0.25, False, 400.0, "engine", 100.2),),
    (Sent(0, b"\xf8\x90<Z"),),
)
LINES = (
    BEGIN,
    STEP,
    Asked(1.5, "param", "tempo", 99.5, "osc", 1.25, 8.0, 3),
    Made(2.0, 7, b"\x00\x00\x80?", {"temperature": 0.7}, 6, b"jpeg"),
    Lost(3.0, 12, "the disk took nothing"),
    End(4.0, 4.5, (Sent(-1, b"\xfc"),)),
)


@pytest.mark.parametrize("line", LINES, ids=lambda line: type(line).__name__)
def test_a_line_comes_back_as_it_was_written(line):
    data = encode(line)
    assert data.endswith(b"\n") and data.count(b"\n") == 1
    assert decode(data) == line
    assert decode(data.rstrip()) == line


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_byte_that_was_changed_is_noticed(at, change):
    data = bytearray(encode(STEP)[:-1])
    data[at % len(data)] ^= change
    if bytes(data).rstrip(b"\r\n") == encode(STEP)[:-1]:
        return
    with pytest.raises(DamagedLine):
        decode(bytes(data))


@settings(max_examples=1000, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=100).map(str.encode)))
def test_what_is_no_line_is_said_to_be_damaged(data):
    with pytest.raises(DamagedLine):
        decode(data)


@given(
    st.lists(
        st.tuples(
            st.floats(0, 4), st.floats(0, 4), st.integers(0, 127), st.integers(1, 127),
            st.integers(1, 16),
        ),
        max_size=8,
    )
)  # fmt: skip
def test_a_phrase_comes_back_to_the_last_bit(rows):
    phrase = Phrase(tuple(Note(*row) for row in rows), 4.0)
    line = Begin(FORMAT, VERSION, 0.0, 0.0, "", {}, {}, last=(PhraseRow.of(phrase), (0.1,) * 12))
    found = decode(encode(line))
    assert isinstance(found, Begin) and found.last is not None
    assert found.last[0].value() == phrase


def test_reading_tells_damaged_lines_from_whole_ones(tmp_path):
    path = tmp_path / "set.jsonl"
    lines = [encode(line) for line in LINES]
    lines[2] = lines[2].replace(b"osc", b"usc")
    path.write_bytes(b"".join(lines)[:-10])
    found = list(read(path))
    damaged = [i for i, line in enumerate(found) if isinstance(line, DamagedLine)]
    assert damaged == [2, len(LINES) - 1]
    assert found[0] == BEGIN and found[3] == LINES[3]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"MThd\x00\x00\x00\x06", "is no set log"),
        (b'{"t":"begin","format":"another"}\n', "is no set log"),
        (encode(BEGIN)[:60], "cut off in its first line"),
        (encode(BEGIN).replace(b'"v":1', b'"v":7'), "version 7, written by livesyn 0.1.0"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, data, words):
    path = tmp_path / "set.jsonl"
    path.write_bytes(data)
    with pytest.raises(DataError, match=words) as error:
        list(read(path))
    assert "\n" not in str(error.value)


def test_a_log_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        list(read(tmp_path / "nothing"))
    with pytest.raises(DataError, match="cannot be read"):
        list(read(tmp_path))
