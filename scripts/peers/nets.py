"""livesyn's own nets, and the same by plain torch: `bars`, `encoder`, `painting`, each also
`-eager`. In livesyn's environment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from peers.decoder_weights import CHECKPOINT, PAINTER, SEED, TEMPERATURE, latents
from peers.serve import Round, serve, timed

THREADS = int(os.environ.get("OMP_NUM_THREADS", "1"))
CALLS = 40


def picture() -> np.ndarray:
    """The same (64, 64, 3) uint8 for everyone."""
    return np.random.default_rng(SEED).integers(0, 256, (64, 64, 3), dtype=np.uint8)


def heard() -> tuple[np.ndarray, np.ndarray]:
    """The same embedding (10,) and noise (100,) for everyone."""
    random = np.random.default_rng(SEED)
    return random.standard_normal(10, np.float32), random.standard_normal(100, np.float32)


def _ours(what: str) -> tuple[Callable[[], Any], dict[str, Any]]:
    """Through what the engine calls."""
    if what == "painting":
        import torch

        from livesyn.engine.chains.hear_to_see.nets import Painter

        torch.set_num_threads(THREADS)
        painter = Painter.load(str(PAINTER), "cpu")
        painter.warm_up()
        return lambda: painter.paint(*heard()), {}  # its filter makes the pixels others
    from livesyn.engine.chains.see_to_hear.nets import Model

    model = Model.load(str(CHECKPOINT), "cpu", threads=THREADS)
    model.warm_up()
    if what == "encoder":
        small = picture()
        return lambda: model.encode(small), {"numbers": model.encode(small)[0].tolist()}
    z = latents(int(sys.argv[2]))
    seeds = list(range(len(z)))
    tokens = model.decode_many(z, None, 0.0, seeds).flatten().tolist()
    if len(z) == 1:
        return lambda: model.decode(z[0], None, TEMPERATURE, 0), {"tokens": tokens}
    return lambda: model.decode_many(z, None, TEMPERATURE, seeds), {"tokens": tokens}


def _eager(what: str) -> tuple[Callable[[], Any], dict[str, Any]]:
    """By torch's own modules, as they are trained."""
    import torch

    from livesyn.nets import checkpoint

    torch.set_num_threads(THREADS)

    def inferred(work: Callable[[], Any]) -> Callable[[], Any]:
        def call() -> Any:
            with torch.inference_mode():
                return work()

        return call

    if what == "painting":
        generator = checkpoint.load(str(PAINTER), "mvnet", "cpu").generator
        embedding, noise = (torch.from_numpy(part)[None] for part in heard())
        paint = inferred(lambda: _pixels(generator(embedding, noise)))
        return paint, {"numbers": paint()[::8, ::8].float().flatten().tolist()}
    net = checkpoint.load(str(CHECKPOINT), "syn-vae", "cpu")
    if what == "encoder":
        small = torch.from_numpy(picture())
        encode = inferred(lambda: net.encode(small.permute(2, 0, 1)[None].float() / 255))
        return encode, {"numbers": encode()[0][0].tolist()}
    z = torch.from_numpy(latents(int(sys.argv[2])))
    generators = [torch.Generator().manual_seed(row) for row in range(len(z))]
    tokens = inferred(lambda: net.decode_music(z, 0.0, generators))()
    decode = inferred(lambda: net.decode_music(z, TEMPERATURE, generators))
    return decode, {"tokens": tokens.flatten().tolist()}


def _pixels(painting: Any) -> Any:
    """(1, 3, S, S), -1 to 1, as (S, S, 3) uint8."""
    return ((painting[0] + 1) * 127.5).round().clamp(0, 255).byte().permute(1, 2, 0).contiguous()


def prepare() -> tuple[Round, dict[str, Any]]:
    """The chosen net at work."""
    what, _, eager = sys.argv[1].partition("-")
    work, about = (_eager if eager else _ours)(what)
    few = len(sys.argv) > 2 and int(sys.argv[2]) > 1
    return timed(work, 8 if few else CALLS, about)


if __name__ == "__main__":
    sys.exit(serve(prepare))
