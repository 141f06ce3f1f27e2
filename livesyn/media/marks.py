"""What a file seems to be by its first bytes: formats and the marks they begin with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["picture", "film", "sound", "music", ""]
HEAD = 4096  # bytes: as much as a look takes
MPEG_TS = 188  # bytes of a packet, which begins with 0x47

# offset, the bytes there, kind ("either": film or sound, only the streams tell), in words
_MARKS: tuple[tuple[int, bytes, Kind | Literal["either"], str], ...] = (
    (0, b"\xff\xd8\xff", "picture", "a JPEG picture"),
    (0, b"\x89PNG\r\n\x1a\n", "picture", "a PNG picture"),
    (0, b"GIF87a", "picture", "a GIF picture"),
    (0, b"GIF89a", "picture", "a GIF picture"),
    (0, b"II*\0", "picture", "a TIFF picture"),
    (0, b"MM\0*", "picture", "a TIFF picture"),
    (0, b"II+\0", "picture", "a TIFF picture"),
    (0, b"MM\0+", "picture", "a TIFF picture"),
    (0, b"\0\0\0\x0cjP  ", "picture", "a JPEG 2000 picture"),
    (0, b"\xff\x4f\xff\x51", "picture", "a JPEG 2000 picture"),
    (0, b"\0\0\0\x0cJXL ", "picture", "a JPEG XL picture"),
    (0, b"\xff\x0a", "picture", "a JPEG XL picture"),
    (0, b"8BPS", "picture", "a Photoshop picture"),
    (0, b"qoif", "picture", "a QOI picture"),
    (0, b"DDS ", "picture", "a DDS picture"),
    (0, b"FUJIFILMCCD-RAW", "picture", "a raw camera picture"),
    (0, b"IIRO", "picture", "a raw camera picture"),
    (0, b"IIU\0", "picture", "a raw camera picture"),
    (0, b"gimp xcf", "", "a GIMP document"),
    (0, b"MThd", "music", "a MIDI file"),
    (0, b"fLaC", "sound", "a FLAC sound"),
    (0, b".snd", "sound", "an AU sound"),
    (0, b"caff", "sound", "a CAF sound"),
    (0, b"RF64", "sound", "a WAV sound"),
    (0, b"riff\x2e\x91\xcf\x11", "sound", "a Wave64 sound"),
    (0, b"ID3", "sound", "an MP3 sound"),
    (0, b"#!AMR", "sound", "an AMR sound"),
    (0, b"MAC ", "sound", "a Monkey's Audio sound"),
    (0, b"wvpk", "sound", "a WavPack sound"),
    (0, b"DSD ", "sound", "a DSD sound"),
    (0, b"TTA1", "sound", "a True Audio sound"),
    (0, b"OggS", "either", "an Ogg file"),
    (0, b"\x1aE\xdf\xa3", "either", "a Matroska or WebM file"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "either", "a Windows Media file"),
    (0, b"FLV\x01", "either", "a Flash film"),
    (0, b".RMF", "either", "a RealMedia file"),
    (0, b"\0\0\x01\xba", "either", "an MPEG film"),
    (0, b"\0\0\x01\xb3", "film", "an MPEG film"),
    (0, b"DKIF", "film", "an IVF film"),
    (0, b"YUV4MPEG2", "film", "an uncompressed film"),
    (0, b"\x06\x0e+4\x02\x05\x01\x01", "either", "an MXF film"),
    (0, b"%PDF", "", "a PDF document"),
    (0, b"PK\x03\x04", "", "a ZIP archive, or a document that is one"),
    (0, b"\x1f\x8b", "", "a gzip archive"),
    (0, b"7z\xbc\xaf", "", "a 7-Zip archive"),
    (0, b"Rar!", "", "a RAR archive"),
    (0, b"\xd0\xcf\x11\xe0", "", "an Office document"),
    (0, b"SQLite format 3", "", "a database"),
    (0, b"\x7fELF", "", "a program"),
    (0, b"MZ", "", "a program"),
)
_RIFF: dict[bytes, tuple[Kind | Literal["either"], str]] = {
    b"WEBP": ("picture", "a WebP picture"),
    b"WAVE": ("sound", "a WAV sound"),
    b"AVI ": ("either", "an AVI film"),
    b"RMID": ("music", "a MIDI file"),
    b"sfbk": ("", "a SoundFont"),
}
_ISO_ATOMS = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp", b"moof"}
_BMP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}


@dataclass(frozen=True, slots=True)
class Look:
    """What a file seems to be: its kind ("either": film or sound) and words for a message, ""
    where its first bytes say nothing.
    """

    kind: Kind | Literal["either"]
    words: str


def look(head: bytes) -> Look:
    """What begins with `head`, the first bytes of a file (4096 are enough)."""
    for at, mark, kind, words in _MARKS:
        if head.startswith(mark, at):
            if words == "a TIFF picture" and head[8:10] == b"CR":
                return Look("picture", "a raw camera picture")
            return Look(kind, words)
    if head[:4] in (b"RIFF", b"RIFX") and head[8:12] in _RIFF:
        return Look(*_RIFF[head[8:12]])
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC", b"8SVX"):
        return Look("sound", "an AIFF sound")
    if head[4:8] in _ISO_ATOMS:
        return _look_at_iso(head)
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return Look("picture", "a BMP picture")
    if re.match(rb"P[1-7fF]\s", head) and not re.match(rb"P[1-7fF]\s+[A-Za-z]{3}", head):
        return Look("picture", "a PNM picture")
    if any(  # the second form has a time before each packet
        len(head) > first + 4 * step and all(head[first + i * step] == 0x47 for i in range(5))
        for first, step in ((0, MPEG_TS), (4, MPEG_TS + 4))
    ):
        return Look("either", "an MPEG film")
    return _look_at_text(head)


def _look_at_iso(head: bytes) -> Look:
    """MP4 and its kin: the brands say which of them it is, the first that is known."""
    size = int.from_bytes(head[:4], "big")
    if head[4:8] == b"ftyp":
        for at in (8, *range(16, min(size, len(head), 200) - 3, 4)):
            brand = head[at : at + 4]
            if brand in (b"avif", b"avis"):
                return Look("picture", "an AVIF picture")
            if brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"):
                return Look("picture", "an HEIC picture")
            if brand == b"crx ":
                return Look("picture", "a raw camera picture")
            if brand in (b"M4A ", b"M4B ", b"M4P "):
                return Look("either", "an MPEG-4 sound")
    return Look("either", "an MPEG-4 or QuickTime film")


def _look_at_text(head: bytes) -> Look:
    if not head or b"\0" in head:
        return Look("", "")
    text = head.decode("utf-8", errors="replace").lstrip("\ufeff \r\n\t").lower()
    strange = sum(c == "\ufffd" or (c < " " and c not in "\r\n\t\f\x1b") for c in text)
    if strange > len(text) // 50 + 1 or len(text) < 4:
        return Look("", "")
    if re.match(r"<!doctype html|<html|<head|<body", text):
        return Look("", "a web page")
    if text.startswith("<?xml") or text.startswith("<svg"):
        if "<svg" in text:
            return Look("", "an SVG drawing")
        return Look("", "a score" if "score-partwise" in text else "an XML file")
    return Look("", "a text file")
