"""Reading text files of other programs: with or without a byte-order mark, in UTF-8, UTF-16, UTF-32
or Windows' code page, with any line ends. Standard library only.
"""

from __future__ import annotations

import codecs
import json
import tomllib
from pathlib import Path
from typing import Any

from livesyn.base.errors import DataError

MOST_BYTES = 64_000_000
_MARKS = (  # the longer first: UTF-16's is the beginning of UTF-32's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes) -> str:
    """`data` as text with plain line ends: by its byte-order mark, else as UTF-8, else as Windows'
    Western code page. Text in UTF-16 without a mark is known by its zero bytes.

    Raises ValueError where it is no text.
    """
    text = _decoded(data)
    if "\0" in text:
        raise ValueError("it holds zero bytes, so it is no text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding)
    few = data[:1000]
    if len(few) >= 4 and len(data) % 2 == 0:
        for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
            if few[first::2].count(0) > 0.8 * (len(few) // 2) and 0 not in few[1 - first :: 2]:
                return data.decode(encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="surrogateescape").translate(_CONTROLS)


# the five bytes that Windows' code page leaves out, as Latin-1 has them
_CONTROLS = {0xDC00 + byte: byte for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


def read_text(path: Path, most_bytes: int = MOST_BYTES) -> str:
    """The text in the file at `path`. Raises DataError when there is none that can be read."""
    try:
        with path.open("rb") as file:
            data = file.read(most_bytes + 1)
    except OSError as error:
        raise DataError(
            f"the file {str(path)!r} cannot be read ({(error.strerror or str(error)).lower()})"
        ) from None
    if len(data) > most_bytes:
        raise DataError(
            f"the file {str(path)!r} has more than {most_bytes / 1e6:g} MB, which is the most that"
            " is read of such a file"
        )
    try:
        return decode(data)
    except ValueError as error:
        raise DataError(f"the file {str(path)!r} cannot be read as text ({error})") from None


def read_json(path: Path, most_bytes: int = MOST_BYTES) -> Any:
    """What the JSON file at `path` holds. Raises DataError."""
    text = read_text(path, most_bytes)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} is not JSON: {_why(error)}") from None


def read_toml(path: Path, most_bytes: int = MOST_BYTES) -> dict[str, Any]:
    """The table in the TOML file at `path`. Raises DataError."""
    text = read_text(path, most_bytes)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} is not TOML: {_why(error)}") from None


def toml_of(value: Any) -> str:
    """A text, number, truth or list of them as TOML has it."""
    # JSON's is TOML's, but for DEL, and for letters that JSON writes in two halves
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _why(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
