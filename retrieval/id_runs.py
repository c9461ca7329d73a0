"""Passage ids as runs of neighbours: they are given out one after the other."""

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


def runs_of(ids: Ids) -> Ids:
    """Return int64 [runs, 2], the first and the last id of each run of the ascending `ids`."""
    breaks = np.flatnonzero(np.diff(ids) != 1)
    firsts = np.concatenate([ids[:1], ids[breaks + 1]])
    return np.stack([firsts, np.concatenate([ids[breaks], ids[-1:]])], axis=1)


def ids_in(runs: Ids) -> Ids:
    """Return the ids in ascending runs, as `runs_of` was given them."""
    counts = runs[:, 1] - runs[:, 0] + 1
    before = np.cumsum(counts) - counts
    ids: Ids = np.repeat(runs[:, 0] - before, counts) + np.arange(counts.sum())
    return ids
