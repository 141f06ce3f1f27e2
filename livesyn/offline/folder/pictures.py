"""A picture as the nets see it and as the page shows it, from one reading of its file."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import numpy as np

from livesyn.engine.chains.see_to_hear.nets import square
from livesyn.media.picture_file import centred_square, open_picture

SHOWN = 960  # the longest side of the picture on the page
THUMB = 400  # of its thumbnail
AT_LEAST = 720  # a larger JPEG is decoded no smaller than this
# the square the nets' own is made from; from the show's 720 the latent is the same to 0.0001 of its
# deviation, three times as late
SEEN = 256
JPEG_LIMIT_BYTES = 400_000  # a larger file is written anew
QUALITY, THUMB_QUALITY = 86, 80


def seen(path: Path, side: int) -> np.ndarray:
    """The nets' input for the picture at `path`, (side, side, 3) uint8. Raises DataError."""
    return square(centred_square(open_picture(path, AT_LEAST), SEEN), side)


def seen_and_shown(
    path: Path, side: int, shown: Path, thumb: Path
) -> tuple[np.ndarray, tuple[int, int]]:
    """As `seen`; and the picture is written to `shown`, and small to `thumb`, both JPEG. Returns
    what is seen and the width and height of what is shown. Raises DataError, or OSError for what is
    written.
    """
    from PIL import Image

    image = open_picture(path, AT_LEAST)
    pixels = square(centred_square(image, SEEN), side)
    small = image.copy()
    image.thumbnail((SHOWN, SHOWN), Image.Resampling.LANCZOS, reducing_gap=2)
    if fit_for_a_page(path):
        shutil.copyfile(path, shown)
    else:
        _plain(image).save(shown, "JPEG", quality=QUALITY)
    small.thumbnail((THUMB, THUMB), Image.Resampling.BICUBIC, reducing_gap=2)
    _plain(small).save(thumb, "JPEG", quality=THUMB_QUALITY)
    return pixels, image.size


def fit_for_a_page(path: Path) -> bool:
    """Whether a browser shows the file as it is: a small plain JPEG that says nothing of its
    camera, its place or which way is up."""
    from PIL import Image

    with contextlib.suppress(Exception), Image.open(path) as opened:
        plain = (
            opened.format == "JPEG" and opened.mode in ("RGB", "L") and max(opened.size) <= SHOWN
        )
        return (
            plain
            and not {"exif", "xmp", "comment", "photoshop"} & set(opened.info)
            and path.stat().st_size <= JPEG_LIMIT_BYTES
        )
    return False  # what Pillow does not know, no browser does


def _plain(image: Image.Image) -> Image.Image:  # type: ignore[name-defined]  # noqa: F821
    """Without what a file says beside its pixels."""
    image.info.clear()
    return image
