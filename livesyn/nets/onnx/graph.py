"""Graphs in ONNX's format, written from NumPy arrays: the few messages of its protobuf schema that
an inference graph needs. (onnx.proto3 of ONNX; the wire format of protocol buffers.)

The `onnx` package would write them as well. It takes 0.2 s to import, and a live show need not.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

IR_VERSION = 8
OPSET = 17  # ONNX Runtime knows it since 1.12
FLOAT, UINT8, INT64 = 1, 2, 7  # TensorProto.DataType
TYPES = {np.dtype(np.float32): FLOAT, np.dtype(np.uint8): UINT8, np.dtype(np.int64): INT64}
OWN = "com.microsoft"  # the domain of ONNX Runtime's own operators
OWN_OPERATORS = {"MatMulNBits"}


@dataclass(frozen=True)
class Body:
    """A graph that a node of another one runs, again and again."""

    graph: Graph
    outputs: tuple[str, ...]


Attribute = int | float | str | Body | Sequence[int]


class Graph:
    """A graph under construction. Values are known by their names, which `input`, `constant` and
    `node` return. `prefix` tells the names in a body from those around it.
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._nodes: list[bytes] = []
        self._inputs: list[bytes] = []
        self._constants: list[bytes] = []
        self._outputs: dict[str, bytes] = {}  # of which is said what they hold
        self._count = 0

    def input(self, name: str, *shape: int | str, kind: int = FLOAT) -> str:
        """An input; sides that vary have names."""
        self._inputs.append(_value(self._prefix + name, shape, kind))
        return self._prefix + name

    def output(self, name: str, *shape: int | str, kind: int = FLOAT) -> str:
        """`name`, with what it holds said: some releases want to know it of a body's outputs."""
        self._outputs[name] = _value(name, shape, kind)
        return name

    def constant(self, value: np.ndarray | Sequence[int] | float) -> str:
        """A tensor: bytes as they are, other weights as float32, whole numbers as int64."""
        array = np.asarray(value)
        if array.dtype != np.uint8:
            kind = np.int64 if array.dtype.kind in "iu" else np.float32
            array = array.astype(kind, copy=False)
        name = self._name("c")
        self._constants.append(
            b"".join(_int(1, side) for side in array.shape)
            + _int(2, TYPES[array.dtype])
            + _bytes(8, name.encode())
            + _bytes(9, array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())
        )
        return name

    def node(self, operator: str, *inputs: str, **attributes: Attribute) -> str:
        """The output of an operator. An input that is left out is ""."""
        return self.nodes(operator, inputs, 1, **attributes)[0]

    def nodes(
        self, operator: str, inputs: Iterable[str], outputs: int, **attributes: Attribute
    ) -> list[str]:
        """All outputs of an operator."""
        names = [self._name("v") for _ in range(outputs)]
        self._nodes.append(
            b"".join(_bytes(1, name.encode()) for name in inputs)
            + b"".join(_bytes(2, name.encode()) for name in names)
            + _bytes(4, operator.encode())
            + b"".join(_bytes(5, _attribute(*item)) for item in attributes.items())
            + (_bytes(7, OWN.encode()) if operator in OWN_OPERATORS else b"")
        )
        return names

    def encoded(self, *outputs: str) -> bytes:
        """The whole as a model, whose outputs are these."""
        own = _bytes(1, OWN.encode()) + _int(2, 1)
        return (
            _int(1, IR_VERSION)
            + _bytes(7, self.bare(outputs))
            + _bytes(8, _int(2, OPSET))
            + _bytes(8, own)
        )

    def bare(self, outputs: Iterable[str]) -> bytes:
        """A GraphProto. What an output holds the runtime infers where it was not said."""
        return (
            b"".join(_bytes(1, node) for node in self._nodes)
            + _bytes(2, b"livesyn")
            + b"".join(_bytes(5, constant) for constant in self._constants)
            + b"".join(_bytes(11, value) for value in self._inputs)
            + b"".join(
                _bytes(12, self._outputs.get(name, _bytes(1, name.encode()))) for name in outputs
            )
        )

    def _name(self, kind: str) -> str:
        self._count += 1
        return f"{self._prefix}{kind}:{self._count}"


def _value(name: str, shape: Iterable[int | str], kind: int) -> bytes:
    """A ValueInfoProto."""
    sides = (
        _bytes(1, _int(1, side) if isinstance(side, int) else _bytes(2, side.encode()))
        for side in shape
    )
    tensor = _int(1, kind) + _bytes(2, b"".join(sides))
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, tensor))


def _attribute(name: str, value: Attribute) -> bytes:
    """An AttributeProto."""
    head = _bytes(1, name.encode())
    if isinstance(value, int):
        return head + _int(3, value) + _int(20, 2)
    if isinstance(value, float):
        return head + _key(2, 5) + struct.pack("<f", value) + _int(20, 1)
    if isinstance(value, str):
        return head + _bytes(4, value.encode()) + _int(20, 3)
    if isinstance(value, Body):
        return head + _bytes(6, value.graph.bare(value.outputs)) + _int(20, 5)
    return head + b"".join(_int(8, one) for one in value) + _int(20, 7)


def _key(field: int, wire_type: int) -> bytes:
    return _varint(field << 3 | wire_type)


def _int(field: int, value: int) -> bytes:
    return _key(field, 0) + _varint(value & (1 << 64) - 1)


def _bytes(field: int, value: bytes) -> bytes:
    return _key(field, 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
