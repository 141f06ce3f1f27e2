"""MusicVAEs: tokens to z, and tokens from z, each by one call of a graph.

The loop over the steps is in the graph: called step by step, a bar would wait 32 times for the
interpreter, while the other threads of a show are at work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from livesyn.base.errors import ShapeError
from livesyn.nets.onnx import draws, layers
from livesyn.nets.onnx.graph import INT64, Body, Graph
from livesyn.nets.onnx.session import Session
from livesyn.nets.onnx.weights import Part

Sizes = Mapping[str, Any]
LEAST, MOST = np.float32(1e-20), np.float32(1 - 1e-7)  # uniform draws whose logarithms are numbers
COLDEST = 1e-3  # temperature


def gaussian(parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation, each (B, D), from (B, 2D): means, then log variances."""
    mean, log_variance = np.split(parameters, 2, 1)
    return mean, np.exp(np.float32(0.5) * log_variance.clip(-12, 4))


class FlatMusic:
    """A MusicVAE of two bars. See `livesyn.nets.music_vae`; `D` is `latent`. The decoder's weights
    may be `in_bytes`.
    """

    def __init__(self, weights: Part, sizes: Sizes, threads: int, in_bytes: bool = False) -> None:
        self.latent: int = sizes["latent"]
        self.steps: int = sizes["steps"]
        self.vocabulary: int = sizes["vocabulary"]
        self._layers: int = sizes["layers"]
        embedding, units = sizes["embedding"], sizes["decoder"]
        table = weights("embedding.weight", embedding, self.vocabulary)
        self._encoder = _encoder(weights, sizes, table, threads)
        plan = weights("plan.weight", self.steps * embedding, self.latent)
        start = weights("start.weight", 2 * self._layers * units, self.latent)
        self._sensitivity = np.linalg.norm(np.concatenate([plan, start]), axis=0)
        first = weights("decoder.weight_ih_l0", 4 * units, 2 * embedding)
        # what an event says to the first layer needs no product at each step; before the first step
        # none has been said
        said = np.pad(_ordered(first[:, :embedding] @ table).T, ((0, 1), (0, 0)))  # (V + 1, 4H)
        told = _ordered(first[:, embedding:])
        self._writer = _writer(weights, sizes, (plan, start), told, said, threads, in_bytes)

    def sensitivity(self) -> np.ndarray:
        """How strongly the decoder listens to each dimension of z, (D,)."""
        return self._sensitivity

    def encode(self, tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation, each (B, D), of z given (B, T) tokens. Raises ShapeError."""
        if tokens.ndim != 2 or tokens.shape[1] != self.steps:
            raise ShapeError(f"tokens are {tokens.shape}; expected (B, {self.steps})")
        events = np.eye(self.vocabulary, dtype=np.float32)[tokens.T]
        return gaussian(self._encoder(events)[0])

    def decode(
        self,
        z: np.ndarray,
        temperature: float,
        seeds: Sequence[int],
        forced: np.ndarray | None,
        until: int,
    ) -> np.ndarray:
        """See `livesyn.nets.playing.PlayedMusic`."""
        noise = gumbel(seeds, self.steps, self.vocabulary) if temperature > 0 else None
        return self.write(z, temperature, noise, forced, until)

    def write(
        self,
        z: np.ndarray,
        temperature: float,
        noise: np.ndarray | None,
        forced: np.ndarray | None,
        until: int,
    ) -> np.ndarray:
        """`decode`, given its draws (T, B, V), none for the likeliest."""
        rows = len(z)
        given = np.full((until, rows), -1, np.int64)
        if forced is not None:
            given[: forced.shape[1]] = forced[:, :until].T
        scale = 1 / max(temperature, COLDEST)
        if noise is None:
            noise, scale = np.zeros((until, rows, self.vocabulary), np.float32), 1.0
        tokens: np.ndarray = self._writer(
            np.ascontiguousarray(z, np.float32),
            np.ascontiguousarray(noise[:until]),
            given,
            np.array([scale], np.float32),
        )[0].T
        return np.ascontiguousarray(tokens)

    def quicken(self, lane: object) -> tuple[()]:
        """Nothing is recorded on a processor."""
        return ()


class ConductedMusic:
    """A conductor over a MusicVAE of two bars. See `livesyn.nets.conducted_vae`; it is played, not
    listened to.
    """

    def __init__(self, weights: Part, sizes: Sizes, generator: FlatMusic, threads: int) -> None:
        if (generator.steps, generator.vocabulary) != (32, sizes["vocabulary"]):
            raise ShapeError("the generator writes other events than its conductor")
        self.latent: int = sizes["latent"]
        self.vocabulary = generator.vocabulary
        self._generator, self._pairs = generator, sizes["bars"] // 2
        self.steps = self._pairs * generator.steps
        form = weights("form.weight", self._pairs * sizes["form"], self.latent)
        start = weights("conductor_start.weight", 2 * sizes["conductor"], self.latent)
        self._sensitivity = np.linalg.norm(np.concatenate([form, start]), axis=0)
        self._conduct = _conductor(weights, sizes, (form, start), generator.latent, threads)
        _leave_encoder(weights, sizes, generator.latent)

    def sensitivity(self) -> np.ndarray:
        """See `FlatMusic.sensitivity`."""
        return self._sensitivity

    def encode(self, tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Raises ShapeError: this net is here to write."""
        raise ShapeError(f"tokens are {tokens.shape}; a net of {self.steps} steps reads none here")

    def decode(
        self,
        z: np.ndarray,
        temperature: float,
        seeds: Sequence[int],
        forced: np.ndarray | None,
        until: int,
    ) -> np.ndarray:
        """See `livesyn.nets.playing.PlayedMusic`."""
        noise = gumbel(seeds, self.steps, self.vocabulary) if temperature > 0 else None
        pairs = self._conduct(np.ascontiguousarray(z, np.float32))[0]
        length = self._generator.steps
        done = np.zeros((len(z), 0), np.int64) if forced is None else forced[:, :until]
        for pair in range(done.shape[1] // length, -(-until // length)):
            steps = slice(pair * length, (pair + 1) * length)
            written = self._generator.write(
                pairs[pair],
                temperature,
                None if noise is None else noise[steps],
                done[:, steps],
                min(until - pair * length, length),
            )
            done = np.concatenate([done[:, : pair * length], written], 1)
        return done

    def quicken(self, lane: object) -> tuple[()]:
        """Nothing is recorded on a processor."""
        return ()


def gumbel(seeds: Sequence[int], steps: int, vocabulary: int) -> np.ndarray:
    """Draws (T, B, V) whose rows are each by a seed of its own."""
    rows = [draws.uniform(seed, steps, 1, vocabulary) for seed in seeds]
    return gumbel_of(np.concatenate(rows, 1))


def gumbel_of(uniform: np.ndarray) -> np.ndarray:
    """Draws from Gumbel's distribution, from uniform ones."""
    return -np.log(-np.log(uniform.clip(LEAST, MOST)))


def _ordered(gates: np.ndarray) -> np.ndarray:
    """Rows of an LSTM's gates (4H, …) so that the three that are squashed alike lie together:
    input, forget, output, candidate.
    """
    i, f, c, o = np.split(gates, 4)
    return np.concatenate([i, f, o, c])


def _encoder(weights: Part, sizes: Sizes, table: np.ndarray, threads: int) -> Session:
    """Events (T, B, V) -> mean and log variance (B, 2D)."""
    g, steps, units, glance = Graph(), sizes["steps"], sizes["encoder"], sizes["glance"]
    x = g.input("events", steps, "B", sizes["vocabulary"])
    x = g.node("MatMul", x, g.constant(table.T))
    states, last = layers.lstm(g, x, weights, "encoder", (sizes["embedding"], units), both=True)
    features = _glances(g, states, last, weights, "glance", (2 * units, glance))
    wide = 2 * units + steps * glance
    x = layers.linear(g, features, weights, "posterior", wide, 2 * sizes["latent"])
    return Session(g, (x,), threads)


def _glances(
    g: Graph, states: str, last: str, weights: Part, name: str, sizes: tuple[int, int]
) -> str:
    """The last states with a narrow projection of all, (B, ·)."""
    wide, narrow = sizes
    kernel = g.constant(weights(f"{name}.weight", narrow, wide).T)
    x = g.node("MatMul", states, kernel)
    x = g.node("Tanh", g.node("Add", x, g.constant(weights(f"{name}.bias", narrow))))
    return g.node("Concat", last, g.node("Flatten", g.node("Transpose", x, perm=[1, 0, 2])), axis=1)


def _writer(
    weights: Part,
    sizes: Sizes,
    kernels: tuple[np.ndarray, np.ndarray],
    told: np.ndarray,
    said: np.ndarray,
    threads: int,
    in_bytes: bool,
) -> Session:
    """z (B, D), Gumbel noise (T, B, V), tokens that are given (T, B), −1 where none is, and what
    logits are multiplied by (1) -> tokens (T, B). `kernels` make plan and first states of z; `told`
    is what the plan says to the first layer's gates, `said` what an event says.
    """
    g, units, count = Graph(), sizes["decoder"], sizes["layers"]
    steps, embedding, vocabulary = sizes["steps"], sizes["embedding"], sizes["vocabulary"]
    z, noise = g.input("z", "B", sizes["latent"]), g.input("noise", "T", "B", vocabulary)
    given, scale = g.input("given", "T", "B", kind=INT64), g.input("scale", 1)
    plan, start = (
        g.node("Gemm", z, g.constant(kernel), g.constant(weights(name, len(kernel))), transB=1)
        for kernel, name in zip(kernels, ("plan.bias", "start.bias"), strict=True)
    )
    plan = g.node("Reshape", plan, g.constant([-1, steps, embedding]))
    planned = g.node("MatMul", g.node("Transpose", plan, perm=[1, 0, 2]), g.constant(told.T))
    planned = g.node("Add", planned, g.constant(_bias(weights, 0, units)))
    until = g.node("Shape", noise, start=0, end=1)
    planned = g.node("Slice", planned, g.constant([0]), until, g.constant([0]))
    split = g.constant([units] * (2 * count))
    states = g.nodes("Split", [g.node("Tanh", start), split], 2 * count, axis=1)
    nothing = g.node("Expand", g.constant([vocabulary]), g.node("Shape", z, start=0, end=1))
    *_, tokens = g.nodes(
        "Scan",
        [nothing, *states, planned, noise, given],
        2 * count + 2,
        body=_step(weights, sizes, said, scale, in_bytes),
        num_scan_inputs=3,
    )
    return Session(g, (tokens,), threads)


def _step(weights: Part, sizes: Sizes, said: np.ndarray, scale: str, in_bytes: bool) -> Body:
    """The token before (B), h and c of each layer; what the plan says to the first layer's gates
    (B, 4H), noise (B, V), the token given (B) -> token, h and c; the token again.
    """
    g, units, count = Graph("step/"), sizes["decoder"], sizes["layers"]
    before = g.input("before", "B", kind=INT64)
    hidden, cells = (
        [g.input(f"{kind}{layer}", "B", units) for layer in range(count)] for kind in "hc"
    )
    gates, noise = g.input("gates", "B", 4 * units), g.input("noise", "B", sizes["vocabulary"])
    given = g.input("given", "B", kind=INT64)
    gates = g.node("Add", gates, g.node("Gather", g.constant(said), before))
    three, thirds = g.constant([3 * units, units]), g.constant([units] * 3)
    for layer in range(count):
        own = _ordered(weights(f"decoder.weight_hh_l{layer}", 4 * units, units))
        if layer == 0:
            gates = g.node("Add", layers.product(g, hidden[0], own.T, in_bytes), gates)
        else:
            below = _ordered(weights(f"decoder.weight_ih_l{layer}", 4 * units, units))
            both = np.concatenate([below, own], 1).T
            bias = g.constant(_bias(weights, layer, units))
            x = g.node("Concat", hidden[layer - 1], hidden[layer], axis=1)
            gates = (
                g.node("Add", layers.product(g, x, both, True), bias)
                if in_bytes
                else g.node("Gemm", x, g.constant(both), bias)
            )
        squashed, candidate = g.nodes("Split", [gates, three], 2, axis=1)
        i, f, o = g.nodes("Split", [g.node("Sigmoid", squashed), thirds], 3, axis=1)
        kept = g.node("Mul", f, cells[layer])
        cells[layer] = g.node("Add", kept, g.node("Mul", i, g.node("Tanh", candidate)))
        hidden[layer] = g.node("Mul", o, g.node("Tanh", cells[layer]))
    logits = layers.linear(g, hidden[-1], weights, "output", units, sizes["vocabulary"])
    # the largest of logits with Gumbel noise is a draw from the softmax
    drawn = g.node("Add", g.node("Mul", logits, scale), noise)
    drawn = g.node("ArgMax", drawn, axis=1, keepdims=0)
    is_given = g.node("GreaterOrEqual", given, g.constant([0]))
    token = g.node("Where", is_given, given, drawn)
    g.output(token, "B", kind=INT64)
    again = g.output(g.node("Identity", token), "B", kind=INT64)
    states = (g.output(name, "B", units) for name in (*hidden, *cells))
    return Body(g, (token, *states, again))


def _bias(weights: Part, layer: int, units: int) -> np.ndarray:
    ih, hh = (weights(f"decoder.bias_{kind}_l{layer}", 4 * units) for kind in ("ih", "hh"))
    return _ordered(ih + hh)


def _conductor(
    weights: Part,
    sizes: Sizes,
    kernels: tuple[np.ndarray, np.ndarray],
    latent: int,
    threads: int,
) -> Session:
    """z (B, D) -> the latent of each pair of bars, (P, B, U)."""
    g, pairs, wide, units = Graph(), sizes["bars"] // 2, sizes["form"], sizes["conductor"]
    z = g.input("z", "B", sizes["latent"])
    form, start = (
        g.node("Gemm", z, g.constant(kernel), g.constant(weights(name, len(kernel))), transB=1)
        for kernel, name in zip(kernels, ("form.bias", "conductor_start.bias"), strict=True)
    )
    form = g.node("Reshape", form, g.constant([-1, pairs, wide]))
    form = g.node("Transpose", form, perm=[1, 0, 2])
    first = g.node("Unsqueeze", g.node("Tanh", start), g.constant([0]))
    state = g.nodes("Split", [first, g.constant([units, units])], 2, axis=2)
    states, _ = layers.lstm(g, form, weights, "conductor", (wide, units), (state[0], state[1]))
    kernel, bias = weights("score.weight", latent, units + wide), weights("score.bias", latent)
    x = g.node("MatMul", g.node("Concat", states, form, axis=2), g.constant(kernel.T))
    x = g.node("Add", x, g.constant(bias))
    return Session(g, (g.node("Mul", x, g.constant(weights("scale", latent))),), threads)


def _leave_encoder(weights: Part, sizes: Sizes, latent: int) -> None:
    """Check the weights of the half that is not played."""
    units, glance, pairs = sizes["encoder"], sizes["glance"], sizes["bars"] // 2
    for end in ("_l0", "_l0_reverse"):
        weights(f"encoder.weight_ih{end}", 4 * units, latent)
        weights(f"encoder.weight_hh{end}", 4 * units, units)
        for part in ("ih", "hh"):
            weights(f"encoder.bias_{part}{end}", 4 * units)
    for name, after, before in (
        ("glance", glance, 2 * units),
        ("posterior", 2 * sizes["latent"], 2 * units + pairs * glance),
    ):
        weights(f"{name}.weight", after, before)
        weights(f"{name}.bias", after)
    weights("log_spread", latent)
