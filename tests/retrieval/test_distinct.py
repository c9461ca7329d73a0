"""Ids ascending and each once, as `np.unique` has them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.rankings import distinct


@given(st.lists(st.integers(-5, 5)))
def test_ids_are_those_numpy_finds(ids: list[int]) -> None:
    given_ids = np.array(ids, dtype=np.int64)
    assert distinct(given_ids).tolist() == np.unique(given_ids).tolist()
