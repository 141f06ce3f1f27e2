"""Music to pictures: a picture for two bars, the same for the same bars, and what it remembers."""

from __future__ import annotations

from pathlib import Path

import mido
import numpy as np
import pytest
import torch
from PIL import Image

from livesyn.base.errors import CheckpointError, DataError
from livesyn.base.types import Note
from livesyn.cli.main import main
from livesyn.music import midi_file
from livesyn.nets import checkpoint, music_vae, vis_vae
from livesyn.nets.music_syn_vae import MusicSynVAE
from livesyn.nets.music_vae import MusicVAE
from livesyn.nets.vis_vae import VisVAE
from livesyn.offline.music_to_picture import paint
from tests.toys import save_toy


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A swapped net with random weights, large enough for pictures that differ."""
    torch.manual_seed(0)
    music = MusicVAE(music_vae.preset("toy"))
    net = MusicSynVAE(music, VisVAE(vis_vae.preset("toy")))
    with torch.no_grad():
        for name, weight in net.visual.decoder.named_parameters():
            weight.mul_(4 if name.endswith("weight") else 1)
        music.posterior.weight *= 10
    folder = tmp_path_factory.mktemp("swapped")
    checkpoint.save(folder, net, {})
    return str(folder)


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two bars, two other bars, two of silence, the first two again."""
    first, second = [60, 64, 67, 72, 71, 67, 64, 62], [57, 57, 60, 64, 69, 65, 60, 57]
    bars = [(0, first), (8, second), (24, first)]
    path = tmp_path_factory.mktemp("song") / "song.mid"
    midi_file.save(
        midi_file.midi_file(
            {
                "melody": [
                    Note(begin + i, 1, pitch)
                    for begin, pitches in bars
                    for i, pitch in enumerate(pitches)
                ]
            },
            96,
        ),
        path,
    )
    return path


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.array(image)


def test_two_bars_give_a_picture_and_bars_that_return_bring_it_back(
    song: Path, toy: str, tmp_path: Path
) -> None:
    written = paint(song, tmp_path, model=toy)
    assert [path.name for path in written] == [
        "song-001.png",
        "song-002.png",
        "song-004.png",
        "song.png",
        "song-remembered.mid",
    ]
    first, second, again = (pixels(path) for path in written[:3])
    assert (
        first.shape == (64, 64, 3)
        and np.array_equal(first, again)
        and not np.array_equal(first, second)
    )
    assert pixels(written[3]).shape[1] > 3 * 128
    back = mido.MidiFile(written[4])
    assert back.length == pytest.approx(32 * 60 / 96, abs=0.02)


def test_the_picture_in_the_file_is_all_that_is_remembered(
    song: Path, toy: str, tmp_path: Path
) -> None:
    """The notes of the .mid come from the .png alone."""
    values = {"temperature": 0.05}
    written = paint(song, tmp_path, model=toy, values=values)
    net = checkpoint.load(toy, "music-syn-vae")
    pictures = (
        torch.stack([torch.from_numpy(pixels(path)) for path in written[:3]])
        .permute(0, 3, 1, 2)
        .float()
        / 255
    )
    tokens = net.decode_music(pictures, 0.05, torch.Generator().manual_seed(0)).numpy()
    struck, now = [], 0
    for message in mido.MidiFile(written[4]).tracks[1]:
        now += message.time
        if message.type == "note_on":
            struck.append((now // 120, message.note - 21 + 2))
    assert struck == [
        (32 * window + step, row[step])
        for window, row in zip((0, 1, 3), tokens, strict=True)
        for step in range(32)
        if row[step] > 1
    ]


def test_same_words_same_bytes_other_seed_other_pictures(
    song: Path, toy: str, tmp_path: Path
) -> None:
    once, again, other = (
        paint(song, tmp_path / name, model=toy, seed=seed)
        for name, seed in (("once", 1), ("again", 1), ("other", 2))
    )
    assert [path.read_bytes() for path in once] == [path.read_bytes() for path in again]
    assert once[0].read_bytes() != other[0].read_bytes()


def test_from_the_command_line(
    song: Path, toy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert (
        main(["translate", str(song), "-o", str(out), "--model", toy, "--param", "variation=0"])
        == 0
    )
    assert len(capsys.readouterr().out.splitlines()) == 5
    other = str(save_toy(tmp_path / "toy"))
    for words, needle in (
        (["--model", other], "a 'music-syn-vae' is needed"),
        (["--model", toy, "--key", "A minor"], "--key says how music is made"),
        (["--model", toy, "--bars", "2"], "--bars says"),
    ):
        assert main(["translate", str(song), "-o", str(out), *words]) == 2
        assert needle in capsys.readouterr().err


def test_what_cannot_be_painted_is_one_sentence(toy: str, song: Path, tmp_path: Path) -> None:
    (tmp_path / "text.mid").write_text("no music")
    with pytest.raises(DataError, match="not a MIDI file"):
        paint(tmp_path / "text.mid", tmp_path / "out", model=toy)
    with pytest.raises(CheckpointError, match="no checkpoint"):
        paint(song, tmp_path / "out", model="no-such-model")
    assert not (tmp_path / "out").exists()
