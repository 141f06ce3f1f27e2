"""The project's own classifier of pictures: the encoder of Table 7 with a layer for the classes
(SynVAE thesis, section 5.2).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from livesyn.nets.vis_vae import VisVAE, VisVAEConfig

AT_ONCE = 500


class Classifier(nn.Module):
    """Pictures (B, C, H, W) -> scores (B, K): softmax of them where a picture has one label,
    sigmoid where it may have several.
    """

    def __init__(self, config: VisVAEConfig, labels: Sequence[str], several: bool) -> None:
        super().__init__()
        self.config, self.labels, self.several = config, tuple(labels), several
        whole = VisVAE(config)
        self.encoder = whole.encoder
        self.classes = nn.Linear(whole.posterior.in_features, len(self.labels))

    def forward(self, pictures: Tensor) -> Tensor:
        return self.classes(self.encoder(pictures)).float()

    def features(self, pictures: Tensor) -> Tensor:
        """What it sees before it says (B, F)."""
        return self.encoder(pictures)

    def loss(self, pictures: Tensor, targets: Tensor) -> Tensor:
        """Cross-entropy of targets (B, K) of 0 and 1."""
        scores = self(pictures)
        return (
            F.binary_cross_entropy_with_logits(scores, targets)
            if self.several
            else F.cross_entropy(scores, targets)
        )

    @torch.no_grad()
    def say(self, pictures: Tensor) -> np.ndarray:
        """Its answers (N, K), true or false."""
        scores = torch.cat([self(part) for part in pictures.split(AT_ONCE)])
        said = scores > 0 if self.several else F.one_hot(scores.argmax(1), scores.shape[1]) > 0
        return said.cpu().numpy()
