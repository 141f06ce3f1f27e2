"""Sound that libsndfile does not know."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile

from livesyn.base.clock import ManualClock
from livesyn.base.errors import DataError
from livesyn.media.sound import Decoded, open_sound, read_sound
from livesyn.sources.sound_file import SoundFile
from tests.films import add_sound, film, picture, tone

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
    heard, rate_hz = read_sound(path)
    assert len(heard) / rate_hz == pytest.approx(8.0, abs=0.1)
    source = SoundFile(path, ManualClock())
    source.open()
    assert source.length_s == pytest.approx(8.0, abs=0.1)


def test_a_sound_cut_off_says_how_much_is_missing(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.mka", "flac", 4.0, settings={"cluster_time_limit": "200"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    source = SoundFile(path, ManualClock(), loop=False)
    source.open()
    assert source.length_s == pytest.approx(4.0)
    while source.read() is not None:
        pass
    assert "s of the 4.0 s of sound a.mka could not be decoded" in source.complaint


def with_a_hole(path: Path, at: float, share: float) -> Path:
    """The file with zeros from there on, for such a share of it."""
    content = bytearray(path.read_bytes())
    begin, hole = int(len(content) * at), int(len(content) * share)
    content[begin : begin + hole] = bytes(hole)
    path.write_bytes(content)
    return path


def write(path: Path, codec: str, samples: np.ndarray) -> None:
    """A file of `samples`, (N,), at 48 kHz."""
    if codec == "by libsndfile":
        soundfile.write(path, samples, 48000)
        return
    with av.open(str(path), "w") as container:
        stream = add_sound(container, codec, 48000)
        frame = av.AudioFrame.from_ndarray(samples[None], "fltp", "mono")
        frame.sample_rate, frame.pts, frame.time_base = 48000, 0, Fraction(1, 48000)
        resampled = av.AudioResampler(stream.format.name, "mono", 48000, stream.frame_size or 1024)
        for part in [*resampled.resample(frame), *resampled.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode())


def played(path: Path) -> tuple[np.ndarray, SoundFile, list[str]]:
    """What a file gives once through, (N,), the file, and what it complained of, in order."""
    source, blocks, said = SoundFile(path, ManualClock(), loop=False), [], [""]
    source.open()
    while (block := source.read()) is not None:
        blocks.append(block[:, 0])
        said += [source.complaint] if source.complaint != said[-1] else []
    said += [source.complaint] if source.complaint != said[-1] else []
    source.close()
    return np.concatenate(blocks), source, said[1:]


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.flac", "flac"),
        ("a.ogg", "by libsndfile"),
        ("a.opus", "libopus"),
        ("a.mp3", "libmp3lame"),
        ("a.aac", "aac"),
        ("a.m4a", "aac"),
        ("a.wav", "pcm_s16le"),
    ],
)
def test_behind_a_hole_it_plays_on_and_in_time(name: str, codec: str, tmp_path: Path) -> None:
    whole = tmp_path / name
    noise = np.random.default_rng(4).uniform(-0.5, 0.5, 8 * 48000).astype(np.float32)
    noise[6 * 48000 : 6 * 48000 + 24000] = 0  # a mark behind the hole
    write(whole, codec, noise)
    before, _, said = played(whole)
    assert said == [] and len(before) == pytest.approx(8 * 48000, abs=4000)
    after, source, said = played(with_a_hole(whole, 0.4, 0.05))
    assert len(after) == pytest.approx(len(before), abs=3000)

    def mark(samples: np.ndarray) -> int:
        """Where the quiet half second is, in steps of 10 ms."""
        loud = np.abs(samples[: len(samples) // 480 * 480]).reshape(-1, 480).max(1)
        return int(np.argmin(np.convolve(loud, np.ones(45), "valid")[500:])) + 500

    assert mark(after) == pytest.approx(mark(before), abs=8)
    quiet_s = (
        sum(np.abs(after[at : at + 480]).max() < 1e-3 for at in range(0, len(after), 480)) / 100
    )
    assert 0.3 < quiet_s - 0.5 < 1.7, "the hole is 0.4 s, in pages or blocks"
    if codec == "pcm_s16le":
        assert said == []  # who could know
        return
    assert len(said) <= 2 and source.passed_over_s == pytest.approx(quiet_s - 0.5, abs=0.15)
    assert f"{source.passed_over_s:.1f} s of the 8.0 s of sound {name} could not" in said[-1]


def test_bytes_that_are_wrong_here_and_there_cost_their_own_blocks_alone(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.flac", "flac", 8.0)
    random, content = np.random.default_rng(1), bytearray(path.read_bytes())
    for at in random.integers(9000, len(content), 40):
        content[at] ^= 255
    path.write_bytes(content)
    samples, source, said = played(path)
    assert len(samples) == 8 * 48000
    blocks = 8 * 48000 / 4608
    lost = source.passed_over_s * 48000 / 4608
    assert 5 < lost <= 45 < blocks
    assert said[0].endswith("; what can be decoded is played") and "could not be decoded" in said[1]
    rest, rate_hz = read_sound(path)
    assert rate_hz == 48000 and np.array_equal(rest[:, 0], samples)


def test_what_libsndfile_alone_decodes_ends_where_it_fails_and_goes_on_where_pyav_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.full(96000, 0.5), 48000)

    class Failing(soundfile.SoundFile):
        def read(self, frames: int = -1, **others: Any) -> Any:
            if self.tell() >= 48000:
                raise RuntimeError("it is worn")
            return super().read(frames, **others)

    monkeypatch.setattr(soundfile, "SoundFile", Failing)
    samples, _, said = played(path)
    assert len(samples) == 96000 and np.all(samples == 0.5)
    assert said[0] == (
        "sound a.wav is damaged 1.0 s from its beginning (it is worn); what can be decoded is"
        " played"
    )
