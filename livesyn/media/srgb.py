"""Decoded pictures of any depth, transparency and colour profile as RGB in the colours of sRGB."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image


def as_srgb(image: Image) -> Image:
    """RGB; what shines through is black."""
    from PIL import Image

    profile = image.info.get("icc_profile")
    if image.mode.startswith("I") or image.mode == "F":
        image, profile = Image.fromarray(eight_bits(np.asarray(image))), None
    if image.has_transparency_data:
        image = image.convert("RGBA")
        alpha = image.getchannel("A")
        colours = _in_srgb(image.convert("RGB"), profile)
        black = Image.new("RGBA", image.size, (0, 0, 0, 255))
        colours.putalpha(alpha)
        return Image.alpha_composite(black, colours).convert("RGB")
    if image.mode in ("P", "1", "PA"):
        image = image.convert("RGB")
    return _in_srgb(image, profile)


def _in_srgb(image: Image, profile: bytes | None) -> Image:
    """`image` as RGB, by its colour profile where it has one that fits."""
    if profile or image.mode == "LAB":
        from PIL import ImageCms

        try:
            theirs = (
                ImageCms.ImageCmsProfile(io.BytesIO(profile))
                if profile
                else ImageCms.createProfile("LAB")
            )
            if not profile or not _is_srgb(theirs):
                converted = ImageCms.profileToProfile(
                    image, theirs, ImageCms.createProfile("sRGB"), outputMode="RGB"
                )
                assert converted is not None  # it is only where the picture itself is changed
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a profile for other pixels, or a damaged one
    return image if image.mode == "RGB" else image.convert("RGB")


def _is_srgb(profile: Any) -> bool:
    words = (profile.profile.profile_description or "").lower()
    return "srgb" in words and "linear" not in words


def eight_bits(values: np.ndarray) -> np.ndarray:
    """Deeper numbers as uint8: whole ones of 16 bits by their upper 8, others from what they seem
    to count in: 1, 255, 65535, or from their least to their greatest.
    """
    if values.dtype == np.uint8:
        return values
    if values.dtype.kind == "u" and values.dtype.itemsize == 2:
        return (values >> 8).astype(np.uint8)
    known = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=np.inf, neginf=-np.inf)
    finite = known[np.isfinite(known)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    whole = np.issubdtype(values.dtype, np.integer)
    if low < 0 or high > 65535:
        scaled = (known - low) / ((high - low) or 1.0) * 255
    elif high > 255:
        scaled = known / 257
    else:
        scaled = known * (255 if high <= 1 and not whole else 1)
    return np.clip(np.round(scaled), 0, 255).astype(np.uint8)
