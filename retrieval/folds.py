"""Folds: the parts of a set that are judged in turn by numbers fitted to the other parts."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FOLDS = 5


def folds(groups: Sequence[str]) -> NDArray[np.int64]:
    """Return int64 [cases], the fold of each: groups stay whole, folds are of like size."""
    sizes = [0] * FOLDS
    fold_of: dict[str, int] = {}
    for group, size in sorted(Counter(groups).items(), key=lambda one: (-one[1], one[0])):
        fold_of[group] = min(range(FOLDS), key=sizes.__getitem__)
        sizes[fold_of[group]] += size
    return np.array([fold_of[group] for group in groups], dtype=np.int64)
