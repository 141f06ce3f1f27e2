"""Files in, files out, by the live chain: same seed and input, same bytes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import mido
import numpy as np
import pytest

from livesyn.base.errors import CheckpointError, DataError
from livesyn.media import midi_to_wav as sound
from livesyn.media.midi_to_wav import find_sound_font
from livesyn.offline.picture_to_music import translate
from tests.toys import save_toy


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_toy(tmp_path_factory.mktemp("toy")))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(0)
    for name in ("a.png", "b.jpg", "b.png"):
        cv2.imwrite(
            str(folder / name),
            cv2.resize(random.integers(0, 256, (5, 7, 3), dtype=np.uint8), (140, 100)),
        )
    (folder / "damaged.jpg").write_bytes(b"\xff\xd8\xff nothing")
    return folder


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 64))
    for second in range(5):
        blocks = (
            np.random.default_rng(second).integers(0, 256, (4, 4, 3), dtype=np.uint8)
            if second
            else np.zeros((4, 4, 3), np.uint8)
        )
        for _ in range(10):
            writer.write(blocks.repeat(16, 0).repeat(16, 1))
    writer.release()
    return path


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.suffix in (".mid", ".wav")
    }


def run(source: Path, out: Path, toy: str, **options: object) -> list[Path]:
    return translate(source, out, model=toy, quiet=True, **({"wav": False} | options))  # type: ignore[arg-type]


def test_a_folder_gives_a_file_for_each_sound_picture(
    pictures: Path, toy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = translate(pictures, tmp_path, model=toy, wav=False)
    assert [path.name for path in written] == ["a.mid", "b.mid", "b.png.mid"]
    assert sorted(bytes_of(tmp_path)) == ["a.mid", "b.mid", "b.png.mid"]
    assert "damaged.jpg" in capsys.readouterr().err
    file = mido.MidiFile(written[0])
    assert file.length == pytest.approx(8 * 4 * 60 / 110, abs=0.01)
    assert sum(m.type == "note_on" for m in file) > 4


def test_same_seed_same_bytes_other_seed_other_music(
    pictures: Path, toy: str, tmp_path: Path
) -> None:
    for name, seed in (("once", 3), ("again", 3), ("other", 4)):
        run(pictures, tmp_path / name, toy, seed=seed, bars=3)
    assert bytes_of(tmp_path / "once") == bytes_of(tmp_path / "again")
    assert bytes_of(tmp_path / "once") != bytes_of(tmp_path / "other")


def test_a_picture_sounds_the_same_alone_as_in_its_folder(
    pictures: Path, toy: str, tmp_path: Path
) -> None:
    run(pictures, tmp_path / "all", toy, bars=2)
    run(pictures / "b.jpg", tmp_path / "one", toy, bars=2)
    assert bytes_of(tmp_path / "one")["b.mid"] == bytes_of(tmp_path / "all")["b.mid"]


def test_a_video_gives_music_as_long_as_it_is(video: Path, toy: str, tmp_path: Path) -> None:
    (path,) = run(video, tmp_path / "a", toy, values={"tempo": 120.0})
    # 5 s: three bars of 2 s begin in it
    assert mido.MidiFile(path).length == pytest.approx(6, abs=0.01)
    run(video, tmp_path / "b", toy, values={"tempo": 120.0})
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")
    for bars in (1, 5):
        (path,) = run(video, tmp_path / f"{bars}", toy, bars=bars, values={"tempo": 120.0})
        assert mido.MidiFile(path).length == pytest.approx(2 * bars, abs=0.01)


def test_the_bars_of_a_video_follow_its_pictures(video: Path, toy: str, tmp_path: Path) -> None:
    """Its first bar is that of its first picture, its third is not."""
    still = {"tempo": 120.0, "half_life": 0.0, "window": 0.25, "variation": 0.0}
    first = tmp_path / "first.png"
    cv2.imwrite(str(first), np.zeros((64, 64, 3), np.uint8))
    (film,), (still_film,) = (
        run(video, tmp_path, toy, values=still),
        run(first, tmp_path, toy, values=still, bars=3),
    )

    def starts(path: Path) -> list[list[tuple[float, int]]]:
        bars: list[list[tuple[float, int]]] = [[], [], []]
        now = 0
        for message in mido.MidiFile(path).tracks[1]:
            now += message.time
            if message.type == "note_on":
                bars[now // 1920].append((now % 1920, message.note))
        return bars

    assert starts(film)[0] == starts(still_film)[0]
    assert starts(film)[2] != starts(still_film)[2]


def test_what_cannot_be_translated_is_one_sentence(toy: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.mp4").write_text("no video")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "x.png").write_bytes(b"no picture")
    for source, words in (
        ("nothing", "there is nothing"),
        ("empty", "holds no picture"),
        ("text.mp4", "not a video"),
        ("bad", "none of the 1 pictures"),
        ("bad/x.png", "cannot be read"),
    ):
        with pytest.raises(DataError, match=words):
            run(tmp_path / source, tmp_path / "out", toy)
    with pytest.raises(CheckpointError):
        run(tmp_path / "bad", tmp_path / "out", "no-such-model")
    assert bytes_of(tmp_path / "out") == {}
    assert not (tmp_path / "out" / "index.html").exists()


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sound.shutil, "which", lambda program: None)
    yield


@pytest.mark.usefixtures("bare")
def test_without_a_synthesiser_it_says_so_and_goes_on(
    pictures: Path, toy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    translate(pictures / "a.png", tmp_path, model=toy, bars=1)
    assert "no .wav: FluidSynth is not installed" in capsys.readouterr().err
    assert sorted(bytes_of(tmp_path)) == ["a.mid"]


@pytest.mark.live
@pytest.mark.skipif(
    not (shutil.which("fluidsynth") and find_sound_font()),
    reason="FluidSynth or a SoundFont is not installed",
)
def test_fluidsynth_makes_it_sound(pictures: Path, toy: str, tmp_path: Path) -> None:
    import wave

    for name in ("once", "again"):
        mid, wav = run(pictures / "a.png", tmp_path / name, toy, bars=2, wav=True)
    with wave.open(str(wav)) as sound:
        assert sound.getnframes() / sound.getframerate() >= mido.MidiFile(mid).length
        assert np.abs(np.frombuffer(sound.readframes(sound.getnframes()), np.int16)).max() > 500
    assert bytes_of(tmp_path / "once") == bytes_of(tmp_path / "again")
