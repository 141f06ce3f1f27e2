"""A toy SynVAE, labelled pictures of three plain kinds, and the study made of them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from livesyn.evaluate.study import make
from livesyn.evaluate.study.collection import Request
from livesyn.evaluate.study.design import Size
from tests.toys import save_toy

SMALL = Size(examples=2, tasks=5)
KINDS = {"dawn": (0.9, 0.5, 0.2), "forest": (0.1, 0.6, 0.2), "sea": (0.1, 0.2, 0.9)}


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def coloured(
    colours: dict[str, tuple[float, float, float]], each: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (N, 64, 64, 3) uint8 that are noise around a colour, and their labels (N,)."""
    random = np.random.default_rng(seed)
    pictures, labels = [], []
    for name, colour in colours.items():
        blocks = np.clip(np.array(colour) + random.normal(0, 0.04, (each, 8, 8, 3)), 0, 1)
        pictures.append((255 * blocks).astype(np.uint8).repeat(8, 1).repeat(8, 2))
        labels += [name] * each
    return np.concatenate(pictures), np.array(labels)


def save_set(path, colours=KINDS, test=9, train=4):
    """An .npz of its own splits, `test` pictures of each colour in the test split."""
    x, y = coloured(colours, test, 1)
    more, names = coloured(colours, train, 2)
    np.savez(path, test_x=x, test_y=y, train_x=more, train_y=names)
    return path


@pytest.fixture(scope="session")
def toy(tmp_path_factory):
    torch.set_num_threads(1)
    return save_toy(tmp_path_factory.mktemp("models") / "toy")


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    return save_set(tmp_path_factory.mktemp("data") / "colours.npz")


@pytest.fixture(scope="session")
def request_(toy, data):
    return Request(str(toy), data, size=SMALL)


@pytest.fixture(scope="session")
def made(request_, tmp_path_factory):
    """A study's folder and the study. Not to be written to: take `study` for that."""
    folder = tmp_path_factory.mktemp("study")
    return folder, make.make(request_, folder)


@pytest.fixture
def study(made, tmp_path):
    """A copy of the study's folder, to answer in."""
    import shutil

    return shutil.copytree(made[0], tmp_path / "study")
