"""The project's own classifier: the encoder of Table 7 with a layer for the classes (SynVAE thesis, section 5.2)."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from livesyn.evaluate.measures import answers
from livesyn.nets.vis_vae import VisVAE, VisVAEConfig
from livesyn.train.pictures import SEVERAL

Batch = Callable[[int], tuple[Tensor, Tensor]]  # step -> pictures (B, C, H, W), targets (B, K)
AT_ONCE = 500
EVERY = 100


class Classifier(nn.Module):
    """Pictures (B, C, H, W) -> scores (B, K): softmax of them where a picture has one label, sigmoid where it may have several."""

    def __init__(self, config: VisVAEConfig, labels: Sequence[str], several: bool) -> None:
        super().__init__()
        self.labels, self.several = tuple(labels), several
        self.encoder = VisVAE(config).encoder
        features = config.widths[-1] * (-(-config.size // 2 ** len(config.widths))) ** 2
        self.classes = nn.Linear(config.hidden or features, len(self.labels))

    def forward(self, pictures: Tensor) -> Tensor:
        return self.classes(self.encoder(pictures)).float()

    def loss(self, pictures: Tensor, targets: Tensor) -> Tensor:
        """Cross-entropy of targets (B, K) of 0 and 1."""
        scores = self(pictures)
        return F.binary_cross_entropy_with_logits(scores, targets) if self.several else F.cross_entropy(scores, targets)

    @torch.no_grad()
    def say(self, pictures: Tensor) -> np.ndarray:
        """Its answers (N, K), 0 or 1."""
        scores = torch.cat([self(part) for part in pictures.split(AT_ONCE)])
        said = scores > 0 if self.several else F.one_hot(scores.argmax(1), scores.shape[1]) > 0
        return said.cpu().numpy()

    def judge(self, pictures: Tensor, targets: Tensor) -> dict[str, float]:
        """Figures of its answers; see `measures.answers`."""
        return answers(self.say(pictures), targets.cpu().numpy() > 0)


def targets(labels: Sequence[str]) -> tuple[Tensor, tuple[str, ...]]:
    """Labels as (N, K) of 0.0 and 1.0, "a+b" as both; and the K single labels."""
    names = tuple(sorted({one for label in labels for one in label.split(SEVERAL)}))
    return torch.tensor([[float(name in label.split(SEVERAL)) for name in names] for label in labels]), names


def train(net: Classifier, batch: Batch, valid: tuple[Tensor, Tensor], *, steps: int, patience: int = 8, rate: float = 1e-3) -> float:
    """Fit `net`, stopped early by its loss on `valid` (pictures and targets), which is returned."""
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.Adam(net.parameters(), rate)
    best, kept, stale = math.inf, net.state_dict(), 0
    for step in range(steps):
        with torch.autocast("cpu", torch.bfloat16, enabled=False):
            loss = net.loss(*batch(step))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        if step % EVERY == EVERY - 1 or step == steps - 1:
            with torch.no_grad():
                parts = [(len(p), net.loss(p, t).item()) for p, t in zip(valid[0].split(AT_ONCE), valid[1].split(AT_ONCE), strict=True)]
            now = sum(n * x for n, x in parts) / len(valid[0])
            if now < best:
                best, kept, stale = now, copy.deepcopy(net.state_dict()), 0
            elif (stale := stale + 1) >= patience:
                break
    net.load_state_dict(kept)
    return best
