"""A tiny real video, a folder of tiny real pictures, a tiny real sound; fake sound systems."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import soundfile
from PIL import Image

from tests.fakes_sound import FakeJack, FakePortAudio

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


@pytest.fixture
def portaudio(monkeypatch: pytest.MonkeyPatch) -> FakePortAudio:
    """In place of sounddevice."""
    fake = FakePortAudio()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return fake


@pytest.fixture
def jack(monkeypatch: pytest.MonkeyPatch) -> FakeJack:
    """In place of the jack module."""
    fake = FakeJack()
    monkeypatch.setitem(sys.modules, "jack", fake)
    monkeypatch.setattr("livesyn.midi.jack_client._idle", {})
    return fake


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    """A .wav of a second and a bit: two channels, a ramp up and its negative, 44.1 kHz."""
    path = tmp_path / "ramp.wav"
    ramp = np.linspace(0, 0.5, 44500, dtype=np.float32)
    soundfile.write(path, np.stack([ramp, -ramp], axis=1), 44100, subtype="FLOAT")
    return path
