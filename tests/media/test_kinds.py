"""What a file holds, whatever it is called."""

from __future__ import annotations

import os
import shutil
import sys
from fractions import Fraction
from pathlib import Path

import av
import mido
import numpy as np
import pytest
import soundfile
from PIL import Image

from livesyn.base.errors import DataError
from livesyn.media import kinds
from livesyn.media.picture_file import open_picture
from livesyn.sources.images import picture_files
from tests.films import film, picture, tone

PICTURES = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "JPEG2000", "TGA")


def save(path: Path, format: str = "JPEG") -> Path:
    Image.new("RGB", (40, 30), (200, 10, 10)).save(path, format)
    return path


def midi(path: Path, riff: bool = False) -> Path:
    file = mido.MidiFile()
    file.tracks.append(mido.MidiTrack([mido.Message("note_on", note=60, velocity=80)]))
    file.save(path)
    if riff:
        data = path.read_bytes()
        inner = b"RMIDdata" + len(data).to_bytes(4, "little") + data
        path.write_bytes(b"RIFF" + len(inner).to_bytes(4, "little") + inner)
    return path


@pytest.mark.parametrize("name", ["a", "a.jpg", "a.jfif", "a.jpg_large", "a.mp4", "a.txt", "a.JPE"])
@pytest.mark.parametrize("format", PICTURES[:-1])
def test_a_picture_is_one_under_any_name(format: str, name: str, tmp_path: Path) -> None:
    assert kinds.kind_of(save(tmp_path / name, format)) == "picture"


def test_what_has_no_mark_goes_by_its_name(tmp_path: Path) -> None:
    assert kinds.kind_of(save(tmp_path / "a.tga", "TGA")) == "picture"
    assert kinds.kind_of(tmp_path / "there-is-none.MID") == "music"
    assert kinds.kind_of(tmp_path / "there-is-none") == ""
    (tmp_path / "empty.png").touch()
    assert kinds.kind_of(tmp_path / "empty.png") == "picture"


@pytest.mark.parametrize("name", ["a.mp4", "a.jpg", "a", "a.mid", "a.wav"])
@pytest.mark.parametrize(
    ("format", "codec"),
    [
        ("mp4", "libx264"),
        ("matroska", "libx264"),
        ("webm", "libvpx"),
        ("avi", "mpeg4"),
        ("mpegts", "mpeg2video"),
        ("mpeg", "mpeg2video"),
        ("ogg", "libvpx"),
        ("flv", "flv"),
        ("asf", "mpeg4"),
    ],
)
def test_a_film_is_one_under_any_name(format: str, codec: str, name: str, tmp_path: Path) -> None:
    path = film(tmp_path / "x", range(10), 25, codec=codec, format=format).rename(tmp_path / name)
    assert kinds.kind_of(path) == "film"


@pytest.mark.parametrize("wrong", ["a.mp4", "a.jpg", "a", "a.mid"])
@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.m4a", "aac"),
        ("a.opus", "libopus"),
        ("a.wma", "wmav2"),
        ("a.mka", "flac"),
        ("a.mp3", "libmp3lame"),
        ("a.webm", "libopus"),
        ("a.flac", "flac"),
    ],
)
def test_sound_is_sound_under_any_name(name: str, codec: str, wrong: str, tmp_path: Path) -> None:
    path = tone(tmp_path / name, codec)
    assert kinds.kind_of(path) == "sound"
    assert kinds.kind_of(path.rename(tmp_path / wrong)) == "sound"


def test_more_sound(tmp_path: Path) -> None:
    for ending, format in (("x", "WAV"), ("y", "AIFF"), ("z", "CAF"), ("u", "AU"), ("r", "RF64")):
        soundfile.write(tmp_path / ending, np.zeros(4000), 8000, format=format)
        assert kinds.kind_of(tmp_path / ending) == "sound"
    covered = tone(tmp_path / "a.mp3", "libmp3lame", cover=picture(0, 64, 64))
    assert kinds.kind_of(covered) == "sound"
    assert kinds.kind_of(tone(tmp_path / "b.aac", "aac").rename(tmp_path / "b")) == "sound"


def test_music_is_music_under_any_name(tmp_path: Path) -> None:
    for name in ("a.kar", "a.mid", "a.MID", "a", "a.mp4", "a.wav"):
        assert kinds.kind_of(midi(tmp_path / name)) == "music"
    assert kinds.kind_of(midi(tmp_path / "a.rmi", riff=True)) == "music"


def test_an_animation_is_a_film_alone(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (20, 20), (90 * n, 0, 0)) for n in range(3)]
    for name in ("a.gif", "a.png", "a.webp"):
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:], duration=100)
        assert kinds.kind_of(tmp_path / name) == "film"
    frames[0].save(tmp_path / "pages.tif", save_all=True, append_images=frames[1:])
    assert kinds.kind_of(tmp_path / "pages.tif") == "picture"
    assert [p.name for p in picture_files(tmp_path)] == ["a.gif", "a.png", "a.webp", "pages.tif"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.4 ...", "a PDF document"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg xmlns='x'>", "an SVG drawing"),
        (b"Dear reader,\nwords", "a text file"),
        (b"PK\x03\x04\0\0", "a ZIP archive, or a document that is one"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "an HEIC picture"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1miafavif", "an AVIF picture"),
        (b"II*\0\x10\0\0\0CR\x02\0", "a raw camera picture"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "a WAV sound"),
        (b"RIFF\x24\0\0\0sfbkLIST", "a SoundFont"),
        (b"\xff\x0a\x00", "a JPEG XL picture"),
        (b"\0\0\0\0\0\0\0\0", ""),
        (b"", ""),
        (b"BM but no bitmap", "a text file"),
        (bytes(range(128, 256)) * 8, ""),
    ],
)
def test_what_it_seems_to_be(content: bytes, words: str) -> None:
    assert kinds.look(content).words == words


def test_a_folder_names_and_counts_what_is_passed_over(tmp_path: Path) -> None:
    for name in ("a.jfif", "b.jpe", "c.jpg_large", "d", "e.mp4"):
        save(tmp_path / name)
    (tmp_path / "f.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    (tmp_path / "g.txt").write_text("words and words")
    film(tmp_path / "h.jpg", range(3), 25, format="mp4")
    (tmp_path / "i").mkdir()
    (tmp_path / "j.bin").write_bytes(b"\0\1\2\3")
    (tmp_path / "k.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "l.jpg").write_bytes(b"\0\0\0 no picture")
    for name in (".hidden.jpg", "._a.jpg", "Thumbs.db", ".DS_Store", "desktop.ini"):
        save(tmp_path / name)
    said: list[str] = []
    found = picture_files(tmp_path, said.append)
    assert [p.name for p in found] == ["a.jfif", "b.jpe", "c.jpg_large", "d", "e.mp4", "l.jpg"]
    (sentence,) = said
    assert sentence.startswith(f"6 files in {str(tmp_path)!r} are no pictures")
    assert "'f.heic' (an HEIC picture), 'g.txt' (a text file), 'h.jpg' (an MPEG-4" in sentence
    assert "'i' (a folder), 'j.bin' and 1 more" in sentence and "humbs" not in sentence


@pytest.mark.parametrize("format", ["ICO", "ICNS", "SGI", "PCX", "MSP", "BLP", "DDS"])
def test_a_folder_takes_what_reads_alone(format: str, tmp_path: Path) -> None:
    mode = {"MSP": "1", "BLP": "P"}.get(format, "RGB")
    Image.effect_noise((64, 48), 90).convert(mode).save(tmp_path / "whatever", format)
    assert kinds.kind_of(tmp_path / "whatever") == "picture"
    assert picture_files(tmp_path) == [tmp_path / "whatever"]
    open_picture(tmp_path / "whatever")


@pytest.mark.parametrize("codec", ["exr", "dpx", "xwd"])
def test_a_folder_takes_pictures_of_which_only_ffmpeg_knows(codec: str, tmp_path: Path) -> None:
    pixels = {"exr": "gbrpf32le", "dpx": "rgb24", "xwd": "rgb24"}[codec]
    encoder = av.CodecContext.create(codec, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = 64, 48, pixels
    encoder.time_base = Fraction(1, 25)
    frame = av.VideoFrame.from_ndarray(picture(3, 64, 48), "rgb24").reformat(format=pixels)
    packets = [*encoder.encode(frame), *encoder.encode()]
    (tmp_path / "render").write_bytes(b"".join(bytes(packet) for packet in packets))
    assert kinds.kind_of(tmp_path / "render") == "picture"
    assert picture_files(tmp_path) == [tmp_path / "render"]
    seen = np.asarray(open_picture(tmp_path / "render"))
    assert seen.shape == (48, 64, 3) and seen[5, 5, 0] > 2 * seen[5, 5, 1]


def test_a_folder_without_a_picture_says_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    with pytest.raises(DataError, match=r"holds no picture.*'a\.heic' \(an HEIC picture\)"):
        picture_files(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders there")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    save(tmp_path / "b.jpg")
    assert kinds.kind_of(tmp_path / "a.jpg") == "picture"
    assert "device or a pipe" in kinds.why_no_file(str(tmp_path / "a.jpg"), "film")


def test_what_can_not_be_read_is_no_traceback(tmp_path: Path) -> None:
    path = save(tmp_path / "a.jpg")
    shutil.copy(path, tmp_path / "b.jpg")
    path.write_bytes(path.read_bytes()[:40])
    assert kinds.kind_of(path) == "picture" and not kinds.is_animation(path)
