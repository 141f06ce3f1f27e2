"""HEIC pictures, where pillow-heif is installed."""

from __future__ import annotations

import functools


@functools.cache
def register() -> bool:
    """Let Pillow read HEIC; returns whether it does."""
    try:
        import pillow_heif  # type: ignore[import-not-found]
    except ImportError:
        return False
    pillow_heif.register_heif_opener()
    return True
