"""What a file holds, by its content: picture, film, sound or music.

A name's ending decides only where the content says nothing (a file that is empty, damaged at its
head, or of a format without a mark). Standard library only at import; PyAV and Pillow are asked
where the first bytes leave two kinds open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePath

from livesyn.base.places import path_of
from livesyn.media.marks import HEAD, Kind, Look, look

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
NAMED = 5  # files that are named of those passed over
SILENT = {"thumbs.db", "ehthumbs.db", "desktop.ini", "manifest.csv", "icon\r", "__macosx", "@eadir"}

_MOVING = {"GIF", "PNG", "WEBP", "AVIF"}  # formats of Pillow's that may be animations
_UNSHOWN = {"a raw camera picture", "a JPEG XL picture"}  # no reader here
_BY_PILLOW = ("BLP", "CUR", "DCX", "FITS", "FTEX", "ICNS", "ICO", "MSP", "PCX", "SGI", "SUN")
_LOOKED_AT = {  # those that a build of Pillow may lack, by its name for them
    "an AVIF picture": "AVIF",
    "an HEIC picture": "HEIF",
    "a JPEG 2000 picture": "JPEG2000",
    "a WebP picture": "WEBP",
}


def kind_by_name(path: PurePath | str) -> Kind:
    """The kind that a name's ending promises, "" where it promises none."""
    suffix = PurePath(path).suffix.lower()
    return next((kind for kind, endings in ENDINGS.items() if suffix in endings), "")


def look_at(path: Path) -> Look:
    """What the file at `path` seems to be: by its first bytes, or to Pillow, or to FFmpeg; words ""
    for what cannot be read or says nothing.
    """
    head = _head(path)
    found = look(head)
    if found.kind or found.words or not head:
        return found
    if (closer := _look_by_pillow(path)) is not None:
        return closer
    if kind_by_name(path) in ("picture", "music"):  # it is damaged; FFmpeg would guess
        return found
    return Look(_kind_of_streams(path), "")


def look_at_head(path: Path) -> Look:
    """What the file at `path` seems to be by its first bytes, with the standard library alone; of
    kind "either" where film or sound is left open.
    """
    return look(_head(path))


def _head(path: Path) -> bytes:
    """The first bytes of a file, none of what is no file or cannot be read."""
    try:
        if not path.is_file():  # a named pipe would be waited for
            return b""
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError:
        return b""


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
