"""The report's figures, against cases worked out by hand and a published one."""

import numpy as np
import pytest
from PIL import Image

from livesyn.base.errors import DataError
from livesyn.evaluate.study import folder, report
from livesyn.evaluate.study.answers import Answers, Person
from livesyn.evaluate.study.folder import Question, Study

# The example of the Wikipedia article "Fleiss' kappa": 14 people, 10 subjects, 5 categories,
# κ = 0.210.
PUBLISHED = """0 0 0 0 14; 0 2 6 4 2; 0 0 3 5 6; 0 3 9 2 0; 2 2 8 1 1;
7 7 0 0 0; 3 2 6 3 0; 2 5 3 2 2; 6 5 2 1 0; 0 2 2 3 7"""


def test_fleiss_kappa_on_a_published_example():
    counts = np.array([[int(n) for n in row.split()] for row in PUBLISHED.split(";")])
    assert report.fleiss_kappa(counts) == pytest.approx(0.210, abs=0.0005)


def test_fleiss_kappa_at_its_ends():
    assert report.fleiss_kappa(np.array([[4, 0, 0], [0, 4, 0], [0, 0, 4]])) == 1
    # two people who never agree, both classes alike: observed 0, by chance 1/2
    assert report.fleiss_kappa(np.array([[1, 1], [1, 1]])) == -1
    assert report.fleiss_kappa(np.array([[1, 0], [0, 1]])) is None  # one person
    assert report.fleiss_kappa(np.array([[3, 0], [3, 0]])) is None  # one class
    with pytest.raises(ValueError, match="same number"):
        report.fleiss_kappa(np.array([[2, 0], [1, 0]]))


def four_tasks() -> Study:
    questions = tuple(
        Question((), truth, distance)
        for truth, distance in ((0, 4.0), (1, 3.0), (2, 2.0), (0, 1.0))
    )
    return Study(
        "net",
        "",
        "set",
        "test",
        False,
        "era",
        0,
        120.0,
        8.0,
        0.5,
        ("x", "y", "z"),
        (),
        9.0,
        (),
        questions,
        {},
    )


def people(*choices: tuple[int, ...], mode: str = "see") -> list[Person]:
    return [
        Person(f"{mode}{i}", mode, True, chosen, tuple(0 for _ in chosen))
        for i, chosen in enumerate(choices)
    ]


def test_figures_by_hand():
    #       truths 0 1 2 0
    told = report.figures(
        four_tasks(), people((0, 1, 2, 1), (0, 1, 0, 1), (0, 2, 2, 0)) + people((0, 1), mode="hear")
    )
    assert (told["people"], told["unfinished"], told["tasks"]) == (3, 1, 4)
    assert told["per_person"] == [0.75, 0.75, 0.5] and told["accuracy"] == pytest.approx(2 / 3)
    assert told["deviation"] == pytest.approx(0.25 / 3**0.5)  # sqrt((2 (1/12)² + (1/6)²) / 2)
    assert (told["best"], told["worst"]) == (0.75, 0.5)
    assert [row["accuracy"] for row in told["per_task"]] == pytest.approx(
        [1, 2 / 3, 2 / 3, 1 / 3]
    ) and told["unanimous"] == 1
    assert [row["chosen"] for row in told["per_task"]] == [
        [3, 0, 0],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
    ]
    assert told["confusion"] == [[4, 2, 0], [0, 2, 1], [1, 0, 2]]
    assert told["precision"] == pytest.approx([4 / 5, 2 / 4, 2 / 3]) and told[
        "recall"
    ] == pytest.approx([4 / 6, 2 / 3, 2 / 3])
    # agreement (1 + 1/3 + 1/3 + 1/3) / 4 = 1/2; by chance (5² + 4² + 3²) / 12² = 50/144
    assert told["kappa"] == pytest.approx((1 / 2 - 50 / 144) / (1 - 50 / 144))
    # distances 4 3 2 1 with 1, 2/3, 2/3, 1/3: the farther, the easier
    assert told["difficulty"]["pearson"] == pytest.approx(3 / 10**0.5) and told["difficulty"][
        "spearman"
    ] == pytest.approx(3 / 10**0.5)
    assert told["places"] == [1, 0, 0] and told["modes"] == {
        "see": {"people": 3, "accuracy": pytest.approx(2 / 3)},
        "hear": {"people": 0, "accuracy": None},
    }


def test_what_is_not_defined_is_said_so():
    told = report.figures(four_tasks(), people((0, 0, 0, 0)))
    assert told["deviation"] is None and told["kappa"] is None
    assert told["precision"] == [0.5, None, None] and told["recall"] == [1, 0, 0]
    assert "not defined" in report.table(told)


def test_people_by_ear_are_told_apart():
    told = report.figures(four_tasks(), people((0, 1, 2, 0)) + people((0, 1, 2, 1), mode="hear"))
    assert told["modes"] == {
        "see": {"people": 1, "accuracy": 1.0},
        "hear": {"people": 1, "accuracy": 0.75},
    }
    assert "by ear alone | 0.75 (1 people)" in report.table(told)


def test_a_folder_ends_in_a_table_and_a_figure(study):
    kept = folder.read(study)
    with pytest.raises(DataError, match="no answers yet"):
        report.report(study)
    answers = Answers(study / folder.ANSWERS)
    late = answers.enter("see")
    with pytest.raises(DataError, match=r"nobody has answered all 5 tasks yet \(1 began\)"):
        report.report(study)
    for wrong in (0, 2):
        word = answers.enter("see")
        answers.begin(word)
        for task, question in enumerate(kept.questions):
            assert answers.add(word, task, (question.truth + (task < wrong)) % 3, task % 3, 1)
    answers.begin(late)
    answers.close()
    told = report.report(study)
    assert told["accuracy"] == 0.8 and told["per_person"] == [1.0, 0.6] and told["unfinished"] == 1
    assert "| mean accuracy | 0.80 | 0.73 | 0.71 |" in (study / "report.md").read_text()
    with Image.open(study / "report.png") as picture:
        assert picture.width > 600
        red, green, blue = np.moveaxis(np.asarray(picture.convert("RGB"), int), 2, 0)
        assert ((green > red + 40) & (green > blue + 40)).any()
