"""The picture's encoder and the painter's generator by ONNX Runtime, from graphs made here of the
checkpoints' weights: `encoder` or `painting`. In the peers' environment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from peers.decoder_weights import CHECKPOINT, PAINTER, SEED, sizes, weights
from peers.serve import Round, serve, timed

CALLS = 40
SLOPE, START = 0.2, 4  # of `livesyn.nets.cdcgan`


class Graph:
    """A graph in the making; every method adds nodes and gives the name of what they put out."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._weights: list[Any] = []

    def constant(self, value: np.ndarray) -> str:
        name = f"constant{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, *inputs: str, outputs: int = 1, **options: Any) -> Any:
        names = [f"{kind}{len(self._nodes)}_{index}" for index in range(outputs)]
        self._nodes.append(helper.make_node(kind, list(inputs), names, **options))
        return names[0] if outputs == 1 else names

    def convolution(self, x: str, found: dict[str, np.ndarray], name: str, stride: int) -> str:
        weight, bias = found[f"{name}.weight"], found[f"{name}.bias"]
        edge = weight.shape[-1] // 2
        parts = (x, self.constant(weight), self.constant(bias))
        return str(self.add("Conv", *parts, strides=[stride] * 2, pads=[edge] * 4))

    def linear(self, x: str, found: dict[str, np.ndarray], name: str) -> str:
        weight, bias = (self.constant(found[f"{name}.{part}"]) for part in ("weight", "bias"))
        return str(self.add("Gemm", x, weight, bias, transB=1))

    def shaped(self, x: str, *shape: int) -> str:
        return str(self.add("Reshape", x, self.constant(np.array(shape, np.int64))))

    def session(self, given: dict[str, Sequence[int]], result: dict[str, Sequence[int]]) -> Any:
        """What runs it on one thread. Names and shapes of what comes in and goes out, float32."""
        inputs, outputs = (
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
                for name, shape in values.items()
            ]
            for values in (given, result)
        )
        graph = helper.make_graph(self._nodes, "net", inputs, outputs, self._weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
        model.ir_version = min(model.ir_version, 10)
        onnx.checker.check_model(model)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "1"))
        return onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )


def encoder() -> tuple[Any, dict[str, Any]]:
    """`VisVAE.encode` of one picture."""
    found, config = weights(CHECKPOINT), sizes(CHECKPOINT)["visual"]
    graph, x = Graph(), "picture"
    for index in range(len(config["widths"])):
        x = graph.add("Relu", graph.convolution(x, found, f"visual.encoder.{2 * index}", 2))
    both = graph.linear(graph.add("Flatten", x), found, "visual.posterior")
    mean, log_variance = graph.add("Split", both, outputs=2, axis=1, num_outputs=2)
    low, high, half = (graph.constant(np.float32(value)) for value in (-12, 4, 0.5))
    std = graph.add("Exp", graph.add("Mul", graph.add("Clip", log_variance, low, high), half))
    side = config["size"]
    latent = (1, config["latent"])
    session = graph.session({"picture": (1, 3, side, side)}, {mean: latent, std: latent})
    small = np.random.default_rng(SEED).integers(0, 256, (side, side, 3), dtype=np.uint8)

    def encode() -> Any:
        planes = small.transpose(2, 0, 1)[None].astype(np.float32) / 255
        return session.run(None, {"picture": planes})

    return encode, {"numbers": encode()[0][0].tolist()}


def painting() -> tuple[Any, dict[str, Any]]:
    """`Generator.forward` of one embedding, as pixels."""
    found, config = weights(PAINTER), sizes(PAINTER)["generator"]
    graph = Graph()
    given = graph.add("Concat", "embedding", "noise", axis=1)
    x = graph.add("LeakyRelu", graph.linear(given, found, "generator.linear"), alpha=SLOPE)
    x = graph.shaped(x, 1, config["channels"][0], START, START)
    side = START
    for index, after in enumerate(config["channels"][1:]):
        name, side = f"generator.blocks.{index}", 2 * side
        twice = graph.constant(np.array([1, 1, 2, 2], np.float32))
        x = graph.add(
            "Resize",
            x,
            "",
            twice,
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )
        x = graph.convolution(x, found, f"{name}.convolution", 1)
        one, none = (graph.constant(np.full(after, value, np.float32)) for value in (1, 0))
        x = graph.add("InstanceNormalization", x, one, none, epsilon=1e-5)
        if config["modulated"]:
            shaped = graph.shaped(
                graph.linear(given, found, f"{name}.modulation"), 1, 2 * after, 1, 1
            )
            scale, shift = graph.add("Split", shaped, outputs=2, axis=1, num_outputs=2)
            scale = graph.add("Add", scale, graph.constant(np.float32(1)))
            x = graph.add("Add", graph.add("Mul", x, scale), shift)
        x = graph.add("LeakyRelu", x, alpha=SLOPE)
        if side in config["attention"]:
            x = _attended(graph, x, found, f"generator.attentions.{index}", after, side)
    picture = graph.add("Tanh", graph.convolution(x, found, "generator.last", 1))
    session = graph.session(
        {"embedding": (1, config["embedding"]), "noise": (1, config["noise"])},
        {picture: (1, 3, side, side)},
    )
    random = np.random.default_rng(SEED)
    feed = {
        "embedding": random.standard_normal(config["embedding"], np.float32)[None],
        "noise": random.standard_normal(config["noise"], np.float32)[None],
    }

    def paint() -> np.ndarray:
        pixels = np.rint((session.run(None, feed)[0][0] + 1) * 127.5).clip(0, 255)
        return np.ascontiguousarray(pixels.astype(np.uint8).transpose(1, 2, 0))

    return paint, {"numbers": paint()[::8, ::8].flatten().astype(float).tolist()}


def _attended(graph: Graph, x: str, found: Any, name: str, channels: int, side: int) -> str:
    """`SelfAttention`."""
    q, k, v = (
        graph.shaped(graph.convolution(x, found, f"{name}.{part}", 1), 1, -1, side * side)
        for part in ("query", "key", "value")
    )
    seen = graph.add("MatMul", graph.add("Transpose", q, perm=[0, 2, 1]), k)
    seen = graph.add("Transpose", graph.add("Softmax", seen, axis=2), perm=[0, 2, 1])
    seen = graph.shaped(graph.add("MatMul", v, seen), 1, channels, side, side)
    gamma = graph.constant(found[f"{name}.gamma"].reshape(1, 1, 1, 1))
    return str(graph.add("Add", x, graph.add("Mul", seen, gamma)))


def prepare() -> tuple[Round, dict[str, Any]]:
    """The chosen graph at work."""
    work, about = {"encoder": encoder, "painting": painting}[sys.argv[1]]()
    return timed(work, CALLS, about)


if __name__ == "__main__":
    sys.exit(serve(prepare))
