"""What MVNet's conditional DCGAN is trained on: embeddings of music with paintings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from livesyn.base.params import PERIODS

if TYPE_CHECKING:
    from livesyn.train.cdcgan import Settings

PICTURES_A_CLIP = 6  # three and their mirrors


class Pairs:
    """Embeddings of music and paintings that go with them, drawn by step."""

    def __init__(self, data: dict[str, np.ndarray], embeddings: np.ndarray, s: Settings) -> None:
        self._s = s
        self._images = torch.from_numpy(data["train_images"]).permute(0, 3, 1, 2)
        self._embeddings = torch.from_numpy(embeddings)
        self._views = [np.flatnonzero(data["train_image_period"] == k) for k in range(len(PERIODS))]
        self._clips = [np.flatnonzero(data["train_period"] == k) for k in range(len(PERIODS))]
        self.within = torch.from_numpy(np.stack([embeddings[c].std(0) for c in self._clips])).mean(
            0
        )
        random = np.random.default_rng(s.seed)
        self._fixed = np.array(
            [
                (clip, view, mirrored)
                for k in range(len(PERIODS))
                for clip in self._clips[k]
                for view in random.choice(
                    self._views[k],
                    PICTURES_A_CLIP // 2,
                    replace=len(self._views[k]) < PICTURES_A_CLIP // 2,
                )
                for mirrored in (0, 1)
            ]
        )

    def __len__(self) -> int:
        """How many pairs an epoch of the published training has."""
        return len(self._fixed)

    def published(self, step: int, batch: int) -> tuple[Tensor, Tensor]:
        """Pairs as the paper has them: each clip with its own six pictures, every pair once an
        epoch.
        """
        a_epoch = -(-len(self._fixed) // batch)
        order = np.random.default_rng((self._s.seed, step // a_epoch)).permutation(len(self._fixed))
        clip, view, mirrored = self._fixed[
            order[(step % a_epoch) * batch : (step % a_epoch + 1) * batch]
        ].T
        images = self._images[torch.from_numpy(view)]
        return self._embeddings[torch.from_numpy(clip)], _real(
            torch.where(
                torch.from_numpy(mirrored == 1)[:, None, None, None], images.flip(3), images
            )
        )

    def lively(self, step: int, batch: int) -> tuple[Tensor, Tensor, Tensor]:
        """Any clip with any painting of its period, all periods as often; embeddings with noise.
        And the periods.
        """
        random = np.random.default_rng((self._s.seed, step))
        periods = random.permutation(np.arange(batch) % len(PERIODS))
        clips = np.array([random.choice(self._clips[k]) for k in periods])
        views = np.array([random.choice(self._views[k]) for k in periods])
        noise = torch.from_numpy(
            random.standard_normal((batch, self._embeddings.shape[1])).astype(np.float32)
        )
        return (
            self._embeddings[torch.from_numpy(clips)]
            + self._s.embedding_noise * self.within * noise,
            _real(self._images[torch.from_numpy(views)]),
            torch.from_numpy(periods),
        )


def _real(images: Tensor) -> Tensor:
    return images.float() / 127.5 - 1
