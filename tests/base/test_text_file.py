"""Text, JSON and TOML in the encodings that people's programs write."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from livesyn.base.errors import DataError
from livesyn.base.text_file import decode, read_json, read_text, read_toml

WORDS = "Größe, Dürer – “quoted”\nsecond line\n"
MARKED = {
    "utf-8": b"",
    "utf-8-sig": b"",
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
    "cp1252": b"",
}


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", MARKED)
def test_text_is_the_same_in_every_encoding(encoding: str, ends: str) -> None:
    assert decode(MARKED[encoding] + WORDS.replace("\n", ends).encode(encoding)) == WORDS


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_two_bytes_a_letter_are_known_without_a_mark(encoding: str) -> None:
    assert decode("file;title\n".encode(encoding)) == "file;title\n"


def test_every_byte_is_a_letter_of_some_kind() -> None:
    assert len(decode(bytes(range(1, 256)))) == 255
    assert decode(b"\x81\x8d\x8f\x90\x9d\xe9") == "\x81\x8d\x8f\x90\x9dé"
    assert decode(b"") == ""


@pytest.mark.parametrize("data", [b"a\0b", b"\0\0\0\0", bytes(5), b"\xff\xfea", b"\xff\xfe\0\xd8"])
def test_what_is_no_text_is_one_sentence(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(DataError, match="cannot be read as text") as caught:
        read_text(tmp_path / "a")
    assert "\n" not in str(caught.value)


def test_missing_folders_and_what_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 101)
    for path, words in (("none", "no such file"), (".", "cannot be read"), ("large", "more than")):
        with pytest.raises(DataError, match=words):
            read_text(tmp_path / path, 100)


def test_json_and_toml_with_marks_and_any_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a"
    for encoding in MARKED:
        path.write_bytes(MARKED[encoding] + '{"a":\r\n"é"}'.encode(encoding))
        assert read_json(path) == {"a": "é"}
        path.write_bytes(MARKED[encoding] + '[a]\rb = "é"\r'.encode(encoding))
        assert read_toml(path) == {"a": {"b": "é"}}


@pytest.mark.parametrize("text", ["{", "", "[" * 100_000, "1" * 10_000])
def test_what_is_no_json_is_one_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_text(text)
    with pytest.raises(DataError, match="is not JSON") as caught:
        read_json(tmp_path / "a")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["a", "= 1", "a = " + "[" * 5000, "[a\n"])
def test_what_is_no_toml_is_one_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_text(text)
    with pytest.raises(DataError, match="is not TOML") as caught:
        read_toml(tmp_path / "a")
    assert "\n" not in str(caught.value)
