"""Precision, answers, and mutual information whose truth is known."""

import math

import numpy as np
import pytest
import torch

from livesyn.evaluate import information
from livesyn.evaluate.retrieval_metrics import attack_shares, chance_precision, codes, precision_at
from livesyn.train.classifier import answers


def test_neighbours_on_a_line():
    latents = torch.tensor([[0.0], [1.0], [2.1], [10.0], [11.0]])
    classes = np.array([0, 0, 1, 1, 1])
    found = precision_at(latents, classes, (1, 2))
    # nearest: 0-1 same, 1-0 same; 2.1-1 other, 10-11 same, 11-10 same
    assert found[1] == pytest.approx((1 + 2 / 3) / 2)
    # two nearest: {1, 2.1}: 1/2, {0, 2.1}: 1/2; {1, 0}: 0, {11, 2.1}: 1, {10, 2.1}: 1
    assert found[2] == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_precision_of_noise_is_chance_and_of_classes_apart_is_one():
    random = np.random.default_rng(0)
    classes = random.integers(0, 4, 2400)
    noise = torch.from_numpy(random.standard_normal((2400, 6)))
    assert precision_at(noise, classes)[10] == pytest.approx(chance_precision(classes), abs=0.02)
    assert precision_at(noise + 50 * torch.from_numpy(classes)[:, None], classes)[10] == 1.0


def test_a_combination_of_labels_is_a_class():
    numbers, classes = codes(["a+b", "a", "b", "a+b"])
    assert classes == ("a", "a+b", "b") and numbers.tolist() == [1, 0, 2, 1]


def test_what_the_thesis_calls_accuracy_of_ten_classes():
    true = np.eye(10, dtype=bool).repeat(20, 0)
    said = true.copy()
    said[::4] = np.roll(said[::4], 1, 1)
    figures = answers(said, true)
    assert figures["top1"] == pytest.approx(0.75)
    assert figures["thesis_acc"] == pytest.approx(0.8 + 0.2 * 0.75)
    assert figures["precision"] == pytest.approx(0.75)
    guess = np.eye(10, dtype=bool)[np.random.default_rng(0).integers(0, 10, 200)]
    assert answers(guess, true)["thesis_acc"] == pytest.approx(0.82, abs=0.01)


def test_shares_of_melodies_by_their_notes():
    shares = attack_shares(np.array([0, 1, 1, 32]))
    assert shares.shape == (33,) and shares[1] == 0.5 and shares.sum() == 1


def gaussians(
    count: int, dimensions: int, correlation: float, seed: int
) -> tuple[torch.Tensor, torch.Tensor]:
    noise = torch.Generator().manual_seed(seed)
    first, other = (torch.randn(count, dimensions, generator=noise) for _ in range(2))
    return first, correlation * first + math.sqrt(1 - correlation**2) * other


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
def test_the_bound_on_information_is_a_bound_and_near_the_truth_of_gaussians(correlation):
    truth = -0.5 * 2 * math.log(1 - correlation**2)  # nats, of two dimensions
    splits = [
        gaussians(count, 2, correlation, seed) for seed, count in enumerate((6000, 1024, 4096))
    ]
    found = information.estimate(*splits, block=64, steps=800, patience=4)
    spread = 3 * found.deviation / math.sqrt(found.blocks)
    assert found.nats <= truth + spread
    assert found.nats >= 0.75 * truth - spread
    assert found.cap == pytest.approx(math.log(64)) and found.blocks == 64


def test_the_bound_cannot_exceed_the_logarithm_of_how_many():
    sure = torch.full((50, 50), -30.0)
    sure.fill_diagonal_(math.log(50))
    assert information.bound(sure).item() == pytest.approx(math.log(50), abs=1e-4)
    for lift in (-1.0, 1.0, 3.0):
        assert information.bound(sure + lift * torch.eye(50)).item() < math.log(50)


def test_an_estimator_that_learns_its_pairs_by_heart_gains_nothing_on_others():
    splits = [gaussians(count, 20, 0.0, 10 + seed) for seed, count in enumerate((128, 128, 1024))]
    assert information.estimate(*splits, block=64, steps=400).nats < 0.1
