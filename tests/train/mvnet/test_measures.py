"""What the trainings are measured by."""

import numpy as np
import pytest
import torch

from livesyn.train.diversity import alike, frechet, ms_ssim, nearest
from livesyn.train.separation import neighbours, silhouette


def test_structural_similarity_of_what_is_known():
    random = torch.Generator().manual_seed(0)
    one, other = (
        torch.rand(6, 3, 64, 64, generator=random),
        torch.rand(6, 3, 64, 64, generator=random),
    )
    assert ms_ssim(one, one) == pytest.approx(np.ones(6), abs=1e-5)
    assert ms_ssim(one, other).max() < 0.1
    noisy = [
        ms_ssim(one, (one + amount * other).clamp(0, 1)).mean().item()
        for amount in (0.02, 0.1, 0.4)
    ]
    assert noisy[0] > noisy[1] > noisy[2]
    assert alike(one[:1].expand(8, -1, -1, -1)) == pytest.approx(1, abs=1e-5) and alike(one) < 0.1


def test_a_copy_and_its_mirror_are_found():
    random = torch.Generator().manual_seed(0)
    known = torch.rand(5, 3, 16, 16, generator=random)
    asked = torch.stack([known[3], known[1].flip(2), torch.rand(3, 16, 16, generator=random)])
    assert (nearest(asked, known) < 1e-3).tolist() == [True, True, False]


def test_the_frechet_distance_of_gaussians_is_the_formula():
    random = np.random.default_rng(0)
    one = random.standard_normal((20000, 2))
    other = random.standard_normal((20000, 2)) * [2.0, 1.0] + [3.0, 0.0]
    assert frechet(one, other) == pytest.approx(9 + 1, rel=0.05) and frechet(
        one, one
    ) == pytest.approx(0, abs=1e-6)


def test_neighbours_do_not_favour_the_many():
    known = np.concatenate([np.zeros((90, 2)), np.full((10, 2), 0.1)]) + np.random.default_rng(
        0
    ).normal(0, 0.5, (100, 2))
    labels = np.repeat([0, 1], [90, 10])
    said = neighbours(known, labels, np.random.default_rng(1).normal(0, 0.5, (200, 2)))
    assert 0.2 < said.mean() < 0.8, "where two classes lie together, the rarer is not outvoted"
    apart = np.repeat([[0.0, 0], [9, 9]], 20, 0) + 0.01 * np.random.default_rng(2).standard_normal(
        (40, 2)
    )
    assert silhouette(apart, np.repeat([0, 1], 20)) > 0.9
