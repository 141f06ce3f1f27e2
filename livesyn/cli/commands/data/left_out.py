"""What is said of files that were left out, or mended."""

from __future__ import annotations

import sys
from collections.abc import Sequence

MOST_NAMED = 10


def name_files(sentences: Sequence[str], what: str = "left out") -> None:
    """On stderr: the first of the files by name, and how many more there are."""
    for sentence in sentences[:MOST_NAMED]:
        print(f"{what}: {sentence}", file=sys.stderr)
    if len(sentences) > MOST_NAMED:
        print(f"{what}: {len(sentences) - MOST_NAMED} files more", file=sys.stderr)
