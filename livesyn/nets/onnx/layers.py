"""Layers as nodes of a graph.

Where a map is made twice as large, convolutions of small maps stand for one of the large map: one
for each of the four places that come of a place, its kernel's taps that fall together added up.
What is computed is the same, from less than half the products.
"""

from __future__ import annotations

import numpy as np

from livesyn.nets.onnx.graph import Graph
from livesyn.nets.onnx.weights import Part

TINY = 1e-5  # added to variances
BLOCK = 128  # numbers that share a step, where weights are bytes
TINIEST = np.float32(1e-30)  # step


def linear(g: Graph, x: str, weights: Part, name: str, before: int, after: int) -> str:
    """`nn.Linear`: (B, before) -> (B, after)."""
    kernel, bias = weights(f"{name}.weight", after, before), weights(f"{name}.bias", after)
    return g.node("Gemm", x, g.constant(kernel), g.constant(bias), transB=1)


def product(g: Graph, x: str, matrix: np.ndarray, in_bytes: bool) -> str:
    """`x` (B, before) @ `matrix` (before, after), whose numbers are kept as float32 or `in_bytes`:
    each `BLOCK` of a column in 127 steps of its largest to either side. The inputs are then rounded
    likewise.
    """
    if not in_bytes:
        return g.node("MatMul", x, g.constant(matrix))
    before, after = matrix.shape
    blocks = np.pad(matrix.T, ((0, 0), (0, -before % BLOCK))).reshape(after, -1, BLOCK)
    step = np.maximum(np.abs(blocks).max(2, keepdims=True) / 127, TINIEST)
    whole = (np.rint(blocks / step) + 128).astype(np.uint8)
    return g.node(
        "MatMulNBits",
        x,
        g.constant(whole),
        g.constant(step.reshape(-1)),
        K=before,
        N=after,
        bits=8,
        block_size=BLOCK,
        accuracy_level=4,
    )


def convolution(
    g: Graph,
    x: str,
    weights: Part,
    name: str,
    sizes: tuple[int, int, int],
    stride: int = 1,
    pad: int = 0,
) -> str:
    """`nn.Conv2d` of `sizes`: channels before, channels after, side of the kernel."""
    before, after, side = sizes
    kernel = weights(f"{name}.weight", after, before, side, side)
    bias = weights(f"{name}.bias", after)
    return convolved(g, x, kernel, bias, stride, [pad] * 4)


def convolved(
    g: Graph,
    x: str,
    kernel: np.ndarray,
    bias: np.ndarray | None,
    stride: int = 1,
    pads: list[int] | None = None,
) -> str:
    """A convolution by `kernel` (O, C, K, K); `pads` are above, left, below and right."""
    more = () if bias is None else (g.constant(bias),)
    return g.node(
        "Conv", x, g.constant(kernel), *more, strides=[stride, stride], pads=pads or [0] * 4
    )


def doubled(g: Graph, x: str, kernel: np.ndarray) -> str:
    """Twice the side by nearest neighbour, then a convolution by `kernel` (O, C, 3, 3), padded
    by 1.
    """

    def folded(taps: np.ndarray, axis: int, second: int) -> np.ndarray:
        one, two, three = np.split(taps, 3, axis)
        return np.concatenate([one + two, three] if second else [one, two + three], axis)

    return _interleaved(
        [
            convolved(
                g,
                x,
                folded(folded(kernel, 2, down), 3, across),
                None,
                pads=[1 - down, 1 - across, down, across],
            )
            for down in (0, 1)
            for across in (0, 1)
        ],
        g,
    )


def transposed(g: Graph, x: str, kernel: np.ndarray, bias: np.ndarray) -> str:
    """`nn.ConvTranspose2d` by `kernel` (C, O, 3, 3) to twice the side: stride 2, padded by 1."""
    taps = ([1], [2, 0])
    return _interleaved(
        [
            convolved(
                g,
                x,
                kernel[:, :, taps[down]][:, :, :, taps[across]].transpose(1, 0, 2, 3),
                bias,
                pads=[0, 0, down, across],
            )
            for down in (0, 1)
            for across in (0, 1)
        ],
        g,
    )


def _interleaved(quarters: list[str], g: Graph) -> str:
    """A map of twice the side from the maps of its places by row and column, even and odd."""
    return g.node("DepthToSpace", g.node("Concat", *quarters, axis=1), blocksize=2, mode="DCR")


def twice(g: Graph, x: str) -> str:
    """Twice the side by nearest neighbour."""
    return g.node(
        "Resize",
        x,
        "",
        g.constant(np.array([1.0, 1.0, 2.0, 2.0])),
        mode="nearest",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )


def bordered(g: Graph, x: str, pad: int) -> str:
    """With its border repeated `pad` times all round."""
    return g.node("Pad", x, g.constant([0, 0, pad, pad, 0, 0, pad, pad]), mode="edge")


def over_map(g: Graph, x: str) -> str:
    """Numbers (B, C) as those of all places of maps (B, C, 1, 1)."""
    return g.node("Unsqueeze", x, g.constant([2, 3]))


def lstm(
    g: Graph,
    x: str,
    weights: Part,
    name: str,
    sizes: tuple[int, int],
    state: tuple[str, str] | None = None,
    both: bool = False,
) -> tuple[str, str]:
    """`nn.LSTM` of one layer and `sizes` (inputs, units), in `both` directions (N = 2) or one:
    (T, B, E) -> all states (T, B, N·H) and the last (B, N·H). `state` are the first, (1, B, H).
    """
    inputs, units = sizes
    ends = ("_l0", "_l0_reverse") if both else ("_l0",)

    def gates(what: str, *shape: int) -> np.ndarray:
        """Of each direction, in the operator's order: input, output, forget, candidate."""
        return np.stack(
            [
                np.concatenate([i, o, f, c])
                for end in ends
                for i, f, c, o in [np.split(weights(f"{name}.{what}{end}", *shape), 4)]
            ]
        )

    kernels = [gates("weight_ih", 4 * units, inputs), gates("weight_hh", 4 * units, units)]
    biases = [gates(f"bias_{part}", 4 * units) for part in ("ih", "hh")]
    states, last, _ = g.nodes(
        "LSTM",
        [
            x,
            *(g.constant(kernel) for kernel in kernels),
            g.constant(np.concatenate(biases, 1)),
            *(("", *state) if state else ()),
        ],
        3,
        hidden_size=units,
        direction="bidirectional" if both else "forward",
    )
    count = len(ends) * units
    states = g.node("Transpose", states, perm=[0, 2, 1, 3])  # (T, B, N, H)
    return (
        g.node("Reshape", states, g.constant([0, 0, count])),
        g.node("Flatten", g.node("Transpose", last, perm=[1, 0, 2])),
    )
