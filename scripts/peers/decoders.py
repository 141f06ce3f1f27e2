"""Two bars from z by others: `numpy`, `onnx` or `onnx-int8`, so many at once. In the peers'
environment.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from peers.decoder_weights import SEED, TEMPERATURE, Decoder, latents
from peers.serve import Round, serve, timed


class Writer:
    """Draws events one by one, as `MusicNet.decode` does: the largest of logits plus Gumbel noise;
    at temperature 0 the likeliest.
    """

    def __init__(self, decoder: Decoder) -> None:
        self.decoder = decoder
        self._random = np.random.default_rng(SEED)

    def __call__(self, z: np.ndarray, temperature: float) -> np.ndarray:
        """z (B, D) -> tokens (B, T)."""
        d = self.decoder
        plan, h, c = d.begin(z)
        tokens = np.zeros((len(z), d.steps), np.int64)
        state: Any = (h, c)
        for t in range(d.steps):
            previous = tokens[:, t - 1] if t else None
            logits, state = self.step(previous, plan[:, t], state)
            if temperature:
                noise = self._random.random(logits.shape, np.float32).clip(1e-20, 1 - 1e-7)
                logits = logits / temperature - np.log(-np.log(noise))
            tokens[:, t] = logits.argmax(1)
        return tokens

    def step(
        self, previous: np.ndarray | None, plan: np.ndarray, state: Any
    ) -> tuple[np.ndarray, Any]:
        """The logits (B, V) and the next state."""
        raise NotImplementedError


class NumpyWriter(Writer):
    """As one writes it down: a product for what comes in and one for what was."""

    def step(
        self, previous: np.ndarray | None, plan: np.ndarray, state: Any
    ) -> tuple[np.ndarray, Any]:
        d, (h, c) = self.decoder, state
        said = np.zeros_like(plan) if previous is None else d.table[previous]
        below = np.concatenate([said, plan], 1)
        for layer in range(d.layers):
            gates = below @ d.inputs[layer] + h[layer] @ d.hidden[layer] + d.biases[layer]
            i, f, g, o = np.split(gates, 4, 1)
            c[layer] = _sigmoid(f) * c[layer] + _sigmoid(i) * np.tanh(g)
            below = h[layer] = _sigmoid(o) * np.tanh(c[layer])
        return below @ d.output + d.output_bias, (h, c)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


class OnnxWriter(Writer):
    """A session that does a step; the states go round as they come."""

    def __init__(self, decoder: Decoder, bytes_: bool) -> None:
        super().__init__(decoder)
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "1"))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "step.onnx"
            _save_step(decoder, path)
            if bytes_:
                from onnxruntime.quantization import QuantType, quantize_dynamic

                quantize_dynamic(
                    path, path.with_name("int8.onnx"), weight_type=QuantType.QInt8, per_channel=True
                )
                path = path.with_name("int8.onnx")
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )

    def step(
        self, previous: np.ndarray | None, plan: np.ndarray, state: Any
    ) -> tuple[np.ndarray, Any]:
        d = self.decoder
        # One row more than there are events: before the first, nothing.
        token = np.full(len(plan), d.events, np.int64) if previous is None else previous
        h, c = state
        feed = {"token": token, "plan": plan}
        for layer in range(d.layers):
            feed |= {f"h{layer}": h[layer], f"c{layer}": c[layer]}
        logits, *after = self._session.run(None, feed)
        return logits, (after[: d.layers], after[d.layers :])


def _save_step(d: Decoder, path: Path) -> None:
    """One step: (token, plan, h…, c…) -> (logits, h…, c…)."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    nodes, weights = [], []

    def constant(name: str, value: np.ndarray) -> str:
        weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(kind: str, inputs: list[str], outputs: list[str], **options: Any) -> str:
        nodes.append(helper.make_node(kind, inputs, outputs, **options))
        return outputs[0]

    table = np.concatenate([d.table, np.zeros((1, d.embedding), np.float32)])
    said = add("Gather", [constant("table", table), "token"], ["said"])
    inputs = [said, "plan"]
    for layer in range(d.layers):
        n = str(layer)
        whole = add("Concat", [*inputs, f"h{n}"], [f"all{n}"], axis=1)
        matrix = constant(f"w{n}", np.concatenate([d.inputs[layer], d.hidden[layer]]))
        product = add("MatMul", [whole, matrix], [f"product{n}"])
        gates = add("Add", [product, constant(f"b{n}", d.biases[layer])], [f"gates{n}"])
        add("Split", [gates], [f"i{n}", f"f{n}", f"g{n}", f"o{n}"], axis=1, num_outputs=4)
        for gate in "ifo":
            add("Sigmoid", [f"{gate}{n}"], [f"{gate}s{n}"])
        kept = add("Mul", [f"fs{n}", f"c{n}"], [f"kept{n}"])
        new = add("Mul", [f"is{n}", add("Tanh", [f"g{n}"], [f"gt{n}"])], [f"new{n}"])
        cell = add("Add", [kept, new], [f"c{n}_out"])
        inputs = [add("Mul", [f"os{n}", add("Tanh", [cell], [f"ct{n}"])], [f"h{n}_out"])]
    product = add("MatMul", [*inputs, constant("output", d.output)], ["product"])
    add("Add", [product, constant("output_bias", d.output_bias)], ["logits"])

    def value(name: str, kind: int, *shape: Any) -> Any:
        return helper.make_tensor_value_info(name, kind, ["B", *shape])

    states = [f"{kind}{layer}" for kind in "hc" for layer in range(d.layers)]
    graph = helper.make_graph(
        nodes,
        "step",
        [
            value("token", TensorProto.INT64),
            value("plan", TensorProto.FLOAT, d.embedding),
            *(value(name, TensorProto.FLOAT, d.units) for name in states),
        ],
        [
            value("logits", TensorProto.FLOAT, d.events),
            *(value(f"{name}_out", TensorProto.FLOAT, d.units) for name in states),
        ],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = min(model.ir_version, 10)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def prepare() -> tuple[Round, dict[str, Any]]:
    """The chosen writer at work."""
    which, many = sys.argv[1], int(sys.argv[2])
    decoder = Decoder()
    writer = NumpyWriter(decoder) if which == "numpy" else OnnxWriter(decoder, which == "onnx-int8")
    z = latents(many)
    answer = writer(z, 0.0).flatten().tolist()
    return timed(lambda: writer(z, TEMPERATURE), 40 if many == 1 else 8, {"tokens": answer})


if __name__ == "__main__":
    sys.exit(serve(prepare))
