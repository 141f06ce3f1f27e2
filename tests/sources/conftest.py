"""A tiny real video and a folder of tiny real pictures."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

FRAMES, FPS = 10, 20.0


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten frames at 20 a second; frame n is grey of about 20n, its left half red."""
    path = tmp_path_factory.mktemp("video") / "ramp.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (64, 48))
    for n in range(FRAMES):
        pixels = np.full((48, 64, 3), 20 * n, np.uint8)
        pixels[:, :32] = (0, 0, 250)
        writer.write(pixels)
    writer.release()
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """a.png red, b.jpg green, c.webp blue."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, colour in (("a.png", (255, 0, 0)), ("b.jpg", (0, 255, 0)), ("c.webp", (0, 0, 255))):
        Image.new("RGB", (90, 60), colour).save(folder / name)
    return folder
