"""A study's folder: whole, the same for the same seed, from pictures the net has not learnt
from.
"""

import json

import mido
import numpy as np
import pytest
import torch
from PIL import Image

from livesyn.base.errors import CheckpointError, ConfigError, DataError
from livesyn.evaluate.study import collection, folder, make
from livesyn.evaluate.study.collection import Request
from livesyn.evaluate.study.design import Size
from livesyn.nets import checkpoint, vis_vae
from tests.evaluate.study.conftest import KINDS, SMALL, coloured, save_set


def test_the_folder_is_whole(made):
    where, study = made
    assert folder.read(where) == study
    assert study.split == "test" and not study.trained_on and set(study.classes) == set(KINDS)
    assert len(study.pieces) == 21 and len(study.questions) == 5
    for name, piece in study.pieces.items():
        with Image.open(folder.picture(where, name)) as picture:
            assert picture.size == (320, 320)
        ons = [m.note for m in mido.MidiFile(folder.music(where, name)) if m.type == "note_on"]
        assert ons == [pitch for _, _, pitch, _ in piece.notes]
    assert any(piece.notes for piece in study.pieces.values())


def test_pieces_belong_to_their_classes_and_pictures(made, request_, data):
    study = made[1]
    with np.load(data) as arrays:
        labels = arrays["test_y"].tolist()
    for piece in study.pieces.values():
        assert labels[int(piece.name.removeprefix("test-"))] == study.classes[piece.label]
    for question in study.questions:
        assert [study.pieces[name].label for name in question.options] == [0, 1, 2]
    for label, group in enumerate(study.examples):
        assert {study.pieces[name].label for name in group} == {label}


def test_a_tasks_distance_is_that_to_the_nearer_of_the_others():
    assert make.nearest_other(np.array([[0, 0], [3, 4], [0, 2]]), 0) == 2
    assert make.nearest_other(np.array([[0, 0], [3, 4], [0, 2]]), 1) == pytest.approx(13**0.5)


def test_names_tell_nothing_of_the_classes(made):
    study = made[1]
    by_name = [study.pieces[name].label for name in sorted(study.pieces)]
    assert sorted(by_name) not in (by_name, by_name[::-1])


def test_the_same_seed_the_same_bytes(made, request_, tmp_path):
    again = make.make(request_, tmp_path)
    assert again == made[1]
    for path in sorted(made[0].rglob("*.*")):
        assert (tmp_path / path.relative_to(made[0])).read_bytes() == path.read_bytes()


def test_another_seed_another_study(request_, made, tmp_path):
    from dataclasses import replace

    other = make.make(replace(request_, seed=1), tmp_path)
    assert other.questions != made[1].questions and {p.name for p in other.pieces.values()} == {
        p.name for p in made[1].pieces.values()
    }


def test_a_test_split_too_small_gives_way_to_what_was_not_trained_on(toy, tmp_path):
    small = save_set(tmp_path / "small.npz", test=4, train=12)
    # 4 + 2 of valid are too few of each
    found = collection.find(Request(str(toy), small, size=SMALL))
    assert found.split.name == "all pictures" and found.split.trained_on
    assert not collection.find(Request(str(toy), small, size=SMALL, unseen=True)).split.trained_on


def test_clusters_stand_in_for_labels(toy, tmp_path):
    x, _ = coloured(KINDS, 30, 1)
    np.savez(tmp_path / "bare.npz", test_x=x, train_x=x[::4])
    with pytest.raises(DataError, match="no labels"):
        collection.find(Request(str(toy), tmp_path / "bare.npz", size=SMALL))
    found = collection.find(Request(str(toy), tmp_path / "bare.npz", size=SMALL, clusters=3))
    assert found.split.name == "test" and found.cast.classes == (
        "cluster 1",
        "cluster 2",
        "cluster 3",
    )
    with pytest.raises(ConfigError, match="--clusters"):
        collection.find(
            Request(str(toy), tmp_path / "bare.npz", size=SMALL, clusters=3, label="era")
        )


def test_the_visual_space_may_be_a_vis_vaes(request_, toy, tmp_path):
    from dataclasses import replace

    torch.manual_seed(5)
    checkpoint.save(tmp_path / "eyes", vis_vae.VisVAE(vis_vae.preset("toy")), {})
    own, other = (
        collection.find(request_),
        collection.find(replace(request_, visual=str(tmp_path / "eyes"))),
    )
    assert own.cast.cumulative_distance != other.cast.cumulative_distance
    checkpoint.save(
        tmp_path / "small",
        vis_vae.VisVAE(
            vis_vae.VisVAEConfig(size=32, widths=(4, 4), seed_channels=4, mirror=(4, 4), latent=8)
        ),
        {},
    )
    with pytest.raises(CheckpointError, match=r"32×32×3.*64×64×3"):
        collection.find(replace(request_, visual=str(tmp_path / "small")))


def test_what_the_checkpoint_says_of_its_training_decides_the_split(toy, tmp_path):
    """A picture the net learnt from is not held out, one whose rights kept it out of the training
    is.
    """
    x, labels = coloured(KINDS, 30, 3)
    rows = ["file,era,rights"]
    for i, (picture, label) in enumerate(zip(x, labels, strict=True)):
        Image.fromarray(picture).save(tmp_path / f"{i:03d}.png")
        rows.append(f"{i:03d}.png,{label},{'CC0' if i % 2 else 'unknown'}")
    (tmp_path / "manifest.csv").write_text("\n".join(rows) + "\n")
    net = checkpoint.load(str(toy), "syn-vae")
    checkpoint.save(tmp_path / "careful", net, {"rights": "CC0", "held_out": 6, "valid": 3})
    found = collection.find(Request(str(tmp_path / "careful"), tmp_path, size=Size(4, 10)))
    assert found.split.name == "held out" and not found.split.trained_on
    used = {int(name[:3]) % 2 for name in found.split.pictures.names}
    assert len(found.split.pictures) == 45 + 9 and used == {0, 1}


def test_file_names_may_repeat_from_split_to_split(toy, tmp_path):
    """As in the usual folders of MNIST: train/0/0000.png and test/0/0000.png are two pictures."""
    for split, each, seed in (("train", 4, 2), ("test", 9, 1)):
        for i, (picture, label) in enumerate(zip(*coloured(KINDS, each, seed), strict=True)):
            path = tmp_path / split / label / f"{i % each:04d}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(path)
    found = collection.find(Request(str(toy), tmp_path, size=SMALL)).split
    assert (
        found.name == "test"
        and len(found.pictures) == len(set(found.pictures.names)) == 27
        and "test/sea/0000.png" in found.pictures.names
    )


def test_mistakes_are_one_sentence(toy, data, tmp_path):
    one = save_set(tmp_path / "one.npz", {"dawn": KINDS["dawn"]}, test=40)
    with pytest.raises(DataError, match="1 class"):
        collection.find(Request(str(toy), one))
    with pytest.raises(DataError, match="0 of 3 classes have the 24"):
        collection.find(Request(str(toy), data))
    with pytest.raises(DataError, match="not the folder of a study"):
        folder.read(tmp_path)
    with pytest.raises(DataError, match="no pictures at"):
        collection.find(Request(str(toy), tmp_path / "nowhere"))


def test_answers_are_never_written_over(request_, study):
    (study / folder.ANSWERS).touch()
    with pytest.raises(ConfigError, match="answers already"):
        make.make(request_, study)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda s: s | {"format": 2},
        lambda s: s | {"pieces": s["pieces"][1:]},
        lambda s: {"format": 1},
        lambda s: [s],
    ],
    ids=["format", "piece", "empty", "list"],
)
def test_a_damaged_study_is_refused(study, spoil):
    values = json.loads((study / folder.FILE).read_text())
    (study / folder.FILE).write_text(json.dumps(spoil(values)))
    with pytest.raises(DataError, match="make the study again"):
        folder.read(study)
