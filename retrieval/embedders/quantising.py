"""An exported graph in integers of eight bits, rounded as `rounding` says.

Products with weights known beforehand become products of integers. The few units of a hidden
layer that reach widest are computed in floats beside the others. Everything between the matrices
stays as it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.embedders.openvino_runtime import CompiledGraph, openvino
from retrieval.embedders.pooling_rows import Reading
from retrieval.embedders.rounding import LEVELS, Rounding, integers, rounding_of

_TOKENS_SEEN = 6
"""Tokens of each text that plans are tried on, the first and the last among them."""
_BESIDE = 16
"""Units of a hidden layer that may be computed beside the others, as many as a register holds."""
_TABLE_ROWS = 1_000
"""A table of vectors with at least this many rows is kept in integers too: it is most of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matrix:
    """A product with weights known beforehand: float32 [outputs, inputs]."""

    node: Any
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class _HiddenLayer:
    """A product, a bias and a function of each number: what makes an activation.

    `source` is what is multiplied; `weights` float32 [units, inputs], `bias` float32 [units].
    """

    source: Any
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    function: Any

    def units(self, places: NDArray[np.int64]) -> Any:  # noqa: ANN401
        """Return a node that computes some of the units, in floats."""
        ops = openvino().opset13
        made = ops.matmul(self.source, ops.constant(self.weights[places]), False, True)
        made = ops.add(made, ops.constant(self.bias[places].reshape(1, 1, -1)))
        return _FUNCTIONS[self.function.get_type_name()](ops, made, self.function)


_FUNCTIONS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "Gelu": lambda ops, node, like: ops.gelu(node, like.get_attributes()["approximation_mode"]),
    "Relu": lambda ops, node, _: ops.relu(node),
}
"""How the functions of hidden layers are made anew over other numbers."""


class Quantiser:
    """Makes integer graphs out of one in floats, with more or fewer of its matrices kept exact."""

    def __init__(self, graph_file: Path, roundings: Sequence[Rounding]) -> None:
        """Round the activations of a graph, in the order `roundings_of` names them."""
        self._file = graph_file
        self._roundings = roundings

    def graph(self, *, exact: int) -> Any:  # noqa: ANN401 - a library's own
        """Return the graph in integers; the `exact` activations that bear it worst stay floats."""
        graph = _read(self._file)
        errors = [how.error for how in self._roundings]
        spared = set(sorted(range(len(errors)), key=lambda place: -errors[place])[:exact])
        groups = [
            (source, matrices, _hidden_layer(source))
            for source, matrices in _by_source(_matrices(graph))
        ]
        for place, (source, matrices, layer) in enumerate(groups):
            if place not in spared:
                _round(source, matrices, self._roundings[place], layer)
        for table in _tables(graph):
            _shrink(table)
        graph.validate_nodes_and_infer_types()
        return graph


def roundings_of(graph_file: Path, readings: Sequence[Reading]) -> list[Rounding]:
    """Return how each activation of a graph is rounded, by what it is over `readings`.

    Raises `RuntimeError` if the graph cannot run.
    """
    graph = _read(graph_file)
    groups = _by_source(_matrices(graph))
    seen = _watched(graph, [source for source, _ in groups], readings)
    return [
        rounding_of(
            np.concatenate([matrix.weights for matrix in matrices]),
            *tokens,
            most_beside=_BESIDE if _hidden_layer(source) else 0,
        )
        for (source, matrices), tokens in zip(groups, seen, strict=True)
    ]


def _read(graph_file: Path) -> Any:  # noqa: ANN401 - a library's own
    return openvino().Core().read_model(str(graph_file))


def _matrices(graph: Any) -> list[_Matrix]:  # noqa: ANN401
    """Return the products of activations with constants of two dimensions."""
    found = map(_matrix, graph.get_ops())
    return [matrix for matrix in found if matrix is not None]


def _matrix(node: Any) -> _Matrix | None:  # noqa: ANN401
    """Return a product with a constant of two dimensions, `None` for another node."""
    if node.get_type_name() != "MatMul" or node.get_attributes()["transpose_a"]:
        return None
    weights = _constant(node.input_value(1))
    if weights is None or weights.ndim != 2:  # noqa: PLR2004 - a matrix
        return None
    turned = node.get_attributes()["transpose_b"]
    return _Matrix(node=node, weights=weights if turned else weights.T)


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


def _hidden_layer(source: Any) -> _HiddenLayer | None:  # noqa: ANN401
    """Return the layer that makes an activation, `None` if something else does."""
    function = source.get_node()
    if function.get_type_name() not in _FUNCTIONS:
        return None
    added = function.input_value(0).get_node()
    if added.get_type_name() != "Add":
        return None
    product, bias = added.input_value(0).get_node(), _constant(added.input_value(1))
    matrix = _matrix(product)
    if matrix is None or bias is None or bias.size != len(matrix.weights):
        return None
    return _HiddenLayer(
        source=product.input_value(0),
        weights=matrix.weights,
        bias=bias.reshape(-1),
        function=function,
    )


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


def _round(
    source: Any,  # noqa: ANN401
    matrices: Sequence[_Matrix],
    how: Rounding,
    layer: _HiddenLayer | None,
) -> None:
    """Put products of a rounded activation and integer weights in the place of matrices."""
    ops = openvino().opset13
    ends = [ops.constant(np.float32(end)) for end in (how.low, how.high) * 2]
    scaled = ops.multiply(source, ops.constant((1 / how.scales).reshape(1, 1, -1)))
    rounded = ops.fake_quantize(scaled, *ends, LEVELS)
    beside = layer.units(how.beside) if layer and how.beside.size else None
    for matrix in matrices:
        whole, factors = integers(how.inside(matrix.weights) * how.scales)
        weights = ops.multiply(ops.convert(ops.constant(whole), "f32"), ops.constant(factors))
        product = ops.matmul(rounded, weights, False, True)
        if beside is not None:
            few = ops.constant(np.ascontiguousarray(matrix.weights[:, how.beside]))
            product = ops.add(product, ops.matmul(beside, few, False, True))
        for target in matrix.node.output(0).get_target_inputs():
            target.replace_source_output(product.output(0))


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
    whole, scales = integers(table)
    places, first = lookup.input_value(1), ops.constant(np.int64(0))
    rows = ops.convert(ops.gather(ops.constant(whole), places, first), "f32")
    scaled = ops.multiply(rows, ops.gather(ops.constant(scales), places, first))
    for target in lookup.output(0).get_target_inputs():
        target.replace_source_output(scaled.output(0))
