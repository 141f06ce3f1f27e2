"""The one reader of picture files: phones', scanners' and browsers', all as upright RGB pictures in
the colours of sRGB.

Transparent pixels become black. Of several pages or frames the first is read. A file that breaks
off shows what is there. Depths over 8 bits are scaled down, colour profiles converted.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import threading
import warnings
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from livesyn.base.errors import DataError
from livesyn.media.heif import register
from livesyn.media.rgb import UPRIGHT, rgb_of
from livesyn.media.srgb import as_srgb, eight_bits

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 200_000_000  # that are decoded at once: 0.6 GB
MOST_STORED = 2_000_000_000  # pixels of a JPEG that is decoded smaller
MOST_PROGRESSIVE = 300_000_000  # of one whose every pixel is held while it is decoded
REDUCED = 254  # TIFF's tag for a page that is another's thumbnail
MOST_PAGES = 64  # that are looked through for one that is no thumbnail

POSTSCRIPT = (b"%!PS", b"\xc5\xd0\xd3\xc6")

_log = logging.getLogger("livesyn.media")
_lenient = threading.Lock()
warnings.filterwarnings("ignore", module=r"PIL\.")  # about tags that nobody looks at


def load_picture(path: Path, size: int) -> np.ndarray:
    """The centred square of the picture at `path`: (size, size, 3) uint8 RGB, read-only.

    Raises: DataError when it cannot be read.
    """
    return centred_square(open_picture(path, size), size)


def centred_square(image: Image, size: int) -> np.ndarray:
    """The centred square of `image`, (size, size, 3) uint8 RGB, read-only."""
    from PIL import Image, ImageOps

    pixels = np.array(ImageOps.fit(image, (size, size), Image.Resampling.LANCZOS), np.uint8)
    pixels.setflags(write=False)
    return pixels


def open_picture(
    source: Path | IO[bytes], at_least: int | None = None, name: str | None = None
) -> Image:
    """The whole picture in a file, upright as its EXIF says, RGB in sRGB. With `at_least`, a large
    JPEG is decoded smaller, but not so small that a side falls below so many pixels; without, only
    one that is too large for memory. `name` is what it is called in messages.

    Raises: DataError when it cannot be read.
    """
    called = repr(name or (source.name if isinstance(source, Path) else "in the archive"))
    if isinstance(source, Path):
        try:
            with source.open("rb") as file:
                return _read(file, at_least, called)
        except OSError as error:
            raise DataError(
                f"the picture {called} cannot be read ({(error.strerror or str(error)).lower()})"
            ) from None
    return _read(source, at_least, called)


def _read(file: IO[bytes], at_least: int | None, called: str) -> Image:
    """Raises DataError."""
    head = file.read(64)
    if not head:
        raise DataError(f"the picture {called} cannot be read (it is empty)")
    if head.startswith(POSTSCRIPT):
        raise DataError(
            f"the picture {called} is PostScript, a program that is not run here; save it as PNG"
        )
    try:
        try:
            image = _decoded(file, at_least, called)
        except (OSError, SyntaxError) as error:
            image = _what_is_there(file, at_least, called, error)
            _say_once(str(getattr(file, "name", called)), called)
        image = as_srgb(image)
        image.info = {}  # of what the file says beside its pixels nothing holds any longer
        return image
    except DataError:
        raise
    except Exception as error:  # Pillow's decoders raise whatever they stumble over
        other = _by_opencv(file, head, called) or _by_ffmpeg(file, called)
        if other is not None:
            return other
        raise DataError(f"the picture {called} cannot be read ({_why(error, head)})") from error


@functools.lru_cache(maxsize=10_000)  # a slide show reads its pictures again and again
def _say_once(where: str, called: str) -> None:
    _log.warning("the picture %s breaks off; what is there is shown", called)


def check_size(width: int, height: int, called: str, most: int | None = None) -> None:
    """Raises DataError, in which the picture is called `called`, where it has more than `most`
    pixels (None: `MOST_PIXELS`).
    """
    most = MOST_PIXELS if most is None else most
    if width * height > most:
        raise DataError(
            f"the picture {called} is too large: {width} × {height} are {width * height:,} pixels,"
            f" and at most {most:,} are read; save it smaller"
        )


def _decoded(file: IO[bytes], at_least: int | None, called: str) -> Image:
    """The picture as it is stored, but upright. Raises DataError where it is too large."""
    from PIL import Image, ImageOps

    register()
    Image.MAX_IMAGE_PIXELS = None  # sizes are checked here, where a JPEG can be decoded smaller
    file.seek(0)
    image = Image.open(file)
    if image.format == "TIFF":
        _choose_page(image)
    width, height = image.size
    if image.format in ("JPEG", "MPO"):
        stored = MOST_PROGRESSIVE if image.info.get("progressive") else MOST_STORED
        check_size(width, height, called, stored)
        # 10 times faster, and the colours stay as they are stored: a profile may be for them
        parts = next((k for k in (1, 2, 4) if width * height <= MOST_PIXELS * k * k), 8)
        least = (min(width, at_least or width), min(height, at_least or height))
        image.draft(None, (min(least[0], width // parts), min(least[1], height // parts)))
        width, height = image.size
    check_size(width, height, called)
    image.load()
    with contextlib.suppress(Exception):  # EXIF that is damaged says nothing
        ImageOps.exif_transpose(image, in_place=True)
    return image


def _choose_page(image: Any) -> None:
    """Go to the first page of a TIFF that is no thumbnail and not too large; else a thumbnail."""
    small: int | None = None
    for page in range(min(getattr(image, "n_frames", 1), MOST_PAGES)):
        image.seek(page)
        fits = image.size[0] * image.size[1] <= MOST_PIXELS
        if fits and not image.tag_v2.get(REDUCED, 0) & 1:
            return
        if fits and (small is None):
            small = page
    image.seek(small or 0)


def _what_is_there(file: IO[bytes], at_least: int | None, called: str, error: Exception) -> Image:
    """The picture in a file that breaks off. Raises `error` where it is none, or nothing of it is
    there."""
    from PIL import ImageFile, UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        raise error
    with _lenient:  # Pillow's switch is one for all threads
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            image = _decoded(file, at_least, called)
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
    spans = image.getextrema()
    if all(low == high for low, high in (spans if isinstance(spans[0], tuple) else (spans,))):
        raise error
    return image


def _by_opencv(file: IO[bytes], head: bytes, called: str) -> Image | None:
    """A TIFF of deep colours, which Pillow does not know; None where it is none. Raises DataError
    where it is too large.
    """
    if head[:4] not in (b"II*\0", b"MM\0*"):
        return None
    import cv2
    from PIL import Image
    from PIL.TiffImagePlugin import IMAGELENGTH, IMAGEWIDTH, ImageFileDirectory_v2

    file.seek(0)
    tags = ImageFileDirectory_v2(file.read(8))
    try:
        file.seek(tags.next)
        tags.load(file)
        width, height = int(tags[IMAGEWIDTH]), int(tags[IMAGELENGTH])
    except Exception:  # damaged
        return None
    check_size(width, height, called)
    file.seek(0)
    try:
        pixels = cv2.imdecode(np.frombuffer(file.read(), np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if pixels is None or pixels.ndim not in (2, 3):
        return None
    eight = eight_bits(np.asarray(pixels))
    if eight.ndim == 3 and eight.shape[2] == 1:
        eight = eight[..., 0]
    if eight.ndim == 2:
        return Image.fromarray(eight).convert("RGB")
    eight = eight[..., [2, 1, 0, 3][: eight.shape[2]]] if eight.shape[2] > 2 else eight
    return as_srgb(Image.fromarray(eight)) if eight.shape[2] in (3, 4) else None


def _by_ffmpeg(file: IO[bytes], called: str) -> Image | None:
    """A picture of a format that Pillow does not know (EXR, DPX …); None where it is none. Raises
    DataError where it is too large.
    """
    import av
    from PIL import Image

    stills = ",".join(name for name in av.formats_available if name.endswith("_pipe"))
    file.seek(0)
    try:
        with av.open(file, "r", options={"format_whitelist": stills}) as container:
            stream = container.streams.video[0]
            check_size(stream.width, stream.height, called)
            return Image.fromarray(rgb_of(next(container.decode(stream)), 1.0, UPRIGHT))
    except DataError:
        raise
    except Exception:  # decoders raise whatever they stumble over
        return None


def _why(error: Exception, head: bytes) -> str:
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"heim"):
        return "it is HEIC, a phone's; save it as JPEG"
    from PIL import UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return "it is of no kind that is known; save it as JPEG or PNG"
    return str(error).splitlines()[0] if str(error) else type(error).__name__
