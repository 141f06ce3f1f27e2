"""Sound that libsndfile does not know."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from livesyn.base.clock import ManualClock
from livesyn.base.errors import DataError
from livesyn.media.sound import Decoded, open_sound, read_sound, tells_length
from livesyn.sources.sound_file import SoundFile
from tests.films import film, picture, tone

KINDS = [
    ("a.m4a", "aac"),
    ("a.opus", "libopus"),
    ("a.wma", "wmav2"),
    ("a.aac", "aac"),
    ("a.webm", "libopus"),
    ("alac.m4a", "alac"),
    ("a.mka", "flac"),
    ("cover.mp3", "libmp3lame"),
]


def peak_hz(samples: np.ndarray, rate_hz: int) -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax() / len(samples) * rate_hz)


@pytest.mark.parametrize(("name", "codec"), KINDS)
def test_every_kind_is_heard(name: str, codec: str, tmp_path: Path) -> None:
    cover = picture(0, 64, 64) if name.startswith("cover") else None
    path = tone(tmp_path / name, codec, 1.0, cover=cover)
    samples, rate_hz = read_sound(path)
    assert samples.dtype == np.float32 and samples.shape[1] == 1
    assert len(samples) / rate_hz == pytest.approx(1.0, abs=0.1)
    assert peak_hz(samples[:, 0], rate_hz) == pytest.approx(440, abs=2)
    assert 0.3 < np.abs(samples).max() < 0.6


def test_it_plays_in_real_time_over_and_over(tmp_path: Path) -> None:
    clock = ManualClock()
    source = SoundFile(tone(tmp_path / "a.m4a", "aac"), clock)
    source.open()
    assert source.rate_hz == 48000 and source.length_s == pytest.approx(1.0, abs=0.05)
    heard = []
    while clock.now_s() < 3:
        block = source.read()
        assert block is not None
        heard.append(block)
    samples = np.concatenate(heard)[:, 0]
    assert len(samples) / 48000 == pytest.approx(3.0, abs=0.03)
    for second in range(3):
        part = samples[second * 48000 : (second + 1) * 48000]
        assert peak_hz(part, 48000) == pytest.approx(440, abs=3)
    source.close()


def test_it_is_read_piece_by_piece_and_from_any_place(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.mka", "flac")
    sound = Decoded(path)
    whole = sound.read()
    assert sound.frames == len(whole) == 48000 and not len(sound.read(10))
    sound.seek(0)
    pieces = []
    while len(piece := sound.read(777)):
        pieces.append(piece)
    assert np.array_equal(np.concatenate(pieces), whole)
    sound.seek(12345)
    assert np.array_equal(sound.read(100), whole[12345:12445])
    sound.close()
    sound.close()


def test_the_sound_of_a_film_is_one(tmp_path: Path) -> None:
    silent = film(tmp_path / "f.mkv", range(5), 25)
    path = film(tmp_path / "both.mp4", range(5), 25, sound="aac")
    samples, rate_hz = read_sound(path)
    assert peak_hz(samples[:, 0], rate_hz) == pytest.approx(440, abs=2)
    with pytest.raises(DataError, match="has pictures but no sound in it; .*--video"):
        open_sound(silent)


def test_damage_becomes_silence(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.mka", "flac", 4.0, settings={"cluster_time_limit": "200"})
    content = bytearray(path.read_bytes())
    middle, hole = len(content) // 2, len(content) // 6
    content[middle : middle + hole] = bytes(hole)
    path.write_bytes(content)
    sound = Decoded(path)
    samples = sound.read()[:, 0]
    assert len(samples) == sound.frames == 4 * 48000 and np.isfinite(samples).all()
    for second in (0, 1, 3):
        assert np.abs(samples[second * 48000 : (second + 1) * 48000]).max() > 0.3
    assert 24000 < sound.silent < 60000 and np.count_nonzero(samples == 0) > sound.silent
    source = SoundFile(path, ManualClock(), loop=False)
    source.open()
    while source.read() is not None:
        pass
    assert "s of the 4.0 s of sound a.mka could not be decoded" in source.complaint


def test_an_mp3_that_does_not_say_how_long_it_is_plays_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    soft, loud = np.zeros(4 * 48000), np.random.default_rng(0).uniform(-0.7, 0.7, 4 * 48000)
    samples = np.concatenate([soft, loud]).astype(np.float32)[None]
    with av.open(str(path), "w", options={"write_xing": "0"}) as container:
        stream = container.add_stream("libmp3lame", rate=48000, layout="mono")
        stream.codec_context.flags |= 2  # a varying bit rate
        stream.codec_context.global_quality = 2 * 118
        frame = av.AudioFrame.from_ndarray(samples, "fltp", "mono")
        frame.sample_rate, frame.pts, frame.time_base = 48000, 0, Fraction(1, 48000)
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    assert not tells_length(path)
    heard, rate_hz = read_sound(path)
    assert len(heard) / rate_hz == pytest.approx(8.0, abs=0.1)
    source = SoundFile(path, ManualClock())
    source.open()
    assert source.length_s == pytest.approx(8.0, abs=0.1)
    assert tells_length(tone(tmp_path / "b.mp3", "libmp3lame"))


def test_a_sound_cut_off_says_how_much_is_missing(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.mka", "flac", 4.0, settings={"cluster_time_limit": "200"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    source = SoundFile(path, ManualClock(), loop=False)
    source.open()
    assert source.length_s == pytest.approx(4.0)
    while source.read() is not None:
        pass
    assert "s of the 4.0 s of sound a.mka could not be decoded" in source.complaint
