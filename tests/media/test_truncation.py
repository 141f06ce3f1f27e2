"""What breaks off is said to, in every format that tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livesyn.base.clock import ManualClock
from livesyn.base.errors import DataError
from livesyn.media.film import Film
from livesyn.media.sound import open_sound
from livesyn.media.truncation import missing_end
from livesyn.sources.sound_file import SoundFile
from tests.films import film, tone

NOISE = np.random.default_rng(0).uniform(-0.5, 0.5, (90_000, 2))


def by_libsndfile(format: str, subtype: str | None = None) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        soundfile.write(path, NOISE, 44100, format=format, subtype=subtype)
        return path

    return make


def by_ffmpeg(codec: str, **settings: str) -> Callable[[Path], Path]:
    return lambda path: tone(path, codec, 2.0, settings=settings)


SOUNDS: dict[str, Callable[[Path], Path]] = {
    "a.wav": by_libsndfile("WAV"),
    "b.rf64": by_libsndfile("RF64"),
    "c.w64": by_libsndfile("W64"),
    "d.aiff": by_libsndfile("AIFF"),
    "e.au": by_libsndfile("AU"),
    "f.caf": by_libsndfile("CAF"),
    "g.ogg": by_libsndfile("OGG", "VORBIS"),
    "h.opus": by_ffmpeg("libopus"),
    "i.oga": by_ffmpeg("flac"),
    "k.wma": by_ffmpeg("wmav2"),
    "l.m4a": by_ffmpeg("aac", movflags="+faststart"),
    "m.mka": by_ffmpeg("flac"),
    "n.webm": by_ffmpeg("libopus"),
}


def complaint_of(path: Path) -> str:
    sound = SoundFile(path, ManualClock(), loop=False)
    sound.open()
    said = sound.complaint
    while sound.read() is not None:
        pass
    sound.close()
    return f"{said} {sound.complaint}"


@pytest.mark.parametrize("name", SOUNDS)
@pytest.mark.parametrize("cut", [0.7, 37])
def test_a_sound_cut_off_says_so_and_a_whole_one_says_nothing(
    name: str, cut: float, tmp_path: Path
) -> None:
    path = SOUNDS[name](tmp_path / name)
    content = path.read_bytes()
    assert missing_end(path) == "" and complaint_of(path) == " "
    path.write_bytes(content[: int(len(content) * cut) if cut < 1 else -int(cut)])
    assert missing_end(path) in ("its last page is missing", f"{missing(content, path)} missing")
    assert f"{name} is cut off: {missing_end(path)}; the " in complaint_of(path)


def missing(whole: bytes, path: Path) -> str:
    count = len(whole) - path.stat().st_size
    return f"{count} bytes of it are" if count < 10_000 else f"{count / 1e6:.2f} MB of it are"


def test_a_sound_of_which_nothing_is_left_says_that_it_is_cut_off(tmp_path: Path) -> None:
    path = by_libsndfile("OGG", "VORBIS")(tmp_path / "a.ogg")
    path.write_bytes(path.read_bytes()[:4500])
    with pytest.raises(DataError, match="is not sound that .*cut off: its last page is missing"):
        complaint_of(path)


def test_what_stands_behind_the_end_is_nothing_missing(tmp_path: Path) -> None:
    for name, make in SOUNDS.items():
        path = make(tmp_path / name)
        with path.open("ab") as file:
            file.write(bytes(3000))
        assert missing_end(path) == "", name


def test_a_format_that_does_not_tell_is_told_by_what_can_not_be_decoded(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.aac", "aac", 2.0)
    assert complaint_of(path) == " "
    path.write_bytes(path.read_bytes()[:-40])
    assert missing_end(path) == ""
    assert "less than 0.1 s of the 2.0 s of sound a.aac could not be decoded" in complaint_of(path)


def test_a_length_that_was_never_written_is_none(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.webm", "libopus", 2.0, settings={"live": "1"})
    path.write_bytes(path.read_bytes()[:-500])
    assert missing_end(path) == ""
    path = SOUNDS["e.au"](tmp_path / "e.au")
    content = bytearray(path.read_bytes())
    content[8:12] = b"\xff" * 4
    path.write_bytes(content[:-500])
    assert missing_end(path) == ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"OggS",
        b"RIFF\0\0\0\0WAVE",
        b"\x1aE\xdf\xa3",
        b"0&\xb2u",
        b".snd\0",
        b"RF64",
        b"caff",
        b"?",
    ],
)
def test_hardly_anything_is_no_error(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(content)
    assert missing_end(tmp_path / "a") in ("", "its last page is missing")
    assert missing_end(tmp_path / "nowhere") == ""


def test_a_streamed_film_cut_off_says_so(tmp_path: Path) -> None:
    path = film(tmp_path / "a.ogv", range(100), 25, codec="libvpx", format="ogg")
    for cut, said in ((0, ""), (500, "it is cut off after")):
        path.write_bytes(path.read_bytes()[: path.stat().st_size - cut])
        one = Film(path)
        one.open()
        while one.next_frame() is not None:
            pass
        assert said in one.complaint() and bool(said) == bool(one.complaint())


def test_an_m4a_whose_index_is_not_there_says_why(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.m4a", "aac", 2.0)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError, match=r"its index \(moov\) is missing or damaged, as in a file"):
        open_sound(path)
