"""How activations and weights are rounded to integers of eight bits: numbers only, no graph.

Weights have one scale an output, activations one range a matrix (Jacob et al., 2018, "Quantization
and training of neural networks for efficient integer-arithmetic-only inference"). A few channels
of the activations reach far beyond the others; most of their height is moved into the weights
first (Xiao et al., 2023, "SmoothQuant"). The few that still reach widest may be left to floats (after
Dettmers et al., 2022, "LLM.int8()").
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

LEVELS = 256
_LARGEST_WEIGHT = 127
_MOVED = 0.8
"""How much of a channel's height moves into the weights, as a power.

With the bundled model, .65 and less leave large errors behind the first layers' activation
functions, and 1 makes new ones in the weights.
"""
_WORTH_IT = 0.5
"""Channels are left to floats if that leaves at most this share of the error."""
_SHARES = (1.0, 0.9, 0.8, 0.7, 0.6)
"""How much of an activation's range is kept: cutting the rare far ends makes all steps finer."""
_OF_WIDTH = 8
"""Nor more channels than this part of all."""
_ALMOST_NOTHING = 1e-6

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    """How an activation is rounded: each channel divided by its scale, then between two ends.

    `scales` is float32 [width]. Channels named in `beside`, int64 [n], are not rounded but
    computed in floats. `error` is what rounding does to a token's outputs: the mean share of their
    square length.
    """

    scales: Floats
    low: float
    high: float
    error: float
    beside: NDArray[np.int64]

    def inside(self, weights: Floats) -> Floats:
        """Return `weights` [outputs, width] with zeros for what is computed beside."""
        inside = weights.copy()
        inside[:, self.beside] = 0.0
        return inside


def rounding_of(weights: Floats, ends: Floats, tokens: Floats, *, most_beside: int) -> Rounding:
    """Return how an activation that is multiplied with `weights` [outputs, width] is rounded.

    `ends` [2, width] are the least and the greatest of each channel, `tokens` [n, width] examples.
    """
    whole = _scaled(weights, ends, tokens, beside=np.zeros(0, dtype=np.int64))
    most = min(most_beside, len(whole.scales) // _OF_WIDTH)
    if not most:
        return whole
    heights = np.abs(ends).max(axis=0) / whole.scales
    widest = np.sort(np.argsort(-heights)[:most])
    parted = _scaled(weights, ends, tokens, beside=widest)
    return parted if parted.error <= _WORTH_IT * whole.error else whole


def integers(rows: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return int8 [rows, columns] and float32 [rows, 1]: their product is nearly `rows`."""
    largest = np.abs(rows).max(axis=1, keepdims=True)
    scales = np.where(largest > 0, largest, 1.0).astype(np.float32) / np.float32(_LARGEST_WEIGHT)
    return np.round(rows / scales).astype(np.int8), scales


def _scaled(
    weights: Floats,
    ends: Floats,
    tokens: Floats,
    *,
    beside: NDArray[np.int64],
) -> Rounding:
    """Return the rounding in which the channels `beside` are left out of what is rounded."""
    heights = np.abs(ends).max(axis=0) + _ALMOST_NOTHING
    reaches = np.abs(weights).max(axis=0) + _ALMOST_NOTHING
    logs = _MOVED * np.log(heights) - (1 - _MOVED) * np.log(reaches)
    inside = np.ones(len(logs), dtype=np.bool_)
    inside[beside] = False
    scales = np.exp(logs - logs[inside].mean()).astype(np.float32)
    low = float(min(0.0, (ends[0] / scales)[inside].min()))
    high = float((ends[1] / scales)[inside].max())
    whole = Rounding(scales=scales, low=low, high=high, error=0.0, beside=beside)
    tried = [replace(whole, low=share * low, high=share * high) for share in _SHARES]
    judged = [replace(one, error=_error(one, weights, tokens)) for one in tried]
    return min(judged, key=lambda one: one.error)


def _error(made: Rounding, weights: Floats, tokens: Floats) -> float:
    step = (made.high - made.low) / (LEVELS - 1) or 1.0
    rounded = np.round(np.clip(tokens / made.scales, made.low, made.high) / step) * step
    whole, factors = integers(made.inside(weights) * made.scales)
    wanted = tokens @ weights.T
    beside = tokens[:, made.beside] @ weights[:, made.beside].T
    missed = rounded @ (whole * factors).T + beside - wanted
    lengths = np.maximum((wanted**2).sum(axis=1), _ALMOST_NOTHING)
    return float(((missed**2).sum(axis=1) / lengths).mean())
