"""A toy of the Musart set: tones and hues of five periods."""

from pathlib import Path

import numpy as np
import pytest

from livesyn.base.params import PERIODS
from livesyn.train.data import musart
from tests.toys import save_wav


@pytest.fixture(scope="session")
def folders(tmp_path_factory) -> tuple[Path, Path]:
    """Recordings and paintings of five periods, told by pitch and by hue."""
    from PIL import Image

    root = tmp_path_factory.mktemp("musart")
    music, paintings = root / "music", root / "paintings"
    for k, period in enumerate(PERIODS):
        for n in range(4):
            save_wav(music / period / f"piece-{n}.wav", 12.0, 120.0 * 2.7**k + 7 * n, seed=n)
        for n in range(14):
            random = np.random.default_rng((k, n))
            picture = random.integers(0, 90, (40, 48, 3), np.uint8)
            picture[..., k % 3] += 120
            (paintings / period).mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(paintings / period / f"{period}-{n}.png")
    return music, paintings


@pytest.fixture(scope="session")
def cache(folders, tmp_path_factory) -> Path:
    music, paintings = folders
    out = tmp_path_factory.mktemp("cache") / "musart.npz"
    musart.build(
        music,
        paintings,
        out,
        musart.Wanted(clips=6, held_out=1, valid=1, views=2, size=16),
        workers=1,
    )
    return out
