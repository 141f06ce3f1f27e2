"""The Musart set."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from livesyn.audio import mel
from livesyn.base.errors import DataError
from livesyn.base.params import PERIODS
from livesyn.media.midi_to_wav import find_sound_font
from livesyn.train.data import clips, musart, musart_plan
from livesyn.train.data.clips import Cut, Note
from tests.toys import save_wav


def test_a_set_is_split_by_piece_and_by_painting(cache):
    data = musart.load(cache)
    for key in ("piece", "painting"):
        owners = [set(data[f"{split}_{key}"].tolist()) for split in musart.SPLITS]
        assert all(owners) and not (
            owners[0] & owners[1] or owners[0] & owners[2] or owners[1] & owners[2]
        )
    assert data["train_mel"].shape[1:] == (128, 768) and data["train_mel"].dtype == np.uint8
    assert np.bincount(data["train_period"]).tolist() == [6] * 5
    assert data["test_images"].shape[1:] == (16, 16, 3) and set(
        np.bincount(data["test_image_period"])
    ) == {4}
    about = json.loads(str(data["origin"]))
    assert (
        about["counts"]["paintings"] == dict.fromkeys(PERIODS, 14) and about["counts"]["lost"] == []
    )


def test_a_set_of_other_pictures_takes_the_clips_of_one_there_is(folders, cache, tmp_path):
    wanted = musart.Wanted(held_out=1, valid=1, views=1, size=32, clips_of=cache)
    music, paintings = folders
    counts = musart.build(music, paintings, tmp_path / "large.npz", wanted)
    before, after = musart.load(cache), musart.load(tmp_path / "large.npz")
    assert set(before) == set(after) and counts["train_clips"] == dict.fromkeys(PERIODS, 6)
    for key, array in after.items():
        if musart.is_of_music(key):
            assert np.array_equal(array, before[key])
    assert after["train_images"].shape[1:] == (32, 32, 3)
    assert after["train_painting"].tolist() == before["train_painting"][::2].tolist()
    said = json.loads(str(after["origin"]))["command"]
    assert said.endswith(f"--size 32 --clips-of data/{cache.name} -o data/large.npz"), said
    with pytest.raises(DataError, match="is not there"):
        lost = replace(wanted, clips_of=tmp_path / "no.npz")
        musart.build(music, paintings, tmp_path / "x.npz", lost)


def test_stored_windows_are_what_the_live_ear_hears():
    columns = mel.mel(
        (0.2 * np.random.default_rng(0).standard_normal(int(8.91 * 22050))).astype(np.float32)
    )
    live, kept = mel.thirds(columns), musart.windows(musart.stored(columns)[None])[0]
    assert live.shape == kept.shape == (3, 128, 256) and np.abs(live - kept).max() < 1 / 127
    assert live.max() == 1.0 and np.allclose(mel.thirds(columns + 12), live, atol=1e-5), (
        "the same at any volume"
    )
    assert (mel.thirds(np.full((128, 768), mel.FLOOR_DB, np.float32)) == -1).all()


@pytest.mark.parametrize(
    "missing, sentence",
    [
        ("music", "no music in .*romantic"),
        ("cache", "make it with: livesyn data musart"),
        ("foreign", "not a Musart cache"),
    ],
)
def test_what_is_lacking_is_said(folders, tmp_path, missing, sentence):
    music, paintings = folders
    with pytest.raises(DataError, match=sentence):
        if missing == "music":
            for period in PERIODS[:3]:
                (tmp_path / period).mkdir()
                (tmp_path / period / "a.wav").write_bytes(
                    (music / period / "piece-0.wav").read_bytes()
                )
            musart.build(tmp_path, paintings, tmp_path / "out.npz")
        elif missing == "cache":
            musart.load(tmp_path / "nothing.npz")
        else:
            np.savez(tmp_path / "foreign.npz", x=np.zeros(3))
            musart.load(tmp_path / "foreign.npz")


def test_music_that_is_no_good_is_named(folders, tmp_path):
    music = tmp_path / "music"
    shutil.copytree(folders[0], music)
    (music / "modern" / "junk.mid").write_text("junk")
    save_wav(music / "baroque" / "short.wav", 3.0, 440.0)
    lost: list[str] = []
    jobs = musart_plan.plan_jobs(
        musart_plan.find_pieces(music), musart.Wanted(clips=6, held_out=1, valid=1), lost
    )
    assert {job.piece.path.name for job in jobs} == {f"piece-{n}.wav" for n in range(4)}
    assert (
        len(lost) == 2
        and any("junk.mid" in sentence for sentence in lost)
        and "baroque/short.wav is shorter than a clip of 8.91 s" in lost
    )


def test_movements_of_a_work_stay_together(tmp_path):
    rows = ["file,source"]
    for period in PERIODS:
        (tmp_path / period).mkdir()
        for n in range(3):
            (tmp_path / period / f"m{n}.mid").write_bytes(b"MThd")
            rows.append(f"{period}/m{n}.mid,ftp/ComposerX/Opus1/m{n}/m{n}.ly")
    (tmp_path / "manifest.csv").write_text("\n".join(rows))
    assert {piece.work for piece in musart_plan.find_pieces(tmp_path)} == {"ComposerX/Opus1"}
    assert len(musart_plan.find_pieces(tmp_path)) == 15


def test_few_long_pieces_each_on_one_instrument_are_as_recordings_are(tmp_path):
    import mido

    for period in PERIODS:
        (tmp_path / period).mkdir()
        for n in range(7):
            file = mido.MidiFile(tracks=[mido.MidiTrack()])
            for _ in range(20 + 20 * n):  # of half a second each
                file.tracks[0] += [
                    mido.Message("note_on", note=60, velocity=80),
                    mido.Message("note_off", note=60, time=480),
                ]
            file.save(tmp_path / period / f"p{n}.mid")
    pieces = musart_plan.find_pieces(tmp_path)
    wanted = musart.Wanted(clips=6, held_out=1, valid=1)
    for given in (
        wanted,
        replace(wanted, pieces=2),
        replace(wanted, pieces=2, recorded=True),
        replace(wanted, pieces=50),
    ):
        jobs = musart_plan.plan_jobs(pieces, given, [])
        learnt = [job for job in jobs if job.split == "train" and job.piece.period == 0]
        assert sum(len(job.cuts) for job in learnt) == 6
        assert len(learnt) == (2 if given.pieces == 2 else 5)
        each = [len({cut.instrument for cut in job.cuts}) for job in learnt if len(job.cuts) > 1]
        assert each and all(n == 1 for n in each) == given.recorded
        assert all(
            len({cut.instrument for cut in job.cuts}) > 1 for job in jobs if job.split == "test"
        ), "what is tested is told on several instruments in any case"
        if given.pieces == 2:
            assert all(job.piece.path.name >= "p2.mid" for job in learnt), (
                "their clips have room side by side"
            )
    jobs = [
        job
        for job in musart_plan.plan_jobs(pieces, replace(wanted, takes=3), [])
        if job.split == "train" and job.piece.period == 0
    ]
    for job in jobs:
        for start_s in {cut.start_s for cut in job.cuts}:
            assert len({cut.instrument for cut in job.cuts if cut.start_s == start_s}) == 3, (
                "each clip on three instruments"
            )
    assert sum(len(job.cuts) for job in jobs) == 18
    assert musart.command(
        tmp_path, tmp_path, Path("m.npz"), musart.Wanted(pieces=2, recorded=True)
    ).endswith("--pieces 2 --recorded -o data/m.npz")


@pytest.mark.skipif(find_sound_font() is None, reason="no SoundFont is installed")
def test_a_cut_is_that_part_of_the_piece_on_that_instrument():
    notes = [Note(float(n), n + 0.9, 48 + n, 90, 0) for n in range(24)]
    high, low, other = clips._played(
        notes, [Cut(12.0, "flute"), Cut(2.0, "flute"), Cut(2.0, "piano")]
    )
    assert high.shape == (clips.SAMPLES,) and np.abs(high).max() > 0.01

    def pitch_hz(samples: np.ndarray) -> float:
        second = samples[int(0.2 * 22050) : int(0.8 * 22050)]
        spectrum = np.abs(np.fft.rfft(second * np.hanning(len(second)), 1 << 16))
        strong = np.flatnonzero(spectrum > 0.3 * spectrum.max())[0]
        return strong * 22050 / (1 << 16)

    assert pitch_hz(high) == pytest.approx(440 * 2 ** ((60 - 69) / 12), rel=0.03)
    assert pitch_hz(low) == pytest.approx(440 * 2 ** ((50 - 69) / 12), rel=0.03)
    assert np.corrcoef(low, other)[0, 1] < 0.9
