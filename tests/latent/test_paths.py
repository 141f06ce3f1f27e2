"""Ways through the latent space, scenes and attributes: the laws that the stage relies on."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from livesyn.base import params
from livesyn.base.errors import CheckpointError, DataError, ShapeError
from livesyn.latent import attributes as known
from livesyn.latent.attributes import Attributes
from livesyn.latent.paths import apply, attribute_vector, interpolate, interpolate_std, path, places
from livesyn.latent.scenes import Hold, Scenes
from livesyn.latent.space import Space

D = 24
SETTINGS = params.defaults()


def draw(seed: int, scale: float = 1.0) -> np.ndarray:
    return scale * np.random.default_rng(seed).standard_normal(D)


@given(st.integers(0, 99), st.integers(100, 199), st.floats(0, 1), st.floats(0.1, 10))
def test_the_way_stays_on_the_sphere(a: int, b: int, part: float, scale: float) -> None:
    start, end = draw(a), draw(b, scale)
    between = interpolate(start, end, part)
    radii = np.linalg.norm(start), np.linalg.norm(end)
    assert min(radii) * (1 - 1e-9) <= np.linalg.norm(between) <= max(radii) * (1 + 1e-9)
    assert np.linalg.norm(between) == pytest.approx(radii[0] ** (1 - part) * radii[1] ** part)
    assert np.allclose(between, interpolate(end, start, 1 - part))


def test_the_middle_is_as_far_from_both_where_the_straight_line_shrinks() -> None:
    start, end = draw(1), draw(2)
    start, end = start / np.linalg.norm(start), end / np.linalg.norm(end)
    middle = interpolate(start, end, 0.5)
    assert middle @ start == pytest.approx(middle @ end)
    assert np.linalg.norm(middle) == pytest.approx(1) and np.linalg.norm((start + end) / 2) < 0.9


def test_the_ends_are_met_to_the_bit() -> None:
    start, end = draw(1).astype(np.float32), draw(2).astype(np.float32)
    for between in (interpolate, interpolate_std):
        assert between(start, end, 0.0) is start and between(start, end, 1.0) is end


@pytest.mark.parametrize("part", [0.25, 0.5, 0.9])
def test_zero_and_opposite_latents_have_a_way_too(part: float) -> None:
    start = draw(1)
    assert np.allclose(interpolate(np.zeros(D), start, part), part * start)
    assert np.allclose(interpolate(start, np.zeros(D), part), (1 - part) * start)
    across = interpolate(start, -start, part)
    assert np.isfinite(across).all() and np.linalg.norm(across) == pytest.approx(
        np.linalg.norm(start)
    )


def test_spread_goes_by_its_logarithm() -> None:
    assert np.allclose(interpolate_std(np.full(D, 0.1), np.full(D, 0.4), 0.5), 0.2)


def test_a_path_meets_every_latent_once_and_in_order() -> None:
    latents = [draw(i) for i in range(3)]
    way = path(latents, 4)
    assert way.shape == (9, D)
    assert all(np.array_equal(way[4 * i], latents[i]) for i in range(3))
    angles = [a @ b / np.linalg.norm(a) / np.linalg.norm(b) for a, b in pairwise(way[:5])]
    assert np.allclose(angles, angles[0])  # even steps
    assert len(set(places(3, 4))) == 9
    for latents_, steps in ((1, 4), (2, 0)):
        with pytest.raises(DataError, match="give at least 2 and 1"):
            places(latents_, steps)


def test_an_attribute_is_what_those_with_it_have_more_of() -> None:
    random = np.random.default_rng(0)
    hidden = random.standard_normal(D)
    lacking = random.standard_normal((4000, D))
    having = random.standard_normal((4000, D)) + hidden
    vector = attribute_vector(having, lacking)
    assert np.allclose(vector, hidden, atol=0.1)
    latent = draw(3)
    assert apply(latent, vector, 0) is latent
    assert np.allclose(apply(apply(latent, vector, 1.5), vector, -1.5), latent)
    with pytest.raises(DataError, match="0 have it and 4000 have not"):
        attribute_vector(having[:0], lacking)


# Scenes


def test_a_scene_is_kept_and_gone_to() -> None:
    scenes = Scenes()
    mean, std = draw(1), np.full(D, 0.5)
    there, there_std = draw(2), np.full(D, 0.1)
    half = SETTINGS | {"morph": 0.5, "morph_to": 1.0}
    assert scenes.morph(mean, std, half)[0] is mean, "an empty scene changes nothing"
    scenes.keep("B", there, there_std)
    assert "B" in scenes and "A" not in scenes
    assert scenes.morph(mean, std, SETTINGS | {"morph_to": 1.0})[0] is mean
    assert np.array_equal(scenes.morph(mean, std, half | {"morph": 1.0})[0], there)
    assert np.allclose(scenes.morph(mean, std, half)[0], interpolate(mean, there, 0.5))
    assert np.allclose(scenes.morph(mean, std, half)[1], np.sqrt(0.05))
    scenes.clear()
    assert scenes.morph(mean, std, half)[0] is mean


def test_a_recalled_latent_is_led_to_over_the_sphere_and_held() -> None:
    hold, live = Hold(), (draw(1), np.full(D, 0.5))
    first, second = (draw(2), np.full(D, 0.1)), (draw(3), np.full(D, 0.2))
    assert hold.lead(*live, 1.0)[0] is live[0], "nothing recalled: the picture's own"
    hold.go(first)
    assert hold.lead(*live, 0.0)[0] is live[0], "on its line, from where it was"
    quarter = hold.lead(*live, 0.25)[0]
    assert np.allclose(quarter, interpolate(live[0], first[0], 0.25))
    assert np.array_equal(hold.lead(*live, 1.0)[0], first[0])
    moved = draw(7), live[1]
    assert np.array_equal(hold.lead(*moved, 1.0)[0], first[0]), "held, whatever the picture does"
    assert np.array_equal(hold.lead(*moved, 0.0)[0], first[0]), "also where the beat begins anew"
    hold.go(second)
    half = hold.lead(*moved, 0.5)
    assert np.allclose(half[0], interpolate(first[0], second[0], 0.5))
    hold.go(None)  # in the middle: from there back to the picture
    assert np.allclose(hold.lead(*moved, 0.5)[0], interpolate(half[0], moved[0], 0.5))
    assert hold.lead(*moved, 1.0)[0] is moved[0]


def test_a_latent_no_bar_set_out_for_leaves_no_trace() -> None:
    hold, live = Hold(), (draw(1), np.full(D, 0.5))
    hold.go((draw(2), np.ones(D)))
    hold.lead(*live, 0.0)
    hold.go((draw(3), np.ones(D)))
    assert np.allclose(hold.lead(*live, 0.5)[0], interpolate(live[0], draw(3), 0.5))


# In the space of a checkpoint


def space(**more) -> Space:
    return Space(np.eye(params.DIRECTIONS, D), np.ones(params.DIRECTIONS), np.zeros(D), **more)


def test_at_their_defaults_attributes_change_no_bit() -> None:
    mean, std, noise = draw(1), np.ones(D), draw(2)
    with_some = space(attributes={"light": draw(3), "label:cats": draw(4)}, labels=("label:cats",))
    assert (
        with_some.compose(mean, std, noise, SETTINGS).tobytes()
        == space().compose(mean, std, noise, SETTINGS).tobytes()
    )
    asked = SETTINGS | {"light": 1.0, "label_amount": 1.0}
    assert (
        space().compose(mean, std, noise, asked).tobytes()
        == space().compose(mean, std, noise, SETTINGS).tobytes()
    )


def test_amounts_add_their_vectors() -> None:
    light, cats, dogs = draw(3), draw(4), draw(5)
    one = space(
        attributes={"light": light, "label:cats": cats, "label:dogs": dogs},
        labels=("label:cats", "label:dogs"),
    )
    calm = SETTINGS | {"variation": 0.0}
    mean, none = draw(1), np.zeros(D)
    for asked, pushed in (
        ({"light": -1.5}, -1.5 * light),
        ({"label": 2.0, "label_amount": 1.0}, dogs),
        ({"label": 3.0, "label_amount": 1.0}, none),
        ({"warmth": 2.0}, none),
    ):
        assert np.allclose(one.compose(mean, none, none, calm | asked), mean + pushed, atol=1e-6)
    with pytest.raises(ShapeError, match="the attribute light"):
        space(attributes={"light": np.zeros(D + 1)})


# Their file


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "weights.safetensors").write_bytes(b"weights")
    known.write(
        tmp_path / known.FILE,
        Attributes({"light": draw(1), "label:cats": draw(2)}),
        tmp_path / "weights.safetensors",
    )
    return tmp_path


def test_what_is_written_is_read(folder, tmp_path_factory) -> None:
    again = known.read(folder, D)
    assert (
        again is not None
        and list(again.vectors) == ["light", "label:cats"]
        and again.labels == ("label:cats",)
    )
    assert np.allclose(again.vectors["light"], draw(1), atol=1e-6)
    assert (
        again.find("cats"),
        again.find("label:cats"),
        again.find("light"),
        again.find("dogs"),
    ) == ("label:cats", "label:cats", "light", None)
    assert known.read(tmp_path_factory.mktemp("none"), D) is None


def test_a_wrong_file_is_one_sentence(folder) -> None:
    path = folder / known.FILE
    with pytest.raises(CheckpointError, match="a finite vector of 25"):
        known.read(folder, D + 1)
    with pytest.raises(CheckpointError, match="not all finite"):
        known.write(path, Attributes({"light": np.full(D, np.nan)}), folder / "weights.safetensors")
    tensors = load_file(path)
    for about, words in (
        ('{"format": 9, "names": []}', "format 9"),
        ('{"format": 1}', "damaged"),
        ('{"format": 1, "names": ["a", "a"]}', "a finite vector"),
        ('{"format": 1, "names": "ab"}', "a finite vector"),
        ("[]", "damaged"),
        ("{", "damaged"),
    ):
        save_file(tensors, path, {known.ABOUT: about})
        with pytest.raises(CheckpointError, match=words) as caught:
            known.read(folder, D)
        assert "\n" not in str(caught.value)
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(CheckpointError, match="damaged"):
        known.read(folder, D)


def test_attributes_of_other_weights_are_refused(folder) -> None:
    (folder / "weights.safetensors").write_bytes(b"other weights")
    with pytest.raises(CheckpointError, match="other weights"):
        known.read(folder, D)
