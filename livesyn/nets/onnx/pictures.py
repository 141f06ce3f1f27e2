"""The nets of pictures and of paintings as graphs; the shapes are those of the torch nets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from livesyn.nets.onnx import layers
from livesyn.nets.onnx.graph import Graph
from livesyn.nets.onnx.layers import TINY
from livesyn.nets.onnx.session import Session
from livesyn.nets.onnx.weights import Part

Sizes = Mapping[str, Any]
START = 4  # pixels a side where the generator begins
SLOPE = 0.2  # of its leaky ReLU
MEL = (3, 128, 256)


def visual_encoder(weights: Part, sizes: Sizes, threads: int) -> Session:
    """Pictures (B, C, H, W) in [0, 1] -> mean and log variance (B, 2D). See `VisVAE.encode`."""
    g, side, before = Graph(), sizes["size"], sizes["channels"]
    x = g.input("pictures", "B", before, side, side)
    for i, after in enumerate(sizes["widths"]):
        name = f"encoder.{2 * i}"
        x = g.node("Relu", layers.convolution(g, x, weights, name, (before, after, 3), 2, 1))
        before = after
    features = before * _seed_side(sizes) ** 2
    x = g.node("Flatten", x)
    if hidden := sizes["hidden"]:
        name = f"encoder.{2 * len(sizes['widths']) + 1}"
        x = g.node("Relu", layers.linear(g, x, weights, name, features, hidden))
    x = layers.linear(g, x, weights, "posterior", hidden or features, 2 * sizes["latent"])
    return Session(g, (x,), threads)


def visual_decoder(weights: Part, sizes: Sizes, threads: int) -> Session:
    """z (B, D) -> pictures (B, C, H, W) in [0, 1]. See `VisVAE.decode`."""
    g, side, before = Graph(), _seed_side(sizes), sizes["seed_channels"]
    z = g.input("z", "B", sizes["latent"])
    x = layers.linear(g, z, weights, "decoder.0", sizes["latent"], before * side**2)
    x = g.node("Reshape", g.node("Relu", x), g.constant([-1, before, side, side]))
    for i, after in enumerate(sizes["mirror"]):
        name = f"decoder.{3 + 2 * i}"
        kernel, bias = (
            weights(f"{name}.weight", before, after, 3, 3),
            weights(f"{name}.bias", after),
        )
        x = g.node("Relu", layers.transposed(g, x, kernel, bias))
        before = after
    kernel_side = sizes["last_kernel"]
    x = layers.convolution(
        g,
        x,
        weights,
        f"decoder.{3 + 2 * len(sizes['mirror'])}",
        (before, sizes["channels"], kernel_side),
        pad=kernel_side // 2,
    )
    return Session(g, (g.node("Sigmoid", x),), threads)


def _seed_side(sizes: Sizes) -> int:
    return int(-(-sizes["size"] // 2 ** len(sizes["widths"])))


def audio_encoder(weights: Part, sizes: Sizes, threads: int) -> Session:
    """Mel windows (B, 3, 128, 256) -> embeddings (B, E). See `AudioEncoder`."""
    g, before = Graph(), MEL[0]
    x = g.input("windows", "B", *MEL)
    for i, after in enumerate(sizes["channels"]):
        kernel, bias = _normalised(
            weights, f"convolutions.{3 * i}", f"convolutions.{3 * i + 1}", before, after
        )
        x = g.node("Relu", layers.convolved(g, x, kernel, bias, 2, [1] * 4))
        before = after
    height, width = (side >> len(sizes["channels"]) for side in MEL[1:])
    if sizes["pooled"]:
        over_time: Any = {"axes": [3], "keepdims": 0}
        parts = [g.node(operator, x, **over_time) for operator in ("ReduceMean", "ReduceMax")]
        x, width = g.node("Concat", *parts, axis=1), 2
    embedding = sizes["embedding"]
    x = layers.linear(
        g, g.node("Flatten", x), weights, "linear", before * height * width, embedding
    )
    if sizes["normalise"]:
        length = g.node("Max", g.node("ReduceL2", x, axes=[1]), g.constant(1e-12))
        x = g.node("Mul", g.node("Div", x, length), g.constant(embedding**0.5))
    return Session(g, (x,), threads)


def _normalised(
    weights: Part, name: str, norm: str, before: int, after: int
) -> tuple[np.ndarray, np.ndarray]:
    """Kernel and bias of a convolution with the batch normalisation that follows it."""
    kernel, bias = weights(f"{name}.weight", after, before, 4, 4), weights(f"{name}.bias", after)
    gain, shift, mean, variance = (
        weights(f"{norm}.{part}", after)
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    gain = gain / np.sqrt(variance + TINY)
    return kernel * gain[:, None, None, None], (bias - mean) * gain + shift


def generator(weights: Part, sizes: Sizes, threads: int) -> Session:
    """Embedding and noise (B, E + N) -> paintings (B, 3, S, S), -1 to 1. See `Generator`."""
    g, wide = Graph(), sizes["embedding"] + sizes["noise"]
    given, (before, *rest), side = g.input("given", "B", wide), sizes["channels"], START
    x = layers.linear(g, given, weights, "linear", wide, before * START**2)
    x = g.node("LeakyRelu", x, alpha=SLOPE)
    x = g.node("Reshape", x, g.constant([-1, before, START, START]))
    for i, after in enumerate(rest):
        side *= 2
        block = weights.under(f"blocks.{i}.")
        x = layers.doubled(g, x, block("convolution.weight", after, before, 3, 3))
        block("convolution.bias", after)  # the normalisation takes away what is the same everywhere
        gain, shift = g.constant(np.ones(after)), g.constant(np.zeros(after))
        x = g.node("InstanceNormalization", x, gain, shift, epsilon=TINY)
        if sizes["modulated"]:
            both = layers.linear(g, given, block, "modulation", wide, 2 * after)
            both = layers.over_map(g, both)
            scale, shift = g.nodes("Split", [both, g.constant([after, after])], 2, axis=1)
            x = g.node("Add", g.node("Mul", x, g.node("Add", scale, g.constant(1.0))), shift)
        x = g.node("LeakyRelu", x, alpha=SLOPE)
        if side in sizes["attention"]:
            x = _attention(g, x, weights.under(f"attentions.{i}."), side, after)
        before = after
    x = layers.convolution(g, x, weights, "last", (before, 3, 3), pad=1)
    return Session(g, (g.node("Tanh", x),), threads)


def _attention(g: Graph, x: str, weights: Part, side: int, channels: int) -> str:
    """See `SelfAttention`."""
    narrow = max(1, channels // 8)
    query, key, value = (
        g.node(
            "Reshape",
            layers.convolution(g, x, weights, name, (channels, after, 1)),
            g.constant([0, 0, -1]),
        )
        for name, after in (("query", narrow), ("key", narrow), ("value", channels))
    )
    met = g.node("MatMul", g.node("Transpose", query, perm=[0, 2, 1]), key)
    share = g.node("Transpose", g.node("Softmax", met, axis=2), perm=[0, 2, 1])
    seen = g.node("Reshape", g.node("MatMul", value, share), g.constant([0, 0, side, side]))
    return g.node("Add", x, g.node("Mul", seen, g.constant(weights("gamma", 1))))


def style(weights: Part, sizes: Sizes, threads: int) -> Session:
    """Pictures (1, 3, H, W) in [0, 1], of sides that are multiples of four, and the periods'
    weights (1, P) -> pictures (1, 3, H, W) in [0, 1]. See `StyleNet`.
    """
    g, count = Graph(), len(sizes["periods"])
    wide, outer = sizes["channels"], sizes["outer"]
    pictures, periods = g.input("pictures", 1, 3, "H", "W"), g.input("periods", 1, count)
    source = g.node("Sub", g.node("Mul", pictures, g.constant(2.0)), g.constant(1.0))

    def step(x: str, name: str, before: int, after: int, side: int = 3, stride: int = 1) -> str:
        """A convolution and its normalisation."""
        part = weights.under(name + ".")
        x = layers.bordered(g, x, side // 2)
        kernel = part("convolution.weight", after, before, side, side)
        x = layers.convolved(g, x, kernel, None, stride)
        mean = g.node("ReduceMean", x, axes=[2, 3])
        square = g.node("ReduceMean", g.node("Mul", x, x), axes=[2, 3])
        variance = g.node("Sub", square, g.node("Mul", mean, mean))
        variance = g.node("Add", g.node("Max", variance, g.constant(0.0)), g.constant(TINY))
        own, shift = (
            layers.over_map(
                g, g.node("MatMul", periods, g.constant(part(f"norm.{what}", count, after)))
            )
            for what in ("scale", "shift")
        )
        scale = g.node("Div", own, g.node("Sqrt", variance))
        shift = g.node("Sub", shift, g.node("Mul", mean, scale))
        return g.node("Add", g.node("Mul", x, scale), shift)

    x = g.node("Relu", step(source, "down.0", 3, outer, 5, 2))
    x = g.node("Relu", step(x, "down.1", outer, wide, 3, 2))
    for i in range(sizes["blocks"]):
        added = g.node("Relu", step(x, f"blocks.{i}.first", wide, wide))
        x = g.node("Add", x, step(added, f"blocks.{i}.second", wide, wide))
    x = g.node("Relu", step(layers.twice(g, x), "up", wide, outer))
    x = layers.bordered(g, g.node("Concat", layers.twice(g, x), source, axis=1), 1)
    x = layers.convolution(g, x, weights, "last", (outer + 3, 3, 3))
    return Session(g, (g.node("Sigmoid", x),), threads)
