"""What a file holds, by its content: picture, film, sound or music.

A name's ending decides only where the content says nothing (a file that is empty, damaged at its
head, or of a format without a mark). Standard library only at import; PyAV and Pillow are asked
where the first bytes leave two kinds open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Literal

from livesyn.base.places import path_of

Kind = Literal["picture", "film", "sound", "music", ""]

ENDINGS: dict[Kind, tuple[str, ...]] = {
    "picture": (
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".jfi", ".png", ".webp", ".bmp", ".dib", ".tif"),
        *(".tiff", ".gif", ".ppm", ".pgm", ".pbm", ".pnm", ".avif", ".heic", ".heif", ".hif"),
        *(".jp2", ".j2k", ".jpx", ".jxl", ".tga", ".qoi", ".pcx", ".mpo", ".apng", ".ico", ".cur"),
        *(".icns", ".dds", ".psd", ".sgi", ".ras", ".sun", ".dcx", ".exr", ".hdr", ".dpx", ".xwd"),
    ),
    "film": (
        *(".mp4", ".m4v", ".mov", ".qt", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".m2v", ".vob"),
        *(".ts", ".mts", ".m2ts", ".wmv", ".asf", ".flv", ".f4v", ".ogv", ".3gp", ".3g2", ".mxf"),
        *(".dv", ".ivf", ".y4m", ".h264", ".264", ".hevc", ".265", ".rm", ".rmvb"),
    ),
    "sound": (
        *(".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff", ".aifc", ".m4a", ".m4b", ".aac"),
        *(".opus", ".oga", ".wma", ".mka", ".caf", ".au", ".snd", ".w64", ".rf64", ".amr", ".ac3"),
        *(".ape", ".wv", ".weba", ".mp2", ".dsf", ".tta"),
    ),
    "music": (".mid", ".midi", ".kar", ".rmi", ".smf"),
}
LEGAL = {  # what a message recommends
    "picture": ".jpg, .png, .webp, .tif, .bmp or .gif",
    "film": ".mp4, .mov, .mkv, .webm or .avi",
    "sound": ".wav, .flac, .ogg, .mp3, .m4a or .opus",
    "music": ".mid, .kar or .rmi",
}
HEAD = 4096  # bytes: as much as a look takes
MPEG_TS = 188  # bytes of a packet, which begins with 0x47
NAMED = 5  # files that are named of those passed over
SILENT = {"thumbs.db", "ehthumbs.db", "desktop.ini", "manifest.csv", "icon\r", "__macosx", "@eadir"}

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
_MOVING = {"GIF", "PNG", "WEBP", "AVIF"}  # formats of Pillow's that may be animations
_UNSHOWN = {"a raw camera picture", "a JPEG XL picture"}  # no reader here
_BY_PILLOW = ("BLP", "CUR", "DCX", "FITS", "FTEX", "ICNS", "ICO", "MSP", "PCX", "SGI", "SUN")
_LOOKED_AT = {  # those that a build of Pillow may lack, by its name for them
    "an AVIF picture": "AVIF",
    "an HEIC picture": "HEIF",
    "a JPEG 2000 picture": "JPEG2000",
    "a WebP picture": "WEBP",
}


@dataclass(frozen=True, slots=True)
class Look:
    """What a file seems to be: its kind ("either": film or sound) and words for a message, ""
    where its first bytes say nothing.
    """

    kind: Kind | Literal["either"]
    words: str


def kind_by_name(path: PurePath | str) -> Kind:
    """The kind that a name's ending promises, "" where it promises none."""
    suffix = PurePath(path).suffix.lower()
    return next((kind for kind, endings in ENDINGS.items() if suffix in endings), "")


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


def look_at(path: Path) -> Look:
    """What the file at `path` seems to be: by its first bytes, or to Pillow, or to FFmpeg; words ""
    for what cannot be read or says nothing.
    """
    try:
        if not path.is_file():  # a named pipe would be waited for
            return Look("", "")
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return Look("", "")
    found = look(head)
    if found.kind or found.words or not head:
        return found
    if (closer := _look_by_pillow(path)) is not None:
        return closer
    if kind_by_name(path) in ("picture", "music"):  # it is damaged; FFmpeg would guess
        return found
    return Look(_kind_of_streams(path), "")


def _look_by_pillow(path: Path) -> Look | None:
    """A picture of those that have no mark above."""
    from PIL import Image

    Image.init()
    Image.MAX_IMAGE_PIXELS = None  # `picture_file` checks sizes
    try:
        with Image.open(path, formats=_BY_PILLOW) as picture:
            return Look("picture", f"a picture ({picture.format})")
    except Exception:  # Pillow's decoders raise whatever they stumble over
        return None


def kind_of(path: Path) -> Kind:
    """What the file at `path` is to be read as. An animation (GIF, APNG, WebP) is a film. What
    there is no file for has the kind that its name promises. Never raises.
    """
    found, promised = look_at(path), kind_by_name(path)
    if found.kind == "picture":
        return "film" if is_animation(path) else "picture"
    if found.kind == "either":
        return _kind_of_streams(path) or promised or "film"
    return found.kind or promised


def is_foreign(path: Path) -> bool:
    """Whether the content says that it is of none of the kinds: a text, an archive…"""
    found = look_at(path)
    return bool(found.words) and not found.kind


def is_animation(path: Path) -> bool:
    """Whether a picture file moves: of two frames or more."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # `picture_file` checks sizes
    try:
        with Image.open(path) as picture:
            return picture.format in _MOVING and bool(getattr(picture, "is_animated", False))
    except Exception:  # Pillow's decoders raise errors of many types on damaged data
        return False


def _kind_of_streams(path: Path) -> Kind:
    """Film, sound, or a picture that only FFmpeg reads (EXR, DPX …), as its streams are; "" where
    PyAV cannot tell.
    """
    import av

    from livesyn.media.streams import is_still, open_container, pictures_of

    try:
        with open_container(path) as container:
            if is_still(container):
                return "picture"
            if pictures_of(container):
                return "film"
            return "sound" if container.streams.audio else ""
    except (OSError, av.FFmpegError, ValueError):
        return ""


def has_sound(path: Path) -> bool:
    """Whether a film has a stream of sound, or may have one: PyAV cannot tell."""
    import av

    from livesyn.media.streams import open_container, sound_of

    if look_at(path).kind == "picture":  # an animation
        return False
    try:
        with open_container(path) as container:
            return sound_of(container) is not None
    except (OSError, av.FFmpegError, ValueError):
        return True


def can_be_shown(found: Look) -> bool:
    """Whether Pillow here has a reader for such a picture."""
    if found.words in _UNSHOWN:
        return False
    if (name := _LOOKED_AT.get(found.words)) is None:
        return True
    from PIL import Image

    from livesyn.media.heif import register

    register()
    Image.init()
    return name in Image.OPEN


def pictures_among(paths: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """The pictures among `paths`, whatever they are called, sound or not, in the order given; and
    words for what is none, or none that can be read here: "'a.heic' (an HEIC picture)". Hidden
    files and what systems leave in folders count for neither.
    """
    pictures: list[Path] = []
    passed: list[str] = []
    for path in paths:
        if is_hidden(path.name):
            continue
        if path.is_dir():
            passed.append(f"{path.name!r} (a folder)")
        elif words := no_picture(path.name, look_at(path)):
            passed.append(words)
        else:
            pictures.append(path)
    return pictures, passed


def is_hidden(*names: str) -> bool:
    """Whether a file with one of `names` in its path is hidden or a system's own, which is passed
    over without a message.
    """
    return any(name.startswith(".") or name.lower() in SILENT for name in names)


def no_picture(name: str, found: Look) -> str:
    """Words for a file that is no picture, or none that can be read here; "" for one that is to be
    read. What has a picture's name and holds nothing else that is played is: what is wrong with it
    is said when it is read.
    """
    if (found.kind == "picture" and can_be_shown(found)) or (
        not found.kind and kind_by_name(name) == "picture"
    ):
        return ""
    return repr(name) + (f" ({found.words})" if found.words else "")


def told_passed(passed: list[str], place: str) -> str:
    """A sentence on what was passed over in `place`, "" where nothing was."""
    if not passed:
        return ""
    more = f" and {len(passed) - NAMED} more" if len(passed) > NAMED else ""
    one = len(passed) == 1
    return (
        f"{len(passed)} {'file in' if one else 'files in'} {place}"
        f" {'is' if one else 'are'} no picture{'' if one else 's'} that can be read here and"
        f" {'is' if one else 'are'} passed over: {', '.join(passed[:NAMED])}{more}"
    )


def why_no_file(value: str, wanted: Kind) -> str:
    """A sentence on why `value` is no file to read `wanted` from."""
    path, legal = path_of(value), LEGAL[wanted or "film"]
    what = {"film": "video"}.get(wanted, wanted) + " file"
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:/", value):
        why = "; it is an address, and only files are played: save it as one, and"
    elif path.is_dir():
        why = "; it is a folder:"
    elif path.exists():
        why = "; it is a device or a pipe, and only files are played:"
    else:
        why = ";"
    return f"there is no {what} {value!r}{why} give the path of one ({legal})"


def only_sound(name: str) -> str:
    """What to say of a file without pictures where a film is wanted."""
    return (
        f"{name!r} holds sound but has no pictures in it; play it with --audio-file, or give a"
        f" film ({LEGAL['film']})"
    )


def only_pictures(name: str) -> str:
    """What to say of a file without sound where sound is wanted."""
    return (
        f"{name!r} has pictures but no sound in it; show it with --video, or give a sound"
        f" ({LEGAL['sound']})"
    )


def undecodable(path: Path) -> str:
    """Why a film or sound cannot be opened, as words that go on a sentence, as far as can be
    told.
    """
    if "MPEG-4" in look_at(path).words:
        return (
            ": its index (moov) is missing or damaged, as in a file that was not recorded or copied"
            " to its end"
        )
    return seems(path)


def seems(path: Path) -> str:
    """Words for a message: " (it seems to be a web page)", or ""."""
    words = look_at(path).words
    return f" (it seems to be {words})" if words else ""
