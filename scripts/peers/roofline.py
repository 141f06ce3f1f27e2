"""What this machine does just now on the threads that the nets have: float32 products and
convolutions, and reading, from memory and from the caches. Values are the best of a round.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import torch

from peers.serve import Round, serve, times_ms

SIDE = 1024  # of the product's matrices
CHANNELS, PIXELS = 128, 32  # of the convolution, 3 × 3: as in the encoder's middle
MEMORY_MB = 256  # more than a cache holds
CACHED_KB = (256, 1024, 4096)  # 4 MB: a little more than the decoder's weights


def read_gb_s(kilobytes: int, calls: int) -> float:
    """The better of a sum, and of a product with a vector, which is what a decoder's step does."""
    columns = 512
    matrix = torch.ones(kilobytes * 1024 // 4 // columns, columns)
    vector, out = torch.ones(columns), torch.empty(len(matrix))
    taken_ms = times_ms(lambda: torch.mv(matrix, vector, out=out), calls)
    taken_ms += times_ms(matrix.sum, calls)
    return kilobytes * 1024 / min(taken_ms) / 1e6


def prepare() -> tuple[Round, dict[str, Any]]:
    """All of it once a round: about a second."""
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    a, product = torch.randn(SIDE, SIDE), torch.empty(SIDE, SIDE)
    x = torch.randn(1, CHANNELS, PIXELS, PIXELS).to(memory_format=torch.channels_last)
    net = torch.nn.Conv2d(CHANNELS, CHANNELS, 3, 1, 1).to(memory_format=torch.channels_last)
    operations = 2 * CHANNELS * CHANNELS * 9 * PIXELS * PIXELS

    def work() -> dict[str, Any]:
        with torch.inference_mode():
            product_ms = min(times_ms(lambda: torch.mm(a, a, out=product), 12))
            convolution_ms = min(times_ms(lambda: net(x), 40))
            more = {
                "product GFLOPS": round(2 * SIDE**3 / product_ms / 1e6, 1),
                "convolution GFLOPS": round(operations / convolution_ms / 1e6, 1),
                "memory GB/s": round(read_gb_s(MEMORY_MB * 1024, 12), 1),
            }
            for kilobytes in CACHED_KB:
                more[f"{kilobytes} KB GB/s"] = round(read_gb_s(kilobytes, 400), 1)
        return {"values": [], "more": more}

    return work, {"isa": torch.backends.cpu.get_cpu_capability()}


if __name__ == "__main__":
    sys.exit(serve(prepare))
