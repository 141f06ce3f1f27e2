"""A sound file becomes a film: the live chain, offline."""

from __future__ import annotations

import shutil
import subprocess
import wave
from pathlib import Path

import cv2
import mido
import numpy as np
import pytest
import soundfile
from PIL import Image

from livesyn.base.types import Frame
from livesyn.cli.main import main
from livesyn.nets import checkpoint
from livesyn.offline import sound_to_film
from tests.toys import toy_painter


@pytest.fixture(scope="module")
def painter(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("painter")
    checkpoint.save(folder, toy_painter(), {})
    return folder


def save(path: Path, seconds: float, hz: float = 60.0) -> Path:
    time_s = np.arange(int(seconds * 22050)) / 22050
    samples = np.where(
        time_s % 0.5 < 0.1,
        0.8 * np.sin(2 * np.pi * hz * time_s),
        0.05 * np.sin(2 * np.pi * 440 * time_s),
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22050)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def frames(path: Path) -> np.ndarray:
    film = cv2.VideoCapture(str(path))
    found = []
    while (read := film.read())[0]:
        found.append(read[1])
    film.release()
    return np.stack(found)


def test_the_film_is_as_long_as_the_sound_and_moves_with_it(painter, tmp_path):
    path = sound_to_film.film(
        save(tmp_path / "beat.wav", 3.0),
        tmp_path / "out",
        painter=str(painter),
        values={"wander": 0.0, "flash_limit": 0.0},
        quiet=True,
    )
    pictures = frames(path)
    assert (
        path.name == "beat.mp4"
        and len(pictures) == pytest.approx(90, abs=1)
        and pictures.shape[1] == 720
    )
    assert pictures[0].mean() > 5, "it does not begin in the dark"
    moves = np.abs(np.diff(pictures.astype(np.float32), axis=0)).mean((1, 2, 3))
    struck = [n for n in range(30, 88) if n % 15 in (0, 1)]
    calm = [n for n in range(30, 88) if n % 15 in (11, 12, 13)]
    assert moves[struck].max() > 2 * moves[calm].max(), "each kick is seen"
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["beat.mp4"], (
        "nothing is left beside it"
    )


def test_ctrl_c_leaves_nothing_behind(painter, tmp_path, monkeypatch):
    def some(*given):
        yield Frame(np.zeros((64, 64, 3), np.uint8), 0.0)
        raise KeyboardInterrupt

    monkeypatch.setattr(sound_to_film, "pictures", some)
    with pytest.raises(KeyboardInterrupt):
        sound_to_film.film(
            save(tmp_path / "a.wav", 1.0), tmp_path / "out", painter=str(painter), quiet=True
        )
    assert list((tmp_path / "out").iterdir()) == []


def test_the_same_sound_and_seed_give_the_same_pictures(painter, tmp_path):
    sound = save(tmp_path / "a.wav", 1.0)
    one, two, other = (
        frames(
            sound_to_film.film(sound, tmp_path / name, painter=str(painter), seed=seed, quiet=True)
        )
        for name, seed in (("1", 1), ("2", 1), ("3", 2))
    )
    assert np.array_equal(one, two) and not np.array_equal(one, other)


def test_a_film_of_one_channel_is_that_of_this_channel_alone(painter, tmp_path, capsys):
    noise = 0.1 * np.random.default_rng(0).standard_normal((22050, 3)).astype(np.float32)
    alone, _ = soundfile.read(save(tmp_path / "alone.wav", 1.0), dtype="float32", always_2d=True)
    noise[:, 1:2] = alone
    soundfile.write(tmp_path / "many.wav", noise, 22050, subtype="FLOAT")

    def painted(name: str, *words: str) -> np.ndarray:
        command = ["translate", str(tmp_path / name), "-o", str(tmp_path / "out"), *words]
        assert main([*command, "--model", str(painter)]) == 0
        return frames(Path(capsys.readouterr().out.strip()))

    expected = painted("alone.wav")
    assert np.array_equal(painted("many.wav", "--audio-channels", "2"), expected)
    assert not np.array_equal(painted("many.wav"), expected)


@pytest.mark.parametrize(
    "name, channels, sentence",
    [
        (
            "a.wav",
            "2",
            "a.wav has 1 channel, and channel 2 is to be heard; give --audio-channels 1",
        ),
        ("a.wav", "0", "the channels are '0'; they are numbers from 1"),
        ("a.mid", "1", "says which channels of a sound are painted; a.mid is no sound"),
        ("a.png", "1", "says which channels of a sound are painted; a.png is no sound"),
    ],
)
def test_channels_that_are_not_there_are_refused(
    painter, tmp_path, capsys, name, channels, sentence
):
    path = save(tmp_path / name, 0.1)
    if name == "a.mid":
        mido.MidiFile(tracks=[mido.MidiTrack()]).save(path)
    elif name == "a.png":
        Image.new("RGB", (8, 8)).save(path)
    words = ["translate", str(path), "-o", str(tmp_path / "out"), "--audio-channels", channels]
    assert main([*words, "--model", str(painter)]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_the_sound_is_in_the_film(painter, tmp_path):
    path = sound_to_film.film(
        save(tmp_path / "a.wav", 2.0),
        tmp_path / "out",
        painter=str(painter),
        seconds=1.0,
        quiet=True,
    )
    told = subprocess.run(
        ["ffmpeg", "-i", str(path)], capture_output=True, text=True, check=False
    ).stderr
    assert "Audio: aac" in told and "Video: h264" in told and "Duration: 00:00:01" in told


def test_without_ffmpeg_the_film_is_silent_and_that_is_said(painter, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sound_to_film.ffmpeg, "program", lambda: None)
    path = sound_to_film.film(save(tmp_path / "a.wav", 0.5), tmp_path / "out", painter=str(painter))
    assert len(frames(path)) > 10 and "ffmpeg is not installed" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words, sentence",
    [
        (["none.wav"], "there is no sound file"),
        (["a.wav", "--bars", "4"], "is music already, and becomes a film"),
        (["a.wav", "--seconds", "0"], "must be above 0"),
        (["a.wav", "--model", "nowhere"], "there is no checkpoint 'nowhere'"),
        (["text.wav"], "is not sound that can be played here"),
    ],
)
def test_mistakes_are_one_sentence(painter, tmp_path, monkeypatch, capsys, words, sentence):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "a.wav", 0.2)
    (tmp_path / "text.wav").write_text("words")
    model = [] if "--model" in words else ["--model", str(painter)]
    assert main(["translate", *words, *model, "-o", "out"]) == 2
    told = capsys.readouterr().err
    assert sentence in told and "Traceback" not in told
