"""ONNX Runtime, as livesyn asks it to work."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime

from livesyn.base.memory import lasting
from livesyn.nets.onnx.graph import Graph

LEAST_WITH_BYTES = (1, 23)  # release; tried with 1.23 and 1.32, on x86
LIBRARY = f"ONNX Runtime {onnxruntime.__version__}"
onnxruntime.disable_telemetry_events()  # for Windows, where the package's variables say nothing
WARNINGS = 3  # of ONNX Runtime's levels: errors alone


class Session:
    """A graph, ready to run on the processor. Thread-safe."""

    def __init__(self, graph: Graph, outputs: tuple[str, ...], threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = WARNINGS
        # Threads that wait in a loop would take cores from the player and from other programs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        encoded = graph.encoded(*outputs)
        with lasting():
            self._session: Any = onnxruntime.InferenceSession(
                encoded, options, providers=["CPUExecutionProvider"]
            )
        # the graph as it was read, weights and all, which the wrapper keeps to begin anew
        self._session._model_bytes = None
        self._inputs = tuple(one.name for one in self._session.get_inputs())

    def __call__(self, *arrays: np.ndarray) -> list[np.ndarray]:
        """The outputs for float32 inputs, both in the order in which the graph has them."""
        outputs: list[np.ndarray] = self._session.run(
            None, dict(zip(self._inputs, arrays, strict=True))
        )
        return outputs


def has_byte_products() -> bool:
    """Whether this ONNX Runtime multiplies by weights of 8 bits."""
    return tuple(int(part) for part in onnxruntime.__version__.split(".")[:2]) >= LEAST_WITH_BYTES
