"""The machine listener: what it hears, that it hears, and that it hears nothing where nothing
is.
"""

from dataclasses import replace

import numpy as np
import pytest

from livesyn.base.errors import ConfigError
from livesyn.base.types import Note
from livesyn.evaluate.study import listen, make
from livesyn.evaluate.study.design import Size, draw
from livesyn.evaluate.study.listener import HEARD, NAMES, Listener, features


def heard(notes) -> dict[str, float]:
    return dict(zip(NAMES, features(notes), strict=True))


def test_what_is_heard_in_a_scale():
    # C major upwards, one octave in eight quarters
    scale = [Note(float(i), 1.0, pitch) for i, pitch in enumerate((60, 62, 64, 65, 67, 69, 71, 72))]
    told = heard(scale)
    assert told["mean pitch"] == 66.25 and (
        told["lowest pitch"],
        told["highest pitch"],
        told["first pitch"],
        told["last pitch"],
    ) == (60, 72, 60, 72)
    assert (
        told["mean leap"] == pytest.approx(12 / 7)
        and told["steps"] == 1
        and told["rising"] == 1
        and told["repeated notes"] == 0
    )
    assert told["notes"] == 3 and told["length of notes"] == 0 and told["evenness of lengths"] == 0
    assert (
        told["silence"] == 0
        and told["on the beat"] == 1
        and told["between the eighths"] == 0
        and told["later half"] == 0.5
    )
    assert told["major rather than minor"] > 0 and told["number of pitch classes"] == 7
    # least squares: (3.5·12 + 2.5·9 + 1.5·5 + 0.5·2) / 42 a beat
    assert told["rise"] == pytest.approx(8 * 73 / 42)


def test_minor_is_told_from_major_on_any_root():
    for root in (60, 63, 70):
        major = [Note(float(i), 1.0, root + step) for i, step in enumerate((0, 4, 7, 12, 7, 4, 0))]
        minor = [Note(float(i), 1.0, root + step) for i, step in enumerate((0, 3, 7, 12, 7, 3, 0))]
        assert (
            heard(major)["major rather than minor"]
            > 0.1
            > -0.1
            > heard(minor)["major rather than minor"]
        )


def test_silence_and_single_notes_are_heard():
    assert (
        heard([])["silence"] == 1
        and heard([])["mean pitch"] == 60
        and np.isfinite(features([])).all()
    )
    one = heard([Note(0.25, 2.0, 40)])
    assert (
        one["silence"] == 0.75
        and one["mean pitch"] == 40
        and one["between the eighths"] == 1
        and one["mean leap"] == 0
    )
    both = heard([Note(0.0, 4.0, 60), Note(2.0, 4.0, 64), Note(2.0, 1.0, 67)])
    assert both["silence"] == 0.25  # where two sound together, that is sound once


def test_features_and_grains_are_as_many():
    assert len(features([Note(0.0, 1.0, 60)])) == len(HEARD) and all(
        grain > 0 for _, grain in HEARD
    )


def test_a_clear_difference_is_heard_and_shuffled_it_is_not():
    """Low and slow, middle and quick, high and slow: each time right; dealt anew, a third."""
    random = np.random.default_rng(0)
    size = Size()

    def piece(low, quick):
        return [
            Note(i * quick, quick, int(low + random.integers(0, 12))) for i in range(int(8 / quick))
        ]

    played = np.stack(
        [
            features(piece(low, quick))
            for low, quick in ((40, 1.0), (60, 0.5), (76, 1.0))
            for _ in range(size.per_class)
        ]
    )
    right, dealt = [], []
    for seed in range(200):
        drawn = draw(size, np.random.default_rng(seed))
        truths, chosen = listen.take(drawn, played)
        right.append((truths == chosen).mean())
        truths, chosen = listen.take(drawn, np.random.default_rng((seed, 2)).permutation(played))
        dealt.append((truths == chosen).mean())
    assert np.mean(right) > 0.99
    assert abs(np.mean(dealt) - 1 / 3) < 4 * np.std(dealt) / len(dealt) ** 0.5 and np.std(dealt) > 0


def test_the_listener_knows_only_the_examples_and_the_music_played():
    """Other options' music, changed at will, changes nothing."""
    random = np.random.default_rng(1)
    played, drawn = random.normal(60, 5, (72, len(HEARD))), draw(Size(), random)
    silent = [
        place for task in drawn.tasks for c, place in enumerate(task.options) if c != task.truth
    ]
    other = played.copy()
    other[silent] = 1e6
    assert (listen.take(drawn, played)[1] == listen.take(drawn, other)[1]).all()


def test_groups_may_be_named_in_any_order():
    random = np.random.default_rng(2)
    examples, groups, played = (
        random.normal(0, 3, (12, len(HEARD))),
        np.repeat([0, 1, 2], 4),
        random.normal(0, 3, (30, len(HEARD))),
    )
    named = np.array([2, 0, 1])
    assert (
        named[Listener(examples, groups).choose(played)]
        == Listener(examples, named[groups]).choose(played)
    ).all()


def test_an_estimate_by_hand():
    # of 0.4, 0.6, 0.8: mean 0.6, deviation 0.2, t(0.975, 2) = 4.3027
    told = listen.estimate(np.array([0.4, 0.6, 0.8]))
    assert told.mean == pytest.approx(0.6) and told.deviation == pytest.approx(0.2)
    assert told.low == pytest.approx(0.6 - 4.3027 * 0.2 / 3**0.5, abs=1e-4)
    assert told.high == 1.0  # of shares there is no more


def test_study_s_is_the_one_that_make_writes(request_, tmp_path):
    from livesyn.evaluate.study import collection

    study = make.make(replace(request_, seed=3), tmp_path)
    found = collection.find(request_)
    drawn, played = draw(request_.size, np.random.default_rng(3)), listen.heard_of(found, 3)
    for task, question in zip(drawn.tasks, study.questions, strict=True):
        notes = [Note(*row) for row in study.pieces[question.options[question.truth]].notes]
        assert task.truth == question.truth and np.allclose(
            played[task.options[task.truth]], features(notes)
        )


def test_many_studies_end_in_figures_and_a_table(request_):
    told = listen.listen(request_, studies=12)
    assert (
        told["split"] == "test"
        and sum(map(sum, told["confusion"])) == 12 * 5
        and told == listen.listen(request_, studies=12)
    )
    assert told["accuracy"]["mean"] == pytest.approx(np.trace(told["confusion"]) / 60)
    assert told["accuracy"]["low"] < told["accuracy"]["mean"] < told["accuracy"]["high"]
    assert told["seen"]["mean"] > 0.9  # three colours
    text = listen.table(told)
    assert (
        "0.73" in text
        and "0.71" in text
        and "test pictures" in text
        and f"{told['accuracy']['mean']:.3f}" in text
    )
    with pytest.raises(ConfigError, match="2 or more"):
        listen.listen(request_, studies=1)
