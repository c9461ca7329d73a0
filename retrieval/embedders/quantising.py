"""An exported graph in integers of eight bits, its ranges taken from a library's own passages.

Weights have one scale an output, activations one range a matrix (Jacob et al., 2018, "Quantization
and training of neural networks for efficient integer-arithmetic-only inference"). A few channels
of the activations reach far beyond the others; most of their height is moved into the weights
first (Xiao et al., 2023, "SmoothQuant"). Everything between the matrices stays as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.embedders.openvino_runtime import CompiledGraph, openvino
from retrieval.embedders.pooling_rows import Reading

_LEVELS = 256
_LARGEST_WEIGHT = 127
_MOVED = 0.8
"""How much of a channel's height moves into the weights, as a power.

With the bundled model, .65 and less leave large errors behind the first layers' activation
functions, and 1 makes new ones in the weights.
"""
_TOKENS_SEEN = 6
"""Tokens of each text that plans are tried on, the first and the last among them."""
_ALMOST_NOTHING = 1e-6
_TABLE_ROWS = 1_000
"""A table of vectors with at least this many rows is kept in integers too: it is most of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matrix:
    """A product with weights known beforehand: float32 [outputs, inputs]."""

    node: Any
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """How an activation is rounded: each channel divided by its scale, then between two ends.

    `error` is what that does to a token's outputs: the mean share of their square length.
    """

    scales: NDArray[np.float32]
    low: float
    high: float
    error: float


class Quantiser:
    """Makes integer graphs out of one in floats, with more or fewer of its matrices kept exact."""

    def __init__(self, graph_file: Path, readings: Sequence[Reading]) -> None:
        """Watch the graph of a file over `readings`. Raises `RuntimeError` if it cannot run."""
        self._file = graph_file
        graph = self._read()
        groups = _by_source(_matrices(graph))
        seen = _watched(graph, [source for source, _ in groups], readings)
        self._plans = [
            _planned(np.concatenate([matrix.weights for matrix in matrices]), *tokens)
            for (_, matrices), tokens in zip(groups, seen, strict=True)
        ]

    def graph(self, *, exact: int) -> Any:  # noqa: ANN401 - a library's own
        """Return the graph in integers; the `exact` activations that bear it worst stay floats."""
        graph = self._read()
        errors = [plan.error for plan in self._plans]
        spared = set(sorted(range(len(errors)), key=lambda place: -errors[place])[:exact])
        for place, (source, matrices) in enumerate(_by_source(_matrices(graph))):
            if place not in spared:
                _round(source, matrices, self._plans[place])
        for table in _tables(graph):
            _shrink(table)
        graph.validate_nodes_and_infer_types()
        return graph

    def _read(self) -> Any:  # noqa: ANN401
        return openvino().Core().read_model(str(self._file))


def _matrices(graph: Any) -> list[_Matrix]:  # noqa: ANN401
    """Return the products of activations with constants of two dimensions."""
    found = []
    for node in graph.get_ops():
        if node.get_type_name() != "MatMul" or node.get_attributes()["transpose_a"]:
            continue
        weights = _constant(node.input_value(1))
        if weights is not None and weights.ndim == 2:  # noqa: PLR2004 - a matrix
            turned = node.get_attributes()["transpose_b"]
            found.append(_Matrix(node=node, weights=weights if turned else weights.T))
    return found


def _constant(output: Any) -> NDArray[np.float32] | None:  # noqa: ANN401
    """Return what a constant holds, also one kept in half precision; `None` for another node."""
    node = output.get_node()
    if node.get_type_name() == "Convert":
        node = node.input_value(0).get_node()
    if node.get_type_name() != "Constant":
        return None
    held: NDArray[np.float32] = np.asarray(node.data, dtype=np.float32)
    return held


def _by_source(matrices: Sequence[_Matrix]) -> list[tuple[Any, list[_Matrix]]]:
    """Return each activation with the matrices it is multiplied with."""
    groups: dict[tuple[str, int], tuple[Any, list[_Matrix]]] = {}
    for matrix in matrices:
        source = matrix.node.input_value(0)
        key = (source.get_node().get_friendly_name(), source.get_index())
        groups.setdefault(key, (source, []))[1].append(matrix)
    return list(groups.values())


def _watched(
    graph: Any,  # noqa: ANN401
    sources: Sequence[Any],
    readings: Sequence[Reading],
) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Return of each activation the ends of its channels [2, width] and some tokens [n, width]."""
    probe = graph.clone()
    nodes = {node.get_friendly_name(): node for node in probe.get_ops()}
    probe.add_outputs(
        [nodes[one.get_node().get_friendly_name()].output(one.get_index()) for one in sources]
    )
    compiled = CompiledGraph.compile(probe, precision="fp32")
    ends: list[list[Any]] = [[] for _ in sources]
    tokens: list[list[Any]] = [[] for _ in sources]
    for reading in readings:
        for place, made in enumerate(compiled.outputs([reading])[1:]):
            rows = made.reshape(-1, made.shape[-1])
            ends[place].append(np.stack([rows.min(axis=0), rows.max(axis=0)]))
            tokens[place].append(rows[np.linspace(0, len(rows) - 1, _TOKENS_SEEN).astype(int)])
    return [
        (_joined_ends(np.stack(some)), np.concatenate(rows))
        for some, rows in zip(ends, tokens, strict=True)
    ]


def _joined_ends(ends: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the ends over all readings, of `ends` [readings, 2, width]."""
    return np.stack([ends[:, 0].min(axis=0), ends[:, 1].max(axis=0)])


def _planned(
    weights: NDArray[np.float32], ends: NDArray[np.float32], tokens: NDArray[np.float32]
) -> _Plan:
    """Return how an activation that is multiplied with `weights` [outputs, width] is rounded."""
    heights = np.abs(ends).max(axis=0) + _ALMOST_NOTHING
    reaches = np.abs(weights).max(axis=0) + _ALMOST_NOTHING
    logs = _MOVED * np.log(heights) - (1 - _MOVED) * np.log(reaches)
    scales = np.exp(logs - logs.mean()).astype(np.float32)
    low, high = float(min(0.0, (ends[0] / scales).min())), float((ends[1] / scales).max())
    step = (high - low) / (_LEVELS - 1) or 1.0
    rounded = np.round(np.clip(tokens / scales, low, high) / step) * step
    integers, factors = _integers(weights * scales)
    wanted = tokens @ weights.T
    missed = rounded @ (integers * factors).T - wanted
    lengths = np.maximum((wanted**2).sum(axis=1), _ALMOST_NOTHING)
    return _Plan(
        scales=scales, low=low, high=high, error=float(((missed**2).sum(axis=1) / lengths).mean())
    )


def _round(source: Any, matrices: Sequence[_Matrix], plan: _Plan) -> None:  # noqa: ANN401
    """Put products of a rounded activation and integer weights in the place of matrices."""
    ops = openvino().opset13
    ends = [ops.constant(np.float32(end)) for end in (plan.low, plan.high) * 2]
    scaled = ops.multiply(source, ops.constant((1 / plan.scales).reshape(1, 1, -1)))
    rounded = ops.fake_quantize(scaled, *ends, _LEVELS)
    for matrix in matrices:
        integers, factors = _integers(matrix.weights * plan.scales)
        weights = ops.multiply(ops.convert(ops.constant(integers), "f32"), ops.constant(factors))
        product = ops.matmul(rounded, weights, False, True)
        for target in matrix.node.output(0).get_target_inputs():
            target.replace_source_output(product.output(0))


def _integers(
    rows: NDArray[np.float32],
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 [rows, columns] and float32 [rows, 1]: their product is nearly `rows`."""
    largest = np.abs(rows).max(axis=1, keepdims=True)
    scales = np.where(largest > 0, largest, 1.0).astype(np.float32) / np.float32(_LARGEST_WEIGHT)
    return np.round(rows / scales).astype(np.int8), scales


def _tables(graph: Any) -> list[Any]:  # noqa: ANN401
    """Return the nodes that look rows up in a large constant: the vectors of tokens."""
    found = []
    for node in graph.get_ops():
        if node.get_type_name() == "Gather":
            table = _constant(node.input_value(0))
            if table is not None and table.ndim == 2 and len(table) >= _TABLE_ROWS:  # noqa: PLR2004
                found.append(node)
    return found


def _shrink(lookup: Any) -> None:  # noqa: ANN401
    """Let a node look up integers and their scale instead of floats."""
    ops = openvino().opset13
    table = _constant(lookup.input_value(0))
    if table is None:
        return
    integers, scales = _integers(table)
    places, first = lookup.input_value(1), ops.constant(np.int64(0))
    rows = ops.convert(ops.gather(ops.constant(integers), places, first), "f32")
    scaled = ops.multiply(rows, ops.gather(ops.constant(scales), places, first))
    for target in lookup.output(0).get_target_inputs():
        target.replace_source_output(scaled.output(0))
