"""Roundings that come with the program, for models whose very weights are known.

They spare a new library the minute in which a model is watched over passages. Whether what they
give is near enough is judged in each library all the same. `python -m benchmarks.roundings` makes them.
"""

from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from retrieval.embedders.rounding import Rounding

FOLDER = "roundings"


def ready_roundings(revision: str) -> list[Rounding] | None:
    """Return the roundings of the model whose weights have this revision, `None` if there are none."""
    with as_file(files("retrieval.embedders") / FOLDER / f"{revision}.npz") as path:
        return read_roundings(path) if path.exists() else None


def read_roundings(path: Path) -> list[Rounding]:
    """Return what `write_roundings` wrote."""
    with np.load(path, allow_pickle=False) as held:
        scales = np.split(held["scales"].astype(np.float32), np.cumsum(held["widths"])[:-1])
        beside = np.split(held["beside"].astype(np.int64), np.cumsum(held["besides"])[:-1])
        return [
            Rounding(scales=some, low=float(low), high=float(high), error=float(error), beside=few)
            for some, (low, high, error), few in zip(scales, held["ends"], beside, strict=True)
        ]


def write_roundings(path: Path, roundings: Sequence[Rounding]) -> None:
    """Keep roundings in a file, the scales in half precision. Raises `OSError`."""
    np.savez_compressed(
        path,
        scales=np.concatenate([one.scales for one in roundings]).astype(np.float16),
        widths=np.array([len(one.scales) for one in roundings]),
        beside=np.concatenate([one.beside for one in roundings]).astype(np.int32),
        besides=np.array([len(one.beside) for one in roundings]),
        ends=np.array([(one.low, one.high, one.error) for one in roundings], dtype=np.float32),
    )
