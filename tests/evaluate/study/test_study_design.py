"""Classes, casts and draws, against cases worked out by hand."""

from collections import Counter

import numpy as np
import pytest

from livesyn.base.errors import ConfigError, DataError
from livesyn.evaluate.study.design import Size, cast, clusters, draw


def around(centres, each):
    """`each` points around every centre, at distances 1, 2, 3, … whose mean is the centre."""
    points, labels = [], []
    for name, centre in centres.items():
        for i in range(each):
            reach = (i // 2 + 1) * (-1) ** i
            points.append((centre[0] + reach, centre[1]))
            labels.append(name)
    return np.array(points, float), labels


def test_the_farthest_triplet_is_cast():
    # a, c, d span the largest triangle: 100 + 100 + 141.4; b lies within
    space, labels = around({"a": (0, 0), "b": (20, 20), "c": (100, 0), "d": (0, 100)}, 6)
    found = cast(space, labels, Size(1, 3))
    assert found.classes == ("a", "c", "d")
    assert found.cumulative_distance == pytest.approx(200 + 100 * 2**0.5)
    assert found.between[1, 2] == pytest.approx(100 * 2**0.5)
    assert [{labels[i] for i in row} for row in found.rows] == [{"a"}, {"c"}, {"d"}]
    assert found.to_mean.tolist() == [[1, 1, 2, 2]] * 3  # the pair at 3 is left out


def test_a_class_with_too_few_pictures_is_passed_over():
    space, labels = around({"a": (0, 0), "b": (10, 0), "c": (0, 10), "far": (1000, 1000)}, 6)
    keep = [i for i, name in enumerate(labels) if name != "far" or i == len(labels) - 1]
    assert cast(space[keep], [labels[i] for i in keep], Size(2, 4)).classes == ("a", "b", "c")


@pytest.mark.parametrize(
    ("labels", "needle"),
    [
        (["a"] * 60, "1 class (a)"),
        ([""] * 60, "no labels"),
        (["a"] * 30 + ["b"] * 30, "2 classes (a, b)"),
        (["a"] * 30 + ["b"] * 30 + ["c"] * 23, "2 of 3 classes have the 24 pictures"),
    ],
    ids=["one", "none", "two", "few"],
)
def test_too_few_classes_are_one_sentence(labels, needle):
    with pytest.raises(DataError, match=".*") as caught:
        cast(np.zeros((len(labels), 2)), labels, Size())
    assert needle in str(caught.value) and "\n" not in str(caught.value)


def test_a_draw_is_twelve_examples_and_twenty_tasks():
    drawn = draw(Size(), np.random.default_rng(3))
    assert [len(group) for group in drawn.examples] == [4, 4, 4] and len(drawn.tasks) == 20
    used = [place for group in drawn.examples for place in group] + [
        place for task in drawn.tasks for place in task.options
    ]
    assert sorted(used) == list(range(72))  # every picture once: no example comes again
    assert all([place // 24 for place in task.options] == [0, 1, 2] for task in drawn.tasks)
    assert sorted(Counter(task.truth for task in drawn.tasks).values()) == [6, 7, 7]
    assert draw(Size(), np.random.default_rng(3)) == drawn != draw(Size(), np.random.default_rng(4))


def test_which_class_is_true_least_often_is_drawn():
    least = [
        min(range(3), key=[t.truth for t in draw(Size(), np.random.default_rng(seed)).tasks].count)
        for seed in range(40)
    ]
    assert set(least) == {0, 1, 2}


def test_no_study_of_nothing():
    with pytest.raises(ConfigError, match="1 or more"):
        Size(tasks=0)


def test_k_means_finds_what_was_put_there():
    space, labels = around({"a": (0, 0), "b": (100, 0), "c": (0, 100)}, 8)
    found = clusters(space, 3, 0)
    assert len(set(zip(labels, found, strict=True))) == 3 and set(found) == {
        "cluster 1",
        "cluster 2",
        "cluster 3",
    }
    with pytest.raises(ConfigError, match="from 3 to"):
        clusters(space, 2, 0)
